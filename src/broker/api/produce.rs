//! Produce: key 0, versions 3-13.
//!
//! Does: checks and appends batches; idempotent producers (KIP-98, KIP-360).
//! Does not: transactions yet, so a transactional batch is refused; wait for replicas (there
//! are none), so `timeout_ms` has nothing to bound; convert message formats before v2.
//! Versions: 5 log start offset; 8 record errors; 9 flexible; 10 current leader; 12 implicit
//! transactions; 13 topic ids.

use super::access::Gate;
use super::{Acknowledged, Context};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::log::{AppendError, Appended, Origin};
use crate::broker::meta::acl::Operation;
use crate::broker::meta::topic_name;
use crate::broker::net::blocking;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchInfo, Codec};
use crate::wire::messages::produce::{
    BatchIndexAndErrorMessage, PartitionProduceData, PartitionProduceResponse, ProduceRequest,
    ProduceResponse, TopicProduceResponse,
};

const NO_TRANSACTIONS: &str = "transactions are not served by this broker yet";

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ProduceRequest,
) -> Acknowledged<ProduceResponse> {
    let acks = request.acks;
    let gate = Gate::of(broker, cx);
    let refused = check(&request).and_then(|()| may_use_transaction(gate.as_ref(), &request));
    let mut failed = false;
    let responses = request.topic_data.into_iter().map(|topic| {
        let found = name(broker, cx.version, topic.name.clone(), topic.topic_id);
        let partitions = topic.partition_data.into_iter().map(|data| {
            let index = data.index;
            let outcome = refused
                .clone()
                .and_then(|()| found.clone().map_err(Failure::from))
                .and_then(|name| may_write(gate.as_ref(), name))
                .and_then(|name| append(broker, &name, data));
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

/// Why a partition's records were not appended.
#[derive(Clone, Debug)]
struct Failure {
    code: ErrorCode,
    message: Option<String>,
    /// The records that are at fault, by their place in the request.
    records: Vec<BatchIndexAndErrorMessage>,
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Failure { code, message: None, records: Vec::new() }
    }
}

impl Failure {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Failure { code, message: Some(message.into()), records: Vec::new() }
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        let records = error.record_errors().iter().map(|record| BatchIndexAndErrorMessage {
            batch_index: record.batch_index,
            batch_index_error_message: Some(record.message.clone()),
        });
        Failure { code: error.code(), records: records.collect(), message: Some(error.to_string()) }
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

/// Asks whether the transaction is the sender's to use.
fn may_use_transaction(gate: Option<&Gate<'_>>, request: &ProduceRequest) -> Result<(), Failure> {
    match (gate, &request.transactional_id) {
        (Some(gate), Some(id)) if !gate.may_transaction(Operation::Write, id) => {
            Err(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED.into())
        }
        _ => Ok(()),
    }
}

/// Asks whether the sender may write to a topic.
fn may_write(gate: Option<&Gate<'_>>, name: String) -> Result<String, Failure> {
    match gate {
        Some(gate) if !gate.may_topic(Operation::Write, &name) => {
            Err(ErrorCode::TOPIC_AUTHORIZATION_FAILED.into())
        }
        _ => Ok(name),
    }
}

/// Returns the topic's name, which newer clients do not send.
fn name(broker: &Broker, version: i16, name: String, id: Uuid) -> Result<String, ErrorCode> {
    if version < 13 {
        return Ok(name);
    }
    broker.partitions.name_of(id).map(|name| name.to_string()).ok_or(ErrorCode::UNKNOWN_TOPIC_ID)
}

fn append(broker: &Broker, topic: &str, data: PartitionProduceData) -> Result<Appended, Failure> {
    if topic_name::is_internal(topic) {
        let text = format!("Cannot append to internal topic {topic}");
        return Err(Failure::new(ErrorCode::INVALID_TOPIC_EXCEPTION, text));
    }
    let partition = broker.controller.partition(topic, data.index)?;
    let records = data.records.unwrap_or_default().0;
    let info = BatchInfo::parse(&records).ok();
    if info.is_some_and(|info| info.attributes.is_transactional()) {
        return Err(Failure::new(ErrorCode::INVALID_TXN_STATE, NO_TRANSACTIONS));
    }
    let append = |records| partition.append(records, Origin::Client, broker.clock.now());
    // To look inside a compressed batch takes time, of which the sender decides.
    let is_compressed =
        info.is_some_and(|info| info.attributes.codec().is_ok_and(|codec| codec != Codec::None));
    let appended = if is_compressed { blocking(|| append(records)) } else { append(records) };
    Ok(appended?)
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
            error_message: failure.message,
            record_errors: failure.records,
            ..Default::default()
        },
    }
}
