//! From what a member has to what it is to have, step by step (`CurrentAssignmentBuilder`).
//!
//! A task is first taken from the one and then given to the other: never are two processes at
//! the same task, but for copies of its state, and never has a process a task twice.

use std::collections::{BTreeMap, BTreeSet};

use super::member::{Member, MemberState};
use super::owners::Owners;
use super::tasks::{Given, TaskSet, Tasks};
use crate::broker::coord::group::modern::Refused;
use crate::wire::ErrorCode;

/// What a member has after a step, what it must give up, what it gets, and whether something
/// that it is to get is still with somebody.
#[derive(Debug, Default)]
struct Difference {
    kept: Given,
    revoked: Given,
    added: Given,
    must_wait: bool,
}

/// Returns the member as it is after the next step towards a target. `said` is what the member
/// says that it has, if it says so.
pub(super) fn reconcile(
    member: &Member,
    target_epoch: i32,
    target: &Tasks,
    owners: &Owners,
    said: Option<&Tasks>,
) -> Result<Member, Refused> {
    let step = |epoch| step(member, epoch, target_epoch, target, owners, said);
    match member.state {
        MemberState::Stable if member.epoch == target_epoch => Ok(member.clone()),
        MemberState::Stable | MemberState::Unreleased => Ok(step(member.epoch)),
        MemberState::Unrevoked => match said {
            Some(said) if !said.has_any_of(&member.revoking) => Ok(step(member.epoch + 1)),
            _ => Ok(member.clone()),
        },
        MemberState::Unknown => match said {
            Some(said) if said.is_empty() => Ok(step(target_epoch)),
            _ => Err(Refused::new(
                ErrorCode::FENCED_MEMBER_EPOCH,
                "The streams group member is in a unknown state. The member must abandon all its \
                 tasks and rejoin.",
            )),
        },
    }
}

fn step(
    member: &Member,
    epoch: i32,
    target_epoch: i32,
    target: &Tasks,
    owners: &Owners,
    said: Option<&Tasks>,
) -> Member {
    let mut next = Difference::default();
    next.active(member, target_epoch, &target.active, owners);
    let has = &member.assigned;
    let busy = |id: &str, index| owners.process_has(id, index, &member.process);
    let copies = [
        (&has.standby, &target.standby, Kind::Standby),
        (&has.warmup, &target.warmup, Kind::Warmup),
    ];
    for (has, wanted, kind) in copies {
        next.copies(has, wanted, kind, &busy);
    }
    let must_revoke =
        !next.revoked.is_empty() && said.is_none_or(|said| said.has_any_of(&next.revoked));
    let mut updated = member.clone();
    updated.previous_epoch = member.epoch;
    if must_revoke {
        updated.state = MemberState::Unrevoked;
        updated.epoch = epoch;
        updated.assigned = next.kept;
        updated.revoking = next.revoked;
        return updated;
    }
    updated.state = match next.must_wait {
        true => MemberState::Unreleased,
        false => MemberState::Stable,
    };
    updated.epoch = target_epoch;
    next.kept.merge(next.added);
    updated.assigned = next.kept;
    updated.revoking = Given::default();
    updated
}

#[derive(Clone, Copy)]
enum Kind {
    Standby,
    Warmup,
}

impl Difference {
    fn active(&mut self, member: &Member, epoch: i32, wanted: &TaskSet, owners: &Owners) {
        let none = (BTreeMap::new(), BTreeSet::new());
        let has = &member.assigned.active;
        let ids: BTreeSet<&String> = has.keys().chain(wanted.keys()).collect();
        for id in ids {
            let has = has.get(id).unwrap_or(&none.0);
            let wanted = wanted.get(id).unwrap_or(&none.1);
            let (kept, revoked): (BTreeMap<i32, i32>, BTreeMap<i32, i32>) =
                has.iter().partition(|(index, _)| wanted.contains(index));
            let mut added = BTreeMap::new();
            for index in wanted.iter().filter(|index| !kept.contains_key(index)) {
                let is_taken = owners.active(id, *index).is_some()
                    || owners.process_has_copy(id, *index, &member.process);
                match is_taken {
                    true => self.must_wait = true,
                    false => {
                        added.insert(*index, epoch);
                    }
                }
            }
            for (tasks, all) in
                [(kept, &mut self.kept), (revoked, &mut self.revoked), (added, &mut self.added)]
            {
                if !tasks.is_empty() {
                    all.active.insert(id.clone(), tasks);
                }
            }
        }
    }

