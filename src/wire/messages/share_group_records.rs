//! What Kafka keeps in `__consumer_offsets` of share groups (KIP-932).

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// Which share group.
    ShareGroupMetadataKey: Data 11 [0] flexible [none];
    ShareGroupMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a share group.
    ShareGroupMetadataValue: Data 11 [0] flexible [0+];
    ShareGroupMetadataValue {
        epoch: i32 [0+];
        metadata_hash: i64 [0+];
    }
}

message! {
    /// Which member of which share group.
    ShareGroupMemberMetadataKey: Data 10 [0] flexible [none];
    ShareGroupMemberMetadataKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// Who a member is and what it subscribes to.
    ShareGroupMemberMetadataValue: Data 10 [0] flexible [0+];
    ShareGroupMemberMetadataValue {
        rack_id: Option<String> [0+] null [0+] = Some(String::new());
        client_id: String [0+];
        client_host: String [0+];
        subscribed_topic_names: Vec<String> [0+];
    }
}

message! {
    /// Which share group.
    ShareGroupTargetAssignmentMetadataKey: Data 12 [0] flexible [none];
    ShareGroupTargetAssignmentMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a target assignment.
    ShareGroupTargetAssignmentMetadataValue: Data 12 [0] flexible [0+];
    ShareGroupTargetAssignmentMetadataValue {
        assignment_epoch: i32 [0+];
        assignment_timestamp: i64 [0+] tag 0 [0+] @ignorable;
    }
}

message! {
    /// Which member of which share group.
    ShareGroupTargetAssignmentMemberKey: Data 13 [0] flexible [none];
    ShareGroupTargetAssignmentMemberKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The partitions that a member is to have.
    ShareGroupTargetAssignmentMemberValue: Data 13 [0] flexible [0+];
    ShareGroupTargetAssignmentMemberValue {
        topic_partitions: Vec<TopicPartition> [0+];
    }
    TopicPartition {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// Which member of which share group.
    ShareGroupCurrentMemberAssignmentKey: Data 14 [0] flexible [none];
    ShareGroupCurrentMemberAssignmentKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The partitions that a member has.
    ShareGroupCurrentMemberAssignmentValue: Data 14 [0] flexible [0+];
    ShareGroupCurrentMemberAssignmentValue {
        member_epoch: i32 [0+];
        previous_member_epoch: i32 [0+];
        state: i8 [0+];
        assigned_partitions: Vec<TopicPartitions> [0+];
    }
    TopicPartitions {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// Which share group.
    ShareGroupStatePartitionMetadataKey: Data 15 [0] flexible [none];
    ShareGroupStatePartitionMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The partitions of which a share group keeps state.
    ShareGroupStatePartitionMetadataValue: Data 15 [0] flexible [0+];
    ShareGroupStatePartitionMetadataValue {
        initializing_topics: Vec<TopicPartitionsInfo> [0+];
        initialized_topics: Vec<TopicPartitionsInfo> [0+];
        deleting_topics: Vec<TopicInfo> [0+];
    }
    TopicPartitionsInfo {
        topic_id: Uuid [0+];
        topic_name: String [0+];
        partitions: Vec<i32> [0+];
    }
    TopicInfo {
        topic_id: Uuid [0+];
        topic_name: String [0+];
    }
}
