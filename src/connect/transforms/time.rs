//! `TimestampConverter`, and times as `SimpleDateFormat` writes and reads them, in UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::fields::{REPLACE_NULL, basics};
use super::{Class, Target, Transform, as_map, as_struct, field_value, put};
use crate::connect::data::{Data, Schema, Struct, Type, Value, logical};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Valid};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

use Importance::{High, Low, Medium};
use Preset::{Required, Text};

const DAY_MS: i64 = 86_400_000;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) const CONVERTER: Class = Class {
    name: "org.apache.kafka.connect.transforms.TimestampConverter",
    def: Def(&[&[
        Key::new("field", Kind::String, Text(""), High, "The field; the whole value without."),
        Key::new("target.type", Kind::String, Required, High, "What it becomes.")
            .valid(Valid::OneOf(&["string", "unix", "Date", "Time", "Timestamp"])),
        Key::new(
            "format",
            Kind::String,
            Text(""),
            Medium,
            "How it is written as a text, by SimpleDateFormat's letters, in UTC.",
        )
        .valid(Valid::By(Format::check)),
        Key::new(
            "unix.precision",
            Kind::String,
            Text("milliseconds"),
            Low,
            "What a number counts since 1970.",
        )
        .valid(Valid::OneOf(&["nanoseconds", "microseconds", "milliseconds", "seconds"])),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let to = settings.string("target.type");
        let format = settings.text("format").map(Format::of).transpose();
        let format = format.map_err(ConnectError::config)?;
        if to == "string" && format.is_none() {
            return Err(ConnectError::config(
                "TimestampConverter requires format option to be specified when using string \
                 timestamps",
            ));
        }
        Ok(Box::new(Converter {
            target,
            field: settings.text("field").map(str::to_owned),
            to: match to {
                "string" => To::String,
                "unix" => To::Unix,
                "Date" => To::Date,
                "Time" => To::Time,
                _ => To::Timestamp,
            },
            format,
            precision: settings.string("unix.precision").to_owned(),
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    String,
    Unix,
    Date,
    Time,
    Timestamp,
}

struct Converter {
    target: Target,
    field: Option<String>,
    to: To,
    format: Option<Format>,
    precision: String,
    with_defaults: bool,
}

impl Converter {
    fn schema(&self, old: &Schema) -> Schema {
        let schema = match self.to {
            To::String => Schema::of(Type::String),
            To::Unix => Schema::of(Type::Int64),
            To::Date => Schema::logical(logical::DATE),
            To::Time => Schema::logical(logical::TIME),
            To::Timestamp => Schema::logical(logical::TIMESTAMP),
        };
        Schema { optional: old.optional, ..schema }
    }

    /// Milliseconds of what a value says.
    fn read(&self, value: &Value) -> Result<i64, ConnectError> {
        match value {
            Value::Date(ms) => Ok(*ms),
            Value::Int64(number) => Ok(match self.precision.as_str() {
                "seconds" => number.saturating_mul(1000),
                "microseconds" => number.div_euclid(1000),
                "nanoseconds" => number.div_euclid(1_000_000),
                _ => *number,
            }),
            Value::String(text) => {
                let format = self.format.as_ref().ok_or_else(|| {
                    ConnectError::config(
                        "TimestampConverter requires format option to be specified when using \
                         string timestamps",
                    )
                })?;
                format.read(text).ok_or_else(|| {
                    ConnectError::data(format!(
                        "Could not parse timestamp: value ({text}) does not match pattern ({})",
                        format.pattern
                    ))
                })
            }
            other => Err(ConnectError::data(format!(
                "TimestampConverter does not support {} objects as timestamps",
                other.java_class()
            ))),
        }
    }

    fn convert(&self, value: &Value) -> Result<Value, ConnectError> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        let ms = self.read(value)?;
        Ok(match self.to {
            To::String => {
                Value::String(self.format.as_ref().map_or(String::new(), |f| f.write(ms)))
            }
            To::Unix => Value::Int64(match self.precision.as_str() {
                "seconds" => ms.div_euclid(1000),
                "microseconds" => ms.saturating_mul(1000),
                "nanoseconds" => ms.saturating_mul(1_000_000),
                _ => ms,
            }),
            To::Date => Value::Date(ms.div_euclid(DAY_MS) * DAY_MS),
            To::Time => Value::Date(ms.rem_euclid(DAY_MS)),
            To::Timestamp => Value::Date(ms),
        })
    }
}

impl Transform for Converter {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let purpose = "converting timestamp formats";
        let data = self.target.of(&mut record);
        match (data.schema.clone(), &self.field) {
            (None, _) if data.value.is_null() => {}
            (None, None) => data.value = self.convert(&data.value)?,
            (None, Some(field)) => {
                let mut map = as_map(&data.value, purpose)?.to_vec();
                let old = data.value.entry(field).cloned().unwrap_or_default();
                put(&mut map, field, self.convert(&old)?);
                data.value = Value::Map(map);
            }
            (Some(schema), None) => {
                let value = self.convert(&data.value)?;
                *data = Data { schema: Some(self.schema(&schema).share()), value };
            }
            (Some(_), Some(_)) if data.value.is_null() => {}
            (Some(old), Some(field)) => {
                let all = as_struct(&data.value, purpose)?;
                let mut schema = Schema { optional: old.optional, ..basics(&old) };
                let mut values = Vec::new();
                for (at, own) in old.fields.iter().enumerate() {
                    let value = field_value(all, at, self.with_defaults);
                    let (kind, value) = match own.name == *field {
                        true => (self.schema(&own.schema).share(), self.convert(&value)?),
                        false => (own.schema.clone(), value),
                    };
                    schema = schema.field(own.name.as_str(), kind);
                    values.push(value);
                }
                let mut new = Struct::new(schema.share());
                for (at, value) in values.into_iter().enumerate() {
                    new.set(at, value)?;
                }
                *data = new.data();
            }
        }
        Ok(Some(record))
    }
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A letter, and how many of it.
    Letter(char, usize),
}

/// A pattern of `SimpleDateFormat`.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pattern: String,
    pieces: Vec<Piece>,
}

impl Format {
    pub(super) fn check(pattern: &str) -> Result<(), String> {
        Format::of(pattern).map(drop)
    }

    pub(super) fn of(pattern: &str) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut chars = pattern.chars().peekable();
        let text = |pieces: &mut Vec<Piece>, c: char| match pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => pieces.push(Piece::Text(c.to_string())),
        };
        while let Some(c) = chars.next() {
            match c {
                '\'' if chars.peek() == Some(&'\'') => {
                    chars.next();
                    text(&mut pieces, '\'');
                }
                '\'' => loop {
                    match chars.next() {
                        Some('\'') if chars.peek() == Some(&'\'') => {
                            chars.next();
                            text(&mut pieces, '\'');
                        }
                        Some('\'') => break,
                        Some(c) => text(&mut pieces, c),
                        None => return Err("Unterminated quote".to_owned()),
                    }
                },
                c if "yMdHhkKmsSaEDzZX".contains(c) => match pieces.last_mut() {
                    Some(Piece::Letter(letter, count)) if *letter == c => *count += 1,
                    _ => pieces.push(Piece::Letter(c, 1)),
                },
                c if c.is_ascii_alphabetic() => {
                    return Err(format!("Illegal pattern character '{c}'"));
                }
                c => text(&mut pieces, c),
            }
        }
        Ok(Format { pattern: pattern.to_owned(), pieces })
    }

    /// Writes a time in UTC.
    pub(super) fn write(&self, ms: i64) -> String {
        let Ok(at) = Timestamp::from_millisecond(ms) else { return ms.to_string() };
        let at = at.to_zoned(TimeZone::UTC);
        let mut out = String::new();
        for piece in &self.pieces {
            let (letter, count) = match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Letter(letter, count) => (*letter, *count),
            };
            let month = MONTHS[usize::try_from(at.month() - 1).unwrap_or(0) % 12];
            let day = DAYS[usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0) % 7];
            let hour = i64::from(at.hour());
            let number: i64 = match letter {
                'y' if count == 2 => i64::from(at.year()).rem_euclid(100),
                'y' => at.year().into(),
                'M' if count >= 3 => {
                    out.push_str(if count == 3 { &month[..3] } else { month });
                    continue;
                }
                'M' => at.month().into(),
                'd' => at.day().into(),
                'D' => at.day_of_year().into(),
                'H' => hour,
                'k' => {
                    if hour == 0 {
                        24
                    } else {
                        hour
                    }
                }
                'K' => hour % 12,
                'h' => {
                    if hour % 12 == 0 {
                        12
                    } else {
                        hour % 12
                    }
                }
                'm' => at.minute().into(),
                's' => at.second().into(),
                'S' => at.millisecond().into(),
                'a' => {
                    out.push_str(if hour < 12 { "AM" } else { "PM" });
                    continue;
                }
                'E' => {
                    out.push_str(if count <= 3 { &day[..3] } else { day });
                    continue;
                }
                'z' => {
                    out.push_str(if count >= 4 { "Coordinated Universal Time" } else { "UTC" });
                    continue;
                }
                'Z' => {
                    out.push_str("+0000");
                    continue;
                }
                _ => {
                    out.push('Z');
                    continue;
                }
            };
            out.push_str(&format!("{number:0count$}"));
        }
        out
    }

    /// Reads a time; what follows it is not looked at.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        let mut seen = Seen { year: 1970, month: 1, day: 1, ..Seen::default() };
        let mut rest = text;
        for (at, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Letter(letter, count) => {
                    // Numbers that stand side by side are as long as the pattern says.
                    let is_next_number = matches!(self.pieces.get(at + 1), Some(Piece::Letter(..)));
                    rest = seen.take(*letter, *count, is_next_number, rest)?;
                }
            }
        }
        seen.ms()
    }
}

