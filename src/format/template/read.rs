//! Records read by the template that printed them.
//!
//! A template can be read if it says where each field ends: a length before it (`%V%v`), a form
//! of a fixed width, or a text after it, which the field must not contain. One that does not is
//! refused before anything is read.

use std::borrow::Cow;

use super::super::formats::encode;
use super::super::number::NumberForm;
use super::super::scan::Scan;
use super::super::{Formats, Header, Next, Read, Reader, envelope};
use super::time::TimeForm;
use super::{Count, Field, Form, Step, Template};
use crate::codec::{FormatName, Kind, Part};

/// How many headers a record may have: more than any has, and no more than memory holds.
const HEADERS_MAX: i64 = 1_000_000;

/// A template cannot be read by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotReadable(String);

/// Reads records by a template.
pub struct TemplateReader {
    template: Template,
    bytes_max: usize,
    /// The key of records that have none of their own.
    key: Option<Vec<u8>>,
}

impl TemplateReader {
    /// A reader of records whose text takes `bytes_max` bytes at most.
    pub fn new(
        template: Template,
        key: Option<Vec<u8>>,
        bytes_max: usize,
    ) -> Result<Self, NotReadable> {
        check(&template.steps, false)?;
        let has = |wanted: &Field| {
            let is = |s: &&Step| matches!(s, Step::Text { what, .. } if what == wanted);
            template.steps.iter().filter(is).count()
        };
        if has(&Field::Value) == 0 {
            let why = "nothing in it is the value: `%v` is".to_owned();
            return Err(NotReadable(why));
        }
        Ok(TemplateReader { template, bytes_max, key })
    }
}

