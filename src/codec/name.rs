//! The names of formats, as they stand behind `--value-format` and in the braces of a template.

use std::fmt;
use std::str::FromStr;

use super::number::Number;
use super::pack::{BadPack, Pack};
use super::schema::SchemaType;

/// A format by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatName {
    /// As they are.
    Bytes,
    /// UTF-8, as `StringSerializer` writes it.
    String,
    /// One JSON value.
    Json,
    Hex,
    Base64,
    /// A UUID's text, as `UUIDSerializer` writes it.
    Uuid,
    /// One byte, 0 or 1, as `BooleanSerializer` writes it.
    Boolean,
    Msgpack,
    Number(Number),
    /// Several numbers and texts after each other, as kcat's `-s` has them.
    Pack(Pack),
    /// By a schema, which is in a file or in a registry.
    Schema(SchemaType),
}

/// A name is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error(
        "`{0}` is no format: there are string, json, hex, base64, int, long, short, byte, float, \
         double, boolean, uuid, bytes, msgpack, avro, protobuf, jsonschema, pack:FMT, and i8 u8 \
         i16 u16 i32 u32 i64 u64 f32 f64, with `le` behind them for little-endian"
    )]
    Unknown(String),
    #[error("`{text}` cannot be read: {why}")]
    Pack { text: String, why: BadPack },
}

impl FromStr for FormatName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        if let Some(layout) = text.strip_prefix("pack:") {
            let pack = layout.parse();
            return pack
                .map(FormatName::Pack)
                .map_err(|why| BadName::Pack { text: text.to_owned(), why });
        }
        Ok(match text.to_ascii_lowercase().as_str() {
            "bytes" | "bytearray" | "raw" => FormatName::Bytes,
            "string" | "text" | "utf8" => FormatName::String,
            "json" => FormatName::Json,
            "hex" => FormatName::Hex,
            "base64" => FormatName::Base64,
            "uuid" => FormatName::Uuid,
            "boolean" | "bool" => FormatName::Boolean,
            "msgpack" => FormatName::Msgpack,
            "avro" => FormatName::Schema(SchemaType::Avro),
            "protobuf" | "proto" => FormatName::Schema(SchemaType::Protobuf),
            "jsonschema" | "json-schema" => FormatName::Schema(SchemaType::Json),
            name => match Number::of_name(name) {
                Some(number) => FormatName::Number(number),
                None => return Err(BadName::Unknown(text.to_owned())),
            },
        })
    }
}

impl fmt::Display for FormatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormatName::Bytes => "bytes",
            FormatName::String => "string",
            FormatName::Json => "json",
            FormatName::Hex => "hex",
            FormatName::Base64 => "base64",
            FormatName::Uuid => "uuid",
            FormatName::Boolean => "boolean",
            FormatName::Msgpack => "msgpack",
            FormatName::Schema(SchemaType::Avro) => "avro",
            FormatName::Schema(SchemaType::Protobuf) => "protobuf",
            FormatName::Schema(SchemaType::Json) => "jsonschema",
            FormatName::Number(number) => return write!(f, "{number}"),
            FormatName::Pack(pack) => return write!(f, "pack:{pack}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_shown_is_read_again() {
        for (text, shown) in [
            ("string", "string"),
            ("Text", "string"),
            ("int", "int"),
            ("i32", "int"),
            ("i32le", "i32le"),
            ("long", "long"),
            ("u64", "u64"),
            ("bool", "boolean"),
            ("Avro", "avro"),
            ("protobuf", "protobuf"),
            ("json-schema", "jsonschema"),
            ("pack:<i s", "pack:<i s"),
        ] {
            let name: FormatName = text.parse().unwrap();
            assert_eq!(name.to_string(), shown);
            assert_eq!(shown.parse(), Ok(name));
        }
    }

    #[test]
    fn a_format_that_is_not_there_is_told() {
        for (text, told) in [("integer32", "is no format"), ("pack:z", "cannot be read")] {
            let bad = text.parse::<FormatName>().unwrap_err().to_string();
            assert!(bad.contains(told), "{bad}");
        }
    }
}
