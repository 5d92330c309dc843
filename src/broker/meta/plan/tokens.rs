//! Delegation tokens (KIP-48): CreateDelegationToken, RenewDelegationToken and
//! ExpireDelegationToken, and the end of those whose time is up.
//!
//! Source: `DelegationTokenControlManager`. A token's password is the HMAC of its id under the
//! brokers' secret; it is never stored, and found by computing it again.

use openssl::hash::MessageDigest;
use openssl::memcmp;

use super::{Planned, View};
use crate::base::clock::Millis;
use crate::broker::auth::scram::{CryptoError, hmac};
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::access::DelegationToken;
use crate::wire::ErrorCode;
use crate::wire::messages::create_delegation_token::{
    CreateDelegationTokenRequest, CreateDelegationTokenResponse,
};
use crate::wire::messages::expire_delegation_token::{
    ExpireDelegationTokenRequest, ExpireDelegationTokenResponse,
};
use crate::wire::messages::metadata_log::RemoveDelegationTokenRecord;
use crate::wire::messages::renew_delegation_token::{
    RenewDelegationTokenRequest, RenewDelegationTokenResponse,
};

/// The lowest `metadata.version` that has delegation tokens: 3.6-IV2.
const METADATA_VERSION_TOKENS: i16 = 14;

/// How long tokens live, as the configs say.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// `delegation.token.max.lifetime.ms`.
    pub max_ms: i64,
    /// `delegation.token.expiry.time.ms`: until it is renewed.
    pub renew_ms: i64,
}

/// What all plans about tokens look at.
pub struct TokenDesk<'a> {
    pub now: Millis,
    /// Who asks: `User:alice`.
    pub principal: &'a str,
    /// `delegation.token.secret.key`: none where there are no tokens.
    pub secret: Option<&'a str>,
    pub lifetimes: Lifetimes,
}

/// Returns a token's password, as bytes.
pub fn hmac_of(secret: &str, id: &str) -> Result<Vec<u8>, CryptoError> {
    hmac(MessageDigest::sha512(), secret.as_bytes(), id.as_bytes())
}

/// Splits `User:alice`.
fn parts(principal: &str) -> (&str, &str) {
    principal.split_once(':').unwrap_or(("User", principal))
}

/// Plans CreateDelegationToken. `id` is the new token's.
pub fn create_token(
    view: &View,
    desk: &TokenDesk,
    request: &CreateDelegationTokenRequest,
    id: String,
) -> Planned<CreateDelegationTokenResponse> {
    let owner = match (&request.owner_principal_type, &request.owner_principal_name) {
        (kind, Some(name)) if !name.is_empty() => {
            format!("{}:{name}", kind.as_deref().unwrap_or("User"))
        }
        _ => desk.principal.to_owned(),
    };
    let ((principal_type, principal_name), (requester_type, requester_name)) =
        (parts(&owner), parts(desk.principal));
    let mut response = CreateDelegationTokenResponse {
        principal_type: principal_type.to_owned(),
        principal_name: principal_name.to_owned(),
        token_requester_principal_type: requester_type.to_owned(),
        token_requester_principal_name: requester_name.to_owned(),
        ..Default::default()
    };
    let made = match made(view, desk, request, owner, id) {
        Ok(made) => made,
        Err(error) => {
            response.error_code = error.0;
            return Planned { records: Vec::new(), response };
        }
    };
    let (token, hmac) = made;
    response.issue_timestamp_ms = token.issued_ms;
    response.expiry_timestamp_ms = token.expires_ms;
    response.max_timestamp_ms = token.max_ms;
    response.token_id.clone_from(&token.id);
    response.hmac = hmac.into();
    Planned { records: vec![token.record().into()], response }
}

