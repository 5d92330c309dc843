//! DescribeQuorum, API key 55: describes the quorum of the metadata log (KIP-595).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeQuorumRequest: Request 55 [0 - 2] flexible [0+];
    DescribeQuorumRequest {
        topics: Vec<TopicData> [0+];
    }
    TopicData {
        topic_name: String [0+];
        partitions: Vec<PartitionData> [0+];
    }
    PartitionData {
        partition_index: i32 [0+];
    }
}

message! {
    /// The response.
    DescribeQuorumResponse: Response 55 [0 - 2] flexible [0+];
    DescribeQuorumResponse {
        error_code: i16 [0+];
        error_message: Option<String> [2+] null [2+] @ignorable = Some(String::new());
        topics: Vec<TopicDataResponse> [0+];
        nodes: Vec<Node> [2+];
    }
    TopicDataResponse {
        topic_name: String [0+];
        partitions: Vec<PartitionDataResponse> [0+];
    }
    PartitionDataResponse {
        partition_index: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [2+] null [2+] @ignorable = Some(String::new());
        leader_id: i32 [0+];
        leader_epoch: i32 [0+];
        high_watermark: i64 [0+];
        current_voters: Vec<ReplicaState> [0+];
        observers: Vec<ReplicaState> [0+];
    }
    ReplicaState {
        replica_id: i32 [0+];
        replica_directory_id: Uuid [2+];
        log_end_offset: i64 [0+];
        last_fetch_timestamp: i64 [1+] @ignorable = -1;
        last_caught_up_timestamp: i64 [1+] @ignorable = -1;
    }
    Node {
        node_id: i32 [2+];
        listeners: Vec<Listener> [2+];
    }
    Listener {
        name: String [2+];
        host: String [2+];
        port: u16 [2+];
    }
}

impl Request for DescribeQuorumRequest {
    type Response = DescribeQuorumResponse;
}
