//! ReadShareGroupState, API key 84: reads the state of share partitions (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ReadShareGroupStateRequest: Request 84 [0] flexible [0+];
    ReadShareGroupStateRequest {
        group_id: String [0+];
        topics: Vec<ReadStateData> [0+];
    }
    ReadStateData {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition: i32 [0+];
        leader_epoch: i32 [0+];
    }
}

message! {
    /// The response.
    ReadShareGroupStateResponse: Response 84 [0] flexible [0+];
    ReadShareGroupStateResponse {
        results: Vec<ReadStateResult> [0+];
    }
    ReadStateResult {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        state_epoch: i32 [0+];
        start_offset: i64 [0+];
        state_batches: Vec<StateBatch> [0+];
    }
    StateBatch {
        first_offset: i64 [0+];
        last_offset: i64 [0+];
        delivery_state: i8 [0+];
        delivery_count: i16 [0+];
    }
}

impl Request for ReadShareGroupStateRequest {
    type Response = ReadShareGroupStateResponse;
}
