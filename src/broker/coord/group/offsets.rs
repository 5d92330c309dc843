//! Committed offsets: OffsetCommit, OffsetFetch, OffsetDelete, and deleted topics.
//!
//! OffsetCommit, versions 2 to 10: 2 to 4 a retention of its own · 7 static members · 10 topics
//! by id. OffsetFetch, versions 1 to 10: 2 all partitions, an error of the group · 7 only stable
//! offsets · 8 several groups · 10 topics by id. OffsetDelete, version 0.

use std::collections::{BTreeMap, BTreeSet};

use super::classic::Group;
use super::committed::{Committed, Held, Offsets};
use super::consumer::{self, ConsumerGroup, Hall};
use super::desk::{After, Cx};
use super::records::{self, TEXT_BYTES_MAX};
use super::state::State;
use super::streams::{self, StreamsGroup};
use super::{Groups, Topics, weight};
use crate::base::ids::Uuid;
use crate::broker::coord::effects::{Record, Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitResponse,
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use crate::wire::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteResponse, OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
};
use crate::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics, OffsetFetchResponse,
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};

/// The version from which topics go by their ids.
const TOPIC_IDS_SINCE: i16 = 10;
/// The version from which OffsetCommit says that a group is not there.
const GROUP_ID_NOT_FOUND_SINCE: i16 = 9;
/// How many records one batch holds at most where we choose how many there are.
pub(super) const BATCH_RECORDS_MAX: usize = 1000;

/// Answers OffsetCommit.
pub(super) fn commit(
    hall: &mut Hall,
    ticket: Ticket,
    version: i16,
    ask: &OffsetCommitRequest,
    topics: &dyn Topics,
) {
    let Hall { classics: groups, consumers, streams, cx } = hall;
    let mut plan = Plan::default();
    for topic in &ask.topics {
        let name = if version >= TOPIC_IDS_SINCE {
            topics.name_of(topic.topic_id)
        } else {
            Some(topic.name.clone())
        };
        let mut answer = OffsetCommitResponseTopic {
            name: name.clone().unwrap_or_default(),
            topic_id: topic.topic_id,
            partitions: Vec::new(),
        };
        let count = name.as_ref().and_then(|name| topics.partitions(name));
        let topic_id = name.as_ref().and_then(|name| topics.id_of(name)).unwrap_or_default();
        for partition in &topic.partitions {
            let index = partition.partition_index;
            let error = match (&name, count) {
                (None, _) => ErrorCode::UNKNOWN_TOPIC_ID,
                (_, None) => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
                (_, Some(count)) if !(0..count).contains(&index) => {
                    ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
                }
                (Some(name), Some(_)) => plan.take(cx, ask, (name, topic_id), partition),
            };
            let error_code = error.0;
            let partition = OffsetCommitResponsePartition { partition_index: index, error_code };
            answer.partitions.push(partition);
        }
        plan.answer.topics.push(answer);
    }
    let reply = Reply::OffsetCommit(plan.answer);
    let is_new = !groups.contains_key(&ask.group_id)
        && !consumers.contains_key(&ask.group_id)
        && !streams.contains_key(&ask.group_id);
    if is_new && cx.meter.room() < weight::of_group(&ask.group_id) {
        let error = ErrorCode::INVALID_COMMIT_OFFSET_SIZE;
        return cx.reply(ticket, reply_of_group(reply, error));
    }
    // Without a partition that exists the group is not even looked at.
    if plan.is_for_group
        && let Err(error) = match consumers.get(&ask.group_id) {
            Some(group) => consumer::offsets::may_commit(group, version, ask, topics),
            None => match streams.get(&ask.group_id) {
                Some(group) => streams::commits::may_commit(group, version, ask, topics),
                None => may_commit(groups, cx, version, ask),
            },
        }
    {
        return cx.reply(ticket, reply_of_group(reply, error));
    }
    cx.append(&ask.group_id, plan.records, After::Reply(ticket, reply));
}

/// What an OffsetCommit comes to: its answer, and what must be written first.
#[derive(Default)]
struct Plan {
    answer: OffsetCommitResponse,
    records: Vec<Record>,
    /// Whether at least one partition exists.
    is_for_group: bool,
    /// What is to be kept by this.
    more: Held,
}

