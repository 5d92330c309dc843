//! Valid bytes of any message in any version, made from its table alone: the encoder under test
//! has no part in it.

use rk::wire::schema::{Field, MessageTable, StructTable, Type};

use super::digest::default_of;
use crate::kit::rng::Rng;

/// A message's bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    /// As a peer may send them: with tags that nobody knows, and defaults where none are needed.
    pub(crate) sent: Vec<u8>,
    /// As they are written again: without either.
    pub(crate) rewritten: Vec<u8>,
    /// Where in `sent` the lengths and counts stand.
    pub(crate) lengths: Vec<Length>,
}

/// A length or a count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(crate) at: usize,
    /// How many bytes it takes.
    pub(crate) width: usize,
    pub(crate) is_varint: bool,
}

impl Made {
    fn put(&mut self, bytes: &[u8]) {
        self.sent.extend_from_slice(bytes);
        self.rewritten.extend_from_slice(bytes);
    }

    fn append(&mut self, other: Made) {
        let at = self.sent.len();
        let moved = other.lengths.iter().map(|length| Length { at: at + length.at, ..*length });
        self.lengths.extend(moved);
        self.sent.extend_from_slice(&other.sent);
        self.rewritten.extend_from_slice(&other.rewritten);
    }

    /// Returns the message with one of its lengths changed: to as much as can be said there.
    pub(crate) fn with_lie(&self, length: Length) -> Vec<u8> {
        let lie: &[u8] = match length {
            Length { is_varint: true, .. } => &[0xff, 0xff, 0xff, 0xff, 0x07],
            Length { width: 2, .. } => &[0x7f, 0xff],
            _ => &[0x7f, 0xff, 0xff, 0xff],
        };
        let (head, tail) = (&self.sent[..length.at], &self.sent[length.at + length.width..]);
        [head, lie, tail].concat()
    }
}

/// Returns the varint of a number.
pub(crate) fn uvarint(mut value: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// Makes a message with random values.
pub(crate) fn random(table: &MessageTable, version: i16, rng: &mut Rng) -> Made {
    maker(table, version, Some(rng)).structure(table.root)
}

/// Makes a message in which every field has its default, or nothing where that cannot be: a
/// field whose default is null, in a version that knows no null.
pub(crate) fn defaults(table: &MessageTable, version: i16) -> Option<Made> {
    let mut maker = maker(table, version, None);
    let made = maker.structure(table.root);
    (!maker.has_bad_null).then_some(made)
}

fn maker<'a>(table: &MessageTable, version: i16, rng: Option<&'a mut Rng>) -> Maker<'a> {
    let flexible = table.flexible.contains(version);
    Maker { elements: 0, version, flexible, rng, has_bad_null: false }
}

/// How many elements all arrays of a message have together.
const ELEMENTS_MAX: usize = 300;

/// Makes values: random ones, or defaults where there is no generator.
struct Maker<'a> {
    elements: usize,
    version: i16,
    flexible: bool,
    rng: Option<&'a mut Rng>,
    has_bad_null: bool,
}

