//! Produce: acknowledgements, idempotence and refusals, through the socket.

use bytes::Bytes;
use rk::wire::batch::BatchBuilder;
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::metadata::{MetadataRequest, MetadataRequestTopic};
use rk::wire::messages::produce::{PartitionProduceResponse, ProduceRequest};

use super::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

fn idempotent(id: i64, epoch: i16, sequence: i32, records: usize) -> Bytes {
    let mut batch = BatchBuilder::new().producer(id, epoch, sequence);
    for _ in 0..records {
        batch.push(1_700_000_000_000, None, Some(b"v"), &[]);
    }
    batch.build().unwrap()
}

fn answered(client: &mut Client, request: &ProduceRequest) -> PartitionProduceResponse {
    let mut answer = client.call(9, request);
    answer.responses.remove(0).partition_responses.remove(0)
}

#[test]
fn duplicates_are_found_and_gaps_refused() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let ask = InitProducerIdRequest {
        transactional_id: None,
        transaction_timeout_ms: 1000,
        ..Default::default()
    };
    let id = client.call(4, &ask).producer_id;
    assert_ne!(client.call(4, &ask).producer_id, id);
    let mut send = |epoch, sequence, records| {
        let request = produce("t", 0, idempotent(id, epoch, sequence, records));
        let answer = answered(&mut client, &request);
        (answer.error_code, answer.base_offset)
    };
    assert_eq!(send(0, 0, 3), (0, 0));
    assert_eq!(send(0, 3, 2), (0, 3));
    assert_eq!(send(0, 0, 3), (0, 0), "an old one again: where it was");
    assert_eq!(send(0, 3, 2), (0, 3));
    assert_eq!(send(0, 9, 1), (45, -1), "a gap");
    assert_eq!(send(1, 0, 1), (0, 5), "a new epoch begins anew");
    assert_eq!(send(0, 5, 1), (47, -1), "the old epoch is over");
}

#[test]
fn without_acks_there_is_no_answer_and_a_failure_ends_the_connection() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let mut silent = produce("t", 0, batch(1, 10));
    silent.acks = 0;
    client.send(9, &silent);
    // The next answer is that of the next request.
    let answer = answered(&mut client, &produce("t", 0, batch(1, 10)));
    assert_eq!((answer.error_code, answer.base_offset), (0, 1));
    let mut lost = produce("nowhere", 0, batch(1, 10));
    lost.acks = 0;
    client.send(9, &lost);
    assert_eq!(client.receive_frame(), None);
}

#[test]
fn what_cannot_be_kept_is_refused_with_a_reason() {
    let broker = TestBroker::start();
    let mut client = client_with_topic(&broker, "t");
    let mut corrupt = batch(1, 10).to_vec();
    *corrupt.last_mut().unwrap() ^= 1;
    let mut transactional = BatchBuilder::new().producer(7, 0, 0).transactional();
    transactional.push(1_700_000_000_000, None, Some(b"v"), &[]);
    let mut acks = produce("t", 0, batch(1, 10));
    acks.acks = 2;
    let cases = [
        (produce("nowhere", 0, batch(1, 10)), 3),
        (produce("t", 9, batch(1, 10)), 3),
        (produce("t", 0, corrupt.into()), 2),
        (produce("t", 0, batch(1, 2_000_000)), 10),
        (produce("__consumer_offsets", 0, batch(1, 10)), 17),
        (acks, 21),
        (produce("t", 0, transactional.build().unwrap()), 53),
    ];
    for (request, expected) in cases {
        let answer = client.call(9, &request);
        assert_eq!(code(&answer), expected, "{answer:?}");
    }
    assert_eq!(answered(&mut client, &produce("t", 0, batch(1, 10))).base_offset, 0);
}

#[test]
fn asking_creates_topics_only_where_that_is_wanted() {
    let ask = |client: &mut Client, name: &str, allow| {
        let topic = MetadataRequestTopic { name: Some(name.into()), ..Default::default() };
        let request = MetadataRequest {
            topics: Some(vec![topic]),
            allow_auto_topic_creation: allow,
            ..Default::default()
        };
        let topic = client.call(12, &request).topics.remove(0);
        (topic.error_code, topic.partitions.len())
    };
    let broker = TestBroker::with(&[("num.partitions", "2")]);
    let mut client = Client::connect(broker.address());
    assert_eq!(ask(&mut client, "no", false), (3, 0));
    assert_eq!(ask(&mut client, "yes", true), (0, 2));
    assert_eq!(ask(&mut client, "not a name", true), (17, 0));
    let broker = TestBroker::with(&[("auto.create.topics.enable", "false")]);
    let mut client = Client::connect(broker.address());
    assert_eq!(ask(&mut client, "no", true), (3, 0));
}
