//! Values as PostgreSQL's types read and write them, in COPY and in arrays of text.

use std::error::Error;
use std::io::Write as _;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::{Cell, Manner, Read};
use crate::connect::connectors::jdbc::time;

/// Appends a value as text. Returns whether it is not null; nothing where it cannot be written.
pub(super) fn write(cell: &Cell, manner: &Manner, out: &mut Vec<u8>) -> Option<bool> {
    match cell {
        Cell::Null => return Some(false),
        Cell::Boolean(true) => out.extend_from_slice(b"true"),
        Cell::Boolean(false) => out.extend_from_slice(b"false"),
        // Writing to memory cannot fail, here and below.
        Cell::Int(n) => integer(*n, out),
        Cell::Float32(n) => float(f64::from(*n), &format!("{n}"), out),
        Cell::Float64(n) => float(*n, &format!("{n}"), out),
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Bytes(bytes) => {
            out.extend_from_slice(b"\\x");
            out.extend_from_slice(data_encoding::HEXLOWER.encode(bytes).as_bytes());
        }
        Cell::Decimal(decimal) => out.extend_from_slice(decimal.plain().as_bytes()),
        Cell::Date(ms) => timed(out, |text| time::write_date(*ms, &manner.date_zone, text))?,
        Cell::Time(ms) => timed(out, |text| time::write_time(*ms, &manner.zone, text))?,
        Cell::Timestamp(ms) => {
            timed(out, |text| time::write_timestamp(*ms, &manner.zone, true, text))?;
        }
        Cell::Array(all) => array(all, manner, out)?,
    }
    Some(true)
}

fn timed(out: &mut Vec<u8>, work: impl FnOnce(&mut String) -> Option<()>) -> Option<()> {
    let mut text = String::new();
    work(&mut text)?;
    out.extend_from_slice(text.as_bytes());
    Some(())
}

fn integer(n: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

fn float(n: f64, plain: &str, out: &mut Vec<u8>) {
    match n {
        n if n.is_nan() => out.extend_from_slice(b"NaN"),
        n if n == f64::INFINITY => out.extend_from_slice(b"Infinity"),
        n if n == f64::NEG_INFINITY => out.extend_from_slice(b"-Infinity"),
        // Very large and very small ones are long without an exponent.
        n if plain.len() > 24 => drop(write!(out, "{n:e}")),
        _ => out.extend_from_slice(plain.as_bytes()),
    }
}

/// `{1,NULL,"a\"b"}`.
fn array(all: &[Cell], manner: &Manner, out: &mut Vec<u8>) -> Option<()> {
    out.push(b'{');
    let mut one = Vec::new();
    for (i, cell) in all.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        one.clear();
        if !write(cell, manner, &mut one)? {
            out.extend_from_slice(b"NULL");
            continue;
        }
        out.push(b'"');
        for byte in &one {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
        out.push(b'"');
    }
    out.push(b'}');
    Some(())
}

/// Appends a row as COPY takes it.
pub(super) fn copy_row(row: &[Cell], manner: &Manner, out: &mut Vec<u8>) -> Option<()> {
    for (i, cell) in row.iter().enumerate() {
        if i > 0 {
            out.push(b'\t');
        }
        match cell {
            Cell::Null => out.extend_from_slice(b"\\N"),
            Cell::Text(text) => escape(text.as_bytes(), out),
            Cell::Bytes(_) | Cell::Array(_) => {
                let mut plain = Vec::new();
                write(cell, manner, &mut plain)?;
                escape(&plain, out);
            }
            // Numbers and times have nothing to escape.
            cell => {
                write(cell, manner, out)?;
            }
        }
    }
    out.push(b'\n');
    Some(())
}

fn escape(mut text: &[u8], out: &mut Vec<u8>) {
    let is_special = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t');
    while let Some(at) = text.iter().position(is_special) {
        out.extend_from_slice(&text[..at]);
        out.push(b'\\');
        out.push(match text[at] {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            byte => byte,
        });
        text = &text[at + 1..];
    }
    out.extend_from_slice(text);
}

/// A parameter: one column of many rows, as an array of texts in PostgreSQL's binary form.
#[derive(Debug)]
pub(super) struct TextArray {
    count: i32,
    has_null: bool,
    /// Each element with its length before it.
    elements: Vec<u8>,
}

impl TextArray {
    pub(super) fn of<'a, 'b: 'a>(
        cells: impl Iterator<Item = &'a Cell<'b>>,
        manner: &Manner,
    ) -> Option<TextArray> {
        let mut array = TextArray { count: 0, has_null: false, elements: Vec::new() };
        for cell in cells {
            array.count = array.count.checked_add(1)?;
            let at = array.elements.len();
            array.elements.extend_from_slice(&(-1_i32).to_be_bytes());
            if !write(cell, manner, &mut array.elements)? {
                array.has_null = true;
                continue;
            }
            let length = i32::try_from(array.elements.len() - at - 4).ok()?;
            array.elements[at..at + 4].copy_from_slice(&length.to_be_bytes());
        }
        Some(array)
    }
}

impl ToSql for TextArray {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        // Dimensions, whether nulls are among the elements, their type; length and lower bound.
        for number in [1, i32::from(self.has_null)] {
            out.put_i32(number);
        }
        out.put_u32(Type::TEXT.oid());
        out.put_i32(self.count);
        out.put_i32(1);
        out.extend_from_slice(&self.elements);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TEXT_ARRAY
    }

    to_sql_checked!();
}

/// A value that PostgreSQL wrote, by the name of its type.
pub(super) fn read(text: &str, kind: &str) -> Read {
    let plain = || Read::Text(text.to_owned());
    match kind {
        "int2" | "int4" | "int8" | "oid" => text.parse().map_or_else(|_| plain(), Read::Int),
        "float4" | "float8" => text.parse().map_or_else(|_| plain(), Read::Float),
        "bool" => Read::Int(i64::from(text == "t")),
        "bytea" => {
            let hex = text.strip_prefix("\\x").unwrap_or(text);
            let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes());
            bytes.map_or_else(|_| plain(), Read::Bytes)
        }
        _ => plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn rows_are_written_as_copy_reads_them() {
        let manner = Manner { zone: TimeZone::UTC, date_zone: TimeZone::UTC, quotes: true };
        let row = [
            Cell::Null,
            Cell::Boolean(true),
            Cell::Int(i64::MIN),
            Cell::Float64(1e300),
            Cell::Float32(0.1),
            Cell::Text("a\tb\\c\nd".into()),
            Cell::Bytes(b"\x00\xff"[..].into()),
            Cell::Timestamp(0),
            Cell::Array(vec![Cell::Int(1), Cell::Null, Cell::Text("q\"\\".into())]),
        ];
        let mut out = Vec::new();
        copy_row(&row, &manner, &mut out).unwrap();
        let want = "\\N\ttrue\t-9223372036854775808\t1e300\t0.1\ta\\tb\\\\c\\nd\t\\\\x00ff\t\
                    1970-01-01 00:00:00+00:00\t{\"1\",NULL,\"q\\\\\"\\\\\\\\\"}\n";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }
}
