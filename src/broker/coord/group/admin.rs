//! Looking at groups, and deleting them.
//!
//! ListGroups, versions 0 to 5: 4 states · 5 types. DescribeGroups, versions 0 to 6: 4 static
//! members · 6 a group that is not there is an error. DeleteGroups, versions 0 to 2.
//! ConsumerGroupDescribe, versions 0 and 1: there are no groups of KIP-848 here yet.

use std::collections::{BTreeMap, BTreeSet};

use super::Groups;
use super::classic::Group;
use super::desk::Cx;
use super::offsets::{BATCH_RECORDS_MAX, Offsets};
use super::records;
use super::state::State;
use crate::base::hash::partition_of_id;
use crate::broker::coord::effects::{Record, Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_describe::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse,
    DescribedGroup as DescribedConsumerGroup,
};
use crate::wire::messages::delete_groups::{
    DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse,
};
use crate::wire::messages::describe_groups::{
    DescribeGroupsRequest, DescribeGroupsResponse, DescribedGroup, DescribedGroupMember,
};
use crate::wire::messages::list_groups::{ListGroupsRequest, ListGroupsResponse, ListedGroup};

/// Kafka's name of this type of group.
const CLASSIC: &str = "classic";

/// Answers ListGroups. Filters do not mind case; one that is empty lets everything through.
pub(super) fn list(all: &Groups, ask: &ListGroupsRequest) -> ListGroupsResponse {
    let passes = |filter: &[String], value: &str| {
        filter.is_empty() || filter.iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let groups = all.groups.values().filter(|group| {
        passes(&ask.states_filter, group.state().name()) && passes(&ask.types_filter, CLASSIC)
    });
    let groups = groups.map(|group| ListedGroup {
        group_id: group.id.clone(),
        protocol_type: group.protocol_type.clone().unwrap_or_default(),
        group_state: group.state().name().to_owned(),
        group_type: CLASSIC.to_owned(),
    });
    ListGroupsResponse { groups: groups.collect(), ..Default::default() }
}

/// Answers DescribeGroups.
pub(super) fn describe(
    all: &Groups,
    version: i16,
    ask: &DescribeGroupsRequest,
) -> DescribeGroupsResponse {
    let groups = ask.groups.iter().map(|id| match all.groups.get(id) {
        Some(group) => described(group),
        None => {
            let mut answer = DescribedGroup { group_id: id.clone(), ..Default::default() };
            answer.group_state = State::DEAD.to_owned();
            if version >= 6 {
                answer.error_code = ErrorCode::GROUP_ID_NOT_FOUND.0;
                answer.error_message = Some(format!("Group {id} not found."));
            }
            answer
        }
    });
    DescribeGroupsResponse { groups: groups.collect(), ..Default::default() }
}

/// Describes a group. What its members said and what they were assigned is shown only while all
/// of it is valid.
fn described(group: &Group) -> DescribedGroup {
    let is_stable = group.state() == State::Stable;
    let protocol = group.protocol.as_deref().filter(|_| is_stable);
    let members = group.members.values().map(|member| DescribedGroupMember {
        member_id: member.id.clone(),
        group_instance_id: member.instance.clone(),
        client_id: member.client.client_id.clone(),
        client_host: member.client.host.clone(),
        member_metadata: member.metadata(protocol),
        member_assignment: if is_stable { member.assignment.clone() } else { Default::default() },
    });
    DescribedGroup {
        group_id: group.id.clone(),
        group_state: group.state().name().to_owned(),
        protocol_type: group.protocol_type.clone().unwrap_or_default(),
        protocol_data: protocol.unwrap_or_default().to_owned(),
        members: members.collect(),
        ..Default::default()
    }
}

/// Answers ConsumerGroupDescribe: tools ask it first, and fall back on this answer.
pub(super) fn describe_consumer_groups(
    all: &Groups,
    ask: &ConsumerGroupDescribeRequest,
) -> ConsumerGroupDescribeResponse {
    let groups = ask.group_ids.iter().map(|id| {
        let (error, why) = match all.groups.contains_key(id) {
            _ if id.is_empty() => (ErrorCode::INVALID_GROUP_ID, None),
            true => {
                let why = format!("Group {id} is not a consumer group.");
                (ErrorCode::GROUP_ID_NOT_FOUND, Some(why))
            }
            false => (ErrorCode::GROUP_ID_NOT_FOUND, Some(format!("Group {id} not found."))),
        };
        DescribedConsumerGroup {
            error_code: error.0,
            error_message: why,
            group_id: id.clone(),
            ..Default::default()
        }
    });
    ConsumerGroupDescribeResponse { groups: groups.collect(), ..Default::default() }
}

/// Answers DeleteGroups: a group goes with all its offsets.
pub(super) fn delete_groups(
    groups: &BTreeMap<String, Group>,
    offsets: &Offsets,
    cx: &mut Cx,
    ticket: Ticket,
    ask: &DeleteGroupsRequest,
) {
    let mut results: Vec<DeletableGroupResult> = Vec::with_capacity(ask.groups_names.len());
    let mut appends: BTreeMap<i32, (Vec<Record>, Vec<usize>)> = BTreeMap::new();
    // A group that is named twice is answered once.
    for id in ask.groups_names.iter().collect::<BTreeSet<_>>() {
        let error = match groups.get(id) {
            None => ErrorCode::GROUP_ID_NOT_FOUND,
            Some(group) if group.state() != State::Empty => ErrorCode::NON_EMPTY_GROUP,
            Some(_) => ErrorCode::NONE,
        };
        if error.is_none() {
            let partition = partition_of_id(id, cx.config.offsets_partitions);
            let (records, places) = appends.entry(partition).or_default();
            places.push(results.len());
            records.extend(
                offsets
                    .places_of(id)
                    .iter()
                    .map(|(topic, index)| records::no_offset(id, topic, *index)),
            );
            records.push(records::no_group(id));
        }
        results.push(DeletableGroupResult { group_id: id.clone(), error_code: error.0 });
    }
    let appends = appends.into_iter().flat_map(|(partition, (records, places))| {
        let chunks = records.chunks(BATCH_RECORDS_MAX);
        let chunks: Vec<_> =
            chunks.map(|chunk| (partition, chunk.to_vec(), places.clone())).collect();
        chunks
    });
    let appends = appends.collect();
    cx.delete(ticket, results, appends);
}

/// The answer to DeleteGroups.
pub(super) fn deleted(results: Vec<DeletableGroupResult>) -> Reply {
    Reply::DeleteGroups(DeleteGroupsResponse { results, ..Default::default() })
}
