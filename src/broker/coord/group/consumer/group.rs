//! A consumer group: what is remembered of it (`ConsumerGroup`, `ModernGroup`).
//!
//! Everything here changes through records only, live and at start-up alike. What follows from
//! the members (who owns what, how many read a topic, how many are behind) is kept beside them,
//! so that no heartbeat has to look at all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::member::{Epochs, Member};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::base::meter::Charge;
use crate::broker::coord::group::modern::subscriptions::Subscriptions;
use crate::broker::coord::group::modern::target::{NOTHING, Target};
use crate::broker::coord::group::modern::topics::{Image, TopicIds};
use crate::broker::coord::group::modern::{Assignment, GroupState};
use crate::broker::coord::group::weight;
use crate::wire::messages::join_group::JoinGroupRequestProtocol;

/// The topics that a pattern matches (`ResolvedRegularExpression`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) topics: Arc<BTreeSet<String>>,
    /// The offset of the metadata log as of which it was resolved.
    pub(crate) version: i64,
    /// When it was resolved.
    pub(crate) timestamp: Millis,
}

impl Resolved {
    /// Returns how many bytes it takes.
    fn weight(&self, pattern: &str) -> usize {
        weight::of_texts(self.topics.iter().map(String::as_str).chain([pattern]))
    }
}

/// A consumer group.
#[derive(Clone, Debug)]
pub(crate) struct ConsumerGroup {
    pub(crate) id: String,
    pub(crate) epoch: i32,
    pub(crate) metadata_hash: i64,
    pub(crate) target: Target,
    /// Whether a record of an older Kafka still describes its topics.
    pub(crate) has_old_metadata: bool,
    /// When its topics are looked at next, and the epoch that was reached when that was said:
    /// one that was never written does not count.
    pub(crate) refresh: (Millis, i32),
    members: BTreeMap<Arc<str>, Member>,
    /// Member ids of static members, by instance id.
    statics: HashMap<Arc<str>, Arc<str>>,
    /// How many members ask for each assignor.
    assignors: BTreeMap<Arc<str>, usize>,
    /// How many members speak the classic protocol.
    classic_count: usize,
    /// How many classic members speak each of their protocols.
    classic_protocols: HashMap<String, usize>,
    /// The epoch of whoever has a partition.
    owned: HashMap<Uuid, HashMap<i32, i32>>,
    subscriptions: Subscriptions,
    /// How many members subscribe to each pattern.
    patterns: BTreeMap<Arc<str>, usize>,
    resolved: BTreeMap<Arc<str>, Resolved>,
    /// How many members have not reached the target.
    behind: usize,
    /// How many bytes its members and their patterns take.
    pub(crate) weight: usize,
    pub(crate) held: Charge,
}

fn count<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    *counts.entry(key).or_default() += 1;
}

fn uncount<K: Ord + ?Sized>(counts: &mut BTreeMap<Arc<K>, usize>, key: &K) {
    if let Some(one) = counts.get_mut(key) {
        *one -= 1;
        if *one == 0 {
            counts.remove(key);
        }
    }
}

impl ConsumerGroup {
    pub(crate) fn new(id: &str) -> Self {
        ConsumerGroup {
            id: id.to_owned(),
            epoch: 1,
            metadata_hash: 0,
            target: Target::default(),
            has_old_metadata: false,
            refresh: (0, 0),
            members: BTreeMap::new(),
            statics: HashMap::new(),
            assignors: BTreeMap::new(),
            classic_count: 0,
            classic_protocols: HashMap::new(),
            owned: HashMap::new(),
            subscriptions: Subscriptions::default(),
            patterns: BTreeMap::new(),
            resolved: BTreeMap::new(),
            behind: 0,
            weight: 0,
            held: Charge::default(),
        }
    }

