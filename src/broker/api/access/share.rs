//! Requests of share groups, and of their state.

use super::groups::{GROUP, GROUP_TEXT};
use super::topics::FAILED_TEXT;
use super::{Gate, Guarded, Verdict, take_denied};
use crate::base::ids::Uuid;
use crate::broker::meta::acl::Operation;
use crate::wire::ErrorCode;
use crate::wire::messages::alter_share_group_offsets as alter;
use crate::wire::messages::delete_share_group_offsets as delete;
use crate::wire::messages::describe_share_group_offsets as describe;
use crate::wire::messages::{
    delete_share_group_state, initialize_share_group_state, read_share_group_state,
    read_share_group_state_summary, share_acknowledge, share_fetch, write_share_group_state,
};
use crate::wire::schema::Records;

const TOPIC: i16 = ErrorCode::TOPIC_AUTHORIZATION_FAILED.0;
const CLUSTER: i16 = ErrorCode::CLUSTER_AUTHORIZATION_FAILED.0;
const CLUSTER_TEXT: &str = "Cluster authorization failed.";

/// Says whether a topic may be read: one that there is not is the handler's to say.
fn may_read(gate: &Gate<'_>, id: Uuid) -> bool {
    gate.topic_of(id).is_none_or(|name| gate.may_topic(Operation::Read, name))
}

impl Guarded for share_fetch::ShareFetchRequest {
    /// A session remembers partitions that a request does not name; those were allowed when they
    /// came into it, and what has been forbidden since is taken out of the answer.
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let group = self.group_id.as_deref().unwrap_or_default();
        if !gate.may_group(Operation::Read, group) {
            return Verdict::Refused(Self::Response { error_code: GROUP, ..Default::default() });
        }
        let denied = take_denied(&mut self.topics, |topic| may_read(gate, topic.topic_id));
        let later = gate.later();
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            for topic in &mut response.responses {
                if !may_read(&gate, topic.topic_id) {
                    topic.partitions.iter_mut().for_each(|partition| {
                        *partition = unshared(partition.partition_index);
                    });
                }
            }
            let refused = denied.into_iter().map(|topic| {
                let indexes = topic.partitions.iter().map(|one| one.partition_index);
                share_fetch::ShareFetchableTopicResponse {
                    topic_id: topic.topic_id,
                    partitions: indexes.map(unshared).collect(),
                }
            });
            if response.error_code == 0 {
                response.responses.extend(refused);
            }
        })
    }
}

fn unshared(partition_index: i32) -> share_fetch::PartitionData {
    share_fetch::PartitionData {
        partition_index,
        error_code: TOPIC,
        // Null is of a version that nobody speaks any more.
        records: Some(Records::default()),
        ..Default::default()
    }
}

impl Guarded for share_acknowledge::ShareAcknowledgeRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let group = self.group_id.as_deref().unwrap_or_default();
        if !gate.may_group(Operation::Read, group) {
            return Verdict::Refused(Self::Response { error_code: GROUP, ..Default::default() });
        }
        let denied = take_denied(&mut self.topics, |topic| may_read(gate, topic.topic_id));
        Verdict::then(move |response: &mut Self::Response| {
            if response.error_code != 0 {
                return;
            }
            response.responses.extend(denied.into_iter().map(|topic| {
                let partitions =
                    topic.partitions.iter().map(|partition| share_acknowledge::PartitionData {
                        partition_index: partition.partition_index,
                        error_code: TOPIC,
                        ..Default::default()
                    });
                share_acknowledge::ShareAcknowledgeTopicResponse {
                    topic_id: topic.topic_id,
                    partitions: partitions.collect(),
                }
            }));
        })
    }
}

impl Guarded for describe::DescribeShareGroupOffsetsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let refused = take_denied(&mut self.groups, |group| {
            gate.may_group(Operation::Describe, &group.group_id)
        });
        let mut denied = Vec::new();
        for group in &mut self.groups {
            let topics = group.topics.as_mut().map(|topics| {
                take_denied(topics, |topic| gate.may_topic(Operation::Describe, &topic.topic_name))
            });
            denied.push((group.group_id.clone(), topics));
        }
        let later = gate.later();
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            for group in response.groups.iter_mut().filter(|group| group.error_code == 0) {
                let own = denied.iter_mut().find(|(id, _)| *id == group.group_id);
                match own.and_then(|(_, topics)| topics.take()) {
                    Some(topics) => group.topics.extend(topics.into_iter().map(undescribed)),
                    // All were asked for: what may not be seen is not told.
                    None => group
                        .topics
                        .retain(|topic| gate.may_topic(Operation::Describe, &topic.topic_name)),
                }
            }
            response.groups.extend(refused.into_iter().map(|group| {
                describe::DescribeShareGroupOffsetsResponseGroup {
                    group_id: group.group_id,
                    error_code: GROUP,
                    ..Default::default()
                }
            }));
        })
    }
}

