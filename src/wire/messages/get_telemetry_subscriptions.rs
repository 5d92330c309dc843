//! GetTelemetrySubscriptions, API key 71: asks which metrics a client should send (KIP-714).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    GetTelemetrySubscriptionsRequest: Request 71 [0] flexible [0+];
    GetTelemetrySubscriptionsRequest {
        client_instance_id: Uuid [0+];
    }
}

message! {
    /// The response.
    GetTelemetrySubscriptionsResponse: Response 71 [0] flexible [0+];
    GetTelemetrySubscriptionsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        client_instance_id: Uuid [0+];
        subscription_id: i32 [0+];
        accepted_compression_types: Vec<i8> [0+];
        push_interval_ms: i32 [0+];
        telemetry_max_bytes: i32 [0+];
        delta_temporality: bool [0+];
        requested_metrics: Vec<String> [0+];
    }
}

impl Request for GetTelemetrySubscriptionsRequest {
    type Response = GetTelemetrySubscriptionsResponse;
}
