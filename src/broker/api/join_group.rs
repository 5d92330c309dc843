//! JoinGroup: key 11, versions 0-9.
//!
//! Does: makes a client a member of a classic group, and answers when the group has its members.
//! Versions: 1 rebalance timeout; 4 a new member is given its id first (KIP-394); 5 static
//! members (KIP-345); 6 flexible; 7 protocol type (KIP-559); 8 a reason (KIP-800); 9 a static
//! leader may skip the assignment (KIP-814).

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::ErrorCode;
use crate::wire::messages::join_group::{JoinGroupRequest, JoinGroupResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: JoinGroupRequest,
) -> JoinGroupResponse {
    let (who, random) = (members::client(cx), broker.random.id().0);
    let (group, member_id) = (request.group_id.clone(), request.member_id.clone());
    let reply = members::ask_unless_shared(broker, &group, |groups, now, ticket, out| {
        groups.join(now, ticket, who, cx.version, random, request, out);
    });
    match reply.await {
        Err(why) => {
            let error_code = why.code(ErrorCode::INCONSISTENT_GROUP_PROTOCOL).0;
            JoinGroupResponse { error_code, member_id, ..Default::default() }
        }
        Ok(Some(Reply::JoinGroup(response))) => response,
        _ => JoinGroupResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
