//! JSON as text: checked, put on one line, and otherwise left as it was written, so that no
//! digit of a number is lost.

use serde::de::IgnoredAny;

use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};

/// One JSON value.
pub(super) struct Json;

impl Codec for Json {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        match check(bytes) {
            Ok(()) => {
                write_compact(bytes, out);
                Ok(Kind::Json)
            }
            Err(why) => Err(Undecodable { wanted: "JSON", why }),
        }
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        _: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        check(text).map_err(|why| Unencodable { wanted: "JSON", why })?;
        out.extend_from_slice(text);
        Ok(None)
    }
}

/// Says why bytes are not one JSON value in UTF-8.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|e| format!("the bytes from {} on are not UTF-8", e.valid_up_to()))?;
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|e| e.to_string())
}

/// Appends JSON without the blanks and line breaks between its tokens.
pub fn write_compact(json: &[u8], out: &mut Vec<u8>) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    if !json.iter().any(is_blank) {
        out.extend_from_slice(json);
        return;
    }
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in json {
        if in_string {
            out.push(*byte);
            (in_string, is_escaped) = match byte {
                _ if is_escaped => (true, false),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (true, false),
            };
        } else if !is_blank(byte) {
            out.push(*byte);
            in_string = *byte == b'"';
        }
    }
}

/// Appends text as a JSON string. Runs of bytes that stand for themselves are copied whole.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (i, byte) in bytes.iter().copied().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[copied..i]);
        copied = i + 1;
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_between_tokens_go() {
        for (json, want) in [
            ("{ \"a b\" : [ 1 ,\n\t2 ] }", "{\"a b\":[1,2]}"),
            (r#"["\" ", "\\" , " x"]"#, r#"["\" ","\\"," x"]"#),
            ("\r\n1.50 ", "1.50"),
            ("\"a\"", "\"a\""),
        ] {
            let mut out = Vec::new();
            write_compact(json.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), want);
        }
    }

    #[test]
    fn every_character_is_read_back_by_another_parser() {
        let text: String = (0..0x300).filter_map(char::from_u32).chain(['\u{1f600}']).collect();
        let mut out = Vec::new();
        write_string(&text, &mut out);
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        assert!(!out.contains(&b'\n'));
    }
}
