//! ListOffsets: key 2, versions 1-11.
//!
//! Does: the offset of a timestamp, and every special timestamp of Kafka 4.3.
//! Does not: tiered storage: the earliest local offset is the log's start, and there is no
//! tiered one.
//! Versions: 2 isolation level; 4 leader epochs; 6 flexible; 7 the record with the largest
//! timestamp (KIP-734); 8 earliest local (KIP-405); 9 latest tiered (KIP-1005); 10 timeout;
//! 11 earliest pending upload (KIP-1023).

use std::collections::HashSet;

use super::{Context, leader_epoch};
use crate::broker::Broker;
use crate::broker::log::TimestampAndOffset;
use crate::broker::net::blocking;
use crate::broker::partitions::Partition;
use crate::wire::ErrorCode;
use crate::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsPartitionResponse, ListOffsetsRequest, ListOffsetsResponse,
    ListOffsetsTopicResponse,
};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ListOffsetsRequest,
) -> ListOffsetsResponse {
    let committed = request.isolation_level == 1;
    let mut seen = HashSet::new();
    let mut twice = HashSet::new();
    for topic in &request.topics {
        for ask in &topic.partitions {
            let place = (topic.name.clone(), ask.partition_index);
            if !seen.insert(place.clone()) {
                twice.insert(place);
            }
        }
    }
    let mut told = HashSet::new();
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.iter().filter_map(|ask| {
            // Which of the two answers would be whose, nobody could tell: both are one error.
            let place = (topic.name.clone(), ask.partition_index);
            if twice.contains(&place) {
                let outcome = Err(ErrorCode::INVALID_REQUEST);
                let is_first = told.insert(place);
                return is_first.then(|| respond(cx.version, ask.partition_index, outcome));
            }
            let found = broker.controller.partition(&topic.name, ask.partition_index);
            let outcome =
                found.and_then(|partition| look_up(&partition, cx.version, committed, ask));
            Some(respond(cx.version, ask.partition_index, outcome))
        });
        ListOffsetsTopicResponse { partitions: partitions.collect(), name: topic.name.clone() }
    });
    ListOffsetsResponse { topics: topics.collect(), ..Default::default() }
}

/// What was found: -1 stands for what there is not.
struct Found {
    timestamp: i64,
    offset: i64,
    leader_epoch: i32,
}

impl From<TimestampAndOffset> for Found {
    fn from(found: TimestampAndOffset) -> Self {
        let TimestampAndOffset { timestamp, offset, leader_epoch } = found;
        Found { timestamp, offset, leader_epoch }
    }
}

const NOTHING: Found = Found { timestamp: -1, offset: -1, leader_epoch: -1 };

fn look_up(
    partition: &Partition,
    version: i16,
    committed: bool,
    ask: &ListOffsetsPartition,
) -> Result<Found, ErrorCode> {
    leader_epoch::check(ask.current_leader_epoch, partition.leader_epoch)?;
    let log = &partition.log;
    let marks = log.marks();
    let epoch = |offset| log.epoch_at(offset).unwrap_or(-1);
    let at = |offset| Found { timestamp: -1, offset, leader_epoch: epoch(offset) };
    match ask.timestamp {
        LATEST if committed => Ok(at(marks.last_stable)),
        LATEST => Ok(at(marks.high_watermark)),
        EARLIEST => Ok(at(marks.log_start)),
        MAX_TIMESTAMP if version >= 7 => {
            let found = blocking(|| log.max_timestamp()).map_err(|error| error.code())?;
            Ok(found.map_or(NOTHING, Found::from))
        }
        EARLIEST_LOCAL if version >= 8 => Ok(at(marks.log_start)),
        LATEST_TIERED if version >= 9 => Ok(NOTHING),
        EARLIEST_PENDING_UPLOAD if version >= 11 => Ok(NOTHING),
        ..0 => Err(ErrorCode::UNSUPPORTED_VERSION),
        timestamp => {
            let found =
                blocking(|| log.offset_for_time(timestamp)).map_err(|error| error.code())?;
            let visible = if committed { marks.last_stable } else { marks.high_watermark };
            let found = found.filter(|found| found.offset < visible);
            Ok(found.map_or(NOTHING, Found::from))
        }
    }
}

fn respond(
    version: i16,
    partition_index: i32,
    outcome: Result<Found, ErrorCode>,
) -> ListOffsetsPartitionResponse {
    let (error_code, found) = match outcome {
        Ok(found) => (ErrorCode::NONE, found),
        Err(error) => (error, NOTHING),
    };
    ListOffsetsPartitionResponse {
        partition_index,
        error_code: error_code.0,
        timestamp: found.timestamp,
        offset: found.offset,
        leader_epoch: if version >= 4 { found.leader_epoch } else { -1 },
    }
}
