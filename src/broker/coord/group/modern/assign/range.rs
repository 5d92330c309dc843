//! The range assignor (`RangeAssignor`).

use std::collections::HashMap;

use super::{AssignError, GroupSpec, Outcome};
use crate::base::ids::Uuid;
use crate::broker::coord::group::modern::Assignment;

/// How far a topic has been handed out.
struct Ranges {
    partitions: i32,
    readers: i32,
    /// How many members have one partition more.
    extra: i32,
    next: i32,
}

pub(super) fn assign(spec: &GroupSpec) -> Result<Outcome, AssignError> {
    // Static members come first, by their instance ids: they keep their places when they come
    // back under other member ids.
    let mut members: Vec<_> = spec.members.iter().collect();
    members.sort_by_key(|(id, member)| (member.instance.is_none(), member.instance, **id));
    let mut topics: HashMap<Uuid, Ranges> = HashMap::new();
    for (_, member) in &members {
        for topic in member.topics.iter() {
            match topics.get_mut(&topic) {
                Some(ranges) => ranges.readers += 1,
                None => {
                    let partitions = spec.partitions(topic)?;
                    topics.insert(topic, Ranges { partitions, readers: 1, extra: 0, next: 0 });
                }
            }
        }
    }
    for ranges in topics.values_mut() {
        ranges.extra = ranges.partitions % ranges.readers;
    }
    let mut outcome = Outcome::with_capacity(members.len());
    for (id, member) in members {
        let mut assignment = Assignment::new();
        for topic in member.topics.iter() {
            let Some(ranges) = topics.get_mut(&topic) else { continue };
            let size = ranges.partitions / ranges.readers + i32::from(ranges.extra > 0);
            ranges.extra = (ranges.extra - 1).max(0);
            let end = (ranges.next + size).min(ranges.partitions);
            if ranges.next < end {
                assignment.insert(topic, (ranges.next..end).collect());
            }
            ranges.next = end;
        }
        outcome.insert((*id).to_owned(), assignment);
    }
    Ok(outcome)
}
