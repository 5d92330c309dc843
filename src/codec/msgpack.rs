//! MessagePack as JSON, token by token: nothing is reserved for what a length claims.
//!
//! What JSON has no form for is an object with one member whose name begins with `$`:
//! `{"$bin": base64}`, `{"$ext": [type, base64]}`, `{"$float": "NaN"}`, `{"$str": base64}` for a
//! text that is not UTF-8, and `{"$map": [[key, value], …]}` for a map whose keys are not all
//! texts. Writing takes the same forms, and the shortest encoding of each number.

use std::collections::HashSet;

use data_encoding::BASE64;
use rmp::Marker;
use rmp::encode as put;
use serde_json::Value;

use super::json::write_string;
use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable};

/// How deep arrays and maps may stand in each other; JSON parsers end at 128.
const DEPTH_MAX: usize = 100;

/// One MessagePack value.
pub(super) struct Msgpack;

impl Codec for Msgpack {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let mut reader = Reader { bytes, at: 0 };
        let bad = |why| Undecodable { wanted: "MessagePack", why };
        reader.value(out, 0).map_err(bad)?;
        match bytes.len() - reader.at {
            0 => Ok(Kind::Json),
            more => Err(bad(format!("{more} bytes follow the value"))),
        }
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        _: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let bad = |why| Unencodable { wanted: "MessagePack", why };
        let value = serde_json::from_slice(text).map_err(|e| bad(e.to_string()))?;
        write(&value, out).map_err(|why| bad(why.to_owned()))?;
        Ok(None)
    }
}

