//! Records change hands again: a member accepts, rejects, releases or renews them, leaves, or has
//! held them for too long.

use super::in_flight::{RecordState, State};
use super::{Limits, SharePartition, StateBatch};
use crate::base::clock::Millis;

/// What a member says of a record, by Kafka's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckType {
    /// There is no record at this offset.
    Gap = 0,
    Accept = 1,
    Release = 2,
    Reject = 3,
    Renew = 4,
}

impl AckType {
    pub fn of(id: i8) -> Option<Self> {
        Some(match id {
            0 => AckType::Gap,
            1 => AckType::Accept,
            2 => AckType::Release,
            3 => AckType::Reject,
            4 => AckType::Renew,
            _ => return None,
        })
    }

    /// Returns what a record becomes. A renewal changes nothing.
    fn state(self) -> Option<RecordState> {
        match self {
            AckType::Accept => Some(RecordState::Acknowledged),
            AckType::Release => Some(RecordState::Available),
            AckType::Reject | AckType::Gap => Some(RecordState::Archived),
            AckType::Renew => None,
        }
    }
}

/// What a member says of some records: one word for all, or one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AckBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub types: Vec<i8>,
}

/// Why an acknowledgement is refused, in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    #[error("{0}")]
    InvalidRecordState(&'static str),
    #[error("{0}")]
    InvalidRequest(String),
}

const NOT_FOUND: AckError = AckError::InvalidRecordState(
    "Batch record not found. The request batch offsets are not found in the cache.",
);
const NOT_ACQUIRED: AckError = AckError::InvalidRecordState(
    "The batch cannot be acknowledged. The batch is not in the acquired state.",
);
const NO_OWNER: AckError = AckError::InvalidRecordState("Member is not the owner of batch record");
const OFFSET_NOT_ACQUIRED: AckError =
    AckError::InvalidRecordState("The offset cannot be acknowledged. The offset is not acquired.");
const NO_OWNER_OF_OFFSET: AckError =
    AckError::InvalidRecordState("Member is not the owner of offset");
const NO_RENEWAL: AckError =
    AckError::InvalidRecordState("Renewing acquisition locks is not enabled for the group.");
const PAST_FIRST: &str =
    "Batch record not found. The first offset in request is past acquired records.";
const PAST_LAST: &str =
    "Batch record not found. The last offset in request is past acquired records.";

/// What has changed and must be written: [`SharePartition::written`] when it was, else
/// [`SharePartition::take_back`].
#[derive(Debug, Default)]
#[must_use]
pub struct Changes {
    /// What is to be written.
    pub batches: Vec<StateBatch>,
    before: Vec<(i64, i64, State)>,
}

impl Changes {
    /// Says whether there is nothing to be written.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    fn note(&mut self, first_offset: i64, last_offset: i64, before: State, after: &State) {
        self.batches.push(StateBatch {
            first_offset,
            last_offset,
            state: after.record,
            delivery_count: after.delivery_count,
        });
        self.before.push((first_offset, last_offset, before));
    }
}

impl SharePartition {
    /// A member acknowledges records: all of it counts, or nothing.
    pub fn acknowledge(
        &mut self,
        now: Millis,
        limits: &Limits,
        member: &str,
        batches: &[AckBatch],
    ) -> Result<Changes, AckError> {
        let mut changes = Changes::default();
        for batch in batches {
            if let Err(error) = self.acknowledge_one(now, limits, member, batch, &mut changes) {
                self.take_back(changes);
                return Err(error);
            }
        }
        Ok(changes)
    }

    fn acknowledge_one(
        &mut self,
        now: Millis,
        limits: &Limits,
        member: &str,
        ack: &AckBatch,
        changes: &mut Changes,
    ) -> Result<(), AckError> {
        if ack.types.is_empty() || ack.types.iter().any(|id| AckType::of(*id).is_none()) {
            let text = format!("Invalid acknowledge type: {:?}", ack.types);
            return Err(AckError::InvalidRequest(text));
        }
        let count = i64::try_from(ack.types.len()).unwrap_or(i64::MAX);
        if count > 1 && ack.last_offset.checked_sub(ack.first_offset) != Some(count - 1) {
            return Err(AckError::InvalidRequest("Too few acknowledge types".into()));
        }
        if ack.last_offset < self.start_offset {
            return Ok(());
        }
        for key in self.batches_of(ack)? {
            let start_offset = self.start_offset;
            let Some(batch) = self.cached.get_mut(&key) else { continue };
            if batch.last < start_offset {
                continue;
            }
            if !batch.by_offset {
                let state = batch.state().filter(|state| state.member.is_some());
                let state = state.ok_or(NOT_ACQUIRED)?;
                if !state.is_held_by(member) {
                    return Err(NO_OWNER);
                }
            }
            let is_whole = key >= ack.first_offset && batch.last <= ack.last_offset;
            let is_begun = key < start_offset && batch.last >= start_offset;
            if !is_whole || ack.types.len() > 1 || is_begun {
                batch.by_offset = true;
            }
            let first = key.max(ack.first_offset).max(start_offset);
            let first = if batch.by_offset { first } else { key };
            let last = batch.last.min(ack.last_offset);
            for (first, last, state) in batch.cut(first, last) {
                if state.record != RecordState::Acquired {
                    return Err(OFFSET_NOT_ACQUIRED);
                }
                if !state.is_held_by(member) {
                    return Err(NO_OWNER_OF_OFFSET);
                }
                for (first, last, ack_type) in said(ack, first, last) {
                    let after = match ack_type.state() {
                        None if !limits.may_renew => return Err(NO_RENEWAL),
                        None => {
                            let locked_until = now.saturating_add(limits.lock_duration_ms);
                            State { locked_until: Some(locked_until), ..state.clone() }
                        }
                        Some(next) => state.let_go(next, limits.delivery_count_max),
                    };
                    if ack_type != AckType::Renew {
                        changes.note(first, last, state.clone(), &after);
                    }
                    batch.set(first, last, after);
                }
            }
        }
        Ok(())
    }

