//! What groups have committed, in its place or waiting for the end of a transaction, and how much
//! of it there is.

use std::collections::{BTreeMap, BTreeSet};

use super::Config;
use super::transactional::{Pending, Place};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;

/// A committed offset as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) offset: i64,
    /// -1 where it is unknown.
    pub(super) leader_epoch: i32,
    pub(super) metadata: String,
    /// The topic that it is of: zero where that is unknown.
    pub(super) topic_id: Uuid,
    pub(super) commit_timestamp_ms: Millis,
    /// When it expires, where the commit said so (versions 2 to 4).
    pub(super) expire_timestamp_ms: Option<Millis>,
}

/// Each with the order in which they were written.
type ByPartition = BTreeMap<i32, (u64, Committed)>;
type ByTopic = BTreeMap<String, ByPartition>;

/// All committed offsets, by group, topic and partition.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    pub(super) by_group: BTreeMap<String, ByTopic>,
    /// What transactions have committed that have not ended.
    pub(super) pending: Pending,
    /// How many have been written.
    written: u64,
    held: Held,
}

/// How many offsets there are, and how many bytes they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) count: usize,
    pub(super) bytes: usize,
}

impl std::ops::AddAssign for Held {
    fn add_assign(&mut self, more: Held) {
        self.count += more.count;
        self.bytes += more.bytes;
    }
}

impl std::ops::SubAssign for Held {
    fn sub_assign(&mut self, less: Held) {
        self.count -= less.count;
        self.bytes -= less.bytes;
    }
}

/// What an offset takes beside its metadata.
const OFFSET_BYTES: usize = 128;
/// What the first offset of a topic takes beside that: room for the next ones is made at once.
const TOPIC_BYTES: usize = 1280;

impl Held {
    /// An offset in its place.
    fn of(value: &Committed) -> Self {
        Held { count: 1, bytes: OFFSET_BYTES + value.metadata.len() }
    }

    /// A topic that has offsets.
    fn of_topic(name: &str) -> Self {
        Held { count: 0, bytes: TOPIC_BYTES + name.len() }
    }

    /// An offset that waits for the end of a transaction: its place is kept twice.
    pub(super) fn waiting((group, topic, _): &Place, value: &Committed) -> Self {
        let bytes = 2 * (OFFSET_BYTES + group.len() + topic.len()) + value.metadata.len();
        Held { count: 1, bytes }
    }
}

impl Offsets {
    /// Keeps an offset; with `within` until the transaction of that producer ends.
    pub(super) fn put(
        &mut self,
        within: Option<i64>,
        (group, topic, partition): Place,
        value: Committed,
    ) {
        self.written += 1;
        let order = self.written;
        if let Some(producer_id) = within {
            return self.pending.put(producer_id, (group, topic, partition), order, value);
        }
        self.settle((group, topic, partition), (order, value));
    }

    /// Puts an offset in its place.
    fn settle(&mut self, (group, topic, partition): Place, kept: (u64, Committed)) {
        let topics = self.by_group.entry(group).or_default();
        self.held += Held::of(&kept.1);
        let partitions = match topics.get_mut(&topic) {
            Some(partitions) => partitions,
            None => {
                self.held += Held::of_topic(&topic);
                topics.entry(topic).or_default()
            }
        };
        if let Some((_, old)) = partitions.insert(partition, kept) {
            self.held -= Held::of(&old);
        }
    }

    /// Returns how many offsets there are, and how many bytes they take.
    pub(super) fn held(&self) -> (usize, usize) {
        let waiting = self.pending.held();
        (self.held.count + waiting.count, self.held.bytes + waiting.bytes)
    }

    /// Says whether there is room for one more, beside others that are about to come. `more` then
    /// counts it in. What takes the place of another is weighed against that.
    pub(super) fn has_room(
        &self,
        config: &Config,
        within: bool,
        place: &Place,
        value: &Committed,
        more: &mut Held,
    ) -> bool {
        let mut new = match within {
            true => Held::waiting(place, value),
            false => Held::of(value),
        };
        let (group, topic, partition) = place;
        let topics = self.by_group.get(group);
        if topics.is_none_or(|topics| !topics.contains_key(topic)) {
            new += Held::of_topic(topic);
        }
        if let Some(old) = self.get(group, topic, *partition).filter(|_| !within) {
            let old = Held::of(old);
            if new.bytes <= old.bytes {
                return true;
            }
            new -= old;
        }
        let (count, bytes) = self.held();
        let fits = count + more.count + new.count <= config.offsets_max
            && bytes + more.bytes + new.bytes <= config.offset_bytes_max;
        if fits {
            *more += new;
        }
        fits
    }

    /// A producer's transaction has ended.
    pub(super) fn end(&mut self, producer_id: i64, commit: bool) {
        let ended = self.pending.take(producer_id);
        for (place, kept) in ended.into_iter().filter(|_| commit) {
            let (group, topic, partition) = &place;
            let partitions = self.by_group.get(group).and_then(|topics| topics.get(topic));
            let last = partitions.and_then(|partitions| partitions.get(partition));
            if last.is_none_or(|(order, _)| *order < kept.0) {
                self.settle(place, kept);
            }
        }
    }

    /// Says whether a transaction that is open has committed an offset here.
    pub(super) fn is_pending(&self, group: &str, topic: &str, partition: i32) -> bool {
        self.pending.contains(group, topic, partition)
    }

    /// Says whether a transaction that is open has committed offsets of a group.
    pub(super) fn has_pending(&self, group: &str) -> bool {
        self.pending.of(group).next().is_some()
    }

    /// Returns every place of a group that has an offset, or gets one when a transaction ends.
    pub(super) fn places_of(&self, group: &str) -> BTreeSet<(String, i32)> {
        let committed = self.of(group).map(|(topic, index, _)| (topic.to_owned(), index));
        let pending = self.pending.of(group).map(|(topic, index)| (topic.to_owned(), index));
        committed.chain(pending).collect()
    }

    pub(super) fn remove(&mut self, group: &str, topic: &str, partition: i32) {
        self.pending.remove(group, topic, partition);
        let Some(topics) = self.by_group.get_mut(group) else { return };
        let Some(partitions) = topics.get_mut(topic) else { return };
        if let Some((_, old)) = partitions.remove(&partition) {
            self.held -= Held::of(&old);
        }
        if partitions.is_empty() && topics.remove(topic).is_some() {
            self.held -= Held::of_topic(topic);
        }
        if topics.is_empty() {
            self.by_group.remove(group);
        }
    }

    pub(super) fn get(&self, group: &str, topic: &str, partition: i32) -> Option<&Committed> {
        self.by_group.get(group)?.get(topic)?.get(&partition).map(|(_, committed)| committed)
    }

    /// Returns all that a group has committed: topic, partition, offset.
    pub(super) fn of(&self, group: &str) -> impl Iterator<Item = (&str, i32, &Committed)> {
        self.by_group.get(group).into_iter().flatten().flat_map(|(topic, partitions)| {
            let offsets = partitions.iter();
            offsets.map(move |(partition, (_, value))| (topic.as_str(), *partition, value))
        })
    }
}
