//! CreatePartitions: key 37, versions 0-3.
//!
//! Does: gives topics more partitions, or only checks that it could.
//! Versions: 2 flexible; 3 a quota may refuse it (KIP-599).

use super::{Context, throttle};
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopic,
    CreatePartitionsTopicResult,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: CreatePartitionsRequest,
) -> CreatePartitionsResponse {
    let state = broker.controller.state();
    let partitions = request.topics.iter().map(|topic| {
        let now = state.topic(&topic.name).map_or(topic.count, |now| now.partition_count());
        f64::from(topic.count.saturating_sub(now).max(0))
    });
    let allowed = throttle::mutations(broker, cx, STRICT_SINCE, partitions);
    let mut allowed = allowed.into_iter();
    let (kept, exceeding) =
        std::mem::take(&mut request.topics).into_iter().partition(|_| allowed.next() == Some(true));
    request.topics = kept;
    let exceeding: Vec<CreatePartitionsTopic> = exceeding;
    let mut response = create(broker, request);
    response.results.extend(exceeding.into_iter().map(|topic| CreatePartitionsTopicResult {
        name: topic.name,
        error_code: throttle::EXCEEDED_CODE,
        error_message: Some(throttle::EXCEEDED.to_owned()),
    }));
    response
}

/// From this version on what exceeds a quota is refused, and not only held back (KIP-599).
const STRICT_SINCE: i16 = 3;

fn create(broker: &Broker, request: CreatePartitionsRequest) -> CreatePartitionsResponse {
    let created = broker.controller.change(|view, _| plan::create_partitions(view, &request));
    created.unwrap_or_else(|error| {
        let failed = request.topics.into_iter().map(|topic| CreatePartitionsTopicResult {
            name: topic.name,
            error_code: error.0,
            error_message: None,
        });
        CreatePartitionsResponse { results: failed.collect(), ..Default::default() }
    })
}
