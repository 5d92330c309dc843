//! What a member's words come to: its own record, the epoch of its group, a target assignment,
//! and the next step towards it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::group::ConsumerGroup;
use super::member::{JOINING, Member};
use super::patterns::PatternChange;
use super::reconcile::Reconciler;
use super::{Step, records};
use crate::broker::coord::group::desk::{Cx, ModernTimer};
use crate::broker::coord::group::modern::assign::{Assignor, GroupSpec, MemberSpec};
use crate::broker::coord::group::modern::{
    Assignment, METADATA_REFRESH_INTERVAL_MS, MemberState, Refused, may_assign,
};
use crate::wire::ErrorCode;

/// What is different about a member since its last word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changes {
    /// It names other topics.
    names: bool,
    pattern: PatternChange,
    /// Whether the group must go to its next epoch.
    pub(super) bump: bool,
}

impl Changes {
    /// Says whether the member subscribes to something else than before.
    pub(super) fn of_subscription(self) -> bool {
        self.names || self.pattern != PatternChange::None
    }

    /// The same, where a pattern that is still to be resolved counts at once.
    pub(super) fn counting_patterns(self) -> Self {
        Changes { bump: self.of_subscription(), ..self }
    }
}

/// What a member is to have, and as of which epoch.
pub(super) struct Decided<'a> {
    pub(super) epoch: i32,
    target: Cow<'a, Assignment>,
    has_subscription_changed: bool,
}

/// The epoch that a group comes to, and whether all its members read the same.
pub(super) struct Reached {
    pub(super) epoch: i32,
    /// None where it is what it was before.
    is_homogeneous: Option<bool>,
}

impl ConsumerGroup {
    /// Gives an instance's place to a member with another id.
    pub(super) fn replace(&self, old: &Member, id: &str, step: &mut Step) -> Member {
        let mut new = old.clone();
        new.id = Arc::from(id);
        new.epoch = JOINING;
        new.previous_epoch = JOINING;
        let group = self.id.as_str();
        records::remove_member(&mut step.records, group, &old.id);
        step.records.push(records::member(group, &new));
        step.records.push(records::target(group, id, self.target.of(&old.id)));
        step.records.push(records::current(group, &new));
        new
    }

    /// Writes down what a member says, where that is new.
    pub(super) fn changes(
        &self,
        cx: &mut Cx,
        old: &Member,
        new: &Member,
        step: &mut Step,
    ) -> Result<Changes, Refused> {
        if old != new {
            step.records.push(records::member(&self.id, new));
        }
        let names = old.topics != new.topics;
        let pattern = self.change_pattern(cx, old, new, step)?;
        let bump = names || pattern == PatternChange::Resolved;
        Ok(Changes { names, pattern, bump })
    }

    /// Takes the group to its next epoch, if something that an assignment depends on is
    /// different.
    pub(super) fn reach(
        &self,
        cx: &Cx,
        old: &Member,
        new: &Member,
        bump: bool,
        step: &mut Step,
    ) -> Reached {
        if !bump && !self.must_look_at_topics(cx.now) {
            return Reached { epoch: self.epoch, is_homogeneous: None };
        }
        let patterns = self.patterns_with(old, new);
        let mut subscriptions = self.subscriptions().clone();
        subscriptions.remove_names(&*old.topics);
        subscriptions.add_names(&*new.topics);
        if let Some(pattern) = old.pattern()
            && new.pattern() != Some(pattern)
            && self.subscribers(pattern) == 1
            && let Some(resolved) = self.resolved().get(pattern)
        {
            subscriptions.remove_matches(&*resolved.topics);
        }
        let hash = cx.image.hash(subscriptions.names());
        let is_new = self.member(&new.id).is_none()
            && new.instance.as_deref().is_none_or(|one| self.static_member(one).is_none());
        let members = self.len() + usize::from(is_new);
        let is_homogeneous = ConsumerGroup::is_homogeneous(&patterns, &subscriptions, members);
        let mut epoch = self.epoch;
        if bump || hash != self.metadata_hash {
            epoch += 1;
            step.records.push(records::epoch(&self.id, epoch, hash));
        }
        step.refresh = Some((cx.now.saturating_add(METADATA_REFRESH_INTERVAL_MS), epoch));
        if self.has_old_metadata {
            step.records.push(records::no_old_metadata(&self.id));
        }
        Reached { epoch, is_homogeneous: Some(is_homogeneous) }
    }

