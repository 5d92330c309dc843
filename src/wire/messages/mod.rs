//! The messages as tables: one file an API, and one for each place where Kafka keeps records.
//!
//! Names, types, versions and defaults are those of Kafka 4.3.1's own definitions; a test holds
//! every table against them, field by field.

pub mod alter_configs;
pub mod api_versions;
pub mod consumer_group_describe;
pub mod consumer_protocol;
pub mod create_partitions;
pub mod create_topics;
pub mod delete_groups;
pub mod delete_records;
pub mod delete_topics;
pub mod describe_cluster;
pub mod describe_configs;
pub mod describe_groups;
pub mod describe_log_dirs;
pub mod describe_topic_partitions;
pub mod fetch;
pub mod find_coordinator;
pub mod heartbeat;
pub mod incremental_alter_configs;
pub mod init_producer_id;
pub mod join_group;
pub mod leave_group;
pub mod list_groups;
pub mod list_offsets;
pub mod metadata;
pub mod metadata_log;
pub mod offset_commit;
pub mod offset_delete;
pub mod offset_fetch;
pub mod offset_for_leader_epoch;
pub mod offsets_topic;
pub mod produce;
pub mod producer_snapshot;
pub mod quorum;
pub mod sasl_authenticate;
pub mod sasl_handshake;
pub mod sync_group;

use super::schema::{Message, MessageTable};
use bytes::Bytes;

use super::primitives::{DecodeError, EncodeError};

/// One message of the list below, with its codec as a value: for code that handles all of them.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub table: MessageTable,
    /// Reads a message that is all of the bytes and writes it again in the same version.
    pub rewrite: fn(Bytes, i16) -> Result<Result<Bytes, EncodeError>, DecodeError>,
    /// Writes the message in which every field has its default.
    pub default: fn(i16) -> Result<Bytes, EncodeError>,
}

const fn entry<M: Message>() -> Entry {
    Entry {
        table: M::TABLE,
        rewrite: |bytes, version| Ok(M::from_bytes(bytes, version)?.to_bytes(version)),
        default: |version| M::default().to_bytes(version),
    }
}