impl Maker<'_> {
    fn structure(&mut self, table: &StructTable) -> Made {
        let mut out = Made::default();
        let mut tagged: Vec<(u32, &Field)> = Vec::new();
        for field in table.fields {
            match field.tag {
                Some((tag, versions)) if versions.contains(self.version) => {
                    tagged.push((tag, field));
                }
                _ if field.versions.contains(self.version) => out.append(self.field(field)),
                _ => {}
            }
        }
        if self.flexible {
            tagged.sort_by_key(|(tag, _)| *tag);
            self.tags(&tagged, &mut out);
        }
        out
    }

    fn field(&mut self, field: &Field) -> Made {
        let nullable = field.nullable.contains(self.version);
        match &mut self.rng {
            None => self.default(field),
            Some(rng) => match nullable && rng.one_in(4) {
                true => self.null(&field.ty),
                false => self.value(&field.ty, nullable),
            },
        }
    }

    fn tags(&mut self, known: &[(u32, &Field)], out: &mut Made) {
        let Some(rng) = &mut self.rng else { return out.put(&[0]) };
        let known: Vec<_> = known.iter().filter(|_| !rng.one_in(3)).copied().collect();
        let unknown = if rng.one_in(3) { rng.below(3) } else { 0 };
        let (mut sent, mut kept) = (Made::default(), 0);
        for (tag, field) in &known {
            let mut value = self.field(field);
            if value.sent == [0xff] && matches!(field.ty, Type::Struct(_)) {
                // Behind a tag no structure is an unsigned 0.
                (value.sent, value.rewritten) = (vec![0], vec![0]);
            }
            let default = Maker { rng: None, ..*self }.default(field);
            let head = |bytes: &[u8]| [uvarint(*tag as usize), uvarint(bytes.len())].concat();
            let before = sent.rewritten.len();
            let (sent_head, kept_head) = (head(&value.sent), head(&value.rewritten));
            sent.sent.extend_from_slice(&sent_head);
            sent.rewritten.extend_from_slice(&kept_head);
            let is_default = value.rewritten == default.rewritten;
            sent.append(value);
            if is_default {
                sent.rewritten.truncate(before);
            } else {
                kept += 1;
            }
        }
        let rng = self.rng.as_mut().unwrap();
        let mut tag = known.last().map_or(20, |(tag, _)| tag + 20);
        for _ in 0..unknown {
            tag += 1 + u32::try_from(rng.below(1000)).unwrap();
            let bytes = {
                let n = rng.below(20);
                rng.bytes(n)
            };
            sent.sent.extend([uvarint(tag as usize), uvarint(bytes.len()), bytes].concat());
        }
        let count = uvarint(known.len() + unknown);
        out.lengths.push(Length { at: out.sent.len(), width: count.len(), is_varint: true });
        let at = out.sent.len() + count.len();
        out.lengths.extend(sent.lengths.iter().map(|l| Length { at: at + l.at, ..*l }));
        out.sent.extend([count, sent.sent].concat());
        out.rewritten.extend([uvarint(kept), sent.rewritten].concat());
    }

    fn length(&self, ty: &Type, length: Option<usize>) -> Made {
        let mut out = Made::default();
        let bytes = match (self.flexible, ty, length) {
            (true, _, length) => uvarint(length.map_or(0, |n| n + 1)),
            (false, Type::String, length) => {
                length.map_or(-1, |n| i16::try_from(n).unwrap()).to_be_bytes().to_vec()
            }
            (false, _, length) => {
                length.map_or(-1, |n| i32::try_from(n).unwrap()).to_be_bytes().to_vec()
            }
        };
        out.lengths.push(Length { at: 0, width: bytes.len(), is_varint: self.flexible });
        out.put(&bytes);
        out
    }

    fn null(&self, ty: &Type) -> Made {
        match ty {
            Type::Struct(_) => {
                let mut out = Made::default();
                out.put(&[0xff]);
                out
            }
            _ => self.length(ty, None),
        }
    }

    fn value(&mut self, ty: &Type, nullable: bool) -> Made {
        let rng = self.rng.as_mut().unwrap();
        let mut out = Made::default();
        match ty {
            Type::Bool => {
                let byte = *rng.pick(&[0, 0, 1, 1, 0x80]);
                out.sent.push(byte);
                out.rewritten.push(u8::from(byte != 0));
            }
            Type::Int8 => out.put(&rng.int(8).to_be_bytes()[7..]),
            Type::Int16 | Type::Uint16 => out.put(&rng.int(16).to_be_bytes()[6..]),
            Type::Int32 | Type::Uint32 => out.put(&rng.int(32).to_be_bytes()[4..]),
            Type::Int64 => out.put(&rng.int(64).to_be_bytes()),
            Type::Float64 => out.put(&(rng.int(32) as f64 / 3.0).to_be_bytes()),
            Type::Uuid if rng.one_in(4) => out.put(&[0; 16]),
            Type::Uuid => out.put(&rng.bytes(16)),
            Type::String => {
                let text = if rng.one_in(20) { rng.text(300) } else { rng.text(8) };
                out = self.length(ty, Some(text.len()));
                out.put(text.as_bytes());
            }
            Type::Bytes | Type::Records => {
                let length = if rng.one_in(20) { rng.below(3000) } else { rng.below(10) };
                let bytes = rng.bytes(length);
                out = self.length(ty, Some(bytes.len()));
                out.put(&bytes);
            }
            Type::Array(item) => {
                let count = if rng.one_in(50) { rng.below(200) } else { rng.below(4) };
                let count = count.min(ELEMENTS_MAX - self.elements);
                self.elements += count;
                out = self.length(ty, Some(count));
                (0..count).for_each(|_| out.append(self.value(item, false)));
            }
            Type::Struct(table) => {
                if nullable {
                    out.put(&[1]);
                }
                out.append(self.structure(table));
            }
        }
        out
    }

    fn default(&mut self, field: &Field) -> Made {
        let nullable = field.nullable.contains(self.version);
        let mut out = Made::default();
        let default = default_of(field);
        match (default.as_str(), &field.ty) {
            ("null", ty) => {
                self.has_bad_null |= !nullable;
                out = self.null(ty);
            }
            ("\"\"" | "[]", ty) => out = self.length(ty, Some(0)),
            ("zero", _) => out.put(&[0; 16]),
            ("true" | "false", _) => out.put(&[u8::from(default == "true")]),
            ("{}", Type::Struct(table)) => {
                if nullable {
                    out.put(&[1]);
                }
                out.append(self.structure(table));
            }
            (number, ty) => {
                let number: i64 = number.parse().unwrap_or_else(|e| panic!("{number}: {e}"));
                let bytes = number.to_be_bytes();
                match ty {
                    Type::Int8 => out.put(&bytes[7..]),
                    Type::Int16 | Type::Uint16 => out.put(&bytes[6..]),
                    Type::Int32 | Type::Uint32 => out.put(&bytes[4..]),
                    Type::Int64 => out.put(&bytes),
                    Type::Float64 => out.put(&(number as f64).to_be_bytes()),
                    other => panic!("{number} is no default of {other:?}"),
                }
            }
        }
        out
    }
}
