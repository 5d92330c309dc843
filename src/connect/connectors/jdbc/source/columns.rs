//! Columns into fields: the types that Java's connector gives them, and their values.
//!
//! What differs: SQLite's integers have 64 bits; a NUMERIC of PostgreSQL without a precision is a
//! Decimal with 127 digits behind the point, so that none is lost; types that Connect does not
//! have are texts, where Java leaves their columns out.

use jiff::tz::TimeZone;
use num_bigint::BigInt;

use super::Config;
use super::reader::unreadable;
use crate::connect::connectors::jdbc::db::{DbError, Read, ReadColumn, Rows};
use crate::connect::connectors::jdbc::time;
use crate::connect::data::{Data, Decimal, Schema, SchemaRef, Struct, Type, Value, logical};
use crate::connect::define::Settings;

/// The digits behind the point of a number that does not say how many it has.
const SCALE_HIGH: i32 = 127;

/// What numbers with a precision become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    None,
    PrecisionOnly,
    BestFit,
    BestFitEagerDouble,
}

impl Numbers {
    pub(super) fn of(settings: &Settings) -> Numbers {
        match settings.text("numeric.mapping").map(str::to_lowercase).as_deref() {
            Some("precision_only") => Numbers::PrecisionOnly,
            Some("best_fit") => Numbers::BestFit,
            Some("best_fit_eager_double") => Numbers::BestFitEagerDouble,
            None if settings.flag("numeric.precision.mapping") => Numbers::PrecisionOnly,
            _ => Numbers::None,
        }
    }

    fn schema(self, precision: Option<i32>, scale: Option<i32>) -> Schema {
        let decimal = || Schema::decimal(scale.unwrap_or(SCALE_HIGH));
        let (Some(precision), Some(scale)) = (precision, scale) else { return decimal() };
        let fits = precision < 19;
        let integer = || {
            Schema::of(match precision {
                10.. => Type::Int64,
                5.. => Type::Int32,
                3.. => Type::Int16,
                _ => Type::Int8,
            })
        };
        match self {
            Numbers::PrecisionOnly if fits && scale == 0 => integer(),
            Numbers::BestFit | Numbers::BestFitEagerDouble if fits && scale <= 0 => integer(),
            Numbers::BestFit if fits => Schema::of(Type::Float64),
            Numbers::BestFitEagerDouble if scale > 0 => Schema::of(Type::Float64),
            _ => decimal(),
        }
    }
}

/// How rows become structs.
pub(super) struct Mapping {
    schema: SchemaRef,
}

impl Mapping {
    pub(super) fn of(
        rows: &Rows,
        name: Option<&str>,
        required: &[String],
        config: &Config,
    ) -> Mapping {
        let mut schema = Schema::structure();
        schema.name = name.map(str::to_owned);
        for (at, column) in rows.columns.iter().enumerate() {
            let mut field = match column.kind.is_empty() {
                // An expression of SQLite's: the first value says what it is.
                true => guessed(rows.rows.iter().map(|row| &row[at])),
                false => field_of(column, config.numbers),
            };
            field.optional = column.optional && !required.contains(&column.name);
            schema = schema.field(column.name.clone(), field.share());
        }
        Mapping { schema: schema.share() }
    }

    /// A row as a struct.
    pub(super) fn data(&self, row: Vec<Read>, zone: &TimeZone) -> Result<Data, DbError> {
        let mut all = Struct::new(SchemaRef::clone(&self.schema));
        for (at, read) in row.into_iter().enumerate() {
            let field = &self.schema.fields[at];
            let wrong = || unreadable(&field.name, field.schema.kind.lower());
            let value = value_of(read, &field.schema, zone).ok_or_else(wrong)?;
            all.set(at, value).map_err(|error| DbError::settings(error.message))?;
        }
        Ok(all.data())
    }
}

fn guessed<'a>(mut values: impl Iterator<Item = &'a Read>) -> Schema {
    Schema::of(match values.find(|read| **read != Read::Null) {
        Some(Read::Int(_)) => Type::Int64,
        Some(Read::Float(_)) => Type::Float64,
        Some(Read::Bytes(_)) => Type::Bytes,
        _ => Type::String,
    })
}

/// The schema of a column, by the name of its type.
fn field_of(column: &ReadColumn, numbers: Numbers) -> Schema {
    let wider =
        |signed: Type, unsigned: Type| Schema::of(if column.unsigned { unsigned } else { signed });
    match column.kind.as_str() {
        "bool" | "boolean" => Schema::of(Type::Boolean),
        "tinyint" => wider(Type::Int8, Type::Int16),
        "smallint" | "int2" => wider(Type::Int16, Type::Int32),
        "int4" | "year" | "mediumint" => Schema::of(Type::Int32),
        "int" => wider(Type::Int32, Type::Int64),
        "bigint" | "int8" | "oid" | "integer" => Schema::of(Type::Int64),
        "float4" | "float" => Schema::of(Type::Float32),
        "float8" | "double" | "real" | "double precision" => Schema::of(Type::Float64),
        "bytea" | "blob" | "varbinary" | "binary" => Schema::of(Type::Bytes),
        "bit" if column.precision == Some(1) => Schema::of(Type::Int8),
        "bit" if column.precision.is_some() => Schema::of(Type::Bytes),
        "date" => Schema::logical(logical::DATE),
        "time" | "timetz" => Schema::logical(logical::TIME),
        "timestamp" | "timestamptz" | "datetime" => Schema::logical(logical::TIMESTAMP),
        "numeric" | "decimal" => numbers.schema(column.precision, column.scale),
        _ => Schema::of(Type::String),
    }
}

