//! A broker that is stopped and started on its directory is the broker it was.

use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::describe_cluster::DescribeClusterRequest;
use rk::wire::messages::describe_configs::{DescribeConfigsRequest, DescribeConfigsResource};
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic,
};
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchRequestGroup};

use super::fetching::{batch, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// What a client can see of a cluster.
#[derive(Debug, PartialEq)]
struct Seen {
    cluster_id: String,
    topics: Vec<(String, String, usize)>,
    retention: Option<String>,
    end: i64,
    committed: i64,
}

fn look(client: &mut Client) -> Seen {
    let all = client.call(13, &MetadataRequest { topics: None, ..Default::default() });
    let mut topics: Vec<_> = all
        .topics
        .iter()
        .map(|t| (t.name.clone().unwrap(), t.topic_id.to_string(), t.partitions.len()))
        .collect();
    topics.sort();
    let configs = client.call(
        4,
        &DescribeConfigsRequest {
            resources: vec![DescribeConfigsResource {
                resource_type: 2,
                resource_name: "t".into(),
                configuration_keys: Some(vec!["retention.ms".into()]),
            }],
            ..Default::default()
        },
    );
    let offsets = client.call(
        7,
        &ListOffsetsRequest {
            topics: vec![ListOffsetsTopic {
                name: "t".into(),
                partitions: vec![ListOffsetsPartition { timestamp: -1, ..Default::default() }],
            }],
            ..Default::default()
        },
    );
    let committed = client.call(
        8,
        &OffsetFetchRequest {
            groups: vec![OffsetFetchRequestGroup {
                group_id: "g".into(),
                topics: None,
                ..Default::default()
            }],
            ..Default::default()
        },
    );
    Seen {
        cluster_id: client.call(1, &DescribeClusterRequest::default()).cluster_id,
        topics,
        retention: configs.results[0].configs[0].value.clone(),
        end: offsets.topics[0].partitions[0].offset,
        committed: committed.groups[0].topics[0].partitions[0].committed_offset,
    }
}

#[test]
fn topics_records_offsets_and_ids_are_found_again() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let topic = CreatableTopic {
        name: "t".into(),
        num_partitions: 3,
        replication_factor: 1,
        configs: vec![CreatableTopicConfig {
            name: "retention.ms".into(),
            value: Some("123456".into()),
        }],
        ..Default::default()
    };
    let created =
        client.call(7, &CreateTopicsRequest { topics: vec![topic], ..Default::default() });
    assert_eq!(created.topics[0].error_code, 0, "{created:?}");
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(7, 100)))), 0);
    let coordinator =
        client.call(2, &FindCoordinatorRequest { key: "g".into(), ..Default::default() });
    assert_eq!(coordinator.error_code, 0);
    let partition = OffsetCommitRequestPartition { committed_offset: 5, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let commit =
        OffsetCommitRequest { group_id: "g".into(), topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(8, &commit).topics[0].partitions[0].error_code, 0);
    let id = InitProducerIdRequest { transactional_id: None, ..Default::default() };
    let producer_id = client.call(4, &id).producer_id;
    let before = look(&mut client);
    assert_eq!((before.end, before.committed), (7, 5));

    let broker = broker.restart();
    let mut client = Client::connect(broker.address());
    assert_eq!(look(&mut client), before);
    assert!(client.call(4, &id).producer_id > producer_id, "no id is given twice");
    let broker = broker.restart();
    assert_eq!(look(&mut Client::connect(broker.address())), before);
}

#[test]
fn offsets_that_are_asked_for_twice_are_refused_and_others_are_told() {
    let broker = TestBroker::start();
    let mut client = super::fetching::client_with_topic(&broker, "t");
    let ask = |partition_index| ListOffsetsPartition {
        partition_index,
        timestamp: -1,
        ..Default::default()
    };
    let partitions = [0, 1, 0, 9].map(ask).to_vec();
    let topics = vec![ListOffsetsTopic { name: "t".into(), partitions }];
    let answer = client.call(7, &ListOffsetsRequest { topics, ..Default::default() });
    let told = answer.topics[0].partitions.iter().map(|p| (p.partition_index, p.error_code));
    assert_eq!(told.collect::<Vec<_>>(), [(0, 42), (1, 0), (9, 3)]);
}
