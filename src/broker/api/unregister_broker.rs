//! UnregisterBroker: key 64, version 0.
//!
//! Does: forgets a broker, be it this one: it is in the cluster again after its next start.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::unregister_broker::{UnregisterBrokerRequest, UnregisterBrokerResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: UnregisterBrokerRequest,
) -> UnregisterBrokerResponse {
    let id = request.broker_id;
    let gone = broker.controller.change(|view, _| plan::unregister_broker(view, id));
    gone.unwrap_or_else(|error| UnregisterBrokerResponse {
        error_code: error.0,
        ..Default::default()
    })
}
