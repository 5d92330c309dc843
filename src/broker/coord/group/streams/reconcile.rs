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
