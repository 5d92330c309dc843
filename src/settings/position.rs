//! Where a reader begins and ends in partitions: one grammar for `rk consume`, `rk topics` and
//! `rk groups reset-offsets`.
//!
//! ```text
//! ranges   = range | number "=" range { "," number "=" range }     "*" is every other partition
//! range    = position | [position] ":" [limit]
//! limit    = position | "+" duration                               as long after the beginning
//! position = "beginning" | "end" | N | "-" N | "+" N | "@" time
//! ```
//!
//! `N` is an offset, `-N` so many before the end, `+N` so many after the beginning: the
//! partition's for where to begin, the range's for where to end. A range ends before its limit.

use std::collections::BTreeMap;

use super::{SettingsError, duration, time};
use crate::base::clock::Millis;

/// A place in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The oldest record that is still there.
    Beginning,
    /// The next record to be written.
    End,
    /// The record with this offset.
    At(i64),
    /// So many records before the end.
    BeforeEnd(i64),
    /// So many records after the beginning.
    AfterBeginning(i64),
    /// The first record whose timestamp is this one or later.
    Time(time::Time),
    /// So many milliseconds after the time at which the range begins; only where a range ends.
    Later(Millis),
}

/// From where to where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// None: where the command begins if nothing is said.
    pub from: Option<Position>,
    /// None: on and on.
    pub until: Option<Position>,
}

/// From where to where, in each partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// Of the partitions that are not named. None: those are left out.
    pub others: Option<Range>,
    pub named: BTreeMap<i32, Range>,
}

impl Ranges {
    /// All of every partition.
    pub fn everywhere() -> Self {
        Ranges { others: Some(Range::default()), named: BTreeMap::new() }
    }

    /// Returns a partition's range; none if it is not to be read.
    pub fn of(&self, partition: i32) -> Option<Range> {
        self.named.get(&partition).copied().or(self.others)
    }

    /// Every range that is written.
    pub fn all(&self) -> impl Iterator<Item = Range> {
        self.named.values().copied().chain(self.others)
    }
}

/// Reads a place.
pub fn position(text: &str) -> Result<Position, SettingsError> {
    if let Some(time) = text.strip_prefix('@') {
        return time::parse(time).map(Position::Time);
    }
    let number = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
        true => text.parse::<i64>().ok(),
        false => None,
    };
    let place = match text {
        "beginning" | "earliest" | "start" => Some(Position::Beginning),
        "end" | "latest" => Some(Position::End),
        _ => match text.split_at_checked(1) {
            Some(("-", rest)) => number(rest).map(Position::BeforeEnd),
            Some(("+", rest)) => number(rest).map(Position::AfterBeginning),
            _ => number(text).map(Position::At),
        },
    };
    place.ok_or_else(|| bad(text))
}

/// Reads where a range ends.
pub fn limit(text: &str) -> Result<Position, SettingsError> {
    let later = text.strip_prefix("@+").or_else(|| text.strip_prefix('+'));
    let later = later.and_then(|text| duration::parse(text).ok());
    match later.and_then(|later| i64::try_from(later.as_millis()).ok()) {
        Some(later) => Ok(Position::Later(later)),
        None => position(text),
    }
}

/// Reads where everything ends.
pub fn until(text: &str) -> Result<Position, SettingsError> {
    limit(text).map_err(|_| SettingsError::Limit { text: text.to_owned() })
}

/// Reads a range: `5`, `5:10`, `:10`, `@-1h:@-30m`, `@2026-01-31:+1h`.
pub fn range(text: &str) -> Result<Range, SettingsError> {
    // Times have colons of their own: what makes sense as a whole is one place.
    if let Ok(from) = position(text) {
        return Ok(Range { from: Some(from), until: None });
    }
    let part = |text: &str, read: fn(&str) -> Result<Position, SettingsError>| match text {
        "" => Ok(None),
        text => read(text).map(Some),
    };
    // The last colon at which both sides make sense.
    for (at, _) in text.rmatch_indices(':') {
        let (from, until) = (&text[..at], &text[at + 1..]);
        let Ok(from) = part(from, position) else { continue };
        // As long after a time; where the range begins with none, only a time itself will do.
        let read = if matches!(from, Some(Position::Time(_))) { limit } else { position };
        if let Ok(until) = part(until, read) {
            return Ok(Range { from, until });
        }
    }
    Err(bad(text))
}

/// Reads the ranges of all partitions: `-5`, `0=5,3=9:20`, `1=@-15m,*=end`.
pub fn ranges(text: &str) -> Result<Ranges, SettingsError> {
    let named = |part: &str| {
        let (name, range) = part.split_once('=')?;
        let is_name = name == "*" || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()));
        is_name.then(|| (name.to_owned(), range.to_owned()))
    };
    if named(text).is_none() {
        return Ok(Ranges { others: Some(range(text)?), named: BTreeMap::new() });
    }
    let mut ranges = Ranges::default();
    for part in text.split(',') {
        let (name, of) = named(part).ok_or_else(|| bad(text))?;
        let of = range(&of)?;
        let twice = match name.as_str() {
            "*" => ranges.others.replace(of).is_some(),
            name => {
                let partition = name.parse().map_err(|_| bad(text))?;
                ranges.named.insert(partition, of).is_some()
            }
        };
        if twice {
            return Err(bad(text));
        }
    }
    Ok(ranges)
}

