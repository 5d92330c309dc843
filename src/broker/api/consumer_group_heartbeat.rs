//! ConsumerGroupHeartbeat: key 68, versions 0-1 (KIP-848).
//!
//! Does: keeps a member in a consumer group, takes its subscription, and hands it its partitions;
//! lets a member go. Of the topics that match a pattern it leaves out what may not be described.
//! Versions: 1 a member brings its own id; subscriptions by regular expression.

use super::access::Gate;
use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::broker::coord::group::Visitor;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ConsumerGroupHeartbeatRequest,
) -> ConsumerGroupHeartbeatResponse {
    let group = request.group_id.clone();
    let gate = Gate::of(broker, cx);
    let sight = gate.map(|gate| gate.sight()).unwrap_or_default();
    let who = Visitor { client: members::client(cx), sight };
    let random = broker.random.id().0;
    let reply = members::ask_unless_shared(broker, &group, |groups, now, ticket, out| {
        groups.consumer_heartbeat(now, ticket, who, cx.version, random, request, out);
    });
    match reply.await {
        Err(why) => ConsumerGroupHeartbeatResponse {
            error_code: why.code(ErrorCode::GROUP_ID_NOT_FOUND).0,
            error_message: Some(why.text(&group, "consumer")),
            ..Default::default()
        },
        Ok(Some(Reply::ConsumerGroupHeartbeat(response))) => response,
        _ => ConsumerGroupHeartbeatResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