    pub(crate) fn state(&self) -> GroupState {
        if self.members.is_empty() {
            GroupState::Empty
        } else if self.epoch > self.target.epoch {
            GroupState::Assigning
        } else if self.behind > 0 {
            GroupState::Reconciling
        } else {
            GroupState::Stable
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    pub(crate) fn member(&self, id: &str) -> Option<&Member> {
        self.members.get(id)
    }

    /// Returns the member that an instance is.
    pub(crate) fn static_member(&self, instance: &str) -> Option<&Member> {
        self.members.get(self.statics.get(instance)?)
    }

    pub(crate) fn classic_count(&self) -> usize {
        self.classic_count
    }

    pub(crate) fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// Returns the patterns that members subscribe to.
    pub(crate) fn patterns(&self) -> &BTreeMap<Arc<str>, usize> {
        &self.patterns
    }

    /// Returns how many members subscribe to a pattern.
    pub(crate) fn subscribers(&self, pattern: &str) -> usize {
        self.patterns.get(pattern).copied().unwrap_or(0)
    }

    /// Returns what patterns have been resolved to.
    pub(crate) fn resolved(&self) -> &BTreeMap<Arc<str>, Resolved> {
        &self.resolved
    }

    /// Says whether somebody has a partition.
    pub(crate) fn is_owned(&self, topic: Uuid, partition: i32) -> bool {
        self.owned.get(&topic).is_some_and(|owned| owned.contains_key(&partition))
    }

    /// Returns the topics that a member reads.
    pub(crate) fn topics_of<'a>(&'a self, member: &'a Member, image: &'a Image) -> TopicIds<'a> {
        let resolved = member.pattern().and_then(|pattern| self.resolved.get(pattern));
        TopicIds { names: &member.topics, resolved: resolved.map(|one| &*one.topics), image }
    }

    /// Returns what a member is to have; one that takes an instance's place, what that had.
    pub(crate) fn target_of(&self, member: &str, instance: Option<&str>) -> &Assignment {
        match instance {
            None => self.target.of(member),
            // Who is new in its place is no member yet.
            Some(instance) => match self.statics.get(instance) {
                Some(current) => self.target.of(current),
                None => &NOTHING,
            },
        }
    }

    /// Says whether the group must look at its topics.
    pub(crate) fn must_look_at_topics(&self, now: Millis) -> bool {
        now >= self.refresh.0 || self.epoch < self.refresh.1
    }

    /// Returns the assignor that most members ask for, once a member is another. Where as many
    /// ask for one as for the other, it is the one that comes first in a Java hash table.
    pub(crate) fn assignor(&self, old: &Member, new: &Member) -> Option<Arc<str>> {
        let mut counts = self.assignors.clone();
        if let Some(name) = old.assignor.as_deref() {
            uncount(&mut counts, name);
        }
        if let Some(name) = &new.assignor {
            count(&mut counts, Arc::clone(name));
        }
        most_wanted(&counts)
    }

    /// Returns the assignor that most members ask for.
    pub(crate) fn current_assignor(&self) -> Option<Arc<str>> {
        most_wanted(&self.assignors)
    }

    /// Says whether a member of the classic protocol fits in: one of the protocols that it
    /// speaks must be spoken by all others of its kind.
    pub(crate) fn supports(&self, kind: &str, protocols: &[JoinGroupRequestProtocol]) -> bool {
        let is_common = |protocol: &JoinGroupRequestProtocol| {
            let count = self.classic_protocols.get(&protocol.name).copied().unwrap_or(0);
            count == self.classic_count
        };
        kind == "consumer"
            && match self.is_empty() {
                true => !protocols.is_empty(),
                false => protocols.iter().any(is_common),
            }
    }

    /// Says whether a classic member that waits for partitions must go on waiting: somebody
    /// still has one of them.
    pub(crate) fn waits_for_others(&self, member: &Member) -> bool {
        self.target.of(&member.id).iter().any(|(topic, partitions)| {
            let own = member.assigned.get(topic);
            partitions.iter().any(|partition| {
                let has = own.is_some_and(|own| own.contains_key(partition));
                !has && self.is_owned(*topic, *partition)
            })
        })
    }

    /// Says whether all members read the same topics, in Kafka's way of counting.
    pub(crate) fn is_homogeneous(
        patterns: &BTreeMap<Arc<str>, usize>,
        subscriptions: &Subscriptions,
        members: usize,
    ) -> bool {
        match patterns.values().next() {
            None => subscriptions.readers().all(|readers| readers.by_name == members),
            Some(subscribers) if *subscribers == members => subscriptions
                .readers()
                .all(|readers| readers.by_pattern == 1 && readers.by_name == 0),
            Some(_) => false,
        }
    }

