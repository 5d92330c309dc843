//! The partitions that this node hosts: their logs, and who waits for more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock, Weak};

use bytes::Bytes;
use tokio::sync::Notify;
use tracing::error;

use super::coord::brain::{End, Transaction};
use super::log::{AppendError, Appended, Log, LogError, Origin};
use super::syncer::Syncer;
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::base::sync::{lock, read, write};
use crate::wire::ErrorCode;

/// How often it is told of one partition that nothing can be appended.
const TELL_MS: Millis = 10_000;

/// One hosted partition.
#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) topic: Arc<str>,
    pub(crate) index: i32,
    pub(crate) leader_epoch: i32,
    pub(crate) log: Log,
    /// Fetches that wait for more; woken at each append until they are dropped.
    waiting: Mutex<Vec<Weak<Notify>>>,
    /// How many bytes were appended since it is hosted, and can be read.
    grown_bytes: AtomicU64,
    /// With `--fsync`: who makes what is appended durable.
    syncer: Option<Arc<Syncer>>,
    /// It is among those that the next round makes durable.
    is_dirty: AtomicBool,
    /// How many bytes were appended that readers do not see before that.
    hidden_bytes: AtomicU64,
    /// It is hosted no longer.
    gone: AtomicBool,
    /// When the operator was last told that nothing can be appended.
    told_ms: AtomicI64,
}

impl Partition {
    pub(crate) fn new(
        topic: Arc<str>,
        index: i32,
        leader_epoch: i32,
        log: Log,
        syncer: Option<Arc<Syncer>>,
    ) -> Self {
        Partition {
            topic,
            index,
            leader_epoch,
            log,
            waiting: Mutex::default(),
            grown_bytes: AtomicU64::new(0),
            syncer,
            is_dirty: AtomicBool::new(false),
            hidden_bytes: AtomicU64::new(0),
            gone: AtomicBool::new(false),
            told_ms: AtomicI64::new(0),
        }
    }

    /// Appends records, and wakes who waits for them: with `--fsync` once they are durable.
    pub(crate) fn append(
        self: &Arc<Self>,
        records: Bytes,
        origin: Origin,
        now: Millis,
    ) -> Result<Appended, AppendError> {
        let length = records.len() as u64;
        let appended = self.log.append(records, origin, self.leader_epoch, now);
        let appended = appended.inspect_err(|error| self.tell(error, now))?;
        match &self.syncer {
            None => self.show(length),
            Some(syncer) => {
                self.hidden_bytes.fetch_add(length, Ordering::AcqRel);
                syncer.mark(self);
            }
        }
        Ok(appended)
    }

    /// Says that there is something to be made durable. Returns whether that is news.
    pub(super) fn set_dirty(&self) -> bool {
        !self.is_dirty.swap(true, Ordering::AcqRel)
    }

    /// Lets readers know of more.
    fn show(&self, length: u64) {
        self.grown_bytes.fetch_add(length, Ordering::Release);
        self.wake();
    }

    /// Makes what was appended before durable, and shows it to readers.
    pub(super) fn sync(&self) -> Result<(), LogError> {
        // Before the log is asked for its end: what is appended from now on marks it again.
        self.is_dirty.swap(false, Ordering::AcqRel);
        let length = self.hidden_bytes.swap(0, Ordering::AcqRel);
        let synced = self.log.commit();
        if let Err(error) = &synced {
            let (topic, partition) = (&self.topic, self.index);
            error!(%topic, partition, %error, "a log takes no more");
        }
        self.show(length);
        synced
    }

    /// Ends a producer's transaction here.
    /// With `own_epoch` the marker has an epoch
    /// that no batch of the transaction has had.
    pub(crate) fn end_transaction(
        self: &Arc<Self>,
        end: &End,
        own_epoch: bool,
        now: Millis,
    ) -> Result<Appended, AppendError> {
        let Transaction { producer_id, producer_epoch } = end.transaction;
        let marker = end.marker.batch(producer_id, producer_epoch, now)?;
        self.append(marker, Origin::Marker { own_epoch }, now)
    }

    /// Tells the operator of a disk that fails, now and then: clients try again and again.
    fn tell(&self, error: &AppendError, now: Millis) {
        let is_the_disk = error.code() == ErrorCode::KAFKA_STORAGE_ERROR;
        if is_the_disk && now.saturating_sub(self.told_ms.load(Ordering::Relaxed)) >= TELL_MS {
            self.told_ms.store(now, Ordering::Relaxed);
            error!(topic = %self.topic, partition = self.index, %error, "cannot append");
        }
    }

    /// Returns how many bytes were appended since it is hosted, roughly: what compression by the
    /// topic's own wish saves is not seen.
    pub(crate) fn grown_bytes(&self) -> u64 {
        self.grown_bytes.load(Ordering::Acquire)
    }

    /// Says whether it is hosted no longer.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// Has `waiter` woken at each append until it is dropped. Ask before looking at the log, or
    /// what comes between is missed.
    pub(crate) fn wake_at_append(&self, waiter: &Arc<Notify>) {
        let mut waiting = lock(&self.waiting);
        // A quiet partition would gather those who gave up.
        if waiting.len() == waiting.capacity() {
            waiting.retain(|waiter| waiter.strong_count() > 0);
        }
        waiting.push(Arc::downgrade(waiter));
    }

    fn wake(&self) {
        lock(&self.waiting).retain(|waiter| {
            let waiter = waiter.upgrade();
            waiter.inspect(|waiter| waiter.notify_one()).is_some()
        });
    }

    /// Tells everyone who waits that the partition is gone.
    fn leave(&self) {
        self.gone.store(true, Ordering::Release);
        self.wake();
    }
}

/// A hosted topic. The position in the list is the partition's number.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    pub(crate) name: Arc<str>,
    pub(crate) id: Uuid,
    pub(crate) partitions: Vec<Arc<Partition>>,
}

#[derive(Debug, Default)]
struct Tables {
    by_name: HashMap<Arc<str>, Topic>,
    names: HashMap<Uuid, Arc<str>>,
}

/// All hosted partitions.
#[derive(Debug, Default)]
pub(crate) struct Partitions {
    tables: RwLock<Tables>,
}

impl Partitions {
    /// Returns a partition by its topic's name.
    pub(crate) fn get(&self, topic: &str, index: i32) -> Option<Arc<Partition>> {
        let tables = read(&self.tables);
        let topic = tables.by_name.get(topic)?;
        topic.partitions.get(usize::try_from(index).ok()?).cloned()
    }

    /// Returns the name of the topic with this id.
    pub(crate) fn name_of(&self, id: Uuid) -> Option<Arc<str>> {
        read(&self.tables).names.get(&id).cloned()
    }

    /// Returns a topic by its name.
    pub(crate) fn topic(&self, name: &str) -> Option<Topic> {
        read(&self.tables).by_name.get(name).cloned()
    }

    /// Returns every topic.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        read(&self.tables).by_name.values().cloned().collect()
    }

    /// Hosts a topic, or more partitions of it.
    pub(crate) fn host(&self, topic: Topic) {
        let mut tables = write(&self.tables);
        tables.names.insert(topic.id, Arc::clone(&topic.name));
        tables.by_name.insert(Arc::clone(&topic.name), topic);
    }

    /// Hosts a topic no longer, and wakes who waits for it.
    pub(crate) fn drop_topic(&self, name: &str) -> Option<Topic> {
        let mut tables = write(&self.tables);
        let topic = tables.by_name.remove(name)?;
        tables.names.remove(&topic.id);
        drop(tables);
        topic.partitions.iter().for_each(|partition| partition.leave());
        Some(topic)
    }
}
