//! The template of `-f`: read once, then run for every record.
//!
//! | verb | prints |
//! |---|---|
//! | `%t` `%p` `%o` | topic, partition, offset |
//! | `%d` `%T` | timestamp in milliseconds, -1 for none (`%T` as in kcat) |
//! | `%k` `%v` `%s` | key, value, value: the bytes as they are, nothing for null |
//! | `%h` | headers as `name=value,name=value`; a null value is `NULL`, as in kcat |
//! | `%K` `%V` `%S` | length of key, of value, of value; -1 for null |
//! | `%R` | length of the value as four big-endian bytes, -1 for null |
//! | `%H` | how many headers |
//! | `%%` | a percent sign |
//!
//! Escapes: `\n`, `\r`, `\t`, `\0`, `\\`, `\xHH`. Whatever else stands after `%` or `\` is
//! refused, so that no record is printed before a mistake is found.

use super::{Record, write_number};

/// A template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {position}: {what}")]
pub struct BadTemplate {
    /// Counted in characters from 1.
    pub position: usize,
    pub what: String,
}

/// One step of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Literal(Vec<u8>),
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key,
    Value,
    Headers,
    KeyLength,
    ValueLength,
    ValueLengthBinary,
    HeaderCount,
}

/// A template that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Step>);

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        let mut steps = Vec::new();
        let mut literal = Vec::new();
        let mut chars = text.chars().enumerate();
        while let Some((at, c)) = chars.next() {
            let bad = |what: String| BadTemplate { position: at + 1, what };
            match c {
                '%' => match chars.next() {
                    Some((_, '%')) => literal.push(b'%'),
                    Some((_, verb)) => {
                        let step = step(verb)
                            .ok_or_else(|| bad(format!("`%{verb}` prints nothing known")))?;
                        if !literal.is_empty() {
                            steps.push(Step::Literal(std::mem::take(&mut literal)));
                        }
                        steps.push(step);
                    }
                    None => return Err(bad("nothing follows `%` (`%%` is a percent sign)".into())),
                },
                '\\' => literal.push(escaped(&mut chars).map_err(bad)?),
                c => literal.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if !literal.is_empty() {
            steps.push(Step::Literal(literal));
        }
        Ok(Template(steps))
    }

    /// The template of a value and a newline.
    pub fn value_line() -> Self {
        Template(vec![Step::Value, Step::Literal(b"\n".to_vec())])
    }

    /// Appends a record.
    pub fn write(&self, out: &mut Vec<u8>, record: &Record) {
        let length = |bytes: Option<&[u8]>| bytes.map_or(-1, |b| b.len() as i64);
        for step in &self.0 {
            match step {
                Step::Literal(bytes) => out.extend_from_slice(bytes),
                Step::Topic => out.extend_from_slice(record.topic.as_bytes()),
                Step::Partition => write_number(out, i64::from(record.partition)),
                Step::Offset => write_number(out, record.offset),
                Step::Timestamp => write_number(out, record.timestamp.map_or(-1, |(ms, _)| ms)),
                Step::Key => out.extend_from_slice(record.key.unwrap_or_default()),
                Step::Value => out.extend_from_slice(record.value.unwrap_or_default()),
                Step::Headers => write_headers(out, record),
                Step::KeyLength => write_number(out, length(record.key)),
                Step::ValueLength => write_number(out, length(record.value)),
                Step::ValueLengthBinary => {
                    let length = i32::try_from(length(record.value)).unwrap_or(i32::MAX);
                    out.extend_from_slice(&length.to_be_bytes());
                }
                Step::HeaderCount => write_number(out, record.headers.len() as i64),
            }
        }
    }

    /// Says whether records' headers are printed: they cost a little to look at.
    pub fn wants_headers(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Headers | Step::HeaderCount))
    }
}

fn step(verb: char) -> Option<Step> {
    Some(match verb {
        't' => Step::Topic,
        'p' => Step::Partition,
        'o' => Step::Offset,
        'd' | 'T' => Step::Timestamp,
        'k' => Step::Key,
        'v' | 's' => Step::Value,
        'h' => Step::Headers,
        'K' => Step::KeyLength,
        'V' | 'S' => Step::ValueLength,
        'R' => Step::ValueLengthBinary,
        'H' => Step::HeaderCount,
        _ => return None,
    })
}

