//! Produce: key 0, versions 3-13.
//!
//! Does: checks and appends batches; idempotent and transactional producers (KIP-98, KIP-360).
//! Does not: wait for replicas (there are none), so `timeout_ms` has nothing to bound; convert
//! message formats before v2.
//! Versions: 5 log start offset; 8 record errors; 9 flexible; 10 current leader; 12 implicit
//! transactions; 13 topic ids.

mod begin;

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;

use super::access::Gate;
use super::{Acknowledged, Context, throttle};
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::log::{AppendError, Appended, Origin};
use crate::broker::meta::acl::Operation;
use crate::broker::meta::topic_name;
use crate::broker::net::blocking;
use crate::broker::partitions::Partition;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchInfo, Codec};
use crate::wire::messages::produce::{
    BatchIndexAndErrorMessage, PartitionProduceData, PartitionProduceResponse, ProduceRequest,
    ProduceResponse, TopicProduceResponse,
};

/// The version from which a transactional batch adds its partition to the transaction (KIP-890).
const ADDS_SINCE: i16 = 12;

/// The first version whose clients know zstd.
const KNOWS_ZSTD: i16 = 7;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ProduceRequest,
) -> Acknowledged<ProduceResponse> {
    throttle::produced(broker, cx);
    let acks = request.acks;
    let gate = Gate::of(broker, cx);
    let refused = check(&request, gate.as_ref());
    let id = request.transactional_id;
    let mut answers = Vec::with_capacity(request.topic_data.len());
    let mut waiting = Vec::new();
    let topics = request.topic_data.into_iter().filter(|topic| !topic.partition_data.is_empty());
    for mut topic in topics {
        last_of_each(&mut topic.partition_data);
        let found = name(broker, cx.version, topic.name.clone(), topic.topic_id);
        let found = found.and_then(|name| may_write(gate.as_ref(), name));
        let found = refused.clone().and_then(|()| found.map_err(Failure::from));
        let mut outcomes = Vec::with_capacity(topic.partition_data.len());
        for data in topic.partition_data {
            let index = data.index;
            let tried = match &found {
                Ok(name) => append(broker, cx, name, data),
                Err(failure) => Err(failure.clone().into()),
            };
            outcomes.push((
                index,
                tried.map_err(|refused| match refused {
                    Refused::Failed(failure) => failure,
                    Refused::Unverified(batch) => {
                        waiting.push(((answers.len(), outcomes.len()), *batch));
                        // Until the transaction's coordinator has spoken.
                        ErrorCode::INVALID_TXN_STATE.into()
                    }
                }),
            ));
        }
        answers.push((topic.name, topic.topic_id, outcomes));
    }
    if !waiting.is_empty() {
        let (places, batches) = waiting.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        let outcomes = begin::begin(broker, cx, id.as_deref(), batches).await;
        for ((topic, partition), outcome) in places.into_iter().zip(outcomes) {
            answers[topic].2[partition].1 = outcome;
        }
    }
    if acks != 0 {
        settle(broker, answers.iter_mut().flat_map(|(_, _, all)| all)).await;
    }
    let failed = answers.iter().flat_map(|(_, _, all)| all).any(|(_, outcome)| outcome.is_err());
    let responses = answers.into_iter().map(|(name, topic_id, outcomes)| {
        let partitions = outcomes.into_iter().map(|(index, outcome)| respond(index, outcome));
        TopicProduceResponse { name, topic_id, partition_responses: partitions.collect() }
    });
    match (acks, failed) {
        (0, true) => Acknowledged::Failed,
        (0, false) => Acknowledged::Silence,
        _ => Acknowledged::Answer(ProduceResponse {
            responses: responses.collect(),
            ..Default::default()
        }),
    }
}

/// With `--fsync`, waits until what was appended is durable, and fails where it cannot be.
async fn settle(broker: &Broker, outcomes: impl Iterator<Item = &mut (i32, Outcome)>) {
    if broker.controller.logs().syncer().is_none() {
        return;
    }
    // Each log knows of itself whether it is.
    let _ = broker.settled(broker.before_writing()).await;
    for (_, outcome) in outcomes {
        let Ok(Placed { appended, partition }) = outcome else { continue };
        let durable = partition.log.check_durable(appended.last_offset + 1);
        if let Err(error) = durable {
            let failure = Failure::of(&error.into(), partition);
            *outcome = Err(failure);
        }
    }
}

/// Keeps, of a partition that is named twice, what was said last: the request is a map in Kafka.
fn last_of_each(partitions: &mut Vec<PartitionProduceData>) {
    let mut seen = HashSet::new();
    partitions.reverse();
    partitions.retain(|partition| seen.insert(partition.index));
    partitions.reverse();
}

/// A batch that would begin a transaction in its partition, before the coordinator was asked.
struct Unverified {
    topic: String,
    partition: Arc<Partition>,
    records: Bytes,
    info: BatchInfo,
}

