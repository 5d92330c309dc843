//! Topics made, grown and deleted: codes and texts as Apache Kafka 4.3.1 answers them.

use rk::base::ids::Uuid;
use rk::broker::config::ResourceKind;
use rk::broker::meta::{MetadataRecord, plan};
use rk::wire::ErrorCode;
use rk::wire::messages::create_partitions::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use rk::wire::messages::create_topics::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreatableTopicResult,
    CreateTopicsRequest,
};
use rk::wire::messages::delete_topics::{
    DeletableTopicResult, DeleteTopicState, DeleteTopicsRequest,
};

use super::{Cluster, row};

pub(crate) type Row<'a> = (CreatableTopic, ErrorCode, &'a str);

fn topic(name: &str, partitions: i32, replicas: i16) -> CreatableTopic {
    CreatableTopic {
        name: name.to_owned(),
        num_partitions: partitions,
        replication_factor: replicas,
        ..Default::default()
    }
}

pub(crate) fn with(configs: &[(&str, Option<&str>)]) -> CreatableTopic {
    let configs = configs.iter().map(|(name, value)| CreatableTopicConfig {
        name: name.to_string(),
        value: value.map(str::to_owned),
    });
    CreatableTopic { configs: configs.collect(), ..topic("n", 1, 1) }
}

fn assigned(assignments: &[(i32, &[i32])]) -> CreatableTopic {
    let assignments = assignments.iter().map(|(index, brokers)| CreatableReplicaAssignment {
        partition_index: *index,
        broker_ids: brokers.to_vec(),
    });
    CreatableTopic { assignments: assignments.collect(), ..topic("n", -1, -1) }
}

fn create(cluster: &mut Cluster, topics: Vec<CreatableTopic>) -> Vec<CreatableTopicResult> {
    let request = CreateTopicsRequest { topics, ..Default::default() };
    cluster.act(|view, ids| plan::create_topics(view, &request, 7, ids)).topics
}

pub(crate) fn check(cluster: &mut Cluster, rows: Vec<Row>) {
    for (topic, code, message) in rows {
        let length = cluster.log.len();
        let what = format!("{topic:?}");
        let results = create(cluster, vec![topic]);
        let answer = row(results[0].error_code, &results[0].error_message);
        assert_eq!(answer, (code, message), "{what}");
        assert_eq!(cluster.log.len() > length, code.is_none(), "{what}");
        // Out of the next row's way.
        delete(cluster, &["n"]);
    }
}

fn delete(cluster: &mut Cluster, names: &[&str]) -> Vec<DeletableTopicResult> {
    let topics = names
        .iter()
        .map(|name| DeleteTopicState { name: Some(name.to_string()), topic_id: Uuid::ZERO });
    let request = DeleteTopicsRequest { topics: topics.collect(), ..Default::default() };
    cluster.act(|view, _| plan::delete_topics(view, &request, 6)).responses
}

#[test]
fn names_and_shapes_are_refused_in_kafkas_words() {
    let mut cluster = Cluster::new(&[]);
    create(&mut cluster, vec![topic("old", 1, 1), topic("col.a", 1, 1)]);
    let long = "x".repeat(250);
    let too_long = format!(
        "Topic name is invalid: the length of '{long}' is longer than the max allowed length 249"
    );
    const NAME: ErrorCode = ErrorCode::INVALID_TOPIC_EXCEPTION;
    const FACTOR: ErrorCode = ErrorCode::INVALID_REPLICATION_FACTOR;
    let factor = "Replication factor must be larger than 0, or -1 to use the default value.";
    let partitions = "Number of partitions was set to an invalid non-positive value.";
    let replicas = "Unable to replicate the partition 3 time(s): The target replication factor \
                    of 3 cannot be reached because only 1 broker(s) are registered or some \
                    brokers have all their log directories cordoned.";
    let too_many = "Excessively large number of partitions per request.";
    let rows = vec![
        (topic("n", 3, 1), ErrorCode::NONE, ""),
        (topic("n", -1, -1), ErrorCode::NONE, ""),
        (topic("old", 1, 1), ErrorCode::TOPIC_ALREADY_EXISTS, "Topic 'old' already exists."),
        (topic("", 1, 1), NAME, "Topic name is invalid: the empty string is not allowed"),
        (topic("..", 1, 1), NAME, "Topic name is invalid: '..' is not allowed"),
        (
            topic("a b", 1, 1),
            NAME,
            "Topic name is invalid: 'a b' contains one or more characters other than ASCII \
             alphanumerics, '.', '_' and '-'",
        ),
        (topic(&long, 1, 1), NAME, &too_long),
        (topic("col_a", 1, 1), NAME, "Topic 'col_a' collides with existing topic: col.a"),
        (
            topic("__cluster_metadata", 1, 1),
            ErrorCode::INVALID_REQUEST,
            "Creation of internal topic __cluster_metadata is prohibited.",
        ),
        (topic("n", 0, 1), ErrorCode::INVALID_PARTITIONS, partitions),
        (topic("n", -2, 1), ErrorCode::INVALID_PARTITIONS, partitions),
        (topic("n", 10_001, 1), ErrorCode::POLICY_VIOLATION, too_many),
        (topic("n", i32::MAX, 1), ErrorCode::POLICY_VIOLATION, too_many),
        (topic("n", 1, 0), FACTOR, factor),
        (topic("n", 1, -2), FACTOR, factor),
        (topic("n", 1, 3), FACTOR, replicas),
    ];
    check(&mut cluster, rows);
}

