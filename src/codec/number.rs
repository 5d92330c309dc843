//! Integers and floats of a fixed width. Big-endian is Kafka's own; little-endian on request.

use std::fmt;

use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable, plain};

/// What the bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Signed,
    Unsigned,
    Float,
}

/// A number of a fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// How many bytes: 1, 2, 4 or 8; 4 or 8 for floats.
    bytes: u8,
    sort: Sort,
    is_little: bool,
}

/// Names of Kafka's serializers, and what they are.
const KAFKAS: &[(&str, &str)] = &[
    ("byte", "i8"),
    ("short", "i16"),
    ("int", "i32"),
    ("integer", "i32"),
    ("long", "i64"),
    ("float", "f32"),
    ("double", "f64"),
];

impl Number {
    /// Reads a name: `int`, `u16`, `f64le`.
    pub fn of_name(name: &str) -> Option<Self> {
        let kafkas = KAFKAS.iter().find(|(known, _)| *known == name);
        let name = kafkas.map_or(name, |(_, plain)| plain);
        let (name, is_little) = match name.strip_suffix("le") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (sort, bits) = match name.split_at_checked(1)? {
            ("i", bits) => (Sort::Signed, bits),
            ("u", bits) => (Sort::Unsigned, bits),
            ("f", bits @ ("32" | "64")) => (Sort::Float, bits),
            _ => return None,
        };
        let bytes = match bits {
            "8" => 1,
            "16" => 2,
            "32" => 4,
            "64" => 8,
            _ => return None,
        };
        Some(Number { bytes, sort, is_little })
    }

    /// An integer of so many bytes: 1, 2, 4 or 8.
    pub(super) fn integer(bytes: u8, is_signed: bool, is_little: bool) -> Self {
        let sort = if is_signed { Sort::Signed } else { Sort::Unsigned };
        Number { bytes, sort, is_little }
    }

    /// How many bytes a number takes.
    pub fn width(self) -> usize {
        usize::from(self.bytes)
    }

    /// What it is called in an error.
    fn wanted(self) -> &'static str {
        match (self.sort, self.bytes) {
            (Sort::Signed, 1) => "a byte",
            (Sort::Signed, 2) => "a short",
            (Sort::Signed, 4) => "an int",
            (Sort::Signed, _) => "a long",
            (Sort::Unsigned, 1) => "a u8",
            (Sort::Unsigned, 2) => "a u16",
            (Sort::Unsigned, 4) => "a u32",
            (Sort::Unsigned, _) => "a u64",
            (Sort::Float, 4) => "a float",
            (Sort::Float, _) => "a double",
        }
    }

    /// Appends the number that the bytes are, which must be exactly its own.
    pub(super) fn read(self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        if bytes.len() != self.width() {
            let why = format!("it is {} bytes long, not {}", bytes.len(), self.bytes);
            return Err(Undecodable { wanted: self.wanted(), why });
        }
        let mut wide = [0; 8];
        let at = 8 - bytes.len();
        wide[at..].copy_from_slice(bytes);
        if self.is_little {
            wide[at..].reverse();
        }
        let bits = u64::from_be_bytes(wide);
        let text = match self.sort {
            Sort::Unsigned => bits.to_string(),
            Sort::Signed => {
                let unused = 64 - 8 * u32::from(self.bytes);
                (((bits << unused) as i64) >> unused).to_string()
            }
            Sort::Float => return Ok(self.read_float(bits, out)),
        };
        out.extend_from_slice(text.as_bytes());
        Ok(Kind::Json)
    }

    fn read_float(self, bits: u64, out: &mut Vec<u8>) -> Kind {
        let single = f32::from_bits(bits as u32);
        let double = f64::from_bits(bits);
        let (is_nan, is_usual, is_finite) = match self.bytes {
            4 => (single.is_nan(), bits as u32 == f32::NAN.to_bits(), single.is_finite()),
            _ => (double.is_nan(), bits == f64::NAN.to_bits(), double.is_finite()),
        };
        let width = 2 * self.width();
        let text = match (is_nan, is_usual, is_finite) {
            (true, true, _) => "NaN".to_owned(),
            // Which of the many it is, is kept.
            (true, false, _) => format!("NaN:{bits:0width$x}"),
            (_, _, false) if double.is_sign_negative() || single.is_sign_negative() => {
                "-Infinity".to_owned()
            }
            (_, _, false) => "Infinity".to_owned(),
            _ if self.bytes == 4 => format!("{single:?}"),
            _ => format!("{double:?}"),
        };
        out.extend_from_slice(text.as_bytes());
        if is_finite { Kind::Json } else { Kind::Text }
    }

    /// Appends the bytes of a number that is written as text.
    pub(super) fn write(self, text: &str, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let bad = |why: &str| Unencodable {
            wanted: self.wanted(),
            why: format!("`{}` {why}", text.escape_debug()),
        };
        let text = text.trim();
        let bits = match self.sort {
            Sort::Float => self.write_float(text).ok_or_else(|| bad("is no number"))?,
            sort => {
                let number: i128 = text.parse().map_err(|_| bad("is no integer"))?;
                let bits = 8 * u32::from(self.bytes);
                let (least, most) = match sort {
                    Sort::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
                    _ => (0, (1i128 << bits) - 1),
                };
                if !(least..=most).contains(&number) {
                    return Err(bad("is out of range"));
                }
                number as u64
            }
        };
        let mut bytes = bits.to_be_bytes();
        let own = &mut bytes[8 - self.width()..];
        if self.is_little {
            own.reverse();
        }
        out.extend_from_slice(own);
        Ok(())
    }

    fn write_float(self, text: &str) -> Option<u64> {
        if let Some(hex) = text.strip_prefix("NaN:") {
            return (hex.len() == 2 * self.width())
                .then(|| u64::from_str_radix(hex, 16).ok())
                .flatten();
        }
        match self.bytes {
            4 => text.parse::<f32>().ok().map(|float| u64::from(float.to_bits())),
            _ => text.parse::<f64>().ok().map(f64::to_bits),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = match self.sort {
            Sort::Signed => 'i',
            Sort::Unsigned => 'u',
            Sort::Float => 'f',
        };
        let plain = format!("{sort}{}{}", 8 * self.bytes, if self.is_little { "le" } else { "" });
        let kafkas = KAFKAS.iter().find(|(_, known)| *known == plain);
        f.write_str(kafkas.map_or(plain.as_str(), |(name, _)| name))
    }
}

impl Codec for Number {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        self.read(bytes, out)
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let plain = plain(text, kind, self.wanted())?;
        let text = std::str::from_utf8(&plain);
        let text = text.map_err(|_| Unencodable {
            wanted: self.wanted(),
            why: "it is not UTF-8".to_owned(),
        })?;
        self.write(text, out)?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_bits_comes_back() {
        let mut state = 1u64;
        for name in ["i8", "u8", "i16le", "u16", "i32", "u32le", "i64", "u64le", "f32", "f64le"] {
            let number = Number::of_name(name).unwrap();
            for _ in 0..500 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Of floats, every other is one of the odd ones.
                let bits = if state & 1024 == 0 { state | 0x7ff0_0000_7f80_0000 } else { state };
                let bytes = &bits.to_be_bytes()[..number.width()];
                let (mut text, mut again) = (Vec::new(), Vec::new());
                number.read(bytes, &mut text).unwrap();
                let text = String::from_utf8(text).unwrap();
                number.write(&text, &mut again).unwrap();
                assert_eq!(again, bytes, "{name} {text}");
            }
        }
    }
}
