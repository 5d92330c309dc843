//! Configs altered: codes and texts as Apache Kafka 4.3.1 answers them.

use rk::broker::config::{CompressionType, ResourceKind, TimestampType};
use rk::broker::meta::plan;
use rk::wire::ErrorCode;
use rk::wire::messages::alter_configs::{
    AlterConfigsRequest, AlterConfigsResource as LegacyResource, AlterableConfig as LegacyConfig,
};
use rk::wire::messages::incremental_alter_configs::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};

use super::{Cluster, row};

const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;
const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const LOGGER: i8 = 8;
const METRICS: i8 = 16;
const GROUP: i8 = 32;

const NONE: ErrorCode = ErrorCode::NONE;
const REQUEST: ErrorCode = ErrorCode::INVALID_REQUEST;
const CONFIG: ErrorCode = ErrorCode::INVALID_CONFIG;

/// What Kafka answers: see the file's first lines.
const ANSWERS: &str = include_str!("kafka-4.3.1-alterations.txt");

type Change<'a> = (i8, &'a str, Option<&'a str>);

fn resource(kind: i8, name: &str, changes: &[Change]) -> AlterConfigsResource {
    let configs = changes.iter().map(|(operation, name, value)| AlterableConfig {
        name: name.to_string(),
        config_operation: *operation,
        value: value.map(str::to_owned),
    });
    AlterConfigsResource {
        resource_type: kind,
        resource_name: name.to_owned(),
        configs: configs.collect(),
    }
}

fn alter(cluster: &mut Cluster, resources: Vec<AlterConfigsResource>) -> Vec<(ErrorCode, String)> {
    let request = IncrementalAlterConfigsRequest { resources, validate_only: false };
    let response = cluster.act(|view, _| plan::incremental_alter_configs(view, &request));
    let told = response.responses.iter().map(|r| row(r.error_code, &r.error_message));
    told.map(|(code, text)| (code, text.to_owned())).collect()
}

fn replace(
    cluster: &mut Cluster,
    kind: i8,
    name: &str,
    configs: &[(&str, Option<&str>)],
) -> (ErrorCode, String) {
    let configs = configs.iter().map(|(name, value)| LegacyConfig {
        name: name.to_string(),
        value: value.map(str::to_owned),
    });
    let resource = LegacyResource {
        resource_type: kind,
        resource_name: name.to_owned(),
        configs: configs.collect(),
    };
    let request = AlterConfigsRequest { resources: vec![resource], validate_only: false };
    let response = cluster.act(|view, _| plan::alter_configs(view, &request)).responses.remove(0);
    let (code, text) = row(response.error_code, &response.error_message);
    (code, text.to_owned())
}

fn cluster(topics: &[&str]) -> Cluster {
    let mut cluster = Cluster::new(&[]);
    cluster.act(|view, ids| plan::auto_create(view, topics, ids));
    cluster
}

/// One line of a section of [`ANSWERS`].
struct Asked<'a> {
    kind: i8,
    name: &'a str,
    changes: Vec<Change<'a>>,
    answer: (ErrorCode, String),
}

fn asked(section: &str) -> Vec<Asked<'static>> {
    let lines =
        ANSWERS.lines().skip_while(|line| line.strip_prefix('[') != Some(&format!("{section}]")));
    let rows = lines.skip(1).take_while(|line| !line.starts_with('[')).map(|line| {
        let columns: Vec<&str> = line.split(" |").map(str::trim).collect();
        let [kind, name, changes, code, text] = columns[..] else { panic!("{line}") };
        let kinds = [TOPIC, BROKER, LOGGER, METRICS, GROUP].map(|id| (id, ResourceKind::of(id)));
        let known = kinds.iter().find(|(_, known)| known.unwrap().name() == kind);
        let codes = (-1..200).map(ErrorCode);
        Asked {
            kind: known.map_or_else(|| kind.parse().unwrap(), |known| known.0),
            name,
            changes: changes.split(" & ").filter(|text| !text.is_empty()).map(change).collect(),
            answer: (codes.into_iter().find(|c| c.name() == Some(code)).unwrap(), text.to_owned()),
        }
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 10, "{section}");
    rows
}

/// Reads `set NAME=VALUE`: without a value, it is null.
fn change(text: &'static str) -> Change<'static> {
    let (operation, rest) = text.split_once(' ').unwrap();
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (rest, None),
    };
    let operation = ["set", "delete", "append", "subtract"].iter().position(|o| *o == operation);
    (operation.unwrap() as i8, name, value)
}

