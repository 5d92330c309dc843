//! CSV with a row of column names: each further row is a JSON object of texts.
//!
//! As RFC 4180 has it: fields may stand in double quotes, where commas and line breaks are
//! text and two quotes are one. Values stay texts, because only their owner knows whether `007`
//! is a number. Empty lines are skipped; a row with more or fewer fields than there are columns
//! is refused.

use std::borrow::Cow;

use super::formats::encode;
use super::{Formats, Next, Read, Reader};
use crate::codec::{Kind, Part, write_string};

/// Reads rows.
pub struct CsvReader {
    separator: u8,
    formats: Formats,
    /// The column whose text is the key.
    key_column: Option<String>,
    bytes_max: usize,
    /// The columns' names, once they are read.
    columns: Vec<String>,
    key_at: Option<usize>,
    looked: usize,
    in_quotes: bool,
}

impl CsvReader {
    /// A reader of rows that take `bytes_max` bytes at most.
    pub fn new(
        separator: u8,
        key_column: Option<String>,
        formats: Formats,
        bytes_max: usize,
    ) -> Self {
        CsvReader {
            separator,
            formats,
            key_column,
            bytes_max,
            columns: Vec::new(),
            key_at: None,
            looked: 0,
            in_quotes: false,
        }
    }

    /// Finds where a row ends: at a line break outside quotes.
    fn row_end(&mut self, bytes: &[u8], is_end: bool) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate().skip(self.looked) {
            match byte {
                b'"' => self.in_quotes = !self.in_quotes,
                b'\n' if !self.in_quotes => return Some(at + 1),
                _ => {}
            }
        }
        self.looked = bytes.len();
        is_end.then_some(bytes.len())
    }

    /// Takes the names of the columns.
    fn name_columns(&mut self, row: &[u8]) -> Result<(), String> {
        let row = row.strip_prefix("\u{feff}".as_bytes()).unwrap_or(row);
        let names = fields(row, self.separator)?;
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                return Err(format!("the column `{name}` is there twice"));
            }
        }
        self.key_at = match &self.key_column {
            None => None,
            Some(key) => match names.iter().position(|name| name == key) {
                Some(at) => Some(at),
                None => return Err(format!("there is no column `{key}` for the key")),
            },
        };
        self.columns = names;
        Ok(())
    }

    fn record(&self, row: &[u8]) -> Result<Read<'static>, String> {
        let fields = fields(row, self.separator)?;
        if fields.len() != self.columns.len() {
            let (there, wanted) = (fields.len(), self.columns.len());
            return Err(format!("the row has {there} fields where there are {wanted} columns"));
        }
        let mut json = Vec::with_capacity(2 * row.len() + 16);
        for (i, (name, field)) in self.columns.iter().zip(&fields).enumerate() {
            json.push(if i == 0 { b'{' } else { b',' });
            write_string(name, &mut json);
            json.push(b':');
            write_string(field, &mut json);
        }
        json.push(b'}');
        let mut headers = Vec::new();
        let mut part = |text: Vec<u8>, part: Part, kind: Kind| {
            let (codec, text) = (self.formats.codec(part), Cow::Owned(text));
            let bytes = encode(codec, &self.formats.topic, part, text, kind, &mut headers);
            bytes.map(Some).map_err(|e| format!("the {part} {e}"))
        };
        let key = match self.key_at {
            Some(at) => part(fields[at].clone().into_bytes(), Part::Key, Kind::Text)?,
            None => None,
        };
        let value = part(json, Part::Value, Kind::Json)?;
        Ok(Read { key, value, headers, partition: None, timestamp: None })
    }
}

