//! AlterReplicaLogDirs: key 34, versions 1-2.
//!
//! Does: finds a replica where it is asked to be.
//! Does not: move one: there is one log directory, so any other is not found.
//! Versions: 2 flexible.

use std::collections::BTreeMap;

use super::Context;
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::alter_replica_log_dirs::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult, AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AlterReplicaLogDirsRequest,
) -> AlterReplicaLogDirsResponse {
    let own = broker.controller.logs().directory();
    // Who is named twice goes to the directory that is named last, as in Kafka.
    let mut wanted: BTreeMap<&str, BTreeMap<i32, &str>> = BTreeMap::new();
    for dir in &request.dirs {
        for topic in &dir.topics {
            let partitions = wanted.entry(&topic.name).or_default();
            partitions.extend(topic.partitions.iter().map(|index| (*index, dir.path.as_str())));
        }
    }
    let results = wanted.into_iter().map(|(topic, partitions)| {
        let partitions = partitions.into_iter().map(|(partition_index, path)| {
            let error = match path == own {
                false => ErrorCode::LOG_DIR_NOT_FOUND,
                true if broker.partitions.get(topic, partition_index).is_some() => ErrorCode::NONE,
                true => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            };
            AlterReplicaLogDirPartitionResult { partition_index, error_code: error.0 }
        });
        let partitions = partitions.collect();
        AlterReplicaLogDirTopicResult { topic_name: topic.to_owned(), partitions }
    });
    AlterReplicaLogDirsResponse { throttle_time_ms: 0, results: results.collect() }
}
