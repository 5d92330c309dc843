//! Kafka's records of share groups in `__consumer_offsets`: written here, and taken in.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{Assignment, Kept, KeptTopics, Member, ShareGroup, ShareGroups, StateTopics, Topics};
use crate::base::clock::Millis;
use crate::base::ids::Uuid;
use crate::broker::coord::effects::Record;
use crate::broker::coord::group::Client;
use crate::wire::messages::share_group_records::{
    ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue,
    ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue, ShareGroupMetadataKey,
    ShareGroupMetadataValue, ShareGroupStatePartitionMetadataKey,
    ShareGroupStatePartitionMetadataValue, ShareGroupTargetAssignmentMemberKey,
    ShareGroupTargetAssignmentMemberValue, ShareGroupTargetAssignmentMetadataKey,
    ShareGroupTargetAssignmentMetadataValue, TopicInfo, TopicPartition, TopicPartitions,
    TopicPartitionsInfo,
};
use crate::wire::primitives::{DecodeError, Reader, Writer};
use crate::wire::schema::Message;

/// The version of every key and every value.
const VERSION: i16 = 0;
/// How Kafka names a topic that is gone.
const UNKNOWN_NAME: &str = "<UNKNOWN>";

fn written<M: Message>(prefix: i16, message: &M) -> Bytes {
    let mut w = Writer::new();
    w.i16(prefix);
    // All text has been held against what a key can write, and values write any length.
    message.write(&mut w, VERSION).expect("a record of bounded text");
    w.into_bytes()
}

fn record<K: Message, V: Message>(key: &K, value: Option<&V>) -> Record {
    let key = written(K::TABLE.key, key);
    Record { key, value: value.map(|value| written(VERSION, value)) }
}

fn tombstone<K: Message>(key: &K) -> Record {
    Record { key: written(K::TABLE.key, key), value: None }
}

pub(super) fn epoch(group: &str, epoch: i32, metadata_hash: i64) -> Record {
    let key = ShareGroupMetadataKey { group_id: group.to_owned() };
    record(&key, Some(&ShareGroupMetadataValue { epoch, metadata_hash }))
}

pub(super) fn no_epoch(group: &str) -> Record {
    tombstone(&ShareGroupMetadataKey { group_id: group.to_owned() })
}

fn member_key(group: &str, member: &str) -> ShareGroupMemberMetadataKey {
    ShareGroupMemberMetadataKey { group_id: group.to_owned(), member_id: member.to_owned() }
}

pub(super) fn member(group: &str, id: &str, member: &Member) -> Record {
    let value = ShareGroupMemberMetadataValue {
        rack_id: member.rack.clone(),
        client_id: member.client.client_id.clone(),
        client_host: member.client.host.clone(),
        subscribed_topic_names: member.topics.iter().cloned().collect(),
    };
    record(&member_key(group, id), Some(&value))
}

pub(super) fn no_member(group: &str, id: &str) -> Record {
    tombstone(&member_key(group, id))
}

pub(super) fn target_epoch(group: &str, assignment_epoch: i32, at: Millis) -> Record {
    let key = ShareGroupTargetAssignmentMetadataKey { group_id: group.to_owned() };
    let value =
        ShareGroupTargetAssignmentMetadataValue { assignment_epoch, assignment_timestamp: at };
    record(&key, Some(&value))
}

pub(super) fn no_target_epoch(group: &str) -> Record {
    tombstone(&ShareGroupTargetAssignmentMetadataKey { group_id: group.to_owned() })
}

fn target_key(group: &str, member: &str) -> ShareGroupTargetAssignmentMemberKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    ShareGroupTargetAssignmentMemberKey { group_id, member_id }
}

pub(super) fn target(group: &str, member: &str, assignment: &Assignment) -> Record {
    let topics = assignment.iter().map(|(topic_id, partitions)| TopicPartition {
        topic_id: *topic_id,
        partitions: partitions.iter().copied().collect(),
    });
    let value = ShareGroupTargetAssignmentMemberValue { topic_partitions: topics.collect() };
    record(&target_key(group, member), Some(&value))
}

pub(super) fn no_target(group: &str, member: &str) -> Record {
    tombstone(&target_key(group, member))
}

