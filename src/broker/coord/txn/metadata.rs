//! What is known of one transactional id, and what each step makes of it.
//!
//! Every step returns the facts as they will be; they become what is known when they are in the
//! log. Source: `TransactionMetadata` of Apache Kafka 4.3.

use std::collections::{BTreeMap, BTreeSet};

use super::state::State;
use crate::base::clock::Millis;
use crate::wire::ErrorCode;

/// No producer id, no epoch, no time.
pub(super) const NONE: i64 = -1;
pub(super) const NO_EPOCH: i16 = -1;

/// The transaction version of clients that bump their epoch with each transaction (KIP-890).
pub(super) const BUMPS_SINCE: i16 = 2;

/// Partitions by their topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    by_topic: BTreeMap<String, BTreeSet<i32>>,
}

impl Places {
    pub fn insert(&mut self, topic: &str, partition: i32) {
        match self.by_topic.get_mut(topic) {
            Some(partitions) => partitions.insert(partition),
            None => self.by_topic.entry(topic.to_owned()).or_default().insert(partition),
        };
    }

    pub fn contains(&self, topic: &str, partition: i32) -> bool {
        self.by_topic.get(topic).is_some_and(|partitions| partitions.contains(&partition))
    }

    pub fn is_empty(&self) -> bool {
        self.by_topic.is_empty()
    }

    /// Says whether all of these partitions are there.
    pub fn contains_all(&self, others: &Places) -> bool {
        others.iter().all(|(topic, partition)| self.contains(topic, partition))
    }

    pub fn extend(&mut self, others: &Places) {
        for (topic, partition) in others.iter() {
            self.insert(topic, partition);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, i32)> {
        self.by_topic.iter().flat_map(|(topic, partitions)| {
            partitions.iter().map(move |partition| (topic.as_str(), *partition))
        })
    }

    pub(super) fn topics(&self) -> impl Iterator<Item = (&str, Vec<i32>)> {
        let topics = self.by_topic.iter();
        topics.map(|(topic, partitions)| (topic.as_str(), partitions.iter().copied().collect()))
    }
}

impl<'a> FromIterator<(&'a str, i32)> for Places {
    fn from_iter<I: IntoIterator<Item = (&'a str, i32)>>(iter: I) -> Self {
        let mut places = Places::default();
        for (topic, partition) in iter {
            places.insert(topic, partition);
        }
        places
    }
}

/// What the log says of a transactional id, and the producer's last epoch, which it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) producer_id: i64,
    /// The producer id before the last step.
    pub(super) previous_producer_id: i64,
    /// The producer id that the end of the transaction brings, where the epochs are used up.
    pub(super) next_producer_id: i64,
    pub(super) epoch: i16,
    /// The epoch that the producer knew before it was given this one: what it knows if the
    /// answer got lost. Not remembered.
    pub(super) last_epoch: i16,
    pub(super) timeout_ms: i32,
    pub(super) state: State,
    pub(super) partitions: Places,
    pub(super) start_ms: Millis,
    pub(super) updated_ms: Millis,
    /// The transaction version of the client that made the last step.
    pub(super) client_version: i16,
}

/// Says whether a producer id has no epoch left to give: the last one stays for fencing.
pub(super) fn is_exhausted(epoch: i16) -> bool {
    epoch >= i16::MAX - 1
}

impl Facts {
    /// A transactional id that has not been seen before.
    pub(super) fn new(producer_id: i64, timeout_ms: i32, now: Millis) -> Self {
        Facts {
            producer_id,
            previous_producer_id: NONE,
            next_producer_id: NONE,
            epoch: NO_EPOCH,
            last_epoch: NO_EPOCH,
            timeout_ms,
            state: State::Empty,
            partitions: Places::default(),
            start_ms: NONE,
            updated_ms: now,
            client_version: 0,
        }
    }

    pub(super) fn bumps_epochs(&self) -> bool {
        self.client_version >= BUMPS_SINCE
    }

    fn step(&self, state: State) -> Facts {
        Facts { state, previous_producer_id: self.producer_id, ..self.clone() }
    }

    /// InitProducerId gives the producer its next epoch. `expected` is the epoch that the
    /// producer says it has (KIP-360).
    pub(super) fn with_next_epoch(
        &self,
        timeout_ms: i32,
        expected: Option<i16>,
        now: Millis,
    ) -> Result<Facts, ErrorCode> {
        if is_exhausted(self.epoch) {
            // Kafka comes to an illegal state here, and says so.
            return Err(ErrorCode::UNKNOWN_SERVER_ERROR);
        }
        let bumped = self.epoch + 1;
        let (epoch, last_epoch) = match expected {
            None => (bumped, NO_EPOCH),
            Some(_) if self.epoch == NO_EPOCH => (bumped, self.epoch),
            Some(expected) if expected == self.epoch => (bumped, self.epoch),
            // The same question again: the answer got lost.
            Some(expected) if expected == self.last_epoch => (self.epoch, self.last_epoch),
            Some(_) => return Err(ErrorCode::PRODUCER_FENCED),
        };
        let next = Facts { epoch, last_epoch, ..self.step(State::Empty) };
        Ok(next.at_rest(timeout_ms, now))
    }

    /// InitProducerId gives the producer another id, as the epochs of this one are used up.
    pub(super) fn with_next_id(
        &self,
        producer_id: i64,
        timeout_ms: i32,
        knows_epoch: bool,
        now: Millis,
    ) -> Facts {
        let last_epoch = if knows_epoch { self.epoch } else { NO_EPOCH };
        let next = Facts { producer_id, epoch: 0, last_epoch, ..self.step(State::Empty) };
        next.at_rest(timeout_ms, now)
    }

    fn at_rest(mut self, timeout_ms: i32, now: Millis) -> Facts {
        self.timeout_ms = timeout_ms;
        self.partitions = Places::default();
        self.start_ms = NONE;
        self.updated_ms = now;
        self
    }

    /// Partitions join the transaction, and begin it if they are the first.
    pub(super) fn with_partitions(&self, places: &Places, version: i16, now: Millis) -> Facts {
        let start_ms = if self.state.is_at_rest() { now } else { self.start_ms };
        let mut next = Facts { start_ms, updated_ms: now, ..self.step(State::Ongoing) };
        next.client_version = version;
        next.partitions.extend(places);
        next
    }

    /// The end is decided. With transaction version 2 the epoch moves on, so that nothing that
    /// the producer still has under way can reach a later transaction.
    pub(super) fn prepared(
        &self,
        commit: bool,
        version: i16,
        next_producer_id: i64,
        now: Millis,
    ) -> Facts {
        let state = if commit { State::PrepareCommit } else { State::PrepareAbort };
        let mut next = Facts { next_producer_id, updated_ms: now, ..self.step(state) };
        next.client_version = version;
        if version >= BUMPS_SINCE {
            next.epoch = self.epoch.saturating_add(1);
            next.last_epoch = self.epoch;
        }
        if self.state.is_at_rest() {
            // There is no transaction: it begins with its end.
            next.start_ms = now;
        }
        next
    }

    /// Every partition has its marker.
    pub(super) fn completed(&self, now: Millis) -> Facts {
        let state = match self.state {
            State::PrepareCommit => State::CompleteCommit,
            _ => State::CompleteAbort,
        };
        let mut next = Facts { updated_ms: now, ..self.step(state) };
        if self.bumps_epochs() && self.next_producer_id != NONE {
            next.producer_id = self.next_producer_id;
            next.epoch = 0;
        }
        next.next_producer_id = NONE;
        next.partitions = Places::default();
        next
    }
}
