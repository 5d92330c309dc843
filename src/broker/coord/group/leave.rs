//! LeaveGroup, versions 0 to 5.
//!
//! Versions: 0 to 2 one member, its error is the answer's · 3 a list of members, also static
//! ones by their instance id alone, each with an error of its own · 5 reasons.

use std::collections::BTreeMap;

use super::classic::Group;
use super::desk::{After, Cx};
use super::state::State;
use crate::broker::coord::effects::{Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::messages::leave_group::{
    LeaveGroupRequest, LeaveGroupResponse, MemberIdentity, MemberResponse,
};

pub(super) fn leave(
    groups: &mut BTreeMap<String, Group>,
    cx: &mut Cx,
    ticket: Ticket,
    version: i16,
    ask: &LeaveGroupRequest,
) {
    if ask.group_id.is_empty() {
        let error_code = ErrorCode::INVALID_GROUP_ID.0;
        let answer = LeaveGroupResponse { error_code, ..Default::default() };
        return cx.reply(ticket, Reply::LeaveGroup(answer));
    }
    let one = [MemberIdentity { member_id: ask.member_id.clone(), ..Default::default() }];
    let leaving = if version >= 3 { ask.members.as_slice() } else { &one };
    let mut group = groups.get_mut(&ask.group_id);
    let mut members = Vec::with_capacity(leaving.len());
    for who in leaving {
        let result = match &mut group {
            Some(group) => leave_one(group, cx, who),
            None => Err(ErrorCode::UNKNOWN_MEMBER_ID),
        };
        members.push(MemberResponse {
            member_id: who.member_id.clone(),
            group_instance_id: who.group_instance_id.clone(),
            error_code: result.err().unwrap_or(ErrorCode::NONE).0,
        });
    }
    let has_left = members.iter().any(|member| member.error_code == 0);
    let records = match group {
        Some(group) if has_left => match group.state() {
            State::Stable | State::CompletingRebalance => group.rebalance(cx),
            State::PreparingRebalance => group.try_complete_join(cx),
            State::Empty => Vec::new(),
        },
        _ => Vec::new(),
    };
    let answer = if version >= 3 {
        LeaveGroupResponse { members, ..Default::default() }
    } else {
        let error_code = members.first().map_or(0, |member| member.error_code);
        LeaveGroupResponse { error_code, ..Default::default() }
    };
    // Where the last member has left, the answer waits until that is written.
    cx.append(&ask.group_id, records, After::Reply(ticket, Reply::LeaveGroup(answer)));
}

fn leave_one(group: &mut Group, cx: &mut Cx, who: &MemberIdentity) -> Result<(), ErrorCode> {
    let instance = who.group_instance_id.as_deref();
    let id = if who.member_id.is_empty() {
        // An operator removes a static member, whatever its id is now.
        let current = instance.and_then(|instance| group.statics.get(instance));
        current.cloned().ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?
    } else {
        if !group.pending.contains(&who.member_id) {
            group.check(&who.member_id, instance)?;
        }
        who.member_id.clone()
    };
    group.remove(cx, &id);
    Ok(())
}
