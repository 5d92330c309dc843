//! How far each partition has been read: what may be committed, and what has come to its end.
//! Pure.
//!
//! An end is an offset, not a record: the last records before it may have been compacted away or
//! be a transaction's markers. So a partition is at its end when a record at or after it comes,
//! when the record just before it comes, or when the broker says that there is nothing more.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::Partition;

/// A partition being read.
#[derive(Debug)]
struct Track {
    partition: Partition,
    /// Where to end: nowhere is the greatest offset.
    end: i64,
    /// The offset after the last thing that was dealt with.
    next: i64,
    /// Whether `next` has moved since it was last taken.
    has_moved: bool,
}

/// All partitions being read.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    tracks: Vec<Track>,
    /// Where the last record was found: the next is mostly of the same partition.
    last: usize,
    /// Where to end, if the run ends there.
    ends: BTreeMap<Partition, i64>,
    /// The partitions that have come to their end.
    done: BTreeSet<Partition>,
    /// The partitions that the group has given us; none: all are ours.
    ours: Option<BTreeSet<Partition>>,
}

impl Tracker {
    /// Ends at these offsets. What begins at or after its end has come there already; `from`
    /// says where partitions begin, if that is known.
    pub(super) fn end_at(
        &mut self,
        ends: &BTreeMap<Partition, i64>,
        from: &BTreeMap<Partition, i64>,
    ) {
        self.ends = ends.clone();
        let done = ends.iter().filter(|(partition, end)| {
            **end == 0 || from.get(partition).is_some_and(|from| from >= *end)
        });
        self.done = done.map(|(partition, _)| partition.clone()).collect();
    }

    /// Says which partitions are ours now.
    pub(super) fn assigned(&mut self, ours: BTreeSet<Partition>) {
        self.tracks.retain(|track| ours.contains(&track.partition));
        self.last = 0;
        self.ours = Some(ours);
    }

    /// Says whether a record is to be printed: it is of a partition of ours, and before its end.
    pub(super) fn wants(&mut self, topic: &str, partition: i32, offset: i64) -> bool {
        let Some(at) = self.find(topic, partition) else { return false };
        self.last = at;
        let Track { partition, end, .. } = &self.tracks[at];
        if offset >= end - 1 && *end != i64::MAX {
            self.done.insert(partition.clone());
        }
        offset < *end
    }

    /// The record that was just wanted has been printed.
    pub(super) fn printed(&mut self, offset: i64) {
        if let Some(track) = self.tracks.get_mut(self.last) {
            (track.next, track.has_moved) = (offset + 1, true);
        }
    }

    /// A partition has nothing more for now: everything before `offset` has been dealt with.
    pub(super) fn at_end(&mut self, topic: &str, partition: i32, offset: i64) {
        let Some(at) = self.find(topic, partition) else { return };
        let track = &mut self.tracks[at];
        if offset >= track.end {
            self.done.insert(track.partition.clone());
        }
        // Records beyond the end were not printed, and are not dealt with.
        let offset = offset.min(track.end);
        if track.next < offset {
            (track.next, track.has_moved) = (offset, true);
        }
    }

