//! Timestamps in a template: integers of four units, RFC 3339, or strftime.

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::super::number::NumberForm;

/// How a timestamp is printed; all times are UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// So many of these make a second; 1000 are what Kafka has.
    Number {
        per_second: i64,
        form: NumberForm,
    },
    Rfc3339,
    Strftime(String),
}

/// Where a timestamp is none.
pub(super) const NONE: i64 = -1;

impl TimeForm {
    pub(super) const MILLIS: TimeForm =
        TimeForm::Number { per_second: 1000, form: NumberForm::Decimal };

    /// Reads what stands between the braces.
    pub(super) fn of_name(name: &str) -> Result<Self, String> {
        let unit = |per_second| Ok(TimeForm::Number { per_second, form: NumberForm::Decimal });
        match name {
            "s" => return unit(1),
            "ms" => return unit(1000),
            "us" => return unit(1_000_000),
            "ns" => return unit(1_000_000_000),
            "rfc3339" => return Ok(TimeForm::Rfc3339),
            _ => {}
        }
        if let Some(inner) = name.strip_prefix("strftime[").and_then(|n| n.strip_suffix(']')) {
            let epoch = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
            return match strtime::format(inner, &epoch) {
                Ok(_) => Ok(TimeForm::Strftime(inner.to_owned())),
                Err(e) => Err(format!("strftime cannot read `{inner}`: {e}")),
            };
        }
        match NumberForm::of_name(name) {
            Some(form) => Ok(TimeForm::Number { per_second: 1000, form }),
            None => Err(format!(
                "`{name}` is no form of a time: there are s, ms, us, ns, rfc3339, strftime[…], \
                 and those of integers"
            )),
        }
    }

    /// Appends a timestamp. False: it does not fit.
    #[must_use]
    pub(super) fn write(&self, millis: Option<i64>, out: &mut Vec<u8>) -> bool {
        let millis = millis.unwrap_or(NONE);
        let shown = match self {
            TimeForm::Number { form, .. } if millis == NONE => return form.write(NONE, out),
            TimeForm::Number { per_second: 1, form } => {
                return form.write(millis.div_euclid(1000), out);
            }
            TimeForm::Number { per_second, form } => {
                let number = millis.checked_mul(per_second / 1000);
                return number.is_some_and(|number| form.write(number, out));
            }
            TimeForm::Rfc3339 => zoned(millis).map(|time| format!("{:.3}", time.timestamp())),
            TimeForm::Strftime(form) => {
                zoned(millis).and_then(|time| strtime::format(form, &time).ok())
            }
        };
        // What no calendar has stays the number that it is.
        out.extend_from_slice(shown.unwrap_or_else(|| millis.to_string()).as_bytes());
        true
    }

    /// Reads a timestamp that takes all the bytes.
    pub(super) fn read(&self, bytes: &[u8]) -> Option<i64> {
        let text = || std::str::from_utf8(bytes).ok();
        match self {
            TimeForm::Number { per_second, form } => match form.read(bytes)? {
                NONE => Some(NONE),
                number if *per_second == 1 => number.checked_mul(1000),
                number => Some(number.div_euclid(per_second / 1000)),
            },
            TimeForm::Rfc3339 => {
                let text = text()?;
                let time = text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
                time.or_else(|| text.parse().ok())
            }
            TimeForm::Strftime(form) => {
                let text = text()?;
                read_strftime(form, text).or_else(|| text.parse().ok())
            }
        }
    }
}

fn zoned(millis: i64) -> Option<Zoned> {
    let time = Timestamp::from_millisecond(millis).ok().filter(|_| millis != NONE);
    time.map(|time| time.to_zoned(TimeZone::UTC))
}

/// What the text leaves out is UTC, and midnight.
fn read_strftime(form: &str, text: &str) -> Option<i64> {
    let parsed = strtime::parse(form, text).ok()?;
    if let Ok(time) = parsed.to_timestamp() {
        return Some(time.as_millisecond());
    }
    let civil = parsed.to_datetime().or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0)));
    let zoned = civil.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_and_read_again() {
        for (name, millis, want) in [
            ("ms", 1_700_000_000_123, "1700000000123"),
            ("us", 1_700_000_000_123, "1700000000123000"),
            ("ns", 1_700_000_000_123, "1700000000123000000"),
            ("s", 1_700_000_000_000, "1700000000"),
            ("s", -1, "-1"),
            ("rfc3339", 1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            ("rfc3339", 0, "1970-01-01T00:00:00.000Z"),
            ("rfc3339", -1, "-1"),
            ("rfc3339", i64::MAX, "9223372036854775807"),
            ("strftime[%F %T]", 1_700_000_000_000, "2023-11-14 22:13:20"),
            ("strftime[%Y-%m-%d]", 1_699_920_000_000, "2023-11-14"),
            ("strftime[%s]", 1_700_000_000_000, "1700000000"),
            ("strftime[%F]", -1, "-1"),
            ("hex", 255, "ff"),
        ] {
            let form = TimeForm::of_name(name).unwrap();
            let mut out = Vec::new();
            assert!(form.write(Some(millis), &mut out), "{name}");
            assert_eq!(String::from_utf8(out.clone()).unwrap(), want, "{name}");
            assert_eq!(form.read(&out), Some(millis), "{name} {want}");
        }
        let nanos = TimeForm::of_name("ns").unwrap();
        assert!(!nanos.write(Some(i64::MAX), &mut Vec::new()));
    }
}
