//! Configs described: values, sources and synonyms as Apache Kafka 4.3.1 answers them.

use rk::broker::meta::plan;
use rk::wire::ErrorCode;
use rk::wire::messages::describe_configs::{
    DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResult,
};
use rk::wire::messages::metadata_log::ConfigRecord;

use super::Cluster;

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const LOGGER: i8 = 8;
const METRICS: i8 = 16;
const GROUP: i8 = 32;

fn describe(cluster: &Cluster, kind: i8, name: &str, keys: &[&str]) -> DescribeConfigsResult {
    let keys: Vec<String> = keys.iter().map(|key| key.to_string()).collect();
    let resource = DescribeConfigsResource {
        resource_type: kind,
        resource_name: name.to_owned(),
        configuration_keys: Some(keys).filter(|keys| !keys.is_empty()),
    };
    let request = DescribeConfigsRequest {
        resources: vec![resource],
        include_synonyms: true,
        include_documentation: true,
    };
    let mut told = Vec::new();
    plan::describe_configs(&cluster.view(), &request, |result| {
        told.push(result);
        0
    });
    told.remove(0)
}

/// A config on one line, in the form that the tables below were collected in.
fn line(cluster: &Cluster, kind: i8, name: &str, key: &str) -> String {
    let result = describe(cluster, kind, name, &[key]);
    let Some(config) = result.configs.first() else { return String::new() };
    let null = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".into());
    let synonyms = config.synonyms.iter();
    let synonyms = synonyms.map(|s| format!("{}={}:{}", s.name, null(&s.value), s.source));
    format!(
        "{}={} ro={} src={} sens={} type={} syn=[{}]",
        config.name,
        null(&config.value),
        config.read_only,
        config.config_source,
        config.is_sensitive,
        config.config_type,
        synonyms.collect::<Vec<_>>().join(", ")
    )
}

/// Sets a config as a record does.
fn set(cluster: &mut Cluster, kind: i8, name: &str, config: &str, value: &str) {
    let record = ConfigRecord {
        resource_type: kind,
        resource_name: name.to_owned(),
        name: config.to_owned(),
        value: Some(value.to_owned()),
    };
    cluster.append(vec![record.into()]);
}

fn cluster() -> Cluster {
    let mut cluster = Cluster::new(&[]);
    cluster.act(|view, ids| plan::auto_create(view, &["t"], ids));
    cluster
}

#[test]
fn a_topic_is_described_as_by_kafka() {
    let mut cluster = cluster();
    assert_eq!(describe(&cluster, TOPIC, "t", &[]).configs.len(), 33);
    let plain = [
        "compression.type=producer ro=false src=5 sens=false type=2 \
            syn=[compression.type=producer:5]",
        "remote.storage.enable=false ro=false src=5 sens=false type=1 syn=[]",
        "leader.replication.throttled.replicas= ro=false src=5 sens=false type=7 syn=[]",
        "min.insync.replicas=1 ro=false src=3 sens=false type=3 syn=[min.insync.replicas=1:3, \
            min.insync.replicas=1:5]",
        "segment.jitter.ms=0 ro=false src=5 sens=false type=5 syn=[]",
        "local.retention.ms=-2 ro=false src=5 sens=false type=5 syn=[log.local.retention.ms=-2:5]",
        "cleanup.policy=delete ro=false src=5 sens=false type=7 syn=[log.cleanup.policy=delete:5]",
        "flush.ms=9223372036854775807 ro=false src=5 sens=false type=5 syn=[]",
        "segment.ms=604800000 ro=false src=5 sens=false type=5 syn=[]",
        "min.cleanable.dirty.ratio=0.5 ro=false src=5 sens=false type=6 \
            syn=[log.cleaner.min.cleanable.ratio=0.5:5]",
    ];
    for text in plain {
        assert_eq!(line(&cluster, TOPIC, "t", text.split('=').next().unwrap()), text);
    }
    let given = [
        (
            "retention.ms",
            " 5000 ",
            "retention.ms=5000 ro=false src=1 sens=false type=5 syn=[retention.ms=5000:1]",
        ),
        (
            "cleanup.policy",
            " compact , delete ",
            "cleanup.policy=compact,delete ro=false src=1 sens=false type=7 \
                syn=[cleanup.policy=compact,delete:1, log.cleanup.policy=delete:5]",
        ),
        (
            "preallocate",
            " TRUE ",
            "preallocate=true ro=false src=1 sens=false type=1 syn=[preallocate=true:1, \
                log.preallocate=false:5]",
        ),
        (
            "min.cleanable.dirty.ratio",
            "1e-1",
            "min.cleanable.dirty.ratio=0.1 ro=false src=1 sens=false type=6 \
                syn=[min.cleanable.dirty.ratio=0.1:1, log.cleaner.min.cleanable.ratio=0.5:5]",
        ),
        (
            "compression.type",
            " gzip ",
            "compression.type=gzip ro=false src=1 sens=false type=2 syn=[compression.type=gzip:1, \
                compression.type=producer:5]",
        ),
        (
            "internal.segment.bytes",
            "500",
            "internal.segment.bytes=500 ro=false src=1 sens=false type=3 \
                syn=[internal.segment.bytes=500:1]",
        ),
    ];
    for (name, value, text) in given {
        set(&mut cluster, TOPIC, "t", name, value);
        assert_eq!(line(&cluster, TOPIC, "t", name), text);
    }
    assert_eq!(describe(&cluster, TOPIC, "t", &[]).configs.len(), 34);
}

