//! ShareGroupHeartbeat, API key 76: keeps a member in a share group and hands it its partitions
//! (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::{Request, message};

message! {
    /// The request.
    ShareGroupHeartbeatRequest: Request 76 [1] flexible [0+];
    ShareGroupHeartbeatRequest {
        group_id: String [0+];
        member_id: String [0+];
        member_epoch: i32 [0+];
        rack_id: Option<String> [0+] null [0+];
        subscribed_topic_names: Option<Vec<String>> [0+] null [0+];
    }
}

message! {
    /// The response.
    ShareGroupHeartbeatResponse: Response 76 [1] flexible [0+];
    ShareGroupHeartbeatResponse {
        throttle_time_ms: i32 [0+];
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+];
        member_id: Option<String> [0+] null [0+];
        member_epoch: i32 [0+];
        heartbeat_interval_ms: i32 [0+];
        assignment: Option<Assignment> [0+] null [0+];
    }
    Assignment {
        topic_partitions: Vec<TopicPartitions> [0+];
    }
    TopicPartitions {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

impl Request for ShareGroupHeartbeatRequest {
    type Response = ShareGroupHeartbeatResponse;
}
