//! Which process has which task: a process may have several members, its threads.

use std::collections::{BTreeMap, BTreeSet};

use super::tasks::{Given, TaskSet};

/// Who has which task. What a member is asked to give up is still its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owners {
    active: BTreeMap<String, BTreeMap<i32, String>>,
    standby: Copies,
    warmup: Copies,
}

type Copies = BTreeMap<String, BTreeMap<i32, BTreeSet<String>>>;

impl Owners {
    /// Returns the process that runs a task.
    pub(crate) fn active(&self, subtopology: &str, index: i32) -> Option<&str> {
        self.active.get(subtopology)?.get(&index).map(String::as_str)
    }

    /// Says whether a process keeps a copy of a task's state.
    pub(super) fn process_has_copy(&self, subtopology: &str, index: i32, process: &str) -> bool {
        let has = |copies: &Copies| {
            let processes = copies.get(subtopology).and_then(|tasks| tasks.get(&index));
            processes.is_some_and(|processes| processes.contains(process))
        };
        has(&self.standby) || has(&self.warmup)
    }

    /// Says whether a process has a task in any role.
    pub(super) fn process_has(&self, subtopology: &str, index: i32, process: &str) -> bool {
        self.active(subtopology, index) == Some(process)
            || self.process_has_copy(subtopology, index, process)
    }

    /// A process has these tasks.
    pub(super) fn add(&mut self, tasks: &Given, process: &str) {
        for (id, some) in &tasks.active {
            let owners = self.active.entry(id.clone()).or_default();
            for index in some.keys() {
                owners.insert(*index, process.to_owned());
            }
        }
        add_copies(&mut self.standby, &tasks.standby, process);
        add_copies(&mut self.warmup, &tasks.warmup, process);
    }

    /// A process has these tasks no more. One that another has got meanwhile stays the other's.
    pub(super) fn remove(&mut self, tasks: &Given, process: &str) {
        for (id, some) in &tasks.active {
            let Some(owners) = self.active.get_mut(id) else { continue };
            for index in some.keys() {
                if owners.get(index).is_some_and(|owner| owner == process) {
                    owners.remove(index);
                }
            }
            if owners.is_empty() {
                self.active.remove(id);
            }
        }
        remove_copies(&mut self.standby, &tasks.standby, process);
        remove_copies(&mut self.warmup, &tasks.warmup, process);
    }
}

fn add_copies(copies: &mut Copies, tasks: &TaskSet, process: &str) {
    for (id, some) in tasks {
        let owners = copies.entry(id.clone()).or_default();
        for index in some {
            owners.entry(*index).or_default().insert(process.to_owned());
        }
    }
}

fn remove_copies(copies: &mut Copies, tasks: &TaskSet, process: &str) {
    for (id, some) in tasks {
        let Some(owners) = copies.get_mut(id) else { continue };
        for index in some {
            if let Some(processes) = owners.get_mut(index) {
                processes.remove(process);
                if processes.is_empty() {
                    owners.remove(index);
                }
            }
        }
        if owners.is_empty() {
            copies.remove(id);
        }
    }
}
