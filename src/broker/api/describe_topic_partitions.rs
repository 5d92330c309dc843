//! DescribeTopicPartitions: key 75, version 0 (KIP-966).
//!
//! Does: pages through topics and partitions in order, from the cursor on.
//! Does not: name eligible leader replicas: on one node there are none, and the lists are empty.

use super::{Context, authorized, metadata};
use crate::broker::Broker;
use crate::broker::meta::{State, Topic, topic_name};
use crate::wire::ErrorCode;
use crate::wire::messages::describe_topic_partitions::{
    Cursor, CursorResponse, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse,
    DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeTopicPartitionsRequest,
) -> DescribeTopicPartitionsResponse {
    let state = broker.controller.state();
    let names = names(&state, &request);
    if let Err(error) = check(&request, &names) {
        return refused(&request, error);
    }
    let most = broker.config().max_request_partition_size_limit;
    // At least one partition is told, or nobody would ever come to the end.
    let mut room = request.response_partition_limit.min(most).max(1);
    let mut response = DescribeTopicPartitionsResponse::default();
    for name in names {
        let first = first_partition(request.cursor.as_ref(), &name);
        let Some(topic) = state.topic(&name) else {
            response.topics.push(missing(name));
            continue;
        };
        let (told, next) = describe(broker, topic, first, &mut room);
        response.topics.push(told);
        if let Some(partition_index) = next {
            response.next_cursor = Some(CursorResponse { topic_name: name, partition_index });
            break;
        }
    }
    response
}

/// Checks what holds for the request as a whole.
fn check(request: &DescribeTopicPartitionsRequest, names: &[String]) -> Result<(), ErrorCode> {
    // Kafka trips over a topic without a name.
    if names.iter().any(String::is_empty) {
        return Err(ErrorCode::UNKNOWN_SERVER_ERROR);
    }
    let Some(cursor) = &request.cursor else { return Ok(()) };
    let is_there = request.topics.is_empty() || names.contains(&cursor.topic_name);
    if cursor.partition_index < 0 || !is_there {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    Ok(())
}

/// Answers a request that is refused as a whole: with the error for each of its topics.
fn refused(
    request: &DescribeTopicPartitionsRequest,
    error: ErrorCode,
) -> DescribeTopicPartitionsResponse {
    let topics = request.topics.iter().map(|topic| DescribeTopicPartitionsResponseTopic {
        error_code: error.0,
        name: Some(topic.name.clone()),
        ..Default::default()
    });
    DescribeTopicPartitionsResponse { topics: topics.collect(), ..Default::default() }
}

/// Returns the names that are asked for, sorted, each once, from the cursor on.
fn names(state: &State, request: &DescribeTopicPartitionsRequest) -> Vec<String> {
    let mut names: Vec<String> = if request.topics.is_empty() {
        state.topics().map(|topic| topic.name.clone()).collect()
    } else {
        request.topics.iter().map(|topic| topic.name.clone()).collect()
    };
    names.sort();
    names.dedup();
    if let Some(cursor) = &request.cursor {
        names.retain(|name| *name >= cursor.topic_name);
    }
    names
}

fn first_partition(cursor: Option<&Cursor>, name: &str) -> i32 {
    let here = cursor.filter(|cursor| cursor.topic_name == name);
    here.map_or(0, |cursor| cursor.partition_index)
}

fn missing(name: String) -> DescribeTopicPartitionsResponseTopic {
    let error = match topic_name::check(&name) {
        Ok(()) => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
        Err(_) => ErrorCode::INVALID_TOPIC_EXCEPTION,
    };
    DescribeTopicPartitionsResponseTopic {
        error_code: error.0,
        is_internal: topic_name::is_internal(&name),
        name: Some(name),
        topic_authorized_operations: authorized::TOPIC,
        ..Default::default()
    }
}

/// Tells a topic's partitions from `first` on, as many as there is room for, and where to go on
/// if that is not all.
fn describe(
    broker: &Broker,
    topic: &Topic,
    first: i32,
    room: &mut i32,
) -> (DescribeTopicPartitionsResponseTopic, Option<i32>) {
    let mut told = DescribeTopicPartitionsResponseTopic {
        error_code: 0,
        name: Some(topic.name.clone()),
        topic_id: topic.id,
        is_internal: topic_name::is_internal(&topic.name),
        partitions: Vec::new(),
        topic_authorized_operations: authorized::TOPIC,
    };
    for (index, partition) in topic.partitions.range(first..) {
        if *room == 0 {
            return (told, Some(*index));
        }
        *room -= 1;
        told.partitions.push(DescribeTopicPartitionsResponsePartition {
            error_code: 0,
            partition_index: *index,
            leader_id: partition.leader,
            leader_epoch: partition.leader_epoch,
            replica_nodes: partition.replicas.clone(),
            isr_nodes: partition.isr.clone(),
            eligible_leader_replicas: Some(partition.eligible_leader_replicas.clone()),
            last_known_elr: Some(partition.last_known_elr.clone()),
            offline_replicas: metadata::offline(broker, partition),
        });
    }
    (told, None)
}