/// Says whether bytes are one whole value.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut reader = Reader { bytes, at: 0 };
    reader.step_over().is_ok() && reader.at == bytes.len()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count);
        self.at += count.min(rest.len());
        taken.ok_or_else(|| format!("{count} bytes are wanted where {} remain", rest.len()))
    }

    /// An unsigned integer of so many bytes.
    fn number(&mut self, count: usize) -> Read<u64> {
        let bytes = self.take(count)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn length(&mut self, count: usize) -> Read<usize> {
        Ok(usize::try_from(self.number(count)?).unwrap_or(usize::MAX))
    }

    /// Appends one value as JSON.
    fn value(&mut self, out: &mut Vec<u8>, depth: usize) -> Read<()> {
        if depth > DEPTH_MAX {
            return Err(format!("it is nested deeper than {DEPTH_MAX}"));
        }
        let show = |out: &mut Vec<u8>, text: String| out.extend_from_slice(text.as_bytes());
        match Marker::from_u8(self.take(1)?[0]) {
            Marker::Null => out.extend_from_slice(b"null"),
            Marker::True => out.extend_from_slice(b"true"),
            Marker::False => out.extend_from_slice(b"false"),
            Marker::FixPos(number) => show(out, number.to_string()),
            Marker::FixNeg(number) => show(out, number.to_string()),
            Marker::U8 => show(out, self.number(1)?.to_string()),
            Marker::U16 => show(out, self.number(2)?.to_string()),
            Marker::U32 => show(out, self.number(4)?.to_string()),
            Marker::U64 => show(out, self.number(8)?.to_string()),
            Marker::I8 => show(out, (self.number(1)? as i8).to_string()),
            Marker::I16 => show(out, (self.number(2)? as i16).to_string()),
            Marker::I32 => show(out, (self.number(4)? as i32).to_string()),
            Marker::I64 => show(out, (self.number(8)? as i64).to_string()),
            Marker::F32 => {
                let float = f32::from_bits(self.number(4)? as u32);
                float_text(out, float.is_finite(), format!("{float:?}"));
            }
            Marker::F64 => {
                let float = f64::from_bits(self.number(8)?);
                float_text(out, float.is_finite(), format!("{float:?}"));
            }
            marker => return self.composed(marker, out, depth),
        }
        Ok(())
    }

    fn composed(&mut self, marker: Marker, out: &mut Vec<u8>, depth: usize) -> Read<()> {
        match marker {
            Marker::FixStr(length) => self.text(usize::from(length), out),
            Marker::Str8 => self.length(1).and_then(|length| self.text(length, out)),
            Marker::Str16 => self.length(2).and_then(|length| self.text(length, out)),
            Marker::Str32 => self.length(4).and_then(|length| self.text(length, out)),
            Marker::Bin8 => self.length(1).and_then(|length| self.binary("$bin", length, out)),
            Marker::Bin16 => self.length(2).and_then(|length| self.binary("$bin", length, out)),
            Marker::Bin32 => self.length(4).and_then(|length| self.binary("$bin", length, out)),
            Marker::FixArray(length) => self.array(usize::from(length), out, depth),
            Marker::Array16 => self.length(2).and_then(|length| self.array(length, out, depth)),
            Marker::Array32 => self.length(4).and_then(|length| self.array(length, out, depth)),
            Marker::FixMap(length) => self.map(usize::from(length), out, depth),
            Marker::Map16 => self.length(2).and_then(|length| self.map(length, out, depth)),
            Marker::Map32 => self.length(4).and_then(|length| self.map(length, out, depth)),
            Marker::FixExt1 => self.extension(1, out),
            Marker::FixExt2 => self.extension(2, out),
            Marker::FixExt4 => self.extension(4, out),
            Marker::FixExt8 => self.extension(8, out),
            Marker::FixExt16 => self.extension(16, out),
            Marker::Ext8 => self.length(1).and_then(|length| self.extension(length, out)),
            Marker::Ext16 => self.length(2).and_then(|length| self.extension(length, out)),
            Marker::Ext32 => self.length(4).and_then(|length| self.extension(length, out)),
            _ => Err("a value begins with the byte c1, which none may".to_owned()),
        }
    }

    fn text(&mut self, length: usize, out: &mut Vec<u8>) -> Read<()> {
        let bytes = self.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => write_string(text, out),
            Err(_) => tagged("$str", bytes, out),
        }
        Ok(())
    }

    fn binary(&mut self, tag: &str, length: usize, out: &mut Vec<u8>) -> Read<()> {
        tagged(tag, self.take(length)?, out);
        Ok(())
    }

    fn extension(&mut self, length: usize, out: &mut Vec<u8>) -> Read<()> {
        let kind = self.number(1)? as i8;
        let bytes = self.take(length)?;
        let text = format!("{{\"$ext\":[{kind},\"{}\"]}}", BASE64.encode(bytes));
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn array(&mut self, length: usize, out: &mut Vec<u8>, depth: usize) -> Read<()> {
        out.push(b'[');
        for i in 0..length {
            if i > 0 {
                out.push(b',');
            }
            self.value(out, depth + 1)?;
        }
        out.push(b']');
        Ok(())
    }

    /// A map whose keys are texts is an object.
    fn map(&mut self, length: usize, out: &mut Vec<u8>, depth: usize) -> Read<()> {
        let is_object = Reader { bytes: self.bytes, at: self.at }.has_text_keys(length)?;
        out.extend_from_slice(if is_object { b"{" } else { b"{\"$map\":[" });
        for i in 0..length {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(if is_object { b"" } else { b"[" });
            self.value(out, depth + 1)?;
            out.push(if is_object { b':' } else { b',' });
            self.value(out, depth + 1)?;
            out.extend_from_slice(if is_object { b"" } else { b"]" });
        }
        out.extend_from_slice(if is_object { b"}" } else { b"]}" });
        Ok(())
    }

    /// Looks ahead whether all keys are texts, each there once, that no form of ours begins with.
    /// What the keys lead to is stepped over, so that nesting costs no more than its depth.
    fn has_text_keys(&mut self, length: usize) -> Read<bool> {
        let mut names = HashSet::new();
        for _ in 0..length {
            let length = match Marker::from_u8(self.take(1)?[0]) {
                Marker::FixStr(length) => usize::from(length),
                Marker::Str8 => self.length(1)?,
                Marker::Str16 => self.length(2)?,
                Marker::Str32 => self.length(4)?,
                _ => return Ok(false),
            };
            let name = self.take(length)?;
            let is_text = std::str::from_utf8(name).is_ok();
            if !is_text || name.starts_with(b"$") || !names.insert(name) {
                return Ok(false);
            }
            self.step_over()?;
        }
        Ok(true)
    }

    /// Steps over one value with all that is in it.
    fn step_over(&mut self) -> Read<()> {
        let mut left = 1usize;
        while left > 0 {
            left -= 1;
            let (bytes, values) = match Marker::from_u8(self.take(1)?[0]) {
                Marker::U8 | Marker::I8 => (1, 0),
                Marker::U16 | Marker::I16 | Marker::FixExt1 => (2, 0),
                Marker::FixExt2 => (3, 0),
                Marker::U32 | Marker::I32 | Marker::F32 => (4, 0),
                Marker::FixExt4 => (5, 0),
                Marker::U64 | Marker::I64 | Marker::F64 => (8, 0),
                Marker::FixExt8 => (9, 0),
                Marker::FixExt16 => (17, 0),
                Marker::FixStr(length) => (usize::from(length), 0),
                Marker::Str8 | Marker::Bin8 => (self.length(1)?, 0),
                Marker::Str16 | Marker::Bin16 => (self.length(2)?, 0),
                Marker::Str32 | Marker::Bin32 => (self.length(4)?, 0),
                Marker::Ext8 => (self.length(1)?.saturating_add(1), 0),
                Marker::Ext16 => (self.length(2)?.saturating_add(1), 0),
                Marker::Ext32 => (self.length(4)?.saturating_add(1), 0),
                Marker::FixArray(length) => (0, usize::from(length)),
                Marker::Array16 => (0, self.length(2)?),
                Marker::Array32 => (0, self.length(4)?),
                Marker::FixMap(length) => (0, 2 * usize::from(length)),
                Marker::Map16 => (0, 2 * self.length(2)?),
                Marker::Map32 => (0, self.length(4)?.saturating_mul(2)),
                _ => (0, 0),
            };
            self.take(bytes)?;
            left = left.saturating_add(values);
        }
        Ok(())
    }
}

