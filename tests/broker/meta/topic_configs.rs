//! Configs of topics that are made: codes and texts as Apache Kafka 4.3.1 answers them.

use rk::wire::ErrorCode;
use rk::wire::messages::create_topics::CreatableTopic;

use super::Cluster;
use super::topics::{Row, check, with};

const THROTTLED: &str = "Invalid value [x] for configuration \
    leader.replication.throttled.replicas: \
                     leader.replication.throttled.replicas must be the literal '*' or a list of \
                     replicas in the following format: \
                     [partitionId]:[brokerId],[partitionId]:[brokerId],...";
const CODECS: &str = "Invalid value bzip2 for configuration compression.type: String must be \
    one of: \
                  uncompressed, zstd, lz4, snappy, gzip, producer";

/// A config, its value, and why it is refused.
const REFUSED_CONFIGS: &[(&str, &str, &str)] = &[
    (
        "retention.ms",
        "abc",
        "Invalid value abc for configuration retention.ms: Not a number of type LONG",
    ),
    (
        "retention.ms",
        "-2",
        "Invalid value -2 for configuration retention.ms: Value must be at least -1",
    ),
    ("nope", "1", "Unknown topic config name: nope"),
    ("message.format.version", "2.0", "Unknown topic config name: message.format.version"),
    (
        "segment.bytes",
        "1",
        "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576",
    ),
    (
        "cleanup.policy",
        "foo",
        "Invalid value foo for configuration cleanup.policy: String must be one of: compact, \
                delete",
    ),
    ("cleanup.policy", "compact,", "Configuration 'cleanup.policy' values must not be empty."),
    (
        "min.cleanable.dirty.ratio",
        "2",
        "Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more \
                than 1",
    ),
    (
        "preallocate",
        "maybe",
        "Invalid value maybe for configuration preallocate: Expected value to be either true \
                or false",
    ),
    (
        "max.message.bytes",
        "99999999999",
        "Invalid value 99999999999 for configuration max.message.bytes: Not a number of type \
                INT",
    ),
    ("compression.type", "bzip2", CODECS),
    (
        "compression.gzip.level",
        "0",
        "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and \
                9 or equal to -1",
    ),
    (
        "compression.zstd.level",
        "50",
        "Invalid value 50 for configuration compression.zstd.level: Value must be no more than \
                22",
    ),
    (
        "remote.storage.enable",
        "true",
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured \
                with remote log storage.",
    ),
    ("leader.replication.throttled.replicas", "x", THROTTLED),
    (
        "min.insync.replicas",
        "0",
        "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
    ),
    (
        "message.timestamp.type",
        "x",
        "Invalid value x for configuration message.timestamp.type: String must be \
    one of: \
                CreateTime, LogAppendTime",
    ),
];

#[test]
fn configs_are_refused_in_kafkas_words() {
    const BAD: ErrorCode = ErrorCode::INVALID_CONFIG;
    let mut rows: Vec<Row> = REFUSED_CONFIGS
        .iter()
        .map(|(name, value, text)| (with(&[(name, Some(value))]), BAD, *text))
        .collect();
    let good = [
        ("cleanup.policy", "compact,delete"),
        ("cleanup.policy", ""),
        ("cleanup.policy", "compact,compact"),
        ("remote.storage.enable", "false"),
        ("local.retention.ms", "1000"),
        ("leader.replication.throttled.replicas", "*"),
        ("leader.replication.throttled.replicas", "0:1,1:1"),
        ("retention.ms", " 5000 "),
        ("preallocate", " TRUE "),
        ("internal.segment.bytes", "500"),
        ("min.insync.replicas", "5"),
    ];
    rows.extend(good.iter().map(|(n, v)| (with(&[(n, Some(v))]), ErrorCode::NONE, "")));
    rows.extend([
        (
            with(&[("retention.ms", None), ("flush.ms", None), ("nope", Some("1"))]),
            BAD,
            "Null value not supported for topic configs: retention.ms,flush.ms",
        ),
        (
            with(&[("flush.ms", Some("x")), ("nope", Some("1"))]),
            BAD,
            "Unknown topic config name: nope",
        ),
        (
            with(&[("min.compaction.lag.ms", Some("10")), ("max.compaction.lag.ms", Some("5"))]),
            BAD,
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
        ),
        (
            CreatableTopic { num_partitions: 0, ..with(&[("flush.ms", Some("x"))]) },
            BAD,
            "Invalid value x for configuration flush.ms: Not a number of type LONG",
        ),
    ]);
    check(&mut Cluster::new(&[]), rows);
}
