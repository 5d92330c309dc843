//! DescribeConfigs: key 32, versions 1-4.
//!
//! Does: tells configs with their sources, synonyms, types and documentation; refuses the resources
//! for which the answer has no room. Waits for its turn where it is asked for many.
//! Versions: 1 synonyms (KIP-226); 3 documentation and types (KIP-569); 4 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};

/// How many elements a resource is told by: a hundred configs, their values in each layer, and
/// what they are for.
const ELEMENTS: usize = 400;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let describe = || broker.controller.read(|view| plan::describe_configs(view, &request));
    let names = request.resources.iter().filter_map(|one| one.configuration_keys.as_ref());
    let names: usize = names.map(Vec::len).sum();
    cx.turn.of(&broker.turns, ELEMENTS * request.resources.len() + names).await;
    cx.turn.work(describe)
}