    /// Returns the first offsets of the batches that an acknowledgement speaks of.
    fn batches_of(&self, ack: &AckBatch) -> Result<Vec<i64>, AckError> {
        let moved = ack.first_offset < self.start_offset && ack.last_offset >= self.start_offset;
        let floor = match self.floor(ack.first_offset) {
            None if moved => self.floor(self.start_offset).ok_or(NOT_FOUND)?,
            floor => floor.ok_or(NOT_FOUND)?,
        };
        if floor > ack.last_offset {
            return Err(NOT_FOUND);
        }
        let keys: Vec<i64> =
            self.cached.range(floor..=ack.last_offset).map(|(key, _)| *key).collect();
        let last = keys.last().and_then(|key| self.cached.get(key)).map_or(floor, |b| b.last);
        let past = |text: &str| Err(AckError::InvalidRequest(text.into()));
        if last < ack.first_offset {
            return past(PAST_FIRST);
        }
        if ack.last_offset > last {
            return past(PAST_LAST);
        }
        Ok(keys)
    }

    /// A member leaves: what it holds is available again.
    pub fn release(&mut self, limits: &Limits, member: &str) -> Changes {
        self.let_go(limits, |state| state.is_held_by(member))
    }

    /// Takes records from whoever has held them for too long. Kafka does so whether or not it
    /// can be written: there is nothing to take back.
    pub fn expire_locks(&mut self, now: Millis, limits: &Limits) -> Changes {
        if self.first_lock_end.is_none_or(|end| end > now) {
            return Changes::default();
        }
        let is_over = |state: &State| state.locked_until.is_some_and(|end| end <= now);
        let changes = self.let_go(limits, is_over);
        let runs = self.cached.values().flat_map(|batch| batch.runs());
        self.first_lock_end = runs.filter_map(|(_, _, state)| state.locked_until).min();
        changes
    }

    fn let_go(&mut self, limits: &Limits, is_meant: impl Fn(&State) -> bool) -> Changes {
        let mut changes = Changes::default();
        let start_offset = self.start_offset;
        for (key, batch) in &mut self.cached {
            let (key, batch_last) = (*key, batch.last);
            let meant = |state: &State| state.record == RecordState::Acquired && is_meant(state);
            if !batch.runs().any(|(_, _, state)| meant(state)) {
                continue;
            }
            // What the start offset has passed is archived, however often it was delivered.
            let begun = start_offset.clamp(key, batch_last.saturating_add(1));
            let parts = [
                (key, begun - 1, RecordState::Archived),
                (begun, batch_last, RecordState::Available),
            ];
            batch.by_offset |= key < begun && begun <= batch_last;
            for (first, last, next) in parts {
                for (first, last, state) in batch.cut(first, last) {
                    if meant(&state) {
                        let after = state.let_go(next, limits.delivery_count_max);
                        changes.note(first, last, state, &after);
                        batch.set(first, last, after);
                    }
                }
            }
        }
        changes
    }

    /// What has changed was written.
    pub fn written(&mut self, changes: Changes) {
        if changes.batches.iter().any(|batch| batch.state == RecordState::Available) {
            self.find_next = true;
        }
        if !changes.is_empty() {
            self.move_start();
        }
    }

    /// What has changed could not be written: it has not happened.
    pub fn take_back(&mut self, changes: Changes) {
        for (first, last, state) in changes.before.into_iter().rev() {
            let Some(key) = self.floor(first) else { continue };
            if let Some(batch) = self.cached.get_mut(&key) {
                batch.set(first, last, state);
            }
        }
    }
}

/// Returns what is said of some offsets, in runs of the same word.
fn said(ack: &AckBatch, first: i64, last: i64) -> Vec<(i64, i64, AckType)> {
    let word = |offset: i64| {
        let index = if ack.types.len() == 1 { 0 } else { offset - ack.first_offset };
        let id = usize::try_from(index).ok().and_then(|index| ack.types.get(index));
        id.and_then(|id| AckType::of(*id)).unwrap_or(AckType::Gap)
    };
    if ack.types.len() == 1 {
        return vec![(first, last, word(first))];
    }
    let mut runs: Vec<(i64, i64, AckType)> = Vec::new();
    for offset in first..=last {
        match runs.last_mut() {
            Some(run) if run.2 == word(offset) => run.1 = offset,
            _ => runs.push((offset, offset, word(offset))),
        }
    }
    runs
}
