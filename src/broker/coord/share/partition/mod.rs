//! One share partition: which records of a partition a share group has in flight.
//!
//! Source: `kafka.server.share.SharePartition`. Between the start offset and the end offset are
//! the records in flight, in the batches in which they were acquired. Before the start offset all
//! is done; after the end offset nothing was delivered yet.
//!
//! - `in_flight`: the states of records, and batches of them
//! - `acquire`: a member takes records
//! - `acknowledge`: it accepts, rejects, releases or renews them; or loses them
//! - `aborted`: records of aborted transactions
//!
//! Nothing here is remembered by itself: what changes states returns the [`StateBatch`]es to be
//! written, and is taken back where that fails.

mod aborted;
mod acknowledge;
mod acquire;
mod in_flight;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::in_flight::{InFlightBatch, State};
use crate::base::clock::Millis;

pub use self::aborted::AbortedTransaction;
pub use self::acknowledge::{AckBatch, AckError, AckType, Changes};
pub use self::acquire::{Acquire, AcquireMode, Acquired, FetchedBatch};
pub use self::in_flight::RecordState;

/// The start offset that means that none was written yet.
pub const NO_START_OFFSET: i64 = -1;

/// The configs of the group that count, as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `share.delivery.count.limit`.
    pub delivery_count_max: i16,
    /// `share.partition.max.record.locks`: how many records are in flight at most.
    pub records_max: i64,
    /// `share.record.lock.duration.ms`.
    pub lock_duration_ms: Millis,
    /// `share.renew.acknowledge.enable`.
    pub may_renew: bool,
}

/// Offsets that follow one another and have the same state, as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub state: RecordState,
    pub delivery_count: i16,
}

/// What was written cannot be the state of a share partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistent {
    #[error("a state batch begins at {first_offset}, before {next_offset}")]
    Order { first_offset: i64, next_offset: i64 },
    #[error("a state batch ends at {last_offset}")]
    End { last_offset: i64 },
    #[error("the start offset is {start_offset}")]
    Start { start_offset: i64 },
}

/// The most that `group.share.partition.max.record.locks` may be.
const RECORD_LOCKS_MAX: usize = 10_000;

/// No log comes to this offset; beyond it, counting on would overflow.
const OFFSET_MAX: i64 = i64::MAX / 2;

/// Offsets below the end offset that no state was written of: the batches that were read leave
/// gaps where records were acquired, and nothing became of them before the restart.
#[derive(Clone, Copy, Debug)]
struct GapWindow {
    end_offset: i64,
    start_offset: i64,
}

/// One share partition.
#[derive(Debug)]
pub struct SharePartition {
    start_offset: i64,
    /// The last offset in flight; the next to be fetched where there is none.
    end_offset: i64,
    state_epoch: i32,
    cached: BTreeMap<i64, InFlightBatch>,
    gap_window: Option<GapWindow>,
    /// Whether there may be available records in flight.
    find_next: bool,
    /// No lock ends earlier than this.
    first_lock_end: Option<Millis>,
}

impl SharePartition {
    /// Begins with what was written.
    pub fn new(
        state_epoch: i32,
        start_offset: i64,
        batches: &[StateBatch],
    ) -> Result<Self, Inconsistent> {
        let mut cached = BTreeMap::new();
        let mut gap_start = None;
        let mut next_offset = start_offset;
        if !(0..=OFFSET_MAX).contains(&start_offset) {
            return Err(Inconsistent::Start { start_offset });
        }
        for batch in batches {
            let StateBatch { first_offset, last_offset, .. } = *batch;
            if first_offset < next_offset {
                return Err(Inconsistent::Order { first_offset, next_offset });
            }
            if last_offset < first_offset || last_offset > OFFSET_MAX {
                return Err(Inconsistent::End { last_offset });
            }
            if gap_start.is_none() && first_offset > next_offset {
                gap_start = Some(next_offset);
            }
            next_offset = batch.last_offset.saturating_add(1);
            // Nobody holds anything yet, whatever somebody wrote.
            let record = match batch.state {
                RecordState::Acquired => RecordState::Available,
                state => state,
            };
            let state = State::of(record, batch.delivery_count);
            cached.insert(first_offset, InFlightBatch::new(first_offset, batch.last_offset, state));
        }
        let end_offset = cached
            .last_key_value()
            .map_or(start_offset, |(_, batch): (_, &InFlightBatch)| batch.last);
        let mut partition = SharePartition {
            start_offset,
            end_offset,
            state_epoch,
            find_next: !cached.is_empty(),
            cached,
            gap_window: gap_start.map(|start_offset| GapWindow { end_offset, start_offset }),
            first_lock_end: None,
        };
        partition.move_start();
        Ok(partition)
    }

