//! The life of a share group's members: they join, say that they are there, and leave.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Assignment, Kept, Member, Plan, Refused, ShareGroup, ShareGroups, TEXT_BYTES_MAX, Terms,
    TopicInfo, Topics, assign, hash, records,
};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::coord::effects::Record;
use crate::broker::coord::group::Client;
use crate::wire::ErrorCode;
use crate::wire::messages::share_group_heartbeat::{
    self as wire, ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse, TopicPartitions,
};

const JOINING: i32 = 0;
const LEAVING: i32 = -1;

/// What a heartbeat comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Beat {
    pub response: ShareGroupHeartbeatResponse,
    /// The partitions whose state is to be kept from now on, and the epoch to begin with.
    pub initialize: Assignment,
    pub group_epoch: i32,
}

impl ShareGroups {
    /// ShareGroupHeartbeat.
    pub fn heartbeat(
        &self,
        now: Millis,
        who: Client,
        ask: &ShareGroupHeartbeatRequest,
        terms: &Terms,
        topics: &dyn Topics,
    ) -> Result<Plan<Beat>, Refused> {
        check(ask, &who)?;
        if ask.member_epoch == LEAVING {
            let records = self.leave(&ask.group_id, &ask.member_id, topics)?;
            let response = ShareGroupHeartbeatResponse {
                member_id: Some(ask.member_id.clone()),
                member_epoch: LEAVING,
                ..Default::default()
            };
            let initialize = Assignment::new();
            return Ok(Plan { records, answer: Beat { response, initialize, group_epoch: 0 } });
        }
        let growth = self.growth(&who, ask);
        if growth > 0 && growth > self.meter.room() {
            let text = "The members of all share groups take as much memory as they may.";
            return Err(Refused::new(ErrorCode::GROUP_MAX_SIZE_REACHED, text));
        }
        let is_joining = ask.member_epoch == JOINING;
        let new = ShareGroup::default();
        let group = match self.groups.get(&ask.group_id) {
            Some(group) => group,
            None if is_joining => &new,
            None => {
                let text = format!("Share group {} not found.", ask.group_id);
                return Err(Refused::new(ErrorCode::GROUP_ID_NOT_FOUND, text));
            }
        };
        let has_room = self.meter.room() > 0;
        let step = Step { now, group, ask, terms, topics, has_room, records: Vec::new() };
        step.beat(who)
    }

    /// A member leaves, or was not heard of for too long.
    pub fn leave(
        &self,
        id: &str,
        member: &str,
        topics: &dyn Topics,
    ) -> Result<Vec<Record>, Refused> {
        let group = self.group(id)?;
        if !group.members.contains_key(member) {
            return Err(unknown(id, member));
        }
        let mut left = group.clone();
        left.members.remove(member);
        let hash = hash::of(&left.topics(), topics);
        Ok(vec![
            records::no_current(id, member),
            records::no_target(id, member),
            records::no_member(id, member),
            records::epoch(id, group.epoch + 1, hash),
        ])
    }
}

fn unknown(group: &str, member: &str) -> Refused {
    let text = format!("Member {member} is not a member of group {group}.");
    Refused::new(ErrorCode::UNKNOWN_MEMBER_ID, text)
}

/// Checks the form of a heartbeat.
fn check(ask: &ShareGroupHeartbeatRequest, who: &Client) -> Result<(), Refused> {
    let invalid = |why: &str| Err(Refused::new(ErrorCode::INVALID_REQUEST, why));
    let is_blank = |text: &str| text.trim().is_empty();
    if is_blank(&ask.member_id) {
        return invalid("MemberId can't be empty.");
    }
    if is_blank(&ask.group_id) {
        return invalid("GroupId can't be empty.");
    }
    if ask.rack_id.as_deref().is_some_and(is_blank) {
        return invalid("RackId can't be empty.");
    }
    let names_none = ask.subscribed_topic_names.as_ref().is_none_or(Vec::is_empty);
    if ask.member_epoch == JOINING && names_none {
        return invalid("SubscribedTopicNames must be set in first request.");
    }
    if ask.member_epoch < LEAVING {
        return invalid("MemberEpoch is invalid.");
    }
    let rack = ask.rack_id.as_deref().unwrap_or_default();
    let texts = [&ask.group_id, &ask.member_id, rack, &who.client_id];
    if texts.iter().any(|text| text.len() > TEXT_BYTES_MAX) {
        return invalid("The request holds text that fits no record.");
    }
    Ok(())
}

