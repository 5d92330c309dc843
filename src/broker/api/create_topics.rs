//! CreateTopics: key 19, versions 2-7.
//!
//! Does: creates topics with partitions, assignments and configs, or only checks that it could.
//! Does not: wait for the topics' leaders: on one node they are there when the answer is.
//! Versions: 4 the broker's defaults (KIP-464); 5 flexible, the configs of what was created
//! (KIP-525); 7 topic ids.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::create_topics::{
    CreatableTopicResult, CreateTopicsRequest, CreateTopicsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: CreateTopicsRequest,
) -> CreateTopicsResponse {
    let version = cx.version;
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
