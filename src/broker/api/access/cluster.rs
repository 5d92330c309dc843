//! Requests about the cluster as a whole: one operation on it, all or nothing.

use super::{Gate, Guarded, Verdict, needs};
use crate::broker::meta::acl::Operation;
use crate::wire::ErrorCode;
use crate::wire::messages::add_raft_voter::{AddRaftVoterRequest, AddRaftVoterResponse};
use crate::wire::messages::alter_client_quotas as alter_quotas;
use crate::wire::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse,
    ReassignablePartitionResponse, ReassignableTopicResponse,
};
use crate::wire::messages::alter_replica_log_dirs::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult, AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
};
use crate::wire::messages::alter_user_scram_credentials::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse,
    AlterUserScramCredentialsResult,
};
use crate::wire::messages::describe_client_quotas::{
    DescribeClientQuotasRequest, DescribeClientQuotasResponse,
};
use crate::wire::messages::describe_cluster::DescribeClusterRequest;
use crate::wire::messages::describe_log_dirs::{DescribeLogDirsRequest, DescribeLogDirsResponse};
use crate::wire::messages::describe_quorum::{DescribeQuorumRequest, DescribeQuorumResponse};
use crate::wire::messages::describe_user_scram_credentials::{
    DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse,
    DescribeUserScramCredentialsResult,
};
use crate::wire::messages::elect_leaders::{
    ElectLeadersRequest, ElectLeadersResponse, PartitionResult, ReplicaElectionResult,
};
use crate::wire::messages::list_config_resources::{
    ListConfigResourcesRequest, ListConfigResourcesResponse,
};
use crate::wire::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment, OngoingTopicReassignment,
};
use crate::wire::messages::remove_raft_voter::{RemoveRaftVoterRequest, RemoveRaftVoterResponse};
use crate::wire::messages::unregister_broker::{UnregisterBrokerRequest, UnregisterBrokerResponse};
use crate::wire::messages::update_features::{UpdateFeaturesRequest, UpdateFeaturesResponse};

const FAILED: i16 = ErrorCode::CLUSTER_AUTHORIZATION_FAILED.0;
/// The text of the error code itself.
const FAILED_TEXT: &str = "Cluster authorization failed.";

/// Declares requests: the operation that each needs, and its answer without.
macro_rules! cluster {
    ($($request:ident $operation:ident $asked:pat => $refused:expr;)*) => {
        $(impl Guarded for $request {
            fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
                if gate.may_cluster(Operation::$operation) {
                    return Verdict::Go;
                }
                let $asked = self;
                Verdict::Refused($refused)
            }
        })*
    };
}

cluster! {
    DescribeLogDirsRequest Describe _ =>
        DescribeLogDirsResponse { error_code: FAILED, ..Default::default() };
    AlterReplicaLogDirsRequest Alter request => refused_moves(request);
    AlterPartitionReassignmentsRequest Alter request => refused_reassignments(request);
    ListPartitionReassignmentsRequest Describe request => refused_listing(request);
    DescribeQuorumRequest Describe _ => DescribeQuorumResponse {
        error_code: FAILED,
        error_message: Some(FAILED_TEXT.into()),
        ..Default::default()
    };
    UpdateFeaturesRequest Alter _ => UpdateFeaturesResponse {
        error_code: FAILED,
        error_message: needs(Operation::Alter),
        ..Default::default()
    };
    UnregisterBrokerRequest Alter _ => UnregisterBrokerResponse {
        error_code: FAILED,
        error_message: needs(Operation::Alter),
        ..Default::default()
    };
    AddRaftVoterRequest Alter _ => AddRaftVoterResponse {
        error_code: FAILED,
        error_message: Some(FAILED_TEXT.into()),
        ..Default::default()
    };
    RemoveRaftVoterRequest Alter _ => RemoveRaftVoterResponse {
        error_code: FAILED,
        error_message: Some(FAILED_TEXT.into()),
        ..Default::default()
    };
    ListConfigResourcesRequest DescribeConfigs _ =>
        ListConfigResourcesResponse { error_code: FAILED, ..Default::default() };
    DescribeClientQuotasRequest DescribeConfigs _ => DescribeClientQuotasResponse {
        error_code: FAILED,
        error_message: None,
        entries: None,
        ..Default::default()
    };
    DescribeUserScramCredentialsRequest Describe request => refused_users(request);
}

