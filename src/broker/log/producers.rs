//! What a partition remembers of its producers: their last batches, and open transactions.
//!
//! A batch that comes again is answered with the offsets that it got the first time; a batch
//! that leaves a gap, or comes from a producer of the past, is refused. What is remembered
//! changes only through [`Producers::apply`], live and at start-up alike. Source:
//! `ProducerStateManager`, `ProducerAppendInfo`, `ProducerStateEntry` of Apache Kafka.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::{AppendError, Origin, ProducerState};
use crate::base::clock::Millis;
use crate::base::limits::PRODUCERS_MAX;
use crate::wire::batch::BatchInfo;
use crate::wire::batch::control::EndMarker;

/// How many batches of a producer are known again.
const BATCHES_KEPT: usize = 5;

/// Where a batch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) last_sequence: i32,
    pub(super) last_offset: i64,
    pub(super) offset_delta: i32,
    pub(super) timestamp: Millis,
}

impl Sent {
    pub(super) fn first_offset(&self) -> i64 {
        self.last_offset - i64::from(self.offset_delta)
    }

    fn first_sequence(&self) -> i32 {
        // Sequences wrap around after the largest to 0.
        let first = i64::from(self.last_sequence) - i64::from(self.offset_delta);
        first.rem_euclid(i64::from(i32::MAX) + 1) as i32
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Producer {
    pub(super) epoch: i16,
    /// The newest last.
    pub(super) sent: VecDeque<Sent>,
    pub(super) last_timestamp: Millis,
    pub(super) coordinator_epoch: i32,
    pub(super) txn_first_offset: Option<i64>,
}

impl Producer {
    fn new(epoch: i16) -> Self {
        Producer {
            epoch,
            sent: VecDeque::new(),
            last_timestamp: -1,
            coordinator_epoch: -1,
            txn_first_offset: None,
        }
    }

    fn enter_epoch(&mut self, epoch: i16) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.sent.clear();
        }
    }

    fn last_sequence(&self) -> i32 {
        self.sent.back().map_or(-1, |sent| sent.last_sequence)
    }
}

/// Says whether a batch is not of the past. A marker with an epoch of its own has a newer one
/// than the producer, unless it comes again, when its transaction is over.
fn is_of_epoch(producer: &Producer, epoch: i16, origin: Origin) -> bool {
    let is_over = producer.txn_first_offset.is_none() || producer.epoch == i16::MAX;
    match origin {
        Origin::Marker { own_epoch: true } if epoch == producer.epoch => is_over,
        _ => epoch >= producer.epoch,
    }
}

/// A transaction that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) producer_id: i64,
    pub(super) first_offset: i64,
    /// The marker's.
    pub(super) last_offset: i64,
    pub(super) aborted: bool,
}

/// The producers of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Producers {
    pub(super) known: HashMap<i64, Producer>,
    /// Open transactions by their first offset.
    open: BTreeMap<i64, i64>,
}

impl Producers {
    /// Says whether any of them has had a transaction.
    pub(super) fn has_transactions(&self) -> bool {
        let mut all = self.known.values();
        all.any(|one| one.coordinator_epoch >= 0 || one.txn_first_offset.is_some())
    }

    /// Puts in a producer as a snapshot tells it.
    pub(super) fn restore(&mut self, id: i64, producer: Producer) {
        if let Some(first) = producer.txn_first_offset {
            self.open.insert(first, id);
        }
        self.known.insert(id, producer);
    }

    /// The first offset of the oldest open transaction.
    pub(super) fn first_open(&self) -> Option<i64> {
        self.open.keys().next().copied()
    }

    /// Tells what is known of each producer, in the order of their ids.
    pub(super) fn describe(&self) -> Vec<ProducerState> {
        let mut all: Vec<ProducerState> = self
            .known
            .iter()
            .map(|(id, producer)| ProducerState {
                producer_id: *id,
                epoch: producer.epoch,
                last_sequence: producer.last_sequence(),
                last_timestamp_ms: producer.last_timestamp,
                coordinator_epoch: producer.coordinator_epoch,
                transaction_start: producer.txn_first_offset,
            })
            .collect();
        all.sort_by_key(|producer| producer.producer_id);
        all
    }

    /// Says whether a producer has a transaction open here.
    pub(super) fn is_open(&self, id: i64, epoch: i16) -> bool {
        let producer = self.known.get(&id);
        producer
            .is_some_and(|producer| producer.txn_first_offset.is_some() && producer.epoch == epoch)
    }

