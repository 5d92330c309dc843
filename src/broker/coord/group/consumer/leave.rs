//! How a member leaves: by its own word, or because it was not heard of. With it may go the last
//! that spoke the newer protocol.

use std::collections::HashMap;
use std::sync::Arc;

use super::group::ConsumerGroup;
use super::heartbeat::{current_instance, not_a_member};
use super::member::{AWAY, Epochs, Member};
use super::{Hall, Step, migrate, records};
use crate::broker::coord::group::desk::{Cx, ModernTimer, Timer};
use crate::broker::coord::group::modern::{MemberState, Refused};
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
};

type Done = (ConsumerGroupHeartbeatResponse, Step);

/// A member says that it leaves, or (a static one) that it will be back.
pub(super) fn leave(hall: &mut Hall, ask: &ConsumerGroupHeartbeatRequest) -> Result<Done, Refused> {
    let id = ask.member_id.as_str();
    let Hall { classics, consumers, streams, cx } = hall;
    let group = consumers.get(&ask.group_id);
    let is_other = classics.contains_key(&ask.group_id) || streams.contains_key(&ask.group_id);
    let group = group.ok_or_else(|| not_found(&ask.group_id, is_other))?;
    let member = match ask.instance_id.as_deref() {
        None => group.member(id).ok_or_else(|| not_a_member(id, &group.id))?,
        Some(instance) => current_instance(group.static_member(instance), id, instance)?,
    };
    let answer = ConsumerGroupHeartbeatResponse {
        member_id: Some(id.to_owned()),
        member_epoch: ask.member_epoch,
        ..Default::default()
    };
    if ask.instance_id.is_some() && ask.member_epoch == AWAY {
        let away = records::current(&group.id, &away(member));
        return Ok((answer, Step { records: vec![away], ..Default::default() }));
    }
    let step = fence(group, cx, &[member])?;
    Ok((answer, step))
}

/// Returns a static member that is away: what it has stays its own, for whoever takes its place.
fn away(member: &Member) -> Member {
    let mut away = member.clone();
    away.epoch = AWAY;
    away.revoking = Arc::default();
    let mut assigned = Epochs::clone(&away.assigned);
    for epoch in assigned.values_mut().flat_map(|partitions| partitions.values_mut()) {
        *epoch = 0;
    }
    away.assigned = Arc::new(assigned);
    away
}

/// Takes members out of a group, and takes the group to its next epoch; or makes it a classic
/// group, if only members of that kind are left.
pub(super) fn fence(
    group: &ConsumerGroup,
    cx: &mut Cx,
    members: &[&Member],
) -> Result<Step, Refused> {
    let mut step = Step::default();
    if members.is_empty() {
        return Ok(step);
    }
    if migrate::may_downgrade_without(group, cx, members) {
        migrate::downgrade(group, cx, members, None, true, &mut step)?;
        return Ok(step);
    }
    let mut subscriptions = group.subscriptions().clone();
    let mut patterns: HashMap<&str, usize> = HashMap::new();
    for member in members {
        records::remove_member(&mut step.records, &group.id, &member.id);
        subscriptions.remove_names(&*member.topics);
        if let Some(pattern) = member.pattern() {
            *patterns.entry(pattern).or_default() += 1;
        }
        ModernTimer::stop_all(cx.timers, &group.id, &member.id);
    }
    for (pattern, count) in patterns {
        if group.subscribers(pattern) == count {
            step.records.push(records::no_pattern(&group.id, pattern));
            if let Some(resolved) = group.resolved().get(pattern) {
                subscriptions.remove_matches(&*resolved.topics);
            }
        }
    }
    let hash = cx.image.hash(subscriptions.names());
    step.records.push(records::epoch(&group.id, group.epoch + 1, hash));
    Ok(step)
}

/// A member was not heard of in time, or did not do in time what it was asked to.
pub(in crate::broker::coord::group) fn expired(
    hall: &mut Hall,
    id: &str,
    member: &str,
    what: ModernTimer,
) {
    let Some(group) = hall.consumers.get(id) else { return };
    let Some(one) = group.member(member) else { return };
    if what == ModernTimer::Rebalance && one.state != MemberState::Unrevoked {
        return;
    }
    let due = Timer::Modern { what, group: id.to_owned(), member: member.to_owned() };
    match fence(group, &mut hall.cx, &[one]) {
        Ok(step) => hall.write_due(id, due, step),
        // The group cannot become a classic one, and cannot stay: it is looked at again.
        Err(_) => hall.retry(due),
    }
}

/// Returns how a group is refused that is not there, or is of another kind.
pub(super) fn not_found(id: &str, is_other: bool) -> Refused {
    let why = match is_other {
        true => format!("Group {id} is not a consumer group."),
        false => format!("Group {id} not found."),
    };
    Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why)
}
