//! Lengths of time as people write them: `500ms`, `2h30m`, `1d`, `PT2H`, `P1DT12H`.

use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::SettingsError;

/// Reads a length of time that is not negative. A number needs its unit.
pub fn parse(text: &str) -> Result<std::time::Duration, SettingsError> {
    let signed = parse_signed(text)?;
    std::time::Duration::try_from(signed).map_err(|_| bad(text))
}

/// Reads a length of time, perhaps a negative one.
pub(super) fn parse_signed(text: &str) -> Result<SignedDuration, SettingsError> {
    let span: Span = text.trim().parse().map_err(|_| bad(text))?;
    // A month or a year has no length of its own.
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(bad(text));
    }
    span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| bad(text))
}

fn bad(text: &str) -> SettingsError {
    SettingsError::Duration { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_both_spellings() {
        let rows = [
            ("500ms", 500),
            ("2s", 2_000),
            ("2h30m", 9_000_000),
            ("2h 30m", 9_000_000),
            ("1d", 86_400_000),
            ("1w", 7 * 86_400_000),
            ("PT2H", 7_200_000),
            ("P1DT12H", 129_600_000),
            ("PT0.5S", 500),
            ("0s", 0),
        ];
        for (text, millis) in rows {
            assert_eq!(parse(text).unwrap().as_millis(), millis, "{text}");
        }
    }

    #[test]
    fn a_length_without_unit_or_below_zero_is_refused() {
        for text in ["", "5", "-5s", "2 fortnights", "P1M", "1y", "h", "9999999999999999h"] {
            let error = parse(text).unwrap_err();
            assert_eq!(error, SettingsError::Duration { text: text.to_owned() });
        }
    }
}
