//! The plan of a reset: from what is committed and what is there to where each offset goes.
//!
//! Pure: the numbers are gathered before, and acted on after.

use crate::client::Partition;
use crate::render::{Cell, Row};

/// Where offsets shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Earliest,
    Latest,
    Offset(i64),
    /// So many records before the end, or after the beginning.
    BeforeEnd(i64),
    AfterBeginning(i64),
    /// To the first record of this time or later, in milliseconds since the Unix epoch.
    Time(i64),
    ShiftBy(i64),
    Current,
}

/// What is known of a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// What the group has committed.
    pub(super) committed: Option<i64>,
    /// The first offset that is there, and the one that the next record will get.
    pub(super) start: i64,
    pub(super) end: i64,
    /// The first offset of the time that is asked for, when there is one.
    pub(super) at_time: Option<i64>,
}

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) group: String,
    pub(super) at: Partition,
    pub(super) old: Option<i64>,
    pub(super) new: i64,
}

impl Row for Step {
    const COLUMNS: &'static [&'static str] =
        &["group", "topic", "partition", "old_offset", "new_offset"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.group.as_str().into(),
            self.at.topic.as_str().into(),
            self.at.partition.into(),
            self.old.into(),
            self.new.into(),
        ]
    }
}

/// Why an offset goes elsewhere than was asked, or cannot go anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Remark {
    AboveEnd { asked: i64 },
    BelowStart { asked: i64 },
    NothingSoLate { time: i64 },
}

/// There is nothing to shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotCommitted;

/// Finds the new offset of a partition.
pub(super) fn aim(target: Target, known: &Known) -> Result<(i64, Option<Remark>), NotCommitted> {
    let exactly = |offset| Ok((offset, None));
    match target {
        Target::Earliest => exactly(known.start),
        Target::Latest => exactly(known.end),
        Target::Current => exactly(known.committed.unwrap_or(known.end)),
        Target::Time(time) => Ok(match known.at_time {
            Some(offset) => (offset, None),
            None => (known.end, Some(Remark::NothingSoLate { time })),
        }),
        Target::Offset(offset) => Ok(clamp(offset, known)),
        Target::BeforeEnd(count) => exactly(known.end.saturating_sub(count).max(known.start)),
        Target::AfterBeginning(count) => Ok(clamp(known.start.saturating_add(count), known)),
        Target::ShiftBy(by) => {
            let committed = known.committed.ok_or(NotCommitted)?;
            Ok(clamp(committed.saturating_add(by), known))
        }
    }
}

/// Keeps an offset where records are, or will be.
fn clamp(asked: i64, known: &Known) -> (i64, Option<Remark>) {
    if asked > known.end {
        (known.end, Some(Remark::AboveEnd { asked }))
    } else if asked < known.start {
        (known.start, Some(Remark::BelowStart { asked }))
    } else {
        (asked, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_finds_its_offset() {
        let known = Known { committed: Some(7), start: 3, end: 10, at_time: Some(5) };
        let bare = Known { committed: None, at_time: None, ..known };
        let rows = [
            (Target::Earliest, known, 3, None),
            (Target::Latest, known, 10, None),
            (Target::Current, known, 7, None),
            (Target::Current, bare, 10, None),
            (Target::Time(0), known, 5, None),
            (Target::Time(9), bare, 10, Some(Remark::NothingSoLate { time: 9 })),
            (Target::Offset(4), known, 4, None),
            (Target::Offset(3), known, 3, None),
            (Target::Offset(10), known, 10, None),
            (Target::Offset(99), known, 10, Some(Remark::AboveEnd { asked: 99 })),
            (Target::Offset(-1), known, 3, Some(Remark::BelowStart { asked: -1 })),
            (Target::BeforeEnd(2), known, 8, None),
            (Target::BeforeEnd(99), known, 3, None),
            (Target::AfterBeginning(2), known, 5, None),
            (Target::AfterBeginning(99), known, 10, Some(Remark::AboveEnd { asked: 102 })),
            (Target::ShiftBy(-2), known, 5, None),
            (Target::ShiftBy(-9), known, 3, Some(Remark::BelowStart { asked: -2 })),
            (Target::ShiftBy(i64::MAX), known, 10, Some(Remark::AboveEnd { asked: i64::MAX })),
        ];
        for (target, known, offset, remark) in rows {
            assert_eq!(aim(target, &known), Ok((offset, remark)), "{target:?}");
        }
        assert_eq!(aim(Target::ShiftBy(1), &bare), Err(NotCommitted));
    }
}
