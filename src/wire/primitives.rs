//! Bytes in and bytes out: the bounded reader and the writer under every message.
//!
//! A reader never trusts a length: what is announced is held against what remains before
//! anything is reserved. Byte fields and records are slices of the frame, not copies.

use bytes::{BufMut, Bytes, BytesMut};

use crate::base::ids::Uuid;
use crate::base::limits;

/// Why bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("{needed} bytes are needed at byte {at}, and {remaining} remain")]
    Truncated { at: usize, needed: usize, remaining: usize },
    #[error("a count of {count} at byte {at}, and {remaining} bytes remain")]
    Count { at: usize, count: i64, remaining: usize },
    #[error("a length of {length} at byte {at}")]
    Length { at: usize, length: i64 },
    #[error("more than {max} elements in one message")]
    TooManyElements { max: usize },
    #[error("structures nested deeper than {}", limits::DEPTH_MAX)]
    TooDeep,
    #[error("a null at byte {at}, where none may be")]
    Null { at: usize },
    #[error("a variable-length integer at byte {at} does not end")]
    Varint { at: usize },
    #[error("text at byte {at} is not UTF-8")]
    Utf8 { at: usize },
    #[error("the tagged field {tag} at byte {at} is not of its announced size")]
    TagSize { at: usize, tag: u32 },
    #[error("the tagged field {tag} at byte {at} is out of order")]
    TagOrder { at: usize, tag: u32 },
    #[error("version {version} of {message} is not known")]
    Version { message: &'static str, version: i16 },
    #[error("{left} bytes are left after the end of {message}")]
    Trailing { message: &'static str, left: usize },
}

/// Why a message cannot be written in a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("version {version} of {message} is not known")]
    Version { message: &'static str, version: i16 },
    #[error("{field} is set, and version {version} has no such field")]
    NotInVersion { field: &'static str, version: i16 },
    #[error("a null, where version {version} allows none")]
    Null { version: i16 },
    #[error("{length} bytes are too long for the field")]
    TooLong { length: usize },
}

/// Reads big-endian bytes, within their bounds.
#[derive(Clone, Debug)]
pub struct Reader {
    buf: Bytes,
    at: usize,
    elements: usize,
    elements_max: usize,
    depth: usize,
}

macro_rules! read_int {
    ($($name:ident $ty:ty),* $(,)?) => { $(
        pub fn $name(&mut self) -> Result<$ty, DecodeError> {
            Ok(<$ty>::from_be_bytes(self.array()?))
        }
    )* };
}

impl Reader {
    pub fn new(buf: Bytes) -> Self {
        Reader::within(buf, limits::ELEMENTS_MAX)
    }

    /// Reads no more than so many elements.
    pub fn within(buf: Bytes, elements_max: usize) -> Self {
        Reader { buf, at: 0, elements: 0, elements_max, depth: 0 }
    }

    /// How many elements have been announced so far.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.buf.len() - self.at
    }

    /// The bytes that are left, as a slice of the same buffer.
    pub fn rest(&self) -> Bytes {
        self.buf.slice(self.at..)
    }

    fn need(&self, needed: usize) -> Result<(), DecodeError> {
        let remaining = self.remaining();
        if needed > remaining {
            return Err(DecodeError::Truncated { at: self.at, needed, remaining });
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.need(N)?;
        let mut out = [0; N];
        out.copy_from_slice(&self.buf[self.at..self.at + N]);
        self.at += N;
        Ok(out)
    }

    read_int!(i8 i8, u8 u8, i16 i16, u16 u16, i32 i32, u32 u32, i64 i64, f64 f64);

    pub fn uuid(&mut self) -> Result<Uuid, DecodeError> {
        self.array().map(Uuid)
    }

    /// Reads an unsigned varint of at most 32 bits.
    pub fn uvarint(&mut self) -> Result<u32, DecodeError> {
        let at = self.at;
        u32::try_from(self.varint_bits(5, at)?).map_err(|_| DecodeError::Varint { at })
    }

    /// Reads a zig-zag varint of at most 32 bits.
    pub fn varint(&mut self) -> Result<i32, DecodeError> {
        let raw = self.uvarint()?;
        Ok((raw >> 1) as i32 ^ -((raw & 1) as i32))
    }

    /// Reads a zig-zag varint of at most 64 bits.
    pub fn varlong(&mut self) -> Result<i64, DecodeError> {
        let raw = self.varint_bits(10, self.at)?;
        Ok((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    fn varint_bits(&mut self, bytes_max: u32, at: usize) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for i in 0..bytes_max {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit only.
            if i == 9 && bits > 1 {
                break;
            }
            value |= bits << (7 * i);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError::Varint { at })
    }

    /// Takes the next `length` bytes as a slice of the buffer.
    pub fn slice(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        self.need(length)?;
        let out = self.buf.slice(self.at..self.at + length);
        self.at += length;
        Ok(out)
    }

    /// Takes the next `length` bytes as text.
    pub fn text(&mut self, length: usize) -> Result<String, DecodeError> {
        self.need(length)?;
        let at = self.at;
        let text = std::str::from_utf8(&self.buf[at..at + length]);
        let text = text.map_err(|_| DecodeError::Utf8 { at })?.to_owned();
        self.at += length;
        Ok(text)
    }

    /// Checks a count of elements, each a byte at the least, against what remains.
    pub fn check_count(&mut self, at: usize, count: i64) -> Result<usize, DecodeError> {
        let remaining = self.remaining();
        let fits = usize::try_from(count).ok().filter(|count| *count <= remaining);
        let Some(count) = fits else {
            return Err(DecodeError::Count { at, count, remaining });
        };
        self.elements += count;
        if self.elements > self.elements_max {
            return Err(DecodeError::TooManyElements { max: self.elements_max });
        }
        Ok(count)
    }

    /// Steps into a structure.
    pub fn enter(&mut self) -> Result<(), DecodeError> {
        self.depth += 1;
        if self.depth > limits::DEPTH_MAX { Err(DecodeError::TooDeep) } else { Ok(()) }
    }

    /// Steps out of a structure.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// From this size on, a byte string is handed on as it is instead of being copied.
const SPLICE_BYTES_MIN: usize = 1024;

/// Writes big-endian bytes. Large byte strings (records) are kept as slices of where they came
/// from, so a written message is a list of chunks.
#[derive(Debug, Default)]
pub struct Writer {
    done: Vec<Bytes>,
    done_bytes: usize,
    tail: BytesMut,
}

macro_rules! write_int {
    ($($name:ident $put:ident $ty:ty),* $(,)?) => { $(
        pub fn $name(&mut self, value: $ty) {
            self.tail.$put(value);
        }
    )* };
}

impl Writer {
    pub fn new() -> Self {
        Writer::default()
    }

    write_int!(
        i8 put_i8 i8, u8 put_u8 u8, i16 put_i16 i16, u16 put_u16 u16, i32 put_i32 i32,
        u32 put_u32 u32, i64 put_i64 i64, f64 put_f64 f64,
    );

    pub fn uvarint(&mut self, value: u32) {
        self.varint_bits(u64::from(value));
    }

    pub fn varint(&mut self, value: i32) {
        self.uvarint(((value << 1) ^ (value >> 31)) as u32);
    }

    pub fn varlong(&mut self, value: i64) {
        self.varint_bits(((value << 1) ^ (value >> 63)) as u64);
    }

    fn varint_bits(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.tail.put_u8((value as u8) | 0x80);
            value >>= 7;
        }
        self.tail.put_u8(value as u8);
    }

    /// Copies bytes in.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.tail.put_slice(bytes);
    }

    /// Adds bytes without copying them, if they are many.
    pub fn splice(&mut self, bytes: &Bytes) {
        if bytes.len() < SPLICE_BYTES_MIN {
            return self.raw(bytes);
        }
        if !self.tail.is_empty() {
            let head = self.tail.split().freeze();
            self.done_bytes += head.len();
            self.done.push(head);
        }
        self.done_bytes += bytes.len();
        self.done.push(bytes.clone());
    }

    /// How many bytes have been written.
    pub fn len(&self) -> usize {
        self.done_bytes + self.tail.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends all that another writer wrote.
    pub fn append(&mut self, other: Writer) {
        for chunk in other.into_chunks() {
            self.splice(&chunk);
        }
    }

    /// Ends the writing: the chunks, in order.
    pub fn into_chunks(mut self) -> Vec<Bytes> {
        if !self.tail.is_empty() {
            self.done.push(self.tail.freeze());
        }
        self.done
    }

    /// Ends the writing: all bytes in one piece.
    pub fn into_bytes(mut self) -> Bytes {
        if self.done.is_empty() {
            return self.tail.freeze();
        }
        let mut all = BytesMut::with_capacity(self.len());
        for chunk in self.done.drain(..) {
            all.put_slice(&chunk);
        }
        all.put_slice(&self.tail);
        all.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_come_back() {
        let mut values: Vec<i64> = vec![0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        values.extend((0..63).flat_map(|bit| [1 << bit, -(1 << bit)]));
        for value in values {
            let mut w = Writer::new();
            w.varlong(value);
            assert_eq!(Reader::new(w.into_bytes()).varlong(), Ok(value));
            if let Ok(small) = i32::try_from(value) {
                let mut w = Writer::new();
                w.varint(small);
                assert_eq!(Reader::new(w.into_bytes()).varint(), Ok(small));
            }
        }
    }

    #[test]
    fn a_varint_that_does_not_end_is_an_error() {
        let bytes = Bytes::from_static(&[0xff; 11]);
        assert_eq!(Reader::new(bytes.clone()).uvarint(), Err(DecodeError::Varint { at: 0 }));
        assert_eq!(Reader::new(bytes).varlong(), Err(DecodeError::Varint { at: 0 }));
    }

    #[test]
    fn a_count_beyond_the_bytes_costs_nothing() {
        let mut r = Reader::new(Bytes::from_static(&[0x7f, 0xff, 0xff, 0xff]));
        let count = r.i32().unwrap();
        assert!(matches!(
            r.check_count(0, i64::from(count)),
            Err(DecodeError::Count { count: 0x7fff_ffff, remaining: 0, .. })
        ));
    }

    #[test]
    fn elements_and_depth_are_bounded() {
        let most = limits::ELEMENTS_MAX;
        let mut r = Reader::new(Bytes::from(vec![0; most]));
        for _ in 0..2 {
            assert_eq!(r.check_count(0, (most / 2) as i64), Ok(most / 2));
        }
        assert_eq!(r.check_count(0, 1), Err(DecodeError::TooManyElements { max: most }));
        assert!((0..limits::DEPTH_MAX).all(|_| r.enter().is_ok()));
        assert_eq!(r.enter(), Err(DecodeError::TooDeep));
    }

    #[test]
    fn large_bytes_are_spliced_and_small_ones_copied() {
        let large = Bytes::from(vec![7; SPLICE_BYTES_MIN]);
        let mut w = Writer::new();
        w.i32(1);
        w.splice(&large);
        w.i32(2);
        assert_eq!(w.len(), 8 + large.len());
        let chunks = w.into_chunks();
        assert_eq!(chunks.len(), 3);
        assert_eq!(chunks[1].as_ptr(), large.as_ptr());
    }
}