fn current_key(group: &str, member: &str) -> ShareGroupCurrentMemberAssignmentKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    ShareGroupCurrentMemberAssignmentKey { group_id, member_id }
}

pub(super) fn current(group: &str, id: &str, member: &Member) -> Record {
    let topics = member.assigned.iter().map(|(topic_id, partitions)| TopicPartitions {
        topic_id: *topic_id,
        partitions: partitions.iter().copied().collect(),
    });
    let value = ShareGroupCurrentMemberAssignmentValue {
        member_epoch: member.epoch,
        previous_member_epoch: member.previous_epoch,
        // There is no other state: whatever a member is to have, it has.
        state: 0,
        assigned_partitions: topics.collect(),
    };
    record(&current_key(group, id), Some(&value))
}

pub(super) fn no_current(group: &str, member: &str) -> Record {
    tombstone(&current_key(group, member))
}

/// Of which partitions state is kept.
pub(super) fn state(group: &str, state: &StateTopics, topics: &dyn Topics) -> Record {
    let infos = |kept: &KeptTopics| {
        let infos = kept.iter().map(|(topic_id, kept)| TopicPartitionsInfo {
            topic_id: *topic_id,
            topic_name: kept.name.clone(),
            partitions: kept.partitions.iter().copied().collect(),
        });
        infos.collect()
    };
    let deleting = state.deleting.iter().map(|topic_id| TopicInfo {
        topic_id: *topic_id,
        topic_name: topics
            .by_id(*topic_id)
            .map_or_else(|| UNKNOWN_NAME.to_owned(), |topic| topic.name),
    });
    let value = ShareGroupStatePartitionMetadataValue {
        initializing_topics: infos(&state.initializing),
        initialized_topics: infos(&state.initialized),
        deleting_topics: deleting.collect(),
    };
    let key = ShareGroupStatePartitionMetadataKey { group_id: group.to_owned() };
    record(&key, Some(&value))
}

pub(super) fn no_state(group: &str) -> Record {
    tombstone(&ShareGroupStatePartitionMetadataKey { group_id: group.to_owned() })
}

/// The same with more partitions that are about to be initialized.
pub(super) fn initializing(
    group: &str,
    mut known: StateTopics,
    more: KeptTopics,
    topics: &dyn Topics,
) -> Record {
    for (topic, kept) in more {
        known.deleting.remove(&topic);
        add(&mut known.initializing, topic, kept);
    }
    state(group, &known, topics)
}

/// Adds partitions to those that are known of a topic.
pub(super) fn add(all: &mut KeptTopics, topic: Uuid, mut more: Kept) {
    if let Some(known) = all.remove(&topic) {
        more.partitions.extend(known.partitions);
    }
    all.insert(topic, more);
}

/// Reads a value behind its version.
fn read<M: Message>(value: &[u8]) -> Result<M, DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(value));
    let version = r.i16()?;
    M::read(&mut r, version)
}

/// Returns the group that a record speaks of: made where the record says something of it.
fn group<'a>(all: &'a mut ShareGroups, id: &str, make: bool) -> Option<&'a mut ShareGroup> {
    match make {
        true => Some(all.groups.entry(id.to_owned()).or_default()),
        false => all.groups.get_mut(id),
    }
}

