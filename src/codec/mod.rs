//! Bytes to text and back: what a key, a value or a header means to a person.
//!
//! A [`Codec`] turns the bytes of one part of a record into text, and says of which [`Kind`] the
//! text is: plain, JSON, or bytes that were left as they are. It turns such text into bytes
//! again. Text is the medium because everything that prints, searches or copies records wants
//! text in the end, and JSON text keeps numbers exactly as they were written.
//!
//! Numbers are big-endian and texts are UTF-8, as Kafka's own serializers have them. Pure: no
//! files, no network, no clock. A codec that needs a schema gets it from whoever makes it.

mod avro;
mod guess;
mod json;
mod json_schema;
mod msgpack;
mod name;
mod number;
mod pack;
mod protobuf;
pub mod schema;
mod text;
mod tree;

pub use avro::{Avro, BadAvro};
pub use guess::{Auto, Guess, first_bytes};
pub use json::{write_compact, write_string};
pub use json_schema::{BadJsonSchema, JsonSchema};
pub use name::{BadName, FormatName};
pub use number::Number;
pub use pack::{BadPack, Pack};
pub use protobuf::{
    BadIndexes, BadSchema as BadProto, INDEXES_MAX, ProtoFile, ProtoMessage, read_indexes,
    write_indexes,
};

/// Which part of which record.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub topic: &'a str,
    pub part: Part<'a>,
    /// All headers of the record: some formats keep the id of a schema there.
    pub headers: &'a [(&'a [u8], Option<&'a [u8]>)],
}

/// A part of a record that has bytes of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Key,
    Value,
    /// The value of the header with this name.
    Header(&'a [u8]),
}

impl std::fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Part::Key => f.write_str("key"),
            Part::Value => f.write_str("value"),
            Part::Header(name) => write!(f, "header `{}`", String::from_utf8_lossy(name)),
        }
    }
}

/// What kind of text a codec makes or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes as they are, which may be text or not.
    Bytes,
    /// UTF-8 that stands for itself.
    Text,
    /// One JSON value without line breaks.
    Json,
}

/// Bytes are not what they were taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {wanted}: {why}")]
pub struct Undecodable {
    /// What they were taken for: `an int`.
    pub wanted: &'static str,
    pub why: String,
}

/// Text cannot be made into bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be written as {wanted}: {why}")]
pub struct Unencodable {
    pub wanted: &'static str,
    pub why: String,
}

/// A header that goes with what was encoded: some formats name their schema there.
pub type ExtraHeader = (String, Vec<u8>);

