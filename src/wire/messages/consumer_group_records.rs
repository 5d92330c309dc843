//! What Kafka keeps in `__consumer_offsets` of consumer groups (KIP-848).

use bytes::Bytes;

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// Which consumer group.
    ConsumerGroupMetadataKey: Data 3 [0] flexible [none];
    ConsumerGroupMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a consumer group.
    ConsumerGroupMetadataValue: Data 3 [0] flexible [0+];
    ConsumerGroupMetadataValue {
        epoch: i32 [0+];
        metadata_hash: i64 [0+] tag 0 [0+];
    }
}

message! {
    /// Which consumer group.
    ConsumerGroupPartitionMetadataKey: Data 4 [0] flexible [none];
    ConsumerGroupPartitionMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The partitions of the subscribed topics: written by older versions only.
    ConsumerGroupPartitionMetadataValue: Data 4 [0] flexible [0+];
    ConsumerGroupPartitionMetadataValue {
        topics: Vec<TopicMetadata> [0+];
    }
    TopicMetadata {
        topic_id: Uuid [0+];
        topic_name: String [0+];
        num_partitions: i32 [0+];
        partition_metadata: Vec<PartitionMetadata> [0+];
    }
    PartitionMetadata {
        partition: i32 [0+];
        racks: Vec<String> [0+];
    }
}

message! {
    /// Which member of which consumer group.
    ConsumerGroupMemberMetadataKey: Data 5 [0] flexible [none];
    ConsumerGroupMemberMetadataKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// Who a member is and what it subscribes to.
    ConsumerGroupMemberMetadataValue: Data 5 [0] flexible [0+];
    ConsumerGroupMemberMetadataValue {
        instance_id: Option<String> [0+] null [0+] = Some(String::new());
        rack_id: Option<String> [0+] null [0+] = Some(String::new());
        client_id: String [0+];
        client_host: String [0+];
        subscribed_topic_names: Vec<String> [0+];
        subscribed_topic_regex: Option<String> [0+] null [0+] = Some(String::new());
        rebalance_timeout_ms: i32 [0+] = -1;
        server_assignor: Option<String> [0+] null [0+] = Some(String::new());
        classic_member_metadata: Option<ClassicMemberMetadata> [0+] null [0+] tag 0 [0+]
            = Some(ClassicMemberMetadata::default());
    }
    ClassicMemberMetadata {
        session_timeout_ms: i32 [0+];
        supported_protocols: Vec<ClassicProtocol> [0+];
    }
    ClassicProtocol {
        name: String [0+];
        metadata: Bytes [0+];
    }
}

message! {
    /// Which consumer group.
    ConsumerGroupTargetAssignmentMetadataKey: Data 6 [0] flexible [none];
    ConsumerGroupTargetAssignmentMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a target assignment.
    ConsumerGroupTargetAssignmentMetadataValue: Data 6 [0] flexible [0+];
    ConsumerGroupTargetAssignmentMetadataValue {
        assignment_epoch: i32 [0+];
        assignment_timestamp: i64 [0+] tag 0 [0+] @ignorable;
    }
}

message! {
    /// Which member of which consumer group.
    ConsumerGroupTargetAssignmentMemberKey: Data 7 [0] flexible [none];
    ConsumerGroupTargetAssignmentMemberKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The partitions that a member is to have.
    ConsumerGroupTargetAssignmentMemberValue: Data 7 [0] flexible [0+];
    ConsumerGroupTargetAssignmentMemberValue {
        topic_partitions: Vec<TopicPartition> [0+];
    }
    TopicPartition {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// Which member of which consumer group.
    ConsumerGroupCurrentMemberAssignmentKey: Data 8 [0] flexible [none];
    ConsumerGroupCurrentMemberAssignmentKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The partitions that a member has, and those it is giving up.
    ConsumerGroupCurrentMemberAssignmentValue: Data 8 [0] flexible [0+];
    ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: i32 [0+];
        previous_member_epoch: i32 [0+];
        state: i8 [0+];
        assigned_partitions: Vec<TopicPartitions> [0+];
        partitions_pending_revocation: Vec<TopicPartitions> [0+];
    }
    TopicPartitions {
        topic_id: Uuid [0+];
        partitions: Vec<i32> [0+];
        assignment_epochs: Option<Vec<i32>> [0+] null [0+] tag 0 [0+] = Some(Vec::new());
    }
}

message! {
    /// Which regular expression of which consumer group.
    ConsumerGroupRegularExpressionKey: Data 16 [0] flexible [none];
    ConsumerGroupRegularExpressionKey {
        group_id: String [0];
        regular_expression: String [0];
    }
}

message! {
    /// The topics that a regular expression matches.
    ConsumerGroupRegularExpressionValue: Data 16 [0] flexible [0+];
    ConsumerGroupRegularExpressionValue {
        topics: Vec<String> [0+];
        version: i64 [0+];
        timestamp: i64 [0+];
    }
}
