//! OffsetForLeaderEpoch: key 23, versions 2-4.
//!
//! Does: says where a leader epoch ended (KIP-101, KIP-320).
//! Does not: tell replicas apart from consumers; both are answered alike.
//! Versions: 3 replica id; 4 flexible.

use super::{Context, leader_epoch};
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::offset_for_leader_epoch::{
    EpochEndOffset, OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition, OffsetForLeaderTopicResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|ask| {
            let end = end(broker, &topic.topic, ask);
            end.unwrap_or_else(|error| EpochEndOffset {
                error_code: error.0,
                partition: ask.partition,
                ..Default::default()
            })
        });
        OffsetForLeaderTopicResult { partitions: partitions.collect(), topic: topic.topic.clone() }
    });
    OffsetForLeaderEpochResponse { topics: topics.collect(), ..Default::default() }
}

fn end(
    broker: &Broker,
    topic: &str,
    ask: &OffsetForLeaderPartition,
) -> Result<EpochEndOffset, ErrorCode> {
    let partition = broker.controller.partition(topic, ask.partition)?;
    leader_epoch::check(ask.current_leader_epoch, partition.leader_epoch)?;
    let (leader_epoch, end_offset) = partition.log.epoch_end(ask.leader_epoch);
    Ok(EpochEndOffset { error_code: 0, partition: ask.partition, leader_epoch, end_offset })
}
