//! DeleteTopics: key 20, versions 1-6.
//!
//! Does: deletes topics by name or by id, and what groups have committed for them.
//! Versions: 3 a topic that may not be deleted has its own error; 4 flexible; 5 messages; 6
//! topic ids (KIP-516).

use super::{Context, throttle};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::meta::{Topic, plan};
use crate::wire::messages::delete_topics::{
    DeletableTopicResult, DeleteTopicsRequest, DeleteTopicsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: DeleteTopicsRequest,
) -> DeleteTopicsResponse {
    let exceeding = exceeding(broker, cx, &mut request);
    let mut response = delete(broker, cx.version, request);
    response.responses.extend(exceeding);
    response
}

/// From this version on what exceeds a quota is refused, and not only held back (KIP-599).
const STRICT_SINCE: i16 = 5;

/// Takes out what the client has no quota for.
fn exceeding(
    broker: &Broker,
    cx: &Context<'_>,
    request: &mut DeleteTopicsRequest,
) -> Vec<DeletableTopicResult> {
    let state = broker.controller.state();
    let count =
        |topic: Option<&Topic>| topic.map_or(0.0, |topic| f64::from(topic.partition_count()));
    let by_state = request.topics.iter().map(|topic| match &topic.name {
        Some(name) => count(state.topic(name)),
        None => count(state.topic_by_id(topic.topic_id)),
    });
    let by_name = request.topic_names.iter().map(|name| count(state.topic(name)));
    let allowed = throttle::mutations(broker, cx, STRICT_SINCE, by_state.chain(by_name));
    if allowed.iter().all(|allowed| *allowed) {
        return Vec::new();
    }
    let mut allowed = allowed.into_iter();
    let mut exceeding = Vec::new();
    let mut refuse = |name: Option<String>, topic_id| {
        exceeding.push(DeletableTopicResult {
            name,
            topic_id,
            error_code: throttle::EXCEEDED_CODE,
            error_message: Some(throttle::EXCEEDED.to_owned()),
        });
    };
    request.topics.retain(|topic| {
        let kept = allowed.next() == Some(true);
        if !kept {
            refuse(topic.name.clone(), topic.topic_id);
        }
        kept
    });
    request.topic_names.retain(|name| {
        let kept = allowed.next() == Some(true);
        if !kept {
            refuse(Some(name.clone()), Uuid::ZERO);
        }
        kept
    });
    exceeding
}

fn delete(broker: &Broker, version: i16, request: DeleteTopicsRequest) -> DeleteTopicsResponse {
    let before = broker.controller.state();
    let deleted = broker.controller.change(|view, _| plan::delete_topics(view, &request, version));
    let response = deleted.unwrap_or_else(|error| {
        let by_name = request.topic_names.iter().map(|name| DeletableTopicResult {
            name: Some(name.clone()),
            error_code: error.0,
            ..Default::default()
        });
        let by_id = request.topics.iter().map(|topic| DeletableTopicResult {
            name: topic.name.clone(),
            topic_id: topic.topic_id,
            error_code: error.0,
            ..Default::default()
        });
        DeleteTopicsResponse { responses: by_name.chain(by_id).collect(), ..Default::default() }
    });
    let after = broker.controller.state();
    for topic in before.topics().filter(|topic| after.topic_by_id(topic.id).is_none()) {
        broker.coordinator.tell(|groups, now, out| groups.topic_deleted(now, &topic.name, out));
        broker.shares.topic_deleted(topic.id);
    }
    response
}
