//! The states of a classic group.

use std::fmt;

/// Where a classic group stands (`ClassicGroupState`).
///
/// Kafka's fifth state, Dead, is a group that is not there: every member of it is unknown, and
/// older versions of DescribeGroups call it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody is a member; committed offsets may wait to expire.
    ///
    /// | request | answer |
    /// |---|---|
    /// | JoinGroup, new member | PreparingRebalance |
    /// | JoinGroup, member id not given out | UNKNOWN_MEMBER_ID |
    /// | SyncGroup, Heartbeat, LeaveGroup | UNKNOWN_MEMBER_ID |
    /// | OffsetCommit, generation below 0 | accepted: a consumer that only keeps offsets |
    /// | OffsetCommit, other | UNKNOWN_MEMBER_ID |
    ///
    /// Goes to PreparingRebalance when a member joins; is gone when its last offset expires or
    /// when it is deleted.
    Empty,
    /// Members are asked to join again, and those that have done so wait for the others.
    ///
    /// | request | answer |
    /// |---|---|
    /// | JoinGroup | parked until all have joined or the rebalance timeout has passed |
    /// | SyncGroup | REBALANCE_IN_PROGRESS |
    /// | Heartbeat | REBALANCE_IN_PROGRESS, and the session goes on |
    /// | LeaveGroup | the member is removed |
    /// | OffsetCommit, the current generation | accepted, and the session goes on |
    ///
    /// Goes to CompletingRebalance with the members that have joined, to Empty without any.
    PreparingRebalance,
    /// The members know their generation and wait for what the leader assigns.
    ///
    /// | request | answer |
    /// |---|---|
    /// | JoinGroup, same metadata | the current generation |
    /// | JoinGroup, other metadata or a new member | PreparingRebalance |
    /// | SyncGroup, follower | parked until the leader's is written |
    /// | SyncGroup, leader | written, then Stable |
    /// | Heartbeat | accepted |
    /// | LeaveGroup | the member is removed, PreparingRebalance |
    /// | OffsetCommit | REBALANCE_IN_PROGRESS |
    ///
    /// Goes to Stable with the leader's assignment; to PreparingRebalance when a member joins,
    /// leaves or fails, or has not sent SyncGroup in time.
    CompletingRebalance,
    /// Every member has its assignment.
    ///
    /// | request | answer |
    /// |---|---|
    /// | JoinGroup, follower, same metadata | the current generation |
    /// | JoinGroup, leader, or other metadata, or a new member | PreparingRebalance |
    /// | JoinGroup, static member with a new id | the current generation |
    /// | SyncGroup | the current assignment |
    /// | Heartbeat | accepted |
    /// | LeaveGroup | the member is removed, PreparingRebalance |
    /// | OffsetCommit, the current generation | accepted, and the session goes on |
    ///
    /// Goes to PreparingRebalance when a member joins, leaves or fails, or has not sent
    /// SyncGroup in time.
    Stable,
}

impl State {
    /// What Kafka calls a group that is not there.
    pub const DEAD: &'static str = "Dead";

    /// Returns Kafka's name of the state.
    pub fn name(self) -> &'static str {
        match self {
            State::Empty => "Empty",
            State::PreparingRebalance => "PreparingRebalance",
            State::CompletingRebalance => "CompletingRebalance",
            State::Stable => "Stable",
        }
    }

    /// Says whether a rebalance may begin here: everywhere but in the middle of another.
    pub(super) fn can_rebalance(self) -> bool {
        self != State::PreparingRebalance
    }

    /// Says whether a group may go from here to `next`.
    pub(super) fn may_become(self, next: State) -> bool {
        match next {
            State::Empty => self == State::PreparingRebalance,
            State::PreparingRebalance => self.can_rebalance(),
            State::CompletingRebalance => self == State::PreparingRebalance,
            State::Stable => self == State::CompletingRebalance,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
