//! What is remembered, as Kafka's records of `__consumer_offsets`: written here, and taken in.
//!
//! A key begins with two bytes that say what it is of: 0 and 1 a committed offset, 2 a classic
//! group. A value begins with its version. Versions are those that Kafka 4.3.1 writes
//! (`GroupCoordinatorRecordHelpers`).

use bytes::Bytes;

use super::Client;
use super::Groups;
use super::classic::Group;
use super::committed::Committed;
use super::desk::Seat;
use super::member::{Member, Terms};
use super::state::State;
use super::{consumer, streams};
use crate::broker::coord::brain::Transaction;
use crate::broker::coord::effects::Record;
use crate::wire::messages::join_group::JoinGroupRequestProtocol;
use crate::wire::messages::offsets_topic::{
    GroupMetadataKey, GroupMetadataValue, MemberMetadata, OffsetCommitKey, OffsetCommitValue,
};
use crate::wire::primitives::{DecodeError, Reader, Writer};
use crate::wire::schema::Message;

/// The longest text that goes into a record. Records write lengths in two bytes, and a member id
/// is a client id or an instance id with a UUID behind it.
pub(super) const TEXT_BYTES_MAX: usize = 32_000;
const UUID_BYTES: usize = 37;
const _: () = assert!(TEXT_BYTES_MAX + UUID_BYTES <= i16::MAX as usize);

const OFFSET_KEYS: [i16; 2] = [0, 1];
const GROUP_KEY: i16 = 2;

const OFFSET_VALUE_VERSION: i16 = 4;
/// The only version that keeps when an offset expires.
const OFFSET_VALUE_VERSION_EXPIRING: i16 = 1;
const GROUP_VALUE_VERSION: i16 = 3;
/// The version whose text may be of any length: only a log that somebody else wrote has such.
const GROUP_VALUE_VERSION_FLEXIBLE: i16 = 4;

/// Writes a key or a value: two bytes that say how to read it, and the message.
pub(super) fn written<M: Message>(prefix: i16, message: &M, version: i16) -> Bytes {
    let mut w = Writer::new();
    w.i16(prefix);
    // All text has been held against what the version can write, and the versions are our own.
    message.write(&mut w, version).expect("a record of bounded text");
    w.into_bytes()
}

fn group_key(group: &str) -> Bytes {
    written(GROUP_KEY, &GroupMetadataKey { group: group.to_owned() }, 0)
}

/// Returns the key under which an offset is kept.
pub(super) fn offset_key(group: &str, topic: &str, partition: i32) -> Bytes {
    let key = OffsetCommitKey { group: group.to_owned(), topic: topic.to_owned(), partition };
    written(OffsetCommitKey::TABLE.key, &key, 0)
}

/// The record of a committed offset.
pub(super) fn offset(group: &str, topic: &str, partition: i32, committed: &Committed) -> Record {
    let value = OffsetCommitValue {
        offset: committed.offset,
        leader_epoch: committed.leader_epoch,
        metadata: committed.metadata.clone(),
        commit_timestamp: committed.commit_timestamp_ms,
        expire_timestamp: committed.expire_timestamp_ms.unwrap_or(-1),
        topic_id: committed.topic_id,
    };
    let version = match committed.expire_timestamp_ms {
        Some(_) => OFFSET_VALUE_VERSION_EXPIRING,
        None => OFFSET_VALUE_VERSION,
    };
    let value = Some(written(version, &value, version));
    Record { key: offset_key(group, topic, partition), value }
}

/// The record that forgets a committed offset.
pub(super) fn no_offset(group: &str, topic: &str, partition: i32) -> Record {
    Record { key: offset_key(group, topic, partition), value: None }
}

/// The record of a group that has just come to be.
pub(super) fn new_group(group: &Group) -> Record {
    let value = GroupMetadataValue {
        protocol: None,
        leader: None,
        current_state_timestamp: group.state_since.unwrap_or(-1),
        ..Default::default()
    };
    let value = Some(written(GROUP_VALUE_VERSION, &value, GROUP_VALUE_VERSION));
    Record { key: group_key(&group.id), value }
}

/// The record of a group as it is, with the assignment of each member.
pub(super) fn group(group: &Group, assignment: impl Fn(&Member) -> Bytes) -> Record {
    let members = group.members.values().map(|member| MemberMetadata {
        member_id: member.id.clone(),
        group_instance_id: member.instance.clone(),
        client_id: member.client.client_id.clone(),
        client_host: member.client.host.clone(),
        rebalance_timeout: member.terms.rebalance_timeout_ms,
        session_timeout: member.terms.session_timeout_ms,
        subscription: member.metadata(group.protocol.as_deref()),
        assignment: assignment(member),
    });
    let value = GroupMetadataValue {
        protocol_type: group.protocol_type.clone().unwrap_or_default(),
        generation: group.generation,
        protocol: group.protocol.clone(),
        leader: group.leader.clone(),
        current_state_timestamp: group.state_since.unwrap_or(-1),
        members: members.collect(),
    };
    let version = group_version(&value);
    let value = Some(written(version, &value, version));
    Record { key: group_key(&group.id), value }
}