/// What was read so far.
#[derive(Default)]
struct Seen {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    ms: i64,
    is_afternoon: Option<bool>,
    offset_ms: i64,
}

impl Seen {
    fn take<'a>(
        &mut self,
        letter: char,
        count: usize,
        fixed: bool,
        rest: &'a str,
    ) -> Option<&'a str> {
        let word = |names: &[&str]| {
            let is_it = |name: &str| {
                rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            let full = names.iter().position(|name| is_it(name));
            let found = full.map(|at| (at, names[at].len()));
            found.or_else(|| names.iter().position(|name| is_it(&name[..3])).map(|at| (at, 3)))
        };
        match letter {
            'M' if count >= 3 => {
                let (at, length) = word(&MONTHS)?;
                self.month = i64::try_from(at).ok()? + 1;
                return Some(&rest[length..]);
            }
            'E' => return word(&DAYS).map(|(_, length)| &rest[length..]),
            'a' => {
                let word = rest.get(..2)?;
                self.is_afternoon = Some(match word.to_ascii_uppercase().as_str() {
                    "AM" => false,
                    "PM" => true,
                    _ => return None,
                });
                return Some(&rest[2..]);
            }
            'z' | 'Z' | 'X' => return self.zone(rest),
            _ => {}
        }
        let trimmed = rest.trim_start_matches(' ');
        let is_negative = trimmed.starts_with('-');
        let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
        let most = if fixed { count } else { 18 };
        let length = digits.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number: i64 = digits[..length].parse().ok()?;
        let number = if is_negative { -number } else { number };
        match letter {
            // Two digits mean a year of this century or the one before.
            'y' if count == 2 && length == 2 => {
                self.year = if number < 70 { 2000 + number } else { 1900 + number };
            }
            'y' => self.year = number,
            'M' => self.month = number,
            'd' => self.day = number,
            'D' => (self.month, self.day) = (1, number),
            'H' | 'K' => self.hour = number,
            'k' => self.hour = number % 24,
            'h' => self.hour = number % 12,
            'm' => self.minute = number,
            's' => self.second = number,
            _ => self.ms = number,
        }
        Some(&digits[length..])
    }

    fn zone<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        for name in ["Z", "UTC", "GMT"] {
            if let Some(rest) = rest.strip_prefix(name) {
                return Some(rest);
            }
        }
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        let digits = rest.strip_prefix(['+', '-'])?;
        let hours: i64 = digits.get(..2)?.parse().ok()?;
        let after = digits[2..].strip_prefix(':').unwrap_or(&digits[2..]);
        let minutes = after.get(..2).and_then(|text| text.parse::<i64>().ok());
        let rest = if minutes.is_some() { &after[2..] } else { after };
        self.offset_ms = sign * (hours * 60 + minutes.unwrap_or(0)) * 60_000;
        Some(rest)
    }

    /// Lenient, as Java is: the 32nd of January is the first of February.
    fn ms(&self) -> Option<i64> {
        let months = self.year.checked_mul(12)?.checked_add(self.month - 1)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
        let first = first.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
        let hour = self.hour + if self.is_afternoon == Some(true) { 12 } else { 0 };
        let seconds = (hour.checked_mul(60)?.checked_add(self.minute)?)
            .checked_mul(60)?
            .checked_add(self.second)?;
        let days = (self.day - 1).checked_mul(DAY_MS)?;
        first
            .checked_add(days)?
            .checked_add(seconds.checked_mul(1000)?)?
            .checked_add(self.ms)?
            .checked_sub(self.offset_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_and_read_as_simple_date_format_does() {
        // The texts are SimpleDateFormat's, in UTC.
        let ms = 1_700_000_000_123;
        for (pattern, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2023-11-14T22:13:20.123Z"),
            ("yyyy-MM-dd HH:mm:ss.SSSZ", "2023-11-14 22:13:20.123+0000"),
            ("yyyyMMddHHmmssSSS", "20231114221320123"),
            ("EEE, d MMM yyyy hh:mm:ss.SSS a z", "Tue, 14 Nov 2023 10:13:20.123 PM UTC"),
            ("MMMM dd, yyyy 'o''clock' HH:mm:ss.SSSX", "November 14, 2023 o'clock 22:13:20.123Z"),
        ] {
            let format = Format::of(pattern).unwrap();
            assert_eq!(format.write(ms), text);
            assert_eq!(format.read(text), Some(ms), "{pattern}");
        }
        let day = Format::of("yyyy-MM-dd").unwrap();
        assert_eq!(day.read("2023-02-31"), day.read("2023-03-03"));
        assert_eq!(day.read("x"), None);
        assert_eq!(Format::of("yy").unwrap().write(ms), "23");
        assert!(Format::of("yyyy-QQ").is_err() && Format::of("'x").is_err());
    }
}
