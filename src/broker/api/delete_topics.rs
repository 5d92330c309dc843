//! DeleteTopics: key 20, versions 1-6.
//!
//! Does: deletes topics by name or by id, and what groups have committed for them.
//! Versions: 3 a topic that may not be deleted has its own error; 4 flexible; 5 messages; 6
//! topic ids (KIP-516).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::delete_topics::{
    DeletableTopicResult, DeleteTopicsRequest, DeleteTopicsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DeleteTopicsRequest,
) -> DeleteTopicsResponse {
    let version = cx.version;
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
