//! ExpireDelegationToken, API key 40: ends a delegation token, at once or later (KIP-48).

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ExpireDelegationTokenRequest: Request 40 [1 - 2] flexible [2+];
    ExpireDelegationTokenRequest {
        hmac: Bytes [0+];
        expiry_time_period_ms: i64 [0+];
    }
}

message! {
    /// The response.
    ExpireDelegationTokenResponse: Response 40 [1 - 2] flexible [2+];
    ExpireDelegationTokenResponse {
        error_code: i16 [0+];
        expiry_timestamp_ms: i64 [0+];
        throttle_time_ms: i32 [0+];
    }
}

impl Request for ExpireDelegationTokenRequest {
    type Response = ExpireDelegationTokenResponse;
}
