//! What librdkafka tells us from its callbacks, kept until somebody asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::offsets::Partition;
use crate::base::runs::Runs;

/// How many lines wait at most to be shown.
const KEPT_MAX: usize = 64;
/// How many reasons for failures are told apart.
const REASONS_MAX: usize = 64;

/// A record that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What the record was tagged with: the number of its line.
    pub tag: usize,
    /// librdkafka's code: negative if it is its own, positive if it is the broker's.
    pub code: i32,
    pub words: String,
}

/// How much a line of talk matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For whoever asked for details.
    Detail,
    Warning,
}

/// A line of librdkafka's talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub weight: Weight,
    pub text: String,
}

/// All that callbacks write to. Shared between threads: librdkafka logs from its own.
#[derive(Debug, Default)]
pub(super) struct Told {
    delivered: AtomicU64,
    failed: AtomicU64,
    failures: Mutex<Vec<(Failed, Runs)>>,
    notices: Mutex<Vec<Notice>>,
    fatal: Mutex<Option<String>>,
    was_all_down: AtomicBool,
    /// Whether a group that has committed nothing begins with the oldest records.
    begins_early: bool,
    group: Mutex<Group>,
}

/// Our part of a group.
#[derive(Debug, Default)]
struct Group {
    /// How often partitions came or went.
    changes: u64,
    assigned: BTreeSet<Partition>,
    /// What may be committed: the offset after the last record that was dealt with.
    marks: BTreeMap<Partition, i64>,
    /// How far partitions were dealt with that were taken away.
    left: BTreeMap<Partition, i64>,
    /// Partitions of which the group has committed something that we marked.
    committed: BTreeSet<Partition>,
    /// The partitions that were there when we began, if somebody said.
    known: Option<BTreeSet<Partition>>,
    /// Why the last commit failed: told once, not every few seconds.
    trouble: Option<String>,
    /// How many commits were asked for without waiting, and how many were answered.
    asked: u64,
    answered: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks; and if it did, the data are whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Told {
    /// For a client that begins with the oldest records where nothing is committed, or not.
    pub(super) fn beginning(early: bool) -> Self {
        Told { begins_early: early, ..Told::default() }
    }

    /// Partitions other than these came to be later.
    pub(super) fn knows(&self, partitions: &[Partition]) {
        lock(&self.group).known = Some(partitions.iter().cloned().collect());
    }

    /// Says whether a partition of which the group has committed nothing is read from its
    /// beginning.
    pub(super) fn begins_early(&self, partition: &Partition) -> bool {
        let is_late = |known: &BTreeSet<Partition>| !known.contains(partition);
        self.begins_early || lock(&self.group).known.as_ref().is_some_and(is_late)
    }

    pub(super) fn log(&self, level: i32, facility: &str, text: &str) {
        // Connections come and go, and the run's own error says what matters of it. What is
        // left as news: offsets that are not there any more, and a group that gave us up.
        const NEWS: &[&str] = &["OFFSET", "MAXPOLL", "SESSTMOUT"];
        let weight = match level {
            ..=4 if NEWS.contains(&facility) => Weight::Warning,
            _ => Weight::Detail,
        };
        self.notice(weight, text);
    }

    fn notice(&self, weight: Weight, text: &str) {
        // `[thrd:localhost:9092/1]: ` says which of librdkafka's threads speaks.
        let text = match text.strip_prefix("[thrd:").and_then(|rest| rest.split_once("]: ")) {
            Some((_, rest)) => rest,
            None => text,
        };
        let mut notices = lock(&self.notices);
        if notices.len() < KEPT_MAX && notices.iter().all(|notice| notice.text != text) {
            notices.push(Notice { weight, text: text.to_owned() });
        }
    }

    /// Takes the lines that wait.
    pub(super) fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut *lock(&self.notices))
    }

    pub(super) fn error(&self, reason: &str) {
        self.notice(Weight::Detail, reason);
    }

    /// No broker is connected any more. Told once: librdkafka says it again and again.
    pub(super) fn all_down(&self) {
        if !self.was_all_down.swap(true, Ordering::Relaxed) {
            let text = "the connection to the cluster is lost; trying again until it is back";
            self.notice(Weight::Warning, text);
        }
    }

    pub(super) fn fatal(&self, reason: String) {
        lock(&self.fatal).get_or_insert(reason);
    }

    /// Why librdkafka cannot go on, if so.
    pub(super) fn fatal_error(&self) -> Option<String> {
        lock(&self.fatal).clone()
    }

    /// A broker has answered: if it is lost again, that is news.
    pub(super) fn is_up(&self) {
        if self.was_all_down.load(Ordering::Relaxed) {
            self.was_all_down.store(false, Ordering::Relaxed);
        }
    }

    pub(super) fn delivered(&self) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
        self.is_up();
    }

    pub(super) fn failed(&self, failed: Failed) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut failures = lock(&self.failures);
        let same = failures.iter().position(|(one, _)| one.code == failed.code);
        match same {
            Some(at) => failures[at].1.add(failed.tag),
            None if failures.len() < REASONS_MAX => {
                let tags = [failed.tag].into_iter().collect();
                failures.push((failed, tags));
            }
            None => {}
        }
    }

    /// How many records were delivered, and how many were not.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.delivered.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// The records that were not delivered, by reason: the first with its words, and all tags.
    pub(super) fn failures(&self) -> Vec<(Failed, Runs)> {
        lock(&self.failures).clone()
    }

    pub(super) fn commit_failed(&self, words: &str) {
        let mut group = lock(&self.group);
        if group.trouble.as_deref() != Some(words) {
            group.trouble = Some(words.to_owned());
            self.notice(Weight::Warning, &format!("offsets could not be committed: {words}"));
        }
    }

    /// Offsets were committed.
    pub(super) fn committed<'a>(&self, partitions: impl Iterator<Item = &'a Partition>) {
        let mut group = lock(&self.group);
        group.trouble = None;
        for partition in partitions {
            if !group.committed.contains(partition) {
                group.committed.insert(partition.clone());
            }
        }
    }

    /// A commit was asked for; its answer comes later.
    pub(super) fn commit_asked(&self) {
        lock(&self.group).asked += 1;
    }

    pub(super) fn commit_answered(&self) {
        lock(&self.group).answered += 1;
    }

    /// Whether every commit has its answer, and why the last one failed, if it did.
    pub(super) fn commits(&self) -> (bool, Option<String>) {
        let group = lock(&self.group);
        (group.answered >= group.asked, group.trouble.clone())
    }

    /// Nothing more is to be committed.
    pub(super) fn forget_marks(&self) {
        lock(&self.group).marks.clear();
    }

    /// Where a partition is to be read from that was ours before: what was dealt with and could
    /// not be committed is not read again. `committed` is what the group has.
    ///
    /// A group that has nothing, though something was committed, has lost it with the topic: what
    /// has its name now is another.
    pub(super) fn resumed(&self, partition: &Partition, committed: Option<i64>) -> Option<i64> {
        let mut group = lock(&self.group);
        let left = group.left.remove(partition)?;
        match committed {
            Some(offset) => (left > offset).then_some(left),
            None => (!group.committed.remove(partition)).then_some(left),
        }
    }

    pub(super) fn assigned(&self, partitions: Vec<Partition>) {
        let mut group = lock(&self.group);
        group.changes += 1;
        group.assigned.extend(partitions);
    }

    /// Gives partitions up, and returns what is to be committed for them first.
    pub(super) fn revoked(&self, partitions: &[Partition]) -> BTreeMap<Partition, i64> {
        let mut group = lock(&self.group);
        group.changes += 1;
        let mut marked = BTreeMap::new();
        for partition in partitions {
            group.assigned.remove(partition);
            marked.extend(group.marks.remove_entry(partition));
        }
        group.left.extend(marked.clone());
        marked
    }

    /// How often partitions came or went.
    pub(super) fn changes(&self) -> u64 {
        lock(&self.group).changes
    }

    /// The partitions that are ours.
    pub(super) fn assignment(&self) -> BTreeSet<Partition> {
        lock(&self.group).assigned.clone()
    }

    /// Says that everything before these offsets has been dealt with. Partitions that are not
    /// ours any more are left out: their new owner will be given those records again.
    pub(super) fn mark<'a>(&self, offsets: impl Iterator<Item = (&'a Partition, i64)>) {
        let mut group = lock(&self.group);
        for (partition, offset) in offsets {
            if group.assigned.contains(partition) {
                group.marks.insert(partition.clone(), offset);
            }
        }
    }

    /// What is marked.
    pub(super) fn marks(&self) -> BTreeMap<Partition, i64> {
        lock(&self.group).marks.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(partition: i32) -> Partition {
        Partition { topic: "t".to_owned(), partition }
    }

    #[test]
    fn a_revoked_partition_hands_over_its_mark_and_takes_no_more() {
        let told = Told::default();
        told.assigned(vec![partition(0), partition(1)]);
        told.mark([(&partition(0), 5), (&partition(1), 7), (&partition(2), 9)].into_iter());
        assert_eq!(told.revoked(&[partition(0)]), BTreeMap::from([(partition(0), 5)]));
        told.mark([(&partition(0), 6)].into_iter());
        assert_eq!(told.marks(), BTreeMap::from([(partition(1), 7)]));
        assert_eq!(told.changes(), 2);
    }

    #[test]
    fn what_was_dealt_with_is_not_read_again_though_it_was_not_committed() {
        let told = Told::default();
        let lost = |mark: i64| {
            told.assigned(vec![partition(0)]);
            told.mark([(&partition(0), mark)].into_iter());
            told.revoked(&[partition(0)]);
        };
        assert_eq!(told.resumed(&partition(0), Some(3)), None);
        lost(5);
        assert_eq!(told.resumed(&partition(0), Some(3)), Some(5));
        lost(5);
        assert_eq!(told.resumed(&partition(0), Some(7)), None, "somebody else went on");
        lost(5);
        assert_eq!(told.resumed(&partition(0), None), Some(5), "nothing was committed yet");
        told.committed([partition(0)].iter());
        lost(9);
        assert_eq!(told.resumed(&partition(0), None), None, "it is another topic");
    }

    #[test]
    fn what_came_later_is_read_from_its_beginning() {
        for (early, want) in [(false, [false, true]), (true, [true, true])] {
            let told = Told::beginning(early);
            assert_eq!(told.begins_early(&partition(1)), early);
            told.knows(&[partition(0)]);
            assert_eq!([0, 1].map(|at| told.begins_early(&partition(at))), want);
        }
    }

    #[test]
    fn a_commit_that_fails_again_and_again_is_told_once() {
        let told = Told::default();
        let tell = || {
            told.commit_failed("no coordinator");
            told.take_notices().len()
        };
        assert_eq!([tell(), tell()], [1, 0]);
        told.committed([].iter());
        assert_eq!(tell(), 1);
    }

    #[test]
    fn failures_are_all_counted_and_kept_by_reason() {
        let told = Told::default();
        for tag in 0..1000 {
            told.failed(Failed { tag, code: 10, words: "too large".to_owned() });
        }
        told.failed(Failed { tag: 2000, code: -192, words: "timed out".to_owned() });
        told.delivered();
        assert_eq!(told.counts(), (1, 1001));
        let failures = told.failures();
        let runs: Vec<_> = failures.iter().map(|(_, tags)| tags.iter().next()).collect();
        assert_eq!(runs, [Some((0, 999)), Some((2000, 2000))]);
    }

    #[test]
    fn talk_is_short_and_not_repeated() {
        let told = Told::default();
        told.log(3, "FAIL", "[thrd:a:1/1]: a:1/1: Connect failed");
        told.log(3, "FAIL", "[thrd:a:1/1]: a:1/1: Connect failed");
        told.log(4, "OFFSET", "[thrd:main]: t [0]: offset reset");
        let notices = told.take_notices();
        assert_eq!(notices.len(), 2);
        assert_eq!(notices[0].text, "a:1/1: Connect failed");
        assert_eq!((notices[0].weight, notices[1].weight), (Weight::Detail, Weight::Warning));
        assert!(told.take_notices().is_empty());
    }
}
