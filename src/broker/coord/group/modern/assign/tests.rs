//! The assignors: who gets what, what stays, and how evenly.

use std::collections::{BTreeSet, HashSet};

use super::*;

/// Topics of so many partitions: the first is `t0`.
fn image(partitions: &[i32]) -> Image {
    let mut image = Image::new("");
    for (i, count) in partitions.iter().enumerate() {
        image.see(1, &format!("t{i}"), Some((id(i), *count)));
    }
    image
}

fn id(topic: usize) -> Uuid {
    Uuid([topic as u8 + 1; 16])
}

/// Who reads which topics.
type Readers = BTreeMap<String, BTreeSet<String>>;

fn readers(rows: &[(&str, &[usize])]) -> Readers {
    let rows = rows.iter().map(|(member, topics)| {
        ((*member).to_owned(), topics.iter().map(|topic| format!("t{topic}")).collect())
    });
    rows.collect()
}

fn assign(
    assignor: Assignor,
    image: &Image,
    readers: &Readers,
    target: &Target,
) -> BTreeMap<String, Assignment> {
    let mut sets = readers.values();
    let first = sets.next();
    let members = readers.iter().map(|(member, names)| {
        let topics = TopicIds { names, resolved: None, image };
        (member.as_str(), MemberSpec { instance: None, topics, assigned: target.of(member) })
    });
    let is_homogeneous = sets.all(|set| Some(set) == first);
    let spec = GroupSpec { members: members.collect(), is_homogeneous, target, image };
    assignor.assign(&spec).unwrap().into_iter().collect()
}

fn target(assignments: &BTreeMap<String, Assignment>) -> Target {
    let mut target = Target::default();
    for (member, assignment) in assignments {
        target.set(member, assignment.clone());
    }
    target
}

fn size(assignment: &Assignment) -> usize {
    assignment.values().map(BTreeSet::len).sum()
}

/// Every partition that anybody reads has one owner, who reads it.
fn check_cover(image: &Image, readers: &Readers, outcome: &BTreeMap<String, Assignment>) {
    let mut seen = HashSet::new();
    for (member, assignment) in outcome {
        for (topic, partitions) in assignment {
            assert!(readers[member].contains(image.name_of(*topic).unwrap()), "{member}");
            for partition in partitions {
                assert!(seen.insert((*topic, *partition)), "{topic} {partition} twice");
            }
        }
    }
    let wanted = readers.values().flatten().collect::<BTreeSet<_>>();
    let wanted = wanted.into_iter().filter_map(|name| image.by_name(name));
    assert_eq!(seen.len() as i32, wanted.map(|topic| topic.partitions).sum::<i32>());
}

#[test]
fn ranges_keep_topics_of_one_size_together() {
    let image = image(&[3, 3]);
    let all = readers(&[("a", &[0, 1]), ("b", &[0, 1])]);
    let outcome = assign(Assignor::Range, &image, &all, &Target::default());
    let of = |partitions: &[i32]| partitions.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(outcome["a"], Assignment::from([(id(0), of(&[0, 1])), (id(1), of(&[0, 1]))]));
    assert_eq!(outcome["b"], Assignment::from([(id(0), of(&[2])), (id(1), of(&[2]))]));
    let mixed = readers(&[("a", &[0]), ("b", &[0, 1])]);
    let outcome = assign(Assignor::Range, &image, &mixed, &Target::default());
    assert_eq!(outcome["b"], Assignment::from([(id(0), of(&[2])), (id(1), of(&[0, 1, 2]))]));
}

#[test]
fn one_more_member_moves_no_more_than_its_share() {
    let image = image(&[7, 5]);
    let two = readers(&[("a", &[0, 1]), ("b", &[0, 1])]);
    let before = assign(Assignor::Uniform, &image, &two, &Target::default());
    let three = readers(&[("a", &[0, 1]), ("b", &[0, 1]), ("c", &[0, 1])]);
    let after = assign(Assignor::Uniform, &image, &three, &target(&before));
    check_cover(&image, &three, &after);
    for member in ["a", "b"] {
        for (topic, partitions) in &after[member] {
            assert!(partitions.is_subset(&before[member][topic]), "{member} got what it had not");
        }
    }
    assert!(after.values().all(|assignment| size(assignment) == 4));
}

#[test]
fn whoever_reads_less_gets_what_others_do_not_need() {
    let image = image(&[4, 4]);
    let mixed = readers(&[("a", &[0]), ("b", &[0, 1]), ("c", &[1])]);
    let outcome = assign(Assignor::Uniform, &image, &mixed, &Target::default());
    check_cover(&image, &mixed, &outcome);
    let sizes: Vec<usize> = outcome.values().map(size).collect();
    assert!(sizes.iter().all(|size| (2..=3).contains(size)), "{sizes:?}");
}

/// A seeded walk through subscriptions: all is covered, and all alike read is even.
#[test]
fn random_groups_are_covered_evenly() {
    let mut seed = 7_u64;
    let mut below = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for _ in 0..200 {
        let counts: Vec<i32> = (0..1 + below(4)).map(|_| 1 + below(9) as i32).collect();
        let image = image(&counts);
        let mut last = BTreeMap::new();
        for _ in 0..4 {
            let members = 1 + below(6);
            let is_same = below(2) == 0;
            let all: Readers = (0..members)
                .map(|m| {
                    let topics = (0..counts.len()).filter(|_| is_same || below(2) == 0);
                    (format!("m{m}"), topics.map(|topic| format!("t{topic}")).collect())
                })
                .collect();
            for assignor in [Assignor::Range, Assignor::Uniform] {
                // Who has left has no target any more.
                last.retain(|member, _| all.contains_key(member));
                let target_now = target(&last);
                let outcome = assign(assignor, &image, &all, &target_now);
                check_cover(&image, &all, &outcome);
                if is_same && assignor == Assignor::Uniform {
                    let sizes = outcome.values().map(size);
                    let (least, most) = (sizes.clone().min(), sizes.max());
                    assert!(most <= least.map(|least| least + 1), "{outcome:?}");
                }
                last = outcome;
            }
        }
    }
}
