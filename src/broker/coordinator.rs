//! The shell around a coordinator: it owns the brain, does the effects in order, wakes it when
//! something is due, and carries late answers to the connections that wait for them. There is
//! one shell; groups, transactions and share groups each stand behind one of their own.
//!
//! A brain that panics may be half-changed. It never answers again: the panic ends the connection
//! that asked, those who wait for a late answer are told to come again, and whoever asks next has a
//! new brain that has read what the topic remembers, as after a restart.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tracing::{error, warn};

use super::config::{BrokerConfig, GroupConfig, ResourceKind};
use super::controller::{Metadata, Published};
use super::coord::brain::{Brain, Effects, End, Entry, Transaction};
use super::coord::effects::{Effect, Record, Ticket};
use super::coord::group::{
    AllSettings, AllStreamsSettings, Assignor, Config, Groups, MigrationPolicy, Settings,
    StreamsSettings,
};
use super::log::{AppendError, Origin, ReadError};
use super::meta::State;
use super::net::{Stop, blocking};
use super::partitions::{Partition, Partitions};
use crate::base::clock::{Clock, Millis};
use crate::base::limits::Limits;
use crate::base::sync::{lock, lock_or_mend};
use crate::wire::ErrorCode;
use crate::wire::batch::control::EndMarker;
use crate::wire::batch::{BatchBuilder, BatchError, BatchInfo, contents};

pub(crate) use super::coord::group::OFFSETS_TOPIC;

/// Returns what the broker's configs say of groups.
pub(crate) fn config(broker: &BrokerConfig, limits: &Limits) -> Config {
    let assignors = broker.group_consumer_assignors.iter();
    let members = |most: i32| usize::try_from(most).unwrap_or(0).min(limits.members);
    Config {
        min_session_timeout_ms: broker.group_min_session_timeout_ms,
        max_session_timeout_ms: broker.group_max_session_timeout_ms,
        initial_rebalance_delay_ms: broker.group_initial_rebalance_delay_ms,
        group_max_size: members(broker.group_max_size),
        offset_metadata_bytes_max: usize::try_from(broker.offset_metadata_max_bytes).unwrap_or(0),
        offsets_retention_ms: broker.offsets_retention_ms,
        offsets_retention_check_interval_ms: broker.offsets_retention_check_interval_ms,
        offsets_partitions: broker.offsets_topic_num_partitions,
        consumer_group_max_size: members(broker.group_consumer_max_size),
        consumer_assignors: assignors.filter_map(|name| Assignor::of(name)).collect(),
        streams_group_max_size: members(broker.group_streams_max_size),
        migration_policy: MigrationPolicy::of(&broker.group_consumer_migration_policy)
            .unwrap_or_default(),
        regex_refresh_interval_ms: broker.group_consumer_regex_refresh_interval_ms,
        rack: broker.rack.clone(),
        groups_max: limits.groups,
        pending_members_max: limits.members,
        member_bytes_max: limits.member_bytes,
        offsets_max: limits.offsets,
        offset_bytes_max: limits.offset_bytes,
        ..Config::default()
    }
}

/// Shows groups what topics there are, and what they are told by configs: all at the first time,
/// and from then on what has changed.
fn show(metadata: &Metadata, seen: &mut Option<Arc<State>>, groups: &mut Groups) {
    if seen.as_ref().is_some_and(|seen| metadata.is_latest(seen)) {
        return;
    }
    let Published { state, offset } = metadata.latest();
    let before = seen.replace(Arc::clone(&state)).unwrap_or_default();
    for gone in before.topics().filter(|topic| state.topic(&topic.name).is_none()) {
        groups.see_topic(offset, &gone.name, None);
    }
    for topic in state.topics() {
        // What has not changed is shared with the state before.
        if !before.topic(&topic.name).is_some_and(|before| std::ptr::eq(before, topic)) {
            groups.see_topic(offset, &topic.name, Some((topic.id, topic.partition_count())));
        }
    }
    let configs = metadata.configs(&state);
    let settings = |group: &str| {
        let config = configs.group(group);
        Settings {
            session_timeout_ms: config.consumer_session_timeout_ms,
            heartbeat_interval_ms: config.consumer_heartbeat_interval_ms,
            assignment_interval_ms: config.consumer_assignment_interval_ms,
        }
    };
    let own = state.configs().resources().filter(|(one, _)| one.kind == ResourceKind::Group);
    let names: Vec<String> = own.map(|(group, _)| group.name.clone()).collect();
    let protocols = configs.broker().group_rebalance_protocols;
    let has = |protocol: &str, feature: &str| {
        protocols.iter().any(|one| one == protocol) && state.feature(feature) >= 1
    };
    let streams = AllStreamsSettings {
        has_protocol: has("streams", "streams.version"),
        common: streams_settings(&configs.group("")),
        own: names
            .iter()
            .map(|name| (name.clone(), streams_settings(&configs.group(name))))
            .collect(),
    };
    let has_consumer_protocol = has("consumer", "group.version");
    let own = names.into_iter().map(|name| (settings(&name), name));
    let (common, own) = (settings(""), own.map(|(own, name)| (name, own)).collect());
    groups.configure(AllSettings { has_consumer_protocol, common, own, streams });
}

