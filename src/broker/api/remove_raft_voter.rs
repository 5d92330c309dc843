//! RemoveRaftVoter: key 81, version 0.
//!
//! Does: checks who is to vote no longer.
//! Does not: remove this node, the only voter: nobody would be left to lead.

use super::Context;
use super::raft_voters::{Unchanged, check_cluster, check_version, key, keys};
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::remove_raft_voter::{RemoveRaftVoterRequest, RemoveRaftVoterResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: RemoveRaftVoterRequest,
) -> RemoveRaftVoterResponse {
    let (error, text) = why_not(broker, &request);
    RemoveRaftVoterResponse { error_code: error.0, error_message: Some(text), ..Default::default() }
}

fn why_not(broker: &Broker, request: &RemoveRaftVoterRequest) -> Unchanged {
    let quorum = broker.controller.quorum();
    let checked = check_cluster(broker, request.cluster_id.as_deref())
        .and_then(|()| check_version(&quorum, "removing"));
    checked.err().unwrap_or_else(|| {
        let leaving = key(request.voter_id, request.voter_directory_id);
        let voters = keys(&quorum);
        let text = format!("Cannot remove voter {leaving} from the set of voters {voters}");
        (ErrorCode::VOTER_NOT_FOUND, text)
    })
}
