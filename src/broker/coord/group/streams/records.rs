//! What is remembered of streams groups, as Kafka's records: keys 17 and 19 to 23 of
//! `__consumer_offsets` (`StreamsCoordinatorRecordHelpers`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::group::StreamsGroup;
use super::member::{Endpoint, LEFT, Member, MemberState};
use super::tasks::{EpochSet, Given, TaskSet, Tasks};
use super::topology::Topology;
use crate::base::clock::Millis;
use crate::broker::coord::effects::Record;
use crate::broker::coord::group::Groups;
use crate::broker::coord::group::desk::ModernTimer;
use crate::broker::coord::group::records::{read, written};
use crate::wire::messages::streams_group_records as wire;
use crate::wire::messages::streams_group_records::{
    CurrentTaskIds, LastAssignmentConfig, StreamsGroupCurrentMemberAssignmentKey,
    StreamsGroupCurrentMemberAssignmentValue, StreamsGroupMemberMetadataKey,
    StreamsGroupMemberMetadataValue, StreamsGroupMetadataKey, StreamsGroupMetadataValue,
    StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue,
    StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue,
    StreamsGroupTopologyKey, StreamsGroupTopologyValue, TaskIds,
};
use crate::wire::primitives::{DecodeError, Reader};
use crate::wire::schema::Message;

/// The version of every value.
const VALUE_VERSION: i16 = 0;
/// The epoch of a target that is forgotten.
const NO_TARGET: i32 = -1;

fn record<K: Message, V: Message>(key: &K, value: &V) -> Record {
    let key = written(K::TABLE.key, key, 0);
    Record { key, value: Some(written(VALUE_VERSION, value, VALUE_VERSION)) }
}

fn tombstone<K: Message>(key: &K) -> Record {
    Record { key: written(K::TABLE.key, key, 0), value: None }
}

/// Who a member is.
pub(super) fn member(group: &str, member: &Member) -> Record {
    let tags = member.tags.iter();
    let value = StreamsGroupMemberMetadataValue {
        instance_id: member.instance.clone(),
        rack_id: member.rack.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        rebalance_timeout_ms: member.rebalance_timeout_ms,
        topology_epoch: member.topology_epoch,
        process_id: member.process.clone(),
        user_endpoint: member
            .endpoint
            .as_ref()
            .map(|endpoint| wire::Endpoint { host: endpoint.host.clone(), port: endpoint.port }),
        client_tags: tags
            .map(|(key, value)| wire::KeyValue { key: key.clone(), value: value.clone() })
            .collect(),
    };
    record(&member_key(group, &member.id), &value)
}

fn member_key(group: &str, member: &str) -> StreamsGroupMemberMetadataKey {
    StreamsGroupMemberMetadataKey { group_id: group.to_owned(), member_id: member.to_owned() }
}

/// The epoch of a group, and what it was reached with.
pub(super) fn epoch(
    group: &str,
    epoch: i32,
    metadata_hash: i64,
    validated_topology_epoch: i32,
    configs: &BTreeMap<String, String>,
) -> Record {
    let key = StreamsGroupMetadataKey { group_id: group.to_owned() };
    let configs = configs.iter();
    let configs =
        configs.map(|(key, value)| LastAssignmentConfig { key: key.clone(), value: value.clone() });
    let value = StreamsGroupMetadataValue {
        epoch,
        metadata_hash,
        validated_topology_epoch,
        last_assignment_configs: Some(configs.collect()),
    };
    record(&key, &value)
}

/// The topology of a group.
pub(super) fn topology(group: &str, topology: &StreamsGroupTopologyValue) -> Record {
    record(&StreamsGroupTopologyKey { group_id: group.to_owned() }, topology)
}

/// When a target assignment was computed, and for which epoch.
pub(super) fn target_epoch(group: &str, assignment_epoch: i32, at: Millis) -> Record {
    let key = StreamsGroupTargetAssignmentMetadataKey { group_id: group.to_owned() };
    let value =
        StreamsGroupTargetAssignmentMetadataValue { assignment_epoch, assignment_timestamp: at };
    record(&key, &value)
}

/// What a member is to have.
pub(super) fn target(group: &str, member: &str, tasks: &Tasks) -> Record {
    let ids = |tasks: &TaskSet| {
        let ids = tasks.iter().map(|(id, some)| TaskIds {
            subtopology_id: id.clone(),
            partitions: some.iter().copied().collect(),
        });
        ids.collect::<Vec<_>>()
    };
    let value = StreamsGroupTargetAssignmentMemberValue {
        active_tasks: ids(&tasks.active),
        standby_tasks: ids(&tasks.standby),
        warmup_tasks: ids(&tasks.warmup),
    };
    record(&target_key(group, member), &value)
}

fn target_key(group: &str, member: &str) -> StreamsGroupTargetAssignmentMemberKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    StreamsGroupTargetAssignmentMemberKey { group_id, member_id }
}