    /// Decides what a member is to have: as before, or by a new assignment for all, where the
    /// group is at a newer epoch and the last assignment is long enough ago.
    pub(super) fn decide(
        &self,
        cx: &Cx,
        old: &Member,
        new: &Member,
        changes: Changes,
        step: &mut Step,
    ) -> Result<Decided<'_>, Refused> {
        let reached = self.reach(cx, old, new, changes.bump, step);
        let has_subscription_changed = changes.of_subscription();
        let interval_ms = cx.settings.of(&self.id).assignment_interval_ms;
        if self.target.epoch >= reached.epoch
            || !may_assign(self.target.assigned_at, interval_ms, cx.now)
            // Without any room nobody gets more than there is.
            || cx.meter.room() == 0
        {
            return Ok(self.decided_before(new, has_subscription_changed));
        }
        let name = self.assignor(old, new);
        let assignors = &cx.config.consumer_assignors;
        let wanted = name.as_deref().and_then(Assignor::of);
        let wanted = wanted.filter(|wanted| assignors.contains(wanted));
        let assignor = wanted.or(assignors.first().copied()).unwrap_or(Assignor::Uniform);
        let target = self.assign(cx, assignor, new, &reached, step)?;
        Ok(Decided { epoch: reached.epoch, target: Cow::Owned(target), has_subscription_changed })
    }

    /// Returns what was decided before.
    pub(super) fn decided_before(
        &self,
        member: &Member,
        has_subscription_changed: bool,
    ) -> Decided<'_> {
        Decided {
            epoch: self.target.epoch,
            target: Cow::Borrowed(self.target_of(&member.id, member.instance.as_deref())),
            has_subscription_changed,
        }
    }

    /// Computes a target assignment for all members, one of them as it is now, and writes down
    /// what is new in it. Returns what that one is to have.
    fn assign(
        &self,
        cx: &Cx,
        assignor: Assignor,
        updated: &Member,
        reached: &Reached,
        step: &mut Step,
    ) -> Result<Assignment, Refused> {
        let mut members: BTreeMap<&str, MemberSpec> = BTreeMap::new();
        for member in self.members() {
            members.insert(&member.id, self.spec(cx, member, &member.id));
        }
        let instance = updated.instance.as_deref();
        let before = instance.and_then(|instance| self.static_member(instance));
        let before = before.map(|member| &*member.id).filter(|id| **id != *updated.id);
        if let Some(before) = before {
            members.remove(before);
        }
        members.insert(&updated.id, self.spec(cx, updated, before.unwrap_or(&updated.id)));
        let is_homogeneous = reached.is_homogeneous.unwrap_or_else(|| {
            let (patterns, topics) = (self.patterns(), self.subscriptions());
            ConsumerGroup::is_homogeneous(patterns, topics, self.len())
        });
        let spec = GroupSpec { members, is_homogeneous, target: &self.target, image: cx.image };
        let mut outcome = assignor.assign(&spec).map_err(|error| {
            let epoch = reached.epoch;
            let why =
                format!("Failed to compute a new target assignment for epoch {epoch}: {error}");
            Refused::new(ErrorCode::UNKNOWN_SERVER_ERROR, why)
        })?;
        let mut own = Assignment::new();
        for id in spec.members.keys() {
            let assignment = outcome.remove(*id).unwrap_or_default();
            if self.target.get(id).is_none_or(|before| **before != assignment) {
                step.records.push(records::target(&self.id, id, &assignment));
            }
            if *id == &*updated.id {
                own = assignment;
            }
        }
        step.records.push(records::target_epoch(&self.id, reached.epoch, cx.now));
        Ok(own)
    }

    fn spec<'a>(&'a self, cx: &Cx<'a>, member: &'a Member, assigned_to: &str) -> MemberSpec<'a> {
        MemberSpec {
            instance: member.instance.as_deref(),
            topics: self.topics_of(member, cx.image),
            assigned: self.target.of(assigned_to),
        }
    }

    /// Takes a member a step further towards what it is to have, and writes that down.
    pub(super) fn reconcile(
        &self,
        cx: &mut Cx,
        member: Member,
        decided: &Decided,
        said: Option<&Assignment>,
        step: &mut Step,
    ) -> Result<Member, Refused> {
        if !decided.has_subscription_changed && member.is_reconciled_to(decided.epoch) {
            return Ok(member);
        }
        let reconciler = Reconciler {
            target_epoch: decided.epoch,
            target: &decided.target,
            has_subscription_changed: decided.has_subscription_changed,
            topics: self.topics_of(&member, cx.image),
            is_owned: &|topic, partition| self.is_owned(topic, partition),
            said,
        };
        let next = reconciler.step(&member)?;
        if next == member {
            return Ok(member);
        }
        step.records.push(records::current(&self.id, &next));
        if !next.is_classic() {
            let timer = ModernTimer::Rebalance.of(&self.id, &next.id);
            if next.state == MemberState::Unrevoked {
                cx.timers.set(timer, cx.now + i64::from(next.rebalance_timeout_ms));
            } else {
                cx.timers.stop(&timer);
            }
        }
        Ok(next)
    }
}
