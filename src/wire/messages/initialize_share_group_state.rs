//! InitializeShareGroupState, API key 83: begins to keep the state of share partitions (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    InitializeShareGroupStateRequest: Request 83 [0] flexible [0+];
    InitializeShareGroupStateRequest {
        group_id: String [0+];
        topics: Vec<InitializeStateData> [0+];
    }
    InitializeStateData {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition: i32 [0+];
        state_epoch: i32 [0+];
        start_offset: i64 [0+];
    }
}

message! {
    /// The response.
    InitializeShareGroupStateResponse: Response 83 [0] flexible [0+];
    InitializeShareGroupStateResponse {
        results: Vec<InitializeStateResult> [0+];
    }
    InitializeStateResult {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for InitializeShareGroupStateRequest {
    type Response = InitializeShareGroupStateResponse;
}
