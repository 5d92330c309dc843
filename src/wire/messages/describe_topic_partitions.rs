//! DescribeTopicPartitions, API key 75: pages through topics and partitions.

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeTopicPartitionsRequest: Request 75 [0] flexible [0+];
    DescribeTopicPartitionsRequest {
        topics: Vec<TopicRequest> [0+];
        response_partition_limit: i32 [0+] = 2000;
        cursor: Option<Cursor> [0+] null [0+];
    }
    TopicRequest {
        name: String [0+];
    }
    Cursor {
        topic_name: String [0+];
        partition_index: i32 [0+];
    }
}

message! {
    /// The response.
    DescribeTopicPartitionsResponse: Response 75 [0] flexible [0+];
    DescribeTopicPartitionsResponse {
        throttle_time_ms: i32 [0+] @ignorable;
        topics: Vec<DescribeTopicPartitionsResponseTopic> [0+];
        next_cursor: Option<CursorResponse> [0+] null [0+];
    }
    DescribeTopicPartitionsResponseTopic {
        error_code: i16 [0+];
        name: Option<String> [0+] null [0+] = Some(String::new());
        topic_id: Uuid [0+] @ignorable;
        is_internal: bool [0+] @ignorable;
        partitions: Vec<DescribeTopicPartitionsResponsePartition> [0+];
        topic_authorized_operations: i32 [0+] = i32::MIN;
    }
    DescribeTopicPartitionsResponsePartition {
        error_code: i16 [0+];
        partition_index: i32 [0+];
        leader_id: i32 [0+];
        leader_epoch: i32 [0+] @ignorable = -1;
        replica_nodes: Vec<i32> [0+];
        isr_nodes: Vec<i32> [0+];
        eligible_leader_replicas: Option<Vec<i32>> [0+] null [0+];
        last_known_elr: Option<Vec<i32>> [0+] null [0+];
        offline_replicas: Vec<i32> [0+] @ignorable;
    }
    CursorResponse {
        topic_name: String [0+];
        partition_index: i32 [0+];
    }
}

impl Request for DescribeTopicPartitionsRequest {
    type Response = DescribeTopicPartitionsResponse;
}
