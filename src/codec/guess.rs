//! What bytes might be: a guess for people, and the codec of `--decode auto` that goes by it.

use std::fmt;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::schema::ById;
use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};
use super::{json, msgpack, number::Number};

/// How many bytes of what cannot be decoded are shown.
const SHOWN_BYTES: usize = 16;

/// What bytes might be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guess {
    Empty,
    /// An object or a list.
    Json,
    Text,
    /// A zero and a schema's id, then what the schema says: how Schema Registry frames it.
    SchemaId(u32),
    /// A one and a schema's GUID.
    SchemaGuid,
    Gzip,
    Zstd,
    Lz4,
    Snappy,
    /// What `ObjectOutputStream` writes.
    JavaObject,
    Msgpack,
    /// Four or eight bytes that no text would be.
    Int,
    Long,
    Unknown,
}

impl Guess {
    /// Guesses. Never wrong about what is not UTF-8 being no text; everything else is likely.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => return Guess::Empty,
            [0x1f, 0x8b, 8, ..] => return Guess::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => return Guess::Zstd,
            [0x04, 0x22, 0x4d, 0x18, ..] => return Guess::Lz4,
            [0xff, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => return Guess::Snappy,
            [0xac, 0xed, 0, 5, ..] => return Guess::JavaObject,
            _ => {}
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            let opens = matches!(text.trim_start().bytes().next(), Some(b'{' | b'['));
            if opens && json::check(bytes).is_ok() {
                return Guess::Json;
            }
            let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x1b');
            if !text.contains(is_odd) {
                return Guess::Text;
            }
        }
        match bytes {
            // One byte is a value by itself; only what has others in it is told apart.
            [0x80..=0x9f | 0xdc..=0xdf, _, ..] if msgpack::is_whole(bytes) => Guess::Msgpack,
            _ if bytes.len() == 4 => Guess::Int,
            _ if bytes.len() == 8 => Guess::Long,
            [0, a, b, c, d, _, ..] => Guess::SchemaId(u32::from_be_bytes([*a, *b, *c, *d])),
            [1, ..] if bytes.len() > 17 && bytes[7] >> 4 == 4 => Guess::SchemaGuid,
            _ => Guess::Unknown,
        }
    }
}

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Guess::Empty => "nothing",
            Guess::Json => "JSON",
            Guess::Text => "text",
            Guess::SchemaId(id) => {
                return write!(f, "a Schema Registry's framing with the schema id {id}");
            }
            Guess::SchemaGuid => "a Schema Registry's framing with a schema's GUID",
            Guess::Gzip => "gzip",
            Guess::Zstd => "zstd",
            Guess::Lz4 => "an lz4 frame",
            Guess::Snappy => "framed snappy",
            Guess::JavaObject => "a serialized Java object",
            Guess::Msgpack => "MessagePack",
            Guess::Int => "an int",
            Guess::Long => "a long",
            Guess::Unknown => "bytes of no known format",
        })
    }
}

/// The first bytes, as a person can read them: in hexadecimal.
pub fn first_bytes(bytes: &[u8]) -> String {
    match bytes.len() {
        0 => "nothing".to_owned(),
        1..=SHOWN_BYTES => HEXLOWER.encode(bytes),
        _ => format!("{}...", HEXLOWER.encode(&bytes[..SHOWN_BYTES])),
    }
}

/// Takes bytes for what they most likely are. What it cannot read stays as it is, but for what
/// names a schema that there is: that must be what the schema says.
#[derive(Clone, Debug, Default)]
pub struct Auto {
    /// Reads what names its schema, if there is a registry.
    pub by_id: Option<Arc<ById>>,
}

impl Auto {
    /// Reads what names its schema. None: it names none.
    fn by_id(
        &self,
        place: &Place,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<Result<Kind, Undecodable>> {
        let by_id = self.by_id.as_ref()?;
        by_id.recognise(place, bytes)?;
        let from = out.len();
        let read = by_id.decode(place, bytes, out);
        if read.is_err() && matches!(Guess::of(bytes), Guess::Int | Guess::Long) {
            // A number that looks like an id.
            out.truncate(from);
            return None;
        }
        Some(read)
    }
}

impl Codec for Auto {
    fn decode(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let number = |name: &str, out: &mut Vec<u8>| match Number::of_name(name) {
            Some(number) => number.read(bytes, out),
            None => Ok(Kind::Bytes),
        };
        if let Some(read) = self.by_id(place, bytes, out) {
            return read;
        }
        match Guess::of(bytes) {
            Guess::Json => {
                json::write_compact(bytes, out);
                Ok(Kind::Json)
            }
            Guess::Msgpack => msgpack::Msgpack.decode(place, bytes, out),
            Guess::Int => number("int", out),
            Guess::Long => number("long", out),
            guess => {
                out.extend_from_slice(bytes);
                Ok(if guess == Guess::Text { Kind::Text } else { Kind::Bytes })
            }
        }
    }

    /// Text is written as it is: there is nothing to recognise.
    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        out.extend_from_slice(&super::plain(text, kind, "bytes")?);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::PLACE;
    use super::*;

    #[test]
    fn bytes_are_taken_for_what_they_most_likely_are() {
        for (bytes, guess) in [
            (&b""[..], Guess::Empty),
            (b"{\"a\": 1}", Guess::Json),
            (b" [1]\n", Guess::Json),
            (b"{not json}", Guess::Text),
            (b"1234", Guess::Text),
            ("gr\u{fc}n\n".as_bytes(), Guess::Text),
            (b"\x1b[1mbold", Guess::Text),
            (b"\0\0\0\x01", Guess::Int),
            (b"\xff\xff\xff\xff", Guess::Int),
            (b"\0\0\0\0\0\0\x01\x00", Guess::Long),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", Guess::Long),
            (b"\0\0\0\0\x2a\x06foo", Guess::SchemaId(42)),
            (
                b"\x01\x12\x34\x56\x78\x12\x34\x45\x67\x89\xab\xcd\xef\0\0\0\0\x02a",
                Guess::SchemaGuid,
            ),
            (b"\x1f\x8b\x08\0\0", Guess::Gzip),
            (b"\x28\xb5\x2f\xfd\x24", Guess::Zstd),
            (b"\xac\xed\0\x05sr", Guess::JavaObject),
            (b"\x82\xa1a\x01\xa1b\x02", Guess::Msgpack),
            (b"\xc1\xff\x00", Guess::Unknown),
        ] {
            assert_eq!(Guess::of(bytes), guess, "{bytes:?}");
        }
    }

    #[test]
    fn auto_reads_what_it_recognises_and_leaves_the_rest() {
        for (bytes, kind, text) in [
            (&b"{ \"a\": 1 }"[..], Kind::Json, &b"{\"a\":1}"[..]),
            (b"plain", Kind::Text, b"plain"),
            (b"\0\0\0\x07", Kind::Json, b"7"),
            (b"\x81\xa1a\x01", Kind::Json, b"{\"a\":1}"),
            (b"\0\0\0\0\x2a\x06foo", Kind::Bytes, b"\0\0\0\0\x2a\x06foo"),
            (b"", Kind::Bytes, b""),
        ] {
            let mut out = Vec::new();
            assert_eq!(Auto::default().decode(&PLACE, bytes, &mut out), Ok(kind), "{bytes:?}");
            assert_eq!(out, text);
        }
    }

    #[test]
    fn first_bytes_are_few() {
        assert_eq!(first_bytes(b"\0\xff"), "00ff");
        assert_eq!(first_bytes(&[7; 17]), format!("{}...", "07".repeat(16)));
    }
}