/// Returns what configs say of a streams group.
fn streams_settings(config: &GroupConfig) -> StreamsSettings {
    StreamsSettings {
        session_timeout_ms: config.streams_session_timeout_ms,
        heartbeat_interval_ms: config.streams_heartbeat_interval_ms,
        assignment_interval_ms: config.streams_assignment_interval_ms,
        initial_rebalance_delay_ms: config.streams_initial_rebalance_delay_ms,
        num_standby_replicas: config.streams_num_standby_replicas,
    }
}

/// Brings the coordinator of groups to life.
pub(crate) fn groups(
    config: Config,
    metadata: Metadata,
    partitions: &Arc<Partitions>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<Coordinator<Groups>>, LoadError> {
    let brain = move || Groups::new(config.clone());
    let coordinator =
        Coordinator::new(brain, Arc::clone(partitions), Arc::clone(clock), |deed| match deed {})
            .watching(move || {
                let (metadata, mut seen) = (metadata.clone(), None);
                Box::new(move |groups| show(&metadata, &mut seen, groups))
            });
    coordinator.load()?;
    Ok(Arc::new(coordinator))
}

/// Why what a coordinator remembers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("the topic {topic} holds a batch that cannot be read: {error}")]
    Batch { topic: &'static str, error: BatchError },
}

/// What a brain has done elsewhere.
type Hands<B> = Box<dyn Fn(<B as Brain>::Deed) -> <B as Brain>::Done + Send + Sync>;

/// What shows a brain what has changed outside.
type Eyes<B> = Box<dyn FnMut(&mut B) + Send>;

/// A coordinator: a brain, and what carries it.
pub(crate) struct Coordinator<B: Brain> {
    inner: Mutex<Inner<B>>,
    partitions: Arc<Partitions>,
    clock: Arc<dyn Clock>,
    hands: Hands<B>,
    /// Rung when the next deadline may have moved.
    bell: Notify,
}

struct Inner<B: Brain> {
    brain: B,
    /// Used before anything is asked of the brain.
    eyes: Eyes<B>,
    /// Makes a brain that knows nothing, and eyes that have seen nothing.
    new_brain: Box<dyn Fn() -> B + Send>,
    new_eyes: Box<dyn Fn() -> Eyes<B> + Send>,
    waiting: HashMap<Ticket, oneshot::Sender<B::Reply>>,
    last_ticket: u64,
    /// Deeds of a new brain, for whoever does deeds next.
    unfinished: Vec<B::Deed>,
}

impl<B: Brain> Coordinator<B> {
    /// Carries a brain. `hands` do its deeds.
    pub(crate) fn new(
        new_brain: impl Fn() -> B + Send + 'static,
        partitions: Arc<Partitions>,
        clock: Arc<dyn Clock>,
        hands: impl Fn(B::Deed) -> B::Done + Send + Sync + 'static,
    ) -> Self {
        let new_eyes = || Box::new(|_: &mut B| {}) as Eyes<B>;
        let inner = Inner {
            brain: new_brain(),
            eyes: new_eyes(),
            new_brain: Box::new(new_brain),
            new_eyes: Box::new(new_eyes),
            waiting: HashMap::new(),
            last_ticket: 0,
            unfinished: Vec::new(),
        };
        let (inner, hands) = (Mutex::new(inner), Box::new(hands));
        Coordinator { inner, partitions, clock, hands, bell: Notify::new() }
    }

    /// Has the brain shown what has changed outside, each time before anything is asked of it.
    pub(crate) fn watching(self, new_eyes: impl Fn() -> Eyes<B> + Send + 'static) -> Self {
        let mut inner = lock(&self.inner);
        inner.eyes = new_eyes();
        inner.new_eyes = Box::new(new_eyes);
        drop(inner);
        self
    }

    /// Opens the brain, its eyes first.
    fn enter(&self) -> MutexGuard<'_, Inner<B>> {
        let mut inner = self.open();
        let Inner { brain, eyes, .. } = &mut *inner;
        eyes(brain);
        inner
    }

    /// Opens the brain, or a new one where the last has panicked.
    fn open(&self) -> MutexGuard<'_, Inner<B>> {
        lock_or_mend(&self.inner, |inner| {
            let topic = B::TOPIC;
            error!(topic, "a coordinator broke down, and reads what it remembers again");
            // Who waits for a late answer is told that there is none.
            inner.waiting.clear();
            (inner.brain, inner.eyes) = ((inner.new_brain)(), (inner.new_eyes)());
            if let Err(error) = self.replay_into(inner) {
                error!(topic, %error, "a coordinator cannot read what it remembers");
                // It stays broken: this connection ends, and the next one tries again.
                resume_unwind(Box::new(error.to_string()));
            }
            let Inner { brain, eyes, .. } = inner;
            eyes(brain);
            let mut effects = Vec::new();
            brain.loaded(self.clock.now(), &mut effects);
            let deeds = self.perform(inner, effects);
            inner.unfinished.extend(deeds);
        })
    }

    /// Reads what the topic remembers, at start-up.
    pub(crate) fn load(&self) -> Result<(), LoadError> {
        self.replay_into(&mut lock(&self.inner))?;
        self.tell(|brain, now, out| brain.loaded(now, out));
        Ok(())
    }

    fn replay_into(&self, inner: &mut Inner<B>) -> Result<(), LoadError> {
        for partition in self.partitions.topic(B::TOPIC).into_iter().flat_map(|t| t.partitions) {
            for batch in partition.log.batches(partition.log.marks().log_start) {
                let replayed = replay(&mut inner.brain, &partition, &batch?.bytes);
                replayed.map_err(|error| LoadError::Batch { topic: B::TOPIC, error })?;
            }
        }
        Ok(())
    }

    /// Asks what may be answered later, and waits for the answer. Whoever stops waiting gives
    /// the question up.
    pub(crate) async fn ask(
        &self,
        question: impl FnOnce(&mut B, Millis, Ticket, &mut Effects<B>),
    ) -> Option<B::Reply> {
        self.ask_unless(|_| false, question).await.flatten()
    }

    /// The same, unless something is so at that moment: then nothing is asked, and the answer is
    /// `None`.
    pub(crate) async fn ask_unless(
        &self,
        is_refused: impl FnOnce(&B) -> bool,
        question: impl FnOnce(&mut B, Millis, Ticket, &mut Effects<B>),
    ) -> Option<Option<B::Reply>> {
        let (sender, receiver) = oneshot::channel();
        let (ticket, deeds) = {
            let mut inner = self.enter();
            if is_refused(&inner.brain) {
                return None;
            }
            inner.last_ticket += 1;
            let ticket = Ticket(inner.last_ticket);
            inner.waiting.insert(ticket, sender);
            let mut effects = Vec::new();
            question(&mut inner.brain, self.clock.now(), ticket, &mut effects);
            (ticket, self.perform(&mut inner, effects))
        };
        let mut waiting = Waiting { coordinator: self, ticket: Some(ticket) };
        if !deeds.is_empty() {
            blocking(|| self.act(deeds));
        }
        self.bell.notify_one();
        let reply = receiver.await.ok();
        waiting.ticket = None;
        Some(reply)
    }

    /// Reads the brain.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&B, Millis) -> T) -> T {
        question(&self.enter().brain, self.clock.now())
    }

    /// Tells the brain something that nobody waits for.
    pub(crate) fn tell(&self, news: impl FnOnce(&mut B, Millis, &mut Effects<B>)) {
        let mut inner = self.enter();
        let mut effects = Vec::new();
        news(&mut inner.brain, self.clock.now(), &mut effects);
        let deeds = self.perform(&mut inner, effects);
        drop(inner);
        self.act(deeds);
        self.bell.notify_one();
    }

    /// Ends a producer's transaction in a partition of the topic: writes the marker, and tells
    /// the brain in the same moment, so that it sees what the log says in the log's order.
    pub(crate) fn end_transaction(
        &self,
        partition: &Arc<Partition>,
        end: &End,
        own_epoch: bool,
    ) -> Result<(), AppendError> {
        let mut inner = self.open();
        partition.end_transaction(end, own_epoch, self.clock.now())?;
        inner.brain.end(partition.index, end);
        Ok(())
    }

    /// Does what is to be done here, in order, and what follows from it. Returns the deeds.
    fn perform(&self, inner: &mut Inner<B>, effects: Effects<B>) -> Vec<B::Deed> {
        let mut deeds = std::mem::take(&mut inner.unfinished);
        let mut todo = VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Reply(ticket, reply) => {
                    if let Some(sender) = inner.waiting.remove(&ticket) {
                        // The connection may have left in this very moment.
                        let _ = sender.send(reply);
                    }
                }
                Effect::Append { token, partition, records, within } => {
                    let now = self.clock.now();
                    let result = self.append(partition, &records, within, now);
                    let mut next = Vec::new();
                    inner.brain.appended(now, token, result, &mut next);
                    for effect in next.into_iter().rev() {
                        todo.push_front(effect);
                    }
                }
                Effect::Do(deed) => deeds.push(deed),
            }
        }
        deeds
    }

    /// Does deeds, tells the brain what became of them, and goes on with what follows.
    fn act(&self, deeds: Vec<B::Deed>) {
        let mut todo = VecDeque::from(deeds);
        while let Some(deed) = todo.pop_front() {
            let done = catch_unwind(AssertUnwindSafe(|| (self.hands)(deed)));
            let mut inner = self.open();
            // A deed of which nobody knows what became leaves the brain as a panic of its own does.
            let done = done.unwrap_or_else(|panic| resume_unwind(panic));
            let mut effects = Vec::new();
            inner.brain.done(self.clock.now(), done, &mut effects);
            todo.extend(self.perform(&mut inner, effects));
        }
    }

    fn append(
        &self,
        partition: i32,
        records: &[Record],
        within: Option<Transaction>,
        now: Millis,
    ) -> Result<(), ErrorCode> {
        let Some(partition) = self.partitions.get(B::TOPIC, partition) else {
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let mut batch = BatchBuilder::new();
        if let Some(Transaction { producer_id, producer_epoch }) = within {
            batch = batch.producer(producer_id, producer_epoch, -1).transactional();
        }
        for record in records {
            batch.push(now, Some(&record.key), record.value.as_deref(), &[]);
        }
        let bytes = batch.build().map_err(|error| error.code())?;
        match partition.append(bytes, Origin::Coordinator, now) {
            Ok(_) => Ok(()),
            Err(error) => {
                let (topic, partition) = (B::TOPIC, partition.index);
                error!(topic, partition, %error, "a coordinator cannot write");
                Err(error.code())
            }
        }
    }

    /// Wakes the brain when something is due, until told to stop.
    pub(crate) async fn run(self: Arc<Self>, mut stop: Stop) {
        loop {
            let deadline = self.open().brain.next_deadline();
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
                () = wait => self.tell(|brain, now, out| brain.tick(now, out)),
            }
        }
    }
}

