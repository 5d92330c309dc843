//! InitProducerId: key 22, versions 0-5.
//!
//! Does: gives an idempotent producer an id of its own (KIP-98).
//! Does not: transactions yet: a transactional id is refused. Version 6 is not final in Kafka
//! 4.3 either.
//! Versions: 2 flexible; 3 the producer's present id and epoch (KIP-360).

use super::Context;
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::init_producer_id::{InitProducerIdRequest, InitProducerIdResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: InitProducerIdRequest,
) -> InitProducerIdResponse {
    // The two come together or not at all.
    let halved = (request.producer_id == -1) != (request.producer_epoch == -1);
    let outcome = match &request.transactional_id {
        _ if halved => Err(ErrorCode::INVALID_REQUEST),
        None => broker.controller.next_producer_id(),
        Some(_) => Err(ErrorCode::INVALID_REQUEST),
    };
    match outcome {
        Ok(producer_id) => InitProducerIdResponse { producer_id, ..Default::default() },
        Err(error) => {
            InitProducerIdResponse { error_code: error.0, producer_epoch: -1, ..Default::default() }
        }
    }
}
