//! Every API in every version that the broker says it serves: asked something sensible, it
//! answers with a body that reads to its last byte, and the connection lives on.

use std::collections::BTreeMap;

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::wire::batch::BatchBuilder;
use rk::wire::messages as m;
use rk::wire::schema::{Records, Request};

use super::every_transaction_api;
use super::{every_access_api, every_cluster_api, every_group_api, every_share_api};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

pub(super) struct Asker {
    pub(super) client: Client,
    offered: BTreeMap<i16, (i16, i16)>,
    topic_id: Uuid,
}

impl Asker {
    fn new(broker: &TestBroker) -> Self {
        let mut client = Client::connect(broker.address());
        let software = m::api_versions::ApiVersionsRequest {
            client_software_name: "test".into(),
            client_software_version: "1".into(),
        };
        let answer = client.call(4, &software);
        let offered = answer.api_keys.iter().map(|k| (k.api_key, (k.min_version, k.max_version)));
        Asker { offered: offered.collect(), client, topic_id: Uuid::ZERO }
    }

    /// Asks in every version that is offered and that exists, and hands each answer on.
    pub(super) fn ask<R: Request>(
        &mut self,
        request: impl Fn(i16, Uuid) -> R,
        mut look: impl FnMut(i16, R::Response),
    ) {
        let table = R::TABLE;
        let (first, last) = self.offered.remove(&table.key).unwrap_or_else(|| {
            panic!("{} is not offered", table.name());
        });
        for version in first.max(table.versions.first)..=last {
            let answer = self.client.call(version, &request(version, self.topic_id));
            look(version, answer);
        }
    }
}

fn batch() -> Bytes {
    let mut batch = BatchBuilder::new();
    batch.push(1_700_000_000_000, Some(b"k"), Some(b"v"), &[]);
    batch.build().unwrap()
}

fn name(version: i16, by_id_from: i16) -> String {
    if version >= by_id_from { String::new() } else { "t".into() }
}

fn id(version: i16, by_id_from: i16, id: Uuid) -> Uuid {
    if version >= by_id_from { id } else { Uuid::ZERO }
}

#[test]
fn every_api_answers_in_every_version_it_offers() {
    ask_all(&mut Asker::new(&TestBroker::start()));
}

fn ask_all(asker: &mut Asker) {
    topics(asker);
    records(asker);
    groups(asker);
    cluster(asker);
    every_access_api::ask(asker);
    every_cluster_api::ask(asker);
    every_group_api::ask(asker);
    every_share_api::ask(asker);
    every_transaction_api::ask(asker);
    deletions(asker);
    assert!(asker.offered.is_empty(), "not asked: {:?}", asker.offered);
}

/// Asks all of it, and returns the requests as they were sent, and the id of the topic that many
/// of them are about and that is gone by now.
pub(crate) fn requests(broker: &TestBroker) -> (Vec<Vec<u8>>, Uuid) {
    let mut asker = Asker::new(broker);
    asker.client.sent = Some(Vec::new());
    ask_all(&mut asker);
    (asker.client.sent.unwrap(), asker.topic_id)
}

