//! What Kafka keeps in `__cluster_metadata`: the records of the cluster's state (KIP-631).

use bytes::Bytes;

use crate::base::ids::Uuid;
use crate::wire::schema::message;

message! {
    /// A broker has registered.
    RegisterBrokerRecord: Data 0 [0 - 4] flexible [0+];
    RegisterBrokerRecord {
        broker_id: i32 [0+];
        is_migrating_zk_broker: bool [2+];
        incarnation_id: Uuid [0+];
        broker_epoch: i64 [0+];
        end_points: Vec<BrokerEndpoint> [0+];
        features: Vec<BrokerFeature> [0+];
        rack: Option<String> [0+] null [0+] = Some(String::new());
        fenced: bool [0+] = true;
        in_controlled_shutdown: bool [1+];
        log_dirs: Vec<Uuid> [3+] tag 0 [3+];
        cordoned_log_dirs: Option<Vec<Uuid>> [4+] null [4+] tag 1 [4+];
    }
    BrokerEndpoint {
        name: String [0+];
        host: String [0+];
        port: u16 [0+];
        security_protocol: i16 [0+];
    }
    BrokerFeature {
        name: String [0+];
        min_supported_version: i16 [0+];
        max_supported_version: i16 [0+];
    }
}

message! {
    /// A broker is forgotten.
    UnregisterBrokerRecord: Data 1 [0] flexible [0+];
    UnregisterBrokerRecord {
        broker_id: i32 [0+];
        broker_epoch: i64 [0+];
    }
}

message! {
    /// A topic is created.
    TopicRecord: Data 2 [0] flexible [0+];
    TopicRecord {
        name: String [0+];
        topic_id: Uuid [0+];
    }
}

message! {
    /// A partition is created.
    PartitionRecord: Data 3 [0 - 2] flexible [0+];
    PartitionRecord {
        partition_id: i32 [0+] = -1;
        topic_id: Uuid [0+];
        replicas: Vec<i32> [0+];
        isr: Vec<i32> [0+];
        removing_replicas: Vec<i32> [0+];
        adding_replicas: Vec<i32> [0+];
        leader: i32 [0+] = -1;
        leader_epoch: i32 [0+] = -1;
        partition_epoch: i32 [0+] = -1;
        directories: Vec<Uuid> [1+];
        leader_recovery_state: i8 [0+] tag 0 [0+];
        eligible_leader_replicas: Option<Vec<i32>> [2+] null [2+] tag 1 [2+];
        last_known_elr: Option<Vec<i32>> [2+] null [2+] tag 2 [2+];
    }
}