    fn copies(
        &mut self,
        has: &TaskSet,
        wanted: &TaskSet,
        kind: Kind,
        is_taken: &dyn Fn(&str, i32) -> bool,
    ) {
        let none = BTreeSet::new();
        let ids: BTreeSet<&String> = has.keys().chain(wanted.keys()).collect();
        for id in ids {
            let has = has.get(id).unwrap_or(&none);
            let wanted = wanted.get(id).unwrap_or(&none);
            let (waiting, added): (BTreeSet<i32>, BTreeSet<i32>) =
                (wanted - has).into_iter().partition(|index| is_taken(id, *index));
            self.must_wait |= !waiting.is_empty();
            for (tasks, all) in [
                (has & wanted, &mut self.kept),
                (has - wanted, &mut self.revoked),
                (added, &mut self.added),
            ] {
                let all = match kind {
                    Kind::Standby => &mut all.standby,
                    Kind::Warmup => &mut all.warmup,
                };
                if !tasks.is_empty() {
                    all.insert(id.clone(), tasks);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tasks of the one subtopology: `1@10 s2 w3` is an active one with its epoch, a standby one
    /// and one that warms up.
    fn given(text: &str) -> Given {
        let mut given = Given::default();
        for word in text.split_whitespace() {
            let set = |all: &mut TaskSet, index: &str| {
                all.entry("0".to_owned()).or_default().insert(index.parse().unwrap());
            };
            if let Some(index) = word.strip_prefix('s') {
                set(&mut given.standby, index);
            } else if let Some(index) = word.strip_prefix('w') {
                set(&mut given.warmup, index);
            } else {
                let (index, epoch) = word.split_once('@').unwrap();
                let tasks = given.active.entry("0".to_owned()).or_default();
                tasks.insert(index.parse().unwrap(), epoch.parse().unwrap());
            }
        }
        given
    }

    /// The same without epochs: `1 s2 w3`.
    fn tasks(text: &str) -> Tasks {
        let words = text.split_whitespace();
        let words = words.map(|word| match word.starts_with(['s', 'w']) {
            true => word.to_owned(),
            false => format!("{word}@0"),
        });
        let given = given(&words.collect::<Vec<_>>().join(" "));
        Tasks { active: given.active_tasks(), standby: given.standby, warmup: given.warmup }
    }

    /// The state of a member: its name, the epoch, what is assigned, what is to be given up.
    type State = (MemberState, i32, &'static str, &'static str);

    /// Takes one step towards a target, with what another process has and what this one says.
    fn step_from(
        (state, epoch, assigned, revoking): State,
        (target_epoch, target): (i32, &str),
        others: &str,
        said: Option<&str>,
    ) -> Result<Member, Refused> {
        let member = Member {
            epoch,
            state,
            process: "own".to_owned(),
            assigned: given(assigned),
            revoking: given(revoking),
            ..Member::new("m")
        };
        let mut owners = Owners::default();
        owners.add(&member.assigned, "own");
        owners.add(&member.revoking, "own");
        owners.add(&given(others), "other");
        let said = said.map(tasks);
        reconcile(&member, target_epoch, &tasks(target), &owners, said.as_ref())
    }

    /// The transitions of Kafka's `CurrentAssignmentBuilder` for streams groups, row by row.
    #[test]
    fn kafkas_table_of_transitions() {
        use MemberState::{Stable, Unreleased, Unrevoked};
        let full = (Stable, 10, "1@10 2@10", "");
        let giving = (Unrevoked, 10, "2@10", "1@10");
        let waiting = (Unreleased, 11, "2@10", "");
        let rows: &[(State, (i32, &str), &str, Option<&str>, State)] = &[
            (full, (10, "1 2"), "", None, full),
            (full, (11, "1 2"), "", None, (Stable, 11, "1@10 2@10", "")),
            (full, (11, "1 2 3"), "", None, (Stable, 11, "1@10 2@10 3@11", "")),
            (full, (11, "2 3"), "", None, giving),
            (full, (11, "2 3"), "", Some("1 2"), giving),
            (full, (11, "1 2 3"), "3@10", None, (Unreleased, 11, "1@10 2@10", "")),
            (full, (11, "1 2 3 4"), "3@10", None, (Unreleased, 11, "1@10 2@10 4@11", "")),
            // Copies may be with several processes; one process has a task once.
            (full, (11, "1 2 s3"), "3@10", None, (Stable, 11, "1@10 2@10 s3", "")),
            (full, (11, "1 2 s3"), "s3", None, (Stable, 11, "1@10 2@10 s3", "")),
            (full, (11, "2 s1"), "", None, giving),
            (giving, (11, "2"), "", None, giving),
            (giving, (11, "2"), "", Some("1 2"), giving),
            (giving, (11, "2 3"), "3@10", Some("2"), (Unreleased, 11, "2@10", "")),
            // It moves on by an epoch before it is asked for more.
            (giving, (12, ""), "", Some("2"), (Unrevoked, 11, "", "2@10")),
            (waiting, (11, "2 3"), "3@10", None, waiting),
            (waiting, (11, "2 3"), "", None, (Stable, 11, "2@10 3@11", "")),
            (waiting, (12, "3"), "3@10", None, (Unrevoked, 11, "", "2@10")),
            ((Stable, 10, "s1 w2", ""), (11, "w2"), "", None, (Unrevoked, 10, "w2", "s1")),
        ];
        for (from, target, others, said, to) in rows {
            let next = step_from(*from, *target, others, *said).unwrap();
            let found = (next.state, next.epoch, next.assigned, next.revoking);
            let wanted = (to.0, to.1, given(to.2), given(to.3));
            assert_eq!(found, wanted, "{from:?} {target:?} {others:?} {said:?}");
        }
    }

    #[test]
    fn a_member_in_a_state_of_a_newer_kafka_begins_again() {
        let unknown = (MemberState::Unknown, 10, "3@10", "");
        for said in [None, Some("3")] {
            let refused = step_from(unknown, (12, "1"), "", said).unwrap_err();
            assert_eq!(refused.error, ErrorCode::FENCED_MEMBER_EPOCH);
        }
        let next = step_from(unknown, (12, "1"), "", Some("")).unwrap();
        assert_eq!((next.state, next.epoch), (MemberState::Stable, 12));
        assert_eq!(next.assigned, given("1@12"));
    }
}