/// A broker at start-up, in the form of [`line`].
const BROKER_ROWS: &[&str] = &[
    "log.retention.ms=null ro=false src=5 sens=false type=5 syn=[]",
    "log.retention.hours=168 ro=true src=5 sens=false type=3 syn=[log.retention.hours=168:5]",
    "min.insync.replicas=1 ro=false src=3 sens=false type=3 syn=[min.insync.replicas=1:3, \
            min.insync.replicas=1:5]",
    "node.id=1 ro=true src=4 sens=false type=3 syn=[node.id=1:4]",
    "broker.id=1 ro=true src=4 sens=false type=3 syn=[broker.id=1:4, broker.id=-1:5]",
    "num.partitions=4 ro=true src=4 sens=false type=3 syn=[num.partitions=4:4, \
            num.partitions=1:5]",
    "log.cleanup.policy=delete ro=false src=5 sens=false type=7 \
            syn=[log.cleanup.policy=delete:5]",
];

#[test]
fn the_broker_and_its_layers_are_described_as_by_kafka() {
    let mut cluster = cluster();
    for text in BROKER_ROWS {
        assert_eq!(line(&cluster, BROKER, "1", text.split('=').next().unwrap()), *text);
    }
    set(&mut cluster, BROKER, "", "message.max.bytes", "2000000");
    set(&mut cluster, BROKER, "1", "message.max.bytes", "3000000");
    set(&mut cluster, BROKER, "", "log.retention.ms", "5000");
    set(&mut cluster, BROKER, "1", "nope", "3");
    set(&mut cluster, BROKER, "", "nope2", "3");
    let layers =
        "[message.max.bytes=3000000:2, message.max.bytes=2000000:3, message.max.bytes=1048588:5]";
    let retention = "[log.retention.ms=5000:3, log.retention.hours=168:5]";
    let rows = [
        (
            TOPIC,
            "t",
            format!(
                "max.message.bytes=3000000 ro=false src=2 sens=false type=3 \
            syn={layers}"
            ),
        ),
        (
            BROKER,
            "1",
            format!(
                "message.max.bytes=3000000 ro=false src=2 sens=false type=3 \
            syn={layers}"
            ),
        ),
        (
            BROKER,
            "",
            "message.max.bytes=2000000 ro=false src=3 sens=false type=3 \
            syn=[message.max.bytes=2000000:3]"
                .into(),
        ),
        (
            BROKER,
            "",
            "min.insync.replicas=1 ro=false src=3 sens=false type=3 \
            syn=[min.insync.replicas=1:3]"
                .into(),
        ),
        (TOPIC, "t", format!("retention.ms=5000 ro=false src=3 sens=false type=5 syn={retention}")),
        (
            BROKER,
            "1",
            format!(
                "log.retention.ms=5000 ro=false src=3 sens=false type=5 \
            syn={retention}"
            ),
        ),
        (
            BROKER,
            "1",
            "log.retention.hours=168 ro=true src=5 sens=false type=3 \
            syn=[log.retention.hours=168:5]"
                .into(),
        ),
        (BROKER, "1", "log.retention.minutes=null ro=true src=5 sens=false type=3 syn=[]".into()),
        (BROKER, "1", "nope=null ro=true src=2 sens=true type=0 syn=[nope=null:2]".into()),
        (BROKER, "", "nope2=null ro=true src=3 sens=true type=0 syn=[nope2=null:3]".into()),
    ];
    for (kind, name, text) in rows {
        assert_eq!(line(&cluster, kind, name, text.split('=').next().unwrap()), text);
    }
    assert_eq!(describe(&cluster, BROKER, "", &[]).configs.len(), 4);
}

