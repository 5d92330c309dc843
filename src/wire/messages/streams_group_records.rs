//! What Kafka keeps in `__consumer_offsets` of streams groups (KIP-1071).

use crate::wire::schema::message;

message! {
    /// Which streams group.
    StreamsGroupMetadataKey: Data 17 [0] flexible [none];
    StreamsGroupMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a streams group.
    StreamsGroupMetadataValue: Data 17 [0] flexible [0+];
    StreamsGroupMetadataValue {
        epoch: i32 [0+];
        metadata_hash: i64 [0+];
        validated_topology_epoch: i32 [0+] tag 0 [0+] = -1;
        last_assignment_configs: Option<Vec<LastAssignmentConfig>> [0+] null [0+] tag 1 [0+]
            = Some(Vec::new());
    }
    LastAssignmentConfig {
        key: String [0+];
        value: String [0+];
    }
}

message! {
    /// Which member of which streams group.
    StreamsGroupMemberMetadataKey: Data 19 [0] flexible [none];
    StreamsGroupMemberMetadataKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// Who a member is.
    StreamsGroupMemberMetadataValue: Data 19 [0] flexible [0+];
    StreamsGroupMemberMetadataValue {
        instance_id: Option<String> [0+] null [0+] = Some(String::new());
        rack_id: Option<String> [0+] null [0+] = Some(String::new());
        client_id: String [0+];
        client_host: String [0+];
        rebalance_timeout_ms: i32 [0+] = -1;
        topology_epoch: i32 [0+];
        process_id: String [0+];
        user_endpoint: Option<Endpoint> [0+] null [0+];
        client_tags: Vec<KeyValue> [0+];
    }
    Endpoint {
        host: String [0+];
        port: u16 [0+];
    }
    KeyValue {
        key: String [0+];
        value: String [0+];
    }
}

message! {
    /// Which streams group.
    StreamsGroupTargetAssignmentMetadataKey: Data 20 [0] flexible [none];
    StreamsGroupTargetAssignmentMetadataKey {
        group_id: String [0];
    }
}

message! {
    /// The epoch of a target assignment.
    StreamsGroupTargetAssignmentMetadataValue: Data 20 [0] flexible [0+];
    StreamsGroupTargetAssignmentMetadataValue {
        assignment_epoch: i32 [0+];
        assignment_timestamp: i64 [0+] tag 0 [0+] @ignorable;
    }
}

message! {
    /// Which member of which streams group.
    StreamsGroupTargetAssignmentMemberKey: Data 21 [0] flexible [none];
    StreamsGroupTargetAssignmentMemberKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The tasks that a member is to have.
    StreamsGroupTargetAssignmentMemberValue: Data 21 [0] flexible [0+];
    StreamsGroupTargetAssignmentMemberValue {
        active_tasks: Vec<TaskIds> [0+];
        standby_tasks: Vec<TaskIds> [0+];
        warmup_tasks: Vec<TaskIds> [0+];
    }
    TaskIds {
        subtopology_id: String [0+];
        partitions: Vec<i32> [0+];
    }
}

message! {
    /// Which member of which streams group.
    StreamsGroupCurrentMemberAssignmentKey: Data 22 [0] flexible [none];
    StreamsGroupCurrentMemberAssignmentKey {
        group_id: String [0];
        member_id: String [0];
    }
}

message! {
    /// The tasks that a member has, and those it is giving up.
    StreamsGroupCurrentMemberAssignmentValue: Data 22 [0] flexible [0+];
    StreamsGroupCurrentMemberAssignmentValue {
        member_epoch: i32 [0+];
        previous_member_epoch: i32 [0+];
        state: i8 [0+];
        active_tasks: Vec<CurrentTaskIds> [0+];
        standby_tasks: Vec<CurrentTaskIds> [0+];
        warmup_tasks: Vec<CurrentTaskIds> [0+];
        active_tasks_pending_revocation: Vec<CurrentTaskIds> [0+];
        standby_tasks_pending_revocation: Vec<CurrentTaskIds> [0+];
        warmup_tasks_pending_revocation: Vec<CurrentTaskIds> [0+];
    }
    CurrentTaskIds {
        subtopology_id: String [0+];
        partitions: Vec<i32> [0+];
        assignment_epochs: Option<Vec<i32>> [0+] null [0+] tag 0 [0+] = Some(Vec::new());
    }
}

message! {
    /// Which streams group.
    StreamsGroupTopologyKey: Data 23 [0] flexible [none];
    StreamsGroupTopologyKey {
        group_id: String [0];
    }
}

message! {
    /// The topology of a streams group.
    StreamsGroupTopologyValue: Data 23 [0] flexible [0+];
    StreamsGroupTopologyValue {
        epoch: i32 [0+];
        subtopologies: Vec<Subtopology> [0+];
    }
    Subtopology {
        subtopology_id: String [0+];
        source_topics: Vec<String> [0+];
        source_topic_regex: Vec<String> [0+];
        state_changelog_topics: Vec<TopicInfo> [0+];
        repartition_sink_topics: Vec<String> [0+];
        repartition_source_topics: Vec<TopicInfo> [0+];
        copartition_groups: Vec<CopartitionGroup> [0+];
    }
    TopicInfo {
        name: String [0+];
        partitions: i32 [0+];
        replication_factor: i16 [0+];
        topic_configs: Vec<TopicConfig> [0+];
    }
    TopicConfig {
        key: String [0+];
        value: String [0+];
    }
    CopartitionGroup {
        source_topics: Vec<i16> [0+];
        source_topic_regex: Vec<i16> [0+];
        repartition_source_topics: Vec<i16> [0+];
    }
}
