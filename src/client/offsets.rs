//! Where partitions begin and end, and what offset a time has: ListOffsets, asked of the leaders.

use std::collections::BTreeMap;

use super::admin::{Admin, Node};
use super::error::ClientError;
use super::options::Properties;
use crate::wire::ErrorCode;
use crate::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic,
};

/// A topic's partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    pub topic: String,
    pub partition: i32,
}

/// Which offset is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The first that is there.
    Earliest,
    /// The one that the next record will get (or the last stable one, by the isolation).
    Latest,
    /// The first record's at or after a time, in milliseconds since the Unix epoch.
    AtTime(i64),
    /// The one of the record with the greatest timestamp (KIP-734).
    MaxTimestamp,
}

impl OffsetSpec {
    /// The timestamp by which ListOffsets asks for it.
    fn timestamp(self) -> i64 {
        match self {
            OffsetSpec::Latest => -1,
            OffsetSpec::Earliest => -2,
            OffsetSpec::MaxTimestamp => -3,
            OffsetSpec::AtTime(ms) => ms.max(0),
        }
    }
}

/// Whether the end is where transactions are decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    #[default]
    ReadUncommitted,
    ReadCommitted,
}

impl Isolation {
    /// Reads the property `isolation.level`.
    pub fn of(properties: &Properties) -> Self {
        match properties.get("isolation.level").map(String::as_str) {
            Some("read_committed") => Isolation::ReadCommitted,
            _ => Isolation::ReadUncommitted,
        }
    }
}

/// What is asked of each leader.
type ByLeader<'a> = BTreeMap<i32, Vec<&'a (Partition, OffsetSpec)>>;

/// An answer: an offset and the timestamp that belongs to it (-1 for none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffsetAt {
    pub offset: i64,
    pub timestamp: i64,
}

impl Admin {
    /// Returns the offset of each partition that is asked for. For a time after the last record
    /// there is none. A partition may stand in the list once only, as brokers demand: the
    /// beginning and the end are two calls.
    ///
    /// # Errors
    ///
    /// A topic or partition that does not exist, or whose leader does not answer in time, is an
    /// error for all.
    pub fn list_offsets(
        &mut self,
        wanted: &[(Partition, OffsetSpec)],
        isolation: Isolation,
    ) -> Result<BTreeMap<Partition, Option<OffsetAt>>, ClientError> {
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.retry("asking the leaders for offsets", |admin| {
            let mut found = BTreeMap::new();
            for (leader, wanted) in admin.by_leader(wanted)? {
                admin.ask_leader(leader, &wanted, isolation, &mut found)?;
            }
            Ok(found)
        })
    }

    /// Sorts partitions by the broker that leads them.
    fn by_leader<'a>(
        &mut self,
        wanted: &'a [(Partition, OffsetSpec)],
    ) -> Result<ByLeader<'a>, ClientError> {
        let mut names: Vec<&str> = wanted.iter().map(|(p, _)| p.topic.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let topics = self.topics(&names)?;
        let mut leaders = BTreeMap::new();
        for topic in &topics {
            for partition in &topic.partitions {
                let name = topic.name.as_deref().unwrap_or_default();
                leaders.insert((name, partition.partition_index), partition.leader_id);
            }
        }
        let mut sorted: BTreeMap<i32, Vec<_>> = BTreeMap::new();
        for one in wanted {
            let Partition { topic, partition } = &one.0;
            match leaders.get(&(topic.as_str(), *partition)) {
                Some(-1) => {
                    let message = Some(format!("partition {partition} of topic `{topic}`"));
                    let code = ErrorCode::LEADER_NOT_AVAILABLE;
                    return Err(ClientError::Refused { code, message });
                }
                Some(leader) => sorted.entry(*leader).or_default().push(one),
                None => {
                    let count = leaders.keys().filter(|(name, _)| *name == topic).count();
                    let (topic, partition) = (topic.clone(), *partition);
                    return Err(ClientError::NoPartition { topic, partition, count });
                }
            }
        }
        Ok(sorted)
    }

    fn ask_leader(
        &mut self,
        leader: i32,
        wanted: &[&(Partition, OffsetSpec)],
        isolation: Isolation,
        found: &mut BTreeMap<Partition, Option<OffsetAt>>,
    ) -> Result<(), ClientError> {
        let mut topics: BTreeMap<&str, Vec<ListOffsetsPartition>> = BTreeMap::new();
        for (partition, spec) in wanted {
            topics.entry(&partition.topic).or_default().push(ListOffsetsPartition {
                partition_index: partition.partition,
                timestamp: spec.timestamp(),
                ..ListOffsetsPartition::default()
            });
        }
        let topics: Vec<_> = (topics.into_iter())
            .map(|(name, partitions)| ListOffsetsTopic { name: name.to_owned(), partitions })
            .collect();
        let answer = self.call(Node::Id(leader), |version| ListOffsetsRequest {
            replica_id: -1,
            // Version 1 has no isolation: what it answers is the high watermark.
            isolation_level: i8::from(version >= 2 && isolation == Isolation::ReadCommitted),
            topics: topics.clone(),
            timeout_ms: 10_000,
        })?;
        for topic in answer.topics {
            for p in topic.partitions {
                let of = format!("partition {} of topic `{}`", p.partition_index, topic.name);
                ClientError::check(p.error_code, Some(&of))?;
                let at = OffsetAt { offset: p.offset, timestamp: p.timestamp };
                let partition =
                    Partition { topic: topic.name.clone(), partition: p.partition_index };
                found.insert(partition, (p.offset >= 0).then_some(at));
            }
        }
        Ok(())
    }
}
