//! AddRaftVoter: key 80, versions 0-1.
//!
//! Does: checks who asks to vote on the metadata log.
//! Does not: let anybody vote beside this node: it replicates to nobody, so another controller
//! is never ready.
//! Versions: 1 the answer may come before the voters' record is committed.

use super::Context;
use super::raft_voters::{Unchanged, check_cluster, check_version, key, keys};
use crate::broker::Broker;
use crate::broker::quorum::CONTROLLER_LISTENER;
use crate::wire::ErrorCode;
use crate::wire::messages::add_raft_voter::{AddRaftVoterRequest, AddRaftVoterResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AddRaftVoterRequest,
) -> AddRaftVoterResponse {
    let (error, text) = why_not(broker, &request);
    AddRaftVoterResponse { error_code: error.0, error_message: Some(text), ..Default::default() }
}

fn why_not(broker: &Broker, request: &AddRaftVoterRequest) -> Unchanged {
    check(broker, request).err().unwrap_or_else(|| {
        let asking = key(request.voter_id, request.voter_directory_id);
        let text = format!("New voter {asking} is not ready to receive requests");
        (ErrorCode::REQUEST_TIMED_OUT, text)
    })
}

fn check(broker: &Broker, request: &AddRaftVoterRequest) -> Result<(), Unchanged> {
    check_cluster(broker, request.cluster_id.as_deref())?;
    if !request.listeners.iter().any(|listener| listener.name == CONTROLLER_LISTENER) {
        let given = request.listeners.iter().map(|listener| {
            let (name, host, port) = (&listener.name, &listener.host, listener.port);
            format!("ListenerName({name})={host}/<unresolved>:{port}")
        });
        let given = given.collect::<Vec<_>>().join(", ");
        let text = format!(
            "Add voter request didn't include the endpoint (Endpoints(endpoints={{{given}}})) for \
             the default listener ListenerName({CONTROLLER_LISTENER})"
        );
        return Err((ErrorCode::INVALID_REQUEST, text));
    }
    if request.voter_id < 0 {
        let text = "Add voter request didn't include a valid voter";
        return Err((ErrorCode::INVALID_REQUEST, text.to_owned()));
    }
    let quorum = broker.controller.quorum();
    check_version(&quorum, "adding")?;
    if quorum.voters.iter().any(|voter| voter.voter_id == request.voter_id) {
        let asking = key(request.voter_id, request.voter_directory_id);
        let voters = keys(&quorum);
        let text =
            format!("The voter id for {asking} is already part of the set of voters {voters}.");
        return Err((ErrorCode::DUPLICATE_VOTER, text));
    }
    Ok(())
}