impl Plan {
    fn take(
        &mut self,
        cx: &Cx,
        ask: &OffsetCommitRequest,
        (topic, topic_id): (&str, Uuid),
        partition: &OffsetCommitRequestPartition,
    ) -> ErrorCode {
        self.is_for_group = true;
        let metadata = partition.committed_metadata.clone().unwrap_or_default();
        // Kafka counts what Java calls characters.
        if metadata.encode_utf16().count() > cx.config.offset_metadata_bytes_max {
            return ErrorCode::OFFSET_METADATA_TOO_LARGE;
        }
        if metadata.len() > TEXT_BYTES_MAX || ask.group_id.len() > TEXT_BYTES_MAX {
            // Fits no record, whatever the limit is set to.
            return ErrorCode::INVALID_COMMIT_OFFSET_SIZE;
        }
        let retention_ms = Some(ask.retention_time_ms).filter(|retention| *retention != -1);
        let committed = Committed {
            offset: partition.committed_offset,
            leader_epoch: partition.committed_leader_epoch,
            metadata,
            topic_id,
            commit_timestamp_ms: cx.now,
            expire_timestamp_ms: retention_ms.map(|retention| cx.now.saturating_add(retention)),
        };
        let index = partition.partition_index;
        let place = (ask.group_id.clone(), topic.to_owned(), index);
        if !cx.offsets.has_room(cx.config, false, &place, &committed, &mut self.more) {
            return ErrorCode::INVALID_COMMIT_OFFSET_SIZE;
        }
        self.records.push(records::offset(&ask.group_id, topic, index, &committed));
        ErrorCode::NONE
    }
}

/// Gives every partition that exists the error of the group.
fn reply_of_group(reply: Reply, error: ErrorCode) -> Reply {
    let Reply::OffsetCommit(mut answer) = reply else { return reply };
    for partition in answer.topics.iter_mut().flat_map(|topic| &mut topic.partitions) {
        let is_of_topic = partition.error_code == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0
            || partition.error_code == ErrorCode::UNKNOWN_TOPIC_ID.0;
        if !is_of_topic {
            partition.error_code = error.0;
        }
    }
    Reply::OffsetCommit(answer)
}

/// Checks that a member of the current generation commits, or somebody who needs no group while
/// there are no members. A commit keeps a member's session alive.
fn may_commit(
    groups: &BTreeMap<String, Group>,
    cx: &mut Cx,
    version: i16,
    ask: &OffsetCommitRequest,
) -> Result<(), ErrorCode> {
    let generation = ask.generation_id_or_member_epoch;
    let Some(group) = groups.get(&ask.group_id) else {
        return match (generation, version) {
            (..0, _) => Ok(()),
            (_, ..GROUP_ID_NOT_FOUND_SINCE) => Err(ErrorCode::ILLEGAL_GENERATION),
            _ => Err(ErrorCode::GROUP_ID_NOT_FOUND),
        };
    };
    if generation < 0 && group.state() == State::Empty {
        return Ok(());
    }
    let instance = ask.group_instance_id.as_deref();
    if generation < 0 && ask.member_id.is_empty() && instance.is_none() {
        return Err(ErrorCode::UNKNOWN_MEMBER_ID);
    }
    group.check_generation(&ask.member_id, instance, generation)?;
    match group.state() {
        State::CompletingRebalance => Err(ErrorCode::REBALANCE_IN_PROGRESS),
        State::Empty | State::PreparingRebalance | State::Stable => {
            group.hear_of(cx, &ask.member_id);
            Ok(())
        }
    }
}

