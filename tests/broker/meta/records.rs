//! The metadata log that Apache Kafka wrote: read, written again, applied, and planned anew.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use rk::base::ids::Uuid;
use rk::broker::config::{ResourceKind, StaticConfig};
use rk::broker::meta::plan::{self, Incarnation, Node, View};
use rk::broker::meta::{MetadataRecord, RecordError, State};

/// What Kafka 4.3.1 wrote: see the file's first lines.
const LOG: &str = include_str!("kafka-4.3.1-metadata.txt");

fn kafkas_log() -> Vec<(i64, Bytes)> {
    let lines = LOG.lines().filter(|line| !line.starts_with('#'));
    let parse = |line: &str| {
        let mut words = line.split(' ');
        let offset = words.next().unwrap().parse().unwrap();
        let value = HEXLOWER.decode(words.nth(1).unwrap().as_bytes()).unwrap();
        (offset, Bytes::from(value))
    };
    lines.map(parse).collect()
}

#[test]
fn kafkas_records_come_back_byte_for_byte() {
    let log = kafkas_log();
    assert!(log.len() > 40);
    for (offset, value) in log {
        let record = MetadataRecord::from_value(value.clone()).unwrap();
        assert_eq!(record.to_value(30).unwrap(), value, "{offset}: {record:?}");
    }
}

/// Applies Kafka's log up to an offset, which is not reached.
fn state_before(end: i64) -> State {
    let mut state = State::default();
    for (_, value) in kafkas_log().into_iter().filter(|(offset, _)| *offset < end) {
        state.apply(&MetadataRecord::from_value(value).unwrap()).unwrap();
    }
    state
}

#[test]
fn kafkas_log_says_what_kafka_said() {
    let state = state_before(i64::MAX);
    let names: Vec<&str> = state.topics().map(|topic| topic.name.as_str()).collect();
    assert_eq!(names, ["a", "x.y", "x_y"]);
    assert_eq!(state.metadata_version(), 30);
    assert_eq!(state.feature("transaction.version"), 2);
    let configs = state.configs();
    assert_eq!(configs.get(ResourceKind::Broker, "", "min.insync.replicas"), Some("1"));
    assert_eq!(configs.get(ResourceKind::Broker, "", "log.retention.ms"), None);
    let session = configs.get(ResourceKind::Group, "g", "consumer.session.timeout.ms");
    assert_eq!(session, Some("46000"));
    // Two starts and two stops: the leader came, went, came and went.
    let partition = state.partition("a", 0).unwrap();
    assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (-1, 3, 3));
    assert_eq!(partition.eligible_leader_replicas, [1]);
    assert!(partition.isr.is_empty());
    let broker = state.broker(1).unwrap();
    assert_eq!((broker.epoch, broker.fenced, broker.in_controlled_shutdown), (45, true, true));
    assert!(state.controller(1).is_some());
    assert!(state.unhonoured().is_empty());
}

/// Returns Kafka's records between two offsets, NoOps left out.
fn kafkas(from: i64, end: i64) -> Vec<MetadataRecord> {
    let log = kafkas_log().into_iter().filter(|(offset, _)| (from..end).contains(offset));
    let records = log.map(|(_, value)| MetadataRecord::from_value(value).unwrap());
    records.filter(|record| !matches!(record, MetadataRecord::NoOp(_))).collect()
}

#[test]
fn a_new_cluster_begins_with_kafkas_records() {
    assert_eq!(plan::bootstrap(None), kafkas(0, 10));
}

/// The lists of features come in the order of a Java hash map, which says nothing.
fn sorted(mut records: Vec<MetadataRecord>) -> Vec<MetadataRecord> {
    for record in &mut records {
        match record {
            MetadataRecord::RegisterBroker(r) => r.features.sort_by(|a, b| a.name.cmp(&b.name)),
            MetadataRecord::RegisterController(r) => {
                r.features.sort_by(|a, b| a.name.cmp(&b.name));
            }
            _ => {}
        }
    }
    // Changes of partitions come in any order, too, and the two changes of the registration.
    let key = |record: &MetadataRecord| match record {
        MetadataRecord::PartitionChange(change) => Some((1, change.topic_id)),
        MetadataRecord::BrokerRegistrationChange(change) => Some((
            i32::from(change.in_controlled_shutdown == 0) * 2,
            Uuid([change.fenced as u8; 16]),
        )),
        _ => None,
    };
    records.sort_by_key(key);
    records
}

/// The node of Kafka's log, in the run whose broker registered at `registered`.
fn kafkas_node(registered: i64) -> (Node, Incarnation) {
    let (mut directory, mut id) = (Uuid::ZERO, Uuid::ZERO);
    for record in kafkas(registered, registered + 1) {
        if let MetadataRecord::RegisterBroker(record) = record {
            (directory, id) = (record.log_dirs[0], record.incarnation_id);
        }
    }
    let mut incarnation = super::incarnation();
    incarnation.id = id;
    (Node { id: 1, directory }, incarnation)
}

#[test]
fn a_start_is_planned_as_kafka_planned_it() {
    let fixed = StaticConfig::default();
    let (node, incarnation) = kafkas_node(45);
    let state = state_before(44);
    let view = View { state: &state, fixed: &fixed, node };
    let planned: Vec<MetadataRecord> = plan::start(&view, &incarnation, 44).concat();
    // A controller has an incarnation of its own in Kafka; here the node has one.
    let mut expected = kafkas(44, 53);
    if let MetadataRecord::RegisterController(record) = &mut expected[0] {
        record.incarnation_id = incarnation.id;
    }
    assert_eq!(sorted(planned), sorted(expected));
}

#[test]
fn a_stop_is_planned_as_kafka_planned_it() {
    let fixed = StaticConfig::default();
    let (node, _) = kafkas_node(45);
    let state = state_before(63);
    let view = View { state: &state, fixed: &fixed, node };
    assert_eq!(sorted(plan::stop(&view).concat()), sorted(kafkas(63, i64::MAX)));
    let stopped = state_before(i64::MAX);
    let view = View { state: &stopped, fixed: &fixed, node };
    assert!(plan::stop(&view).is_empty());
}

#[test]
fn what_kafka_would_not_know_is_refused_and_what_we_do_not_honour_is_named() {
    let read = |bytes: &'static [u8]| MetadataRecord::from_value(Bytes::from_static(bytes));
    assert_eq!(read(&[2, 2, 0]), Err(RecordError::Frame { version: 2 }));
    assert_eq!(read(&[1, 99, 0]), Err(RecordError::UnknownType { key: 99 }));
    let newer = RecordError::UnknownVersion { name: "TopicRecord", version: 9 };
    assert_eq!(read(&[1, 2, 9]), Err(newer));
    let acl = RecordError::UnknownVersion { name: "AccessControlEntryRecord", version: 1 };
    assert_eq!(read(&[1, 18, 1]), Err(acl));
    assert!(matches!(read(&[]), Err(RecordError::Decode(_))));
    assert!(matches!(read(&[1, 20, 0, 0, 0]), Err(RecordError::Decode(_))));

    let mut state = State::default();
    for _ in 0..2 {
        state.apply(&read(&[1, 21, 0, 1, 2, 3]).unwrap()).unwrap();
    }
    assert_eq!(state.unhonoured().get("ZkMigrationStateRecord"), Some(&2));
    // It is handed on as it came.
    assert_eq!(read(&[1, 21, 0]).unwrap().to_value(30).unwrap()[..], [1, 21, 0]);
}
