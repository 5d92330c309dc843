//! The shell around share groups: it appends what is to be remembered and has it remembered,
//! begins to keep the state of partitions, and drops members that were silent for too long.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;
use tracing::{error, warn};

use crate::base::clock::{Clock, Millis};
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::base::sync::lock_or_mend;
use crate::broker::Broker;
use crate::broker::coord::effects::{Record, error_of_append};
use crate::broker::coord::group::Client;
use crate::broker::coord::share::group::{
    Assignment, Beat, Plan, Refused, ShareGroups, Terms, TopicInfo, Topics,
};
use crate::broker::coord::share::state::{Key, Refusal};
use crate::broker::coordinator::{LoadError, OFFSETS_TOPIC};
use crate::broker::log::Origin;
use crate::broker::meta::topic_name::SHARE_GROUP_STATE_TOPIC;
use crate::broker::partitions::Partitions;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchBuilder, contents};
use crate::wire::messages::share_group_heartbeat::{
    ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse,
};

/// Kafka's `group.share.initialize.retry.interval.ms`, which it keeps to itself.
const INITIALIZE_RETRY_MS: Millis = 30_000;

/// How long members have to be heard of after a panic: Kafka's default
/// `group.share.session.timeout.ms`. From then on their group's config counts.
const MENDED_SESSION_MS: Millis = 45_000;

/// What topics there are, as share groups see them.
pub(crate) struct Hosted<'a> {
    pub(crate) partitions: &'a Partitions,
    pub(crate) rack: &'a str,
}

impl Topics for Hosted<'_> {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        let topic = self.partitions.topic(name)?;
        let partitions = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        Some(TopicInfo { id: topic.id, name: name.to_owned(), partitions })
    }

    fn by_id(&self, id: Uuid) -> Option<TopicInfo> {
        self.by_name(&self.partitions.name_of(id)?)
    }

    fn rack(&self) -> String {
        self.rack.to_owned()
    }
}

/// All share groups, and where they are remembered.
pub(crate) struct Membership {
    groups: Mutex<ShareGroups>,
    offsets_partitions: i32,
    limits: Limits,
    partitions: Arc<Partitions>,
    clock: Arc<dyn Clock>,
    rack: String,
    /// Rung when a session may end earlier than it was.
    bell: Notify,
}

impl Membership {
    pub(super) fn new(
        offsets_partitions: i32,
        limits: &Limits,
        rack: &str,
        partitions: Arc<Partitions>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Membership {
            groups: Mutex::new(ShareGroups::new(offsets_partitions, limits.member_bytes)),
            offsets_partitions,
            limits: *limits,
            partitions,
            clock,
            rack: rack.to_owned(),
            bell: Notify::new(),
        }
    }

