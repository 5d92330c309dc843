//! Values as they stand in a statement.

use std::io::Write as _;

use super::{Cell, Manner};
use crate::connect::connectors::jdbc::time;

/// Appends a value; nothing where there is no such value.
pub(super) fn append(cell: &Cell, manner: &Manner, out: &mut Vec<u8>) -> Option<()> {
    let mut moment = String::new();
    match cell {
        Cell::Null => out.extend_from_slice(b"NULL"),
        Cell::Boolean(is) => out.push(b'0' + u8::from(*is)),
        // Writing to memory cannot fail, here and below.
        Cell::Int(n) => drop(write!(out, "{n}")),
        Cell::Float32(n) if n.is_finite() => drop(write!(out, "{n:e}")),
        Cell::Float64(n) if n.is_finite() => drop(write!(out, "{n:e}")),
        Cell::Float32(_) | Cell::Float64(_) | Cell::Array(_) => return None,
        Cell::Text(value) => text(value.as_bytes(), out),
        Cell::Bytes(bytes) if bytes.is_empty() => out.extend_from_slice(b"''"),
        Cell::Bytes(bytes) => {
            out.extend_from_slice(b"x'");
            out.extend_from_slice(data_encoding::HEXLOWER.encode(bytes).as_bytes());
            out.push(b'\'');
        }
        Cell::Decimal(decimal) => out.extend_from_slice(decimal.plain().as_bytes()),
        Cell::Date(ms) => time::write_date(*ms, &manner.date_zone, &mut moment)?,
        Cell::Time(ms) => time::write_time(*ms, &manner.zone, &mut moment)?,
        Cell::Timestamp(ms) => time::write_timestamp(*ms, &manner.zone, false, &mut moment)?,
    }
    if !moment.is_empty() {
        text(moment.as_bytes(), out);
    }
    Some(())
}

/// Appends a text in quotes.
pub(super) fn text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    let mut rest = text;
    let is_special = |byte: &u8| matches!(byte, b'\'' | b'\\' | 0 | b'\n' | b'\r' | 0x1a);
    while let Some(at) = rest.iter().position(is_special) {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\\');
        out.push(match rest[at] {
            0 => b'0',
            b'\n' => b'n',
            b'\r' => b'r',
            0x1a => b'Z',
            byte => byte,
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'\'');
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn values_are_literals() {
        let manner = Manner { zone: TimeZone::UTC, date_zone: TimeZone::UTC, quotes: true };
        let rows = [
            (Cell::Null, "NULL"),
            (Cell::Boolean(true), "1"),
            (Cell::Float64(1.5), "1.5e0"),
            (Cell::Text("it's \\ \0\n".into()), "'it\\'s \\\\ \\0\\n'"),
            (Cell::Bytes(b"\x01\xff"[..].into()), "x'01ff'"),
            (Cell::Timestamp(1500), "'1970-01-01 00:00:01.5'"),
        ];
        for (cell, want) in rows {
            let mut out = Vec::new();
            append(&cell, &manner, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), want);
        }
        assert_eq!(append(&Cell::Float64(f64::NAN), &manner, &mut Vec::new()), None);
    }
}
