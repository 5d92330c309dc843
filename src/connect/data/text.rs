//! Values as text for headers: what `SimpleHeaderConverter` writes, and what it makes of a text.
//!
//! A text is read as the narrowest thing that it can be: a boolean, a number, a date, a list, a
//! map; else it stays a text. Numbers are taken as Java takes them: `1.0` is the integer 1, `1.5`
//! a float, what no long holds a decimal.

use std::fmt::Write;

use data_encoding::BASE64;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use num_bigint::BigInt;

use super::decimal::Decimal;
use super::schema::{Schema, SchemaRef, Type, logical};
use super::value::{Data, Value};

const DAY_MS: i64 = 86_400_000;
/// How deep lists and maps may stand in each other: deeper, a text stays a text.
const DEPTH_MAX: usize = 64;

/// Reads a text.
pub fn parse(text: &str) -> Data {
    if text.is_empty() {
        return Schema::string().with(Value::from(""));
    }
    let mut parser = Parser { rest: text.trim() };
    let is_structure = parser.rest.starts_with(['[', '{']);
    let read = match is_structure {
        true => parser.value(0).filter(|_| parser.rest.trim().is_empty()),
        false => scalar(parser.rest),
    };
    read.unwrap_or_else(|| Schema::string().with(Value::from(text)))
}

/// Reads what is neither a list nor a map, nor a text.
fn scalar(token: &str) -> Option<Data> {
    let of = |kind: Type, value| Some(Schema::of(kind).share().with(value));
    match token {
        "null" => return Some(Data::null()),
        "true" => return of(Type::Boolean, Value::Boolean(true)),
        "false" => return of(Type::Boolean, Value::Boolean(false)),
        _ => {}
    }
    number(token).or_else(|| date(token))
}

fn number(token: &str) -> Option<Data> {
    if !token.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let decimal = Decimal::parse(token)?;
    let of = |kind: Type, value| Some(Schema::of(kind).share().with(value));
    if let Some(integer) = whole(&decimal) {
        if let Ok(n) = i8::try_from(&integer) {
            return of(Type::Int8, Value::Int8(n));
        }
        if let Ok(n) = i16::try_from(&integer) {
            return of(Type::Int16, Value::Int16(n));
        }
        if let Ok(n) = i32::try_from(&integer) {
            return of(Type::Int32, Value::Int32(n));
        }
        if let Ok(n) = i64::try_from(&integer) {
            return of(Type::Int64, Value::Int64(n));
        }
    }
    // An integer that is written as such and that no long holds stays exact.
    if decimal.scale != 0 {
        let double = decimal.to_f64();
        let float = double as f32;
        if float.is_finite() {
            return of(Type::Float32, Value::Float32(token.parse().unwrap_or(float)));
        }
        if double.is_finite() {
            return of(Type::Float64, Value::Float64(double));
        }
    }
    Some(Schema::decimal(decimal.scale).share().with(Value::Decimal(decimal)))
}

/// The integer that a decimal is, if it is one.
fn whole(decimal: &Decimal) -> Option<BigInt> {
    let power = BigInt::from(10).pow(decimal.scale.unsigned_abs());
    if decimal.scale <= 0 {
        return Some(&decimal.unscaled * power);
    }
    let zero = BigInt::from(0);
    (&decimal.unscaled % &power == zero).then(|| &decimal.unscaled / &power)
}

fn date(token: &str) -> Option<Data> {
    let bytes = token.as_bytes();
    let is_like = |shape: &str| {
        bytes.len() == shape.len()
            && bytes.iter().zip(shape.bytes()).all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                like => *byte == like,
            })
    };
    let named = |name, ms| Some(Schema::logical(name).share().with(Value::Date(ms)));
    if is_like("0000-00-00") {
        let date: Date = token.parse().ok()?;
        let ms = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
        return named(logical::DATE, ms);
    }
    if is_like("00:00:00.000Z") {
        let time: Time = token.trim_end_matches('Z').parse().ok()?;
        return named(logical::TIME, ms_of_day(time));
    }
    if is_like("0000-00-00T00:00:00.000Z") {
        let at: Timestamp = token.parse().ok()?;
        return named(logical::TIMESTAMP, at.as_millisecond());
    }
    None
}

fn ms_of_day(time: Time) -> i64 {
    let seconds =
        (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.millisecond())
}

