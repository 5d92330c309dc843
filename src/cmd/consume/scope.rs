//! Which topics and partitions a run is about, and what brokers say of them.

use std::collections::BTreeMap;

use super::super::{Failure, topics, trouble};
use crate::client::{Admin, ClientError, Isolation, OffsetSpec, Partition};
use crate::settings::names;
use crate::settings::position::Ranges;

/// The topics whose names match patterns.
pub(super) fn matching(
    admin: &mut Admin,
    patterns: &[String],
    what: &str,
) -> Result<Vec<String>, Failure> {
    topics::matching(admin, patterns, |error| trouble::failure(what, error))
}

/// The failure of a topic that cannot be read; of one that is not there, with the name that was
/// probably meant.
pub(super) fn refused(admin: &mut Admin, what: &str, error: ClientError) -> Failure {
    let ClientError::NoTopic { topic } = &error else { return trouble::failure(what, error) };
    let topic = topic.clone();
    let failure = trouble::failure(what, error);
    // That this cannot be told either is no news.
    let there = admin.metadata(None).map(|answer| answer.topics).unwrap_or_default();
    let names = there.iter().filter_map(|topic| topic.name.as_deref());
    match names::nearest_of(&topic, names) {
        Some(name) => failure.hint(format!("did you mean `{name}`?")),
        None => failure,
    }
}

/// The partitions to read: of each topic all, or those named, which must be there.
pub(super) fn partitions(
    admin: &mut Admin,
    topics: &[String],
    wanted: &[i32],
) -> Result<Vec<Partition>, ClientError> {
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    let mut all = Vec::new();
    for topic in admin.topics(&names)? {
        let name = topic.name.unwrap_or_default();
        let known: Vec<i32> = topic.partitions.iter().map(|p| p.partition_index).collect();
        if let Some(partition) = wanted.iter().find(|p| !known.contains(p)) {
            let (partition, count) = (*partition, known.len());
            return Err(ClientError::NoPartition { topic: name, partition, count });
        }
        let chosen = known.into_iter().filter(|p| wanted.is_empty() || wanted.contains(p));
        all.extend(chosen.map(|partition| Partition { topic: name.clone(), partition }));
    }
    all.sort();
    Ok(all)
}

/// Demands that every partition that has a range of its own is there.
pub(super) fn check_named(ranges: &Ranges, partitions: &[Partition]) -> Result<(), ClientError> {
    for partition in ranges.named.keys() {
        if !partitions.iter().any(|there| there.partition == *partition) {
            let topic = partitions.first().map(|first| first.topic.clone()).unwrap_or_default();
            let count = partitions.iter().filter(|there| there.topic == topic).count();
            return Err(ClientError::NoPartition { topic, partition: *partition, count });
        }
    }
    Ok(())
}

/// The offset that each partition has for a question; those that have none are left out.
pub(super) fn offsets(
    admin: &mut Admin,
    partitions: &[Partition],
    spec: OffsetSpec,
    isolation: Isolation,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let wanted: Vec<_> = partitions.iter().map(|p| (p.clone(), spec)).collect();
    let found = admin.list_offsets(&wanted, isolation)?;
    Ok(found.into_iter().filter_map(|(p, at)| Some((p, at?.offset))).collect())
}
