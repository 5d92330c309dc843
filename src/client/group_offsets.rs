//! A group's committed offsets: read, and moved while nobody is in the group.

use std::collections::BTreeMap;

use super::admin::Admin;
use super::error::ClientError;
use super::offsets::Partition;
use crate::base::ids::Uuid;
use crate::wire::ErrorCode;
use crate::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
    OffsetCommitResponse,
};
use crate::wire::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use crate::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchResponse,
};

/// The first version of OffsetFetch that asks for many groups (KIP-709).
const FETCH_BATCHED: i16 = 8;
/// The first version of OffsetFetch and OffsetCommit that names topics by id (KIP-848).
const BY_ID: i16 = 10;

/// What became of each partition that was asked for.
pub type EachPartition = Vec<(Partition, Result<(), ClientError>)>;

/// Topics by id, and ids by topic.
struct Ids(Vec<(Uuid, String)>);

impl Ids {
    fn name(&self, id: Uuid) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, name)| name.as_str())
    }

    fn id(&self, name: &str) -> Uuid {
        let found = self.0.iter().find(|(_, known)| known == name);
        found.map_or(Uuid::ZERO, |(id, _)| *id)
    }
}

impl Admin {
    /// Returns what a group has committed, by partition. A group that does not exist has
    /// committed nothing.
    pub fn committed(&mut self, group: &str) -> Result<BTreeMap<Partition, i64>, ClientError> {
        let ids = self.ids()?;
        let answer =
            self.call_coordinator(group, |version| fetch_request(group, version), fetch_code)?;
        match ErrorCode(fetch_code(&answer)) {
            ErrorCode::GROUP_ID_NOT_FOUND => return Ok(BTreeMap::new()),
            code => ClientError::check(code.0, None)?,
        }
        fetched(answer, &ids)
    }

    /// Commits offsets for a group that nobody is in. The group comes into being if it does not
    /// exist. Each partition has a result of its own.
    pub fn commit(
        &mut self,
        group: &str,
        offsets: &[(Partition, i64)],
    ) -> Result<EachPartition, ClientError> {
        let ids = self.ids()?;
        let answer = self.call_coordinator(
            group,
            |version| commit_request(group, offsets, &ids, version),
            first_code,
        )?;
        let mut results = Vec::new();
        for topic in answer.topics {
            let name = match topic.name.is_empty() {
                true => ids.name(topic.topic_id).unwrap_or_default().to_owned(),
                false => topic.name,
            };
            for one in topic.partitions {
                let partition = Partition { topic: name.clone(), partition: one.partition_index };
                results.push((partition, ClientError::check(one.error_code, None)));
            }
        }
        Ok(results)
    }

    /// Forgets what a group that nobody is in has committed for partitions.
    pub fn forget_offsets(
        &mut self,
        group: &str,
        partitions: &[Partition],
    ) -> Result<(), ClientError> {
        let topic = |partition: &Partition| OffsetDeleteRequestTopic {
            name: partition.topic.clone(),
            partitions: vec![OffsetDeleteRequestPartition { partition_index: partition.partition }],
        };
        let request = OffsetDeleteRequest {
            group_id: group.to_owned(),
            topics: partitions.iter().map(topic).collect(),
        };
        let answer =
            self.call_coordinator(group, |_| request.clone(), |answer| answer.error_code)?;
        match ErrorCode(answer.error_code) {
            ErrorCode::GROUP_ID_NOT_FOUND => return Ok(()),
            code => ClientError::check(code.0, None)?,
        }
        let mut each = answer.topics.iter().flat_map(|topic| &topic.partitions);
        each.try_for_each(|partition| ClientError::check(partition.error_code, None))
    }

    /// Asks for the ids of all topics: newer versions know topics by nothing else.
    fn ids(&mut self) -> Result<Ids, ClientError> {
        let topics = self.metadata(None)?.topics.into_iter();
        let named = topics.filter_map(|topic| Some((topic.topic_id, topic.name?)));
        Ok(Ids(named.filter(|(id, _)| !id.is_zero()).collect()))
    }
}

fn fetch_request(group: &str, version: i16) -> OffsetFetchRequest {
    if version < FETCH_BATCHED {
        // In version 1 null is not possible, and this asks for nothing; no broker since 0.10.2
        // speaks no later version.
        return OffsetFetchRequest {
            group_id: group.to_owned(),
            topics: None,
            ..OffsetFetchRequest::default()
        };
    }
    let group = OffsetFetchRequestGroup {
        group_id: group.to_owned(),
        topics: None,
        ..OffsetFetchRequestGroup::default()
    };
    OffsetFetchRequest { groups: vec![group], ..OffsetFetchRequest::default() }
}

fn fetch_code(answer: &OffsetFetchResponse) -> i16 {
    answer.groups.first().map_or(answer.error_code, |group| group.error_code)
}

fn fetched(
    answer: OffsetFetchResponse,
    ids: &Ids,
) -> Result<BTreeMap<Partition, i64>, ClientError> {
    let mut found = BTreeMap::new();
    let mut keep = |topic: &str, partition: i32, offset: i64, code: i16| {
        ClientError::check(code, Some(&format!("partition {partition} of topic `{topic}`")))?;
        // -1 is what a partition has that nobody committed.
        if offset >= 0 {
            found.insert(Partition { topic: topic.to_owned(), partition }, offset);
        }
        Ok::<(), ClientError>(())
    };
    for topic in answer.topics {
        for p in topic.partitions {
            keep(&topic.name, p.partition_index, p.committed_offset, p.error_code)?;
        }
    }
    for topic in answer.groups.into_iter().flat_map(|group| group.topics) {
        // A topic that was deleted has an id, and no name any more: nothing can be said of it.
        let name =
            if topic.name.is_empty() { ids.name(topic.topic_id) } else { Some(&*topic.name) };
        let Some(name) = name else { continue };
        for p in topic.partitions {
            keep(name, p.partition_index, p.committed_offset, p.error_code)?;
        }
    }
    Ok(found)
}

fn commit_request(
    group: &str,
    offsets: &[(Partition, i64)],
    ids: &Ids,
    version: i16,
) -> OffsetCommitRequest {
    let mut topics: BTreeMap<&str, Vec<OffsetCommitRequestPartition>> = BTreeMap::new();
    for (partition, offset) in offsets {
        topics.entry(&partition.topic).or_default().push(OffsetCommitRequestPartition {
            partition_index: partition.partition,
            committed_offset: *offset,
            ..OffsetCommitRequestPartition::default()
        });
    }
    let topic = |(name, partitions): (&str, _)| OffsetCommitRequestTopic {
        name: if version < BY_ID { name.to_owned() } else { String::new() },
        topic_id: if version < BY_ID { Uuid::ZERO } else { ids.id(name) },
        partitions,
    };
    OffsetCommitRequest {
        group_id: group.to_owned(),
        topics: topics.into_iter().map(topic).collect(),
        ..OffsetCommitRequest::default()
    }
}

fn first_code(answer: &OffsetCommitResponse) -> i16 {
    let mut partitions = answer.topics.iter().flat_map(|topic| &topic.partitions);
    partitions.next().map_or(0, |partition| partition.error_code)
}
