//! The 61 bytes before a batch's records: read, and the few fields that a broker patches.
//!
//! Source: `org.apache.kafka.common.record.DefaultRecordBatch`.

use super::{BatchError, Codec, NO_PRODUCER_ID};

/// The size of a batch's header.
pub const HEADER_BYTES: usize = 61;
/// The bytes before those that the batch's length counts: base offset and length.
pub const PREFIX_BYTES: usize = 12;
/// Where the bytes begin that the checksum covers.
pub const CRC_FROM: usize = 21;

const MAGIC_AT: usize = 16;
const CRC_AT: usize = 17;

/// What a record's timestamp tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's own.
    #[default]
    CreateTime,
    /// When the broker appended the batch.
    LogAppendTime,
}

impl TimestampType {
    /// The name in `message.timestamp.type`.
    pub fn name(self) -> &'static str {
        match self {
            TimestampType::CreateTime => "CreateTime",
            TimestampType::LogAppendTime => "LogAppendTime",
        }
    }
}

/// The bit field of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes(pub i16);

impl Attributes {
    /// Which codec.
    pub const CODEC: i16 = 0b111;
    pub(super) const APPEND_TIME: i16 = 1 << 3;
    pub(super) const TRANSACTIONAL: i16 = 1 << 4;
    pub(super) const CONTROL: i16 = 1 << 5;
    pub(super) const DELETE_HORIZON: i16 = 1 << 6;

    pub fn codec(self) -> Result<Codec, BatchError> {
        Codec::of_id(self.0 & Self::CODEC)
    }

    pub fn timestamp_type(self) -> TimestampType {
        if self.0 & Self::APPEND_TIME == 0 {
            TimestampType::CreateTime
        } else {
            TimestampType::LogAppendTime
        }
    }

    pub fn is_transactional(self) -> bool {
        self.0 & Self::TRANSACTIONAL != 0
    }

    pub fn is_control(self) -> bool {
        self.0 & Self::CONTROL != 0
    }

    /// Says whether the base timestamp is the delete horizon instead (KIP-534).
    pub fn has_delete_horizon(self) -> bool {
        self.0 & Self::DELETE_HORIZON != 0
    }
}

/// A batch's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchInfo {
    pub base_offset: i64,
    /// The bytes after this field.
    pub batch_length: i32,
    pub leader_epoch: i32,
    pub magic: i8,
    /// CRC-32C of everything from the attributes on.
    pub crc: u32,
    pub attributes: Attributes,
    pub last_offset_delta: i32,
    /// Milliseconds; with a delete horizon, the horizon.
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub record_count: i32,
}

fn bytes<const N: usize>(from: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&from[at..at + N]);
    out
}

impl BatchInfo {
    /// Reads the header at the beginning of `from`, which must hold all of it. The batch's
    /// records need not be there. Checks the magic and that the length can be one.
    pub fn parse(from: &[u8]) -> Result<Self, BatchError> {
        // The magic stands in the same place in every format.
        if from.len() > MAGIC_AT {
            let magic = from[MAGIC_AT] as i8;
            if magic != 2 {
                return Err(BatchError::Magic { magic });
            }
        }
        if from.len() < HEADER_BYTES {
            return Err(BatchError::Incomplete { needed: HEADER_BYTES, have: from.len() });
        }
        let length = i32::from_be_bytes(bytes(from, 8));
        if length < (HEADER_BYTES - PREFIX_BYTES) as i32 {
            return Err(BatchError::Length { length });
        }
        Ok(BatchInfo {
            base_offset: i64::from_be_bytes(bytes(from, 0)),
            batch_length: length,
            leader_epoch: i32::from_be_bytes(bytes(from, 12)),
            magic: from[MAGIC_AT] as i8,
            crc: u32::from_be_bytes(bytes(from, CRC_AT)),
            attributes: Attributes(i16::from_be_bytes(bytes(from, 21))),
            last_offset_delta: i32::from_be_bytes(bytes(from, 23)),
            base_timestamp: i64::from_be_bytes(bytes(from, 27)),
            max_timestamp: i64::from_be_bytes(bytes(from, 35)),
            producer_id: i64::from_be_bytes(bytes(from, 43)),
            producer_epoch: i16::from_be_bytes(bytes(from, 51)),
            base_sequence: i32::from_be_bytes(bytes(from, 53)),
            record_count: i32::from_be_bytes(bytes(from, 57)),
        })
    }

    /// Returns the header's bytes.
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let mut out = [0; HEADER_BYTES];
        out[0..8].copy_from_slice(&self.base_offset.to_be_bytes());
        out[8..12].copy_from_slice(&self.batch_length.to_be_bytes());
        out[12..16].copy_from_slice(&self.leader_epoch.to_be_bytes());
        out[16] = self.magic as u8;
        out[17..21].copy_from_slice(&self.crc.to_be_bytes());
        out[21..23].copy_from_slice(&self.attributes.0.to_be_bytes());
        out[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        out[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        out[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        out[43..51].copy_from_slice(&self.producer_id.to_be_bytes());
        out[51..53].copy_from_slice(&self.producer_epoch.to_be_bytes());
        out[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        out[57..61].copy_from_slice(&self.record_count.to_be_bytes());
        out
    }

    /// The batch's size with its header, in bytes.
    pub fn size_bytes(&self) -> usize {
        PREFIX_BYTES + self.batch_length.max(0) as usize
    }

    pub fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    /// The offset after the batch.
    pub fn next_offset(&self) -> i64 {
        self.last_offset().saturating_add(1)
    }

    pub fn has_producer(&self) -> bool {
        self.producer_id > NO_PRODUCER_ID
    }

    /// The sequence of the last record; sequences wrap around to 0.
    pub fn last_sequence(&self) -> i32 {
        if self.base_sequence < 0 {
            return self.base_sequence;
        }
        let last = i64::from(self.base_sequence) + i64::from(self.last_offset_delta);
        (last % (i64::from(i32::MAX) + 1)) as i32
    }

    /// The time from which on tombstones and markers of this batch may go, if it is set.
    pub fn delete_horizon_ms(&self) -> Option<i64> {
        self.attributes.has_delete_horizon().then_some(self.base_timestamp)
    }

    /// Sets what a broker assigns, all of it outside the checksum.
    pub fn assign(&mut self, base_offset: i64, leader_epoch: i32) {
        self.base_offset = base_offset;
        self.leader_epoch = leader_epoch;
    }

    /// Turns the batch's timestamps into the time of its appending. `records` are the bytes
    /// after the header, for the checksum.
    pub fn set_append_time(&mut self, now_ms: i64, records: &[u8]) {
        self.attributes.0 |= Attributes::APPEND_TIME;
        self.max_timestamp = now_ms;
        self.seal(records);
    }

    /// Computes the checksum over the header and the `records` after it.
    pub fn seal(&mut self, records: &[u8]) {
        let head = self.to_bytes();
        self.crc = crc32c::crc32c_append(crc32c::crc32c(&head[CRC_FROM..]), records);
    }
}
