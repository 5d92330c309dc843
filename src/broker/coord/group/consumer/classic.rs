//! Members that speak the classic protocol in a consumer group: JoinGroup, SyncGroup, Heartbeat
//! and LeaveGroup, as Kafka answers them here.
//!
//! The coordinator assigns for them, too. What a member of the newer protocol hears with its
//! heartbeat, they hear with JoinGroup and SyncGroup; a heartbeat tells them when to come.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::ConsumerGroup;
use super::heartbeat::{check_size, current_instance, dynamic, not_a_member};
use super::leave::fence;
use super::member::{Member, classic_protocols, without_epochs};
use super::{Base, Hall, Step, Then, migrate, protocol};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::coord::effects::{Reply, Ticket};
use crate::broker::coord::group::desk::{Cx, ModernTimer, Seat};
use crate::broker::coord::group::join::Joiner;
use crate::broker::coord::group::modern::{MemberState, Refused};
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_records::ClassicMemberMetadata;
use crate::wire::messages::consumer_protocol::ConsumerProtocolSubscription;
use crate::wire::messages::heartbeat::HeartbeatRequest;
use crate::wire::messages::join_group::JoinGroupResponse;
use crate::wire::messages::leave_group::{
    LeaveGroupRequest, LeaveGroupResponse, MemberIdentity, MemberResponse,
};
use crate::wire::messages::sync_group::{SyncGroupRequest, SyncGroupResponse};

/// The protocol type of consumers.
const CONSUMER: &str = "consumer";
/// The version of JoinGroup from which a new member is given its id first.
const ID_FIRST_SINCE: i16 = 4;

/// Answers JoinGroup.
pub(in crate::broker::coord::group) fn join(hall: &mut Hall, seat: Seat, joiner: &Joiner) {
    let id = &joiner.ask.group_id;
    match join_step(hall, seat, joiner) {
        Ok(Joined::NeedsId(member)) => {
            hall.cx.refuse_join(seat, &member, ErrorCode::MEMBER_ID_REQUIRED);
        }
        Ok(Joined::Answer(answer, step)) => {
            hall.write(id, Some((seat.ticket, Reply::JoinGroup(*answer))), *step);
        }
        Err(refused) => hall.cx.refuse_join(seat, "", refused.error),
    }
}

enum Joined {
    NeedsId(String),
    Answer(Box<JoinGroupResponse>, Box<Step>),
}

fn join_step(hall: &mut Hall, seat: Seat, joiner: &Joiner) -> Result<Joined, Refused> {
    let ask = &joiner.ask;
    let Hall { consumers, cx, .. } = hall;
    if cx.config.migration_policy == super::MigrationPolicy::Disabled {
        return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL.into());
    }
    let group = consumers.get(&ask.group_id).ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    let group = Base::Known(group);
    let is_unknown = ask.member_id.is_empty();
    let id = match is_unknown {
        true => Uuid::from_random(joiner.random).to_string(),
        false => ask.member_id.clone(),
    };
    check_size(cx, &group, &id)?;
    if !group.supports(&ask.protocol_type, &ask.protocols) {
        return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL.into());
    }
    let instance = ask.group_instance_id.as_deref();
    if is_unknown && instance.is_none() && seat.version >= ID_FIRST_SINCE {
        return Ok(Joined::NeedsId(id));
    }
    let mut step = Step::default();
    let member = match instance {
        None => dynamic(&group, &id, true)?,
        Some(instance) => static_member(&group, &id, instance, is_unknown, &mut step)?,
    };
    let said = ask.protocols.first().map(|protocol| protocol::subscription(&protocol.metadata));
    let said = said.and_then(Result::ok).ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
    let updated = updated(&member, joiner, &said);
    let updated = settle(&group, cx, &member, updated, &said, &mut step)?;
    let answer = JoinGroupResponse {
        member_id: updated.id.to_string(),
        generation_id: updated.epoch,
        protocol_type: Some(CONSUMER.to_owned()),
        protocol_name: updated.first_protocol().map(|protocol| protocol.name.clone()),
        ..Default::default()
    };
    if matches!(step.then, Then::Nothing) {
        step.then = Then::Joined {
            member: updated.id.to_string(),
            session_timeout_ms: ask.session_timeout_ms,
            rebalance_timeout_ms: ask.rebalance_timeout_ms,
        };
    }
    Ok(Joined::Answer(Box::new(answer), Box::new(step)))
}