/// Reads lists and maps.
struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn skip(&mut self, wanted: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A value inside a list or a map, or the outermost one.
    fn value(&mut self, depth: usize) -> Option<Data> {
        if depth > DEPTH_MAX {
            return None;
        }
        if self.skip('[') {
            return self.list(depth);
        }
        if self.skip('{') {
            return self.map(depth);
        }
        if self.skip('"') {
            return self.quoted();
        }
        let end = self.rest.find([',', ':', ']', '}']).unwrap_or(self.rest.len());
        // Dates have colons of their own, and are no longer than this.
        let longest = (end..=self.rest.len().min(24)).rev();
        let whole = longest.filter_map(|at| Some((at, date(self.rest.get(..at)?)?))).next();
        let (end, data) = match whole {
            Some(found) => found,
            None => (end, scalar(self.rest[..end].trim())?),
        };
        self.rest = &self.rest[end..];
        Some(data)
    }

    fn quoted(&mut self) -> Option<Data> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.push(chars.next()?.1),
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Some(Schema::string().with(Value::String(text)));
                }
                c => text.push(c),
            }
        }
        None
    }

    fn list(&mut self, depth: usize) -> Option<Data> {
        let mut all = Vec::new();
        while !self.skip(']') {
            if !all.is_empty() && !self.skip(',') {
                return None;
            }
            all.push(self.value(depth + 1)?);
        }
        let (values, schema) = alike(all)?;
        let schema = Schema { values: schema, ..Schema::of(Type::Array) };
        Some(schema.share().with(Value::Array(values)))
    }

    fn map(&mut self, depth: usize) -> Option<Data> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        while !self.skip('}') {
            if !keys.is_empty() && !self.skip(',') {
                return None;
            }
            keys.push(self.value(depth + 1)?);
            if !self.skip(':') {
                return None;
            }
            values.push(self.value(depth + 1)?);
        }
        let (keys, key_schema) = alike(keys)?;
        let (values, value_schema) = alike(values)?;
        let schema = Schema { keys: key_schema, values: value_schema, ..Schema::of(Type::Map) };
        Some(schema.share().with(Value::Map(keys.into_iter().zip(values).collect())))
    }
}

/// Gives several values one schema: the widest number, or the one that all have. None where they
/// have none in common; nothing at all where one of them is null.
fn alike(all: Vec<Data>) -> Option<(Vec<Value>, Option<SchemaRef>)> {
    let mut schema: Option<SchemaRef> = None;
    let mut is_mixed = false;
    for data in &all {
        let own = data.schema.as_ref()?;
        schema = match schema {
            None => Some(own.clone()),
            Some(one) if one == *own => Some(one),
            Some(one) if one.kind.is_number() && own.kind.is_number() => {
                Some(if own.kind > one.kind { own.clone() } else { one })
            }
            other => {
                is_mixed = true;
                other
            }
        };
    }
    let kind = schema.as_ref().map(|schema| schema.kind).filter(|_| !is_mixed);
    let values = all.into_iter().map(|data| widened(data.value, kind)).collect();
    Some((values, schema.filter(|_| !is_mixed)))
}

/// A number as a wider one.
fn widened(value: Value, kind: Option<Type>) -> Value {
    let integer = match value {
        Value::Int8(n) => i64::from(n),
        Value::Int16(n) => i64::from(n),
        Value::Int32(n) => i64::from(n),
        Value::Int64(n) => n,
        Value::Float32(n) if kind == Some(Type::Float64) => return Value::Float64(n.into()),
        value => return value,
    };
    match kind {
        Some(Type::Int16) => i16::try_from(integer).map_or(value, Value::Int16),
        Some(Type::Int32) => i32::try_from(integer).map_or(value, Value::Int32),
        Some(Type::Int64) => Value::Int64(integer),
        Some(Type::Float32) => Value::Float32(integer as f32),
        Some(Type::Float64) => Value::Float64(integer as f64),
        _ => value,
    }
}

/// Writes a value as a header's text.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    append(value, false, &mut out);
    out
}

fn append(value: &Value, is_inside: bool, out: &mut String) {
    match value {
        Value::String(text) if is_inside => {
            out.push('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push('"');
        }
        Value::Bytes(bytes) => out.push_str(&BASE64.encode(bytes)),
        Value::Array(all) => {
            out.push('[');
            for (i, value) in all.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                append(value, true, out);
            }
            out.push(']');
        }
        Value::Map(all) => {
            out.push('{');
            for (i, (key, value)) in all.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                append(key, true, out);
                out.push(':');
                append(value, true, out);
            }
            out.push('}');
        }
        Value::Date(ms) => append_date(*ms, out),
        // Writing to a string cannot fail.
        value => drop(write!(out, "{value}")),
    }
}