fn float_text(out: &mut Vec<u8>, is_finite: bool, text: String) {
    let text = if is_finite { text } else { format!("{{\"$float\":\"{text}\"}}") };
    out.extend_from_slice(text.as_bytes());
}

fn tagged(tag: &str, bytes: &[u8], out: &mut Vec<u8>) {
    let text = format!("{{\"{tag}\":\"{}\"}}", BASE64.encode(bytes));
    out.extend_from_slice(text.as_bytes());
}

const TOO_LONG: &str = "a part is longer than 4 GiB";

fn length_of(length: usize) -> Result<u32, &'static str> {
    u32::try_from(length).map_err(|_| TOO_LONG)
}

/// Appends a JSON value as MessagePack.
fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), &'static str> {
    // Writing into memory does not fail; the lengths are checked.
    let into_memory = |_| TOO_LONG;
    match value {
        Value::Null => put::write_nil(out).map_err(|_| TOO_LONG)?,
        Value::Bool(yes) => put::write_bool(out, *yes).map_err(|_| TOO_LONG)?,
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => drop(put::write_uint(out, number).map_err(into_memory)?),
            (_, Some(number), _) => drop(put::write_sint(out, number).map_err(into_memory)?),
            (.., float) => {
                put::write_f64(out, float.unwrap_or(f64::NAN)).map_err(into_memory)?;
            }
        },
        Value::String(text) => {
            length_of(text.len())?;
            put::write_str(out, text).map_err(into_memory)?;
        }
        Value::Array(items) => {
            put::write_array_len(out, length_of(items.len())?).map_err(into_memory)?;
            items.iter().try_for_each(|item| write(item, out))?;
        }
        Value::Object(members) => {
            let one = members.iter().next().filter(|_| members.len() == 1);
            if let Some((name, value)) = one.filter(|(name, _)| name.starts_with('$')) {
                return write_tagged(name, value, out);
            }
            put::write_map_len(out, length_of(members.len())?).map_err(into_memory)?;
            for (name, value) in members {
                put::write_str(out, name).map_err(into_memory)?;
                write(value, out)?;
            }
        }
    }
    Ok(())
}

