//! What is remembered of consumer groups, as Kafka's records: keys 3 to 8 and 16 of
//! `__consumer_offsets`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::{ConsumerGroup, Resolved};
use super::member::{Epochs, LEFT, Member};
use crate::base::clock::Millis;
use crate::broker::coord::effects::Record;
use crate::broker::coord::group::modern::{Assignment, MemberState};
use crate::broker::coord::group::records::{read, written};
use crate::broker::coord::group::{Client, Groups};
use crate::wire::messages::consumer_group_records::{
    ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue, ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue, ConsumerGroupPartitionMetadataKey,
    ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue,
    ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue,
    ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue,
    TopicPartition, TopicPartitions,
};
use crate::wire::primitives::{DecodeError, Reader};
use crate::wire::schema::Message;

/// The version of every value.
const VALUE_VERSION: i16 = 0;

fn record<K: Message, V: Message>(key: &K, value: Option<&V>) -> Record {
    let key = written(K::TABLE.key, key, 0);
    Record { key, value: value.map(|value| written(VALUE_VERSION, value, VALUE_VERSION)) }
}

fn tombstone<K: Message>(key: &K) -> Record {
    Record { key: written(K::TABLE.key, key, 0), value: None }
}

/// The epoch of a group, and the hash of its topics.
pub(super) fn epoch(group: &str, epoch: i32, metadata_hash: i64) -> Record {
    let key = ConsumerGroupMetadataKey { group_id: group.to_owned() };
    record(&key, Some(&ConsumerGroupMetadataValue { epoch, metadata_hash }))
}

pub(super) fn no_epoch(group: &str) -> Record {
    tombstone(&ConsumerGroupMetadataKey { group_id: group.to_owned() })
}

/// Forgets what an older Kafka wrote of a group's topics.
pub(super) fn no_old_metadata(group: &str) -> Record {
    tombstone(&ConsumerGroupPartitionMetadataKey { group_id: group.to_owned() })
}

/// Who a member is, and what it subscribes to.
pub(super) fn member(group: &str, member: &Member) -> Record {
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
    let value = ConsumerGroupMemberMetadataValue {
        instance_id: text(&member.instance),
        rack_id: text(&member.rack),
        client_id: member.client.client_id.clone(),
        client_host: member.client.host.clone(),
        subscribed_topic_names: member.topics.iter().cloned().collect(),
        subscribed_topic_regex: text(&member.pattern),
        rebalance_timeout_ms: member.rebalance_timeout_ms,
        server_assignor: text(&member.assignor),
        classic_member_metadata: member.classic.as_deref().cloned(),
    };
    record(&member_key(group, &member.id), Some(&value))
}

fn member_key(group: &str, member: &str) -> ConsumerGroupMemberMetadataKey {
    ConsumerGroupMemberMetadataKey { group_id: group.to_owned(), member_id: member.to_owned() }
}

pub(super) fn no_member(group: &str, member: &str) -> Record {
    tombstone(&member_key(group, member))
}

/// When a target assignment was computed, and for which epoch.
pub(super) fn target_epoch(group: &str, assignment_epoch: i32, at: Millis) -> Record {
    let key = ConsumerGroupTargetAssignmentMetadataKey { group_id: group.to_owned() };
    let value =
        ConsumerGroupTargetAssignmentMetadataValue { assignment_epoch, assignment_timestamp: at };
    record(&key, Some(&value))
}

pub(super) fn no_target_epoch(group: &str) -> Record {
    tombstone(&ConsumerGroupTargetAssignmentMetadataKey { group_id: group.to_owned() })
}

fn target_key(group: &str, member: &str) -> ConsumerGroupTargetAssignmentMemberKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    ConsumerGroupTargetAssignmentMemberKey { group_id, member_id }
}

/// What a member is to have.
pub(super) fn target(group: &str, member: &str, assignment: &Assignment) -> Record {
    let topics = assignment.iter().map(|(topic, partitions)| TopicPartition {
        topic_id: *topic,
        partitions: partitions.iter().copied().collect(),
    });
    let topic_partitions = topics.collect();
    let value = ConsumerGroupTargetAssignmentMemberValue { topic_partitions };
    record(&target_key(group, member), Some(&value))
}

pub(super) fn no_target(group: &str, member: &str) -> Record {
    tombstone(&target_key(group, member))
}

fn current_key(group: &str, member: &str) -> ConsumerGroupCurrentMemberAssignmentKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    ConsumerGroupCurrentMemberAssignmentKey { group_id, member_id }
}

