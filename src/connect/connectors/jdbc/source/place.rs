//! How far a table has been read, as Java's connector remembers it: protocol version 1, with the
//! table's full name; version 0 is read where there is nothing else.

use crate::connect::connectors::jdbc::db::TableId;
use crate::connect::data::Value;
use crate::connect::define::Settings;
use crate::connect::error::ConnectError;

/// How far a table has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) incrementing: Option<i64>,
    /// Nanoseconds since the Unix epoch.
    pub(super) timestamp: Option<i128>,
}

const SECOND_MS: i64 = 1_000;
const SECOND_NANOS: i128 = 1_000_000_000;

impl Place {
    /// Reads what was remembered.
    pub(super) fn read(offset: &Value) -> Place {
        let number = |name: &str| match offset.entry(name) {
            Some(Value::Int64(number)) => Some(*number),
            _ => None,
        };
        let timestamp = number("timestamp").map(|ms| match number("timestamp_nanos") {
            // The nanoseconds are those of the second, milliseconds and all.
            Some(nanos) => i128::from(ms.div_euclid(SECOND_MS)) * SECOND_NANOS + i128::from(nanos),
            None => i128::from(ms) * 1_000_000,
        });
        Place { incrementing: number("incrementing"), timestamp }
    }

    /// What to remember.
    pub(super) fn offset(&self) -> Value {
        let mut all = Vec::new();
        let mut add = |name: &str, number: i64| {
            all.push((Value::from(name), Value::Int64(number)));
        };
        if let Some(number) = self.incrementing {
            add("incrementing", number);
        }
        if let Some(nanos) = self.timestamp {
            let ms = i64::try_from(nanos.div_euclid(1_000_000)).unwrap_or(i64::MAX);
            let rest = i64::try_from(nanos.rem_euclid(SECOND_NANOS)).unwrap_or_default();
            add("timestamp", ms);
            add("timestamp_nanos", rest);
        }
        Value::Map(all)
    }
}

/// A partition with one entry.
pub(super) fn partition_of(name: &str, value: &str) -> Value {
    Value::Map(vec![(Value::from(name), Value::from(value))])
}

/// The partitions under which a table may be remembered, the one in use first.
pub(super) fn partitions_of(table: &TableId) -> [Value; 2] {
    let full = vec![
        (Value::from("protocol"), Value::from("1")),
        (Value::from("table"), Value::from(table.to_string())),
    ];
    [Value::Map(full), partition_of("table", &table.name)]
}

/// Checks offsets that somebody sets.
pub(in super::super) fn check_offsets(
    _: &Settings,
    partition: &Value,
    offset: Option<&Value>,
) -> Result<(), ConnectError> {
    let Some(offset) = offset else { return Ok(()) };
    if partition.entry("table").is_none() && partition.entry("query").is_none() {
        return Err(ConnectError::connect(
            "Partition objects should contain the key 'table' (with 'protocol': '1' and the \
             table's full name) or 'query'",
        ));
    }
    let names = ["incrementing", "timestamp", "timestamp_nanos"];
    let Value::Map(all) = offset else {
        return Err(ConnectError::connect("Offset objects should be maps"));
    };
    for (name, value) in all {
        if !name.as_str().is_some_and(|name| names.contains(&name)) {
            return Err(ConnectError::connect(format!(
                "Offset objects may contain the keys {}, not '{name}'",
                names.join(", ")
            )));
        }
        if !matches!(value, Value::Int64(_)) {
            return Err(ConnectError::connect(format!("The value for '{name}' must be a Long")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_remembered_as_java_does() {
        let nanos = 1_700_000_000_123_456_000;
        let place = Place { incrementing: Some(7), timestamp: Some(nanos) };
        let offset = place.offset();
        assert_eq!(offset.entry("timestamp"), Some(&Value::Int64(1_700_000_000_123)));
        assert_eq!(offset.entry("timestamp_nanos"), Some(&Value::Int64(123_456_000)));
        assert_eq!(offset.entry("incrementing"), Some(&Value::Int64(7)));
        assert_eq!(Place::read(&offset), place);
        let old = Value::Map(vec![(Value::from("timestamp"), Value::Int64(1_500))]);
        assert_eq!(Place::read(&old).timestamp, Some(1_500_000_000));
        assert!(check_offsets(&Settings::default(), &partition_of("x", "y"), Some(&old)).is_err());
        assert!(
            check_offsets(&Settings::default(), &partition_of("table", "t"), Some(&old)).is_ok()
        );
    }
}
