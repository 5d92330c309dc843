//! SyncGroup, versions 0 to 5.
//!
//! Versions: 3 static members · 5 the protocol's type and name, which must be the group's.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use super::classic::Group;
use super::desk::{After, Cx, Seat};
use super::records;
use super::state::State;
use crate::wire::ErrorCode;
use crate::wire::messages::sync_group::{SyncGroupRequest, SyncGroupResponse};

pub(super) fn sync(
    groups: &mut BTreeMap<String, Group>,
    cx: &mut Cx,
    seat: Seat,
    ask: SyncGroupRequest,
) {
    if let Some(error) = wrong(seat.version, &ask) {
        return cx.refuse_sync(seat, error);
    }
    let Some(group) = groups.get_mut(&ask.group_id) else {
        return cx.refuse_sync(seat, ErrorCode::UNKNOWN_MEMBER_ID);
    };
    if let Err(error) = check(group, &ask) {
        return cx.refuse_sync(seat, error);
    }
    match group.state() {
        // A member that passed the check is in no empty group.
        State::Empty => cx.refuse_sync(seat, ErrorCode::UNKNOWN_MEMBER_ID),
        State::PreparingRebalance => cx.refuse_sync(seat, ErrorCode::REBALANCE_IN_PROGRESS),
        State::CompletingRebalance => {
            group.park_sync(cx, &ask.member_id, seat);
            synced(group, cx, &ask.member_id);
            if group.is_leader(&ask.member_id) && group.assigning.is_none() {
                assign(group, cx, &ask);
            }
        }
        State::Stable => {
            synced(group, cx, &ask.member_id);
            let member = group.members.get(&ask.member_id);
            let answer = SyncGroupResponse {
                protocol_type: group.protocol_type.clone(),
                protocol_name: group.protocol.clone(),
                assignment: member.map(|member| member.assignment.clone()).unwrap_or_default(),
                ..Default::default()
            };
            cx.reply_sync(seat, answer);
        }
    }
}

/// Says what is wrong with a SyncGroup, whatever the group.
pub(super) fn wrong(version: i16, ask: &SyncGroupRequest) -> Option<ErrorCode> {
    if version >= 5 && (ask.protocol_type.is_none() || ask.protocol_name.is_none()) {
        Some(ErrorCode::INCONSISTENT_GROUP_PROTOCOL)
    } else if ask.group_id.is_empty() {
        Some(ErrorCode::INVALID_GROUP_ID)
    } else {
        None
    }
}

fn check(group: &Group, ask: &SyncGroupRequest) -> Result<(), ErrorCode> {
    let instance = ask.group_instance_id.as_deref();
    group.check_generation(&ask.member_id, instance, ask.generation_id)?;
    // What is not said is not compared.
    let differs = |said: &Option<String>, own: &Option<String>| said.is_some() && said != own;
    if differs(&ask.protocol_type, &group.protocol_type)
        || differs(&ask.protocol_name, &group.protocol)
    {
        return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
    }
    Ok(())
}

/// A member has sent SyncGroup. With the last one nobody is waited for any more.
fn synced(group: &mut Group, cx: &mut Cx, member: &str) {
    group.unsynced.remove(member);
    if group.unsynced.is_empty() {
        cx.timers.stop(&group.sync_timer());
    }
}

/// Writes the leader's assignment. Members that it left out get an empty one.
fn assign(group: &mut Group, cx: &mut Cx, ask: &SyncGroupRequest) {
    let assigned = ask.assignments.iter();
    let assigned: HashMap<&str, &Bytes> =
        assigned.map(|one| (one.member_id.as_str(), &one.assignment)).collect();
    let record = records::group(group, |member| {
        assigned.get(member.id.as_str()).copied().cloned().unwrap_or_default()
    });
    group.assigning = Some(cx.append_assignment(&group.id, record));
}

/// An assignment has been written, or could not be. If another rebalance has begun meanwhile, or
/// the group is another one of the same name, it is of no use any more.
pub(super) fn written(group: &mut Group, cx: &mut Cx, token: u64, result: Result<(), ErrorCode>) {
    if group.assigning != Some(token) {
        return;
    }
    group.assigning = None;
    match result {
        Ok(()) => {
            group.hand_out_assignment(cx);
            group.become_state(State::Stable, cx.now);
        }
        Err(error) => {
            group.refuse_assignment(cx, error);
            let records = group.rebalance(cx);
            cx.append(&group.id, records, After::Nothing);
        }
    }
}
