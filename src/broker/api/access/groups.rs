//! Requests about groups of every kind, and what they have committed.

use super::{Gate, Guarded, Verdict, take_denied};
use crate::broker::meta::acl::{Operation, ResourceType};
use crate::wire::ErrorCode;
use crate::wire::messages::delete_groups::{DeletableGroupResult, DeleteGroupsRequest};
use crate::wire::messages::find_coordinator::{
    Coordinator, FindCoordinatorRequest, FindCoordinatorResponse,
};
use crate::wire::messages::heartbeat::HeartbeatRequest;
use crate::wire::messages::join_group::JoinGroupRequest;
use crate::wire::messages::leave_group::LeaveGroupRequest;
use crate::wire::messages::list_groups::ListGroupsRequest;
use crate::wire::messages::offset_commit as commit;
use crate::wire::messages::offset_delete as delete;
use crate::wire::messages::offset_fetch as fetch;
use crate::wire::messages::sync_group::SyncGroupRequest;
use crate::wire::messages::{
    consumer_group_describe, consumer_group_heartbeat, describe_groups, share_group_describe,
    share_group_heartbeat, streams_group_describe, streams_group_heartbeat,
};

pub(super) const GROUP: i16 = ErrorCode::GROUP_AUTHORIZATION_FAILED.0;
pub(super) const GROUP_TEXT: &str = "Group authorization failed.";
const TOPIC: i16 = ErrorCode::TOPIC_AUTHORIZATION_FAILED.0;

/// Declares requests of members: READ on the group, and the answer without.
macro_rules! members {
    ($($request:ident;)*) => {
        $(impl Guarded for $request {
            fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
                if gate.may_group(Operation::Read, &self.group_id) {
                    return Verdict::Go;
                }
                Verdict::Refused(Self::Response { error_code: GROUP, ..Default::default() })
            }
        })*
    };
}

members! {
    SyncGroupRequest;
    HeartbeatRequest;
    LeaveGroupRequest;
}

impl Guarded for JoinGroupRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_group(Operation::Read, &self.group_id) {
            return Verdict::Go;
        }
        let name = if gate.version >= 7 { None } else { Some(String::new()) };
        Verdict::Refused(Self::Response {
            error_code: GROUP,
            protocol_name: name,
            ..Default::default()
        })
    }
}

/// Declares the heartbeats of the newer groups: READ on the group, and DESCRIBE on the topics
/// that are subscribed to by name.
macro_rules! heartbeats {
    ($($request:path;)*) => {
        $(impl Guarded for $request {
            fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
                // Without words, as in Kafka.
                let refused = |error_code| {
                    Verdict::Refused(Self::Response { error_code, ..Default::default() })
                };
                if !gate.may_group(Operation::Read, &self.group_id) {
                    return refused(GROUP);
                }
                let names = self.subscribed_topic_names.as_deref().unwrap_or_default();
                let hidden = |name: &&String| !gate.may_topic(Operation::Describe, name);
                match names.iter().find(hidden) {
                    Some(_) => refused(TOPIC),
                    None => Verdict::Go,
                }
            }
        })*
    };
}

heartbeats! {
    consumer_group_heartbeat::ConsumerGroupHeartbeatRequest;
    share_group_heartbeat::ShareGroupHeartbeatRequest;
}

impl Guarded for streams_group_heartbeat::StreamsGroupHeartbeatRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        // Without words, as in Kafka.
        let refused =
            |error_code| Verdict::Refused(Self::Response { error_code, ..Default::default() });
        if !gate.may_group(Operation::Read, &self.group_id) {
            return refused(GROUP);
        }
        let parts = self.topology.iter().flat_map(|topology| &topology.subtopologies);
        let mut names = parts.flat_map(|part| {
            let inner = part.state_changelog_topics.iter().chain(&part.repartition_source_topics);
            let sinks = part.source_topics.iter().chain(&part.repartition_sink_topics);
            sinks.chain(inner.map(|topic| &topic.name))
        });
        match names.find(|name| !gate.may_topic(Operation::Describe, name)) {
            Some(_) => refused(TOPIC),
            None => Verdict::Go,
        }
    }
}

