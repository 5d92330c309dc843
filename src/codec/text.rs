//! Formats of plain text: bytes as they are, UTF-8, hexadecimal, base64, a UUID, true or false.

use data_encoding::{BASE64, Encoding, HEXLOWER, HEXLOWER_PERMISSIVE};

use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable, plain};

/// A format whose text does not depend on where it stands.
pub(super) struct Text {
    /// What bytes are taken for.
    wanted: &'static str,
    /// Appends the text of bytes, or says why they have none.
    decode: fn(&[u8], &mut Vec<u8>) -> Result<Kind, String>,
    /// Appends the bytes of a text, or says why it has none.
    encode: fn(&[u8], &mut Vec<u8>) -> Result<(), String>,
}

impl Codec for Text {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        (self.decode)(bytes, out).map_err(|why| Undecodable { wanted: self.wanted, why })
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let wanted = self.wanted;
        let text = plain(text, kind, wanted)?;
        (self.encode)(&text, out).map_err(|why| Unencodable { wanted, why })?;
        Ok(None)
    }
}

/// Bytes as they are.
pub(super) const BYTES: Text = Text {
    wanted: "bytes",
    decode: |bytes, out| {
        out.extend_from_slice(bytes);
        Ok(Kind::Bytes)
    },
    encode: |text, out| {
        out.extend_from_slice(text);
        Ok(())
    },
};

pub(super) const UTF8: Text = Text {
    wanted: "a string",
    decode: |bytes, out| copy_utf8(bytes, out).map(|()| Kind::Text),
    encode: copy_utf8,
};

/// Two hexadecimal digits a byte; either case is read.
pub(super) const HEX: Text = Text {
    wanted: "hexadecimal",
    decode: |bytes, out| Ok(encode_as(&HEXLOWER, bytes, out)),
    encode: |text, out| decode_as(&HEXLOWER_PERMISSIVE, text, out),
};

/// Standard base64 with padding.
pub(super) const BASE_64: Text = Text {
    wanted: "base64",
    decode: |bytes, out| Ok(encode_as(&BASE64, bytes, out)),
    encode: |text, out| decode_as(&BASE64, text, out),
};

/// A UUID's text, as Kafka's `UUIDSerializer` writes it: 36 characters, in lower case.
pub(super) const UUID: Text = Text {
    wanted: "a UUID",
    decode: |bytes, out| {
        check_uuid(bytes)?;
        out.extend_from_slice(bytes);
        Ok(Kind::Text)
    },
    encode: |text, out| {
        check_uuid(text)?;
        out.extend(text.to_ascii_lowercase());
        Ok(())
    },
};

/// One byte: 0 is false, 1 is true.
pub(super) const BOOLEAN: Text = Text {
    wanted: "a boolean",
    decode: |bytes, out| {
        let text: &[u8] = match bytes {
            [0] => b"false",
            [1] => b"true",
            _ => return Err("it is not one byte, 0 or 1".to_owned()),
        };
        out.extend_from_slice(text);
        Ok(Kind::Json)
    },
    encode: |text, out| {
        out.push(match text {
            b"false" => 0,
            b"true" => 1,
            _ => return Err("it is neither `true` nor `false`".to_owned()),
        });
        Ok(())
    },
};

fn copy_utf8(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    if let Err(e) = std::str::from_utf8(bytes) {
        return Err(format!("the bytes from {} on are not UTF-8", e.valid_up_to()));
    }
    out.extend_from_slice(bytes);
    Ok(())
}

fn encode_as(encoding: &Encoding, bytes: &[u8], out: &mut Vec<u8>) -> Kind {
    let at = out.len();
    out.resize(at + encoding.encode_len(bytes.len()), 0);
    encoding.encode_mut(bytes, &mut out[at..]);
    Kind::Text
}

fn decode_as(encoding: &Encoding, text: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    out.extend(encoding.decode(text).map_err(|e| e.to_string())?);
    Ok(())
}

fn check_uuid(text: &[u8]) -> Result<(), String> {
    let is_right = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    match text.len() == 36 && text.iter().enumerate().all(is_right) {
        true => Ok(()),
        false => Err("it is not 36 characters of the form 8-4-4-4-12".to_owned()),
    }
}
