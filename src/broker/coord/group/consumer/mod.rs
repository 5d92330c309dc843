//! Consumer groups (KIP-848): the members heartbeat, the coordinator assigns.
//!
//! - `group`, `member`: what is remembered, and `records`: how
//! - `heartbeat`: the one request of the newer protocol; `leave`: how it ends
//! - `assign`: from subscriptions to a group's epoch, from there to a target assignment
//! - `reconcile`: from what a member has to what it is to have
//! - `patterns`: subscriptions by regular expression
//! - `classic`: members that speak the classic protocol, in a group of this kind
//! - `migrate`: a group changes its kind while its members live on
//! - `offsets`: who may commit and fetch
//! - `protocol`: what classic consumers say to each other
//! - `describe`: looking at a group
//!
//! A request is answered from what is remembered and leads to records; nothing changes before
//! these are written. While they are on their way, what else is asked of the group waits.

mod assign;
pub(super) mod classic;
mod describe;
mod group;
mod heartbeat;
mod leave;
mod member;
mod migrate;
pub(super) mod offsets;
mod patterns;
mod protocol;
mod reconcile;
pub(super) mod records;

use std::collections::BTreeMap;
use std::ops::Deref;

use super::classic::Group;
use super::desk::{After, Cx, ModernTimer, Timer};
use super::streams::StreamsGroup;
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Record, Reply, Ticket};
use crate::wire::ErrorCode;

pub(super) use self::describe::describe;
pub(super) use self::group::ConsumerGroup;
pub(super) use self::heartbeat::{Asker, heartbeat};
pub(super) use self::leave::expired;
pub(super) use self::patterns::resolve;

/// What a group was told of its intervals, or what all groups were told, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `consumer.session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// `consumer.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: i32,
    /// `consumer.assignment.interval.ms`.
    pub assignment_interval_ms: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            session_timeout_ms: 45_000,
            heartbeat_interval_ms: 5_000,
            assignment_interval_ms: 1_000,
        }
    }
}

/// Which groups may change their kind while they have members
/// (`group.consumer.migration.policy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MigrationPolicy {
    #[default]
    Bidirectional,
    Upgrade,
    Downgrade,
    Disabled,
}

impl MigrationPolicy {
    /// Returns the policy of a name. Case does not matter.
    pub fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "bidirectional" => Some(MigrationPolicy::Bidirectional),
            "upgrade" => Some(MigrationPolicy::Upgrade),
            "downgrade" => Some(MigrationPolicy::Downgrade),
            "disabled" => Some(MigrationPolicy::Disabled),
            _ => None,
        }
    }

    fn may_upgrade(self) -> bool {
        matches!(self, MigrationPolicy::Bidirectional | MigrationPolicy::Upgrade)
    }

    fn may_downgrade(self) -> bool {
        matches!(self, MigrationPolicy::Bidirectional | MigrationPolicy::Downgrade)
    }
}

/// The groups of both kinds, and all that a room needs beside them.
pub(super) struct Hall<'a> {
    pub(super) classics: &'a mut BTreeMap<String, Group>,
    pub(super) consumers: &'a mut BTreeMap<String, ConsumerGroup>,
    pub(super) streams: &'a mut BTreeMap<String, StreamsGroup>,
    pub(super) cx: Cx<'a>,
}

/// A group as a request finds it: one that is remembered, or one that the request's own records
/// make.
enum Base<'a> {
    Known(&'a ConsumerGroup),
    New(Box<ConsumerGroup>),
}

impl Deref for Base<'_> {
    type Target = ConsumerGroup;

    fn deref(&self) -> &ConsumerGroup {
        match self {
            Base::Known(group) => group,
            Base::New(group) => group,
        }
    }
}

/// What a request comes to: what must be written, and what follows from that.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) records: Vec<Record>,
    /// When the group's topics are looked at next, and the epoch that this is said at.
    pub(super) refresh: Option<(Millis, i32)>,
    pub(super) then: Then,
}

/// What follows when the records of a step are written.
#[derive(Debug, Default)]
pub(super) enum Then {
    #[default]
    Nothing,
    /// A classic group has become a consumer group: it goes before the records come.
    Upgraded,
    /// A consumer group has become this classic group.
    Downgraded { group: Box<Group>, must_rebalance: bool },
    /// A classic member has been answered: it must send SyncGroup and heartbeats.
    Joined { member: String, session_timeout_ms: i32, rebalance_timeout_ms: i32 },
}

/// How long something that became due waits when it could not be written, in milliseconds.
const RETRY_MS: Millis = 500;

/// A step whose records are on their way.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) group: String,
    pub(super) reply: Option<(Ticket, Reply)>,
    pub(super) refresh: Option<(Millis, i32)>,
    pub(super) then: Then,
    /// What became due and led to this: it comes again if the records cannot be written.
    pub(super) due: Option<Timer>,
}

impl Hall<'_> {
    /// Has the records of a step written, and then answers and goes on.
    pub(super) fn write(&mut self, group: &str, reply: Option<(Ticket, Reply)>, step: Step) {
        self.submit(group, reply, None, step);
    }

    /// The same for something that became due.
    pub(super) fn write_due(&mut self, group: &str, due: Timer, step: Step) {
        self.submit(group, None, Some(due), step);
    }

    fn submit(
        &mut self,
        group: &str,
        reply: Option<(Ticket, Reply)>,
        due: Option<Timer>,
        step: Step,
    ) {
        let Step { records, refresh, then } = step;
        let written = Written { group: group.to_owned(), reply, refresh, then, due };
        if records.is_empty() {
            self.finish(written, Ok(()));
        } else {
            self.cx.append_modern(records, written);
        }
    }

    fn retry(&mut self, due: Timer) {
        self.cx.timers.set(due, self.cx.now + RETRY_MS);
    }

    /// The records of a step are written and taken in, or could not be written.
    pub(super) fn finish(&mut self, written: Written, result: Result<(), ErrorCode>) {
        let Written { group: id, reply, refresh, then, due } = written;
        if let Err(error) = result {
            if let Some(due) = due {
                self.retry(due);
            }
            if let Some((ticket, reply)) = reply {
                self.cx.reply(ticket, reply.failed(error));
            }
            return;
        }
        if let Some(refresh) = refresh
            && let Some(group) = self.consumers.get_mut(&id)
        {
            group.refresh = refresh;
        }
        match then {
            Then::Nothing | Then::Upgraded => {}
            Then::Joined { member, session_timeout_ms, rebalance_timeout_ms } => {
                let mut set = |timer: ModernTimer, timeout_ms: i32| {
                    let at = self.cx.now + Millis::from(timeout_ms);
                    self.cx.timers.set(timer.of(&id, &member), at);
                };
                set(ModernTimer::Session, session_timeout_ms);
                set(ModernTimer::Sync, rebalance_timeout_ms);
                self.cx.timers.stop(&ModernTimer::Join.of(&id, &member));
            }
            Then::Downgraded { group, must_rebalance } => self.downgraded(*group, must_rebalance),
        }
        if let Some((ticket, reply)) = reply {
            self.cx.reply(ticket, reply);
        }
    }

    /// A group is a classic one from here on: its members have their sessions as such.
    fn downgraded(&mut self, mut group: Group, must_rebalance: bool) {
        for member in group.members.keys() {
            group.hear_of(&mut self.cx, member);
        }
        if must_rebalance {
            let records = group.prepare(&mut self.cx);
            self.cx.append(&group.id, records, After::Nothing);
        }
        self.classics.insert(group.id.clone(), group);
    }
}