/// What a member has.
pub(super) fn current(group: &str, member: &Member) -> Record {
    let value = StreamsGroupCurrentMemberAssignmentValue {
        member_epoch: member.epoch,
        previous_member_epoch: member.previous_epoch,
        state: member.state.id(),
        active_tasks: with_epochs(&member.assigned.active),
        standby_tasks: without_epochs(&member.assigned.standby),
        warmup_tasks: without_epochs(&member.assigned.warmup),
        active_tasks_pending_revocation: with_epochs(&member.revoking.active),
        standby_tasks_pending_revocation: without_epochs(&member.revoking.standby),
        warmup_tasks_pending_revocation: without_epochs(&member.revoking.warmup),
    };
    record(&current_key(group, &member.id), &value)
}

fn with_epochs(tasks: &EpochSet) -> Vec<CurrentTaskIds> {
    let ids = tasks.iter().map(|(id, some)| CurrentTaskIds {
        subtopology_id: id.clone(),
        partitions: some.keys().copied().collect(),
        assignment_epochs: Some(some.values().copied().collect()),
    });
    ids.collect()
}

/// Only active tasks have epochs: of the others Kafka says nothing of them.
fn without_epochs(tasks: &TaskSet) -> Vec<CurrentTaskIds> {
    let ids = tasks.iter().map(|(id, some)| CurrentTaskIds {
        subtopology_id: id.clone(),
        partitions: some.iter().copied().collect(),
        ..Default::default()
    });
    ids.collect()
}

fn current_key(group: &str, member: &str) -> StreamsGroupCurrentMemberAssignmentKey {
    let (group_id, member_id) = (group.to_owned(), member.to_owned());
    StreamsGroupCurrentMemberAssignmentKey { group_id, member_id }
}

/// Forgets a member.
pub(super) fn remove_member(records: &mut Vec<Record>, group: &str, member: &str) {
    records.push(tombstone(&current_key(group, member)));
    records.push(tombstone(&target_key(group, member)));
    records.push(tombstone(&member_key(group, member)));
}

/// Forgets a group.
pub(in crate::broker::coord::group) fn remove_group(
    records: &mut Vec<Record>,
    group: &StreamsGroup,
) {
    let group_id = group.id.as_str();
    let own = |id: &str| id.to_owned();
    for member in group.members() {
        records.push(tombstone(&current_key(group_id, &member.id)));
    }
    for member in group.members() {
        records.push(tombstone(&target_key(group_id, &member.id)));
    }
    let key = StreamsGroupTargetAssignmentMetadataKey { group_id: own(group_id) };
    records.push(tombstone(&key));
    for member in group.members() {
        records.push(tombstone(&member_key(group_id, &member.id)));
    }
    records.push(tombstone(&StreamsGroupMetadataKey { group_id: own(group_id) }));
    records.push(tombstone(&StreamsGroupTopologyKey { group_id: own(group_id) }));
}

/// Finds the group that a record is of. One of which nothing was known is made where there is
/// something to remember, also in the place of one that only keeps offsets.
fn group<'a>(all: &'a mut Groups, id: &str, make: bool) -> Option<&'a mut StreamsGroup> {
    if make && !all.streams.contains_key(id) {
        if let Some(classic) = all.groups.remove(id) {
            classic.stop_timers(&mut all.timers);
        }
        all.streams.insert(id.to_owned(), StreamsGroup::new(id));
    }
    all.streams.get_mut(id)
}

/// Takes a record in. One of another kind is passed over.
pub(in crate::broker::coord::group) fn apply(
    all: &mut Groups,
    kind: i16,
    key: &mut Reader,
    value: Option<&[u8]>,
) -> Result<(), DecodeError> {
    match kind {
        17 => {
            let StreamsGroupMetadataKey { group_id } = Message::read(key, 0)?;
            apply_epoch(all, &group_id, value.map(read).transpose()?);
        }
        19 => {
            let StreamsGroupMemberMetadataKey { group_id, member_id } = Message::read(key, 0)?;
            apply_member(all, &group_id, &member_id, value.map(read).transpose()?);
        }
        20 => {
            let StreamsGroupTargetAssignmentMetadataKey { group_id } = Message::read(key, 0)?;
            apply_target_epoch(all, &group_id, value.map(read).transpose()?);
        }
        21 => {
            let key: StreamsGroupTargetAssignmentMemberKey = Message::read(key, 0)?;
            apply_target(all, &key.group_id, &key.member_id, value.map(read).transpose()?);
        }
        22 => {
            let key: StreamsGroupCurrentMemberAssignmentKey = Message::read(key, 0)?;
            apply_current(all, &key.group_id, &key.member_id, value.map(read).transpose()?);
        }
        23 => {
            let StreamsGroupTopologyKey { group_id } = Message::read(key, 0)?;
            apply_topology(all, &group_id, value.map(read).transpose()?);
        }
        _ => {}
    }
    Ok(())
}

