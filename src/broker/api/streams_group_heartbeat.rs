//! StreamsGroupHeartbeat: key 88, version 0 (KIP-1071).
//!
//! Does: keeps a member in a streams group, takes its topology, and hands it its tasks; creates
//! the topology's internal topics; lets a member go.
//! Does not, as Kafka 4.3 does not: static members, task offsets and warm-up tasks, source topics
//! by regular expression, a topology that changes.

use super::access::Gate;
use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::broker::meta::acl::Operation;
use crate::broker::meta::plan;
use crate::wire::ErrorCode;
use crate::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use crate::wire::messages::streams_group_heartbeat::{
    StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse,
};

/// The version of CreateTopics that Kafka's broker speaks to its controller.
const CREATE_TOPICS_VERSION: i16 = 7;
/// The status of a group whose internal topics are missing.
const MISSING_INTERNAL_TOPICS: i8 = 3;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: StreamsGroupHeartbeatRequest,
) -> StreamsGroupHeartbeatResponse {
    let (who, group) = (members::client(cx), request.group_id.clone());
    let reply = members::ask_unless_shared(broker, &group, |groups, now, ticket, out| {
        groups.streams_heartbeat(now, ticket, who, request, out);
    });
    match reply.await {
        Err(why) => StreamsGroupHeartbeatResponse {
            error_code: why.code(ErrorCode::GROUP_ID_NOT_FOUND).0,
            error_message: Some(why.text(&group, "streams")),
            ..Default::default()
        },
        Ok(Some(Reply::StreamsGroupHeartbeat(mut response, topics))) => {
            let refused = refused(broker, cx, &topics);
            if !refused.is_empty() {
                let refused = refused.join(", ");
                add(&mut response, &format!("; Unauthorized to CREATE on topics {refused}."));
            } else if !topics.is_empty() {
                create(broker, &group, topics, &mut response);
            }
            response
        }
        _ => StreamsGroupHeartbeatResponse { error_code: members::GONE.0, ..Default::default() },
    }
}

/// Returns the topics that whoever asks may not create.
fn refused<'a>(broker: &Broker, cx: &Context<'_>, topics: &'a [CreatableTopic]) -> Vec<&'a str> {
    let Some(gate) = Gate::of(broker, cx) else { return Vec::new() };
    if gate.may_cluster(Operation::Create) {
        return Vec::new();
    }
    let names = topics.iter().map(|topic| topic.name.as_str());
    names.filter(|name| !gate.may_topic(Operation::Create, name)).collect()
}

/// Says more of the internal topics that are missing.
fn add(response: &mut StreamsGroupHeartbeatResponse, more: &str) {
    let statuses = response.status.iter_mut().flatten();
    for status in statuses.filter(|one| one.status_code == MISSING_INTERNAL_TOPICS) {
        status.status_detail.push_str(more);
    }
}

/// Creates internal topics, but for those whose creation has just failed: of these the member is
/// told why.
fn create(
    broker: &Broker,
    group: &str,
    topics: Vec<CreatableTopic>,
    response: &mut StreamsGroupHeartbeatResponse,
) {
    let now = broker.clock.now();
    let (failed, topics): (Vec<_>, Vec<_>) =
        topics.into_iter().partition(|topic| broker.creations.has_failed(&topic.name, now));
    let failed: Vec<String> = failed.into_iter().map(|topic| topic.name).collect();
    if let Some(why) = broker.creations.why(&failed, now) {
        add(response, &why);
    }
    if topics.is_empty() {
        return;
    }
    let request = CreateTopicsRequest { topics, ..Default::default() };
    let created = broker
        .controller
        .change(|view, ids| plan::create_topics(view, &request, CREATE_TOPICS_VERSION, ids));
    let interval_ms =
        broker.controller.read(|view| view.configs().group(group).streams_heartbeat_interval_ms);
    let until = now + 2 * i64::from(interval_ms);
    match created {
        Ok(created) => {
            for topic in created.topics.iter().filter(|topic| topic.error_code != 0) {
                let why = topic.error_message.clone().unwrap_or_default();
                broker.creations.failed(&topic.name, why, until);
            }
        }
        Err(error) => {
            for topic in &request.topics {
                broker.creations.failed(&topic.name, format!("{error:?}"), until);
            }
        }
    }
}