fn check(cluster: &mut Cluster, section: &str) {
    for row in asked(section) {
        let before = cluster.log.len();
        let mut answer = alter(cluster, vec![resource(row.kind, row.name, &row.changes)]).remove(0);
        // A line of the file does not end in a blank, and one answer does.
        answer.1.truncate(answer.1.trim_end().len());
        assert_eq!(answer, row.answer, "{} {} {:?}", row.kind, row.name, row.changes);
        assert!(answer.0.is_none() || cluster.log.len() == before);
    }
}

#[test]
fn topics_are_altered_as_by_kafka() {
    check(&mut cluster(&["t"]), "incremental topics");
}

#[test]
fn an_unknown_operation_is_an_unknown_error() {
    let changes = [(9, "cleanup.policy", Some("x"))];
    let answer = alter(&mut cluster(&["t"]), vec![resource(TOPIC, "t", &changes)]);
    assert_eq!(answer, [(ErrorCode::UNKNOWN_SERVER_ERROR, String::new())]);
}

/// What Kafka's log had after each of these, one after the other.
#[test]
fn lists_grow_and_shrink_as_in_kafka() {
    const POLICY: &str = "cleanup.policy";
    const REPLICAS: &str = "follower.replication.throttled.replicas";
    let mut cluster = cluster(&["s"]);
    let rows: &[(Change, Option<&str>)] = &[
        ((SET, POLICY, Some("compact")), Some("compact")),
        ((APPEND, POLICY, Some("delete")), Some("compact,delete")),
        ((APPEND, POLICY, Some("delete,compact")), Some("compact,delete")),
        ((SUBTRACT, POLICY, Some("compact")), Some("delete")),
        ((SUBTRACT, POLICY, Some("delete")), Some("")),
        ((APPEND, POLICY, Some("delete")), Some("delete")),
        ((DELETE, POLICY, None), None),
        ((APPEND, POLICY, Some("compact")), Some("delete,compact")),
        ((DELETE, POLICY, None), None),
        ((SUBTRACT, POLICY, Some("delete")), Some("")),
        ((SET, POLICY, Some("compact,delete")), Some("compact,delete")),
        ((SUBTRACT, POLICY, Some("delete,compact")), Some("")),
        ((APPEND, REPLICAS, Some("0:1")), Some("0:1")),
        ((APPEND, REPLICAS, Some(" 1:1 ,2:1")), Some("0:1, 1:1 ,2:1")),
    ];
    for (change, stored) in rows {
        let answer = alter(&mut cluster, vec![resource(TOPIC, "s", &[*change])]);
        assert_eq!(answer, [(NONE, String::new())], "{change:?}");
        let now = cluster.state.configs().get(ResourceKind::Topic, "s", change.1);
        assert_eq!(now, *stored, "{change:?}");
    }
}

#[test]
fn only_what_changes_is_written_down() {
    let mut cluster = cluster(&["t"]);
    let mut written = |changes: &[Change]| {
        let before = cluster.log.len();
        alter(&mut cluster, vec![resource(TOPIC, "t", changes)]);
        cluster.since(before).iter().map(|record| record.name()).collect::<Vec<_>>()
    };
    assert_eq!(written(&[(SET, "retention.ms", Some("5"))]), ["ConfigRecord"]);
    assert_eq!(written(&[(SET, "retention.ms", Some("5"))]).len(), 0);
    assert_eq!(written(&[(DELETE, "flush.ms", None)]).len(), 0);
    let both = ["ConfigRecord", "ClearElrRecord"];
    assert_eq!(written(&[(SET, "min.insync.replicas", Some("2"))]), both);
    assert_eq!(written(&[(DELETE, "min.insync.replicas", None)]), both);
}

#[test]
fn the_older_request_replaces_everything() {
    let mut cluster = cluster(&["s"]);
    let all = |cluster: &Cluster| -> Vec<String> {
        let values = cluster.state.configs().values(ResourceKind::Topic, "s").cloned();
        values.unwrap_or_default().iter().map(|(name, value)| format!("{name}={value}")).collect()
    };
    let ok = (NONE, String::new());
    let given = [("retention.ms", Some("11")), ("flush.ms", Some("5"))];
    assert_eq!(replace(&mut cluster, TOPIC, "s", &given), ok);
    let given = [("flush.ms", Some("5")), ("segment.ms", Some("9"))];
    assert_eq!(replace(&mut cluster, TOPIC, "s", &given), ok);
    assert_eq!(all(&cluster), ["flush.ms=5", "segment.ms=9"]);
    for row in asked("replace") {
        let given: Vec<_> = row.changes.iter().map(|(_, name, value)| (*name, *value)).collect();
        let answer = replace(&mut cluster, row.kind, row.name, &given);
        assert_eq!(answer, row.answer, "{} {} {given:?}", row.kind, row.name);
    }
    assert_eq!(all(&cluster), ["flush.ms=5", "segment.ms=9"]);
    assert_eq!(replace(&mut cluster, TOPIC, "s", &[]), ok);
    assert!(all(&cluster).is_empty());
}

