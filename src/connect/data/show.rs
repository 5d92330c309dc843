//! Values as Java's `toString` writes them: what the string converter and the file sink write.

use std::fmt::{self, Write};

use super::value::{Struct, Value};

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => value.fmt(f),
            Value::Int8(value) => value.fmt(f),
            Value::Int16(value) => value.fmt(f),
            Value::Int32(value) => value.fmt(f),
            Value::Int64(value) => value.fmt(f),
            Value::Float32(value) => write_float32(*value, f),
            Value::Float64(value) => write_float64(*value, f),
            Value::String(text) => f.write_str(text),
            // Java writes the address of the array, which is of no use to anybody.
            Value::Bytes(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
            Value::Array(all) => {
                f.write_char('[')?;
                for (i, value) in all.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    value.fmt(f)?;
                }
                f.write_char(']')
            }
            Value::Map(all) => {
                f.write_char('{')?;
                for (i, (key, value)) in in_order_of_hash(all).into_iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{key}={value}")?;
                }
                f.write_char('}')
            }
            Value::Struct(all) => all.fmt(f),
            Value::Decimal(value) => value.fmt(f),
            Value::Date(ms) => write_date(*ms, f),
        }
    }
}

impl fmt::Display for Struct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Struct{")?;
        let mut is_first = true;
        for (at, field) in self.schema().fields.iter().enumerate() {
            let value = self.raw(at);
            if value.is_null() {
                continue;
            }
            if !is_first {
                f.write_char(',')?;
            }
            is_first = false;
            write!(f, "{}={value}", field.name)?;
        }
        f.write_char('}')
    }
}

/// The entries in the order in which Java's `HashMap` would go through them, which is what people
/// see in the files that Kafka's worker writes. Keys that are no texts stay as they came.
fn in_order_of_hash(all: &[(Value, Value)]) -> Vec<&(Value, Value)> {
    let mut entries: Vec<&(Value, Value)> = all.iter().collect();
    if entries.iter().all(|(key, _)| key.as_str().is_some()) {
        let mut capacity = 16;
        while entries.len() * 4 > capacity * 3 {
            capacity *= 2;
        }
        let mask = u32::try_from(capacity - 1).unwrap_or(u32::MAX);
        // Stable: those of one bucket are in the order in which they came.
        entries.sort_by_cached_key(|(key, _)| {
            let hash = key.as_str().map_or(0, hash_of);
            (hash ^ (hash >> 16)) & mask
        });
    }
    entries
}

/// Java's `String.hashCode`.
fn hash_of(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

/// Writes a double as Java does: `1.0`, `1.0E10`, `NaN`.
pub fn write_float64(value: f64, f: &mut impl Write) -> fmt::Result {
    match short(f64::from(0u8) + value.abs()) {
        true => write!(f, "{value:?}"),
        false => write_special(value.is_nan(), value.is_infinite(), value < 0.0, f, |f| {
            write_exponent(&format!("{value:e}"), f)
        }),
    }
}

/// Writes a float as Java does.
pub fn write_float32(value: f32, f: &mut impl Write) -> fmt::Result {
    match short(f64::from(value).abs()) {
        true => write!(f, "{value:?}"),
        false => write_special(value.is_nan(), value.is_infinite(), value < 0.0, f, |f| {
            write_exponent(&format!("{value:e}"), f)
        }),
    }
}

/// Says whether Java writes a number of this size without an exponent.
fn short(size: f64) -> bool {
    size == 0.0 || (1e-3..1e7).contains(&size)
}

fn write_special<W: Write>(
    is_nan: bool,
    is_infinite: bool,
    is_negative: bool,
    f: &mut W,
    usual: impl FnOnce(&mut W) -> fmt::Result,
) -> fmt::Result {
    match (is_nan, is_infinite, is_negative) {
        (true, ..) => f.write_str("NaN"),
        (_, true, false) => f.write_str("Infinity"),
        (_, true, true) => f.write_str("-Infinity"),
        _ => usual(f),
    }
}

/// Turns `1e10` into `1.0E10`.
fn write_exponent(text: &str, f: &mut impl Write) -> fmt::Result {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    write!(f, "{digits}{point}E{exponent}")
}

/// Writes a date as `java.util.Date` does: `Thu Jan 01 00:00:00 UTC 1970`.
fn write_date(ms: i64, f: &mut impl Write) -> fmt::Result {
    let Ok(at) = jiff::Timestamp::from_millisecond(ms) else { return write!(f, "{ms}") };
    let zoned = at.to_zoned(jiff::tz::TimeZone::system());
    write!(f, "{}", zoned.strftime("%a %b %d %H:%M:%S %Z %Y"))
}

#[cfg(test)]
mod tests {
    use super::super::schema::{Schema, Type};
    use super::*;

    #[test]
    fn numbers_are_written_as_java_writes_them() {
        // The answers of `Double.toString`.
        let rows = [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e10, "1.0E10"),
            (1.5e-5, "1.5E-5"),
            (0.001, "0.001"),
            (0.00099, "9.9E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (-2.5, "-2.5"),
            (-0.0, "-0.0"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::NAN, "NaN"),
            (f64::MAX, "1.7976931348623157E308"),
        ];
        for (value, want) in rows {
            assert_eq!(Value::Float64(value).to_string(), want);
        }
        assert_eq!(Value::Float32(0.1).to_string(), "0.1");
        assert_eq!(Value::Float32(1e10).to_string(), "1.0E10");
    }

    #[test]
    fn structures_are_written_as_java_writes_them() {
        let text = |text: &str| Value::from(text);
        let map = Value::Map(vec![
            (text("name"), text("x")),
            (text("id"), Value::Int64(1)),
            (text("zip"), Value::Null),
        ]);
        // The order is HashMap's.
        assert_eq!(map.to_string(), "{zip=null, name=x, id=1}");
        let list = Value::Array(vec![Value::Int8(1), Value::Null]);
        assert_eq!(list.to_string(), "[1, null]");
        let schema = Schema::structure()
            .field("a", Schema::of(Type::Int32).share())
            .field("b", Schema::optional_string())
            .field("c", Schema::string());
        let mut all = Struct::new(schema.share());
        all.put("a", Value::Int32(1)).unwrap();
        all.put("c", text("x")).unwrap();
        assert_eq!(all.to_string(), "Struct{a=1,c=x}");
    }
}
