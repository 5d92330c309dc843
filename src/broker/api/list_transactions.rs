//! ListTransactions: key 66, versions 0-2.
//!
//! Does: lists transactional ids by state, producer, age and name (KIP-664).
//! Versions: 1 how long a transaction has been open (KIP-994); 2 a pattern of names (KIP-1152).

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::list_transactions::{ListTransactionsRequest, ListTransactionsResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ListTransactionsRequest,
) -> ListTransactionsResponse {
    broker.transactions.read(|transactions, now| transactions.list(now, &request))
}
