//! The shell around the cluster's metadata: it plans, remembers in the metadata log, applies,
//! and makes the partitions of this node what the state says.

mod checkpoints;
mod features;
mod mending;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use bytes::Bytes;
use tracing::{error, warn};

use super::config::{BrokerConfig, Configs, Release, StaticConfig};
use super::log::{AppendError, Log, LogError, Origin, ReadError};
use super::logs::{LogSettings, Logs};
use super::meta::plan::{Incarnation, Node, Planned, ProducerIdBlock, View};
use super::meta::state::ApplyError;
use super::meta::{MetadataRecord, RecordError, State, image, plan};
use super::net::blocking;
use super::partitions::{Partition, Partitions};
use super::quorum::{LeadError, Quorum};
use super::random::Random;
use super::snapshots::{self, SnapshotError, SnapshotId, Snapshots};
use crate::base::clock::{Clock, Millis};
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::base::sync::{lock, read, write};
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchBuilder, BatchError, ControlType, contents};
use crate::wire::messages::metadata_log::AbortTransactionRecord;
use crate::wire::primitives::{DecodeError, EncodeError};

/// Why the metadata cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(
        "the metadata log begins at offset {log_start}, and no snapshot holds what was before it"
    )]
    NoSnapshot { log_start: i64 },
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error("a snapshot of the metadata contradicts itself: {0}")]
    SnapshotRecord(ApplyError),
    #[error(
        "the data directory has {name} at level {level}, and Kafka {release} knows it up to {max}"
    )]
    Release { release: Release, name: String, level: i16, max: i16 },
    #[error(transparent)]
    Lead(#[from] LeadError),
    #[error("a control record of the metadata log cannot be read: {0}")]
    Control(#[from] DecodeError),
    #[error("the metadata log cannot be written: {0}")]
    Append(#[from] AppendError),
    #[error("at offset {offset} of the metadata log: {error}")]
    Record { offset: i64, error: RecordError },
    #[error("at offset {offset} of the metadata log: {error}")]
    Apply { offset: i64, error: ApplyError },
    #[error("the metadata log holds a batch that cannot be read: {0}")]
    Batch(#[from] BatchError),
    #[error("there may be no more than {max} {what}")]
    TooMany { what: &'static str, max: usize },
    #[error("a metadata record cannot be written: {0}")]
    Encode(#[from] EncodeError),
}

/// The state, and up to which offset of the metadata log it is.
#[derive(Clone)]
pub(crate) struct Published {
    pub(crate) state: Arc<State>,
    pub(crate) offset: i64,
}

/// The metadata for those who only look at it, and who may outlive a request.
#[derive(Clone)]
pub(crate) struct Metadata {
    published: Arc<RwLock<Published>>,
    fixed: StaticConfig,
    node: Node,
}

impl Metadata {
    /// Returns the state as it is.
    pub(crate) fn latest(&self) -> Published {
        read(&self.published).clone()
    }

    /// Says whether a state is the one as it is.
    pub(crate) fn is_latest(&self, state: &Arc<State>) -> bool {
        Arc::ptr_eq(&read(&self.published).state, state)
    }

    /// Returns the configs as a state says them.
    pub(crate) fn configs<'a>(&'a self, state: &'a State) -> Configs<'a> {
        View { state, fixed: &self.fixed, node: self.node }.configs()
    }
}

/// The controller of this one-node cluster.
pub(crate) struct Controller {
    /// What everybody reads: replaced as a whole at each change.
    published: Arc<RwLock<Published>>,
    log: Log,
    snapshots: Snapshots,
    quorum: Mutex<Quorum>,
    /// Held while a change is planned, written and applied.
    changing: Mutex<()>,
    leader_epoch: i32,
    fixed: StaticConfig,
    node: Node,
    logs: Logs,
    partitions: Arc<Partitions>,
    clock: Arc<dyn Clock>,
    random: Random,
    limits: Limits,
    producer_ids: Mutex<ProducerIdBlock>,
    /// Whether any client has a quota: looked at by every request, so it stands alone.
    has_quotas: AtomicBool,
    /// Whether somebody may be told of a change.
    is_begun: AtomicBool,
}

/// What a controller is made of.
pub(crate) struct Parts {
    pub(crate) log: Log,
    pub(crate) snapshots: Snapshots,
    pub(crate) leader_epoch: i32,
    pub(crate) fixed: StaticConfig,
    pub(crate) node: Node,
    pub(crate) logs: Logs,
    pub(crate) partitions: Arc<Partitions>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) limits: Limits,
}

/// The cluster's features as ApiVersions names them.
pub(crate) struct Features {
    pub(crate) supported: Vec<(String, i16, i16)>,
    pub(crate) finalized: Vec<(String, i16)>,
    /// The metadata log's end as of the state.
    pub(crate) epoch: i64,
}

impl Controller {
    /// Reads the newest snapshot and what the metadata log has since, and takes the lead.
    pub(crate) fn load(parts: Parts) -> Result<Self, MetadataError> {
        let mut state = State::default();
        let mut quorum = Quorum::default();
        let mut from = 0;
        if let Some(snapshot) = parts.snapshots.latest() {
            parts.snapshots.read(snapshot, &mut quorum, |record| {
                state.apply(&record).map_err(MetadataError::SnapshotRecord)
            })?;
            from = snapshot.offset;
        }
        let log_start = parts.log.marks().log_start;
        if log_start > from {
            return Err(MetadataError::NoSnapshot { log_start });
        }
        replay(&parts, from, &mut state, &mut quorum)?;
        let now = parts.clock.now();
        quorum.lead(&parts.log, parts.node, parts.leader_epoch, now)?;
        for (name, count) in state.unhonoured() {
            warn!(name, count, "records of this kind are kept and not acted upon");
        }
        let has_quotas = AtomicBool::new(!state.access().quotas().is_empty());
        Ok(Controller {
            has_quotas,
            is_begun: AtomicBool::new(false),
            published: Arc::new(RwLock::new(Published {
                state: Arc::new(state),
                offset: parts.log.marks().end - 1,
            })),
            log: parts.log,
            snapshots: parts.snapshots,
            quorum: Mutex::new(quorum),
            changing: Mutex::new(()),
            leader_epoch: parts.leader_epoch,
            fixed: parts.fixed,
            node: parts.node,
            logs: parts.logs,
            partitions: parts.partitions,
            clock: parts.clock,
            random: parts.random,
            limits: parts.limits,
            producer_ids: Mutex::new(ProducerIdBlock { first: 0, len: 0 }),
        })
    }

    /// Begins this node's life in the cluster: its registration, and the leadership of what it
    /// hosts. A new log begins with the records of a new cluster.
    pub(crate) fn start(&self, incarnation: &Incarnation) -> Result<(), MetadataError> {
        let changing = self.changing();
        if self.state().in_transaction() {
            // The last run was cut off in the middle of a change that never counted.
            let abort = AbortTransactionRecord { reason: Some("cut off by a restart".into()) };
            self.write(&[abort.into()])?;
        }
        if self.state().features().is_empty() {
            let dir = self.logs.dir();
            let given = snapshots::bootstrap(&**dir.disk(), dir.path())?;
            let given = given.unwrap_or_else(|| plan::first_levels(self.release()));
            self.write(&plan::bootstrap(Some(given)))?;
        }
        self.check_release()?;
        let next_offset = self.log.marks().end;
        let batches = plan::start(&self.view(&self.state()), incarnation, next_offset);
        for batch in &batches {
            self.write(batch)?;
        }
        drop(changing);
        let state = self.state();
        state.topics().try_for_each(|topic| self.host(&state, &topic.name))?;
        self.is_begun.store(true, Ordering::Relaxed);
        Ok(self.logs.set_strays_aside(&state)?)
    }

    /// Ends this node's life in the cluster, in order.
    pub(crate) fn stop(&self) -> Result<(), MetadataError> {
        let _changing = self.changing();
        let state = self.state();
        let epoch = state.broker(self.node.id).map_or(-1, |broker| broker.epoch);
        let batches = plan::stop(&self.view(&state));
        let told = batches.iter().try_for_each(|batch| self.write(batch));
        // The logs are put in order whether or not the cluster could be told.
        self.logs.close(&self.partitions, &self.log, epoch)?;
        told
    }

    /// Returns the state as it is.
    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&read(&self.published).state)
    }

    /// Returns a window to the metadata.
    pub(crate) fn metadata(&self) -> Metadata {
        let published = Arc::clone(&self.published);
        Metadata { published, fixed: self.fixed.clone(), node: self.node }
    }

    /// Says whether any client has a quota.
    pub(crate) fn has_quotas(&self) -> bool {
        self.has_quotas.load(Ordering::Relaxed)
    }

    /// Looks at the state with a pure function.
    pub(crate) fn read<R>(&self, question: impl FnOnce(&View<'_>) -> R) -> R {
        question(&self.view(&self.state()))
    }

    /// Makes a change: plans it, writes it down, applies it, and does what follows from it.
    pub(crate) fn change<R>(
        &self,
        plan: impl FnOnce(&View<'_>, &mut dyn FnMut() -> Uuid) -> Planned<R>,
    ) -> Result<R, ErrorCode> {
        blocking(|| {
            let _changing = self.changing();
            let before = self.state();
            let planned = plan(&self.view(&before), &mut || self.random.id());
            let done = self.write(&planned.records).and_then(|()| self.follow(&before, &planned));
            if done.is_ok() {
                self.snapshot_if_due(&before);
            }
            done.map(|()| planned.response).map_err(|error| {
                error!(%error, "cannot change the cluster's metadata");
                match error {
                    MetadataError::TooMany { .. } => ErrorCode::POLICY_VIOLATION,
                    _ => ErrorCode::KAFKA_STORAGE_ERROR,
                }
            })
        })
    }

    /// Gives an idempotent producer its id, from a block that the log knows of.
    pub(crate) fn next_producer_id(&self) -> Result<i64, ErrorCode> {
        let mut block = lock(&self.producer_ids);
        if block.len == 0 {
            let next = self.change(|view, _| match plan::producer_ids(view) {
                Ok(planned) => {
                    Planned { records: planned.records, response: Some(planned.response) }
                }
                Err(_) => Planned { records: Vec::new(), response: None },
            })?;
            *block = next.ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
        }
        let id = block.first;
        *block = ProducerIdBlock { first: block.first + 1, len: block.len - 1 };
        Ok(id)
    }

    /// Says whether asking for a topic may create it.
    pub(crate) fn auto_create(&self) -> bool {
        self.read(|view| view.configs().broker().auto_create_topics_enable)
    }

    /// Creates topics because somebody asked for them.
    pub(crate) fn auto_create_topics(&self, names: &[&str]) -> Vec<(String, ErrorCode)> {
        let created = self.change(|view, ids| plan::auto_create(view, names, ids));
        created
            .unwrap_or_else(|error| names.iter().map(|name| ((*name).to_owned(), error)).collect())
    }

    /// Creates an internal topic, unless it is there.
    pub(crate) fn ensure_internal_topic(&self, name: &str) -> Result<(), ErrorCode> {
        let state = self.state();
        if let Some(topic) = state.topic(name) {
            let last = topic.partitions.keys().next_back().copied().unwrap_or(0);
            return self.partition(name, last).map(|_| ());
        }
        match self.auto_create_topics(&[name]).pop() {
            Some((_, error)) if error != ErrorCode::TOPIC_ALREADY_EXISTS => error.ok(),
            _ => Ok(()),
        }
    }

    /// Returns the cluster's features.
    pub(crate) fn features(&self) -> Features {
        let state = self.state();
        let tells = self.release().is_none_or(Release::has_features);
        let supported = plan::supported_features(self.release()).filter(|_| tells);
        let finalized = state.features().iter().filter(|(_, level)| tells && **level > 0);
        Features {
            supported: supported.map(|(name, min, max)| (name.to_owned(), min, max)).collect(),
            finalized: finalized.map(|(name, level)| (name.clone(), *level)).collect(),
            epoch: self.log.marks().end - 1,
        }
    }

    /// Returns the older release that the broker passes itself off as, if it does.
    pub(crate) fn release(&self) -> Option<Release> {
        self.fixed.release()
    }

    /// An older release cannot read what a later one has written.
    fn check_release(&self) -> Result<(), MetadataError> {
        let Some(release) = self.release() else { return Ok(()) };
        for (name, level) in self.state().features() {
            let mut supported = plan::supported_features(Some(release));
            let max = supported.find(|(known, ..)| known == name).map_or(0, |(_, _, max)| max);
            if *level > max {
                let (name, level) = (name.clone(), *level);
                return Err(MetadataError::Release { release, name, level, max });
            }
        }
        Ok(())
    }

    fn view<'a>(&'a self, state: &'a State) -> View<'a> {
        View { state, fixed: &self.fixed, node: self.node }
    }

    /// Appends records as one batch and applies them. Nothing is applied that is not written.
    fn write(&self, records: &[MetadataRecord]) -> Result<(), MetadataError> {
        if records.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut next = State::clone(&self.state());
        let level = next.metadata_version();
        let mut batch = BatchBuilder::new();
        for record in records {
            batch.push(now, None, Some(&record.to_value(level)?), &[]);
        }
        // Tried on a copy first: what cannot be applied is not written.
        let base = self.log.marks().end;
        for (offset, record) in (base..).zip(records) {
            let applied = next.apply(record);
            applied.map_err(|error| MetadataError::Apply { offset, error })?;
        }
        if let Some((what, max)) = next.exceeds(&self.state(), &self.limits) {
            return Err(MetadataError::TooMany { what, max });
        }
        let batch = batch.build()?;
        let bytes = batch.len();
        let next = Published { state: Arc::new(next), offset: 0 };
        self.log.append(batch, Origin::Coordinator, self.leader_epoch, now)?;
        self.settle()?;
        // Nothing stands between the two that may fail: what is written is what is known.
        let offset = self.log.marks().end - 1;
        let has_quotas = !next.state.access().quotas().is_empty();
        *write(&self.published) = Published { offset, ..next };
        self.has_quotas.store(has_quotas, Ordering::Relaxed);
        self.snapshots.grew(bytes, now);
        Ok(())
    }

    /// Makes the metadata log durable: nobody sees a change before it is, as in Kafka, which syncs
    /// this one log at every change. What a start writes is told to nobody, and becomes durable
    /// with the first change; with `--fsync` it is so at once.
    fn settle(&self) -> Result<(), LogError> {
        let must = self.is_begun.load(Ordering::Relaxed) || self.logs.syncer().is_some();
        if must { self.log.commit() } else { Ok(()) }
    }

    /// Keeps the metadata log in order as time passes: another snapshot, and what is older than
    /// it may go.
    pub(crate) fn upkeep(&self) {
        let _changing = self.changing();
        self.snapshot_if_due(&self.state());
        let now = self.clock.now();
        self.shorten(&self.view(&self.state()).configs().broker(), now);
    }

    /// Writes a snapshot where the log has come far enough since the last one, or is to be read
    /// by other rules from now on.
    fn snapshot_if_due(&self, before: &State) {
        let (now, state) = (self.clock.now(), self.state());
        let config = self.view(&state).configs().broker();
        let other_rules = before.metadata_version() != state.metadata_version();
        if state.in_transaction() || !(other_rules || self.snapshots.is_due(&config, now)) {
            return;
        }
        let id = SnapshotId { offset: self.log.marks().end, epoch: self.leader_epoch };
        let quorum = lock(&self.quorum).clone();
        let level = state.metadata_version();
        let written = self.snapshots.write(id, level, &quorum, image::records(&state), now);
        match written {
            Ok(()) => self.shorten(&config, now),
            Err(error) => error!(%error, "cannot write a snapshot of the metadata"),
        }
    }

    /// Lets go of what the metadata log need not keep.
    fn shorten(&self, config: &BrokerConfig, now: Millis) {
        if let Err(error) = self.snapshots.clean(&self.log, config, now) {
            error!(%error, "cannot shorten the metadata log");
        }
    }

    /// Makes this node's partitions what the state says, after a change.
    fn follow<R>(&self, before: &State, planned: &Planned<R>) -> Result<(), MetadataError> {
        let after = self.state();
        let mut touched: Vec<&str> = Vec::new();
        let mut configs = false;
        for record in &planned.records {
            match record {
                MetadataRecord::Topic(record) => touched.push(&record.name),
                MetadataRecord::Partition(record) => {
                    let topic = after.topic_by_id(record.topic_id);
                    touched.extend(topic.map(|topic| topic.name.as_str()));
                }
                MetadataRecord::RemoveTopic(record) => {
                    let gone = before.topic_by_id(record.topic_id);
                    if let Some(topic) =
                        gone.and_then(|gone| self.partitions.drop_topic(&gone.name))
                    {
                        self.logs.delete(&topic);
                    }
                }
                MetadataRecord::Config(_) => configs = true,
                _ => {}
            }
        }
        touched.dedup();
        // One that cannot be hosted keeps none of the others from it.
        let hosted = touched.into_iter().map(|name| self.host(&after, name)).collect::<Vec<_>>();
        if configs {
            self.configure(&after);
        }
        Ok(hosted.into_iter().collect::<Result<(), LogError>>()?)
    }

    /// Hosts all partitions of a topic that this node holds and does not host yet.
    fn host(&self, state: &State, name: &str) -> Result<(), LogError> {
        let Some(topic) = state.topic(name) else { return Ok(()) };
        let config = self.settings(state, name);
        let hosted = self.partitions.topic(name);
        let hosted = hosted.map_or_else(Vec::new, |topic| topic.partitions);
        let (topic, all) = self.logs.host(topic, hosted, &config, self.clock.now());
        self.partitions.host(topic);
        all
    }

    /// Finds a partition that this node hosts. One that could not be hosted when it was made,
    /// because the disk was full or there were too many open files, is tried again.
    pub(crate) fn partition(&self, topic: &str, index: i32) -> Result<Arc<Partition>, ErrorCode> {
        if let Some(partition) = self.partitions.get(topic, index) {
            // A broker that is not in the cluster any more leads nothing.
            let leads = self.is_registered();
            return if leads { Ok(partition) } else { Err(ErrorCode::NOT_LEADER_OR_FOLLOWER) };
        }
        if self.state().partition(topic, index).is_none() {
            return Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        }
        let _changing = self.changing();
        if let Err(error) = self.host(&self.state(), topic) {
            error!(%topic, %error, "cannot host a topic");
        }
        self.partitions.get(topic, index).ok_or(ErrorCode::KAFKA_STORAGE_ERROR)
    }

    /// Returns what the quorum knows of itself.
    pub(crate) fn quorum(&self) -> Quorum {
        lock(&self.quorum).clone()
    }

    /// Returns the epoch in which this node leads the metadata log, and the log's end.
    pub(crate) fn leadership(&self) -> (i32, i64) {
        (self.leader_epoch, self.log.marks().end)
    }

    /// Says whether this broker is in the cluster: not, once it was unregistered, before it is
    /// started again.
    pub(crate) fn is_registered(&self) -> bool {
        self.state().broker(self.node.id).is_some()
    }

    /// Returns the controller as clients are told of it: a broker that is in the cluster.
    pub(crate) fn controller_id(&self) -> i32 {
        if self.is_registered() { self.node.id } else { -1 }
    }

    fn settings(&self, state: &State, topic: &str) -> LogSettings {
        let configs = self.view(state).configs();
        LogSettings::of(&configs.topic(topic), &configs.broker())
    }

    /// Returns the table of all hosted partitions.
    pub(crate) fn partitions(&self) -> Arc<Partitions> {
        Arc::clone(&self.partitions)
    }

    /// Returns the logs of the data directory.
    pub(crate) fn logs(&self) -> &Logs {
        &self.logs
    }
}

/// Applies what the log holds from an offset on.
fn replay(
    parts: &Parts,
    from: i64,
    state: &mut State,
    quorum: &mut Quorum,
) -> Result<(), MetadataError> {
    for batch in parts.log.batches(from) {
        let batch = batch?;
        let opened = contents(&batch.bytes)?;
        let is_control = opened.header.attributes.is_control();
        parts.snapshots.grew(batch.bytes.len(), opened.header.max_timestamp);
        for record in opened.records() {
            let record = record?;
            let offset = record.offset;
            if is_control {
                let kind = record.key.and_then(ControlType::of_key);
                let value = record.value.unwrap_or_default();
                kind.map_or(Ok(()), |kind| quorum.learn(kind, value, true))?;
                continue;
            }
            let value = Bytes::copy_from_slice(record.value.unwrap_or_default());
            let record = MetadataRecord::from_value(value)
                .map_err(|error| MetadataError::Record { offset, error })?;
            let applied = state.apply(&record);
            applied.map_err(|error| MetadataError::Apply { offset, error })?;
        }
    }
    Ok(())
}
