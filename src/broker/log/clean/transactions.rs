//! Which batches belong to aborted transactions, as a walk over the log comes by them.
//!
//! A marker may go once nothing of its transaction is left. Source:
//! `CleanedTransactionMetadata` of Apache Kafka.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::super::txn_index::Aborted;
use crate::wire::batch::control::ControlType;
use crate::wire::batch::{BatchError, BatchInfo, Contents};

/// What the walk knows so far.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    /// Aborted ones that the walk has not reached, by first offset.
    ahead: BinaryHeap<Reverse<(i64, i64, i64, i64)>>,
    aborted: HashMap<i64, (Aborted, bool)>,
    committed: HashSet<i64>,
}

/// What a control batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// Nothing of the transaction is left before it.
    pub(super) is_of_nothing: bool,
    /// The aborted transaction that must stay in the index.
    pub(super) kept: Option<Aborted>,
}

impl Transactions {
    /// Takes in the aborted transactions of the segment that comes next.
    pub(super) fn expect(&mut self, aborted: Vec<Aborted>) {
        self.ahead.extend(
            aborted
                .into_iter()
                .map(|a| Reverse((a.first_offset, a.producer_id, a.last_offset, a.last_stable))),
        );
    }

    fn reach(&mut self, offset: i64) {
        while let Some(Reverse((first_offset, producer_id, last_offset, last_stable))) =
            self.ahead.peek().copied()
        {
            if first_offset > offset {
                break;
            }
            self.ahead.pop();
            let aborted = Aborted { producer_id, first_offset, last_offset, last_stable };
            self.aborted.entry(producer_id).or_insert((aborted, false));
        }
    }

    /// Comes by a batch of data. Says whether it was aborted.
    pub(super) fn data(&mut self, info: &BatchInfo) -> bool {
        self.reach(info.last_offset());
        if !info.attributes.is_transactional() {
            return false;
        }
        match self.aborted.get_mut(&info.producer_id) {
            Some((_, seen)) => {
                *seen = true;
                true
            }
            None => {
                self.committed.insert(info.producer_id);
                false
            }
        }
    }

    /// Comes by a control batch.
    pub(super) fn control(&mut self, batch: &Contents<'_>) -> Result<Marker, BatchError> {
        let info = &batch.header;
        self.reach(info.last_offset());
        let nothing = Marker { is_of_nothing: true, kept: None };
        let Some(record) = batch.records().next().transpose()? else { return Ok(nothing) };
        let id = info.producer_id;
        Ok(match record.key.and_then(ControlType::of_key) {
            Some(ControlType::Abort) => match self.aborted.remove(&id) {
                Some((aborted, true)) => Marker { is_of_nothing: false, kept: Some(aborted) },
                _ => nothing,
            },
            Some(ControlType::Commit) => {
                Marker { is_of_nothing: !self.committed.remove(&id), kept: None }
            }
            _ => Marker { is_of_nothing: false, kept: None },
        })
    }
}