fn apply_epoch(all: &mut Groups, id: &str, value: Option<StreamsGroupMetadataValue>) {
    let Some(value) = value else {
        all.timers.stop(&ModernTimer::Delay.of(id, ""));
        return drop(all.streams.remove(id));
    };
    let Some(group) = group(all, id, true) else { return };
    group.epoch = value.epoch;
    group.metadata_hash = value.metadata_hash;
    group.validated_topology_epoch = value.validated_topology_epoch;
    let configs = value.last_assignment_configs.unwrap_or_default();
    group.assignment_configs = configs.into_iter().map(|one| (one.key, one.value)).collect();
}

fn apply_member(
    all: &mut Groups,
    id: &str,
    member: &str,
    value: Option<StreamsGroupMemberMetadataValue>,
) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    let Some(value) = value else { return group.remove(member) };
    let old = group.member(member).cloned().unwrap_or_else(|| Member::new(member));
    let tags = value.client_tags.into_iter().map(|tag| (tag.key, tag.value));
    group.put(Member {
        instance: value.instance_id,
        rack: value.rack_id,
        client_id: value.client_id,
        client_host: value.client_host,
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        topology_epoch: value.topology_epoch,
        process: value.process_id,
        endpoint: value.user_endpoint.map(|one| Endpoint { host: one.host, port: one.port }),
        tags: tags.collect(),
        ..old
    });
}

fn apply_target_epoch(
    all: &mut Groups,
    id: &str,
    value: Option<StreamsGroupTargetAssignmentMetadataValue>,
) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    let epoch = value.map(|value| (value.assignment_epoch, value.assignment_timestamp));
    (group.target.epoch, group.target.assigned_at) = epoch.unwrap_or((NO_TARGET, 0));
}

fn apply_target(
    all: &mut Groups,
    id: &str,
    member: &str,
    value: Option<StreamsGroupTargetAssignmentMemberValue>,
) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    let Some(value) = value else { return drop(group.target.members.remove(member)) };
    let set = |tasks: Vec<TaskIds>| {
        let sets = tasks.into_iter();
        let sets = sets.map(|one| (one.subtopology_id, one.partitions.into_iter().collect()));
        sets.collect::<TaskSet>()
    };
    let tasks = Tasks {
        active: set(value.active_tasks),
        standby: set(value.standby_tasks),
        warmup: set(value.warmup_tasks),
    };
    group.target.members.insert(member.to_owned(), Arc::new(tasks));
}

fn apply_current(
    all: &mut Groups,
    id: &str,
    member: &str,
    value: Option<StreamsGroupCurrentMemberAssignmentValue>,
) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    let old = group.member(member).cloned();
    let Some(value) = value else {
        let Some(old) = old else { return };
        let (assigned, revoking) = (Given::default(), Given::default());
        return group.put(Member { epoch: LEFT, previous_epoch: LEFT, assigned, revoking, ..old });
    };
    let old = old.unwrap_or_else(|| Member::new(member));
    let epoch = value.member_epoch;
    group.put(Member {
        epoch,
        previous_epoch: value.previous_member_epoch,
        state: MemberState::of(value.state),
        assigned: Given {
            active: active(value.active_tasks, epoch),
            standby: plain(value.standby_tasks),
            warmup: plain(value.warmup_tasks),
        },
        revoking: Given {
            active: active(value.active_tasks_pending_revocation, epoch),
            standby: plain(value.standby_tasks_pending_revocation),
            warmup: plain(value.warmup_tasks_pending_revocation),
        },
        ..old
    });
}

/// Reads active tasks. Where it is not said as of which epoch each was given, it is the
/// member's.
fn active(tasks: Vec<CurrentTaskIds>, epoch: i32) -> EpochSet {
    let sets = tasks.into_iter().map(|one| {
        let count = one.partitions.len();
        let epochs = one.assignment_epochs.filter(|epochs| epochs.len() == count);
        let epochs = epochs.unwrap_or_else(|| vec![epoch; count]);
        (one.subtopology_id, one.partitions.into_iter().zip(epochs).collect())
    });
    sets.collect()
}

fn plain(tasks: Vec<CurrentTaskIds>) -> TaskSet {
    let sets = tasks.into_iter();
    sets.map(|one| (one.subtopology_id, one.partitions.into_iter().collect())).collect()
}

fn apply_topology(all: &mut Groups, id: &str, value: Option<StreamsGroupTopologyValue>) {
    let Some(group) = group(all, id, value.is_some()) else { return };
    group.configured = None;
    // One that says nothing is one that a member must bring again.
    group.set_topology(value.and_then(|value| Topology::of(value).ok()).map(Arc::new));
}
