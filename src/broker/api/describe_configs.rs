//! DescribeConfigs: key 32, versions 1-4.
//!
//! Does: tells configs with their sources, synonyms, types and documentation.
//! Versions: 1 synonyms (KIP-226); 3 documentation and types (KIP-569); 4 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::broker::net::blocking;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};

/// How many resources are described beside other connections' requests.
const FEW: usize = 10;

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let describe = || broker.controller.read(|view| plan::describe_configs(view, &request));
    // Each resource is a hundred configs and more, with what they are for.
    if request.resources.len() > FEW { blocking(describe) } else { describe() }
}