/// A time of the first day of all is a time; midnight is a date; else it is a timestamp.
fn append_date(ms: i64, out: &mut String) {
    let format = match ms {
        ms if (0..DAY_MS).contains(&ms) => "%H:%M:%S.%3fZ",
        ms if ms % DAY_MS == 0 => "%Y-%m-%d",
        _ => "%Y-%m-%dT%H:%M:%S.%3fZ",
    };
    match Timestamp::from_millisecond(ms) {
        Ok(at) => drop(write!(out, "{}", at.strftime(format))),
        Err(_) => drop(write!(out, "{ms}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(data: &Data) -> String {
        let of = |schema: &Option<SchemaRef>| {
            schema.as_ref().map_or("-".to_owned(), |schema| match &schema.name {
                Some(name) => name.rsplit('.').next().unwrap_or_default().to_owned(),
                None => schema.kind.lower().to_owned(),
            })
        };
        let inner = match &data.schema {
            Some(schema) if !schema.kind.is_primitive() => format!("<{}>", of(&schema.values)),
            _ => String::new(),
        };
        format!("{}{inner} {}", of(&data.schema), write(&data.value))
    }

    #[test]
    fn texts_are_read_as_kafka_reads_them() {
        // The answers of `org.apache.kafka.connect.data.Values.parseString`.
        let rows = [
            ("abc", "string abc"),
            ("1", "int8 1"),
            ("-7", "int8 -7"),
            ("+5", "int8 5"),
            ("007", "int8 7"),
            ("300", "int16 300"),
            ("-129", "int16 -129"),
            ("70000", "int32 70000"),
            ("1e5", "int32 100000"),
            ("5000000000", "int64 5000000000"),
            ("1.0", "int8 1"),
            ("5.", "int8 5"),
            ("1.5", "float32 1.5"),
            ("0.1", "float32 0.1"),
            ("1E-3", "float32 0.001"),
            ("3.4e38", "float32 3.4E38"),
            ("1.23456789012345678", "float32 1.2345679"),
            ("99999999999999999999.5", "float32 1.0E20"),
            ("12345678901234567890", "Decimal 12345678901234567890"),
            ("1e400", "Decimal 1E+400"),
            ("true", "boolean true"),
            ("FALSE", "string FALSE"),
            ("null", "- null"),
            ("NaN", "string NaN"),
            (".5", "string .5"),
            ("1L", "string 1L"),
            ("0x1", "string 0x1"),
            (" 1", "int8 1"),
            ("1 ", "int8 1"),
            ("", "string "),
            ("\"quoted\"", "string \"quoted\""),
            ("a,b", "string a,b"),
            ("[", "string ["),
            ("[]", "array<-> []"),
            ("{}", "map<-> {}"),
            ("[1,2]", "array<int8> [1,2]"),
            ("[1,2.5]", "array<float32> [1.0,2.5]"),
            ("[1,\"a\"]", "array<-> [1,\"a\"]"),
            ("[\"a\",\"b\"]", "array<string> [\"a\",\"b\"]"),
            ("[true,null]", "string [true,null]"),
            ("{\"a\":1}", "map<int8> {\"a\":1}"),
            ("{\"a\":1,\"b\":\"x\"}", "map<-> {\"a\":1,\"b\":\"x\"}"),
            ("{1:2}", "map<int8> {1:2}"),
            ("{a:1}", "string {a:1}"),
            ("[[1],[2]]", "array<array> [[1],[2]]"),
            ("2026-01-31", "Date 2026-01-31"),
            ("10:00:00.000Z", "Time 10:00:00.000Z"),
            ("2026-01-31T10:00:00.000Z", "Timestamp 2026-01-31T10:00:00.000Z"),
        ];
        for (text, want) in rows {
            assert_eq!(told(&parse(text)), want, "{text:?}");
        }
    }

    #[test]
    fn hostile_texts_stay_texts() {
        for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "9".repeat(20_000)] {
            assert_eq!(parse(&text).value, Value::String(text));
        }
    }
}
