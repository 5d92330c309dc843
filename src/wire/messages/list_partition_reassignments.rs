//! ListPartitionReassignments, API key 46: lists the partitions that are being moved (KIP-455).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ListPartitionReassignmentsRequest: Request 46 [0] flexible [0+];
    ListPartitionReassignmentsRequest {
        timeout_ms: i32 [0+] = 60000;
        topics: Option<Vec<ListPartitionReassignmentsTopics>> [0+] null [0+];
    }
    ListPartitionReassignmentsTopics {
        name: String [0+];
        partition_indexes: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    ListPartitionReassignmentsResponse: Response 46 [0] flexible [0+];
    ListPartitionReassignmentsResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        topics: Vec<OngoingTopicReassignment> [0+];
    }
    OngoingTopicReassignment {
        name: String [0+];
        partitions: Vec<OngoingPartitionReassignment> [0+];
    }
    OngoingPartitionReassignment {
        partition_index: i32 [0+];
        replicas: Vec<i32> [0+];
        adding_replicas: Vec<i32> [0+];
        removing_replicas: Vec<i32> [0+];
    }
}

impl Request for ListPartitionReassignmentsRequest {
    type Response = ListPartitionReassignmentsResponse;
}
