//! Who may commit the offsets of a streams group, and read them.

use super::group::StreamsGroup;
use super::member::Member;
use crate::broker::coord::group::Topics;
use crate::wire::ErrorCode;
use crate::wire::messages::offset_commit::OffsetCommitRequest;
use crate::wire::messages::txn_offset_commit::TxnOffsetCommitRequest;

/// The version of OffsetCommit from which members of streams groups may speak it.
const OFFSET_COMMIT_SINCE: i16 = 9;

/// Says whether an OffsetCommit may be done. A member that has not heard of its newest epoch yet
/// may still commit what it has had since before its own.
pub(in crate::broker::coord::group) fn may_commit(
    group: &StreamsGroup,
    version: i16,
    ask: &OffsetCommitRequest,
    topics: &dyn Topics,
) -> Result<(), ErrorCode> {
    let epoch = ask.generation_id_or_member_epoch;
    if epoch < 0 && group.is_empty() {
        // Nobody's offsets are in danger.
        return Ok(());
    }
    let member = group.member(&ask.member_id).ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    if version < OFFSET_COMMIT_SINCE {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    if epoch == member.epoch {
        return Ok(());
    }
    if epoch > member.epoch {
        return Err(ErrorCode::STALE_MEMBER_EPOCH);
    }
    let mut partitions = ask.topics.iter().flat_map(|topic| {
        let name = match topic.topic_id.is_zero() {
            true => Some(topic.name.clone()),
            false => topics.name_of(topic.topic_id),
        };
        topic.partitions.iter().map(move |partition| (name.clone(), partition.partition_index))
    });
    let has = |(topic, partition): (Option<String>, i32)| {
        topic.is_some_and(|topic| has_had(group, member, &topic, partition, epoch))
    };
    if partitions.all(has) { Ok(()) } else { Err(ErrorCode::STALE_MEMBER_EPOCH) }
}

/// Says whether a TxnOffsetCommit may be done. Producers from before version 3 say nothing of
/// members, and may commit for any group.
pub(in crate::broker::coord::group) fn may_commit_in_transaction(
    group: &StreamsGroup,
    ask: &TxnOffsetCommitRequest,
) -> Result<(), ErrorCode> {
    let epoch = ask.generation_id;
    let says_nothing = epoch == -1 && ask.member_id.is_empty() && ask.group_instance_id.is_none();
    if (epoch < 0 && group.is_empty()) || says_nothing {
        return Ok(());
    }
    let member = group.member(&ask.member_id).ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    if epoch == member.epoch {
        return Ok(());
    }
    let mut partitions = ask.topics.iter().flat_map(|topic| {
        let name = topic.name.as_str();
        topic.partitions.iter().map(move |partition| (name, partition.partition_index))
    });
    let may = epoch < member.epoch
        && partitions.all(|(topic, index)| has_had(group, member, topic, index, epoch));
    // Kafka has no other word for a transactional producer.
    if may { Ok(()) } else { Err(ErrorCode::ILLEGAL_GENERATION) }
}

/// Says whether a member has the task of a partition, and has had it since an epoch.
fn has_had(group: &StreamsGroup, member: &Member, topic: &str, partition: i32, epoch: i32) -> bool {
    let topology = group.topology.as_ref();
    let Some(id) = topology.and_then(|topology| topology.reader_of(topic)) else { return false };
    let given = [&member.assigned, &member.revoking];
    let mut given = given.into_iter().filter_map(|tasks| tasks.active.get(id)?.get(&partition));
    given.next().is_some_and(|given| epoch >= *given)
}

/// Says whether an OffsetFetch that names a member may be answered. One that names none may.
pub(in crate::broker::coord::group) fn may_fetch(
    group: &StreamsGroup,
    member: Option<&str>,
    epoch: i32,
) -> Result<(), ErrorCode> {
    if member.is_none() && epoch < 0 {
        return Ok(());
    }
    let member = member.and_then(|member| group.member(member));
    let member = member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    if epoch == member.epoch { Ok(()) } else { Err(ErrorCode::STALE_MEMBER_EPOCH) }
}
