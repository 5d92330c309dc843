//! Lines: a delimiter of any length, and in each line headers, a key and a value as Kafka's
//! console producer has them. And the whole source as one record.
//!
//! A line ends with the delimiter and with nothing else: a CR before an LF is part of the line,
//! because a record's bytes are its own. The last line may lack its delimiter. What is too long
//! to be sent is counted and not kept.

use std::borrow::Cow;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::formats::encode;
use super::{Formats, Header, Next, Read, Reader};
use crate::codec::{Kind, Part};

/// What stands where in a line.
#[derive(Clone, Debug, Default)]
pub struct LineShape {
    /// Headers before everything else.
    pub headers: Option<HeaderShape>,
    /// What stands between key and value; none: the line is the value.
    pub separator: Option<Vec<u8>>,
    /// Whether a line without a separator is taken as it is; else it is an error.
    pub separators_may_lack: bool,
    /// The key of a line that has none of its own.
    pub key: Option<Vec<u8>>,
    /// The text that stands for null.
    pub null_marker: Option<Vec<u8>>,
}

/// How headers stand before the key: `name:value,name:value` and a tab.
#[derive(Clone, Debug)]
pub struct HeaderShape {
    /// What ends them.
    pub delimiter: Vec<u8>,
    /// What stands between two of them; a regular expression, as in Kafka.
    pub separator: Regex,
    /// What stands between a header's name and its value.
    pub key_separator: Vec<u8>,
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).escape_debug().to_string()
}

impl LineShape {
    /// How many bytes of a line are not part of its record, of those that every line has.
    pub fn separator_bytes(&self) -> usize {
        let headers = self.headers.as_ref().map_or(0, |headers| headers.delimiter.len());
        headers + self.separator.as_ref().map_or(0, Vec::len)
    }

    fn is_null(&self, text: &[u8]) -> bool {
        self.null_marker.as_deref() == Some(text)
    }

    /// Splits a line.
    fn read<'a>(&'a self, line: &'a [u8], formats: &Formats) -> Result<Read<'a>, String> {
        let mut headers = Vec::new();
        let mut rest = line;
        if let Some(shape) = &self.headers {
            match memchr::memmem::find(rest, &shape.delimiter) {
                Some(at) => {
                    self.split_headers(shape, &rest[..at], formats, &mut headers)?;
                    rest = &rest[at + shape.delimiter.len()..];
                }
                None if self.separators_may_lack => {}
                None => return Err(self.lacks("what ends the headers", &shape.delimiter)),
            }
        }
        let (key, value) = match &self.separator {
            None => (self.key.as_deref(), rest),
            Some(separator) => match memchr::memmem::find(rest, separator) {
                Some(at) => (Some(&rest[..at]), &rest[at + separator.len()..]),
                None if self.separators_may_lack => (self.key.as_deref(), rest),
                None => return Err(self.lacks("the key separator", separator)),
            },
        };
        let mut part = |text: Option<&'a [u8]>, part: Part| {
            let Some(text) = text.filter(|text| !self.is_null(text)) else { return Ok(None) };
            let (codec, text) = (formats.codec(part), Cow::Borrowed(text));
            let bytes = encode(codec, &formats.topic, part, text, Kind::Text, &mut headers);
            bytes.map(Some).map_err(|e| format!("the {part} {e}"))
        };
        let key = part(key, Part::Key)?;
        let value = part(Some(value), Part::Value)?;
        Ok(Read { key, value, headers, partition: None, timestamp: None })
    }

    fn lacks(&self, what: &str, separator: &[u8]) -> String {
        let separator = shown(separator);
        format!("{what}, `{separator}`, is not in it (`--no-separator value` allows that)")
    }

    fn split_headers(
        &self,
        shape: &HeaderShape,
        text: &[u8],
        formats: &Formats,
        headers: &mut Vec<Header>,
    ) -> Result<(), String> {
        if self.is_null(text) {
            return Ok(());
        }
        let mut pairs: Vec<&[u8]> = shape.separator.split(text).collect();
        // As Java splits: nothing comes after the last separator, but an empty text is one pair.
        while pairs.len() > 1 && pairs.last().is_some_and(|pair| pair.is_empty()) {
            pairs.pop();
        }
        for pair in pairs {
            let (name, value) = match memchr::memmem::find(pair, &shape.key_separator) {
                Some(at) => (&pair[..at], Some(&pair[at + shape.key_separator.len()..])),
                None if self.separators_may_lack => (pair, None),
                None => {
                    let separator = shown(&shape.key_separator);
                    return Err(format!("the header `{}` has no `{separator}`", shown(pair)));
                }
            };
            if self.is_null(name) {
                return Err(format!("a header's name is the null marker, `{}`", shown(name)));
            }
            let part = Part::Header(name);
            let bytes = match value.filter(|value| !self.is_null(value)) {
                None => None,
                Some(text) => {
                    let (codec, text) = (formats.codec(part), Cow::Borrowed(text));
                    let bytes =
                        encode(codec, &formats.topic, part, text, Kind::Text, &mut Vec::new());
                    Some(bytes.map_err(|e| format!("the {part} {e}"))?.into_owned())
                }
            };
            headers.push((name.to_vec(), bytes));
        }
        Ok(())
    }
}