impl Guarded for FindCoordinatorRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        const SHARE: i8 = 2;
        let (kind, error) = match self.key_type {
            0 => (ResourceType::Group, ErrorCode::GROUP_AUTHORIZATION_FAILED),
            1 => {
                let error = ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
                (ResourceType::TransactionalId, error)
            }
            SHARE => (ResourceType::Cluster, ErrorCode::CLUSTER_AUTHORIZATION_FAILED),
            _ => return Verdict::Go,
        };
        let may = |key: &String| match kind {
            ResourceType::Cluster => gate.may_cluster(Operation::ClusterAction),
            _ => gate.may(Operation::Describe, kind, key),
        };
        let text = match self.key_type {
            0 => GROUP_TEXT,
            1 => "Transactional Id authorization failed.",
            _ => "Cluster authorization failed.",
        };
        // For groups and transactions there are words in the older versions only.
        let words = if self.key_type == SHARE { text.to_owned() } else { String::new() };
        let nobody = move |key: String| Coordinator {
            key,
            node_id: -1,
            host: String::new(),
            port: -1,
            error_code: error.0,
            error_message: Some(words.clone()),
        };
        if gate.version < 4 {
            if may(&self.key) {
                return Verdict::Go;
            }
            let message = (gate.version >= 1).then(|| text.to_owned());
            return Verdict::Refused(FindCoordinatorResponse {
                error_code: error.0,
                error_message: message,
                node_id: -1,
                host: String::new(),
                port: -1,
                ..Default::default()
            });
        }
        let denied = take_denied(&mut self.coordinator_keys, may);
        Verdict::then(move |response: &mut Self::Response| {
            response.coordinators.extend(denied.into_iter().map(nobody));
        })
    }
}

impl Guarded for ListGroupsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Describe) {
            return Verdict::Go;
        }
        let later = gate.later();
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            response.groups.retain(|group| gate.may_group(Operation::Describe, &group.group_id));
        })
    }
}

impl Guarded for DeleteGroupsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let denied =
            take_denied(&mut self.groups_names, |group| gate.may_group(Operation::Delete, group));
        Verdict::then(move |response: &mut Self::Response| {
            let refused = denied
                .into_iter()
                .map(|group_id| DeletableGroupResult { group_id, error_code: GROUP });
            response.results.extend(refused);
        })
    }
}

impl Guarded for describe_groups::DescribeGroupsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        let later = gate.later();
        let with_operations = self.include_authorized_operations;
        let denied =
            take_denied(&mut self.groups, |group| gate.may_group(Operation::Describe, group));
        Verdict::then(move |response: &mut Self::Response| {
            let gate = later.gate();
            let told = response.groups.iter_mut().filter(|group| group.error_code == 0);
            for group in told.filter(|_| with_operations) {
                group.authorized_operations = gate.group_operations(&group.group_id);
            }
            let refused = denied.into_iter().map(|group_id| describe_groups::DescribedGroup {
                error_code: GROUP,
                group_id,
                ..Default::default()
            });
            response.groups.extend(refused);
        })
    }
}

/// Kafka's text for a group whose members subscribe to what the asker may not see.
const HIDDEN_TOPICS: &str =
    "The group has described topic(s) that the client is not authorized to describe.";

/// Declares the descriptions of the newer groups: DESCRIBE on the group, and on every topic that
/// would be told.
macro_rules! described {
    ($($module:ident $request:ident $topics:expr;)*) => {
        $(impl Guarded for $module::$request {
            fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
                let later = gate.later();
                let with_operations = self.include_authorized_operations;
                let denied = take_denied(&mut self.group_ids, |group| {
                    gate.may_group(Operation::Describe, group)
                });
                Verdict::then(move |response: &mut Self::Response| {
                    let gate = later.gate();
                    let topics: fn(&$module::DescribedGroup) -> Vec<&str> = $topics;
                    for group in response.groups.iter_mut().filter(|g| g.error_code == 0) {
                        let hidden = topics(group)
                            .iter()
                            .any(|name| !gate.may_topic(Operation::Describe, name));
                        if hidden {
                            *group = $module::DescribedGroup {
                                error_code: TOPIC,
                                error_message: Some(HIDDEN_TOPICS.to_owned()),
                                group_id: std::mem::take(&mut group.group_id),
                                ..Default::default()
                            };
                        } else if with_operations {
                            group.authorized_operations = gate.group_operations(&group.group_id);
                        }
                    }
                    let refused = denied.into_iter().map(|group_id| $module::DescribedGroup {
                        error_code: GROUP,
                        group_id,
                        ..Default::default()
                    });
                    response.groups.extend(refused);
                })
            }
        })*
    };
}

