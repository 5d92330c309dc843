//! Who may commit offsets to a consumer group, and fetch them: members at their epoch, or anybody
//! while there are none.

use super::group::ConsumerGroup;
use super::member::Member;
use crate::broker::coord::group::Topics;
use crate::wire::ErrorCode;
use crate::wire::messages::offset_commit::OffsetCommitRequest;

/// The version of OffsetCommit from which members of the newer protocol may speak it.
const OFFSET_COMMIT_SINCE: i16 = 9;

/// The error of a member at another epoch, in the words of its protocol.
fn stale(member: &Member) -> ErrorCode {
    match member.is_classic() {
        true => ErrorCode::ILLEGAL_GENERATION,
        false => ErrorCode::STALE_MEMBER_EPOCH,
    }
}

/// Says whether an OffsetCommit may be done. A member that has not heard of its newest epoch yet
/// may still commit what it has had since before its own.
pub(in crate::broker::coord::group) fn may_commit(
    group: &ConsumerGroup,
    version: i16,
    ask: &OffsetCommitRequest,
    topics: &dyn Topics,
) -> Result<(), ErrorCode> {
    let epoch = ask.generation_id_or_member_epoch;
    if epoch < 0 && group.is_empty() {
        return Ok(());
    }
    let member = group.member(&ask.member_id).ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    if !member.is_classic() && version < OFFSET_COMMIT_SINCE {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    if epoch == member.epoch {
        return Ok(());
    }
    if epoch > member.epoch {
        return Err(stale(member));
    }
    let mut partitions = ask.topics.iter().flat_map(|topic| {
        let id = match topic.topic_id.is_zero() {
            true => topics.id_of(&topic.name),
            false => Some(topic.topic_id),
        };
        topic.partitions.iter().map(move |partition| (id, partition.partition_index))
    });
    let is_own = |(topic, partition): (Option<_>, i32)| {
        topic.and_then(|topic| member.epoch_of(topic, partition)).is_some_and(|got| epoch >= got)
    };
    if partitions.all(is_own) { Ok(()) } else { Err(stale(member)) }
}

/// Says whether an OffsetFetch that names a member may be answered. One that names none may.
pub(in crate::broker::coord::group) fn may_fetch(
    group: &ConsumerGroup,
    member: Option<&str>,
    epoch: i32,
) -> Result<(), ErrorCode> {
    if member.is_none() && epoch < 0 {
        return Ok(());
    }
    let member = member.and_then(|member| group.member(member));
    let member = member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    if epoch == member.epoch { Ok(()) } else { Err(stale(member)) }
}