/// Takes one batch of the topic in.
fn replay<B: Brain>(brain: &mut B, from: &Partition, batch: &[u8]) -> Result<(), BatchError> {
    let opened = contents(batch)?;
    let BatchInfo { attributes, producer_id, producer_epoch, .. } = opened.header;
    let transaction = Transaction { producer_id, producer_epoch };
    let partition = from.index;
    if attributes.is_control() {
        if let Some(marker) = EndMarker::of(&opened)? {
            brain.end(partition, &End { transaction, marker });
        }
        return Ok(());
    }
    let within = attributes.is_transactional().then_some(transaction);
    for record in opened.records() {
        let record = record?;
        let Some(key) = record.key else { continue };
        let offset = record.offset;
        let entry = Entry { partition, offset, within, key, value: record.value };
        // A record of a newer Kafka is no reason to lose the others.
        if let Err(error) = brain.replay(&entry) {
            let topic = B::TOPIC;
            warn!(topic, partition, offset, %error, "a coordinator's record is not understood");
        }
    }
    Ok(())
}

/// Gives a question up when the one who asked is gone.
struct Waiting<'a, B: Brain> {
    coordinator: &'a Coordinator<B>,
    ticket: Option<Ticket>,
}

impl<B: Brain> Drop for Waiting<'_, B> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            // A brain that broke down has forgotten it already.
            if let Ok(mut inner) = self.coordinator.inner.lock() {
                inner.waiting.remove(&ticket);
                inner.brain.abandon(ticket);
            }
        }
    }
}
