//! A topology held against the topics that there are: how many tasks each subtopology has, how
//! many partitions its internal topics need, and which of these must be created
//! (`InternalTopicManager`, `ConfiguredTopology`).

mod copartition;
mod repartition;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::topology::{Topology, sources};
use crate::base::limits::STREAMS_TASKS_MAX;
use crate::broker::coord::group::modern::Refused;
use crate::broker::coord::java::{DEFAULT_BUCKETS, in_hash_order};
use crate::wire::ErrorCode;
use crate::wire::messages::create_topics::{CreatableTopic, CreatableTopicConfig};
use crate::wire::messages::streams_group_describe as describe;
use crate::wire::messages::streams_group_records::{Subtopology, TopicInfo};

/// How many partitions a topic has, if it is there.
pub(super) type Counts<'a> = &'a dyn Fn(&str) -> Option<i32>;

/// What a member is told of its group besides its tasks
/// (`StreamsGroupHeartbeatResponse.Status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusCode {
    StaleTopology = 0,
    MissingSourceTopics = 1,
    IncorrectlyPartitionedTopics = 2,
    MissingInternalTopics = 3,
    ShutdownApplication = 4,
    AssignmentDelayed = 5,
}

/// Why a topology is not ready (`TopicConfigurationException`). Members wait, and somebody does
/// something about the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotReady {
    pub(crate) code: StatusCode,
    pub(crate) detail: String,
}

/// Why a topology cannot be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    NotReady(NotReady),
    Refused(Refused),
}

impl Trouble {
    fn partitions(detail: String) -> Self {
        Trouble::NotReady(NotReady { code: StatusCode::IncorrectlyPartitionedTopics, detail })
    }

    fn invalid(why: impl Into<String>) -> Self {
        Trouble::Refused(Refused::new(ErrorCode::STREAMS_INVALID_TOPOLOGY, why))
    }

    /// What should not be, and what Kafka has no words for.
    fn unexpected() -> Self {
        Trouble::Refused(Refused::from(ErrorCode::UNKNOWN_SERVER_ERROR))
    }
}

/// An internal topic as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InternalTopic {
    pub(crate) name: String,
    pub(crate) partitions: i32,
    /// 0 where it is the broker's default.
    pub(crate) replication_factor: i16,
    pub(crate) configs: BTreeMap<String, String>,
}

/// A subtopology whose internal topics have their partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Configured {
    pub(crate) tasks: i32,
    pub(crate) source_topics: BTreeSet<String>,
    pub(crate) repartition_source_topics: BTreeMap<String, InternalTopic>,
    pub(crate) repartition_sink_topics: BTreeSet<String>,
    pub(crate) state_changelog_topics: BTreeMap<String, InternalTopic>,
}

/// A topology held against the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfiguredTopology {
    pub(crate) epoch: i32,
    /// None where not even that can be said.
    pub(crate) subtopologies: Option<BTreeMap<String, Configured>>,
    /// The internal topics that are not there.
    pub(crate) to_create: Vec<InternalTopic>,
    /// Why it is not ready. None if it is.
    pub(crate) not_ready: Option<NotReady>,
}

impl ConfiguredTopology {
    pub(crate) fn is_ready(&self) -> bool {
        self.not_ready.is_none()
    }

    /// Returns the subtopologies of a topology that is ready.
    pub(super) fn ready(&self) -> Option<&BTreeMap<String, Configured>> {
        self.subtopologies.as_ref().filter(|_| self.is_ready())
    }

    pub(crate) fn described(&self) -> describe::Topology {
        let all = self.subtopologies.iter().flatten();
        let subtopologies = all.map(|(id, one)| describe::Subtopology {
            subtopology_id: id.clone(),
            source_topics: one.source_topics.iter().cloned().collect(),
            repartition_sink_topics: one.repartition_sink_topics.iter().cloned().collect(),
            state_changelog_topics: described(&one.state_changelog_topics),
            repartition_source_topics: described(&one.repartition_source_topics),
        });
        describe::Topology { epoch: self.epoch, subtopologies: Some(subtopologies.collect()) }
    }
}

