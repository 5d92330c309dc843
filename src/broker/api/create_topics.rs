//! CreateTopics: key 19, versions 2-7.
//!
//! Does: creates topics with partitions, assignments and configs, or only checks that it could.
//! Does not: wait for the topics' leaders: on one node they are there when the answer is.
//! Versions: 4 the broker's defaults (KIP-464); 5 flexible, the configs of what was created
//! (KIP-525); 7 topic ids.

use super::{Context, throttle};
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicResult, CreateTopicsRequest, CreateTopicsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: CreateTopicsRequest,
) -> CreateTopicsResponse {
    let version = cx.version;
    let default = broker.config().num_partitions;
    let partitions = request.topics.iter().map(|topic| match topic.assignments.len() {
        0 if topic.num_partitions < 0 => f64::from(default),
        0 => f64::from(topic.num_partitions),
        assigned => assigned as f64,
    });
    let allowed = throttle::mutations(broker, cx, STRICT_SINCE, partitions);
    let mut allowed = allowed.into_iter();
    let (kept, exceeding) =
        std::mem::take(&mut request.topics).into_iter().partition(|_| allowed.next() == Some(true));
    request.topics = kept;
    let exceeding: Vec<CreatableTopic> = exceeding;
    let mut response = create(broker, version, request);
    response.topics.extend(exceeding.into_iter().map(|topic| CreatableTopicResult {
        name: topic.name,
        error_code: throttle::EXCEEDED_CODE,
        error_message: Some(throttle::EXCEEDED.to_owned()),
        ..Default::default()
    }));
    response
}

/// From this version on what exceeds a quota is refused, and not only held back (KIP-599).
const STRICT_SINCE: i16 = 6;

fn create(broker: &Broker, version: i16, request: CreateTopicsRequest) -> CreateTopicsResponse {
    let created =
        broker.controller.change(|view, ids| plan::create_topics(view, &request, version, ids));
    created.unwrap_or_else(|error| {
        let failed = request.topics.into_iter().map(|topic| CreatableTopicResult {
            name: topic.name,
            error_code: error.0,
            ..Default::default()
        });
        CreateTopicsResponse { topics: failed.collect(), ..Default::default() }
    })
}