    /// Finds the batch among the last ones of its producer.
    pub(super) fn duplicate(&self, batch: &BatchInfo) -> Option<Sent> {
        if !batch.has_producer() || batch.attributes.is_control() {
            return None;
        }
        let producer = self.known.get(&batch.producer_id)?;
        if producer.epoch != batch.producer_epoch {
            return None;
        }
        let (first, last) = (batch.base_sequence, batch.last_sequence());
        let same = |sent: &&Sent| sent.last_sequence == last && sent.first_sequence() == first;
        producer.sent.iter().find(same).copied()
    }

    /// Says whether a batch, which is not a duplicate, may follow.
    pub(super) fn check(
        &self,
        batch: &BatchInfo,
        marker: Option<EndMarker>,
        origin: Origin,
    ) -> Result<(), AppendError> {
        let (producer_id, epoch) = (batch.producer_id, batch.producer_epoch);
        if !batch.has_producer() {
            return Ok(());
        }
        // A producer that nothing is known of may begin with any sequence.
        let Some(producer) = self.known.get(&producer_id) else { return Ok(()) };
        if !is_of_epoch(producer, epoch, origin) {
            let current = producer.epoch;
            return Err(AppendError::ProducerEpoch { producer_id, epoch, current });
        }
        if let Some(marker) = marker {
            let (epoch, current) = (marker.coordinator_epoch, producer.coordinator_epoch);
            if epoch < current {
                return Err(AppendError::CoordinatorEpoch { producer_id, epoch, current });
            }
            return Ok(());
        }
        if batch.attributes.is_control() {
            return Ok(());
        }
        if origin == Origin::Client {
            let sequence = batch.base_sequence;
            let last = if epoch == producer.epoch { producer.last_sequence() } else { -1 };
            let next = if last == i32::MAX { 0 } else { last + 1 };
            if sequence != next {
                let last = producer.last_sequence();
                return Err(AppendError::OutOfOrderSequence { producer_id, epoch, sequence, last });
            }
        }
        if producer.txn_first_offset.is_some() && !batch.attributes.is_transactional() {
            return Err(AppendError::TransactionOpen { producer_id });
        }
        Ok(())
    }

    /// Remembers a batch that is in the log, with its offsets. Returns the transaction that it
    /// ended.
    pub(super) fn apply(&mut self, batch: &BatchInfo, marker: Option<EndMarker>) -> Option<Ended> {
        if !batch.has_producer() {
            return None;
        }
        let id = batch.producer_id;
        let control = batch.attributes.is_control();
        // A control batch without a marker is the rest of a transaction that compaction took.
        if control && marker.is_none() {
            return None;
        }
        if self.known.len() >= PRODUCERS_MAX && !self.known.contains_key(&id) {
            self.forget_oldest();
        }
        let new = || Producer::new(batch.producer_epoch);
        let producer = self.known.entry(id).or_insert_with(new);
        producer.enter_epoch(batch.producer_epoch);
        producer.last_timestamp = batch.max_timestamp;
        if let Some(marker) = marker {
            producer.coordinator_epoch = marker.coordinator_epoch;
            let first_offset = producer.txn_first_offset.take()?;
            self.open.remove(&first_offset);
            let (last_offset, aborted) = (batch.last_offset(), !marker.commit);
            return Some(Ended { producer_id: id, first_offset, last_offset, aborted });
        }
        if producer.sent.len() == BATCHES_KEPT {
            producer.sent.pop_front();
        }
        producer.sent.push_back(Sent {
            last_sequence: batch.last_sequence(),
            last_offset: batch.last_offset(),
            offset_delta: batch.last_offset_delta,
            timestamp: batch.max_timestamp,
        });
        if batch.attributes.is_transactional() && producer.txn_first_offset.is_none() {
            producer.txn_first_offset = Some(batch.base_offset);
            self.open.insert(batch.base_offset, id);
        }
        None
    }

    /// Forgets the producer that was silent for the longest time and has nothing open.
    fn forget_oldest(&mut self) {
        let idle = self.known.iter().filter(|(_, producer)| producer.txn_first_offset.is_none());
        let oldest = idle.min_by_key(|(id, producer)| (producer.last_timestamp, **id));
        if let Some(id) = oldest.map(|(id, _)| *id) {
            self.known.remove(&id);
        }
    }

    /// Forgets producers that were not heard of for long. Returns how many.
    pub(super) fn expire(&mut self, now: Millis, after_ms: Millis) -> usize {
        let before = self.known.len();
        self.known.retain(|_, producer| {
            producer.txn_first_offset.is_some()
                || now.saturating_sub(producer.last_timestamp) < after_ms
        });
        before - self.known.len()
    }
}
