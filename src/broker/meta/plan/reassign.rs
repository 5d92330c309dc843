//! AlterPartitionReassignments and ListPartitionReassignments: which brokers hold a partition
//! (KIP-455, KIP-860).
//!
//! Source: `ReplicationControlManager`. Partitions can only be moved to where they are: to this
//! node. What comes from a larger cluster's directory can be brought down to it.

use super::{Planned, Refusal, View, assignment};
use crate::base::ids::Uuid;
use crate::broker::meta::state::METADATA_VERSION_DIRECTORIES;
use crate::broker::meta::{MetadataRecord, Partition};
use crate::wire::ErrorCode;
use crate::wire::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, ReassignablePartition,
    ReassignablePartitionResponse, ReassignableTopicResponse,
};
use crate::wire::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment, OngoingTopicReassignment,
};
use crate::wire::messages::metadata_log::PartitionChangeRecord;

/// Plans AlterPartitionReassignments.
pub fn alter_partition_reassignments(
    view: &View,
    request: &AlterPartitionReassignmentsRequest,
) -> Planned<AlterPartitionReassignmentsResponse> {
    let mut records: Vec<MetadataRecord> = Vec::new();
    if request.topics.is_empty() {
        // Kafka does not even look.
        let response = AlterPartitionReassignmentsResponse::default();
        return Planned { records, response };
    }
    let allowed = request.allow_replication_factor_change;
    let mut responses = Vec::new();
    for topic in &request.topics {
        let partitions = topic.partitions.iter().map(|asked| {
            let (code, text) = match reassign(view, &topic.name, asked, allowed) {
                Ok(change) => {
                    records.extend(change.map(MetadataRecord::from));
                    (ErrorCode::NONE, None)
                }
                Err(refusal) => (refusal.code, refusal.message),
            };
            ReassignablePartitionResponse {
                partition_index: asked.partition_index,
                error_code: code.0,
                error_message: text,
            }
        });
        let partitions = partitions.collect();
        responses.push(ReassignableTopicResponse { name: topic.name.clone(), partitions });
    }
    let response = AlterPartitionReassignmentsResponse {
        allow_replication_factor_change: allowed,
        error_message: None,
        responses,
        ..Default::default()
    };
    Planned { records, response }
}

fn reassign(
    view: &View,
    topic: &str,
    asked: &ReassignablePartition,
    factor_may_change: bool,
) -> Result<Option<PartitionChangeRecord>, Refusal> {
    let unknown = |text: String| Err(Refusal::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, text));
    let Some(topic_state) = view.state.topic(topic) else {
        return unknown(format!("Unable to find a topic named {topic}."));
    };
    let index = asked.partition_index;
    let Some(partition) = topic_state.partitions.get(&index) else {
        return unknown(format!("Unable to find partition {topic}:{index}."));
    };
    let change = PartitionChangeRecord {
        partition_id: index,
        topic_id: topic_state.id,
        ..Default::default()
    };
    let Some(target) = &asked.replicas else {
        return cancel(partition, change).map(Some);
    };
    assignment::check_manual(view, target)?;
    let replicas = settled(partition).len();
    if !factor_may_change && replicas != target.len() {
        let text = format!("The replication factor is changed from {replicas} to {}", target.len());
        return Err(Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, text));
    }
    if partition.replicas == *target && !in_progress(partition) {
        return Ok(None);
    }
    if !partition.isr.contains(&view.node.id) {
        // The records are elsewhere, on a node that will not come.
        let text = format!("Partition {topic}:{index} is not in sync on this node.");
        return Err(Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, text));
    }
    let elr = view.has_elr();
    Ok(Some(PartitionChangeRecord {
        replicas: Some(target.clone()),
        isr: Some(target.clone()),
        leader: view.node.id,
        adding_replicas: (!partition.adding_replicas.is_empty()).then(Vec::new),
        removing_replicas: (!partition.removing_replicas.is_empty()).then(Vec::new),
        eligible_leader_replicas: elr.then(Vec::new),
        last_known_elr: elr.then(Vec::new),
        directories: directories(view),
        ..change
    }))
}

fn directories(view: &View) -> Option<Vec<Uuid>> {
    let named = view.state.metadata_version() >= METADATA_VERSION_DIRECTORIES;
    named.then(|| vec![view.node.directory])
}

/// Says whether a reassignment has begun and not ended.
fn in_progress(partition: &Partition) -> bool {
    !partition.adding_replicas.is_empty() || !partition.removing_replicas.is_empty()
}

/// Returns the replicas as they were before a reassignment that is under way.
fn settled(partition: &Partition) -> Vec<i32> {
    let replicas = partition.replicas.iter().copied();
    replicas.filter(|replica| !partition.adding_replicas.contains(replica)).collect()
}

fn cancel(
    partition: &Partition,
    change: PartitionChangeRecord,
) -> Result<PartitionChangeRecord, Refusal> {
    if !in_progress(partition) {
        return Err(Refusal::silent(ErrorCode::NO_REASSIGNMENT_IN_PROGRESS));
    }
    let replicas = settled(partition);
    let isr: Vec<i32> =
        partition.isr.iter().copied().filter(|replica| replicas.contains(replica)).collect();
    let directories = partition.replicas.iter().zip(&partition.directories);
    let directories = directories.filter(|(replica, _)| replicas.contains(replica));
    Ok(PartitionChangeRecord {
        directories: Some(directories.map(|(_, directory)| *directory).collect()),
        isr: (isr != partition.isr).then_some(isr),
        replicas: Some(replicas),
        adding_replicas: Some(Vec::new()),
        removing_replicas: Some(Vec::new()),
        ..change
    })
}

/// Answers ListPartitionReassignments. What is not under way, or not there, is not told.
pub fn list_partition_reassignments(
    view: &View,
    request: &ListPartitionReassignmentsRequest,
) -> ListPartitionReassignmentsResponse {
    let one = |name: &str, indexes: Option<&[i32]>| {
        let topic = view.state.topic(name)?;
        let partitions = topic.partitions.iter().filter(|(index, partition)| {
            in_progress(partition) && indexes.is_none_or(|indexes| indexes.contains(index))
        });
        let partitions = partitions.map(|(index, partition)| OngoingPartitionReassignment {
            partition_index: *index,
            replicas: partition.replicas.clone(),
            adding_replicas: partition.adding_replicas.clone(),
            removing_replicas: partition.removing_replicas.clone(),
        });
        let partitions: Vec<_> = partitions.collect();
        let told = OngoingTopicReassignment { name: topic.name.clone(), partitions };
        Some(told).filter(|told| !told.partitions.is_empty())
    };
    let topics = match &request.topics {
        None => view.state.topics().filter_map(|topic| one(&topic.name, None)).collect(),
        Some(asked) => {
            let asked = asked.iter();
            asked.filter_map(|topic| one(&topic.name, Some(&topic.partition_indexes))).collect()
        }
    };
    ListPartitionReassignmentsResponse { error_message: None, topics, ..Default::default() }
}
