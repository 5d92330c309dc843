//! PushTelemetry, API key 72: sends metrics of a client (KIP-714).

use bytes::Bytes;

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    PushTelemetryRequest: Request 72 [0] flexible [0+];
    PushTelemetryRequest {
        client_instance_id: Uuid [0+];
        subscription_id: i32 [0+];
        terminating: bool [0+];
        compression_type: i8 [0+];
        metrics: Bytes [0+];
    }
}

message! {
    /// The response.
    PushTelemetryResponse: Response 72 [0] flexible [0+];
    PushTelemetryResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for PushTelemetryRequest {
    type Response = PushTelemetryResponse;
}
