//! A member takes records: new ones, and those that are available again.

use std::sync::Arc;

use super::aborted::{self, AbortedTransaction};
use super::in_flight::{InFlightBatch, State};
use super::{Limits, RecordState, SharePartition};
use crate::base::clock::Millis;

/// How strictly the limit of records is held to (KIP-1206).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcquireMode {
    /// Whole record batches are acquired, so that the limit may be passed by the last.
    #[default]
    BatchOptimized,
    /// Never more than the limit.
    RecordLimit,
}

/// One record batch that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchedBatch {
    pub base_offset: i64,
    pub last_offset: i64,
    /// -1 where there is no producer.
    pub producer_id: i64,
    pub is_transactional: bool,
    /// Whether it is the marker of an aborted transaction.
    pub is_abort_marker: bool,
}

/// Records that a member holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquired {
    pub first_offset: i64,
    pub last_offset: i64,
    pub delivery_count: i16,
}

impl Acquired {
    fn len(&self) -> i64 {
        self.last_offset - self.first_offset + 1
    }
}

/// What a member asks for.
#[derive(Clone, Copy, Debug)]
pub struct Acquire<'a> {
    pub member: &'a str,
    pub mode: AcquireMode,
    /// Into batches of how many records new ones are gathered.
    pub batch_size: i64,
    pub records_max: i64,
    /// The offset that was read from.
    pub fetch_offset: i64,
    /// What was read.
    pub batches: &'a [FetchedBatch],
    /// The transactions that were aborted, where the group is to see committed records only.
    pub aborted: &'a [AbortedTransaction],
}

/// An acquisition that is under way.
struct Taking<'a> {
    ask: &'a Acquire<'a>,
    limits: &'a Limits,
    member: Arc<str>,
    locked_until: Millis,
    records_max: i64,
    taken: Vec<Acquired>,
    count: i64,
}

impl Taking<'_> {
    fn left(&self) -> i64 {
        self.records_max - self.count
    }

    fn state(&self, delivery_count: i16) -> State {
        State::acquired(&self.member, delivery_count, self.locked_until)
    }

    /// From how many deliveries on records are delivered in smaller portions.
    fn throttled_from(&self) -> i16 {
        // Half of the limit, rounded up.
        ((self.limits.delivery_count_max + 1) / 2).max(2)
    }
}

impl SharePartition {
    /// Gives a member what it may have of the records that were read.
    pub fn acquire(&mut self, now: Millis, limits: &Limits, ask: &Acquire) -> Vec<Acquired> {
        let (Some(first), Some(last)) = (ask.batches.first(), ask.batches.last()) else {
            return Vec::new();
        };
        if ask.records_max <= 0 || last.last_offset < self.start_offset {
            return Vec::new();
        }
        let Some((records_max, last_offset)) = self.room(limits, ask, last.last_offset) else {
            return Vec::new();
        };
        self.archive_gone(ask.fetch_offset, first.base_offset);
        let mut taking = Taking {
            ask,
            limits,
            member: ask.member.into(),
            locked_until: now.saturating_add(limits.lock_duration_ms),
            records_max,
            taken: Vec::new(),
            count: 0,
        };
        self.take(&mut taking, first.base_offset, last_offset);
        let Taking { taken, locked_until, .. } = taking;
        if let Some(last) = taken.last() {
            self.first_lock_end =
                Some(self.first_lock_end.map_or(locked_until, |end| end.min(locked_until)));
            self.move_gap(last.last_offset + 1);
        }
        self.without_aborted(taken, ask)
    }

    /// Returns how many records may be acquired, up to which offset. Where there is no room for
    /// more in flight, those that are in flight may still be acquired again.
    fn room(&self, limits: &Limits, ask: &Acquire, last_offset: i64) -> Option<(i64, i64)> {
        let room = ask.records_max.min(limits.records_max - self.in_flight());
        if room > 0 {
            return Some((room, last_offset));
        }
        let again = self.end_offset - ask.fetch_offset + 1;
        (again > 0).then(|| (ask.records_max.min(again), last_offset.min(self.end_offset)))
    }

    /// What was asked for and is not in the log any more is not available.
    fn archive_gone(&mut self, fetch_offset: i64, base_offset: i64) {
        if !self.cached.is_empty()
            && fetch_offset < base_offset
            && self.archive(fetch_offset, base_offset, RecordState::Available)
        {
            self.find_next = true;
        }
    }

