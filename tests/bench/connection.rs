//! A plain connection: requests as bytes made before the clock runs, answers read whole.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::Bytes;
use rk::wire::batch::BatchBuilder;
use rk::wire::header::{RequestHeader, take_response};
use rk::wire::messages::create_topics::{CreatableTopic, CreateTopicsRequest};
use rk::wire::messages::delete_topics::DeleteTopicsRequest;
use rk::wire::messages::produce::{
    PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData,
};
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::{Message, Records, Request};

/// The version of Produce used here: the first that is flexible, with topics by name.
pub(crate) const PRODUCE: i16 = 9;

pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Connection { stream, answer: Vec::new() }
    }

    pub(crate) fn send(&mut self, frame: &[u8]) {
        self.stream.write_all(frame).unwrap();
    }

    /// Reads one answer, without its length.
    pub(crate) fn receive(&mut self) -> &[u8] {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).unwrap();
        self.answer.resize(u32::from_be_bytes(length) as usize, 0);
        self.stream.read_exact(&mut self.answer).unwrap();
        &self.answer
    }

    pub(crate) fn call<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.send(&frame(version, request));
        let answer = Bytes::copy_from_slice(self.receive());
        response::<R>(version, answer)
    }
}

/// Returns a request as it travels, its length before it.
pub(crate) fn frame<R: Request>(version: i16, request: &R) -> Vec<u8> {
    let header = RequestHeader {
        api_key: R::TABLE.key,
        api_version: version,
        correlation_id: 1,
        client_id: Some("bench".into()),
    };
    let mut w = Writer::new();
    header.put(&mut w, &R::TABLE).unwrap();
    request.write(&mut w, version).unwrap();
    let body = w.into_bytes();
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &body[..]].concat()
}

pub(crate) fn response<R: Request>(version: i16, answer: Bytes) -> R::Response {
    let mut r = Reader::new(answer);
    take_response(&mut r, &R::Response::TABLE, version).unwrap();
    R::Response::from_bytes(r.rest(), version).unwrap()
}

/// Returns a Produce of one batch of records that are alike.
pub(crate) fn produce(topic: &str, partition: i32, records: usize, bytes: usize) -> Vec<u8> {
    let value = vec![b'x'; bytes];
    let mut batch = BatchBuilder::new();
    (0..records).for_each(|_| batch.push(0, None, Some(&value), &[]));
    let data =
        PartitionProduceData { index: partition, records: Some(Records(batch.build().unwrap())) };
    let topic = TopicProduceData {
        name: topic.to_owned(),
        partition_data: vec![data],
        ..Default::default()
    };
    let request = ProduceRequest {
        acks: -1,
        timeout_ms: 30_000,
        topic_data: vec![topic],
        ..Default::default()
    };
    frame(PRODUCE, &request)
}

/// Fails unless every partition of an answer to Produce was written.
pub(crate) fn check_produced(answer: &[u8]) {
    let answer: ProduceResponse =
        response::<ProduceRequest>(PRODUCE, Bytes::copy_from_slice(answer));
    let mut partitions = answer.responses.iter().flat_map(|topic| &topic.partition_responses);
    assert!(partitions.all(|partition| partition.error_code == 0), "{answer:?}");
}

/// Creates a topic and waits until it can be written to.
pub(crate) fn create_topic(address: &str, name: &str, partitions: i32) {
    let mut connection = Connection::open(address);
    let topic = CreatableTopic {
        name: name.to_owned(),
        num_partitions: partitions,
        replication_factor: 1,
        ..Default::default()
    };
    let request =
        CreateTopicsRequest { topics: vec![topic], timeout_ms: 120_000, ..Default::default() };
    let answer = connection.call(5, &request);
    let error = answer.topics[0].error_code;
    assert_eq!(error, 0, "{answer:?}");
    // Apache Kafka's broker hears of a new topic a moment after its controller has made it.
    let last = produce(name, partitions - 1, 1, 1);
    loop {
        connection.send(&last);
        let bytes = Bytes::copy_from_slice(connection.receive());
        let answer = response::<ProduceRequest>(PRODUCE, bytes);
        if answer.responses[0].partition_responses[0].error_code == 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

pub(crate) fn delete_topic(address: &str, name: &str) {
    let request = DeleteTopicsRequest {
        topic_names: vec![name.to_owned()],
        timeout_ms: 60_000,
        ..Default::default()
    };
    let _ = Connection::open(address).call(5, &request);
}
