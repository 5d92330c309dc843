//! How many partitions repartition topics get (`RepartitionTopics`): as many as the subtopology
//! that writes them has tasks, unless the application says.

use std::collections::BTreeMap;

use super::{Counts, Decided, Trouble};
use crate::wire::messages::streams_group_records::Subtopology;

/// Decides all that can be decided, from the sources on.
pub(super) fn decide(
    all: &[&Subtopology],
    counts: Counts<'_>,
    decided: &mut Decided,
) -> Result<(), Trouble> {
    let fixed = all.iter().flat_map(|one| &one.repartition_source_topics);
    let fixed = fixed.filter(|topic| topic.partitions != 0);
    let mut found: Decided =
        fixed.map(|topic| (topic.name.clone(), topic.partitions)).collect::<BTreeMap<_, _>>();
    loop {
        let (mut is_open, mut has_moved) = (false, false);
        for one in all {
            for topic in &one.repartition_sink_topics {
                if found.contains_key(topic) {
                    continue;
                }
                match most(one, &found, counts) {
                    None => is_open = true,
                    Some(count) => {
                        found.insert(topic.clone(), count);
                        has_moved = true;
                    }
                }
            }
        }
        if !is_open {
            break;
        }
        if !has_moved {
            return Err(Trouble::invalid(
                "Failed to compute number of partitions for all repartition topics. There may be \
                 loops in the topology that cannot be resolved.",
            ));
        }
    }
    let mut sources = all.iter().flat_map(|one| &one.repartition_source_topics);
    if sources.any(|topic| !found.contains_key(&topic.name)) {
        return Err(Trouble::invalid(
            "Failed to compute number of partitions for all repartition topics, because a \
             repartition source topic is never used as a sink topic.",
        ));
    }
    decided.extend(found);
    Ok(())
}

/// Returns the most partitions of what a subtopology reads, as far as that is known.
fn most(one: &Subtopology, found: &Decided, counts: Counts<'_>) -> Option<i32> {
    let own = one.repartition_source_topics.iter();
    let own = own.filter_map(|topic| found.get(&topic.name).copied());
    own.chain(one.source_topics.iter().filter_map(|topic| counts(topic))).max()
}
