//! What a producer wants to know of a topic before it sends: is it there, how large may a record
//! be. Has the broker create the topic if that is the broker's way.

use std::time::Duration;

use super::admin::{Admin, Node};
use super::error::ClientError;
use crate::base::clock::Moment;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use crate::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};

/// Kafka's `ConfigResource.Type`.
const TOPIC: i8 = 2;
const BROKER: i8 = 4;
/// How long a broker may take to create a topic on its own.
const CREATION_WAIT: Duration = Duration::from_secs(10);
const CREATION_PAUSE: Duration = Duration::from_millis(50);

/// What is known of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicFacts {
    pub partitions: usize,
    /// The topic's `max.message.bytes`, if we may know it.
    pub message_bytes_max: Option<u64>,
}

impl Admin {
    /// Finds a topic that is to be written to. One that does not exist is created by the broker,
    /// if it does so for every producer (`auto.create.topics.enable`) and `may_create`.
    ///
    /// # Errors
    ///
    /// [`ClientError::NoTopic`] if the topic is not there and does not come into being.
    pub fn topic_to_write(
        &mut self,
        topic: &str,
        may_create: bool,
    ) -> Result<TopicFacts, ClientError> {
        let found = match self.topics(&[topic]) {
            Err(ClientError::NoTopic { .. }) if may_create && self.creates_topics() => {
                self.have_created(topic)?;
                self.topics(&[topic])?
            }
            other => other?,
        };
        let limit = self.config(TOPIC, topic, "max.message.bytes", Node::Any);
        Ok(TopicFacts {
            partitions: found.first().map_or(0, |topic| topic.partitions.len()),
            message_bytes_max: limit.and_then(|text| text.parse().ok()),
        })
    }

    /// Says whether brokers create topics on their own; if they do not say, they may.
    fn creates_topics(&mut self) -> bool {
        let Some(node_id) = self.brokers().next().map(|broker| broker.node_id) else {
            return true;
        };
        let name = "auto.create.topics.enable";
        self.config(BROKER, &node_id.to_string(), name, Node::Id(node_id)).as_deref()
            != Some("false")
    }

    /// Asks for one configuration; none if it is not told, as by brokers that do not let us know.
    fn config(&mut self, kind: i8, resource: &str, name: &str, node: Node) -> Option<String> {
        let resource = DescribeConfigsResource {
            resource_type: kind,
            resource_name: resource.to_owned(),
            configuration_keys: Some(vec![name.to_owned()]),
        };
        let ask = |_| DescribeConfigsRequest {
            resources: vec![resource.clone()],
            ..DescribeConfigsRequest::default()
        };
        let answer = self.call(node, ask).ok()?;
        let configs = answer.results.into_iter().flat_map(|result| result.configs);
        configs.filter(|config| config.name == name).find_map(|config| config.value)
    }

    /// Asks for a topic as producers do, which creates it, until it is there.
    fn have_created(&mut self, topic: &str) -> Result<(), ClientError> {
        let until = Moment::now().after(CREATION_WAIT);
        loop {
            let answer = self.call(Node::Any, |_| MetadataRequest {
                topics: Some(vec![MetadataRequestTopic {
                    name: Some(topic.to_owned()),
                    ..MetadataRequestTopic::default()
                }]),
                allow_auto_topic_creation: true,
                ..MetadataRequest::default()
            })?;
            let code = answer.topics.first().map_or(0, |topic| topic.error_code);
            match ErrorCode(code) {
                ErrorCode::UNKNOWN_TOPIC_OR_PARTITION | ErrorCode::LEADER_NOT_AVAILABLE => {}
                code => return ClientError::check(code.0, None),
            }
            if until.has_passed() {
                return Err(ClientError::NoTopic { topic: topic.to_owned() });
            }
            std::thread::sleep(CREATION_PAUSE);
        }
    }
}
