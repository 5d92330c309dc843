//! SaslAuthenticate: key 36, versions 0-2.
//!
//! Does: says, as Kafka does, that this is no time for a login. Where a listener has SASL, the
//! connection itself takes this request when it is time (`net::sasl`).
//! Versions: 1 how long the login holds (KIP-368); 2 flexible.

use super::Context;
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::sasl_authenticate::{SaslAuthenticateRequest, SaslAuthenticateResponse};

pub(super) async fn handle(
    _: &Broker,
    _: &Context<'_>,
    _: SaslAuthenticateRequest,
) -> SaslAuthenticateResponse {
    SaslAuthenticateResponse {
        error_code: ErrorCode::ILLEGAL_SASL_STATE.0,
        error_message: Some(
            "SaslAuthenticate request received after successful authentication".into(),
        ),
        ..Default::default()
    }
}
