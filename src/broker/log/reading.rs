//! Reading a log: by offset, by time, by epoch. All of it on a snapshot, outside of the lock.

use std::sync::Arc;

use bytes::Bytes;

use super::partition::{Log, View};
use super::segment::Segment;
use super::{AbortedTxn, LogError, Marks, Read, ReadError, TimestampAndOffset, UpTo};
use crate::base::clock::Millis;
use crate::wire::batch::{self, BatchError, BatchInfo, Batches};

/// How much is read at once where a log is replayed.
const REPLAY_BYTES: usize = 1024 * 1024;

impl View {
    /// The segments from the one that may hold `offset` on.
    pub(super) fn segments_from(&self, offset: i64) -> &[Arc<Segment>] {
        let after = self.segments.partition_point(|segment| segment.base_offset <= offset);
        &self.segments[after.saturating_sub(1)..]
    }
}

impl Log {
    /// Reads whole batches from the one that holds `from` on.
    ///
    /// Returns nothing when `from` is at the end of what may be read, and at least one batch,
    /// however large, if there is one and `at_least_one` asks for it. An offset before the
    /// log's start or after its end is an error.
    pub fn read(
        &self,
        from: i64,
        max_bytes: usize,
        up_to: UpTo,
        at_least_one: bool,
    ) -> Result<Read, ReadError> {
        let view = self.view();
        let marks = view.marks;
        if from < marks.log_start || from > marks.end {
            return Err(out_of_range(from, marks));
        }
        let limit = match up_to {
            UpTo::HighWatermark => marks.high_watermark,
            UpTo::LastStable => marks.last_stable,
            UpTo::End => marks.end,
        };
        let mut records = Bytes::new();
        if from < limit {
            for segment in view.segments_from(from) {
                if let Some(read) = segment.read(from, limit, max_bytes, at_least_one)? {
                    records = read;
                    break;
                }
            }
        }
        let aborted = match up_to {
            UpTo::LastStable => aborted_in(&view, from, &records),
            _ => Vec::new(),
        };
        Ok(Read { records, marks, aborted })
    }

    /// Finds the first record whose timestamp is `timestamp` or later.
    pub fn offset_for_time(
        &self,
        timestamp: Millis,
    ) -> Result<Option<TimestampAndOffset>, LogError> {
        let view = self.view();
        let log_start = view.marks.log_start;
        for segment in view.segments_from(log_start) {
            if segment.max_timestamp() < timestamp {
                continue;
            }
            if let Some(found) = segment.find_time(timestamp, log_start)? {
                return Ok(Some(found.into()));
            }
        }
        Ok(None)
    }

    /// Finds the first record that has the largest timestamp of all.
    pub fn max_timestamp(&self) -> Result<Option<TimestampAndOffset>, LogError> {
        let view = self.view();
        let segments = view.segments_from(view.marks.log_start);
        let largest = segments.iter().map(|segment| segment.max_timestamp()).max();
        let Some(largest) = largest.filter(|largest| *largest >= 0) else { return Ok(None) };
        self.offset_for_time(largest)
    }

    /// Where a leader epoch ends, and the epoch that this is said of
    /// (`OffsetForLeaderEpoch`); -1 is not known.
    pub fn epoch_end(&self, epoch: i32) -> (i32, i64) {
        let state = self.state();
        state.epochs.end_of(epoch, state.end)
    }

    /// The epoch of the newest record.
    pub fn latest_epoch(&self) -> Option<i32> {
        self.state().epochs.latest()
    }

    /// The epoch of the record at `offset`, or of the one before it.
    pub fn epoch_at(&self, offset: i64) -> Option<i32> {
        self.state().epochs.at(offset)
    }

    /// The bytes of all segments.
    pub fn size_bytes(&self) -> u64 {
        self.view().segments.iter().map(|segment| segment.size()).sum()
    }

    /// Iterates over the stored batches from the one that holds `from` up to the end as it is
    /// now, to replay them. An offset before the log's start means the start.
    pub fn batches(&self, from: i64) -> StoredBatches<'_> {
        let marks = self.marks();
        let (next, end) = (from.max(marks.log_start), marks.end);
        StoredBatches { log: self, next, end, held: Bytes::new() }
    }
}

impl Log {
    /// Says what is wrong with the stored batch of an offset, and where.
    fn corrupt_at(&self, offset: i64, why: BatchError) -> LogError {
        let view = self.view();
        let Some(segment) = view.segments_from(offset).first() else {
            return LogError::Metadata { path: self.dir.clone(), why: why.to_string() };
        };
        match segment.position_of(offset) {
            Ok(position) => segment.corrupt(position, format!("{why}, at offset {offset}")),
            Err(error) => error,
        }
    }
}

fn out_of_range(offset: i64, marks: Marks) -> ReadError {
    let Marks { log_start, end, .. } = marks;
    ReadError::OffsetOutOfRange { offset, log_start, end }
}

/// The aborted transactions that touch what was read.
fn aborted_in(view: &View, from: i64, records: &[u8]) -> Vec<AbortedTxn> {
    let last = Batches::of(records).filter_map(Result::ok).last();
    let Some(last) = last else { return Vec::new() };
    let end = last.header.next_offset();
    let segments = view.segments_from(from).iter();
    segments
        .flat_map(|segment| segment.aborted.entries())
        .filter(|txn| txn.last_offset >= from && txn.first_offset < end)
        .map(|txn| AbortedTxn { producer_id: txn.producer_id, first_offset: txn.first_offset })
        .collect()
}

impl From<(Millis, i64, i32)> for TimestampAndOffset {
    fn from((timestamp, offset, leader_epoch): (Millis, i64, i32)) -> Self {
        TimestampAndOffset { timestamp, offset, leader_epoch }
    }
}

/// A batch as it is stored.
#[derive(Clone, Debug)]
pub struct StoredBatch {
    pub info: BatchInfo,
    /// All its bytes, the header among them.
    pub bytes: Bytes,
}

/// Iterates over stored batches. After an error comes nothing more.
#[derive(Debug)]
pub struct StoredBatches<'l> {
    log: &'l Log,
    next: i64,
    end: i64,
    held: Bytes,
}

impl Iterator for StoredBatches<'_> {
    type Item = Result<StoredBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.held.is_empty() {
            if self.next >= self.end {
                return None;
            }
            match self.log.read(self.next, REPLAY_BYTES, UpTo::End, true) {
                Ok(read) => self.held = read.records,
                Err(error) => {
                    self.next = self.end;
                    return Some(Err(error));
                }
            }
        }
        // Only whole batches are read. Nobody else looks whether they are sound.
        let checked = batch::check_stored(&self.held);
        let header = match checked {
            Ok(header) => header,
            Err(error) => {
                let error = self.log.corrupt_at(self.next, error);
                (self.held, self.next) = (Bytes::new(), self.end);
                return Some(Err(error.into()));
            }
        };
        let bytes = self.held.split_to(header.size_bytes());
        self.next = header.next_offset();
        if header.base_offset >= self.end {
            self.held = Bytes::new();
            return None;
        }
        Some(Ok(StoredBatch { info: header, bytes }))
    }
}
