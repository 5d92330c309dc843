//! The settings of one log: the topic configs that a log acts upon, typed.
//!
//! Source: `org.apache.kafka.storage.internals.log.LogConfig`; the defaults are Kafka's.

use crate::base::clock::Millis;
use crate::wire::batch::{Codec, TimestampType};

const HOUR_MS: Millis = 60 * 60 * 1000;
const DAY_MS: Millis = 24 * HOUR_MS;

/// What a log does, by its topic's configs. A limit of -1 is none, where Kafka says so.
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// `segment.bytes`.
    pub segment_bytes: u32,
    /// `segment.ms`.
    pub segment_ms: Millis,
    /// `segment.index.bytes`: how large an index may become before a new segment begins.
    pub segment_index_bytes: u32,
    /// `index.interval.bytes`.
    pub index_interval_bytes: u32,
    /// `retention.ms`, -1 for ever.
    pub retention_ms: Millis,
    /// `retention.bytes`, -1 for all.
    pub retention_bytes: i64,
    /// `max.message.bytes`: of a batch, with its header.
    pub max_message_bytes: u32,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`.
    pub timestamp_before_max_ms: Millis,
    /// `message.timestamp.after.max.ms`.
    pub timestamp_after_max_ms: Millis,
    /// `cleanup.policy` names `compact`.
    pub compact: bool,
    /// `cleanup.policy` names `delete`.
    pub delete: bool,
    /// `delete.retention.ms`: how long a tombstone stays after it was compacted.
    pub delete_retention_ms: Millis,
    /// `min.compaction.lag.ms`.
    pub min_compaction_lag_ms: Millis,
    /// `max.compaction.lag.ms`.
    pub max_compaction_lag_ms: Millis,
    /// `min.cleanable.dirty.ratio`.
    pub min_cleanable_dirty_ratio: f64,
    /// `log.cleaner.io.max.bytes.per.second` of the broker.
    pub cleaner_bytes_per_second: f64,
    /// `file.delete.delay.ms`.
    pub file_delete_delay_ms: Millis,
    /// `compression.type`: none for `producer`, which stores batches as they come.
    pub compression_type: Option<Codec>,
    /// `compression.gzip.level` or `compression.zstd.level`, whichever counts. lz4 has one level.
    pub compression_level: Option<i32>,
    /// `flush.messages`.
    pub flush_messages: i64,
    /// `flush.ms`.
    pub flush_ms: Millis,
    /// `preallocate`: a new segment takes its size at once.
    pub preallocate: bool,
    /// `producer.id.expiration.ms` of the broker.
    pub producer_id_expiration_ms: Millis,
    /// `transaction.partition.verification.enable` of the broker: a transaction begins here only
    /// if its coordinator has vouched for it.
    pub verify_transactions: bool,
}

impl Default for LogConfig {
    fn default() -> Self {
        LogConfig {
            segment_bytes: 1 << 30,
            segment_ms: 7 * DAY_MS,
            segment_index_bytes: 10 * 1024 * 1024,
            index_interval_bytes: 4096,
            retention_ms: 7 * DAY_MS,
            retention_bytes: -1,
            max_message_bytes: 1024 * 1024 + 12,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: Millis::MAX,
            timestamp_after_max_ms: HOUR_MS,
            compact: false,
            delete: true,
            delete_retention_ms: DAY_MS,
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: Millis::MAX,
            min_cleanable_dirty_ratio: 0.5,
            cleaner_bytes_per_second: f64::MAX,
            file_delete_delay_ms: 60_000,
            compression_type: None,
            compression_level: None,
            flush_messages: i64::MAX,
            flush_ms: Millis::MAX,
            preallocate: false,
            producer_id_expiration_ms: DAY_MS,
            verify_transactions: false,
        }
    }
}

impl LogConfig {
    /// How old a segment may become before a new one begins: a compacted log must let go of
    /// its active segment in time for `max.compaction.lag.ms`.
    pub fn roll_ms(&self) -> Millis {
        match self.compact && self.max_compaction_lag_ms > 0 {
            true => self.segment_ms.min(self.max_compaction_lag_ms),
            false => self.segment_ms,
        }
    }
}
