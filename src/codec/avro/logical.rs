//! Dates, times and decimals: from the numbers and bytes that Avro writes to what people read,
//! and exactly back.

use jiff::civil;
use jiff::{SignedDuration, Timestamp};

use super::schema::Time;

/// How many digits a decimal may have: the time to turn it into text grows with their square.
pub(super) const DIGITS_MAX: usize = 1000;
/// How many bytes so many digits need, and a few more.
const DECIMAL_BYTES_MAX: usize = 440;

const NANOS: i128 = 1_000_000_000;

/// A number's text, and whether it is one for a pair of quotes. What no calendar shows stays a
/// number.
pub(super) fn show(time: Time, number: i64) -> (String, bool) {
    let shown = match time {
        Time::Plain => None,
        Time::Date => SignedDuration::from_hours(24)
            .checked_mul(i32::try_from(number).unwrap_or(i32::MAX))
            .and_then(|since| EPOCH.date().checked_add(since).ok())
            .map(|date| date.to_string()),
        Time::OfDay(parts) => nanos(number, parts)
            .filter(|nanos| (0..86_400 * NANOS).contains(nanos))
            .and_then(|nanos| i64::try_from(nanos).ok())
            .map(|nanos| civil::Time::midnight() + SignedDuration::from_nanos(nanos))
            .map(|time| time.to_string()),
        Time::Moment(parts) => nanos(number, parts)
            .and_then(|nanos| Timestamp::from_nanosecond(nanos).ok())
            .map(|moment| moment.to_string()),
        Time::Local(parts) => nanos(number, parts)
            .and_then(|nanos| Timestamp::from_nanosecond(nanos).ok())
            .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).datetime().to_string()),
    };
    match shown {
        Some(text) => (text, true),
        None => (number.to_string(), false),
    }
}

const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

fn nanos(number: i64, parts: i64) -> Option<i128> {
    i128::from(number).checked_mul(NANOS / i128::from(parts))
}

/// The number of a text, or what is wanted.
pub(super) fn read(time: Time, text: &str) -> Result<i64, &'static str> {
    let whole = |nanos: i128, parts: i64| {
        let unit = NANOS / i128::from(parts);
        match nanos % unit {
            0 => i64::try_from(nanos / unit).map_err(|_| "a time that fits"),
            _ => Err("a time with fewer digits behind the second"),
        }
    };
    let since = |date: civil::DateTime| {
        date.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp().as_nanosecond())
    };
    match time {
        Time::Plain => Err("a number"),
        Time::Date => {
            let date: civil::Date = text.parse().map_err(|_| "a date like 2026-01-31")?;
            let nanos = since(date.to_datetime(civil::Time::midnight()));
            let nanos = nanos.map_err(|_| "a date that fits")?;
            Ok((nanos / (86_400 * NANOS)) as i64)
        }
        Time::OfDay(parts) => {
            let time: civil::Time = text.parse().map_err(|_| "a time like 12:30:00")?;
            let nanos = time.duration_since(civil::Time::midnight()).as_nanos();
            whole(nanos, parts)
        }
        Time::Moment(parts) => {
            let moment: Timestamp = text.parse().map_err(|_| "a time like 2026-01-31T12:30:00Z")?;
            whole(moment.as_nanosecond(), parts)
        }
        Time::Local(parts) => {
            let wanted = "a time like 2026-01-31T12:30:00, without a zone";
            let date: civil::DateTime = text.parse().map_err(|_| wanted)?;
            whole(since(date).map_err(|_| wanted)?, parts)
        }
    }
}

/// The decimal number that bytes are: two's complement, the highest byte first.
pub(super) fn show_decimal(bytes: &[u8], scale: usize) -> Option<String> {
    if bytes.len() > DECIMAL_BYTES_MAX {
        return None;
    }
    let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut magnitude = bytes.to_vec();
    if is_negative {
        negate(&mut magnitude);
    }
    let mut digits = digits(&magnitude);
    if digits.len() <= scale {
        digits.insert_str(0, &"0".repeat(scale + 1 - digits.len()));
    }
    if scale > 0 {
        digits.insert(digits.len() - scale, '.');
    }
    if is_negative {
        digits.insert(0, '-');
    }
    Some(digits)
}

/// Two's complement of two's complement.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes.iter_mut().rev() {
        let (sum, over) = (!*byte).overflowing_add(u8::from(carry));
        (*byte, carry) = (sum, over);
    }
}

