//! Points in time as people write them: epoch seconds or milliseconds, RFC 3339, a date,
//! Kafka's own `yyyy-MM-ddTHH:mm:ss.SSS`, `now`, or so long ago: `-15m`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{SettingsError, duration};
use crate::base::clock::Millis;

/// A point in time that may depend on when the command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// At this time, in milliseconds since the Unix epoch.
    At(Millis),
    /// So many milliseconds after the command's start; mostly negative.
    FromNow(Millis),
}

impl Time {
    /// Returns the time in milliseconds since the Unix epoch, for a command that starts `now`.
    pub fn millis(self, now: Millis) -> Millis {
        match self {
            Time::At(millis) => millis,
            Time::FromNow(millis) => now.saturating_add(millis),
        }
    }
}

/// Reads a point in time. Where no zone is written it is UTC, as in Kafka's own tools.
pub fn parse(text: &str) -> Result<Time, SettingsError> {
    let text = text.trim();
    let at = |time: Timestamp| Time::At(time.as_millisecond());
    if text == "now" {
        return Ok(Time::FromNow(0));
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return epoch(text).map(Time::At).ok_or_else(|| bad(text));
    }
    if text.starts_with(['-', '+']) {
        let span = duration::parse_signed(text).map_err(|_| bad(text))?;
        return millis_of(span).map(Time::FromNow).ok_or_else(|| bad(text));
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(at(time));
    }
    // A zone makes it a timestamp: what is left has none, or has one that could not be read.
    let civil = if text.len() > 10 {
        text.parse::<DateTime>().ok().filter(|_| !has_zone(text))
    } else {
        text.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0))
    };
    let zoned = civil.and_then(|civil| civil.to_zoned(TimeZone::UTC).ok());
    zoned.map(|zoned| at(zoned.timestamp())).ok_or_else(|| bad(text))
}

/// Writes a time as RFC 3339 in UTC, with milliseconds.
pub fn show(millis: Millis) -> String {
    Timestamp::from_millisecond(millis)
        .map_or_else(|_| millis.to_string(), |time| format!("{time:.3}"))
}

/// Up to ten digits are seconds, and from eleven on milliseconds: seconds reach to the year
/// 2286 then, and milliseconds back to 1970-04-26.
fn epoch(digits: &str) -> Option<Millis> {
    let number: i64 = digits.parse().ok()?;
    if digits.len() <= 10 { number.checked_mul(1000) } else { Some(number) }
}

fn millis_of(span: SignedDuration) -> Option<Millis> {
    i64::try_from(span.as_millis()).ok()
}

fn has_zone(text: &str) -> bool {
    let clock = text.get(10..).unwrap_or_default();
    clock.contains(['+', '-', '[']) || clock.ends_with(['Z', 'z'])
}

fn bad(text: &str) -> SettingsError {
    SettingsError::Time { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        let rows = [
            ("0", 0),
            ("1700000000", 1_700_000_000_000),
            ("1700000000123", 1_700_000_000_123),
            ("2023-11-14", 1_699_920_000_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000),
            ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
            ("2023-11-14T23:13:20+01:00", 1_700_000_000_000),
            ("2023-11-14T23:13:20.000+01", 1_700_000_000_000),
            ("2023-11-14T22:13:20.123", 1_700_000_000_123),
            ("2023-11-14T22:13:20", 1_700_000_000_000),
            ("2023-11-14 22:13:20", 1_700_000_000_000),
            ("2023-11-14T22:13", 1_699_999_980_000),
        ];
        for (text, millis) in rows {
            assert_eq!(parse(text), Ok(Time::At(millis)), "{text}");
        }
    }

    #[test]
    fn times_before_now_wait_for_the_clock() {
        for (text, ago) in [("-15m", -900_000), ("-1d", -86_400_000), ("+2s", 2_000), ("now", 0)] {
            assert_eq!(parse(text), Ok(Time::FromNow(ago)), "{text}");
        }
        assert_eq!(Time::FromNow(-900_000).millis(1_000_000), 100_000);
        assert_eq!(Time::At(5).millis(1_000_000), 5);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let rows = [
            "",
            "yesterday",
            "-",
            "2023-13-01",
            "2023-11-14T25:00:00",
            "-5",
            "99999999999999999999",
            "2023-11-14T22:13:20+99:00",
        ];
        for text in rows {
            assert_eq!(parse(text), Err(SettingsError::Time { text: text.to_owned() }));
        }
    }

    #[test]
    fn a_time_is_shown_so_that_it_can_be_read_again() {
        assert_eq!(show(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(parse(&show(1_700_000_000_123)), Ok(Time::At(1_700_000_000_123)));
    }
}