/// What a member has.
pub(super) fn current(group: &str, member: &Member) -> Record {
    let topics = |epochs: &Epochs| {
        let topics = epochs.iter().map(|(topic, partitions)| TopicPartitions {
            topic_id: *topic,
            partitions: partitions.keys().copied().collect(),
            assignment_epochs: Some(partitions.values().copied().collect()),
        });
        topics.collect()
    };
    let value = ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: member.epoch,
        previous_member_epoch: member.previous_epoch,
        state: member.state.id(),
        assigned_partitions: topics(&member.assigned),
        partitions_pending_revocation: topics(&member.revoking),
    };
    record(&current_key(group, &member.id), Some(&value))
}

pub(super) fn no_current(group: &str, member: &str) -> Record {
    tombstone(&current_key(group, member))
}

fn pattern_key(group: &str, pattern: &str) -> ConsumerGroupRegularExpressionKey {
    let (group_id, regular_expression) = (group.to_owned(), pattern.to_owned());
    ConsumerGroupRegularExpressionKey { group_id, regular_expression }
}

/// The topics that a pattern matches.
pub(super) fn pattern(group: &str, pattern: &str, resolved: &Resolved) -> Record {
    let value = ConsumerGroupRegularExpressionValue {
        topics: resolved.topics.iter().cloned().collect(),
        version: resolved.version,
        timestamp: resolved.timestamp,
    };
    record(&pattern_key(group, pattern), Some(&value))
}

pub(super) fn no_pattern(group: &str, pattern: &str) -> Record {
    tombstone(&pattern_key(group, pattern))
}

/// Forgets a member, in Kafka's order.
pub(super) fn remove_member(records: &mut Vec<Record>, group: &str, member: &str) {
    records.push(no_current(group, member));
    records.push(no_target(group, member));
    records.push(no_member(group, member));
}

/// Forgets a whole group. `renamed` is a member that these very records have given another id.
pub(in crate::broker::coord::group) fn remove_group(
    records: &mut Vec<Record>,
    group: &ConsumerGroup,
    renamed: Option<(&str, &str)>,
) {
    let id = group.id.as_str();
    let current_id = |member: &Member| match renamed {
        Some((old, new)) if *member.id == *old => new.to_owned(),
        _ => member.id.to_string(),
    };
    records.extend(group.members().map(|member| no_current(id, &current_id(member))));
    records.extend(group.members().map(|member| no_target(id, &current_id(member))));
    records.push(no_target_epoch(id));
    records.extend(group.members().map(|member| no_member(id, &current_id(member))));
    records.extend(group.resolved().keys().map(|pattern| no_pattern(id, pattern)));
    records.push(no_old_metadata(id));
    records.push(no_epoch(id));
}

/// Writes down a whole group that was a classic one.
pub(super) fn create_group(records: &mut Vec<Record>, group: &ConsumerGroup) {
    let id = group.id.as_str();
    records.extend(group.members().map(|one| member(id, one)));
    records.push(epoch(id, group.epoch, group.metadata_hash));
    records.extend(group.members().map(|one| target(id, &one.id, group.target.of(&one.id))));
    records.push(target_epoch(id, group.target.epoch, group.target.assigned_at));
    records.extend(group.members().map(|one| current(id, one)));
}

/// Returns the group that a record speaks of. One that does not exist is made where the record
/// says something of it; a classic one without members gives way.
fn group<'a>(all: &'a mut Groups, id: &str, make: bool) -> Option<&'a mut ConsumerGroup> {
    if make && !all.consumers.contains_key(id) {
        if let Some(classic) = all.groups.remove(id) {
            classic.stop_timers(&mut all.timers);
        }
        all.consumers.insert(id.to_owned(), ConsumerGroup::new(id));
    }
    all.consumers.get_mut(id)
}