/// Reads what follows a backslash.
fn escaped(chars: &mut impl Iterator<Item = (usize, char)>) -> Result<u8, String> {
    let byte = match chars.next().map(|(_, c)| c) {
        Some('n') => b'\n',
        Some('r') => b'\r',
        Some('t') => b'\t',
        Some('0') => 0,
        Some('\\') => b'\\',
        Some('x') => {
            let mut digit = || chars.next().and_then(|(_, c)| c.to_digit(16));
            let byte = digit().zip(digit()).map(|(high, low)| high * 16 + low);
            return byte
                .and_then(|byte| u8::try_from(byte).ok())
                .ok_or_else(|| "two hexadecimal digits follow `\\x`".to_owned());
        }
        Some(c) => return Err(format!("`\\{c}` is no escape")),
        None => return Err("nothing follows `\\` (`\\\\` is one)".to_owned()),
    };
    Ok(byte)
}

/// Reads a text in which the escapes of a template stand for bytes.
pub fn unescape(text: &str) -> Result<Vec<u8>, BadTemplate> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars().enumerate();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                let bad = |what| BadTemplate { position: at + 1, what };
                out.push(escaped(&mut chars).map_err(bad)?);
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Ok(out)
}

fn write_headers(out: &mut Vec<u8>, record: &Record) {
    for (i, (name, value)) in record.headers.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value.unwrap_or(b"NULL"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::TimestampType;
    use super::*;

    const RECORD: Record = Record {
        topic: "orders",
        partition: 3,
        offset: 42,
        timestamp: Some((1_700_000_000_123, TimestampType::CreateTime)),
        key: Some(b"k\xff"),
        value: Some(b"v\0w"),
        headers: &[(b"a", Some(b"1")), (b"a", None), (b"b", Some(b""))],
    };

    fn run(template: &str, record: &Record) -> Vec<u8> {
        let mut out = Vec::new();
        Template::parse(template).unwrap().write(&mut out, record);
        out
    }

    #[test]
    fn every_verb_prints_its_part() {
        let known: &[(&str, &[u8])] = &[
            ("%t/%p/%o\\n", b"orders/3/42\n"),
            ("%d %T", b"1700000000123 1700000000123"),
            ("%k|%v|%s", b"k\xff|v\0w|v\0w"),
            ("%K %V %S", b"2 3 3"),
            ("%R", b"\0\0\0\x03"),
            ("%h", b"a=1,a=NULL,b="),
            ("%H", b"3"),
            ("100%%", b"100%"),
            (r"\n\r\t\0\\\x7f\xFF", b"\n\r\t\0\\\x7f\xff"),
            ("\u{e4}%p\u{20ac}", "\u{e4}3\u{20ac}".as_bytes()),
            ("", b""),
        ];
        for (template, want) in known {
            assert_eq!(run(template, &RECORD), *want, "{template}");
        }
    }

    #[test]
    fn null_is_not_empty_in_lengths() {
        let empty = Record { key: Some(b""), value: Some(b""), headers: &[], ..RECORD };
        let null = Record { key: None, value: None, timestamp: None, ..empty };
        assert_eq!(run("[%k][%v]%K %V %h%H %d", &empty), b"[][]0 0 0 1700000000123");
        assert_eq!(run("[%k][%v]%K %V %h%H %d", &null), b"[][]-1 -1 0 -1");
        assert_eq!(run("%R", &null), [0xff; 4]);
    }

    #[test]
    fn mistakes_are_refused_with_their_place() {
        let known = [
            ("%v%", 3, "nothing follows `%` (`%%` is a percent sign)"),
            ("ab%x", 3, "`%x` prints nothing known"),
            ("%v\\q", 3, "`\\q` is no escape"),
            ("\\", 1, "nothing follows `\\` (`\\\\` is one)"),
            ("%v\\x1", 3, "two hexadecimal digits follow `\\x`"),
            ("\u{e4}\\xgg", 2, "two hexadecimal digits follow `\\x`"),
        ];
        for (template, position, what) in known {
            let bad = Template::parse(template).unwrap_err();
            assert_eq!(bad, BadTemplate { position, what: what.to_owned() }, "{template}");
        }
    }

    #[test]
    fn texts_are_unescaped() {
        assert_eq!(unescape(r"a\t\x00%\\").unwrap(), b"a\t\0%\\");
        assert_eq!(unescape(r"ab\q").unwrap_err().position, 3);
    }

    #[test]
    fn only_headers_are_looked_at_when_wanted() {
        assert!(Template::parse("%k%h").unwrap().wants_headers());
        assert!(!Template::value_line().wants_headers());
    }
}
