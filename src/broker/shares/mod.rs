//! The shell around share groups' data: which share partitions are held, who fetches them, and
//! whose time is up.
//!
//! Source: `kafka.server.share.SharePartitionManager`.
//!
//! - `groups`: who is a member of which share group
//! - `held`: one share partition in memory
//! - `store`: what is remembered of them

pub(crate) mod groups;
pub(crate) mod held;
pub(crate) mod store;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;

use self::groups::Membership;
use self::held::Held;
use self::store::Store;
use super::Broker;
use super::config::{BrokerConfig, GroupConfig, ShareOffsetReset};
use super::coord::share::partition::{
    AckBatch, AckError, Limits, NO_START_OFFSET, RecordState, SharePartition, StateBatch,
};
use super::coord::share::session::{Connection, Member, Place, ShareSessions};
use super::coord::share::state::{Key, Refusal, ShareState};
use super::coordinator::LoadError;
use super::meta::topic_name::SHARE_GROUP_STATE_TOPIC;
use super::net::Stop;
use super::partitions::{Partition, Partitions};
use crate::base::clock::{Clock, Millis};
use crate::base::ids::Uuid;
use crate::base::limits::Limits as Bounds;
use crate::base::meter::Meter;
use crate::base::sync::{lock, lock_or_mend};
use crate::wire::ErrorCode;

/// An error of one partition, with Kafka's words where they are not those of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) error: ErrorCode,
    pub(crate) text: Option<String>,
}

impl From<ErrorCode> for Trouble {
    fn from(error: ErrorCode) -> Self {
        Trouble { error, text: None }
    }
}

impl From<AckError> for Trouble {
    fn from(error: AckError) -> Self {
        let code = match &error {
            AckError::InvalidRecordState(_) => ErrorCode::INVALID_RECORD_STATE,
            AckError::InvalidRequest(_) => ErrorCode::INVALID_REQUEST,
        };
        Trouble { error: code, text: Some(error.to_string()) }
    }
}

impl From<Refusal> for Trouble {
    /// What the share coordinator refuses is told as `SharePartition.fetchPersisterError` has it.
    fn from(refusal: Refusal) -> Self {
        let error = match refusal.error {
            ErrorCode::NOT_COORDINATOR
            | ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => ErrorCode::COORDINATOR_NOT_AVAILABLE,
            ErrorCode::GROUP_ID_NOT_FOUND | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => refusal.error,
            ErrorCode::FENCED_LEADER_EPOCH | ErrorCode::FENCED_STATE_EPOCH => {
                ErrorCode::NOT_LEADER_OR_FOLLOWER
            }
            _ => ErrorCode::UNKNOWN_SERVER_ERROR,
        };
        Trouble { error, text: refusal.text.map(str::to_owned) }
    }
}

/// Share partitions, and the sessions of those who fetch them.
pub(crate) struct Shares {
    pub(crate) groups: Membership,
    pub(crate) store: Store,
    sessions: Mutex<ShareSessions>,
    /// The records in flight of all share partitions.
    in_flight: Meter,
    held: Mutex<HashMap<Key, Arc<Held>>>,
    clock: Arc<dyn Clock>,
    connections: AtomicU64,
    /// When locks are looked over next.
    look_at: AtomicI64,
    /// Rung when that is earlier than it was.
    bell: Notify,
    prune_interval_ms: Millis,
    cold_snapshot_interval_ms: Millis,
}

impl Shares {
    /// Brings share groups to life with what is remembered of them.
    pub(crate) fn start(
        broker: &BrokerConfig,
        partitions: &Arc<Partitions>,
        clock: &Arc<dyn Clock>,
        limits: &Bounds,
    ) -> Result<Self, LoadError> {
        let sessions_max = usize::try_from(broker.share_sessions_max).unwrap_or(0);
        let groups = Membership::new(
            broker.offsets_topic_num_partitions,
            limits,
            &broker.rack,
            Arc::clone(partitions),
            Arc::clone(clock),
        );
        let store =
            Store::new(store::config(broker, limits), Arc::clone(partitions), Arc::clone(clock));
        store.load()?;
        groups.load()?;
        Ok(Shares {
            groups,
            store,
            in_flight: Meter::new(limits.share_records),
            sessions: Mutex::new(ShareSessions::new(sessions_max, limits.session_partitions)),
            held: Mutex::default(),
            clock: Arc::clone(clock),
            connections: AtomicU64::new(0),
            look_at: AtomicI64::new(Millis::MAX),
            bell: Notify::new(),
            prune_interval_ms: Millis::from(broker.share_prune_interval_ms),
            cold_snapshot_interval_ms: Millis::from(broker.share_cold_snapshot_interval_ms),
        })
    }

