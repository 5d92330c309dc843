//! What a broker checks before its own configs change, or all brokers' (KIP-226).
//!
//! Source: `kafka.server.DynamicBrokerConfig`. A name that is nobody's is taken, as in Kafka,
//! where plug-ins have configs of their own; it is told as a secret and nothing reads it.

use super::alter::{Mode, Op, OpKind};
use super::{Refusal, View, alter_listener};
use crate::broker::config::{
    ConfigDef, ConfigError, Kind, ResourceKind, Scope, Value, Values, rules, table,
};
use crate::wire::ErrorCode;

/// The numbers of threads that may not more than double at once, nor be more than halved.
const THREADS: &[&str] = &[
    "background.threads",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
];

/// Intervals of groups that have a longest and a shortest.
const INTERVALS: &[(&str, &str, &str)] = &[
    (
        "group.consumer.assignment.interval.ms",
        "group.consumer.min.assignment.interval.ms",
        "group.consumer.max.assignment.interval.ms",
    ),
    (
        "group.share.assignment.interval.ms",
        "group.share.min.assignment.interval.ms",
        "group.share.max.assignment.interval.ms",
    ),
    (
        "group.streams.assignment.interval.ms",
        "group.streams.min.assignment.interval.ms",
        "group.streams.max.assignment.interval.ms",
    ),
];

pub(super) fn request(text: impl ToString) -> Refusal {
    Refusal::new(ErrorCode::INVALID_REQUEST, text)
}

/// Checks that the name is this node's id.
fn check_id(view: &View, name: &str, what: &str) -> Result<(), Refusal> {
    let id: i32 = name
        .parse()
        .map_err(|_| request(format!("Node id must be an integer, but it is: {name}")))?;
    if id != view.node.id {
        return Err(request(format!("{what} {}, but received {name}", view.node.id)));
    }
    Ok(())
}

