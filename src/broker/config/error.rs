//! What is wrong with a config, in Kafka's words where Kafka has words for it.

/// Why a config was refused. The display is the message that Kafka answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value that does not parse or is out of its range (Kafka's `ConfigException`).
    #[error("Invalid value {value} for configuration {name}: {why}")]
    Invalid { name: String, value: String, why: String },
    #[error("Configuration '{name}' values must not be empty.")]
    EmptyElement { name: String },
    #[error("Unknown topic config name: {name}")]
    UnknownTopicConfig { name: String },
    #[error("Unknown group config name: {name}")]
    UnknownGroupConfig { name: String },
    #[error("Unknown client metrics configuration: {name}")]
    UnknownMetricsConfig { name: String },
    #[error("conflict topic config setting {low} ({low_value}) > {high} ({high_value})")]
    Conflict { low: &'static str, low_value: i64, high: &'static str, high_value: i64 },
    #[error(
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with \
         remote log storage."
    )]
    TieredStorage,
    /// A relation between two configs that does not hold: `A must be at least B`.
    #[error("{name} must be {relation} {bound}")]
    Bound { name: String, relation: &'static str, bound: String },
    #[error("requirement failed: {0}")]
    Requirement(String),
    /// What Kafka says without naming a config, or in words of Java's.
    #[error("{0}")]
    Plain(String),
    #[error(
        "Invalid value {value} for interval.ms, interval must be between 100 and 3600000 (1 hour)"
    )]
    MetricsInterval { value: i64 },
    #[error("Illegal client matching pattern: {pattern}")]
    MetricsMatch { pattern: String },
    /// What the broker found when it tried a change on itself. There is no reason after the
    /// name: it is all in the value.
    #[error("Invalid value {value} for configuration {name}")]
    Dynamic { name: String, value: String },
    /// A name given at start-up that no broker config has.
    #[error("no broker config is called `{name}`{}", nearest_hint(.nearest))]
    UnknownBrokerConfig { name: String, nearest: Option<&'static str> },
    /// A broker config that Kafka has and whose effect this broker does not have.
    #[error("`{name}` is a config of Kafka's brokers for something that this broker does not have")]
    Unserved { name: String },
}

fn nearest_hint(nearest: &Option<&'static str>) -> String {
    nearest.map(|name| format!("; the nearest is `{name}`")).unwrap_or_default()
}

impl ConfigError {
    /// Java found no class of a name.
    pub(in crate::broker) fn class_not_found(name: &str, class: &str) -> Self {
        ConfigError::invalid(name, class, format!("Class {class} could not be found."))
    }

    pub(super) fn invalid(name: &str, value: impl ToString, why: impl ToString) -> Self {
        let (value, why) = (value.to_string(), why.to_string());
        ConfigError::Invalid { name: name.to_owned(), value, why }
    }
}
