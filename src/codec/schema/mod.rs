//! Formats that need a schema: what a schema is, which bytes name it, and the codecs by it.
//!
//! Two framings name the schema of a payload, both Confluent's: a zero and the schema's number in
//! four bytes before the payload, or a header (`__key_schema_id`, `__value_schema_id`) with a one
//! and the schema's GUID. What follows in either, for Protobuf, says which message of the file it
//! is. [`ById`] reads both, and gets the schema from whoever has [`Schemas`]; [`BySchema`] reads
//! and writes by one schema that is known.

mod by_id;
mod by_schema;
mod none;
mod payload;

use std::fmt;
use std::sync::Arc;

pub use by_id::ById;
pub use by_schema::{BySchema, Frame};
pub(super) use none::NoSchema;
pub use payload::Payload;

use super::Part;

/// The types of schema that registries know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaType {
    Avro,
    Protobuf,
    Json,
}

impl SchemaType {
    /// The registry's name of it.
    pub fn name(self) -> &'static str {
        match self {
            SchemaType::Avro => "AVRO",
            SchemaType::Protobuf => "PROTOBUF",
            SchemaType::Json => "JSON",
        }
    }

    /// The type of a registry's name; none is said for Avro.
    pub fn of_name(name: Option<&str>) -> Option<Self> {
        match name {
            None => Some(SchemaType::Avro),
            Some(name) => [SchemaType::Avro, SchemaType::Protobuf, SchemaType::Json]
                .into_iter()
                .find(|one| one.name().eq_ignore_ascii_case(name)),
        }
    }

    /// What its payloads are called in an error.
    fn wanted(self) -> &'static str {
        match self {
            SchemaType::Avro => "Avro",
            SchemaType::Protobuf => "Protobuf",
            SchemaType::Json => "JSON by its schema",
        }
    }
}

/// By what a schema is named in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaId {
    Number(u32),
    Guid([u8; 16]),
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SchemaId::Number(number) => write!(f, "{number}"),
            SchemaId::Guid(guid) => f.write_str(&guid_text(guid)),
        }
    }
}

/// A GUID as text.
pub fn guid_text(guid: &[u8; 16]) -> String {
    let hex = data_encoding::HEXLOWER.encode(guid);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// A GUID of its text.
pub fn guid_of(text: &str) -> Option<[u8; 16]> {
    let hex: String = text.split('-').collect();
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// A schema, with all that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    pub kind: SchemaType,
    pub text: String,
    /// What it refers to, directly or not: by which name, and its text.
    pub references: Vec<(String, String)>,
}

/// Where schemas come from, by what records name them by.
pub trait Schemas: Send + Sync {
    /// Returns a schema, or says why there is none.
    fn by_id(&self, id: SchemaId) -> Result<Arc<Schema>, String>;
}

/// The header that names the schema of a part.
pub fn header_name(part: Part) -> Option<&'static str> {
    match part {
        Part::Key => Some("__key_schema_id"),
        Part::Value => Some("__value_schema_id"),
        Part::Header(_) => None,
    }
}

impl Payload {
    /// The same for payloads that go with a schema's id.
    fn framed(self) -> Self {
        match self {
            Payload::Avro(avro) => Payload::Avro(Arc::new(Arc::unwrap_or_clone(avro).framed())),
            other => other,
        }
    }
}

/// What names the schema, and what follows it.
fn split(bytes: &[u8]) -> Result<(SchemaId, &[u8]), String> {
    match bytes {
        [0, a, b, c, d, rest @ ..] => {
            Ok((SchemaId::Number(u32::from_be_bytes([*a, *b, *c, *d])), rest))
        }
        [1, rest @ ..] if rest.len() >= 16 => {
            let (guid, rest) = rest.split_at(16);
            let mut own = [0; 16];
            own.copy_from_slice(guid);
            Ok((SchemaId::Guid(own), rest))
        }
        [] => Err("it is empty, where a schema's id is wanted".to_owned()),
        [first, ..] if *first > 1 => {
            Err(format!("it begins with {first:#04x}, where a schema's id is wanted"))
        }
        _ => Err("it is too short for a schema's id".to_owned()),
    }
}

/// What names the schema of a part of a record: the schema, what follows its id in front of the
/// payload, and whether that stands in a header.
struct Named<'a> {
    id: SchemaId,
    /// Of a header: what is in it behind the id. Else the payload itself, which begins with it.
    behind: &'a [u8],
    payload: Option<&'a [u8]>,
}

fn named<'a>(place: &super::Place<'a>, bytes: &'a [u8]) -> Result<Named<'a>, String> {
    let name = header_name(place.part).map(str::as_bytes);
    let header = place.headers.iter().find(|(header, _)| Some(*header) == name);
    match header.and_then(|(_, value)| *value) {
        Some(value) => {
            let (id, behind) = split(value).map_err(|why| format!("its header: {why}"))?;
            Ok(Named { id, behind, payload: Some(bytes) })
        }
        None => {
            let (id, behind) = split(bytes)?;
            Ok(Named { id, behind, payload: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    #[test]
    fn guids_are_read_as_they_are_shown() {
        let guid = [0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 1, 2, 3, 4, 5, 6];
        assert_eq!(guid_text(&guid), "12345678-1234-5678-9abc-010203040506");
        assert_eq!(guid_of(&guid_text(&guid)), Some(guid));
        assert_eq!(guid_of("12"), None);
    }

    #[test]
    fn both_framings_are_read_and_the_header_comes_first() {
        let place = |headers| Place { topic: "t", part: Part::Value, headers };
        let found = named(&place(&[]), b"\0\0\0\x01\x02xy").unwrap();
        assert_eq!(
            (found.id, found.behind, found.payload),
            (SchemaId::Number(258), &b"xy"[..], None)
        );
        let mut framed = vec![1];
        framed.extend_from_slice(&[7; 16]);
        framed.push(4);
        let headers: &[(&[u8], Option<&[u8]>)] =
            &[(b"__key_schema_id", None), (b"__value_schema_id", Some(&framed))];
        let found = named(&place(headers), b"\0\0\0\x01\x02xy").unwrap();
        assert_eq!(found.id, SchemaId::Guid([7; 16]));
        assert_eq!((found.behind, found.payload), (&b"\x04"[..], Some(&b"\0\0\0\x01\x02xy"[..])));
        let found = named(&place(&[]), &framed).unwrap();
        assert_eq!((found.id, found.behind), (SchemaId::Guid([7; 16]), &b"\x04"[..]));
        for bytes in [&b""[..], b"\0\0\0\0", b"\x01abc", b"{}"] {
            assert!(named(&place(&[]), bytes).is_err(), "{bytes:?}");
        }
    }
}
