//! SyncGroup: key 14, versions 0-5.
//!
//! Does: takes the leader's assignment and hands each member its part.
//! Versions: 3 static members; 4 flexible; 5 protocol type and name (KIP-559).

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::messages::sync_group::{SyncGroupRequest, SyncGroupResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: SyncGroupRequest,
) -> SyncGroupResponse {
    let reply = members::ask(broker, |groups, now, ticket, out| {
        groups.sync(now, ticket, cx.version, request, out);
    });
    match reply.await {
        Some(Reply::SyncGroup(response)) => response,
        _ => SyncGroupResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
