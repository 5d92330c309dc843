//! EndTxn: key 26, versions 0-5.
//!
//! Does: commits or aborts a transaction (KIP-98). The answer comes when the end is decided and
//! written down.
//! Versions: 2 fenced producers are called so; 3 flexible; 4 errors that abort the transaction; 5
//! the producer's epoch moves on with each transaction (KIP-890).

use super::{Context, transacting};
use crate::broker::Broker;
use crate::broker::coord::txn::{Producer, Reply, Whose};
use crate::wire::ErrorCode;
use crate::wire::messages::end_txn::{EndTxnRequest, EndTxnResponse};

/// The version from which epochs move on.
const BUMPS_SINCE: i16 = 5;

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: EndTxnRequest,
) -> EndTxnResponse {
    let producer = Producer { id: request.producer_id, epoch: request.producer_epoch };
    let whose = Whose { transactional_id: &request.transactional_id, producer };
    let version = if cx.version >= BUMPS_SINCE { transacting::NEW_PROTOCOL } else { 0 };
    let reply = transacting::ask(broker, |transactions, now, ticket, out| {
        transactions.end_transaction(now, ticket, whose, request.committed, version, out);
    });
    let ended = match reply.await {
        Some(Reply::Ended(result)) => result,
        _ => Err(ErrorCode::COORDINATOR_NOT_AVAILABLE),
    };
    match ended {
        Ok(None) => EndTxnResponse::default(),
        Ok(Some(producer)) => EndTxnResponse {
            producer_id: producer.id,
            producer_epoch: producer.epoch,
            ..Default::default()
        },
        Err(error) => {
            let error_code = transacting::known_by(cx, error, transacting::FENCED_SINCE).0;
            EndTxnResponse { error_code, ..Default::default() }
        }
    }
}
