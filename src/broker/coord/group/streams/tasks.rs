//! Tasks: what a subtopology does with one partition of its inputs. A member runs some as the
//! active one, and keeps copies of the state of others (standby, warm-up).

use std::collections::{BTreeMap, BTreeSet};

use crate::broker::coord::group::weight;

/// Tasks of one kind: partitions by subtopology. No set in it is empty.
pub(crate) type TaskSet = BTreeMap<String, BTreeSet<i32>>;

/// Active tasks of a member, each with the epoch at which it was given.
pub(crate) type EpochSet = BTreeMap<String, BTreeMap<i32, i32>>;

/// Tasks of all kinds (`TasksTuple`): what a member is to have, or says that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tasks {
    pub(crate) active: TaskSet,
    pub(crate) standby: TaskSet,
    pub(crate) warmup: TaskSet,
}

impl Tasks {
    /// The tasks of somebody who has none.
    pub(crate) const NONE: Tasks =
        Tasks { active: BTreeMap::new(), standby: BTreeMap::new(), warmup: BTreeMap::new() };

    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty() && self.standby.is_empty() && self.warmup.is_empty()
    }

    /// Says whether one of these tasks is among `given`, in the same role.
    pub(crate) fn has_any_of(&self, given: &Given) -> bool {
        let shares = |own: &TaskSet, other: &TaskSet| {
            own.iter().any(|(id, own)| other.get(id).is_some_and(|other| !own.is_disjoint(other)))
        };
        let is_active = |id: &str, own: &BTreeSet<i32>| {
            let other = given.active.get(id);
            other.is_some_and(|other| own.iter().any(|index| other.contains_key(index)))
        };
        self.active.iter().any(|(id, own)| is_active(id, own))
            || shares(&self.standby, &given.standby)
            || shares(&self.warmup, &given.warmup)
    }
}

/// Tasks that a member has been given (`TasksTupleWithEpochs`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) active: EpochSet,
    pub(crate) standby: TaskSet,
    pub(crate) warmup: TaskSet,
}

impl Given {
    /// Returns how many bytes it takes, and the target that it comes from.
    pub(crate) fn weight(&self) -> usize {
        let active = self.active.iter().map(|(id, tasks)| (id, tasks.len()));
        let others = self.standby.iter().chain(&self.warmup).map(|(id, tasks)| (id, tasks.len()));
        let of =
            |(id, tasks): (&String, usize)| weight::TEXT + 2 * id.len() + weight::PARTITION * tasks;
        active.chain(others).map(of).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty() && self.standby.is_empty() && self.warmup.is_empty()
    }

    /// Adds other tasks to these.
    pub(crate) fn merge(&mut self, more: Given) {
        for (id, tasks) in more.active {
            self.active.entry(id).or_default().extend(tasks);
        }
        for (own, more) in [(&mut self.standby, more.standby), (&mut self.warmup, more.warmup)] {
            for (id, tasks) in more {
                own.entry(id).or_default().extend(tasks);
            }
        }
    }

    /// Says whether everything that a member says that it has is among these.
    pub(crate) fn covers(&self, said: &Tasks) -> bool {
        let within = |said: &TaskSet, own: &TaskSet| {
            said.iter().all(|(id, said)| own.get(id).is_some_and(|own| said.is_subset(own)))
        };
        said.active.iter().all(|(id, said)| {
            let own = self.active.get(id);
            own.is_some_and(|own| said.iter().all(|index| own.contains_key(index)))
        }) && within(&said.standby, &self.standby)
            && within(&said.warmup, &self.warmup)
    }

    /// Returns the active tasks without their epochs.
    pub(crate) fn active_tasks(&self) -> TaskSet {
        let plain = |(id, tasks): (&String, &BTreeMap<i32, i32>)| {
            (id.clone(), tasks.keys().copied().collect())
        };
        self.active.iter().map(plain).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(tasks: &[(&str, &[i32])]) -> TaskSet {
        tasks.iter().map(|(id, some)| ((*id).to_owned(), some.iter().copied().collect())).collect()
    }

    fn given(active: &[(&str, &[i32])], standby: &[(&str, &[i32])]) -> Given {
        let active = set(active).into_iter().map(|(id, tasks)| {
            (id, tasks.into_iter().map(|index| (index, 7)).collect::<BTreeMap<_, _>>())
        });
        Given { active: active.collect(), standby: set(standby), warmup: TaskSet::new() }
    }

    #[test]
    fn a_task_counts_in_its_own_role_only() {
        let said = Tasks { active: set(&[("0", &[1, 2])]), ..Tasks::NONE };
        assert!(said.has_any_of(&given(&[("0", &[2, 3])], &[])));
        assert!(!said.has_any_of(&given(&[("0", &[3])], &[("0", &[1])])));
        assert!(!said.has_any_of(&given(&[("1", &[1])], &[])));
        let standby = Tasks { standby: set(&[("0", &[1])]), ..Tasks::NONE };
        assert!(standby.has_any_of(&given(&[], &[("0", &[1])])));
    }

    #[test]
    fn what_is_covered() {
        let own = given(&[("0", &[0, 1])], &[("1", &[5])]);
        assert!(own.covers(&Tasks::NONE));
        assert!(own.covers(&Tasks { active: set(&[("0", &[1])]), ..Tasks::NONE }));
        assert!(!own.covers(&Tasks { active: set(&[("0", &[2])]), ..Tasks::NONE }));
        assert!(!own.covers(&Tasks { active: set(&[("1", &[5])]), ..Tasks::NONE }));
        assert!(own.covers(&Tasks { standby: set(&[("1", &[5])]), ..Tasks::NONE }));
        // A subtopology that the member does not have is more than it has, even without tasks.
        assert!(!own.covers(&Tasks { active: set(&[("9", &[])]), ..Tasks::NONE }));
    }

    #[test]
    fn merging_keeps_both() {
        let mut one = given(&[("0", &[0])], &[]);
        one.merge(given(&[("0", &[1]), ("1", &[0])], &[("0", &[4])]));
        assert_eq!(one, given(&[("0", &[0, 1]), ("1", &[0])], &[("0", &[4])]));
        assert_eq!(one.active_tasks(), set(&[("0", &[0, 1]), ("1", &[0])]));
        assert!(!one.is_empty() && Given::default().is_empty());
    }
}
