//! What a task and whoever looks after it share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::base::sync::lock;
use crate::client::Partition;
use crate::connect::connectors::Stop;

/// The states of connectors and tasks, by Kafka's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Unassigned,
    Running,
    Paused,
    Failed,
    Restarting,
    Stopped,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Unassigned => "UNASSIGNED",
            State::Running => "RUNNING",
            State::Paused => "PAUSED",
            State::Failed => "FAILED",
            State::Restarting => "RESTARTING",
            State::Stopped => "STOPPED",
        }
    }
}

/// Which task of which connector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskId {
    pub connector: String,
    pub task: usize,
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.connector, self.task)
    }
}

/// What a task has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that came in, and that went out.
    pub read: u64,
    pub written: u64,
    /// Records that were left out because of an error, and those that became dead letters.
    pub skipped: u64,
    pub dead: u64,
    pub retries: u64,
}

/// What is shared.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) id: TaskId,
    pub(super) stop: Stop,
    wants_pause: AtomicBool,
    state: Mutex<(State, Option<String>)>,
    pub(super) read: AtomicU64,
    pub(super) written: AtomicU64,
    pub(super) skipped: AtomicU64,
    pub(super) dead: AtomicU64,
    pub(super) retries: AtomicU64,
    /// How far a sink has written: the offset after the last of each partition.
    places: Mutex<BTreeMap<Partition, i64>>,
    /// Whether everything that was there has been dealt with.
    at_end: AtomicBool,
    /// The topics that it has used.
    topics: Mutex<BTreeSet<Arc<str>>>,
}

impl Shared {
    pub(super) fn new(id: TaskId, is_paused: bool) -> Self {
        Shared {
            id,
            stop: Stop::default(),
            wants_pause: AtomicBool::new(is_paused),
            state: Mutex::new((State::Unassigned, None)),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            dead: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            places: Mutex::default(),
            at_end: AtomicBool::new(false),
            topics: Mutex::default(),
        }
    }

    pub(super) fn set_state(&self, state: State) {
        *lock(&self.state) = (state, None);
    }

    pub(super) fn fail(&self, trace: String) {
        *lock(&self.state) = (State::Failed, Some(trace));
    }

    pub(super) fn state(&self) -> (State, Option<String>) {
        lock(&self.state).clone()
    }

    pub(super) fn pause(&self, is_paused: bool) {
        self.wants_pause.store(is_paused, Ordering::Relaxed);
    }

    pub(super) fn wants_pause(&self) -> bool {
        self.wants_pause.load(Ordering::Relaxed)
    }

    pub(super) fn set_at_end(&self, is_at_end: bool) {
        self.at_end.store(is_at_end, Ordering::Relaxed);
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at_end.load(Ordering::Relaxed)
    }

    /// Takes note of how far a sink has written.
    pub(super) fn reaches<'a>(&self, done: impl Iterator<Item = (&'a Partition, &'a i64)>) {
        let mut places = lock(&self.places);
        for (partition, offset) in done {
            match places.get_mut(partition) {
                Some(place) => *place = *offset,
                None => drop(places.insert(partition.clone(), *offset)),
            }
        }
    }

    /// Forgets partitions that somebody else reads now.
    pub(super) fn keeps(&self, assigned: &BTreeSet<Partition>) {
        lock(&self.places).retain(|partition, _| assigned.contains(partition));
    }

    pub(super) fn places(&self) -> BTreeMap<Partition, i64> {
        lock(&self.places).clone()
    }

    pub(super) fn uses(&self, topic: &Arc<str>) {
        let mut topics = lock(&self.topics);
        if !topics.contains(topic) {
            topics.insert(Arc::clone(topic));
        }
    }

    pub(super) fn topics(&self) -> BTreeSet<Arc<str>> {
        lock(&self.topics).clone()
    }

    pub(super) fn forget_topics(&self) {
        lock(&self.topics).clear();
    }

    pub(super) fn counts(&self) -> Counts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            read: of(&self.read),
            written: of(&self.written),
            skipped: of(&self.skipped),
            dead: of(&self.dead),
            retries: of(&self.retries),
        }
    }
}

/// Adds to a counter.
pub(super) fn count(counter: &AtomicU64, more: usize) {
    counter.fetch_add(more as u64, Ordering::Relaxed);
}
