//! A day of a broker: what clients ask of it, and what each act changes for whoever looks.

use rk::base::ids::Uuid;
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
use rk::wire::schema::Records;

use super::seen::{Partition, State, Topic};
use crate::kit::wire::Client;

pub(super) const GROUP: &str = "g";

/// Few partitions for what the broker keeps of groups: each of them is a handful of steps.
pub(super) const CONFIGS: [(&str, &str); 2] =
    [("offsets.topic.num.partitions", "1"), ("transaction.state.log.num.partitions", "1")];

pub(super) struct Script {
    pub(super) ops: Vec<Op>,
}

/// Who acts: a connection, and what the broker has told it.
pub(super) struct Actor<'a> {
    pub(super) client: &'a mut Client,
    pub(super) producer: (i64, i16),
}

/// One act of a client.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Create {
        topic: &'static str,
        partitions: usize,
        config: Option<(&'static str, &'static str)>,
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
        values: Vec<String>,
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
}

impl Script {
    /// Everything that is remembered, changed, grown and forgotten.
    pub(super) fn day() -> Self {
        let some = |name: &str, count: usize| (0..count).map(|i| format!("{name} {i}")).collect();
        let ops = vec![
            Op::Create { topic: "a", partitions: 2, config: None },
            Op::Produce { topic: "a", partition: 0, values: some("first", 3) },
            Op::Produce { topic: "a", partition: 1, values: some("other", 2) },
            Op::Commit { topic: "a", partition: 0, offset: 2 },
            Op::Alter { topic: "a", name: "retention.ms", value: Some("86400000") },
            Op::Producer,
            Op::Sequenced { topic: "a", partition: 0, sequence: 0, again: false },
            Op::Sequenced { topic: "a", partition: 0, sequence: 1, again: false },
            Op::Sequenced { topic: "a", partition: 0, sequence: 1, again: true },
            Op::Create { topic: "b", partitions: 1, config: Some(("cleanup.policy", "compact")) },
            Op::Produce { topic: "b", partition: 0, values: some("b", 2) },
            Op::Grow { topic: "a", to: 3 },
            Op::Produce { topic: "a", partition: 2, values: some("grown", 2) },
            Op::DeleteRecords { topic: "a", partition: 0, before: 2 },
            Op::Commit { topic: "a", partition: 0, offset: 4 },
            Op::Commit { topic: "a", partition: 1, offset: 1 },
            Op::Delete { topic: "b" },
            Op::Create { topic: "b", partitions: 1, config: None },
            Op::Produce { topic: "b", partition: 0, values: some("anew", 1) },
            Op::Alter { topic: "a", name: "retention.ms", value: None },
            Op::Produce { topic: "a", partition: 1, values: some("last", 2) },
        ];
        Script { ops }
    }
}

/// The error of an answer, where it has one.
fn ok(error_code: i16) -> Result<(), i16> {
    if error_code == 0 { Ok(()) } else { Err(error_code) }
}

impl Op {
    /// Asks the broker, and makes `state` what it is to be then: also where the answer is an
    /// error, as the act may have been done for all that.
    pub(super) fn perform(&self, actor: &mut Actor, state: &mut State) -> Result<(), i16> {
        let client = &mut *actor.client;
        match self {
            Op::Create { topic, partitions, config } => {
                create(client, state, topic, *partitions, *config)
            }
            Op::Delete { topic } => {
                state.topics.remove(*topic);
                state.committed.retain(|(name, _), _| name != topic);
                let names = vec![(*topic).to_owned()];
                let ask = DeleteTopicsRequest { topic_names: names, ..Default::default() };
                ok(client.call(5, &ask).responses[0].error_code)
            }
            Op::Grow { topic, to } => {
                state
                    .topics
                    .get_mut(*topic)
                    .unwrap()
                    .partitions
                    .resize_with(*to, Partition::default);
                let count = i32::try_from(*to).unwrap();
                let name = (*topic).to_owned();
                let topic = CreatePartitionsTopic { name, count, assignments: None };
                let ask = CreatePartitionsRequest { topics: vec![topic], ..Default::default() };
                ok(client.call(3, &ask).results[0].error_code)
            }
            Op::Alter { topic, name, value } => alter(client, state, topic, name, *value),
            Op::Produce { topic, partition, values } => {
                let batch = batch(values, None);
                let records = &mut state.partition(topic, *partition).records;
                keep(records, values);
                ok(produce(client, topic, *partition, batch))
            }
            Op::Producer => {
                let ask = InitProducerIdRequest { transactional_id: None, ..Default::default() };
                let told = client.call(4, &ask);
                actor.producer = (told.producer_id, told.producer_epoch);
                ok(told.error_code)
            }
            Op::Sequenced { topic, partition, sequence, again } => {
                let value = [format!("number {sequence}")];
                let (id, epoch) = actor.producer;
                let batch = batch(&value, Some((id, epoch, *sequence)));
                if !again {
                    keep(&mut state.partition(topic, *partition).records, &value);
                }
                ok(produce(client, topic, *partition, batch))
            }
            Op::Commit { topic, partition, offset } => {
                commit(client, state, topic, *partition, *offset)
            }
            Op::DeleteRecords { topic, partition, before } => {
                delete_records(client, state, topic, *partition, *before)
            }
        }
    }
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
    ok(client.call(8, &ask).topics[0].partitions[0].error_code)
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
    ok(client.call(2, &ask).topics[0].partitions[0].error_code)
}

fn create(
    client: &mut Client,
    state: &mut State,
    name: &str,
    partitions: usize,
    config: Option<(&str, &str)>,
) -> Result<(), i16> {
    let configs = config.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
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
    let answer = client.call(7, &ask).topics.remove(0);
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
    ok(client.call(1, &ask).responses[0].error_code)
}

/// Puts values behind the last one.
fn keep(records: &mut std::collections::BTreeMap<i64, String>, values: &[String]) {
    let next = records.last_key_value().map_or(0, |(offset, _)| offset + 1);
    records.extend((next..).zip(values.iter().cloned()));
}

fn batch(values: &[String], producer: Option<(i64, i16, i32)>) -> BatchBuilder {
    let mut batch = BatchBuilder::new();
    if let Some((id, epoch, sequence)) = producer {
        batch = batch.producer(id, epoch, sequence);
    }
    for value in values {
        batch.push(1_700_000_000_000, Some(b"k"), Some(value.as_bytes()), &[]);
    }
    batch
}

fn produce(client: &mut Client, topic: &str, index: i32, batch: BatchBuilder) -> i16 {
    let records = Some(Records(batch.build().unwrap()));
    let topic = TopicProduceData {
        name: topic.to_owned(),
        partition_data: vec![PartitionProduceData { index, records }],
        ..Default::default()
    };
    let ask = ProduceRequest {
        acks: -1,
        timeout_ms: 10_000,
        topic_data: vec![topic],
        ..Default::default()
    };
    client.call(9, &ask).responses[0].partition_responses[0].error_code
}
