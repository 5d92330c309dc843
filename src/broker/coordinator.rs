//! The shell around the group coordinator: it owns the brain, does the effects in order, wakes
//! it when something is due, and carries late answers to the connections that wait for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tracing::{error, warn};

use super::config::BrokerConfig;
use super::coord::effects::{Effect, Reply, Ticket};
use super::coord::group::{Config, Groups};
use super::log::{Origin, ReadError};
use super::net::Stop;
use super::partitions::Partitions;
use crate::base::clock::{Clock, Millis};
use crate::base::sync::lock;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchBuilder, BatchError, contents};

/// The topic that remembers groups and committed offsets.
pub(crate) const OFFSETS_TOPIC: &str = "__consumer_offsets";

/// Returns what the broker's configs say of groups.
pub(crate) fn config(broker: &BrokerConfig) -> Config {
    Config {
        min_session_timeout_ms: broker.group_min_session_timeout_ms,
        max_session_timeout_ms: broker.group_max_session_timeout_ms,
        initial_rebalance_delay_ms: broker.group_initial_rebalance_delay_ms,
        group_max_size: usize::try_from(broker.group_max_size).unwrap_or(0),
        offset_metadata_bytes_max: usize::try_from(broker.offset_metadata_max_bytes).unwrap_or(0),
        offsets_retention_ms: broker.offsets_retention_ms,
        offsets_retention_check_interval_ms: broker.offsets_retention_check_interval_ms,
        offsets_partitions: broker.offsets_topic_num_partitions,
        ..Config::default()
    }
}

/// Why what groups remember cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("the offsets topic holds a batch that cannot be read: {0}")]
    Batch(#[from] BatchError),
}

/// The coordinator of this node's groups.
pub(crate) struct Coordinator {
    inner: Mutex<Inner>,
    partitions: Arc<Partitions>,
    clock: Arc<dyn Clock>,
    /// Rung when the next deadline may have moved.
    bell: Notify,
}

struct Inner {
    groups: Groups,
    waiting: HashMap<Ticket, oneshot::Sender<Reply>>,
    last_ticket: u64,
}

impl Coordinator {
    pub(crate) fn new(config: Config, partitions: Arc<Partitions>, clock: Arc<dyn Clock>) -> Self {
        let groups = Groups::new(config);
        let inner = Inner { groups, waiting: HashMap::new(), last_ticket: 0 };
        Coordinator { inner: Mutex::new(inner), partitions, clock, bell: Notify::new() }
    }

    /// Reads what the offsets topic remembers, at start-up.
    pub(crate) fn load(&self) -> Result<(), LoadError> {
        let mut inner = lock(&self.inner);
        for partition in self.partitions.topic(OFFSETS_TOPIC).into_iter().flat_map(|t| t.partitions)
        {
            let marks = partition.log.marks();
            for batch in partition.log.batches(marks.log_start) {
                let batch = batch?;
                let opened = contents(&batch.bytes)?;
                if opened.header.attributes.is_control() {
                    continue;
                }
                for record in opened.records() {
                    let record = record?;
                    let Some(key) = record.key else { continue };
                    let offset = record.offset;
                    // A record of a newer Kafka is no reason to lose the others.
                    if let Err(error) = inner.groups.apply(key, record.value) {
                        let partition = partition.index;
                        warn!(partition, offset, %error, "a group's record is not understood");
                    }
                }
            }
        }
        let mut effects = Vec::new();
        inner.groups.loaded(self.clock.now(), &mut effects);
        self.perform(&mut inner, effects);
        Ok(())
    }

    /// Asks what may be answered later, and waits for the answer. Whoever stops waiting gives
    /// the question up.
    pub(crate) async fn ask(
        &self,
        question: impl FnOnce(&mut Groups, Millis, Ticket, &mut Vec<Effect>),
    ) -> Option<Reply> {
        let (sender, receiver) = oneshot::channel();
        let ticket = {
            let mut inner = lock(&self.inner);
            inner.last_ticket += 1;
            let ticket = Ticket(inner.last_ticket);
            inner.waiting.insert(ticket, sender);
            let mut effects = Vec::new();
            question(&mut inner.groups, self.clock.now(), ticket, &mut effects);
            self.perform(&mut inner, effects);
            ticket
        };
        self.bell.notify_one();
        let mut waiting = Waiting { coordinator: self, ticket: Some(ticket) };
        let reply = receiver.await.ok();
        waiting.ticket = None;
        reply
    }

    /// Reads the brain.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&Groups, Millis) -> T) -> T {
        question(&lock(&self.inner).groups, self.clock.now())
    }

    /// Tells the brain something that nobody waits for.
    pub(crate) fn tell(&self, news: impl FnOnce(&mut Groups, Millis, &mut Vec<Effect>)) {
        let mut inner = lock(&self.inner);
        let mut effects = Vec::new();
        news(&mut inner.groups, self.clock.now(), &mut effects);
        self.perform(&mut inner, effects);
        drop(inner);
        self.bell.notify_one();
    }

    /// Does what is to be done, in order, and what follows from it.
    fn perform(&self, inner: &mut Inner, effects: Vec<Effect>) {
        let mut todo = std::collections::VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Reply(ticket, reply) => {
                    if let Some(sender) = inner.waiting.remove(&ticket) {
                        // The connection may have left in this very moment.
                        let _ = sender.send(reply);
                    }
                }
                Effect::Append { token, partition, records } => {
                    let now = self.clock.now();
                    let result = self.append(partition, &records, now);
                    let mut next = Vec::new();
                    inner.groups.appended(now, token, result, &mut next);
                    for effect in next.into_iter().rev() {
                        todo.push_front(effect);
                    }
                }
            }
        }
    }

    fn append(
        &self,
        partition: i32,
        records: &[super::coord::effects::Record],
        now: Millis,
    ) -> Result<(), ErrorCode> {
        let Some(partition) = self.partitions.get(OFFSETS_TOPIC, partition) else {
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let mut batch = BatchBuilder::new();
        for record in records {
            batch.push(now, Some(&record.key), record.value.as_deref(), &[]);
        }
        let bytes = batch.build().map_err(|error| error.code())?;
        match partition.append(bytes, Origin::Coordinator, now) {
            Ok(_) => Ok(()),
            Err(error) => {
                error!(partition = partition.index, %error, "cannot remember a group");
                Err(error.code())
            }
        }
    }

    /// Wakes the brain when something is due, until told to stop.
    pub(crate) async fn run(self: Arc<Self>, mut stop: Stop) {
        loop {
            let deadline = lock(&self.inner).groups.next_deadline();
            let wait = async {
                match deadline.map(|deadline| deadline - self.clock.now()) {
                    None => std::future::pending().await,
                    Some(left) => {
                        let left = u64::try_from(left).unwrap_or(0);
                        tokio::time::sleep(Duration::from_millis(left)).await;
                    }
                }
            };
            tokio::select! {
                () = stop.stopped() => return,
                () = self.bell.notified() => {}
                () = wait => self.tell(|groups, now, out| groups.tick(now, out)),
            }
        }
    }
}

/// Gives a question up when the one who asked is gone.
struct Waiting<'a> {
    coordinator: &'a Coordinator,
    ticket: Option<Ticket>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let mut inner = lock(&self.coordinator.inner);
            inner.waiting.remove(&ticket);
            inner.groups.abandon(ticket);
        }
    }
}
