//! Record batches (format v2): header, check, iterator, builder. Reads borrow.
//!
//! What this room does not do: the formats before v2 (magic 0 and 1). They are told apart and
//! refused with an error of their own, as Kafka 4 does.

pub mod builder;
pub mod check;
pub mod codec;
pub mod control;
pub mod header;
pub mod records;
mod varint;

pub use builder::BatchBuilder;
pub use check::{check, check_stored};
pub use codec::Codec;
pub use control::ControlType;
pub use header::{Attributes, BatchInfo, HEADER_BYTES, TimestampType};
pub use records::{Contents, Record, contents, contents_within};

use super::ErrorCode;

/// The producer id, epoch and sequence of a batch without a producer.
pub const NO_PRODUCER_ID: i64 = -1;
/// The timestamp that means "none".
pub const NO_TIMESTAMP: i64 = -1;

/// Why bytes are not a record batch, or not one that we take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("a record batch of {needed} bytes, of which {have} are there")]
    Incomplete { needed: usize, have: usize },
    #[error("a record batch of format {magic}, and only format 2 is taken")]
    Magic { magic: i8 },
    #[error("a record batch that announces a length of {length}")]
    Length { length: i32 },
    #[error("the checksum of a record batch is {actual:08x}, and it announces {announced:08x}")]
    Crc { announced: u32, actual: u32 },
    #[error("a record batch of {count} records whose last offset delta is {last_offset_delta}")]
    Offsets { count: i32, last_offset_delta: i32 },
    #[error("a record batch with a count of {count} records")]
    Count { count: i32 },
    #[error("compression of type {id} is not known")]
    UnknownCodec { id: i16 },
    #[error("a {codec} batch does not decompress: {why}")]
    Decompress { codec: Codec, why: String },
    #[error("a {codec} batch does not compress: {why}")]
    Compress { codec: Codec, why: String },
    #[error("a record batch decompresses to more than {max} bytes")]
    TooLarge { max: usize },
    #[error("record {index} of a batch is malformed")]
    Record { index: i32 },
    #[error("{left} bytes are left after the last record of a batch")]
    Trailing { left: usize },
}

impl BatchError {
    /// Kafka's code for it (`LogValidator`, `ProduceRequest.validateRecords`).
    pub fn code(&self) -> ErrorCode {
        match self {
            BatchError::Length { .. } | BatchError::Crc { .. } => ErrorCode::CORRUPT_MESSAGE,
            BatchError::UnknownCodec { .. } => ErrorCode::UNSUPPORTED_COMPRESSION_TYPE,
            BatchError::TooLarge { .. } => ErrorCode::MESSAGE_TOO_LARGE,
            _ => ErrorCode::INVALID_RECORD,
        }
    }
}

/// One batch in a slice of bytes: its header, and all its bytes, the header among them.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub header: BatchInfo,
    pub bytes: &'a [u8],
}

/// The batches of a byte slice, one after the other. Only lengths and magics are looked at.
///
/// An incomplete batch at the end is an error of its own ([`BatchError::Incomplete`]), which a
/// reader of a fetched answer ignores. After an error comes nothing more.
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    rest: &'a [u8],
}

impl<'a> Batches<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        Batches { rest: bytes }
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = Result<Batch<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let rest = std::mem::take(&mut self.rest);
        let header = match BatchInfo::parse(rest) {
            Ok(header) => header,
            Err(error) => return Some(Err(error)),
        };
        let needed = header.size_bytes();
        match rest.split_at_checked(needed) {
            Some((bytes, after)) => {
                self.rest = after;
                Some(Ok(Batch { header, bytes }))
            }
            None => Some(Err(BatchError::Incomplete { needed, have: rest.len() })),
        }
    }
}

#[cfg(test)]
mod tests;
