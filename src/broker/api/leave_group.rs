//! LeaveGroup: key 13, versions 0-5.
//!
//! Does: takes members out of their group.
//! Versions: 3 several members at once (KIP-345); 4 flexible; 5 a reason (KIP-800).

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::messages::leave_group::{LeaveGroupRequest, LeaveGroupResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: LeaveGroupRequest,
) -> LeaveGroupResponse {
    let reply = members::ask(broker, |groups, now, ticket, out| {
        groups.leave(now, ticket, cx.version, &request, out);
    });
    match reply.await {
        Some(Reply::LeaveGroup(response)) => response,
        _ => LeaveGroupResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
