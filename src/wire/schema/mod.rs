//! The one codec over the declared tables: what each Kafka type looks like on the wire.
//!
//! A message is a table of fields (`message!`), as in Kafka's
//! own definitions. From the table come a typed struct, its encoder and its decoder; the table
//! itself stays available ([`StructTable`]) so that a test can hold it against Kafka's.

mod table;
mod types;

pub use table::{Field, Kind, MessageTable, StructTable, Type, Versions};
pub(crate) use table::{default, message, versions};
pub(crate) use types::put_count;
pub use types::{Cx, Records, Wire};

use bytes::Bytes;

use super::primitives::{DecodeError, EncodeError, Reader, Writer};

/// A whole message: a request, a response, or a record that Kafka keeps on disk.
pub trait Message: Wire + Default + Clone + std::fmt::Debug + PartialEq {
    /// Its table.
    const TABLE: MessageTable;

    /// Reads the message's body in a version.
    fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let table = Self::TABLE;
        if !table.versions.contains(version) {
            return Err(DecodeError::Version { message: table.name(), version });
        }
        Self::take(r, Cx::of(&table, version))
    }

    /// Writes the message's body in a version.
    fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let table = Self::TABLE;
        if !table.versions.contains(version) {
            return Err(EncodeError::Version { message: table.name(), version });
        }
        self.put(w, Cx::of(&table, version))
    }

    /// Reads a message that is all of `bytes`.
    fn from_bytes(bytes: Bytes, version: i16) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let message = Self::read(&mut r, version)?;
        match r.remaining() {
            0 => Ok(message),
            left => Err(DecodeError::Trailing { message: Self::TABLE.name(), left }),
        }
    }

    /// Writes the message in one piece.
    fn to_bytes(&self, version: i16) -> Result<Bytes, EncodeError> {
        let mut w = Writer::new();
        self.write(&mut w, version)?;
        Ok(w.into_bytes())
    }
}

/// A request: it names its response.
pub trait Request: Message {
    type Response: Message;
}

/// Reads a section of tagged fields. `take` reads the field of a tag that it knows and says so;
/// what it does not know is skipped, as a newer peer may send it.
pub(crate) fn take_tags(
    r: &mut Reader,
    mut take: impl FnMut(u32, &mut Reader) -> Result<bool, DecodeError>,
) -> Result<(), DecodeError> {
    let at = r.position();
    let count = r.uvarint()?;
    let count = r.check_count(at, i64::from(count))?;
    let mut last = None;
    for _ in 0..count {
        let at = r.position();
        let tag = r.uvarint()?;
        if last.is_some_and(|last| tag <= last) {
            return Err(DecodeError::TagOrder { at, tag });
        }
        last = Some(tag);
        let size = r.uvarint()? as usize;
        let (start, remaining) = (r.position(), r.remaining());
        if size > remaining {
            return Err(DecodeError::Truncated { at: start, needed: size, remaining });
        }
        if take(tag, r)? {
            if r.position() != start + size {
                return Err(DecodeError::TagSize { at, tag });
            }
        } else {
            r.slice(size)?;
        }
    }
    Ok(())
}

/// Writes one tagged field: its tag, its size, and then itself.
pub(crate) fn put_tag<T: Wire>(
    w: &mut Writer,
    tag: u32,
    value: &T,
    cx: Cx,
) -> Result<(), EncodeError> {
    let mut inner = Writer::new();
    value.put(&mut inner, cx)?;
    let length = inner.len();
    w.uvarint(tag);
    w.uvarint(u32::try_from(length).map_err(|_| EncodeError::TooLong { length })?);
    w.append(inner);
    Ok(())
}
