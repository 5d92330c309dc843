//! Is this a whole, sound batch? Without looking at single records, but for their lengths.

use super::header::{BatchInfo, CRC_FROM, HEADER_BYTES};
use super::varint::Cursor;
use super::{BatchError, Codec};

/// Checks a batch that is already in a log: length, magic and checksum. Compaction leaves
/// batches with fewer records than offsets, so counts are not compared.
pub fn check_stored(bytes: &[u8]) -> Result<BatchInfo, BatchError> {
    let info = BatchInfo::parse(bytes)?;
    let needed = info.size_bytes();
    if bytes.len() < needed {
        return Err(BatchError::Incomplete { needed, have: bytes.len() });
    }
    let actual = crc32c::crc32c(&bytes[CRC_FROM..needed]);
    if actual != info.crc {
        return Err(BatchError::Crc { announced: info.crc, actual });
    }
    if info.last_offset_delta < 0 || info.record_count < 0 {
        return Err(BatchError::Count { count: info.record_count });
    }
    Ok(info)
}

/// Checks the batch at the beginning of `bytes` as a producer must send it: length, magic,
/// checksum, a known codec, as many records as offsets, and, where records are not compressed,
/// that their lengths add up.
pub fn check(bytes: &[u8]) -> Result<BatchInfo, BatchError> {
    let info = check_stored(bytes)?;
    let count = info.record_count;
    if count <= 0 {
        return Err(BatchError::Count { count });
    }
    if info.last_offset_delta != count - 1 {
        let last_offset_delta = info.last_offset_delta;
        return Err(BatchError::Offsets { count, last_offset_delta });
    }
    if info.attributes.codec()? == Codec::None {
        check_lengths(&bytes[HEADER_BYTES..info.size_bytes()], count)?;
    }
    Ok(info)
}

/// Hops over the records by their lengths.
fn check_lengths(records: &[u8], count: i32) -> Result<(), BatchError> {
    let mut cursor = Cursor::of(records);
    for index in 0..count {
        let length = cursor.varint().and_then(|length| usize::try_from(length).ok());
        if length.and_then(|length| cursor.take(length)).is_none() {
            return Err(BatchError::Record { index });
        }
    }
    match cursor.remaining() {
        0 => Ok(()),
        left => Err(BatchError::Trailing { left }),
    }
}
