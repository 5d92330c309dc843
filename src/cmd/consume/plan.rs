//! Where to begin and to end in each partition: offsets of what the words say. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::clock::Millis;
use crate::client::{Partition, Span};
use crate::settings::position::{Position, Range, Ranges};

pub(super) type Offsets = BTreeMap<Partition, i64>;

/// What the words say.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) ranges: Ranges,
    /// Where to end where a range does not say.
    pub(super) until: Option<Position>,
    /// Where to begin where nothing says.
    pub(super) default: Position,
    /// To end at the ends that there are, at the latest.
    pub(super) at_end: bool,
    pub(super) now: Millis,
}

/// What brokers say.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) begins: Offsets,
    pub(super) ends: Offsets,
    /// The first offset at or after a time; none where no record is that late.
    pub(super) at_time: BTreeMap<Millis, Offsets>,
}

/// What is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) spans: BTreeMap<Partition, Span>,
    /// What the user should be told: an offset that is not there is moved to the next that is.
    pub(super) notes: Vec<String>,
    /// When to end, if a range ends in the future.
    pub(super) deadline: Option<Millis>,
}

impl Plan {
    /// Where partitions end, of those that do.
    pub(super) fn ends(&self) -> Offsets {
        let end = |(at, span): (&Partition, &Span)| Some((at.clone(), span.until?));
        self.spans.iter().filter_map(end).collect()
    }

    /// Begins no earlier than at these offsets; where there is none, at the end.
    pub(super) fn begin_at(&mut self, offsets: &Offsets, ends: &Offsets) {
        for (at, span) in &mut self.spans {
            let first = offsets.get(at).or_else(|| ends.get(at));
            span.from = span.from.max(first.copied().unwrap_or(span.from));
        }
    }
}

impl Wanted {
    /// The times whose offsets the plan stands on.
    pub(super) fn times(&self) -> BTreeSet<Millis> {
        let mut times = BTreeSet::new();
        for range in self.ranges.all() {
            let from = range.from.unwrap_or(self.default);
            if let Position::Time(time) = from {
                times.insert(time.millis(self.now));
            }
            times.extend(self.until_of(range).and_then(|until| self.time_of(until, from)));
        }
        times
    }

    fn until_of(&self, range: Range) -> Option<Position> {
        range.until.or(self.until)
    }

    /// Says whether a partition that comes to be later is to be read: it has no end, or one that
    /// is still to come.
    pub(super) fn goes_on(&self, partition: i32) -> bool {
        let Some(range) = self.ranges.of(partition) else { return false };
        let from = range.from.unwrap_or(self.default);
        let is_future = |until| self.time_of(until, from).is_some_and(|ms| ms > self.now);
        self.until_of(range).is_none_or(is_future)
    }

    /// The time of a place, if it is one.
    fn time_of(&self, place: Position, from: Position) -> Option<Millis> {
        match (place, from) {
            (Position::Time(time), _) => Some(time.millis(self.now)),
            (Position::Later(ms), Position::Time(from)) => {
                Some(from.millis(self.now).saturating_add(ms))
            }
            // As long after now.
            (Position::Later(ms), _) => Some(self.now.saturating_add(ms)),
            _ => None,
        }
    }

    /// Resolves everything against what brokers say.
    pub(super) fn plan(&self, known: &Known) -> Plan {
        let mut plan = Plan::default();
        for (partition, end) in &known.ends {
            let Some(range) = self.ranges.of(partition.partition) else { continue };
            let begin = known.begins.get(partition).copied().unwrap_or(0).min(*end);
            let from_place = range.from.unwrap_or(self.default);
            let at = |ms| known.at_time.get(&ms).and_then(|all| all.get(partition)).copied();
            let place = |place| match place {
                Position::Beginning => begin,
                Position::End => *end,
                Position::BeforeEnd(count) => end.saturating_sub(count).max(begin),
                Position::AfterBeginning(count) => begin.saturating_add(count),
                Position::At(offset) => offset,
                Position::Time(_) | Position::Later(_) => {
                    self.time_of(place, from_place).and_then(at).unwrap_or(*end)
                }
            };
            let asked = place(from_place);
            let from = asked.clamp(begin, *end);
            if from != asked {
                plan.notes.push(moved(partition, asked, from));
            }
            let until = match self.until_of(range) {
                None => None,
                Some(Position::AfterBeginning(count)) => Some(from.saturating_add(count)),
                Some(until) => match self.time_of(until, from_place).filter(|ms| *ms > self.now) {
                    Some(future) => {
                        plan.deadline = plan.deadline.max(Some(future));
                        None
                    }
                    None => Some(place(until)),
                },
            };
            let until = match self.at_end {
                true => Some(until.unwrap_or(*end).min(*end)),
                false => until,
            };
            plan.spans.insert(partition.clone(), Span { from, until });
        }
        plan
    }
}

