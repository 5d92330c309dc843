//! AlterShareGroupOffsets: key 91, version 0.
//!
//! Does: has a share group that nobody is in begin elsewhere.

use std::collections::HashMap;

use super::Context;
use super::share_state::{refused, served, words};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::coord::share::group::Topics;
use crate::broker::coordinator::OFFSETS_TOPIC;
use crate::wire::ErrorCode;
use crate::wire::messages::alter_share_group_offsets::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestTopic,
    AlterShareGroupOffsetsResponse, AlterShareGroupOffsetsResponsePartition,
    AlterShareGroupOffsetsResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    mut request: AlterShareGroupOffsetsRequest,
) -> AlterShareGroupOffsetsResponse {
    let failed = |error: ErrorCode, text: Option<String>| AlterShareGroupOffsetsResponse {
        error_code: error.0,
        error_message: text,
        ..Default::default()
    };
    if let Err(error) = served(broker) {
        return failed(error, words(error).map(str::to_owned));
    }
    let mut responses: Vec<AlterShareGroupOffsetsResponseTopic> = Vec::new();
    for topic in &mut request.topics {
        responses.push(check(broker, topic));
    }
    request.topics.retain(|topic| !topic.partitions.is_empty());
    let group = request.group_id.as_str();
    if broker.coordinator.read(|groups, _| groups.contains(group)) {
        let text = format!("Group {group} is not a share group.");
        return failed(ErrorCode::GROUP_ID_NOT_FOUND, Some(text));
    }
    if let Err(error) = broker.controller.ensure_internal_topic(OFFSETS_TOPIC) {
        return failed(error, words(error).map(str::to_owned));
    }
    let membership = &broker.shares.groups;
    let plan =
        membership.change(group, |groups, now, topics| groups.alter_offsets(now, &request, topics));
    let altered = match plan {
        Ok(altered) => altered,
        Err(refused) => return failed(refused.error, refused.text),
    };
    let done = membership.initialize(broker, group, altered.group_epoch, &altered.offsets);
    let errors: HashMap<(Uuid, i32), _> = done
        .err()
        .into_iter()
        .flatten()
        .map(|(topic, partition, refusal)| ((topic, partition), refusal))
        .collect();
    for topic in &mut responses {
        for partition in topic.partitions.iter_mut().filter(|p| p.error_code == 0) {
            let refusal = errors.get(&(topic.topic_id, partition.partition_index));
            (partition.error_code, partition.error_message) = refused(refusal.copied());
        }
    }
    AlterShareGroupOffsetsResponse { responses, ..Default::default() }
}

/// Takes what is not there out of a request, and returns what is answered of the topic.
fn check(
    broker: &Broker,
    topic: &mut AlterShareGroupOffsetsRequestTopic,
) -> AlterShareGroupOffsetsResponseTopic {
    let info = broker.shares.groups.topics().by_name(&topic.topic_name);
    let count = info.as_ref().map_or(0, |info| info.partitions);
    let mut partitions = Vec::with_capacity(topic.partitions.len());
    topic.partitions.retain(|ask| {
        let exists = (0..count).contains(&ask.partition_index);
        let error = match exists {
            true => ErrorCode::NONE,
            false => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
        };
        partitions.push(AlterShareGroupOffsetsResponsePartition {
            partition_index: ask.partition_index,
            error_code: error.0,
            error_message: words(error).map(str::to_owned),
        });
        exists
    });
    AlterShareGroupOffsetsResponseTopic {
        topic_name: topic.topic_name.clone(),
        topic_id: info.map_or(Uuid::ZERO, |info| info.id),
        partitions,
    }
}