    /// Returns a share partition: from memory, or from what is remembered of it.
    pub(crate) fn hold(&self, broker: &Broker, key: &Key) -> Result<Arc<Held>, Trouble> {
        if let Some(held) = lock(&self.held).get(key).filter(|held| !held.is_fenced()) {
            return Ok(Arc::clone(held));
        }
        let name = broker.partitions.name_of(key.topic_id);
        let name = name.ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        let log = broker.controller.partition(&name, key.partition)?;
        broker.controller.ensure_internal_topic(SHARE_GROUP_STATE_TOPIC)?;
        let mut all = lock(&self.held);
        if let Some(held) = all.get(key).filter(|held| !held.is_fenced()) {
            return Ok(Arc::clone(held));
        }
        let remembered = self.store.read(key, log.leader_epoch)?;
        let group = broker.group_config(&key.group);
        let state = begin(&remembered, &log, &group, self.clock.now())?;
        let held = Arc::new(Held::new(key.clone(), log, state, &self.in_flight));
        all.insert(key.clone(), Arc::clone(&held));
        Ok(held)
    }

    /// A member acknowledges records of a share partition.
    pub(crate) fn acknowledge(
        &self,
        broker: &Broker,
        member: &Member,
        place: Place,
        batches: &[AckBatch],
    ) -> Result<(), Trouble> {
        let key = key_of(&member.group, place);
        let held = lock(&self.held).get(&key).cloned();
        let held = held.ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        let limits = broker.share_limits(&member.group);
        let now = self.clock.now();
        let done = held.change(&self.store, |state| {
            Ok::<_, Trouble>(state.acknowledge(now, &limits, &member.member, batches)?)
        });
        // A renewal may end earlier than the locks were when the group's config has changed.
        self.look_by(&held);
        done.inspect_err(|trouble| self.fence_for(&held, trouble.error))
    }

    /// Closes a member's session, and releases what it holds.
    pub(crate) fn release(&self, broker: &Broker, member: &Member) {
        let places = self.sessions().close(member);
        let limits = broker.share_limits(&member.group);
        for place in places.into_iter().flatten() {
            let key = key_of(&member.group, place);
            let Some(held) = lock(&self.held).get(&key).cloned() else { continue };
            let done = held.change(&self.store, |state| {
                Ok::<_, Trouble>(state.release(&limits, &member.member))
            });
            if let Err(trouble) = done {
                self.fence_for(&held, trouble.error);
            }
        }
    }

