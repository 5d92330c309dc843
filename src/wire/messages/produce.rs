//! Produce, API key 0: appends record batches to partitions.

use crate::base::ids::Uuid;
use crate::wire::schema::{Records, Request, message};

message! {
    /// The request.
    ProduceRequest: Request 0 [3 - 13] flexible [9+];
    ProduceRequest {
        transactional_id: Option<String> [3+] null [3+];
        acks: i16 [0+];
        timeout_ms: i32 [0+];
        topic_data: Vec<TopicProduceData> [0+];
    }
    TopicProduceData {
        name: String [0 - 12] @ignorable;
        topic_id: Uuid [13+] @ignorable;
        partition_data: Vec<PartitionProduceData> [0+];
    }
    PartitionProduceData {
        index: i32 [0+];
        records: Option<Records> [0+] null [0+];
    }
}

message! {
    /// The response.
    ProduceResponse: Response 0 [3 - 13] flexible [9+];
    ProduceResponse {
        responses: Vec<TopicProduceResponse> [0+];
        throttle_time_ms: i32 [1+] @ignorable;
        node_endpoints: Vec<NodeEndpoint> [10+] tag 0 [10+];
    }
    TopicProduceResponse {
        name: String [0 - 12] @ignorable;
        topic_id: Uuid [13+] @ignorable;
        partition_responses: Vec<PartitionProduceResponse> [0+];
    }
    PartitionProduceResponse {
        index: i32 [0+];
        error_code: i16 [0+];
        base_offset: i64 [0+];
        log_append_time_ms: i64 [2+] @ignorable = -1;
        log_start_offset: i64 [5+] @ignorable = -1;
        record_errors: Vec<BatchIndexAndErrorMessage> [8+] @ignorable;
        error_message: Option<String> [8+] null [8+] @ignorable;
        current_leader: LeaderIdAndEpoch [10+] tag 0 [10+];
    }
    BatchIndexAndErrorMessage {
        batch_index: i32 [8+];
        batch_index_error_message: Option<String> [8+] null [8+];
    }
    LeaderIdAndEpoch {
        leader_id: i32 [10+] = -1;
        leader_epoch: i32 [10+] = -1;
    }
    NodeEndpoint {
        node_id: i32 [10+];
        host: String [10+];
        port: i32 [10+];
        rack: Option<String> [10+] null [10+];
    }
}

impl Request for ProduceRequest {
    type Response = ProduceResponse;
}
