//! The topic configs (`org.apache.kafka.storage.internals.log.LogConfig`).

use super::{Check, ConfigDef, Kind, Scope, rows};

const CODECS: &[&str] = &["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

rows! {
TOPIC Resource;

"cleanup.policy" List Some("delete"), Check::EachOf(&["compact", "delete"]);
    from &[("log.cleanup.policy", 1)]
    => "What becomes of old segments: deleted by age and size, compacted by key, or both."
"compression.gzip.level" Int Some("-1"), Check::GzipLevel;
    from &[("compression.gzip.level", 1)]
    => "The level at which the broker compresses with gzip."
"compression.lz4.level" Int Some("9"), Check::Between(1, 17);
    from &[("compression.lz4.level", 1)]
    => "The level at which Kafka compresses with lz4; this broker has one level."
"compression.type" String Some("producer"), Check::OneOf(CODECS);
    from &[("compression.type", 1)]
    => "The codec of stored batches, or producer to keep the codec they came with."
"compression.zstd.level" Int Some("3"), Check::Between(-131_072, 22);
    from &[("compression.zstd.level", 1)]
    => "The level at which the broker compresses with zstd."
"delete.retention.ms" Long Some("86400000"), Check::AtLeast(0);
    from &[("log.cleaner.delete.retention.ms", 1)]
    => "How long a tombstone stays readable in a compacted topic."
"file.delete.delay.ms" Long Some("60000"), Check::AtLeast(0);
    from &[("log.segment.delete.delay.ms", 1)]
    => "How long a deleted segment's files stay on disk."
"flush.messages" Long Some("9223372036854775807"), Check::AtLeast(1);
    from &[("log.flush.interval.messages", 1)]
    => "After how many records the log is forced to disk."
"flush.ms" Long Some("9223372036854775807"), Check::AtLeast(0);
    from &[("log.flush.interval.ms", 1), ("log.flush.scheduler.interval.ms", 1)]
    => "After how long the log is forced to disk."
"follower.replication.throttled.replicas" List Some(""), Check::ThrottledReplicas
    => "The replicas whose replication is held back on the followers' side."
"index.interval.bytes" Int Some("4096"), Check::AtLeast(0);
    from &[("log.index.interval.bytes", 1)]
    => "After how many bytes of records the offset index gets another entry."
"internal.segment.bytes" Int None
    => "A segment's size for tests, below what segment.bytes allows."
"leader.replication.throttled.replicas" List Some(""), Check::ThrottledReplicas
    => "The replicas whose replication is held back on the leader's side."
"local.retention.bytes" Long Some("-2"), Check::AtLeast(-2);
    from &[("log.local.retention.bytes", 1)]
    => "How many bytes stay on this disk once they are in tiered storage."
"local.retention.ms" Long Some("-2"), Check::AtLeast(-2);
    from &[("log.local.retention.ms", 1)]
    => "How long segments stay on this disk once they are in tiered storage."
"max.compaction.lag.ms" Long Some("9223372036854775807"), Check::AtLeast(1);
    from &[("log.cleaner.max.compaction.lag.ms", 1)]
    => "How long a record may wait at most before it can be compacted away."
"max.message.bytes" Int Some("1048588"), Check::AtLeast(0);
    from &[("message.max.bytes", 1)]
    => "The largest batch that is taken, as it is stored."
"message.timestamp.after.max.ms" Long Some("3600000"), Check::AtLeast(0);
    from &[("log.message.timestamp.after.max.ms", 1)]
    => "How far ahead of the broker's clock a record's timestamp may be."
"message.timestamp.before.max.ms" Long Some("9223372036854775807"), Check::AtLeast(0);
    from &[("log.message.timestamp.before.max.ms", 1)]
    => "How far behind the broker's clock a record's timestamp may be."
"message.timestamp.type" String Some("CreateTime"), Check::OneOf(&["CreateTime", "LogAppendTime"]);
    from &[("log.message.timestamp.type", 1)]
    => "Whose time a record bears: the producer's or the broker's."
"min.cleanable.dirty.ratio" Double Some("0.5"), Check::Between(0, 1);
    from &[("log.cleaner.min.cleanable.ratio", 1)]
    => "Which share of a log must be uncompacted before it is worth compacting."
"min.compaction.lag.ms" Long Some("0"), Check::AtLeast(0);
    from &[("log.cleaner.min.compaction.lag.ms", 1)]
    => "How long a record is safe from compaction."
"min.insync.replicas" Int Some("1"), Check::AtLeast(1);
    from &[("min.insync.replicas", 1)]
    => "How many replicas must hold a record before acks=all is answered."
"preallocate" Boolean Some("false");
    from &[("log.preallocate", 1)]
    => "Whether a new segment's file is made at its full size at once."
"remote.log.copy.disable" Boolean Some("false")
    => "Whether segments stop being copied to tiered storage."
"remote.log.delete.on.disable" Boolean Some("false")
    => "Whether tiered segments are deleted when tiering is switched off."
"remote.storage.enable" Boolean Some("false")
    => "Whether the topic uses tiered storage, which this broker does not have."
"retention.bytes" Long Some("-1");
    from &[("log.retention.bytes", 1)]
    => "How large a partition may become before its oldest segments are deleted: -1 is no limit."
"retention.ms" Long Some("604800000"), Check::AtLeast(-1);
    from &[
        ("log.retention.ms", 1), ("log.retention.minutes", MINUTE_MS),
        ("log.retention.hours", HOUR_MS),
    ]
    => "How old a segment may become before it is deleted: -1 is no limit."
"segment.bytes" Int Some("1073741824"), Check::AtLeast(1_048_576);
    from &[("log.segment.bytes", 1)]
    => "How large a segment may become before another is begun."
"segment.index.bytes" Int Some("10485760"), Check::AtLeast(4);
    from &[("log.index.size.max.bytes", 1)]
    => "How large a segment's offset index may become."
"segment.jitter.ms" Long Some("0"), Check::AtLeast(0);
    from &[("log.roll.jitter.ms", 1), ("log.roll.jitter.hours", HOUR_MS)]
    => "By how much at most segment.ms is shortened at random, so that not all roll at once."
"segment.ms" Long Some("604800000"), Check::AtLeast(1);
    from &[("log.roll.ms", 1), ("log.roll.hours", HOUR_MS)]
    => "After how long another segment is begun."
"unclean.leader.election.enable" Boolean Some("false");
    from &[("unclean.leader.election.enable", 1)]
    => "Whether a replica that may lack records can become the leader."
}
