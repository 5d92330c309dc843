//! SaslHandshake: key 17, versions 0-1.
//!
//! Does: says, as Kafka does, that this is no time for a login. Where a listener has SASL, the
//! connection itself takes this request when it is time (`net::sasl`).
//! Versions: 1 the login's messages come in SaslAuthenticate (KIP-152).

use super::Context;
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::sasl_handshake::{SaslHandshakeRequest, SaslHandshakeResponse};

pub(super) async fn handle(
    _: &Broker,
    _: &Context<'_>,
    _: SaslHandshakeRequest,
) -> SaslHandshakeResponse {
    let error_code = ErrorCode::ILLEGAL_SASL_STATE.0;
    SaslHandshakeResponse { error_code, mechanisms: Vec::new() }
}