/// A number in base 256 as decimal digits.
fn digits(bytes: &[u8]) -> String {
    const LIMB: u64 = 1_000_000_000;
    // The lowest first.
    let mut limbs = vec![0_u64];
    for byte in bytes {
        let mut carry = u64::from(*byte);
        for limb in &mut limbs {
            let wide = *limb * 256 + carry;
            (*limb, carry) = (wide % LIMB, wide / LIMB);
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.pop().unwrap_or_default().to_string();
    for limb in limbs.iter().rev() {
        text.push_str(&format!("{limb:09}"));
    }
    text
}

/// The bytes of a decimal number, as few as there can be, or what is wanted.
pub(super) fn read_decimal(text: &str, precision: usize, scale: usize) -> Result<Vec<u8>, String> {
    let wanted = || "a number".to_owned();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().map_err(|_| wanted())?),
        None => (rest, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{part}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wanted());
    }
    let behind = i64::try_from(part.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
    let missing = i64::try_from(scale).unwrap_or(i64::MAX).saturating_sub(behind);
    let is_zero = digits.bytes().all(|byte| byte == b'0');
    match usize::try_from(missing) {
        _ if is_zero => digits = "0".to_owned(),
        Ok(missing) if missing <= DIGITS_MAX => digits.push_str(&"0".repeat(missing)),
        Ok(_) => return Err(format!("a number of at most {precision} digits")),
        Err(_) => {
            let surplus = usize::try_from(missing.unsigned_abs()).unwrap_or(usize::MAX);
            let kept = digits.len().saturating_sub(surplus);
            if digits[kept..].bytes().any(|byte| byte != b'0') {
                return Err(format!("a number with at most {scale} digits behind the point"));
            }
            digits.truncate(kept);
        }
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > precision {
        return Err(format!("a number of at most {precision} digits"));
    }
    Ok(complement(digits, sign))
}

/// Two's complement in as few bytes as there can be.
fn complement(digits: &str, is_negative: bool) -> Vec<u8> {
    // The lowest first.
    let mut bytes = vec![0_u8];
    for digit in digits.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in &mut bytes {
            let wide = u32::from(*byte) * 10 + carry;
            (*byte, carry) = (wide as u8, wide >> 8);
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.push(0);
    bytes.reverse();
    if is_negative {
        negate(&mut bytes);
    }
    let is_spare = |two: &[u8]| matches!((two[0], two[1] & 0x80), (0, 0) | (0xff, 0x80));
    let spare = bytes.windows(2).take_while(|two| is_spare(two)).count();
    bytes.drain(..spare);
    bytes
}

/// Makes two's complement longer. None: it is longer already.
pub(super) fn widen(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let more = size.checked_sub(bytes.len())?;
    let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut wide = vec![if is_negative { 0xff } else { 0 }; more];
    wide.extend_from_slice(bytes);
    Some(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_both_ways() {
        for (bytes, scale, text) in [
            (&[0][..], 0, "0"),
            (&[0], 2, "0.00"),
            (&[0x7f], 0, "127"),
            (&[0x80], 0, "-128"),
            (&[0x00, 0x80], 0, "128"),
            (&[0xff], 2, "-0.01"),
            (&[0x04, 0xd2], 2, "12.34"),
            (&[0xfb, 0x2e], 3, "-1.234"),
            (&[0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1, "1844674407370955161.5"),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, "79228162514264337593543950336"),
        ] {
            assert_eq!(show_decimal(bytes, scale).as_deref(), Some(text));
            assert_eq!(read_decimal(text, 40, scale).as_deref(), Ok(bytes), "{text}");
        }
        assert_eq!(show_decimal(&[], 1).as_deref(), Some("0.0"));
        assert_eq!(show_decimal(&[1; DECIMAL_BYTES_MAX + 1], 1), None);
        for (text, same) in [
            ("1.2e1", "12"),
            ("+12.00", "12"),
            ("1200e-2", "12"),
            ("0e9999999999", "0"),
            ("-0", "0"),
        ] {
            assert_eq!(read_decimal(text, 4, 0), read_decimal(same, 4, 0), "{text}");
        }
        for text in ["", "-", "x", "1.234", "123", "1e999999999", "1e-9", "1e99999999999999999999"]
        {
            assert!(read_decimal(text, 4, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn decimals_become_as_long_as_they_must() {
        assert_eq!(widen(&[0x80], 3), Some(vec![0xff, 0xff, 0x80]));
        assert_eq!(widen(&[0x7f], 2), Some(vec![0, 0x7f]));
        assert_eq!(widen(&[1, 2], 1), None);
    }

    #[test]
    fn times_are_exact_both_ways() {
        for (time, number, text) in [
            (Time::Date, 0, "1970-01-01"),
            (Time::Date, -1, "1969-12-31"),
            (Time::Date, 20_484, "2026-01-31"),
            (Time::OfDay(1000), 1, "00:00:00.001"),
            (Time::OfDay(1_000_000), 45_000_000_000, "12:30:00"),
            (Time::Moment(1000), 1_769_862_600_123, "2026-01-31T12:30:00.123Z"),
            (Time::Moment(1_000_000), -1, "1969-12-31T23:59:59.999999Z"),
            (Time::Moment(1_000_000_000), i64::MAX, "2262-04-11T23:47:16.854775807Z"),
            (Time::Local(1000), 0, "1970-01-01T00:00:00"),
        ] {
            assert_eq!(show(time, number), (text.to_owned(), true));
            assert_eq!(read(time, text), Ok(number), "{text}");
        }
        for (time, number) in [
            (Time::Plain, 7),
            (Time::Date, i64::from(i32::MAX)),
            (Time::Date, i64::from(i32::MIN)),
            (Time::OfDay(1000), -1),
            (Time::OfDay(1000), 86_400_000),
            (Time::Moment(1000), i64::MIN),
            (Time::Local(1000), i64::MAX),
        ] {
            assert_eq!(show(time, number), (number.to_string(), false));
        }
        for (time, text) in [
            (Time::Date, "31.1.2026"),
            (Time::OfDay(1000), "12:00:00.0001"),
            (Time::Moment(1000), "2026-01-31T12:30:00"),
            (Time::Moment(1000), "2026-01-31T12:30:00.0001Z"),
            (Time::Local(1000), "noon"),
        ] {
            assert!(read(time, text).is_err(), "{text}");
        }
        assert_eq!(read(Time::Moment(1), "2026-01-31T13:30:00+01:00"), Ok(1_769_862_600));
    }
}
