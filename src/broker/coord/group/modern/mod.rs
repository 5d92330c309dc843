//! What groups of the newer protocols share: consumer groups (KIP-848), and whoever else has
//! heartbeats, epochs and assignors on the server.
//!
//! - `topics`: what topics there are, and the hash by which a group notices that they changed
//! - `subscriptions`: how many members read each topic
//! - `target`: what each member is to have, and at which epoch that was decided
//! - `assign`: the assignors that decide it
//!
//! The source is Kafka 4.3.1's package `org.apache.kafka.coordinator.group.modern`.

pub(crate) mod assign;
pub(crate) mod subscriptions;
pub(crate) mod target;
pub(crate) mod topics;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::wire::ErrorCode;

/// Partitions by topic.
pub(crate) type Assignment = BTreeMap<Uuid, BTreeSet<i32>>;

/// How a request is refused: the code, and Kafka's words where it has any beyond the code's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) error: ErrorCode,
    pub(crate) message: Option<String>,
}

impl Refused {
    pub(crate) fn new(error: ErrorCode, message: impl Into<String>) -> Self {
        Refused { error, message: Some(message.into()) }
    }
}

impl From<ErrorCode> for Refused {
    fn from(error: ErrorCode) -> Self {
        Refused { error, message: None }
    }
}

/// Where a member stands between what it has and what it is to have (`MemberState`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberState {
    /// It has what it is to have, as of its epoch.
    ///
    /// Goes to Unrevoked when a new target takes partitions away from it, to Unreleased when
    /// partitions that it is to get are still with others, else it stays at the new epoch.
    #[default]
    Stable,
    /// It is asked to give partitions up, and has not said that it has.
    ///
    /// Stays at its epoch until a heartbeat names none of them, then goes on as from Stable. If
    /// that takes longer than its rebalance timeout, it is out.
    Unrevoked,
    /// It is at the target's epoch, and waits for partitions that others have not given up.
    ///
    /// Looks again at each heartbeat.
    Unreleased,
    /// A state that a newer Kafka wrote: the member must come back with nothing.
    Unknown,
}

impl MemberState {
    /// Returns the number that records keep.
    pub(crate) fn id(self) -> i8 {
        match self {
            MemberState::Stable => 0,
            MemberState::Unrevoked => 1,
            MemberState::Unreleased => 2,
            MemberState::Unknown => 127,
        }
    }

    /// Returns the state of a number.
    pub(crate) fn of(id: i8) -> Self {
        match id {
            0 => MemberState::Stable,
            1 => MemberState::Unrevoked,
            2 => MemberState::Unreleased,
            _ => MemberState::Unknown,
        }
    }
}

/// Where a group of the newer protocols stands (`ConsumerGroupState`). The fifth state, Dead, is
/// a group that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupState {
    /// Nobody is a member.
    Empty,
    /// The group is at a newer epoch than its target assignment.
    Assigning,
    /// Some member has not reached the target assignment.
    Reconciling,
    /// Every member has what it is to have.
    Stable,
}

impl GroupState {
    /// Returns Kafka's name of the state.
    pub(crate) fn name(self) -> &'static str {
        match self {
            GroupState::Empty => "Empty",
            GroupState::Assigning => "Assigning",
            GroupState::Reconciling => "Reconciling",
            GroupState::Stable => "Stable",
        }
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How long a group trusts the hash of its topics before it looks again, whatever happens: as
/// long as Kafka can say. Changes to topics make it look at once.
pub(crate) const METADATA_REFRESH_INTERVAL_MS: Millis = i32::MAX as Millis;

/// Says whether a new target assignment may be computed: not before the interval has passed
/// since the last one, so that many members that come at once cost few assignments.
pub(crate) fn may_assign(assigned_at: Millis, interval_ms: i32, now: Millis) -> bool {
    assigned_at == 0 || interval_ms == 0 || now >= assigned_at + Millis::from(interval_ms)
}
