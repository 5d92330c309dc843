//! A member of a consumer group (`ConsumerGroupMember`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;

use crate::base::ids::Uuid;
use crate::broker::coord::group::Client;
use crate::broker::coord::group::modern::{Assignment, MemberState};
use crate::broker::coord::group::weight;
use crate::wire::messages::consumer_group_records::{ClassicMemberMetadata, ClassicProtocol};
use crate::wire::messages::join_group::JoinGroupRequestProtocol;

/// The epoch of a member whose assignment is gone.
pub(crate) const LEFT: i32 = -1;
/// The epoch of a static member that is away for a while.
pub(crate) const AWAY: i32 = -2;
/// The epoch with which a member joins.
pub(crate) const JOINING: i32 = 0;

/// Partitions, each with the epoch at which the member got it.
pub(crate) type Epochs = BTreeMap<Uuid, BTreeMap<i32, i32>>;

/// Returns partitions without their epochs.
pub(crate) fn without_epochs(epochs: &Epochs) -> Assignment {
    let topics = epochs.iter().map(|(topic, partitions)| {
        let partitions: BTreeSet<i32> = partitions.keys().copied().collect();
        (*topic, partitions)
    });
    topics.collect()
}

/// Returns partitions that were all got at one epoch.
pub(crate) fn with_epoch(assignment: &Assignment, epoch: i32) -> Epochs {
    let topics = assignment.iter().map(|(topic, partitions)| {
        (*topic, partitions.iter().map(|partition| (*partition, epoch)).collect())
    });
    topics.collect()
}

/// A member of a consumer group. It is cheap to clone: what is large is shared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) id: Arc<str>,
    pub(crate) epoch: i32,
    pub(crate) previous_epoch: i32,
    pub(crate) instance: Option<Arc<str>>,
    pub(crate) rack: Option<Arc<str>>,
    /// -1 where it has not said.
    pub(crate) rebalance_timeout_ms: i32,
    pub(crate) client: Arc<Client>,
    pub(crate) topics: Arc<BTreeSet<String>>,
    /// The pattern that it subscribes to. Records tell none and an empty one apart.
    pub(crate) pattern: Option<Arc<str>>,
    pub(crate) assignor: Option<Arc<str>>,
    pub(crate) state: MemberState,
    pub(crate) assigned: Arc<Epochs>,
    /// What it was asked to give up.
    pub(crate) revoking: Arc<Epochs>,
    /// What it said in JoinGroup, if it speaks the classic protocol.
    pub(crate) classic: Option<Arc<ClassicMemberMetadata>>,
}

impl Member {
    /// A member of which nothing is known yet.
    pub(crate) fn new(id: &str) -> Self {
        Member {
            id: Arc::from(id),
            epoch: 0,
            previous_epoch: -1,
            instance: None,
            rack: None,
            rebalance_timeout_ms: -1,
            client: Arc::new(Client { client_id: String::new(), host: String::new() }),
            topics: Arc::default(),
            pattern: Some(Arc::from("")),
            assignor: None,
            state: MemberState::Stable,
            assigned: Arc::default(),
            revoking: Arc::default(),
            classic: None,
        }
    }

    /// Returns how many bytes it takes in a group.
    pub(crate) fn weight(&self, group: &str) -> usize {
        let options = [&self.instance, &self.rack, &self.pattern, &self.assignor];
        let texts = options.into_iter().flatten().map(|text| &**text);
        let texts = texts.chain([self.client.client_id.as_str(), self.client.host.as_str()]);
        let protocols = self.protocols().iter();
        let protocols = protocols.map(|one| weight::TEXT + 2 * one.name.len() + one.metadata.len());
        let epochs = self.assigned.values().chain(self.revoking.values());
        weight::of_member(group, &self.id)
            + weight::of_texts(texts.chain(self.topics.iter().map(String::as_str)))
            + protocols.sum::<usize>()
            + epochs.map(|one| weight::TEXT + weight::PARTITION * one.len()).sum::<usize>()
    }

    /// Moves to an epoch, and remembers the one before.
    pub(crate) fn advance(&mut self, epoch: i32) {
        self.previous_epoch = std::mem::replace(&mut self.epoch, epoch);
    }

    /// Returns its pattern, if it has one that says anything.
    pub(crate) fn pattern(&self) -> Option<&str> {
        self.pattern.as_deref().filter(|pattern| !pattern.is_empty())
    }

    /// Says whether it has all that it is to have as of an epoch.
    pub(crate) fn is_reconciled_to(&self, epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == epoch
    }

    pub(crate) fn is_classic(&self) -> bool {
        self.classic.is_some()
    }

    /// Returns the protocols that it speaks, if it speaks the classic protocol.
    pub(crate) fn protocols(&self) -> &[ClassicProtocol] {
        self.classic.as_ref().map_or(&[], |classic| &classic.supported_protocols)
    }

    /// Returns the protocol that a classic member is told its group has: its own first one.
    pub(crate) fn first_protocol(&self) -> Option<&ClassicProtocol> {
        self.protocols().first()
    }

    /// Returns the session timeout that a classic member asked for, in milliseconds.
    pub(crate) fn classic_session_timeout_ms(&self) -> Option<i32> {
        self.classic.as_ref().map(|classic| classic.session_timeout_ms)
    }

    /// Returns when it got a partition, be it one that it is giving up.
    pub(crate) fn epoch_of(&self, topic: Uuid, partition: i32) -> Option<i32> {
        let epoch = |epochs: &Epochs| epochs.get(&topic)?.get(&partition).copied();
        epoch(&self.assigned).or_else(|| epoch(&self.revoking))
    }
}

/// Returns what a member of the classic protocol said of the protocols that it speaks.
pub(crate) fn classic_protocols(protocols: &[JoinGroupRequestProtocol]) -> Vec<ClassicProtocol> {
    let protocols = protocols.iter().map(|protocol| ClassicProtocol {
        name: protocol.name.clone(),
        metadata: protocol.metadata.clone(),
    });
    protocols.collect()
}

/// Returns the same as JoinGroup says it.
pub(crate) fn join_protocols(protocols: &[ClassicProtocol]) -> Vec<JoinGroupRequestProtocol> {
    let protocols = protocols.iter().map(|protocol| JoinGroupRequestProtocol {
        name: protocol.name.clone(),
        metadata: Bytes::clone(&protocol.metadata),
    });
    protocols.collect()
}