fn moved(of: &Partition, asked: i64, there: i64) -> String {
    let Partition { topic, partition } = of;
    let side = if there < asked { "ends at" } else { "begins with" };
    format!("note: partition {partition} of `{topic}` {side} offset {there}: it is read from there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::position;

    const NOW: Millis = 1_000_000;

    /// Plans for one partition: beginning, end, offset of any time.
    fn plan(words: &str, at_end: bool, begin: i64, end: i64, at_time: Option<i64>) -> Plan {
        let one =
            |offset| Offsets::from([(Partition { topic: "t".to_owned(), partition: 0 }, offset)]);
        let ranges = position::ranges(words).unwrap();
        let wanted = Wanted { ranges, until: None, default: Position::End, at_end, now: NOW };
        let at_time = at_time.map(one).unwrap_or_default();
        let at_time = wanted.times().into_iter().map(|ms| (ms, at_time.clone())).collect();
        wanted.plan(&Known { begins: one(begin), ends: one(end), at_time })
    }

    #[test]
    fn every_place_has_its_offset() {
        // Words, begin, end, offset of the time; from, until, number of notes.
        let known: &[(&str, i64, i64, Option<i64>, i64, Option<i64>, usize)] = &[
            ("beginning", 3, 10, None, 3, None, 0),
            ("end", 3, 10, None, 10, None, 0),
            (":", 3, 10, None, 10, None, 0),
            ("5", 3, 10, None, 5, None, 0),
            ("3", 3, 10, None, 3, None, 0),
            ("10", 3, 10, None, 10, None, 0),
            ("2", 3, 10, None, 3, None, 1),
            ("11", 3, 10, None, 10, None, 1),
            ("-4", 3, 10, None, 6, None, 0),
            ("-0", 3, 10, None, 10, None, 0),
            ("-9223372036854775807", 3, 10, None, 3, None, 0),
            ("+4", 3, 10, None, 7, None, 0),
            ("+9223372036854775807", 3, 10, None, 10, None, 1),
            ("@7", 3, 10, Some(8), 8, None, 0),
            ("@7", 3, 10, None, 10, None, 0),
            ("beginning", 0, 0, None, 0, None, 0),
            ("5:8", 3, 10, None, 5, Some(8), 0),
            ("5:80", 3, 10, None, 5, Some(80), 0),
            ("5:+2", 3, 10, None, 5, Some(7), 0),
            ("2:+2", 3, 10, None, 3, Some(5), 1),
            ("-4:-2", 3, 10, None, 6, Some(8), 0),
            ("4:end", 3, 10, None, 4, Some(10), 0),
            ("4:@7", 3, 10, Some(8), 4, Some(8), 0),
            ("@7:+1s", 3, 10, Some(8), 8, Some(8), 0),
            ("8:5", 3, 10, None, 8, Some(5), 0),
        ];
        for (words, begin, end, at_time, from, until, notes) in known {
            let plan = plan(words, false, *begin, *end, *at_time);
            let spans: Vec<_> = plan.spans.values().copied().collect();
            assert_eq!(spans, [Span { from: *from, until: *until }], "{words}");
            assert_eq!((plan.notes.len(), plan.deadline), (*notes, None), "{words}");
        }
    }

    #[test]
    fn at_the_end_a_range_ends_too() {
        let until = |words| plan(words, true, 3, 10, None).spans.values().next().unwrap().until;
        assert_eq!(until("5"), Some(10));
        assert_eq!(until("5:80"), Some(10));
        assert_eq!(until("5:8"), Some(8));
    }

    #[test]
    fn the_future_is_waited_for() {
        let plan = plan("4:@+10s", false, 3, 10, None);
        assert_eq!(plan.deadline, Some(NOW + 10_000));
        assert_eq!(plan.spans.values().next().unwrap().until, None);
    }

    #[test]
    fn partitions_that_are_not_named_are_left_out() {
        let at = |partition| Partition { topic: "t".to_owned(), partition };
        let ends = Offsets::from([(at(0), 10), (at(1), 20)]);
        let wanted = Wanted {
            ranges: position::ranges("1=15").unwrap(),
            until: Some(Position::At(17)),
            default: Position::Beginning,
            at_end: false,
            now: NOW,
        };
        let plan = wanted.plan(&Known { ends, ..Known::default() });
        let want = BTreeMap::from([(at(1), Span { from: 15, until: Some(17) })]);
        assert_eq!(plan.spans, want);
    }
}
