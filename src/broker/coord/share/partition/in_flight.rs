//! The records in flight of one share partition: who holds which, and how often each was
//! delivered.
//!
//! Source: `org.apache.kafka.server.share.fetch.{RecordState, InFlightState, InFlightBatch}`. Where
//! Kafka keeps a state an offset, this keeps a state a run of equal offsets: a batch that spans
//! very many offsets takes no more memory than what has happened to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::clock::Millis;

/// What has become of a record, by Kafka's numbers. Kafka reserves 3 for records on their way to
/// the archive, and does not write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// It may be acquired.
    Available = 0,
    /// A member holds it.
    Acquired = 1,
    /// A member has accepted it.
    Acknowledged = 2,
    /// It is not delivered any more: rejected, delivered too often, or gone from the log.
    Archived = 4,
}

impl RecordState {
    /// Returns the state with a number. Archiving is no state that anything was left in.
    pub fn of(id: i8) -> Option<Self> {
        match id {
            0 => Some(RecordState::Available),
            1 => Some(RecordState::Acquired),
            2 => Some(RecordState::Acknowledged),
            3 | 4 => Some(RecordState::Archived),
            _ => None,
        }
    }

    /// Returns the number that Kafka writes.
    pub fn id(self) -> i8 {
        self as i8
    }

    /// Says whether nothing more happens to the record.
    pub fn is_terminal(self) -> bool {
        matches!(self, RecordState::Acknowledged | RecordState::Archived)
    }

    /// Says whether Kafka lets a record go from this state to another.
    pub fn may_become(self, next: RecordState) -> bool {
        match self {
            RecordState::Available => next == RecordState::Acquired,
            RecordState::Acquired => next != RecordState::Acquired,
            RecordState::Acknowledged | RecordState::Archived => false,
        }
    }
}

/// The state of each of some offsets that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) record: RecordState,
    pub(super) delivery_count: i16,
    /// Who holds the records. None but while they are acquired.
    pub(super) member: Option<Arc<str>>,
    /// When whoever holds them loses them.
    pub(super) locked_until: Option<Millis>,
}

impl State {
    pub(super) fn of(record: RecordState, delivery_count: i16) -> Self {
        State { record, delivery_count, member: None, locked_until: None }
    }

    pub(super) fn acquired(member: &Arc<str>, delivery_count: i16, until: Millis) -> Self {
        State {
            record: RecordState::Acquired,
            delivery_count,
            member: Some(Arc::clone(member)),
            locked_until: Some(until),
        }
    }

    /// Returns what becomes of it when whoever holds it lets go: a record that was delivered as
    /// often as it may be is not delivered again.
    pub(super) fn let_go(&self, next: RecordState, delivery_count_max: i16) -> State {
        let exhausted = self.delivery_count >= delivery_count_max;
        let record = match next {
            RecordState::Available if exhausted => RecordState::Archived,
            next => next,
        };
        State::of(record, self.delivery_count)
    }

    pub(super) fn is_held_by(&self, member: &str) -> bool {
        self.member.as_deref() == Some(member)
    }
}

/// Some offsets that follow one another and have the same state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) last: i64,
    pub(super) state: State,
}

/// What was acquired at once. The map of batches knows its first offset.
#[derive(Clone, Debug)]
pub(super) struct InFlightBatch {
    pub(super) last: i64,
    /// Whether Kafka would keep a state an offset. Else there is one run.
    pub(super) by_offset: bool,
    runs: BTreeMap<i64, Run>,
}

impl InFlightBatch {
    pub(super) fn new(first: i64, last: i64, state: State) -> Self {
        InFlightBatch {
            last,
            by_offset: false,
            runs: BTreeMap::from([(first, Run { last, state })]),
        }
    }

    /// Makes a batch whose offsets from `rest` on have another state.
    pub(super) fn of_two(first: i64, rest: i64, last: i64, one: State, other: State) -> Self {
        let runs =
            [(first, Run { last: rest - 1, state: one }), (rest, Run { last, state: other })];
        InFlightBatch { last, by_offset: true, runs: BTreeMap::from(runs) }
    }

