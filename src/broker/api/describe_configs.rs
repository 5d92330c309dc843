//! DescribeConfigs: key 32, versions 1-4.
//!
//! Does: tells configs with their sources, synonyms, types and documentation.
//! Versions: 1 synonyms (KIP-226); 3 documentation and types (KIP-569); 4 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    broker.controller.read(|view| plan::describe_configs(view, &request))
}