described! {
    consumer_group_describe ConsumerGroupDescribeRequest |group| {
        let assigned = group.members.iter().flat_map(|member| {
            let both = [&member.assignment, &member.target_assignment];
            both.into_iter().flat_map(|one| &one.topic_partitions)
        });
        let named = group.members.iter().flat_map(|member| &member.subscribed_topic_names);
        assigned.map(|topic| topic.topic_name.as_str()).chain(named.map(String::as_str)).collect()
    };
    share_group_describe ShareGroupDescribeRequest |group| {
        let assigned =
            group.members.iter().flat_map(|member| &member.assignment.topic_partitions);
        let named = group.members.iter().flat_map(|member| &member.subscribed_topic_names);
        assigned.map(|topic| topic.topic_name.as_str()).chain(named.map(String::as_str)).collect()
    };
    streams_group_describe StreamsGroupDescribeRequest |group| {
        let parts = group.topology.iter().filter_map(|topology| topology.subtopologies.as_ref());
        let names = parts.flatten().flat_map(|part| {
            let inner = part.state_changelog_topics.iter().chain(&part.repartition_source_topics);
            let sinks = part.source_topics.iter().chain(&part.repartition_sink_topics);
            sinks.chain(inner.map(|topic| &topic.name))
        });
        names.map(String::as_str).collect()
    };
}

fn uncommitted(
    topic: commit::OffsetCommitRequestTopic,
    error: ErrorCode,
) -> commit::OffsetCommitResponseTopic {
    let partitions =
        topic.partitions.iter().map(|partition| commit::OffsetCommitResponsePartition {
            partition_index: partition.partition_index,
            error_code: error.0,
        });
    commit::OffsetCommitResponseTopic {
        partitions: partitions.collect(),
        name: topic.name,
        topic_id: topic.topic_id,
    }
}

impl Guarded for commit::OffsetCommitRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if !gate.may_group(Operation::Read, &self.group_id) {
            let error = ErrorCode::GROUP_AUTHORIZATION_FAILED;
            let topics = std::mem::take(&mut self.topics).into_iter();
            let topics = topics.map(|topic| uncommitted(topic, error)).collect();
            return Verdict::Refused(Self::Response { topics, ..Default::default() });
        }
        let denied = take_denied(&mut self.topics, |topic| match gate.version {
            // An id that nobody has is the handler's to say.
            10.. => gate
                .topic_of(topic.topic_id)
                .is_none_or(|name| gate.may_topic(Operation::Read, name)),
            _ => gate.may_topic(Operation::Read, &topic.name),
        });
        Verdict::then(move |response: &mut Self::Response| {
            let error = ErrorCode::TOPIC_AUTHORIZATION_FAILED;
            response.topics.extend(denied.into_iter().map(|topic| uncommitted(topic, error)));
        })
    }
}

impl Guarded for fetch::OffsetFetchRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.version >= 8 { fetch_many(self, gate) } else { fetch_one(self, gate) }
    }
}

fn fetch_one(
    request: &mut fetch::OffsetFetchRequest,
    gate: &Gate<'_>,
) -> Verdict<fetch::OffsetFetchResponse> {
    let topics = request.topics.as_mut();
    if !gate.may_group(Operation::Describe, &request.group_id) {
        let topics = topics.map(std::mem::take).unwrap_or_default().into_iter();
        // Before version 2 there is no room for an error but with each partition.
        let told = topics.filter(|_| gate.version < 2).map(|topic| unfetched(topic, GROUP));
        return Verdict::Refused(fetch::OffsetFetchResponse {
            error_code: if gate.version < 2 { 0 } else { GROUP },
            topics: told.collect(),
            ..Default::default()
        });
    }
    let all = topics.is_none();
    let denied = topics.map(|topics| {
        take_denied(topics, |topic| gate.may_topic(Operation::Describe, &topic.name))
    });
    let later = gate.later();
    Verdict::then(move |response: &mut fetch::OffsetFetchResponse| {
        let gate = later.gate();
        response.topics.retain(|topic| !all || gate.may_topic(Operation::Describe, &topic.name));
        let denied = denied.into_iter().flatten();
        response.topics.extend(denied.map(|topic| unfetched(topic, TOPIC)));
    })
}