/// A value, as its field's schema wants it.
fn value_of(read: Read, schema: &Schema, zone: &TimeZone) -> Option<Value> {
    if read == Read::Null {
        return Some(Value::Null);
    }
    match schema.name.as_deref() {
        Some(logical::DECIMAL) => return decimal(&read, schema.scale().ok()?),
        Some(logical::DATE) => return date(read, time::read_date),
        Some(logical::TIME) => return date(read, |text| time::read_time(text, zone)),
        Some(logical::TIMESTAMP) => {
            let ms = |text: &str| {
                let nanos = time::read_nanos(text, zone)?;
                i64::try_from(nanos.div_euclid(1_000_000)).ok()
            };
            return date(read, ms);
        }
        _ => {}
    }
    let integer = || match &read {
        Read::Int(number) => Some(*number),
        Read::Text(text) => text.parse().ok(),
        Read::Float(number) if number.fract() == 0.0 => Some(*number as i64),
        // Bits are sent as bytes.
        Read::Bytes(bytes) if bytes.len() <= 8 => {
            Some(bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)))
        }
        _ => None,
    };
    let float = || match &read {
        Read::Float(number) => Some(*number),
        Read::Int(number) => Some(*number as f64),
        Read::Text(text) => text.parse().ok(),
        _ => None,
    };
    Some(match schema.kind {
        Type::Boolean => match &read {
            Read::Text(text) => Value::Boolean(matches!(text.as_str(), "t" | "true" | "1")),
            _ => Value::Boolean(integer()? != 0),
        },
        Type::Int8 => Value::Int8(i8::try_from(integer()?).ok()?),
        Type::Int16 => Value::Int16(i16::try_from(integer()?).ok()?),
        Type::Int32 => Value::Int32(i32::try_from(integer()?).ok()?),
        Type::Int64 => Value::Int64(integer()?),
        Type::Float32 => Value::Float32(float()? as f32),
        Type::Float64 => Value::Float64(float()?),
        Type::Bytes => match read {
            Read::Bytes(bytes) => Value::Bytes(bytes),
            Read::Text(text) => Value::Bytes(text.into_bytes()),
            _ => return None,
        },
        _ => Value::String(match read {
            Read::Text(text) => text,
            Read::Int(number) => number.to_string(),
            Read::Float(number) => number.to_string(),
            Read::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Read::Null => return None,
        }),
    })
}

/// A moment that is milliseconds already, or a text of it.
fn date(read: Read, ms: impl Fn(&str) -> Option<i64>) -> Option<Value> {
    match read {
        Read::Int(ms) => Some(Value::Date(ms)),
        Read::Text(text) => ms(&text).map(Value::Date),
        _ => None,
    }
}

/// A decimal with so many digits behind the point; more are rounded, half away from zero.
fn decimal(read: &Read, scale: i32) -> Option<Value> {
    let text = match read {
        Read::Text(text) => text.clone(),
        Read::Int(number) => number.to_string(),
        Read::Float(number) => number.to_string(),
        _ => return None,
    };
    let mut decimal = Decimal::parse(&text)?;
    while decimal.scale < scale {
        decimal.unscaled *= 10;
        decimal.scale += 1;
    }
    if decimal.scale > scale {
        let more = decimal.scale.abs_diff(scale);
        let power: BigInt = BigInt::from(10).pow(more);
        let half: BigInt = &power / 2;
        let away = if decimal.unscaled < BigInt::ZERO { -half } else { half };
        decimal.unscaled = (decimal.unscaled + away) / power;
        decimal.scale = scale;
    }
    Some(Value::Decimal(decimal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_what_the_mapping_says() {
        let rows = [
            (Numbers::None, 5, 0, "bytes"),
            (Numbers::PrecisionOnly, 2, 0, "int8"),
            (Numbers::PrecisionOnly, 4, 0, "int16"),
            (Numbers::PrecisionOnly, 9, 0, "int32"),
            (Numbers::PrecisionOnly, 18, 0, "int64"),
            (Numbers::PrecisionOnly, 19, 0, "bytes"),
            (Numbers::PrecisionOnly, 5, 2, "bytes"),
            (Numbers::BestFit, 5, 2, "double"),
            (Numbers::BestFit, 30, 2, "bytes"),
            (Numbers::BestFitEagerDouble, 30, 2, "double"),
            (Numbers::BestFitEagerDouble, 30, 0, "bytes"),
        ];
        for (numbers, precision, scale, want) in rows {
            let schema = numbers.schema(Some(precision), Some(scale));
            let name = match schema.kind {
                Type::Float64 => "double",
                kind => kind.lower(),
            };
            assert_eq!(name, want, "{numbers:?} {precision} {scale}");
        }
        let zone = TimeZone::UTC;
        let two = Schema::decimal(2);
        for (text, want) in [("1.5", "1.50"), ("-1.005", "-1.01"), ("12", "12.00")] {
            let value = value_of(Read::Text(text.to_owned()), &two, &zone);
            assert_eq!(value, Decimal::parse(want).map(Value::Decimal));
        }
    }
}