    /// Says whether all of these partitions have come to their end.
    pub(super) fn is_done<'a>(&self, mut of: impl Iterator<Item = &'a Partition>) -> bool {
        // What came to be after the run began has no end, and nothing that is wanted.
        let is_done = |at| self.done.contains(at) || !self.ends.contains_key(at);
        !self.ends.is_empty() && of.all(is_done)
    }

    /// Says whether everything that is ours has come to its end.
    pub(super) fn is_all_done(&self) -> bool {
        match &self.ours {
            Some(ours) => self.is_done(ours.iter()),
            None => self.is_done(self.ends.keys()),
        }
    }

    /// Says whether anything has moved since the last time.
    pub(super) fn has_moved(&self) -> bool {
        self.tracks.iter().any(|track| track.has_moved)
    }

    /// Returns what has moved since the last time.
    pub(super) fn take_moved(&mut self) -> impl Iterator<Item = (&Partition, i64)> {
        self.tracks.iter_mut().filter_map(|track| {
            std::mem::take(&mut track.has_moved).then_some((&track.partition, track.next))
        })
    }

    /// Finds a partition, if it is ours.
    fn find(&mut self, topic: &str, partition: i32) -> Option<usize> {
        let is = |track: &Track| {
            track.partition.partition == partition && track.partition.topic == topic
        };
        if self.tracks.get(self.last).is_some_and(is) {
            return Some(self.last);
        }
        if let Some(at) = self.tracks.iter().position(is) {
            return Some(at);
        }
        let partition = Partition { topic: topic.to_owned(), partition };
        if self.ours.as_ref().is_some_and(|ours| !ours.contains(&partition)) {
            return None;
        }
        let is_late = self.ours.is_some() && !self.ends.is_empty();
        let unknown = if is_late { 0 } else { i64::MAX };
        let end = self.ends.get(&partition).copied().unwrap_or(unknown);
        self.tracks.push(Track { partition, end, next: -1, has_moved: false });
        Some(self.tracks.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(partition: i32) -> Partition {
        Partition { topic: "t".to_owned(), partition }
    }

    fn ending(ends: &[i64]) -> Tracker {
        let ends = (0..).zip(ends).map(|(p, end)| (partition(p), *end)).collect();
        let mut tracker = Tracker::default();
        tracker.end_at(&ends, &BTreeMap::new());
        tracker
    }

    #[test]
    fn the_last_record_before_the_end_ends_a_partition() {
        let mut tracker = ending(&[2]);
        assert!(tracker.wants("t", 0, 0) && !tracker.is_all_done());
        assert!(tracker.wants("t", 0, 1) && tracker.is_all_done());
        assert!(!tracker.wants("t", 0, 2), "it was written after the run began");
    }

    #[test]
    fn gaps_before_the_end_are_no_obstacle() {
        let mut compacted = ending(&[5]);
        assert!(compacted.wants("t", 0, 1));
        compacted.printed(1);
        compacted.at_end("t", 0, 5);
        assert!(compacted.is_all_done());
        assert_eq!(compacted.take_moved().collect::<Vec<_>>(), [(&partition(0), 5)]);
        let mut grown = ending(&[5]);
        assert!(grown.wants("t", 0, 1) && !grown.is_all_done());
        assert!(!grown.wants("t", 0, 9) && grown.is_all_done());
    }

    #[test]
    fn the_end_that_the_broker_sees_may_be_later_than_ours() {
        let mut tracker = ending(&[3]);
        tracker.wants("t", 0, 2);
        tracker.printed(2);
        assert!(!tracker.wants("t", 0, 3));
        tracker.at_end("t", 0, 4);
        assert_eq!(tracker.take_moved().collect::<Vec<_>>(), [(&partition(0), 3)]);
        assert_eq!(tracker.take_moved().count(), 0);
    }

    #[test]
    fn empty_partitions_are_at_their_end_from_the_beginning() {
        assert!(ending(&[0, 0]).is_all_done());
        assert!(!ending(&[0, 1]).is_all_done());
        let ends = BTreeMap::from([(partition(0), 7)]);
        let mut tracker = Tracker::default();
        tracker.end_at(&ends, &ends);
        assert!(tracker.is_all_done());
        assert!(!Tracker::default().is_all_done(), "a run without ends has none");
    }

    #[test]
    fn what_the_group_took_away_is_not_printed_and_not_marked() {
        let mut tracker = ending(&[9, 9]);
        tracker.assigned(BTreeSet::from([partition(0), partition(1)]));
        assert!(tracker.wants("t", 0, 0));
        tracker.printed(0);
        tracker.assigned(BTreeSet::from([partition(1)]));
        assert_eq!(tracker.take_moved().count(), 0);
        assert!(!tracker.wants("t", 0, 1));
        assert!(tracker.wants("t", 1, 8) && tracker.is_all_done());
        tracker.assigned(BTreeSet::new());
        assert!(tracker.is_all_done(), "a member without partitions has nothing to wait for");
    }

    #[test]
    fn a_partition_that_came_later_is_not_waited_for() {
        let mut tracker = ending(&[2]);
        tracker.assigned(BTreeSet::from([partition(0), partition(7)]));
        assert!(!tracker.wants("t", 7, 0) && !tracker.is_all_done());
        assert!(tracker.wants("t", 0, 1) && tracker.is_all_done());
    }

    #[test]
    fn without_ends_everything_is_wanted_and_marked() {
        let mut tracker = Tracker::default();
        for offset in 0..3 {
            assert!(tracker.wants("t", 1, offset));
            tracker.printed(offset);
        }
        tracker.at_end("u", 0, 0);
        let moved: Vec<_> = tracker.take_moved().map(|(p, next)| (p.clone(), next)).collect();
        let u = Partition { topic: "u".to_owned(), partition: 0 };
        assert_eq!(moved, [(partition(1), 3), (u, 0)]);
    }
}
