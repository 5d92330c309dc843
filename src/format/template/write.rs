//! Records by a template.

use super::super::formats::decode;
use super::super::{Record, Unprintable};
use super::{Count, Field, Form, Step, Template, attribute};
use crate::codec::Part;

/// What `%k` and `%v` are: the record's, or in `%h{…}` a header's.
#[derive(Clone, Copy)]
struct Pair<'a> {
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
    /// Whether it is a header's.
    is_header: bool,
}

impl Template {
    /// Appends a record. After an error, what was appended of it is to be thrown away.
    pub fn write(&self, out: &mut Vec<u8>, record: &Record) -> Result<(), Unprintable> {
        let pair = Pair { key: record.key, value: record.value, is_header: false };
        self.write_steps(&self.steps, out, record, pair)
    }

    fn write_steps(
        &self,
        steps: &[Step],
        out: &mut Vec<u8>,
        record: &Record,
        pair: Pair,
    ) -> Result<(), Unprintable> {
        for step in steps {
            match step {
                Step::Literal(bytes) => out.extend_from_slice(bytes),
                Step::Count { what, form } => {
                    let number = count(*what, record, pair);
                    if !form.write(number, out) {
                        return Err(Unprintable(format!("{number} does not fit its field")));
                    }
                }
                Step::Time(form) => {
                    let millis = record.timestamp.map(|(millis, _)| millis);
                    if !form.write(millis, out) {
                        let why = "the timestamp does not fit its field".to_owned();
                        return Err(Unprintable(why));
                    }
                }
                Step::Text { what, form, is_sized } => {
                    self.write_text(what, form.as_ref(), *is_sized, out, record, pair)?;
                }
                Step::Headers => self.write_headers(out, record)?,
                Step::HeadersJson => super::super::json::write_headers(out, record.headers),
                Step::EachHeader(steps) => {
                    for (name, value) in record.headers {
                        let pair = Pair { key: Some(name), value: *value, is_header: true };
                        self.write_steps(steps, out, record, pair)?;
                    }
                }
                Step::Attribute(what) => {
                    out.extend_from_slice(attribute(*what, record).as_bytes());
                }
            }
        }
        Ok(())
    }

    fn write_text(
        &self,
        what: &Field,
        form: Option<&Form>,
        is_sized: bool,
        out: &mut Vec<u8>,
        record: &Record,
        pair: Pair,
    ) -> Result<(), Unprintable> {
        let header = |wanted: &[u8]| {
            record.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value)
        };
        let (part, bytes) = match what {
            Field::Topic => (Part::Key, Some(record.topic.as_bytes())),
            Field::Key => (Part::Key, pair.key),
            Field::Value if pair.is_header => {
                (Part::Header(pair.key.unwrap_or_default()), pair.value)
            }
            Field::Value => (Part::Value, pair.value),
            Field::Header(name) => match header(name) {
                Some(value) => (Part::Header(name), value),
                // It is not there, which is not the same as null.
                None => return Ok(()),
            },
        };
        let Some(bytes) = bytes else {
            if let Some(marker) = self.null_marker.as_ref().filter(|_| !is_sized) {
                out.extend_from_slice(marker);
            }
            return Ok(());
        };
        // The formats of a run are those of keys and values, not of topics and header names.
        let is_name = *what == Field::Topic || (pair.is_header && *what == Field::Key);
        let codec = match form {
            Some(form) => Some(form.codec.as_ref()),
            None if is_name => None,
            None => self.formats.codec(part),
        };
        match codec {
            None => out.extend_from_slice(bytes),
            Some(codec) => drop(decode(codec, record, part, bytes, out)?),
        }
        Ok(())
    }

    fn write_headers(&self, out: &mut Vec<u8>, record: &Record) -> Result<(), Unprintable> {
        for (i, (name, value)) in record.headers.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(name);
            out.push(b'=');
            let part = Part::Header(name);
            match (value, self.formats.codec(part)) {
                (None, _) => out.extend_from_slice(b"NULL"),
                (Some(bytes), None) => out.extend_from_slice(bytes),
                (Some(bytes), Some(codec)) => drop(decode(codec, record, part, bytes, out)?),
            }
        }
        Ok(())
    }
}