impl Guarded for ElectLeadersRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Alter) {
            return Verdict::Go;
        }
        let topics = self.topic_partitions.iter().flatten();
        let results = topics.map(|topic| ReplicaElectionResult {
            topic: topic.topic.clone(),
            partition_result: topic
                .partitions
                .iter()
                .map(|index| PartitionResult {
                    partition_id: *index,
                    error_code: FAILED,
                    error_message: needs(Operation::Alter),
                })
                .collect(),
        });
        Verdict::Refused(ElectLeadersResponse {
            throttle_time_ms: 0,
            // Before version 1 there is room for it with each partition only.
            error_code: if gate.version >= 1 { FAILED } else { 0 },
            replica_election_results: results.collect(),
        })
    }
}

impl Guarded for alter_quotas::AlterClientQuotasRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::AlterConfigs) {
            return Verdict::Go;
        }
        let entries = self.entries.iter().map(|entry| alter_quotas::EntryDataResponse {
            error_code: FAILED,
            error_message: Some(FAILED_TEXT.into()),
            entity: entry
                .entity
                .iter()
                .map(|part| alter_quotas::EntityDataResponse {
                    entity_type: part.entity_type.clone(),
                    entity_name: part.entity_name.clone(),
                })
                .collect(),
        });
        let entries = entries.collect();
        Verdict::Refused(alter_quotas::AlterClientQuotasResponse { throttle_time_ms: 0, entries })
    }
}

impl Guarded for AlterUserScramCredentialsRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if gate.may_cluster(Operation::Alter) {
            return Verdict::Go;
        }
        let upserted = self.upsertions.iter().map(|upsertion| &upsertion.name);
        let users = self.deletions.iter().map(|deletion| &deletion.name).chain(upserted);
        // Each user once, as Kafka has it.
        let users: std::collections::BTreeSet<&String> = users.collect();
        let results = users.into_iter().map(|user| AlterUserScramCredentialsResult {
            user: user.clone(),
            error_code: FAILED,
            error_message: needs(Operation::Alter),
        });
        let results = results.collect();
        Verdict::Refused(AlterUserScramCredentialsResponse { throttle_time_ms: 0, results })
    }
}

impl Guarded for DescribeClusterRequest {
    fn ask(&mut self, gate: &Gate<'_>) -> Verdict<Self::Response> {
        if !self.include_cluster_authorized_operations {
            return Verdict::Go;
        }
        let operations = gate.cluster_operations();
        Verdict::then(move |response: &mut Self::Response| {
            if response.error_code == 0 {
                response.cluster_authorized_operations = operations;
            }
        })
    }
}

fn refused_reassignments(
    request: &AlterPartitionReassignmentsRequest,
) -> AlterPartitionReassignmentsResponse {
    let responses = request.topics.iter().map(|topic| ReassignableTopicResponse {
        name: topic.name.clone(),
        partitions: topic
            .partitions
            .iter()
            .map(|partition| ReassignablePartitionResponse {
                partition_index: partition.partition_index,
                error_code: FAILED,
                error_message: needs(Operation::Alter),
            })
            .collect(),
    });
    AlterPartitionReassignmentsResponse {
        error_code: FAILED,
        error_message: needs(Operation::Alter),
        responses: responses.collect(),
        ..Default::default()
    }
}

fn refused_listing(
    request: &ListPartitionReassignmentsRequest,
) -> ListPartitionReassignmentsResponse {
    let topics = request.topics.iter().flatten().map(|topic| OngoingTopicReassignment {
        name: topic.name.clone(),
        partitions: topic
            .partition_indexes
            .iter()
            .map(|index| OngoingPartitionReassignment {
                partition_index: *index,
                ..Default::default()
            })
            .collect(),
    });
    ListPartitionReassignmentsResponse {
        error_code: FAILED,
        error_message: needs(Operation::Describe),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn refused_users(
    request: &DescribeUserScramCredentialsRequest,
) -> DescribeUserScramCredentialsResponse {
    // Without words, and without the users' names.
    let results = request.users.iter().flatten().map(|_| DescribeUserScramCredentialsResult {
        error_code: FAILED,
        error_message: None,
        ..Default::default()
    });
    DescribeUserScramCredentialsResponse {
        error_code: FAILED,
        error_message: None,
        results: results.collect(),
        ..Default::default()
    }
}

fn refused_moves(request: &AlterReplicaLogDirsRequest) -> AlterReplicaLogDirsResponse {
    let topics = request.dirs.iter().flat_map(|dir| &dir.topics);
    let results = topics.map(|topic| AlterReplicaLogDirTopicResult {
        topic_name: topic.name.clone(),
        partitions: topic
            .partitions
            .iter()
            .map(|index| AlterReplicaLogDirPartitionResult {
                partition_index: *index,
                error_code: FAILED,
            })
            .collect(),
    });
    AlterReplicaLogDirsResponse { results: results.collect(), ..Default::default() }
}
