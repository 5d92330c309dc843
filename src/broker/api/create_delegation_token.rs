//! CreateDelegationToken: key 38, versions 1-3.
//!
//! Does: makes a token that stands for a user (KIP-48), where `delegation.token.secret.key` is
//! set and the asker has proved who it is, other than by a token.
//! Versions: 2 flexible; 3 a token for somebody else (KIP-373).

use super::Context;
use crate::broker::Broker;
use crate::broker::config::listeners::Protocol;
use crate::broker::meta::plan::{self, Lifetimes, TokenDesk};
use crate::wire::ErrorCode;
use crate::wire::messages::create_delegation_token::{
    CreateDelegationTokenRequest, CreateDelegationTokenResponse,
};

/// Says whether one may ask about tokens here: only who has proved who they are, and not by a
/// token.
pub(super) fn may_ask(cx: &Context<'_>) -> bool {
    let principal = &cx.peer.principal;
    match cx.peer.front.protocol {
        _ if principal.is_token => false,
        Protocol::Plaintext => false,
        Protocol::Ssl => !principal.is_anonymous(),
        Protocol::SaslPlaintext | Protocol::SaslSsl => true,
    }
}

/// Returns what plans about tokens look at.
pub(super) fn desk<'a>(broker: &'a Broker, cx: &'a Context<'_>) -> TokenDesk<'a> {
    let config = broker.config();
    TokenDesk {
        now: broker.clock.now(),
        principal: cx.peer.principal.text(),
        secret: broker.token_secret.as_deref(),
        lifetimes: Lifetimes {
            max_ms: config.delegation_token_max_lifetime_ms,
            renew_ms: config.delegation_token_expiry_time_ms,
        },
    }
}

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: CreateDelegationTokenRequest,
) -> CreateDelegationTokenResponse {
    let failed = |error: ErrorCode| {
        let text = cx.peer.principal.text();
        let (kind, name) = text.split_once(':').unwrap_or(("User", text));
        let owner = request.owner_principal_name.clone().filter(|name| !name.is_empty());
        let owner_kind = request.owner_principal_type.clone().filter(|_| owner.is_some());
        CreateDelegationTokenResponse {
            error_code: error.0,
            principal_type: owner_kind.unwrap_or_else(|| kind.to_owned()),
            principal_name: owner.unwrap_or_else(|| name.to_owned()),
            token_requester_principal_type: kind.to_owned(),
            token_requester_principal_name: name.to_owned(),
            issue_timestamp_ms: -1,
            expiry_timestamp_ms: -1,
            max_timestamp_ms: -1,
            ..Default::default()
        }
    };
    let mut response = if may_ask(cx) {
        let (desk, id) = (desk(broker, cx), broker.random.id().to_string());
        let created =
            broker.controller.change(|view, _| plan::create_token(view, &desk, &request, id));
        created.unwrap_or_else(failed)
    } else {
        failed(ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)
    };
    if cx.version < 3 {
        response.token_requester_principal_type.clear();
        response.token_requester_principal_name.clear();
    }
    response
}
