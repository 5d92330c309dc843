//! What AddRaftVoter and RemoveRaftVoter have in common: who votes is said in Kafka's words.

use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::quorum::Quorum;
use crate::wire::ErrorCode;

/// Why voters stay as they are.
pub(super) type Unchanged = (ErrorCode, String);

/// Says whether the request is meant for another cluster.
pub(super) fn check_cluster(broker: &Broker, asked: Option<&str>) -> Result<(), Unchanged> {
    let own = broker.cluster_id.as_str();
    match asked {
        Some(asked) if asked != own => {
            let text = format!("The given id \"{asked}\" doesn't match the cluster id \"{own}\"");
            Err((ErrorCode::INCONSISTENT_CLUSTER_ID, text))
        }
        _ => Ok(()),
    }
}

/// Says whether the quorum's version lets voters come and go.
pub(super) fn check_version(quorum: &Quorum, doing: &str) -> Result<(), Unchanged> {
    if quorum.version > 0 {
        return Ok(());
    }
    let text =
        format!("Cluster doesn't support {doing} voter because the kraft.version feature is 0");
    Err((ErrorCode::UNSUPPORTED_VERSION, text))
}

/// Names a voter as Kafka's `ReplicaKey` does.
pub(super) fn key(id: i32, directory: Uuid) -> String {
    format!("ReplicaKey(id={id}, directoryId={directory})")
}

/// Names all voters.
pub(super) fn keys(quorum: &Quorum) -> String {
    let voters = quorum.voters.iter();
    let keys = voters.map(|voter| key(voter.voter_id, voter.voter_directory_id));
    format!("[{}]", keys.collect::<Vec<_>>().join(", "))
}
