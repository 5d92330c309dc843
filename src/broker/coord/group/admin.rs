//! Looking at groups, and deleting them.
//!
//! ListGroups, versions 0 to 5: 4 states · 5 types. DescribeGroups, versions 0 to 6: 4 static
//! members · 6 a group that is not there is an error. DeleteGroups, versions 0 to 2.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::Kind;
use super::classic::Group;
use super::offsets::BATCH_RECORDS_MAX;
use super::state::State;
use super::{Groups, consumer, records, streams};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Record, Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::delete_groups::{
    DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse,
};
use crate::wire::messages::describe_groups::{
    DescribeGroupsRequest, DescribeGroupsResponse, DescribedGroup, DescribedGroupMember,
};
use crate::wire::messages::list_groups::{ListGroupsRequest, ListGroupsResponse, ListedGroup};

/// Answers ListGroups. Filters do not mind case; one that is empty lets everything through.
pub(super) fn list(all: &Groups, ask: &ListGroupsRequest) -> ListGroupsResponse {
    let passes = |filter: &[String], value: &str| {
        filter.is_empty() || filter.iter().any(|wanted| wanted.trim().eq_ignore_ascii_case(value))
    };
    let classics = all.groups.values().map(|group| {
        let kind = group.protocol_type.as_deref().unwrap_or_default();
        let state = group.state().name();
        (group.id.as_str(), kind, state, state, Kind::Classic)
    });
    let consumers = all.consumers.values().map(|group| {
        let state = group.state().name();
        (group.id.as_str(), "consumer", state, state, Kind::Consumer)
    });
    let streams = all.streams.values().map(|group| {
        let state = group.state();
        (group.id.as_str(), "streams", state.name(), state.filter_name(), Kind::Streams)
    });
    let groups = classics.chain(consumers).chain(streams).filter(|(_, _, _, state, kind)| {
        passes(&ask.states_filter, state) && passes(&ask.types_filter, kind.name())
    });
    let groups = groups.map(|(id, protocol_type, state, _, kind)| ListedGroup {
        group_id: id.to_owned(),
        protocol_type: protocol_type.to_owned(),
        group_state: state.to_owned(),
        group_type: kind.name().to_owned(),
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
                answer.error_message = Some(match all.kind_of(id) {
                    Some(_) => format!("Group {id} is not a classic group."),
                    None => format!("Group {id} not found."),
                });
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

/// Answers DeleteGroups: a group goes with all its offsets.
pub(super) fn delete_groups(
    all: &mut Groups,
    now: Millis,
    ticket: Ticket,
    ask: &DeleteGroupsRequest,
    out: &mut Vec<Effect>,
) {
    let mut results: Vec<DeletableGroupResult> = Vec::with_capacity(ask.groups_names.len());
    let mut appends: BTreeMap<i32, (Vec<Record>, Vec<usize>)> = BTreeMap::new();
    // A group that is named twice is answered once.
    for id in ask.groups_names.iter().collect::<BTreeSet<_>>() {
        let tombstones = tombstones(all, id);
        let error = tombstones.as_ref().err().copied().unwrap_or(ErrorCode::NONE);
        if let Ok(tombstones) = tombstones {
            let (records, places) = appends.entry(all.partition_of(id)).or_default();
            places.push(results.len());
            let offsets = all.offsets.places_of(id);
            records
                .extend(offsets.iter().map(|(topic, index)| records::no_offset(id, topic, *index)));
            records.extend(tombstones);
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
    let (_, _, mut cx) = all.enter(now, None, out);
    cx.delete(ticket, results, appends);
}

/// Returns what must be written to forget a group.
fn tombstones(all: &Groups, id: &str) -> Result<Vec<Record>, ErrorCode> {
    let mut tombstones = Vec::new();
    if let Some(group) = all.groups.get(id) {
        if group.state() != State::Empty {
            return Err(ErrorCode::NON_EMPTY_GROUP);
        }
        tombstones.push(records::no_group(id));
    } else if let Some(group) = all.consumers.get(id) {
        if !group.is_empty() {
            return Err(ErrorCode::NON_EMPTY_GROUP);
        }
        consumer::records::remove_group(&mut tombstones, group, None);
    } else if let Some(group) = all.streams.get(id) {
        if !group.is_empty() {
            return Err(ErrorCode::NON_EMPTY_GROUP);
        }
        streams::records::remove_group(&mut tombstones, group);
    } else {
        return Err(ErrorCode::GROUP_ID_NOT_FOUND);
    }
    Ok(tombstones)
}

/// The answer to DeleteGroups.
pub(super) fn deleted(results: Vec<DeletableGroupResult>) -> Reply {
    Reply::DeleteGroups(DeleteGroupsResponse { results, ..Default::default() })
}
