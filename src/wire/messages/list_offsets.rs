//! ListOffsets, API key 2: finds offsets by timestamp.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ListOffsetsRequest: Request 2 [1 - 11] flexible [6+];
    ListOffsetsRequest {
        replica_id: i32 [0+];
        isolation_level: i8 [2+];
        topics: Vec<ListOffsetsTopic> [0+];
        timeout_ms: i32 [10+] @ignorable;
    }
    ListOffsetsTopic {
        name: String [0+];
        partitions: Vec<ListOffsetsPartition> [0+];
    }
    ListOffsetsPartition {
        partition_index: i32 [0+];
        current_leader_epoch: i32 [4+] @ignorable = -1;
        timestamp: i64 [0+];
    }
}

message! {
    /// The response.
    ListOffsetsResponse: Response 2 [1 - 11] flexible [6+];
    ListOffsetsResponse {
        throttle_time_ms: i32 [2+] @ignorable;
        topics: Vec<ListOffsetsTopicResponse> [0+];
    }
    ListOffsetsTopicResponse {
        name: String [0+];
        partitions: Vec<ListOffsetsPartitionResponse> [0+];
    }
    ListOffsetsPartitionResponse {
        partition_index: i32 [0+];
        error_code: i16 [0+];
        timestamp: i64 [1+] = -1;
        offset: i64 [1+] = -1;
        leader_epoch: i32 [4+] = -1;
    }
}

impl Request for ListOffsetsRequest {
    type Response = ListOffsetsResponse;
}
