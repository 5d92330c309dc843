//! Fetch, API key 1: reads record batches from partitions.

use crate::base::ids::Uuid;
use crate::wire::schema::{Records, Request, message};

message! {
    /// The request.
    FetchRequest: Request 1 [4 - 18] flexible [12+];
    FetchRequest {
        replica_id: i32 [0 - 14] = -1;
        max_wait_ms: i32 [0+];
        min_bytes: i32 [0+];
        max_bytes: i32 [3+] @ignorable = i32::MAX;
        isolation_level: i8 [4+] @ignorable;
        session_id: i32 [7+] @ignorable;
        session_epoch: i32 [7+] @ignorable = -1;
        topics: Vec<FetchTopic> [0+];
        forgotten_topics_data: Vec<ForgottenTopic> [7+];
        rack_id: String [11+] @ignorable;
        cluster_id: Option<String> [12+] null [12+] tag 0 [12+] @ignorable;
        replica_state: ReplicaState [15+] tag 1 [15+];
    }
    FetchTopic {
        topic: String [0 - 12] @ignorable;
        topic_id: Uuid [13+] @ignorable;
        partitions: Vec<FetchPartition> [0+];
    }
    FetchPartition {
        partition: i32 [0+];
        current_leader_epoch: i32 [9+] @ignorable = -1;
        fetch_offset: i64 [0+];
        last_fetched_epoch: i32 [12+] = -1;
        log_start_offset: i64 [5+] @ignorable = -1;
        partition_max_bytes: i32 [0+];
        replica_directory_id: Uuid [17+] tag 0 [17+] @ignorable;
        high_watermark: i64 [18+] tag 1 [18+] @ignorable = i64::MAX;
    }
    ForgottenTopic {
        topic: String [7 - 12] @ignorable;
        topic_id: Uuid [13+] @ignorable;
        partitions: Vec<i32> [7+];
    }
    ReplicaState {
        replica_id: i32 [15+] = -1;
        replica_epoch: i64 [15+] = -1;
    }
}

message! {
    /// The response.
    FetchResponse: Response 1 [4 - 18] flexible [12+];
    FetchResponse {
        throttle_time_ms: i32 [1+] @ignorable;
        error_code: i16 [7+] @ignorable;
        session_id: i32 [7+];
        responses: Vec<FetchableTopicResponse> [0+];
        node_endpoints: Vec<NodeEndpoint> [16+] tag 0 [16+];
    }
    FetchableTopicResponse {
        topic: String [0 - 12] @ignorable;
        topic_id: Uuid [13+] @ignorable;
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition_index: i32 [0+];
        error_code: i16 [0+];
        high_watermark: i64 [0+];
        last_stable_offset: i64 [4+] @ignorable = -1;
        log_start_offset: i64 [5+] @ignorable = -1;
        aborted_transactions: Option<Vec<AbortedTransaction>> [4+] null [4+] @ignorable
            = Some(Vec::new());
        preferred_read_replica: i32 [11+] = -1;
        records: Option<Records> [0+] null [0+];
        diverging_epoch: EpochEndOffset [12+] tag 0 [12+];
        current_leader: LeaderIdAndEpoch [12+] tag 1 [12+];
        snapshot_id: SnapshotId [12+] tag 2 [12+];
    }
    AbortedTransaction {
        producer_id: i64 [4+];
        first_offset: i64 [4+];
    }
    EpochEndOffset {
        epoch: i32 [12+] = -1;
        end_offset: i64 [12+] = -1;
    }
    LeaderIdAndEpoch {
        leader_id: i32 [12+] = -1;
        leader_epoch: i32 [12+] = -1;
    }
    SnapshotId {
        end_offset: i64 [0+] = -1;
        epoch: i32 [0+] = -1;
    }
    NodeEndpoint {
        node_id: i32 [16+];
        host: String [16+];
        port: i32 [16+];
        rack: Option<String> [16+] null [16+];
    }
}

impl Request for FetchRequest {
    type Response = FetchResponse;
}
