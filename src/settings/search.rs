//! What records are searched for: `--grep` and `--where`, read and checked.

use regex::bytes::Regex;

use super::position::{self, Position, Range};
use super::{SettingsError, time};

/// Where a regular expression looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Key,
    Value,
    /// The values of headers: of this name, or of all.
    Header(Option<String>),
    /// Key, value and the values of all headers.
    Any,
}

/// `--grep`.
#[derive(Clone, Debug)]
pub struct Grep {
    pub field: Field,
    /// Whether it must not be found.
    pub negated: bool,
    pub regex: Regex,
}

/// Reads `RE`, `key=RE`, `!header:NAME=RE`.
pub fn grep(text: &str) -> Result<Grep, SettingsError> {
    let (negated, rest) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (field, pattern) = match rest.split_once('=') {
        Some(("key", pattern)) => (Field::Key, pattern),
        Some(("value", pattern)) => (Field::Value, pattern),
        Some(("any", pattern)) => (Field::Any, pattern),
        Some(("header", pattern)) => (Field::Header(None), pattern),
        Some((name, pattern)) => match name.strip_prefix("header:") {
            Some(name) => (Field::Header(Some(name.to_owned())), pattern),
            None => (Field::Value, rest),
        },
        None => (Field::Value, rest),
    };
    match Regex::new(pattern) {
        Ok(regex) => Ok(Grep { field, negated, regex }),
        Err(error) => {
            Err(SettingsError::Pattern { text: pattern.to_owned(), why: error.to_string() })
        }
    }
}

/// From where to where: half open; an end that is not given is the last there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<T> {
    pub from: Option<T>,
    pub until: Option<T>,
}

/// `--where`: one of these must hold, or, negated, none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub negated: bool,
    pub wanted: Wanted,
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Partition(Vec<Span<i64>>),
    Offset(Vec<Span<i64>>),
    Time(Vec<Span<time::Time>>),
}

/// Reads `partition=0,2`, `offset=5:10`, `!time=@-1h:@-30m`.
pub fn condition(text: &str) -> Result<Condition, SettingsError> {
    let bad = || SettingsError::Condition { text: text.to_owned() };
    let (negated, rest) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (field, ranges) = rest.split_once('=').ok_or_else(bad)?;
    let ranges = ranges.split(',');
    let wanted = match field {
        "partition" => {
            Wanted::Partition(ranges.map(numbers).collect::<Option<_>>().ok_or_else(bad)?)
        }
        "offset" => Wanted::Offset(ranges.map(numbers).collect::<Option<_>>().ok_or_else(bad)?),
        "time" | "timestamp" => {
            Wanted::Time(ranges.map(times).collect::<Option<_>>().ok_or_else(bad)?)
        }
        _ => return Err(bad()),
    };
    Ok(Condition { negated, wanted })
}

/// Reads `5`, which is that one only, `5:10`, `5:`, `:10`.
fn numbers(text: &str) -> Option<Span<i64>> {
    let number = |place: Option<Position>| match place {
        None => Some(None),
        Some(Position::At(number)) => Some(Some(number)),
        Some(_) => None,
    };
    let Range { from, until } = position::range(text).ok()?;
    let is_one = !text.contains(':');
    let (from, until) = (number(from)?, number(until)?);
    Some(Span { from, until: if is_one { from?.checked_add(1) } else { until } })
}

/// Reads `@-1h:@-30m`, `@-1h` (since then), `:@2026-01-31`.
fn times(text: &str) -> Option<Span<time::Time>> {
    let Range { from, until } = position::range(text).ok()?;
    let from = match from {
        None => None,
        Some(Position::Time(time)) => Some(time),
        Some(_) => return None,
    };
    let until = match (from, until) {
        (_, None) => None,
        (_, Some(Position::Time(time))) => Some(time),
        (Some(time::Time::At(from)), Some(Position::Later(ms))) => {
            Some(time::Time::At(from.saturating_add(ms)))
        }
        (Some(time::Time::FromNow(from)), Some(Position::Later(ms))) => {
            Some(time::Time::FromNow(from.saturating_add(ms)))
        }
        _ => return None,
    };
    Some(Span { from, until })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::time::Time;

    #[test]
    fn patterns_say_where_they_look() {
        let rows = [
            ("abc", false, Field::Value, "abc"),
            ("!abc", true, Field::Value, "abc"),
            ("a=b", false, Field::Value, "a=b"),
            ("value=key=b", false, Field::Value, "key=b"),
            ("key=^a$", false, Field::Key, "^a$"),
            ("!key=a", true, Field::Key, "a"),
            ("header=a", false, Field::Header(None), "a"),
            ("header:n=a=b", false, Field::Header(Some("n".into())), "a=b"),
            ("any=a", false, Field::Any, "a"),
            ("value=!a", false, Field::Value, "!a"),
        ];
        for (text, negated, field, pattern) in rows {
            let read = grep(text).unwrap();
            let got = (read.negated, read.field, read.regex.as_str());
            assert_eq!(got, (negated, field, pattern), "{text}");
        }
        assert!(grep("a(").is_err() && grep("key=[").is_err());
    }

    #[test]
    fn conditions_are_ranges_of_fields() {
        let span = |from, until| Span { from, until };
        let is = |text: &str, negated, wanted| {
            assert_eq!(condition(text), Ok(Condition { negated, wanted }), "{text}");
        };
        let both = vec![span(Some(0), Some(1)), span(Some(2), Some(5))];
        is("partition=0,2:5", false, Wanted::Partition(both));
        is("!offset=5:", true, Wanted::Offset(vec![span(Some(5), None)]));
        is("offset=:5", false, Wanted::Offset(vec![span(None, Some(5))]));
        let ago = |ms| Some(Time::FromNow(ms));
        let hour = vec![Span { from: ago(-3_600_000), until: ago(-1_800_000) }];
        is("time=@-1h:@-30m", false, Wanted::Time(hour.clone()));
        is("time=@-1h:+30m", false, Wanted::Time(hour));
        is("time=@-1h", false, Wanted::Time(vec![Span { from: ago(-3_600_000), until: None }]));
        for text in ["", "partition", "partition=", "offset=-5", "time=5", "size=5", "offset=a"] {
            assert!(condition(text).is_err(), "{text}");
        }
    }
}
