//! TxnOffsetCommit: key 28, versions 0-5.
//!
//! Does: remembers how far a group has read, when the transaction ends well (KIP-98).
//! Versions: 2 leader epochs; 3 flexible, the member and its generation (KIP-447); 4 errors that
//! abort the transaction; 5 the group joins the transaction by this (KIP-890).

use super::{Context, members, transacting};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::broker::coord::txn::{Places, Producer, Whose};
use crate::broker::log::Beginning;
use crate::wire::ErrorCode;
use crate::wire::messages::txn_offset_commit::{
    TxnOffsetCommitRequest, TxnOffsetCommitResponse, TxnOffsetCommitResponsePartition,
    TxnOffsetCommitResponseTopic,
};

/// The version from which the group joins the transaction by this.
const ADDS_SINCE: i16 = 5;
/// The version from which a client knows that it should abort.
const ABORTABLE_SINCE: i16 = 4;
/// The version from which a client knows that a coordinator may be loading.
const LOADING_SINCE: i16 = 2;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: TxnOffsetCommitRequest,
) -> TxnOffsetCommitResponse {
    let topics = &*broker.partitions;
    // For a group without a name, and for partitions that are not there, nothing begins.
    if !request.group_id.is_empty()
        && names_a_partition(broker, &request)
        && let Err(error) = begin(broker, cx, &request).await
    {
        return failed(&request, refusal(cx, error));
    }
    let reply =
        members::ask_unless_shared(broker, &request.group_id, |groups, now, ticket, out| {
            groups.commit_offsets_within(now, ticket, &request, topics, out);
        });
    match reply.await {
        Err(why) => failed(&request, why.code(ErrorCode::GROUP_ID_NOT_FOUND)),
        Ok(Some(Reply::TxnOffsetCommit(response))) => response,
        _ => failed(&request, members::GONE),
    }
}

fn names_a_partition(broker: &Broker, request: &TxnOffsetCommitRequest) -> bool {
    let exists = |topic: &str, index| broker.controller.partition(topic, index).is_ok();
    request.topics.iter().any(|topic| {
        let mut partitions = topic.partitions.iter();
        partitions.any(|partition| exists(&topic.name, partition.partition_index))
    })
}

/// Makes sure that the partition that keeps the group's offsets is part of the transaction.
async fn begin(
    broker: &Broker,
    cx: &Context<'_>,
    request: &TxnOffsetCommitRequest,
) -> Result<(), ErrorCode> {
    let places = transacting::offsets_partition(broker, &request.group_id)?;
    let Some((topic, index)) = places.iter().next() else { return Ok(()) };
    let partition = broker.controller.partition(topic, index)?;
    let adds = cx.version >= ADDS_SINCE;
    if !adds && !partition.log.config().verify_transactions {
        return Ok(());
    }
    let beginning = Beginning {
        producer_id: request.producer_id,
        epoch: request.producer_epoch,
        sequence: -1,
        bumps_epochs: adds,
    };
    let question = partition.log.begin_verification(beginning, broker.clock.now());
    let Some(question) = question else { return Ok(()) };
    ask(broker, request, &places, adds).await?;
    partition.log.vouch(question);
    Ok(())
}

async fn ask(
    broker: &Broker,
    request: &TxnOffsetCommitRequest,
    places: &Places,
    adds: bool,
) -> Result<(), ErrorCode> {
    let producer = Producer { id: request.producer_id, epoch: request.producer_epoch };
    let whose = Whose { transactional_id: &request.transactional_id, producer };
    if adds {
        return transacting::add_patiently(broker, whose, places).await;
    }
    let mut places = places.iter();
    broker.transactions.read(|transactions, _| {
        places.try_for_each(|(topic, index)| transactions.verify(whose, topic, index))
    })
}

/// Returns an error of the transaction's coordinator as a client of this version knows it.
fn refusal(cx: &Context<'_>, error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::PRODUCER_FENCED => ErrorCode::INVALID_PRODUCER_EPOCH,
        ErrorCode::TRANSACTION_ABORTABLE if cx.version < ABORTABLE_SINCE => {
            ErrorCode::INVALID_TXN_STATE
        }
        ErrorCode::COORDINATOR_LOAD_IN_PROGRESS if cx.version < LOADING_SINCE => {
            ErrorCode::COORDINATOR_NOT_AVAILABLE
        }
        error => error,
    }
}

fn failed(request: &TxnOffsetCommitRequest, error: ErrorCode) -> TxnOffsetCommitResponse {
    let topics = request.topics.iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|partition| {
            let (partition_index, error_code) = (partition.partition_index, error.0);
            TxnOffsetCommitResponsePartition { partition_index, error_code }
        });
        let name = topic.name.clone();
        TxnOffsetCommitResponseTopic { name, partitions: partitions.collect() }
    });
    TxnOffsetCommitResponse { topics: topics.collect(), ..Default::default() }
}
