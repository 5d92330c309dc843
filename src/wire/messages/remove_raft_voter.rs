//! RemoveRaftVoter, API key 81: removes a voter from the quorum of the metadata log (KIP-853).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    RemoveRaftVoterRequest: Request 81 [0] flexible [0+];
    RemoveRaftVoterRequest {
        cluster_id: Option<String> [0+] null [0+] = Some(String::new());
        voter_id: i32 [0+];
        voter_directory_id: Uuid [0+];
    }
}

message! {
    /// The response.
    RemoveRaftVoterResponse: Response 81 [0] flexible [0+];
    RemoveRaftVoterResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] @ignorable = Some(String::new());
    }
}

impl Request for RemoveRaftVoterRequest {
    type Response = RemoveRaftVoterResponse;
}
