//! AlterClientQuotas: key 49, versions 0-1.
//!
//! Does: sets and removes quotas of users, client ids and addresses (KIP-546).
//! Versions: 1 flexible.

use std::net::{IpAddr, ToSocketAddrs};

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::alter_client_quotas::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, EntityDataResponse, EntryDataResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AlterClientQuotasRequest,
) -> AlterClientQuotasResponse {
    let altered =
        broker.controller.change(|view, _| plan::alter_client_quotas(view, &request, &is_host));
    altered.unwrap_or_else(|error| {
        let failed = request.entries.iter().map(|entry| EntryDataResponse {
            error_code: error.0,
            error_message: None,
            entity: entry
                .entity
                .iter()
                .map(|part| EntityDataResponse {
                    entity_type: part.entity_type.clone(),
                    entity_name: part.entity_name.clone(),
                })
                .collect(),
        });
        AlterClientQuotasResponse { throttle_time_ms: 0, entries: failed.collect() }
    })
}

/// Says whether a text is an address, or a name that has one.
fn is_host(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || (text, 0).to_socket_addrs().is_ok()
}
