//! SaslHandshake: API key 17.

use crate::wire::schema::{Request, message};

message! {
    /// SaslHandshakeRequest.
    SaslHandshakeRequest: Request 17 [0 - 1] flexible [none];
    SaslHandshakeRequest {
        mechanism: String [0+];
    }
}

message! {
    /// SaslHandshakeResponse.
    SaslHandshakeResponse: Response 17 [0 - 1] flexible [none];
    SaslHandshakeResponse {
        error_code: i16 [0+];
        mechanisms: Vec<String> [0+];
    }
}

impl Request for SaslHandshakeRequest {
    type Response = SaslHandshakeResponse;
}
