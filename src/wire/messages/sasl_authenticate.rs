//! SaslAuthenticate, API key 36: carries the tokens of a SASL mechanism.

use bytes::Bytes;

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    SaslAuthenticateRequest: Request 36 [0 - 2] flexible [2+];
    SaslAuthenticateRequest {
        auth_bytes: Bytes [0+];
    }
}

message! {
    /// The response.
    SaslAuthenticateResponse: Response 36 [0 - 2] flexible [2+];
    SaslAuthenticateResponse {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        auth_bytes: Bytes [0+];
        session_lifetime_ms: i64 [1+] @ignorable;
    }
}

impl Request for SaslAuthenticateRequest {
    type Response = SaslAuthenticateResponse;
}
