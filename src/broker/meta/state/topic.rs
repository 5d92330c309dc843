//! A topic and its partitions, as records set and change them.

use std::collections::BTreeMap;

use crate::base::ids::Uuid;
use crate::wire::messages::metadata_log::{PartitionChangeRecord, PartitionRecord};

/// The leader of a partition that has none.
pub const NO_LEADER: i32 = -1;
/// In a change: the leader stays.
const NO_LEADER_CHANGE: i32 = -2;
/// In a change: the leader's recovery state stays.
const NO_RECOVERY_CHANGE: i8 = -1;

/// A topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub name: String,
    pub id: Uuid,
    pub partitions: BTreeMap<i32, Partition>,
}

impl Topic {
    /// How many partitions the topic has.
    pub fn partition_count(&self) -> i32 {
        i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }

    /// How many replicas a partition of the topic has, counted at the first.
    pub fn replication_factor(&self) -> i16 {
        let first = self.partitions.values().next();
        first.map_or(0, |partition| i16::try_from(partition.replicas.len()).unwrap_or(i16::MAX))
    }
}

/// A partition (`org.apache.kafka.metadata.PartitionRegistration`).
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    pub replicas: Vec<i32>,
    /// The log directory of each replica, in the order of `replicas`.
    pub directories: Vec<Uuid>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    /// Replicas that hold all committed records though they are out of the ISR (KIP-966).
    pub eligible_leader_replicas: Vec<i32>,
    pub last_known_elr: Vec<i32>,
    /// The leader's id: -1 where there is none.
    pub leader: i32,
    /// 0 recovered, 1 recovering from an unclean election.
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
}

impl Partition {
    pub(super) fn of(record: &PartitionRecord) -> Self {
        let mut directories = record.directories.clone();
        // Records from before KIP-858 have none: the one directory, whichever it is.
        directories.resize(record.replicas.len(), Uuid::ZERO);
        Partition {
            replicas: record.replicas.clone(),
            directories,
            isr: record.isr.clone(),
            removing_replicas: record.removing_replicas.clone(),
            adding_replicas: record.adding_replicas.clone(),
            eligible_leader_replicas: record.eligible_leader_replicas.clone().unwrap_or_default(),
            last_known_elr: record.last_known_elr.clone().unwrap_or_default(),
            leader: record.leader,
            leader_recovery_state: record.leader_recovery_state,
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
        }
    }

    /// Applies a change. A change that names a leader, be it the same one, begins a new leader
    /// epoch; every change begins a new partition epoch.
    pub(super) fn change(&mut self, record: &PartitionChangeRecord) {
        let set = |into: &mut Vec<i32>, from: &Option<Vec<i32>>| {
            if let Some(from) = from {
                into.clone_from(from);
            }
        };
        set(&mut self.replicas, &record.replicas);
        set(&mut self.isr, &record.isr);
        set(&mut self.removing_replicas, &record.removing_replicas);
        set(&mut self.adding_replicas, &record.adding_replicas);
        set(&mut self.eligible_leader_replicas, &record.eligible_leader_replicas);
        set(&mut self.last_known_elr, &record.last_known_elr);
        if let Some(directories) = &record.directories {
            self.directories.clone_from(directories);
        }
        self.directories.resize(self.replicas.len(), Uuid::ZERO);
        if record.leader != NO_LEADER_CHANGE {
            self.leader = record.leader;
            self.leader_epoch = self.leader_epoch.saturating_add(1);
        }
        if record.leader_recovery_state != NO_RECOVERY_CHANGE {
            self.leader_recovery_state = record.leader_recovery_state;
        }
        self.partition_epoch = self.partition_epoch.saturating_add(1);
    }
}
