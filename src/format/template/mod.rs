//! The template of `-f`: one grammar, to print records and to read them.
//!
//! [`Template::parse`] reads the template once; `write` prints records by it, and [`read`] reads
//! what was printed, if the template says where each field ends. The grammar is told in
//! `grammar.txt`, which is also the manual page rk-format(7). Whatever it does not know is
//! refused, so that no record is printed before a mistake is found.

mod read;
mod time;
mod write;

use std::sync::Arc;

use super::number::NumberForm;
use super::{Formats, Record};
use crate::codec::{self, Codec, FormatName};
pub use read::{NotReadable, TemplateReader};
use time::TimeForm;

/// A template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {position}: {what}")]
pub struct BadTemplate {
    /// Counted in characters from 1.
    pub position: usize,
    pub what: String,
}

/// What is printed as an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Partition,
    Offset,
    KeyLength,
    ValueLength,
    Headers,
    LeaderEpoch,
}

/// What is printed as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    Topic,
    /// In `%h{…}`: the header's name.
    Key,
    /// In `%h{…}`: the header's value.
    Value,
    /// The value of the first header with this name.
    Header(Vec<u8>),
}

/// What is known of a record besides what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    /// `CreateTime`, `LogAppendTime`, or `NoTimestampType`.
    TimestampType,
    /// The codec of its batch.
    Compression,
    /// 0 or 1.
    Transactional,
    Control,
}

/// How a text is printed, if the template says so.
#[derive(Clone)]
struct Form {
    name: FormatName,
    codec: Arc<dyn Codec>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.name.fmt(f)
    }
}

/// One step of a template.
#[derive(Clone, Debug)]
enum Step {
    Literal(Vec<u8>),
    Count {
        what: Count,
        form: NumberForm,
    },
    Time(TimeForm),
    Text {
        what: Field,
        form: Option<Form>,
        is_sized: bool,
    },
    /// `name=value,name=value`, as kcat prints them.
    Headers,
    /// A JSON array of them.
    HeadersJson,
    /// For each of them, these steps.
    EachHeader(Vec<Step>),
    Attribute(Attribute),
}

impl Step {
    /// Whether it is this number.
    fn counts(&self, wanted: Count) -> bool {
        matches!(self, Step::Count { what, .. } if *what == wanted)
    }
}

/// A template that has been read.
#[derive(Clone, Debug)]
pub struct Template {
    steps: Vec<Step>,
    formats: Formats,
    /// What stands for null where no length tells it from empty.
    null_marker: Option<Vec<u8>>,
}

/// What is printed of a timestamp's type where there is no timestamp.
const NO_TIMESTAMP_TYPE: &str = "NoTimestampType";
/// What is printed of an attribute that nobody told us.
const UNKNOWN: &str = "unknown";

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        let chars: Vec<char> = text.chars().collect();
        let mut parser = Parser { chars: &chars, at: 0, is_header: false };
        let steps = parser.steps()?;
        Ok(Template { steps, formats: Formats::default(), null_marker: None })
    }

    /// The template of a value and a newline.
    pub fn value_line() -> Self {
        let value = Step::Text { what: Field::Value, form: None, is_sized: false };
        let steps = vec![value, Step::Literal(b"\n".to_vec())];
        Template { steps, formats: Formats::default(), null_marker: None }
    }

    /// Says what keys, values and headers mean where the template does not.
    #[must_use]
    pub fn with_formats(mut self, formats: Formats) -> Self {
        self.formats = formats;
        self
    }

    /// Says what stands for a null key or value where no length tells it from an empty one.
    #[must_use]
    pub fn with_null_marker(mut self, marker: Option<Vec<u8>>) -> Self {
        self.null_marker = marker;
        self
    }

    /// Says whether records' headers are printed: they cost a little to look at. A codec may ask
    /// for them too.
    pub fn wants_headers(&self) -> bool {
        let has_codec = self.formats.key.is_some() || self.formats.value.is_some();
        has_codec
            || self.steps.iter().any(|step| match step {
                Step::Headers | Step::HeadersJson | Step::EachHeader(_) => true,
                Step::Count { what, .. } => *what == Count::Headers,
                Step::Text { what, form, .. } => matches!(what, Field::Header(_)) || form.is_some(),
                Step::Literal(_) | Step::Time(_) | Step::Attribute(_) => false,
            })
    }
}

