//! Rules that take more than one config, or more than one type, to tell.
//!
//! Sources: `LogConfig.validateValues`, `AbstractKafkaConfig`'s requirements, `GroupConfig`,
//! `ClientMetricsConfigs`. Texts are those of Kafka 4.3.1.

use super::dynamic::Values;
use super::error::ConfigError;
use super::resolve::Configs;
use super::table;
use super::value::Value;

/// Checks what a topic is to be given: every name, every value, and what they say together.
pub fn topic(configs: &Configs, own: &Values) -> Result<(), ConfigError> {
    if let Some(name) = own.keys().find(|name| table::topic(name).is_none()) {
        return Err(ConfigError::UnknownTopicConfig { name: name.clone() });
    }
    for (name, text) in own {
        if let Some(def) = table::topic(name) {
            def.parse(text)?;
        }
    }
    let config = configs.topic_with(own);
    let (low, high) = (config.min_compaction_lag_ms, config.max_compaction_lag_ms);
    if low > high {
        return Err(ConfigError::Conflict {
            low: "min.compaction.lag.ms",
            low_value: low,
            high: "max.compaction.lag.ms",
            high_value: high,
        });
    }
    let tiered = own.get("remote.storage.enable");
    if tiered.is_some_and(|text| text.trim().eq_ignore_ascii_case("true")) {
        return Err(ConfigError::TieredStorage);
    }
    Ok(())
}

/// Checks what a broker's configs say together: `get` answers what is set, without defaults.
pub fn broker_values(get: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
    let number = |name: &str| {
        let text = get(name)?;
        match table::broker(name)?.parse(&text) {
            Ok(Value::Integer(value)) => Some(value),
            _ => None,
        }
    };
    let require = |holds: bool, text: &str| {
        if holds { Ok(()) } else { Err(ConfigError::Requirement(text.to_owned())) }
    };
    let retention_ms = number("log.retention.ms").or_else(|| {
        let minutes = number("log.retention.minutes").map(|m| m.saturating_mul(60_000));
        minutes.or_else(|| number("log.retention.hours").map(|h| h.saturating_mul(3_600_000)))
    });
    require(
        retention_ms != Some(0),
        "log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
    )?;
    require(
        number("log.roll.ms").is_none_or(|ms| ms >= 1),
        "log.roll.ms must be greater than or equal to 1",
    )?;
    require(
        number("log.roll.jitter.ms").is_none_or(|ms| ms >= 0),
        "log.roll.jitter.ms must be greater than or equal to 0",
    )?;
    let threads = number("log.cleaner.threads").unwrap_or(1).max(1);
    require(
        number("log.cleaner.dedupe.buffer.size").is_none_or(|size| size / threads > 1024 * 1024),
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
    )?;
    let overrides = get("max.connections.per.ip.overrides").unwrap_or_default();
    check_overrides(&overrides)?;
    require(
        number("max.connections.per.ip") != Some(0) || !overrides.trim().is_empty(),
        "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides \
         property is set.",
    )
}

/// Checks `address:number,…`, in the words in which Java trips over it.
fn check_overrides(text: &str) -> Result<(), ConfigError> {
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let Some((_, number)) = pair.rsplit_once(':') else {
            let length = pair.encode_utf16().count();
            return Err(ConfigError::Plain(format!(
                "Error parsing configuration property 'max.connections.per.ip.overrides': begin \
                 0, end -1, length {length}"
            )));
        };
        if number.trim().parse::<i32>().is_err() {
            return Err(ConfigError::Plain(format!("For input string: \"{}\"", number.trim())));
        }
    }
    Ok(())
}

