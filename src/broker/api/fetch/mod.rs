//! Fetch: key 1, versions 4-18.
//!
//! Does: reads whole batches as they are stored; waits for `min_bytes` up to `max_wait_ms`;
//! sessions (KIP-227); leader epochs and divergence (KIP-320, KIP-595); the last stable offset
//! and what was aborted before it.
//! Does not: serve replicas (there are none: who says that it is one is told that it is not);
//! name a preferred replica (KIP-392).
//! Versions: 5 log start offset; 7 sessions; 9 current leader epoch; 11 rack; 12 flexible, last
//! fetched epoch, divergence; 13 topic ids; 15 replica state; 16 node endpoints; 17 directory
//! ids; 18 high watermark of a replica.

pub(crate) mod lending;
mod read;
pub(crate) mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use self::read::{Reading, Round};
use self::session::Place;
use super::access::Gate;
use super::{Context, throttle};
use crate::base::clock::Moment;
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::fetch::{
    FetchRequest, FetchResponse, FetchableTopicResponse, PartitionData,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: FetchRequest,
) -> FetchResponse {
    if !matches!(request.isolation_level, 0 | 1) {
        return refused(cx.version, &request, ErrorCode::UNKNOWN_SERVER_ERROR);
    }
    let replica_id = request.replica_id.max(request.replica_state.replica_id);
    throttle::bound_fetch(broker, cx, &mut request);
    let begun = broker.sessions().begin(broker.clock.now(), cx.version, &request);
    let (mode, wanted) = match begun {
        Ok(begun) => begun,
        Err(error) => return FetchResponse { error_code: error.0, ..Default::default() },
    };
    let gate = Gate::of(broker, cx);
    let open = |wanted| Reading::new(broker, cx.version, replica_id, wanted, gate.as_ref());
    let readings: Vec<Reading> = wanted.into_iter().map(open).collect();
    drop(gate);
    let answers = wait_for_enough(broker, &request, &readings).await;
    let answers = broker.sessions().end(mode, answers);
    let session_id = match mode {
        session::Mode::Full { session_id } | session::Mode::Incremental { session_id } => {
            session_id
        }
    };
    let responses = by_topic(answers);
    let mut response = FetchResponse { session_id, responses, ..Default::default() };
    throttle::fetched(broker, cx, &mut response);
    response
}

/// Answers a request that is refused as a whole: with the error for each of its partitions.
fn refused(version: i16, request: &FetchRequest, error: ErrorCode) -> FetchResponse {
    let topics = request.topics.iter().map(|topic| FetchableTopicResponse {
        topic: topic.topic.clone(),
        topic_id: topic.topic_id,
        partitions: topic.partitions.iter().map(|ask| read::failed(ask.partition, error)).collect(),
    });
    let error_code = if version >= session::SINCE { error.0 } else { 0 };
    FetchResponse { error_code, responses: topics.collect(), ..Default::default() }
}

/// Reads until there is enough, there is an error to tell, or the time is up.
async fn wait_for_enough(
    broker: &Broker,
    request: &FetchRequest,
    readings: &[Reading],
) -> Vec<(Place, PartitionData)> {
    let wait_ms = u64::try_from(request.max_wait_ms).unwrap_or(0);
    let deadline = Moment::now().after(Duration::from_millis(wait_ms));
    let min_bytes = usize::try_from(request.min_bytes).unwrap_or(0);
    let waiter = Arc::new(Notify::new());
    // Asking first and reading then misses nothing in between.
    if wait_ms > 0 && min_bytes > 0 {
        readings.iter().for_each(|reading| reading.wake_at_append(&waiter));
    }
    loop {
        let room = broker.lending.room_bytes().min(broker.fetch_bytes_max);
        let min_bytes = min_bytes.min(room);
        let before = grown_bytes(readings);
        let round = Round::read(request, readings, room, &broker.lending);
        let enough = round.bytes >= min_bytes || round.urgent || readings.is_empty();
        if enough || deadline.has_passed() {
            return round.answers;
        }
        let missing = (min_bytes - round.bytes) as u64;
        drop(round);
        // What was read is not held while more is waited for, nor read again at every append.
        loop {
            let woken = tokio::time::timeout(deadline.remaining(), waiter.notified()).await;
            let grown = grown_bytes(readings).saturating_sub(before);
            if woken.is_err() || grown >= missing || readings.iter().any(Reading::is_gone) {
                break;
            }
        }
    }
}

fn grown_bytes(readings: &[Reading]) -> u64 {
    readings.iter().map(Reading::grown_bytes).sum()
}

/// Gathers the answers of a topic that stand together.
fn by_topic(answers: Vec<(Place, PartitionData)>) -> Vec<FetchableTopicResponse> {
    let mut topics: Vec<FetchableTopicResponse> = Vec::new();
    for (place, data) in answers {
        match topics.last_mut() {
            Some(last) if last.topic == place.topic && last.topic_id == place.topic_id => {
                last.partitions.push(data);
            }
            _ => topics.push(FetchableTopicResponse {
                topic: place.topic,
                topic_id: place.topic_id,
                partitions: vec![data],
            }),
        }
    }
    topics
}