/// Checks that each field has an end.
fn check(steps: &[Step], is_header: bool) -> Result<(), NotReadable> {
    let refuse = |why: String| Err(NotReadable(why));
    for (at, step) in steps.iter().enumerate() {
        let after = match steps.get(at + 1) {
            Some(Step::Literal(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        let name = name(step, is_header);
        let twice = steps[..at].iter().any(|other| is_same(other, step));
        if twice {
            return refuse(format!("{name} is in it twice"));
        }
        let is_digit = match step {
            Step::Count { form, .. } | Step::Time(TimeForm::Number { form, .. }) => {
                match form.width() {
                    Some(_) => continue,
                    None => Some(|byte: u8| form.is_digit(byte)),
                }
            }
            Step::Literal(_) | Step::HeadersJson => continue,
            Step::EachHeader(inner) => {
                let counts = |step: &Step| step.counts(Count::Headers);
                if !steps[..at].iter().any(counts) {
                    return refuse(format!("{name} has no number before it: `%H %h{{…}}`"));
                }
                check(inner, true)?;
                continue;
            }
            Step::Text { form, is_sized: true, .. } if !is_open(form.as_ref()) => continue,
            _ => None,
        };
        let Some(after) = after else {
            return refuse(format!(
                "nothing says where {name} ends: put a text behind it, such as `\\n`, or its \
                 length before it, such as `%V{{big32}}%v`"
            ));
        };
        if is_digit.is_some_and(|is_digit| is_digit(after[0])) {
            return refuse(format!("{name} does not end where a digit follows it"));
        }
        if matches!(step, Step::Time(TimeForm::Rfc3339))
            && (after[0].is_ascii_digit() || b"TZ:.-+".contains(&after[0]))
        {
            let after = char::from(after[0]);
            return refuse(format!("{name} does not end where `{after}` follows it"));
        }
    }
    Ok(())
}

/// Whether the length of a field's text does not follow from the length of its bytes.
fn is_open(form: Option<&Form>) -> bool {
    form.is_some_and(|form| text_length(&form.name, 1).is_none())
}

/// How long the text of so many bytes is, where that is known.
fn text_length(name: &FormatName, bytes: usize) -> Option<usize> {
    match name {
        FormatName::Bytes | FormatName::String | FormatName::Uuid => Some(bytes),
        FormatName::Hex => bytes.checked_mul(2),
        FormatName::Base64 => bytes.div_ceil(3).checked_mul(4),
        _ => None,
    }
}

/// Whether two steps say the same of a record, and might contradict each other.
fn is_same(one: &Step, other: &Step) -> bool {
    match (one, other) {
        (Step::Count { what: a, .. }, Step::Count { what: b, .. }) => a == b,
        (Step::Text { what: a, .. }, Step::Text { what: b, .. }) => a == b,
        (Step::Time(_), Step::Time(_)) => true,
        (
            Step::Headers | Step::HeadersJson | Step::EachHeader(_),
            Step::Headers | Step::HeadersJson | Step::EachHeader(_),
        ) => true,
        _ => false,
    }
}

/// What a field is called in a message.
fn name(step: &Step, is_header: bool) -> String {
    let name = match step {
        Step::Literal(bytes) => {
            return format!("`{}`", String::from_utf8_lossy(bytes).escape_debug());
        }
        Step::Count { what, .. } => match what {
            Count::Partition => "the partition",
            Count::Offset => "the offset",
            Count::KeyLength => "the key's length",
            Count::ValueLength => "the value's length",
            Count::Headers => "the number of headers",
            Count::LeaderEpoch => "the leader epoch",
        },
        Step::Time(_) => "the timestamp",
        Step::Text { what: Field::Key, .. } if is_header => "a header's name",
        Step::Text { what: Field::Value, .. } if is_header => "a header's value",
        Step::Text { what, .. } => match what {
            Field::Topic => "the topic",
            Field::Key => "the key",
            Field::Value => "the value",
            Field::Header(name) => {
                return format!("the header `{}`", String::from_utf8_lossy(name));
            }
        },
        Step::Headers | Step::HeadersJson | Step::EachHeader(_) => "the list of headers",
        Step::Attribute(_) => "the attribute",
    };
    name.to_owned()
}

/// Why a record is not read.
enum Stop {
    /// It may go on.
    More,
    Bad {
        at: usize,
        what: String,
    },
}

/// What has been read of a record, or of a header.
#[derive(Default)]
struct Got<'a> {
    key: Option<Cow<'a, [u8]>>,
    value: Option<Cow<'a, [u8]>>,
    key_length: Option<i64>,
    value_length: Option<i64>,
    headers_count: i64,
    headers: Vec<Header>,
    partition: Option<i32>,
    timestamp: Option<i64>,
}

/// A place in the input.
struct Place<'a> {
    bytes: &'a [u8],
    at: usize,
    is_end: bool,
}

impl<'a> Place<'a> {
    fn bad<T>(&self, what: impl Into<String>) -> Result<T, Stop> {
        Err(Stop::Bad { at: self.at, what: what.into() })
    }

    /// More bytes are wanted: where there are none, so it is told.
    fn more<T>(&self, within: &str) -> Result<T, Stop> {
        match self.is_end {
            true => Err(Stop::Bad {
                at: self.bytes.len(),
                what: format!("the input ends within {within}"),
            }),
            false => Err(Stop::More),
        }
    }

    fn take(&mut self, count: usize, within: &str) -> Result<&'a [u8], Stop> {
        let rest = &self.bytes[self.at..];
        match rest.get(..count) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None if self.is_end => self
                .more(&format!("{within}: {count} bytes are wanted where {} remain", rest.len())),
            None => Err(Stop::More),
        }
    }

    /// Takes what stands before a delimiter, which stays. At the end of all, the delimiter may
    /// lack if it is the template's last step.
    fn before(&mut self, delimiter: &[u8], is_last: bool, within: &str) -> Result<&'a [u8], Stop> {
        let rest = &self.bytes[self.at..];
        let end = match memchr::memmem::find(rest, delimiter) {
            Some(end) => end,
            None if self.is_end && is_last => rest.len(),
            None => return self.more(within),
        };
        self.at += end;
        Ok(&rest[..end])
    }
}

