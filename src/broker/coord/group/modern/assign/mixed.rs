//! The uniform assignor where members read different topics
//! (`UniformHeterogeneousAssignmentBuilder`): everybody keeps what it had, what is free goes to
//! who has least, and then topics are balanced one by one until nothing moves any more.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use super::{AssignError, GroupSpec, MemberSpec, Outcome, remove};
use crate::base::ids::Uuid;
use crate::broker::coord::group::modern::Assignment;

/// How often all topics are balanced at most.
const ROUNDS_MAX: usize = 16;

struct Topic {
    /// The members that read it, by their places.
    readers: Vec<usize>,
    /// Who has each partition.
    owners: Vec<Option<usize>>,
}

struct Builder {
    assignments: Vec<Assignment>,
    /// How many partitions each member has.
    sizes: Vec<usize>,
    topics: BTreeMap<Uuid, Topic>,
}

pub(super) fn assign(spec: &GroupSpec) -> Result<Outcome, AssignError> {
    let mut topics: BTreeMap<Uuid, Topic> = BTreeMap::new();
    let members = spec.ordered();
    for (place, (_, member)) in members.iter().enumerate() {
        for id in member.topics.iter() {
            let topic = match topics.entry(id) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    let count = usize::try_from(spec.partitions(id)?).unwrap_or(0);
                    entry.insert(Topic { readers: Vec::new(), owners: vec![None; count] })
                }
            };
            topic.readers.push(place);
        }
    }
    if topics.is_empty() {
        return Ok(Outcome::new());
    }
    let mut builder =
        Builder { assignments: Vec::new(), sizes: vec![0; spec.members.len()], topics };
    builder.keep(&members);
    builder.hand_out();
    builder.balance();
    let members = members.iter().map(|(id, _)| (*id).to_owned());
    Ok(members.zip(builder.assignments).collect())
}

impl Builder {
    fn keep(&mut self, members: &[(&str, MemberSpec)]) {
        for (place, (_, member)) in members.iter().enumerate() {
            let mut kept = member.assigned.clone();
            kept.retain(|topic, partitions| {
                if !member.topics.contains(*topic) {
                    return false;
                }
                let Some(topic) = self.topics.get_mut(topic) else { return false };
                self.sizes[place] += partitions.len();
                for partition in &*partitions {
                    let index = usize::try_from(*partition).ok();
                    if let Some(owner) = index.and_then(|index| topic.owners.get_mut(index)) {
                        *owner = Some(place);
                    }
                }
                true
            });
            self.assignments.push(kept);
        }
    }

    /// Topics with many partitions for few members come first.
    fn sorted(&self, wanted: impl Fn(&Topic) -> bool) -> Vec<Uuid> {
        let mut sorted: Vec<(&Uuid, &Topic)> =
            self.topics.iter().filter(|(_, topic)| wanted(topic)).collect();
        sorted.sort_by(|(one_id, one), (other_id, other)| {
            let load = |topic: &Topic| topic.owners.len() as f64 / topic.readers.len() as f64;
            let by_load = load(other).partial_cmp(&load(one)).unwrap_or(Ordering::Equal);
            let by_readers = one.readers.len().cmp(&other.readers.len());
            by_load.then(by_readers).then_with(|| one_id.halves().cmp(&other_id.halves()))
        });
        sorted.into_iter().map(|(id, _)| *id).collect()
    }

    fn hand_out(&mut self) {
        for id in self.sorted(|topic| topic.owners.contains(&None)) {
            let Some(topic) = self.topics.get(&id) else { continue };
            let free = topic.owners.iter().enumerate().filter(|(_, owner)| owner.is_none());
            let free: Vec<usize> = free.map(|(partition, _)| partition).collect();
            let mut balancer = Balancer::new(&topic.readers, &self.sizes);
            for partition in free {
                let member = balancer.next_least_loaded(&self.sizes);
                self.give(id, partition, member);
            }
        }
    }

    /// Gives a partition to a member, whoever had it.
    fn give(&mut self, id: Uuid, partition: usize, member: usize) {
        let Some(topic) = self.topics.get_mut(&id) else { return };
        let index = i32::try_from(partition).unwrap_or(i32::MAX);
        if let Some(before) = topic.owners[partition].replace(member) {
            remove(&mut self.assignments[before], id, index);
            self.sizes[before] -= 1;
        }
        self.assignments[member].entry(id).or_default().insert(index);
        self.sizes[member] += 1;
    }

