//! How a member gets from what it has to what it is to have (`CurrentAssignmentBuilder`).
//!
//! First it gives up what it is not to have; when it says that it has, it moves to the epoch of
//! the target and gets what nobody else holds any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::member::{Epochs, Member};
use crate::base::ids::Uuid;
use crate::broker::coord::group::modern::topics::TopicIds;
use crate::broker::coord::group::modern::{Assignment, MemberState, Refused};
use crate::wire::ErrorCode;

/// Why a member in a state that a newer Kafka wrote is refused.
const UNKNOWN_STATE: &str = "The consumer group member is in a unknown state. \
     The member must abandon all its partitions and rejoin.";

/// What a step depends on.
pub(crate) struct Reconciler<'a> {
    pub(crate) target_epoch: i32,
    pub(crate) target: &'a Assignment,
    pub(crate) has_subscription_changed: bool,
    /// The topics that the member reads.
    pub(crate) topics: TopicIds<'a>,
    /// Says whether somebody has a partition.
    pub(crate) is_owned: &'a dyn Fn(Uuid, i32) -> bool,
    /// What the member says that it has. None where it does not say.
    pub(crate) said: Option<&'a Assignment>,
}

impl Reconciler<'_> {
    /// Takes the next step. Returns the member as it is then.
    pub(crate) fn step(&self, member: &Member) -> Result<Member, Refused> {
        match member.state {
            MemberState::Stable if member.epoch != self.target_epoch => {
                Ok(self.next(member, member.epoch))
            }
            MemberState::Stable => Ok(self.trimmed(member)),
            MemberState::Unrevoked if self.still_has(&member.revoking) => Ok(self.trimmed(member)),
            MemberState::Unrevoked | MemberState::Unreleased => Ok(self.next(member, member.epoch)),
            MemberState::Unknown if self.said.is_some_and(BTreeMap::is_empty) => {
                Ok(self.next(member, self.target_epoch))
            }
            MemberState::Unknown => {
                Err(Refused::new(ErrorCode::FENCED_MEMBER_EPOCH, UNKNOWN_STATE))
            }
        }
    }

    /// Says whether the member has any of these partitions. One that does not say may.
    fn still_has(&self, partitions: &Epochs) -> bool {
        let Some(said) = self.said else { return true };
        said.iter().any(|(topic, said)| {
            let asked = partitions.get(topic);
            asked.is_some_and(|asked| said.iter().any(|partition| asked.contains_key(partition)))
        })
    }

    /// Takes away at once what the member does not subscribe to any more, before a new target
    /// says so.
    fn trimmed(&self, member: &Member) -> Member {
        let reads = |topic: &Uuid| self.topics.contains(*topic);
        if !self.has_subscription_changed || member.assigned.keys().all(reads) {
            return member.clone();
        }
        let (mut assigned, mut revoking) = (Epochs::new(), Epochs::clone(&member.revoking));
        for (topic, partitions) in member.assigned.iter() {
            match reads(topic) {
                true => drop(assigned.insert(*topic, partitions.clone())),
                false => revoking.entry(*topic).or_default().extend(partitions),
            }
        }
        let mut next = member.clone();
        next.advance(member.epoch);
        next.assigned = Arc::new(assigned);
        if self.still_has(&revoking) {
            next.state = MemberState::Unrevoked;
            next.revoking = Arc::new(revoking);
        }
        next
    }

    /// Compares what the member has with what it is to have.
    fn next(&self, member: &Member, epoch: i32) -> Member {
        let mut assigned = Epochs::new();
        let mut revoking = Epochs::new();
        let mut pending: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
        let mut is_waiting = false;
        let (no_partitions, no_epochs) = (BTreeSet::new(), BTreeMap::new());
        let topics = self.target.keys().chain(member.assigned.keys());
        for topic in topics.copied().collect::<BTreeSet<Uuid>>() {
            let wanted = self.target.get(&topic).filter(|_| self.topics.contains(topic));
            let wanted = wanted.unwrap_or(&no_partitions);
            let has = member.assigned.get(&topic).unwrap_or(&no_epochs);
            for (partition, epoch) in has {
                let part = if wanted.contains(partition) { &mut assigned } else { &mut revoking };
                part.entry(topic).or_default().insert(*partition, *epoch);
            }
            for partition in wanted.iter().filter(|partition| !has.contains_key(partition)) {
                // What it is giving up itself it may have back.
                let own = member.revoking.get(&topic);
                let is_own = own.is_some_and(|own| own.contains_key(partition));
                match (self.is_owned)(topic, *partition) && !is_own {
                    true => is_waiting = true,
                    false => pending.entry(topic).or_default().push(*partition),
                }
            }
        }
        let mut next = member.clone();
        if !revoking.is_empty() && self.still_has(&revoking) {
            next.state = MemberState::Unrevoked;
            next.advance(epoch);
            next.assigned = Arc::new(assigned);
            next.revoking = Arc::new(revoking);
            return next;
        }
        for (topic, partitions) in pending {
            let partitions = partitions.into_iter().map(|partition| (partition, self.target_epoch));
            assigned.entry(topic).or_default().extend(partitions);
        }
        next.state = if is_waiting { MemberState::Unreleased } else { MemberState::Stable };
        next.advance(self.target_epoch);
        next.assigned = Arc::new(assigned);
        next.revoking = Arc::default();
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::coord::group::modern::topics::Image;

    const TOPIC: Uuid = Uuid([1; 16]);

    /// Reads `1@10 2@11` as partitions of the one topic with their epochs.
    fn epochs(text: &str) -> Epochs {
        let pairs = text.split_whitespace().map(|pair| {
            let (partition, epoch) = pair.split_once('@').unwrap();
            (partition.parse().unwrap(), epoch.parse().unwrap())
        });
        let partitions: BTreeMap<i32, i32> = pairs.collect();
        if partitions.is_empty() { Epochs::new() } else { [(TOPIC, partitions)].into() }
    }

    /// Reads `1 2` as partitions of the one topic.
    fn partitions(text: &str) -> Assignment {
        let set: BTreeSet<i32> = text.split_whitespace().map(|one| one.parse().unwrap()).collect();
        if set.is_empty() { Assignment::new() } else { [(TOPIC, set)].into() }
    }

    /// The state of a member: its name, the epoch, what is assigned, what is to be given up.
    type State = (MemberState, i32, &'static str, &'static str);

    /// Takes one step towards a target, with what others have and what the member says it has.
    fn step(
        (state, epoch, assigned, revoking): State,
        (target_epoch, target): (i32, &str),
        others: &str,
        said: Option<&str>,
    ) -> Result<Member, Refused> {
        let mut image = Image::new("");
        image.see(1, "t", Some((TOPIC, 10)));
        let member = Member {
            epoch,
            state,
            assigned: Arc::new(epochs(assigned)),
            revoking: Arc::new(epochs(revoking)),
            ..Member::new("m")
        };
        let (names, others) = (["t".to_owned()].into(), partitions(others));
        // What it is asked to give up is owned too: by itself.
        let is_owned = |topic, partition| {
            let others = others.get(&topic).is_some_and(|all| all.contains(&partition));
            others || member.revoking.get(&topic).is_some_and(|own| own.contains_key(&partition))
        };
        let said = said.map(partitions);
        Reconciler {
            target_epoch,
            target: &partitions(target),
            has_subscription_changed: false,
            topics: TopicIds { names: &names, resolved: None, image: &image },
            is_owned: &is_owned,
            said: said.as_ref(),
        }
        .step(&member)
    }

    /// The transitions of Kafka's `CurrentAssignmentBuilder`, row by row.
    #[test]
    fn kafkas_table_of_transitions() {
        use MemberState::{Stable, Unreleased, Unrevoked};
        let full = (Stable, 10, "1@10 2@10 3@10", "");
        let giving = (Unrevoked, 10, "2@10 3@10", "1@10");
        let waiting = (Unreleased, 11, "2@10 3@10", "");
        let rows: &[(State, (i32, &str), &str, Option<&str>, State)] = &[
            (full, (10, "1 2 3"), "", None, full),
            (full, (11, "1 2 3"), "", None, (Stable, 11, "1@10 2@10 3@10", "")),
            (full, (11, "1 2 3 4"), "", None, (Stable, 11, "1@10 2@10 3@10 4@11", "")),
            (full, (11, "2 3 4"), "", None, giving),
            (full, (11, "2 3 4"), "", Some("1 2 3"), giving),
            (full, (11, "2 3"), "", Some("2 3"), (Stable, 11, "2@10 3@10", "")),
            (full, (11, "1 2 3 4"), "4", None, (Unreleased, 11, "1@10 2@10 3@10", "")),
            (full, (11, "1 2 3 4 5"), "4", None, (Unreleased, 11, "1@10 2@10 3@10 5@11", "")),
            (giving, (11, "2 3"), "", None, giving),
            (giving, (11, "2 3"), "", Some("1 2 3"), giving),
            (giving, (11, "2 3"), "", Some("2 3"), (Stable, 11, "2@10 3@10", "")),
            (giving, (11, "2 3 4"), "4", Some("2 3"), (Unreleased, 11, "2@10 3@10", "")),
            (giving, (12, "3"), "", Some("2 3"), (Unrevoked, 10, "3@10", "2@10")),
            // It may have back what it gave up, if the target has come to say so.
            (giving, (12, "1 2 3"), "", Some("2 3"), (Stable, 12, "1@12 2@10 3@10", "")),
            (waiting, (11, "2 3 4"), "4", None, waiting),
            (waiting, (11, "2 3 4"), "", None, (Stable, 11, "2@10 3@10 4@11", "")),
            (waiting, (11, "2 3 4 5"), "4", None, (Unreleased, 11, "2@10 3@10 5@11", "")),
            (waiting, (12, "2 3"), "", None, (Stable, 12, "2@10 3@10", "")),
            (waiting, (12, "3"), "", None, (Unrevoked, 11, "3@10", "2@10")),
        ];
        for (from, target, others, said, to) in rows {
            let next = step(*from, *target, others, *said).unwrap();
            let found =
                (next.state, next.epoch, (*next.assigned).clone(), (*next.revoking).clone());
            let wanted = (to.0, to.1, epochs(to.2), epochs(to.3));
            assert_eq!(found, wanted, "{from:?} {target:?} {others:?} {said:?}");
        }
    }

    #[test]
    fn a_member_in_a_state_of_a_newer_kafka_begins_again() {
        let unknown = (MemberState::Unknown, 10, "3@10", "");
        for said in [None, Some("3")] {
            let refused = step(unknown, (12, "1"), "", said).unwrap_err();
            assert_eq!(refused.error, ErrorCode::FENCED_MEMBER_EPOCH);
        }
        let next = step(unknown, (12, "1"), "", Some("")).unwrap();
        assert_eq!((next.state, next.epoch), (MemberState::Stable, 12));
        assert_eq!(*next.assigned, epochs("1@12"));
    }
}
