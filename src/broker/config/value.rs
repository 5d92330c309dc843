//! Types of configs: text in, a value out, exactly as Kafka's `ConfigDef.parseType`.

use super::error::ConfigError;

/// A config's type, by the number that DescribeConfigs answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum Kind {
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "BOOLEAN",
            Kind::String => "STRING",
            Kind::Int => "INT",
            Kind::Short => "SHORT",
            Kind::Long => "LONG",
            Kind::Double => "DOUBLE",
            Kind::List => "LIST",
            Kind::Class => "CLASS",
            Kind::Password => "PASSWORD",
        }
    }

    /// Parses a text. Spaces around it do not count.
    pub fn parse(self, name: &str, text: &str) -> Result<Value, ConfigError> {
        let trimmed = text.trim();
        let not_a_number =
            || ConfigError::invalid(name, text, format!("Not a number of type {}", self.name()));
        Ok(match self {
            Kind::Boolean if trimmed.eq_ignore_ascii_case("true") => Value::Boolean(true),
            Kind::Boolean if trimmed.eq_ignore_ascii_case("false") => Value::Boolean(false),
            Kind::Boolean => {
                let why = "Expected value to be either true or false";
                return Err(ConfigError::invalid(name, text, why));
            }
            Kind::Int => integer(trimmed.parse::<i32>()).ok_or_else(not_a_number)?,
            Kind::Short => integer(trimmed.parse::<i16>()).ok_or_else(not_a_number)?,
            Kind::Long => integer(trimmed.parse::<i64>()).ok_or_else(not_a_number)?,
            Kind::Double => double(trimmed).map(Value::Double).ok_or_else(not_a_number)?,
            Kind::List => Value::List(list(trimmed)),
            Kind::String | Kind::Class | Kind::Password => Value::Text(trimmed.to_owned()),
        })
    }
}

fn integer<T: Into<i64>, E>(parsed: Result<T, E>) -> Option<Value> {
    parsed.ok().map(|number| Value::Integer(number.into()))
}

/// Parses what Java's `Double.parseDouble` takes, but for its hexadecimal form.
fn double(text: &str) -> Option<f64> {
    match text.trim_start_matches(['+', '-']) {
        "NaN" => return Some(f64::NAN),
        "Infinity" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        "Infinity" => return Some(f64::INFINITY),
        _ => {}
    }
    let digits = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    digits.bytes().all(plain).then(|| digits.parse().ok())?
}

/// Splits a list at its commas, and leaves out what it names again.
fn list(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    if text.is_empty() {
        return out;
    }
    for element in text.split(',').map(str::trim) {
        if !out.iter().any(|seen| seen == element) {
            out.push(element.to_owned());
        }
    }
    out
}

/// A config's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Boolean(bool),
    /// An INT, a SHORT or a LONG.
    Integer(i64),
    Double(f64),
    /// A STRING, a CLASS or a PASSWORD.
    Text(String),
    List(Vec<String>),
}

impl std::fmt::Display for Value {
    /// Writes the value as Kafka's `ConfigDef.convertToString` does.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Double(value) => f.write_str(&java_double(*value)),
            Value::Text(value) => f.write_str(value),
            Value::List(values) => f.write_str(&values.join(",")),
        }
    }
}

/// Writes a double as Java does: plain from a thousandth to ten million, else with an exponent,
/// and always with a point.
fn java_double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = value.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_parse_and_print_as_in_kafka() {
        let rows = [
            (Kind::Boolean, " TRUE ", "true"),
            (Kind::Long, " 5000 ", "5000"),
            (Kind::Long, "+7", "7"),
            (Kind::Int, "-2147483648", "-2147483648"),
            (Kind::Double, "1e-1", "0.1"),
            (Kind::Double, "2", "2.0"),
            (Kind::Double, "1.7976931348623157E308", "1.7976931348623157E308"),
            (Kind::Double, "1e10", "1.0E10"),
            (Kind::Double, "NaN", "NaN"),
            (Kind::List, " compact , delete ", "compact,delete"),
            (Kind::List, "compact,compact", "compact"),
            (Kind::List, "", ""),
            (Kind::String, " gzip ", "gzip"),
        ];
        for (kind, text, printed) in rows {
            let value = kind.parse("x", text).unwrap();
            assert_eq!(value.to_string(), printed, "{kind:?} {text}");
        }
    }

    #[test]
    fn what_does_not_parse_is_told_in_kafkas_words() {
        let rows = [
            (Kind::Long, "abc", "Invalid value abc for configuration x: Not a number of type LONG"),
            (Kind::Long, "", "Invalid value  for configuration x: Not a number of type LONG"),
            (
                Kind::Int,
                "99999999999",
                "Invalid value 99999999999 for configuration x: Not a number of type INT",
            ),
            (Kind::Double, "x", "Invalid value x for configuration x: Not a number of type DOUBLE"),
            (
                Kind::Double,
                "inf",
                "Invalid value inf for configuration x: Not a number of type DOUBLE",
            ),
            (
                Kind::Boolean,
                "maybe",
                "Invalid value maybe for configuration x: Expected value to be either true or \
                    false",
            ),
        ];
        for (kind, text, message) in rows {
            assert_eq!(kind.parse("x", text).unwrap_err().to_string(), message);
        }
    }
}
