//! The first batches of a transaction: before they are appended, the transaction's coordinator is
//! asked whether their partitions are part of it, or told that they are from now on (KIP-890).

use super::{ADDS_SINCE, Failure, Outcome, Placed, Unverified, append_to};
use crate::broker::Broker;
use crate::broker::api::{Context, transacting};
use crate::broker::coord::txn::{Places, Producer, Whose};
use crate::broker::log::{Beginning, Verification};
use crate::wire::ErrorCode;

/// The version from which a client knows that it should abort.
const ABORTABLE_SINCE: i16 = 11;

/// Appends batches each of which begins a transaction in its partition.
pub(super) async fn begin(
    broker: &Broker,
    cx: &Context<'_>,
    id: Option<&str>,
    batches: Vec<Unverified>,
) -> Vec<Outcome> {
    let Some(first) = batches.first() else { return Vec::new() };
    let producer = Producer { id: first.info.producer_id, epoch: first.info.producer_epoch };
    if batches.iter().any(|batch| batch.info.producer_id != producer.id) {
        let text = "Transactional records contained more than one producer ID";
        let failure = Failure::new(ErrorCode::INVALID_PRODUCER_ID_MAPPING, text);
        return batches.iter().map(|_| Err(failure.clone())).collect();
    }
    let adds = cx.version >= ADDS_SINCE;
    let questions: Vec<Option<Verification>> =
        batches.iter().map(|batch| question(broker, batch, adds)).collect();
    let whose = Whose { transactional_id: id.unwrap_or_default(), producer };
    let verdicts =
        if adds { add(broker, whose, &batches).await } else { verify(broker, whose, &batches) };
    let outcomes = batches.into_iter().zip(questions).zip(verdicts);
    let outcomes = outcomes.map(|((batch, question), verdict)| {
        verdict.map_err(|error| refusal(cx, error))?;
        if let Some(question) = question {
            batch.partition.log.vouch(question);
        }
        match append_to(broker, &batch.partition, batch.records) {
            Ok(appended) => Ok(Placed { appended, partition: batch.partition }),
            Err(error) => Err(Failure::of(&error, &batch.partition)),
        }
    });
    outcomes.collect()
}

fn question(broker: &Broker, batch: &Unverified, bumps_epochs: bool) -> Option<Verification> {
    let of = Beginning {
        producer_id: batch.info.producer_id,
        epoch: batch.info.producer_epoch,
        sequence: batch.info.base_sequence,
        bumps_epochs,
    };
    batch.partition.log.begin_verification(of, broker.clock.now())
}

/// Adds all partitions to the transaction at once.
async fn add(
    broker: &Broker,
    whose: Whose<'_>,
    batches: &[Unverified],
) -> Vec<Result<(), ErrorCode>> {
    let places = batches.iter().map(|batch| (batch.topic.as_str(), batch.partition.index));
    let places: Places = places.collect();
    let added = transacting::add_patiently(broker, whose, &places).await;
    batches.iter().map(|_| added).collect()
}

/// Asks of each partition whether it is in the transaction.
fn verify(broker: &Broker, whose: Whose<'_>, batches: &[Unverified]) -> Vec<Result<(), ErrorCode>> {
    broker.transactions.read(|transactions, _| {
        let verify =
            |batch: &Unverified| transactions.verify(whose, &batch.topic, batch.partition.index);
        batches.iter().map(verify).collect()
    })
}

/// Returns what a producer is told: it knows not every error of the coordinator, and not every
/// one is known to be worth a retry.
fn refusal(cx: &Context<'_>, error: ErrorCode) -> Failure {
    match error {
        ErrorCode::PRODUCER_FENCED => ErrorCode::INVALID_PRODUCER_EPOCH.into(),
        ErrorCode::TRANSACTION_ABORTABLE if cx.version < ABORTABLE_SINCE => {
            refusal(cx, ErrorCode::INVALID_TXN_STATE)
        }
        ErrorCode::INVALID_TXN_STATE => {
            Failure::new(error, "Partition was not added to the transaction")
        }
        ErrorCode::CONCURRENT_TRANSACTIONS if cx.version >= ADDS_SINCE => error.into(),
        ErrorCode::CONCURRENT_TRANSACTIONS
        | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
        | ErrorCode::COORDINATOR_NOT_AVAILABLE
        | ErrorCode::NOT_COORDINATOR => {
            let text = format!(
                "Unable to verify the partition has been added to the transaction. \
                 Underlying error: {}",
                error.name().unwrap_or_default()
            );
            Failure::new(ErrorCode::NOT_ENOUGH_REPLICAS, text)
        }
        error => error.into(),
    }
}