message! {
    /// A config is set, or unset where the value is null.
    ConfigRecord: Data 4 [0] flexible [0+];
    ConfigRecord {
        resource_type: i8 [0+];
        resource_name: String [0+];
        name: String [0+];
        value: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// A partition has changed: what is named replaces what was.
    PartitionChangeRecord: Data 5 [0 - 2] flexible [0+];
    PartitionChangeRecord {
        partition_id: i32 [0+] = -1;
        topic_id: Uuid [0+];
        isr: Option<Vec<i32>> [0+] null [0+] tag 0 [0+];
        leader: i32 [0+] tag 1 [0+] = -2;
        replicas: Option<Vec<i32>> [0+] null [0+] tag 2 [0+];
        removing_replicas: Option<Vec<i32>> [0+] null [0+] tag 3 [0+];
        adding_replicas: Option<Vec<i32>> [0+] null [0+] tag 4 [0+];
        leader_recovery_state: i8 [0+] tag 5 [0+] = -1;
        eligible_leader_replicas: Option<Vec<i32>> [2+] null [2+] tag 6 [2+];
        last_known_elr: Option<Vec<i32>> [2+] null [2+] tag 7 [2+];
        directories: Option<Vec<Uuid>> [1+] null [1+] tag 8 [1+];
    }
}

message! {
    /// A topic is deleted.
    RemoveTopicRecord: Data 9 [0] flexible [0+];
    RemoveTopicRecord {
        topic_id: Uuid [0+];
    }
}

message! {
    /// A feature is finalized at a level.
    FeatureLevelRecord: Data 12 [0] flexible [0+];
    FeatureLevelRecord {
        name: String [0+];
        feature_level: i16 [0+];
    }
}

message! {
    /// A block of producer ids is given out.
    ProducerIdsRecord: Data 15 [0] flexible [0+];
    ProducerIdsRecord {
        broker_id: i32 [0+];
        broker_epoch: i64 [0+] = -1;
        next_producer_id: i64 [0+];
    }
}

message! {
    /// A broker is fenced, unfenced or shutting down.
    BrokerRegistrationChangeRecord: Data 17 [0 - 3] flexible [0+];
    BrokerRegistrationChangeRecord {
        broker_id: i32 [0+];
        broker_epoch: i64 [0+];
        fenced: i8 [0+] tag 0 [0+];
        in_controlled_shutdown: i8 [1+] tag 1 [1+];
        log_dirs: Vec<Uuid> [2+] tag 2 [2+];
        cordoned_log_dirs: Option<Vec<Uuid>> [3+] null [3+] tag 3 [3+];
    }
}

message! {
    /// Nothing: it moves the high watermark along.
    NoOpRecord: Data 20 [0] flexible [0+];
    NoOpRecord {}
}

message! {
    /// A metadata transaction begins (KIP-868).
    BeginTransactionRecord: Data 23 [0] flexible [0+];
    BeginTransactionRecord {
        name: Option<String> [0+] null [0+] tag 0 [0+];
    }
}

message! {
    /// A metadata transaction ends, and counts.
    EndTransactionRecord: Data 24 [0] flexible [0+];
    EndTransactionRecord {}
}

message! {
    /// A metadata transaction ends, and does not count.
    AbortTransactionRecord: Data 25 [0] flexible [0+];
    AbortTransactionRecord {
        reason: Option<String> [0+] null [0+] tag 0 [0+];
    }
}

message! {
    /// A broker is fenced (before KIP-841).
    FenceBrokerRecord: Data 7 [0] flexible [0+];
    FenceBrokerRecord {
        id: i32 [0+];
        epoch: i64 [0+];
    }
}

message! {
    /// A broker is unfenced (before KIP-841).
    UnfenceBrokerRecord: Data 8 [0] flexible [0+];
    UnfenceBrokerRecord {
        id: i32 [0+];
        epoch: i64 [0+];
    }
}

message! {
    /// A controller has registered (KIP-919).
    RegisterControllerRecord: Data 27 [0] flexible [0+];
    RegisterControllerRecord {
        controller_id: i32 [0+];
        incarnation_id: Uuid [0+];
        zk_migration_ready: bool [0+];
        end_points: Vec<ControllerEndpoint> [0+];
        features: Vec<ControllerFeature> [0+];
    }
    ControllerEndpoint {
        name: String [0+];
        host: String [0+];
        port: u16 [0+];
        security_protocol: i16 [0+];
    }
    ControllerFeature {
        name: String [0+];
        min_supported_version: i16 [0+];
        max_supported_version: i16 [0+];
    }
}

message! {
    /// Eligible leader replicas are forgotten (KIP-966).
    ClearElrRecord: Data 28 [0] flexible [0+];
    ClearElrRecord {
        topic_name: String [0+];
    }
}

message! {
    /// A user has a SCRAM credential (KIP-554).
    UserScramCredentialRecord: Data 11 [0] flexible [0+];
    UserScramCredentialRecord {
        name: String [0+];
        mechanism: i8 [0+];
        salt: Bytes [0+];
        stored_key: Bytes [0+];
        server_key: Bytes [0+];
        iterations: i32 [0+];
    }
}

message! {
    /// A user has a SCRAM credential no longer.
    RemoveUserScramCredentialRecord: Data 22 [0] flexible [0+];
    RemoveUserScramCredentialRecord {
        name: String [0+];
        mechanism: i8 [0+];
    }
}

message! {
    /// A client quota is set or unset (KIP-546).
    ClientQuotaRecord: Data 14 [0] flexible [0+];
    ClientQuotaRecord {
        entity: Vec<EntityData> [0+];
        key: String [0+];
        value: f64 [0+];
        remove: bool [0+];
    }
    EntityData {
        entity_type: String [0+];
        entity_name: Option<String> [0+] null [0+] = Some(String::new());
    }
}

message! {
    /// An ACL is created.
    AccessControlEntryRecord: Data 18 [0] flexible [0+];
    AccessControlEntryRecord {
        id: Uuid [0+];
        resource_type: i8 [0+];
        resource_name: String [0+];
        pattern_type: i8 [0+];
        principal: String [0+];
        host: String [0+];
        operation: i8 [0+];
        permission_type: i8 [0+];
    }
}

message! {
    /// An ACL is deleted.
    RemoveAccessControlEntryRecord: Data 19 [0] flexible [0+];
    RemoveAccessControlEntryRecord {
        id: Uuid [0+];
    }
}

message! {
    /// A delegation token is made or lives longer (KIP-900).
    DelegationTokenRecord: Data 10 [0] flexible [0+];
    DelegationTokenRecord {
        owner: String [0+];
        requester: String [0+];
        renewers: Vec<String> [0+];
        issue_timestamp: i64 [0+];
        max_timestamp: i64 [0+];
        expiration_timestamp: i64 [0+];
        token_id: String [0+];
    }
}

message! {
    /// A delegation token is gone.
    RemoveDelegationTokenRecord: Data 26 [0] flexible [0+];
    RemoveDelegationTokenRecord {
        token_id: String [0+];
    }
}
