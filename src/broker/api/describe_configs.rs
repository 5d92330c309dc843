//! DescribeConfigs: key 32, versions 1-4.
//!
//! Does: tells configs with their sources, synonyms, types and documentation; refuses the resources
//! for which the answer has no room.
//! Versions: 1 synonyms (KIP-226); 3 documentation and types (KIP-569); 4 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::broker::net::blocking;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};

/// How many resources and names of configs are looked at beside other connections' requests.
const FEW: usize = 16;

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let describe = || broker.controller.read(|view| plan::describe_configs(view, &request));
    let named = request
        .resources
        .iter()
        .map(|one| one.configuration_keys.as_ref().map_or(1, |keys| keys.len().max(1)));
    // Each resource is a hundred configs and more, with what they are for.
    if named.sum::<usize>() > FEW { blocking(describe) } else { describe() }
}
