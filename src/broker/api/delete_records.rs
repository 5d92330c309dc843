//! DeleteRecords: key 21, versions 0-2.
//!
//! Does: moves the start of a log; -1 stands for its end (KIP-107).
//! Does not: wait for replicas (there are none), so `timeout_ms` has nothing to bound.
//! Versions: 2 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;
use crate::wire::messages::delete_records::{
    DeleteRecordsPartition, DeleteRecordsPartitionResult, DeleteRecordsRequest,
    DeleteRecordsResponse, DeleteRecordsTopicResult,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DeleteRecordsRequest,
) -> DeleteRecordsResponse {
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|ask| {
            let (low_watermark, error) = match delete(broker, &topic.name, ask) {
                Ok(low_watermark) => (low_watermark, ErrorCode::NONE),
                Err(error) => (-1, error),
            };
            DeleteRecordsPartitionResult {
                partition_index: ask.partition_index,
                low_watermark,
                error_code: error.0,
            }
        });
        DeleteRecordsTopicResult { partitions: partitions.collect(), name: topic.name.clone() }
    });
    let mut topics: Vec<_> = topics.collect();
    if let Err(error) = broker.controller.checkpoint_starts() {
        let partitions = topics.iter_mut().flat_map(|topic| &mut topic.partitions);
        for done in partitions.filter(|partition| partition.error_code == 0) {
            (done.low_watermark, done.error_code) = (-1, error.0);
        }
    }
    DeleteRecordsResponse { topics, ..Default::default() }
}

fn delete(broker: &Broker, topic: &str, ask: &DeleteRecordsPartition) -> Result<i64, ErrorCode> {
    if topic_name::is_internal(topic) {
        return Err(ErrorCode::INVALID_TOPIC_EXCEPTION);
    }
    let partition = broker.controller.partition(topic, ask.partition_index)?;
    // Compaction alone must not lose what was never overwritten.
    let config = partition.log.config();
    if config.compact && !config.delete {
        return Err(ErrorCode::POLICY_VIOLATION);
    }
    let marks = partition.log.marks();
    let before = if ask.offset == -1 { marks.high_watermark } else { ask.offset };
    if before < 0 || before > marks.high_watermark {
        return Err(ErrorCode::OFFSET_OUT_OF_RANGE);
    }
    partition.log.delete_records(before).map_err(|error| error.code())
}
