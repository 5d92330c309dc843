//! Fetch: waiting, limits, sessions and errors, through the socket.

use std::time::Duration;

use bytes::Bytes;
use rk::base::clock::Moment;
use rk::wire::batch::{BatchBuilder, Batches};
use rk::wire::messages::delete_topics::DeleteTopicsRequest;
use rk::wire::messages::fetch::{FetchPartition, FetchRequest, FetchResponse, FetchTopic};
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use rk::wire::messages::produce::{
    PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData,
};
use rk::wire::schema::Records;

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// Returns a client, with a topic of four partitions made by asking for it.
pub(crate) fn client_with_topic(broker: &TestBroker, name: &str) -> Client {
    let mut client = Client::connect(broker.address());
    let topic = MetadataRequestTopic { name: Some(name.into()), ..Default::default() };
    let request = MetadataRequest { topics: Some(vec![topic]), ..Default::default() };
    let answer = client.call(12, &request);
    assert_eq!(answer.topics[0].error_code, 0);
    assert_eq!(answer.topics[0].partitions.len(), 4);
    client
}

/// Returns a batch of this many records of so many bytes.
pub(crate) fn batch(records: usize, bytes: usize) -> Bytes {
    let mut batch = BatchBuilder::new();
    let value = vec![b'x'; bytes];
    for _ in 0..records {
        batch.push(1_700_000_000_000, None, Some(&value), &[]);
    }
    batch.build().unwrap()
}

pub(crate) fn produce(topic: &str, partition: i32, records: Bytes) -> ProduceRequest {
    let data = PartitionProduceData { index: partition, records: Some(Records(records)) };
    let topic =
        TopicProduceData { name: topic.into(), partition_data: vec![data], ..Default::default() };
    ProduceRequest { acks: -1, timeout_ms: 1000, topic_data: vec![topic], ..Default::default() }
}

pub(crate) fn code(answer: &ProduceResponse) -> i16 {
    answer.responses[0].partition_responses[0].error_code
}

