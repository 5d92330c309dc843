//! InitProducerId: key 22, versions 0-5.
//!
//! Does: gives an idempotent producer an id of its own (KIP-98), and a transactional one its id
//! and its next epoch, which fences whoever had them before.
//! Does not: two-phase commit (KIP-939), which is version 6: it is not final in Kafka 4.3 either.
//! Versions: 2 flexible; 3 the producer's present id and epoch (KIP-360); 4 fenced producers are
//! called so; 5 errors that abort the transaction (KIP-890).

use super::{Context, transacting};
use crate::broker::Broker;
use crate::broker::coord::txn::{Init, Producer, Reply};
use crate::wire::ErrorCode;
use crate::wire::messages::init_producer_id::{InitProducerIdRequest, InitProducerIdResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: InitProducerIdRequest,
) -> InitProducerIdResponse {
    let outcome = match (&request.transactional_id, expected(&request)) {
        (_, Err(error)) => Err(error),
        (None, Ok(_)) => broker.controller.next_producer_id().map(|id| Producer { id, epoch: 0 }),
        (Some(id), Ok(expected)) => init(broker, &request, id, expected).await,
    };
    match outcome {
        Ok(producer) => InitProducerIdResponse {
            producer_id: producer.id,
            producer_epoch: producer.epoch,
            ..Default::default()
        },
        Err(error) => InitProducerIdResponse {
            error_code: transacting::known_by(cx, error, transacting::INIT_FENCED_SINCE).0,
            producer_epoch: -1,
            ..Default::default()
        },
    }
}

/// Returns who the producer says it is: all of it or nothing.
fn expected(request: &InitProducerIdRequest) -> Result<Option<Producer>, ErrorCode> {
    match (request.producer_id, request.producer_epoch) {
        (-1, -1) => Ok(None),
        (-1, _) | (_, -1) => Err(ErrorCode::INVALID_REQUEST),
        (id, epoch) => Ok(Some(Producer { id, epoch })),
    }
}

async fn init(
    broker: &Broker,
    request: &InitProducerIdRequest,
    transactional_id: &str,
    expected: Option<Producer>,
) -> Result<Producer, ErrorCode> {
    let timeout_ms = request.transaction_timeout_ms;
    let ask = Init { transactional_id, timeout_ms, expected };
    let reply = transacting::ask(broker, |transactions, now, ticket, out| {
        transactions.init(now, ticket, ask, out);
    });
    match reply.await {
        Some(Reply::Init(result)) => result,
        _ => Err(ErrorCode::COORDINATOR_NOT_AVAILABLE),
    }
}