#[test]
fn groups_and_subscriptions_are_described_as_by_kafka() {
    let mut cluster = cluster();
    set(&mut cluster, GROUP, "g", "consumer.session.timeout.ms", "50000");
    set(&mut cluster, METRICS, "m", "match", "client_id=x.*");
    let rows = [
        (
            GROUP,
            "g",
            "consumer.session.timeout.ms=50000 ro=false src=8 sens=false type=3 \
                syn=[consumer.session.timeout.ms=50000:8, \
                group.consumer.session.timeout.ms=45000:5]",
        ),
        (
            GROUP,
            "z",
            "consumer.session.timeout.ms=45000 ro=false src=5 sens=false type=3 \
                syn=[group.consumer.session.timeout.ms=45000:5]",
        ),
        (
            GROUP,
            "z",
            "share.auto.offset.reset=latest ro=false src=5 sens=false type=2 \
                syn=[share.auto.offset.reset=latest:5]",
        ),
        (
            METRICS,
            "m",
            "match=client_id=x.* ro=false src=7 sens=false type=7 syn=[match=client_id=x.*:7]",
        ),
        (METRICS, "m", "interval.ms=300000 ro=false src=5 sens=false type=3 syn=[]"),
        (METRICS, "z", "metrics= ro=false src=5 sens=false type=7 syn=[]"),
    ];
    for (kind, name, text) in rows {
        assert_eq!(line(&cluster, kind, name, text.split('=').next().unwrap()), text);
    }
    assert_eq!(describe(&cluster, GROUP, "g", &[]).configs.len(), 17);
    assert_eq!(describe(&cluster, METRICS, "zz", &[]).configs.len(), 3);
}

#[test]
fn what_cannot_be_described_is_told_in_kafkas_words() {
    let cluster = cluster();
    let malformed = "This most likely occurs because of a request being malformed by the client \
                     library or the message was sent to an incompatible broker. See the broker \
                     logs for more details.";
    const REQUEST: ErrorCode = ErrorCode::INVALID_REQUEST;
    const NAME: ErrorCode = ErrorCode::INVALID_TOPIC_EXCEPTION;
    let rows = [
        (TOPIC, "gone", ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, ""),
        (TOPIC, "", NAME, "Topic name is invalid: the empty string is not allowed"),
        (BROKER, "2", REQUEST, "Unexpected broker id, expected 1 or empty string, but received 2"),
        (BROKER, "x", REQUEST, "Broker id must be an integer, but it is: x"),
        (LOGGER, "", REQUEST, "Broker id must not be empty"),
        (LOGGER, "2", REQUEST, "Unexpected broker id, expected 1 but received 2"),
        (METRICS, "", REQUEST, "Client metrics subscription name must not be empty"),
        (GROUP, "", REQUEST, "Group name must not be empty"),
        (99, "x", REQUEST, malformed),
        (TOPIC, "t", ErrorCode::NONE, ""),
        (LOGGER, "1", ErrorCode::NONE, ""),
    ];
    for (kind, name, code, text) in rows {
        let result = describe(&cluster, kind, name, &[]);
        assert_eq!(ErrorCode(result.error_code), code);
        assert_eq!(result.error_message.as_deref(), Some(text));
    }
    let asked = describe(&cluster, TOPIC, "t", &["nope", "retention.ms"]);
    assert_eq!(asked.configs.len(), 1);
    assert!(asked.configs[0].documentation.as_deref().unwrap().len() > 20);
}
