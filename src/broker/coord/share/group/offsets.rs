//! Where a share group begins in its partitions: what is initialized, altered and deleted; and
//! how the whole group is deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Assignment, Kept, KeptTopics, Plan, Refused, ShareGroup, ShareGroups, StateTopics,
    TEXT_BYTES_MAX, Topics, records,
};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::coord::effects::Record;
use crate::wire::ErrorCode;
use crate::wire::messages::alter_share_group_offsets::AlterShareGroupOffsetsRequest;
use crate::wire::messages::delete_share_group_offsets::DeleteShareGroupOffsetsResponseTopic;

/// Kafka's words for a group that has members.
const NOT_EMPTY: &str = "The group is not empty.";
/// Kafka's words for a topic or a partition that is not there.
pub(super) const NO_PARTITION: &str = "This server does not host this topic-partition.";

/// What AlterShareGroupOffsets comes to: where each partition is to begin, at which epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Altered {
    pub group_epoch: i32,
    pub offsets: BTreeMap<Uuid, BTreeMap<i32, i64>>,
}

/// What DeleteShareGroupOffsets comes to: what is to be forgotten, and what cannot be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deleting {
    pub partitions: Assignment,
    pub refused: Vec<DeleteShareGroupOffsetsResponseTopic>,
}

fn not_empty() -> Refused {
    Refused::new(ErrorCode::NON_EMPTY_GROUP, NOT_EMPTY)
}

impl ShareGroups {
    /// Returns the partitions of which a group keeps state. None for a group that is not there.
    pub fn initialized(&self, group: &str) -> Option<Assignment> {
        let state = self.groups.get(group)?.state.as_ref();
        let topics = state.into_iter().flat_map(|state| &state.initialized);
        Some(topics.map(|(topic, kept)| (*topic, kept.partitions.clone())).collect())
    }

    /// The state of partitions is kept from now on, or could not be: the record that says so.
    pub fn initialization_done(
        &self,
        now: Millis,
        id: &str,
        done: &Assignment,
        went_well: bool,
        topics: &dyn Topics,
    ) -> Option<Record> {
        let mut state = self.groups.get(id)?.state.clone().unwrap_or_default();
        for (topic, partitions) in done {
            let name = state.initializing.get(topic).map(|kept| kept.name.clone());
            let name = name.or_else(|| topics.by_id(*topic).map(|topic| topic.name));
            without(&mut state.initializing, topic, partitions);
            if went_well {
                let name = name.unwrap_or_default();
                let kept = Kept { name, partitions: partitions.clone(), at: now };
                records::add(&mut state.initialized, *topic, kept);
            }
        }
        Some(records::state(id, &state, topics))
    }

    /// AlterShareGroupOffsets: a group that nobody is in begins elsewhere. Topics and partitions
    /// that are not there have been left out of the request.
    pub fn alter_offsets(
        &self,
        now: Millis,
        ask: &AlterShareGroupOffsetsRequest,
        topics: &dyn Topics,
    ) -> Result<Plan<Altered>, Refused> {
        let id = ask.group_id.as_str();
        if id.is_empty() || id.len() > TEXT_BYTES_MAX {
            let text = "The group id is invalid.";
            return Err(Refused::new(ErrorCode::INVALID_GROUP_ID, text));
        }
        let new = ShareGroup::default();
        let group = self.groups.get(id).unwrap_or(&new);
        if !group.members.is_empty() {
            return Err(not_empty());
        }
        let mut altered = Altered { group_epoch: group.epoch, offsets: BTreeMap::new() };
        let mut more = KeptTopics::new();
        for topic in &ask.topics {
            let Some(info) = topics.by_name(&topic.topic_name) else { continue };
            let offsets = topic.partitions.iter().map(|p| (p.partition_index, p.start_offset));
            let offsets: BTreeMap<i32, i64> = offsets.collect();
            let partitions = offsets.keys().copied().collect();
            more.insert(info.id, Kept { name: info.name, partitions, at: now });
            altered.offsets.insert(info.id, offsets);
        }
        if more.is_empty() {
            return Ok(Plan { records: Vec::new(), answer: altered });
        }
        let known = group.state.clone().unwrap_or_default();
        let records = vec![records::initializing(id, known, more, topics)];
        Ok(Plan { records, answer: altered })
    }