fn made(
    view: &View,
    desk: &TokenDesk,
    request: &CreateDelegationTokenRequest,
    owner: String,
    id: String,
) -> Result<(DelegationToken, Vec<u8>), ErrorCode> {
    let secret = desk.secret.ok_or(ErrorCode::DELEGATION_TOKEN_AUTH_DISABLED)?;
    if view.state.metadata_version() < METADATA_VERSION_TOKENS {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    if request.renewers.iter().any(|renewer| renewer.principal_type != "User") {
        return Err(ErrorCode::INVALID_PRINCIPAL_TYPE);
    }
    let renewers = request.renewers.iter();
    let lifetime_ms = match request.max_lifetime_ms {
        asked if asked > 0 => asked.min(desk.lifetimes.max_ms),
        _ => desk.lifetimes.max_ms,
    };
    let max_ms = desk.now.saturating_add(lifetime_ms);
    let token = DelegationToken {
        owner,
        requester: desk.principal.to_owned(),
        renewers: renewers.map(|r| format!("{}:{}", r.principal_type, r.principal_name)).collect(),
        issued_ms: desk.now,
        max_ms,
        expires_ms: max_ms.min(desk.now.saturating_add(desk.lifetimes.renew_ms)),
        id,
    };
    let hmac = hmac_of(secret, &token.id).map_err(|_| ErrorCode::UNKNOWN_SERVER_ERROR)?;
    Ok((token, hmac))
}

/// Plans RenewDelegationToken.
pub fn renew_token(
    view: &View,
    desk: &TokenDesk,
    request: &RenewDelegationTokenRequest,
) -> Planned<RenewDelegationTokenResponse> {
    let renewed = usable(view, desk, &request.hmac).map(|token| {
        let period_ms = match request.renew_period_ms {
            asked if asked > 0 => asked.min(desk.lifetimes.renew_ms),
            _ => desk.lifetimes.renew_ms,
        };
        let expires_ms = token.max_ms.min(desk.now.saturating_add(period_ms));
        DelegationToken { expires_ms, ..token.clone() }
    });
    let (records, error_code, expiry_timestamp_ms) = match renewed {
        Ok(token) => (vec![token.record().into()], 0, token.expires_ms),
        Err(error) => (Vec::new(), error.0, 0),
    };
    let response =
        RenewDelegationTokenResponse { error_code, expiry_timestamp_ms, throttle_time_ms: 0 };
    Planned { records, response }
}

/// Plans ExpireDelegationToken: a negative time ends the token at once.
pub fn expire_token(
    view: &View,
    desk: &TokenDesk,
    request: &ExpireDelegationTokenRequest,
) -> Planned<ExpireDelegationTokenResponse> {
    let period_ms = request.expiry_time_period_ms;
    let expired = usable(view, desk, &request.hmac).map(|token| match period_ms {
        ..0 => (removal(token), period_ms),
        _ => {
            let expires_ms = token.max_ms.min(desk.now.saturating_add(period_ms));
            (DelegationToken { expires_ms, ..token.clone() }.record().into(), expires_ms)
        }
    });
    let (records, error_code, expiry_timestamp_ms) = match expired {
        Ok((record, at)) => (vec![record], 0, at),
        Err(error) => (Vec::new(), error.0, 0),
    };
    let response =
        ExpireDelegationTokenResponse { error_code, expiry_timestamp_ms, throttle_time_ms: 0 };
    Planned { records, response }
}

/// Finds a token that the one who asks may change.
fn usable<'a>(
    view: &View<'a>,
    desk: &TokenDesk,
    hmac: &[u8],
) -> Result<&'a DelegationToken, ErrorCode> {
    let secret = desk.secret.ok_or(ErrorCode::DELEGATION_TOKEN_AUTH_DISABLED)?;
    let is = |token: &&DelegationToken| {
        let own = hmac_of(secret, &token.id).unwrap_or_default();
        !own.is_empty() && own.len() == hmac.len() && memcmp::eq(&own, hmac)
    };
    let token = view.state.access().tokens().values().find(is);
    let token = token.ok_or(ErrorCode::DELEGATION_TOKEN_NOT_FOUND)?;
    if token.max_ms < desk.now || token.expires_ms < desk.now {
        return Err(ErrorCode::DELEGATION_TOKEN_EXPIRED);
    }
    let renewers = token.renewers.iter().map(String::as_str);
    if token.owner != desk.principal && !renewers.into_iter().any(|who| who == desk.principal) {
        return Err(ErrorCode::DELEGATION_TOKEN_OWNER_MISMATCH);
    }
    Ok(token)
}

fn removal(token: &DelegationToken) -> MetadataRecord {
    RemoveDelegationTokenRecord { token_id: token.id.clone() }.into()
}

/// Plans the end of the tokens whose time is up.
pub fn expired_tokens(view: &View, now: Millis) -> Planned<()> {
    let tokens = view.state.access().tokens().values();
    let over = tokens.filter(|token| token.max_ms < now || token.expires_ms < now);
    Planned { records: over.map(removal).collect(), response: () }
}
