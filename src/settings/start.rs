//! Where a reader begins in a partition: `-O/--offset`.

use super::{SettingsError, time};

/// The first record to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The oldest record that is still there.
    Beginning,
    /// The next record to be written.
    End,
    /// The record with this offset.
    At(i64),
    /// So many records before the end, in each partition.
    BeforeEnd(i64),
    /// The first record whose timestamp is this one or later.
    Time(time::Time),
}

/// Reads `beginning`, `end`, `N`, `-N` or `@time`; also Kafka's `earliest` and `latest`.
pub fn parse(text: &str) -> Result<Start, SettingsError> {
    if let Some(time) = text.strip_prefix('@') {
        return time::parse(time).map(Start::Time);
    }
    let number = || text.parse::<i64>().ok();
    match text {
        "beginning" | "earliest" | "start" => Some(Start::Beginning),
        "end" | "latest" => Some(Start::End),
        _ if text.starts_with('-') => number().and_then(i64::checked_neg).map(Start::BeforeEnd),
        _ => number().map(Start::At),
    }
    .ok_or_else(|| SettingsError::Start { text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let rows = [
            ("beginning", Start::Beginning),
            ("earliest", Start::Beginning),
            ("end", Start::End),
            ("latest", Start::End),
            ("0", Start::At(0)),
            ("42", Start::At(42)),
            ("-5", Start::BeforeEnd(5)),
            ("@1700000000", Start::Time(time::Time::At(1_700_000_000_000))),
            ("@-15m", Start::Time(time::Time::FromNow(-900_000))),
        ];
        for (text, start) in rows {
            assert_eq!(parse(text), Ok(start), "{text}");
        }
        for text in ["", "first", "1.5", "-", "--5", "@", "-9223372036854775808"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