    /// Takes a member in, or as it is now.
    pub(crate) fn put(&mut self, new: Member) {
        let old = self.members.remove(&new.id);
        if let Some(old) = &old {
            self.forget(old);
        }
        self.weight += new.weight(&self.id);
        self.subscriptions.add_names(&*new.topics);
        if let Some(assignor) = &new.assignor {
            count(&mut self.assignors, Arc::clone(assignor));
        }
        for partitions in [&new.assigned, &new.revoking] {
            self.own(partitions, new.epoch);
        }
        if let Some(pattern) = new.pattern.as_ref().filter(|pattern| !pattern.is_empty()) {
            count(&mut self.patterns, Arc::clone(pattern));
        }
        if let Some(instance) = &new.instance {
            self.statics.insert(Arc::clone(instance), Arc::clone(&new.id));
        }
        self.classic_count += usize::from(new.is_classic());
        for protocol in new.protocols() {
            *self.classic_protocols.entry(protocol.name.clone()).or_default() += 1;
        }
        self.behind += usize::from(!new.is_reconciled_to(self.target.epoch));
        self.members.insert(Arc::clone(&new.id), new);
    }

    /// Takes a member out.
    pub(crate) fn remove(&mut self, id: &str) {
        let Some(old) = self.members.remove(id) else { return };
        self.forget(&old);
        if let Some(instance) = &old.instance
            && self.statics.get(instance).is_some_and(|current| **current == *id)
        {
            self.statics.remove(instance);
        }
    }

    /// Takes back all that was counted of a member.
    fn forget(&mut self, old: &Member) {
        self.weight -= old.weight(&self.id);
        self.subscriptions.remove_names(&*old.topics);
        if let Some(assignor) = old.assignor.as_deref() {
            uncount(&mut self.assignors, assignor);
        }
        for partitions in [&old.assigned, &old.revoking] {
            self.disown(partitions, old.epoch);
        }
        if let Some(pattern) = old.pattern() {
            uncount(&mut self.patterns, pattern);
        }
        self.classic_count -= usize::from(old.is_classic());
        for protocol in old.protocols() {
            if let Some(count) = self.classic_protocols.get_mut(&protocol.name) {
                *count -= 1;
                if *count == 0 {
                    self.classic_protocols.remove(&protocol.name);
                }
            }
        }
        self.behind -= usize::from(!old.is_reconciled_to(self.target.epoch));
    }

    fn own(&mut self, partitions: &Epochs, epoch: i32) {
        for (topic, partitions) in partitions {
            let owned = self.owned.entry(*topic).or_default();
            for partition in partitions.keys() {
                let before = owned.entry(*partition).or_insert(epoch);
                *before = epoch.max(*before);
            }
        }
    }

    /// Takes back the epochs of partitions, but for those that somebody has got since.
    fn disown(&mut self, partitions: &Epochs, epoch: i32) {
        for (topic, partitions) in partitions {
            let Some(owned) = self.owned.get_mut(topic) else { continue };
            for partition in partitions.keys() {
                if owned.get(partition) == Some(&epoch) {
                    owned.remove(partition);
                }
            }
            if owned.is_empty() {
                self.owned.remove(topic);
            }
        }
    }

    /// A target assignment is complete as of an epoch.
    pub(crate) fn set_target_epoch(&mut self, epoch: i32, assigned_at: Millis) {
        self.target.assigned_at = assigned_at;
        if self.target.epoch != epoch {
            self.target.epoch = epoch;
            let members = self.members.values();
            self.behind = members.filter(|member| !member.is_reconciled_to(epoch)).count();
        }
    }

    /// A pattern has been resolved, or nobody subscribes to it any more.
    pub(crate) fn resolve(&mut self, pattern: &str, resolved: Option<Resolved>) {
        if let Some(old) = self.resolved.remove(pattern) {
            self.weight -= old.weight(pattern);
            self.subscriptions.remove_matches(&*old.topics);
        }
        if let Some(new) = resolved {
            self.weight += new.weight(pattern);
            self.subscriptions.add_matches(&*new.topics);
            self.resolved.insert(Arc::from(pattern), new);
        }
    }
}

/// Returns the key with the highest count; the first of equal ones in the order of a Java hash
/// table of the smallest size, which is where Kafka keeps the few names that there are.
fn most_wanted(counts: &BTreeMap<Arc<str>, usize>) -> Option<Arc<str>> {
    let place = |name: &str| {
        let hash = crate::base::hash::java_string_hash(name) as u32;
        (hash ^ (hash >> 16)) & 15
    };
    let best = counts.iter().min_by_key(|(name, count)| (usize::MAX - **count, place(name)));
    best.map(|(name, _)| Arc::clone(name))
}
