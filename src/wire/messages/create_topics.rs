//! CreateTopics, API key 19: creates topics.

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    CreateTopicsRequest: Request 19 [2 - 7] flexible [5+];
    CreateTopicsRequest {
        topics: Vec<CreatableTopic> [0+];
        timeout_ms: i32 [0+] = 60000;
        validate_only: bool [1+];
    }
    CreatableTopic {
        name: String [0+];
        num_partitions: i32 [0+];
        replication_factor: i16 [0+];
        assignments: Vec<CreatableReplicaAssignment> [0+];
        configs: Vec<CreatableTopicConfig> [0+];
    }
    CreatableReplicaAssignment {
        partition_index: i32 [0+];
        broker_ids: Vec<i32> [0+];
    }
    CreatableTopicConfig {
        name: String [0+];
        value: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// The response.
    CreateTopicsResponse: Response 19 [2 - 7] flexible [5+];
    CreateTopicsResponse {
        throttle_time_ms: i32 [2+] @ignorable;
        topics: Vec<CreatableTopicResult> [0+];
    }
    CreatableTopicResult {
        name: String [0+];
        topic_id: Uuid [7+] @ignorable;
        error_code: i16 [0+];
        error_message: Option<String> [1+] null [0+] @ignorable = Some(String::new());
        num_partitions: i32 [5+] @ignorable = -1;
        replication_factor: i16 [5+] @ignorable = -1;
        configs: Option<Vec<CreatableTopicConfigs>> [5+] null [5+] @ignorable = Some(Vec::new());
        topic_config_error_code: i16 [5+] tag 0 [5+] @ignorable;
    }
    CreatableTopicConfigs {
        name: String [5+];
        value: Option<String> [5+] null [5+] = Some(String::new());
        read_only: bool [5+];
        config_source: i8 [5+] @ignorable = -1;
        is_sensitive: bool [5+];
    }
}

impl Request for CreateTopicsRequest {
    type Response = CreateTopicsResponse;
}