/// Where a partition's records are.
struct Placed {
    appended: Appended,
    partition: Arc<Partition>,
}

type Outcome = Result<Placed, Failure>;

/// Why a batch was not appended at the first try.
enum Refused {
    Failed(Failure),
    Unverified(Box<Unverified>),
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused::Failed(error.into())
    }
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

    /// What Kafka tells of an append that was refused.
    fn of(error: &AppendError, partition: &Partition) -> Self {
        let (topic, index) = (&*partition.topic, partition.index);
        tracing::debug!(topic, partition = index, %error, "records are refused");
        let records = error.record_errors().iter().map(|record| BatchIndexAndErrorMessage {
            batch_index: record.batch_index,
            batch_index_error_message: Some(record.message.clone()),
        });
        let log_start = if error.tells_log_start() { partition.log.marks().log_start } else { -1 };
        Failure { code: error.code(), records: records.collect(), message: error.told(), log_start }
    }
}

/// Checks what holds for the request as a whole.
fn check(request: &ProduceRequest, gate: Option<&Gate<'_>>) -> Result<(), Failure> {
    if !matches!(request.acks, -1..=1) {
        return Err(ErrorCode::INVALID_REQUIRED_ACKS.into());
    }
    if request.transactional_id.is_none() && has_transaction(request) {
        // Who names no transactional id has no right to one.
        return Err(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED.into());
    }
    if let (Some(gate), Some(id)) = (gate, &request.transactional_id)
        && has_transaction(request)
        && !gate.may_transaction(Operation::Write, id)
    {
        return Err(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED.into());
    }
    Ok(())
}

/// Asks whether the sender may write to a topic.
fn may_write(gate: Option<&Gate<'_>>, name: String) -> Result<String, ErrorCode> {
    match gate {
        Some(gate) if !gate.may_topic(Operation::Write, &name) => {
            Err(ErrorCode::TOPIC_AUTHORIZATION_FAILED)
        }
        _ => Ok(name),
    }
}

/// Says whether any batch is part of a transaction.
fn has_transaction(request: &ProduceRequest) -> bool {
    let data = request.topic_data.iter().flat_map(|topic| &topic.partition_data);
    let mut batches = data.filter_map(|data| data.records.as_ref());
    batches.any(|records| {
        BatchInfo::parse(&records.0).is_ok_and(|info| info.attributes.is_transactional())
    })
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
    cx: &Context<'_>,
    topic: &str,
    data: PartitionProduceData,
) -> Result<Placed, Refused> {
    if topic_name::is_internal(topic) {
        return Err(ErrorCode::INVALID_TOPIC_EXCEPTION.into());
    }
    let partition = broker.controller.partition(topic, data.index)?;
    let records = data.records.unwrap_or_default().0;
    let info = BatchInfo::parse(&records).ok();
    let codec = info.and_then(|info| info.attributes.codec().ok());
    if cx.version < KNOWS_ZSTD && codec == Some(Codec::Zstd) {
        return Err(ErrorCode::UNSUPPORTED_COMPRESSION_TYPE.into());
    }
    let begins = |info: BatchInfo, records, partition| {
        Refused::Unverified(Box::new(Unverified {
            topic: topic.to_owned(),
            partition,
            records,
            info,
        }))
    };
    if let Some(info) = info.filter(|info| is_to_be_added(cx, info, &partition)) {
        return Err(begins(info, records, partition));
    }
    match append_to(broker, &partition, records.clone()) {
        Err(AppendError::Unverified { .. }) if let Some(info) = info => {
            Err(begins(info, records, partition))
        }
        Err(error) => Err(Failure::of(&error, &partition).into()),
        Ok(appended) => Ok(Placed { appended, partition }),
    }
}

/// Says whether a batch adds its partition to a transaction that is not open there, where the log
/// itself does not look: verification may be turned off, and this goes on.
fn is_to_be_added(cx: &Context<'_>, info: &BatchInfo, partition: &Partition) -> bool {
    cx.version >= ADDS_SINCE
        && info.attributes.is_transactional()
        && !partition.log.config().verify_transactions
        && !partition.log.has_open_transaction(info)
}

fn append_to(
    broker: &Broker,
    partition: &Arc<Partition>,
    records: Bytes,
) -> Result<Appended, AppendError> {
    let now = broker.clock.now();
    let takes_long =
        BatchInfo::parse(&records).is_ok_and(|info| partition.log.takes_long(&info, now));
    let append = || partition.append(records, Origin::Client, now);
    if takes_long { blocking(append) } else { append() }
}

fn respond(index: i32, outcome: Outcome) -> PartitionProduceResponse {
    match outcome {
        Ok(Placed { appended, .. }) => PartitionProduceResponse {
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
