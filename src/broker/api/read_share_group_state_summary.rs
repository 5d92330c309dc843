//! ReadShareGroupStateSummary: key 87, versions 0-1.
//!
//! Does: tells where share partitions begin. Kafka's brokers ask it of one another; here nobody
//! needs to, and whoever asks is answered.
//! Versions: 1 how many records nothing more happens to (KIP-1226).

use super::Context;
use super::share_state::{Parts, key, refused};
use crate::broker::Broker;
use crate::wire::messages::read_share_group_state_summary::{
    PartitionResult, ReadShareGroupStateSummaryRequest, ReadShareGroupStateSummaryResponse,
    ReadStateSummaryResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ReadShareGroupStateSummaryRequest,
) -> ReadShareGroupStateSummaryResponse {
    let group = request.group_id;
    let topics = request.topics.into_iter().map(|topic| (topic.topic_id, topic.partitions));
    let Some(parts) = Parts::of(broker, &group, topics) else { return Default::default() };
    let results = parts.each(|topic_id, ask| {
        let key = key(&group, topic_id, ask.partition);
        let partition = ask.partition;
        match broker.shares.store.summary(&key) {
            Ok(Some(state)) => PartitionResult {
                partition,
                state_epoch: state.state_epoch,
                leader_epoch: state.leader_epoch,
                start_offset: state.start_offset,
                delivery_complete_count: state.delivery_complete_count,
                ..Default::default()
            },
            // What is not remembered has no start.
            Ok(None) => PartitionResult { partition, start_offset: -1, ..Default::default() },
            Err(refusal) => {
                let (error_code, error_message) = refused(Some(refusal));
                PartitionResult { partition, error_code, error_message, ..Default::default() }
            }
        }
    });
    let results =
        results.map(|(topic_id, partitions)| ReadStateSummaryResult { topic_id, partitions });
    ReadShareGroupStateSummaryResponse { results: results.collect() }
}
