//! The broker configs of the logs and of the cleaner.

use super::{Check, ConfigDef, Kind, Scope, rows};

const CODECS: &[&str] = &["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

rows! {
READ_ONLY ReadOnly;

"auto.create.topics.enable" Boolean Some("true")
    => "Whether a topic that a client asks for is made if there is none."
"default.replication.factor" Int Some("1")
    => "How many replicas a partition gets where nobody says."
"delete.topic.enable" Boolean Some("true")
    => "Whether topics can be deleted at all."
"log.cleaner.enable" Boolean Some("true")
    => "Whether the cleaner runs; Kafka 4 ignores a no."
"log.dir" List Some("/tmp/kafka-logs"), Check::Elements
    => "The directory of the logs where log.dirs is not set."
"log.dir.failure.timeout.ms" Long Some("30000"), Check::AtLeast(1)
    => "How long a broker with a failed directory tries to say so before it stops."
"log.dirs" List None, Check::Elements
    => "The directories of the logs."
"log.flush.offset.checkpoint.interval.ms" Int Some("60000"), Check::AtLeast(0)
    => "How often the recovery points are written down."
"log.flush.scheduler.interval.ms" Long Some("9223372036854775807")
    => "How often it is looked whether a log is due to be forced to disk."
"log.flush.start.offset.checkpoint.interval.ms" Int Some("60000"), Check::AtLeast(0)
    => "How often the logs' start offsets are written down."
"log.initial.task.delay.ms" Long Some("30000"), Check::AtLeast(0)
    => "How long after the start the background work on logs begins."
"log.retention.check.interval.ms" Long Some("300000"), Check::AtLeast(1)
    => "How often it is looked whether a segment is due to be deleted."
"log.retention.hours" Int Some("168")
    => "How many hours a segment is kept, where neither minutes nor milliseconds are set."
"log.retention.minutes" Int None
    => "How many minutes a segment is kept, where milliseconds are not set."
"log.roll.hours" Int Some("168"), Check::AtLeast(1)
    => "After how many hours another segment is begun, where milliseconds are not set."
"log.roll.jitter.hours" Int Some("0"), Check::AtLeast(0)
    => "By how many hours at most a roll comes early, where milliseconds are not set."
"num.partitions" Int Some("1"), Check::AtLeast(1)
    => "How many partitions a topic gets where nobody says."
"replica.high.watermark.checkpoint.interval.ms" Long Some("5000")
    => "How often the high watermarks are written down."
"replica.lag.time.max.ms" Long Some("30000")
    => "After how long a follower that does not keep up leaves the in-sync replicas."
"remote.log.storage.system.enable" Boolean Some("false")
    => "Whether the broker has tiered storage, which this one does not."
"unclean.leader.election.interval.ms" Long Some("300000"), Check::AtLeast(1)
    => "How often partitions without a leader are tried for an unclean election."
}

rows! {
DYNAMIC Dynamic;

"compression.gzip.level" Int Some("-1"), Check::GzipLevel
    => "The level of gzip where a topic does not say."
"compression.lz4.level" Int Some("9"), Check::Between(1, 17)
    => "The level of lz4 where a topic does not say."
"compression.type" String Some("producer"), Check::OneOf(CODECS)
    => "The codec of stored batches where a topic does not say."
"compression.zstd.level" Int Some("3"), Check::Between(-131_072, 22)
    => "The level of zstd where a topic does not say."
"log.cleaner.backoff.ms" Long Some("15000"), Check::AtLeast(0)
    => "How long the cleaner rests when there is nothing to clean."
"log.cleaner.dedupe.buffer.size" Long Some("134217728")
    => "How much memory all cleaner threads have for the keys they have seen."
"log.cleaner.delete.retention.ms" Long Some("86400000"), Check::AtLeast(0)
    => "How long tombstones stay readable where a topic does not say."
"log.cleaner.io.buffer.load.factor" Double Some("0.9")
    => "How full the cleaner's memory of keys may become."
"log.cleaner.io.buffer.size" Int Some("524288"), Check::AtLeast(0)
    => "How much memory all cleaner threads have for reading and writing."
"log.cleaner.io.max.bytes.per.second" Double Some("1.7976931348623157E308")
    => "How many bytes the cleaner reads and writes in a second at most."
"log.cleaner.max.compaction.lag.ms" Long Some("9223372036854775807"), Check::AtLeast(1)
    => "How long a record may wait for compaction where a topic does not say."
"log.cleaner.min.cleanable.ratio" Double Some("0.5"), Check::Between(0, 1)
    => "Which share of a log must be uncompacted where a topic does not say."
"log.cleaner.min.compaction.lag.ms" Long Some("0"), Check::AtLeast(0)
    => "How long a record is safe from compaction where a topic does not say."
"log.cleaner.threads" Int Some("1"), Check::AtLeast(0)
    => "How many threads clean logs."
"log.cleanup.policy" List Some("delete"), Check::EachOf(&["compact", "delete"])
    => "What becomes of old segments where a topic does not say."
"log.flush.interval.messages" Long Some("9223372036854775807"), Check::AtLeast(1)
    => "After how many records a log is forced to disk where a topic does not say."
"log.flush.interval.ms" Long None
    => "After how long a log is forced to disk where a topic does not say."
"log.index.interval.bytes" Int Some("4096"), Check::AtLeast(0)
    => "The distance of index entries where a topic does not say."
"log.index.size.max.bytes" Int Some("10485760"), Check::AtLeast(4)
    => "The size of an offset index where a topic does not say."
"log.local.retention.bytes" Long Some("-2"), Check::AtLeast(-2)
    => "How many tiered bytes stay on this disk where a topic does not say."
"log.local.retention.ms" Long Some("-2"), Check::AtLeast(-2)
    => "How long tiered segments stay on this disk where a topic does not say."
"log.message.timestamp.after.max.ms" Long Some("3600000"), Check::AtLeast(0)
    => "How far ahead of the clock timestamps may be where a topic does not say."
"log.message.timestamp.before.max.ms" Long Some("9223372036854775807"), Check::AtLeast(0)
    => "How far behind the clock timestamps may be where a topic does not say."
"log.message.timestamp.type" String Some("CreateTime"),
    Check::OneOf(&["CreateTime", "LogAppendTime"])
    => "Whose time records bear where a topic does not say."
"log.preallocate" Boolean Some("false")
    => "Whether segments are made at their full size where a topic does not say."
"log.retention.bytes" Long Some("-1")
    => "How large a partition may become where a topic does not say: -1 is no limit."
"log.retention.ms" Long None
    => "How many milliseconds a segment is kept: -1 is no limit; hours and minutes stand back."
"log.roll.jitter.ms" Long None
    => "By how many milliseconds at most a roll comes early."
"log.roll.ms" Long None
    => "After how many milliseconds another segment is begun; hours stand back."
"log.segment.bytes" Int Some("1073741824"), Check::AtLeast(1_048_576)
    => "How large a segment may become where a topic does not say."
"log.segment.delete.delay.ms" Long Some("60000"), Check::AtLeast(0)
    => "How long a deleted segment's files stay where a topic does not say."
"message.max.bytes" Int Some("1048588"), Check::AtLeast(0)
    => "The largest batch that is taken where a topic does not say."
"min.insync.replicas" Int Some("1"), Check::AtLeast(1)
    => "How many replicas acks=all waits for where a topic does not say."
"producer.id.expiration.ms" Int Some("86400000"), Check::AtLeast(1)
    => "After how long a partition forgets a producer that does not write."
"unclean.leader.election.enable" Boolean Some("false")
    => "Whether an unclean election is allowed where a topic does not say."
}
