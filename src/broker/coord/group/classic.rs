//! A classic group: its members and who of them is what. What happens to them is in `rebalance`.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::desk::{Cx, Seat, Timer};
use super::member::Member;
use super::state::State;
use crate::base::clock::Millis;
use crate::base::meter::Charge;
use crate::broker::coord::java::{self, DEFAULT_BUCKETS};
use crate::broker::coord::timers::Timers;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_protocol::ConsumerProtocolSubscription;
use crate::wire::messages::join_group::{
    JoinGroupRequestProtocol, JoinGroupResponse, JoinGroupResponseMember,
};
use crate::wire::primitives::Reader;
use crate::wire::schema::Message;

/// The protocol type of consumers: the only one whose metadata is ever looked into.
const CONSUMER: &str = "consumer";

/// A classic group (`ClassicGroup`).
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: String,
    state: State,
    previous: State,
    /// Since when it is in its state. None where an old record did not say.
    pub(super) state_since: Option<Millis>,
    pub(super) generation: i32,
    /// What its members are: `consumer`, `connect`, `sr`. None where it only keeps offsets.
    pub(super) protocol_type: Option<String>,
    /// What the members of this generation speak.
    pub(super) protocol: Option<String>,
    pub(super) leader: Option<String>,
    pub(super) members: BTreeMap<String, Member>,
    /// Member ids of static members, by instance id.
    pub(super) statics: BTreeMap<String, String>,
    /// Member ids that were given out (MEMBER_ID_REQUIRED) and have not joined yet.
    pub(super) pending: BTreeSet<String>,
    /// Members of this generation that have not sent SyncGroup yet.
    pub(super) unsynced: BTreeSet<String>,
    /// Topics that its consumers are subscribed to. None where that cannot be known.
    pub(super) subscribed: Option<BTreeSet<String>>,
    /// Whether somebody joined since the first rebalance was last put off.
    pub(super) has_newcomer: bool,
    /// How long the first rebalance was put off, and may still be, in milliseconds.
    pub(super) delay: Option<(i32, i32)>,
    /// The append that writes the leader's assignment of this generation.
    pub(super) assigning: Option<u64>,
    /// The bytes that it takes.
    pub(super) held: Charge,
}

impl Group {
    pub(super) fn new(id: &str, since: Option<Millis>) -> Self {
        Group {
            id: id.to_owned(),
            state: State::Empty,
            previous: State::Empty,
            state_since: since,
            generation: 0,
            protocol_type: None,
            protocol: None,
            leader: None,
            members: BTreeMap::new(),
            statics: BTreeMap::new(),
            pending: BTreeSet::new(),
            unsynced: BTreeSet::new(),
            subscribed: None,
            has_newcomer: false,
            delay: None,
            assigning: None,
            held: Charge::default(),
        }
    }

