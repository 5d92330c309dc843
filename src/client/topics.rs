//! Topics, as an administrator handles them: create, delete, grow, configure, measure.
//!
//! One request for all topics that are named; each topic has a result of its own.

use std::collections::BTreeMap;

use super::admin::{Admin, Node};
use super::error::ClientError;
use super::offsets::Partition;
use crate::wire::ErrorCode;
use crate::wire::messages::create_partitions::{CreatePartitionsRequest, CreatePartitionsTopic};
use crate::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use crate::wire::messages::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use crate::wire::messages::describe_log_dirs::{DescribableLogDirTopic, DescribeLogDirsRequest};
use crate::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use crate::wire::schema::Request;

/// How long a broker may take to carry out what it accepted.
const TIMEOUT_MS: i32 = 30_000;
/// The type of a topic among the resources that have configs (`ConfigResource.Type`).
const TOPIC: i8 = 2;
/// Where the value of a config comes from when nobody set it (`ConfigSource.DEFAULT_CONFIG`).
const SOURCE_DEFAULT: i8 = 5;
/// And when it was set for the topic (`ConfigSource.DYNAMIC_TOPIC_CONFIG`).
const SOURCE_TOPIC: i8 = 1;
/// What IncrementalAlterConfigs does with a config (`AlterConfigOp.OpType`).
const OP_SET: i8 = 0;
const OP_DELETE: i8 = 1;

/// What became of each thing that was asked for, by name.
pub type Each = Vec<(String, Result<(), ClientError>)>;

/// A topic to be made.
#[derive(Clone, Debug, Default)]
pub struct NewTopic {
    pub name: String,
    /// The broker's `num.partitions` when not given.
    pub partitions: Option<i32>,
    /// The broker's `default.replication.factor` when not given.
    pub replication_factor: Option<i16>,
    pub configs: Vec<(String, String)>,
}

/// A config of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub name: String,
    /// `None` when it is secret.
    pub value: Option<String>,
    /// Whether it is Kafka's own default, and not set for the topic or the broker.
    pub is_default: bool,
    /// Whether it was set for this very topic.
    pub is_own: bool,
}

impl Admin {
    /// Creates topics.
    pub fn create_topics(&mut self, topics: &[NewTopic]) -> Result<Each, ClientError> {
        let config = |(name, value): &(String, String)| CreatableTopicConfig {
            name: name.clone(),
            value: Some(value.clone()),
        };
        let topic = |topic: &NewTopic| CreatableTopic {
            name: topic.name.clone(),
            num_partitions: topic.partitions.unwrap_or(-1),
            replication_factor: topic.replication_factor.unwrap_or(-1),
            assignments: Vec::new(),
            configs: topic.configs.iter().map(config).collect(),
        };
        let request = CreateTopicsRequest {
            topics: topics.iter().map(topic).collect(),
            timeout_ms: TIMEOUT_MS,
            validate_only: false,
        };
        let answer = self.call_controller(
            |_| request.clone(),
            |answer| answer.topics.first().map(|topic| topic.error_code),
        )?;
        Ok(answer
            .topics
            .into_iter()
            .map(|topic| {
                let result = ClientError::check(topic.error_code, topic.error_message.as_deref());
                (topic.name, result)
            })
            .collect())
    }

    /// Waits until a broker knows topics, each with `at_least` so many partitions and a leader
    /// for each: the controller answers before the brokers have heard of it.
    ///
    /// # Errors
    ///
    /// [`ClientError::GaveUp`] when that takes long.
    pub fn wait_for_topics(&mut self, names: &[&str], at_least: usize) -> Result<(), ClientError> {
        if names.is_empty() {
            return Ok(());
        }
        self.retry("waiting for the topics' leaders", |admin| {
            let topics = admin.metadata(Some(names))?.topics;
            let is_ready = topics.iter().all(|topic| {
                topic.error_code == 0
                    && topic.partitions.len() >= at_least
                    && topic.partitions.iter().all(|partition| partition.leader_id >= 0)
            });
            let code = ErrorCode::LEADER_NOT_AVAILABLE;
            if is_ready { Ok(()) } else { Err(ClientError::Refused { code, message: None }) }
        })
    }

    /// Deletes topics, with all their records.
    pub fn delete_topics(&mut self, names: &[String]) -> Result<Each, ClientError> {
        let state = |name: &String| DeleteTopicState {
            name: Some(name.clone()),
            ..DeleteTopicState::default()
        };
        let make = |version: i16| match version {
            ..6 => DeleteTopicsRequest {
                topic_names: names.to_vec(),
                timeout_ms: TIMEOUT_MS,
                ..DeleteTopicsRequest::default()
            },
            _ => DeleteTopicsRequest {
                topics: names.iter().map(state).collect(),
                timeout_ms: TIMEOUT_MS,
                ..DeleteTopicsRequest::default()
            },
        };
        let answer = self.call_controller(make, |answer| {
            answer.responses.first().map(|topic| topic.error_code)
        })?;
        Ok(answer
            .responses
            .into_iter()
            .map(|topic| {
                let result = ClientError::check(topic.error_code, topic.error_message.as_deref());
                (topic.name.unwrap_or_default(), result)
            })
            .collect())
    }

