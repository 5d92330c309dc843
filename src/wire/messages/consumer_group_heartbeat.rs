//! ConsumerGroupHeartbeat, API key 68: keeps a member in a consumer group and hands it its
//! partitions (KIP-848).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ConsumerGroupHeartbeatRequest: Request 68 [0 - 1] flexible [0+];
    ConsumerGroupHeartbeatRequest {
        group_id: String [0+];
        member_id: String [0+];
        member_epoch: i32 [0+];
        instance_id: Option<String> [0+] null [0+];
        rack_id: Option<String> [0+] null [0+];
        rebalance_timeout_ms: i32 [0+] = -1;
        subscribed_topic_names: Option<Vec<String>> [0+] null [0+];
        subscribed_topic_regex: Option<String> [1+] null [1+];
        server_assignor: Option<String> [0+] null [0+];
        topic_partitions: Option<Vec<TopicPartitions>> [0+] null [0+];
    }
    TopicPartitions {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// The response.
    ConsumerGroupHeartbeatResponse: Response 68 [0 - 1] flexible [0+];
    ConsumerGroupHeartbeatResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        member_id: Option<String> [0+] null [0+];
        member_epoch: i32 [0+];
        heartbeat_interval_ms: i32 [0+];
        assignment: Option<Assignment> [0+] null [0+];
    }
    Assignment {
        topic_partitions: Vec<TopicPartitionsResponse> [0+];
    }
    TopicPartitionsResponse {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

impl Request for ConsumerGroupHeartbeatRequest {
    type Response = ConsumerGroupHeartbeatResponse;
}