#[test]
fn assignments_are_refused_in_kafkas_words() {
    const WRONG: ErrorCode = ErrorCode::INVALID_REPLICA_ASSIGNMENT;
    let sequence = "partitions should be a consecutive 0-based integer sequence";
    let rows: Vec<Row> = vec![
        (assigned(&[(0, &[1])]), ErrorCode::NONE, ""),
        (assigned(&[(1, &[1]), (0, &[1])]), ErrorCode::NONE, ""),
        (
            CreatableTopic { num_partitions: 1, ..assigned(&[(0, &[1])]) },
            ErrorCode::INVALID_REQUEST,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
        (
            CreatableTopic { replication_factor: 1, ..assigned(&[(0, &[1])]) },
            ErrorCode::INVALID_REQUEST,
            "A manual partition assignment was specified, but replication factor was not set to \
             -1.",
        ),
        (assigned(&[(1, &[1])]), WRONG, sequence),
        (assigned(&[(-1, &[1])]), WRONG, sequence),
        (assigned(&[(0, &[1]), (2, &[1])]), WRONG, sequence),
        (
            assigned(&[(0, &[2])]),
            WRONG,
            "The manual partition assignment includes broker 2, but no such broker is registered.",
        ),
        (
            assigned(&[(0, &[1, 1])]),
            WRONG,
            "The manual partition assignment includes the broker 1 more than once.",
        ),
        (
            assigned(&[(0, &[])]),
            WRONG,
            "The manual partition assignment includes an empty replica list.",
        ),
        (
            assigned(&[(0, &[1]), (0, &[1])]),
            WRONG,
            "Found multiple manual partition assignments for partition 0",
        ),
    ];
    check(&mut Cluster::new(&[]), rows);
}

#[test]
fn an_answer_tells_the_topic_as_it_is() {
    let mut cluster = Cluster::new(&[("log.retention.hours", "24")]);
    let asked = CreatableTopic { num_partitions: -1, ..with(&[("flush.ms", Some("9"))]) };
    let result = &create(&mut cluster, vec![asked.clone()])[0];
    assert_eq!((result.num_partitions, result.replication_factor), (4, 1));
    assert_eq!(cluster.state.topic("n").unwrap().id, result.topic_id);
    let configs = result.configs.as_ref().unwrap();
    assert_eq!(configs.len(), 33);
    let told = |name: &str| {
        let config = configs.iter().find(|config| config.name == name).unwrap();
        (config.value.as_deref().unwrap(), config.config_source)
    };
    assert_eq!(told("flush.ms"), ("9", 1));
    assert_eq!(told("retention.ms"), ("86400000", 4));
    assert_eq!(told("min.insync.replicas"), ("1", 3));
    assert_eq!(told("segment.bytes"), ("1073741824", 5));

    let length = cluster.log.len();
    let mut request = CreateTopicsRequest { topics: vec![asked], ..Default::default() };
    request.topics[0].name = "dry".into();
    request.validate_only = true;
    let result = &cluster.act(|view, ids| plan::create_topics(view, &request, 4, ids)).topics[0];
    assert_eq!((result.error_code, result.configs.as_ref().unwrap().len()), (0, 0));
    assert_eq!(cluster.log.len(), length);
}

#[test]
fn a_name_that_comes_twice_is_refused_once_and_the_others_stand() {
    let mut cluster = Cluster::new(&[]);
    let results =
        create(&mut cluster, vec![topic("dup", 1, 1), topic("dup", 2, 1), topic("one", 1, 1)]);
    let rows: Vec<_> =
        results.iter().map(|r| (r.name.as_str(), row(r.error_code, &r.error_message))).collect();
    let refused = (ErrorCode::INVALID_REQUEST, "Duplicate topic name.");
    assert_eq!(rows, [("one", (ErrorCode::NONE, "")), ("dup", refused)]);
    assert!(cluster.state.topic("dup").is_none());
    // Together too many: each of them is refused, as in Kafka.
    let results = create(&mut cluster, vec![topic("q1", 6000, 1), topic("q2", 6000, 1)]);
    assert!(results.iter().all(|r| r.error_code == ErrorCode::POLICY_VIOLATION.0));
    // Both of two new names that collide are made, as in Kafka.
    let results = create(&mut cluster, vec![topic("x.y", 1, 1), topic("x_y", 1, 1)]);
    assert!(results.iter().all(|r| r.error_code == 0));
}

#[test]
fn deletions_are_answered_as_by_kafka() {
    let mut cluster = Cluster::new(&[]);
    create(
        &mut cluster,
        vec![topic("a", 1, 1), topic("b", 1, 1), with(&[("flush.ms", Some("1"))])],
    );
    let id = |cluster: &Cluster, name: &str| cluster.state.topic(name).unwrap().id;
    let (a, b, n) = (id(&cluster, "a"), id(&cluster, "b"), id(&cluster, "n"));
    let by =
        |name: Option<&str>, topic_id| DeleteTopicState { name: name.map(str::to_owned), topic_id };
    const MISSING: &str = "This server does not host this topic-partition.";
    let asked = vec![
        (by(Some("n"), Uuid::ZERO), ErrorCode::NONE, ""),
        (by(Some("gone"), Uuid::ZERO), ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, MISSING),
        (by(Some("a b"), Uuid::ZERO), ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, MISSING),
        (
            by(Some("__cluster_metadata"), Uuid::ZERO),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            MISSING,
        ),
        (
            by(None, Uuid([200; 16])),
            ErrorCode::UNKNOWN_TOPIC_ID,
            "This server does not host this topic ID.",
        ),
        (
            by(None, Uuid::ZERO),
            ErrorCode::INVALID_REQUEST,
            "Neither topic name nor id were specified.",
        ),
        (
            by(Some("b"), b),
            ErrorCode::INVALID_REQUEST,
            "You may not specify both topic name and topic id.",
        ),
        (by(None, a), ErrorCode::NONE, ""),
        (by(None, b), ErrorCode::INVALID_REQUEST, "Duplicate topic id."),
    ];
    let mut topics: Vec<DeleteTopicState> = asked.iter().map(|row| row.0.clone()).collect();
    // What comes twice is refused once.
    topics.push(by(None, b));
    let request = DeleteTopicsRequest { topics, ..Default::default() };
    let responses = cluster.act(|view, _| plan::delete_topics(view, &request, 6)).responses;
    assert_eq!(responses.len(), asked.len());
    for (response, (_, code, text)) in responses.iter().zip(&asked) {
        assert_eq!(row(response.error_code, &response.error_message), (*code, *text));
    }
    assert_eq!((responses[0].topic_id, responses[7].name.as_deref()), (n, Some("a")));
    // A topic's configs went with it.
    assert_eq!(cluster.state.configs().values(ResourceKind::Topic, "n"), None);
    let twice = delete(&mut cluster, &["b", "b"]);
    let answers: Vec<_> = twice.iter().map(|r| row(r.error_code, &r.error_message)).collect();
    assert_eq!(answers, [(ErrorCode::INVALID_REQUEST, "Duplicate topic name.")]);
    assert!(cluster.state.topic("b").is_some());
}

#[test]
fn where_topics_cannot_be_deleted_none_is() {
    let mut cluster = Cluster::new(&[("delete.topic.enable", "false")]);
    create(&mut cluster, vec![topic("a", 1, 1)]);
    let code = delete(&mut cluster, &["a"])[0].error_code;
    assert_eq!(ErrorCode(code), ErrorCode::TOPIC_DELETION_DISABLED);
    let request = DeleteTopicsRequest { topic_names: vec!["a".into()], ..Default::default() };
    let old = cluster.act(|view, _| plan::delete_topics(view, &request, 2)).responses;
    assert_eq!(ErrorCode(old[0].error_code), ErrorCode::INVALID_REQUEST);
    assert!(cluster.state.topic("a").is_some());
}

/// What `t` with six partitions is asked to become, one after the other.
const FEW: ErrorCode = ErrorCode::INVALID_PARTITIONS;
const WRONG: ErrorCode = ErrorCode::INVALID_REPLICA_ASSIGNMENT;
type Assigned = Option<&'static [&'static [i32]]>;
const GROWN: &[(&str, i32, Assigned, ErrorCode, &str)] = &[
    ("t", 6, None, FEW, "Topic already has 6 partition(s)."),
    ("t", 3, None, FEW, "The topic t currently has 6 partition(s); 3 would not be an increase."),
    ("t", -1, None, FEW, "The topic t currently has 6 partition(s); -1 would not be an increase."),
    ("gone", 3, None, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, ""),
    (
        "t",
        8,
        Some(&[&[1]]),
        WRONG,
        "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.",
    ),
    (
        "t",
        7,
        Some(&[&[2]]),
        WRONG,
        "The manual partition assignment includes broker 2, but no such broker is registered.",
    ),
    (
        "t",
        7,
        Some(&[&[]]),
        WRONG,
        "The manual partition assignment includes an empty replica list.",
    ),
    (
        "t",
        7,
        Some(&[&[1, 1]]),
        WRONG,
        "The manual partition assignment includes the broker 1 more than once.",
    ),
    ("t", 7, Some(&[&[1]]), ErrorCode::NONE, ""),
    (
        "t",
        i32::MAX,
        None,
        ErrorCode::POLICY_VIOLATION,
        "Excessively large number of partitions per request.",
    ),
    ("t", 9, None, ErrorCode::NONE, ""),
];

