//! How a member leaves: by its own word, or because it was not heard of; and what becomes due
//! of a group.

use super::group::StreamsGroup;
use super::heartbeat::Done;
use super::member::{Member, MemberState};
use super::{STANDBYS, records};
use crate::broker::coord::group::consumer::{Hall, Step};
use crate::broker::coord::group::desk::{Cx, ModernTimer, Timer};
use crate::broker::coord::group::modern::{Refused, may_assign};
use crate::wire::ErrorCode;
use crate::wire::messages::streams_group_heartbeat::{
    StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse,
};

/// A member says that it leaves, and perhaps that all should.
pub(super) fn leave(hall: &mut Hall, ask: &StreamsGroupHeartbeatRequest) -> Result<Done, Refused> {
    let id = ask.group_id.as_str();
    let is_other = hall.classics.contains_key(id) || hall.consumers.contains_key(id);
    let Some(group) = hall.streams.get_mut(id) else {
        let why = match is_other {
            true => format!("Group {id} is not a streams group."),
            false => format!("Group {id} not found."),
        };
        return Err(Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why));
    };
    if ask.shutdown_application && group.shutdown_by.is_none() {
        group.shutdown_by = Some(ask.member_id.clone());
    }
    let member = ask.member_id.as_str();
    let member = group.member(member).ok_or_else(|| not_a_member(member, id))?;
    let step = fence(group, member);
    let answer = StreamsGroupHeartbeatResponse {
        member_id: ask.member_id.clone(),
        member_epoch: ask.member_epoch,
        ..Default::default()
    };
    Ok((answer, Vec::new(), step))
}

/// Takes a member out of a group, and takes the group to its next epoch.
fn fence(group: &StreamsGroup, member: &Member) -> Step {
    let mut step = Step::default();
    records::remove_member(&mut step.records, &group.id, &member.id);
    step.records.push(records::epoch(
        &group.id,
        group.epoch + 1,
        group.metadata_hash,
        group.validated_topology_epoch,
        &group.assignment_configs,
    ));
    // Its timers run on until it is gone: a record that cannot be written is tried again by them.
    step.gone.push(member.id.clone());
    step
}

/// A member was not heard of in time, or did not do in time what it was asked to; or a group has
/// waited long enough for more members.
pub(in crate::broker::coord::group) fn expired(
    hall: &mut Hall,
    id: &str,
    member: &str,
    what: ModernTimer,
) {
    let Some(group) = hall.streams.get(id) else { return };
    if what == ModernTimer::Delay {
        let step = waited(group, &hall.cx);
        return hall.write(id, None, step);
    }
    let Some(one) = group.member(member) else { return };
    if what == ModernTimer::Rebalance && one.state != MemberState::Unrevoked {
        return;
    }
    let due = Timer::Modern { what, group: id.to_owned(), member: member.to_owned() };
    let step = fence(group, one);
    hall.write_due(id, due, step);
}

/// Computes the first assignment of a group. Where it cannot be, the next heartbeat will.
fn waited(group: &StreamsGroup, cx: &Cx) -> Step {
    let mut step = Step::default();
    let Some(topology) = group.configured.as_ref() else { return step };
    if group.is_empty() || group.epoch <= group.target.epoch {
        return step;
    }
    let settings = cx.settings.streams.of(&group.id);
    let interval_ms = settings.assignment_interval_ms;
    if cx.meter.room() == 0 || !may_assign(group.target.assigned_at, interval_ms, cx.now) {
        return step;
    }
    let standbys = group.assignment_configs.get(STANDBYS);
    let standbys = standbys.and_then(|count| count.parse().ok()).unwrap_or(0);
    group.assign(cx.now, group.epoch, None, topology, standbys, &mut step.records);
    step
}

/// Returns how somebody is refused who is no member.
pub(super) fn not_a_member(member: &str, group: &str) -> Refused {
    let why = format!("Member {member} is not a member of group {group}.");
    Refused::new(ErrorCode::UNKNOWN_MEMBER_ID, why)
}
