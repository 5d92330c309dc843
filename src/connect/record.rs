//! A record on its way through a connector, between its topic and the other system.

use std::sync::Arc;

use super::data::{Data, Value};

/// A header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    pub name: String,
    pub data: Data,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub topic: Arc<str>,
    /// Where it was, of a sink's; where it shall go, of a source's.
    pub partition: Option<i32>,
    /// Of a sink's record.
    pub offset: Option<i64>,
    pub key: Data,
    pub value: Data,
    /// Milliseconds since the Unix epoch.
    pub timestamp: Option<i64>,
    pub headers: Vec<Header>,
}

impl Record {
    /// A record with a value and nothing else.
    pub fn of(topic: &Arc<str>, value: Data) -> Self {
        Record {
            topic: Arc::clone(topic),
            partition: None,
            offset: None,
            key: Data::null(),
            value,
            timestamp: None,
            headers: Vec::new(),
        }
    }
}

/// Where a sink's record came from, whatever transforms made of its topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    pub topic: Arc<str>,
    pub partition: i32,
    pub offset: i64,
    pub timestamp: Option<i64>,
    /// Whether the broker set the timestamp.
    pub is_log_append_time: bool,
}

/// A record as it was on its topic, for dead letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

/// A record for a sink.
#[derive(Clone, Debug, PartialEq)]
pub struct SinkRecord {
    pub record: Record,
    pub origin: Origin,
    /// Where dead letters are wanted.
    pub raw: Option<Box<Raw>>,
}

/// What a source read: records, and how far that is.
#[derive(Clone, Debug, Default)]
pub struct SourceBatch {
    pub records: Vec<Record>,
    /// Source partitions and the offsets to remember for them, once all records of this batch
    /// are in their topics. Both are maps of plain values.
    pub places: Vec<(Arc<Value>, Value)>,
    /// What the user should know.
    pub warnings: Vec<String>,
}
