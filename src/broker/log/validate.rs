//! What is checked of records before they reach a log, outside of its lock.
//!
//! Source: `UnifiedLog.analyzeAndValidateRecords`, `LogValidator` of Apache Kafka. Unlike
//! there, an uncompressed batch's records are not opened but for their lengths, unless the
//! topic wants keys or the header's own times are out of range; a compressed batch stays as it
//! came, unless the topic has a compression of its own.

use bytes::Bytes;

use super::{AppendError, LogConfig, Origin, RecordError, opened};
use crate::base::clock::Millis;
use crate::wire::batch::control::EndMarker;
use crate::wire::batch::{
    self, Attributes, BatchBuilder, BatchInfo, Codec, HEADER_BYTES, NO_TIMESTAMP, Record,
    TimestampType,
};

/// How many record errors an answer tells.
const RECORD_ERRORS_MAX: usize = 100;

/// A batch that may be appended, once its producer is checked.
pub(super) struct Prepared {
    pub(super) info: BatchInfo,
    /// The bytes after the header.
    pub(super) records: Bytes,
    pub(super) marker: Option<EndMarker>,
}

/// Checks the one batch that `bytes` must be, and patches it for the topic.
///
/// `name` is the partition's, for what is said of single records.
pub(super) fn prepare(
    bytes: Bytes,
    name: &str,
    origin: Origin,
    config: &LogConfig,
    now: Millis,
) -> Result<Prepared, AppendError> {
    if bytes.is_empty() {
        return Err(AppendError::NoBatch);
    }
    let size = BatchInfo::parse(&bytes)?.size_bytes();
    let max = config.max_message_bytes as usize;
    if size > max {
        return Err(AppendError::TooLarge { size, max });
    }
    let info = batch::check(&bytes)?;
    if bytes.len() > size {
        return Err(AppendError::ManyBatches);
    }
    if origin == Origin::Client {
        check_client(&info)?;
    }
    check_records(&bytes, name, &info, config, now)?;
    let (mut info, bytes) = recompress(info, bytes, config)?;
    let records = bytes.slice(HEADER_BYTES..);
    stamp(&mut info, &records, config, now);
    let control = info.attributes.is_control() && info.attributes.is_transactional();
    let marker = if control { EndMarker::of(&batch::contents(&bytes)?)? } else { None };
    Ok(Prepared { info, records, marker })
}

fn check_client(info: &BatchInfo) -> Result<(), AppendError> {
    if info.base_offset != 0 {
        return Err(AppendError::BaseOffset(info.base_offset));
    }
    if info.attributes.is_control() {
        return Err(AppendError::ControlBatch);
    }
    if info.has_producer() && info.base_sequence < 0 {
        let (producer_id, sequence) = (info.producer_id, info.base_sequence);
        return Err(AppendError::Sequence { producer_id, sequence });
    }
    Ok(())
}

/// Which times a record may have.
struct Times {
    from: Millis,
    to: Millis,
}

impl Times {
    fn of(config: &LogConfig, now: Millis) -> Option<Self> {
        let times = Times {
            from: now.saturating_sub(config.timestamp_before_max_ms),
            to: now.saturating_add(config.timestamp_after_max_ms),
        };
        (config.timestamp_type == TimestampType::CreateTime).then_some(times)
    }

    fn allow(&self, timestamp: Millis) -> bool {
        timestamp == NO_TIMESTAMP || (self.from <= timestamp && timestamp <= self.to)
    }
}

/// Says whether single records are to be looked at.
fn is_opened(info: &BatchInfo, config: &LogConfig, now: Millis) -> bool {
    let times = Times::of(config, now);
    let late = times.as_ref().is_some_and(|times| info.max_timestamp > times.to);
    // A header tells the largest time, and not the smallest.
    let early = times.is_some() && config.timestamp_before_max_ms != Millis::MAX;
    let keys = config.compact && !info.attributes.is_control();
    late || early || keys
}

/// Says whether a batch is to be decompressed or compressed: work of which its sender decides.
pub(super) fn takes_long(info: &BatchInfo, config: &LogConfig, now: Millis) -> bool {
    let Ok(codec) = info.attributes.codec() else { return false };
    let is_recompressed = config.compression_type.is_some_and(|wanted| wanted != codec);
    is_recompressed || (codec != Codec::None && is_opened(info, config, now))
}

/// Looks at single records where the topic's settings make it necessary.
fn check_records(
    bytes: &[u8],
    name: &str,
    info: &BatchInfo,
    config: &LogConfig,
    now: Millis,
) -> Result<(), AppendError> {
    if !is_opened(info, config, now) {
        return Ok(());
    }
    let times = Times::of(config, now);
    let keys = config.compact && !info.attributes.is_control();
    let opened = opened::open(bytes)?;
    let (mut keyless, mut untimely) = (Vec::new(), Vec::new());
    for (index, record) in opened.records().enumerate() {
        let record = record?;
        let batch_index = i32::try_from(index).unwrap_or(i32::MAX);
        if keys && record.key.is_none() && keyless.len() < RECORD_ERRORS_MAX {
            let message = format!(
                "Compacted topic cannot accept message without key in topic partition {name}"
            );
            keyless.push(RecordError { batch_index, message });
        }
        let refused = times.as_ref().filter(|times| !times.allow(record.timestamp));
        if let Some(times) = refused.filter(|_| untimely.len() < RECORD_ERRORS_MAX) {
            let message = out_of_range(index, &record, times);
            untimely.push(RecordError { batch_index, message });
        }
    }
    if !untimely.is_empty() {
        return Err(AppendError::InvalidTimestamps(untimely));
    }
    if !keyless.is_empty() {
        return Err(AppendError::InvalidRecords(keyless));
    }
    Ok(())
}

fn out_of_range(index: usize, record: &Record<'_>, times: &Times) -> String {
    let (Times { from, to }, timestamp) = (times, record.timestamp);
    format!(
        "Timestamp {timestamp} of message with offset {index} is out of range. The timestamp \
         should be within [{from}, {to}]"
    )
}

/// Gives the batch the compression that the topic wants.
fn recompress(
    info: BatchInfo,
    bytes: Bytes,
    config: &LogConfig,
) -> Result<(BatchInfo, Bytes), AppendError> {
    let Some(codec) = config.compression_type else { return Ok((info, bytes)) };
    if info.attributes.codec()? == codec || info.attributes.is_control() {
        return Ok((info, bytes));
    }
    let opened = opened::open(&bytes)?;
    let mut builder = BatchBuilder::replacing(&info)?.codec(codec).level(config.compression_level);
    for record in opened.records() {
        builder.keep(&record?);
    }
    let bytes = builder.build()?;
    let (size, max) = (bytes.len(), config.max_message_bytes as usize);
    if size > max {
        return Err(AppendError::TooLarge { size, max });
    }
    let info = BatchInfo::parse(&bytes)?;
    Ok((info, bytes))
}

/// Makes the batch's timestamps of the topic's type.
fn stamp(info: &mut BatchInfo, records: &[u8], config: &LogConfig, now: Millis) {
    match (config.timestamp_type, info.attributes.timestamp_type()) {
        (TimestampType::LogAppendTime, _) => info.set_append_time(now, records),
        (TimestampType::CreateTime, TimestampType::LogAppendTime) => {
            info.attributes = Attributes(info.attributes.0 & !(1 << 3));
            info.seal(records);
        }
        (TimestampType::CreateTime, TimestampType::CreateTime) => {}
    }
}