    /// Puts in a member that a record speaks of, before the group is alive.
    pub(super) fn restore(&mut self, member: Member) {
        self.state = State::Stable;
        self.previous = State::Stable;
        if let Some(instance) = &member.instance {
            self.statics.insert(instance.clone(), member.id.clone());
        }
        self.members.insert(member.id.clone(), member);
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn become_state(&mut self, next: State, now: Millis) {
        debug_assert!(self.state.may_become(next), "{} to {next}", self.state);
        self.previous = self.state;
        self.state = next;
        self.state_since = Some(now);
    }

    /// Says whether this is the rebalance that brings an empty group to life.
    pub(super) fn is_first_rebalance(&self) -> bool {
        self.state == State::PreparingRebalance && self.previous == State::Empty
    }

    pub(super) fn is_leader(&self, member: &str) -> bool {
        self.leader.as_deref() == Some(member)
    }

    pub(super) fn leader_or_none(&self) -> String {
        self.leader.clone().unwrap_or_default()
    }

    pub(super) fn joining_count(&self) -> usize {
        self.members.values().filter(|member| member.joining.is_some()).count()
    }

    pub(super) fn has_all_joined(&self) -> bool {
        self.pending.is_empty() && self.members.values().all(|member| member.joining.is_some())
    }

    /// Returns the longest rebalance timeout of its members, in milliseconds.
    pub(super) fn rebalance_timeout_ms(&self) -> i32 {
        let timeouts = self.members.values().map(|member| member.terms.rebalance_timeout_ms);
        timeouts.max().unwrap_or(0).max(0)
    }

    /// Says whether members of a type with these protocols fit in: one of the protocols must be
    /// spoken by everybody.
    pub(super) fn supports(&self, kind: &str, protocols: &[JoinGroupRequestProtocol]) -> bool {
        if self.state == State::Empty {
            return !kind.is_empty() && !protocols.is_empty();
        }
        self.protocol_type.as_deref() == Some(kind)
            && protocols
                .iter()
                .any(|protocol| self.members.values().all(|member| member.supports(&protocol.name)))
    }

    /// Returns the protocol with the most votes among those that all members speak. Where votes
    /// are equal it is the first of Java's hash table. None without a member, or without such a
    /// protocol.
    pub(super) fn select_protocol(&self) -> Option<String> {
        let first = self.members.values().next()?;
        let names = first.terms.protocols.iter().map(|protocol| protocol.name.as_str());
        let candidates: BTreeSet<&str> = names
            .filter(|name| self.members.values().all(|member| member.supports(name)))
            .collect();
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for member in self.members.values() {
            if let Some(name) = member.vote(&candidates) {
                *votes.entry(name).or_default() += 1;
            }
        }
        let most = *votes.values().max()?;
        let voted = java::hashed(votes, |(name, _)| name);
        voted.into_iter().find(|(_, count)| *count == most).map(|(name, _)| name.to_owned())
    }

    /// Looks into the subscriptions of consumers for their topics. Anything that is not a
    /// consumer's subscription makes the topics unknown.
    pub(super) fn subscriptions(&self) -> Option<BTreeSet<String>> {
        if self.protocol_type.as_deref() != Some(CONSUMER) {
            return None;
        }
        if self.members.is_empty() {
            return Some(BTreeSet::new());
        }
        let protocol = self.protocol.as_deref()?;
        let mut topics = BTreeSet::new();
        for member in self.members.values() {
            topics.extend(topics_of(member.metadata(Some(protocol)))?);
        }
        Some(topics)
    }

    /// Says whether consumers of this group read a topic. Where that is unknown, they may.
    pub(super) fn is_subscribed(&self, topic: &str) -> bool {
        match &self.subscribed {
            Some(topics) => topics.contains(topic),
            None => self.uses_consumer_protocol(),
        }
    }

    pub(super) fn uses_consumer_protocol(&self) -> bool {
        self.protocol_type.as_deref() == Some(CONSUMER)
    }

    /// Checks that a request comes from a current member.
    pub(super) fn check(&self, member: &str, instance: Option<&str>) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            match self.statics.get(instance) {
                None => return Err(ErrorCode::UNKNOWN_MEMBER_ID),
                Some(current) if current != member => return Err(ErrorCode::FENCED_INSTANCE_ID),
                Some(_) => {}
            }
        }
        if self.members.contains_key(member) { Ok(()) } else { Err(ErrorCode::UNKNOWN_MEMBER_ID) }
    }

    /// Checks that a request comes from a current member of the current generation.
    pub(super) fn check_generation(
        &self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
    ) -> Result<(), ErrorCode> {
        self.check(member, instance)?;
        if generation == self.generation { Ok(()) } else { Err(ErrorCode::ILLEGAL_GENERATION) }
    }

    /// Takes a member in. The first one says what the group is, and leads it.
    pub(super) fn add(&mut self, member: Member, kind: &str) {
        if let Some(instance) = &member.instance {
            self.statics.insert(instance.clone(), member.id.clone());
        }
        if self.members.is_empty() {
            self.protocol_type = Some(kind.to_owned());
        }
        if self.leader.is_none() {
            self.leader = Some(member.id.clone());
        }
        self.pending.remove(&member.id);
        self.members.insert(member.id.clone(), member);
    }

    /// Takes a member out, or an id that was given out. Whoever still waits for an answer in its
    /// name is told that it is no member.
    pub(super) fn remove(&mut self, cx: &mut Cx, id: &str) {
        cx.timers.stop(&self.session_of(id));
        self.pending.remove(id);
        self.unsynced.remove(id);
        if let Some(mut member) = self.members.remove(id) {
            if let Some(seat) = member.joining.take() {
                cx.refuse_join(seat, "", ErrorCode::UNKNOWN_MEMBER_ID);
            }
            if let Some(seat) = member.syncing.take() {
                cx.refuse_sync(seat, ErrorCode::UNKNOWN_MEMBER_ID);
            }
            if let Some(instance) = &member.instance {
                self.statics.remove(instance);
            }
        }
        if self.is_leader(id) {
            // Its table is as large as it was before.
            let len = self.members.len() + 1;
            let left = java::in_hash_order(self.members.keys(), |id| id, DEFAULT_BUCKETS, len);
            self.leader = left.first().map(|id| (*id).clone());
        }
    }

    /// Makes sure that the leader is one that has joined: if the old one has not, another takes
    /// its place. Says whether there is one.
    pub(super) fn elect_leader(&mut self) -> bool {
        let leader = self.leader.as_ref().and_then(|leader| self.members.get(leader));
        if leader.is_none() || leader.is_some_and(|leader| leader.joining.is_some()) {
            return leader.is_some();
        }
        let members = self.in_order();
        let joined = members.iter().find(|member| member.joining.is_some());
        let Some(joined) = joined.map(|member| member.id.clone()) else { return false };
        self.leader = Some(joined);
        true
    }

    /// Parks a JoinGroup of a member. One that was parked before, which its client must have
    /// given up, is told to try again.
    pub(super) fn park_join(&mut self, cx: &mut Cx, id: &str, seat: Seat) {
        let Some(member) = self.members.get_mut(id) else { return };
        if let Some(old) = member.joining.replace(seat) {
            cx.refuse_join(old, id, ErrorCode::REBALANCE_IN_PROGRESS);
        }
    }

    /// Parks a SyncGroup of a member, as a JoinGroup.
    pub(super) fn park_sync(&mut self, cx: &mut Cx, id: &str, seat: Seat) {
        let Some(member) = self.members.get_mut(id) else { return };
        if let Some(old) = member.syncing.replace(seat) {
            cx.refuse_sync(old, ErrorCode::REBALANCE_IN_PROGRESS);
        }
    }

    /// Returns what a member is told of the current generation.
    pub(super) fn generation_for(&self, member: &str) -> JoinGroupResponse {
        JoinGroupResponse {
            generation_id: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            leader: self.leader_or_none(),
            member_id: member.to_owned(),
            members: if self.is_leader(member) { self.members_for_leader() } else { Vec::new() },
            ..Default::default()
        }
    }

    /// Returns the members in the order in which Kafka goes through them.
    fn in_order(&self) -> Vec<&Member> {
        java::hashed(self.members.values(), |member| &member.id)
    }

    fn members_for_leader(&self) -> Vec<JoinGroupResponseMember> {
        let members = self.in_order().into_iter().map(|member| JoinGroupResponseMember {
            member_id: member.id.clone(),
            group_instance_id: member.instance.clone(),
            metadata: member.metadata(self.protocol.as_deref()),
        });
        members.collect()
    }

    pub(super) fn session_of(&self, member: &str) -> Timer {
        Timer::Session { group: self.id.clone(), member: member.to_owned() }
    }

    pub(super) fn join_timer(&self) -> Timer {
        Timer::Join { group: self.id.clone() }
    }

    pub(super) fn sync_timer(&self) -> Timer {
        Timer::Sync { group: self.id.clone() }
    }

    /// Hears of a member: its session begins again.
    pub(super) fn hear_of(&self, cx: &mut Cx, member: &str) {
        if let Some(member) = self.members.get(member) {
            let at = cx.now + Millis::from(member.terms.session_timeout_ms);
            cx.timers.set(self.session_of(&member.id), at);
        }
    }

    /// Ends the group: nothing of it will become due.
    pub(super) fn stop_timers(&self, timers: &mut Timers<Timer>) {
        timers.stop(&self.join_timer());
        timers.stop(&self.sync_timer());
        for member in self.members.keys().chain(&self.pending) {
            timers.stop(&self.session_of(member));
        }
    }

    /// Ends the group, and answers whoever waits in it with an error.
    pub(super) fn dissolve(&mut self, cx: &mut Cx, error: ErrorCode) {
        self.stop_timers(cx.timers);
        self.release(cx, error);
    }

    /// Answers whoever waits in the group with an error: what is being written for them is of no
    /// use any more.
    pub(super) fn release(&mut self, cx: &mut Cx, error: ErrorCode) {
        self.assigning = None;
        for member in self.members.values_mut() {
            if let Some(seat) = member.joining.take() {
                cx.refuse_join(seat, "", error);
            }
            if let Some(seat) = member.syncing.take() {
                cx.refuse_sync(seat, error);
            }
        }
    }
}

/// Reads the topics of a consumer's subscription. Every version begins as version 0 does.
fn topics_of(subscription: Bytes) -> Option<Vec<String>> {
    let mut reader = Reader::new(subscription);
    let version = reader.i16().ok()?;
    if version < 0 {
        return None;
    }
    ConsumerProtocolSubscription::read(&mut reader, 0).ok().map(|read| read.topics)
}