/// Appends what JSON has no form for.
fn write_tagged(tag: &str, value: &Value, out: &mut Vec<u8>) -> Result<(), &'static str> {
    let into_memory = |_| TOO_LONG;
    let base64 = |value: &Value| {
        let text = value.as_str().unwrap_or("?");
        BASE64.decode(text.as_bytes()).map_err(|_| "base64 is wanted in `$bin`, `$str`, `$ext`")
    };
    match (tag, value) {
        ("$bin", value) => {
            let bytes = base64(value)?;
            length_of(bytes.len())?;
            put::write_bin(out, &bytes).map_err(into_memory)?;
        }
        ("$str", value) => {
            let bytes = base64(value)?;
            put::write_str_len(out, length_of(bytes.len())?).map_err(into_memory)?;
            out.extend_from_slice(&bytes);
        }
        ("$float", Value::String(text)) => {
            let float: f64 = text.parse().map_err(|_| "`$float` is no number")?;
            put::write_f64(out, float).map_err(into_memory)?;
        }
        ("$ext", Value::Array(both)) if both.len() == 2 => {
            let kind = both[0].as_i64().and_then(|kind| i8::try_from(kind).ok());
            let kind = kind.ok_or("the type in `$ext` is a number from -128 to 127")?;
            let bytes = base64(&both[1])?;
            put::write_ext_meta(out, length_of(bytes.len())?, kind).map_err(into_memory)?;
            out.extend_from_slice(&bytes);
        }
        ("$map", Value::Array(pairs)) => {
            put::write_map_len(out, length_of(pairs.len())?).map_err(into_memory)?;
            for pair in pairs {
                let both = pair.as_array().filter(|both| both.len() == 2);
                let both = both.ok_or("`$map` is a list of pairs")?;
                both.iter().try_for_each(|item| write(item, out))?;
            }
        }
        _ => return Err("an object whose one name begins with `$` is none of the known forms"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decoded, encoded};
    use super::*;

    #[test]
    fn what_json_has_no_form_for_has_one_of_ours() {
        for (bytes, want) in [
            (&b"\xc4\x02\x00\xff"[..], "{\"$bin\":\"AP8=\"}"),
            (b"\xd4\xff\x07", "{\"$ext\":[-1,\"Bw==\"]}"),
            (b"\xa1\xff", "{\"$str\":\"/w==\"}"),
            (b"\xcb\x7f\xf0\0\0\0\0\0\0", "{\"$float\":\"inf\"}"),
            (b"\x82\x01\xc3\x02\xc2", "{\"$map\":[[1,true],[2,false]]}"),
            (b"\x82\xa1a\x01\xa1a\x02", "{\"$map\":[[\"a\",1],[\"a\",2]]}"),
            (b"\x81\xa4$bin\x01", "{\"$map\":[[\"$bin\",1]]}"),
            (
                b"\x93\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xa2\xc3\xa4",
                "[18446744073709551615,-1,\"\u{e4}\"]",
            ),
        ] {
            assert_eq!(decoded("msgpack", bytes), Ok((Kind::Json, want.to_owned())));
            assert_eq!(encoded("msgpack", want, Kind::Json).unwrap(), bytes, "{want}");
        }
    }

    #[test]
    fn depth_is_bounded_and_lengths_are_not_believed() {
        let deep = [vec![0x91; 2 * DEPTH_MAX], vec![0]].concat();
        assert!(decoded("msgpack", &deep).unwrap_err().why.contains("deeper"));
        for claims in [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"] {
            assert!(decoded("msgpack", claims).is_err());
        }
        // Maps that are looked ahead into, in each other, as values and as keys: a moment's work.
        let (entry, end) = (b"\x82\xa1a".as_slice(), b"\x01\xc0".as_slice());
        let maps = [entry.repeat(DEPTH_MAX), vec![0xc0], end.repeat(DEPTH_MAX)].concat();
        assert!(decoded("msgpack", &maps).is_ok());
        let keys = [vec![0x81; DEPTH_MAX], vec![0xc0; DEPTH_MAX + 1]].concat();
        assert!(decoded("msgpack", &keys).is_ok());
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut state = 7u64;
        for _ in 0..20_000 {
            let mut bytes = Vec::new();
            for _ in 0..state % 24 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                bytes.push((state >> 33) as u8);
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if let Ok((_, text)) = decoded("msgpack", &bytes) {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
        }
    }
}
