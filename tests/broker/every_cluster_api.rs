//! The APIs about the cluster itself, in every version that is offered.

use rk::wire::messages as m;

use super::every_version::Asker;

pub(super) fn ask(asker: &mut Asker) {
    replicas(asker);
    quorum(asker);
    asker.ask(
        |_, _| m::unregister_broker::UnregisterBrokerRequest { broker_id: 9 },
        |_, answer| assert_eq!(answer.error_code, 102),
    );
    asker.ask(
        |_, _| m::list_config_resources::ListConfigResourcesRequest::default(),
        |v, answer| assert_eq!(answer.config_resources.is_empty(), v == 0, "{answer:?}"),
    );
}

fn replicas(asker: &mut Asker) {
    use m::alter_partition_reassignments as reassign;
    use m::alter_replica_log_dirs as dirs;
    asker.ask(
        |_, _| dirs::AlterReplicaLogDirsRequest {
            dirs: vec![dirs::AlterReplicaLogDir {
                path: "/none".into(),
                topics: vec![dirs::AlterReplicaLogDirTopic {
                    name: "t".into(),
                    partitions: vec![0],
                }],
            }],
        },
        |_, answer| assert_eq!(answer.results[0].partitions[0].error_code, 57),
    );
    asker.ask(
        |_, _| m::elect_leaders::ElectLeadersRequest {
            topic_partitions: Some(vec![m::elect_leaders::TopicPartitions {
                topic: "t".into(),
                partitions: vec![0],
            }]),
            ..Default::default()
        },
        |_, answer| {
            let told = &answer.replica_election_results[0].partition_result[0];
            assert_eq!(told.error_code, 84);
        },
    );
    asker.ask(
        |_, _| reassign::AlterPartitionReassignmentsRequest {
            topics: vec![reassign::ReassignableTopic {
                name: "t".into(),
                partitions: vec![reassign::ReassignablePartition {
                    partition_index: 0,
                    replicas: Some(vec![1]),
                }],
            }],
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.responses[0].partitions[0].error_code, 0),
    );
    asker.ask(
        |_, _| m::list_partition_reassignments::ListPartitionReassignmentsRequest::default(),
        |_, answer| assert!(answer.topics.is_empty()),
    );
}

fn quorum(asker: &mut Asker) {
    use m::describe_quorum as described;
    asker.ask(
        |_, _| described::DescribeQuorumRequest {
            topics: vec![described::TopicData {
                topic_name: "__cluster_metadata".into(),
                partitions: vec![described::PartitionData { partition_index: 0 }],
            }],
        },
        |_, answer| {
            let partition = &answer.topics[0].partitions[0];
            assert_eq!((partition.error_code, partition.leader_id), (0, 1));
            assert!(partition.high_watermark > 0);
        },
    );
    asker.ask(
        |v, _| m::update_features::UpdateFeaturesRequest {
            feature_updates: vec![m::update_features::FeatureUpdateKey {
                feature: "group.version".into(),
                max_version_level: 1,
                ..Default::default()
            }],
            validate_only: v > 0,
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.results.len(), usize::from(v < 2), "{answer:?}"),
    );
    asker.ask(
        |_, _| m::add_raft_voter::AddRaftVoterRequest { cluster_id: None, ..Default::default() },
        |_, answer| assert_eq!(answer.error_code, 42),
    );
    asker.ask(
        |_, _| m::remove_raft_voter::RemoveRaftVoterRequest {
            cluster_id: None,
            ..Default::default()
        },
        |_, answer| assert_eq!(answer.error_code, 35),
    );
}