/// Reads templates, also the one in the braces of `%h{…}`.
struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    is_header: bool,
}

impl Parser<'_> {
    fn bad<T>(&self, at: usize, what: impl Into<String>) -> Result<T, BadTemplate> {
        Err(BadTemplate { position: at + 1, what: what.into() })
    }

    fn next(&mut self) -> Option<char> {
        let next = self.chars.get(self.at).copied();
        self.at += usize::from(next.is_some());
        next
    }

    fn steps(&mut self) -> Result<Vec<Step>, BadTemplate> {
        let mut steps = Vec::new();
        let mut literal = Vec::new();
        loop {
            let at = self.at;
            match self.next() {
                None => break,
                Some('%') => match self.next() {
                    Some(c @ ('%' | '{' | '}' | '[' | ']')) => literal.push(c as u8),
                    Some(verb) => {
                        let step = self.step(verb, at, &steps)?;
                        if !literal.is_empty() {
                            steps.push(Step::Literal(std::mem::take(&mut literal)));
                        }
                        steps.push(step);
                    }
                    None => {
                        return self.bad(at, "nothing follows `%` (`%%` is a percent sign)");
                    }
                },
                Some('\\') => match self.escaped() {
                    Ok(byte) => literal.push(byte),
                    Err(what) => return self.bad(at, what),
                },
                Some(c) => literal.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if !literal.is_empty() {
            steps.push(Step::Literal(literal));
        }
        Ok(steps)
    }

    /// Reads a verb and what stands in its brackets and braces.
    fn step(&mut self, verb: char, at: usize, before: &[Step]) -> Result<Step, BadTemplate> {
        let known = if self.is_header { "kvsKVSR" } else { "tpodTkvsKVSRhHea" };
        if !known.contains(verb) {
            return self.bad(at, format!("`%{verb}` prints nothing known"));
        }
        let name = match verb {
            'h' => self.enclosed('[', ']')?,
            _ => None,
        };
        let braces = self.enclosed('{', '}')?;
        let has = |wanted: Count| before.iter().any(|step| step.counts(wanted));
        match verb {
            't' => self.text(Field::Topic, braces, false),
            'k' => self.text(Field::Key, braces, has(Count::KeyLength)),
            'v' | 's' => self.text(Field::Value, braces, has(Count::ValueLength)),
            'p' => self.count(Count::Partition, braces),
            'o' => self.count(Count::Offset, braces),
            'K' => self.count(Count::KeyLength, braces),
            'V' | 'S' => self.count(Count::ValueLength, braces),
            'R' => match braces {
                None => Ok(Step::Count { what: Count::ValueLength, form: NumberForm::Big(4) }),
                Some((at, _)) => self.bad(at, "`%R` is always four bytes; `%V{…}` is of any form"),
            },
            'H' => self.count(Count::Headers, braces),
            'e' => self.count(Count::LeaderEpoch, braces),
            'd' | 'T' => self.time(braces),
            'h' => self.headers(name, braces, at),
            _ => self.attribute(braces, at),
        }
    }

    /// Reads what stands in a pair of brackets that opens here, if one does: its place and the
    /// characters in it, among which pairs may stand.
    fn enclosed(
        &mut self,
        open: char,
        close: char,
    ) -> Result<Option<(usize, Vec<char>)>, BadTemplate> {
        if self.chars.get(self.at) != Some(&open) {
            return Ok(None);
        }
        let from = self.at;
        let (mut depth, mut is_escape) = (0, false);
        while let Some(c) = self.next() {
            // `%{` and `%}` are characters, in here too.
            let is_escaped = is_escape;
            is_escape = c == '%' && !is_escaped;
            if is_escaped && "{}[]".contains(c) {
                continue;
            }
            depth += i32::from(c == open) - i32::from(c == close);
            if depth == 0 {
                return Ok(Some((from + 1, self.chars[from + 1..self.at - 1].to_vec())));
            }
        }
        self.bad(from, format!("`{open}` has no `{close}` (`%{open}` is one that needs none)"))
    }

    fn count(&self, what: Count, braces: Option<(usize, Vec<char>)>) -> Result<Step, BadTemplate> {
        let Some((at, name)) = braces else {
            return Ok(Step::Count { what, form: NumberForm::Decimal });
        };
        let name = String::from_iter(name);
        match NumberForm::of_name(&name) {
            Some(form) => Ok(Step::Count { what, form }),
            None => self.bad(
                at,
                format!(
                    "`{name}` is no form of an integer: there are ascii, hex, hex4 to hex64, \
                     big8 to big64, little8 to little64"
                ),
            ),
        }
    }

    fn text(
        &self,
        what: Field,
        braces: Option<(usize, Vec<char>)>,
        is_sized: bool,
    ) -> Result<Step, BadTemplate> {
        let Some((at, name)) = braces else {
            return Ok(Step::Text { what, form: None, is_sized });
        };
        match String::from_iter(name).parse::<FormatName>() {
            Ok(FormatName::Schema(_)) => self.bad(
                at,
                "what needs a schema is a format of all keys or values (--value-format), \
                 and none in braces"
                    .to_owned(),
            ),
            Ok(name) => {
                let codec = codec::of(&name).into();
                Ok(Step::Text { what, form: Some(Form { name, codec }), is_sized })
            }
            Err(bad) => self.bad(at, bad.to_string()),
        }
    }

    fn time(&self, braces: Option<(usize, Vec<char>)>) -> Result<Step, BadTemplate> {
        let Some((at, name)) = braces else { return Ok(Step::Time(TimeForm::MILLIS)) };
        match TimeForm::of_name(&String::from_iter(name)) {
            Ok(form) => Ok(Step::Time(form)),
            Err(what) => self.bad(at, what),
        }
    }

    fn headers(
        &self,
        name: Option<(usize, Vec<char>)>,
        braces: Option<(usize, Vec<char>)>,
        at: usize,
    ) -> Result<Step, BadTemplate> {
        if let Some((at, name)) = name {
            return match String::from_iter(name).into_bytes() {
                name if name.is_empty() => self.bad(at, "a header has no name"),
                name => self.text(Field::Header(name), braces, false),
            };
        }
        let Some((from, inner)) = braces else { return Ok(Step::Headers) };
        if inner.iter().collect::<String>() == "json" {
            return Ok(Step::HeadersJson);
        }
        if !inner.contains(&'%') {
            return self.bad(
                at,
                "what stands in `%h{…}` is `json`, or a template of each header, such as \
                 `%h{%k=%v;}`; one header by name is `%h[NAME]`",
            );
        }
        let mut parser = Parser { chars: &inner, at: 0, is_header: true };
        let steps = parser
            .steps()
            .map_err(|bad| BadTemplate { position: bad.position + from, what: bad.what })?;
        Ok(Step::EachHeader(steps))
    }

    fn attribute(
        &self,
        braces: Option<(usize, Vec<char>)>,
        at: usize,
    ) -> Result<Step, BadTemplate> {
        let (at, name) = match braces {
            Some((at, name)) => (at, String::from_iter(name)),
            None => (at, String::new()),
        };
        match name.as_str() {
            "timestamp-type" => Ok(Step::Attribute(Attribute::TimestampType)),
            "compression" => Ok(Step::Attribute(Attribute::Compression)),
            "transactional-bit" => Ok(Step::Attribute(Attribute::Transactional)),
            "control-bit" => Ok(Step::Attribute(Attribute::Control)),
            _ => self.bad(
                at,
                "the attributes are `%a{timestamp-type}`, `%a{compression}`, \
                 `%a{transactional-bit}` and `%a{control-bit}`",
            ),
        }
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self) -> Result<u8, String> {
        Ok(match self.next() {
            Some('n') => b'\n',
            Some('r') => b'\r',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('x') => {
                let mut digit = || self.next().and_then(|c| c.to_digit(16));
                let byte = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                return byte
                    .and_then(|byte| u8::try_from(byte).ok())
                    .ok_or_else(|| "two hexadecimal digits follow `\\x`".to_owned());
            }
            Some(c) => return Err(format!("`\\{c}` is no escape")),
            None => return Err("nothing follows `\\` (`\\\\` is one)".to_owned()),
        })
    }
}

/// Reads a text in which the escapes of a template stand for bytes.
pub fn unescape(text: &str) -> Result<Vec<u8>, BadTemplate> {
    let chars: Vec<char> = text.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0, is_header: false };
    let mut out = Vec::with_capacity(text.len());
    loop {
        let at = parser.at;
        match parser.next() {
            None => return Ok(out),
            Some('\\') => match parser.escaped() {
                Ok(byte) => out.push(byte),
                Err(what) => return parser.bad(at, what),
            },
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// An attribute as it is printed.
fn attribute(what: Attribute, record: &Record) -> &'static str {
    let bit = |is_set: bool| if is_set { "1" } else { "0" };
    match (what, record.batch) {
        (Attribute::TimestampType, _) => {
            record.timestamp.map_or(NO_TIMESTAMP_TYPE, |(_, kind)| kind.name())
        }
        (_, None) => UNKNOWN,
        (Attribute::Compression, Some(batch)) => batch.compression,
        (Attribute::Transactional, Some(batch)) => bit(batch.is_transactional),
        (Attribute::Control, Some(batch)) => bit(batch.is_control),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_refused_with_their_place() {
        let known = [
            ("%v%", 3, "nothing follows `%` (`%%` is a percent sign)"),
            ("ab%x", 3, "`%x` prints nothing known"),
            ("%v\\q", 3, "`\\q` is no escape"),
            ("\\", 1, "nothing follows `\\` (`\\\\` is one)"),
            ("%v\\x1", 3, "two hexadecimal digits follow `\\x`"),
            ("\u{e4}\\xgg", 2, "two hexadecimal digits follow `\\x`"),
            ("%v{hex", 3, "`{` has no `}` (`%{` is one that needs none)"),
            ("%h[]", 4, "a header has no name"),
            ("%h{%t}", 4, "`%t` prints nothing known"),
            ("%R{hex}", 4, "`%R` is always four bytes; `%V{…}` is of any form"),
        ];
        for (template, position, what) in known {
            let bad = Template::parse(template).unwrap_err();
            assert_eq!(bad, BadTemplate { position, what: what.to_owned() }, "{template}");
        }
        for (template, told) in [
            ("%v{int32}", "is no format"),
            ("%p{hex7}", "no form of an integer"),
            ("%d{iso}", "no form of a time"),
            ("%d{strftime[%]}", "strftime"),
            ("%h{name}", "%h[NAME]"),
            ("%a", "timestamp-type"),
            ("%a{codec}", "%a{compression}"),
            ("%v{avro}", "needs a schema"),
        ] {
            let bad = Template::parse(template).unwrap_err().to_string();
            assert!(bad.contains(told), "{bad}");
        }
    }

    #[test]
    fn texts_are_unescaped() {
        assert_eq!(unescape(r"a\t\x00%\\").unwrap(), b"a\t\0%\\");
        assert_eq!(unescape(r"ab\q").unwrap_err().position, 3);
    }

    #[test]
    fn only_headers_are_looked_at_when_wanted() {
        for template in ["%k%h", "%H", "%h[a]", "%h{json}"] {
            assert!(Template::parse(template).unwrap().wants_headers(), "{template}");
        }
        assert!(
            !Template::parse("%t%p%o%d%k%v%K%V%R%e%a{timestamp-type}").unwrap().wants_headers()
        );
        assert!(!Template::value_line().wants_headers());
    }
}
