//! InitializeShareGroupState: key 83, version 0.
//!
//! Does: begins to remember share partitions, or begins anew. Kafka's brokers ask it of one
//! another; here nobody needs to, and whoever asks is answered.

use super::Context;
use super::share_state::{Parts, key, refused};
use crate::broker::Broker;
use crate::wire::messages::initialize_share_group_state::{
    InitializeShareGroupStateRequest, InitializeShareGroupStateResponse, InitializeStateResult,
    PartitionResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: InitializeShareGroupStateRequest,
) -> InitializeShareGroupStateResponse {
    let group = request.group_id;
    let topics = request.topics.into_iter().map(|topic| (topic.topic_id, topic.partitions));
    let Some(parts) = Parts::of(broker, &group, topics) else { return Default::default() };
    let results = parts.each(|topic_id, ask| {
        let key = key(&group, topic_id, ask.partition);
        let done = broker.shares.store.initialize(&key, ask.state_epoch, ask.start_offset);
        broker.shares.forget(|held| *held == key);
        let (error_code, error_message) = refused(done.err());
        PartitionResult { partition: ask.partition, error_code, error_message }
    });
    let results =
        results.map(|(topic_id, partitions)| InitializeStateResult { topic_id, partitions });
    InitializeShareGroupStateResponse { results: results.collect() }
}
