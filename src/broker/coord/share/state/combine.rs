//! Putting new state batches over those that were known.
//!
//! Source: `org.apache.kafka.coordinator.share.PersisterStateBatchCombiner`. Of two that speak of
//! the same offset, the one of more deliveries counts; of as many deliveries, the later state.

use std::collections::BTreeMap;

use super::Batch;

/// Returns what is known of each offset, in order, as few batches as may be. What is before the
/// start offset is left out, unless that is -1: not known.
pub(super) fn combine(known: &[Batch], new: &[Batch], start_offset: i64) -> Vec<Batch> {
    let mut edges: Vec<(i128, bool, (i16, i8))> = Vec::with_capacity(2 * (known.len() + new.len()));
    for batch in known.iter().chain(new) {
        let first = if start_offset == -1 {
            batch.first_offset
        } else {
            batch.first_offset.max(start_offset)
        };
        if first > batch.last_offset {
            continue;
        }
        let rank = (batch.delivery_count, batch.delivery_state);
        edges.push((first.into(), true, rank));
        edges.push((i128::from(batch.last_offset) + 1, false, rank));
    }
    edges.sort_unstable();
    let mut open: BTreeMap<(i16, i8), usize> = BTreeMap::new();
    let mut combined: Vec<Batch> = Vec::new();
    let mut from = i128::MIN;
    for (at, begins, rank) in edges {
        if at > from
            && let Some((&(delivery_count, delivery_state), _)) = open.last_key_value()
        {
            let (first_offset, last_offset) = (narrow(from), narrow(at - 1));
            match combined.last_mut() {
                Some(last)
                    if last.last_offset.checked_add(1) == Some(first_offset)
                        && (last.delivery_count, last.delivery_state)
                            == (delivery_count, delivery_state) =>
                {
                    last.last_offset = last_offset;
                }
                _ => combined.push(Batch {
                    first_offset,
                    last_offset,
                    delivery_state,
                    delivery_count,
                }),
            }
        }
        from = at;
        if begins {
            *open.entry(rank).or_default() += 1;
        } else if let Some(count) = open.get_mut(&rank) {
            *count -= 1;
            if *count == 0 {
                open.remove(&rank);
            }
        }
    }
    combined
}

/// Every edge came from an offset.
fn narrow(offset: i128) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch((first_offset, last_offset, delivery_state, delivery_count): Row) -> Batch {
        Batch { first_offset, last_offset, delivery_state, delivery_count }
    }

    type Row = (i64, i64, i8, i16);

    #[test]
    fn kafkas_table() {
        // Known, new, start offset, what comes of it: the cases of Kafka's own test.
        let table: &[(&[Row], &[Row], i64, &[Row])] = &[
            (&[], &[(0, 10, 0, 1)], -1, &[(0, 10, 0, 1)]),
            (&[(0, 10, 0, 1)], &[], -1, &[(0, 10, 0, 1)]),
            (&[(100, 110, 0, 1)], &[(111, 119, 2, 2)], -1, &[(100, 110, 0, 1), (111, 119, 2, 2)]),
            (&[(100, 110, 0, 1)], &[(100, 110, 0, 1)], -1, &[(100, 110, 0, 1)]),
            (&[(100, 110, 0, 1)], &[(100, 110, 0, 2)], -1, &[(100, 110, 0, 2)]),
            (&[(100, 110, 0, 1)], &[(100, 105, 0, 2)], -1, &[(100, 105, 0, 2), (106, 110, 0, 1)]),
            (&[(100, 110, 0, 3)], &[(100, 120, 0, 2)], -1, &[(100, 110, 0, 3), (111, 120, 0, 2)]),
            (
                &[(100, 110, 0, 1)],
                &[(103, 105, 2, 1)],
                -1,
                &[(100, 102, 0, 1), (103, 105, 2, 1), (106, 110, 0, 1)],
            ),
            (&[(100, 110, 0, 1)], &[(111, 120, 0, 1)], -1, &[(100, 120, 0, 1)]),
            (&[(100, 110, 0, 1)], &[(105, 120, 0, 1)], -1, &[(100, 120, 0, 1)]),
            (
                &[(100, 110, 0, 1), (111, 120, 2, 1)],
                &[],
                105,
                &[(105, 110, 0, 1), (111, 120, 2, 1)],
            ),
            (&[(100, 110, 0, 1)], &[(120, 130, 2, 1)], 120, &[(120, 130, 2, 1)]),
            (&[(5, 4, 0, 1)], &[(0, i64::MAX, 2, 1)], -1, &[(0, i64::MAX, 2, 1)]),
        ];
        for (known, new, start, expected) in table {
            let rows = |rows: &[Row]| rows.iter().copied().map(batch).collect::<Vec<_>>();
            assert_eq!(
                combine(&rows(known), &rows(new), *start),
                rows(expected),
                "{known:?} {new:?}"
            );
        }
    }
}
