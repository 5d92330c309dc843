//! What stays of one batch.
//!
//! Source: `Cleaner.cleanInto`, `MemoryRecords.filterTo` of Apache Kafka.

use bytes::Bytes;

use super::super::opened;
use super::super::producers::Producers;
use super::super::txn_index::Aborted;
use super::map::OffsetMap;
use super::transactions::Transactions;
use crate::base::clock::Millis;
use crate::wire::batch::{BatchBuilder, BatchError, BatchInfo, Record};

/// What a round of cleaning goes by.
pub(super) struct Filter<'m> {
    pub(super) map: &'m OffsetMap,
    pub(super) transactions: Transactions,
    pub(super) producers: &'m Producers,
    pub(super) now: Millis,
    /// When a tombstone that is met for the first time may go.
    pub(super) horizon: Millis,
    /// The end of what is cleaned: the last batch before it stays, so that no offset is lost.
    pub(super) upper: i64,
}

/// What becomes of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    /// As it is.
    All,
    Some(Bytes),
}

impl Filter<'_> {
    /// Decides about a batch, and about the aborted transaction that it ends.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> Result<(Kept, Option<Aborted>), BatchError> {
        let opened = opened::open(bytes)?;
        let info = opened.header;
        let control = info.attributes.is_control();
        let past = info.delete_horizon_ms().is_some_and(|horizon| horizon <= self.now);
        let mut kept_txn = None;
        // Records of an aborted transaction, or a marker of which nothing is left in time.
        let (discard, empty_marker) = if control {
            let marker = self.transactions.control(&opened)?;
            kept_txn = marker.kept;
            (marker.is_of_nothing && past, marker.is_of_nothing)
        } else {
            (self.transactions.data(&info), false)
        };
        let keep_empty = self.is_last_of_producer(&info) || info.next_offset() == self.upper;
        if discard && !keep_empty {
            return Ok((Kept::Nothing, kept_txn));
        }
        let mut builder = BatchBuilder::replacing(&info)?;
        let (mut dropped, mut tombstones) = (false, false);
        let mut kept = Vec::new();
        for record in opened.records() {
            let record = record?;
            if !discard && (control || self.keeps(&info, &record)) {
                tombstones |= !control && record.value.is_none();
                kept.push(record);
            } else {
                dropped = true;
            }
        }
        if kept.is_empty() {
            let kept = match (keep_empty, info.record_count) {
                (false, _) => Kept::Nothing,
                (true, 0) => Kept::All,
                (true, _) => Kept::Some(builder.build()?),
            };
            return Ok((kept, kept_txn));
        }
        let set_horizon = (tombstones || empty_marker) && info.delete_horizon_ms().is_none();
        if !dropped && !set_horizon {
            return Ok((Kept::All, kept_txn));
        }
        if set_horizon {
            builder = builder.delete_horizon_ms(self.horizon);
        }
        for record in &kept {
            builder.keep(record);
        }
        Ok((Kept::Some(builder.build()?), kept_txn))
    }

    fn keeps(&self, info: &BatchInfo, record: &Record<'_>) -> bool {
        if record.offset >= self.map.end() {
            return true;
        }
        let Some(key) = record.key else { return false };
        if self.map.overtakes(key, record.offset) {
            return false;
        }
        let tombstone_stays = info.delete_horizon_ms().is_none_or(|horizon| self.now < horizon);
        record.value.is_some() || tombstone_stays
    }

    /// A producer's last batch stays, if need be without records: its sequence is in it.
    fn is_last_of_producer(&self, info: &BatchInfo) -> bool {
        if !info.has_producer() {
            return false;
        }
        let Some(producer) = self.producers.known.get(&info.producer_id) else { return false };
        match producer.sent.back() {
            Some(sent) => sent.last_offset == info.last_offset(),
            None => info.attributes.is_control() && info.producer_epoch == producer.epoch,
        }
    }
}
