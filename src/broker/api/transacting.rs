//! What the APIs of transactions share: a question to their coordinator, and names that older
//! clients know errors by.

use std::time::Duration;

use super::Context;
use crate::broker::Broker;
use crate::broker::coord::effects::Effect;
use crate::broker::coord::effects::Ticket;
use crate::broker::coord::group::Groups;
use crate::broker::coord::txn::{Markers, Places, Reply, Transactions, Whose};
use crate::broker::coordinator::OFFSETS_TOPIC;
use crate::broker::transactions::{TRANSACTIONS_TOPIC, version};
use crate::wire::ErrorCode;

/// The version of InitProducerId that knows a fenced producer by its name.
pub(super) const INIT_FENCED_SINCE: i16 = 4;
/// The version of the other APIs that do.
pub(super) const FENCED_SINCE: i16 = 2;

/// The transaction version of a client that is of KIP-890.
pub(super) const NEW_PROTOCOL: i16 = 2;

/// Asks the coordinator, and waits for its answer. None comes only while the broker stops, when
/// nobody reads it any more.
pub(super) async fn ask(
    broker: &Broker,
    question: impl FnOnce(&mut Transactions, i64, Ticket, &mut Vec<Effect<Reply, Markers>>),
) -> Option<Reply> {
    // Clients look for the coordinator first, which creates the topic; a client that knows its
    // way may come directly.
    if broker.controller.ensure_internal_topic(TRANSACTIONS_TOPIC).is_err() {
        return None;
    }
    let version = version(&broker.controller);
    let question = |brain: &mut Transactions, now, ticket, out: &mut Vec<_>| {
        brain.set_version(version);
        question(brain, now, ticket, out);
    };
    broker.transactions.ask(question).await
}

/// Adds partitions to a transaction. `version` is the transaction version of the client.
pub(super) async fn add(
    broker: &Broker,
    whose: Whose<'_>,
    places: &Places,
    version: i16,
) -> Result<(), ErrorCode> {
    let reply = ask(broker, |transactions, now, ticket, out| {
        transactions.add_partitions(now, ticket, whose, places, version, out);
    });
    match reply.await {
        Some(Reply::Added(result)) => result,
        _ => Err(ErrorCode::COORDINATOR_NOT_AVAILABLE),
    }
}

/// Adds partitions for a client that does not ask for it by itself, and so would not wait for the
/// transaction before: it is waited for here, for a moment.
pub(super) async fn add_patiently(
    broker: &Broker,
    whose: Whose<'_>,
    places: &Places,
) -> Result<(), ErrorCode> {
    let began = broker.clock.now();
    loop {
        let added = add(broker, whose, places, NEW_PROTOCOL).await;
        if added.is_ok() && broker.settled().await.is_err() {
            // After a power cut nobody would end a transaction that only its partitions know.
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        }
        if added != Err(ErrorCode::CONCURRENT_TRANSACTIONS) {
            return added;
        }
        let config = broker.config();
        let patience_ms = i64::from(config.add_partitions_retry_backoff_max_ms);
        if broker.clock.now().saturating_sub(began) >= patience_ms {
            return added;
        }
        let pause = u64::try_from(config.add_partitions_retry_backoff_ms).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(pause.max(1))).await;
    }
}

/// Returns the partition of the offsets topic that keeps a group, and makes sure that it is there.
pub(super) fn offsets_partition(broker: &Broker, group: &str) -> Result<Places, ErrorCode> {
    broker.controller.ensure_internal_topic(OFFSETS_TOPIC)?;
    let partition = broker.coordinator.read(|groups: &Groups, _| groups.partition_of(group));
    Ok([(OFFSETS_TOPIC, partition)].into_iter().collect())
}

/// Returns an error as a client of this version knows it.
pub(super) fn known_by(cx: &Context<'_>, error: ErrorCode, fenced_since: i16) -> ErrorCode {
    match error {
        ErrorCode::PRODUCER_FENCED if cx.version < fenced_since => {
            ErrorCode::INVALID_PRODUCER_EPOCH
        }
        error => error,
    }
}