fn described(topics: &BTreeMap<String, InternalTopic>) -> Vec<describe::TopicInfo> {
    let describe_one = |topic: &InternalTopic| describe::TopicInfo {
        name: topic.name.clone(),
        partitions: topic.partitions,
        replication_factor: topic.replication_factor,
        topic_configs: in_hash_order(
            &topic.configs,
            |(key, _)| key,
            DEFAULT_BUCKETS,
            topic.configs.len(),
        )
        .into_iter()
        .map(|(key, value)| describe::KeyValue { key: key.clone(), value: value.clone() })
        .collect(),
    };
    topics.values().map(describe_one).collect()
}

impl InternalTopic {
    /// Returns what is asked of the controller.
    pub(crate) fn to_creatable(&self) -> CreatableTopic {
        let configs = self.configs.iter().map(|(name, value)| CreatableTopicConfig {
            name: name.clone(),
            value: Some(value.clone()),
        });
        CreatableTopic {
            name: self.name.clone(),
            num_partitions: self.partitions,
            replication_factor: match self.replication_factor {
                0 => -1,
                factor => factor,
            },
            assignments: Vec::new(),
            configs: configs.collect(),
        }
    }
}

/// Holds a topology against the topics that there are.
pub(super) fn configure(
    topology: &Topology,
    counts: Counts<'_>,
) -> Result<ConfiguredTopology, Refused> {
    let unready = |not_ready| ConfiguredTopology {
        epoch: topology.epoch,
        subtopologies: None,
        to_create: Vec::new(),
        not_ready: Some(not_ready),
    };
    match configured(topology, counts) {
        Ok(ready) => Ok(ready),
        Err(Trouble::NotReady(why)) => Ok(unready(why)),
        Err(Trouble::Refused(why)) => Err(why),
    }
}

fn configured(topology: &Topology, counts: Counts<'_>) -> Result<ConfiguredTopology, Trouble> {
    let all = topology.in_order();
    let groups = copartition::groups(&all)?;
    check_sources(&all, counts)?;
    let mut decided = BTreeMap::new();
    repartition::decide(&all, counts, &mut decided)?;
    copartition::enforce(&all, &groups, counts, &mut decided)?;
    changelogs(&all, counts, &mut decided)?;
    let mut subtopologies = BTreeMap::new();
    let mut tasks: i64 = 0;
    for one in &all {
        let configured = Configured {
            tasks: partitions_of(one, counts, &decided)?,
            source_topics: one.source_topics.iter().cloned().collect(),
            repartition_source_topics: internal(&one.repartition_source_topics, &decided)?,
            repartition_sink_topics: one.repartition_sink_topics.iter().cloned().collect(),
            state_changelog_topics: internal(&one.state_changelog_topics, &decided)?,
        };
        tasks += i64::from(configured.tasks);
        subtopologies.insert(one.subtopology_id.clone(), configured);
    }
    if tasks > STREAMS_TASKS_MAX {
        return Err(Trouble::invalid(format!(
            "The topology has {tasks} tasks, and {STREAMS_TASKS_MAX} are the most."
        )));
    }
    let to_create = missing(topology, &subtopologies, counts)?;
    let not_ready = (!to_create.is_empty()).then(|| NotReady {
        code: StatusCode::MissingInternalTopics,
        detail: format!("Internal topics are missing: {}", Summary(&names(&to_create))),
    });
    let subtopologies = Some(subtopologies);
    Ok(ConfiguredTopology { epoch: topology.epoch, subtopologies, to_create, not_ready })
}

fn names(topics: &[InternalTopic]) -> Vec<&str> {
    topics.iter().map(|topic| topic.name.as_str()).collect()
}

/// Some names, and how many more there are.
struct Summary<'a>(&'a [&'a str]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        let shown = self.0.len().min(SHOWN);
        f.write_str(&self.0[..shown].join(", "))?;
        match self.0.len() - shown {
            0 => Ok(()),
            more => write!(f, " and {more} additional topics"),
        }
    }
}

