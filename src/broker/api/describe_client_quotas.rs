//! DescribeClientQuotas: key 48, versions 0-1.
//!
//! Does: tells the quotas of the users, client ids and addresses that match (KIP-546).
//! Versions: 1 flexible.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::describe_client_quotas::{
    DescribeClientQuotasRequest, DescribeClientQuotasResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeClientQuotasRequest,
) -> DescribeClientQuotasResponse {
    cx.turn.of(&broker.turns, broker.controller.state().access().quotas().len()).await;
    cx.turn.work(|| broker.controller.read(|view| plan::describe_client_quotas(view, &request)))
}
