//! JoinGroup, versions 0 to 9.
//!
//! Versions: 0 the rebalance timeout is the session timeout · 4 a new member without an id is
//! given one first (KIP-394) · 5 static members (KIP-345) · 7 a protocol may be null ·
//! 9 a static leader that comes back is told to skip the assignment (KIP-814).

use std::collections::BTreeMap;

use bytes::Bytes;

use super::Client;
use super::classic::Group;
use super::consumer::{self, Hall};
use super::desk::{After, Before, Cx, Replaced, Seat};
use super::member::{Member, Terms, new_member_id};
use super::state::State;
use super::{records, streams};
use crate::base::clock::Millis;
use crate::base::limits::MEMBER_BYTES_MAX;
use crate::broker::coord::effects::Record;
use crate::wire::ErrorCode;
use crate::wire::messages::join_group::{JoinGroupRequest, JoinGroupRequestProtocol};

/// How many protocols a member may speak. Kafka has no limit; clients speak two or three, and
/// each is compared with those of all members.
const PROTOCOLS_MAX: usize = 100;

/// Who joins, and how.
#[derive(Debug)]
pub(super) struct Joiner {
    pub(super) who: Client,
    pub(super) random: [u8; 16],
    pub(super) ask: JoinGroupRequest,
}

impl Joiner {
    fn instance(&self) -> Option<&str> {
        self.ask.group_instance_id.as_deref()
    }

    fn terms(&self) -> Terms {
        Terms {
            rebalance_timeout_ms: self.ask.rebalance_timeout_ms,
            session_timeout_ms: self.ask.session_timeout_ms,
            // The bytes are a piece of the frame, which is not to stay for as long as the member.
            protocols: self
                .ask
                .protocols
                .iter()
                .map(|protocol| JoinGroupRequestProtocol {
                    name: protocol.name.clone(),
                    metadata: Bytes::copy_from_slice(&protocol.metadata),
                })
                .collect(),
        }
    }

    /// Says whether there are not too many protocols, and whether everything that a record of
    /// the group keeps as text fits into one.
    fn is_bounded(&self) -> bool {
        let ask = &self.ask;
        let bytes: usize = ask.protocols.iter().map(|protocol| protocol.metadata.len()).sum();
        if ask.protocols.len() > PROTOCOLS_MAX || bytes > MEMBER_BYTES_MAX {
            return false;
        }
        let names = ask.protocols.iter().map(|protocol| protocol.name.as_str());
        let mut texts = names.chain(self.instance()).chain([
            ask.group_id.as_str(),
            ask.protocol_type.as_str(),
            self.who.client_id.as_str(),
            self.who.host.as_str(),
        ]);
        texts.all(|text| text.len() <= records::TEXT_BYTES_MAX)
    }
}

/// What a step leaves to do: records to write, and what follows.
struct Step {
    records: Vec<Record>,
    after: After,
}

impl From<Vec<Record>> for Step {
    fn from(records: Vec<Record>) -> Self {
        Step { records, after: After::Nothing }
    }
}

/// Checks what needs no group. A version that does not say the rebalance timeout means the
/// session timeout.
pub(super) fn checked(cx: &mut Cx, seat: Seat, mut joiner: Joiner) -> Option<Joiner> {
    if seat.version == 0 {
        joiner.ask.rebalance_timeout_ms = joiner.ask.session_timeout_ms;
    }
    let sessions = cx.config.min_session_timeout_ms..=cx.config.max_session_timeout_ms;
    let error = if joiner.ask.group_id.is_empty() {
        ErrorCode::INVALID_GROUP_ID
    } else if !sessions.contains(&joiner.ask.session_timeout_ms) {
        ErrorCode::INVALID_SESSION_TIMEOUT
    } else if !joiner.is_bounded() {
        ErrorCode::INVALID_REQUEST
    } else {
        return Some(joiner);
    };
    cx.refuse_join(seat, &joiner.ask.member_id, error);
    None
}

/// A classic member joins a consumer group or a streams group that is empty: the group becomes a
/// classic one.
pub(super) fn join_instead(hall: &mut Hall, seat: Seat, joiner: Joiner) {
    let Hall { classics, consumers, streams, cx } = hall;
    let Some(joiner) = checked(cx, seat, joiner) else { return };
    let id = joiner.ask.group_id.as_str();
    if !joiner.ask.member_id.is_empty() {
        return cx.refuse_join(seat, &joiner.ask.member_id, ErrorCode::UNKNOWN_MEMBER_ID);
    }
    let before = consumers.remove(id).map(Before::Consumer);
    let before = before.or_else(|| streams.remove(id).map(Before::Streams));
    join_checked(classics, cx, seat, &joiner, before);
}