/// Checks operations on a broker's configs: those of this broker, or of all where the name is
/// empty.
pub(super) fn check(view: &View, name: &str, ops: &[Op], mode: Mode) -> Result<(), Refusal> {
    if !name.is_empty() {
        check_id(view, name, "Unexpected broker id, expected")?;
    }
    let empty = Values::new();
    let now = view.state.configs().values(ResourceKind::Broker, name).unwrap_or(&empty);
    let mut after = if mode == Mode::Replace { Values::new() } else { now.clone() };
    for op in ops {
        match op.kind {
            OpKind::Set => {
                after.insert(op.name.to_owned(), op.value.unwrap_or_default().to_owned());
            }
            OpKind::Delete => {
                after.remove(op.name);
            }
            OpKind::Append | OpKind::Subtract => check_list(op)?,
        }
    }
    // As operations come: the first text is of the first names.
    let set: Vec<&str> =
        ops.iter().map(|op| op.name).filter(|name| after.contains_key(*name)).collect();
    let found = |wrong: &dyn Fn(&str) -> bool| -> Option<String> {
        let names: Vec<&str> = set.iter().copied().filter(|name| wrong(name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let is_security = |name: &str| name.starts_with("ssl.") || name.starts_with("sasl.");
    let is_fixed = |name: &str| match table::broker(name) {
        Some(def) => def.scope == Scope::ReadOnly,
        None => {
            let is_listeners = name.starts_with("listener.name.");
            table::is_unserved(name) && !is_security(name) && !is_listeners
        }
    };
    if let Some(names) = found(&is_fixed) {
        return Err(request(format!("Cannot update these configs dynamically: [{names}]")));
    }
    if let Some(names) = found(&is_security) {
        return Err(request(format!(
            "These security configs can be dynamically updated only per-listener using the \
             listener prefix: [{names}]"
        )));
    }
    alter_listener::check(view, name, &set, &after)?;
    check_values(view, name, &after).map_err(request)
}

/// Checks that an element can be added to a config, or taken from it.
fn check_list(op: &Op) -> Result<(), Refusal> {
    let text = match table::broker(op.name) {
        Some(ConfigDef { kind: Kind::List, .. }) => return Ok(()),
        Some(_) => {
            let change = if op.kind == OpKind::Append { "append" } else { "subtract" };
            format!("Config value {change} is not allowed for config key: {}", op.name)
        }
        None => format!("Unknown config name: {}", op.name),
    };
    Err(Refusal::new(ErrorCode::INVALID_CONFIG, text))
}

/// Checks the values that the broker would have, each and together.
fn check_values(view: &View, name: &str, after: &Values) -> Result<(), ConfigError> {
    for (key, text) in after {
        if let Some(def) = table::broker(key) {
            def.parse(text)?;
        }
    }
    let dynamic = view.state.configs();
    let own = view.node.id.to_string();
    let of = |resource: &str, key: &str| {
        let values = if resource == name {
            Some(after)
        } else {
            dynamic.values(ResourceKind::Broker, resource)
        };
        values.and_then(|values| values.get(key).cloned())
    };
    let get = |key: &str| {
        let dynamic = of(&own, key).or_else(|| of("", key));
        dynamic.or_else(|| view.fixed.get(key).map(str::to_owned))
    };
    rules::broker_values(&get)?;
    let number = |key: &str| {
        let def = table::broker(key)?;
        let text = get(key).or_else(|| def.default.map(str::to_owned))?;
        match def.parse(&text) {
            Ok(Value::Integer(number)) => Some(number),
            _ => None,
        }
    };
    for (key, least, most) in INTERVALS {
        let Some(interval) = number(key) else { continue };
        let outside = |relation: &'static str, bound: &str| {
            let (name, bound) = (key.to_string(), bound.to_owned());
            Err(ConfigError::Bound { name, relation, bound })
        };
        if number(least).is_some_and(|least| interval < least) {
            return outside("greater than or equal to", least);
        }
        if number(most).is_some_and(|most| interval > most) {
            return outside("less than or equal to", most);
        }
    }
    check_threads(view, &number)?;
    check_own(after)
}

/// Checks what Kafka's own parts refuse when they are told of a change.
fn check_own(after: &Values) -> Result<(), ConfigError> {
    let get = |key: &str| after.get(key).map(|text| text.trim());
    for key in ["max.connections", "max.connection.creation.rate"] {
        if get(key) == Some("0") {
            return Err(wrapped(format!("Invalid {key} 0")));
        }
    }
    let default = |key: &str| table::broker(key).and_then(|def| def.default).unwrap_or_default();
    let reporters = get("metric.reporters").unwrap_or_default();
    let mut reporters = reporters.split(',').map(str::trim).filter(|name| !name.is_empty());
    if reporters.any(|name| name != default("metric.reporters")) {
        return Err(wrapped(
            "Validation of dynamic config update of Set(metric.reporters) failed with class class \
             kafka.server.DynamicMetricsReporters"
                .to_owned(),
        ));
    }
    match get("principal.builder.class") {
        Some(class) if class != default("principal.builder.class") => {
            Err(ConfigError::class_not_found("principal.builder.class", class))
        }
        _ => Ok(()),
    }
}

/// The broker checks some values when it takes them over, and wraps what it finds.
pub(super) fn wrapped(text: String) -> ConfigError {
    let value = format!("org.apache.kafka.common.config.ConfigException: {text}");
    ConfigError::Dynamic { name: "Invalid dynamic configuration".to_owned(), value }
}

/// Returns why a number of threads may not become another one.
pub(super) fn check_thread_count(key: &str, old: i64, new: i64) -> Result<(), ConfigError> {
    let failed = format!("Dynamic thread count update validation failed for {key}={new}");
    if new > old * 2 {
        return Err(wrapped(format!(
            "{failed}, value should not be greater than double the current value {old}"
        )));
    }
    if new < old / 2 {
        return Err(wrapped(format!(
            "{failed}, value should be at least half the current value {old}"
        )));
    }
    Ok(())
}

/// Checks that no number of threads grows or shrinks too fast.
fn check_threads(view: &View, number: &dyn Fn(&str) -> Option<i64>) -> Result<(), ConfigError> {
    let configs = view.configs();
    let now = |key: &str| match configs.broker_value(key) {
        Some(Value::Integer(number)) => number,
        _ => 0,
    };
    for key in THREADS {
        check_thread_count(key, now(key), number(key).unwrap_or(0))?;
    }
    let key = "log.cleaner.threads";
    let (old, new) = (now(key), number(key).unwrap_or(0));
    if new > old * 2 {
        return Err(wrapped(format!(
            "Log cleaner threads cannot be increased to more than double the current value {old}"
        )));
    }
    if new < old / 2 {
        return Err(wrapped(format!(
            "Log cleaner threads cannot be reduced to less than half the current value {old}"
        )));
    }
    Ok(())
}

/// Returns why a logger's level cannot be changed. This broker has the root logger only, whose
/// level is chosen when it starts.
pub(super) fn logger(view: &View, name: &str, ops: &[Op]) -> Refusal {
    if let Err(refusal) = check_id(view, name, "Unexpected node id. Expected") {
        return refusal;
    }
    for op in ops {
        match op.kind {
            OpKind::Append | OpKind::Subtract => {
                let what = if op.kind == OpKind::Append { "APPEND" } else { "SUBTRACT" };
                return request(format!(
                    "{what} operation is not allowed for the BROKER_LOGGER resource"
                ));
            }
            _ if op.name != "root" => {
                let text = format!("Logger {} does not exist!", op.name);
                return Refusal::new(ErrorCode::INVALID_CONFIG, text);
            }
            OpKind::Delete => {
                return request("Removing the log level of the root logger is not allowed");
            }
            OpKind::Set => {}
        }
    }
    Refusal::new(
        ErrorCode::INVALID_CONFIG,
        "The log level of this broker is chosen when it starts and cannot be changed while it runs",
    )
}
