//! A day of a broker: what clients ask of it, and what each act changes for whoever looks.

use std::sync::OnceLock;

use rk::base::clock::{Clock, System};
use rk::base::ids::Uuid;
use rk::broker::disk::memory::MemoryDisk;
use rk::wire::batch::BatchBuilder;
use rk::wire::messages::create_partitions::{CreatePartitionsRequest, CreatePartitionsTopic};
use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::delete_records::{
    DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic,
};
use rk::wire::messages::delete_topics::DeleteTopicsRequest;
use rk::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::produce::{PartitionProduceData, ProduceRequest, TopicProduceData};
use rk::wire::schema::{Records, Request};

use super::acts::{self, Sent};
use super::seen::{Partition, State, Topic};
use crate::kit::wire::Client;

pub(super) const GROUP: &str = "g";

/// Few partitions for what the broker keeps of groups: each of them is a handful of steps. What
/// is done now and then is done all the time.
pub(super) const CONFIGS: [(&str, &str); 11] = [
    ("offsets.topic.num.partitions", "1"),
    ("transaction.state.log.num.partitions", "1"),
    ("share.coordinator.state.topic.num.partitions", "1"),
    ("log.retention.ms", "-1"),
    ("log.initial.task.delay.ms", "0"),
    ("log.retention.check.interval.ms", "1"),
    ("log.cleaner.backoff.ms", "1"),
    ("log.segment.delete.delay.ms", "0"),
    ("metadata.log.max.record.bytes.between.snapshots", "1500"),
    ("metadata.max.retention.bytes", "6000"),
    ("group.initial.rebalance.delay.ms", "0"),
];

pub(super) struct Script {
    pub(super) ops: Vec<Op>,
}

/// Who acts: a connection, and what the broker has told it.
pub(super) struct Actor<'a> {
    pub(super) client: &'a mut Client,
    pub(super) disk: &'a MemoryDisk,
    pub(super) producer: (i64, i16),
    pub(super) producer_ids: Vec<i64>,
    pub(super) sent: Option<Sent>,
}

impl<'a> Actor<'a> {
    pub(super) fn new(client: &'a mut Client, disk: &'a MemoryDisk) -> Self {
        Actor { client, disk, producer: (-1, -1), producer_ids: Vec::new(), sent: None }
    }
}

/// What one producer does in one transaction.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: &'static str,
    /// By KIP-890: no request but those that write says what is part of it.
    pub(super) newer: bool,
    /// Partitions of the topic `a`, and a value for each.
    pub(super) writes: Vec<(i32, &'static str)>,
    /// An offset of partition 0 of `a` that is committed inside.
    pub(super) offset: Option<i64>,
    pub(super) end: End,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Commit,
    Abort,
    /// Not at all: it is open when the machine dies.
    Never,
}

