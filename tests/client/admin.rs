//! Our own client: versions settled, requests at the right node, errors with their data.

use std::io::{Read, Write};
use std::net::TcpListener;

use rk::client::{Admin, ClientError, Isolation, Node, OffsetSpec, Partition, Properties};
use rk::wire::messages::api_versions::{ApiVersion, ApiVersionsResponse};
use rk::wire::messages::describe_cluster::DescribeClusterRequest;
use rk::wire::messages::metadata::MetadataRequest;
use rk::wire::schema::Message;

use super::{at, create, send};
use crate::kit::broker::TestBroker;

fn open(brokers: &str) -> Admin {
    Admin::open(brokers, &Properties::new()).unwrap()
}

#[test]
fn the_cluster_and_its_offsets_are_asked() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 2);
    send(&brokers, "t", &["-p", "1", "--timestamp", "1700000000000"], "a\nb\n");
    let mut admin = open(&format!("127.0.0.1:1,{brokers}"));
    assert_eq!(admin.brokers().count(), 1);
    let node = Node::Id(admin.brokers().next().unwrap().node_id);
    let answer = admin.call(node, |_| DescribeClusterRequest::default()).unwrap();
    assert_eq!(answer.brokers.len(), 1);
    let version = admin.version_of::<MetadataRequest>(Node::Any).unwrap();
    assert_eq!(version, MetadataRequest::TABLE.versions.last);
    let mut at = |partition: i32, spec| {
        let partition = Partition { topic: "t".into(), partition };
        let found = admin.list_offsets(&[(partition.clone(), spec)], Isolation::ReadCommitted);
        found.unwrap()[&partition].map(|at| at.offset)
    };
    assert_eq!(at(0, OffsetSpec::Latest), Some(0));
    assert_eq!(at(1, OffsetSpec::Latest), Some(2));
    assert_eq!(at(1, OffsetSpec::Earliest), Some(0));
    assert_eq!(at(1, OffsetSpec::AtTime(1_700_000_000_000)), Some(0));
    assert_eq!(at(1, OffsetSpec::AtTime(1_700_000_000_001)), None);
}

#[test]
fn what_is_not_there_is_an_error_with_its_name() {
    let broker = TestBroker::start();
    let mut admin = open(&broker.bootstrap());
    create(&broker.bootstrap(), "t", 2);
    assert!(matches!(
        admin.topics(&["nope"]),
        Err(ClientError::NoTopic { topic }) if topic == "nope"
    ));
    let partition = Partition { topic: "t".into(), partition: 2 };
    assert!(matches!(
        admin.list_offsets(&[(partition, OffsetSpec::Latest)], Isolation::ReadUncommitted),
        Err(ClientError::NoPartition { partition: 2, count: 2, .. })
    ));
    assert!(matches!(
        admin.call(Node::Id(99), |_| MetadataRequest::default()),
        Err(ClientError::NoNode { node: 99 })
    ));
}

/// Answers each connection with these bytes, once something has been asked.
fn answering(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            for answer in &answers {
                let mut head = [0; 4];
                if socket.read_exact(&mut head).is_err() {
                    break;
                }
                let mut body = vec![0; u32::from_be_bytes(head) as usize];
                socket.read_exact(&mut body).unwrap();
                socket.write_all(answer).unwrap();
            }
            // Half an answer is not an end: the connection stays until the other side ends it.
            let _ = socket.read(&mut [0]);
        }
    });
    address
}

fn frame(correlation_id: i32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::from((4 + body.len() as i32).to_be_bytes());
    out.extend(correlation_id.to_be_bytes());
    out.extend(body);
    out
}

fn error_of(answers: Vec<Vec<u8>>) -> String {
    let mut properties = Properties::new();
    properties.insert("socket.connection.setup.timeout.ms".into(), "300".into());
    Admin::open(&answering(answers), &properties).err().unwrap().to_string()
}

#[test]
fn bytes_that_are_not_kafka_s_are_an_error_and_not_a_wait() {
    let known: &[(Vec<u8>, &str)] = &[
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "a frame of 1213486160 bytes"),
        (vec![0xff; 8], "a frame of -1 bytes"),
        (vec![0x15, 0x03, 0x01, 0, 2, 2, 80], "that is TLS"),
        (frame(7, &[0; 6]), "it answers request 7"),
        (frame(1, &[0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff]), "cannot be read"),
        (frame(1, b""), "cannot be read"),
    ];
    for (answer, text) in known {
        let told = error_of(vec![answer.clone()]);
        assert!(told.contains(text), "{told}");
    }
    let told = error_of(vec![vec![0, 0, 0, 9, 1]]);
    assert!(told.contains("did not answer ApiVersions within"), "{told}");
}

#[test]
fn an_older_broker_is_asked_again_in_its_own_version() {
    let serves = |api_keys: Vec<ApiVersion>, error_code, version| {
        let answer = ApiVersionsResponse { error_code, api_keys, ..Default::default() };
        answer.to_bytes(version).unwrap()
    };
    let api = |api_key, min_version, max_version| ApiVersion { api_key, min_version, max_version };
    let told = error_of(vec![
        frame(1, &serves(vec![api(18, 0, 2)], 35, 0)),
        frame(2, &serves(vec![api(18, 0, 2), api(3, 99, 100)], 0, 2)),
    ]);
    assert!(told.contains("speaks Metadata in versions 99 to 100"), "{told}");
    let told = error_of(vec![
        frame(1, &serves(Vec::new(), 35, 0)),
        frame(2, &serves(vec![api(18, 0, 0)], 0, 0)),
    ]);
    assert!(told.contains("does not serve Metadata"), "{told}");
}

#[test]
fn several_brokers_that_do_not_answer_are_all_named() {
    let error = Admin::open("127.0.0.1:1,127.0.0.1:2", &Properties::new()).err().unwrap();
    let ClientError::Unreachable { attempts } = error else { panic!("{error}") };
    let addresses: Vec<&str> = attempts.iter().map(|attempt| attempt.address.as_str()).collect();
    assert_eq!(addresses, ["127.0.0.1:1", "127.0.0.1:2"]);
}

#[test]
fn a_pattern_is_no_name_unless_said() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "orders", 1);
    for verb in ["describe", "delete"] {
        let yes: &[&str] = if verb == "delete" { &["--yes"] } else { &[] };
        let words = [&["topics", verb, "ord.*"], yes].concat();
        let output = at(&brokers, &words).run();
        assert!(output.code != 0 && output.out().is_empty(), "{output:?}");
    }
    let output = at(&brokers, &["topics", "describe", "ord.*"]).run();
    assert!(output.fail(1).contains("hint: a pattern needs `--regex`"), "{output:?}");
    let words = ["topics", "describe", "--regex", "ord.*", "-o", "plain"];
    assert!(at(&brokers, &words).run().succeed().starts_with("orders\t0\t"));
}
