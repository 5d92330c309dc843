//! The uniform assignor where all members read the same topics
//! (`UniformHomogeneousAssignmentBuilder`).

use std::collections::BTreeSet;

use super::{AssignError, GroupSpec, Outcome, remove};
use crate::base::ids::Uuid;

/// A member that has room for more.
struct Room<'a> {
    member: &'a str,
    left: usize,
}

pub(super) fn assign(spec: &GroupSpec) -> Result<Outcome, AssignError> {
    let first = spec.members.values().next();
    let order: Vec<Uuid> = first.into_iter().flat_map(|first| first.topics.in_order()).collect();
    let topics: BTreeSet<Uuid> = order.iter().copied().collect();
    if topics.is_empty() {
        return Ok(Outcome::new());
    }
    let mut free: Vec<(Uuid, i32)> = Vec::new();
    let mut count = 0;
    for topic in &order {
        let partitions = spec.partitions(*topic)?;
        let unassigned = (0..partitions).filter(|i| !spec.target.is_assigned(*topic, *i));
        free.extend(unassigned.map(|i| (*topic, i)));
        count += usize::try_from(partitions).unwrap_or(0);
    }
    let size = spec.members.len();
    let mut outcome = Outcome::with_capacity(size);
    let rooms = keep(spec, &topics, (count / size, count % size), &mut free, &mut outcome);
    let mut free = free.into_iter();
    for Room { member, left } in rooms {
        let assignment = outcome.entry(member.to_owned()).or_default();
        for (topic, partition) in free.by_ref().take(left) {
            assignment.entry(topic).or_default().insert(partition);
        }
    }
    if free.next().is_some() { Err(AssignError::LeftOver) } else { Ok(outcome) }
}

/// Lets everybody keep what it had, up to its share: `share.0` partitions, and one more for the
/// first `share.1` that can use it. What is too much goes to the others. Returns who has room.
fn keep<'a>(
    spec: &GroupSpec<'a>,
    topics: &BTreeSet<Uuid>,
    share: (usize, usize),
    free: &mut Vec<(Uuid, i32)>,
    outcome: &mut Outcome,
) -> Vec<Room<'a>> {
    let (least, mut extra) = share;
    let mut rooms = Vec::new();
    for (place, (id, member)) in spec.ordered().into_iter().enumerate() {
        let mut kept = member.assigned.clone();
        let mut has_extra = extra > 0;
        let mut left = least + usize::from(has_extra);
        for (topic, partitions) in member.assigned {
            if !topics.contains(topic) {
                kept.remove(topic);
                continue;
            }
            for partition in partitions {
                if left > 0 {
                    left -= 1;
                } else {
                    remove(&mut kept, *topic, *partition);
                    free.push((*topic, *partition));
                }
            }
        }
        // Whoever has one more already keeps it, as long as enough others are left to take the
        // rest of those that are over.
        if left > 0 && has_extra && spec.members.len() - place > extra {
            left -= 1;
            has_extra = false;
        }
        if left > 0 {
            rooms.push(Room { member: id, left });
        }
        extra -= usize::from(has_extra);
        outcome.insert(id.to_owned(), kept);
    }
    rooms
}
