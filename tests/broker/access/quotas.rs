//! Clients that exceed their quotas are told so, and held back.

use std::time::Duration;

use rk::base::clock::Moment;
use rk::wire::batch::BatchBuilder;
use rk::wire::messages::alter_client_quotas::{
    AlterClientQuotasRequest, EntityData, EntryData, OpData,
};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::describe_client_quotas::DescribeClientQuotasRequest;
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::messages::produce::{PartitionProduceData, ProduceRequest, TopicProduceData};
use rk::wire::schema::Records;

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

fn set(client: &mut Client, kind: &str, name: Option<&str>, key: &str, value: f64) -> i16 {
    let entry = EntryData {
        entity: vec![EntityData { entity_type: kind.into(), entity_name: name.map(str::to_owned) }],
        ops: vec![OpData { key: key.into(), value, remove: false }],
    };
    let request = AlterClientQuotasRequest { entries: vec![entry], validate_only: false };
    client.call(1, &request).entries[0].error_code
}

fn topic(name: &str, partitions: i32) -> CreateTopicsRequest {
    let topic = CreatableTopic {
        name: name.into(),
        num_partitions: partitions,
        replication_factor: 1,
        ..Default::default()
    };
    CreateTopicsRequest { topics: vec![topic], ..Default::default() }
}

#[test]
fn a_producer_over_its_rate_is_muted_as_long_as_it_is_told() {
    // Two windows of a second: the rate is counted over one at the least.
    let broker = TestBroker::with(&[("quota.window.num", "2")]);
    let mut admin = Client::connect(broker.address());
    admin.call(7, &topic("t", 1));
    assert_eq!(set(&mut admin, "client-id", Some("slow"), "producer_byte_rate", 20_000.0), 0);
    let mut batch = BatchBuilder::new();
    batch.push(1, None, Some(&[7; 25_000]), &[]);
    let records = Records(batch.build().unwrap());
    let request = ProduceRequest {
        acks: -1,
        timeout_ms: 1000,
        topic_data: vec![TopicProduceData {
            name: "t".into(),
            partition_data: vec![PartitionProduceData { index: 0, records: Some(records) }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut slow = Client::connect(broker.address());
    slow.client_id = Some("slow".into());
    let begun = Moment::now();
    let told = slow.call(9, &request);
    assert_eq!(told.responses[0].partition_responses[0].error_code, 0);
    // 25 kB and a little in one second, where 20 are allowed: a quarter of a second too much.
    let held_ms = told.throttle_time_ms;
    assert!((240..300).contains(&held_ms), "{held_ms}");
    assert_eq!(slow.call(12, &MetadataRequest::default()).throttle_time_ms, 0);
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(held_ms as u64), "{took:?}");
    // Others go on.
    assert_eq!(admin.call(9, &request).throttle_time_ms, 0);
}

#[test]
fn changes_of_the_cluster_cost_tokens() {
    let broker = TestBroker::with(&[("controller.quota.window.num", "1")]);
    let mut client = Client::connect(broker.address());
    // A bucket of one second that is full with a hundredth of a token: the first change is on
    // credit, and it takes minutes until there is a token again.
    assert_eq!(set(&mut client, "user", None, "controller_mutation_rate", 0.01), 0);
    let first = client.call(7, &topic("a", 2));
    assert_eq!(first.topics[0].error_code, 0);
    assert!((150_000..=200_000).contains(&first.throttle_time_ms), "{first:?}");
    let mut other = Client::connect(broker.address());
    let refused = other.call(7, &topic("b", 1));
    assert_eq!(refused.topics[0].error_code, 89);
    let text = refused.topics[0].error_message.as_deref();
    assert_eq!(text, Some("The throttling quota has been exceeded."));
    assert!(refused.throttle_time_ms > 0);
}

#[test]
fn an_address_that_connects_too_often_is_closed() {
    let broker = TestBroker::with(&[("quota.window.num", "2")]);
    let mut admin = Client::connect(broker.address());
    assert_eq!(set(&mut admin, "ip", Some("127.0.0.1"), "connection_creation_rate", 2.0), 0);
    let connected = (0..4).map(|_| {
        let mut client = Client::connect(broker.address());
        client.send(12, &MetadataRequest::default());
        client.receive_frame().is_some()
    });
    let connected: Vec<bool> = connected.collect();
    assert!(connected[0] && connected.contains(&false), "{connected:?}");
    assert_eq!(
        set(&mut admin, "ip", Some("no.such.host.invalid"), "connection_creation_rate", 2.0),
        42
    );
    let told = admin.call(1, &DescribeClientQuotasRequest::default());
    assert_eq!(told.entries.unwrap().len(), 1);
}