/// Reads lines.
pub struct LinesReader {
    shape: LineShape,
    formats: Formats,
    delimiter: Finder<'static>,
    bytes_max: usize,
    /// How many bytes have been looked at already.
    looked: usize,
    /// How many bytes of a line that is too long have been dropped.
    dropped: Option<u64>,
}

impl LinesReader {
    /// A reader of lines that take `bytes_max` bytes at most. The delimiter is not empty.
    pub fn new(delimiter: &[u8], shape: LineShape, formats: Formats, bytes_max: usize) -> Self {
        let delimiter = Finder::new(delimiter).into_owned();
        LinesReader { shape, formats, delimiter, bytes_max, looked: 0, dropped: None }
    }

    fn find(&self, bytes: &[u8]) -> Option<usize> {
        let from = self.looked;
        let rest = &bytes[from..];
        let found = match self.delimiter.needle() {
            [byte] => memchr::memchr(*byte, rest),
            _ => self.delimiter.find(rest),
        };
        found.map(|at| at + from)
    }
}

impl Reader for LinesReader {
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a> {
        let width = self.delimiter.needle().len();
        // The part of a delimiter that may stand at the end of what is there.
        let kept = bytes.len().min(width - 1);
        let found = self.find(bytes);
        self.looked = 0;
        let (end, used) = match found {
            Some(at) => (at, at + width),
            None if is_end => (bytes.len(), bytes.len()),
            None if self.dropped.is_some() || bytes.len() > self.bytes_max + width => {
                let used = bytes.len() - kept;
                *self.dropped.get_or_insert(0) += used as u64;
                return match used {
                    0 => Next::More,
                    used => Next::Nothing { used },
                };
            }
            None => {
                self.looked = bytes.len() - kept;
                return Next::More;
            }
        };
        let dropped = self.dropped.take().unwrap_or(0);
        if dropped > 0 || end > self.bytes_max {
            return Next::TooLong { used, bytes: dropped + end as u64 };
        }
        match self.shape.read(&bytes[..end], &self.formats) {
            Ok(record) => Next::Record { used, record },
            Err(what) => Next::Bad { at: 0, what },
        }
    }

    fn has_more(&self, _: bool) -> bool {
        self.dropped.is_some()
    }

    fn restart(&mut self) {
        self.looked = 0;
        self.dropped = None;
    }
}

/// Reads a whole source as one record.
pub struct WholeReader {
    shape: LineShape,
    formats: Formats,
    bytes_max: usize,
    dropped: u64,
}

impl WholeReader {
    /// A reader of sources that take `bytes_max` bytes at most.
    pub fn new(shape: LineShape, formats: Formats, bytes_max: usize) -> Self {
        WholeReader { shape, formats, bytes_max, dropped: 0 }
    }
}

