//! The target assignment of a group: what each member is to have.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::Assignment;
use crate::base::clock::Millis;
use crate::base::ids::Uuid;

/// The target of a member that has none.
pub(crate) static NOTHING: LazyLock<Assignment> = LazyLock::new(Assignment::new);

/// What each member is to have, the epoch of the group for which that was decided, and when.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) epoch: i32,
    /// When it was computed: 0 where it never was, or where that is not known.
    pub(crate) assigned_at: Millis,
    members: HashMap<Arc<str>, Arc<Assignment>>,
    /// Who is to have each partition.
    owners: HashMap<Uuid, HashMap<i32, Arc<str>>>,
}

impl Default for Target {
    /// The target of a group that is new (`TargetAssignmentMetadata.INITIAL`).
    fn default() -> Self {
        Target { epoch: 1, assigned_at: 0, members: HashMap::new(), owners: HashMap::new() }
    }
}

impl Target {
    /// Returns what a member is to have.
    pub(crate) fn of(&self, member: &str) -> &Assignment {
        self.members.get(member).map_or(&NOTHING, |assignment| assignment)
    }

    /// Returns what a member was given, if it was given anything, be it nothing.
    pub(crate) fn get(&self, member: &str) -> Option<&Arc<Assignment>> {
        self.members.get(member)
    }

    /// Says whether somebody is to have a partition.
    pub(crate) fn is_assigned(&self, topic: Uuid, partition: i32) -> bool {
        self.owners.get(&topic).is_some_and(|owners| owners.contains_key(&partition))
    }

    /// Gives a member another assignment.
    pub(crate) fn set(&mut self, member: &str, assignment: Assignment) {
        self.disown(member, &assignment);
        let name: Arc<str> = match self.members.get_key_value(member) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::from(member),
        };
        for (topic, partitions) in &assignment {
            let owners = self.owners.entry(*topic).or_default();
            for partition in partitions {
                owners.insert(*partition, Arc::clone(&name));
            }
        }
        self.members.insert(name, Arc::new(assignment));
    }

    /// Forgets a member.
    pub(crate) fn remove(&mut self, member: &str) {
        self.disown(member, &NOTHING);
        self.members.remove(member);
    }

    /// Takes from a member what it does not keep. What another was given meanwhile stays his.
    fn disown(&mut self, member: &str, kept: &Assignment) {
        let Some(before) = self.members.get(member) else { return };
        for (topic, partitions) in before.iter() {
            let Some(owners) = self.owners.get_mut(topic) else { continue };
            let kept = kept.get(topic);
            for partition in partitions {
                let is_kept = kept.is_some_and(|kept| kept.contains(partition));
                if !is_kept && owners.get(partition).is_some_and(|owner| &**owner == member) {
                    owners.remove(partition);
                }
            }
            if owners.is_empty() {
                self.owners.remove(topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TOPIC: Uuid = Uuid([7; 16]);

    fn of(partitions: &[i32]) -> Assignment {
        Assignment::from([(TOPIC, partitions.iter().copied().collect::<BTreeSet<_>>())])
    }

    #[test]
    fn owners_follow_the_assignments_in_any_order() {
        let mut target = Target::default();
        target.set("a", of(&[0, 1]));
        // Records of one assignment come one after the other: for a moment two own a partition.
        target.set("b", of(&[1]));
        target.set("a", of(&[0]));
        assert!(target.is_assigned(TOPIC, 0) && target.is_assigned(TOPIC, 1));
        target.remove("b");
        assert!(!target.is_assigned(TOPIC, 1));
        target.set("a", Assignment::new());
        assert!(target.owners.is_empty());
        assert_eq!((target.get("a").is_some(), target.get("b").is_some()), (true, false));
    }
}
