//! Heartbeat: key 12, versions 0-4.
//!
//! Does: keeps a member's session alive, and tells of a rebalance.
//! Versions: 3 static members; 4 flexible.

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::messages::heartbeat::{HeartbeatRequest, HeartbeatResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: HeartbeatRequest,
) -> HeartbeatResponse {
    let reply = members::ask(broker, |groups, now, ticket, out| {
        groups.heartbeat(now, ticket, &request, out);
    });
    match reply.await {
        Some(Reply::Heartbeat(response)) => response,
        _ => HeartbeatResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