#[test]
fn one_bad_resource_leaves_the_others_be() {
    let mut cluster = cluster(&["a", "b"]);
    let answers = alter(
        &mut cluster,
        vec![
            resource(TOPIC, "a", &[(SET, "retention.ms", Some("8"))]),
            resource(TOPIC, "gone", &[(SET, "retention.ms", Some("8"))]),
            resource(TOPIC, "b", &[(SET, "flush.ms", Some("-1"))]),
            resource(BROKER, "1", &[(SET, "log.retention.bytes", Some("7"))]),
            resource(GROUP, "g", &[(SET, "consumer.session.timeout.ms", Some("46000"))]),
            resource(GROUP, "g", &[(SET, "consumer.session.timeout.ms", Some("47000"))]),
        ],
    );
    let codes: Vec<ErrorCode> = answers.iter().map(|answer| answer.0).collect();
    let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
    assert_eq!(codes, [NONE, unknown, CONFIG, NONE, REQUEST, REQUEST]);
    assert_eq!(answers[4].1, "Each resource must appear at most once.");
    assert_eq!(
        cluster.state.configs().get(ResourceKind::Group, "g", "consumer.session.timeout.ms"),
        None
    );
}

#[test]
fn brokers_are_altered_as_by_kafka() {
    let mut cluster = cluster(&[]);
    check(&mut cluster, "incremental broker");
    let policy = cluster.state.configs().get(ResourceKind::Broker, "1", "log.cleanup.policy");
    assert_eq!(policy, Some("delete,compact"));
}

#[test]
fn groups_subscriptions_and_loggers_are_altered_as_by_kafka() {
    let mut cluster = cluster(&[]);
    check(&mut cluster, "incremental others");
    // Kafka would do it: this broker's log has one level, chosen at start-up.
    let changes = [(SET, "root", Some("DEBUG"))];
    let (code, text) = alter(&mut cluster, vec![resource(LOGGER, "1", &changes)]).remove(0);
    assert_eq!(code, CONFIG);
    assert!(text.contains("chosen when it starts"), "{text}");
}

#[test]
fn the_layers_come_together_in_a_struct() {
    let mut cluster = Cluster::new(&[
        ("log.retention.hours", "2"),
        ("compression.type", "zstd"),
        ("compression.zstd.level", "7"),
        ("log.message.timestamp.type", "LogAppendTime"),
    ]);
    cluster.act(|view, ids| plan::auto_create(view, &["t"], ids));
    let topic = |cluster: &Cluster| cluster.view().configs().topic("t");
    let config = topic(&cluster);
    assert_eq!(config.retention_ms, 2 * 3_600_000);
    assert_eq!(config.compression_type, CompressionType::Zstd(7));
    assert_eq!(config.message_timestamp_type, TimestampType::LogAppendTime);
    assert_eq!((config.cleanup_compact, config.cleanup_delete), (false, true));
    assert_eq!((config.segment_bytes, config.max_message_bytes), (1 << 30, 1_048_588));
    assert_eq!((config.retention_bytes, config.flush_ms), (-1, i64::MAX));

    let steps: &[(i8, &str, &str, &str, i64)] = &[
        (BROKER, "", "log.retention.ms", "300", 300),
        (BROKER, "1", "log.retention.ms", "200", 200),
        (TOPIC, "t", "retention.ms", " 100 ", 100),
    ];
    for (kind, name, config, value, resolved) in steps {
        alter(&mut cluster, vec![resource(*kind, name, &[(SET, config, Some(value))])]);
        assert_eq!(topic(&cluster).retention_ms, *resolved);
    }
    let changes = [
        (SET, "cleanup.policy", Some("compact,delete")),
        (SET, "internal.segment.bytes", Some("500")),
        (SET, "compression.type", Some("gzip")),
        (SET, "min.cleanable.dirty.ratio", Some("1e-1")),
    ];
    alter(&mut cluster, vec![resource(TOPIC, "t", &changes)]);
    let config = topic(&cluster);
    assert!(config.cleanup_compact && config.cleanup_delete);
    assert_eq!((config.segment_bytes, config.min_cleanable_dirty_ratio), (500, 0.1));
    assert_eq!(config.compression_type, CompressionType::Gzip(-1));

    alter(
        &mut cluster,
        vec![resource(GROUP, "g", &[(SET, "consumer.session.timeout.ms", Some("46000"))])],
    );
    let configs = cluster.view().configs();
    assert_eq!(configs.group("g").consumer_session_timeout_ms, 46_000);
    assert_eq!(configs.group("other").consumer_session_timeout_ms, 45_000);
    assert_eq!(configs.broker().num_partitions, 4);
}
