//! What clients can see of a broker, and what they must.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::wire::batch::{Batches, contents};
use rk::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchTopic};
use rk::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic,
};
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchRequestGroup};

use super::acts;
use super::script::GROUP;
use crate::kit::wire::Client;

const TOPIC: i8 = 2;
/// Where a config is set on the topic itself.
const DYNAMIC_TOPIC_CONFIG: i8 = 1;

#[derive(Clone, Debug, Default)]
pub(super) struct Topic {
    /// None while its creation is not acknowledged.
    pub(super) id: Option<Uuid>,
    pub(super) configs: BTreeMap<String, String>,
    pub(super) partitions: Vec<Partition>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Partition {
    pub(super) start: i64,
    /// Committed records by offset, key and value, as a reader of committed records gets them.
    pub(super) records: BTreeMap<i64, (String, String)>,
    /// The offset after the last that was written, markers and what was aborted among them.
    /// Only of those that were written, not of those that were found.
    pub(super) end: i64,
}

impl Partition {
    /// Puts records behind all that is there.
    pub(super) fn keep(&mut self, records: &[(&str, String)]) {
        for (key, value) in records {
            self.records.insert(self.end, ((*key).to_owned(), value.clone()));
            self.end += 1;
        }
    }

    /// Says whether all is there that was written. Of what is compacted a record may be gone
    /// that has a later one of its key.
    fn is(&self, written: &Partition, is_compacted: bool) -> bool {
        if !is_compacted {
            return (self.start, &self.records) == (written.start, &written.records);
        }
        let newest = |key: &str| {
            written.records.iter().filter(|(_, record)| record.0 == key).map(|(at, _)| *at).max()
        };
        let is_there = |(at, record): (&i64, &(String, String))| {
            self.records.get(at) == Some(record) || newest(&record.0) > Some(*at)
        };
        self.records.iter().all(|(at, record)| written.records.get(at) == Some(record))
            && written.records.iter().all(is_there)
    }
}

impl Topic {
    fn is(&self, written: &Topic) -> bool {
        let is_compacted = written.configs.get("cleanup.policy").is_some_and(|p| p == "compact");
        let mut partitions = self.partitions.iter().zip(&written.partitions);
        (written.id.is_none() || self.id.is_none() || self.id == written.id)
            && self.configs == written.configs
            && self.partitions.len() == written.partitions.len()
            && partitions.all(|(found, written)| found.is(written, is_compacted))
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) topics: BTreeMap<String, Topic>,
    pub(super) committed: BTreeMap<(String, i32), i64>,
    /// Who is in the consumer group.
    pub(super) members: BTreeSet<String>,
    /// From where on the share group has partitions of `a`.
    pub(super) shared: BTreeMap<i32, i64>,
}

impl State {
    /// Looks at everything that a client can ask for.
    pub(super) fn look(client: &mut Client, acked: &State) -> State {
        let all = client.call(12, &MetadataRequest { topics: None, ..Default::default() });
        let mut state = State { committed: committed(client), ..State::default() };
        state.members = acts::members(client).into_iter().collect();
        for topic in all.topics.iter().filter(|topic| !topic.is_internal) {
            assert_eq!(topic.error_code, 0, "{topic:?}");
            let name = topic.name.clone().unwrap();
            let mut indexes: Vec<_> = topic.partitions.iter().map(|p| p.partition_index).collect();
            indexes.sort_unstable();
            let partitions = indexes.into_iter().map(|index| partition(client, &name, index));
            let partitions = partitions.collect();
            // Of one whose creation was never answered nobody knows the id.
            let is_known = acked.topics.get(&name).is_some_and(|topic| topic.id.is_some());
            let id = is_known.then_some(topic.topic_id);
            let configs = configs(client, &name);
            if name == "a" {
                let all = 0..i32::try_from(topic.partitions.len()).unwrap();
                let shared = all.filter_map(|index| {
                    Some((index, acts::shared_from(client, topic.topic_id, index)?))
                });
                state.shared = shared.collect();
            }
            state.topics.insert(name, Topic { id, configs, partitions });
        }
        state
    }

    /// Says whether it is what was written, as far as both are known.
    pub(super) fn is(&self, written: &State) -> bool {
        let is_there = |(name, topic): (&String, &Topic)| {
            self.topics.get(name).is_some_and(|found| found.is(topic))
        };
        self.topics.len() == written.topics.len()
            && written.topics.iter().all(is_there)
            && self.committed == written.committed
            && self.members == written.members
            && self.shared == written.shared
    }

