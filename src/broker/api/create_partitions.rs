//! CreatePartitions: key 37, versions 0-3.
//!
//! Does: gives topics more partitions, or only checks that it could.
//! Versions: 2 flexible; 3 a quota may refuse it (KIP-599).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopicResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: CreatePartitionsRequest,
) -> CreatePartitionsResponse {
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
