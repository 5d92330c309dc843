//! A streams group: what is remembered of it, and what is only known while it lives
//! (`StreamsGroup`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::member::Member;
use super::owners::Owners;
use super::target::Target;
use super::topics::ConfiguredTopology;
use super::topology::Topology;
use crate::base::meter::Charge;

/// Where a streams group stands (`StreamsGroupState`). The sixth state, Dead, is a group that is
/// not there.
///
/// | from | to | when |
/// |---|---|---|
/// | any | Empty | the last member is gone |
/// | any but Empty | NotReady | the topology does not fit the topics |
/// | NotReady | Assigning | the topics are there |
/// | Assigning | Reconciling | a target assignment was computed |
/// | Reconciling | Stable | every member has what it is to have |
/// | Stable | Assigning | a member comes, goes or changes; topics or configs change |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamsState {
    /// Nobody is a member.
    Empty,
    /// The topics are not what the topology needs.
    NotReady,
    /// The group is at a newer epoch than its target assignment.
    Assigning,
    /// Some member has not reached the target assignment.
    Reconciling,
    /// Every member has what it is to have.
    Stable,
}

impl StreamsState {
    /// Returns Kafka's name of the state.
    pub(crate) fn name(self) -> &'static str {
        match self {
            StreamsState::Empty => "Empty",
            StreamsState::NotReady => "NotReady",
            StreamsState::Assigning => "Assigning",
            StreamsState::Reconciling => "Reconciling",
            StreamsState::Stable => "Stable",
        }
    }

    /// Returns the word by which a filter of ListGroups knows the state: for one of them it is
    /// not its name (`toLowerCaseString`).
    pub(crate) fn filter_name(self) -> &'static str {
        match self {
            StreamsState::NotReady => "not_ready",
            other => other.name(),
        }
    }
}

impl fmt::Display for StreamsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A streams group.
#[derive(Clone, Debug)]
pub(crate) struct StreamsGroup {
    pub(crate) id: String,
    pub(crate) epoch: i32,
    pub(crate) metadata_hash: i64,
    /// The epoch of the topology that the topics fit, or -1.
    pub(crate) validated_topology_epoch: i32,
    pub(crate) topology: Option<Arc<Topology>>,
    /// What assignments were last computed with.
    pub(crate) assignment_configs: BTreeMap<String, String>,
    pub(crate) target: Target,
    members: BTreeMap<Arc<str>, Member>,
    owners: Owners,
    /// The topology held against the topics. Not remembered.
    pub(crate) configured: Option<Arc<ConfiguredTopology>>,
    /// Which member asked that all shut down. Not remembered, and forgotten with the last
    /// member.
    pub(crate) shutdown_by: Option<String>,
    /// Counts the changes to who serves what. Not remembered.
    pub(crate) endpoint_epoch: i32,
    /// How many bytes its members and its topology take.
    pub(crate) weight: usize,
    pub(crate) held: Charge,
}

impl StreamsGroup {
    pub(crate) fn new(id: &str) -> Self {
        StreamsGroup {
            id: id.to_owned(),
            epoch: 1,
            metadata_hash: 0,
            validated_topology_epoch: 0,
            topology: None,
            assignment_configs: BTreeMap::new(),
            target: Target::default(),
            members: BTreeMap::new(),
            owners: Owners::default(),
            configured: None,
            shutdown_by: None,
            endpoint_epoch: 0,
            weight: 0,
            held: Charge::default(),
        }
    }

    pub(crate) fn state(&self) -> StreamsState {
        let is_validated = self
            .topology
            .as_ref()
            .is_some_and(|topology| topology.epoch == self.validated_topology_epoch);
        if self.members.is_empty() {
            StreamsState::Empty
        } else if !is_validated {
            StreamsState::NotReady
        } else if self.epoch > self.target.epoch {
            StreamsState::Assigning
        } else if self.members.values().all(|one| one.is_reconciled_to(self.target.epoch)) {
            StreamsState::Stable
        } else {
            StreamsState::Reconciling
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    pub(crate) fn member(&self, id: &str) -> Option<&Member> {
        self.members.get(id)
    }

    pub(crate) fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Says whether members read a topic: what they committed of it does not expire.
    pub(crate) fn is_subscribed(&self, topic: &str) -> bool {
        !self.is_empty() && self.topology.as_ref().is_some_and(|all| all.reader_of(topic).is_some())
    }

    /// Takes a member in, or as it is now.
    pub(crate) fn put(&mut self, new: Member) {
        if let Some(old) = self.members.remove(&new.id) {
            self.disown(&old);
        }
        self.weight += new.weight(&self.id);
        self.owners.add(&new.assigned, &new.process);
        self.owners.add(&new.revoking, &new.process);
        self.members.insert(Arc::clone(&new.id), new);
    }

    /// Takes a member out.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(old) = self.members.remove(id) {
            self.disown(&old);
        }
        if self.members.is_empty() {
            self.shutdown_by = None;
        }
    }

    /// The topology is this one from now on.
    pub(crate) fn set_topology(&mut self, topology: Option<Arc<Topology>>) {
        let weight = |topology: &Option<Arc<Topology>>| topology.as_ref().map_or(0, |t| t.weight());
        self.weight += weight(&topology);
        self.weight -= weight(&self.topology);
        self.topology = topology;
    }

    fn disown(&mut self, old: &Member) {
        self.weight -= old.weight(&self.id);
        self.owners.remove(&old.assigned, &old.process);
        self.owners.remove(&old.revoking, &old.process);
    }
}
