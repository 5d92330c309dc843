//! Rebalances: how a group gets from one generation to the next.
//!
//! What must be written for a step is returned, so that whoever took the step can say what
//! waits for it.

use super::classic::Group;
use super::desk::Cx;
use super::records;
use super::state::State;
use crate::base::clock::Millis;
use crate::broker::coord::effects::Record;
use crate::wire::ErrorCode;
use crate::wire::messages::sync_group::SyncGroupResponse;

impl Group {
    /// Begins a rebalance, or goes on with the one that is under way.
    pub(super) fn rebalance(&mut self, cx: &mut Cx) -> Vec<Record> {
        if self.state().can_rebalance() { self.prepare(cx) } else { self.try_complete_join(cx) }
    }

    /// Begins a rebalance: members that wait for an assignment must join again.
    pub(super) fn prepare(&mut self, cx: &mut Cx) -> Vec<Record> {
        if self.state() == State::CompletingRebalance {
            self.refuse_assignment(cx, ErrorCode::REBALANCE_IN_PROGRESS);
        }
        self.unsynced.clear();
        self.assigning = None;
        cx.timers.stop(&self.sync_timer());
        if self.state() == State::Empty {
            // The group is new: others may be about to join, and one rebalance is enough.
            let delay_ms = cx.config.initial_rebalance_delay_ms;
            let left_ms = self.rebalance_timeout_ms().saturating_sub(delay_ms).max(0);
            self.put_off(cx, delay_ms, left_ms);
            self.become_state(State::PreparingRebalance, cx.now);
            return Vec::new();
        }
        self.become_state(State::PreparingRebalance, cx.now);
        if self.has_all_joined() {
            return self.complete_join(cx);
        }
        self.delay = None;
        cx.timers.set(self.join_timer(), cx.now + Millis::from(self.rebalance_timeout_ms()));
        Vec::new()
    }

    /// Waits for more members. `left_ms` is how much longer that may go on afterwards.
    fn put_off(&mut self, cx: &mut Cx, delay_ms: i32, left_ms: i32) {
        self.has_newcomer = false;
        self.delay = Some((delay_ms, left_ms));
        cx.timers.set(self.join_timer(), cx.now + Millis::from(delay_ms));
    }

    /// The time to join is over. The first rebalance waits once more if somebody has come.
    pub(super) fn join_expired(&mut self, cx: &mut Cx) -> Vec<Record> {
        if self.state() != State::PreparingRebalance {
            return Vec::new();
        }
        match self.delay {
            Some((delay_ms, left_ms)) if self.has_newcomer && left_ms > 0 => {
                let next_ms = cx.config.initial_rebalance_delay_ms.min(left_ms);
                self.put_off(cx, next_ms, left_ms.saturating_sub(delay_ms).max(0));
                Vec::new()
            }
            _ => self.complete_join(cx),
        }
    }

    /// Ends the joining if everybody has joined. The first rebalance ends by time only.
    pub(super) fn try_complete_join(&mut self, cx: &mut Cx) -> Vec<Record> {
        let is_open = self.state() == State::PreparingRebalance && !self.is_first_rebalance();
        if is_open && self.has_all_joined() { self.complete_join(cx) } else { Vec::new() }
    }

    /// Ends the joining: dynamic members that have not joined are out, the others form the next
    /// generation. Without any the group is empty, and that is written.
    pub(super) fn complete_join(&mut self, cx: &mut Cx) -> Vec<Record> {
        cx.timers.stop(&self.join_timer());
        self.delay = None;
        let late = self.members.values();
        let late = late.filter(|member| member.joining.is_none() && member.instance.is_none());
        let late: Vec<String> = late.map(|member| member.id.clone()).collect();
        for id in late {
            self.remove(cx, &id);
        }
        if !self.elect_leader() && !self.members.is_empty() {
            // Only static members are left, and none has joined: wait until one does, or until
            // their sessions end. Never for no time at all: that would not end.
            let wait_ms = self.rebalance_timeout_ms().max(1);
            cx.timers.set(self.join_timer(), cx.now + Millis::from(wait_ms));
            return Vec::new();
        }
        self.generation = self.generation.checked_add(1).unwrap_or(0);
        self.protocol = self.select_protocol();
        self.subscribed = self.subscriptions();
        if self.members.is_empty() {
            self.become_state(State::Empty, cx.now);
            return vec![records::group(self, |member| member.assignment.clone())];
        }
        self.become_state(State::CompletingRebalance, cx.now);
        self.announce(cx);
        Vec::new()
    }

    /// Tells all that have joined of their generation, and waits for their SyncGroup.
    fn announce(&mut self, cx: &mut Cx) {
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            let answer = self.generation_for(&id);
            if let Some(member) = self.members.get_mut(&id) {
                member.is_new = false;
                if let Some(seat) = member.joining.take() {
                    cx.reply_join(seat, answer);
                }
            }
            self.hear_of(cx, &id);
            self.unsynced.insert(id);
        }
        cx.timers.set(self.sync_timer(), cx.now + Millis::from(self.rebalance_timeout_ms()));
    }

    /// The time to send SyncGroup is over: who has not is out.
    pub(super) fn sync_expired(&mut self, cx: &mut Cx) -> Vec<Record> {
        let is_waiting = matches!(self.state(), State::CompletingRebalance | State::Stable);
        if !is_waiting || self.unsynced.is_empty() {
            return Vec::new();
        }
        for id in std::mem::take(&mut self.unsynced) {
            self.remove(cx, &id);
        }
        self.prepare(cx)
    }

    /// A member has been silent too long, or an id that was given out has not been used.
    pub(super) fn session_expired(&mut self, cx: &mut Cx, id: &str) -> Vec<Record> {
        if self.members.get(id).is_some_and(|member| member.may_be_silent()) {
            // Its session begins again with the answer that it waits for.
            return Vec::new();
        }
        let is_member = self.members.contains_key(id);
        self.remove(cx, id);
        match self.state() {
            State::Stable | State::CompletingRebalance if is_member => self.rebalance(cx),
            State::PreparingRebalance if self.has_all_joined() => self.complete_join(cx),
            _ => Vec::new(),
        }
    }

    /// Sends everybody who waits the assignment that has been written.
    pub(super) fn hand_out_assignment(&mut self, cx: &mut Cx) {
        let (kind, name) = (self.protocol_type.clone(), self.protocol.clone());
        self.answer_syncs(cx, |assignment| SyncGroupResponse {
            protocol_type: kind.clone(),
            protocol_name: name.clone(),
            assignment,
            ..Default::default()
        });
    }

    /// Sends everybody who waits for an assignment an error instead.
    pub(super) fn refuse_assignment(&mut self, cx: &mut Cx, error: ErrorCode) {
        for member in self.members.values_mut() {
            member.assignment = bytes::Bytes::new();
        }
        let error_code = error.0;
        self.answer_syncs(cx, |_| SyncGroupResponse { error_code, ..Default::default() });
    }

    /// Answers those that wait. Their sessions, which may have ended meanwhile, begin again.
    fn answer_syncs(&mut self, cx: &mut Cx, answer: impl Fn(bytes::Bytes) -> SyncGroupResponse) {
        let mut answered = Vec::new();
        for member in self.members.values_mut() {
            if let Some(seat) = member.syncing.take() {
                cx.reply_sync(seat, answer(member.assignment.clone()));
                answered.push(member.id.clone());
            }
        }
        for id in answered {
            self.hear_of(cx, &id);
        }
    }
}
