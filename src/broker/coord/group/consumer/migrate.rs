//! A group changes its kind while its members live on (`group.consumer.migration.policy`): a
//! classic group of consumers becomes a consumer group when a member of the newer protocol joins
//! it, and a classic one again when the last of these leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use super::group::ConsumerGroup;
use super::member::{Member, classic_protocols, join_protocols, with_epoch};
use super::{Base, Step, Then, leave, protocol, records};
use crate::broker::coord::group::classic::Group;
use crate::broker::coord::group::desk::{Cx, ModernTimer};
use crate::broker::coord::group::member as classic;
use crate::broker::coord::group::modern::topics::Image;
use crate::broker::coord::group::modern::{Assignment, MemberState, Refused};
use crate::broker::coord::group::records as classic_records;
use crate::broker::coord::group::state::State;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_records::ClassicMemberMetadata;

/// Finds the consumer group that a heartbeat is of. One that joins makes it, of nothing or of a
/// classic group.
pub(super) fn base<'a>(
    classics: &mut BTreeMap<String, Group>,
    consumers: &'a BTreeMap<String, ConsumerGroup>,
    cx: &mut Cx,
    id: &str,
    is_joining: bool,
    step: &mut Step,
) -> Result<Base<'a>, Refused> {
    if let Some(group) = consumers.get(id) {
        return Ok(Base::Known(group));
    }
    let not_found = |why: String| Err(Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why));
    match classics.get_mut(id) {
        None if is_joining => Ok(Base::New(Box::new(ConsumerGroup::new(id)))),
        None => not_found(format!("Consumer group {id} not found.")),
        Some(_) if !is_joining => Err(leave::not_found(id, true)),
        Some(group) if group.state() == State::Empty => {
            step.records.push(classic_records::no_group(id));
            step.then = Then::Upgraded;
            Ok(Base::New(Box::new(ConsumerGroup::new(id))))
        }
        Some(group) => {
            check_upgrade(group, cx)?;
            group.release(cx, ErrorCode::REBALANCE_IN_PROGRESS);
            let upgraded = upgraded(group, cx.image)?;
            step.records.push(classic_records::no_group(id));
            records::create_group(&mut step.records, &upgraded);
            step.then = Then::Upgraded;
            for member in upgraded.members() {
                let timeout_ms = member.classic_session_timeout_ms().unwrap_or(0);
                let timer = ModernTimer::Session.of(id, &member.id);
                cx.timers.set(timer, cx.now + i64::from(timeout_ms));
            }
            Ok(Base::New(Box::new(upgraded)))
        }
    }
}

fn check_upgrade(group: &Group, cx: &Cx) -> Result<(), Refused> {
    let why = if !cx.config.migration_policy.may_upgrade() {
        "online upgrade is disabled"
    } else if !group.uses_consumer_protocol() {
        "the group does not use the consumer embedded protocol"
    } else if group.members.len() > cx.config.consumer_group_max_size {
        "the group size exceeds the consumer group maximum size"
    } else {
        return Ok(());
    };
    Err(cannot_upgrade(&group.id, &format!("{why}.")))
}

fn cannot_upgrade(id: &str, why: &str) -> Refused {
    let why = format!("Cannot upgrade classic group {id} to consumer group because {why}");
    Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why)
}

/// Returns what a classic group is as a consumer group: every member has what its leader gave
/// it, and that is the target, too.
fn upgraded(group: &Group, image: &Image) -> Result<ConsumerGroup, Refused> {
    // A group that has never chosen a protocol is more than Kafka can say, too.
    let protocol = group.protocol.as_deref().ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
    let mut upgraded = ConsumerGroup::new(&group.id);
    upgraded.epoch = group.generation;
    upgraded.set_target_epoch(group.generation, 0);
    for member in group.members.values() {
        let assignment =
            assignment_of(member, image).map_err(|why| cannot_upgrade(&group.id, why))?;
        let member = upgraded_member(member, protocol, group.generation, &assignment)
            .map_err(|_| cannot_upgrade(&group.id, MALFORMED))?;
        upgraded.target.set(&member.id, assignment);
        upgraded.put(member);
    }
    upgraded.metadata_hash = image.hash(upgraded.subscriptions().names());
    Ok(upgraded)
}

const MALFORMED: &str = "the embedded consumer protocol is malformed.";
const CUSTOM_ASSIGNOR: &str = "an unsupported custom assignor is in use. Please refer to the \
     documentation or switch to a default assignor before re-attempting the upgrade.";

fn assignment_of(member: &classic::Member, image: &Image) -> Result<Assignment, &'static str> {
    if member.assignment.is_empty() {
        return Ok(Assignment::new());
    }
    let assigned = protocol::assignment(&member.assignment).map_err(|_| MALFORMED)?;
    if assigned.user_data.is_some_and(|data| !data.is_empty()) {
        return Err(CUSTOM_ASSIGNOR);
    }
    let topics = assigned.assigned_partitions.iter();
    let topics = topics.map(|topic| (topic.topic.as_str(), topic.partitions.as_slice()));
    Ok(protocol::by_id(topics, image))
}

