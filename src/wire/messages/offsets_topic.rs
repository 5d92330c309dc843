//! What Kafka keeps in `__consumer_offsets` of classic groups and of committed offsets.

use bytes::Bytes;

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// Which group, topic and partition an offset is committed for.
    OffsetCommitKey: Data 1 [0] flexible [none];
    OffsetCommitKey {
        group: String [0];
        topic: String [0];
        partition: i32 [0];
    }
}

message! {
    /// A committed offset.
    OffsetCommitValue: Data 1 [0 - 4] flexible [4+];
    OffsetCommitValue {
        offset: i64 [0+];
        leader_epoch: i32 [3+] @ignorable = -1;
        metadata: String [0+];
        commit_timestamp: i64 [0+];
        expire_timestamp: i64 [1] @ignorable = -1;
        topic_id: Uuid [4+] tag 0 [4+] @ignorable;
    }
}

message! {
    /// Which classic group.
    GroupMetadataKey: Data 2 [0] flexible [none];
    GroupMetadataKey {
        group: String [0];
    }
}

message! {
    /// A classic group with its members, as of its last generation.
    GroupMetadataValue: Data 2 [0 - 4] flexible [4+];
    GroupMetadataValue {
        protocol_type: String [0+];
        generation: i32 [0+];
        protocol: Option<String> [0+] null [0+] = Some(String::new());
        leader: Option<String> [0+] null [0+] = Some(String::new());
        current_state_timestamp: i64 [2+] @ignorable = -1;
        members: Vec<MemberMetadata> [0+];
    }
    MemberMetadata {
        member_id: String [0+];
        group_instance_id: Option<String> [3+] null [3+] @ignorable;
        client_id: String [0+];
        client_host: String [0+];
        rebalance_timeout: i32 [1+] @ignorable = -1;
        session_timeout: i32 [0+];
        subscription: Bytes [0+];
        assignment: Bytes [0+];
    }
}
