//! ConsumerGroupHeartbeat, versions 0 and 1.
//!
//! Versions: 0 a new member may leave its id to the coordinator · 1 it brings an id; patterns.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::member::{AWAY, JOINING, LEFT, Member};
use super::{Base, Hall, Step, leave, migrate, patterns};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::coord::effects::{Reply, Ticket};
use crate::broker::coord::group::Client;
use crate::broker::coord::group::desk::{Cx, ModernTimer};
use crate::broker::coord::group::modern::{Assignment, Refused};
use crate::broker::coord::group::records::TEXT_BYTES_MAX;
use crate::broker::coord::group::sight::Sight;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_heartbeat as wire;
use crate::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, TopicPartitionsResponse,
};

/// How many bytes of topic names one member may subscribe to: as much as one batch of the
/// offsets topic holds in Kafka.
const SUBSCRIPTION_BYTES_MAX: usize = 1024 * 1024;
/// The version from which a member brings its own id.
const OWN_ID_SINCE: i16 = 1;

/// Who sends a heartbeat, and what it says.
#[derive(Debug)]
pub(in crate::broker::coord::group) struct Asker {
    pub(in crate::broker::coord::group) version: i16,
    pub(in crate::broker::coord::group) who: Client,
    pub(in crate::broker::coord::group) sight: Sight,
    pub(in crate::broker::coord::group) random: [u8; 16],
    pub(in crate::broker::coord::group) ask: ConsumerGroupHeartbeatRequest,
}

/// Answers ConsumerGroupHeartbeat.
pub(in crate::broker::coord::group) fn heartbeat(hall: &mut Hall, ticket: Ticket, asker: Asker) {
    let done = check(&hall.cx, &asker).and_then(|()| {
        let ask = &asker.ask;
        match ask.member_epoch {
            LEFT | AWAY => leave::leave(hall, ask),
            _ => beat(hall, &asker),
        }
    });
    patterns::look(&mut hall.cx, &asker);
    match done {
        Ok((answer, step)) => {
            let reply = Reply::ConsumerGroupHeartbeat(answer);
            hall.write(&asker.ask.group_id, Some((ticket, reply)), step);
        }
        Err(refused) => {
            let answer = ConsumerGroupHeartbeatResponse {
                error_code: refused.error.0,
                error_message: refused.message,
                ..Default::default()
            };
            hall.cx.reply(ticket, Reply::ConsumerGroupHeartbeat(answer));
        }
    }
}

