//! A topic's configs as a struct: every field resolved through the layers.

use super::value::Value;

/// How the broker stores batches (`compression.type` and its levels).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompressionType {
    /// As they came.
    Producer,
    Uncompressed,
    /// Levels 1 to 9, or -1 for zlib's own default.
    Gzip(i32),
    Snappy,
    /// Levels 1 to 17.
    Lz4(i32),
    /// Levels -131072 to 22.
    Zstd(i32),
}

/// Whose time a record bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampType {
    CreateTime,
    LogAppendTime,
}

/// A topic's configs. Times are in milliseconds and sizes in bytes; -1 is "no limit" where
/// Kafka has it so, and `i64::MAX` is "never" in `flush_ms` and its like.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicConfig {
    pub cleanup_compact: bool,
    pub cleanup_delete: bool,
    pub compression_type: CompressionType,
    pub delete_retention_ms: i64,
    pub file_delete_delay_ms: i64,
    pub flush_messages: i64,
    pub flush_ms: i64,
    pub index_interval_bytes: i32,
    pub max_compaction_lag_ms: i64,
    pub max_message_bytes: i32,
    pub message_timestamp_after_max_ms: i64,
    pub message_timestamp_before_max_ms: i64,
    pub message_timestamp_type: TimestampType,
    pub min_cleanable_dirty_ratio: f64,
    pub min_compaction_lag_ms: i64,
    pub min_insync_replicas: i32,
    pub preallocate: bool,
    pub retention_bytes: i64,
    pub retention_ms: i64,
    /// `internal.segment.bytes` where it is set, else `segment.bytes`.
    pub segment_bytes: i32,
    pub segment_index_bytes: i32,
    pub segment_jitter_ms: i64,
    pub segment_ms: i64,
    pub unclean_leader_election_enable: bool,
}

/// Values by name, each of the type that its row says.
pub(super) struct Typed<'a>(pub &'a dyn Fn(&str) -> Option<Value>);

impl Typed<'_> {
    pub(super) fn long(&self, name: &str) -> i64 {
        match self.0(name) {
            Some(Value::Integer(value)) => value,
            _ => 0,
        }
    }

    /// The table's INT and SHORT rows parse within their types, so nothing is cut off here.
    pub(super) fn int(&self, name: &str) -> i32 {
        i32::try_from(self.long(name)).unwrap_or(i32::MAX)
    }

    pub(super) fn boolean(&self, name: &str) -> bool {
        self.0(name) == Some(Value::Boolean(true))
    }

    pub(super) fn double(&self, name: &str) -> f64 {
        match self.0(name) {
            Some(Value::Double(value)) => value,
            _ => 0.0,
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.0(name).map(|value| value.to_string()).unwrap_or_default()
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        match self.0(name) {
            Some(Value::List(values)) => values,
            _ => Vec::new(),
        }
    }
}

impl TopicConfig {
    pub(super) fn of(get: &dyn Fn(&str) -> Option<Value>) -> Self {
        let get = Typed(get);
        let policy = get.list("cleanup.policy");
        let segment_bytes = match get.0("internal.segment.bytes") {
            Some(_) => get.int("internal.segment.bytes"),
            None => get.int("segment.bytes"),
        };
        TopicConfig {
            cleanup_compact: policy.iter().any(|policy| policy == "compact"),
            cleanup_delete: policy.iter().any(|policy| policy == "delete"),
            compression_type: compression_type(&get),
            delete_retention_ms: get.long("delete.retention.ms"),
            file_delete_delay_ms: get.long("file.delete.delay.ms"),
            flush_messages: get.long("flush.messages"),
            flush_ms: get.long("flush.ms"),
            index_interval_bytes: get.int("index.interval.bytes"),
            max_compaction_lag_ms: get.long("max.compaction.lag.ms"),
            max_message_bytes: get.int("max.message.bytes"),
            message_timestamp_after_max_ms: get.long("message.timestamp.after.max.ms"),
            message_timestamp_before_max_ms: get.long("message.timestamp.before.max.ms"),
            message_timestamp_type: match get.text("message.timestamp.type").as_str() {
                "LogAppendTime" => TimestampType::LogAppendTime,
                _ => TimestampType::CreateTime,
            },
            min_cleanable_dirty_ratio: get.double("min.cleanable.dirty.ratio"),
            min_compaction_lag_ms: get.long("min.compaction.lag.ms"),
            min_insync_replicas: get.int("min.insync.replicas"),
            preallocate: get.boolean("preallocate"),
            retention_bytes: get.long("retention.bytes"),
            retention_ms: get.long("retention.ms"),
            segment_bytes,
            segment_index_bytes: get.int("segment.index.bytes"),
            segment_jitter_ms: get.long("segment.jitter.ms"),
            segment_ms: get.long("segment.ms"),
            unclean_leader_election_enable: get.boolean("unclean.leader.election.enable"),
        }
    }
}

fn compression_type(get: &Typed) -> CompressionType {
    match get.text("compression.type").as_str() {
        "uncompressed" => CompressionType::Uncompressed,
        "gzip" => CompressionType::Gzip(get.int("compression.gzip.level")),
        "snappy" => CompressionType::Snappy,
        "lz4" => CompressionType::Lz4(get.int("compression.lz4.level")),
        "zstd" => CompressionType::Zstd(get.int("compression.zstd.level")),
        _ => CompressionType::Producer,
    }
}