    fn balance(&mut self) {
        let sorted = self.sorted(|topic| topic.readers.len() >= 2);
        // The last topic in which anything moved: once around without any is the end.
        let mut last: Option<usize> = None;
        for _ in 0..ROUNDS_MAX {
            for (place, id) in sorted.iter().enumerate() {
                if last == Some(place) {
                    return;
                }
                if self.balance_topic(*id) > 0 || last.is_none() {
                    last = Some(place);
                }
            }
        }
    }

    /// Moves partitions of one topic from who has most to who has least. Returns how many.
    fn balance_topic(&mut self, id: Uuid) -> usize {
        let Some(topic) = self.topics.get(&id) else { return 0 };
        let mut balancer = Balancer::new(&topic.readers, &self.sizes);
        if balancer.imbalance(&self.sizes) <= 1 {
            return 0;
        }
        // What each member can give, the highest partition first.
        let mut owned: HashMap<usize, Vec<usize>> = HashMap::new();
        for (partition, owner) in topic.owners.iter().enumerate() {
            if let Some(owner) = owner {
                owned.entry(*owner).or_default().push(partition);
            }
        }
        let mut moved = 0;
        while !balancer.is_balanced() {
            let giver = loop {
                let Some(member) = balancer.next_most_loaded(&self.sizes) else { return moved };
                match owned.get_mut(&member).and_then(Vec::pop) {
                    Some(partition) => break partition,
                    None => balancer.exclude_most_loaded(),
                }
            };
            let taker = balancer.next_least_loaded(&self.sizes);
            if balancer.is_balanced() {
                break;
            }
            self.give(id, giver, taker);
            moved += 1;
        }
        moved
    }
}

/// Goes through the readers of a topic from both ends of the order of their sizes: those that
/// have least get in turn, those that have most give in turn.
struct Balancer {
    sorted: Vec<usize>,
    /// The members before this have the least, all alike.
    least_end: usize,
    least_size: usize,
    next_least: usize,
    /// The members from here to the end of the range have the most, all alike.
    most_start: usize,
    most_end: usize,
    most_size: usize,
    next_most: isize,
}

impl Balancer {
    fn new(readers: &[usize], sizes: &[usize]) -> Self {
        let mut sorted = readers.to_vec();
        sorted.sort_by_key(|member| (sizes[*member], *member));
        let size_at = |place: Option<&usize>| place.map_or(0, |member| sizes[*member]);
        let (least, most) = (size_at(sorted.first()), size_at(sorted.last()));
        let end = sorted.len();
        Balancer {
            sorted,
            least_end: 0,
            // One below the least, which the first step adds. It wraps around zero.
            least_size: least.wrapping_sub(1),
            next_least: 0,
            most_start: end,
            most_end: end,
            most_size: most + 1,
            next_most: end as isize - 1,
        }
    }

    fn imbalance(&self, sizes: &[usize]) -> usize {
        match (self.sorted.first(), self.sorted.last()) {
            (Some(least), Some(most)) => sizes[*most] - sizes[*least],
            _ => 0,
        }
    }

    /// Returns who has least. The caller gives it one more, so that in turn all of those that
    /// have least come up to one more.
    fn next_least_loaded(&mut self, sizes: &[usize]) -> usize {
        if self.next_least >= self.least_end {
            self.least_size = self.least_size.wrapping_add(1);
            while self.least_end < self.sorted.len()
                && sizes[self.sorted[self.least_end]] == self.least_size
            {
                self.least_end += 1;
            }
            self.next_least = 0;
        }
        let member = self.sorted[self.next_least];
        self.next_least += 1;
        member
    }

    /// Returns who has most, of those that are not excluded.
    fn next_most_loaded(&mut self, sizes: &[usize]) -> Option<usize> {
        if self.next_most < self.most_start as isize {
            let is_used_up = self.most_end <= self.most_start && self.most_start > 0;
            self.most_size = match is_used_up {
                true => sizes[self.sorted[self.most_start - 1]],
                false => self.most_size.wrapping_sub(1),
            };
            while self.most_start > 0 && sizes[self.sorted[self.most_start - 1]] == self.most_size {
                self.most_start -= 1;
            }
            self.next_most = self.most_end as isize - 1;
        }
        let place = usize::try_from(self.next_most).ok()?;
        self.next_most -= 1;
        self.sorted.get(place).copied()
    }

    /// Leaves out the one that was just returned: it has nothing to give of this topic.
    fn exclude_most_loaded(&mut self) {
        let place = usize::try_from(self.next_most + 1).unwrap_or(0);
        self.most_end -= 1;
        self.sorted.swap(place, self.most_end);
    }

    fn is_balanced(&self) -> bool {
        (self.most_size as isize) - (self.least_size as isize) <= 1
    }
}
