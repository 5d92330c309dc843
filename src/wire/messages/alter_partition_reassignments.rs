//! AlterPartitionReassignments, API key 45: begins or ends moving partitions to other brokers
//! (KIP-455).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    AlterPartitionReassignmentsRequest: Request 45 [0 - 1] flexible [0+];
    AlterPartitionReassignmentsRequest {
        timeout_ms: i32 [0+] = 60000;
        allow_replication_factor_change: bool [1+] = true;
        topics: Vec<ReassignableTopic> [0+];
    }
    ReassignableTopic {
        name: String [0+];
        partitions: Vec<ReassignablePartition> [0+];
    }
    ReassignablePartition {
        partition_index: i32 [0+];
        replicas: Option<Vec<i32>> [0+] null [0+];
    }
}

message! {
    /// The response.
    AlterPartitionReassignmentsResponse: Response 45 [0 - 1] flexible [0+];
    AlterPartitionReassignmentsResponse {
        throttle_time_ms: i32 [0+];
        allow_replication_factor_change: bool [1+] @ignorable = true;
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        responses: Vec<ReassignableTopicResponse> [0+];
    }
    ReassignableTopicResponse {
        name: String [0+];
        partitions: Vec<ReassignablePartitionResponse> [0+];
    }
    ReassignablePartitionResponse {
        partition_index: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for AlterPartitionReassignmentsRequest {
    type Response = AlterPartitionReassignmentsResponse;
}
