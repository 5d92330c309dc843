//! A member of a streams group: one thread of an application (`StreamsGroupMember`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tasks::Given;
use crate::broker::coord::group::weight;

/// The epoch with which a member joins.
pub(super) const JOINING: i32 = 0;
/// The epoch with which a member leaves.
pub(super) const LEFT: i32 = -1;
/// The epoch with which a static member would leave for a while.
pub(super) const AWAY: i32 = -2;

/// Where a member stands between what it has and what it is to have (`MemberState`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberState {
    /// It has what it is to have, as of its epoch.
    ///
    /// Goes to Unrevoked when a new target takes tasks away from it, to Unreleased when tasks
    /// that it is to get are still with others, else it stays at the new epoch.
    #[default]
    Stable,
    /// It is asked to give tasks up, and has not said that it has.
    ///
    /// Stays at its epoch until a heartbeat names none of them, then goes on as from Stable. If
    /// that takes longer than its rebalance timeout, it is out.
    Unrevoked,
    /// It is at the target's epoch, and waits for tasks that others have not given up.
    ///
    /// Looks again at each heartbeat.
    Unreleased,
    /// A state that a newer Kafka wrote: the member must come back with nothing.
    Unknown,
}

impl MemberState {
    /// Returns the number that records keep.
    pub(super) fn id(self) -> i8 {
        match self {
            MemberState::Stable => 1,
            MemberState::Unrevoked => 2,
            MemberState::Unreleased => 3,
            MemberState::Unknown => 127,
        }
    }

    /// Returns the state of a number.
    pub(super) fn of(id: i8) -> Self {
        match id {
            1 => MemberState::Stable,
            2 => MemberState::Unrevoked,
            3 => MemberState::Unreleased,
            _ => MemberState::Unknown,
        }
    }
}

/// Where others reach the interactive queries of a member's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: Arc<str>,
    pub(crate) epoch: i32,
    pub(crate) previous_epoch: i32,
    pub(crate) state: MemberState,
    pub(crate) instance: Option<String>,
    pub(crate) rack: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) rebalance_timeout_ms: i32,
    pub(crate) topology_epoch: i32,
    pub(crate) process: String,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) assigned: Given,
    pub(crate) revoking: Given,
}

impl Member {
    /// A member of which nothing is known yet.
    pub(crate) fn new(id: &str) -> Self {
        Member {
            id: Arc::from(id),
            epoch: 0,
            previous_epoch: 0,
            state: MemberState::Stable,
            instance: None,
            rack: None,
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout_ms: -1,
            topology_epoch: -1,
            process: String::new(),
            endpoint: None,
            tags: BTreeMap::new(),
            assigned: Given::default(),
            revoking: Given::default(),
        }
    }

    /// Returns how many bytes it takes in a group.
    pub(crate) fn weight(&self, group: &str) -> usize {
        let options = [&self.instance, &self.rack].into_iter().flatten();
        let tags = self.tags.iter().flat_map(|(key, value)| [key, value]);
        let endpoint = self.endpoint.iter().map(|endpoint| &endpoint.host);
        let own = [&self.client_id, &self.client_host, &self.process];
        let texts = options.chain(tags).chain(endpoint).chain(own).map(String::as_str);
        weight::of_member(group, &self.id)
            + weight::of_texts(texts)
            + self.assigned.weight()
            + self.revoking.weight()
    }

    /// Says whether the member has what it is to have as of an epoch.
    pub(crate) fn is_reconciled_to(&self, epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == epoch
    }
}
