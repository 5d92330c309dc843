//! ReadShareGroupState: key 84, version 0.
//!
//! Does: tells what is remembered of share partitions, and remembers a new leader's epoch.
//! Kafka's brokers ask it of one another; here nobody needs to, and whoever asks is answered.

use super::Context;
use super::share_state::{Parts, key, refused};
use crate::broker::Broker;
use crate::wire::messages::read_share_group_state::{
    PartitionResult, ReadShareGroupStateRequest, ReadShareGroupStateResponse, ReadStateResult,
    StateBatch,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ReadShareGroupStateRequest,
) -> ReadShareGroupStateResponse {
    let group = request.group_id;
    let topics = request.topics.into_iter().map(|topic| (topic.topic_id, topic.partitions));
    let Some(parts) = Parts::of(broker, &group, topics) else { return Default::default() };
    let results = parts.each(|topic_id, ask| {
        let key = key(&group, topic_id, ask.partition);
        let partition = ask.partition;
        match broker.shares.store.read(&key, ask.leader_epoch) {
            Ok(state) => PartitionResult {
                partition,
                state_epoch: state.state_epoch,
                start_offset: state.start_offset,
                state_batches: state
                    .batches
                    .iter()
                    .map(|batch| StateBatch {
                        first_offset: batch.first_offset,
                        last_offset: batch.last_offset,
                        delivery_state: batch.delivery_state,
                        delivery_count: batch.delivery_count,
                    })
                    .collect(),
                ..Default::default()
            },
            Err(refusal) => {
                let (error_code, error_message) = refused(Some(refusal));
                PartitionResult { partition, error_code, error_message, ..Default::default() }
            }
        }
    });
    let results = results.map(|(topic_id, partitions)| ReadStateResult { topic_id, partitions });
    ReadShareGroupStateResponse { results: results.collect() }
}
