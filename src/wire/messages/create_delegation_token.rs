//! CreateDelegationToken, API key 38: makes a delegation token (KIP-48, KIP-373).

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    CreateDelegationTokenRequest: Request 38 [1 - 3] flexible [2+];
    CreateDelegationTokenRequest {
        owner_principal_type: Option<String> [3+] null [3+] = Some(String::new());
        owner_principal_name: Option<String> [3+] null [3+] = Some(String::new());
        renewers: Vec<CreatableRenewers> [0+];
        max_lifetime_ms: i64 [0+];
    }
    CreatableRenewers {
        principal_type: String [0+];
        principal_name: String [0+];
    }
}

message! {
    /// The response.
    CreateDelegationTokenResponse: Response 38 [1 - 3] flexible [2+];
    CreateDelegationTokenResponse {
        error_code: i16 [0+];
        principal_type: String [0+];
        principal_name: String [0+];
        token_requester_principal_type: String [3+];
        token_requester_principal_name: String [3+];
        issue_timestamp_ms: i64 [0+];
        expiry_timestamp_ms: i64 [0+];
        max_timestamp_ms: i64 [0+];
        token_id: String [0+];
        hmac: Bytes [0+];
        throttle_time_ms: i32 [0+];
    }
}

impl Request for CreateDelegationTokenRequest {
    type Response = CreateDelegationTokenResponse;
}
