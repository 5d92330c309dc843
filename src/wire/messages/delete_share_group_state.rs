//! DeleteShareGroupState, API key 86: forgets the state of share partitions (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteShareGroupStateRequest: Request 86 [0] flexible [0+];
    DeleteShareGroupStateRequest {
        group_id: String [0+];
        topics: Vec<DeleteStateData> [0+];
    }
    DeleteStateData {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition: i32 [0+];
    }
}

message! {
    /// The response.
    DeleteShareGroupStateResponse: Response 86 [0] flexible [0+];
    DeleteShareGroupStateResponse {
        results: Vec<DeleteStateResult> [0+];
    }
    DeleteStateResult {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for DeleteShareGroupStateRequest {
    type Response = DeleteShareGroupStateResponse;
}