/// The bounds that a broker sets to its groups: a group's config, and the broker's two.
const GROUP_BOUNDS: &[(&str, Option<&str>, &str)] = &[
    (
        "consumer.heartbeat.interval.ms",
        Some("group.consumer.min.heartbeat.interval.ms"),
        "group.consumer.max.heartbeat.interval.ms",
    ),
    (
        "consumer.session.timeout.ms",
        Some("group.consumer.min.session.timeout.ms"),
        "group.consumer.max.session.timeout.ms",
    ),
    (
        "consumer.assignment.interval.ms",
        Some("group.consumer.min.assignment.interval.ms"),
        "group.consumer.max.assignment.interval.ms",
    ),
    (
        "share.heartbeat.interval.ms",
        Some("group.share.min.heartbeat.interval.ms"),
        "group.share.max.heartbeat.interval.ms",
    ),
    (
        "share.session.timeout.ms",
        Some("group.share.min.session.timeout.ms"),
        "group.share.max.session.timeout.ms",
    ),
    (
        "share.assignment.interval.ms",
        Some("group.share.min.assignment.interval.ms"),
        "group.share.max.assignment.interval.ms",
    ),
    (
        "share.record.lock.duration.ms",
        Some("group.share.min.record.lock.duration.ms"),
        "group.share.max.record.lock.duration.ms",
    ),
    (
        "share.delivery.count.limit",
        Some("group.share.min.delivery.count.limit"),
        "group.share.max.delivery.count.limit",
    ),
    (
        "share.partition.max.record.locks",
        Some("group.share.min.partition.max.record.locks"),
        "group.share.max.partition.max.record.locks",
    ),
    (
        "streams.heartbeat.interval.ms",
        Some("group.streams.min.heartbeat.interval.ms"),
        "group.streams.max.heartbeat.interval.ms",
    ),
    (
        "streams.session.timeout.ms",
        Some("group.streams.min.session.timeout.ms"),
        "group.streams.max.session.timeout.ms",
    ),
    (
        "streams.assignment.interval.ms",
        Some("group.streams.min.assignment.interval.ms"),
        "group.streams.max.assignment.interval.ms",
    ),
    ("streams.num.standby.replicas", None, "group.streams.max.standby.replicas"),
];

/// The intervals that must be shorter than the session: a heartbeat, and its session.
const GROUP_SESSIONS: &[(&str, &str)] = &[
    ("consumer.heartbeat.interval.ms", "consumer.session.timeout.ms"),
    ("share.heartbeat.interval.ms", "share.session.timeout.ms"),
    ("streams.heartbeat.interval.ms", "streams.session.timeout.ms"),
];

/// Checks what a group is to be given.
pub fn group(configs: &Configs, own: &Values) -> Result<(), ConfigError> {
    if let Some(name) = own.keys().find(|name| table::group(name).is_none()) {
        return Err(ConfigError::UnknownGroupConfig { name: name.clone() });
    }
    let mut given = std::collections::BTreeMap::new();
    for (name, text) in own {
        let Some(def) = table::group(name) else { continue };
        if let Value::Integer(number) = def.parse(text)? {
            given.insert(def.name, number);
        }
    }
    let bound = |name: &str| match configs.broker_value(name) {
        Some(Value::Integer(number)) => number,
        _ => 0,
    };
    let outside = |name: &str, relation: &'static str, bound: &str| {
        Err(ConfigError::Bound { name: name.to_owned(), relation, bound: bound.to_owned() })
    };
    for (name, least, most) in GROUP_BOUNDS {
        let Some(number) = given.get(name) else { continue };
        if let Some(least) = least.filter(|least| *number < bound(least)) {
            return outside(name, "greater than or equal to", least);
        }
        if *number > bound(most) {
            return outside(name, "less than or equal to", most);
        }
    }
    for (heartbeat, session) in GROUP_SESSIONS {
        let effective = |name: &str| {
            let of_broker = bound(&format!("group.{name}"));
            given.get(name).copied().unwrap_or(of_broker)
        };
        if effective(heartbeat) >= effective(session) {
            return outside(session, "greater than", heartbeat);
        }
    }
    Ok(())
}

/// What a client metrics subscription may select clients by.
const MATCHES: &[&str] = &[
    "client_instance_id",
    "client_id",
    "client_software_name",
    "client_software_version",
    "client_source_address",
    "client_source_port",
];

/// Checks what a client metrics subscription is to be given (KIP-714).
pub fn client_metrics(own: &Values) -> Result<(), ConfigError> {
    for (name, text) in own {
        let Some(def) = table::client_metrics(name) else {
            return Err(ConfigError::UnknownMetricsConfig { name: name.clone() });
        };
        match def.parse(text)? {
            Value::Integer(value) if !(100..=3_600_000).contains(&value) => {
                return Err(ConfigError::MetricsInterval { value });
            }
            Value::List(patterns) if name == "match" => {
                let bad = patterns.iter().find(|pattern| {
                    let parts = pattern.split_once('=');
                    !parts.is_some_and(|(name, regex)| {
                        MATCHES.contains(&name.trim()) && regex::Regex::new(regex).is_ok()
                    })
                });
                if let Some(pattern) = bad {
                    return Err(ConfigError::MetricsMatch { pattern: pattern.clone() });
                }
            }
            _ => {}
        }
    }
    Ok(())
}
