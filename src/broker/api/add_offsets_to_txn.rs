//! AddOffsetsToTxn: key 25, versions 0-4.
//!
//! Does: adds the partition that keeps a group's offsets to a transaction (KIP-98).
//! Versions: 2 fenced producers are called so; 3 flexible; 4 errors that abort the transaction.

use super::{Context, transacting};
use crate::broker::Broker;
use crate::broker::coord::txn::{Producer, Whose};
use crate::wire::ErrorCode;
use crate::wire::messages::add_offsets_to_txn::{AddOffsetsToTxnRequest, AddOffsetsToTxnResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: AddOffsetsToTxnRequest,
) -> AddOffsetsToTxnResponse {
    let producer = Producer { id: request.producer_id, epoch: request.producer_epoch };
    let whose = Whose { transactional_id: &request.transactional_id, producer };
    let added = match transacting::offsets_partition(broker, &request.group_id) {
        // Clients of the newer protocol do not ask: TxnOffsetCommit does it for them.
        Ok(places) => transacting::add(broker, whose, &places, 0).await,
        Err(error) => Err(error),
    };
    let error = added.err().unwrap_or(ErrorCode::NONE);
    let error_code = transacting::known_by(cx, error, transacting::FENCED_SINCE).0;
    AddOffsetsToTxnResponse { error_code, ..Default::default() }
}
