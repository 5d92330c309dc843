//! The messages as tables: one file an API, and one for each place where Kafka keeps records.
//!
//! Names, types, versions and defaults are those of Kafka 4.3.1's own definitions; a test holds
//! every table against them, field by field.

pub mod add_offsets_to_txn;
pub mod add_partitions_to_txn;
pub mod add_raft_voter;
pub mod alter_client_quotas;
pub mod alter_configs;
pub mod alter_partition_reassignments;
pub mod alter_replica_log_dirs;
pub mod alter_share_group_offsets;
pub mod alter_user_scram_credentials;
pub mod api_versions;
pub mod consumer_group_describe;
pub mod consumer_group_heartbeat;
pub mod consumer_group_records;
pub mod consumer_protocol;
pub mod create_acls;
pub mod create_delegation_token;
pub mod create_partitions;
pub mod create_topics;
pub mod delete_acls;
pub mod delete_groups;
pub mod delete_records;
pub mod delete_share_group_offsets;
pub mod delete_share_group_state;
pub mod delete_topics;
pub mod describe_acls;
pub mod describe_client_quotas;
pub mod describe_cluster;
pub mod describe_configs;
pub mod describe_delegation_token;
pub mod describe_groups;
pub mod describe_log_dirs;
pub mod describe_producers;
pub mod describe_quorum;
pub mod describe_share_group_offsets;
pub mod describe_topic_partitions;
pub mod describe_transactions;
pub mod describe_user_scram_credentials;
pub mod elect_leaders;
pub mod end_txn;
pub mod expire_delegation_token;
pub mod fetch;
pub mod find_coordinator;
pub mod get_telemetry_subscriptions;
pub mod heartbeat;
pub mod incremental_alter_configs;
pub mod init_producer_id;
pub mod initialize_share_group_state;
pub mod join_group;
pub mod leave_group;
pub mod list_config_resources;
pub mod list_groups;
pub mod list_offsets;
pub mod list_partition_reassignments;
pub mod list_transactions;
pub mod metadata;
pub mod metadata_log;
pub mod offset_commit;
pub mod offset_delete;
pub mod offset_fetch;
pub mod offset_for_leader_epoch;
pub mod offsets_topic;
pub mod produce;
pub mod producer_snapshot;
pub mod push_telemetry;
pub mod quorum;
pub mod read_share_group_state;
pub mod read_share_group_state_summary;
pub mod remove_raft_voter;
pub mod renew_delegation_token;
pub mod sasl_authenticate;
pub mod sasl_handshake;
pub mod share_acknowledge;
pub mod share_fetch;
pub mod share_group_describe;
pub mod share_group_heartbeat;
pub mod share_group_records;
pub mod share_state;
pub mod streams_group_describe;
pub mod streams_group_heartbeat;
pub mod streams_group_records;
pub mod sync_group;
pub mod transaction_log;
pub mod txn_offset_commit;
pub mod unregister_broker;
pub mod update_features;
pub mod write_share_group_state;
pub mod write_txn_markers;

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
    entry::<add_partitions_to_txn::AddPartitionsToTxnRequest>(),
    entry::<add_partitions_to_txn::AddPartitionsToTxnResponse>(),
    entry::<add_offsets_to_txn::AddOffsetsToTxnRequest>(),
    entry::<add_offsets_to_txn::AddOffsetsToTxnResponse>(),
    entry::<end_txn::EndTxnRequest>(),
    entry::<end_txn::EndTxnResponse>(),
    entry::<write_txn_markers::WriteTxnMarkersRequest>(),
    entry::<write_txn_markers::WriteTxnMarkersResponse>(),
    entry::<txn_offset_commit::TxnOffsetCommitRequest>(),
    entry::<txn_offset_commit::TxnOffsetCommitResponse>(),
    entry::<describe_acls::DescribeAclsRequest>(),
    entry::<describe_acls::DescribeAclsResponse>(),
    entry::<create_acls::CreateAclsRequest>(),
    entry::<create_acls::CreateAclsResponse>(),
    entry::<delete_acls::DeleteAclsRequest>(),
    entry::<delete_acls::DeleteAclsResponse>(),
    entry::<describe_configs::DescribeConfigsRequest>(),
    entry::<describe_configs::DescribeConfigsResponse>(),
    entry::<alter_configs::AlterConfigsRequest>(),
    entry::<alter_configs::AlterConfigsResponse>(),
    entry::<alter_replica_log_dirs::AlterReplicaLogDirsRequest>(),
    entry::<alter_replica_log_dirs::AlterReplicaLogDirsResponse>(),
    entry::<describe_log_dirs::DescribeLogDirsRequest>(),
    entry::<describe_log_dirs::DescribeLogDirsResponse>(),
    entry::<sasl_authenticate::SaslAuthenticateRequest>(),
    entry::<sasl_authenticate::SaslAuthenticateResponse>(),
    entry::<create_partitions::CreatePartitionsRequest>(),
    entry::<create_partitions::CreatePartitionsResponse>(),
    entry::<create_delegation_token::CreateDelegationTokenRequest>(),
    entry::<create_delegation_token::CreateDelegationTokenResponse>(),
    entry::<renew_delegation_token::RenewDelegationTokenRequest>(),
    entry::<renew_delegation_token::RenewDelegationTokenResponse>(),
    entry::<expire_delegation_token::ExpireDelegationTokenRequest>(),
    entry::<expire_delegation_token::ExpireDelegationTokenResponse>(),
    entry::<describe_delegation_token::DescribeDelegationTokenRequest>(),
    entry::<describe_delegation_token::DescribeDelegationTokenResponse>(),
    entry::<delete_groups::DeleteGroupsRequest>(),
    entry::<delete_groups::DeleteGroupsResponse>(),
    entry::<elect_leaders::ElectLeadersRequest>(),
    entry::<elect_leaders::ElectLeadersResponse>(),
    entry::<incremental_alter_configs::IncrementalAlterConfigsRequest>(),
    entry::<incremental_alter_configs::IncrementalAlterConfigsResponse>(),
    entry::<alter_partition_reassignments::AlterPartitionReassignmentsRequest>(),
    entry::<alter_partition_reassignments::AlterPartitionReassignmentsResponse>(),
    entry::<list_partition_reassignments::ListPartitionReassignmentsRequest>(),
    entry::<list_partition_reassignments::ListPartitionReassignmentsResponse>(),
    entry::<offset_delete::OffsetDeleteRequest>(),
    entry::<offset_delete::OffsetDeleteResponse>(),
    entry::<describe_client_quotas::DescribeClientQuotasRequest>(),
    entry::<describe_client_quotas::DescribeClientQuotasResponse>(),
    entry::<alter_client_quotas::AlterClientQuotasRequest>(),
    entry::<alter_client_quotas::AlterClientQuotasResponse>(),
    entry::<describe_user_scram_credentials::DescribeUserScramCredentialsRequest>(),
    entry::<describe_user_scram_credentials::DescribeUserScramCredentialsResponse>(),
    entry::<alter_user_scram_credentials::AlterUserScramCredentialsRequest>(),
    entry::<alter_user_scram_credentials::AlterUserScramCredentialsResponse>(),
    entry::<describe_quorum::DescribeQuorumRequest>(),
    entry::<describe_quorum::DescribeQuorumResponse>(),
    entry::<update_features::UpdateFeaturesRequest>(),
    entry::<update_features::UpdateFeaturesResponse>(),
    entry::<describe_cluster::DescribeClusterRequest>(),
    entry::<describe_cluster::DescribeClusterResponse>(),
    entry::<describe_producers::DescribeProducersRequest>(),
    entry::<describe_producers::DescribeProducersResponse>(),
    entry::<unregister_broker::UnregisterBrokerRequest>(),
    entry::<unregister_broker::UnregisterBrokerResponse>(),
    entry::<describe_transactions::DescribeTransactionsRequest>(),
    entry::<describe_transactions::DescribeTransactionsResponse>(),
    entry::<list_transactions::ListTransactionsRequest>(),
    entry::<list_transactions::ListTransactionsResponse>(),
    entry::<consumer_group_heartbeat::ConsumerGroupHeartbeatRequest>(),
    entry::<consumer_group_heartbeat::ConsumerGroupHeartbeatResponse>(),
    entry::<consumer_group_describe::ConsumerGroupDescribeRequest>(),
    entry::<consumer_group_describe::ConsumerGroupDescribeResponse>(),
    entry::<get_telemetry_subscriptions::GetTelemetrySubscriptionsRequest>(),
    entry::<get_telemetry_subscriptions::GetTelemetrySubscriptionsResponse>(),
    entry::<push_telemetry::PushTelemetryRequest>(),
    entry::<push_telemetry::PushTelemetryResponse>(),
    entry::<list_config_resources::ListConfigResourcesRequest>(),
    entry::<list_config_resources::ListConfigResourcesResponse>(),
    entry::<describe_topic_partitions::DescribeTopicPartitionsRequest>(),
    entry::<describe_topic_partitions::DescribeTopicPartitionsResponse>(),
    entry::<share_group_heartbeat::ShareGroupHeartbeatRequest>(),
    entry::<share_group_heartbeat::ShareGroupHeartbeatResponse>(),
    entry::<share_group_describe::ShareGroupDescribeRequest>(),
    entry::<share_group_describe::ShareGroupDescribeResponse>(),
    entry::<share_fetch::ShareFetchRequest>(),
    entry::<share_fetch::ShareFetchResponse>(),
    entry::<share_acknowledge::ShareAcknowledgeRequest>(),
    entry::<share_acknowledge::ShareAcknowledgeResponse>(),
    entry::<add_raft_voter::AddRaftVoterRequest>(),
    entry::<add_raft_voter::AddRaftVoterResponse>(),
    entry::<remove_raft_voter::RemoveRaftVoterRequest>(),
    entry::<remove_raft_voter::RemoveRaftVoterResponse>(),
    entry::<initialize_share_group_state::InitializeShareGroupStateRequest>(),
    entry::<initialize_share_group_state::InitializeShareGroupStateResponse>(),
    entry::<read_share_group_state::ReadShareGroupStateRequest>(),
    entry::<read_share_group_state::ReadShareGroupStateResponse>(),
    entry::<write_share_group_state::WriteShareGroupStateRequest>(),
    entry::<write_share_group_state::WriteShareGroupStateResponse>(),
    entry::<delete_share_group_state::DeleteShareGroupStateRequest>(),
    entry::<delete_share_group_state::DeleteShareGroupStateResponse>(),
    entry::<read_share_group_state_summary::ReadShareGroupStateSummaryRequest>(),
    entry::<read_share_group_state_summary::ReadShareGroupStateSummaryResponse>(),
    entry::<streams_group_heartbeat::StreamsGroupHeartbeatRequest>(),
    entry::<streams_group_heartbeat::StreamsGroupHeartbeatResponse>(),
    entry::<streams_group_describe::StreamsGroupDescribeRequest>(),
    entry::<streams_group_describe::StreamsGroupDescribeResponse>(),
    entry::<describe_share_group_offsets::DescribeShareGroupOffsetsRequest>(),
    entry::<describe_share_group_offsets::DescribeShareGroupOffsetsResponse>(),
    entry::<alter_share_group_offsets::AlterShareGroupOffsetsRequest>(),
    entry::<alter_share_group_offsets::AlterShareGroupOffsetsResponse>(),
    entry::<delete_share_group_offsets::DeleteShareGroupOffsetsRequest>(),
    entry::<delete_share_group_offsets::DeleteShareGroupOffsetsResponse>(),
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
    entry::<consumer_group_records::ConsumerGroupMetadataKey>(),
    entry::<consumer_group_records::ConsumerGroupMetadataValue>(),
    entry::<consumer_group_records::ConsumerGroupPartitionMetadataKey>(),
    entry::<consumer_group_records::ConsumerGroupPartitionMetadataValue>(),
    entry::<consumer_group_records::ConsumerGroupMemberMetadataKey>(),
    entry::<consumer_group_records::ConsumerGroupMemberMetadataValue>(),
    entry::<consumer_group_records::ConsumerGroupTargetAssignmentMetadataKey>(),
    entry::<consumer_group_records::ConsumerGroupTargetAssignmentMetadataValue>(),
    entry::<consumer_group_records::ConsumerGroupTargetAssignmentMemberKey>(),
    entry::<consumer_group_records::ConsumerGroupTargetAssignmentMemberValue>(),
    entry::<consumer_group_records::ConsumerGroupCurrentMemberAssignmentKey>(),
    entry::<consumer_group_records::ConsumerGroupCurrentMemberAssignmentValue>(),
    entry::<consumer_group_records::ConsumerGroupRegularExpressionKey>(),
    entry::<consumer_group_records::ConsumerGroupRegularExpressionValue>(),
    entry::<share_group_records::ShareGroupMetadataKey>(),
    entry::<share_group_records::ShareGroupMetadataValue>(),
    entry::<share_group_records::ShareGroupMemberMetadataKey>(),
    entry::<share_group_records::ShareGroupMemberMetadataValue>(),
    entry::<share_group_records::ShareGroupTargetAssignmentMetadataKey>(),
    entry::<share_group_records::ShareGroupTargetAssignmentMetadataValue>(),
    entry::<share_group_records::ShareGroupTargetAssignmentMemberKey>(),
    entry::<share_group_records::ShareGroupTargetAssignmentMemberValue>(),
    entry::<share_group_records::ShareGroupCurrentMemberAssignmentKey>(),
    entry::<share_group_records::ShareGroupCurrentMemberAssignmentValue>(),
    entry::<share_group_records::ShareGroupStatePartitionMetadataKey>(),
    entry::<share_group_records::ShareGroupStatePartitionMetadataValue>(),
    entry::<streams_group_records::StreamsGroupMetadataKey>(),
    entry::<streams_group_records::StreamsGroupMetadataValue>(),
    entry::<streams_group_records::StreamsGroupMemberMetadataKey>(),
    entry::<streams_group_records::StreamsGroupMemberMetadataValue>(),
    entry::<streams_group_records::StreamsGroupTargetAssignmentMetadataKey>(),
    entry::<streams_group_records::StreamsGroupTargetAssignmentMetadataValue>(),
    entry::<streams_group_records::StreamsGroupTargetAssignmentMemberKey>(),
    entry::<streams_group_records::StreamsGroupTargetAssignmentMemberValue>(),
    entry::<streams_group_records::StreamsGroupCurrentMemberAssignmentKey>(),
    entry::<streams_group_records::StreamsGroupCurrentMemberAssignmentValue>(),
    entry::<streams_group_records::StreamsGroupTopologyKey>(),
    entry::<streams_group_records::StreamsGroupTopologyValue>(),
    entry::<share_state::ShareSnapshotKey>(),
    entry::<share_state::ShareSnapshotValue>(),
    entry::<share_state::ShareUpdateKey>(),
    entry::<share_state::ShareUpdateValue>(),
    entry::<transaction_log::TransactionLogKey>(),
    entry::<transaction_log::TransactionLogValue>(),
    entry::<metadata_log::UserScramCredentialRecord>(),
    entry::<metadata_log::RemoveUserScramCredentialRecord>(),
    entry::<metadata_log::ClientQuotaRecord>(),
    entry::<metadata_log::AccessControlEntryRecord>(),
    entry::<metadata_log::RemoveAccessControlEntryRecord>(),
    entry::<metadata_log::DelegationTokenRecord>(),
    entry::<metadata_log::RemoveDelegationTokenRecord>(),
];