/// Returns the version in which a group is written.
fn group_version(value: &GroupMetadataValue) -> i16 {
    let members = value.members.iter().flat_map(|member| {
        let instance = member.group_instance_id.as_ref();
        [&member.member_id, &member.client_id, &member.client_host].into_iter().chain(instance)
    });
    let mut texts =
        members.chain(&value.protocol).chain(&value.leader).chain([&value.protocol_type]);
    match texts.all(|text| text.len() <= i16::MAX as usize) {
        true => GROUP_VALUE_VERSION,
        false => GROUP_VALUE_VERSION_FLEXIBLE,
    }
}

/// The record that forgets a group.
pub(super) fn no_group(group: &str) -> Record {
    Record { key: group_key(group), value: None }
}

/// Reads a value: its version, and the message in it. What follows the message is ignored, as
/// in Kafka.
pub(super) fn read<M: Message>(value: &[u8]) -> Result<M, DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(value));
    let version = r.i16()?;
    M::read(&mut r, version)
}

/// Takes a record in.
pub(super) fn apply(
    all: &mut Groups,
    within: Option<Transaction>,
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<(), DecodeError> {
    let mut r = Reader::new(Bytes::copy_from_slice(key));
    let kind = r.i16()?;
    if OFFSET_KEYS.contains(&kind) {
        let key = OffsetCommitKey::read(&mut r, 0)?;
        let within = within.map(|transaction| transaction.producer_id);
        apply_offset(all, within, key, value.map(read).transpose()?);
    } else if kind == GROUP_KEY {
        let key = GroupMetadataKey::read(&mut r, 0)?;
        apply_group(all, &key.group, value.map(read).transpose()?);
    } else {
        let known = consumer::records::apply(all, kind, &mut r, value)?;
        if !known {
            streams::records::apply(all, kind, &mut r, value)?;
        }
    }
    Ok(())
}

fn apply_offset(
    all: &mut Groups,
    within: Option<i64>,
    key: OffsetCommitKey,
    value: Option<OffsetCommitValue>,
) {
    let OffsetCommitKey { group, topic, partition } = key;
    let Some(value) = value else { return all.offsets.remove(&group, &topic, partition) };
    // Whoever commits offsets is a group: without members, one that only keeps offsets.
    if all.kind_of(&group).is_none() {
        all.groups.insert(group.clone(), Group::new(&group, None));
        all.weigh(&group);
    }
    let committed = Committed {
        offset: value.offset,
        leader_epoch: value.leader_epoch,
        metadata: value.metadata,
        topic_id: value.topic_id,
        commit_timestamp_ms: value.commit_timestamp,
        expire_timestamp_ms: (value.expire_timestamp != -1).then_some(value.expire_timestamp),
    };
    all.offsets.put(within, (group, topic, partition), committed);
}

fn apply_group(all: &mut Groups, id: &str, value: Option<GroupMetadataValue>) {
    match (value, all.is_live) {
        (Some(value), false) => {
            all.consumers.remove(id);
            all.streams.remove(id);
            all.groups.insert(id.to_owned(), restored(id, value));
        }
        (Some(value), true) => {
            // What was to make way for it and could not be told so is gone all the same.
            all.consumers.remove(id);
            let group = all.groups.entry(id.to_owned());
            remember(group.or_insert_with(|| Group::new(id, None)), value);
        }
        (None, _) => {
            // Somebody may have joined while the record was being written: then the group lives
            // on, and is written down again with its next generation.
            let Some(group) = all.groups.get_mut(id) else { return };
            if !all.is_live || group.state() == State::Empty {
                group.stop_timers(&mut all.timers);
                all.groups.remove(id);
            }
        }
    }
}

/// Takes in what has been written of a group that is alive: the assignments of its members.
fn remember(group: &mut Group, value: GroupMetadataValue) {
    for one in value.members {
        if let Some(member) = group.members.get_mut(&one.member_id) {
            member.assignment = one.assignment;
        }
    }
}

/// Makes a group of its record, as it is after a restart.
fn restored(id: &str, value: GroupMetadataValue) -> Group {
    let since = value.current_state_timestamp;
    let mut group = Group::new(id, (since != -1).then_some(since));
    group.generation = value.generation;
    group.protocol_type = Some(value.protocol_type).filter(|kind| !kind.is_empty());
    for one in value.members {
        let rebalance_timeout_ms = match one.rebalance_timeout {
            -1 => one.session_timeout,
            timeout => timeout,
        };
        let protocol = JoinGroupRequestProtocol {
            name: value.protocol.clone().unwrap_or_default(),
            metadata: one.subscription,
        };
        group.restore(Member {
            id: one.member_id,
            instance: one.group_instance_id,
            client: Client { client_id: one.client_id, host: one.client_host },
            terms: Terms {
                rebalance_timeout_ms,
                session_timeout_ms: one.session_timeout,
                protocols: vec![protocol],
            },
            assignment: one.assignment,
            joining: None::<Seat>,
            syncing: None,
            is_new: false,
        });
    }
    group.protocol = value.protocol;
    group.leader = value.leader;
    group.subscribed = group.subscriptions();
    group
}
