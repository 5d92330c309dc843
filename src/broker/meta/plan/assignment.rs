//! Which broker gets a partition: on one node there is one answer, and many wrong questions.
//!
//! Sources: `ReplicationControlManager.validateManualPartitionAssignment`,
//! `StripedReplicaPlacer`.

use super::{Refusal, View};
use crate::base::ids::Uuid;
use crate::broker::meta::state::METADATA_VERSION_DIRECTORIES;
use crate::wire::ErrorCode;
use crate::wire::messages::metadata_log::PartitionRecord;

/// Checks replicas that a client has chosen.
pub(super) fn check_manual(view: &View, brokers: &[i32]) -> Result<(), Refusal> {
    let refuse = |text: String| Err(Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, text));
    if brokers.is_empty() {
        return refuse("The manual partition assignment includes an empty replica list.".into());
    }
    let mut sorted = brokers.to_vec();
    sorted.sort_unstable();
    let mut last = None;
    for broker in sorted {
        if last == Some(broker) {
            return refuse(format!(
                "The manual partition assignment includes the broker {broker} more than once."
            ));
        }
        last = Some(broker);
        if view.state.broker(broker).is_none() {
            return refuse(format!(
                "The manual partition assignment includes broker {broker}, but no such broker is \
                 registered."
            ));
        }
        if broker != view.node.id {
            return refuse(format!(
                "The manual partition assignment includes broker {broker}, which is not this \
                 node, the only one that serves partitions."
            ));
        }
    }
    Ok(())
}

/// Checks how many replicas the placer is asked for. Where the broker is lenient any number will
/// do, and there is one all the same.
pub(super) fn check_factor(view: &View, factor: i32) -> Result<(), Refusal> {
    check_place(view).map_err(|text| {
        let text = format!("Unable to replicate the partition {factor} time(s): {text}");
        Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, text)
    })?;
    if factor == 1 || view.fixed.has_lenient_replication() {
        return Ok(());
    }
    let text = format!(
        "Unable to replicate the partition {factor} time(s): The target replication factor of \
         {factor} cannot be reached because only 1 broker(s) are registered or some brokers have \
         all their log directories cordoned."
    );
    Err(Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, text))
}

/// Checks that there is a broker at all: this one may have been unregistered.
pub(super) fn check_place(view: &View) -> Result<(), &'static str> {
    match view.state.broker(view.node.id) {
        Some(_) => Ok(()),
        None => Err("All brokers are currently fenced, or have all their log directories \
                     cordoned."),
    }
}

/// Returns the record of a new partition, led by this node.
pub(super) fn new_partition(view: &View, topic_id: Uuid, partition_id: i32) -> PartitionRecord {
    let node = view.node.id;
    let has_directories = view.state.metadata_version() >= METADATA_VERSION_DIRECTORIES;
    PartitionRecord {
        partition_id,
        topic_id,
        replicas: vec![node],
        isr: vec![node],
        leader: node,
        leader_epoch: 0,
        partition_epoch: 0,
        directories: if has_directories { vec![view.node.directory] } else { Vec::new() },
        ..Default::default()
    }
}