/// One act of a client.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Create {
        topic: &'static str,
        partitions: usize,
        configs: &'static [(&'static str, &'static str)],
    },
    Delete {
        topic: &'static str,
    },
    Grow {
        topic: &'static str,
        to: usize,
    },
    Alter {
        topic: &'static str,
        name: &'static str,
        value: Option<&'static str>,
    },
    Produce {
        topic: &'static str,
        partition: i32,
        /// How many hours after the first ones: segments are an hour long where a topic says so.
        hour: i64,
        /// Keys and values.
        records: Vec<(&'static str, String)>,
    },
    /// An idempotent producer comes.
    Producer,
    /// It sends a record; again where it has sent this one before.
    Sequenced {
        topic: &'static str,
        partition: i32,
        sequence: i32,
        again: bool,
    },
    Commit {
        topic: &'static str,
        partition: i32,
        offset: i64,
    },
    DeleteRecords {
        topic: &'static str,
        partition: i32,
        before: i64,
    },
    Transact(Transaction),
    /// Waits until the topic has been compacted.
    Compacted {
        topic: &'static str,
    },
    /// A member of a consumer group comes, or leaves.
    Join(&'static str),
    Leave(&'static str),
    /// A share group begins with a partition, and accepts the records before an offset.
    Share {
        partition: i32,
    },
    Accept {
        partition: i32,
        before: i64,
    },
}

impl Script {
    /// Everything that is remembered, changed, grown and forgotten.
    pub(super) fn day() -> Self {
        let some = |name: &str, count: usize| {
            (0..count).map(|i| ("k", format!("{name} {i}"))).collect::<Vec<_>>()
        };
        let produce = |topic, partition, hour, name: &str, count| Op::Produce {
            topic,
            partition,
            hour,
            records: some(name, count),
        };
        let keyed = |hour, records: &[(&'static str, &str)]| Op::Produce {
            topic: "c",
            partition: 0,
            hour,
            records: records.iter().map(|(key, value)| (*key, (*value).to_owned())).collect(),
        };
        let commit = |partition, offset| Op::Commit { topic: "a", partition, offset };
        let sequenced =
            |sequence, again| Op::Sequenced { topic: "a", partition: 0, sequence, again };
        let transact = |id, newer, writes: &[(i32, &'static str)], offset, end| {
            Op::Transact(Transaction { id, newer, writes: writes.to_vec(), offset, end })
        };
        let hours = &[("segment.ms", "3600000")];
        let compact = &[
            ("cleanup.policy", "compact"),
            ("segment.ms", "3600000"),
            ("min.cleanable.dirty.ratio", "0.01"),
        ];
        let ops = vec![
            Op::Create { topic: "a", partitions: 2, configs: hours },
            produce("a", 0, 0, "first", 3),
            produce("a", 1, 0, "other", 2),
            commit(0, 2),
            Op::Alter { topic: "a", name: "max.message.bytes", value: Some("400000") },
            Op::Producer,
            sequenced(0, false),
            sequenced(1, false),
            sequenced(1, true),
            transact("old", false, &[(0, "one"), (1, "one")], Some(3), End::Commit),
            Op::Create { topic: "c", partitions: 1, configs: compact },
            keyed(0, &[("x", "1"), ("y", "1")]),
            keyed(2, &[("x", "2"), ("z", "1")]),
            Op::Grow { topic: "a", to: 3 },
            produce("a", 2, 0, "grown", 2),
            transact("old", false, &[(0, "two"), (1, "two")], Some(9), End::Abort),
            Op::Join("m1"),
            Op::DeleteRecords { topic: "a", partition: 0, before: 2 },
            commit(1, 1),
            keyed(4, &[("x", "3")]),
            transact("new", true, &[(1, "three"), (2, "three")], Some(5), End::Commit),
            Op::Create { topic: "b", partitions: 1, configs: &[] },
            produce("b", 0, 0, "b", 2),
            Op::Delete { topic: "b" },
            Op::Create { topic: "b", partitions: 1, configs: &[] },
            produce("b", 0, 0, "anew", 1),
            Op::Share { partition: 2 },
            Op::Accept { partition: 2, before: 1 },
            Op::Compacted { topic: "c" },
            Op::Alter { topic: "a", name: "max.message.bytes", value: None },
            Op::Join("m2"),
            Op::Leave("m1"),
            // Another segment, so that those before it can go.
            produce("a", 1, 3, "later", 2),
            Op::DeleteRecords { topic: "a", partition: 1, before: 8 },
            transact("open", false, &[(2, "never")], Some(7), End::Never),
            transact("new", true, &[(0, "four"), (1, "four")], None, End::Commit),
            sequenced(2, false),
            produce("a", 1, 3, "last", 2),
        ];
        Script { ops }
    }
}

/// The error of an answer, where it has one.
pub(super) fn ok(error_code: i16) -> Result<(), i16> {
    if error_code == 0 { Ok(()) } else { Err(error_code) }
}

/// The error of an act in the middle of which the connection ended, or that waits for what does
/// not come any more.
pub(super) const GONE: i16 = -2;

/// Asks, and takes the end of the connection for an error.
pub(super) fn ask_for<R: Request>(
    client: &mut Client,
    version: i16,
    request: &R,
) -> Result<R::Response, i16> {
    client.try_call(version, request).ok_or(GONE)
}

impl Op {
    /// Asks the broker, and makes `state` what it is to be then: also where the answer is an
    /// error, as the act may have been done for all that.
    pub(super) fn perform(&self, actor: &mut Actor, state: &mut State) -> Result<(), i16> {
        let client = &mut *actor.client;
        match self {
            Op::Create { topic, partitions, configs } => {
                create(client, state, topic, *partitions, configs)
            }
            Op::Delete { topic } => {
                state.topics.remove(*topic);
                state.committed.retain(|(name, _), _| name != topic);
                let names = vec![(*topic).to_owned()];
                let ask = DeleteTopicsRequest { topic_names: names, ..Default::default() };
                ok(ask_for(client, 5, &ask)?.responses[0].error_code)
            }
            Op::Grow { topic, to } => grow(client, state, topic, *to),
            Op::Alter { topic, name, value } => alter(client, state, topic, name, *value),
            Op::Produce { topic, partition, hour, records } => {
                let batch = batch(*hour, records, None);
                state.partition(topic, *partition).keep(records);
                produce(client, 9, None, topic, *partition, batch).map(|_| ())
            }
            Op::Producer => come(actor),
            Op::Sequenced { topic, partition, sequence, again } => {
                if !again {
                    state.partition(topic, *partition).keep(&acts::numbered(*sequence));
                }
                send_numbered(actor, topic, *partition, *sequence)
            }
            Op::Commit { topic, partition, offset } => {
                commit(client, state, topic, *partition, *offset)
            }
            Op::DeleteRecords { topic, partition, before } => {
                delete_records(client, state, topic, *partition, *before)
            }
            Op::Transact(transaction) => acts::transact(actor, state, transaction),
            Op::Compacted { topic } => acts::wait_for_compaction(actor, state, topic),
            Op::Join(member) => {
                state.members.insert((*member).to_owned());
                acts::heartbeat(client, member, 0)
            }
            Op::Leave(member) => {
                state.members.remove(*member);
                acts::heartbeat(client, member, -1)
            }
            Op::Share { partition } => {
                state.shared.insert(*partition, 0);
                let topic_id = state.topics["a"].id.unwrap();
                acts::share(client, topic_id, *partition)
            }
            Op::Accept { partition, before } => {
                state.shared.insert(*partition, *before);
                let topic_id = state.topics["a"].id.unwrap();
                acts::accept(client, topic_id, *partition, *before)
            }
        }
    }
}

fn grow(client: &mut Client, state: &mut State, topic: &str, to: usize) -> Result<(), i16> {
    state.topics.get_mut(topic).unwrap().partitions.resize_with(to, Partition::default);
    let count = i32::try_from(to).unwrap();
    let topic = CreatePartitionsTopic { name: topic.to_owned(), count, assignments: None };
    let ask = CreatePartitionsRequest { topics: vec![topic], ..Default::default() };
    ok(ask_for(client, 3, &ask)?.results[0].error_code)
}

fn come(actor: &mut Actor) -> Result<(), i16> {
    let ask = InitProducerIdRequest { transactional_id: None, ..Default::default() };
    let told = ask_for(actor.client, 4, &ask)?;
    ok(told.error_code)?;
    actor.producer = (told.producer_id, told.producer_epoch);
    actor.producer_ids.push(told.producer_id);
    Ok(())
}

fn send_numbered(
    actor: &mut Actor,
    topic: &'static str,
    partition: i32,
    sequence: i32,
) -> Result<(), i16> {
    let sent = Sent { producer: actor.producer, topic, partition, sequence, offset: 0 };
    let offset = sent.send(actor.client)?;
    actor.sent = Some(Sent { offset, ..sent });
    Ok(())
}

fn commit(
    client: &mut Client,
    state: &mut State,
    topic: &str,
    partition_index: i32,
    committed_offset: i64,
) -> Result<(), i16> {
    state.committed.insert((topic.to_owned(), partition_index), committed_offset);
    let partition =
        OffsetCommitRequestPartition { partition_index, committed_offset, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: topic.to_owned(),
        partitions: vec![partition],
        ..Default::default()
    };
    let ask = OffsetCommitRequest {
        group_id: GROUP.to_owned(),
        topics: vec![topic],
        ..Default::default()
    };
    ok(ask_for(client, 8, &ask)?.topics[0].partitions[0].error_code)
}

fn delete_records(
    client: &mut Client,
    state: &mut State,
    topic: &str,
    partition_index: i32,
    offset: i64,
) -> Result<(), i16> {
    let kept = state.partition(topic, partition_index);
    kept.start = offset;
    kept.records.retain(|at, _| *at >= offset);
    let partition = DeleteRecordsPartition { partition_index, offset };
    let topic = DeleteRecordsTopic { name: topic.to_owned(), partitions: vec![partition] };
    let ask = DeleteRecordsRequest { topics: vec![topic], ..Default::default() };
    ok(ask_for(client, 2, &ask)?.topics[0].partitions[0].error_code)
}

fn create(
    client: &mut Client,
    state: &mut State,
    name: &str,
    partitions: usize,
    configs: &[(&str, &str)],
) -> Result<(), i16> {
    let configs = configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let configs: std::collections::BTreeMap<_, _> = configs.collect();
    let asked = configs.iter().map(|(name, value)| CreatableTopicConfig {
        name: name.clone(),
        value: Some(value.clone()),
    });
    let topic = CreatableTopic {
        name: name.to_owned(),
        num_partitions: i32::try_from(partitions).unwrap(),
        replication_factor: 1,
        configs: asked.collect(),
        ..Default::default()
    };
    let ask = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    let answer = ask_for(client, 7, &ask)?.topics.remove(0);
    let done = ok(answer.error_code);
    let id = done.is_ok().then_some(answer.topic_id).filter(|id| *id != Uuid::default());
    let partitions = vec![Partition::default(); partitions];
    state.topics.insert(name.to_owned(), Topic { id, configs, partitions });
    done
}

fn alter(
    client: &mut Client,
    state: &mut State,
    topic: &str,
    name: &str,
    value: Option<&str>,
) -> Result<(), i16> {
    let configs = &mut state.topics.get_mut(topic).unwrap().configs;
    match value {
        Some(value) => drop(configs.insert(name.to_owned(), value.to_owned())),
        None => drop(configs.remove(name)),
    }
    let config = AlterableConfig {
        name: name.to_owned(),
        config_operation: i8::from(value.is_none()),
        value: value.map(str::to_owned),
    };
    let resource = AlterConfigsResource {
        resource_type: 2,
        resource_name: topic.to_owned(),
        configs: vec![config],
    };
    let ask = IncrementalAlterConfigsRequest { resources: vec![resource], ..Default::default() };
    ok(ask_for(client, 1, &ask)?.responses[0].error_code)
}

/// When the script began, for those who are told hours: so long ago that no hour of it is in
/// the future, and in all batches the same.
fn first_hour() -> i64 {
    static BEGAN: OnceLock<i64> = OnceLock::new();
    *BEGAN.get_or_init(|| System.now() - 10 * 3_600_000)
}

pub(super) fn batch(
    hour: i64,
    records: &[(&str, String)],
    producer: Option<(i64, i16, i32)>,
) -> BatchBuilder {
    let mut batch = BatchBuilder::new();
    if let Some((id, epoch, sequence)) = producer {
        batch = batch.producer(id, epoch, sequence);
    }
    for (key, value) in records {
        let time = first_hour() + hour * 3_600_000;
        batch.push(time, Some(key.as_bytes()), Some(value.as_bytes()), &[]);
    }
    batch
}

/// Sends a batch. Returns the offset that is told.
pub(super) fn produce(
    client: &mut Client,
    version: i16,
    transactional_id: Option<&str>,
    topic: &str,
    index: i32,
    batch: BatchBuilder,
) -> Result<i64, i16> {
    let records = Some(Records(batch.build().unwrap()));
    let topic = TopicProduceData {
        name: topic.to_owned(),
        partition_data: vec![PartitionProduceData { index, records }],
        ..Default::default()
    };
    let ask = ProduceRequest {
        transactional_id: transactional_id.map(str::to_owned),
        acks: -1,
        timeout_ms: 10_000,
        topic_data: vec![topic],
    };
    let answer = ask_for(client, version, &ask)?;
    let told = &answer.responses[0].partition_responses[0];
    ok(told.error_code).map(|()| told.base_offset)
}
