//! Metadata: key 3, versions 0-13.
//!
//! Does: names the cluster, its broker and its topics; creates topics that are asked for and
//! missing, where the broker's `auto.create.topics.enable` and the request both allow it.
//! Does not: answer LEADER_NOT_AVAILABLE first, as Kafka does while a new topic's leader is
//! being elected: on one node the topic is there at once.
//! Versions: 1 null for all topics, an empty list for none; 4 auto-creation may be forbidden; 5
//! offline replicas; 7 leader epochs; 8 authorized operations; 9 flexible; 10 topic ids; 12 a
//! topic's name may be null; 13 an error for the whole.

use std::collections::HashSet;

use super::{Context, authorized};
use crate::broker::Broker;
use crate::broker::meta::{Partition, State, Topic, topic_name};
use crate::wire::ErrorCode;
use crate::wire::messages::metadata::{
    MetadataRequest, MetadataRequestTopic, MetadataResponse, MetadataResponseBroker,
    MetadataResponsePartition, MetadataResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: MetadataRequest,
) -> MetadataResponse {
    if let Err(error) = check(cx.version, &request) {
        return refused(request, error);
    }
    let with_operations = request.include_topic_authorized_operations;
    let mut topics: Vec<_> = match asked(cx.version, &request) {
        None => {
            let state = broker.controller.state();
            let told = state.topics().map(|topic| 1 + topic.partitions.len()).sum();
            cx.turn.of(&broker.turns, told).await;
            let describe = || state.topics().map(|topic| describe(broker, topic, with_operations));
            cx.turn.work(|| describe().collect())
        }
        Some(wanted) => {
            let wanted = &distinct(by_one_kind(wanted));
            let allowed = cx.version < 4 || request.allow_auto_topic_creation;
            let created = create_missing(broker, wanted, allowed);
            let state = broker.controller.state();
            let partitions = |topic: &MetadataRequestTopic| {
                let by_name = topic.name.as_deref().and_then(|name| state.topic(name));
                let topic = by_name.or_else(|| state.topic_by_id(topic.topic_id));
                topic.map_or(0, |topic| topic.partitions.len())
            };
            let told = wanted.iter().map(|topic| 1 + partitions(topic)).sum();
            cx.turn.of(&broker.turns, told).await;
            let topics = wanted
                .iter()
                .map(|wanted| found_or_not(broker, &state, wanted, &created, with_operations));
            cx.turn.work(|| topics.collect())
        }
    };
    if cx.version == 0 {
        topics.iter_mut().for_each(leave_out_offline);
    }
    let own = MetadataResponseBroker {
        node_id: broker.node_id,
        host: cx.place().0,
        port: i32::from(cx.place().1),
        rack: None,
    };
    MetadataResponse {
        brokers: if broker.controller.is_registered() { vec![own] } else { Vec::new() },
        cluster_id: Some(broker.cluster_id.clone()),
        controller_id: broker.controller.controller_id(),
        topics,
        cluster_authorized_operations: authorized::asked(
            request.include_cluster_authorized_operations,
            authorized::CLUSTER,
        ),
        ..Default::default()
    }
}

/// Returns the topics that are asked for: none stands for all of them.
fn asked(version: i16, request: &MetadataRequest) -> Option<&[MetadataRequestTopic]> {
    match request.topics.as_deref() {
        Some([]) if version == 0 => None,
        topics => topics,
    }
}

/// Checks what Kafka refuses as a whole: ids before version 12, and a name that is null where no
/// topic is asked for by id (where Kafka trips over it).
fn check(version: i16, request: &MetadataRequest) -> Result<(), ErrorCode> {
    let mut topics = request.topics.iter().flatten();
    let by_id = topics.clone().any(|topic| !topic.topic_id.is_zero());
    let nameless = topics.any(|topic| topic.name.is_none());
    match version {
        12.. if nameless && !by_id => Err(ErrorCode::UNKNOWN_SERVER_ERROR),
        ..12 if nameless || by_id => Err(ErrorCode::INVALID_REQUEST),
        _ => Ok(()),
    }
}

/// Answers a request that is refused as a whole: with the error for each of its topics.
fn refused(request: MetadataRequest, error: ErrorCode) -> MetadataResponse {
    let topics = request.topics.into_iter().flatten().map(|topic| MetadataResponseTopic {
        error_code: error.0,
        name: Some(topic.name.unwrap_or_default()),
        topic_id: topic.topic_id,
        ..Default::default()
    });
    MetadataResponse { topics: topics.collect(), error_code: error.0, ..Default::default() }
}

