//! How each type of Kafka's protocol is written, in old and in flexible versions (KIP-482).

use bytes::Bytes;

use super::table::{MessageTable, Type};
use crate::base::ids::Uuid;
use crate::base::limits;
use crate::wire::primitives::{DecodeError, EncodeError, Reader, Writer};

/// What a field must know of where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Cx {
    pub version: i16,
    /// Compact lengths and tagged fields.
    pub flexible: bool,
    /// Whether this field may be null in this version.
    pub nullable: bool,
    /// Whether this field travels behind a tag.
    pub tagged: bool,
}

impl Cx {
    pub fn of(table: &MessageTable, version: i16) -> Self {
        Cx { version, flexible: table.flexible.contains(version), nullable: false, tagged: false }
    }

    pub fn nullable(self, nullable: bool) -> Self {
        Cx { nullable, tagged: false, ..self }
    }

    pub fn tagged(self) -> Self {
        Cx { tagged: true, ..self }
    }
}

/// A type of Kafka's protocol.
pub trait Wire: Sized {
    /// The type's name in Kafka's definitions.
    const TYPE: Type;

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError>;

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError>;

    /// Returns the field that tells a client for how long it is held back, if there is one.
    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        None
    }

    /// Writes a value that may be null. What has no length of its own (a structure) is preceded
    /// by a byte: 1, or -1 for null (KIP-893). Behind a tag null is 0, as Kafka's generator
    /// (`MessageDataGenerator`) writes an unsigned varint there.
    fn put_nullable(value: Option<&Self>, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        match value {
            Some(value) => {
                w.i8(1);
                value.put(w, cx)
            }
            None => {
                w.i8(if cx.tagged { 0 } else { -1 });
                Ok(())
            }
        }
    }

    fn take_nullable(r: &mut Reader, cx: Cx) -> Result<Option<Self>, DecodeError> {
        let is_null = if cx.tagged { r.uvarint()? == 0 } else { r.i8()? < 0 };
        if is_null { Ok(None) } else { Self::take(r, cx).map(Some) }
    }
}

macro_rules! plain {
    ($($ty:ty, $name:ident, $type:ident;)*) => { $(
        impl Wire for $ty {
            const TYPE: Type = Type::$type;

            fn put(&self, w: &mut Writer, _: Cx) -> Result<(), EncodeError> {
                w.$name(*self);
                Ok(())
            }

            fn take(r: &mut Reader, _: Cx) -> Result<Self, DecodeError> {
                r.$name()
            }
        }
    )* };
}

plain! {
    i8, i8, Int8;
    i16, i16, Int16;
    u16, u16, Uint16;
    i32, i32, Int32;
    u32, u32, Uint32;
    i64, i64, Int64;
    f64, f64, Float64;
}

impl Wire for bool {
    const TYPE: Type = Type::Bool;

    fn put(&self, w: &mut Writer, _: Cx) -> Result<(), EncodeError> {
        w.i8(i8::from(*self));
        Ok(())
    }

    fn take(r: &mut Reader, _: Cx) -> Result<Self, DecodeError> {
        r.i8().map(|byte| byte != 0)
    }
}

impl Wire for Uuid {
    const TYPE: Type = Type::Uuid;

    fn put(&self, w: &mut Writer, _: Cx) -> Result<(), EncodeError> {
        w.raw(&self.0);
        Ok(())
    }

    fn take(r: &mut Reader, _: Cx) -> Result<Self, DecodeError> {
        r.uuid()
    }
}

/// How wide a length is in versions that are not flexible.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Two,
    Four,
}

fn put_length(
    w: &mut Writer,
    cx: Cx,
    width: Width,
    length: Option<usize>,
) -> Result<(), EncodeError> {
    let too_long = |length| EncodeError::TooLong { length };
    match (cx.flexible, width, length) {
        (true, _, None) => w.uvarint(0),
        (true, _, Some(n)) => {
            let n1 = u32::try_from(n).ok().and_then(|n| n.checked_add(1));
            w.uvarint(n1.ok_or(too_long(n))?);
        }
        (false, Width::Two, None) => w.i16(-1),
        (false, Width::Two, Some(n)) => w.i16(i16::try_from(n).map_err(|_| too_long(n))?),
        (false, Width::Four, None) => w.i32(-1),
        (false, Width::Four, Some(n)) => w.i32(i32::try_from(n).map_err(|_| too_long(n))?),
    }
    Ok(())
}

/// Writes the count of an array, whose elements follow.
pub(crate) fn put_count(w: &mut Writer, cx: Cx, count: usize) -> Result<(), EncodeError> {
    put_length(w, cx, Width::Four, Some(count))
}

