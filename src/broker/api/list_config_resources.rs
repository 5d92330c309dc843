//! ListConfigResources: key 74, versions 0-1.
//!
//! Does: names what has, or may have, configs of its own.
//! Versions: 0 client metrics subscriptions only (KIP-714); 1 all types (KIP-1142).

use super::Context;
use crate::broker::Broker;
use crate::broker::config::ResourceKind;
use crate::broker::meta::State;
use crate::wire::ErrorCode;
use crate::wire::messages::list_config_resources::{
    ConfigResource, ListConfigResourcesRequest, ListConfigResourcesResponse,
};

/// The types in the order in which Kafka tells them.
const KINDS: [ResourceKind; 5] = [
    ResourceKind::Group,
    ResourceKind::ClientMetrics,
    ResourceKind::BrokerLogger,
    ResourceKind::Broker,
    ResourceKind::Topic,
];

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ListConfigResourcesRequest,
) -> ListConfigResourcesResponse {
    let asked = &request.resource_types;
    if asked.iter().any(|kind| ResourceKind::of(*kind).is_none()) {
        let error_code = ErrorCode::UNSUPPORTED_VERSION.0;
        return ListConfigResourcesResponse { error_code, ..Default::default() };
    }
    let wanted = |kind: &ResourceKind| match cx.version {
        0 => *kind == ResourceKind::ClientMetrics,
        _ => asked.is_empty() || asked.contains(&kind.id()),
    };
    let state = broker.controller.state();
    let told = KINDS.into_iter().filter(wanted).flat_map(|kind| {
        let names = names(&state, kind).into_iter();
        names.map(move |resource_name| ConfigResource { resource_name, resource_type: kind.id() })
    });
    ListConfigResourcesResponse { config_resources: told.collect(), ..Default::default() }
}

/// Topics and brokers are there whether they have configs or not; the others only with them.
fn names(state: &State, kind: ResourceKind) -> Vec<String> {
    match kind {
        ResourceKind::Topic => state.topics().map(|topic| topic.name.clone()).collect(),
        ResourceKind::Broker | ResourceKind::BrokerLogger => {
            state.brokers().map(|broker| broker.id.to_string()).collect()
        }
        ResourceKind::ClientMetrics | ResourceKind::Group => {
            let resources = state.configs().resources().map(|(resource, _)| resource);
            let of_kind = resources.filter(|resource| resource.kind == kind);
            of_kind.map(|resource| resource.name.clone()).collect()
        }
    }
}