    /// Gives topics more partitions: `count` of them in all.
    pub fn create_partitions(&mut self, names: &[String], count: i32) -> Result<Each, ClientError> {
        let topic =
            |name: &String| CreatePartitionsTopic { name: name.clone(), count, assignments: None };
        let request = CreatePartitionsRequest {
            topics: names.iter().map(topic).collect(),
            timeout_ms: TIMEOUT_MS,
            validate_only: false,
        };
        let answer = self.call_controller(
            |_| request.clone(),
            |answer| answer.results.first().map(|topic| topic.error_code),
        )?;
        Ok(answer
            .results
            .into_iter()
            .map(|topic| {
                let result = ClientError::check(topic.error_code, topic.error_message.as_deref());
                (topic.name, result)
            })
            .collect())
    }

    /// Sets configs of topics, and sets others back to their defaults.
    pub fn alter_topic_configs(
        &mut self,
        names: &[String],
        set: &[(String, String)],
        delete: &[String],
    ) -> Result<Each, ClientError> {
        let sets = set.iter().map(|(name, value)| AlterableConfig {
            name: name.clone(),
            config_operation: OP_SET,
            value: Some(value.clone()),
        });
        let deletes = delete.iter().map(|name| AlterableConfig {
            name: name.clone(),
            config_operation: OP_DELETE,
            value: None,
        });
        let configs: Vec<AlterableConfig> = sets.chain(deletes).collect();
        let resource = |name: &String| AlterConfigsResource {
            resource_type: TOPIC,
            resource_name: name.clone(),
            configs: configs.clone(),
        };
        let request = IncrementalAlterConfigsRequest {
            resources: names.iter().map(resource).collect(),
            validate_only: false,
        };
        let answer = self.call_controller(
            |_| request.clone(),
            |answer| answer.responses.first().map(|resource| resource.error_code),
        )?;
        Ok(answer
            .responses
            .into_iter()
            .map(|one| {
                let result = ClientError::check(one.error_code, one.error_message.as_deref());
                (one.resource_name, result)
            })
            .collect())
    }

    /// Returns the configs of topics, by topic.
    pub fn topic_configs(
        &mut self,
        names: &[String],
    ) -> Result<BTreeMap<String, Result<Vec<Config>, ClientError>>, ClientError> {
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let resource = |name: &String| DescribeConfigsResource {
            resource_type: TOPIC,
            resource_name: name.clone(),
            configuration_keys: None,
        };
        let request = DescribeConfigsRequest {
            resources: names.iter().map(resource).collect(),
            ..DescribeConfigsRequest::default()
        };
        let answer = self.call(Node::Any, |_| request.clone())?;
        Ok(answer
            .results
            .into_iter()
            .map(|one| {
                let result = ClientError::check(one.error_code, one.error_message.as_deref());
                let configs = one.configs.into_iter().map(|config| Config {
                    name: config.name,
                    value: config.value.filter(|_| !config.is_sensitive),
                    is_default: config.config_source == SOURCE_DEFAULT,
                    is_own: config.config_source == SOURCE_TOPIC,
                });
                (one.resource_name, result.map(|()| configs.collect()))
            })
            .collect())
    }

    /// Returns how many bytes each partition takes on each broker's disk, by partition and
    /// broker. A broker that does not tell is left out.
    pub fn partition_sizes(&mut self, partitions: &[Partition]) -> BTreeMap<(Partition, i32), i64> {
        let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for one in partitions {
            topics.entry(&one.topic).or_default().push(one.partition);
        }
        let topics: Vec<_> = topics
            .into_iter()
            .map(|(topic, partitions)| DescribableLogDirTopic { topic: topic.into(), partitions })
            .collect();
        let mut sizes = BTreeMap::new();
        let request = DescribeLogDirsRequest { topics: Some(topics) };
        for (broker, answer) in self.call_all(|_| request.clone()) {
            for dir in answer.into_iter().flat_map(|answer| answer.results) {
                for topic in dir.topics {
                    // A future replica is a copy that moves between two disks.
                    for p in topic.partitions.iter().filter(|p| !p.is_future_key) {
                        let topic = topic.name.clone();
                        let at = Partition { topic, partition: p.partition_index };
                        sizes.insert((at, broker.node_id), p.partition_size);
                    }
                }
            }
        }
        sizes
    }

    /// Sends a request to the controller; asks who that is, and again, when it has moved.
    /// `code` finds an error code in the response.
    fn call_controller<R: Request>(
        &mut self,
        make: impl Fn(i16) -> R,
        code: impl Fn(&R::Response) -> Option<i16>,
    ) -> Result<R::Response, ClientError> {
        self.retry("asking the controller", |admin| {
            let answer = admin.call(Node::Controller, &make)?;
            match code(&answer).map(ErrorCode) {
                Some(code @ ErrorCode::NOT_CONTROLLER) => {
                    admin.metadata(Some(&[]))?;
                    Err(ClientError::Refused { code, message: None })
                }
                _ => Ok(answer),
            }
        })
    }
}