/// Reads a length or a count: none for null.
fn take_length(r: &mut Reader, cx: Cx, width: Width) -> Result<Option<i64>, DecodeError> {
    let at = r.position();
    let length = match (cx.flexible, width) {
        (true, _) => i64::from(r.uvarint()?) - 1,
        (false, Width::Two) => i64::from(r.i16()?),
        (false, Width::Four) => i64::from(r.i32()?),
    };
    match length {
        -1 => Ok(None),
        ..-1 => Err(DecodeError::Length { at, length }),
        _ => Ok(Some(length)),
    }
}

fn usize_of(length: i64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Wire for String {
    const TYPE: Type = Type::String;

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        put_length(w, cx, Width::Two, Some(self.len()))?;
        w.raw(self.as_bytes());
        Ok(())
    }

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError> {
        let at = r.position();
        Self::take_nullable(r, cx)?.ok_or(DecodeError::Null { at })
    }

    fn put_nullable(value: Option<&Self>, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        match value {
            Some(value) => value.put(w, cx),
            None => put_length(w, cx, Width::Two, None),
        }
    }

    fn take_nullable(r: &mut Reader, cx: Cx) -> Result<Option<Self>, DecodeError> {
        let length = take_length(r, cx, Width::Two)?;
        length.map(|length| r.text(usize_of(length))).transpose()
    }
}

impl Wire for Bytes {
    const TYPE: Type = Type::Bytes;

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        put_length(w, cx, Width::Four, Some(self.len()))?;
        w.splice(self);
        Ok(())
    }

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError> {
        let at = r.position();
        Self::take_nullable(r, cx)?.ok_or(DecodeError::Null { at })
    }

    fn put_nullable(value: Option<&Self>, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        match value {
            Some(value) => value.put(w, cx),
            None => put_length(w, cx, Width::Four, None),
        }
    }

    fn take_nullable(r: &mut Reader, cx: Cx) -> Result<Option<Self>, DecodeError> {
        let length = take_length(r, cx, Width::Four)?;
        length.map(|length| r.slice(usize_of(length))).transpose()
    }
}

impl<T: Wire> Wire for Vec<T> {
    const TYPE: Type = Type::Array(&T::TYPE);

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        put_length(w, cx, Width::Four, Some(self.len()))?;
        let cx = cx.nullable(false);
        self.iter().try_for_each(|item| item.put(w, cx))
    }

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError> {
        let at = r.position();
        Self::take_nullable(r, cx)?.ok_or(DecodeError::Null { at })
    }

    fn put_nullable(value: Option<&Self>, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        match value {
            Some(value) => value.put(w, cx),
            None => put_length(w, cx, Width::Four, None),
        }
    }

    fn take_nullable(r: &mut Reader, cx: Cx) -> Result<Option<Self>, DecodeError> {
        let at = r.position();
        let Some(count) = take_length(r, cx, Width::Four)? else { return Ok(None) };
        let count = r.check_count(at, count)?;
        let cx = cx.nullable(false);
        // Elements are larger here than on the wire: what is reserved before they are read is
        // never more than what remains of the frame.
        let room = 1 + r.remaining() / size_of::<T>().max(1);
        let mut items = Vec::with_capacity(count.min(room).min(limits::RESERVE_MAX));
        for _ in 0..count {
            items.push(T::take(r, cx)?);
        }
        Ok(Some(items))
    }
}

impl<T: Wire> Wire for Option<T> {
    const TYPE: Type = T::TYPE;

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        match self {
            value if cx.nullable => T::put_nullable(value.as_ref(), w, cx),
            Some(value) => value.put(w, cx),
            None => Err(EncodeError::Null { version: cx.version }),
        }
    }

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError> {
        if cx.nullable { T::take_nullable(r, cx) } else { T::take(r, cx).map(Some) }
    }
}

/// Record batches, kept as a slice of the frame that they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records(pub Bytes);

impl Wire for Records {
    const TYPE: Type = Type::Records;

    fn put(&self, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        self.0.put(w, cx)
    }

    fn take(r: &mut Reader, cx: Cx) -> Result<Self, DecodeError> {
        Bytes::take(r, cx).map(Records)
    }

    fn put_nullable(value: Option<&Self>, w: &mut Writer, cx: Cx) -> Result<(), EncodeError> {
        Bytes::put_nullable(value.map(|records| &records.0), w, cx)
    }

    fn take_nullable(r: &mut Reader, cx: Cx) -> Result<Option<Self>, DecodeError> {
        Ok(Bytes::take_nullable(r, cx)?.map(Records))
    }
}
