//! Heartbeat, API key 12: keeps a member of a classic group alive.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    HeartbeatRequest: Request 12 [0 - 4] flexible [4+];
    HeartbeatRequest {
        group_id: String [0+];
        generation_id: i32 [0+];
        member_id: String [0+];
        group_instance_id: Option<String> [3+] null [3+];
    }
}

message! {
    /// The response.
    HeartbeatResponse: Response 12 [0 - 4] flexible [4+];
    HeartbeatResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        error_code: i16 [0+];
    }
}

impl Request for HeartbeatRequest {
    type Response = HeartbeatResponse;
}
