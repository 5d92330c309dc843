//! What each member is to have, and as of which epoch of the group that was decided.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assign::{Spec, Work, assign};
use super::group::StreamsGroup;
use super::member::Member;
use super::records;
use super::tasks::Tasks;
use super::topics::ConfiguredTopology;
use crate::base::clock::Millis;
use crate::broker::coord::effects::Record;

/// The tasks of somebody who is to have none.
static NOTHING: Tasks = Tasks::NONE;

/// The target assignment of a group.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) epoch: i32,
    /// When it was computed: 0 where it never was, or where that is not known.
    pub(crate) assigned_at: Millis,
    pub(crate) members: BTreeMap<String, Arc<Tasks>>,
}

impl Default for Target {
    /// The target of a group that is new (`TargetAssignmentMetadata.INITIAL`).
    fn default() -> Self {
        Target { epoch: 1, assigned_at: 0, members: BTreeMap::new() }
    }
}

impl Target {
    /// Returns what a member is to have.
    pub(crate) fn of(&self, member: &str) -> &Tasks {
        self.members.get(member).map_or(&NOTHING, |tasks| tasks)
    }
}

impl StreamsGroup {
    /// Computes a target assignment, one member as it is now, and writes down what is new in
    /// it. Returns what that one is to have. While the topology is not ready nobody has
    /// anything.
    pub(super) fn assign(
        &self,
        now: Millis,
        epoch: i32,
        updated: Option<&Member>,
        topology: &ConfiguredTopology,
        standbys: usize,
        records: &mut Vec<Record>,
    ) -> Tasks {
        let mut specs: BTreeMap<&str, Spec> = BTreeMap::new();
        for member in self.members().chain(updated) {
            let spec = Spec { process: &member.process, before: self.target.of(&member.id) };
            specs.insert(&member.id, spec);
        }
        let mut assigned = match topology.ready() {
            None => BTreeMap::new(),
            Some(subtopologies) => {
                let work = subtopologies.iter().map(|(id, one)| Work {
                    id,
                    tasks: one.tasks,
                    is_stateful: !one.state_changelog_topics.is_empty(),
                });
                assign(&specs, &work.collect::<Vec<_>>(), standbys)
            }
        };
        let mut own = Tasks::default();
        for id in specs.keys() {
            let tasks = assigned.remove(*id).unwrap_or_default();
            if self.target.members.get(*id).is_none_or(|before| **before != tasks) {
                records.push(records::target(&self.id, id, &tasks));
            }
            if updated.is_some_and(|updated| *updated.id == **id) {
                own = tasks;
            }
        }
        records.push(records::target_epoch(&self.id, epoch, now));
        own
    }
}