/// Takes a record in. Says whether it is one of these.
pub(in crate::broker::coord::group) fn apply(
    all: &mut Groups,
    kind: i16,
    key: &mut Reader,
    value: Option<&[u8]>,
) -> Result<bool, DecodeError> {
    match kind {
        3 => {
            let key = ConsumerGroupMetadataKey::read(key, 0)?;
            apply_epoch(all, &key.group_id, value.map(read).transpose()?);
        }
        4 => {
            // What it says of topics is not read: topics are known from elsewhere.
            let key = ConsumerGroupPartitionMetadataKey::read(key, 0)?;
            if let Some(group) = group(all, &key.group_id, value.is_some()) {
                group.has_old_metadata = value.is_some();
            }
        }
        5 => {
            let key = ConsumerGroupMemberMetadataKey::read(key, 0)?;
            apply_member(all, &key, value.map(read).transpose()?);
        }
        6 => {
            let key = ConsumerGroupTargetAssignmentMetadataKey::read(key, 0)?;
            apply_target_epoch(all, &key.group_id, value.map(read).transpose()?);
        }
        7 => {
            let key = ConsumerGroupTargetAssignmentMemberKey::read(key, 0)?;
            apply_target(all, &key, value.map(read).transpose()?);
        }
        8 => {
            let key = ConsumerGroupCurrentMemberAssignmentKey::read(key, 0)?;
            apply_current(all, &key, value.map(read).transpose()?);
        }
        16 => {
            let key = ConsumerGroupRegularExpressionKey::read(key, 0)?;
            apply_pattern(all, &key, value.map(read).transpose()?);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn apply_epoch(all: &mut Groups, id: &str, value: Option<ConsumerGroupMetadataValue>) {
    match value {
        Some(value) => {
            if let Some(group) = group(all, id, true) {
                group.epoch = value.epoch;
                group.metadata_hash = value.metadata_hash;
            }
        }
        None => drop(all.consumers.remove(id)),
    }
}

fn apply_member(
    all: &mut Groups,
    key: &ConsumerGroupMemberMetadataKey,
    value: Option<ConsumerGroupMemberMetadataValue>,
) {
    let id = key.member_id.as_str();
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    let Some(value) = value else { return group.remove(id) };
    let mut member = group.member(id).cloned().unwrap_or_else(|| Member::new(id));
    let text = |text: Option<String>| text.map(Arc::from);
    member.instance = text(value.instance_id);
    member.rack = text(value.rack_id);
    member.client = Arc::new(Client { client_id: value.client_id, host: value.client_host });
    member.topics = Arc::new(value.subscribed_topic_names.into_iter().collect());
    member.pattern = text(value.subscribed_topic_regex);
    member.rebalance_timeout_ms = value.rebalance_timeout_ms;
    member.assignor = text(value.server_assignor);
    member.classic = value.classic_member_metadata.map(Arc::new);
    group.put(member);
}

fn apply_target_epoch(
    all: &mut Groups,
    id: &str,
    value: Option<ConsumerGroupTargetAssignmentMetadataValue>,
) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    match value {
        Some(value) => group.set_target_epoch(value.assignment_epoch, value.assignment_timestamp),
        None => group.set_target_epoch(-1, 0),
    }
}

fn apply_target(
    all: &mut Groups,
    key: &ConsumerGroupTargetAssignmentMemberKey,
    value: Option<ConsumerGroupTargetAssignmentMemberValue>,
) {
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    let Some(value) = value else { return group.target.remove(&key.member_id) };
    let topics = value.topic_partitions.into_iter();
    let topics = topics.map(|topic| (topic.topic_id, topic.partitions.into_iter().collect()));
    group.target.set(&key.member_id, topics.collect());
}

fn apply_current(
    all: &mut Groups,
    key: &ConsumerGroupCurrentMemberAssignmentKey,
    value: Option<ConsumerGroupCurrentMemberAssignmentValue>,
) {
    let id = key.member_id.as_str();
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    let old = group.member(id).cloned();
    match value {
        Some(value) => {
            let mut member = old.unwrap_or_else(|| Member::new(id));
            let epoch = value.member_epoch;
            member.epoch = epoch;
            member.previous_epoch = value.previous_member_epoch;
            member.state = MemberState::of(value.state);
            member.assigned = Arc::new(epochs(value.assigned_partitions, epoch));
            member.revoking = Arc::new(epochs(value.partitions_pending_revocation, epoch));
            group.put(member);
        }
        None => {
            let Some(mut member) = old else { return };
            member.epoch = LEFT;
            member.previous_epoch = LEFT;
            member.assigned = Arc::default();
            member.revoking = Arc::default();
            group.put(member);
        }
    }
}

/// Returns partitions with their epochs; older Kafkas did not write these down, and the epoch of
/// the member stands in for them.
fn epochs(topics: Vec<TopicPartitions>, default: i32) -> Epochs {
    let default = default.max(0);
    let topics = topics.into_iter().map(|topic| {
        let told = topic.assignment_epochs.filter(|told| told.len() == topic.partitions.len());
        let epochs = told.unwrap_or_else(|| vec![default; topic.partitions.len()]);
        (topic.topic_id, topic.partitions.into_iter().zip(epochs).collect())
    });
    topics.collect()
}

fn apply_pattern(
    all: &mut Groups,
    key: &ConsumerGroupRegularExpressionKey,
    value: Option<ConsumerGroupRegularExpressionValue>,
) {
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    let resolved = value.map(|value| Resolved {
        topics: Arc::new(value.topics.into_iter().collect::<BTreeSet<_>>()),
        version: value.version,
        timestamp: value.timestamp,
    });
    group.resolve(&key.regular_expression, resolved);
}