    /// Returns the runs: first offset, last offset, state.
    pub(super) fn runs(&self) -> impl Iterator<Item = (i64, i64, &State)> {
        self.runs.iter().map(|(first, run)| (*first, run.last, &run.state))
    }

    /// Returns the state of the batch that is not kept by offset, or of its first run.
    pub(super) fn state(&self) -> Option<&State> {
        self.runs.first_key_value().map(|(_, run)| &run.state)
    }

    /// Returns the state of an offset.
    pub(super) fn state_at(&self, offset: i64) -> Option<&State> {
        let (_, run) = self.runs.range(..=offset).next_back()?;
        (run.last >= offset).then_some(&run.state)
    }

    /// Returns the runs between two offsets, cut at both.
    pub(super) fn cut(&mut self, first: i64, last: i64) -> Vec<(i64, i64, State)> {
        self.split_at(first);
        self.split_at(last.saturating_add(1));
        if first > last {
            return Vec::new();
        }
        let within = self.runs.range(first..=last);
        within.map(|(first, run)| (*first, run.last, run.state.clone())).collect()
    }

    /// Gives offsets another state.
    pub(super) fn set(&mut self, first: i64, last: i64, state: State) {
        self.split_at(first);
        self.split_at(last.saturating_add(1));
        let covered: Vec<i64> = self.runs.range(first..=last).map(|(first, _)| *first).collect();
        let covered_last =
            covered.last().and_then(|first| self.runs.get(first)).map(|run| run.last);
        for first in &covered {
            self.runs.remove(first);
        }
        if let (Some(first), Some(last)) = (covered.first(), covered_last) {
            self.runs.insert(*first, Run { last, state });
            self.join_at(*first);
            self.join_at(last.saturating_add(1));
        }
    }

    /// Cuts the run in whose midst an offset is.
    fn split_at(&mut self, offset: i64) {
        let Some((first, run)) = self.runs.range_mut(..offset).next_back() else { return };
        if *first < offset && run.last >= offset {
            let tail = Run { last: run.last, state: run.state.clone() };
            run.last = offset - 1;
            self.runs.insert(offset, tail);
        }
    }

    /// Joins the run that begins at an offset to the one before, where they are equal.
    fn join_at(&mut self, offset: i64) {
        let Some(run) = self.runs.get(&offset) else { return };
        let Some((before, run_before)) = self.runs.range(..offset).next_back() else { return };
        if run_before.state == run.state && run_before.last + 1 == offset {
            let (before, last) = (*before, run.last);
            self.runs.remove(&offset);
            if let Some(joined) = self.runs.get_mut(&before) {
                joined.last = last;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kafkas_table_of_transitions() {
        use RecordState::{Acknowledged, Acquired, Archived, Available};
        let all = [Available, Acquired, Acknowledged, Archived];
        let allowed = [
            (Available, Acquired),
            (Acquired, Available),
            (Acquired, Acknowledged),
            (Acquired, Archived),
        ];
        for from in all {
            for to in all {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} {to:?}");
            }
            assert_eq!(RecordState::of(from.id()), Some(from));
        }
        assert_eq!(RecordState::of(5), None);
    }

    #[test]
    fn runs_are_cut_where_a_state_changes_and_joined_where_it_is_the_same_again() {
        let available = State::of(RecordState::Available, 1);
        let archived = State::of(RecordState::Archived, 1);
        let mut batch = InFlightBatch::new(10, 19, available.clone());
        batch.set(12, 14, archived.clone());
        let shape = |batch: &InFlightBatch| {
            batch.runs().map(|(first, last, state)| (first, last, state.record)).collect::<Vec<_>>()
        };
        use RecordState::{Archived, Available};
        let cut = [(10, 11, Available), (12, 14, Archived), (15, 19, Available)];
        assert_eq!(shape(&batch), cut);
        assert_eq!(batch.state_at(14).map(|state| state.record), Some(Archived));
        assert_eq!(batch.state_at(20), None);
        batch.set(12, 14, available);
        assert_eq!(shape(&batch), [(10, 19, Available)]);
        // What lies outside is not touched.
        batch.set(0, 9, archived.clone());
        batch.set(20, 40, archived);
        assert_eq!(shape(&batch), [(10, 19, Available)]);
    }
}
