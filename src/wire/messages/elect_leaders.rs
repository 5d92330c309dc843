//! ElectLeaders, API key 43: elects leaders of partitions (KIP-460).

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ElectLeadersRequest: Request 43 [0 - 2] flexible [2+];
    ElectLeadersRequest {
        election_type: i8 [1+];
        topic_partitions: Option<Vec<TopicPartitions>> [0+] null [0+] = Some(Vec::new());
        timeout_ms: i32 [0+] = 60000;
    }
    TopicPartitions {
        topic: String [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    ElectLeadersResponse: Response 43 [0 - 2] flexible [2+];
    ElectLeadersResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [1+];
        replica_election_results: Vec<ReplicaElectionResult> [0+];
    }
    ReplicaElectionResult {
        topic: String [0+];
        partition_result: Vec<PartitionResult> [0+];
    }
    PartitionResult {
        partition_id: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
    }
}

impl Request for ElectLeadersRequest {
    type Response = ElectLeadersResponse;
}
