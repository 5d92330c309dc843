//! WriteShareGroupState: key 85, versions 0-1.
//!
//! Does: remembers what has become of records. Kafka's brokers ask it of one another; here
//! nobody needs to, and whoever asks is answered.
//! Versions: 1 how many records nothing more happens to (KIP-1226).

use super::Context;
use super::share_state::{Parts, key, refused};
use crate::broker::Broker;
use crate::broker::coord::share::state::{Batch, Write};
use crate::wire::messages::write_share_group_state::{
    PartitionResult, WriteShareGroupStateRequest, WriteShareGroupStateResponse, WriteStateResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: WriteShareGroupStateRequest,
) -> WriteShareGroupStateResponse {
    let group = request.group_id;
    let topics = request.topics.into_iter().map(|topic| (topic.topic_id, topic.partitions));
    let Some(parts) = Parts::of(broker, &group, topics) else { return Default::default() };
    let results = parts.each(|topic_id, ask| {
        let key = key(&group, topic_id, ask.partition);
        let write = Write {
            state_epoch: ask.state_epoch,
            leader_epoch: ask.leader_epoch,
            start_offset: ask.start_offset,
            delivery_complete_count: ask.delivery_complete_count,
            batches: ask
                .state_batches
                .iter()
                .map(|batch| Batch {
                    first_offset: batch.first_offset,
                    last_offset: batch.last_offset,
                    delivery_state: batch.delivery_state,
                    delivery_count: batch.delivery_count,
                })
                .collect(),
        };
        let (error_code, error_message) = refused(broker.shares.store.write(&key, &write).err());
        PartitionResult { partition: ask.partition, error_code, error_message }
    });
    let results = results.map(|(topic_id, partitions)| WriteStateResult { topic_id, partitions });
    WriteShareGroupStateResponse { results: results.collect() }
}