    /// DeleteShareGroupOffsets, its first half: what is to be forgotten is about to be.
    pub fn delete_offsets(
        &self,
        id: &str,
        names: &[String],
        topics: &dyn Topics,
    ) -> Result<Plan<Deleting>, Refused> {
        if id.is_empty() {
            let text = "The group id is invalid.";
            return Err(Refused::new(ErrorCode::INVALID_GROUP_ID, text));
        }
        let group = self.group(id)?;
        if !group.members.is_empty() {
            return Err(not_empty());
        }
        let mut deleting = Deleting::default();
        let Some(mut state) = group.state.clone() else {
            return Ok(Plan { records: Vec::new(), answer: deleting });
        };
        for name in names {
            let refused = |text: &str| DeleteShareGroupOffsetsResponseTopic {
                topic_name: name.clone(),
                error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0,
                error_message: Some(text.to_owned()),
                ..Default::default()
            };
            let Some(topic) = topics.by_name(name) else {
                deleting.refused.push(refused(NO_PARTITION));
                continue;
            };
            if let Some(kept) = state.initialized.remove(&topic.id) {
                deleting.partitions.insert(topic.id, kept.partitions);
                state.deleting.insert(topic.id);
            } else if state.deleting.contains(&topic.id) {
                deleting.partitions.insert(topic.id, (0..topic.partitions).collect());
            } else {
                deleting.refused.push(refused("There is no offset information to delete."));
            }
        }
        let records = vec![records::state(id, &state, topics)];
        Ok(Plan { records, answer: deleting })
    }

    /// The state of these topics is forgotten: the record that says so.
    pub fn deletion_done(
        &self,
        id: &str,
        done: &BTreeSet<Uuid>,
        topics: &dyn Topics,
    ) -> Option<Record> {
        let mut state = self.groups.get(id)?.state.clone()?;
        state.deleting.retain(|topic| !done.contains(topic));
        Some(records::state(id, &state, topics))
    }

    /// DeleteGroups of one share group, its first half: all state is about to be forgotten.
    pub fn delete_state(&self, id: &str, topics: &dyn Topics) -> Result<Plan<Assignment>, Refused> {
        let group = self.group(id)?;
        if !group.members.is_empty() {
            return Err(not_empty());
        }
        let mut partitions = Assignment::new();
        let Some(state) = &group.state else {
            return Ok(Plan { records: Vec::new(), answer: partitions });
        };
        for (topic, kept) in state.initialized.iter().chain(&state.initializing) {
            partitions.entry(*topic).or_default().extend(&kept.partitions);
        }
        for topic in state.deleting.iter().filter_map(|id| topics.by_id(*id)) {
            partitions.entry(topic.id).or_default().extend(0..topic.partitions);
        }
        let deleting = partitions.keys().copied().collect();
        let state = StateTopics { deleting, ..Default::default() };
        Ok(Plan { records: vec![records::state(id, &state, topics)], answer: partitions })
    }

    /// DeleteGroups of one share group, its second half: the group itself goes.
    pub fn delete(&self, id: &str) -> Result<Vec<Record>, Refused> {
        let group = self.group(id)?;
        if !group.members.is_empty() {
            return Err(not_empty());
        }
        Ok(vec![records::no_target_epoch(id), records::no_state(id), records::no_epoch(id)])
    }

    /// A topic is gone: returns the records that forget it, by group.
    pub fn topic_deleted(&self, topic: Uuid, topics: &dyn Topics) -> Vec<(String, Record)> {
        let mut all = Vec::new();
        for (id, group) in &self.groups {
            let Some(mut state) = group.state.clone() else { continue };
            let known = state.initializing.remove(&topic).is_some()
                | state.initialized.remove(&topic).is_some()
                | state.deleting.remove(&topic);
            if known {
                all.push((id.clone(), records::state(id, &state, topics)));
            }
        }
        all
    }
}

/// Takes partitions out of those that are known of a topic.
fn without(all: &mut KeptTopics, topic: &Uuid, partitions: &BTreeSet<i32>) {
    if let Some(kept) = all.get_mut(topic) {
        kept.partitions.retain(|partition| !partitions.contains(partition));
        if kept.partitions.is_empty() {
            all.remove(topic);
        }
    }
}