    fn take(&mut self, taking: &mut Taking, first_read: i64, last_offset: i64) {
        let mut base_offset = first_read;
        match self.floor(base_offset) {
            None => base_offset = base_offset.max(self.start_offset),
            Some(floor) if self.cached.get(&floor).is_some_and(|b| b.last >= base_offset) => {
                base_offset = floor;
            }
            Some(_) => {}
        }
        let begin = first_read.min(base_offset);
        if begin > last_offset {
            return;
        }
        let known: Vec<i64> = self.cached.range(begin..=last_offset).map(|(key, _)| *key).collect();
        let mut next_offset = base_offset;
        for key in &known {
            if taking.left() <= 0 {
                return;
            }
            if self.active_gap().is_some() {
                if next_offset < *key {
                    self.take_new(taking, next_offset, key - 1);
                }
                next_offset = self.cached.get(key).map_or(next_offset, |batch| batch.last + 1);
                if taking.left() <= 0 {
                    return;
                }
            }
            if !take_known(taking, &mut self.cached, *key, (first_read, last_offset)) {
                return;
            }
        }
        let last_known = known.last().and_then(|key| self.cached.get(key)).map(|batch| batch.last);
        let from = last_known.map_or(base_offset, |last| last + 1);
        if taking.left() > 0 && from <= last_offset {
            self.take_new(taking, from, last_offset);
        }
    }

    /// Takes records that were never delivered.
    fn take_new(&mut self, taking: &mut Taking, first: i64, last: i64) {
        let first = if self.cached.is_empty() { first.max(self.end_offset) } else { first };
        let room = taking.left();
        let mut last_taken = last;
        if room < last - first + 1 {
            last_taken = end_of_batch(taking.ask.batches, first + room - 1);
            if self.active_gap().is_some() {
                last_taken = last_taken.min(last);
            }
        }
        if last_taken < first {
            return;
        }
        let exact = taking.ask.mode == AcquireMode::RecordLimit;
        if exact && last_taken - first + 1 > room {
            let state = taking.state(1);
            let rest = State::of(RecordState::Available, 0);
            let batch = InFlightBatch::of_two(first, first + room, last_taken, state, rest);
            self.cached.insert(first, batch);
            self.find_next = true;
            taking.taken.push(Acquired {
                first_offset: first,
                last_offset: first + room - 1,
                delivery_count: 1,
            });
            taking.count += room;
        } else {
            let batches = portions(taking.ask, exact, first, last_taken);
            for portion in batches {
                let (first, last) = (portion.first_offset, portion.last_offset);
                self.cached.insert(first, InFlightBatch::new(first, last, taking.state(1)));
                taking.taken.push(portion);
            }
            taking.count += last_taken - first + 1;
        }
        if self.cached.first_key_value().is_some_and(|(key, _)| *key == first) {
            self.start_offset = first;
        }
        self.end_offset = self.end_offset.max(last_taken);
        if let Some(last) = taking.taken.last() {
            self.move_gap(last.last_offset + 1);
        }
    }

    /// Archives what was acquired of aborted transactions, and returns the rest.
    fn without_aborted(&mut self, taken: Vec<Acquired>, ask: &Acquire) -> Vec<Acquired> {
        if taken.is_empty() || ask.aborted.is_empty() {
            return taken;
        }
        let batches = aborted::batches(ask.batches, ask.aborted);
        if batches.is_empty() {
            return taken;
        }
        for batch in &batches {
            self.archive(batch.base_offset, batch.last_offset + 1, RecordState::Acquired);
        }
        // Else a group that meets nothing but aborted records would run out of room.
        self.move_start();
        aborted::without(taken, &batches)
    }
}

/// Takes what is available of a batch in flight. Says whether more may follow.
fn take_known(
    taking: &mut Taking,
    cached: &mut std::collections::BTreeMap<i64, InFlightBatch>,
    first: i64,
    (first_read, last_offset): (i64, i64),
) -> bool {
    let Some(batch) = cached.get_mut(&first) else { return true };
    let is_whole = first >= first_read && batch.last <= last_offset;
    let exact = taking.ask.mode == AcquireMode::RecordLimit;
    let exceeds = exact && batch.last - first + 1 > taking.left();
    let throttled = is_throttled(taking, batch, first_read, last_offset);
    if throttled && taking.count > 0 {
        return false;
    }
    if !is_whole || batch.by_offset || exceeds || throttled {
        let is_available = |batch: &InFlightBatch| {
            batch.state().is_some_and(|state| state.record == RecordState::Available)
        };
        if !batch.by_offset && !is_available(batch) {
            return true;
        }
        batch.by_offset = true;
        let some = take_some(taking, batch, first, (first_read, last_offset));
        return !(throttled && some);
    }
    let Some(state) = batch.state().filter(|state| state.record == RecordState::Available) else {
        return true;
    };
    let delivery_count = state.delivery_count.saturating_add(1);
    batch.set(first, batch.last, taking.state(delivery_count));
    let acquired = Acquired { first_offset: first, last_offset: batch.last, delivery_count };
    taking.count += acquired.len();
    taking.taken.push(acquired);
    true
}

