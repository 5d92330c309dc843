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

fn check(cluster: &mut Cluster, rows: &[(i8, &str, &[Change], ErrorCode, &str)]) {
    for (kind, name, changes, code, text) in rows {
        let before = cluster.log.len();
        let answer = alter(cluster, vec![resource(*kind, name, changes)]).remove(0);
        assert_eq!(answer, (*code, text.to_string()), "{kind} {name} {changes:?}");
        assert!(code.is_none() || cluster.log.len() == before);
    }
}

#[test]
fn topics_are_altered_as_by_kafka() {
    let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
    check(
        &mut cluster(&["t"]),
        &[
            (TOPIC, "t", &[(SET, "retention.ms", Some("777"))], NONE, ""),
            (TOPIC, "t", &[(DELETE, "retention.ms", None)], NONE, ""),
            (TOPIC, "t", &[(DELETE, "nope", None)], NONE, ""),
            (TOPIC, "t", &[], NONE, ""),
            (
                TOPIC,
                "t",
                &[(SET, "retention.ms", Some("abc"))],
                CONFIG,
                "Invalid value abc for configuration retention.ms: Not a number of type LONG",
            ),
            (TOPIC, "t", &[(SET, "nope", Some("1"))], CONFIG, "Unknown topic config name: nope"),
            (
                TOPIC,
                "gone",
                &[(SET, "retention.ms", Some("1"))],
                unknown,
                "The topic 'gone' does not exist.",
            ),
            (
                TOPIC,
                "gone",
                &[(SET, "retention.ms", Some("x"))],
                CONFIG,
                "Invalid value x for configuration retention.ms: Not a number of type LONG",
            ),
            (
                TOPIC,
                "",
                &[(SET, "retention.ms", Some("1"))],
                REQUEST,
                "Default topic resources are not allowed.",
            ),
            (
                TOPIC,
                "a b",
                &[(SET, "retention.ms", Some("5"))],
                ErrorCode::INVALID_TOPIC_EXCEPTION,
                "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
            ),
            (
                TOPIC,
                "t",
                &[(SET, "retention.ms", None), (SET, "flush.ms", None)],
                REQUEST,
                "Null value not supported for : retention.ms, flush.ms",
            ),
            (
                TOPIC,
                "t",
                &[(APPEND, "cleanup.policy", None)],
                REQUEST,
                "Null value not supported for : cleanup.policy",
            ),
            (
                TOPIC,
                "t",
                &[(APPEND, "retention.ms", Some("1"))],
                CONFIG,
                "Can't APPEND to key retention.ms because its type is not LIST.",
            ),
            (
                TOPIC,
                "t",
                &[(SUBTRACT, "retention.ms", Some("1"))],
                CONFIG,
                "Can't SUBTRACT to key retention.ms because its type is not LIST.",
            ),
            (
                TOPIC,
                "t",
                &[(9, "cleanup.policy", Some("x"))],
                REQUEST,
                "Unknown operation type 9 for config cleanup.policy",
            ),
            (
                TOPIC,
                "t",
                &[(SET, "retention.ms", Some("5")), (DELETE, "retention.ms", None)],
                REQUEST,
                "Error due to duplicate config keys",
            ),
            (
                TOPIC,
                "t",
                &[(APPEND, "cleanup.policy", Some("foo"))],
                CONFIG,
                "Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete",
            ),
            (TOPIC, "t", &[(SUBTRACT, "cleanup.policy", Some("foo"))], NONE, ""),
            (
                TOPIC,
                "t",
                &[(SET, "remote.storage.enable", Some("true"))],
                CONFIG,
                "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
            ),
            (
                TOPIC,
                "t",
                &[
                    (SET, "min.compaction.lag.ms", Some("10")),
                    (SET, "max.compaction.lag.ms", Some("5")),
                ],
                CONFIG,
                "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
            ),
            (99, "t", &[(SET, "a", Some("b"))], REQUEST, "Unknown resource type 99"),
            (0, "t", &[(SET, "a", Some("b"))], REQUEST, "Unknown resource type 0"),
        ],
    );
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
    let rows: &[(i8, &str, &[(&str, Option<&str>)], ErrorCode, &str)] = &[
        (
            TOPIC,
            "s",
            &[("retention.ms", Some("x"))],
            CONFIG,
            "Invalid value x for configuration retention.ms: Not a number of type LONG",
        ),
        (TOPIC, "s", &[("nope", Some("1"))], CONFIG, "Unknown topic config name: nope"),
        (
            TOPIC,
            "s",
            &[("retention.ms", None)],
            REQUEST,
            "Null value not supported for : retention.ms",
        ),
        (
            TOPIC,
            "s",
            &[("flush.ms", Some("1")), ("flush.ms", Some("2"))],
            REQUEST,
            "Error due to duplicate config keys",
        ),
        (
            TOPIC,
            "gone",
            &[("flush.ms", Some("1"))],
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            "The topic 'gone' does not exist.",
        ),
        (
            BROKER,
            "",
            &[("log.retention.ms", Some("6000"))],
            CONFIG,
            "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
        ),
        (
            BROKER,
            "",
            &[],
            CONFIG,
            "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
        ),
        (
            BROKER,
            "",
            &[("log.retention.ms", Some("x"))],
            REQUEST,
            "Invalid value x for configuration log.retention.ms: Not a number of type LONG",
        ),
        (
            BROKER,
            "1",
            &[("num.partitions", Some("9"))],
            REQUEST,
            "Cannot update these configs dynamically: [num.partitions]",
        ),
        (
            BROKER,
            "2",
            &[("log.retention.ms", Some("6000"))],
            REQUEST,
            "Unexpected broker id, expected 1, but received 2",
        ),
        (LOGGER, "1", &[("kafka", Some("DEBUG"))], REQUEST, "Unknown resource type 8"),
        (
            METRICS,
            "s",
            &[("interval.ms", Some("1"))],
            REQUEST,
            "Invalid value 1 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
        ),
        (99, "g", &[("x", Some("1"))], REQUEST, "Unknown resource type 99"),
        (BROKER, "", &[("min.insync.replicas", Some("1"))], NONE, ""),
        (BROKER, "1", &[("log.retention.ms", Some("6000"))], NONE, ""),
        (BROKER, "1", &[], NONE, ""),
    ];
    for (kind, name, configs, code, text) in rows {
        let answer = replace(&mut cluster, *kind, name, configs);
        assert_eq!(answer, (*code, text.to_string()), "{kind} {name} {configs:?}");
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
fn one_broker_is_altered_as_by_kafka() {
    let dynamic = "Invalid value org.apache.kafka.common.config.ConfigException:";
    let threads = format!(
        "{dynamic} Dynamic thread count update validation failed for num.network.threads=100, value should not be greater than double the current value 3 for configuration Invalid dynamic configuration"
    );
    let cleaner = format!(
        "{dynamic} Log cleaner threads cannot be increased to more than double the current value 1 for configuration Invalid dynamic configuration"
    );
    let elr = "Broker-level min.insync.replicas cannot be altered while ELR is enabled.";
    let rows: &[(&str, i8, Option<&str>, ErrorCode, &str)] = &[
        ("log.retention.ms", SET, Some("5000"), NONE, ""),
        (
            "log.retention.ms",
            SET,
            Some("abc"),
            REQUEST,
            "Invalid value abc for configuration log.retention.ms: Not a number of type LONG",
        ),
        (
            "log.retention.ms",
            SET,
            Some("0"),
            REQUEST,
            "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
        ),
        ("log.retention.ms", SET, None, REQUEST, "Null value not supported for : log.retention.ms"),
        (
            "num.partitions",
            SET,
            Some("3"),
            REQUEST,
            "Cannot update these configs dynamically: [num.partitions]",
        ),
        ("num.partitions", DELETE, None, NONE, ""),
        (
            "log.dirs",
            SET,
            Some("/x"),
            REQUEST,
            "Cannot update these configs dynamically: [log.dirs]",
        ),
        (
            "auto.create.topics.enable",
            SET,
            Some("false"),
            REQUEST,
            "Cannot update these configs dynamically: [auto.create.topics.enable]",
        ),
        ("nope", SET, Some("3"), NONE, ""),
        ("nope", DELETE, None, NONE, ""),
        ("nope", APPEND, Some("5"), CONFIG, "Unknown config name: nope"),
        (
            "num.io.threads",
            APPEND,
            Some("5"),
            CONFIG,
            "Config value append is not allowed for config key: num.io.threads",
        ),
        (
            "num.io.threads",
            SET,
            Some("0"),
            REQUEST,
            "Invalid value 0 for configuration num.io.threads: Value must be at least 1",
        ),
        ("num.network.threads", SET, Some("100"), REQUEST, &threads),
        ("log.cleaner.threads", SET, Some("9"), REQUEST, &cleaner),
        ("log.cleaner.threads", SET, Some("2"), NONE, ""),
        (
            "log.segment.bytes",
            SET,
            Some("5"),
            REQUEST,
            "Invalid value 5 for configuration log.segment.bytes: Value must be at least 1048576",
        ),
        (
            "log.roll.ms",
            SET,
            Some("0"),
            REQUEST,
            "requirement failed: log.roll.ms must be greater than or equal to 1",
        ),
        (
            "log.roll.jitter.ms",
            SET,
            Some("-5"),
            REQUEST,
            "requirement failed: log.roll.jitter.ms must be greater than or equal to 0",
        ),
        (
            "log.cleaner.dedupe.buffer.size",
            SET,
            Some("5"),
            REQUEST,
            "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
        ),
        (
            "max.connections.per.ip",
            SET,
            Some("0"),
            REQUEST,
            "requirement failed: max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.",
        ),
        (
            "log.cleanup.policy",
            SET,
            Some("xx"),
            REQUEST,
            "Invalid value xx for configuration log.cleanup.policy: String must be one of: compact, delete",
        ),
        ("log.cleanup.policy", APPEND, Some("compact"), NONE, ""),
        (
            "leader.replication.throttled.rate",
            SET,
            Some("-1"),
            REQUEST,
            "Invalid value -1 for configuration leader.replication.throttled.rate: Value must be at least 0",
        ),
        ("leader.replication.throttled.rate", SET, Some("10"), NONE, ""),
        (
            "group.consumer.assignment.interval.ms",
            SET,
            Some("99999999"),
            REQUEST,
            "group.consumer.assignment.interval.ms must be less than or equal to group.consumer.max.assignment.interval.ms",
        ),
        (
            "ssl.keystore.password",
            SET,
            Some("x"),
            REQUEST,
            "These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.password]",
        ),
        ("min.insync.replicas", SET, Some("1"), CONFIG, elr),
        ("min.insync.replicas", DELETE, None, CONFIG, elr),
    ];
    let mut cluster = cluster(&[]);
    for (name, operation, value, code, text) in rows {
        let changes = [(*operation, *name, *value)];
        check(&mut cluster, &[(BROKER, "1", &changes, *code, text)]);
    }
    check(
        &mut cluster,
        &[
            (
                BROKER,
                "2",
                &[(SET, "log.retention.ms", Some("5"))],
                REQUEST,
                "Unexpected broker id, expected 1, but received 2",
            ),
            (
                BROKER,
                "x",
                &[(SET, "log.retention.ms", Some("5"))],
                REQUEST,
                "Node id must be an integer, but it is: x",
            ),
            (BROKER, "", &[(SET, "min.insync.replicas", Some("2"))], NONE, ""),
            (
                BROKER,
                "",
                &[(DELETE, "min.insync.replicas", None)],
                CONFIG,
                "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
            ),
            (
                BROKER,
                "",
                &[
                    (SET, "log.retention.ms", Some("5")),
                    (SET, "num.partitions", Some("3")),
                    (SET, "log.dirs", Some("x")),
                ],
                REQUEST,
                "Cannot update these configs dynamically: [num.partitions, log.dirs]",
            ),
        ],
    );
    let policy = cluster.state.configs().get(ResourceKind::Broker, "1", "log.cleanup.policy");
    assert_eq!(policy, Some("delete,compact"));
}

#[test]
fn groups_subscriptions_and_loggers_are_altered_as_by_kafka() {
    const SESSION: &str = "consumer.session.timeout.ms";
    let offset = |value: &str| {
        format!(
            "Invalid value {value} for configuration share.auto.offset.reset: Invalid value `{value}` for configuration share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
        )
    };
    check(
        &mut cluster(&[]),
        &[
            (GROUP, "g", &[(SET, SESSION, Some("50000"))], NONE, ""),
            (
                GROUP,
                "g",
                &[(SET, SESSION, Some("5"))],
                CONFIG,
                "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms",
            ),
            (
                GROUP,
                "g",
                &[(SET, SESSION, Some("70000"))],
                CONFIG,
                "consumer.session.timeout.ms must be less than or equal to group.consumer.max.session.timeout.ms",
            ),
            (
                GROUP,
                "g",
                &[(SET, SESSION, Some("x"))],
                CONFIG,
                "Invalid value x for configuration consumer.session.timeout.ms: Not a number of type INT",
            ),
            (GROUP, "g", &[(SET, "nope", Some("1"))], CONFIG, "Unknown group config name: nope"),
            (GROUP, "g", &[(DELETE, "nope", None)], NONE, ""),
            (
                GROUP,
                "",
                &[(SET, SESSION, Some("50000"))],
                REQUEST,
                "Default group resources are not allowed.",
            ),
            (
                GROUP,
                "g",
                &[(SET, "share.auto.offset.reset", Some("never"))],
                CONFIG,
                &offset("never"),
            ),
            (
                GROUP,
                "g",
                &[(SET, "share.auto.offset.reset", Some("by_duration:x"))],
                CONFIG,
                &offset("by_duration:x"),
            ),
            (GROUP, "g", &[(SET, "share.auto.offset.reset", Some("by_duration:PT1H"))], NONE, ""),
            (
                GROUP,
                "g",
                &[(SET, "share.delivery.count.limit", Some("50"))],
                CONFIG,
                "share.delivery.count.limit must be less than or equal to group.share.max.delivery.count.limit",
            ),
            (
                GROUP,
                "g",
                &[(SET, "share.delivery.count.limit", Some("1"))],
                CONFIG,
                "Invalid value 1 for configuration share.delivery.count.limit: Value must be at least 2",
            ),
            (
                GROUP,
                "g",
                &[(SET, "streams.num.standby.replicas", Some("9"))],
                CONFIG,
                "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas",
            ),
            (
                METRICS,
                "m",
                &[(SET, "metrics", Some("a,b")), (SET, "match", Some("client_id=x.*"))],
                NONE,
                "",
            ),
            (
                METRICS,
                "m",
                &[(SET, "interval.ms", Some("1"))],
                REQUEST,
                "Invalid value 1 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
            ),
            (
                METRICS,
                "m",
                &[(SET, "interval.ms", Some("x"))],
                CONFIG,
                "Invalid value x for configuration interval.ms: Not a number of type INT",
            ),
            (
                METRICS,
                "m",
                &[(SET, "nope", Some("1"))],
                REQUEST,
                "Unknown client metrics configuration: nope",
            ),
            (
                METRICS,
                "m",
                &[(SET, "match", Some("zz=x"))],
                CONFIG,
                "Illegal client matching pattern: zz=x",
            ),
            (
                METRICS,
                "m",
                &[(SET, "match", Some("client_id=["))],
                CONFIG,
                "Illegal client matching pattern: client_id=[",
            ),
            (
                METRICS,
                "m",
                &[(SET, "metrics", Some("a,,b"))],
                CONFIG,
                "Configuration 'metrics' values must not be empty.",
            ),
            (
                METRICS,
                "m",
                &[(APPEND, "metrics", Some("c"))],
                CONFIG,
                "Can't APPEND to key metrics because its type is not LIST.",
            ),
            (
                METRICS,
                "",
                &[(SET, "interval.ms", Some("1000"))],
                REQUEST,
                "Subscription name can't be empty",
            ),
            (LOGGER, "1", &[(SET, "kafka", Some("DEBUG"))], CONFIG, "Logger kafka does not exist!"),
            (
                LOGGER,
                "2",
                &[(SET, "root", Some("DEBUG"))],
                REQUEST,
                "Unexpected node id. Expected 1, but received 2",
            ),
            (
                LOGGER,
                "",
                &[(SET, "root", Some("DEBUG"))],
                REQUEST,
                "Node id must be an integer, but it is: ",
            ),
            (
                LOGGER,
                "1",
                &[(DELETE, "root", None)],
                REQUEST,
                "Removing the log level of the root logger is not allowed",
            ),
            (
                LOGGER,
                "1",
                &[(APPEND, "kafka", Some("DEBUG"))],
                REQUEST,
                "APPEND operation is not allowed for the BROKER_LOGGER resource",
            ),
            (
                LOGGER,
                "1",
                &[(SET, "root", Some("DEBUG"))],
                CONFIG,
                "The log level of this broker is chosen when it starts and cannot be changed while it runs",
            ),
        ],
    );
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
