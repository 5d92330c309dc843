//! What consumers say to each other inside JoinGroup and SyncGroup (`ConsumerProtocol`).

use bytes::Bytes;

use crate::wire::schema::message;

message! {
    /// What a consumer subscribes to, inside JoinGroup.
    ConsumerProtocolSubscription: Data -1 [0 - 3] flexible [none];
    ConsumerProtocolSubscription {
        topics: Vec<String> [0+];
        user_data: Option<Bytes> [0+] null [0+];
        owned_partitions: Vec<TopicPartition> [1+] @ignorable;
        generation_id: i32 [2+] @ignorable = -1;
        rack_id: Option<String> [3+] null [3+] @ignorable;
    }
    TopicPartition {
        topic: String [1+];
        partitions: Vec<i32> [1+];
    }
}

message! {
    /// What a consumer is assigned, inside SyncGroup.
    ConsumerProtocolAssignment: Data -1 [0 - 3] flexible [none];
    ConsumerProtocolAssignment {
        assigned_partitions: Vec<AssignedTopicPartition> [0+];
        user_data: Option<Bytes> [0+] null [0+];
    }
    AssignedTopicPartition {
        topic: String [0+];
        partitions: Vec<i32> [0+];
    }
}
