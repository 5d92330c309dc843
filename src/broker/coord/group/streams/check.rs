//! What a heartbeat must be, whatever the group (`GroupCoordinatorService`).

use std::collections::HashSet;

use super::Asker;
use super::member::{AWAY, JOINING};
use crate::broker::coord::group::desk::Cx;
use crate::broker::coord::group::modern::Refused;
use crate::broker::coord::group::records::TEXT_BYTES_MAX;
use crate::broker::meta::topic_name;
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

pub(super) fn check(cx: &Cx, asker: &Asker) -> Result<(), Refused> {
    if !cx.settings.streams.has_protocol {
        return Err(ErrorCode::UNSUPPORTED_VERSION.into());
    }
    let ask = &asker.ask;
    if let Some(topology) = &ask.topology {
        check_names(topology)?;
    }
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

/// Refuses topics that cannot be, and those of Kafka itself.
fn check_names(topology: &Topology) -> Result<(), Refused> {
    let names = topology.subtopologies.iter().flat_map(|one| {
        let repartition = one.repartition_source_topics.iter().map(|topic| &topic.name);
        let changelogs = one.state_changelog_topics.iter().map(|topic| &topic.name);
        one.source_topics
            .iter()
            .chain(&one.repartition_sink_topics)
            .chain(repartition)
            .chain(changelogs)
    });
    let mut seen = HashSet::new();
    let names: Vec<&str> = names.map(String::as_str).filter(|name| seen.insert(*name)).collect();
    let refused = |why| Err(Refused::new(ErrorCode::STREAMS_INVALID_TOPOLOGY, why));
    let own: Vec<&str> =
        names.iter().copied().filter(|name| topic_name::is_internal(name)).collect();
    if !own.is_empty() {
        return refused(format!(
            "Use of Kafka internal topics {} in a Kafka Streams topology is prohibited.",
            own.join(",")
        ));
    }
    let wrong: Vec<&str> =
        names.into_iter().filter(|name| topic_name::check(name).is_err()).collect();
    if !wrong.is_empty() {
        let wrong = wrong.join(",");
        return refused(format!("Topic names {wrong} are not valid topic names."));
    }
    Ok(())
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
