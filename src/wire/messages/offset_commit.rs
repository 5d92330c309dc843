//! OffsetCommit, API key 8: remembers how far a group has read.

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    OffsetCommitRequest: Request 8 [2 - 10] flexible [8+];
    OffsetCommitRequest {
        group_id: String [0+];
        generation_id_or_member_epoch: i32 [1+] @ignorable = -1;
        member_id: String [1+] @ignorable;
        group_instance_id: Option<String> [7+] null [7+];
        retention_time_ms: i64 [2 - 4] @ignorable = -1;
        topics: Vec<OffsetCommitRequestTopic> [0+];
    }
    OffsetCommitRequestTopic {
        name: String [0 - 9] @ignorable;
        topic_id: Uuid [10+] @ignorable;
        partitions: Vec<OffsetCommitRequestPartition> [0+];
    }
    OffsetCommitRequestPartition {
        partition_index: i32 [0+];
        committed_offset: i64 [0+];
        committed_leader_epoch: i32 [6+] @ignorable = -1;
        committed_metadata: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    OffsetCommitResponse: Response 8 [2 - 10] flexible [8+];
    OffsetCommitResponse {
        throttle_time_ms: i32 [3+] @ignorable;
        topics: Vec<OffsetCommitResponseTopic> [0+];
    }
    OffsetCommitResponseTopic {
        name: String [0 - 9] @ignorable;
        topic_id: Uuid [10+] @ignorable;
        partitions: Vec<OffsetCommitResponsePartition> [0+];
    }
    OffsetCommitResponsePartition {
        partition_index: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for OffsetCommitRequest {
    type Response = OffsetCommitResponse;
}