fn upgraded_member(
    member: &classic::Member,
    name: &str,
    generation: i32,
    assignment: &Assignment,
) -> Result<Member, protocol::Malformed> {
    let subscription = protocol::subscription(&member.metadata(Some(name)))?;
    let mut upgraded = Member::new(&member.id);
    upgraded.epoch = generation;
    upgraded.previous_epoch = generation;
    upgraded.state = MemberState::Stable;
    upgraded.instance = member.instance.as_deref().map(Arc::from);
    upgraded.rack = subscription.rack_id.filter(|rack| !rack.is_empty()).map(Arc::from);
    upgraded.rebalance_timeout_ms = member.terms.rebalance_timeout_ms;
    upgraded.client = Arc::new(member.client.clone());
    upgraded.topics = Arc::new(subscription.topics.into_iter().collect());
    upgraded.assigned = Arc::new(with_epoch(assignment, generation));
    upgraded.classic = Some(Arc::new(ClassicMemberMetadata {
        session_timeout_ms: member.terms.session_timeout_ms,
        supported_protocols: classic_protocols(&member.terms.protocols),
    }));
    Ok(upgraded)
}

/// Says whether a group becomes a classic one when these members go: only classic ones stay.
pub(super) fn may_downgrade_without(group: &ConsumerGroup, cx: &Cx, going: &[&Member]) -> bool {
    let classic = going.iter().filter(|member| member.is_classic()).count();
    let left = group.len() - going.len();
    left > 0
        && group.classic_count() - classic == left
        && cx.config.migration_policy.may_downgrade()
        && left <= cx.config.group_max_size
}

/// Says the same for a static member of the newer protocol whose place a classic one takes.
pub(super) fn may_downgrade_replacing(group: &ConsumerGroup, cx: &Cx, old: &Member) -> bool {
    !old.is_classic()
        && group.classic_count() + 1 == group.len()
        && cx.config.migration_policy.may_downgrade()
        && group.len() <= cx.config.group_max_size
}

/// Makes a consumer group a classic one, without those that go, and with one that comes in an
/// instance's place.
pub(super) fn downgrade(
    group: &ConsumerGroup,
    cx: &mut Cx,
    going: &[&Member],
    coming: Option<&Member>,
    must_rebalance: bool,
    step: &mut Step,
) -> Result<(), Refused> {
    let place = coming.and_then(|coming| coming.instance.as_deref());
    let replaced = place.and_then(|instance| group.static_member(instance));
    let renamed = coming.zip(replaced).map(|(new, old)| (&*old.id, &*new.id));
    records::remove_group(&mut step.records, group, renamed);
    let is_going = |member: &Member| {
        going.iter().any(|one| one.id == member.id)
            || replaced.is_some_and(|replaced| replaced.id == member.id)
    };
    let mut downgraded = Group::new(&group.id, Some(cx.now));
    downgraded.generation = group.epoch;
    downgraded.protocol_type = Some("consumer".to_owned());
    for member in group.members() {
        ModernTimer::stop_all(cx.timers, &group.id, &member.id);
    }
    for member in group.members().filter(|member| !is_going(member)).chain(coming) {
        downgraded.restore(downgraded_member(member));
    }
    downgraded.leader = downgraded.members.keys().next().cloned();
    downgraded.protocol = downgraded.select_protocol();
    downgraded.subscribed = downgraded.subscriptions();
    let protocol = downgraded.protocol.clone();
    for member in downgraded.members.values_mut() {
        let id = match renamed {
            Some((old, new)) if *member.id == *new => old,
            _ => member.id.as_str(),
        };
        let version = protocol::version(&member.metadata(protocol.as_deref()));
        let version = version.map_err(|error| {
            let why = format!("Cannot downgrade the classic group {}: {error}.", group.id);
            Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, why)
        })?;
        member.assignment = protocol::write_assignment(group.target.of(id), cx.image, version);
    }
    step.records.push(classic_records::group(&downgraded, |member| member.assignment.clone()));
    step.then = Then::Downgraded { group: Box::new(downgraded), must_rebalance };
    Ok(())
}

fn downgraded_member(member: &Member) -> classic::Member {
    classic::Member {
        id: member.id.to_string(),
        instance: member.instance.as_deref().map(str::to_owned),
        client: (*member.client).clone(),
        terms: classic::Terms {
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            session_timeout_ms: member.classic_session_timeout_ms().unwrap_or(0),
            protocols: join_protocols(member.protocols()),
        },
        assignment: Bytes::new(),
        joining: None,
        syncing: None,
        is_new: false,
    }
}
