//! `StringConverter`: text as it is; other values as Java's `toString` writes them.

use std::collections::BTreeMap;
use std::io::Write;

use super::{Converter, Part};
use crate::connect::data::{Data, Schema, Value};
use crate::connect::define::{Importance, Key, Kind, Preset, Valid};
use crate::connect::error::ConnectError;

pub(super) const KEYS: &[Key] = &[Key::new(
    "converter.encoding",
    Kind::String,
    Preset::Text("UTF-8"),
    Importance::High,
    "How characters are bytes: UTF-8, ISO-8859-1 or US-ASCII.",
)
.valid(Valid::OneOfAnyCase(ENCODINGS))];

const ENCODINGS: &[&str] = &["UTF-8", "UTF8", "ISO-8859-1", "ISO8859_1", "Latin1", "US-ASCII"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
}

struct StringConverter(Encoding);

pub(super) fn make(
    settings: &BTreeMap<String, String>,
    _: Part,
) -> Result<Box<dyn Converter>, ConnectError> {
    let name = settings.get("converter.encoding").map_or("UTF-8", String::as_str);
    KEYS[0].read(Some(name)).map_err(ConnectError::config)?;
    let name = name.to_ascii_uppercase();
    Ok(Box::new(StringConverter(match name.as_str() {
        "UTF-8" | "UTF8" => Encoding::Utf8,
        "US-ASCII" => Encoding::Ascii,
        _ => Encoding::Latin1,
    })))
}

impl Converter for StringConverter {
    fn to_connect(&mut self, _: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let value = match bytes {
            None => Value::Null,
            Some(bytes) => Value::String(match self.0 {
                // What is no UTF-8 becomes question marks in boxes, as in Java.
                Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
                Encoding::Latin1 => bytes.iter().copied().map(char::from).collect(),
                Encoding::Ascii => bytes
                    .iter()
                    .map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' })
                    .collect(),
            }),
        };
        Ok(Schema::optional_string().with(value))
    }

    fn from_connect(
        &mut self,
        _: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        let start = out.len();
        match &data.value {
            Value::Null => return Ok(false),
            Value::String(text) => out.extend_from_slice(text.as_bytes()),
            // Writing to memory cannot fail.
            value => drop(write!(out, "{value}")),
        }
        if self.0 != Encoding::Utf8 {
            let most = if self.0 == Encoding::Ascii { 0x7f } else { 0xff };
            let text = String::from_utf8_lossy(&out[start..]).into_owned();
            out.truncate(start);
            let byte = |c: char| u8::try_from(u32::from(c)).ok().filter(|byte| *byte <= most);
            out.extend(text.chars().map(|c| byte(c).unwrap_or(b'?')));
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_pass_in_their_encoding() {
        let made = |encoding: &str| {
            let settings = BTreeMap::from([("converter.encoding".into(), encoding.into())]);
            make(&settings, Part::Value)
        };
        let rows: [(&str, &[u8], &str, &[u8]); 4] = [
            ("UTF-8", "é本".as_bytes(), "é本", "é本".as_bytes()),
            ("utf-8", b"\xff", "\u{fffd}", "\u{fffd}".as_bytes()),
            ("ISO-8859-1", b"\xe9", "é", b"\xe9"),
            ("US-ASCII", b"a\xe9", "a\u{fffd}", b"a?"),
        ];
        for (encoding, bytes, text, back) in rows {
            let mut converter = made(encoding).unwrap();
            let data = converter.to_connect("t", Some(bytes)).unwrap();
            assert_eq!(data.value, Value::from(text));
            let mut out = Vec::new();
            assert_eq!(converter.from_connect("t", &data, &mut out), Ok(true));
            assert_eq!(out, back);
        }
        assert!(made("EBCDIC").is_err());
        let mut converter = made("UTF-8").unwrap();
        let null = converter.to_connect("t", None).unwrap();
        assert_eq!(converter.from_connect("t", &null, &mut Vec::new()), Ok(false));
        let mut out = Vec::new();
        let number = Data::bare(Value::Float64(1e10));
        assert_eq!(converter.from_connect("t", &number, &mut out), Ok(true));
        assert_eq!(out, b"1.0E10");
    }
}