fn unfetched(
    topic: fetch::OffsetFetchRequestTopic,
    error_code: i16,
) -> fetch::OffsetFetchResponseTopic {
    let partitions =
        topic.partition_indexes.iter().map(|index| fetch::OffsetFetchResponsePartition {
            partition_index: *index,
            committed_offset: -1,
            error_code,
            ..Default::default()
        });
    fetch::OffsetFetchResponseTopic { partitions: partitions.collect(), name: topic.name }
}

fn fetch_many(
    request: &mut fetch::OffsetFetchRequest,
    gate: &Gate<'_>,
) -> Verdict<fetch::OffsetFetchResponse> {
    let refused = take_denied(&mut request.groups, |group| {
        gate.may_group(Operation::Describe, &group.group_id)
    });
    let by_id = gate.version >= 10;
    let mut denied = Vec::new();
    let mut all = Vec::new();
    for group in &mut request.groups {
        let Some(topics) = &mut group.topics else {
            all.push(group.group_id.clone());
            continue;
        };
        let of_group = take_denied(topics, |topic| match by_id {
            true => gate
                .topic_of(topic.topic_id)
                .is_none_or(|name| gate.may_topic(Operation::Describe, name)),
            false => gate.may_topic(Operation::Describe, &topic.name),
        });
        denied.push((group.group_id.clone(), of_group));
    }
    let later = gate.later();
    Verdict::then(move |response: &mut fetch::OffsetFetchResponse| {
        let gate = later.gate();
        for group in &mut response.groups {
            if all.contains(&group.group_id) {
                group.topics.retain(|topic| {
                    let name = if by_id { gate.topic_of(topic.topic_id) } else { None };
                    gate.may_topic(Operation::Describe, name.unwrap_or(&topic.name))
                });
            }
            let own = denied.iter_mut().filter(|(id, _)| *id == group.group_id);
            let own: Vec<_> = own.flat_map(|(_, topics)| std::mem::take(topics)).collect();
            if group.error_code == 0 {
                group.topics.extend(own.into_iter().map(unfetched_of_group));
            }
        }
        response.groups.extend(refused.into_iter().map(|group| fetch::OffsetFetchResponseGroup {
            group_id: group.group_id,
            error_code: GROUP,
            topics: Vec::new(),
        }));
    })
}

fn unfetched_of_group(topic: fetch::OffsetFetchRequestTopics) -> fetch::OffsetFetchResponseTopics {
    let partitions =
        topic.partition_indexes.iter().map(|index| fetch::OffsetFetchResponsePartitions {
            partition_index: *index,
            committed_offset: -1,
            error_code: TOPIC,
            ..Default::default()
        });
    fetch::OffsetFetchResponseTopics {
        partitions: partitions.collect(),
        name: topic.name,
        topic_id: topic.topic_id,
    }
}

impl Guarded for delete::OffsetDeleteRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if !gate.may_group(Operation::Delete, &self.group_id) {
            return Verdict::Refused(Self::Response { error_code: GROUP, ..Default::default() });
        }
        let denied =
            take_denied(&mut self.topics, |topic| gate.may_topic(Operation::Read, &topic.name));
        Verdict::then(move |response: &mut Self::Response| {
            // What is wrong with the group as a whole is all that is told.
            if response.error_code != 0 {
                return;
            }
            let refused = denied.into_iter().map(|topic| delete::OffsetDeleteResponseTopic {
                name: topic.name,
                partitions: topic
                    .partitions
                    .iter()
                    .map(|partition| delete::OffsetDeleteResponsePartition {
                        partition_index: partition.partition_index,
                        error_code: TOPIC,
                    })
                    .collect(),
            });
            response.topics.extend(refused);
        })
    }
}
