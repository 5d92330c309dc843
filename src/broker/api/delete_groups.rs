//! DeleteGroups: key 42, versions 0-2.
//!
//! Does: forgets groups without members, and what they have committed (KIP-229).
//! Versions: 2 flexible.

use std::collections::BTreeSet;

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
    let mut request = request;
    let is_shared =
        |id: &String| broker.shares.groups.read(|groups, _| groups.contains(id.as_str()));
    let shared: BTreeSet<String> =
        request.groups_names.extract_if(.., |id| is_shared(id)).collect();
    let results = shared.into_iter().map(|group_id| {
        let done = broker.shares.groups.delete(broker, &group_id);
        let error_code = done.err().unwrap_or_default().0;
        DeletableGroupResult { group_id, error_code }
    });
    let results: Vec<DeletableGroupResult> = results.collect();
    if request.groups_names.is_empty() {
        return DeleteGroupsResponse { results, ..Default::default() };
    }
    let mut response = others(broker, request).await;
    response.results.extend(results);
    response
}

/// Deletes groups that are no share groups.
async fn others(broker: &Broker, request: DeleteGroupsRequest) -> DeleteGroupsResponse {
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