/// The fields of a row.
fn fields(row: &[u8], separator: u8) -> Result<Vec<String>, String> {
    let row = std::str::from_utf8(row).map_err(|_| "a row is not UTF-8".to_owned())?;
    let mut fields = Vec::new();
    let mut rest = row;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => in_quotes(quoted)?,
            None => {
                let end = rest.find(char::from(separator)).unwrap_or(rest.len());
                if rest[..end].contains('"') {
                    return Err("a quote stands within a field that has none around it".into());
                }
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(char::from(separator)) {
            Some(after) => rest = after,
            None if after.is_empty() => return Ok(fields),
            None => return Err("something follows a field's closing quote".to_owned()),
        }
    }
}

/// Reads up to the closing quote.
fn in_quotes(text: &str) -> Result<(String, &str), String> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"').ok_or("a quote has no end")?;
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Ok((field, rest)),
        }
    }
}

impl Reader for CsvReader {
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a> {
        let Some(used) = self.row_end(bytes, is_end) else {
            return match bytes.len() > self.bytes_max {
                true => Next::Bad {
                    at: 0,
                    what: format!("a row is longer than {} bytes", self.bytes_max),
                },
                false => Next::More,
            };
        };
        (self.looked, self.in_quotes) = (0, false);
        let row = &bytes[..used];
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        if row.is_empty() {
            return Next::Nothing { used };
        }
        let read = match self.columns.is_empty() {
            true => self.name_columns(row).map(|()| None),
            false => self.record(row).map(Some),
        };
        match read {
            Ok(None) => Next::Nothing { used },
            Ok(Some(record)) => Next::Record { used, record },
            Err(what) => Next::Bad { at: 0, what },
        }
    }

    fn restart(&mut self) {
        self.columns.clear();
        (self.looked, self.in_quotes) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fed, Feeder};
    use super::*;

    fn read(text: &str, key: Option<&str>, step: usize) -> Result<Vec<String>, String> {
        let mut reader = CsvReader::new(b',', key.map(str::to_owned), Formats::default(), 1000);
        let mut feeder = Feeder::default();
        let mut all = Ok(Vec::new());
        let mut each = |fed: Fed| {
            match fed {
                Fed::Record(read) => {
                    let text = |bytes: Cow<[u8]>| String::from_utf8(bytes.into_owned()).unwrap();
                    let key = read.key.map(|key| text(key) + "=").unwrap_or_default();
                    all.as_mut().unwrap().push(key + &text(read.value.unwrap()));
                }
                Fed::Bad { what, .. } => all = Err(what),
                Fed::TooLong(_) => panic!("{fed:?}"),
            }
            true
        };
        for piece in text.as_bytes().chunks(step) {
            if !feeder.feed(&mut reader, piece, false, &mut each) {
                return all;
            }
        }
        feeder.feed(&mut reader, b"", true, &mut each);
        all
    }

    #[test]
    fn rows_are_objects_of_texts() {
        let text = "\u{feff}id,name\r\n007,\"Ann \"\"A\"\", x\"\n\n8,\"two\nlines\"\n9,";
        for step in [1, 3, 1000] {
            assert_eq!(
                read(text, Some("id"), step).unwrap(),
                [
                    r#"007={"id":"007","name":"Ann \"A\", x"}"#,
                    r#"8={"id":"8","name":"two\nlines"}"#,
                    r#"9={"id":"9","name":""}"#,
                ]
            );
        }
        assert_eq!(read("a,b\n", None, 100).unwrap(), [""; 0]);
    }

    #[test]
    fn rows_that_make_no_sense_are_refused() {
        for (text, key, told) in [
            ("a,b\n1\n", None, "the row has 1 fields where there are 2 columns"),
            ("a,a\n1,2\n", None, "the column `a` is there twice"),
            ("a,b\n1,2\n", Some("c"), "there is no column `c` for the key"),
            ("a\n\"x\n", None, "a quote has no end"),
            ("a\n\"x\"y\n", None, "something follows a field's closing quote"),
            ("a\nx\"y\"\n", None, "a quote stands within a field that has none around it"),
        ] {
            assert_eq!(read(text, key, 100), Err(told.to_owned()));
        }
    }
}