/// Answers OffsetDelete.
pub(super) fn delete(
    hall: (
        &BTreeMap<String, Group>,
        &BTreeMap<String, ConsumerGroup>,
        &BTreeMap<String, StreamsGroup>,
    ),
    offsets: &Offsets,
    cx: &mut Cx,
    ticket: Ticket,
    ask: &OffsetDeleteRequest,
    topics: &dyn Topics,
) {
    let mut answer = OffsetDeleteResponse::default();
    let mut records = Vec::new();
    let id = ask.group_id.as_str();
    // Offsets may be committed under no name, and not be forgotten.
    if id.is_empty() {
        let error = ErrorCode::INVALID_GROUP_ID;
        return cx.reply(ticket, Reply::OffsetDelete(answer).failed(error));
    }
    let (groups, consumers, streams) = (hall.0.get(id), hall.1.get(id), hall.2.get(id));
    let reads: Box<dyn Fn(&str) -> bool> = match (groups, consumers, streams) {
        (Some(group), ..) if group.state() != State::Empty && !group.uses_consumer_protocol() => {
            let error = ErrorCode::NON_EMPTY_GROUP;
            return cx.reply(ticket, Reply::OffsetDelete(answer).failed(error));
        }
        (Some(group), ..) => Box::new(|topic| group.is_subscribed(topic)),
        (None, Some(group), _) => Box::new(|topic| group.subscriptions().contains(topic)),
        (None, None, Some(group)) => Box::new(|topic| group.is_subscribed(topic)),
        (None, None, None) => {
            let error = ErrorCode::GROUP_ID_NOT_FOUND;
            return cx.reply(ticket, Reply::OffsetDelete(answer).failed(error));
        }
    };
    for topic in &ask.topics {
        let count = topics.partitions(&topic.name).unwrap_or(0);
        let is_subscribed = reads(&topic.name);
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in &topic.partitions {
            let index = asked.partition_index;
            let error = if !(0..count).contains(&index) {
                ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            } else if is_subscribed {
                ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC
            } else {
                if offsets.get(id, &topic.name, index).is_some()
                    || offsets.is_pending(id, &topic.name, index)
                {
                    records.push(records::no_offset(id, &topic.name, index));
                }
                ErrorCode::NONE
            };
            let (partition_index, error_code) = (index, error.0);
            partitions.push(OffsetDeleteResponsePartition { partition_index, error_code });
        }
        answer.topics.push(OffsetDeleteResponseTopic { name: topic.name.clone(), partitions });
    }
    cx.append(id, records, After::Reply(ticket, Reply::OffsetDelete(answer)));
}

/// Forgets everything that was committed for a topic.
pub(super) fn topic_deleted(offsets: &Offsets, cx: &mut Cx, topic: &str) {
    let mut places: BTreeMap<&str, BTreeSet<i32>> = BTreeMap::new();
    for (group, topics) in &offsets.by_group {
        let partitions = topics.get(topic).into_iter().flat_map(BTreeMap::keys);
        places.entry(group).or_default().extend(partitions);
    }
    for (group, _, partition) in offsets.pending.places().filter(|(_, of, _)| of == topic) {
        places.entry(group).or_default().insert(*partition);
    }
    for (group, partitions) in places {
        let partitions = partitions.into_iter();
        let records: Vec<Record> =
            partitions.map(|partition| records::no_offset(group, topic, partition)).collect();
        for records in records.chunks(BATCH_RECORDS_MAX) {
            cx.append(group, records.to_vec(), After::Nothing);
        }
    }
}

/// Answers OffsetFetch.
pub(super) fn fetch(
    all: &Groups,
    version: i16,
    ask: &OffsetFetchRequest,
    topics: &dyn Topics,
) -> OffsetFetchResponse {
    let fetch =
        Fetch { all, topics, stable: ask.require_stable, by_id: version >= TOPIC_IDS_SINCE };
    if version >= 8 {
        let groups = ask.groups.iter().map(|group| fetch.group(group)).collect();
        return OffsetFetchResponse { groups, ..Default::default() };
    }
    let asked = ask.topics.as_ref().map(|topics| {
        let topics = topics.iter().map(|topic| OffsetFetchRequestTopics {
            name: topic.name.clone(),
            partition_indexes: topic.partition_indexes.clone(),
            ..Default::default()
        });
        topics.collect()
    });
    let group_id = ask.group_id.clone();
    let answer =
        fetch.group(&OffsetFetchRequestGroup { group_id, topics: asked, ..Default::default() });
    let topics = answer.topics.into_iter().map(|topic| OffsetFetchResponseTopic {
        name: topic.name,
        partitions: topic.partitions.into_iter().map(single).collect(),
    });
    OffsetFetchResponse { topics: topics.collect(), ..Default::default() }
}

/// Returns a partition as versions before 8 write it.
fn single(partition: OffsetFetchResponsePartitions) -> OffsetFetchResponsePartition {
    OffsetFetchResponsePartition {
        partition_index: partition.partition_index,
        committed_offset: partition.committed_offset,
        committed_leader_epoch: partition.committed_leader_epoch,
        metadata: partition.metadata,
        error_code: partition.error_code,
    }
}

struct Fetch<'a> {
    all: &'a Groups,
    topics: &'a dyn Topics,
    /// Whether an offset that is being written is not to be answered.
    stable: bool,
    /// Whether topics go by their ids.
    by_id: bool,
}

