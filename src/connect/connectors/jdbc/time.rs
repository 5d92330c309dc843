//! Days, times and moments, as databases write them, in a time zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const DAY_MS: i64 = 86_400_000;

/// Checks the name of a time zone.
pub(super) fn check_zone(name: &str) -> Result<(), String> {
    match zone(name) {
        Some(_) => Ok(()),
        None => Err("Invalid time zone identifier".to_owned()),
    }
}

/// A time zone by its name.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    match name {
        "UTC" | "GMT" | "Z" | "Etc/UTC" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

/// A moment, in nanoseconds since the Unix epoch, in a time zone.
fn at(nanos: i128, zone: &TimeZone) -> Option<Zoned> {
    Timestamp::from_nanosecond(nanos).ok().map(|at| at.to_zoned(zone.clone()))
}

/// Appends the day on which a moment lies: `2026-01-31`.
pub(super) fn write_date(ms: i64, zone: &TimeZone, out: &mut String) -> Option<()> {
    let date = at(i128::from(ms) * 1_000_000, zone)?.date();
    write_day(date, out);
    Some(())
}

fn write_day(date: jiff::civil::Date, out: &mut String) {
    let year = date.year();
    if year < 0 {
        // PostgreSQL's form is another; nobody has such days.
        out.push('-');
    }
    out.push_str(&format!("{:04}-{:02}-{:02}", year.unsigned_abs(), date.month(), date.day()));
}

/// Appends a time of day, in milliseconds since midnight: `10:00:00.5`.
pub(super) fn write_time(ms: i64, zone: &TimeZone, out: &mut String) -> Option<()> {
    let time = at(i128::from(ms) * 1_000_000, zone)?.time();
    write_clock(time, out);
    Some(())
}

fn write_clock(time: jiff::civil::Time, out: &mut String) {
    out.push_str(&format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()));
    let nanos = time.subsec_nanosecond();
    if nanos != 0 {
        let digits = format!("{nanos:09}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// Appends a moment, in milliseconds since the Unix epoch, as local time of a zone:
/// `2026-01-31 10:00:00.5`; with the zone's offset from UTC behind it if so asked.
pub(super) fn write_timestamp(
    ms: i64,
    zone: &TimeZone,
    has_offset: bool,
    out: &mut String,
) -> Option<()> {
    write_nanos(i128::from(ms) * 1_000_000, zone, has_offset, out)
}

/// The same of nanoseconds.
pub(super) fn write_nanos(
    nanos: i128,
    zone: &TimeZone,
    has_offset: bool,
    out: &mut String,
) -> Option<()> {
    let at = at(nanos, zone)?;
    write_day(at.date(), out);
    out.push(' ');
    write_clock(at.time(), out);
    if has_offset {
        let seconds = at.offset().seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let seconds = seconds.unsigned_abs();
        out.push(sign);
        out.push_str(&format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60));
        if seconds % 60 != 0 {
            out.push_str(&format!(":{:02}", seconds % 60));
        }
    }
    Some(())
}

/// Reads a day as milliseconds at its midnight UTC.
pub(super) fn read_date(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.get(..10).filter(|_| text.len() == 10)?.parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// Reads a time of day, maybe with an offset behind it, as milliseconds since midnight UTC.
pub(super) fn read_time(text: &str, zone: &TimeZone) -> Option<i64> {
    let (clock, offset) = split_offset(text);
    let time: jiff::civil::Time = clock.parse().ok()?;
    let first = jiff::civil::date(1970, 1, 1).to_datetime(time);
    let nanos = nanos_of(first, offset, zone)?;
    i64::try_from(nanos.div_euclid(1_000_000)).ok().map(|ms| ms.rem_euclid(DAY_MS))
}

/// Reads a moment: local time of the zone, unless it says its own offset. Nanoseconds.
pub(super) fn read_nanos(text: &str, zone: &TimeZone) -> Option<i128> {
    let (clock, offset) = split_offset(text);
    let moment: DateTime = match clock.len() {
        10 => clock.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        _ => clock.parse().ok()?,
    };
    nanos_of(moment, offset, zone)
}

fn nanos_of(moment: DateTime, offset: Option<i32>, zone: &TimeZone) -> Option<i128> {
    let zone = match offset {
        Some(seconds) => TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds).ok()?),
        None => zone.clone(),
    };
    Some(moment.to_zoned(zone).ok()?.timestamp().as_nanosecond())
}

/// Splits `+02`, `+02:00`, `-03:30:10` or `Z` off a time of day.
fn split_offset(text: &str) -> (&str, Option<i32>) {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return (clock.trim_end(), Some(0));
    }
    // A date's own strokes come before its tenth byte.
    let from = if text.get(4..5) == Some("-") { 10 } else { 0 };
    let Some(at) = text.get(from..).and_then(|rest| rest.rfind(['+', '-'])).map(|at| at + from)
    else {
        return (text, None);
    };
    let mut parts = text[at + 1..].split(':').map(|part| part.parse::<i32>().ok());
    let mut next = || parts.next().unwrap_or(Some(0));
    let (Some(hours), Some(minutes), Some(seconds)) = (next(), next(), next()) else {
        return (text, None);
    };
    let sign = if text.as_bytes()[at] == b'-' { -1 } else { 1 };
    (text[..at].trim_end(), Some(sign * (hours * 3600 + minutes * 60 + seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_in_a_zone() {
        let berlin = zone("Europe/Berlin").unwrap();
        let rows = [
            (0, TimeZone::UTC, "1970-01-01 00:00:00", "1970-01-01 00:00:00+00:00"),
            (1_500, TimeZone::UTC, "1970-01-01 00:00:01.5", "1970-01-01 00:00:01.5+00:00"),
            (0, berlin.clone(), "1970-01-01 01:00:00", "1970-01-01 01:00:00+01:00"),
            (-1, TimeZone::UTC, "1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999+00:00"),
        ];
        for (ms, zone, local, full) in rows {
            let (mut a, mut b) = (String::new(), String::new());
            write_timestamp(ms, &zone, false, &mut a).unwrap();
            write_timestamp(ms, &zone, true, &mut b).unwrap();
            assert_eq!((a.as_str(), b.as_str()), (local, full));
            assert_eq!(read_nanos(&a, &zone), Some(i128::from(ms) * 1_000_000));
            assert_eq!(read_nanos(&b, &TimeZone::UTC), Some(i128::from(ms) * 1_000_000));
        }
        assert_eq!(read_nanos("2026-01-31T10:00:00Z", &berlin).map(|n| n % 1_000_000_000), Some(0));
        assert_eq!(read_nanos("no time", &berlin), None);
        assert_eq!(read_date("1970-01-02"), Some(DAY_MS));
        assert_eq!(read_time("00:00:01", &TimeZone::UTC), Some(1000));
        let mut day = String::new();
        write_date(0, &zone("America/New_York").unwrap(), &mut day).unwrap();
        assert_eq!(day, "1969-12-31");
        assert!(check_zone("Mars/Olympus").is_err());
    }
}
