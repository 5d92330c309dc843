//! RenewDelegationToken, API key 39: lets a delegation token live longer (KIP-48).

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    RenewDelegationTokenRequest: Request 39 [1 - 2] flexible [2+];
    RenewDelegationTokenRequest {
        hmac: Bytes [0+];
        renew_period_ms: i64 [0+];
    }
}

message! {
    /// The response.
    RenewDelegationTokenResponse: Response 39 [1 - 2] flexible [2+];
    RenewDelegationTokenResponse {
        error_code: i16 [0+];
        expiry_timestamp_ms: i64 [0+];
        throttle_time_ms: i32 [0+];
    }
}

impl Request for RenewDelegationTokenRequest {
    type Response = RenewDelegationTokenResponse;
}