    pub fn start_offset(&self) -> i64 {
        self.start_offset
    }

    pub fn end_offset(&self) -> i64 {
        self.end_offset
    }

    pub fn state_epoch(&self) -> i32 {
        self.state_epoch
    }

    /// Returns how many records at and after the start offset nothing more happens to.
    pub fn delivery_complete_count(&self) -> i32 {
        let runs = self.cached.values().flat_map(InFlightBatch::runs);
        let count: i64 = runs
            .filter(|(_, last, state)| *last >= self.start_offset && state.record.is_terminal())
            .map(|(first, last, _)| last - first.max(self.start_offset) + 1)
            .sum();
        i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// Returns when to call [`expire_locks`](Self::expire_locks). Calling early is harmless.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.first_lock_end
    }

    /// Returns the offset to read from: the first that is available, or the first that was never
    /// delivered.
    pub fn next_fetch_offset(&mut self) -> i64 {
        let Some((_, last_batch)) = self.cached.last_key_value() else {
            self.find_next = false;
            return self.end_offset;
        };
        if self.start_offset > last_batch.last {
            self.find_next = false;
            return self.end_offset;
        }
        if self.find_next {
            if let Some(offset) = self.first_available() {
                return offset;
            }
            self.find_next = false;
        }
        self.end_offset + 1
    }

    fn first_available(&self) -> Option<i64> {
        let mut gap = self.active_gap();
        for (first, batch) in &self.cached {
            if let Some(gap) = &mut gap {
                if first > gap {
                    return Some(*gap);
                }
                *gap = batch.last.saturating_add(1).max(*gap);
            }
            let available = |state: &State| state.record == RecordState::Available;
            if let Some((first, ..)) = batch.runs().find(|(_, _, state)| available(state)) {
                return Some(first);
            }
        }
        None
    }

    /// Says whether there is room for more records in flight, or some that are in flight may be
    /// available.
    pub fn can_acquire(&mut self, limits: &Limits) -> bool {
        self.next_fetch_offset() != self.end_offset + 1 || self.in_flight() < limits.records_max
    }

    /// The log begins at a later offset now: what is before it is not available any more. It is
    /// written with the next state.
    pub fn log_start_moved(&mut self, log_start: i64) {
        if log_start <= self.start_offset {
            return;
        }
        let start_offset = self.start_offset;
        self.start_offset = log_start;
        if self.cached.is_empty() {
            self.end_offset = log_start;
            return;
        }
        if self.archive(start_offset, log_start, RecordState::Available) {
            self.find_next = true;
        }
        self.end_offset = self.end_offset.max(log_start);
        self.close_gap();
    }

    /// Archives the records of a state between two offsets, the second not included.
    fn archive(&mut self, from: i64, to: i64, state: RecordState) -> bool {
        let mut any = false;
        let begin = self.floor(from).unwrap_or(from);
        for (first, batch) in self.cached.range_mut(begin..to) {
            let is_whole = *first >= from && batch.last < to;
            for (first, last, was) in batch.cut(from.max(*first), batch.last.min(to - 1)) {
                if was.record == state {
                    any = true;
                    batch.by_offset |= !is_whole;
                    let now = State::of(RecordState::Archived, was.delivery_count);
                    batch.set(first, last, now);
                }
            }
        }
        any
    }

