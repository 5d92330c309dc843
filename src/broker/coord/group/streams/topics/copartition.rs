//! Topics that are joined must have as many partitions each (`CopartitionedTopicsEnforcer`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Counts, Decided, Trouble, count_of};
use crate::wire::messages::streams_group_records::Subtopology;

/// Topics that are joined with each other.
pub(super) type Group<'a> = BTreeSet<&'a str>;

/// Returns the groups of a topology: subtopologies name their topics by place.
pub(super) fn groups<'a>(all: &[&'a Subtopology]) -> Result<Vec<Group<'a>>, Trouble> {
    let mut groups = Vec::new();
    for one in all {
        for group in &one.copartition_groups {
            let place = |at: &i16| usize::try_from(*at).ok();
            let sources = group.source_topics.iter();
            let sources = sources.map(|at| one.source_topics.get(place(at)?));
            let own = group.repartition_source_topics.iter();
            let own = own.map(|at| Some(&one.repartition_source_topics.get(place(at)?)?.name));
            let topics: Option<Group> =
                sources.chain(own).map(|topic| topic.map(String::as_str)).collect();
            groups.push(topics.ok_or_else(Trouble::unexpected)?);
        }
    }
    Ok(groups)
}

/// Gives the repartition topics of each group the partitions of the group's other topics.
pub(super) fn enforce(
    all: &[&Subtopology],
    groups: &[Group<'_>],
    counts: Counts<'_>,
    decided: &mut Decided,
) -> Result<(), Trouble> {
    let topics = all.iter().flat_map(|one| &one.repartition_source_topics);
    let (fixed, flexible): (Vec<_>, Vec<_>) = topics.partition(|topic| topic.partitions != 0);
    let fixed: BTreeSet<&str> = fixed.iter().map(|topic| topic.name.as_str()).collect();
    let flexible: BTreeSet<&str> = flexible.iter().map(|topic| topic.name.as_str()).collect();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        let mut own: BTreeMap<&str, i32> = BTreeMap::new();
        let mut others: BTreeMap<&str, i32> = BTreeMap::new();
        for topic in group {
            let is_own = fixed.contains(topic) || flexible.contains(topic);
            let count = count_of(topic, counts, decided).ok_or_else(Trouble::unexpected)?;
            if is_own { &mut own } else { &mut others }.insert(topic, count);
        }
        let count = if !others.is_empty() {
            same(&others)?
        } else if !fixed.is_empty() {
            of_fixed(&own, &fixed, counts, decided)?
        } else {
            // Counts are positive, so there is a greatest.
            own.values().copied().max().unwrap_or(0)
        };
        for (topic, before) in own {
            decided.insert(topic.to_owned(), count);
            if fixed.contains(topic) && before != count {
                return Err(Trouble::partitions(format!(
                    "Number of partitions [{before}] of repartition topic [{topic}] doesn't match \
                     number of partitions [{count}] of the source topic."
                )));
            }
        }
    }
    Ok(())
}

/// Says which topics differ, as Java writes a map.
fn differ(topics: &BTreeMap<&str, i32>) -> Trouble {
    let topics: Vec<String> =
        topics.iter().map(|(name, count)| format!("{name}={count}")).collect();
    Trouble::partitions(format!(
        "Following topics do not have the same number of partitions: [{{{}}}]",
        topics.join(", ")
    ))
}

fn same(topics: &BTreeMap<&str, i32>) -> Result<i32, Trouble> {
    let first = topics.values().next().copied().unwrap_or(0);
    match topics.values().all(|count| *count == first) {
        true => Ok(first),
        false => Err(differ(topics)),
    }
}

/// Returns the count of the repartition topics whose count the application says. Kafka looks at
/// all of the topology here, not only at those of the group.
fn of_fixed(
    own: &BTreeMap<&str, i32>,
    fixed: &BTreeSet<&str>,
    counts: Counts<'_>,
    decided: &Decided,
) -> Result<i32, Trouble> {
    let mut first = None;
    for topic in fixed {
        let count = count_of(topic, counts, decided).ok_or_else(Trouble::unexpected)?;
        if *first.get_or_insert(count) != count {
            return Err(differ(own));
        }
    }
    Ok(first.unwrap_or(0))
}
