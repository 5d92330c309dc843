//! TxnOffsetCommit, API key 28: commits offsets of a group inside a transaction (KIP-98, KIP-447).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    TxnOffsetCommitRequest: Request 28 [0 - 5] flexible [3+];
    TxnOffsetCommitRequest {
        transactional_id: String [0+];
        group_id: String [0+];
        producer_id: i64 [0+];
        producer_epoch: i16 [0+];
        generation_id: i32 [3+] = -1;
        member_id: String [3+];
        group_instance_id: Option<String> [3+] null [3+];
        topics: Vec<TxnOffsetCommitRequestTopic> [0+];
    }
    TxnOffsetCommitRequestTopic {
        name: String [0+];
        partitions: Vec<TxnOffsetCommitRequestPartition> [0+];
    }
    TxnOffsetCommitRequestPartition {
        partition_index: i32 [0+];
        committed_offset: i64 [0+];
        committed_leader_epoch: i32 [2+] @ignorable = -1;
        committed_metadata: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    TxnOffsetCommitResponse: Response 28 [0 - 5] flexible [3+];
    TxnOffsetCommitResponse {
        throttle_time_ms: i32 [0+];
        topics: Vec<TxnOffsetCommitResponseTopic> [0+];
    }
    TxnOffsetCommitResponseTopic {
        name: String [0+];
        partitions: Vec<TxnOffsetCommitResponsePartition> [0+];
    }
    TxnOffsetCommitResponsePartition {
        partition_index: i32 [0+];
        error_code: i16 [0+];
    }
}

impl Request for TxnOffsetCommitRequest {
    type Response = TxnOffsetCommitResponse;
}
