//! SaslHandshake, API key 17: chooses a SASL mechanism.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    SaslHandshakeRequest: Request 17 [0 - 1] flexible [none];
    SaslHandshakeRequest {
        mechanism: String [0+];
    }
}

message! {
    /// The response.
    SaslHandshakeResponse: Response 17 [0 - 1] flexible [none];
    SaslHandshakeResponse {
        error_code: i16 [0+];
        mechanisms: Vec<String> [0+];
    }
}

impl Request for SaslHandshakeRequest {
    type Response = SaslHandshakeResponse;
}
