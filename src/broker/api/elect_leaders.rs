//! ElectLeaders: key 43, versions 0-2.
//!
//! Does: makes the preferred replica the leader, or any that is in sync where there is none.
//! Does not: find another leader than this node.
//! Versions: 1 unclean elections (KIP-460) and an error for the whole; 2 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::elect_leaders::{ElectLeadersRequest, ElectLeadersResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ElectLeadersRequest,
) -> ElectLeadersResponse {
    let version = cx.version;
    let elected = broker.controller.change(|view, _| plan::elect_leaders(view, version, &request));
    elected
        .unwrap_or_else(|error| ElectLeadersResponse { error_code: error.0, ..Default::default() })
}
