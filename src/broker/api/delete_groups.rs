//! DeleteGroups: key 42, versions 0-2.
//!
//! Does: forgets groups without members, and what they have committed (KIP-229).
//! Versions: 2 flexible.

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::messages::delete_groups::{
    DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DeleteGroupsRequest,
) -> DeleteGroupsResponse {
    let reply = members::ask(broker, |groups, now, ticket, out| {
        groups.delete_groups(now, ticket, &request, out);
    });
    let reply = reply.await;
    match reply {
        Some(Reply::DeleteGroups(response)) => response,
        _ => {
            let failed = request
                .groups_names
                .into_iter()
                .map(|group_id| DeletableGroupResult { group_id, error_code: members::GONE.0 });
            DeleteGroupsResponse { results: failed.collect(), ..Default::default() }
        }
    }
}