fn undescribed(
    topic: describe::DescribeShareGroupOffsetsRequestTopic,
) -> describe::DescribeShareGroupOffsetsResponseTopic {
    let partitions =
        topic.partitions.iter().map(|index| describe::DescribeShareGroupOffsetsResponsePartition {
            partition_index: *index,
            start_offset: -1,
            error_code: TOPIC,
            error_message: Some(FAILED_TEXT.into()),
            ..Default::default()
        });
    describe::DescribeShareGroupOffsetsResponseTopic {
        partitions: partitions.collect(),
        topic_name: topic.topic_name,
        ..Default::default()
    }
}

impl Guarded for alter::AlterShareGroupOffsetsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if !gate.may_group(Operation::Read, &self.group_id) {
            return Verdict::Refused(Self::Response {
                error_code: GROUP,
                error_message: Some(GROUP_TEXT.into()),
                ..Default::default()
            });
        }
        let denied = take_denied(&mut self.topics, |topic| {
            gate.may_topic(Operation::Read, &topic.topic_name)
        });
        let id_of = |name: &str| gate.state.topic(name).map_or(Uuid::ZERO, |topic| topic.id);
        let denied: Vec<_> =
            denied.into_iter().map(|topic| (id_of(&topic.topic_name), topic)).collect();
        Verdict::then(move |response: &mut Self::Response| {
            response.responses.extend(denied.into_iter().map(|(topic_id, topic)| {
                let partitions = topic.partitions.iter().map(|partition| {
                    alter::AlterShareGroupOffsetsResponsePartition {
                        partition_index: partition.partition_index,
                        error_code: TOPIC,
                        error_message: Some(FAILED_TEXT.into()),
                    }
                });
                alter::AlterShareGroupOffsetsResponseTopic {
                    partitions: partitions.collect(),
                    topic_name: topic.topic_name,
                    topic_id,
                }
            }));
        })
    }
}

impl Guarded for delete::DeleteShareGroupOffsetsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if !gate.may_group(Operation::Delete, &self.group_id) {
            return Verdict::Refused(Self::Response {
                error_code: GROUP,
                error_message: Some(GROUP_TEXT.into()),
                ..Default::default()
            });
        }
        let denied = take_denied(&mut self.topics, |topic| {
            gate.may_topic(Operation::Read, &topic.topic_name)
        });
        Verdict::then(move |response: &mut Self::Response| {
            // What is wrong with the group as a whole is all that is told.
            if response.error_code != 0 {
                return;
            }
            response.responses.extend(denied.into_iter().map(|topic| {
                delete::DeleteShareGroupOffsetsResponseTopic {
                    topic_name: topic.topic_name,
                    error_code: TOPIC,
                    error_message: Some(FAILED_TEXT.into()),
                    ..Default::default()
                }
            }));
        })
    }
}

/// Declares the requests of the state's keeper: CLUSTER_ACTION, all or nothing.
macro_rules! keeper {
    ($($module:ident $request:ident $response:ident $result:ident;)*) => {
        $(impl Guarded for $module::$request {
            fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
                if gate.may_cluster(Operation::ClusterAction) {
                    return Verdict::Go;
                }
                let results = self.topics.iter().map(|topic| $module::$result {
                    topic_id: topic.topic_id,
                    partitions: topic
                        .partitions
                        .iter()
                        .map(|partition| {
                            let mut refused = $module::PartitionResult::default();
                            refused.partition = partition.partition;
                            refused.error_code = CLUSTER;
                            refused.error_message = Some(CLUSTER_TEXT.into());
                            refused
                        })
                        .collect(),
                });
                Verdict::Refused($module::$response { results: results.collect() })
            }
        })*
    };
}

keeper! {
    initialize_share_group_state InitializeShareGroupStateRequest InitializeShareGroupStateResponse
        InitializeStateResult;
    read_share_group_state ReadShareGroupStateRequest ReadShareGroupStateResponse ReadStateResult;
    write_share_group_state WriteShareGroupStateRequest WriteShareGroupStateResponse
        WriteStateResult;
    delete_share_group_state DeleteShareGroupStateRequest DeleteShareGroupStateResponse
        DeleteStateResult;
    read_share_group_state_summary ReadShareGroupStateSummaryRequest
        ReadShareGroupStateSummaryResponse ReadStateSummaryResult;
}
