//! Metadata, API key 3: names brokers, topics and partitions.

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    MetadataRequest: Request 3 [0 - 13] flexible [9+];
    MetadataRequest {
        topics: Option<Vec<MetadataRequestTopic>> [0+] null [1+] = Some(Vec::new());
        allow_auto_topic_creation: bool [4+] = true;
        include_cluster_authorized_operations: bool [8 - 10];
        include_topic_authorized_operations: bool [8+];
    }
    MetadataRequestTopic {
        topic_id: Uuid [10+] @ignorable;
        name: Option<String> [0+] null [10+] = Some(String::new());
    }
}

message! {
    /// The response.
    MetadataResponse: Response 3 [0 - 13] flexible [9+];
    MetadataResponse {
        throttle_time_ms: i32 [3+] @ignorable;
        brokers: Vec<MetadataResponseBroker> [0+];
        cluster_id: Option<String> [2+] null [2+] @ignorable;
        controller_id: i32 [1+] @ignorable = -1;
        topics: Vec<MetadataResponseTopic> [0+];
        cluster_authorized_operations: i32 [8 - 10] = i32::MIN;
        error_code: i16 [13+] @ignorable;
    }
    MetadataResponseBroker {
        node_id: i32 [0+];
        host: String [0+];
        port: i32 [0+];
        rack: Option<String> [1+] null [1+] @ignorable;
    }
    MetadataResponseTopic {
        error_code: i16 [0+];
        name: Option<String> [0+] null [12+] = Some(String::new());
        topic_id: Uuid [10+] @ignorable;
        is_internal: bool [1+] @ignorable;
        partitions: Vec<MetadataResponsePartition> [0+];
        topic_authorized_operations: i32 [8+] = i32::MIN;
    }
    MetadataResponsePartition {
        error_code: i16 [0+];
        partition_index: i32 [0+];
        leader_id: i32 [0+];
        leader_epoch: i32 [7+] @ignorable = -1;
        replica_nodes: Vec<i32> [0+];
        isr_nodes: Vec<i32> [0+];
        offline_replicas: Vec<i32> [5+] @ignorable;
    }
}

impl Request for MetadataRequest {
    type Response = MetadataResponse;
}
