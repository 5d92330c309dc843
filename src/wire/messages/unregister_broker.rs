//! UnregisterBroker, API key 64: forgets a broker (KIP-631).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    UnregisterBrokerRequest: Request 64 [0] flexible [0+];
    UnregisterBrokerRequest {
        broker_id: i32 [0+];
    }
}

message! {
    /// The response.
    UnregisterBrokerResponse: Response 64 [0] flexible [0+];
    UnregisterBrokerResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for UnregisterBrokerRequest {
    type Response = UnregisterBrokerResponse;
}
