//! StreamsGroupDescribe, version 0.

use super::group::StreamsGroup;
use super::member::Member;
use super::tasks::{TaskSet, Tasks};
use crate::broker::coord::group::Groups;
use crate::wire::ErrorCode;
use crate::wire::messages::streams_group_describe::{
    Assignment, DescribedGroup, Endpoint, KeyValue, Member as DescribedMember,
    StreamsGroupDescribeRequest, StreamsGroupDescribeResponse, TaskIds,
};

/// Answers StreamsGroupDescribe. Authorised operations are left to whoever knows them.
pub(in crate::broker::coord::group) fn describe(
    all: &Groups,
    ask: &StreamsGroupDescribeRequest,
) -> StreamsGroupDescribeResponse {
    if !all.settings.streams.has_protocol {
        let refused = ask.group_ids.iter().map(|id| DescribedGroup {
            error_code: ErrorCode::UNSUPPORTED_VERSION.0,
            group_id: id.clone(),
            ..Default::default()
        });
        return StreamsGroupDescribeResponse { groups: refused.collect(), ..Default::default() };
    }
    // Kafka answers first what needs no look at any group.
    let (nameless, named): (Vec<&String>, Vec<&String>) =
        ask.group_ids.iter().partition(|id| id.is_empty());
    let nameless = nameless.into_iter().map(|_| DescribedGroup {
        error_code: ErrorCode::INVALID_GROUP_ID.0,
        ..Default::default()
    });
    let named = named.into_iter().map(|id| match all.streams.get(id) {
        Some(group) => described(group),
        None => DescribedGroup {
            error_code: ErrorCode::GROUP_ID_NOT_FOUND.0,
            error_message: Some(match all.kind_of(id) {
                Some(_) => format!("Group {id} is not a streams group."),
                None => format!("Group {id} not found."),
            }),
            group_id: id.clone(),
            ..Default::default()
        },
    });
    StreamsGroupDescribeResponse { groups: nameless.chain(named).collect(), ..Default::default() }
}

fn described(group: &StreamsGroup) -> DescribedGroup {
    let configured = group.configured.as_ref().filter(|topology| topology.is_ready());
    let topology = configured.map(|topology| topology.described());
    let topology = topology.or_else(|| group.topology.as_ref().map(|one| one.described()));
    let members = group.members().map(|one| described_member(one, group.target.of(&one.id)));
    DescribedGroup {
        group_id: group.id.clone(),
        group_state: group.state().name().to_owned(),
        group_epoch: group.epoch,
        assignment_epoch: group.target.epoch,
        topology,
        members: members.collect(),
        ..Default::default()
    }
}

fn described_member(member: &Member, target: &Tasks) -> DescribedMember {
    let tags = member.tags.iter();
    let endpoint = member.endpoint.as_ref();
    DescribedMember {
        member_id: member.id.to_string(),
        member_epoch: member.epoch,
        instance_id: member.instance.clone(),
        rack_id: member.rack.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        topology_epoch: member.topology_epoch,
        process_id: member.process.clone(),
        user_endpoint: endpoint
            .map(|endpoint| Endpoint { host: endpoint.host.clone(), port: endpoint.port }),
        client_tags: tags
            .map(|(key, value)| KeyValue { key: key.clone(), value: value.clone() })
            .collect(),
        assignment: Assignment {
            active_tasks: ids(&member.assigned.active_tasks()),
            standby_tasks: ids(&member.assigned.standby),
            warmup_tasks: ids(&member.assigned.warmup),
        },
        target_assignment: Assignment {
            active_tasks: ids(&target.active),
            standby_tasks: ids(&target.standby),
            warmup_tasks: ids(&target.warmup),
        },
        ..Default::default()
    }
}

fn ids(tasks: &TaskSet) -> Vec<TaskIds> {
    let ids = tasks.iter().map(|(id, some)| TaskIds {
        subtopology_id: id.clone(),
        partitions: some.iter().copied().collect(),
    });
    ids.collect()
}
