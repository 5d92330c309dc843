//! AlterShareGroupOffsets, API key 91: sets where share groups begin (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterShareGroupOffsetsRequest: Request 91 [0] flexible [0+];
    AlterShareGroupOffsetsRequest {
        group_id: String [0+];
        topics: Vec<AlterShareGroupOffsetsRequestTopic> [0+];
    }
    AlterShareGroupOffsetsRequestTopic {
        topic_name: String [0+];
        partitions: Vec<AlterShareGroupOffsetsRequestPartition> [0+];
    }
    AlterShareGroupOffsetsRequestPartition {
        partition_index: i32 [0+];
        start_offset: i64 [0+];
    }
}

message! {
    /// The response.
    AlterShareGroupOffsetsResponse: Response 91 [0] flexible [0+];
    AlterShareGroupOffsetsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        responses: Vec<AlterShareGroupOffsetsResponseTopic> [0+];
    }
    AlterShareGroupOffsetsResponseTopic {
        topic_name: String [0+];
        topic_id: Uuid [0+];
        partitions: Vec<AlterShareGroupOffsetsResponsePartition> [0+];
    }
    AlterShareGroupOffsetsResponsePartition {
        partition_index: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
    }
}

impl Request for AlterShareGroupOffsetsRequest {
    type Response = AlterShareGroupOffsetsResponse;
}
