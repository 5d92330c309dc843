//! The records inside a batch, borrowed from it, or from what it decompresses to.

use std::borrow::Cow;

use super::header::{BatchInfo, HEADER_BYTES, TimestampType};
use super::varint::Cursor;
use super::{BatchError, Codec};

/// A batch opened: its records, decompressed where they were not plain.
#[derive(Clone, Debug)]
pub struct Contents<'a> {
    pub header: BatchInfo,
    data: Cow<'a, [u8]>,
}

/// Opens the batch at the beginning of `batch`, however much it becomes. The checksum is not
/// looked at.
pub fn contents(batch: &[u8]) -> Result<Contents<'_>, BatchError> {
    contents_within(batch, i32::MAX as usize)
}

/// Opens a batch whose records are no more than so many bytes.
pub fn contents_within(batch: &[u8], max: usize) -> Result<Contents<'_>, BatchError> {
    let header = BatchInfo::parse(batch)?;
    let needed = header.size_bytes();
    let Some(data) = batch.get(HEADER_BYTES..needed) else {
        return Err(BatchError::Incomplete { needed, have: batch.len() });
    };
    // Compaction leaves batches without records, whose attributes may still name a codec.
    let codec = if header.record_count == 0 { Codec::None } else { header.attributes.codec()? };
    Ok(Contents { header, data: codec.decompress(data, max)? })
}

impl Contents<'_> {
    /// The records, in order. After an error comes nothing more.
    pub fn records(&self) -> Records<'_> {
        Records { header: self.header, cursor: Cursor::of(&self.data), index: 0 }
    }

    /// The records' bytes, decompressed.
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

/// One record. Key, value and headers are slices.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub offset: i64,
    /// Milliseconds, or -1 for none.
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub headers: Headers<'a>,
}

/// The headers of a record: known to be well formed, and read anew at each iteration.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    count: i32,
    cursor: Cursor<'a>,
}

impl Headers<'_> {
    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.count == 0 {
            return None;
        }
        self.count -= 1;
        let key = self.cursor.bytes()??;
        Some((key, self.cursor.bytes()?))
    }
}

/// Iterates over the records of a batch.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    header: BatchInfo,
    cursor: Cursor<'a>,
    index: i32,
}

impl<'a> Records<'a> {
    fn record(&mut self) -> Option<Record<'a>> {
        let length = usize::try_from(self.cursor.varint()?).ok()?;
        let mut cursor = Cursor::of(self.cursor.take(length)?);
        let _attributes = cursor.u8()?;
        let timestamp_delta = cursor.varlong()?;
        let offset_delta = cursor.varint()?;
        if offset_delta < 0 || offset_delta > self.header.last_offset_delta {
            return None;
        }
        let key = cursor.bytes()?;
        let value = cursor.bytes()?;
        let count = cursor.varint()?;
        // A header is two bytes at the least.
        if count < 0 || count as usize > cursor.remaining() / 2 {
            return None;
        }
        let headers = Headers { count, cursor: Cursor::of(cursor.rest()) };
        for _ in 0..count {
            cursor.bytes()??;
            cursor.bytes()?;
        }
        if cursor.remaining() != 0 {
            return None;
        }
        let timestamp = match self.header.attributes.timestamp_type() {
            TimestampType::CreateTime => self.header.base_timestamp.wrapping_add(timestamp_delta),
            TimestampType::LogAppendTime => self.header.max_timestamp,
        };
        let offset = self.header.base_offset.saturating_add(i64::from(offset_delta));
        Some(Record { offset, timestamp, key, value, headers })
    }

    fn end(&mut self) -> Option<BatchError> {
        let left = self.cursor.remaining();
        self.cursor = Cursor::of(&[]);
        (left != 0).then_some(BatchError::Trailing { left })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.header.record_count {
            return self.end().map(Err);
        }
        let index = self.index;
        self.index += 1;
        let record = self.record();
        if record.is_none() {
            self.index = i32::MAX;
            self.cursor = Cursor::of(&[]);
        }
        Some(record.ok_or(BatchError::Record { index }))
    }
}