/// Says whether records of a batch were delivered so often that whoever gets them is to get
/// fewer, so that one that kills its reader is found (KIP-1206).
fn is_throttled(taking: &Taking, batch: &InFlightBatch, first_read: i64, last_read: i64) -> bool {
    let read = |first: i64, last: i64| first <= last_read && last >= first_read;
    let counts = batch
        .runs()
        .filter(|(first, last, state)| {
            state.record == RecordState::Available && (!batch.by_offset || read(*first, *last))
        })
        .map(|(_, _, state)| state.delivery_count);
    counts.max().unwrap_or(0) >= taking.throttled_from()
}

/// Takes single records of a batch in flight. Says whether there were any.
fn take_some(
    taking: &mut Taking,
    batch: &mut InFlightBatch,
    batch_first: i64,
    (first_read, last_read): (i64, i64),
) -> bool {
    let limit = taking.limits.delivery_count_max;
    let size = batch.last - batch_first + 1;
    let mut portion = None;
    let mut count = 0;
    let room = taking.left();
    let mut taken: Vec<Acquired> = Vec::new();
    for (first, last, state) in batch.cut(first_read.max(batch_first), last_read.min(batch.last)) {
        if state.record != RecordState::Available {
            continue;
        }
        // The last delivery of a record is of that record alone.
        let is_last_delivery = limit > 2 && state.delivery_count == limit - 1;
        if is_last_delivery && count > 0 {
            break;
        }
        let over = state.delivery_count - taking.throttled_from();
        if over >= 0 && portion.is_none() {
            let shift = u32::try_from(over + 1).unwrap_or(0).min(62);
            portion = Some((size >> shift).max(1));
        }
        let mut most = last - first + 1;
        if is_last_delivery {
            most = 1;
        }
        if taking.ask.mode == AcquireMode::RecordLimit {
            most = most.min(room - count);
        }
        if let Some(portion) = portion {
            most = most.min(portion - count);
        }
        if most <= 0 {
            break;
        }
        let delivery_count = state.delivery_count.saturating_add(1);
        let last_taken = first + most - 1;
        batch.set(first, last_taken, taking.state(delivery_count));
        count += most;
        match taken.last_mut() {
            Some(before)
                if before.last_offset + 1 == first && before.delivery_count == delivery_count =>
            {
                before.last_offset = last_taken;
            }
            _ => taken.push(Acquired {
                first_offset: first,
                last_offset: last_taken,
                delivery_count,
            }),
        }
        let is_full = taking.ask.mode == AcquireMode::RecordLimit && count == room;
        if is_last_delivery || is_full || portion == Some(count) {
            break;
        }
    }
    taking.count += count;
    taking.taken.append(&mut taken);
    count > 0
}

/// Cuts new records into batches of about the size that the member asks for, at the borders of
/// record batches.
fn portions(ask: &Acquire, exact: bool, first: i64, last: i64) -> Vec<Acquired> {
    let mut portions = Vec::new();
    let mut begin = first;
    let portion =
        |first_offset, last_offset| Acquired { first_offset, last_offset, delivery_count: 1 };
    if !exact && last - first + 1 > ask.batch_size {
        for batch in ask.batches.iter().take_while(|batch| batch.base_offset <= last) {
            if batch.base_offset > begin && batch.base_offset - begin >= ask.batch_size {
                portions.push(portion(begin, batch.base_offset - 1));
                begin = batch.base_offset;
            }
        }
    }
    portions.push(portion(begin, last));
    portions
}

/// Returns the end of the record batch that an offset is in.
fn end_of_batch(batches: &[FetchedBatch], offset: i64) -> i64 {
    let after = batches.partition_point(|batch| batch.base_offset <= offset);
    let batch = after.checked_sub(1).and_then(|index| batches.get(index));
    batch.map_or(offset, |batch| batch.last_offset.max(offset))
}