impl Reader for TemplateReader {
    fn next<'a>(&'a mut self, bytes: &'a [u8], is_end: bool) -> Next<'a> {
        let mut place = Place { bytes, at: 0, is_end };
        let mut got = Got::default();
        match self.steps(&self.template.steps, &mut place, &mut got, false) {
            Ok(()) => {
                let key = got.key.or(self.key.as_deref().map(Cow::Borrowed));
                let (partition, timestamp) = (got.partition, got.timestamp);
                let headers = got.headers;
                let record = Read { key, value: got.value, headers, partition, timestamp };
                Next::Record { used: place.at, record }
            }
            Err(Stop::More) if bytes.len() > self.bytes_max => {
                let what = format!("a record is longer than {} bytes", self.bytes_max);
                Next::Bad { at: 0, what }
            }
            Err(Stop::More) => Next::More,
            Err(Stop::Bad { at, what }) => Next::Bad { at, what },
        }
    }
}

impl TemplateReader {
    fn steps<'a>(
        &self,
        steps: &[Step],
        place: &mut Place<'a>,
        got: &mut Got<'a>,
        is_header: bool,
    ) -> Result<(), Stop> {
        for (at, step) in steps.iter().enumerate() {
            let is_last = !is_header && at + 2 == steps.len();
            let after = match steps.get(at + 1) {
                Some(Step::Literal(bytes)) => bytes.as_slice(),
                _ => b"",
            };
            let name = || name(step, is_header);
            match step {
                Step::Literal(bytes) => {
                    let may_lack = !is_header && at > 0 && at + 1 == steps.len();
                    literal(bytes, place, may_lack)?;
                }
                Step::Count { what, form } => {
                    let number = integer(*form, place, &name())?;
                    keep(*what, number, place, got)?;
                }
                Step::Time(form) => got.timestamp = Some(time(form, place, after, is_last)?),
                Step::Text { what, form, is_sized } => {
                    let length = match what {
                        Field::Key => got.key_length.take(),
                        Field::Value => got.value_length.take(),
                        _ => None,
                    };
                    let text = Text { what, form: form.as_ref(), is_header, name: name() };
                    match length.filter(|_| *is_sized && !is_open(form.as_ref())) {
                        Some(length) => self.sized(&text, length, place, got)?,
                        None => {
                            let bytes = self.delimited(&text, place, after, is_last)?;
                            let is_null = length.is_some_and(|length| length < 0);
                            self.set(&text, bytes, is_null, place, got)?;
                        }
                    }
                }
                Step::Headers => {
                    let text = place.before(after, is_last, &name())?;
                    self.plain_headers(text, place, got)?;
                }
                Step::HeadersJson => {
                    let rest = &place.bytes[place.at..];
                    let Some(end) = Scan::default().end(rest, place.is_end) else {
                        return place.more(&name());
                    };
                    let formats = Formats::default();
                    match envelope::read_headers(&rest[..end], &formats, &mut got.headers) {
                        Ok(()) => place.at += end,
                        Err(what) => return place.bad(what),
                    }
                }
                Step::EachHeader(inner) => {
                    for _ in 0..got.headers_count {
                        let mut header = Got::default();
                        self.steps(inner, place, &mut header, true)?;
                        let value = header.value.map(Cow::into_owned);
                        got.headers.push((header.key.unwrap_or_default().into_owned(), value));
                    }
                }
                Step::Attribute(_) => drop(place.before(after, is_last, &name())?),
            }
        }
        Ok(())
    }

    /// Reads a text whose length stood before it.
    fn sized<'a>(
        &self,
        text: &Text,
        length: i64,
        place: &mut Place<'a>,
        got: &mut Got<'a>,
    ) -> Result<(), Stop> {
        let Ok(length) = usize::try_from(length) else {
            return self.set(text, b"", true, place, got);
        };
        let own = text.form.map_or(Some(length), |form| text_length(&form.name, length));
        let bytes = place.take(own.unwrap_or(length), &text.name)?;
        self.set(text, bytes, false, place, got)
    }

    /// Reads a text up to what follows it; a JSON value ends by itself.
    fn delimited<'a>(
        &self,
        text: &Text,
        place: &mut Place<'a>,
        after: &[u8],
        is_last: bool,
    ) -> Result<&'a [u8], Stop> {
        let is_json = text.form.is_some_and(|form| form.name == FormatName::Json);
        let rest = &place.bytes[place.at..];
        if is_json && matches!(rest.first(), Some(b'{' | b'[' | b'"')) {
            let Some(end) = Scan::default().end(rest, place.is_end) else {
                return place.more(&text.name);
            };
            place.at += end;
            return Ok(&rest[..end]);
        }
        place.before(after, is_last, &text.name)
    }

    /// Makes the bytes of a text, and puts them where they belong.
    fn set<'a>(
        &self,
        text: &Text,
        bytes: &'a [u8],
        is_null: bool,
        place: &Place,
        got: &mut Got<'a>,
    ) -> Result<(), Stop> {
        let part = match text.what {
            Field::Topic => return Ok(()),
            Field::Key => Part::Key,
            Field::Value if text.is_header => Part::Header(b""),
            Field::Value => Part::Value,
            // What is not there was printed as nothing.
            Field::Header(_) if bytes.is_empty() => return Ok(()),
            Field::Header(name) => Part::Header(name),
        };
        let is_name = text.is_header && *text.what == Field::Key;
        let codec = match text.form {
            Some(form) => Some(form.codec.as_ref()),
            None if is_name => None,
            None => self.template.formats.codec(part),
        };
        let is_marker = self.template.null_marker.as_deref() == Some(bytes) && !is_name;
        let topic = &self.template.formats.topic;
        let made = if is_null || is_marker {
            None
        } else {
            let text = Cow::Borrowed(bytes);
            match encode(codec, topic, part, text, Kind::Text, &mut got.headers) {
                Ok(made) => Some(made),
                // No number and no JSON is written as nothing: that was null.
                Err(_) if bytes.is_empty() => None,
                Err(e) => return place.bad(format!("the {part} {e}")),
            }
        };
        match (text.what, made) {
            (Field::Key, made) => got.key = made,
            (Field::Header(name), made) => {
                got.headers.push((name.clone(), made.map(Cow::into_owned)));
            }
            (_, made) => got.value = made,
        }
        Ok(())
    }

    /// Reads `name=value,name=value`, in which `NULL` is null, as kcat prints it.
    fn plain_headers(&self, text: &[u8], place: &Place, got: &mut Got) -> Result<(), Stop> {
        if text.is_empty() {
            return Ok(());
        }
        for pair in text.split(|byte| *byte == b',') {
            let Some(at) = memchr::memchr(b'=', pair) else {
                let pair = String::from_utf8_lossy(pair).into_owned();
                return place.bad(format!("the header `{}` has no `=`", pair.escape_debug()));
            };
            let (name, value) = (&pair[..at], &pair[at + 1..]);
            let part = Part::Header(name);
            let codec = self.template.formats.codec(part);
            let text = Cow::Borrowed(value);
            let topic = &self.template.formats.topic;
            let value = match value {
                b"NULL" => None,
                _ => match encode(codec, topic, part, text, Kind::Text, &mut Vec::new()) {
                    Ok(made) => Some(made.into_owned()),
                    Err(e) => return place.bad(format!("the {part} {e}")),
                },
            };
            got.headers.push((name.to_vec(), value));
        }
        Ok(())
    }
}