impl Fetch<'_> {
    /// A group that is not there has no offsets, and that is no error.
    fn group(&self, ask: &OffsetFetchRequestGroup) -> OffsetFetchResponseGroup {
        let group = ask.group_id.as_str();
        if let Some(consumers) = self.all.consumers.get(group) {
            let (member, epoch) = (ask.member_id.as_deref(), ask.member_epoch);
            if let Err(error) = consumer::offsets::may_fetch(consumers, member, epoch) {
                let (group_id, error_code) = (group.to_owned(), error.0);
                return OffsetFetchResponseGroup { group_id, error_code, ..Default::default() };
            }
        }
        if let Some(streams) = self.all.streams.get(group) {
            let (member, epoch) = (ask.member_id.as_deref(), ask.member_epoch);
            if let Err(error) = streams::commits::may_fetch(streams, member, epoch) {
                let (group_id, error_code) = (group.to_owned(), error.0);
                return OffsetFetchResponseGroup { group_id, error_code, ..Default::default() };
            }
        }
        let topics = match &ask.topics {
            Some(topics) => topics.iter().map(|topic| self.asked(group, topic)).collect(),
            None => self.everything(group),
        };
        OffsetFetchResponseGroup { group_id: group.to_owned(), topics, ..Default::default() }
    }

    fn asked(&self, group: &str, ask: &OffsetFetchRequestTopics) -> OffsetFetchResponseTopics {
        let name = match self.by_id {
            true => self.topics.name_of(ask.topic_id),
            false => Some(ask.name.clone()),
        };
        let partitions = ask.partition_indexes.iter().map(|index| match &name {
            Some(name) => self.partition(group, name, *index),
            None => nothing(*index, ErrorCode::UNKNOWN_TOPIC_ID),
        });
        let partitions = partitions.collect();
        let name = name.unwrap_or_default();
        OffsetFetchResponseTopics { name, topic_id: ask.topic_id, partitions }
    }

    /// Returns all that a group has committed. By id, a topic that is gone cannot be named.
    fn everything(&self, group: &str) -> Vec<OffsetFetchResponseTopics> {
        let mut answer: Vec<OffsetFetchResponseTopics> = Vec::new();
        for (topic, index, _) in self.all.offsets.of(group) {
            if answer.last().is_none_or(|last| last.name != topic) {
                let topic_id = match (self.by_id, self.topics.id_of(topic)) {
                    (true, None) => continue,
                    (_, id) => id.unwrap_or_default(),
                };
                let name = topic.to_owned();
                answer.push(OffsetFetchResponseTopics { name, topic_id, partitions: Vec::new() });
            }
            if let Some(last) = answer.last_mut() {
                last.partitions.push(self.partition(group, topic, index));
            }
        }
        answer
    }

    fn partition(&self, group: &str, topic: &str, index: i32) -> OffsetFetchResponsePartitions {
        let offsets = &self.all.offsets;
        let is_open = offsets.is_pending(group, topic, index);
        if self.stable && (is_open || self.is_writing(group, topic, index)) {
            return nothing(index, ErrorCode::UNSTABLE_OFFSET_COMMIT);
        }
        match self.all.offsets.get(group, topic, index) {
            // A topic of the same name that was made later is another one.
            Some(committed) if self.is_of_other_topic(committed, topic) => {
                nothing(index, ErrorCode::NONE)
            }
            None => nothing(index, ErrorCode::NONE),
            Some(committed) => OffsetFetchResponsePartitions {
                partition_index: index,
                committed_offset: committed.offset,
                committed_leader_epoch: committed.leader_epoch,
                metadata: Some(committed.metadata.clone()),
                ..Default::default()
            },
        }
    }

    /// Says whether who asks by id does not mean the topic that the offset was committed for.
    fn is_of_other_topic(&self, committed: &Committed, topic: &str) -> bool {
        self.by_id
            && !committed.topic_id.is_zero()
            && self.topics.id_of(topic).is_some_and(|id| id != committed.topic_id)
    }

    fn is_writing(&self, group: &str, topic: &str, index: i32) -> bool {
        let is_short = group.len() <= TEXT_BYTES_MAX && topic.len() <= TEXT_BYTES_MAX;
        let desk = &self.all.desk;
        !desk.is_idle() && is_short && desk.is_writing(&records::offset_key(group, topic, index))
    }
}

/// Returns a partition without an offset.
fn nothing(partition_index: i32, error: ErrorCode) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions {
        partition_index,
        committed_offset: -1,
        error_code: error.0,
        ..Default::default()
    }
}
