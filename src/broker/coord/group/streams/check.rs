//! What a heartbeat must be, whatever the group (`GroupCoordinatorService`).

use super::Asker;
use super::member::{AWAY, JOINING};
use crate::broker::coord::group::modern::Refused;
use crate::broker::coord::group::records::TEXT_BYTES_MAX;
use crate::wire::ErrorCode;
use crate::wire::messages::streams_group_heartbeat::{
    StreamsGroupHeartbeatRequest, TaskIds, Topology,
};

fn invalid(why: impl Into<String>) -> Refused {
    Refused::new(ErrorCode::INVALID_REQUEST, why)
}

/// Refuses with `why` if it is so.
fn refuse_if(is_so: bool, why: &str) -> Result<(), Refused> {
    if is_so { Err(invalid(why)) } else { Ok(()) }
}

pub(super) fn check(asker: &Asker) -> Result<(), Refused> {
    let ask = &asker.ask;
    check_features(ask)?;
    let is_blank = |text: &str| text.trim().is_empty();
    let is_none = |text: &Option<String>| text.as_deref().is_some_and(is_blank);
    refuse_if(is_blank(&ask.member_id), "MemberId can't be empty.")?;
    refuse_if(is_blank(&ask.group_id), "GroupId can't be empty.")?;
    refuse_if(is_none(&ask.rack_id), "RackId can't be empty.")?;
    if ask.member_epoch == JOINING {
        check_joining(ask)?;
    } else if ask.member_epoch == AWAY {
        // Only static members can be away, and there are none.
        return Err(invalid("InstanceId can't be null."));
    } else if ask.member_epoch < AWAY {
        let epoch = ask.member_epoch;
        return Err(invalid(format!(
            "MemberEpoch is {epoch}, but must be greater than or equal to -2."
        )));
    }
    let kinds = [&ask.active_tasks, &ask.standby_tasks, &ask.warmup_tasks];
    let said = kinds.iter().filter(|tasks| tasks.is_some()).count();
    refuse_if(
        said != 0 && said != kinds.len(),
        "If one task-type is non-null, all must be non-null.",
    )?;
    refuse_if(
        ask.member_epoch != JOINING && ask.topology.is_some(),
        "Topology can only be provided when (re-)joining.",
    )?;
    refuse_if(!is_bounded(asker), "The request holds text that fits no record.")
}

/// Refuses what Kafka 4.3 does not do yet.
fn check_features(ask: &StreamsGroupHeartbeatRequest) -> Result<(), Refused> {
    refuse_if(ask.instance_id.is_some(), "Static membership is not yet supported.")?;
    refuse_if(ask.task_offsets.is_some(), "TaskOffsets are not supported yet.")?;
    refuse_if(ask.task_end_offsets.is_some(), "TaskEndOffsets are not supported yet.")?;
    let has_warmup = ask.warmup_tasks.as_ref().is_some_and(|tasks| !tasks.is_empty());
    refuse_if(has_warmup, "WarmupTasks are not supported yet.")?;
    let mut subtopologies = ask.topology.iter().flat_map(|topology| &topology.subtopologies);
    refuse_if(
        subtopologies.any(|one| !one.source_topic_regex.is_empty()),
        "Regular expressions for source topics are not supported yet.",
    )
}

fn check_joining(ask: &StreamsGroupHeartbeatRequest) -> Result<(), Refused> {
    refuse_if(
        ask.rebalance_timeout_ms == -1,
        "RebalanceTimeoutMs must be provided in first request.",
    )?;
    let is_empty = |tasks: &Option<Vec<TaskIds>>| tasks.as_ref().is_some_and(Vec::is_empty);
    for (name, tasks) in [
        ("ActiveTasks", &ask.active_tasks),
        ("StandbyTasks", &ask.standby_tasks),
        ("WarmupTasks", &ask.warmup_tasks),
    ] {
        refuse_if(!is_empty(tasks), &format!("{name} must be empty when (re-)joining."))?;
    }
    match &ask.topology {
        None => Err(invalid("Topology must be non-null when (re-)joining.")),
        Some(topology) => check_topology(topology),
    }
}

/// How many partitions a changelog has follows from its subtopology.
fn check_topology(topology: &Topology) -> Result<(), Refused> {
    let topics = topology.subtopologies.iter().flat_map(|one| &one.state_changelog_topics);
    match topics.into_iter().find(|topic| topic.partitions != 0) {
        None => Ok(()),
        Some(topic) => Err(Refused::new(
            ErrorCode::STREAMS_INVALID_TOPOLOGY,
            format!(
                "Changelog topic {} must have an undefined partition count, but it is set to {}.",
                topic.name, topic.partitions
            ),
        )),
    }
}

/// Says whether everything that becomes a record's key fits into one.
fn is_bounded(asker: &Asker) -> bool {
    [&asker.ask.group_id, &asker.ask.member_id].iter().all(|text| text.len() <= TEXT_BYTES_MAX)
}