fn topics(asker: &mut Asker) {
    use m::create_topics::{CreatableTopic, CreateTopicsRequest};
    let topic = |name: String| CreatableTopic {
        name,
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    };
    asker.ask(
        |v, _| CreateTopicsRequest {
            topics: vec![topic(if v == 7 { "t".into() } else { format!("t{v}") })],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.topics[0].error_code, 0, "version {v}: {answer:?}"),
    );
    let mut found = Uuid::ZERO;
    asker.ask(
        |_, _| m::metadata::MetadataRequest {
            topics: Some(vec![m::metadata::MetadataRequestTopic {
                name: Some("t".into()),
                ..Default::default()
            }]),
            ..Default::default()
        },
        |v, answer| {
            assert_eq!(answer.topics[0].error_code, 0, "version {v}");
            assert_eq!(answer.topics[0].partitions.len(), 1);
            assert_eq!(answer.brokers.len(), 1);
            found = answer.topics[0].topic_id;
        },
    );
    assert!(!found.is_zero());
    asker.topic_id = found;
    asker.ask(
        |_, _| m::describe_topic_partitions::DescribeTopicPartitionsRequest::default(),
        |_, answer| assert!(answer.topics.iter().any(|t| t.name.as_deref() == Some("t"))),
    );
    asker.ask(
        |v, _| m::create_partitions::CreatePartitionsRequest {
            topics: vec![m::create_partitions::CreatePartitionsTopic {
                name: "t2".into(),
                count: 2 + i32::from(v),
                assignments: None,
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.results[0].error_code, 0, "version {v}: {answer:?}"),
    );
    configs(asker);
}

fn configs(asker: &mut Asker) {
    asker.ask(
        |v, _| m::describe_configs::DescribeConfigsRequest {
            resources: vec![m::describe_configs::DescribeConfigsResource {
                resource_type: 2,
                resource_name: "t".into(),
                configuration_keys: None,
            }],
            include_synonyms: true,
            include_documentation: v >= 3,
        },
        |v, answer| {
            assert_eq!(answer.results[0].error_code, 0, "version {v}");
            assert!(answer.results[0].configs.len() > 20);
        },
    );
    asker.ask(
        |_, _| m::alter_configs::AlterConfigsRequest {
            resources: vec![m::alter_configs::AlterConfigsResource {
                resource_type: 2,
                resource_name: "t".into(),
                configs: vec![m::alter_configs::AlterableConfig {
                    name: "retention.ms".into(),
                    value: Some("1000000".into()),
                }],
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.responses[0].error_code, 0, "version {v}: {answer:?}"),
    );
    use m::incremental_alter_configs as inc;
    asker.ask(
        |_, _| inc::IncrementalAlterConfigsRequest {
            resources: vec![inc::AlterConfigsResource {
                resource_type: 2,
                resource_name: "t".into(),
                configs: vec![inc::AlterableConfig {
                    name: "retention.ms".into(),
                    config_operation: 0,
                    value: Some("2000000".into()),
                }],
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.responses[0].error_code, 0, "version {v}: {answer:?}"),
    );
}

fn records(asker: &mut Asker) {
    let mut next = 0;
    asker.ask(
        |v, topic| m::produce::ProduceRequest {
            acks: -1,
            timeout_ms: 1000,
            topic_data: vec![m::produce::TopicProduceData {
                name: name(v, 13),
                topic_id: id(v, 13, topic),
                partition_data: vec![m::produce::PartitionProduceData {
                    index: 0,
                    records: Some(Records(batch())),
                }],
            }],
            ..Default::default()
        },
        |v, answer| {
            let partition = &answer.responses[0].partition_responses[0];
            assert_eq!((partition.error_code, partition.base_offset), (0, next), "version {v}");
            next += 1;
        },
    );
    asker.ask(
        |v, topic| m::fetch::FetchRequest {
            max_wait_ms: 100,
            min_bytes: 1,
            topics: vec![m::fetch::FetchTopic {
                topic: name(v, 13),
                topic_id: id(v, 13, topic),
                partitions: vec![m::fetch::FetchPartition {
                    fetch_offset: 1,
                    partition_max_bytes: 1 << 20,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        },
        |v, answer| {
            let partition = &answer.responses[0].partitions[0];
            assert_eq!((partition.error_code, partition.high_watermark), (0, next), "version {v}");
            assert!(!partition.records.as_ref().unwrap().0.is_empty());
        },
    );
    offsets(asker, next);
}

fn offsets(asker: &mut Asker, end: i64) {
    // A partition is asked for once in a request: each version asks for another of the times.
    let of = |v: i16| [(-1, end), (-2, 0), (1_700_000_000_000, 0)][v as usize % 3];
    asker.ask(
        |v, _| list_offsets(of(v).0),
        |v, answer| {
            let found = &answer.topics[0].partitions[0];
            assert_eq!((found.error_code, found.offset), (0, of(v).1), "version {v}");
        },
    );
    asker.ask(
        |_, _| m::offset_for_leader_epoch::OffsetForLeaderEpochRequest {
            topics: vec![m::offset_for_leader_epoch::OffsetForLeaderTopic {
                topic: "t".into(),
                partitions: vec![m::offset_for_leader_epoch::OffsetForLeaderPartition {
                    partition: 0,
                    leader_epoch: 0,
                    ..Default::default()
                }],
            }],
            ..Default::default()
        },
        |v, answer| {
            let partition = &answer.topics[0].partitions[0];
            assert_eq!((partition.error_code, partition.end_offset), (0, end), "version {v}");
        },
    );
    asker.ask(
        |_, _| m::init_producer_id::InitProducerIdRequest {
            transactional_id: None,
            transaction_timeout_ms: 1000,
            ..Default::default()
        },
        |v, answer| assert!(answer.error_code == 0 && answer.producer_id >= 0, "version {v}"),
    );
}

fn list_offsets(timestamp: i64) -> m::list_offsets::ListOffsetsRequest {
    let partition = m::list_offsets::ListOffsetsPartition {
        partition_index: 0,
        timestamp,
        ..Default::default()
    };
    let topic = m::list_offsets::ListOffsetsTopic { name: "t".into(), partitions: vec![partition] };
    m::list_offsets::ListOffsetsRequest {
        replica_id: -1,
        topics: vec![topic],
        ..Default::default()
    }
}

fn groups(asker: &mut Asker) {
    asker.ask(
        |v, _| m::find_coordinator::FindCoordinatorRequest {
            key: if v < 4 { "g".into() } else { String::new() },
            coordinator_keys: if v < 4 { Vec::new() } else { vec!["g".into()] },
            key_type: 0,
        },
        |v, answer| {
            let error = answer.coordinators.first().map_or(answer.error_code, |c| c.error_code);
            assert_eq!(error, 0, "version {v}");
        },
    );
    let protocol = m::join_group::JoinGroupRequestProtocol {
        name: "range".into(),
        metadata: Bytes::from_static(b"m"),
    };
    let mut members: Vec<(i16, String, i32)> = Vec::new();
    asker.ask(
        |v, _| m::join_group::JoinGroupRequest {
            group_id: format!("g{v}"),
            session_timeout_ms: 10_000,
            rebalance_timeout_ms: if v >= 1 { 10_000 } else { -1 },
            protocol_type: "consumer".into(),
            protocols: vec![protocol.clone()],
            ..Default::default()
        },
        |v, answer| {
            // From version 4 on a new member is given its id first (KIP-394).
            let expected = if v >= 4 { 79 } else { 0 };
            assert_eq!(answer.error_code, expected, "version {v}");
            assert!(!answer.member_id.is_empty());
            members.push((v, answer.member_id, answer.generation_id));
        },
    );
    membership(asker, &members);
    committed(asker);
}

fn membership(asker: &mut Asker, members: &[(i16, String, i32)]) {
    let (_, member_id, generation_id) = members[0].clone();
    asker.ask(
        |v, _| m::sync_group::SyncGroupRequest {
            group_id: "g0".into(),
            protocol_type: (v >= 5).then(|| "consumer".into()),
            protocol_name: (v >= 5).then(|| "range".into()),
            generation_id,
            member_id: member_id.clone(),
            assignments: vec![m::sync_group::SyncGroupRequestAssignment {
                member_id: member_id.clone(),
                assignment: Bytes::from_static(b"a"),
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!((answer.error_code, &answer.assignment[..]), (0, &b"a"[..]), "{v}"),
    );
    asker.ask(
        |_, _| m::heartbeat::HeartbeatRequest {
            group_id: "g0".into(),
            generation_id,
            member_id: member_id.clone(),
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.error_code, 0, "version {v}"),
    );
    asker.ask(
        |_, _| m::list_groups::ListGroupsRequest::default(),
        |_, answer| assert!(answer.groups.iter().any(|group| group.group_id == "g0")),
    );
    asker.ask(
        |_, _| m::describe_groups::DescribeGroupsRequest {
            groups: vec!["g0".into()],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.groups[0].group_state, "Stable", "version {v}"),
    );
    asker.ask(
        |_, _| m::consumer_group_describe::ConsumerGroupDescribeRequest {
            group_ids: vec!["g0".into()],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.groups[0].error_code, 69, "version {v}"),
    );
    asker.ask(
        |v, _| m::leave_group::LeaveGroupRequest {
            group_id: "g0".into(),
            member_id: if v < 3 { member_id.clone() } else { String::new() },
            members: if v < 3 {
                Vec::new()
            } else {
                vec![m::leave_group::MemberIdentity {
                    member_id: member_id.clone(),
                    ..Default::default()
                }]
            },
        },
        |v, answer| {
            let error =
                answer.members.first().map_or(answer.error_code, |member| member.error_code);
            // It leaves once; afterwards it is not known.
            assert_eq!(error, if v == 0 { 0 } else { 25 }, "version {v}");
        },
    );
}

fn committed(asker: &mut Asker) {
    asker.ask(
        |v, topic| m::offset_commit::OffsetCommitRequest {
            group_id: "simple".into(),
            topics: vec![m::offset_commit::OffsetCommitRequestTopic {
                name: name(v, 10),
                topic_id: id(v, 10, topic),
                partitions: vec![m::offset_commit::OffsetCommitRequestPartition {
                    partition_index: 0,
                    committed_offset: 7,
                    committed_metadata: Some("m".into()),
                    ..Default::default()
                }],
            }],
            ..Default::default()
        },
        |v, answer| assert_eq!(answer.topics[0].partitions[0].error_code, 0, "version {v}"),
    );
    use m::offset_fetch as of;
    asker.ask(
        |v, topic| of::OffsetFetchRequest {
            group_id: if v < 8 { "simple".into() } else { String::new() },
            topics: Some(if v < 8 {
                vec![of::OffsetFetchRequestTopic { name: "t".into(), partition_indexes: vec![0] }]
            } else {
                Vec::new()
            }),
            groups: if v < 8 {
                Vec::new()
            } else {
                vec![of::OffsetFetchRequestGroup {
                    group_id: "simple".into(),
                    topics: Some(vec![of::OffsetFetchRequestTopics {
                        name: name(v, 10),
                        topic_id: id(v, 10, topic),
                        partition_indexes: vec![0],
                    }]),
                    ..Default::default()
                }]
            },
            require_stable: v >= 7,
        },
        |v, answer| {
            let old = answer.topics.first().map(|t| t.partitions[0].committed_offset);
            let new = answer.groups.first().map(|g| g.topics[0].partitions[0].committed_offset);
            assert_eq!(old.or(new), Some(7), "version {v}");
        },
    );
    asker.ask(
        |_, _| m::offset_delete::OffsetDeleteRequest {
            group_id: "simple".into(),
            topics: vec![m::offset_delete::OffsetDeleteRequestTopic {
                name: "t".into(),
                partitions: vec![m::offset_delete::OffsetDeleteRequestPartition {
                    partition_index: 0,
                }],
            }],
        },
        |v, answer| assert_eq!(answer.error_code, 0, "version {v}"),
    );
}

fn cluster(asker: &mut Asker) {
    asker.ask(
        |_, _| m::api_versions::ApiVersionsRequest {
            client_software_name: "test".into(),
            client_software_version: "1".into(),
        },
        |v, answer| assert_eq!(answer.error_code, 0, "version {v}"),
    );
    asker.ask(
        |_, _| m::describe_cluster::DescribeClusterRequest::default(),
        |v, answer| assert_eq!((answer.error_code, answer.brokers.len()), (0, 1), "version {v}"),
    );
    asker.ask(
        |_, _| m::describe_log_dirs::DescribeLogDirsRequest { topics: None },
        |v, answer| {
            let topics = &answer.results[0].topics;
            let size =
                topics.iter().find(|t| t.name == "t").map(|t| t.partitions[0].partition_size);
            assert!(size.is_some_and(|size| size > 0), "version {v}");
        },
    );
}

fn deletions(asker: &mut Asker) {
    asker.ask(
        |_, _| m::delete_records::DeleteRecordsRequest {
            topics: vec![m::delete_records::DeleteRecordsTopic {
                name: "t".into(),
                partitions: vec![m::delete_records::DeleteRecordsPartition {
                    partition_index: 0,
                    offset: 2,
                }],
            }],
            timeout_ms: 1000,
        },
        |v, answer| {
            let partition = &answer.topics[0].partitions[0];
            assert_eq!((partition.error_code, partition.low_watermark), (0, 2), "version {v}");
        },
    );
    asker.ask(
        |v, _| m::delete_groups::DeleteGroupsRequest { groups_names: vec![format!("g{}", 5 + v)] },
        |v, answer| assert_eq!(answer.results.len(), 1, "version {v}"),
    );
    use m::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
    asker.ask(
        |v, topic| DeleteTopicsRequest {
            topic_names: if v < 6 { vec![format!("t{}", v + 1)] } else { Vec::new() },
            topics: if v < 6 {
                Vec::new()
            } else {
                vec![DeleteTopicState { name: None, topic_id: topic }]
            },
            timeout_ms: 1000,
        },
        |v, answer| assert_eq!(answer.responses[0].error_code, 0, "version {v}: {answer:?}"),
    );
}
