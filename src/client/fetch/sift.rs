//! From the bytes of an answer to the batches whose records are to be seen: no control batches,
//! and with `read_committed` nothing of transactions that were aborted. Pure.

use std::collections::HashSet;

use bytes::Bytes;

use crate::wire::batch::{Batch, BatchError, Batches, ControlType, contents};
use crate::wire::messages::fetch::AbortedTransaction;

/// What an answer brought of one partition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sifted {
    pub(super) batches: Vec<Bytes>,
    /// The offset after the last batch, if there was any.
    pub(super) next: Option<i64>,
    /// The size of a first batch that is not there as a whole.
    pub(super) torn_bytes: Option<usize>,
}

/// Sifts the batches between two offsets. `aborted` is none where transactions do not matter.
///
/// # Errors
///
/// [`BatchError::Magic`] for a format before v2; others for bytes that are no batch.
pub(super) fn sift(
    records: &Bytes,
    from: i64,
    until: i64,
    aborted: Option<Vec<AbortedTransaction>>,
) -> Result<Sifted, BatchError> {
    let mut sifted = Sifted { batches: Vec::new(), next: None, torn_bytes: None };
    let mut transactions = aborted.map(Aborted::of);
    for batch in Batches::of(records) {
        let batch = match batch {
            Ok(batch) => batch,
            // A broker may cut off what does not fit.
            Err(BatchError::Incomplete { needed, .. }) => {
                sifted.torn_bytes = sifted.next.is_none().then_some(needed);
                break;
            }
            Err(error) => return Err(error),
        };
        let header = &batch.header;
        sifted.next = Some(header.next_offset().max(from));
        let is_hidden = match &mut transactions {
            Some(aborted) => aborted.hides(&batch)?,
            None => false,
        };
        let is_outside = header.next_offset() <= from || header.base_offset >= until;
        let is_seen = header.record_count > 0 && !header.attributes.is_control();
        if is_seen && !is_hidden && !is_outside {
            sifted.batches.push(records.slice_ref(batch.bytes));
        }
        if header.next_offset() >= until {
            break;
        }
    }
    Ok(sifted)
}

/// The transactions that were aborted, as an answer lists them.
struct Aborted {
    /// By first offset, the last one first.
    to_come: Vec<AbortedTransaction>,
    /// The producers whose transaction is one of them.
    open: HashSet<i64>,
}

impl Aborted {
    fn of(mut list: Vec<AbortedTransaction>) -> Self {
        list.sort_by_key(|one| std::cmp::Reverse(one.first_offset));
        Aborted { to_come: list, open: HashSet::new() }
    }

    /// Says whether a batch belongs to an aborted transaction. Batches come in order.
    fn hides(&mut self, batch: &Batch) -> Result<bool, BatchError> {
        let header = &batch.header;
        while let Some(one) = self.to_come.pop_if(|one| one.first_offset <= header.last_offset()) {
            self.open.insert(one.producer_id);
        }
        if !header.attributes.is_control() {
            let is_transactional = header.attributes.is_transactional();
            return Ok(is_transactional && self.open.contains(&header.producer_id));
        }
        if self.open.contains(&header.producer_id) {
            let contents = contents(batch.bytes)?;
            let marker = contents.records().next().transpose()?;
            let kind = marker.and_then(|record| ControlType::of_key(record.key?));
            if kind == Some(ControlType::Abort) {
                self.open.remove(&header.producer_id);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::batch::BatchBuilder;
    use crate::wire::batch::control::EndMarker;

    fn plain(offset: i64, count: i64, producer: Option<i64>) -> Bytes {
        let mut builder = BatchBuilder::new().base_offset(offset);
        if let Some(id) = producer {
            builder = builder.producer(id, 0, 0).transactional();
        }
        for _ in 0..count {
            builder.push(1, None, Some(b"v"), &[]);
        }
        builder.build().unwrap()
    }

    fn marker(offset: i64, producer: i64, kind: ControlType) -> Bytes {
        let end = EndMarker { commit: kind == ControlType::Commit, coordinator_epoch: 0 };
        let mut batch = end.batch(producer, 0, 1).unwrap().to_vec();
        batch[..8].copy_from_slice(&offset.to_be_bytes());
        batch.into()
    }

    fn offsets(sifted: &Sifted) -> Vec<i64> {
        let all = sifted.batches.iter().map(|batch| contents(batch).unwrap());
        all.flat_map(|all| all.records().map(|r| r.unwrap().offset).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn markers_and_aborted_records_are_not_seen() {
        let log: Vec<u8> = [
            plain(0, 2, None),
            plain(2, 1, Some(7)),
            plain(3, 1, Some(8)),
            marker(4, 7, ControlType::Abort),
            plain(5, 1, Some(7)),
            marker(6, 8, ControlType::Commit),
            marker(7, 7, ControlType::Commit),
        ]
        .concat();
        let log = Bytes::from(log);
        let aborted = || vec![AbortedTransaction { producer_id: 7, first_offset: 2 }];
        let all = sift(&log, 0, i64::MAX, None).unwrap();
        assert_eq!((offsets(&all), all.next), (vec![0, 1, 2, 3, 5], Some(8)));
        let committed = sift(&log, 0, i64::MAX, Some(aborted())).unwrap();
        assert_eq!((offsets(&committed), committed.next), (vec![0, 1, 3, 5], Some(8)));
        let part = sift(&log, 3, 5, Some(aborted())).unwrap();
        assert_eq!((offsets(&part), part.next), (vec![3], Some(5)));
    }

    #[test]
    fn what_is_cut_off_is_left_for_the_next_request() {
        let log: Vec<u8> = [plain(0, 2, None), plain(2, 2, None)].concat();
        let whole = plain(0, 2, None).len();
        let cut = sift(&Bytes::from(log[..whole + 70].to_vec()), 0, i64::MAX, None).unwrap();
        assert_eq!((offsets(&cut), cut.next, cut.torn_bytes), (vec![0, 1], Some(2), None));
        let torn = sift(&Bytes::from(log[..70].to_vec()), 0, i64::MAX, None).unwrap();
        assert_eq!((torn.next, torn.torn_bytes), (None, Some(whole)));
        let mut old = log.clone();
        old[16] = 1;
        let error = sift(&Bytes::from(old), 0, i64::MAX, None).unwrap_err();
        assert_eq!(error, BatchError::Magic { magic: 1 });
    }
}