/// One heartbeat under way.
struct Step<'a> {
    now: Millis,
    group: &'a ShareGroup,
    ask: &'a ShareGroupHeartbeatRequest,
    terms: &'a Terms,
    topics: &'a dyn Topics,
    /// Whether members may be given more than they have.
    has_room: bool,
    records: Vec<Record>,
}

impl Step<'_> {
    fn beat(mut self, who: Client) -> Result<Plan<Beat>, Refused> {
        let (id, member_id) = (&self.ask.group_id, &self.ask.member_id);
        let known = self.group.members.get(member_id);
        if known.is_none() && self.group.members.len() >= self.terms.members_max {
            let max = self.terms.members_max;
            let text =
                format!("The share group has reached its maximum capacity of {max} members.");
            return Err(Refused::new(ErrorCode::GROUP_MAX_SIZE_REACHED, text));
        }
        let is_joining = self.ask.member_epoch == JOINING;
        let member = match known {
            Some(member) => member.clone(),
            None if is_joining => Member::default(),
            None => return Err(unknown(id, member_id)),
        };
        check_epoch(&member, self.ask.member_epoch)?;
        let mut updated = member.clone();
        updated.client = who;
        if let Some(rack) = &self.ask.rack_id {
            updated.rack = Some(rack.clone());
        }
        if let Some(names) = &self.ask.subscribed_topic_names {
            updated.topics = names.iter().cloned().collect();
        }
        if known != Some(&updated) {
            self.records.push(records::member(id, member_id, &updated));
        }
        // The group as it is with what the member says now.
        let mut group = self.group.clone();
        group.members.insert(member_id.clone(), updated.clone());
        let changed = member.topics != updated.topics;
        let bumped = self.bump(&mut group, changed);
        self.retarget(&mut group);
        let assigned = self.reconcile(&mut updated, &group, bumped);
        let is_full = self.ask.subscribed_topic_names.is_some();
        let must_tell = is_joining || is_full || member.assigned != assigned;
        let response = ShareGroupHeartbeatResponse {
            member_id: Some(member_id.clone()),
            member_epoch: updated.epoch,
            heartbeat_interval_ms: self.terms.heartbeat_interval_ms,
            assignment: must_tell.then(|| told(&assigned)),
            ..Default::default()
        };
        let initialize = self.initialize(&group);
        let answer = Beat { response, initialize, group_epoch: group.epoch };
        Ok(Plan { records: self.records, answer })
    }

    /// Moves the group to its next epoch where its members' topics are others, or have changed.
    fn bump(&mut self, group: &mut ShareGroup, changed: bool) -> bool {
        let settled = self.group.target_epoch >= self.group.epoch;
        let pending = settled && is_assignment_pending(self.group);
        let hash = hash::of(&group.topics(), self.topics);
        let bumped = changed || pending || hash != group.metadata_hash;
        if bumped {
            group.epoch += 1;
            group.metadata_hash = hash;
            self.records.push(records::epoch(&self.ask.group_id, group.epoch, hash));
        }
        bumped
    }

    /// Computes what each member is to have, where that is due.
    fn retarget(&mut self, group: &mut ShareGroup) {
        let interval_ms = Millis::from(self.terms.assignment_interval_ms);
        let may = group.assigned_at == 0
            || interval_ms == 0
            || self.now >= group.assigned_at.saturating_add(interval_ms);
        if group.target_epoch >= group.epoch || !may || !self.has_room {
            return;
        }
        let initialized = group.state.as_ref().map(|state| &state.initialized);
        let assignable: Assignment = initialized
            .into_iter()
            .flatten()
            .map(|(topic, kept)| (*topic, kept.partitions.clone()))
            .collect();
        let subscriptions: BTreeMap<&str, BTreeSet<Uuid>> = group
            .members
            .iter()
            .map(|(name, member)| {
                let topics = member.topics.iter().filter_map(|topic| self.topics.by_name(topic));
                (name.as_str(), topics.map(|topic| topic.id).collect())
            })
            .collect();
        // Partitions that went away with their topic are nobody's.
        let assignable = existing(assignable, self.topics);
        let target = assign::assign(&subscriptions, &assignable, &group.target);
        for (member, assignment) in &target {
            if group.target.get(member) != Some(assignment) {
                self.records.push(records::target(&self.ask.group_id, member, assignment));
            }
        }
        let record = records::target_epoch(&self.ask.group_id, group.epoch, self.now);
        self.records.push(record);
        group.target = target;
        group.target_epoch = group.epoch;
        group.assigned_at = self.now;
    }

    /// Gives the member what it is to have.
    fn reconcile(&mut self, member: &mut Member, group: &ShareGroup, bumped: bool) -> Assignment {
        let reached = member.epoch == group.target_epoch;
        if reached && !bumped {
            return member.assigned.clone();
        }
        let target = group.target.get(&self.ask.member_id).cloned().unwrap_or_default();
        let is_subscribed = |topic: &Uuid| {
            let topic = self.topics.by_id(*topic);
            topic.is_some_and(|topic| member.topics.contains(&topic.name))
        };
        let assigned: Assignment =
            target.into_iter().filter(|(topic, _)| is_subscribed(topic)).collect();
        let is_other = !reached || assigned != member.assigned;
        if !reached {
            member.previous_epoch = member.epoch;
            member.epoch = group.target_epoch;
        }
        member.assigned.clone_from(&assigned);
        if is_other {
            let record = records::current(&self.ask.group_id, &self.ask.member_id, member);
            self.records.push(record);
        }
        assigned
    }

    /// Returns the partitions whose state is to be kept from now on.
    fn initialize(&mut self, group: &ShareGroup) -> Assignment {
        let state = group.state.clone().unwrap_or_default();
        let mut wanted = BTreeMap::new();
        for topic in group.topics().keys().filter_map(|name| self.topics.by_name(name)) {
            let known = known_partitions(&state, &topic, self.now, self.terms);
            let missing: BTreeSet<i32> =
                (0..topic.partitions).filter(|partition| !known.contains(partition)).collect();
            if !missing.is_empty() {
                let kept = Kept { name: topic.name, partitions: missing, at: self.now };
                wanted.insert(topic.id, kept);
            }
        }
        if wanted.is_empty() {
            return Assignment::new();
        }
        let initialize =
            wanted.iter().map(|(topic, kept)| (*topic, kept.partitions.clone())).collect();
        let record = records::initializing(&self.ask.group_id, state, wanted, self.topics);
        self.records.push(record);
        initialize
    }
}

