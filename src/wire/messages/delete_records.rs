//! DeleteRecords, API key 21: moves the start of a log.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DeleteRecordsRequest: Request 21 [0 - 2] flexible [2+];
    DeleteRecordsRequest {
        topics: Vec<DeleteRecordsTopic> [0+];
        timeout_ms: i32 [0+];
    }
    DeleteRecordsTopic {
        name: String [0+];
        partitions: Vec<DeleteRecordsPartition> [0+];
    }
    DeleteRecordsPartition {
        partition_index: i32 [0+];
        offset: i64 [0+];
    }
}

message! {
    /// The response.
    DeleteRecordsResponse: Response 21 [0 - 2] flexible [2+];
    DeleteRecordsResponse {
        throttle_time_ms: i32 [0+];
        topics: Vec<DeleteRecordsTopicResult> [0+];
    }
    DeleteRecordsTopicResult {
        name: String [0+];
        partitions: Vec<DeleteRecordsPartitionResult> [0+];
    }
    DeleteRecordsPartitionResult {
        partition_index: i32 [0+];
        low_watermark: i64 [0+];
        error_code: i16 [0+];
    }
}

impl Request for DeleteRecordsRequest {
    type Response = DeleteRecordsResponse;
}