impl Reader for WholeReader {
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a> {
        let used = bytes.len();
        if self.dropped > 0 || used > self.bytes_max {
            self.dropped += used as u64;
            return match is_end {
                true => Next::TooLong { used, bytes: std::mem::take(&mut self.dropped) },
                false => Next::Nothing { used },
            };
        }
        match is_end {
            false => Next::More,
            true => match self.shape.read(bytes, &self.formats) {
                Ok(record) => Next::Record { used, record },
                Err(what) => Next::Bad { at: 0, what },
            },
        }
    }

    fn has_more(&self, is_empty: bool) -> bool {
        is_empty || self.dropped > 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fed, Feeder};
    use super::*;

    type Line = Result<Vec<u8>, u64>;

    fn cut(reader: &mut dyn Reader, text: &[u8], step: usize) -> Vec<Line> {
        let mut all = Vec::new();
        let mut feeder = Feeder::default();
        let mut each = |fed: Fed| {
            all.push(match fed {
                Fed::Record(read) => Ok(read.value.unwrap().into_owned()),
                Fed::TooLong(bytes) => Err(bytes),
                Fed::Bad { .. } => panic!("{fed:?}"),
            });
            true
        };
        for piece in text.chunks(step) {
            assert!(feeder.feed(reader, piece, false, &mut each));
        }
        assert!(feeder.feed(reader, b"", true, &mut each));
        all
    }

    fn lines(delimiter: &[u8], bytes_max: usize) -> LinesReader {
        LinesReader::new(delimiter, LineShape::default(), Formats::default(), bytes_max)
    }

    #[test]
    fn lines_end_with_the_delimiter_only_and_the_last_may_lack_it() {
        let known: &[(&[u8], &[u8], &[&[u8]])] = &[
            (b"\n", b"", &[]),
            (b"\n", b"a", &[b"a"]),
            (b"\n", b"a\n", &[b"a"]),
            (b"\n", b"\n", &[b""]),
            (b"\n", b"\n\n", &[b"", b""]),
            (b"\n", b"a\n\nb", &[b"a", b"", b"b"]),
            (b"\n", b"a\r\nb\r", &[b"a\r", b"b\r"]),
            (b"\n", b"\0\xff\n\n", &[b"\0\xff", b""]),
            (b"\0", b"a\nb\0c", &[b"a\nb", b"c"]),
            (b"--\n", b"a\n--\nb-\n---\nc--", &[b"a\n", b"b-\n-", b"c--"]),
            (b"aab", b"aaabaab", &[b"a", b""]),
        ];
        for (delimiter, text, want) in known {
            let want: Vec<_> = want.iter().map(|line| Ok(line.to_vec())).collect();
            for step in 1..=4 {
                let lines = cut(&mut lines(delimiter, 100), text, step);
                assert_eq!(lines, want, "{text:?} by {step}");
            }
        }
    }

    #[test]
    fn what_is_too_long_is_counted_and_not_kept() {
        for step in 1..=12 {
            let found = cut(&mut lines(b"\n", 4), b"abc\nabcdefgh\nabcd\nabcde", step);
            assert_eq!(found, [Ok(b"abc".to_vec()), Err(8), Ok(b"abcd".to_vec()), Err(5)]);
            let found = cut(&mut lines(b"\n", 4), b"abcdefghijk", step);
            assert_eq!(found, [Err(11)]);
            let found = cut(&mut lines(b"--", 4), b"abc--abcdefgh-i--abcd--abcde-", step);
            assert_eq!(found, [Ok(b"abc".to_vec()), Err(10), Ok(b"abcd".to_vec()), Err(6)]);
        }
    }

    #[test]
    fn nothing_is_handed_on_after_a_no() {
        let mut seen = 0;
        let go_on = Feeder::default().feed(&mut lines(b"\n", 10), b"a\nb\nc\n", false, |_| {
            seen += 1;
            seen < 2
        });
        assert!(!go_on);
        assert_eq!(seen, 2);
    }