fn existing(assignable: Assignment, topics: &dyn Topics) -> Assignment {
    let known = assignable.into_iter().filter_map(|(id, mut partitions)| {
        let topic = topics.by_id(id)?;
        partitions.retain(|partition| *partition < topic.partitions);
        Some((id, partitions))
    });
    known.collect()
}

/// Returns the partitions of a topic that are initialized, or will be soon.
fn known_partitions(
    state: &super::StateTopics,
    topic: &TopicInfo,
    now: Millis,
    terms: &Terms,
) -> BTreeSet<i32> {
    let mut known = BTreeSet::new();
    if let Some(kept) = state.initialized.get(&topic.id) {
        known.extend(&kept.partitions);
    }
    let is_fresh = |kept: &&Kept| now.saturating_sub(kept.at) < terms.initialize_retry_ms;
    if let Some(kept) = state.initializing.get(&topic.id).filter(is_fresh) {
        known.extend(&kept.partitions);
    }
    known
}

/// Says whether there are initialized partitions of subscribed topics that nobody is to have.
fn is_assignment_pending(group: &ShareGroup) -> bool {
    let Some(state) = group.state.as_ref().filter(|state| !state.initialized.is_empty()) else {
        return false;
    };
    let topics = group.topics();
    let mut assigned = Assignment::new();
    for (topic, partitions) in group.target.values().flatten() {
        assigned.entry(*topic).or_default().extend(partitions);
    }
    let mut subscribed =
        state.initialized.iter().filter(|(_, kept)| topics.contains_key(kept.name.as_str()));
    subscribed.any(|(topic, kept)| assigned.get(topic) != Some(&kept.partitions))
}

fn check_epoch(member: &Member, epoch: i32) -> Result<(), Refused> {
    let fenced = |text: String| Err(Refused::new(ErrorCode::FENCED_MEMBER_EPOCH, text));
    let Member { epoch: known, previous_epoch: previous, .. } = member;
    if epoch == JOINING {
        return Ok(());
    }
    if epoch > *known {
        return fenced(format!(
            "The share group member has a greater member epoch ({epoch}) than the one known by \
             the group coordinator ({known}). The member must abandon all its partitions and \
             rejoin."
        ));
    }
    if epoch < *known && epoch != *previous {
        return fenced(format!(
            "The share group member has a smaller member epoch ({epoch}) than the one known by \
             the group coordinator ({known}), and it does not match the previous member epoch \
             ({previous}). The member must abandon all its partitions and rejoin."
        ));
    }
    Ok(())
}

fn told(assigned: &Assignment) -> wire::Assignment {
    let topics = assigned.iter().map(|(topic_id, partitions)| TopicPartitions {
        topic_id: *topic_id,
        partitions: partitions.iter().copied().collect(),
    });
    wire::Assignment { topic_partitions: topics.collect() }
}
