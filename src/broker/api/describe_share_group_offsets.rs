//! DescribeShareGroupOffsets: key 90, versions 0-1.
//!
//! Does: tells where share groups stand in their partitions.
//! Versions: 1 lag (KIP-1226).

use std::collections::BTreeMap;

use super::Context;
use super::share_state::{key, served, words};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::coord::share::group::Topics;
use crate::wire::messages::describe_share_group_offsets::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
    DescribeShareGroupOffsetsResponse, DescribeShareGroupOffsetsResponseGroup,
    DescribeShareGroupOffsetsResponsePartition, DescribeShareGroupOffsetsResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeShareGroupOffsetsRequest,
) -> DescribeShareGroupOffsetsResponse {
    let served = served(broker);
    let groups = request.groups.into_iter().map(|ask| match served {
        Ok(()) => group(broker, ask),
        Err(error) => DescribeShareGroupOffsetsResponseGroup {
            group_id: ask.group_id,
            error_code: error.0,
            ..Default::default()
        },
    });
    DescribeShareGroupOffsetsResponse { groups: groups.collect(), ..Default::default() }
}

fn group(
    broker: &Broker,
    ask: DescribeShareGroupOffsetsRequestGroup,
) -> DescribeShareGroupOffsetsResponseGroup {
    let topics = broker.shares.groups.topics();
    let group_id = ask.group_id;
    let mut answer = DescribeShareGroupOffsetsResponseGroup::default();
    let Some(asked) = ask.topics else {
        let all = broker.shares.groups.read(|groups, _| groups.initialized(&group_id));
        // A group that is not there stands nowhere, and that is no error.
        for (topic_id, partitions) in all.into_iter().flatten() {
            let Some(info) = topics.by_id(topic_id) else { continue };
            let partitions: Vec<i32> = partitions.into_iter().collect();
            answer.topics.push(topic(broker, &group_id, info.name, topic_id, &partitions));
        }
        answer.group_id = group_id;
        return answer;
    };
    // Of a topic that is named twice all partitions are told together.
    let mut known: BTreeMap<Uuid, (String, Vec<i32>)> = BTreeMap::new();
    let mut unknown = Vec::new();
    for ask in asked {
        match topics.by_name(&ask.topic_name) {
            Some(info) => {
                let entry = known.entry(info.id).or_insert_with(|| (info.name, Vec::new()));
                entry.1.extend(ask.partitions);
            }
            None => unknown.push(DescribeShareGroupOffsetsResponseTopic {
                topic_name: ask.topic_name,
                topic_id: Uuid::ZERO,
                partitions: ask.partitions.iter().map(|index| nowhere(*index)).collect(),
            }),
        }
    }
    for (topic_id, (name, partitions)) in known {
        answer.topics.push(topic(broker, &group_id, name, topic_id, &partitions));
    }
    answer.topics.extend(unknown);
    answer.group_id = group_id;
    answer
}

fn topic(
    broker: &Broker,
    group: &str,
    topic_name: String,
    topic_id: Uuid,
    partitions: &[i32],
) -> DescribeShareGroupOffsetsResponseTopic {
    let partitions =
        partitions.iter().map(|index| partition(broker, group, (&topic_name, topic_id), *index));
    DescribeShareGroupOffsetsResponseTopic {
        partitions: partitions.collect(),
        topic_name: topic_name.clone(),
        topic_id,
    }
}

fn partition(
    broker: &Broker,
    group: &str,
    (topic_name, topic_id): (&str, Uuid),
    partition_index: i32,
) -> DescribeShareGroupOffsetsResponsePartition {
    let state = match broker.shares.store.summary(&key(group, topic_id, partition_index)) {
        Ok(Some(state)) => state,
        Ok(None) => return nowhere(partition_index),
        Err(refusal) => {
            return DescribeShareGroupOffsetsResponsePartition {
                error_code: refusal.error.0,
                error_message: refusal.text.or_else(|| words(refusal.error)).map(str::to_owned),
                ..nowhere(partition_index)
            };
        }
    };
    let mut answer = DescribeShareGroupOffsetsResponsePartition {
        partition_index,
        start_offset: state.start_offset,
        leader_epoch: state.leader_epoch,
        lag: -1,
        ..Default::default()
    };
    let hosted = broker.partitions.get(topic_name, partition_index);
    if let Some(hosted) = hosted
        && state.start_offset != -1
        && state.delivery_complete_count != -1
    {
        let end = hosted.log.marks().high_watermark;
        let done = i64::from(state.delivery_complete_count);
        answer.lag = end.saturating_sub(state.start_offset).saturating_sub(done);
    }
    answer
}

/// A partition that the group does not know.
fn nowhere(partition_index: i32) -> DescribeShareGroupOffsetsResponsePartition {
    DescribeShareGroupOffsetsResponsePartition {
        partition_index,
        start_offset: -1,
        lag: -1,
        ..Default::default()
    }
}