    /// Returns the first offset of the batch at or before an offset.
    fn floor(&self, offset: i64) -> Option<i64> {
        self.cached.range(..=offset).next_back().map(|(first, _)| *first)
    }

    /// Returns how many offsets are in flight.
    fn in_flight(&self) -> i64 {
        if self.cached.is_empty() { 0 } else { self.end_offset - self.start_offset + 1 }
    }

    /// Returns how many records in flight it is to be counted with. What somebody wrote of it may
    /// span more offsets than there are records, and takes as many places as there are batches.
    pub fn weight(&self) -> usize {
        let span = usize::try_from(self.in_flight()).unwrap_or(0);
        span.min(RECORD_LOCKS_MAX.max(self.cached.len()))
    }

    /// Returns where the gaps begin, while there are any.
    fn active_gap(&self) -> Option<i64> {
        let window = self.gap_window.filter(|window| window.end_offset == self.end_offset);
        window.map(|window| window.start_offset)
    }

    fn move_gap(&mut self, offset: i64) {
        let end_offset = self.end_offset;
        let still = |window: &GapWindow| window.end_offset == end_offset && offset <= end_offset;
        let window = self.gap_window.filter(still);
        self.gap_window = window.map(|_| GapWindow { end_offset, start_offset: offset });
        self.close_gap();
    }

    /// Lets the gaps begin where one is, or there be none. Kafka leaves them where they were: a
    /// share partition may then wait for ever for what it has.
    fn close_gap(&mut self) {
        let Some(window) = self.gap_window else { return };
        let mut start_offset = window.start_offset.max(self.start_offset);
        let begin = self.floor(start_offset).unwrap_or(start_offset);
        for (first, batch) in self.cached.range(begin..) {
            if *first > start_offset {
                break;
            }
            start_offset = start_offset.max(batch.last.saturating_add(1));
        }
        let window = GapWindow { start_offset, ..window };
        self.gap_window = Some(window).filter(|window| start_offset <= window.end_offset);
    }

    /// Moves the start offset past everything that nothing more happens to.
    fn move_start(&mut self) {
        let Some(start) = self.floor(self.start_offset) else { return };
        let at_start = self.cached.get(&start).and_then(|batch| {
            if batch.by_offset { batch.state_at(self.start_offset) } else { batch.state() }
        });
        if !at_start.is_some_and(|state| state.record.is_terminal()) {
            return;
        }
        let Some(done) = self.last_done() else { return };
        let Some((_, last_batch)) = self.cached.last_key_value() else { return };
        if done == last_batch.last {
            self.start_offset = done + 1;
            self.end_offset = done + 1;
            self.cached.clear();
            return;
        }
        let next_batch = self.cached.range(done + 1..).next().map(|(first, _)| *first);
        let is_batch_done = self
            .floor(done)
            .and_then(|first| self.cached.get(&first))
            .is_some_and(|b| b.last == done);
        match next_batch {
            Some(next) if is_batch_done => {
                self.start_offset = self.start_offset.max(next);
                if let Some(gap) = self.active_gap() {
                    self.start_offset = self.start_offset.min(gap);
                }
            }
            _ => self.start_offset = self.start_offset.max(done + 1),
        }
        self.cached.retain(|_, batch| batch.last > done);
    }

    /// Returns the last offset before which nothing more happens to any record.
    fn last_done(&self) -> Option<i64> {
        let gap = self.active_gap();
        let mut done = None;
        for batch in self.cached.values() {
            if gap.is_some_and(|gap| batch.last >= gap) {
                return done;
            }
            for (_, last, state) in batch.runs() {
                if !state.record.is_terminal() {
                    return done;
                }
                done = Some(last);
            }
        }
        done
    }
}
