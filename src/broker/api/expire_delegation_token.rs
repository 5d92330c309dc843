//! ExpireDelegationToken: key 40, versions 1-2.
//!
//! Does: ends a token, at once or in a while (KIP-48), for its owner and its renewers.
//! Versions: 2 flexible.

use super::Context;
use super::create_delegation_token::{desk, may_ask};
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::ErrorCode;
use crate::wire::messages::expire_delegation_token::{
    ExpireDelegationTokenRequest, ExpireDelegationTokenResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: ExpireDelegationTokenRequest,
) -> ExpireDelegationTokenResponse {
    let failed = |error: ErrorCode| ExpireDelegationTokenResponse {
        error_code: error.0,
        expiry_timestamp_ms: -1,
        throttle_time_ms: 0,
    };
    if !may_ask(cx) {
        return failed(ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
    }
    let desk = desk(broker, cx);
    let changed = broker.controller.change(|view, _| plan::expire_token(view, &desk, &request));
    changed.unwrap_or_else(failed)
}