    pub(super) fn partition(&mut self, topic: &str, index: i32) -> &mut Partition {
        let topic = self.topics.get_mut(topic).unwrap();
        &mut topic.partitions[usize::try_from(index).unwrap()]
    }
}

fn committed(client: &mut Client) -> BTreeMap<(String, i32), i64> {
    let group =
        OffsetFetchRequestGroup { group_id: GROUP.into(), topics: None, ..Default::default() };
    let ask =
        OffsetFetchRequest { groups: vec![group], require_stable: true, ..Default::default() };
    let answer = client.call(8, &ask);
    assert_eq!(answer.groups[0].error_code, 0, "{answer:?}");
    let topics = answer.groups[0].topics.iter();
    let each = topics.flat_map(|topic| topic.partitions.iter().map(move |p| (topic, p)));
    each.map(|(topic, p)| ((topic.name.clone(), p.partition_index), p.committed_offset)).collect()
}

fn configs(client: &mut Client, topic: &str) -> BTreeMap<String, String> {
    let resource = DescribeConfigsResource {
        resource_type: TOPIC,
        resource_name: topic.into(),
        configuration_keys: None,
    };
    let ask = DescribeConfigsRequest { resources: vec![resource], ..Default::default() };
    let answer = client.call(4, &ask);
    let own = answer.results[0].configs.iter();
    let own = own.filter(|config| config.config_source == DYNAMIC_TOPIC_CONFIG);
    own.map(|config| (config.name.clone(), config.value.clone().unwrap())).collect()
}

/// Reads a partition from its beginning, as a reader of committed records.
pub(super) fn partition(client: &mut Client, topic: &str, index: i32) -> Partition {
    let (start, end) = (offset(client, topic, index, -2), offset(client, topic, index, -1));
    let mut found = Partition { start, ..Partition::default() };
    let mut at = start;
    while at < end {
        let (bytes, mut aborted) = fetch(client, topic, index, at);
        let before = at;
        for batch in Batches::of(&bytes) {
            let batch = batch.unwrap();
            let opened = contents(batch.bytes).unwrap();
            let info = opened.header;
            at = info.last_offset() + 1;
            // As a reader of committed records does: a transaction that was aborted ends with its
            // marker, and all of them have ended.
            let is_of = |(producer, first): &(i64, i64)| {
                *producer == info.producer_id && *first <= info.base_offset
            };
            if info.attributes.is_control() {
                aborted.retain(|one| !is_of(one));
                continue;
            }
            let is_aborted = info.attributes.is_transactional() && aborted.iter().any(is_of);
            for record in opened.records() {
                let record = record.unwrap();
                let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec());
                if record.offset >= start && !is_aborted {
                    let (key, value) = (text(record.key).unwrap(), text(record.value).unwrap());
                    found.records.insert(record.offset, (key, value));
                }
            }
        }
        assert!(at > before, "a fetch at {before} of {end} brings nothing");
    }
    found
}

fn offset(client: &mut Client, topic: &str, partition_index: i32, timestamp: i64) -> i64 {
    let partition = ListOffsetsPartition { partition_index, timestamp, ..Default::default() };
    let topic = ListOffsetsTopic { name: topic.into(), partitions: vec![partition] };
    let ask = ListOffsetsRequest {
        replica_id: -1,
        isolation_level: 1,
        topics: vec![topic],
        ..Default::default()
    };
    let answer = client.call(7, &ask);
    let found = &answer.topics[0].partitions[0];
    assert_eq!(found.error_code, 0, "{answer:?}");
    found.offset
}

/// Returns batches, and the transactions in them that were aborted.
fn fetch(
    client: &mut Client,
    topic: &str,
    partition: i32,
    fetch_offset: i64,
) -> (Bytes, Vec<(i64, i64)>) {
    let partition = FetchPartition {
        partition,
        fetch_offset,
        partition_max_bytes: 1 << 20,
        ..Default::default()
    };
    let topic =
        FetchTopic { topic: topic.into(), partitions: vec![partition], ..Default::default() };
    let ask = FetchRequest {
        max_wait_ms: 0,
        max_bytes: 1 << 20,
        isolation_level: 1,
        topics: vec![topic],
        ..Default::default()
    };
    let answer = client.call(11, &ask);
    let found = &answer.responses[0].partitions[0];
    assert_eq!(found.error_code, 0, "{answer:?}");
    let aborted = found.aborted_transactions.iter().flatten();
    let aborted = aborted.map(|one| (one.producer_id, one.first_offset)).collect();
    (found.records.clone().unwrap_or_default().0, aborted)
}