    /// Returns the sessions. Those that a panic left half-changed are all closed: their members
    /// open new ones, and what they hold is free again when its time is up.
    pub(crate) fn sessions(&self) -> MutexGuard<'_, ShareSessions> {
        lock_or_mend(&self.sessions, ShareSessions::clear)
    }

    /// Returns the number of a new connection.
    pub(crate) fn connect(&self) -> Connection {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// A connection is gone: what its members hold is available again, and a group without any
    /// member needs nothing in memory.
    pub(crate) fn disconnected(&self, broker: &Broker, connection: Connection) {
        let members = self.sessions().of_connection(connection);
        for member in members {
            self.release(broker, &member);
            let is_empty = !self.sessions().has_group(&member.group);
            if is_empty {
                self.forget(|key| key.group == member.group);
            }
        }
    }

    /// A topic is gone.
    pub(crate) fn topic_deleted(&self, topic_id: Uuid) {
        self.forget(|key| key.topic_id == topic_id);
        self.store.forget_topic(topic_id);
        self.groups.topic_deleted(topic_id);
    }

    /// What is remembered of share partitions has changed under those that are held.
    pub(crate) fn forget(&self, is_meant: impl Fn(&Key) -> bool) {
        let mut gone = Vec::new();
        lock(&self.held).retain(|key, held| {
            let stays = !is_meant(key);
            if !stays {
                gone.push(Arc::clone(held));
            }
            stays
        });
        gone.iter().for_each(|held| held.fence());
    }

    /// Forgets a share partition where an error says that somebody else has it.
    pub(crate) fn fence_for(&self, held: &Arc<Held>, error: ErrorCode) {
        let is_fenced = matches!(
            error,
            ErrorCode::NOT_LEADER_OR_FOLLOWER
                | ErrorCode::FENCED_STATE_EPOCH
                | ErrorCode::GROUP_ID_NOT_FOUND
                | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
        if is_fenced {
            let mut all = lock(&self.held);
            if all.get(&held.key).is_some_and(|now| Arc::ptr_eq(now, held)) {
                all.remove(&held.key);
            }
            drop(all);
            held.fence();
        }
    }

    /// Has locks looked over in time for those of a share partition.
    pub(crate) fn look_by(&self, held: &Held) {
        let Some(deadline) = held.state().next_deadline() else { return };
        if self.look_at.fetch_min(deadline, Ordering::AcqRel) > deadline {
            self.bell.notify_one();
        }
    }

    /// Takes records from members that have held them for too long.
    fn expire(&self, broker: &Broker) {
        self.look_at.store(Millis::MAX, Ordering::Release);
        let all: Vec<Arc<Held>> = lock(&self.held).values().cloned().collect();
        let now = self.clock.now();
        for held in all {
            if held.state().next_deadline().is_some() {
                let limits = broker.share_limits(&held.key.group);
                held.expire(&self.store, now, &limits);
                self.look_by(&held);
            }
        }
    }

    /// Looks after locks and after what is remembered, until told to stop.
    pub(crate) async fn run(&self, broker: &Broker, mut stop: Stop) {
        self.groups.begin(broker);
        let begun = self.clock.now();
        let mut prune_at = begun.saturating_add(self.prune_interval_ms);
        let mut snapshot_at = begun.saturating_add(self.cold_snapshot_interval_ms);
        loop {
            let look_at = self.look_at.load(Ordering::Acquire);
            let session_end = self.groups.next_deadline().unwrap_or(Millis::MAX);
            let next = look_at.min(prune_at).min(snapshot_at).min(session_end);
            let pause = next.saturating_sub(self.clock.now());
            let pause = Duration::from_millis(u64::try_from(pause).unwrap_or(0));
            tokio::select! {
                () = stop.stopped() => return,
                () = self.bell.notified() => continue,
                () = self.groups.moved() => continue,
                () = tokio::time::sleep(pause) => {}
            }
            let now = self.clock.now();
            if self.look_at.load(Ordering::Acquire) <= now {
                self.expire(broker);
            }
            self.groups.expire();
            if snapshot_at <= now {
                snapshot_at = now.saturating_add(self.cold_snapshot_interval_ms);
                self.store.snapshot_cold();
            }
            if prune_at <= now {
                prune_at = now.saturating_add(self.prune_interval_ms);
                self.store.prune();
            }
        }
    }
}

/// Returns the key of a partition for a group.
pub(crate) fn key_of(group: &str, (topic_id, partition): Place) -> Key {
    Key { group: group.to_owned(), topic_id, partition }
}

/// Makes a share partition of what is remembered of it.
fn begin(
    remembered: &ShareState,
    log: &Partition,
    group: &GroupConfig,
    now: Millis,
) -> Result<SharePartition, Trouble> {
    let start_offset = match remembered.start_offset {
        NO_START_OFFSET => first_offset(log, group.share_auto_offset_reset, now)?,
        start_offset => start_offset,
    };
    let broken =
        |text: String| Trouble { error: ErrorCode::UNKNOWN_SERVER_ERROR, text: Some(text) };
    let batches = remembered.batches.iter().map(|batch| {
        let state = RecordState::of(batch.delivery_state);
        let state = state
            .ok_or_else(|| broken(format!("Unknown record state id: {}", batch.delivery_state)))?;
        Ok(StateBatch {
            first_offset: batch.first_offset,
            last_offset: batch.last_offset,
            state,
            delivery_count: batch.delivery_count,
        })
    });
    let batches = batches.collect::<Result<Vec<_>, Trouble>>()?;
    SharePartition::new(remembered.state_epoch, start_offset, &batches)
        .map_err(|error| broken(error.to_string()))
}

/// Returns where a group begins in a partition that is new to it (`share.auto.offset.reset`).
fn first_offset(log: &Partition, reset: ShareOffsetReset, now: Millis) -> Result<i64, ErrorCode> {
    let marks = log.log.marks();
    match reset {
        ShareOffsetReset::Earliest => Ok(marks.log_start),
        ShareOffsetReset::Latest => Ok(marks.high_watermark),
        ShareOffsetReset::ByDuration(duration_ms) => {
            let from = now.saturating_sub(duration_ms);
            let found = log.log.offset_for_time(from).map_err(|error| error.code())?;
            Ok(found.map_or(marks.high_watermark, |found| found.offset))
        }
    }
}

impl Broker {
    /// Returns a group's configs.
    pub(crate) fn group_config(&self, group: &str) -> GroupConfig {
        self.controller.read(|view| view.configs().group(group))
    }

    /// Returns what a group's configs say of its records in flight.
    pub(crate) fn share_limits(&self, group: &str) -> Limits {
        let config = self.group_config(group);
        Limits {
            delivery_count_max: i16::try_from(config.share_delivery_count_limit)
                .unwrap_or(i16::MAX),
            records_max: config.share_partition_max_record_locks.into(),
            lock_duration_ms: config.share_record_lock_duration_ms.into(),
            may_renew: config.share_renew_acknowledge_enable,
        }
    }
}
