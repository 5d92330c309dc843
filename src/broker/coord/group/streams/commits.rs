//! Who may commit the offsets of a streams group, and read them.

use super::group::StreamsGroup;
use super::leave::not_a_member;
use super::member::Member;
use crate::broker::coord::group::modern::Refused;
use crate::wire::ErrorCode;

/// The version of OffsetCommit from which a stale epoch can be told.
const EPOCHS_SINCE: i16 = 9;

/// Who commits, as the request says.
#[derive(Clone, Copy, Debug)]
pub(in crate::broker::coord::group) struct Committer<'a> {
    pub(in crate::broker::coord::group) member: &'a str,
    pub(in crate::broker::coord::group) instance: Option<&'a str>,
    pub(in crate::broker::coord::group) epoch: i32,
    pub(in crate::broker::coord::group) is_transactional: bool,
    pub(in crate::broker::coord::group) version: i16,
}

fn stale(why: String) -> Refused {
    Refused::new(ErrorCode::STALE_MEMBER_EPOCH, why)
}

impl StreamsGroup {
    /// Says whether somebody may commit. One who is behind may still commit what it had
    /// already at its epoch: then each partition is to be asked of ([`Behind::check`]).
    pub(in crate::broker::coord::group) fn check_commit(
        &self,
        by: Committer<'_>,
    ) -> Result<Option<Behind<'_>>, Refused> {
        if by.epoch < 0 && self.is_empty() {
            // An administrator, or a producer that knows no groups.
            return Ok(None);
        }
        if by.is_transactional && by.epoch == -1 && by.member.is_empty() && by.instance.is_none() {
            return Ok(None);
        }
        let member = self.member(by.member).ok_or_else(|| not_a_member(by.member, &self.id))?;
        if !by.is_transactional && by.version < EPOCHS_SINCE {
            return Err(Refused::new(
                ErrorCode::UNSUPPORTED_VERSION,
                "OffsetCommit version 9 or above must be used by members using the streams group \
                 protocol",
            ));
        }
        if by.epoch == member.epoch {
            return Ok(None);
        }
        if by.epoch > member.epoch {
            let own = member.epoch;
            return Err(stale(format!(
                "Received member epoch {} is newer than current member epoch {own}.",
                by.epoch
            )));
        }
        if self.topology.is_none() {
            let why = "Topology is not available for offset commit validation.";
            return Err(stale(why.to_owned()));
        }
        Ok(Some(Behind { group: self, member, epoch: by.epoch }))
    }

    /// Says whether somebody may read what was committed. An administrator names no member.
    pub(in crate::broker::coord::group) fn check_fetch(
        &self,
        member: Option<&str>,
        epoch: i32,
    ) -> Result<(), Refused> {
        if member.is_none() && epoch < 0 {
            return Ok(());
        }
        let id = member.unwrap_or("null");
        let member = self.member(id).ok_or_else(|| not_a_member(id, &self.id))?;
        if member.epoch == epoch {
            return Ok(());
        }
        let own = member.epoch;
        Err(stale(format!(
            "The received member epoch {epoch} does not match the expected member epoch {own}."
        )))
    }
}

/// A member that commits at an epoch it has left behind.
#[derive(Clone, Copy, Debug)]
pub(in crate::broker::coord::group) struct Behind<'a> {
    group: &'a StreamsGroup,
    member: &'a Member,
    epoch: i32,
}

impl Behind<'_> {
    /// Says whether the member had the task of a partition already at its epoch, and still has.
    pub(in crate::broker::coord::group) fn check(
        &self,
        topic: &str,
        partition: i32,
    ) -> Result<(), Refused> {
        let topology = self.group.topology.as_ref();
        let id = topology.and_then(|topology| topology.reader_of(topic));
        let id = id.ok_or_else(|| stale(format!("Topic {topic} is not in the topology.")))?;
        let given = [&self.member.assigned, &self.member.revoking];
        let mut given = given.into_iter().filter_map(|tasks| tasks.active.get(id)?.get(&partition));
        let given = *given.next().ok_or_else(|| {
            stale(format!(
                "Task {id}-{partition} is not assigned or pending revocation for member."
            ))
        })?;
        if self.epoch < given {
            let epoch = self.epoch;
            return Err(stale(format!(
                "Received member epoch {epoch} is older than assignment epoch {given} for task \
                 {id}-{partition}."
            )));
        }
        Ok(())
    }
}
