//! Formats of plain text: bytes as they are, UTF-8, hexadecimal, base64, a UUID, true or false.

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};

use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable, plain};

/// Bytes as they are.
pub(super) struct Bytes;

impl Codec for Bytes {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        out.extend_from_slice(bytes);
        Ok(Kind::Bytes)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        out.extend_from_slice(&plain(text, kind, "bytes")?);
        Ok(None)
    }
}

/// UTF-8.
pub(super) struct Utf8;

impl Codec for Utf8 {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        if let Err(e) = std::str::from_utf8(bytes) {
            let why = format!("the bytes from {} on are not UTF-8", e.valid_up_to());
            return Err(Undecodable { wanted: "a string", why });
        }
        out.extend_from_slice(bytes);
        Ok(Kind::Text)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = "a string";
        let text = plain(text, kind, wanted)?;
        if let Err(e) = std::str::from_utf8(&text) {
            let why = format!("the bytes from {} on are not UTF-8", e.valid_up_to());
            return Err(Unencodable { wanted, why });
        }
        out.extend_from_slice(&text);
        Ok(None)
    }
}

/// Two hexadecimal digits a byte; either case is read.
pub(super) struct Hex;

impl Codec for Hex {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let at = out.len();
        out.resize(at + HEXLOWER.encode_len(bytes.len()), 0);
        HEXLOWER.encode_mut(bytes, &mut out[at..]);
        Ok(Kind::Text)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = "hexadecimal";
        let text = plain(text, kind, wanted)?;
        let bytes = HEXLOWER_PERMISSIVE.decode(&text);
        out.extend(bytes.map_err(|e| Unencodable { wanted, why: e.to_string() })?);
        Ok(None)
    }
}

/// Standard base64 with padding.
pub(super) struct Base64;

impl Codec for Base64 {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let at = out.len();
        out.resize(at + BASE64.encode_len(bytes.len()), 0);
        BASE64.encode_mut(bytes, &mut out[at..]);
        Ok(Kind::Text)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = "base64";
        let text = plain(text, kind, wanted)?;
        let bytes = BASE64.decode(&text);
        out.extend(bytes.map_err(|e| Unencodable { wanted, why: e.to_string() })?);
        Ok(None)
    }
}

/// A UUID's text, as Kafka's `UUIDSerializer` writes it: 36 characters, in lower case.
pub(super) struct Uuid;

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

impl Codec for Uuid {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        if !is_uuid(bytes) {
            let why = "it is not 36 characters of the form 8-4-4-4-12".to_owned();
            return Err(Undecodable { wanted: "a UUID", why });
        }
        out.extend_from_slice(bytes);
        Ok(Kind::Text)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = "a UUID";
        let text = plain(text, kind, wanted)?;
        if !is_uuid(&text) {
            let why = "it is not 36 characters of the form 8-4-4-4-12".to_owned();
            return Err(Unencodable { wanted, why });
        }
        out.extend(text.to_ascii_lowercase());
        Ok(None)
    }
}

/// One byte: 0 is false, 1 is true.
pub(super) struct Boolean;

impl Codec for Boolean {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let text: &[u8] = match bytes {
            [0] => b"false",
            [1] => b"true",
            _ => {
                let why = "it is not one byte, 0 or 1".to_owned();
                return Err(Undecodable { wanted: "a boolean", why });
            }
        };
        out.extend_from_slice(text);
        Ok(Kind::Json)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = "a boolean";
        out.push(match plain(text, kind, wanted)?.as_slice() {
            b"false" => 0,
            b"true" => 1,
            _ => {
                let why = "it is neither `true` nor `false`".to_owned();
                return Err(Unencodable { wanted, why });
            }
        });
        Ok(None)
    }
}
