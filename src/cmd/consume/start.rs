//! Where to begin in each partition: offsets of what the words say. Pure.

use std::collections::BTreeMap;

use crate::client::Partition;
use crate::settings::start::Start;

type Offsets = BTreeMap<Partition, i64>;

/// Resolves a start against the partitions' beginnings and ends, and the offsets that a time has
/// (none where no record is that late). Returns the offsets, and what the user should be told:
/// an offset that is not there is moved to the next that is.
pub(super) fn resolve(
    start: Start,
    begins: &Offsets,
    ends: &Offsets,
    at_time: &Offsets,
) -> (Offsets, Vec<String>) {
    let mut notes = Vec::new();
    let mut from = Offsets::new();
    for (partition, end) in ends {
        let begin = begins.get(partition).copied().unwrap_or(0).min(*end);
        let offset = match start {
            Start::Beginning => begin,
            Start::End => *end,
            Start::BeforeEnd(count) => end.saturating_sub(count).max(begin),
            Start::Time(_) => at_time.get(partition).copied().unwrap_or(*end),
            Start::At(offset) => {
                let there = offset.clamp(begin, *end);
                if there != offset {
                    let Partition { topic, partition } = partition;
                    let side = if there < offset { "ends at" } else { "begins with" };
                    notes.push(format!(
                        "note: partition {partition} of `{topic}` {side} offset {there}: \
                         it is read from there"
                    ));
                }
                there
            }
        };
        from.insert(partition.clone(), offset);
    }
    (from, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::time::Time;

    #[test]
    fn every_start_has_its_offset() {
        let one =
            |offset| Offsets::from([(Partition { topic: "t".to_owned(), partition: 0 }, offset)]);
        let time = Start::Time(Time::At(7));
        // Beginning, end, offset of the time, start; offset and number of notes.
        let known = [
            (3, 10, None, Start::Beginning, 3, 0),
            (3, 10, None, Start::End, 10, 0),
            (3, 10, None, Start::At(5), 5, 0),
            (3, 10, None, Start::At(3), 3, 0),
            (3, 10, None, Start::At(10), 10, 0),
            (3, 10, None, Start::At(2), 3, 1),
            (3, 10, None, Start::At(11), 10, 1),
            (3, 10, None, Start::BeforeEnd(4), 6, 0),
            (3, 10, None, Start::BeforeEnd(0), 10, 0),
            (3, 10, None, Start::BeforeEnd(i64::MAX), 3, 0),
            (3, 10, Some(8), time, 8, 0),
            (3, 10, None, time, 10, 0),
            (0, 0, None, Start::Beginning, 0, 0),
        ];
        for (begin, end, at_time, start, want, told) in known {
            let at_time = at_time.map(one).unwrap_or_default();
            let (from, notes) = resolve(start, &one(begin), &one(end), &at_time);
            assert_eq!((from, notes.len()), (one(want), told), "{start:?}");
        }
    }
}
