//! The topology of an application: what its members say of it when they join, as it is
//! remembered (`StreamsTopology`).

use std::collections::{BTreeMap, BTreeSet};

use crate::broker::coord::group::weight;
use crate::broker::coord::java::{DEFAULT_BUCKETS, in_hash_order};
use crate::wire::messages::streams_group_describe as describe;
use crate::wire::messages::streams_group_heartbeat as heartbeat;
use crate::wire::messages::streams_group_records::{
    CopartitionGroup, StreamsGroupTopologyValue, Subtopology, TopicConfig, TopicInfo,
};

/// A topology. Two are the same if they have the same epoch and the same subtopologies, in
/// whatever order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Topology {
    pub(crate) epoch: i32,
    subtopologies: BTreeMap<String, Subtopology>,
    /// Which subtopology reads a topic.
    readers: BTreeMap<String, String>,
}

/// Why a record or a request holds no topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoTopology;

impl Topology {
    /// Makes a topology of its record.
    pub(crate) fn of(value: StreamsGroupTopologyValue) -> Result<Self, NoTopology> {
        if value.epoch < 0 {
            return Err(NoTopology);
        }
        let mut subtopologies = BTreeMap::new();
        for one in value.subtopologies {
            if subtopologies.insert(one.subtopology_id.clone(), one).is_some() {
                return Err(NoTopology);
            }
        }
        let mut topology = Topology { epoch: value.epoch, subtopologies, readers: BTreeMap::new() };
        let mut readers = BTreeMap::new();
        for one in topology.in_order() {
            for topic in sources(one) {
                readers.insert(topic.clone(), one.subtopology_id.clone());
            }
        }
        topology.readers = readers;
        Ok(topology)
    }

    /// Returns how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        self.subtopologies.values().map(weight_of).sum()
    }

    /// Returns the subtopologies in the order in which Kafka goes through them.
    pub(crate) fn in_order(&self) -> Vec<&Subtopology> {
        let (all, len) = (self.subtopologies.values(), self.subtopologies.len());
        in_hash_order(all, |one| &one.subtopology_id, DEFAULT_BUCKETS, len)
    }

    /// Returns the subtopology that reads a topic.
    pub(crate) fn reader_of(&self, topic: &str) -> Option<&str> {
        self.readers.get(topic).map(String::as_str)
    }

    /// Returns the topics that must be there, in order of their names: what is read, and what
    /// keeps state.
    pub(crate) fn required_topics(&self) -> BTreeSet<&str> {
        let all = self.subtopologies.values().flat_map(|one| {
            let changelogs = one.state_changelog_topics.iter().map(|topic| &topic.name);
            sources(one).chain(changelogs)
        });
        all.map(String::as_str).collect()
    }

    /// Describes a topology that is not configured: with what was asked for.
    pub(crate) fn described(&self) -> describe::Topology {
        let topics = |topics: &[TopicInfo]| {
            let mut topics: Vec<_> = topics.iter().map(described_topic).collect();
            topics.sort_by(|a, b| a.name.cmp(&b.name));
            topics
        };
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort();
            names
        };
        let subtopologies = self.subtopologies.values().map(|one| describe::Subtopology {
            subtopology_id: one.subtopology_id.clone(),
            source_topics: sorted(&one.source_topics),
            repartition_sink_topics: sorted(&one.repartition_sink_topics),
            state_changelog_topics: topics(&one.state_changelog_topics),
            repartition_source_topics: topics(&one.repartition_source_topics),
        });
        describe::Topology { epoch: self.epoch, subtopologies: Some(subtopologies.collect()) }
    }
}

/// Returns what a subtopology reads: topics of others, and repartition topics.
pub(super) fn sources(one: &Subtopology) -> impl Iterator<Item = &String> {
    let own = one.repartition_source_topics.iter().map(|topic| &topic.name);
    one.source_topics.iter().chain(own)
}

fn described_topic(topic: &TopicInfo) -> describe::TopicInfo {
    let configs = topic.topic_configs.iter();
    describe::TopicInfo {
        name: topic.name.clone(),
        partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        topic_configs: configs
            .map(|config| describe::KeyValue {
                key: config.key.clone(),
                value: config.value.clone(),
            })
            .collect(),
    }
}

fn weight_of(one: &Subtopology) -> usize {
    let topics = one.state_changelog_topics.iter().chain(&one.repartition_source_topics);
    let of_topics = topics.flat_map(|topic| {
        let configs = topic.topic_configs.iter().flat_map(|one| [&one.key, &one.value]);
        configs.chain([&topic.name])
    });
    let texts = one.source_topics.iter().chain(&one.source_topic_regex);
    let texts = texts.chain(&one.repartition_sink_topics).chain([&one.subtopology_id]);
    let groups = one.copartition_groups.iter().map(|group| {
        let places = group.source_topics.len() + group.source_topic_regex.len();
        weight::TEXT + 2 * (places + group.repartition_source_topics.len())
    });
    // What is read is in a table of its own, and all of it once more held against the topics.
    3 * weight::of_texts(texts.chain(of_topics).map(String::as_str)) + groups.sum::<usize>()
}

/// Returns how many bytes the topology that a member speaks of would take.
pub(in crate::broker::coord::group) fn weight_of_topology(said: &heartbeat::Topology) -> usize {
    record_of(said).subtopologies.iter().map(weight_of).sum()
}

/// Makes the record of what a member said.
pub(super) fn record_of(said: &heartbeat::Topology) -> StreamsGroupTopologyValue {
    let topic = |topic: &heartbeat::TopicInfo| TopicInfo {
        name: topic.name.clone(),
        partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        topic_configs: topic
            .topic_configs
            .iter()
            .map(|config| TopicConfig { key: config.key.clone(), value: config.value.clone() })
            .collect(),
    };
    let group = |group: &heartbeat::CopartitionGroup| CopartitionGroup {
        source_topics: group.source_topics.clone(),
        source_topic_regex: group.source_topic_regex.clone(),
        repartition_source_topics: group.repartition_source_topics.clone(),
    };
    let subtopologies = said.subtopologies.iter().map(|one| Subtopology {
        subtopology_id: one.subtopology_id.clone(),
        source_topics: one.source_topics.clone(),
        source_topic_regex: one.source_topic_regex.clone(),
        state_changelog_topics: one.state_changelog_topics.iter().map(topic).collect(),
        repartition_sink_topics: one.repartition_sink_topics.clone(),
        repartition_source_topics: one.repartition_source_topics.iter().map(topic).collect(),
        copartition_groups: one.copartition_groups.iter().map(group).collect(),
    });
    StreamsGroupTopologyValue { epoch: said.epoch, subtopologies: subtopologies.collect() }
}
