//! ElectLeaders: who leads a partition, as asked for by hand (KIP-183, KIP-460).
//!
//! Source: `ReplicationControlManager.electLeaders`. This node leads whatever it holds from its
//! start on, so an election that is needed is one that it cannot win.

use super::{Planned, View};
use crate::broker::meta::Partition;
use crate::broker::meta::state::NO_LEADER;
use crate::wire::ErrorCode;
use crate::wire::messages::elect_leaders::{
    ElectLeadersRequest, ElectLeadersResponse, PartitionResult, ReplicaElectionResult,
};
use crate::wire::messages::metadata_log::PartitionChangeRecord;

/// Which election is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Election {
    Preferred,
    Unclean,
}

/// Plans ElectLeaders. Version 0 knows the election of the preferred leader only.
pub fn elect_leaders(
    view: &View,
    version: i16,
    request: &ElectLeadersRequest,
) -> Planned<ElectLeadersResponse> {
    let election = match request.election_type {
        _ if version == 0 => Election::Preferred,
        0 => Election::Preferred,
        1 => Election::Unclean,
        other => return refused(request, &format!("Unknown election type {other}")),
    };
    let mut records = Vec::new();
    let mut results = Vec::new();
    let mut one = |topic: &str, partition: i32| {
        let (code, text) = match elect(view, topic, partition, election) {
            Ok(change) => {
                records.push(change.into());
                (ErrorCode::NONE, None)
            }
            Err((code, text)) => (code, Some(text)),
        };
        PartitionResult { partition_id: partition, error_code: code.0, error_message: text }
    };
    match &request.topic_partitions {
        Some(asked) => {
            for topic in asked {
                let partitions = topic.partitions.iter();
                let partition_result = partitions.map(|index| one(&topic.topic, *index)).collect();
                results
                    .push(ReplicaElectionResult { topic: topic.topic.clone(), partition_result });
            }
        }
        // All of them: those that need no election are not worth a word.
        None => {
            for topic in view.state.topics() {
                let partitions = topic.partitions.keys();
                let told = partitions.map(|index| one(&topic.name, *index));
                let needed = ErrorCode::ELECTION_NOT_NEEDED.0;
                let partition_result = told.filter(|told| told.error_code != needed).collect();
                let topic = topic.name.clone();
                results.push(ReplicaElectionResult { topic, partition_result });
            }
        }
    }
    let response = ElectLeadersResponse { replica_election_results: results, ..Default::default() };
    Planned { records, response }
}

/// An election that nobody knows is refused as a whole.
fn refused(request: &ElectLeadersRequest, why: &str) -> Planned<ElectLeadersResponse> {
    let code = ErrorCode::INVALID_REQUEST.0;
    let asked = request.topic_partitions.as_deref();
    let results = asked.into_iter().flatten().map(|topic| ReplicaElectionResult {
        topic: topic.topic.clone(),
        partition_result: topic
            .partitions
            .iter()
            .map(|index| PartitionResult {
                partition_id: *index,
                error_code: code,
                error_message: Some(why.to_owned()),
            })
            .collect(),
    });
    let results: Vec<_> = results.collect();
    // Kafka says so of what was asked for; where nothing was, there is nothing wrong.
    let nothing = asked.is_some_and(<[_]>::is_empty);
    let response = ElectLeadersResponse {
        error_code: if nothing { 0 } else { code },
        replica_election_results: results,
        ..Default::default()
    };
    Planned { records: Vec::new(), response }
}

fn elect(
    view: &View,
    topic: &str,
    index: i32,
    election: Election,
) -> Result<PartitionChangeRecord, (ErrorCode, String)> {
    let unknown = |text: String| Err((ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, text));
    let Some(topic_state) = view.state.topic(topic) else {
        return unknown(format!("No such topic as {topic}"));
    };
    let Some(partition) = topic_state.partitions.get(&index) else {
        return unknown(format!("No such partition as {topic}-{index}"));
    };
    let needed = match election {
        Election::Preferred => partition.replicas.first() != Some(&partition.leader),
        Election::Unclean => partition.leader == NO_LEADER,
    };
    if !needed {
        let text = "Leader election not needed for topic partition.";
        return Err((ErrorCode::ELECTION_NOT_NEEDED, text.to_owned()));
    }
    if can_lead(view, partition, election) {
        return Ok(PartitionChangeRecord {
            partition_id: index,
            topic_id: topic_state.id,
            leader: view.node.id,
            ..Default::default()
        });
    }
    Err(match election {
        Election::Preferred => (
            ErrorCode::PREFERRED_LEADER_NOT_AVAILABLE,
            "The preferred leader was not available.".to_owned(),
        ),
        Election::Unclean => (
            ErrorCode::ELIGIBLE_LEADERS_NOT_AVAILABLE,
            "Eligible topic partition leaders are not available.".to_owned(),
        ),
    })
}

/// Says whether this node may win: it is here, it is registered, and it is in sync.
fn can_lead(view: &View, partition: &Partition, election: Election) -> bool {
    let node = view.node.id;
    let is_candidate = match election {
        Election::Preferred => partition.replicas.first() == Some(&node),
        Election::Unclean => partition.replicas.contains(&node),
    };
    is_candidate
        && partition.isr.contains(&node)
        && view.state.broker(node).is_some_and(|broker| !broker.fenced)
}
