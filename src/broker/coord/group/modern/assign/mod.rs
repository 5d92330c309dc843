//! The assignors: who is to have which partitions.
//!
//! Kafka's results depend, where members are equal, on the order of Java's hash tables. Members
//! and the topics that they name come in that order here, too; topics that a pattern was resolved
//! to come after those that were named, as most often there.

mod mixed;
mod range;
mod uniform;

use std::collections::{BTreeMap, HashMap};

use super::Assignment;
use super::target::Target;
use super::topics::{Image, TopicIds};
use crate::base::ids::Uuid;
use crate::broker::coord::java;

/// A member as an assignor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemberSpec<'a> {
    pub(crate) instance: Option<&'a str>,
    pub(crate) topics: TopicIds<'a>,
    /// What it was to have before.
    pub(crate) assigned: &'a Assignment,
}

/// A group as an assignor sees it.
#[derive(Debug)]
pub(crate) struct GroupSpec<'a> {
    pub(crate) members: BTreeMap<&'a str, MemberSpec<'a>>,
    /// Whether all members read the same topics.
    pub(crate) is_homogeneous: bool,
    pub(crate) target: &'a Target,
    pub(crate) image: &'a Image,
}

/// A topic that a member reads is not there: cannot be, as topics come from one image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AssignError {
    #[error("Members are subscribed to topic {0} which doesn't exist in the topic metadata.")]
    UnknownTopic(Uuid),
    #[error("Partitions were left unassigned")]
    LeftOver,
}

impl<'a> GroupSpec<'a> {
    /// Returns the members in the order in which Kafka goes through them.
    fn ordered(&self) -> Vec<(&'a str, MemberSpec<'a>)> {
        java::hashed(self.members.iter().map(|(id, member)| (*id, *member)), |(id, _)| id)
    }

    fn partitions(&self, topic: Uuid) -> Result<i32, AssignError> {
        let topic_facts = self.image.by_id(topic).map(|topic| topic.partitions);
        topic_facts.ok_or(AssignError::UnknownTopic(topic))
    }
}

/// What each member gets. Who is not in it gets nothing.
pub(crate) type Outcome = HashMap<String, Assignment>;

/// An assignor of consumer groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignor {
    /// Everybody gets as much as everybody else, and keeps what it had where that is possible.
    Uniform,
    /// Each topic is cut into ranges, in the order of the members: topics with as many
    /// partitions are cut alike, so that what belongs together stays together.
    Range,
}

impl Assignor {
    /// Returns the assignor of a name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Assignor::Uniform, Assignor::Range].into_iter().find(|assignor| assignor.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Assignor::Uniform => "uniform",
            Assignor::Range => "range",
        }
    }

    pub(crate) fn assign(self, spec: &GroupSpec) -> Result<Outcome, AssignError> {
        if spec.members.is_empty() {
            return Ok(Outcome::new());
        }
        match self {
            Assignor::Uniform if spec.is_homogeneous => uniform::assign(spec),
            Assignor::Uniform => mixed::assign(spec),
            Assignor::Range => range::assign(spec),
        }
    }
}

/// Takes partitions away from an assignment.
fn remove(assignment: &mut Assignment, topic: Uuid, partition: i32) {
    if let Some(partitions) = assignment.get_mut(&topic) {
        partitions.remove(&partition);
        if partitions.is_empty() {
            assignment.remove(&topic);
        }
    }
}

#[cfg(test)]
mod tests;
