//! ReadShareGroupStateSummary, API key 87: reads where share partitions begin (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ReadShareGroupStateSummaryRequest: Request 87 [0 - 1] flexible [0+];
    ReadShareGroupStateSummaryRequest {
        group_id: String [0+];
        topics: Vec<ReadStateSummaryData> [0+];
    }
    ReadStateSummaryData {
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
    ReadShareGroupStateSummaryResponse: Response 87 [0 - 1] flexible [0+];
    ReadShareGroupStateSummaryResponse {
        results: Vec<ReadStateSummaryResult> [0+];
    }
    ReadStateSummaryResult {
        topic_id: Uuid [0+];
        partitions: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        state_epoch: i32 [0+];
        leader_epoch: i32 [0+];
        start_offset: i64 [0+];
        delivery_complete_count: i32 [1+] @ignorable = -1;
    }
}

impl Request for ReadShareGroupStateSummaryRequest {
    type Response = ReadShareGroupStateSummaryResponse;
}