/// Checks what needs no group.
fn check(cx: &Cx, asker: &Asker) -> Result<(), Refused> {
    let invalid = |why: &str| Err(Refused::new(ErrorCode::INVALID_REQUEST, why));
    if !cx.settings.has_consumer_protocol {
        return Err(ErrorCode::UNSUPPORTED_VERSION.into());
    }
    let ask = &asker.ask;
    let is_blank = |text: &str| text.trim().is_empty();
    let is_none = |text: &Option<String>| text.as_deref().is_some_and(is_blank);
    let epoch = ask.member_epoch;
    let must_have_id = asker.version >= OWN_ID_SINCE || epoch > 0 || epoch == LEFT;
    if must_have_id && is_blank(&ask.member_id) {
        return invalid("MemberId can't be empty.");
    }
    if is_blank(&ask.group_id) {
        return invalid("GroupId can't be empty.");
    }
    if is_none(&ask.instance_id) {
        return invalid("InstanceId can't be empty.");
    }
    if is_none(&ask.rack_id) {
        return invalid("RackId can't be empty.");
    }
    if epoch == JOINING {
        if ask.rebalance_timeout_ms == -1 {
            return invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        if ask.topic_partitions.as_ref().is_none_or(|topics| !topics.is_empty()) {
            return invalid("TopicPartitions must be empty when (re-)joining.");
        }
        if ask.subscribed_topic_names.is_none() && ask.subscribed_topic_regex.is_none() {
            return invalid(
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null \
                 when (re-)joining.",
            );
        }
    } else if epoch == AWAY && ask.instance_id.is_none() {
        return invalid("InstanceId can't be null.");
    } else if epoch < AWAY {
        return invalid("MemberEpoch is invalid.");
    }
    let assignors = &cx.config.consumer_assignors;
    if let Some(name) = &ask.server_assignor
        && !assignors.iter().any(|assignor| assignor.name() == name)
    {
        let names: Vec<&str> = assignors.iter().map(|assignor| assignor.name()).collect();
        let names = names.join(", ");
        return Err(Refused::new(
            ErrorCode::UNSUPPORTED_ASSIGNOR,
            format!("ServerAssignor {name} is not supported. Supported assignors: {names}."),
        ));
    }
    if !is_bounded(asker) {
        return invalid("The request holds text that fits no record.");
    }
    Ok(())
}

/// Says whether everything that becomes a record's text fits into one.
fn is_bounded(asker: &Asker) -> bool {
    let ask = &asker.ask;
    let texts = [&ask.group_id, &ask.member_id, &asker.who.client_id].into_iter();
    let options =
        [&ask.instance_id, &ask.rack_id, &ask.subscribed_topic_regex, &ask.server_assignor];
    let mut texts = texts.chain(options.into_iter().flatten());
    let names = ask.subscribed_topic_names.iter().flatten();
    if names.clone().any(|name| name.len() > TEXT_BYTES_MAX)
        || names.map(String::len).sum::<usize>() > SUBSCRIPTION_BYTES_MAX
    {
        return false;
    }
    texts.all(|text| text.len() <= TEXT_BYTES_MAX)
}

type Done = (ConsumerGroupHeartbeatResponse, Step);

/// A member joins, or says that it is still there and what it has.
fn beat(hall: &mut Hall, asker: &Asker) -> Result<Done, Refused> {
    let ask = &asker.ask;
    let mut step = Step::default();
    let is_joining = ask.member_epoch == JOINING;
    let Hall { classics, consumers, streams, cx } = hall;
    if streams.contains_key(&ask.group_id) {
        return Err(leave::not_found(&ask.group_id, true));
    }
    let group = migrate::base(classics, consumers, cx, &ask.group_id, is_joining, &mut step)?;
    check_size(cx, &group, &ask.member_id)?;
    let member_id = match ask.member_id.is_empty() {
        true => Uuid::from_random(asker.random).to_string(),
        false => ask.member_id.clone(),
    };
    let said = ask.topic_partitions.as_deref().map(said);
    let member = known_or_new(&group, &member_id, ask, said.as_ref(), &mut step)?;
    let updated = updated(&member, asker);
    let changes = group.changes(cx, &member, &updated, &mut step)?;
    let decided = group.decide(cx, &member, &updated, changes, &mut step)?;
    let updated = group.reconcile(cx, updated, &decided, said.as_ref(), &mut step)?;
    let settings = cx.settings.of(&group.id);
    let at = cx.now + Millis::from(settings.session_timeout_ms);
    cx.timers.set(ModernTimer::Session.of(&group.id, &updated.id), at);
    let is_full = ask.rebalance_timeout_ms != -1
        && (ask.subscribed_topic_names.is_some() || ask.subscribed_topic_regex.is_some())
        && ask.topic_partitions.is_some();
    let must_tell = is_joining || is_full || member.assigned != updated.assigned;
    let answer = ConsumerGroupHeartbeatResponse {
        member_id: Some(updated.id.to_string()),
        member_epoch: updated.epoch,
        heartbeat_interval_ms: settings.heartbeat_interval_ms,
        assignment: must_tell.then(|| told(&updated)),
        ..Default::default()
    };
    Ok((answer, step))
}

/// Says whether there is room for a member.
pub(super) fn check_size(cx: &Cx, group: &Base, member: &str) -> Result<(), Refused> {
    let most = cx.config.consumer_group_max_size;
    if group.len() < most || group.member(member).is_some() {
        return Ok(());
    }
    Err(Refused::new(
        ErrorCode::GROUP_MAX_SIZE_REACHED,
        format!("The consumer group has reached its maximum capacity of {most} members."),
    ))
}

/// Returns what a member says that it has.
fn said(topics: &[wire::TopicPartitions]) -> Assignment {
    let mut said = Assignment::new();
    for topic in topics {
        let partitions: &mut BTreeSet<i32> = said.entry(topic.topic_id).or_default();
        partitions.extend(topic.partitions.iter().copied());
    }
    said
}

/// Returns what a member is told that it has.
fn told(member: &Member) -> wire::Assignment {
    let topics = member.assigned.iter().map(|(topic, partitions)| TopicPartitionsResponse {
        topic_id: *topic,
        partitions: partitions.keys().copied().collect(),
    });
    wire::Assignment { topic_partitions: topics.collect() }
}

/// Returns the member as it is with what it says now.
fn updated(member: &Member, asker: &Asker) -> Member {
    let ask = &asker.ask;
    let mut updated = member.clone();
    let differs = |own: &Option<Arc<str>>, said: &str| own.as_deref() != Some(said);
    for (own, said) in [
        (&mut updated.instance, &ask.instance_id),
        (&mut updated.rack, &ask.rack_id),
        (&mut updated.assignor, &ask.server_assignor),
        (&mut updated.pattern, &ask.subscribed_topic_regex),
    ] {
        if let Some(said) = said.as_deref().filter(|said| differs(own, said)) {
            *own = Some(Arc::from(said));
        }
    }
    if ask.rebalance_timeout_ms != -1 {
        updated.rebalance_timeout_ms = ask.rebalance_timeout_ms;
    }
    if let Some(topics) = &ask.subscribed_topic_names {
        let topics: BTreeSet<String> = topics.iter().cloned().collect();
        if topics != *updated.topics {
            updated.topics = Arc::new(topics);
        }
    }
    if asker.who != *updated.client {
        updated.client = Arc::new(asker.who.clone());
    }
    updated.classic = None;
    updated
}

/// Returns the member that a heartbeat is of, or one that is new.
fn known_or_new(
    group: &Base,
    id: &str,
    ask: &ConsumerGroupHeartbeatRequest,
    said: Option<&Assignment>,
    step: &mut Step,
) -> Result<Member, Refused> {
    let is_joining = ask.member_epoch == JOINING;
    let Some(instance) = ask.instance_id.as_deref() else {
        let member = dynamic(group, id, is_joining)?;
        check_epoch(&member, ask.member_epoch, said)?;
        return Ok(member);
    };
    let member = group.static_member(instance);
    if is_joining {
        let Some(member) = member else {
            return Ok(group.member(id).cloned().unwrap_or_else(|| Member::new(id)));
        };
        if !member.is_classic() && member.epoch != AWAY {
            let why = format!(
                "Static member {id} with instance id {instance} cannot join the group because \
                 the instance id is owned by {} member.",
                member.id
            );
            return Err(Refused::new(ErrorCode::UNRELEASED_INSTANCE_ID, why));
        }
        return Ok(group.replace(member, id, step));
    }
    let member = current_instance(member, id, instance)?;
    check_epoch(member, ask.member_epoch, said)?;
    Ok(member.clone())
}

/// Returns a member without an instance id.
pub(super) fn dynamic(group: &Base, id: &str, may_be_new: bool) -> Result<Member, Refused> {
    match group.member(id) {
        Some(member) => Ok(member.clone()),
        None if may_be_new => Ok(Member::new(id)),
        None => Err(not_a_member(id, &group.id)),
    }
}

pub(super) fn not_a_member(id: &str, group: &str) -> Refused {
    let why = format!("Member {id} is not a member of group {group}.");
    Refused::new(ErrorCode::UNKNOWN_MEMBER_ID, why)
}

/// Checks that an instance is known, and by this very member id.
pub(super) fn current_instance<'a>(
    member: Option<&'a Member>,
    id: &str,
    instance: &str,
) -> Result<&'a Member, Refused> {
    let member = member.ok_or_else(|| {
        let why = format!("Instance id {instance} is unknown.");
        Refused::new(ErrorCode::UNKNOWN_MEMBER_ID, why)
    })?;
    if *member.id == *id {
        return Ok(member);
    }
    let why = format!(
        "Static member {id} with instance id {instance} was fenced by member {}.",
        member.id
    );
    Err(Refused::new(ErrorCode::FENCED_INSTANCE_ID, why))
}

/// Checks the epoch that a member says it is at: the current one; or the one before, if it has
/// nothing that it was not given since: then it did not get the last answer.
fn check_epoch(member: &Member, epoch: i32, said: Option<&Assignment>) -> Result<(), Refused> {
    let fenced = |relation: &str| {
        let why = format!(
            "The consumer group member has a {relation} member epoch ({epoch}) than the one \
             known by the group coordinator ({}). The member must abandon all its partitions \
             and rejoin.",
            member.epoch
        );
        Err(Refused::new(ErrorCode::FENCED_MEMBER_EPOCH, why))
    };
    let has_no_more = |said: &Assignment| {
        said.iter().all(|(topic, partitions)| {
            let own = member.assigned.get(topic);
            own.is_some_and(|own| partitions.iter().all(|partition| own.contains_key(partition)))
        })
    };
    if epoch == JOINING || epoch == member.epoch {
        Ok(())
    } else if epoch > member.epoch {
        fenced("greater")
    } else if epoch == member.previous_epoch && said.is_some_and(has_no_more) {
        Ok(())
    } else {
        fenced("smaller")
    }
}
