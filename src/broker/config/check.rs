//! Ranges and lists of allowed values, with Kafka's words for what is outside of them.

use super::error::ConfigError;
use super::value::Value;

/// What a value must satisfy once it has parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Any,
    AtLeast(i64),
    Between(i64, i64),
    /// A text that is one of these.
    OneOf(&'static [&'static str]),
    /// The same, whatever its case.
    OneOfAnyCase(&'static [&'static str]),
    /// A list of these and nothing else.
    EachOf(&'static [&'static str]),
    /// A list without empty elements.
    Elements,
    /// 1 to 9, or -1 for the default of zlib.
    GzipLevel,
    /// `*`, or pairs of a partition and a broker.
    ThrottledReplicas,
    /// `earliest`, `latest` or `by_duration:` and an ISO-8601 duration.
    OffsetReset,
}

impl Check {
    /// Checks a value of the config of this name.
    pub fn check(self, name: &str, value: &Value) -> Result<(), ConfigError> {
        let invalid = |why: String| Err(ConfigError::invalid(name, value, why));
        match (self, value) {
            (Check::Any, _) => Ok(()),
            (Check::AtLeast(least), value) => at_least(name, value, least),
            (Check::Between(least, most), value) => {
                at_least(name, value, least)?;
                if number(value).is_some_and(|number| number > most as f64) {
                    return invalid(format!("Value must be no more than {most}"));
                }
                Ok(())
            }
            (Check::OneOf(allowed), Value::Text(text)) => {
                if allowed.contains(&text.as_str()) {
                    return Ok(());
                }
                invalid(format!("String must be one of: {}", allowed.join(", ")))
            }
            (Check::OneOfAnyCase(allowed), Value::Text(text)) => {
                if allowed.iter().any(|one| one.eq_ignore_ascii_case(text)) {
                    return Ok(());
                }
                let allowed = allowed.join(", ");
                invalid(format!("String must be one of (case insensitive): {allowed}"))
            }
            (Check::EachOf(allowed), Value::List(elements)) => {
                elements_filled(name, elements)?;
                let odd = elements.iter().find(|element| !allowed.contains(&element.as_str()));
                let Some(odd) = odd else { return Ok(()) };
                let why = format!("String must be one of: {}", allowed.join(", "));
                Err(ConfigError::invalid(name, odd, why))
            }
            (Check::Elements, Value::List(elements)) => elements_filled(name, elements),
            (Check::GzipLevel, Value::Integer(-1 | 1..=9)) => Ok(()),
            (Check::GzipLevel, _) => {
                invalid("Value must be between 1 and 9 or equal to -1".to_owned())
            }
            (Check::ThrottledReplicas, Value::List(elements)) => throttled(name, elements),
            (Check::OffsetReset, Value::Text(text)) => {
                if is_offset_reset(text) {
                    return Ok(());
                }
                invalid(format!(
                    "Invalid value `{text}` for configuration {name}. The value must be either \
                     'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
                ))
            }
            // The table gives no check to a type that cannot have it; a test holds it to that.
            _ => Ok(()),
        }
    }
}

/// Returns a value as a number. What is beyond 2^53 has the same place in every range of ours.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

fn at_least(name: &str, value: &Value, least: i64) -> Result<(), ConfigError> {
    if number(value).is_some_and(|number| number < least as f64) {
        return Err(ConfigError::invalid(name, value, format!("Value must be at least {least}")));
    }
    Ok(())
}

fn elements_filled(name: &str, elements: &[String]) -> Result<(), ConfigError> {
    if elements.iter().any(String::is_empty) {
        return Err(ConfigError::EmptyElement { name: name.to_owned() });
    }
    Ok(())
}

fn throttled(name: &str, elements: &[String]) -> Result<(), ConfigError> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let pair = |text: &String| {
        text.split_once(':').is_some_and(|(partition, broker)| digits(partition) && digits(broker))
    };
    if elements.iter().all(pair) || (elements.len() == 1 && elements[0] == "*") {
        return Ok(());
    }
    let why = format!(
        "{name} must be the literal '*' or a list of replicas in the following format: \
         [partitionId]:[brokerId],[partitionId]:[brokerId],..."
    );
    Err(ConfigError::invalid(name, format!("[{}]", elements.join(", ")), why))
}

fn is_offset_reset(text: &str) -> bool {
    match text {
        "earliest" | "latest" => true,
        _ => text.strip_prefix("by_duration:").is_some_and(is_duration),
    }
}

/// Says whether a text is a duration of days, hours, minutes and seconds that is not negative
/// (what Java's `Duration.parse` takes, without signs).
fn is_duration(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let Some(rest) = upper.strip_prefix('P') else { return false };
    let (days, time) = match rest.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let days_fit = days.is_empty() || days.strip_suffix('D').is_some_and(whole);
    let Some(time) = time else { return days_fit && !days.is_empty() };
    let mut left = time;
    for unit in ['H', 'M'] {
        if let Some((count, rest)) = left.split_once(unit) {
            if !whole(count) {
                return false;
            }
            left = rest;
        }
    }
    let seconds_fit = match left.strip_suffix('S') {
        Some(seconds) => {
            let (count, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            whole(count) && fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit())
        }
        None => left.is_empty(),
    };
    days_fit && seconds_fit && !time.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_from_other_texts() {
        for good in ["PT1H", "P1D", "P1DT2H3M4.5S", "pt0.000000001s", "PT90M"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "x", "P", "PT", "1H", "PT1", "PTH", "P1H", "PT1H2", "PT-1H", "P1.5D"] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
