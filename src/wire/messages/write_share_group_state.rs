//! WriteShareGroupState, API key 85: writes the state of share partitions (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    WriteShareGroupStateRequest: Request 85 [0 - 1] flexible [0+];
    WriteShareGroupStateRequest {
        group_id: String [0+];
        topics: Vec<WriteStateData> [0+];
    }
    WriteStateData {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition: i32 [0+];
        state_epoch: i32 [0+];
        leader_epoch: i32 [0+];
        start_offset: i64 [0+];
        delivery_complete_count: i32 [1+] @ignorable = -1;
        state_batches: Vec<StateBatch> [0+];
    }
    StateBatch {
        first_offset: i64 [0+];
        last_offset: i64 [0+];
        delivery_state: i8 [0+];
        delivery_count: i16 [0+];
    }
}

message! {
    /// The response.
    WriteShareGroupStateResponse: Response 85 [0 - 1] flexible [0+];
    WriteShareGroupStateResponse {
        results: Vec<WriteStateResult> [0+];
    }
    WriteStateResult {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for WriteShareGroupStateRequest {
    type Response = WriteShareGroupStateResponse;
}