    #[test]
    fn a_whole_source_is_one_record() {
        for step in 1..=4 {
            let mut whole = WholeReader::new(LineShape::default(), Formats::default(), 4);
            assert_eq!(cut(&mut whole, b"a\nb\n", step), [Ok(b"a\nb\n".to_vec())]);
            assert_eq!(cut(&mut whole, b"", step), [Ok(Vec::new())]);
            assert_eq!(cut(&mut whole, b"abcdefg", step), [Err(7)]);
            assert_eq!(cut(&mut whole, b"abcd", step), [Ok(b"abcd".to_vec())]);
        }
    }

    fn shape(separators_may_lack: bool) -> LineShape {
        LineShape {
            headers: Some(HeaderShape {
                delimiter: b"\t".to_vec(),
                separator: Regex::new(",").unwrap(),
                key_separator: b":".to_vec(),
            }),
            separator: Some(b"\t".to_vec()),
            separators_may_lack,
            key: None,
            null_marker: Some(b"NIL".to_vec()),
        }
    }

    #[test]
    fn headers_and_key_stand_before_the_value_as_in_kafka() {
        type Wanted<'a> = (&'a [(&'a str, Option<&'a str>)], Option<&'a str>, Option<&'a str>);
        let known: &[(&str, Option<Wanted>, Option<Wanted>)] = &[
            (
                "a:1,b:2\tk\tv",
                Some((&[("a", Some("1")), ("b", Some("2"))], Some("k"), Some("v"))),
                None,
            ),
            ("a:\tk\tv\tw", Some((&[("a", Some(""))], Some("k"), Some("v\tw"))), None),
            ("a:NIL,\tNIL\tNIL", Some((&[("a", None)], None, None)), None),
            ("NIL\tk\t", Some((&[], Some("k"), Some(""))), None),
            ("a:b:c\tk\tv", Some((&[("a", Some("b:c"))], Some("k"), Some("v"))), None),
            // What lacks is an error, or with `ignore.error` what Kafka makes of it.
            ("v", None, Some((&[], None, Some("v")))),
            ("a:1\tv", None, Some((&[("a", Some("1"))], None, Some("v")))),
            ("a\tk\tv", None, Some((&[("a", None)], Some("k"), Some("v")))),
            ("\tk\tv", None, Some((&[("", None)], Some("k"), Some("v")))),
            ("NIL:1\tk\tv", None, None),
        ];
        for (line, strict, lenient) in known {
            for (may_lack, want) in [(false, strict), (true, lenient)] {
                if may_lack && strict.is_some() {
                    continue;
                }
                let shape = shape(may_lack);
                let read = shape.read(line.as_bytes(), &Formats::default());
                let want = want.map(|(headers, key, value)| {
                    let bytes = |text: &str| text.as_bytes().to_vec();
                    let header = |(n, v): &(&str, Option<&str>)| (bytes(n), v.map(bytes));
                    Read {
                        key: key.map(|key| Cow::Borrowed(key.as_bytes())),
                        value: value.map(|value| Cow::Borrowed(value.as_bytes())),
                        headers: headers.iter().map(header).collect(),
                        ..Read::default()
                    }
                });
                assert_eq!(read.ok(), want, "{line:?} {may_lack}");
            }
        }
    }

    #[test]
    fn parts_are_written_in_their_formats() {
        let int = "int".parse().unwrap();
        let formats = Formats::of(Some(&int), Some(&"hex".parse().unwrap()), Some(&int));
        let shape = shape(false);
        let read = shape.read(b"h:1\t2\tff00", &formats).unwrap();
        assert_eq!(read.headers, [(b"h".to_vec(), Some(b"\0\0\0\x01".to_vec()))]);
        assert_eq!(read.key.as_deref(), Some(&b"\0\0\0\x02"[..]));
        assert_eq!(read.value.as_deref(), Some(&b"\xff\0"[..]));
        let bad = shape.read(b"h:1\tx\tff00", &formats).unwrap_err();
        assert_eq!(bad, "the key cannot be written as an int: `x` is no integer");
    }
}