/// One format, both ways.
pub trait Codec: Send + Sync {
    /// Appends what the bytes mean, and says which kind of text that is. Null never comes here.
    ///
    /// What was appended before an error is to be thrown away.
    fn decode(&self, place: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable>;

    /// Appends the bytes of a text, and returns a header that belongs to them, if one does.
    /// `kind` says what the text is: [`Kind::Json`] is a whole JSON value (a JSON string has its
    /// quotes), everything else is what stood in a line or between delimiters.
    fn encode(
        &self,
        place: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable>;
}

/// Returns the codec of a format. One that needs a schema reads and writes nothing without it:
/// whoever has schemas puts another in its place.
pub fn of(name: &FormatName) -> Box<dyn Codec> {
    Box::new(match name {
        FormatName::Bytes => text::BYTES,
        FormatName::String => text::UTF8,
        FormatName::Hex => text::HEX,
        FormatName::Base64 => text::BASE_64,
        FormatName::Uuid => text::UUID,
        FormatName::Boolean => text::BOOLEAN,
        FormatName::Json => return Box::new(json::Json),
        FormatName::Msgpack => return Box::new(msgpack::Msgpack),
        FormatName::Number(number) => return Box::new(*number),
        FormatName::Pack(pack) => return Box::new(pack.clone()),
        FormatName::Schema(kind) => return Box::new(schema::NoSchema(*kind)),
    })
}

/// The text of a JSON string, or the JSON text itself: what formats of plain text begin with.
fn plain(text: &[u8], kind: Kind, wanted: &'static str) -> Result<Vec<u8>, Unencodable> {
    match (kind, text.first()) {
        (Kind::Json, Some(b'"')) => serde_json::from_slice::<String>(text)
            .map(String::into_bytes)
            .map_err(|e| Unencodable { wanted, why: e.to_string() }),
        _ => Ok(text.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const PLACE: Place = Place { topic: "t", part: Part::Value, headers: &[] };

    pub(super) fn decoded(name: &str, bytes: &[u8]) -> Result<(Kind, String), Undecodable> {
        let mut out = Vec::new();
        let kind = of(&name.parse().unwrap()).decode(&PLACE, bytes, &mut out)?;
        Ok((kind, String::from_utf8_lossy(&out).into_owned()))
    }

    pub(super) fn encoded(name: &str, text: &str, kind: Kind) -> Result<Vec<u8>, Unencodable> {
        let mut out = Vec::new();
        let header = of(&name.parse().unwrap()).encode(&PLACE, text.as_bytes(), kind, &mut out)?;
        assert_eq!(header, None);
        Ok(out)
    }

    /// Format, bytes, kind, text: what Kafka's serializers write and its deserializers read.
    const KNOWN: &[(&str, &[u8], Kind, &str)] = &[
        ("bytes", b"\xffa", Kind::Bytes, "\u{fffd}a"),
        ("string", "\u{e4}\n".as_bytes(), Kind::Text, "\u{e4}\n"),
        ("string", b"", Kind::Text, ""),
        ("hex", b"\x00\xff", Kind::Text, "00ff"),
        ("base64", b"\x00\xff\x10\x20", Kind::Text, "AP8QIA=="),
        ("int", b"\x00\x00\x01\x02", Kind::Json, "258"),
        ("int", b"\xff\xff\xff\xff", Kind::Json, "-1"),
        ("long", b"\x80\0\0\0\0\0\0\0", Kind::Json, "-9223372036854775808"),
        ("short", b"\x7f\xff", Kind::Json, "32767"),
        ("u16le", b"\x01\xff", Kind::Json, "65281"),
        ("u64", &[0xff; 8], Kind::Json, "18446744073709551615"),
        ("byte", b"\x80", Kind::Json, "-128"),
        ("float", b"\x3f\x80\0\0", Kind::Json, "1.0"),
        ("double", b"\x3f\xb9\x99\x99\x99\x99\x99\x9a", Kind::Json, "0.1"),
        ("f32le", b"\0\0\x80\x3f", Kind::Json, "1.0"),
        ("double", b"\x7f\xf8\0\0\0\0\0\0", Kind::Text, "NaN"),
        ("float", b"\x7f\xc0\0\x01", Kind::Text, "NaN:7fc00001"),
        ("float", b"\xff\x80\0\0", Kind::Text, "-Infinity"),
        ("boolean", b"\x01", Kind::Json, "true"),
        ("boolean", b"\x00", Kind::Json, "false"),
        (
            "uuid",
            b"123e4567-e89b-12d3-a456-426614174000",
            Kind::Text,
            "123e4567-e89b-12d3-a456-426614174000",
        ),
        ("json", b"{\"a\":[1,null]}", Kind::Json, "{\"a\":[1,null]}"),
        ("json", b"1e400", Kind::Json, "1e400"),
        ("msgpack", b"\x82\xa1a\x01\xa1b\xc0", Kind::Json, "{\"a\":1,\"b\":null}"),
        ("pack:>i s", b"\0\0\0\x07abc", Kind::Text, "7 abc"),
    ];

    #[test]
    fn every_format_is_read_and_written_as_kafka_s_own_serializers_do() {
        for (name, bytes, kind, text) in KNOWN {
            assert_eq!(decoded(name, bytes), Ok((*kind, (*text).to_owned())), "{name} {bytes:?}");
            if *kind != Kind::Bytes {
                assert_eq!(encoded(name, text, Kind::Text), Ok(bytes.to_vec()), "{name} {text}");
            }
            let json = match kind {
                Kind::Bytes => continue,
                Kind::Json => (*text).to_owned(),
                Kind::Text => serde_json::to_string(text).unwrap(),
            };
            assert_eq!(encoded(name, &json, Kind::Json), Ok(bytes.to_vec()), "{name} {json}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused() {
        for (name, bytes) in [
            ("string", &b"\xff"[..]),
            ("int", b"123"),
            ("int", b""),
            ("long", b"1234567"),
            ("boolean", b"\x02"),
            ("uuid", b"123e4567"),
            ("uuid", &[7; 16]),
            ("json", b"{"),
            ("json", b""),
            ("json", b"1 2"),
            ("json", b"\xff"),
            ("msgpack", b""),
            ("msgpack", b"\xc1"),
            ("msgpack", b"\x01\x02"),
            ("msgpack", b"\xdd\xff\xff\xff\xff"),
            ("pack:i", b"123"),
            ("pack:b$", b"12"),
        ] {
            assert!(decoded(name, bytes).is_err(), "{name} {bytes:?}");
        }
        for (name, text) in [
            ("int", "2147483648"),
            ("int", "1.5"),
            ("int", ""),
            ("short", "-32769"),
            ("u8", "-1"),
            ("double", "x"),
            ("hex", "0"),
            ("hex", "0g"),
            ("base64", "a"),
            ("boolean", "yes"),
            ("uuid", "1-2"),
            ("json", "{"),
            ("msgpack", "{"),
            ("pack:i", "x"),
        ] {
            assert!(encoded(name, text, Kind::Text).is_err(), "{name} {text}");
        }
    }
}
