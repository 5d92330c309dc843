//! ShareGroupHeartbeat: key 76, version 1.
//!
//! Does: members join, say that they are there, and leave; they get their partitions.

use super::{Context, members, share_state};
use crate::broker::Broker;
use crate::broker::coord::share::group::Refused;
use crate::broker::coordinator::OFFSETS_TOPIC;
use crate::wire::ErrorCode;
use crate::wire::messages::share_group_heartbeat::{
    ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ShareGroupHeartbeatRequest,
) -> ShareGroupHeartbeatResponse {
    let done = beat(broker, cx, &request);
    done.unwrap_or_else(|refused| ShareGroupHeartbeatResponse {
        error_code: refused.error.0,
        error_message: refused.text,
        ..Default::default()
    })
}

fn beat(
    broker: &Broker,
    cx: &Context<'_>,
    request: &ShareGroupHeartbeatRequest,
) -> Result<ShareGroupHeartbeatResponse, Refused> {
    share_state::served(broker).map_err(|error| Refused { error, text: None })?;
    let length = request.member_id.encode_utf16().count();
    if !(1..=36).contains(&length) {
        return Err(Refused { error: ErrorCode::INVALID_REQUEST, text: None });
    }
    let ready = broker.controller.ensure_internal_topic(OFFSETS_TOPIC);
    ready.map_err(|_| Refused { error: members::GONE, text: None })?;
    broker.shares.groups.heartbeat(broker, members::client(cx), request)
}