#[test]
fn partitions_are_added_as_by_kafka() {
    let mut cluster = Cluster::new(&[]);
    create(&mut cluster, vec![topic("t", 6, 1)]);
    for (name, count, assigned, code, text) in GROWN {
        let assignments = assigned.map(|lists| {
            let one = |list: &&[i32]| CreatePartitionsAssignment { broker_ids: list.to_vec() };
            lists.iter().map(one).collect()
        });
        let asked = CreatePartitionsTopic { name: name.to_string(), count: *count, assignments };
        let mut request = CreatePartitionsRequest {
            topics: vec![asked],
            validate_only: true,
            ..Default::default()
        };
        for validate_only in [true, false] {
            request.validate_only = validate_only;
            let before = cluster.log.len();
            let result = cluster.act(|view, _| plan::create_partitions(view, &request));
            let result = &result.results[0];
            assert_eq!(row(result.error_code, &result.error_message), (*code, *text));
            assert_eq!(cluster.log.len() > before, code.is_none() && !validate_only);
        }
    }
    assert_eq!(cluster.state.topic("t").unwrap().partition_count(), 9);
    let twice = CreatePartitionsTopic { name: "t".into(), count: 10, assignments: None };
    let request =
        CreatePartitionsRequest { topics: vec![twice.clone(), twice], ..Default::default() };
    let results = cluster.act(|view, _| plan::create_partitions(view, &request)).results;
    assert_eq!(results.len(), 1);
    let answer = row(results[0].error_code, &results[0].error_message);
    assert_eq!(answer, (ErrorCode::INVALID_REQUEST, "Duplicate topic name."));
}

