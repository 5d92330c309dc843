//! The shell around the share coordinator: it appends what is to be remembered, and then has it
//! remembered.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::{error, warn};

use crate::base::clock::{Clock, Millis};
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::base::sync::lock_or_mend;
use crate::broker::config::BrokerConfig;
use crate::broker::coord::effects::{Record, error_of_append};
use crate::broker::coord::share::state::{Config, Key, Refusal, ShareState, ShareStates, Write};
use crate::broker::coordinator::LoadError;
use crate::broker::log::Origin;
use crate::broker::meta::topic_name::SHARE_GROUP_STATE_TOPIC;
use crate::broker::partitions::Partitions;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchBuilder, contents};

/// Returns what the broker's configs say of the share coordinator.
pub(super) fn config(broker: &BrokerConfig, limits: &Limits) -> Config {
    Config {
        partitions: broker.share_state_topic_num_partitions,
        updates_per_snapshot: broker.share_updates_per_snapshot,
        cold_snapshot_interval_ms: Millis::from(broker.share_cold_snapshot_interval_ms),
        states_max: limits.share_states,
        bytes_max: limits.share_state_bytes,
    }
}

/// What is remembered of share partitions, and where.
pub(crate) struct Store {
    states: Mutex<ShareStates>,
    config: Config,
    partitions: Arc<Partitions>,
    clock: Arc<dyn Clock>,
}

impl Store {
    pub(super) fn new(config: Config, partitions: Arc<Partitions>, clock: Arc<dyn Clock>) -> Self {
        let states = Mutex::new(ShareStates::new(config));
        Store { states, config, partitions, clock }
    }

    /// Locks the states: those that a panic left half-changed are read again.
    fn states(&self) -> MutexGuard<'_, ShareStates> {
        lock_or_mend(&self.states, |states| {
            error!("the share coordinator broke down, and reads what it remembers again");
            *states = ShareStates::new(self.config);
            if let Err(error) = self.read_all(states) {
                error!(%error, "the share coordinator cannot read what it remembers");
                // It stays broken: this connection ends, and the next one tries again.
                resume_unwind(Box::new(error.to_string()));
            }
        })
    }

    /// Reads what the topic remembers, at start-up.
    pub(super) fn load(&self) -> Result<(), LoadError> {
        self.read_all(&mut self.states())
    }

    fn read_all(&self, states: &mut ShareStates) -> Result<(), LoadError> {
        let topic = self.partitions.topic(SHARE_GROUP_STATE_TOPIC);
        for partition in topic.into_iter().flat_map(|topic| topic.partitions) {
            for batch in partition.log.batches(partition.log.marks().log_start) {
                let batch = batch?;
                let broken = |error| LoadError::Batch { topic: SHARE_GROUP_STATE_TOPIC, error };
                let opened = contents(&batch.bytes).map_err(broken)?;
                if opened.header.attributes.is_control() {
                    continue;
                }
                for record in opened.records() {
                    let record = record.map_err(broken)?;
                    let (Some(key), offset) = (record.key, record.offset) else { continue };
                    // A record of a newer Kafka is no reason to lose the others.
                    if let Err(error) = states.apply(offset, key, record.value) {
                        let partition = partition.index;
                        warn!(partition, offset, %error, "a share record is not understood");
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn initialize(
        &self,
        key: &Key,
        state_epoch: i32,
        start_offset: i64,
    ) -> Result<(), Refusal> {
        let mut states = self.states();
        let now = self.clock.now();
        let record = states.initialize(now, key, state_epoch, start_offset, &self.exists())?;
        self.put(&mut states, key, record)
    }

    pub(crate) fn read(&self, key: &Key, leader_epoch: i32) -> Result<ShareState, Refusal> {
        let mut states = self.states();
        let (state, record) = states.read(self.clock.now(), key, leader_epoch, &self.exists())?;
        let state = state.clone();
        if let Some(record) = record {
            self.put(&mut states, key, record)?;
        }
        Ok(state)
    }

    pub(crate) fn write(&self, key: &Key, write: &Write) -> Result<(), Refusal> {
        let mut states = self.states();
        let record = states.write(self.clock.now(), key, write, &self.exists())?;
        self.put(&mut states, key, record)
    }

    pub(crate) fn summary(&self, key: &Key) -> Result<Option<ShareState>, Refusal> {
        let states = self.states();
        Ok(states.summary(key, &self.exists())?.cloned())
    }

    pub(crate) fn delete(&self, key: &Key) -> Result<(), Refusal> {
        let mut states = self.states();
        match states.delete(key, &self.exists())? {
            Some(record) => self.put(&mut states, key, record),
            None => Ok(()),
        }
    }

    /// A topic is gone.
    pub(super) fn forget_topic(&self, topic_id: Uuid) {
        let mut states = self.states();
        for (key, record) in states.forget_topic(topic_id) {
            // What is not written now stays behind: nobody asks for it, and nobody sees it.
            let _ = self.put(&mut states, &key, record);
        }
    }

    /// Snapshots what has rested for long, so that the log before it may go.
    pub(super) fn snapshot_cold(&self) {
        let mut states = self.states();
        for (key, record) in states.cold(self.clock.now()) {
            if self.put(&mut states, &key, record).is_err() {
                return;
            }
        }
    }

    /// Lets go of the log before what is needed.
    pub(super) fn prune(&self) {
        let redundant = self.states().redundant();
        for (index, before) in redundant {
            let Some(partition) = self.partitions.get(SHARE_GROUP_STATE_TOPIC, index) else {
                continue;
            };
            if before > partition.log.marks().log_start
                && let Err(error) = partition.log.delete_records(before)
            {
                error!(partition = index, before, %error, "cannot prune the share groups' topic");
            }
        }
    }

    fn exists(&self) -> impl Fn(Uuid, i32) -> bool + use<'_> {
        |topic_id, index| {
            let name = self.partitions.name_of(topic_id);
            let topic = name.and_then(|name| self.partitions.topic(&name));
            let count = topic.map_or(0, |topic| topic.partitions.len());
            usize::try_from(index).is_ok_and(|index| index < count)
        }
    }

    /// Appends a record, and has it remembered.
    fn put(&self, states: &mut ShareStates, key: &Key, record: Record) -> Result<(), Refusal> {
        let index = states.partition_of(key);
        let Some(partition) = self.partitions.get(SHARE_GROUP_STATE_TOPIC, index) else {
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE.into());
        };
        let now = self.clock.now();
        let mut batch = BatchBuilder::new();
        batch.push(now, Some(&record.key), record.value.as_deref(), &[]);
        let bytes = batch.build().map_err(|error| Refusal::from(error.code()))?;
        let appended = partition.append(bytes, Origin::Coordinator, now).map_err(|error| {
            error!(partition = index, %error, "cannot remember a share partition");
            Refusal::from(error_of_append(error.code()))
        })?;
        let applied = states.apply(appended.base_offset, &record.key, record.value.as_deref());
        applied.map_err(|_| Refusal::from(ErrorCode::UNKNOWN_SERVER_ERROR))
    }
}