/// Every message that we know.
pub const ALL: &[Entry] = &[
    entry::<produce::ProduceRequest>(),
    entry::<produce::ProduceResponse>(),
    entry::<fetch::FetchRequest>(),
    entry::<fetch::FetchResponse>(),
    entry::<list_offsets::ListOffsetsRequest>(),
    entry::<list_offsets::ListOffsetsResponse>(),
    entry::<metadata::MetadataRequest>(),
    entry::<metadata::MetadataResponse>(),
    entry::<offset_commit::OffsetCommitRequest>(),
    entry::<offset_commit::OffsetCommitResponse>(),
    entry::<offset_fetch::OffsetFetchRequest>(),
    entry::<offset_fetch::OffsetFetchResponse>(),
    entry::<find_coordinator::FindCoordinatorRequest>(),
    entry::<find_coordinator::FindCoordinatorResponse>(),
    entry::<join_group::JoinGroupRequest>(),
    entry::<join_group::JoinGroupResponse>(),
    entry::<heartbeat::HeartbeatRequest>(),
    entry::<heartbeat::HeartbeatResponse>(),
    entry::<leave_group::LeaveGroupRequest>(),
    entry::<leave_group::LeaveGroupResponse>(),
    entry::<sync_group::SyncGroupRequest>(),
    entry::<sync_group::SyncGroupResponse>(),
    entry::<describe_groups::DescribeGroupsRequest>(),
    entry::<describe_groups::DescribeGroupsResponse>(),
    entry::<list_groups::ListGroupsRequest>(),
    entry::<list_groups::ListGroupsResponse>(),
    entry::<sasl_handshake::SaslHandshakeRequest>(),
    entry::<sasl_handshake::SaslHandshakeResponse>(),
    entry::<api_versions::ApiVersionsRequest>(),
    entry::<api_versions::ApiVersionsResponse>(),
    entry::<create_topics::CreateTopicsRequest>(),
    entry::<create_topics::CreateTopicsResponse>(),
    entry::<delete_topics::DeleteTopicsRequest>(),
    entry::<delete_topics::DeleteTopicsResponse>(),
    entry::<delete_records::DeleteRecordsRequest>(),
    entry::<delete_records::DeleteRecordsResponse>(),
    entry::<init_producer_id::InitProducerIdRequest>(),
    entry::<init_producer_id::InitProducerIdResponse>(),
    entry::<offset_for_leader_epoch::OffsetForLeaderEpochRequest>(),
    entry::<offset_for_leader_epoch::OffsetForLeaderEpochResponse>(),
    entry::<describe_configs::DescribeConfigsRequest>(),
    entry::<describe_configs::DescribeConfigsResponse>(),
    entry::<alter_configs::AlterConfigsRequest>(),
    entry::<alter_configs::AlterConfigsResponse>(),
    entry::<describe_log_dirs::DescribeLogDirsRequest>(),
    entry::<describe_log_dirs::DescribeLogDirsResponse>(),
    entry::<sasl_authenticate::SaslAuthenticateRequest>(),
    entry::<sasl_authenticate::SaslAuthenticateResponse>(),
    entry::<create_partitions::CreatePartitionsRequest>(),
    entry::<create_partitions::CreatePartitionsResponse>(),
    entry::<delete_groups::DeleteGroupsRequest>(),
    entry::<delete_groups::DeleteGroupsResponse>(),
    entry::<incremental_alter_configs::IncrementalAlterConfigsRequest>(),
    entry::<incremental_alter_configs::IncrementalAlterConfigsResponse>(),
    entry::<offset_delete::OffsetDeleteRequest>(),
    entry::<offset_delete::OffsetDeleteResponse>(),
    entry::<describe_cluster::DescribeClusterRequest>(),
    entry::<describe_cluster::DescribeClusterResponse>(),
    entry::<consumer_group_describe::ConsumerGroupDescribeRequest>(),
    entry::<consumer_group_describe::ConsumerGroupDescribeResponse>(),
    entry::<describe_topic_partitions::DescribeTopicPartitionsRequest>(),
    entry::<describe_topic_partitions::DescribeTopicPartitionsResponse>(),
    entry::<offsets_topic::OffsetCommitKey>(),
    entry::<offsets_topic::OffsetCommitValue>(),
    entry::<offsets_topic::GroupMetadataKey>(),
    entry::<offsets_topic::GroupMetadataValue>(),
    entry::<consumer_protocol::ConsumerProtocolSubscription>(),
    entry::<consumer_protocol::ConsumerProtocolAssignment>(),
    entry::<metadata_log::RegisterBrokerRecord>(),
    entry::<metadata_log::UnregisterBrokerRecord>(),
    entry::<metadata_log::TopicRecord>(),
    entry::<metadata_log::PartitionRecord>(),
    entry::<metadata_log::ConfigRecord>(),
    entry::<metadata_log::PartitionChangeRecord>(),
    entry::<metadata_log::RemoveTopicRecord>(),
    entry::<metadata_log::FeatureLevelRecord>(),
    entry::<metadata_log::ProducerIdsRecord>(),
    entry::<metadata_log::BrokerRegistrationChangeRecord>(),
    entry::<metadata_log::NoOpRecord>(),
    entry::<metadata_log::BeginTransactionRecord>(),
    entry::<metadata_log::EndTransactionRecord>(),
    entry::<metadata_log::AbortTransactionRecord>(),
    entry::<metadata_log::FenceBrokerRecord>(),
    entry::<metadata_log::UnfenceBrokerRecord>(),
    entry::<metadata_log::RegisterControllerRecord>(),
    entry::<metadata_log::ClearElrRecord>(),
    entry::<quorum::LeaderChangeMessage>(),
    entry::<quorum::SnapshotHeaderRecord>(),
    entry::<quorum::SnapshotFooterRecord>(),
    entry::<quorum::KRaftVersionRecord>(),
    entry::<quorum::VotersRecord>(),
    entry::<producer_snapshot::ProducerSnapshot>(),
];
