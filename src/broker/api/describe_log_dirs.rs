//! DescribeLogDirs: key 35, versions 1-5.
//!
//! Does: tells the size of each partition in the one log directory, and the disk's room.
//! Does not: move replicas between directories: there is one, so no future replica either.
//! Versions: 2 flexible; 3 an error for the whole; 4 the disk's size (KIP-827); 5 cordoned
//! directories (never: there is one).

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::describe_log_dirs::{
    DescribeLogDirsPartition, DescribeLogDirsRequest, DescribeLogDirsResponse,
    DescribeLogDirsResult, DescribeLogDirsTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeLogDirsRequest,
) -> DescribeLogDirsResponse {
    let mut topics = broker.partitions.topics();
    let told = topics.iter().map(|topic| topic.partitions.len()).sum();
    cx.turn.of(&broker.turns, told).await;
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    let told = topics.into_iter().filter_map(|topic| {
        let asked = match &request.topics {
            None => None,
            Some(asked) => Some(asked.iter().find(|asked| *asked.topic == *topic.name)?),
        };
        let partitions = topic.partitions.iter();
        let partitions = partitions
            .filter(|partition| asked.is_none_or(|a| a.partitions.contains(&partition.index)))
            .map(|partition| DescribeLogDirsPartition {
                partition_index: partition.index,
                partition_size: i64::try_from(partition.log.size_bytes()).unwrap_or(i64::MAX),
                offset_lag: 0,
                is_future_key: false,
            });
        let partitions: Vec<DescribeLogDirsPartition> = partitions.collect();
        let name = topic.name.to_string();
        (!partitions.is_empty()).then_some(DescribeLogDirsTopic { name, partitions })
    });
    let logs = broker.controller.logs();
    let signed = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
    let space = logs.space().ok();
    let result = DescribeLogDirsResult {
        log_dir: logs.directory(),
        topics: cx.turn.work(|| told.collect()),
        total_bytes: space.map_or(-1, |space| signed(space.total_bytes)),
        usable_bytes: space.map_or(-1, |space| signed(space.usable_bytes)),
        ..Default::default()
    };
    DescribeLogDirsResponse { results: vec![result], ..Default::default() }
}
