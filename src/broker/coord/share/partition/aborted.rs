//! Records of aborted transactions: a group that reads committed records does not get them.

use std::collections::HashSet;

use super::acquire::{Acquired, FetchedBatch};

/// A transaction that was aborted, as Fetch tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
}

/// Returns the batches that are of aborted transactions.
pub(super) fn batches(read: &[FetchedBatch], aborted: &[AbortedTransaction]) -> Vec<FetchedBatch> {
    let mut aborted = aborted.to_vec();
    aborted.sort_by_key(|transaction| transaction.first_offset);
    let mut aborted = aborted.into_iter().peekable();
    let mut producers = HashSet::new();
    let mut found = Vec::new();
    for batch in read.iter().filter(|batch| batch.producer_id >= 0) {
        while let Some(begun) = aborted.next_if(|begun| begun.first_offset <= batch.last_offset) {
            producers.insert(begun.producer_id);
        }
        if batch.is_abort_marker {
            producers.remove(&batch.producer_id);
        } else if batch.is_transactional && producers.contains(&batch.producer_id) {
            found.push(*batch);
        }
    }
    found
}

/// Returns what was acquired without the offsets of some batches. Both are in order.
pub(super) fn without(taken: Vec<Acquired>, batches: &[FetchedBatch]) -> Vec<Acquired> {
    let mut left = Vec::new();
    for acquired in taken {
        let mut begin = acquired.first_offset;
        for batch in batches {
            if batch.last_offset < begin || batch.base_offset > acquired.last_offset {
                continue;
            }
            if batch.base_offset > begin {
                left.push(Acquired {
                    first_offset: begin,
                    last_offset: batch.base_offset - 1,
                    ..acquired
                });
            }
            begin = batch.last_offset + 1;
        }
        if begin <= acquired.last_offset {
            left.push(Acquired { first_offset: begin, ..acquired });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(base: i64, last: i64, producer_id: i64, marker: bool) -> FetchedBatch {
        FetchedBatch {
            base_offset: base,
            last_offset: last,
            producer_id,
            is_transactional: producer_id >= 0,
            is_abort_marker: marker,
        }
    }

    #[test]
    fn a_transaction_ends_with_its_marker() {
        let read = [
            batch(0, 4, 7, false),
            batch(5, 9, 8, false),
            batch(10, 10, 7, true),
            batch(11, 14, 7, false),
            batch(15, 19, -1, false),
        ];
        let aborted = [AbortedTransaction { producer_id: 7, first_offset: 0 }];
        let found = batches(&read, &aborted);
        assert_eq!(found, [read[0]]);
        let taken = [(0, 7), (8, 19)].map(|(first_offset, last_offset)| Acquired {
            first_offset,
            last_offset,
            delivery_count: 1,
        });
        let left = without(taken.to_vec(), &found);
        let left: Vec<_> = left.iter().map(|l| (l.first_offset, l.last_offset)).collect();
        assert_eq!(left, [(5, 7), (8, 19)]);
    }

    #[test]
    fn offsets_in_the_midst_are_cut_out() {
        let taken = Acquired { first_offset: 0, last_offset: 19, delivery_count: 2 };
        let cut = [batch(3, 4, 1, false), batch(10, 19, 1, false)];
        let left = without(vec![taken], &cut);
        let left: Vec<_> = left.iter().map(|l| (l.first_offset, l.last_offset)).collect();
        assert_eq!(left, [(0, 2), (5, 9)]);
    }
}
