//! Making batches: of the broker's own records, of markers, of what compaction keeps.

use bytes::Bytes;

use super::codec::Encoder;
use super::header::{Attributes, BatchInfo, HEADER_BYTES, PREFIX_BYTES, TimestampType};
use super::varint::{put_varint, put_varlong, varlong_bytes};
use super::{BatchError, Codec, NO_PRODUCER_ID, NO_TIMESTAMP, Record};

/// How much is gathered before it is compressed.
const PIECE_BYTES: usize = 256 * 1024;

/// A batch in the making. Of one that is to be compressed, little more is held than what it
/// becomes.
pub struct BatchBuilder {
    header: BatchInfo,
    codec: Codec,
    /// None for the codec's own default.
    level: Option<i32>,
    /// What of the records is not compressed: all of them where they stay plain.
    data: Vec<u8>,
    /// What took the records before those, or why it could not.
    encoder: Option<Result<Encoder, BatchError>>,
    /// How large the records are, before compression.
    plain_bytes: usize,
    has_base_timestamp: bool,
    /// The largest timestamp that a batch without records tells.
    empty_max_timestamp: i64,
}

impl Default for BatchBuilder {
    fn default() -> Self {
        BatchBuilder::new()
    }
}

impl BatchBuilder {
    /// Begins a batch without a producer, at offset 0, not compressed.
    pub fn new() -> Self {
        let header = BatchInfo {
            base_offset: 0,
            batch_length: 0,
            leader_epoch: -1,
            magic: 2,
            crc: 0,
            attributes: Attributes(0),
            last_offset_delta: -1,
            base_timestamp: NO_TIMESTAMP,
            max_timestamp: NO_TIMESTAMP,
            producer_id: NO_PRODUCER_ID,
            producer_epoch: -1,
            base_sequence: -1,
            record_count: 0,
        };
        let (codec, has_base_timestamp) = (Codec::None, false);
        BatchBuilder {
            header,
            codec,
            level: None,
            data: Vec::new(),
            encoder: None,
            plain_bytes: 0,
            has_base_timestamp,
            empty_max_timestamp: NO_TIMESTAMP,
        }
    }

    /// Begins a batch that stands in the place of another: same offsets, producer, sequence,
    /// epoch, kind and codec; its records are still to come. For compaction and recompression.
    pub fn replacing(header: &BatchInfo) -> Result<Self, BatchError> {
        let codec = header.attributes.codec()?;
        let mut builder = BatchBuilder::new();
        builder.header = BatchInfo { record_count: 0, ..*header };
        builder.empty_max_timestamp = header.max_timestamp;
        if header.attributes.timestamp_type() == TimestampType::CreateTime {
            builder.header.max_timestamp = NO_TIMESTAMP;
        }
        if header.attributes.has_delete_horizon() {
            builder.has_base_timestamp = true;
        }
        builder.codec = codec;
        Ok(builder)
    }

    pub fn codec(mut self, codec: Codec) -> Self {
        self.codec = codec;
        self
    }

    /// Sets the level of the compression: the codec's own default where there is none.
    pub fn level(mut self, level: Option<i32>) -> Self {
        self.level = level;
        self
    }

    pub fn base_offset(mut self, offset: i64) -> Self {
        self.header.base_offset = offset;
        self
    }

    pub fn leader_epoch(mut self, epoch: i32) -> Self {
        self.header.leader_epoch = epoch;
        self
    }

    pub fn producer(mut self, id: i64, epoch: i16, base_sequence: i32) -> Self {
        self.header.producer_id = id;
        self.header.producer_epoch = epoch;
        self.header.base_sequence = base_sequence;
        self
    }

    pub fn transactional(mut self) -> Self {
        self.header.attributes.0 |= Attributes::TRANSACTIONAL;
        self
    }

    pub fn control(mut self) -> Self {
        self.header.attributes.0 |= Attributes::CONTROL;
        self
    }

    /// Sets the time after which tombstones and markers of this batch may go. Before records.
    pub fn delete_horizon_ms(mut self, horizon_ms: i64) -> Self {
        self.header.attributes.0 |= Attributes::DELETE_HORIZON;
        self.header.base_timestamp = horizon_ms;
        self.has_base_timestamp = true;
        self
    }

    /// Adds a record at the next offset.
    pub fn push(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: &[(&[u8], Option<&[u8]>)],
    ) {
        let delta = self.header.last_offset_delta + 1;
        self.header.last_offset_delta = delta;
        let count = headers.len();
        self.put(delta, timestamp, key, value, count, headers.iter().copied());
    }