/// Takes the member as it is now as far as it gets; or the group with it, back to a classic one.
fn settle(
    group: &ConsumerGroup,
    cx: &mut Cx,
    member: &Member,
    updated: Member,
    said: &ConsumerProtocolSubscription,
    step: &mut Step,
) -> Result<Member, Refused> {
    let topics = said.owned_partitions.iter();
    let topics = topics.map(|topic| (topic.topic.as_str(), topic.partitions.as_slice()));
    let owned = protocol::by_id(topics, cx.image);
    let changes = group.changes(cx, member, &updated, step)?.counting_patterns();
    let replaced = updated.instance.as_deref().and_then(|one| group.static_member(one));
    let replaced = replaced.filter(|old| migrate::may_downgrade_replacing(group, cx, old));
    if replaced.is_none() {
        let decided = group.decide(cx, member, &updated, changes, step)?;
        return group.reconcile(cx, updated, &decided, Some(&owned), step);
    }
    let reached = group.reach(cx, member, &updated, changes.bump, step);
    let must_rebalance = group.target.epoch < reached.epoch;
    let updated = match must_rebalance {
        true => updated,
        false => {
            let decided = group.decided_before(&updated, changes.of_subscription());
            group.reconcile(cx, updated, &decided, Some(&owned), step)?
        }
    };
    migrate::downgrade(group, cx, &[], Some(&updated), must_rebalance, step)?;
    Ok(updated)
}

fn static_member(
    group: &Base,
    id: &str,
    instance: &str,
    is_unknown: bool,
    step: &mut Step,
) -> Result<Member, Refused> {
    let member = group.static_member(instance);
    match member {
        Some(member) if is_unknown => Ok(group.replace(member, id, step)),
        None if is_unknown => Ok(Member::new(id)),
        _ => current_instance(member, id, instance).cloned(),
    }
}

/// Returns the member as it is with what it says now.
fn updated(member: &Member, joiner: &Joiner, said: &ConsumerProtocolSubscription) -> Member {
    let ask = &joiner.ask;
    let mut updated = member.clone();
    if let Some(instance) = ask.group_instance_id.as_deref() {
        updated.instance = Some(Arc::from(instance));
    }
    if let Some(rack) = said.rack_id.as_deref().filter(|rack| !rack.is_empty()) {
        updated.rack = Some(Arc::from(rack));
    }
    if ask.rebalance_timeout_ms != -1 {
        updated.rebalance_timeout_ms = ask.rebalance_timeout_ms;
    }
    let topics: BTreeSet<String> = said.topics.iter().cloned().collect();
    updated.topics = Arc::new(topics);
    updated.pattern = Some(Arc::from(""));
    updated.client = Arc::new(joiner.who.clone());
    updated.classic = Some(Arc::new(ClassicMemberMetadata {
        session_timeout_ms: ask.session_timeout_ms,
        supported_protocols: classic_protocols(&ask.protocols),
    }));
    updated
}

/// Finds the classic member that a request is of.
fn known<'a>(
    group: &'a ConsumerGroup,
    id: &str,
    instance: Option<&str>,
    generation: i32,
) -> Result<&'a Member, Refused> {
    let member = match instance {
        None => group.member(id).ok_or_else(|| not_a_member(id, &group.id))?,
        Some(instance) => current_instance(group.static_member(instance), id, instance)?,
    };
    if !member.is_classic() {
        return Err(ErrorCode::UNKNOWN_MEMBER_ID.into());
    }
    if member.epoch != generation {
        return Err(ErrorCode::ILLEGAL_GENERATION.into());
    }
    Ok(member)
}

/// Begins a member's session again.
fn hear_of(cx: &mut Cx, group: &str, member: &Member) {
    let timeout_ms = member.classic_session_timeout_ms().unwrap_or(0);
    let at = cx.now + Millis::from(timeout_ms);
    cx.timers.set(ModernTimer::Session.of(group, &member.id), at);
}

/// A member must join again: it has its rebalance timeout to do so.
fn must_join(cx: &mut Cx, group: &str, member: &Member) -> ErrorCode {
    let timer = ModernTimer::Join.of(group, &member.id);
    if !cx.timers.is_set(&timer) {
        cx.timers.set(timer, cx.now + Millis::from(member.rebalance_timeout_ms));
    }
    ErrorCode::REBALANCE_IN_PROGRESS
}

/// Answers SyncGroup: what the member has as of its epoch.
pub(in crate::broker::coord::group) fn sync(
    group: &ConsumerGroup,
    cx: &mut Cx,
    seat: Seat,
    ask: SyncGroupRequest,
) {
    match sync_answer(group, cx, ask) {
        Ok(answer) => cx.reply_sync(seat, answer),
        Err(refused) => cx.refuse_sync(seat, refused.error),
    }
}

