//! Requests about topics and partitions: each stands for itself.

use std::collections::BTreeSet;

use super::{Gate, Guarded, Verdict, take_denied};
use crate::base::ids::Uuid;
use crate::broker::meta::acl::Operation;
use crate::wire::ErrorCode;
use crate::wire::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsTopicResult,
};
use crate::wire::messages::create_topics::{CreatableTopicResult, CreateTopicsRequest};
use crate::wire::messages::delete_records::{
    DeleteRecordsPartitionResult, DeleteRecordsRequest, DeleteRecordsTopicResult,
};
use crate::wire::messages::delete_topics::{
    DeletableTopicResult, DeleteTopicState, DeleteTopicsRequest,
};
use crate::wire::messages::describe_producers::{
    DescribeProducersRequest, PartitionResponse, TopicResponse,
};
use crate::wire::messages::list_offsets::{
    ListOffsetsPartitionResponse, ListOffsetsRequest, ListOffsetsTopicResponse,
};
use crate::wire::messages::offset_for_leader_epoch::{
    EpochEndOffset, OffsetForLeaderEpochRequest, OffsetForLeaderTopicResult,
};

const FAILED: i16 = ErrorCode::TOPIC_AUTHORIZATION_FAILED.0;
/// The text of the error code itself.
pub(super) const FAILED_TEXT: &str = "Topic authorization failed.";

impl Guarded for ListOffsetsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Describe, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied.into_iter().map(|topic| ListOffsetsTopicResponse {
                name: topic.name,
                partitions: topic
                    .partitions
                    .iter()
                    .map(|partition| ListOffsetsPartitionResponse {
                        partition_index: partition.partition_index,
                        error_code: FAILED,
                        ..Default::default()
                    })
                    .collect(),
            });
            response.topics.extend(refused);
        })
    }
}

impl Guarded for OffsetForLeaderEpochRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::ClusterAction) {
            return Verdict::Go;
        }
        let denied = take_denied(&mut self.topics, |topic| {
            gate.may_topic(Operation::Describe, &topic.topic)
        });
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied.into_iter().map(|topic| OffsetForLeaderTopicResult {
                topic: topic.topic,
                partitions: topic
                    .partitions
                    .iter()
                    .map(|partition| EpochEndOffset {
                        error_code: FAILED,
                        partition: partition.partition,
                        ..Default::default()
                    })
                    .collect(),
            });
            response.topics.extend(refused);
        })
    }
}

impl Guarded for DeleteRecordsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Delete, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied.into_iter().map(|topic| DeleteRecordsTopicResult {
                name: topic.name,
                partitions: topic
                    .partitions
                    .iter()
                    .map(|partition| DeleteRecordsPartitionResult {
                        partition_index: partition.partition_index,
                        low_watermark: -1,
                        error_code: FAILED,
                    })
                    .collect(),
            });
            response.topics.extend(refused);
        })
    }
}

impl Guarded for DescribeProducersRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Read, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied.into_iter().map(|topic| TopicResponse {
                name: topic.name,
                partitions: topic
                    .partition_indexes
                    .iter()
                    .map(|index| PartitionResponse {
                        partition_index: *index,
                        error_code: FAILED,
                        error_message: Some(FAILED_TEXT.into()),
                        ..Default::default()
                    })
                    .collect(),
            });
            response.topics.extend(refused);
        })
    }
}

impl Guarded for CreatePartitionsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Alter, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied.into_iter().map(|topic| CreatePartitionsTopicResult {
                name: topic.name,
                error_code: FAILED,
                error_message: None,
            });
            response.results.extend(refused);
        })
    }
}

impl Guarded for CreateTopicsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let later = gate.later();
        let all = gate.may_cluster(Operation::Create);
        let denied = take_denied(&mut self.topics, |topic| {
            all || gate.may_topic(Operation::Create, &topic.name)
        });
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            for topic in response.topics.iter_mut().filter(|topic| topic.error_code == 0) {
                if !gate.may_topic(Operation::DescribeConfigs, &topic.name) {
                    topic.topic_config_error_code = FAILED;
                    topic.num_partitions = -1;
                    topic.replication_factor = -1;
                    topic.configs = Some(Vec::new());
                }
            }
            // What the request names twice, it is told of once.
            let mut told = BTreeSet::new();
            let denied = denied.into_iter().filter(|topic| told.insert(topic.name.clone()));
            response.topics.extend(denied.map(|topic| CreatableTopicResult {
                name: topic.name,
                error_code: FAILED,
                error_message: Some("Authorization failed.".into()),
                ..Default::default()
            }));
        })
    }
}

impl Guarded for DeleteTopicsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Delete) {
            return Verdict::Go;
        }
        let mut denied: Vec<DeletableTopicResult> = Vec::new();
        let refused = |name: Option<String>, topic_id: Uuid| DeletableTopicResult {
            name,
            topic_id,
            error_code: FAILED,
            error_message: Some(FAILED_TEXT.into()),
        };
        let may = |name: &str| {
            let describe = gate.may_topic(Operation::Describe, name);
            // Who may look learns that there is no such topic.
            let missing = gate.state.topic(name).is_none();
            describe && (missing || gate.may_topic(Operation::Delete, name))
        };
        let may_state = |topic: &DeleteTopicState| match (&topic.name, topic.topic_id) {
            (Some(name), id) if id.is_zero() => may(name),
            (None, id) if !id.is_zero() => {
                gate.topic_of(id).is_none_or(|name| gate.may_topic(Operation::Delete, name))
            }
            // What makes no sense is the handler's to say.
            _ => true,
        };
        for topic in take_denied(&mut self.topics, may_state) {
            let by_id = gate.topic_of(topic.topic_id).filter(|_| topic.name.is_none());
            let shown = by_id.filter(|name| gate.may_topic(Operation::Describe, name));
            denied.push(refused(topic.name.or(shown.map(str::to_owned)), topic.topic_id));
        }
        for name in take_denied(&mut self.topic_names, |name| may(name)) {
            denied.push(refused(Some(name), Uuid::ZERO));
        }
        Verdict::then(move |response: &mut Self::Response| response.responses.extend(denied))
    }
}