    /// Locks the groups: those that a panic left half-changed are read again, and their members
    /// have as long as after a restart to be heard of.
    fn groups(&self) -> MutexGuard<'_, ShareGroups> {
        lock_or_mend(&self.groups, |groups| {
            error!("share groups broke down, and what is remembered of them is read again");
            *groups = ShareGroups::new(self.offsets_partitions, self.limits.member_bytes);
            if let Err(error) = self.read_all(groups) {
                error!(%error, "what is remembered of share groups cannot be read");
                // They stay broken: this connection ends, and the next one tries again.
                resume_unwind(Box::new(error.to_string()));
            }
            groups.loaded(self.clock.now(), &|_| MENDED_SESSION_MS);
        })
    }

    /// Reads what the topic remembers, at start-up.
    pub(super) fn load(&self) -> Result<(), LoadError> {
        self.read_all(&mut self.groups())
    }

    fn read_all(&self, groups: &mut ShareGroups) -> Result<(), LoadError> {
        let now = self.clock.now();
        let topic = self.partitions.topic(OFFSETS_TOPIC);
        for partition in topic.into_iter().flat_map(|topic| topic.partitions) {
            for batch in partition.log.batches(partition.log.marks().log_start) {
                let batch = batch?;
                let broken = |error| LoadError::Batch { topic: OFFSETS_TOPIC, error };
                let opened = contents(&batch.bytes).map_err(broken)?;
                if opened.header.attributes.is_control() {
                    continue;
                }
                for record in opened.records() {
                    let record = record.map_err(broken)?;
                    let Some(key) = record.key else { continue };
                    // A record of a newer Kafka is no reason to lose the others.
                    if let Err(error) = groups.apply(now, key, record.value) {
                        let (partition, offset) = (partition.index, record.offset);
                        warn!(partition, offset, %error, "a share group's record is not understood");
                    }
                }
            }
        }
        Ok(())
    }

    /// The broker begins to serve: members have their sessions from now on.
    pub(super) fn begin(&self, broker: &Broker) {
        let session_timeout_ms =
            |group: &str| Millis::from(broker.group_config(group).share_session_timeout_ms);
        self.groups().loaded(self.clock.now(), &session_timeout_ms);
        self.bell.notify_one();
    }

    /// Returns what topics there are.
    pub(crate) fn topics(&self) -> Hosted<'_> {
        Hosted { partitions: &self.partitions, rack: &self.rack }
    }

    /// Reads what is remembered.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&ShareGroups, &dyn Topics) -> T) -> T {
        question(&self.groups(), &self.topics())
    }

    /// Plans a change, and has it remembered.
    pub(crate) fn change<A>(
        &self,
        group: &str,
        plan: impl FnOnce(&ShareGroups, Millis, &dyn Topics) -> Result<Plan<A>, Refused>,
    ) -> Result<A, Refused> {
        let mut groups = self.groups();
        let plan = plan(&groups, self.clock.now(), &self.topics())?;
        self.put(&mut groups, group, &plan.records)
            .map_err(|error| Refused { error, text: None })?;
        Ok(plan.answer)
    }

    /// Appends records, and has them remembered.
    fn put(
        &self,
        groups: &mut ShareGroups,
        group: &str,
        records: &[Record],
    ) -> Result<(), ErrorCode> {
        if records.is_empty() {
            return Ok(());
        }
        let index = groups.partition_of(group);
        let Some(partition) = self.partitions.get(OFFSETS_TOPIC, index) else {
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let now = self.clock.now();
        let mut batch = BatchBuilder::new();
        for record in records {
            batch.push(now, Some(&record.key), record.value.as_deref(), &[]);
        }
        let bytes = batch.build().map_err(|error| error.code())?;
        partition.append(bytes, Origin::Coordinator, now).map_err(|error| {
            error!(partition = index, %error, "cannot remember a share group");
            error_of_append(error.code())
        })?;
        for record in records {
            let applied = groups.apply(now, &record.key, record.value.as_deref());
            applied.map_err(|_| ErrorCode::UNKNOWN_SERVER_ERROR)?;
        }
        Ok(())
    }

    /// ShareGroupHeartbeat.
    pub(crate) fn heartbeat(
        &self,
        broker: &Broker,
        who: Client,
        ask: &ShareGroupHeartbeatRequest,
    ) -> Result<ShareGroupHeartbeatResponse, Refused> {
        let group = ask.group_id.as_str();
        let config = broker.group_config(group);
        let members_max = broker.config().share_group_max_size;
        let terms = Terms {
            members_max: usize::try_from(members_max).unwrap_or(0).min(self.limits.members),
            heartbeat_interval_ms: config.share_heartbeat_interval_ms,
            assignment_interval_ms: config.share_assignment_interval_ms,
            initialize_retry_ms: INITIALIZE_RETRY_MS,
        };
        // Nothing of this id can come to life between the look and the change: the coordinator
        // looks here under its lock (`Coordinator::ask_unless`), and is never asked under ours.
        let done = broker.coordinator.read(|others, _| {
            if others.contains(group) {
                let text = format!("Group {group} is not a share group.");
                return Err(Refused { error: ErrorCode::GROUP_ID_NOT_FOUND, text: Some(text) });
            }
            let too_many =
                |groups: &ShareGroups| !groups.contains(group) && others.is_full(groups.len());
            if self.read(|groups, _| too_many(groups)) {
                let text = Some("There are too many groups.".to_owned());
                return Err(Refused { error: ErrorCode::GROUP_MAX_SIZE_REACHED, text });
            }
            self.change(group, |groups, now, topics| {
                groups.heartbeat(now, who, ask, &terms, topics)
            })
        });
        let Beat { response, initialize, group_epoch } = done?;
        let timeout_ms = Millis::from(config.share_session_timeout_ms);
        let until = self.clock.now().saturating_add(timeout_ms);
        self.groups().hear_of(group, &ask.member_id, until);
        self.bell.notify_one();
        if !initialize.is_empty() {
            let begin = initialize.iter().map(|(topic, partitions)| {
                (*topic, partitions.iter().map(|partition| (*partition, -1)).collect())
            });
            // Kafka answers the heartbeat before it knows: the next one finds what came of it.
            let _ = self.initialize(broker, group, group_epoch, &begin.collect());
        }
        Ok(response)
    }

    /// Has the state of partitions kept from now on, and remembers that it is. What could not be
    /// is told.
    pub(crate) fn initialize(
        &self,
        broker: &Broker,
        group: &str,
        epoch: i32,
        offsets: &std::collections::BTreeMap<Uuid, std::collections::BTreeMap<i32, i64>>,
    ) -> Result<(), Vec<(Uuid, i32, Refusal)>> {
        let ready = broker.controller.ensure_internal_topic(SHARE_GROUP_STATE_TOPIC);
        let mut failed = Vec::new();
        let mut done = Assignment::new();
        for (topic_id, partitions) in offsets {
            for (partition, start_offset) in partitions {
                let (topic_id, partition) = (*topic_id, *partition);
                let key = Key { group: group.to_owned(), topic_id, partition };
                let kept = ready
                    .map_err(Refusal::from)
                    .and_then(|()| broker.shares.store.initialize(&key, epoch, *start_offset));
                broker.shares.forget(|held| *held == key);
                if let Err(refusal) = kept {
                    failed.push((topic_id, partition, refusal));
                }
                done.entry(topic_id).or_default().insert(partition);
            }
        }
        // One that failed takes the others along: all of it is tried again.
        let mut groups = self.groups();
        let (now, topics) = (self.clock.now(), self.topics());
        let record = groups.initialization_done(now, group, &done, failed.is_empty(), &topics);
        let records: Vec<Record> = record.into_iter().collect();
        // What is not written now is found by a later heartbeat.
        let _ = self.put(&mut groups, group, &records);
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }

    /// Forgets the state of partitions, and returns the topics of which all is forgotten, and
    /// the errors of the others.
    pub(crate) fn delete_state(
        &self,
        broker: &Broker,
        group: &str,
        partitions: &Assignment,
    ) -> (std::collections::BTreeSet<Uuid>, Vec<(Uuid, ErrorCode)>) {
        let (mut done, mut failed) = (std::collections::BTreeSet::new(), Vec::new());
        for (topic_id, partitions) in partitions {
            let results = partitions.iter().map(|partition| {
                let key =
                    Key { group: group.to_owned(), topic_id: *topic_id, partition: *partition };
                let deleted = broker.shares.store.delete(&key);
                broker.shares.forget(|held| *held == key);
                deleted.map_err(|refusal| refusal.error)
            });
            let errors: Vec<ErrorCode> = results.filter_map(Result::err).collect();
            match errors.first() {
                Some(error) => failed.push((*topic_id, *error)),
                None => {
                    done.insert(*topic_id);
                }
            }
        }
        (done, failed)
    }

    /// DeleteGroups, of one share group: its state first, and then the group.
    pub(crate) fn delete(&self, broker: &Broker, group: &str) -> Result<(), ErrorCode> {
        let plan = self.change(group, |groups, _, topics| groups.delete_state(group, topics));
        let partitions = plan.map_err(|refused| refused.error)?;
        let (_, failed) = self.delete_state(broker, group, &partitions);
        if let Some((_, error)) = failed.first() {
            return Err(*error);
        }
        let done = self
            .change(group, |groups, _, _| Ok(Plan { records: groups.delete(group)?, answer: () }));
        done.map_err(|refused| refused.error)
    }

    /// A topic is gone.
    pub(super) fn topic_deleted(&self, topic_id: Uuid) {
        let mut groups = self.groups();
        for (group, record) in groups.topic_deleted(topic_id, &self.topics()) {
            // What is not written now stays behind, and is about nothing.
            let _ = self.put(&mut groups, &group, &[record]);
        }
    }

    /// Drops members that were silent for too long.
    pub(super) fn expire(&self) {
        let mut groups = self.groups();
        let now = self.clock.now();
        while let Some((group, member)) = groups.expired(now) {
            let left = groups.leave(&group, &member, &self.topics());
            let Ok(records) = left else { continue };
            if self.put(&mut groups, &group, &records).is_err() {
                // It is still a member: looked at again soon.
                groups.hear_of(&group, &member, now.saturating_add(500));
            }
        }
    }

    /// Returns when a member must have been heard of next.
    pub(super) fn next_deadline(&self) -> Option<Millis> {
        self.groups().next_deadline()
    }

    /// Waits until a deadline may have moved.
    pub(super) async fn moved(&self) {
        self.bell.notified().await;
    }
}