/// Where one topic is asked for by its id, those that are not are passed over, as in Kafka.
fn by_one_kind(wanted: &[MetadataRequestTopic]) -> Vec<MetadataRequestTopic> {
    let by_id = wanted.iter().any(|topic| !topic.topic_id.is_zero());
    wanted.iter().filter(|topic| !by_id || !topic.topic_id.is_zero()).cloned().collect()
}

/// Returns each topic once, however often it is asked for, as Kafka does.
fn distinct(mut wanted: Vec<MetadataRequestTopic>) -> Vec<MetadataRequestTopic> {
    let mut seen = HashSet::new();
    wanted.retain(|topic| seen.insert((topic.topic_id, topic.name.clone())));
    wanted
}

/// Creates the missing ones, where that is allowed: what could not be created, and why.
fn create_missing(
    broker: &Broker,
    wanted: &[MetadataRequestTopic],
    allowed: bool,
) -> Vec<(String, ErrorCode)> {
    let state = broker.controller.state();
    let names = wanted.iter().filter(|topic| topic.topic_id.is_zero());
    let names = names.filter_map(|topic| topic.name.as_deref());
    let missing: Vec<&str> = names.filter(|name| state.topic(name).is_none()).collect();
    if missing.is_empty() || !allowed || !broker.controller.auto_create() {
        return Vec::new();
    }
    broker.controller.auto_create_topics(&missing)
}

fn found_or_not(
    broker: &Broker,
    state: &State,
    wanted: &MetadataRequestTopic,
    created: &[(String, ErrorCode)],
    with_operations: bool,
) -> MetadataResponseTopic {
    let name = wanted.name.as_deref().unwrap_or_default();
    let by_id = !wanted.topic_id.is_zero();
    let found = if by_id { state.topic_by_id(wanted.topic_id) } else { state.topic(name) };
    if let Some(topic) = found {
        return describe(broker, topic, with_operations);
    }
    let failed = created.iter().find(|(failed, error)| failed == name && !error.is_none());
    let error = match failed {
        _ if by_id => ErrorCode::UNKNOWN_TOPIC_ID,
        _ if topic_name::check(name).is_err() => ErrorCode::INVALID_TOPIC_EXCEPTION,
        // A name that collides with another's: Kafka fails to create it behind its answer.
        Some((_, ErrorCode::INVALID_TOPIC_EXCEPTION)) | None => {
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        }
        Some((_, error)) => *error,
    };
    MetadataResponseTopic {
        error_code: error.0,
        name: if by_id { None } else { Some(name.to_owned()) },
        topic_id: wanted.topic_id,
        is_internal: topic_name::is_internal(name),
        topic_authorized_operations: authorized::asked(
            with_operations && !by_id,
            authorized::TOPIC,
        ),
        ..Default::default()
    }
}

fn describe(broker: &Broker, topic: &Topic, with_operations: bool) -> MetadataResponseTopic {
    let partitions = topic.partitions.iter().map(|(index, partition)| MetadataResponsePartition {
        error_code: leader_error(broker, partition).0,
        partition_index: *index,
        leader_id: partition.leader,
        leader_epoch: partition.leader_epoch,
        replica_nodes: partition.replicas.clone(),
        isr_nodes: partition.isr.clone(),
        offline_replicas: offline(broker, partition),
    });
    MetadataResponseTopic {
        error_code: 0,
        name: Some(topic.name.clone()),
        topic_id: topic.id,
        is_internal: topic_name::is_internal(&topic.name),
        partitions: partitions.collect(),
        topic_authorized_operations: authorized::asked(with_operations, authorized::TOPIC),
    }
}

/// Leaves out the replicas that are offline, which version 0 cannot name.
fn leave_out_offline(topic: &mut MetadataResponseTopic) {
    for partition in &mut topic.partitions {
        let offline = std::mem::take(&mut partition.offline_replicas);
        partition.replica_nodes.retain(|id| !offline.contains(id));
        partition.isr_nodes.retain(|id| !offline.contains(id));
    }
}

fn leader_error(broker: &Broker, partition: &Partition) -> ErrorCode {
    let here = partition.leader == broker.node_id;
    if here { ErrorCode::NONE } else { ErrorCode::LEADER_NOT_AVAILABLE }
}

/// Returns the replicas on nodes that are not here: what a larger cluster's directory may name.
pub(super) fn offline(broker: &Broker, partition: &Partition) -> Vec<i32> {
    let is_here = |id: i32| id == broker.node_id && broker.controller.is_registered();
    partition.replicas.iter().copied().filter(|replica| !is_here(*replica)).collect()
}