fn check_sources(all: &[&Subtopology], counts: Counts<'_>) -> Result<(), Trouble> {
    let topics = all.iter().flat_map(|one| &one.source_topics).map(String::as_str);
    let missing: BTreeSet<&str> = topics.filter(|topic| counts(topic).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<&str> = missing.into_iter().collect();
    Err(Trouble::NotReady(NotReady {
        code: StatusCode::MissingSourceTopics,
        detail: format!("Source topics {} are missing.", Summary(&missing)),
    }))
}

/// What was decided of topics that may not be there yet.
type Decided = BTreeMap<String, i32>;

/// Returns how many partitions a topic has, or will have.
fn count_of(topic: &str, counts: Counts<'_>, decided: &Decided) -> Option<i32> {
    counts(topic).or_else(|| decided.get(topic).copied())
}

/// Returns the most partitions of what a subtopology reads.
fn partitions_of(one: &Subtopology, counts: Counts<'_>, decided: &Decided) -> Result<i32, Trouble> {
    let mut most = 0;
    for topic in sources(one) {
        let count = count_of(topic, counts, decided).ok_or_else(Trouble::unexpected)?;
        most = most.max(count);
    }
    if most > 0 { Ok(most) } else { Err(Trouble::unexpected()) }
}

/// A changelog has a partition for each task.
fn changelogs(
    all: &[&Subtopology],
    counts: Counts<'_>,
    decided: &mut Decided,
) -> Result<(), Trouble> {
    let mut changelogs = Decided::new();
    for one in all {
        if sources(one).next().is_none() {
            let id = &one.subtopology_id;
            return Err(Trouble::invalid(format!("No source topics found for subtopology {id}")));
        }
        let count = partitions_of(one, counts, decided)?;
        let topics = one.state_changelog_topics.iter();
        changelogs.extend(topics.map(|topic| (topic.name.clone(), count)));
    }
    decided.extend(changelogs);
    Ok(())
}

fn internal(
    topics: &[TopicInfo],
    decided: &Decided,
) -> Result<BTreeMap<String, InternalTopic>, Trouble> {
    let mut all = BTreeMap::new();
    for topic in topics {
        let partitions = match topic.partitions {
            0 => *decided.get(&topic.name).ok_or_else(Trouble::unexpected)?,
            count => count,
        };
        let mut configs = BTreeMap::new();
        for config in &topic.topic_configs {
            let twice = configs.insert(config.key.clone(), config.value.clone()).is_some();
            if twice {
                return Err(Trouble::unexpected());
            }
        }
        let internal = InternalTopic {
            name: topic.name.clone(),
            partitions,
            replication_factor: topic.replication_factor,
            configs,
        };
        if partitions < 1 || all.insert(topic.name.clone(), internal).is_some() {
            return Err(Trouble::unexpected());
        }
    }
    Ok(all)
}

/// Returns the internal topics that are not there, and holds those that are against what they
/// should be.
fn missing(
    topology: &Topology,
    subtopologies: &BTreeMap<String, Configured>,
    counts: Counts<'_>,
) -> Result<Vec<InternalTopic>, Trouble> {
    let mut missing: BTreeMap<&str, &InternalTopic> = BTreeMap::new();
    for one in subtopologies.values() {
        let topics = [&one.repartition_source_topics, &one.state_changelog_topics];
        missing.extend(topics.into_iter().flatten().map(|(name, topic)| (name.as_str(), topic)));
    }
    let expected_count = missing.len();
    let required = topology.required_topics();
    let required_count = required.len();
    for topic in in_hash_order(required, |topic| topic, DEFAULT_BUCKETS, required_count) {
        let Some(found) = counts(topic) else { continue };
        let Some(expected) = missing.remove(topic).map(|topic| topic.partitions) else { continue };
        if found != expected {
            return Err(Trouble::partitions(format!(
                "Existing topic {topic} has different number of partitions: expected {expected}, \
                 found {found}"
            )));
        }
    }
    let missing = in_hash_order(missing, |(name, _)| name, DEFAULT_BUCKETS, expected_count);
    Ok(missing.into_iter().map(|(_, topic)| topic.clone()).collect())
}