fn sync_answer(
    group: &ConsumerGroup,
    cx: &mut Cx,
    ask: SyncGroupRequest,
) -> Result<SyncGroupResponse, Refused> {
    let instance = ask.group_instance_id.as_deref();
    let member = known(group, &ask.member_id, instance, ask.generation_id)?;
    let own = member.first_protocol().ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
    let is_other = |said: &Option<String>, own: &str| said.as_deref().is_some_and(|it| it != own);
    if is_other(&ask.protocol_type, CONSUMER) || is_other(&ask.protocol_name, &own.name) {
        return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL.into());
    }
    if group.target.epoch > member.epoch && member.state != MemberState::Unrevoked {
        return Err(must_join(cx, &group.id, member).into());
    }
    let version = protocol::version(&own.metadata);
    let version = version.map_err(|_| ErrorCode::UNKNOWN_SERVER_ERROR)?;
    cx.timers.stop(&ModernTimer::Sync.of(&group.id, &member.id));
    hear_of(cx, &group.id, member);
    let assigned = without_epochs(&member.assigned);
    Ok(SyncGroupResponse {
        protocol_type: ask.protocol_type,
        protocol_name: ask.protocol_name,
        assignment: protocol::write_assignment(&assigned, cx.image, version),
        ..Default::default()
    })
}

/// Answers Heartbeat: whether the member must join again.
pub(in crate::broker::coord::group) fn beat(
    group: &ConsumerGroup,
    cx: &mut Cx,
    ask: &HeartbeatRequest,
) -> Result<(), ErrorCode> {
    let instance = ask.group_instance_id.as_deref();
    let member = known(group, &ask.member_id, instance, ask.generation_id);
    let member = member.map_err(|refused| refused.error)?;
    hear_of(cx, &group.id, member);
    let must_come = member.epoch < group.target.epoch
        || match member.state {
            MemberState::Unrevoked => true,
            MemberState::Unreleased => !group.waits_for_others(member),
            MemberState::Stable | MemberState::Unknown => false,
        };
    if must_come { Err(must_join(cx, &group.id, member)) } else { Ok(()) }
}

/// Answers LeaveGroup. Members of either kind may be named.
pub(in crate::broker::coord::group) fn leave(
    hall: &mut Hall,
    ticket: Ticket,
    version: i16,
    ask: &LeaveGroupRequest,
) {
    let Hall { consumers, cx, .. } = hall;
    let Some(group) = consumers.get(&ask.group_id) else { return };
    let one = [MemberIdentity { member_id: ask.member_id.clone(), ..Default::default() }];
    let leaving = if version >= 3 { ask.members.as_slice() } else { &one };
    let mut members = Vec::with_capacity(leaving.len());
    let mut going: Vec<&Member> = Vec::new();
    for who in leaving {
        let result = leaving_member(group, who);
        members.push(MemberResponse {
            member_id: who.member_id.clone(),
            group_instance_id: who.group_instance_id.clone(),
            error_code: result.as_ref().err().map_or(0, |refused| refused.error.0),
        });
        if let Ok(member) = result
            && !going.iter().any(|one| one.id == member.id)
        {
            going.push(member);
        }
    }
    let answer = if version >= 3 {
        LeaveGroupResponse { members, ..Default::default() }
    } else {
        let error_code = members.first().map_or(0, |member| member.error_code);
        LeaveGroupResponse { error_code, ..Default::default() }
    };
    match fence(group, cx, &going) {
        Ok(step) => hall.write(&ask.group_id, Some((ticket, Reply::LeaveGroup(answer))), step),
        Err(refused) => {
            let error_code = refused.error.0;
            let answer = LeaveGroupResponse { error_code, ..Default::default() };
            cx.reply(ticket, Reply::LeaveGroup(answer));
        }
    }
}

fn leaving_member<'a>(
    group: &'a ConsumerGroup,
    who: &MemberIdentity,
) -> Result<&'a Member, Refused> {
    match who.group_instance_id.as_deref() {
        None => {
            let member = group.member(&who.member_id);
            member.ok_or_else(|| not_a_member(&who.member_id, &group.id))
        }
        Some(instance) => {
            let member = group.static_member(instance);
            // An operator removes a static member, whatever its id is now.
            let id = match who.member_id.is_empty() {
                true => member.map_or("", |member| &*member.id),
                false => who.member_id.as_str(),
            };
            current_instance(member, id, instance)
        }
    }
}
