//! AddRaftVoter, API key 80: adds a voter to the quorum of the metadata log (KIP-853).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AddRaftVoterRequest: Request 80 [0 - 1] flexible [0+];
    AddRaftVoterRequest {
        cluster_id: Option<String> [0+] null [0+] = Some(String::new());
        timeout_ms: i32 [0+];
        voter_id: i32 [0+];
        voter_directory_id: Uuid [0+];
        listeners: Vec<Listener> [0+];
        ack_when_committed: bool [1+] = true;
    }
    Listener {
        name: String [0+];
        host: String [0+];
        port: u16 [0+];
    }
}

message! {
    /// The response.
    AddRaftVoterResponse: Response 80 [0 - 1] flexible [0+];
    AddRaftVoterResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] @ignorable = Some(String::new());
    }
}

impl Request for AddRaftVoterRequest {
    type Response = AddRaftVoterResponse;
}
