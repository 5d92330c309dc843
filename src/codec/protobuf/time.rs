//! Timestamps and durations as JSON has them: RFC 3339 in UTC, and seconds with an `s`, with
//! 0, 3, 6 or 9 digits behind the point.

/// The first second of the year 1 and the last one of the year 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// Ten thousand years.
const DURATION_MAX: i64 = 315_576_000_000;
const DAY: i64 = 86_400;

/// A timestamp as text, if it is one.
pub(super) fn timestamp(seconds: i64, nanos: i32) -> Option<String> {
    if !SECONDS.contains(&seconds) || !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = fraction(nanos.unsigned_abs());
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}

/// A duration as text, if it is one.
pub(super) fn duration(seconds: i64, nanos: i32) -> Option<String> {
    let signs_agree = (seconds >= 0 && nanos >= 0) || (seconds <= 0 && nanos <= 0);
    let (whole, part) = (seconds.unsigned_abs(), nanos.unsigned_abs());
    if !signs_agree || whole > DURATION_MAX.unsigned_abs() || part > 999_999_999 {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    Some(format!("{sign}{whole}{}s", fraction(part)))
}

/// Reads a timestamp: any offset from UTC, up to nine digits behind the point.
pub(super) fn read_timestamp(text: &str) -> Option<(i64, i32)> {
    let (date, time) = text.split_once(['T', 't'])?;
    let end = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(end);
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = 3600 * hours + 60 * minutes;
            if zone.starts_with('-') { -offset } else { offset }
        }
    };
    let mut date = date.splitn(3, '-');
    let (year, month) = (digits(date.next()?, 4)?, digits(date.next()?, 2)?);
    let day = digits(date.next()?, 2)?;
    let (time, nanos) = match time.split_once('.') {
        Some((time, fraction)) => (time, read_fraction(fraction)?),
        None => (time, 0),
    };
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (digits(time.next()?, 2)?, digits(time.next()?, 2)?);
    let second = digits(time.next()?, 2)?;
    let is_day = (1..=12).contains(&month) && day >= 1 && civil(days(year, month, day)).2 == day;
    if !is_day || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let of_day = 3600 * hour + 60 * minute + second;
    let seconds = days(year, month, day) * DAY + of_day - offset;
    SECONDS.contains(&seconds).then_some((seconds, nanos))
}

/// Reads a duration.
pub(super) fn read_duration(text: &str) -> Option<(i64, i32)> {
    let text = text.strip_suffix('s')?;
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (whole, nanos) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, read_fraction(fraction)?),
        None => (text, 0),
    };
    let seconds = digits(whole, whole.len())?;
    let is_long = seconds > DURATION_MAX;
    let sign = if is_negative { -1 } else { 1 };
    (!is_long).then_some((sign * seconds, sign as i32 * nanos))
}

/// So many digits and nothing else; never more than fit.
fn digits(text: &str, count: usize) -> Option<i64> {
    let holds = text.len() == count && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if holds { text.parse().ok() } else { None }
}

fn read_fraction(text: &str) -> Option<i32> {
    let digits = digits(text, text.len()).filter(|_| text.len() <= 9)?;
    let shift = 10_i64.pow(9 - u32::try_from(text.len()).ok()?);
    i32::try_from(digits * shift).ok()
}

/// 0, 3, 6 or 9 digits with their point.
fn fraction(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        _ if nanos.is_multiple_of(1_000_000) => format!(".{:03}", nanos / 1_000_000),
        _ if nanos.is_multiple_of(1_000) => format!(".{:06}", nanos / 1_000),
        _ => format!(".{nanos:09}"),
    }
}

/// Days since 1970 of a date. Years begin in March here, so that the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + 365 * of_era + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + 400 * era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_rfc_3339() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400, 1_000_000, "2000-02-29T00:00:00.001Z"),
            (1_700_000_000, 1_000, "2023-11-14T22:13:20.000001Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
            (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(timestamp(seconds, nanos).as_deref(), Some(text));
            assert_eq!(read_timestamp(text), Some((seconds, nanos)), "{text}");
        }
        assert_eq!(read_timestamp("1970-01-01T01:30:00.5+01:30"), Some((0, 500_000_000)));
        assert_eq!(read_timestamp("1969-12-31t22:00:00-02:00"), Some((0, 0)));
        for (seconds, nanos) in [(-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, i32::MAX)]
        {
            assert_eq!(timestamp(seconds, nanos), None);
        }
        for text in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-02-29T00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-00-01T00:00:00Z",
            "1970-01-00T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z",
            "1970-01-01T00:00:60Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1234567890Z",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00:00:00+0100",
            "1970-01-01T00:00:00Zx",
            "0000-12-31T23:59:59Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "+970-01-01T00:00:00Z",
            "1970-01-01T00:00:00\u{e4}",
        ] {
            assert_eq!(read_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_hundred_years_is_read_back_and_then_they_repeat() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        let first = -719_162;
        for at in first..first + 146_097 {
            for era in [0, 4, 24] {
                let (year, at) = (year + 400 * era, at + 146_097 * era);
                assert_eq!(civil(at), (year, month, day));
                assert_eq!(days(year, month, day), at);
            }
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                4 | 6 | 9 | 11 => 30,
                2 if is_leap => 29,
                2 => 28,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                _ if day == length => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
        assert_eq!((year, month, day), (401, 1, 1));
    }

    #[test]
    fn durations_are_seconds() {
        for (seconds, nanos, text) in [
            (0, 0, "0s"),
            (1, 500_000_000, "1.500s"),
            (-1, -1, "-1.000000001s"),
            (0, -1_000, "-0.000001s"),
            (315_576_000_000, 999_999_999, "315576000000.999999999s"),
        ] {
            assert_eq!(duration(seconds, nanos).as_deref(), Some(text));
            assert_eq!(read_duration(text), Some((seconds, nanos)), "{text}");
        }
        for (seconds, nanos) in [(1, -1), (-1, 1), (i64::MIN, 0), (i64::MAX, 0), (0, i32::MIN)] {
            assert_eq!(duration(seconds, nanos), None);
        }
        for text in ["", "s", "1", "1.s", ".5s", "--1s", "+1s", "1e3s", "315576000001s", "-s"] {
            assert_eq!(read_duration(text), None, "{text}");
        }
        assert_eq!(read_duration(&format!("{}s", "9".repeat(100))), None);
    }
}