/// A text that is read.
struct Text<'t> {
    what: &'t Field,
    form: Option<&'t Form>,
    is_header: bool,
    name: String,
}

/// Reads a text that is always the same. The last one of all may lack.
fn literal(bytes: &[u8], place: &mut Place, may_lack: bool) -> Result<(), Stop> {
    let rest = &place.bytes[place.at..];
    if rest.starts_with(bytes) {
        place.at += bytes.len();
        return Ok(());
    }
    if bytes.starts_with(rest) {
        if rest.is_empty() && place.is_end && may_lack {
            return Ok(());
        }
        let shown = String::from_utf8_lossy(bytes).escape_debug().to_string();
        return place.more(&format!("a record: `{shown}` is wanted"));
    }
    let same = bytes.iter().zip(rest).take_while(|(a, b)| a == b).count();
    let there = &rest[..same + 1];
    let show = |bytes| String::from_utf8_lossy(bytes).escape_debug().to_string();
    place.bad(format!("`{}` is wanted where `{}` stands", show(bytes), show(there)))
}

/// Reads an integer: so many bytes, or as many digits as there are.
fn integer(form: NumberForm, place: &mut Place, name: &str) -> Result<i64, Stop> {
    let rest = &place.bytes[place.at..];
    let width = match form.width() {
        Some(width) => width,
        None => {
            let sign = usize::from(rest.first() == Some(&b'-'));
            let digits = rest[sign..].iter().take_while(|byte| form.is_digit(**byte)).count();
            if sign + digits == rest.len() && !place.is_end {
                return Err(Stop::More);
            }
            sign + digits
        }
    };
    let from = place.at;
    let bytes = place.take(width, name)?;
    form.read(bytes).ok_or_else(|| {
        let text = String::from_utf8_lossy(bytes).escape_debug().to_string();
        Stop::Bad { at: from, what: format!("{name} is no integer: `{text}`") }
    })
}

