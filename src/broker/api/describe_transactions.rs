//! DescribeTransactions: key 65, version 0.
//!
//! Does: tells where transactional ids stand (KIP-664).

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::describe_transactions::{
    DescribeTransactionsRequest, DescribeTransactionsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: DescribeTransactionsRequest,
) -> DescribeTransactionsResponse {
    let transaction_states = broker.transactions.read(|transactions, _| {
        request.transactional_ids.iter().map(|id| transactions.describe(id)).collect()
    });
    DescribeTransactionsResponse { transaction_states, ..Default::default() }
}