/// Takes a record in.
pub(super) fn apply(
    all: &mut ShareGroups,
    now: Millis,
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<(), DecodeError> {
    let mut key = Reader::new(Bytes::copy_from_slice(key));
    let id = match key.i16()? {
        10 => {
            let key = ShareGroupMemberMetadataKey::read(&mut key, VERSION)?;
            apply_member(all, &key, value.map(read).transpose()?);
            key.group_id
        }
        11 => {
            let key = ShareGroupMetadataKey::read(&mut key, VERSION)?;
            let value: Option<ShareGroupMetadataValue> = value.map(read).transpose()?;
            match value {
                Some(value) => {
                    if let Some(group) = group(all, &key.group_id, true) {
                        group.epoch = value.epoch;
                        group.metadata_hash = value.metadata_hash;
                    }
                }
                None => {
                    all.groups.remove(&key.group_id);
                }
            }
            key.group_id
        }
        12 => {
            let key = ShareGroupTargetAssignmentMetadataKey::read(&mut key, VERSION)?;
            let value: Option<ShareGroupTargetAssignmentMetadataValue> =
                value.map(read).transpose()?;
            if let Some(group) = group(all, &key.group_id, value.is_some()) {
                let value = value.map(|value| (value.assignment_epoch, value.assignment_timestamp));
                (group.target_epoch, group.assigned_at) = value.unwrap_or((1, 0));
            }
            key.group_id
        }
        13 => {
            let key = ShareGroupTargetAssignmentMemberKey::read(&mut key, VERSION)?;
            let value: Option<ShareGroupTargetAssignmentMemberValue> =
                value.map(read).transpose()?;
            if let Some(group) = group(all, &key.group_id, value.is_some()) {
                match value {
                    Some(value) => group.target.insert(key.member_id, assignment_of(value)),
                    None => group.target.remove(&key.member_id),
                };
            }
            key.group_id
        }
        14 => {
            let key = ShareGroupCurrentMemberAssignmentKey::read(&mut key, VERSION)?;
            apply_current(all, &key, value.map(read).transpose()?);
            key.group_id
        }
        15 => {
            let key = ShareGroupStatePartitionMetadataKey::read(&mut key, VERSION)?;
            let value: Option<ShareGroupStatePartitionMetadataValue> =
                value.map(read).transpose()?;
            if let Some(group) = group(all, &key.group_id, value.is_some()) {
                group.state = value.map(|value| state_of(value, now));
            }
            key.group_id
        }
        // Another kind of group, or of record.
        _ => return Ok(()),
    };
    all.weigh(&id);
    Ok(())
}

fn apply_member(
    all: &mut ShareGroups,
    key: &ShareGroupMemberMetadataKey,
    value: Option<ShareGroupMemberMetadataValue>,
) {
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    let Some(value) = value else {
        group.change(&key.group_id, &key.member_id, |member| *member = None);
        all.sessions.stop(&(key.group_id.clone(), key.member_id.clone()));
        return;
    };
    group.change(&key.group_id, &key.member_id, |member| {
        let member = member.get_or_insert_default();
        member.rack = value.rack_id;
        member.client = Client { client_id: value.client_id, host: value.client_host };
        member.topics = value.subscribed_topic_names.into_iter().collect();
    });
}

fn apply_current(
    all: &mut ShareGroups,
    key: &ShareGroupCurrentMemberAssignmentKey,
    value: Option<ShareGroupCurrentMemberAssignmentValue>,
) {
    let Some(group) = group(all, &key.group_id, value.is_some()) else { return };
    group.change(&key.group_id, &key.member_id, |member| match value {
        Some(value) => {
            let member = member.get_or_insert_default();
            member.epoch = value.member_epoch;
            member.previous_epoch = value.previous_member_epoch;
            let topics = value.assigned_partitions.into_iter();
            member.assigned =
                topics.map(|t| (t.topic_id, t.partitions.into_iter().collect())).collect();
        }
        None => {
            if let Some(member) = member {
                // As one that has come back and has nothing (`Member::default`).
                member.epoch = -1;
                member.previous_epoch = -1;
                member.assigned = BTreeMap::new();
            }
        }
    });
}

fn assignment_of(value: ShareGroupTargetAssignmentMemberValue) -> Assignment {
    let topics = value.topic_partitions.into_iter();
    topics.map(|topic| (topic.topic_id, topic.partitions.into_iter().collect())).collect()
}

fn state_of(value: ShareGroupStatePartitionMetadataValue, now: Millis) -> StateTopics {
    let kept = |infos: Vec<TopicPartitionsInfo>| {
        let infos = infos.into_iter().map(|info| {
            let partitions = info.partitions.into_iter().collect();
            (info.topic_id, Kept { name: info.topic_name, partitions, at: now })
        });
        infos.collect()
    };
    StateTopics {
        initializing: kept(value.initializing_topics),
        initialized: kept(value.initialized_topics),
        deleting: value.deleting_topics.iter().map(|topic| topic.topic_id).collect(),
    }
}
