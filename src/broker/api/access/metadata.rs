//! Metadata and DescribeTopicPartitions: what may not be described is hidden.

use super::{Gate, Guarded, Verdict, take_denied};
use crate::base::ids::Uuid;
use crate::broker::meta::acl::Operation;
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_topic_partitions::{
    DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponseTopic,
};
use crate::wire::messages::metadata::{
    MetadataRequest, MetadataRequestTopic, MetadataResponse, MetadataResponseTopic,
};

const FAILED: i16 = ErrorCode::TOPIC_AUTHORIZATION_FAILED.0;

impl Guarded for MetadataRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let later = gate.later();
        let (of_topics, of_cluster) =
            (self.include_topic_authorized_operations, self.include_cluster_authorized_operations);
        let all = match &self.topics {
            None => true,
            Some(topics) => gate.version == 0 && topics.is_empty(),
        };
        let mut denied = Vec::new();
        let mut nothing_left = false;
        if let Some(topics) = self.topics.as_mut().filter(|_| !all) {
            denied = refused(gate, topics, gate.version < 4 || self.allow_auto_topic_creation);
            // Nothing left is not the same as everything, which an empty list once meant.
            nothing_left = topics.is_empty();
        }
        Verdict::then(move |response: &mut MetadataResponse| {
            let gate = later.gate();
            if nothing_left {
                response.topics.clear();
            }
            if all {
                let shown = |topic: &MetadataResponseTopic| {
                    let name = topic.name.as_deref().unwrap_or_default();
                    gate.may_topic(Operation::Describe, name)
                };
                response.topics.retain(shown);
            }
            if of_topics {
                // One of an unknown id has no name to be asked about.
                let named = |topic: &&mut MetadataResponseTopic| topic.name.is_some();
                for topic in response.topics.iter_mut().filter(named) {
                    let name = topic.name.as_deref().unwrap_or_default();
                    topic.topic_authorized_operations = gate.topic_operations(name);
                }
            }
            if of_cluster {
                response.cluster_authorized_operations = gate.cluster_operations();
            }
            response.topics.extend(denied);
        })
    }
}

/// Takes the topics out that may not be described, or not be created.
fn refused(
    gate: &Gate<'_>,
    topics: &mut Vec<MetadataRequestTopic>,
    may_create: bool,
) -> Vec<MetadataResponseTopic> {
    let name_of = |topic: &MetadataRequestTopic| match topic.topic_id.is_zero() {
        true => topic.name.clone(),
        // An id that nobody has is no secret.
        false => gate.topic_of(topic.topic_id).map(str::to_owned),
    };
    let hidden = take_denied(topics, |topic| {
        name_of(topic).is_none_or(|name| gate.may_topic(Operation::Describe, &name))
    });
    let hidden = hidden.into_iter().map(|topic| MetadataResponseTopic {
        error_code: FAILED,
        name: topic.name.filter(|_| topic.topic_id.is_zero()),
        topic_id: topic.topic_id,
        ..Default::default()
    });
    let mut out: Vec<MetadataResponseTopic> = hidden.collect();
    if may_create && !gate.may_cluster(Operation::Create) {
        let uncreated = take_denied(topics, |topic| match &topic.name {
            Some(name) if topic.topic_id.is_zero() && gate.state.topic(name).is_none() => {
                gate.may_topic(Operation::Create, name)
            }
            _ => true,
        });
        out.extend(uncreated.into_iter().map(|topic| MetadataResponseTopic {
            error_code: FAILED,
            is_internal: topic.name.as_deref().is_some_and(topic_name::is_internal),
            name: topic.name,
            topic_id: Uuid::ZERO,
            ..Default::default()
        }));
    }
    out
}

impl Guarded for DescribeTopicPartitionsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let later = gate.later();
        let all = self.topics.is_empty();
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Describe, &topic.name));
        if !all && self.topics.is_empty() {
            let topics = denied.into_iter().map(|topic| hidden(topic.name)).collect();
            return Verdict::Refused(Self::Response { topics, ..Default::default() });
        }
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            response.topics.retain(|topic| {
                let name = topic.name.as_deref().unwrap_or_default();
                !all || gate.may_topic(Operation::Describe, name)
            });
            for topic in &mut response.topics {
                let name = topic.name.as_deref().unwrap_or_default();
                topic.topic_authorized_operations = gate.topic_operations(name);
            }
            response.topics.extend(denied.into_iter().map(|topic| hidden(topic.name)));
        })
    }
}

fn hidden(name: String) -> DescribeTopicPartitionsResponseTopic {
    let name = Some(name);
    DescribeTopicPartitionsResponseTopic { error_code: FAILED, name, ..Default::default() }
}
