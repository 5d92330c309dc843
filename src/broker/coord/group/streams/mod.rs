//! Streams groups (KIP-1071): the members are the threads of a Kafka Streams application, and
//! the coordinator gives them tasks.
//!
//! - `group`, `member`, `tasks`, `owners`: what is remembered, and `records`: how
//! - `topology`: what an application does; `topics`: held against the topics that there are
//! - `check`, `heartbeat`: the one request; `leave`: how it ends, and what becomes due
//! - `target`, `assign`: who is to have which task
//! - `reconcile`: from what a member has to what it is to have
//! - `endpoints`: who serves which partitions to interactive queries
//! - `commits`: who may commit and read offsets
//! - `describe`: looking at a group
//! - `java`: the order in which Kafka chooses among equals
//!
//! A request is answered from what is remembered and leads to records; nothing that is
//! remembered changes before these are written. The source is Kafka 4.3.1's package
//! `org.apache.kafka.coordinator.group.streams`. What that refuses is refused here in the same
//! words: static members, task offsets, warm-up tasks, regular expressions, and a topology that
//! is not the group's.

mod assign;
mod check;
pub(super) mod commits;
mod describe;
mod endpoints;
mod group;
mod heartbeat;
mod leave;
mod member;
mod owners;
mod reconcile;
pub(super) mod records;
mod target;
mod tasks;
mod topics;
mod topology;

use std::collections::BTreeMap;

use super::Client;
use super::desk::{Cx, ModernTimer};
use crate::base::clock::Millis;
use crate::wire::messages::streams_group_heartbeat::StreamsGroupHeartbeatRequest;

pub(super) use self::describe::describe;
pub(super) use self::group::StreamsGroup;
pub(super) use self::heartbeat::heartbeat;
pub(super) use self::leave::expired;
use self::member::MemberState;
pub(super) use self::topology::weight_of_topology;

/// The one config of assignments.
const STANDBYS: &str = "num.standby.replicas";

/// What a group was told, or what all groups were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamsSettings {
    /// `streams.session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// `streams.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: i32,
    /// `streams.assignment.interval.ms`.
    pub assignment_interval_ms: i32,
    /// `streams.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay_ms: i32,
    /// `streams.num.standby.replicas`.
    pub num_standby_replicas: i32,
}

impl Default for StreamsSettings {
    fn default() -> Self {
        StreamsSettings {
            session_timeout_ms: 45_000,
            heartbeat_interval_ms: 5_000,
            assignment_interval_ms: 1_000,
            initial_rebalance_delay_ms: 3_000,
            num_standby_replicas: 0,
        }
    }
}

/// What groups were told.
#[derive(Clone, Debug)]
pub struct AllStreamsSettings {
    /// Whether there may be streams groups: the protocol is on, and so is the feature.
    pub has_protocol: bool,
    /// What all groups are told that were told nothing themselves.
    pub common: StreamsSettings,
    /// What single groups were told.
    pub own: BTreeMap<String, StreamsSettings>,
}

impl Default for AllStreamsSettings {
    fn default() -> Self {
        let (common, own) = (StreamsSettings::default(), BTreeMap::new());
        AllStreamsSettings { has_protocol: true, common, own }
    }
}

impl AllStreamsSettings {
    fn of(&self, group: &str) -> &StreamsSettings {
        self.own.get(group).unwrap_or(&self.common)
    }
}

/// Who sends a heartbeat, and what it says.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) who: Client,
    pub(super) ask: StreamsGroupHeartbeatRequest,
}

/// The log has been read. Members have their whole session to be heard of.
pub(super) fn loaded(groups: &BTreeMap<String, StreamsGroup>, cx: &mut Cx) {
    for group in groups.values() {
        let session_ms = Millis::from(cx.settings.streams.of(&group.id).session_timeout_ms);
        for member in group.members() {
            cx.timers.set(ModernTimer::Session.of(&group.id, &member.id), cx.now + session_ms);
            if member.state == MemberState::Unrevoked {
                let at = cx.now + Millis::from(member.rebalance_timeout_ms);
                cx.timers.set(ModernTimer::Rebalance.of(&group.id, &member.id), at);
            }
        }
    }
}
