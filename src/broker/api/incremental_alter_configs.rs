//! IncrementalAlterConfigs: key 44, versions 0-1.
//!
//! Does: sets, unsets, appends to and subtracts from single configs (KIP-339).
//! Versions: 1 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::incremental_alter_configs::{
    AlterConfigsResourceResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: IncrementalAlterConfigsRequest,
) -> IncrementalAlterConfigsResponse {
    let altered =
        broker.controller.change(|view, _| plan::incremental_alter_configs(view, &request));
    altered.unwrap_or_else(|error| {
        let failed = request.resources.into_iter().map(|resource| AlterConfigsResourceResponse {
            error_code: error.0,
            error_message: None,
            resource_type: resource.resource_type,
            resource_name: resource.resource_name,
        });
        IncrementalAlterConfigsResponse { responses: failed.collect(), ..Default::default() }
    })
}
