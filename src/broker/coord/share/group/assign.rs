//! The simple assignor: every partition goes to somebody, and every member gets some.
//!
//! Source: `org.apache.kafka.coordinator.group.assignor.{SimpleHomogeneousAssignmentBuilder,
//! SimpleHeterogeneousAssignmentBuilder}`. Where there are more members than partitions, a
//! partition is shared by as many members as it takes. Members keep what they have as far as
//! that is fair. Members come in the order of Java's
//! hash tables, as there; which partition a member gives up follows there from hashes of ids.

use std::collections::{BTreeMap, BTreeSet};

use super::Assignment;
use crate::base::ids::Uuid;
use crate::broker::coord::java;

/// One partition.
type Part = (Uuid, i32);

/// What a member may have: the topics that it subscribes to.
pub(super) type Subscriptions<'a> = BTreeMap<&'a str, BTreeSet<Uuid>>;

/// Assigns partitions to members, who had something before.
pub(super) fn assign(
    members: &Subscriptions,
    assignable: &Assignment,
    before: &BTreeMap<String, Assignment>,
) -> BTreeMap<String, Assignment> {
    let mut after: BTreeMap<String, Assignment> =
        members.keys().map(|member| ((*member).to_owned(), Assignment::new())).collect();
    let topics: BTreeSet<Uuid> = members.values().flatten().copied().collect();
    let parts = |topic: &Uuid| {
        let partitions = assignable.get(topic).into_iter().flatten();
        partitions.map(|partition| (*topic, *partition)).collect::<Vec<Part>>()
    };
    let first = members.values().next();
    let is_same = members.values().all(|topics| Some(topics) == first);
    if is_same {
        let all: Vec<Part> = topics.iter().flat_map(parts).collect();
        let names = java::hashed(members.keys().copied(), |name| name);
        balance(&names, &all, before, &mut after);
    } else {
        for topic in &topics {
            let mut subscribed = java::hashed(members, |(name, _)| name);
            subscribed.retain(|(_, topics)| topics.contains(topic));
            let names: Vec<&str> = subscribed.into_iter().map(|(name, _)| *name).collect();
            balance(&names, &parts(topic), before, &mut after);
        }
    }
    after
}

/// Shares partitions among members who all may have all of them.
fn balance(
    members: &[&str],
    parts: &[Part],
    before: &BTreeMap<String, Assignment>,
    after: &mut BTreeMap<String, Assignment>,
) {
    if parts.is_empty() || members.is_empty() {
        return;
    }
    let sharing = members.len().div_ceil(parts.len());
    // The first members get one more where it does not come out even.
    let upto = |count: usize| (sharing * parts.len() * count).div_ceil(members.len());
    let mut owners: BTreeMap<Part, BTreeSet<usize>> =
        parts.iter().map(|part| (*part, BTreeSet::new())).collect();
    let mut owned: Vec<BTreeSet<Part>> = vec![BTreeSet::new(); members.len()];
    for (at, member) in members.iter().enumerate() {
        let had = before.get(*member).into_iter().flatten();
        let had = had.flat_map(|(topic, parts)| parts.iter().map(|part| (*topic, *part)));
        let desired = upto(at + 1) - upto(at);
        for part in had {
            // More than is fair, or by more members than is needed, is given up.
            let Some(shared) = owners.get_mut(&part) else { continue };
            if owned[at].len() < desired && shared.len() < sharing {
                shared.insert(at);
                owned[at].insert(part);
            }
        }
    }
    let mut unfilled: Vec<usize> =
        (0..members.len()).filter(|at| owned[*at].len() < upto(at + 1) - upto(*at)).collect();
    let mut next = 0;
    for (part, shared) in &mut owners {
        let mut passed = 0;
        while shared.len() < sharing && passed < unfilled.len() {
            next %= unfilled.len();
            let at = unfilled[next];
            if !shared.insert(at) {
                passed += 1;
                next += 1;
                continue;
            }
            passed = 0;
            owned[at].insert(*part);
            if owned[at].len() >= upto(at + 1) - upto(at) {
                unfilled.remove(next);
            } else {
                next += 1;
            }
        }
    }
    for (at, member) in members.iter().enumerate() {
        let Some(assignment) = after.get_mut(*member) else { continue };
        for (topic, partition) in &owned[at] {
            assignment.entry(*topic).or_default().insert(*partition);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Uuid = Uuid([1; 16]);
    const B: Uuid = Uuid([2; 16]);

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("m{n:02}")).collect()
    }

    fn run(
        names: &[String],
        topics: &dyn Fn(usize) -> Vec<Uuid>,
        partitions: i32,
        before: &BTreeMap<String, Assignment>,
    ) -> BTreeMap<String, Assignment> {
        let members = names.iter().enumerate();
        let members =
            members.map(|(at, name)| (name.as_str(), topics(at).into_iter().collect())).collect();
        let all: BTreeSet<i32> = (0..partitions).collect();
        assign(&members, &Assignment::from([(A, all.clone()), (B, all)]), before)
    }

    fn count(assignment: &Assignment) -> usize {
        assignment.values().map(BTreeSet::len).sum()
    }

    #[test]
    fn every_partition_has_somebody_and_every_member_something() {
        for members in 1..12 {
            for partitions in 1..9 {
                let names = names(members);
                let after = run(&names, &|_| vec![A], partitions, &BTreeMap::new());
                let sizes: Vec<usize> = after.values().map(count).collect();
                let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
                assert!(most - least <= 1 && *least > 0, "{members} {partitions} {sizes:?}");
                let mut shared = vec![0; partitions as usize];
                for part in after.values().flat_map(|a| a[&A].iter()) {
                    shared[*part as usize] += 1;
                }
                let sharing = members.div_ceil(partitions as usize);
                assert!(shared.iter().all(|count| (1..=sharing).contains(count)), "{shared:?}");
            }
        }
    }

    #[test]
    fn members_keep_what_they_have() {
        let three = names(3);
        let before = run(&three, &|_| vec![A], 6, &BTreeMap::new());
        assert_eq!(run(&three, &|_| vec![A], 6, &before), before);
        // One leaves: the others get its partitions on top of their own.
        let after = run(&three[..2], &|_| vec![A], 6, &before);
        for name in &three[..2] {
            assert!(before[name][&A].is_subset(&after[name][&A]));
            assert_eq!(count(&after[name]), 3);
        }
        // One joins: the others give some up, and nobody gets what he did not have.
        let four = names(4);
        let after = run(&four, &|_| vec![A], 6, &before);
        for name in &three {
            assert!(after[name][&A].is_subset(&before[name][&A]));
        }
        assert_eq!(after.values().map(count).sum::<usize>(), 6);
    }

    #[test]
    fn members_of_different_topics_share_each_topic() {
        let names = names(3);
        let topics = |at: usize| if at == 0 { vec![A] } else { vec![A, B] };
        let after = run(&names, &topics, 2, &BTreeMap::new());
        assert!(!after["m00"].contains_key(&B));
        let of = |topic: Uuid| after.values().filter_map(move |a| a.get(&topic)).map(BTreeSet::len);
        assert_eq!((of(A).sum::<usize>(), of(B).sum::<usize>()), (4, 2));
    }
}
