//! Requests that everybody may send, and those that ask inside their handlers.

use super::{Gate, Guarded, Verdict};
use crate::wire::messages::api_versions::ApiVersionsRequest;
use crate::wire::messages::fetch::FetchRequest;
use crate::wire::messages::get_telemetry_subscriptions::GetTelemetrySubscriptionsRequest;
use crate::wire::messages::produce::ProduceRequest;
use crate::wire::messages::push_telemetry::PushTelemetryRequest;
use crate::wire::messages::sasl_authenticate::SaslAuthenticateRequest;
use crate::wire::messages::sasl_handshake::SaslHandshakeRequest;

macro_rules! open {
    ($($(#[$meta:meta])* $request:ident)*) => {
        $($(#[$meta])* impl Guarded for $request {
            fn ask(&mut self, _: &Gate<'_>) -> Verdict<Self::Response> {
                Verdict::Go
            }
        })*
    };
}

open! {
    ApiVersionsRequest
    SaslHandshakeRequest
    SaslAuthenticateRequest
    GetTelemetrySubscriptionsRequest
    PushTelemetryRequest
    /// Its handler asks: what is refused closes the connection where nothing is acknowledged.
    ProduceRequest
    /// Its handler asks: a session remembers partitions that the request does not name.
    FetchRequest
}
