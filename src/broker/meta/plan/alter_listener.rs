//! What a broker checks before a listener's own configs change: `listener.name.NAME.CONFIG`.
//!
//! Done: the limits of a listener's connections, as in Kafka. Not done, and refused: TLS and
//! logins, which are read when the broker starts. What no listener of this broker reads is taken
//! and has no effect, as in Kafka.

use super::alter_broker::{check_thread_count, request, wrapped};
use super::{Refusal, View};
use crate::broker::config::{ConfigError, Value, Values, listeners, table};

/// A listener's config by its parts.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix("listener.name.")?.split_once('.')
}

/// Checks those of the changed configs that are a listener's. `after` is all that there would be.
pub(super) fn check(
    view: &View,
    resource: &str,
    changed: &[&str],
    after: &Values,
) -> Result<(), Refusal> {
    let own: Vec<_> =
        changed.iter().filter_map(|key| Some((*key, parts(key)?.0, parts(key)?.1))).collect();
    for (key, _, config) in &own {
        let text = after.get(*key).map(String::as_str).unwrap_or_default();
        if let Some(def) = table::broker(config) {
            def.parse(text).map_err(request)?;
        }
        check_limits(view, config, text).map_err(request)?;
    }
    let at_start = own.iter().filter(|(_, _, config)| listeners::is_of_start(config));
    if resource.is_empty() {
        let names: Vec<&str> = at_start.clone().map(|(key, ..)| *key).collect();
        if !names.is_empty() {
            return Err(request(format!(
                "Cannot update these configs at default cluster level, broker id must be \
                 specified: [{}]",
                names.join(", ")
            )));
        }
    }
    let here = at_start.filter(|(_, listener, _)| is_here(view, listener));
    let names: Vec<&str> = here.map(|(key, ..)| *key).collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(request(format!(
            "These configs of a listener are read when this broker starts, and cannot be updated \
             dynamically: [{}]",
            names.join(", ")
        ))),
    }
}

/// Checks the limits of a listener's connections and its number of threads.
fn check_limits(view: &View, config: &str, text: &str) -> Result<(), ConfigError> {
    match config {
        "max.connections" | "max.connection.creation.rate" if text.trim() == "0" => {
            Err(wrapped(format!("Invalid {config} 0")))
        }
        "num.network.threads" => {
            let old = match view.configs().broker_value(config) {
                Some(Value::Integer(number)) => number,
                _ => 0,
            };
            check_thread_count(config, old, text.trim().parse().unwrap_or(0))
        }
        _ => Ok(()),
    }
}

/// Says whether this broker has the listener.
fn is_here(view: &View, listener: &str) -> bool {
    let all = view.fixed.get("listeners").unwrap_or_default();
    let mut names = all.split(',').filter_map(|place| place.trim().split_once("://"));
    names.any(|(name, _)| name.eq_ignore_ascii_case(listener))
}