#[test]
fn topics_that_come_by_themselves_have_kafkas_shape() {
    let mut cluster = Cluster::new(&[]);
    create(&mut cluster, vec![topic("old.t", 1, 1)]);
    let names =
        ["__consumer_offsets", "auto", "old.t", "a b", "old_t", "__cluster_metadata", "auto"];
    let answers = cluster.act(|view, ids| plan::auto_create(view, &names, ids));
    let codes: Vec<ErrorCode> = answers.iter().map(|answer| answer.1).collect();
    const NAME: ErrorCode = ErrorCode::INVALID_TOPIC_EXCEPTION;
    let none = ErrorCode::NONE;
    let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
    assert_eq!(codes, [none, none, none, NAME, NAME, unknown, none]);
    assert_eq!(cluster.state.topic("auto").unwrap().partition_count(), 4);
    assert_eq!(cluster.state.topic("__consumer_offsets").unwrap().partition_count(), 50);
    let configs = cluster.state.configs().values(ResourceKind::Topic, "__consumer_offsets");
    let configs: Vec<_> =
        configs.unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let kafkas = ["cleanup.policy=compact", "compression.type=producer", "segment.bytes=104857600"];
    assert_eq!(configs, kafkas);

    let length = cluster.log.len();
    cluster.act(|view, ids| plan::auto_create(view, &["__transaction_state"], ids));
    let names: Vec<&str> = cluster.since(length)[..8].iter().map(MetadataRecord::name).collect();
    let config = "ConfigRecord";
    let kafkas = [
        "TopicRecord",
        config,
        config,
        config,
        config,
        config,
        "ClearElrRecord",
        "PartitionRecord",
    ];
    assert_eq!(names, kafkas);
    let answers = cluster.act(|view, ids| plan::auto_create(view, &["__share_group_state"], ids));
    assert_eq!(answers[0].1, none);
}