fn count(what: Count, record: &Record, pair: Pair) -> i64 {
    let length = |bytes: Option<&[u8]>| bytes.map_or(-1, |bytes| bytes.len() as i64);
    match what {
        Count::Partition => i64::from(record.partition),
        Count::Offset => record.offset,
        Count::KeyLength => length(pair.key),
        Count::ValueLength => length(pair.value),
        Count::Headers => record.headers.len() as i64,
        Count::LeaderEpoch => record.leader_epoch.map_or(-1, i64::from),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{BatchFacts, Formats, TimestampType};
    use super::*;

    const RECORD: Record = Record {
        topic: "orders",
        partition: 3,
        offset: 42,
        timestamp: Some((1_700_000_000_123, TimestampType::CreateTime)),
        key: Some(b"k\xff"),
        value: Some(b"v\0w"),
        headers: &[(b"a", Some(b"1")), (b"a", None), (b"b", Some(b""))],
        leader_epoch: Some(7),
        batch: Some(BatchFacts { compression: "zstd", is_transactional: true, is_control: false }),
    };

    fn run(template: &str, record: &Record) -> Vec<u8> {
        let mut out = Vec::new();
        Template::parse(template).unwrap().write(&mut out, record).unwrap();
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
            ("%e", b"7"),
            ("%a{timestamp-type}", b"CreateTime"),
            ("%a{compression} %a{transactional-bit} %a{control-bit}", b"zstd 1 0"),
            ("100%% %{x%} %[%]", b"100% {x} []"),
            (r"\n\r\t\0\\\x7f\xFF", b"\n\r\t\0\\\x7f\xff"),
            ("\u{e4}%p\u{20ac}", "\u{e4}3\u{20ac}".as_bytes()),
            ("", b""),
            ("%k{hex} %v{base64} %t{hex}", b"6bff dgB3 6f7264657273"),
            ("%p{big16}%o{little32}%o{hex16}", b"\0\x03\x2a\0\0\x00002a"),
            ("%d{s} %d{rfc3339}", b"1700000000 2023-11-14T22:13:20.123Z"),
            ("%d{strftime[%Y/%m]}", b"2023/11"),
            ("%h[a] %h[b] %h[c] %h[a]{hex}", b"1   31"),
            ("%H %h{%k=%v;}", b"3 a=1;a=;b=;"),
            ("%h{%K%k%V%v{hex}%}}", b"1a131}1a-1}1b0}"),
            (
                "%h{json}",
                br#"[{"key":"a","value":"1"},{"key":"a","value":null},{"key":"b","value":""}]"#,
            ),
        ];
        for (template, want) in known {
            assert_eq!(run(template, &RECORD), *want, "{template}");
        }
    }

    #[test]
    fn null_is_not_empty_in_lengths_and_with_a_marker() {
        let empty = Record { key: Some(b""), value: Some(b""), headers: &[], ..RECORD };
        let null = Record { key: None, value: None, timestamp: None, batch: None, ..empty };
        assert_eq!(run("[%k][%v]%K %V %h%H %d", &empty), b"[][]0 0 0 1700000000123");
        assert_eq!(run("[%k][%v]%K %V %h%H %d", &null), b"[][]-1 -1 0 -1");
        assert_eq!(run("%R", &null), [0xff; 4]);
        assert_eq!(run("%a{timestamp-type}", &null), b"NoTimestampType");
        assert_eq!(run("%a{compression}", &null), b"unknown");
        let marked = Template::parse("%k=%V%v").unwrap().with_null_marker(Some(b"NIL".to_vec()));
        let mut out = Vec::new();
        marked.write(&mut out, &null).unwrap();
        assert_eq!(out, b"NIL=-1");
    }

    #[test]
    fn what_is_not_what_it_should_be_is_told() {
        let print = |template: &str, formats: Formats| {
            let template = Template::parse(template).unwrap().with_formats(formats);
            template.write(&mut Vec::new(), &RECORD).map_err(|e| e.to_string())
        };
        assert_eq!(
            print("%v{int}", Formats::default()),
            Err("the value is not an int: it is 3 bytes long, not 4: 760077".to_owned())
        );
        assert_eq!(
            print("%o{hex4}", Formats::default()),
            Err("42 does not fit its field".to_owned())
        );
        let int = "int".parse().unwrap();
        let header = print("%h", Formats::of(None, None, Some(&int))).unwrap_err();
        assert_eq!(
            header,
            "the header `a` is not an int: it is 1 bytes long, not 4: 31, which may be text"
        );
        assert!(print("%t %k{hex}", Formats::of(Some(&int), None, None)).is_ok());
        assert!(print("%k", Formats::of(Some(&int), None, None)).is_err());
    }
}
