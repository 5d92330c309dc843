//! AlterConfigs: key 33, versions 0-2.
//!
//! Does: replaces all configs of a resource by those that are named.
//! Versions: 2 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::alter_configs::{
    AlterConfigsRequest, AlterConfigsResourceResponse, AlterConfigsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AlterConfigsRequest,
) -> AlterConfigsResponse {
    let altered = broker.controller.change(|view, _| plan::alter_configs(view, &request));
    altered.unwrap_or_else(|error| {
        let failed = request.resources.into_iter().map(|resource| AlterConfigsResourceResponse {
            error_code: error.0,
            error_message: None,
            resource_type: resource.resource_type,
            resource_name: resource.resource_name,
        });
        AlterConfigsResponse { responses: failed.collect(), ..Default::default() }
    })
}