fn bad(text: &str) -> SettingsError {
    SettingsError::Position { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::time::Time;

    const AT: Position = Position::Time(Time::At(1_700_000_000_000));

    #[test]
    fn every_place_is_read() {
        let rows = [
            ("beginning", Position::Beginning),
            ("earliest", Position::Beginning),
            ("start", Position::Beginning),
            ("end", Position::End),
            ("latest", Position::End),
            ("0", Position::At(0)),
            ("42", Position::At(42)),
            ("-5", Position::BeforeEnd(5)),
            ("+5", Position::AfterBeginning(5)),
            ("@1700000000", AT),
            ("@2023-11-14T22:13:20Z", AT),
            ("@-15m", Position::Time(Time::FromNow(-900_000))),
        ];
        for (text, place) in rows {
            assert_eq!(position(text), Ok(place), "{text}");
            let whole = Range { from: Some(place), until: None };
            assert_eq!(range(text), Ok(whole), "{text}");
            let all = Ranges { others: Some(whole), named: BTreeMap::new() };
            assert_eq!(ranges(text), Ok(all), "{text}");
        }
        for text in ["", "first", "1.5", "-", "+", "--5", "+-5", "-+5", "@", "99999999999999999999"]
        {
            assert!(position(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_range_is_read() {
        let time = |ms| Some(Position::Time(Time::FromNow(ms)));
        let rows = [
            ("5:10", Some(Position::At(5)), Some(Position::At(10))),
            (":10", None, Some(Position::At(10))),
            ("5:", Some(Position::At(5)), None),
            (":", None, None),
            (":end", None, Some(Position::End)),
            ("-10:-5", Some(Position::BeforeEnd(10)), Some(Position::BeforeEnd(5))),
            ("7:+3", Some(Position::At(7)), Some(Position::AfterBeginning(3))),
            ("@-1h:@-30m", time(-3_600_000), time(-1_800_000)),
            ("@-1h:+30m", time(-3_600_000), Some(Position::Later(1_800_000))),
            ("@-1h:@+30m", time(-3_600_000), Some(Position::Later(1_800_000))),
            ("@2023-11-14T22:13:20Z:@2023-11-14T22:13:20Z", Some(AT), Some(AT)),
            ("5:@+10s", Some(Position::At(5)), time(10_000)),
            ("@1700000000:5", Some(AT), Some(Position::At(5))),
            ("@2023-11-14T22:13:20Z:end", Some(AT), Some(Position::End)),
        ];
        for (text, from, until) in rows {
            assert_eq!(range(text), Ok(Range { from, until }), "{text}");
        }
        for text in ["5:10:15", "a:5", "5:b", "5:+30m", "5::", "5-10", "1,2"] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn partitions_have_ranges_of_their_own() {
        let from = |place| Range { from: Some(place), until: None };
        let read = ranges("0=5,3=9:20,*=end").unwrap();
        assert_eq!(read.of(0), Some(from(Position::At(5))));
        let range = Range { from: Some(Position::At(9)), until: Some(Position::At(20)) };
        assert_eq!(read.of(3), Some(range));
        assert_eq!(read.of(1), Some(from(Position::End)));
        assert_eq!(ranges("0=5,3=9").unwrap().of(1), None);
        for text in ["0=5,0=6", "0=5,", "0=5,6", "=5", "a=5", "0=", "*=1,*=2", "99999999999=1"] {
            assert!(ranges(text).is_err(), "{text}");
        }
    }

    fn splitmix64(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A place and one of the ways to write it.
    fn some_place(seed: &mut u64) -> (String, Position) {
        let number = (splitmix64(seed) >> (1 + splitmix64(seed) % 62)) as i64;
        match splitmix64(seed) % 7 {
            0 => ("beginning".into(), Position::Beginning),
            1 => ("latest".into(), Position::End),
            2 => (number.to_string(), Position::At(number)),
            3 => (format!("-{number}"), Position::BeforeEnd(number)),
            4 => (format!("+{number}"), Position::AfterBeginning(number)),
            5 => {
                let ms = number % 4_000_000_000_000;
                (format!("@{}", time::show(ms)), Position::Time(Time::At(ms)))
            }
            _ => {
                let seconds = number % 1_000_000;
                let time = Time::FromNow(-seconds * 1000);
                (format!("@-{seconds}s"), Position::Time(time))
            }
        }
    }

    #[test]
    fn whatever_is_written_is_read_back() {
        let mut seed = 11;
        for round in 0..5000 {
            let (from, first) = some_place(&mut seed);
            let (to, last) = some_place(&mut seed);
            let text = format!("{from}:{to}");
            let want = Range { from: Some(first), until: Some(last) };
            assert_eq!(range(&text), Ok(want), "{text}");
            let partition = i32::try_from(splitmix64(&mut seed) % 1000).unwrap();
            let text = format!("{partition}={text},{}={from}", partition + 1);
            let read = ranges(&text).unwrap();
            assert_eq!(read.of(partition), Some(want), "{text}");
            let open = Range { from: Some(first), until: None };
            assert_eq!((read.of(partition + 1), read.of(partition + 2)), (Some(open), None));
            // Whatever one character makes of it, it is read or refused.
            let at = (splitmix64(&mut seed) % text.len() as u64) as usize;
            let odd = ["", ":", "@", "=", ",", "-", "é"][round % 7];
            let _ = ranges(&format!("{}{odd}{}", &text[..at], &text[at + 1..]));
        }
    }
}