pub(super) fn join(groups: &mut BTreeMap<String, Group>, cx: &mut Cx, seat: Seat, joiner: Joiner) {
    if let Some(joiner) = checked(cx, seat, joiner) {
        join_checked(groups, cx, seat, &joiner, None);
    }
}

/// Does a JoinGroup that may be done. A group that is new may come in another's place.
fn join_checked(
    groups: &mut BTreeMap<String, Group>,
    cx: &mut Cx,
    seat: Seat,
    joiner: &Joiner,
    before: Option<Before>,
) {
    let (id, member_id) = (&joiner.ask.group_id, &joiner.ask.member_id);
    let is_new_group = !groups.contains_key(id);
    if is_new_group && !member_id.is_empty() {
        return cx.refuse_join(seat, member_id, ErrorCode::UNKNOWN_MEMBER_ID);
    }
    let group = groups.entry(id.clone()).or_insert_with(|| Group::new(id, Some(cx.now)));
    let step = if !accepts(group, member_id, cx.config.group_max_size) {
        cx.refuse_join(seat, "", ErrorCode::GROUP_MAX_SIZE_REACHED);
        group.remove(cx, member_id);
        group.try_complete_join(cx).into()
    } else if !group.supports(&joiner.ask.protocol_type, &joiner.ask.protocols) {
        cx.refuse_join(seat, member_id, ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
        Vec::new().into()
    } else if member_id.is_empty() {
        join_new(group, cx, seat, joiner)
    } else {
        join_known(group, cx, seat, joiner)
    };
    if is_new_group && step.records.is_empty() {
        // The group is written down from its first day on.
        let mut records = Vec::new();
        match &before {
            None => {}
            Some(Before::Consumer(group)) => {
                consumer::records::remove_group(&mut records, group, None);
            }
            Some(Before::Streams(group)) => streams::records::remove_group(&mut records, group),
        }
        records.push(records::new_group(group));
        let before = before.map(Box::new);
        return cx.append(id, records, After::Created { group: id.clone(), before });
    }
    cx.append(id, step.records, step.after);
}

/// Says whether there is room for a member. While members join again it is those that have
/// joined that count: the group may be over its size, and the last to come are out.
fn accepts(group: &Group, member_id: &str, size_max: usize) -> bool {
    let member = group.members.get(member_id);
    match group.state() {
        State::Empty => true,
        State::PreparingRebalance => {
            member.is_some_and(|member| member.joining.is_some())
                || group.joining_count() < size_max
        }
        State::CompletingRebalance | State::Stable => {
            member.is_some() || group.members.len() < size_max
        }
    }
}

/// A member without an id.
fn join_new(group: &mut Group, cx: &mut Cx, seat: Seat, joiner: &Joiner) -> Step {
    let new_id = new_member_id(joiner.instance(), &joiner.who.client_id, joiner.random);
    if let Some(instance) = joiner.instance() {
        return match group.statics.get(instance).cloned() {
            Some(old_id) => replace_static(group, cx, seat, joiner, old_id, new_id),
            None => add(group, cx, seat, joiner, new_id),
        };
    }
    if seat.version < 4 {
        return add(group, cx, seat, joiner, new_id);
    }
    if group.pending.len() >= cx.config.pending_members_max {
        cx.refuse_join(seat, "", ErrorCode::GROUP_MAX_SIZE_REACHED);
        return Vec::new().into();
    }
    // It must come back with this id: so a client that never hears the answer leaves no member
    // behind that everybody waits for.
    let at = cx.now + Millis::from(joiner.ask.session_timeout_ms);
    cx.timers.set(group.session_of(&new_id), at);
    cx.refuse_join(seat, &new_id, ErrorCode::MEMBER_ID_REQUIRED);
    group.pending.insert(new_id);
    Vec::new().into()
}

/// A member with an id that it was given.
fn join_known(group: &mut Group, cx: &mut Cx, seat: Seat, joiner: &Joiner) -> Step {
    let member_id = &joiner.ask.member_id;
    if group.pending.contains(member_id) {
        if joiner.instance().is_some() {
            // Ids are given out in this way to dynamic members only.
            cx.refuse_join(seat, member_id, ErrorCode::UNKNOWN_SERVER_ERROR);
            return Vec::new().into();
        }
        return add(group, cx, seat, joiner, member_id.clone());
    }
    if let Err(error) = group.check(member_id, joiner.instance()) {
        cx.refuse_join(seat, member_id, error);
        return Vec::new().into();
    }
    let member = group.members.get(member_id);
    let is_same = member.is_some_and(|member| member.terms.protocols == joiner.ask.protocols);
    let is_settled = match group.state() {
        // It did not get the first answer.
        State::CompletingRebalance => is_same,
        // A leader joins because something changed that only it can see.
        State::Stable => is_same && !group.is_leader(member_id),
        State::PreparingRebalance | State::Empty => false,
    };
    if is_settled {
        let answer = group.generation_for(member_id);
        cx.reply_join(seat, answer);
        return Vec::new().into();
    }
    update(group, member_id, joiner.terms());
    group.park_join(cx, member_id, seat);
    group.rebalance(cx).into()
}

fn update(group: &mut Group, member_id: &str, terms: Terms) -> Option<Terms> {
    let member = group.members.get_mut(member_id)?;
    Some(std::mem::replace(&mut member.terms, terms))
}

/// Adds a member, and the others must join again.
fn add(group: &mut Group, cx: &mut Cx, seat: Seat, joiner: &Joiner, id: String) -> Step {
    let member = Member {
        id: id.clone(),
        instance: joiner.ask.group_instance_id.clone(),
        client: joiner.who.clone(),
        terms: joiner.terms(),
        assignment: Bytes::new(),
        joining: Some(seat),
        syncing: None,
        is_new: true,
    };
    if group.is_first_rebalance() {
        group.has_newcomer = true;
    }
    group.add(member, &joiner.ask.protocol_type);
    // It cannot send heartbeats before it is answered; but a client that gave up waiting must
    // not be waited for either.
    let at = cx.now + Millis::from(cx.config.new_member_join_timeout_ms);
    cx.timers.set(group.session_of(&id), at);
    group.rebalance(cx).into()
}

/// A static member has come back without its id: it takes its old place under a new one, and
/// whoever still uses the old one is fenced.
fn replace_static(
    group: &mut Group,
    cx: &mut Cx,
    seat: Seat,
    joiner: &Joiner,
    old_id: String,
    new_id: String,
) -> Step {
    let old_leader = group.leader_or_none();
    rename(group, cx, &old_id, &new_id);
    let Some(old_terms) = update(group, &new_id, joiner.terms()) else {
        return Vec::new().into();
    };
    group.park_join(cx, &new_id, seat);
    group.hear_of(cx, &new_id);
    match group.state() {
        State::Stable if group.protocol == group.select_protocol() => {
            let records = vec![records::group(group, |member| member.assignment.clone())];
            let group = group.id.clone();
            let replaced = Replaced { group, seat, old_id, new_id, old_terms, old_leader };
            Step { records, after: After::Replaced(Box::new(replaced)) }
        }
        State::Stable => group.rebalance(cx).into(),
        // The leader may be assigning to the old id at this moment.
        State::CompletingRebalance => group.prepare(cx).into(),
        State::PreparingRebalance | State::Empty => group.try_complete_join(cx).into(),
    }
}

/// Gives a static member another id. Who waits under the old one is fenced.
fn rename(group: &mut Group, cx: &mut Cx, old_id: &str, new_id: &str) {
    let Some(mut member) = group.members.remove(old_id) else { return };
    cx.timers.stop(&group.session_of(old_id));
    if let Some(seat) = member.joining.take() {
        cx.refuse_join(seat, old_id, ErrorCode::FENCED_INSTANCE_ID);
    }
    if let Some(seat) = member.syncing.take() {
        cx.refuse_sync(seat, ErrorCode::FENCED_INSTANCE_ID);
    }
    member.id = new_id.to_owned();
    if let Some(instance) = &member.instance {
        group.statics.insert(instance.clone(), new_id.to_owned());
    }
    if group.unsynced.remove(old_id) {
        group.unsynced.insert(new_id.to_owned());
    }
    if group.is_leader(old_id) {
        group.leader = Some(new_id.to_owned());
    }
    group.members.insert(new_id.to_owned(), member);
}

/// The new id of a static member has been written, or could not be.
pub(super) fn replaced(
    group: &mut Group,
    cx: &mut Cx,
    replaced: Replaced,
    result: Result<(), ErrorCode>,
) {
    if group.state() != State::Stable {
        // A rebalance has begun: it counts as one that has joined, and is answered with the rest.
        return;
    }
    let Replaced { seat, old_id, new_id, old_terms, old_leader, .. } = replaced;
    let member = group.members.get_mut(&new_id).filter(|member| member.joining == Some(seat));
    // A rebalance, or the same member once more, may have come in between and answered.
    let Some(member) = member else { return };
    member.joining = None;
    let mut answer = group.generation_for(&new_id);
    match result {
        Ok(()) if seat.version >= 9 => answer.skip_assignment = group.is_leader(&new_id),
        Ok(()) => {
            // Before version 9 a leader that comes back must not assign anew: it is told that
            // the leader is who it was.
            answer.leader = old_leader;
            answer.members = Vec::new();
        }
        Err(error) => {
            rename(group, cx, &new_id, &old_id);
            update(group, &old_id, old_terms);
            group.hear_of(cx, &old_id);
            answer.error_code = error.0;
            answer.member_id = String::new();
            answer.members = Vec::new();
            answer.leader = old_leader;
        }
    }
    cx.reply_join(seat, answer);
}
