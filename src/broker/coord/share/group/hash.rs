//! The hash of all that the assignments of a share group depend on.

use std::collections::BTreeMap;

use super::Topics;
use crate::broker::coord::metadata_hash;

/// Returns the hash of these topics: 0 where none of them is there.
pub(super) fn of(names: &BTreeMap<&str, usize>, topics: &dyn Topics) -> i64 {
    let rack = topics.rack();
    let found = names.keys().filter_map(|name| topics.by_name(name));
    metadata_hash::of_topics(
        found.map(|topic| metadata_hash::of_topic(topic.id, &topic.name, topic.partitions, &rack)),
    )
}
