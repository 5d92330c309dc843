//! The first bytes of a connection, and those that are not Kafka's at all.

use std::collections::BTreeMap;

use bytes::{BufMut, BytesMut};
use rk::wire::messages::api_versions::{ApiVersionsRequest, ApiVersionsResponse};

use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::primitives::Reader;
use rk::wire::schema::Message;

use crate::kit::broker::TestBroker;
use crate::kit::wire::Client;

/// A header of version 1: key, version, correlation id, no client id.
fn header(key: i16, version: i16, correlation_id: i32) -> BytesMut {
    let mut bytes = BytesMut::new();
    bytes.put_i16(key);
    bytes.put_i16(version);
    bytes.put_i32(correlation_id);
    bytes.put_i16(-1);
    bytes
}

#[test]
fn a_newer_api_versions_is_answered_in_version_0() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let mut request = header(18, 99, 7);
    // A body of some future: it must not be looked at.
    request.put_slice(&[0xff; 40]);
    client.send_frame(&request);
    let mut r = Reader::new(client.receive_frame().unwrap());
    assert_eq!(r.i32(), Ok(7));
    let answer = ApiVersionsResponse::from_bytes(r.rest(), 0).unwrap();
    assert_eq!(answer.error_code, 35);
    let own = &answer.api_keys[0];
    assert_eq!((own.api_key, own.min_version, own.max_version), (18, 0, 4));
    // The connection lives on.
    let request = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    assert_eq!(client.call(3, &request).error_code, 0);
}

#[test]
fn older_librdkafka_finds_the_versions_it_looks_for() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let answer = client.call(0, &ApiVersionsRequest::default());
    let keys: BTreeMap<i16, (i16, i16)> =
        answer.api_keys.iter().map(|k| (k.api_key, (k.min_version, k.max_version))).collect();
    assert_eq!(keys[&0], (0, 13));
    assert_eq!(keys[&11], (0, 9));
    assert_eq!(keys[&22].1, 5);
}

#[test]
fn a_client_without_a_proper_name_is_told_so() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let request = ApiVersionsRequest {
        client_software_name: "no name".into(),
        client_software_version: String::new(),
    };
    assert_eq!(client.call(3, &request).error_code, 42);
}

#[test]
fn answers_keep_the_order_of_the_requests() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    let one = MetadataRequest { topics: Some(Vec::new()), ..Default::default() };
    let frames: Vec<_> = (0..50).map(|_| client.request_bytes(12, &one)).collect();
    let mut all = BytesMut::new();
    for frame in &frames {
        all.put_u32(frame.len() as u32);
        all.put_slice(frame);
    }
    client.send_raw(&all);
    for expected in 1..=50 {
        let frame = client.receive_frame().unwrap();
        assert_eq!(Reader::new(frame).i32(), Ok(expected));
    }
}

#[test]
fn what_is_not_kafka_ends_its_own_connection_and_no_other() {
    let broker = TestBroker::start();
    let mut bystander = Client::connect(broker.address());
    let mut unknown_key = header(999, 0, 1);
    unknown_key.put_i32(0);
    let unknown_version = header(3, 99, 1);
    let mut lying_count = header(3, 0, 1);
    lying_count.put_i32(0x7fff_ffff);
    for frame in [&unknown_key[..], &unknown_version, &lying_count, b"", b"\0"] {
        let mut client = Client::connect(broker.address());
        client.send_frame(frame);
        assert_eq!(client.receive_frame(), None, "{frame:?}");
    }
    for raw in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\xff\xff\xff\xff", b"\x16\x03\x01\x02\x00\x01"] {
        let mut client = Client::connect(broker.address());
        client.send_raw(raw);
        assert_eq!(client.receive_frame(), None, "{raw:?}");
    }
    let request = MetadataRequest { topics: None, ..Default::default() };
    assert_eq!(bystander.call(13, &request).brokers.len(), 1);
}

#[test]
fn the_limits_of_connections_are_those_of_the_configs() {
    let broker = TestBroker::with(&[
        ("max.connections.per.ip", "2"),
        ("connections.max.idle.ms", "200"),
        ("socket.request.max.bytes", "100"),
    ]);
    let request = ApiVersionsRequest {
        client_software_name: "test".into(),
        client_software_version: "1".into(),
    };
    let mut first = Client::connect(broker.address());
    let mut second = Client::connect(broker.address());
    assert_eq!(first.call(3, &request).error_code, 0);
    assert_eq!(second.call(3, &request).error_code, 0);
    let mut third = Client::connect(broker.address());
    assert_eq!(third.receive_frame(), None, "a third connection of one address");
    // Closed for its idleness, which makes room again.
    assert_eq!(first.receive_frame(), None);
    let mut large = Client::connect(broker.address());
    large.send_raw(&101_u32.to_be_bytes());
    assert_eq!(large.receive_frame(), None, "a request beyond the limit");
}