    /// Adds a record at its own offset, which is after all others'. Those between are missing.
    pub fn push_at(&mut self, record: &Record<'_>) {
        if self.is_empty() {
            self.header.base_offset = record.offset;
        }
        self.header.last_offset_delta = (record.offset - self.header.base_offset) as i32;
        self.keep(record);
    }

    /// Adds a record of the batch that this one replaces, at the offset that it has.
    pub fn keep(&mut self, record: &Record<'_>) {
        let delta = (record.offset - self.header.base_offset) as i32;
        let count = record.headers.len();
        self.put(delta, record.timestamp, record.key, record.value, count, record.headers);
    }

    fn put<'a>(
        &mut self,
        offset_delta: i32,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        header_count: usize,
        headers: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + Clone,
    ) {
        if !self.has_base_timestamp {
            self.header.base_timestamp = timestamp;
            self.has_base_timestamp = true;
        }
        self.header.max_timestamp = self.header.max_timestamp.max(timestamp);
        self.header.record_count += 1;
        let timestamp_delta = timestamp.wrapping_sub(self.header.base_timestamp);
        let attributes_bytes = 1;
        let head_bytes = attributes_bytes
            + varlong_bytes(timestamp_delta)
            + varlong_bytes(i64::from(offset_delta))
            + varlong_bytes(header_count as i64);
        let of_headers = headers.clone().map(|(key, value)| sized(Some(key)) + sized(value));
        let length = head_bytes + sized(key) + sized(value) + of_headers.sum::<usize>();
        let before = self.data.len();
        put_varlong(&mut self.data, length as i64);
        self.plain_bytes += self.data.len() - before + length;
        self.data.push(0);
        put_varlong(&mut self.data, timestamp_delta);
        put_varint(&mut self.data, offset_delta);
        self.put_bytes(key);
        self.put_bytes(value);
        put_varlong(&mut self.data, header_count as i64);
        for (key, value) in headers {
            self.put_bytes(Some(key));
            self.put_bytes(value);
        }
    }

    fn put_bytes(&mut self, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else { return put_varlong(&mut self.data, -1) };
        put_varlong(&mut self.data, bytes.len() as i64);
        if self.codec == Codec::None || self.data.len() + bytes.len() < PIECE_BYTES {
            self.data.extend_from_slice(bytes);
            return;
        }
        self.encode(bytes);
    }

    /// Compresses what has been gathered, and what comes after it.
    fn encode(&mut self, after: &[u8]) {
        let begun = self.encoder.take().unwrap_or_else(|| Encoder::new(self.codec, self.level));
        self.encoder = Some(begun.and_then(|mut encoder| {
            encoder.write(&self.data)?;
            encoder.write(after)?;
            Ok(encoder)
        }));
        self.data.clear();
    }

    /// How many records the batch has so far.
    pub fn record_count(&self) -> i32 {
        self.header.record_count
    }

    pub fn is_empty(&self) -> bool {
        self.header.record_count == 0
    }

    /// How large the batch is so far, before compression.
    pub fn size_bytes(&self) -> usize {
        HEADER_BYTES + self.plain_bytes
    }

    /// Ends the batch. One without records keeps only its header, as compaction leaves it.
    pub fn build(mut self) -> Result<Bytes, BatchError> {
        if self.codec != Codec::None && !self.is_empty() {
            self.encode(&[]);
        }
        let BatchBuilder { mut header, mut codec, data, encoder, .. } = self;
        if header.record_count == 0 {
            codec = Codec::None;
            header.base_timestamp = NO_TIMESTAMP;
            header.max_timestamp = self.empty_max_timestamp;
            header.attributes.0 &= !Attributes::DELETE_HORIZON;
        }
        let records = match encoder {
            None => data,
            Some(encoder) => encoder?.finish()?,
        };
        let length = i32::try_from(HEADER_BYTES - PREFIX_BYTES + records.len());
        header.batch_length =
            length.map_err(|_| BatchError::TooLarge { max: i32::MAX as usize })?;
        header.attributes.0 = (header.attributes.0 & !Attributes::CODEC) | codec.id();
        header.seal(&records);
        let mut out = Vec::with_capacity(HEADER_BYTES + records.len());
        out.extend_from_slice(&header.to_bytes());
        out.extend_from_slice(&records);
        Ok(Bytes::from(out))
    }
}

/// How many bytes a key or a value takes, its length included.
fn sized(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |bytes| varlong_bytes(bytes.len() as i64) + bytes.len())
}
