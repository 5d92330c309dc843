//! Produce: key 0, versions 3-13.
//!
//! Does: checks and appends batches; idempotent producers (KIP-98, KIP-360).
//! Does not: transactions yet, so a transactional batch is refused; wait for replicas (there
//! are none), so `timeout_ms` has nothing to bound; convert message formats before v2.
//! Versions: 5 log start offset; 8 record errors; 9 flexible; 10 current leader; 12 implicit
//! transactions; 13 topic ids.

use std::collections::HashSet;

use super::{Acknowledged, Context};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::log::{AppendError, Appended, Origin};
use crate::broker::meta::topic_name;
use crate::broker::net::blocking;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchInfo, Codec};
use crate::wire::messages::produce::{
    BatchIndexAndErrorMessage, PartitionProduceData, PartitionProduceResponse, ProduceRequest,
    ProduceResponse, TopicProduceResponse,
};

/// The first version whose clients know zstd.
const KNOWS_ZSTD: i16 = 7;

const NO_TRANSACTIONS: &str = "transactions are not served by this broker yet";

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ProduceRequest,
) -> Acknowledged<ProduceResponse> {
    let acks = request.acks;
    let refused = check(&request);
    let mut failed = false;
    let topics = request.topic_data.into_iter().filter(|topic| !topic.partition_data.is_empty());
    let responses = topics.map(|mut topic| {
        last_of_each(&mut topic.partition_data);
        let found = name(broker, cx.version, topic.name.clone(), topic.topic_id);
        let partitions = topic.partition_data.into_iter().map(|data| {
            let index = data.index;
            let outcome = refused
                .clone()
                .and_then(|()| found.clone().map_err(Failure::from))
                .and_then(|name| append(broker, cx.version, &name, data));
            failed |= outcome.is_err();
            respond(index, outcome)
        });
        let partition_responses = partitions.collect();
        TopicProduceResponse { name: topic.name, topic_id: topic.topic_id, partition_responses }
    });
    let responses = responses.collect();
    match (acks, failed) {
        (0, true) => Acknowledged::Failed,
        (0, false) => Acknowledged::Silence,
        _ => Acknowledged::Answer(ProduceResponse { responses, ..Default::default() }),
    }
}

/// Keeps, of a partition that is named twice, what was said last: the request is a map in Kafka.
fn last_of_each(partitions: &mut Vec<PartitionProduceData>) {
    let mut seen = HashSet::new();
    partitions.reverse();
    partitions.retain(|partition| seen.insert(partition.index));
    partitions.reverse();
}

/// Why a partition's records were not appended.
#[derive(Clone, Debug)]
struct Failure {
    code: ErrorCode,
    message: Option<String>,
    /// The records that are at fault, by their place in the request.
    records: Vec<BatchIndexAndErrorMessage>,
    log_start: i64,
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Failure { code, message: None, records: Vec::new(), log_start: -1 }
    }
}

impl Failure {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Failure { message: Some(message.into()), ..Failure::from(code) }
    }
}

impl Failure {
    /// What Kafka tells of it; `log_start` is the log's.
    fn of(error: &AppendError, log_start: i64) -> Self {
        let records = error.record_errors().iter().map(|record| BatchIndexAndErrorMessage {
            batch_index: record.batch_index,
            batch_index_error_message: Some(record.message.clone()),
        });
        Failure {
            code: error.code(),
            records: records.collect(),
            message: error.told(),
            log_start: if error.tells_log_start() { log_start } else { -1 },
        }
    }
}

/// Checks what holds for the request as a whole.
fn check(request: &ProduceRequest) -> Result<(), Failure> {
    if !matches!(request.acks, -1..=1) {
        return Err(ErrorCode::INVALID_REQUIRED_ACKS.into());
    }
    if request.transactional_id.is_some() {
        return Err(Failure::new(ErrorCode::INVALID_TXN_STATE, NO_TRANSACTIONS));
    }
    Ok(())
}

/// Returns the topic's name, which newer clients do not send.
fn name(broker: &Broker, version: i16, name: String, id: Uuid) -> Result<String, ErrorCode> {
    if version < 13 {
        return Ok(name);
    }
    broker.partitions.name_of(id).map(|name| name.to_string()).ok_or(ErrorCode::UNKNOWN_TOPIC_ID)
}

fn append(
    broker: &Broker,
    version: i16,
    topic: &str,
    data: PartitionProduceData,
) -> Result<Appended, Failure> {
    if topic_name::is_internal(topic) {
        return Err(ErrorCode::INVALID_TOPIC_EXCEPTION.into());
    }
    let partition = broker.controller.partition(topic, data.index)?;
    let records = data.records.unwrap_or_default().0;
    let info = BatchInfo::parse(&records).ok();
    if info.is_some_and(|info| info.attributes.is_transactional()) {
        return Err(Failure::new(ErrorCode::INVALID_TXN_STATE, NO_TRANSACTIONS));
    }
    let codec = info.and_then(|info| info.attributes.codec().ok());
    if version < KNOWS_ZSTD && codec == Some(Codec::Zstd) {
        return Err(ErrorCode::UNSUPPORTED_COMPRESSION_TYPE.into());
    }
    let append = |records| partition.append(records, Origin::Client, broker.clock.now());
    // To look inside a compressed batch takes time, of which the sender decides.
    let is_compressed = codec.is_some_and(|codec| codec != Codec::None);
    let appended = if is_compressed { blocking(|| append(records)) } else { append(records) };
    appended.map_err(|error| {
        tracing::debug!(topic, partition = data.index, %error, "records are refused");
        Failure::of(&error, partition.log.marks().log_start)
    })
}

fn respond(index: i32, outcome: Result<Appended, Failure>) -> PartitionProduceResponse {
    match outcome {
        Ok(appended) => PartitionProduceResponse {
            index,
            base_offset: appended.base_offset,
            log_append_time_ms: appended.append_time_ms,
            log_start_offset: appended.log_start,
            ..Default::default()
        },
        Err(failure) => PartitionProduceResponse {
            index,
            error_code: failure.code.0,
            base_offset: -1,
            log_start_offset: failure.log_start,
            error_message: failure.message,
            record_errors: failure.records,
            ..Default::default()
        },
    }
}
