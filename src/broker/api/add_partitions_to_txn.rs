//! AddPartitionsToTxn: key 24, versions 0-5.
//!
//! Does: adds partitions to a transaction, all or none of one request; from version 4 on for
//! several transactions, or only asks whether they are in (KIP-890).
//! Versions: 2 fenced producers are called so; 3 flexible; 4 several transactions, verification;
//! 5 errors that abort the transaction.

use std::collections::HashMap;

use super::{Context, transacting};
use crate::broker::Broker;
use crate::broker::coord::txn::{Places, Producer, Whose};
use crate::wire::ErrorCode;
use crate::wire::messages::add_partitions_to_txn::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnRequest, AddPartitionsToTxnResponse,
    AddPartitionsToTxnResult, AddPartitionsToTxnTopic, AddPartitionsToTxnTopicResult,
    AddPartitionsToTxnTransaction,
};

/// The version from which one request is about several transactions.
const BATCHED_SINCE: i16 = 4;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: AddPartitionsToTxnRequest,
) -> AddPartitionsToTxnResponse {
    if cx.version >= BATCHED_SINCE {
        let mut results = Vec::with_capacity(request.transactions.len());
        for transaction in as_last_named(request.transactions) {
            let topic_results = answer(broker, cx, &transaction).await;
            let transactional_id = transaction.transactional_id;
            results.push(AddPartitionsToTxnResult { transactional_id, topic_results });
        }
        return AddPartitionsToTxnResponse {
            results_by_transaction: results,
            ..Default::default()
        };
    }
    let transaction = AddPartitionsToTxnTransaction {
        transactional_id: request.v3_and_below_transactional_id,
        producer_id: request.v3_and_below_producer_id,
        producer_epoch: request.v3_and_below_producer_epoch,
        verify_only: false,
        topics: request.v3_and_below_topics,
    };
    AddPartitionsToTxnResponse {
        results_by_topic_v3_and_below: answer(broker, cx, &transaction).await,
        ..Default::default()
    }
}

/// A transactional id that is named more than once is each time about the partitions that it
/// was named with last: Kafka keeps them by the id.
fn as_last_named(
    mut transactions: Vec<AddPartitionsToTxnTransaction>,
) -> Vec<AddPartitionsToTxnTransaction> {
    let ids = transactions.iter().map(|transaction| transaction.transactional_id.clone());
    let last: HashMap<String, usize> = ids.enumerate().map(|(at, id)| (id, at)).collect();
    for at in 0..transactions.len() {
        let of = last[&transactions[at].transactional_id];
        if of != at {
            transactions[at].topics = transactions[of].topics.clone();
        }
    }
    transactions
}

async fn answer(
    broker: &Broker,
    cx: &Context<'_>,
    ask: &AddPartitionsToTxnTransaction,
) -> Vec<AddPartitionsToTxnTopicResult> {
    let exists = |topic: &str, index| code(broker.controller.partition(topic, index).map(drop));
    if !places(ask).iter().all(|(topic, index)| exists(topic, index) == ErrorCode::NONE) {
        return respond(&ask.topics, |topic, index| match exists(topic, index) {
            ErrorCode::NONE => ErrorCode::OPERATION_NOT_ATTEMPTED,
            error => error,
        });
    }
    let producer = Producer { id: ask.producer_id, epoch: ask.producer_epoch };
    let whose = Whose { transactional_id: &ask.transactional_id, producer };
    let known = |error| transacting::known_by(cx, error, transacting::FENCED_SINCE);
    if ask.verify_only {
        return broker.transactions.read(|transactions, _| {
            let verify = |topic: &str, index| transactions.verify(whose, topic, index);
            respond(&ask.topics, |topic, index| known(code(verify(topic, index))))
        });
    }
    let version = if cx.version >= BATCHED_SINCE { transacting::NEW_PROTOCOL } else { 0 };
    let added = transacting::add(broker, whose, &places(ask), version).await;
    respond(&ask.topics, |_, _| known(code(added)))
}

fn places(ask: &AddPartitionsToTxnTransaction) -> Places {
    let mut places = Places::default();
    for topic in &ask.topics {
        for partition in &topic.partitions {
            places.insert(&topic.name, *partition);
        }
    }
    places
}

fn code(result: Result<(), ErrorCode>) -> ErrorCode {
    result.err().unwrap_or(ErrorCode::NONE)
}

fn respond(
    topics: &[AddPartitionsToTxnTopic],
    result: impl Fn(&str, i32) -> ErrorCode,
) -> Vec<AddPartitionsToTxnTopicResult> {
    let topics = topics.iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|index| AddPartitionsToTxnPartitionResult {
            partition_index: *index,
            partition_error_code: result(&topic.name, *index).0,
        });
        let name = topic.name.clone();
        AddPartitionsToTxnTopicResult { name, results_by_partition: partitions.collect() }
    });
    topics.collect()
}