fn keep(what: Count, number: i64, place: &Place, got: &mut Got) -> Result<(), Stop> {
    match what {
        Count::Partition => match i32::try_from(number) {
            Ok(partition) => got.partition = Some(partition),
            Err(_) => return place.bad(format!("{number} is no partition")),
        },
        Count::KeyLength => got.key_length = Some(number),
        Count::ValueLength => got.value_length = Some(number),
        Count::Headers if !(0..=HEADERS_MAX).contains(&number) => {
            return place.bad(format!("{number} is no number of headers"));
        }
        Count::Headers => got.headers_count = number,
        Count::Offset | Count::LeaderEpoch => {}
    }
    Ok(())
}

/// Reads a timestamp: digits, or the text up to what follows. strftime's may contain that, so
/// the end is looked for until the text is a time.
fn time(form: &TimeForm, place: &mut Place, after: &[u8], is_last: bool) -> Result<i64, Stop> {
    const NAME: &str = "the timestamp";
    if let TimeForm::Number { form: number, .. } = form {
        let from = place.at;
        integer(*number, place, NAME)?;
        let bytes = &place.bytes[from..place.at];
        let time = form.read(bytes);
        return time.ok_or(Stop::Bad { at: from, what: format!("{NAME} is out of range") });
    }
    let from = place.at;
    let mut end = from;
    loop {
        place.at = end;
        let text = match place.before(after, is_last, NAME) {
            Ok(text) => text,
            Err(stop) => {
                // What stood before the first place where it might end is no time.
                let is_bad = end > from && matches!(stop, Stop::Bad { .. });
                place.at = from;
                return if is_bad { place.bad(format!("{NAME} is none")) } else { Err(stop) };
            }
        };
        end += text.len();
        if let Some(time) = form.read(&place.bytes[from..end]) {
            return Ok(time);
        }
        if matches!(form, TimeForm::Rfc3339) || end - from > 1000 || end == place.bytes.len() {
            let text = String::from_utf8_lossy(&place.bytes[from..end.min(from + 40)]).into_owned();
            let what = format!("{NAME} cannot be read: `{}`", text.escape_debug());
            return Err(Stop::Bad { at: from, what });
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests;