fn fetch(topic: &str, partitions: &[(i32, i64)], wait_ms: i32, min_bytes: i32) -> FetchRequest {
    let partitions = partitions.iter().map(|(partition, fetch_offset)| FetchPartition {
        partition: *partition,
        fetch_offset: *fetch_offset,
        partition_max_bytes: 1 << 20,
        ..Default::default()
    });
    FetchRequest {
        max_wait_ms: wait_ms,
        min_bytes,
        topics: vec![FetchTopic {
            topic: topic.into(),
            partitions: partitions.collect(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// Returns partition, error and the offsets of the batches of each partition answered.
fn told(answer: &FetchResponse) -> Vec<(i32, i16, Vec<i64>)> {
    let partitions = answer.responses.iter().flat_map(|topic| &topic.partitions);
    let partitions = partitions.map(|partition| {
        let records = partition.records.clone().unwrap_or_default().0;
        let offsets = Batches::of(&records).map(|batch| batch.unwrap().header.base_offset);
        (partition.partition_index, partition.error_code, offsets.collect())
    });
    partitions.collect()
}

#[test]
fn an_empty_fetch_waits_its_time_and_no_longer() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let begun = Moment::now();
    let answer = client.call(12, &fetch("t", &[(0, 0)], 100, 1));
    let took = begun.elapsed();
    assert_eq!(told(&answer), [(0, 0, vec![])]);
    assert!(took >= Duration::from_millis(99), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let begun = Moment::now();
    client.call(12, &fetch("t", &[(0, 0)], 20_000, 0));
    assert!(begun.elapsed() < Duration::from_secs(10), "nothing was to be waited for");
}

#[test]
fn a_waiting_fetch_is_woken_by_an_append() {
    let broker = TestBroker::start();
    let mut reader = client_with_topic(&broker, "t");
    let mut writer = Client::connect(broker.address());
    reader.send(12, &fetch("t", &[(0, 0), (1, 0)], 20_000, 1));
    assert_eq!(code(&writer.call(9, &produce("t", 1, batch(1, 10)))), 0);
    let begun = Moment::now();
    let answer = reader.receive::<FetchRequest>(12);
    assert_eq!(told(&answer), [(0, 0, vec![]), (1, 0, vec![0])]);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn min_bytes_are_gathered_from_all_partitions() {
    let broker = TestBroker::start();
    let mut reader = client_with_topic(&broker, "t");
    let mut writer = Client::connect(broker.address());
    let one = batch(1, 100);
    reader.send(12, &fetch("t", &[(0, 0), (1, 0)], 20_000, one.len() as i32 + 1));
    writer.call(9, &produce("t", 0, one.clone()));
    writer.call(9, &produce("t", 1, one));
    let answer = reader.receive::<FetchRequest>(12);
    assert_eq!(told(&answer), [(0, 0, vec![0]), (1, 0, vec![0])]);
}

#[test]
fn a_fetch_inside_a_batch_gets_the_whole_batch() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    client.call(9, &produce("t", 0, batch(10, 10)));
    client.call(9, &produce("t", 0, batch(10, 10)));
    let answer = client.call(12, &fetch("t", &[(0, 15)], 0, 1));
    assert_eq!(told(&answer), [(0, 0, vec![10])]);
}

#[test]
fn limits_cut_between_batches_but_never_before_the_first() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    for partition in [0, 0, 1] {
        client.call(9, &produce("t", partition, batch(1, 1000)));
    }
    let mut small = fetch("t", &[(0, 0), (1, 0)], 0, 1);
    small.max_bytes = 10;
    assert_eq!(told(&client.call(12, &small)), [(0, 0, vec![0]), (1, 0, vec![])]);
    small.max_bytes = i32::MAX;
    small.topics[0].partitions[0].partition_max_bytes = 1;
    small.topics[0].partitions[1].partition_max_bytes = 1;
    // The first of all is given whatever its size; the next one keeps to its own limit.
    assert_eq!(told(&client.call(12, &small)), [(0, 0, vec![0]), (1, 0, vec![])]);
}

#[test]
fn errors_are_told_at_once_and_for_each_partition() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    client.call(9, &produce("t", 0, batch(1, 10)));
    let ask = fetch("t", &[(0, 5), (9, 0), (0, -3), (1, 0)], 20_000, 1);
    let answer = client.call(12, &ask);
    // What is named twice is answered once, as in Kafka.
    assert_eq!(told(&answer), [(0, 1, vec![]), (9, 3, vec![]), (1, 0, vec![])]);
    let mut epochs = fetch("t", &[(0, 0), (1, 0)], 0, 1);
    epochs.topics[0].partitions[0].current_leader_epoch = 1000;
    let answer = client.call(12, &epochs);
    assert_eq!(told(&answer), [(0, 75, vec![]), (1, 0, vec![])]);
    let missing = client.call(12, &fetch("nowhere", &[(0, 0)], 20_000, 1));
    assert_eq!(told(&missing), [(0, 3, vec![])]);
    let by_id = client.call(13, &fetch("", &[(0, 0)], 20_000, 1));
    assert_eq!(told(&by_id), [(0, 100, vec![])]);
}

#[test]
fn a_session_tells_only_what_is_new() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let mut ask = fetch("t", &[(0, 0), (1, 0)], 0, 0);
    ask.session_epoch = 0;
    let opened = client.call(12, &ask);
    assert_eq!(told(&opened).len(), 2);
    assert_ne!(opened.session_id, 0);
    client.call(9, &produce("t", 1, batch(1, 10)));
    let next = FetchRequest {
        session_id: opened.session_id,
        session_epoch: 1,
        max_wait_ms: 1000,
        min_bytes: 1,
        ..Default::default()
    };
    let answer = client.call(12, &next);
    assert_eq!(told(&answer), [(1, 0, vec![0])]);
    assert_eq!(client.call(12, &next).error_code, 71);
}

#[test]
fn a_reader_that_leaves_while_it_waits_is_forgotten() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    for _ in 0..100 {
        let mut leaver = Client::connect(broker.address());
        leaver.send(12, &fetch("t", &[(0, 0)], 30_000, 1));
    }
    assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
}

#[test]
fn a_fetch_that_waits_is_told_when_its_topic_is_deleted() {
    let broker = TestBroker::start();
    let mut reader = client_with_topic(&broker, "t");
    let mut other = Client::connect(broker.address());
    let begun = Moment::now();
    reader.send(12, &fetch("t", &[(0, 0)], 20_000, 1));
    let delete = DeleteTopicsRequest { topic_names: vec!["t".into()], ..Default::default() };
    assert_eq!(other.call(5, &delete).responses[0].error_code, 0);
    assert_eq!(told(&reader.receive::<FetchRequest>(12)), [(0, 3, vec![])]);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn readers_that_do_not_read_leave_others_their_share() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    for _ in 0..40 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 1_000_000)))), 0);
    }
    let mut ask = fetch("t", &[(0, 0)], 0, i32::MAX);
    ask.max_bytes = i32::MAX;
    ask.topics[0].partitions[0].partition_max_bytes = i32::MAX;
    let got = |answer: &FetchResponse| match &told(answer)[..] {
        [(0, 0, batches)] => batches.len(),
        told => panic!("{told:?}, as a whole {}", answer.error_code),
    };
    let alone = got(&client.call(12, &ask));
    assert!((2..40).contains(&alone), "one answer does not take everything: {alone}");
    // Many more than all answers together may hold, and nobody takes them: the first of each may
    // find room in the kernel.
    let mut lazy: Vec<Client> = (0..30).map(|_| Client::connect(broker.address())).collect();
    for lazy in &mut lazy {
        (0..4).for_each(|_| lazy.send(12, &ask));
    }
    let squeezed = crate::kit::wait::until("a smaller share", || {
        Some(got(&client.call(12, &ask))).filter(|squeezed| *squeezed < alone)
    });
    assert!(squeezed >= 1, "everybody gets on");
    drop(lazy);
    crate::kit::wait::until("the whole share again", || {
        (got(&client.call(12, &ask)) == alone).then_some(())
    });
}
