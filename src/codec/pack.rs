//! Pack strings, as kcat's `-s` has them: numbers and texts that stand after each other.
//!
//! `b B h H i I q Q` are integers of 1, 2, 4 and 8 bytes, the small letters signed; `c` is a
//! character of one byte; `s` is all the rest, as text; `<` and `>` change to little-endian and
//! back to big-endian; a blank prints a blank; `$` at the end says that nothing may follow.
//! Without `$`, what follows is not looked at, as in kcat.

use std::fmt;
use std::str::FromStr;

use super::number::Number;
use super::{Codec, ExtraHeader, Kind, Place, Undecodable, Unencodable, plain};

const WANTED: &str = "packed";

/// What stands in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Number(Number),
    Char,
    Rest,
    Blank,
    End,
}

/// A layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    text: String,
    items: Vec<Item>,
}

/// A layout cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPack {
    #[error("`{0}` is none of b B h H i I q Q c s $ < > and blank")]
    Letter(char),
    #[error("nothing may follow `{0}`")]
    NotLast(char),
    #[error("it is empty")]
    Empty,
}

impl FromStr for Pack {
    type Err = BadPack;

    fn from_str(text: &str) -> Result<Self, BadPack> {
        let mut items = Vec::new();
        let mut is_little = false;
        for letter in text.chars() {
            match items.last() {
                Some(Item::End) => return Err(BadPack::NotLast('$')),
                Some(Item::Rest) if letter != '$' => return Err(BadPack::NotLast('s')),
                _ => {}
            }
            let bytes = match letter.to_ascii_lowercase() {
                'b' => 1,
                'h' => 2,
                'i' => 4,
                'q' => 8,
                _ => 0,
            };
            items.push(match letter {
                '<' | '>' => {
                    is_little = letter == '<';
                    continue;
                }
                ' ' => Item::Blank,
                'c' => Item::Char,
                's' => Item::Rest,
                '$' => Item::End,
                _ if bytes == 0 => return Err(BadPack::Letter(letter)),
                _ => Item::Number(Number::integer(bytes, letter.is_lowercase(), is_little)),
            });
        }
        match items.is_empty() {
            true => Err(BadPack::Empty),
            false => Ok(Pack { text: text.to_owned(), items }),
        }
    }
}

impl fmt::Display for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Codec for Pack {
    fn decode(&self, _: &Place, bytes: &[u8], out: &mut Vec<u8>) -> Result<Kind, Undecodable> {
        let mut rest = bytes;
        let from = out.len();
        let mut take = |count: usize| {
            let all = rest;
            let (taken, left) = all.split_at_checked(count).ok_or_else(|| Undecodable {
                wanted: WANTED,
                why: format!("{count} bytes are wanted where {} remain", all.len()),
            })?;
            rest = left;
            Ok::<&[u8], Undecodable>(taken)
        };
        for item in &self.items {
            match item {
                Item::Blank => out.push(b' '),
                Item::Char => out.extend_from_slice(take(1)?),
                Item::Number(number) => {
                    number.read(take(number.width())?, out)?;
                }
                Item::Rest => {
                    out.extend_from_slice(rest);
                    rest = &[];
                    // The closure's borrow ends with the last item that takes.
                    break;
                }
                Item::End => {}
            }
        }
        if self.items.contains(&Item::End) && !rest.is_empty() {
            let why = format!("the end is wanted where {} bytes remain", rest.len());
            return Err(Undecodable { wanted: WANTED, why });
        }
        Ok(match std::str::from_utf8(&out[from..]) {
            Ok(_) => Kind::Text,
            Err(_) => Kind::Bytes,
        })
    }

    fn encode(
        &self,
        _: &Place,
        text: &[u8],
        kind: Kind,
        out: &mut Vec<u8>,
    ) -> Result<Option<ExtraHeader>, Unencodable> {
        let text = plain(text, kind, WANTED)?;
        let bad = |why: &str| Unencodable { wanted: WANTED, why: why.to_owned() };
        let mut rest = text.as_slice();
        for (at, item) in self.items.iter().enumerate() {
            match item {
                Item::Blank => {
                    rest = rest.strip_prefix(b" ").ok_or_else(|| bad("a blank is missing"))?;
                }
                Item::Char => {
                    let (byte, left) =
                        rest.split_first().ok_or_else(|| bad("a character is missing"))?;
                    out.push(*byte);
                    rest = left;
                }
                Item::Number(number) => {
                    if !matches!(self.items.get(at + 1), None | Some(Item::Blank | Item::End)) {
                        return Err(bad("no blank ends a number in this layout"));
                    }
                    let end = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
                    let digits = std::str::from_utf8(&rest[..end]).unwrap_or("?");
                    number.write(digits, out)?;
                    rest = &rest[end..];
                }
                Item::Rest => out.extend_from_slice(std::mem::take(&mut rest)),
                Item::End => {}
            }
        }
        match rest.is_empty() {
            true => Ok(None),
            false => Err(bad("there is more text than the layout has")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::PLACE;
    use super::*;

    #[test]
    fn layouts_are_read_as_kcat_reads_them() {
        let decode = |layout: &str, bytes: &[u8]| {
            let mut out = Vec::new();
            let pack: Pack = layout.parse().unwrap();
            pack.decode(&PLACE, bytes, &mut out).map(|_| String::from_utf8_lossy(&out).into_owned())
        };
        for (layout, bytes, want) in [
            ("bB", &b"\xff\xff"[..], "-1255"),
            ("h H", b"\xff\xfe\x00\x02", "-2 2"),
            ("<h>h", b"\x01\x00\x00\x01", "11"),
            ("i c s", b"\0\0\0\x05xrest", "5 x rest"),
            ("q$", b"\0\0\0\0\0\0\0\x09", "9"),
            ("b", b"\x01and more", "1"),
            ("s$", b"", ""),
        ] {
            assert_eq!(decode(layout, bytes).as_deref(), Ok(want), "{layout}");
        }
        let short = decode("i", b"12").unwrap_err().to_string();
        assert_eq!(short, "not packed: 4 bytes are wanted where 2 remain");
        let long = decode("b$", b"1234").unwrap_err().to_string();
        assert_eq!(long, "not packed: the end is wanted where 3 bytes remain");
    }

    #[test]
    fn a_layout_that_makes_no_sense_is_refused() {
        for (layout, bad) in [
            ("", BadPack::Empty),
            ("<", BadPack::Empty),
            ("z", BadPack::Letter('z')),
            ("$b", BadPack::NotLast('$')),
            ("sb", BadPack::NotLast('s')),
        ] {
            assert_eq!(layout.parse::<Pack>(), Err(bad));
        }
    }

    #[test]
    fn only_layouts_whose_numbers_end_are_written() {
        let encode = |layout: &str, text: &str| {
            let mut out = Vec::new();
            let pack: Pack = layout.parse().unwrap();
            pack.encode(&PLACE, text.as_bytes(), Kind::Text, &mut out).map(|_| out)
        };
        assert_eq!(encode("<h c s$", "-2 x a b").unwrap(), b"\xfe\xffxa b");
        for (layout, text) in [("bb", "11"), ("b b", "1"), ("b", "1 2"), ("c", ""), ("is", "7a")] {
            assert!(encode(layout, text).is_err(), "{layout} {text}");
        }
    }
}
