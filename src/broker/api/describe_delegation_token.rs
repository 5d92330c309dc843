//! DescribeDelegationToken: key 41, versions 1-3.
//!
//! Does: tells tokens to their owners, requesters and renewers, and to whom ACLs allow it
//! (KIP-48, KIP-373).
//! Versions: 2 flexible; 3 who asked for a token.

use super::Context;
use super::access::Gate;
use super::create_delegation_token::may_ask;
use crate::broker::Broker;
use crate::broker::meta::acl::{Operation, ResourceType};
use crate::broker::meta::plan::hmac_of;
use crate::broker::meta::state::access::DelegationToken;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_delegation_token::{
    DescribeDelegationTokenRequest, DescribeDelegationTokenResponse, DescribedDelegationToken,
    DescribedDelegationTokenRenewer,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeDelegationTokenRequest,
) -> DescribeDelegationTokenResponse {
    let failed = |error: ErrorCode| DescribeDelegationTokenResponse {
        error_code: error.0,
        ..Default::default()
    };
    if !may_ask(cx) {
        return failed(ErrorCode::DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
    }
    let Some(secret) = broker.token_secret.as_deref() else {
        return failed(ErrorCode::DELEGATION_TOKEN_AUTH_DISABLED);
    };
    let owners = request.owners.as_ref().map(|owners| {
        let text = owners.iter().map(|o| format!("{}:{}", o.principal_type, o.principal_name));
        text.collect::<Vec<_>>()
    });
    let gate = Gate::of(broker, cx);
    let may = |operation, kind, name: &str| {
        gate.as_ref().is_none_or(|gate| gate.may(operation, kind, name))
    };
    let asker = cx.peer.principal.text();
    let is_shown = |token: &&DelegationToken| {
        let wanted = owners.as_ref().is_none_or(|owners| owners.contains(&token.owner));
        let own = token.owner == asker
            || token.requester == asker
            || token.renewers.iter().any(|renewer| renewer == asker);
        wanted
            && (own
                || may(Operation::Describe, ResourceType::DelegationToken, &token.id)
                || may(Operation::DescribeTokens, ResourceType::User, &token.owner))
    };
    let state = broker.controller.state();
    let tokens = state.access().tokens().values().filter(is_shown);
    let tokens = tokens.map(|token| described(token, secret, cx.version)).collect();
    DescribeDelegationTokenResponse { tokens, ..Default::default() }
}

fn described(token: &DelegationToken, secret: &str, version: i16) -> DescribedDelegationToken {
    let parts = |text: &str| {
        let (kind, name) = text.split_once(':').unwrap_or(("User", text));
        (kind.to_owned(), name.to_owned())
    };
    let (principal_type, principal_name) = parts(&token.owner);
    // Older versions have no room for who asked.
    let (requester_type, requester_name) =
        if version >= 3 { parts(&token.requester) } else { Default::default() };
    let renewers = token.renewers.iter().map(|renewer| {
        let (principal_type, principal_name) = parts(renewer);
        DescribedDelegationTokenRenewer { principal_type, principal_name }
    });
    DescribedDelegationToken {
        principal_type,
        principal_name,
        token_requester_principal_type: requester_type,
        token_requester_principal_name: requester_name,
        issue_timestamp: token.issued_ms,
        expiry_timestamp: token.expires_ms,
        max_timestamp: token.max_ms,
        token_id: token.id.clone(),
        hmac: hmac_of(secret, &token.id).unwrap_or_default().into(),
        renewers: renewers.collect(),
    }
}
