//! DescribeProducers: key 61, version 0.
//!
//! Does: tells what partitions remember of their producers, open transactions included (KIP-664).

use super::Context;
use crate::broker::Broker;
use crate::broker::log::ProducerState as Known;
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_producers::{
    DescribeProducersRequest, DescribeProducersResponse, PartitionResponse, ProducerState,
    TopicResponse,
};

/// What Kafka says of a partition that is not there.
const NOT_HOSTED: &str = "This server does not host this topic-partition.";

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeProducersRequest,
) -> DescribeProducersResponse {
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partition_indexes.iter();
        let partitions = partitions.map(|index| describe(broker, &topic.name, *index)).collect();
        TopicResponse { name: topic.name, partitions }
    });
    DescribeProducersResponse { topics: topics.collect(), ..Default::default() }
}

fn describe(broker: &Broker, topic: &str, partition_index: i32) -> PartitionResponse {
    let refused = |error: ErrorCode, error_message: Option<String>| PartitionResponse {
        partition_index,
        error_code: error.0,
        error_message,
        ..Default::default()
    };
    if let Err(why) = topic_name::check(topic) {
        return refused(ErrorCode::INVALID_TOPIC_EXCEPTION, Some(why.to_string()));
    }
    match broker.controller.partition(topic, partition_index) {
        Ok(partition) => PartitionResponse {
            partition_index,
            error_code: ErrorCode::NONE.0,
            active_producers: partition.log.producers().into_iter().map(state).collect(),
            ..Default::default()
        },
        Err(error) => {
            // Of a partition that a topic has not, Kafka says no more than the code.
            let is_there = broker.partitions.topic(topic).is_some();
            refused(error, (!is_there).then(|| NOT_HOSTED.to_owned()))
        }
    }
}

fn state(known: Known) -> ProducerState {
    ProducerState {
        producer_id: known.producer_id,
        producer_epoch: i32::from(known.epoch),
        last_sequence: known.last_sequence,
        last_timestamp: known.last_timestamp_ms,
        coordinator_epoch: known.coordinator_epoch,
        current_txn_start_offset: known.transaction_start.unwrap_or(-1),
    }
}
