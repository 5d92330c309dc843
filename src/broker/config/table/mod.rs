//! The table: every config of Apache Kafka 4.3.1 that this broker knows, by family.
//!
//! Names, types, defaults and ranges are Kafka's; the sentences are ours. A row reads: name,
//! type, default, check, scope, and the broker configs that stand in for it.

mod broker;
mod group;
mod groups;
mod log;
mod security;
mod shown;
mod topic;
mod unserved;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::check::Check;
use super::def::{ConfigDef, Scope};
use super::value::Kind;

/// Makes rows. What a row leaves out: no check, no synonyms.
macro_rules! rows {
    ($(#[$meta:meta])* $table:ident $scope:ident; $(
        $name:literal $kind:ident $default:expr
            $(, $check:expr)? $(; from $synonyms:expr)?
            => $doc:literal
    )*) => {
        $(#[$meta])*
        pub(super) const $table: &[ConfigDef] = &[$(ConfigDef {
            name: $name,
            kind: Kind::$kind,
            default: $default,
            check: rows!(@or Check::Any $(, $check)?),
            scope: Scope::$scope,
            synonyms: rows!(@or &[] $(, $synonyms)?),
            doc: $doc,
        },)*];
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $given:expr) => { $given };
}

use rows;

/// The topic configs.
pub const TOPIC: &[ConfigDef] = topic::TOPIC;

/// The broker configs, in families.
const BROKER: &[&[ConfigDef]] = &[
    broker::READ_ONLY,
    broker::DYNAMIC,
    log::READ_ONLY,
    log::DYNAMIC,
    groups::READ_ONLY,
    groups::DYNAMIC,
    security::READ_ONLY,
    security::DYNAMIC,
];

/// The configs of a group.
pub const GROUP: &[ConfigDef] = group::GROUP;

/// The configs of a subscription to clients' metrics (KIP-714).
pub const CLIENT_METRICS: &[ConfigDef] = group::CLIENT_METRICS;

/// The rates that replication is held to. Kafka's `configDef` does not list them, so they are
/// described only where they were set.
const QUOTA: &[ConfigDef] = broker::QUOTA;

/// Returns a topic config.
pub fn topic(name: &str) -> Option<&'static ConfigDef> {
    TOPIC.iter().find(|def| def.name == name)
}

/// Returns the broker configs in the order of the table.
pub fn brokers() -> impl Iterator<Item = &'static ConfigDef> {
    BROKER.iter().copied().flatten()
}

/// Returns a broker config.
pub fn broker(name: &str) -> Option<&'static ConfigDef> {
    static BY_NAME: LazyLock<HashMap<&str, &ConfigDef>> =
        LazyLock::new(|| brokers().chain(QUOTA).map(|def| (def.name, def)).collect());
    BY_NAME.get(name).copied()
}

/// Says whether Kafka has a broker config of this name for something that this broker does not
/// have. A listener's own config is one: `listener.name.NAME.CONFIG`.
pub fn is_unserved(name: &str) -> bool {
    name.starts_with("listener.name.") || unserved::NAMES.contains(&name)
}

/// Says why a config is only kept and shown, if it is.
pub fn why_only_shown(name: &str) -> Option<&'static str> {
    let of = shown::SHOWN.iter().find(|shown| shown.names.contains(&name));
    of.map(|shown| shown.why)
}

/// Returns the names of the configs that are only kept and shown.
pub fn only_shown() -> impl Iterator<Item = &'static str> {
    shown::SHOWN.iter().flat_map(|shown| shown.names).copied()
}

/// Returns a group config.
pub fn group(name: &str) -> Option<&'static ConfigDef> {
    GROUP.iter().find(|def| def.name == name)
}

/// Returns a config of a client metrics subscription.
pub fn client_metrics(name: &str) -> Option<&'static ConfigDef> {
    CLIENT_METRICS.iter().find(|def| def.name == name)
}

/// Returns the broker config whose name is nearest to this one, if any is near.
pub fn nearest_broker(name: &str) -> Option<&'static str> {
    let near = brokers().map(|def| (distance(name, def.name), def.name)).min()?;
    (near.0 <= name.len().max(6) / 3).then_some(near.1)
}

/// Returns how many letters must be added, dropped or changed to make one name of another.
fn distance(one: &str, other: &str) -> usize {
    let other = other.as_bytes();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::broker::config::value::Value;

    fn all() -> impl Iterator<Item = &'static ConfigDef> {
        brokers().chain(QUOTA).chain(TOPIC).chain(GROUP).chain(CLIENT_METRICS)
    }

    #[test]
    fn every_default_passes_its_own_check() {
        for def in all() {
            if let Some(text) = def.default {
                let value = def.parse(text).unwrap_or_else(|e| panic!("{}: {e}", def.name));
                assert_eq!(value.to_string(), text, "{}", def.name);
            }
        }
    }

    #[test]
    fn checks_fit_their_types() {
        for def in all() {
            let fits = match def.check {
                Check::Any => true,
                Check::AtLeast(_) | Check::Between(..) => {
                    matches!(def.kind, Kind::Int | Kind::Long | Kind::Short | Kind::Double)
                }
                Check::GzipLevel => def.kind == Kind::Int,
                Check::OneOf(_) | Check::OneOfAnyCase(_) | Check::OffsetReset => {
                    def.kind == Kind::String
                }
                Check::EachOf(_) | Check::Elements | Check::ThrottledReplicas => {
                    def.kind == Kind::List
                }
            };
            assert!(fits, "{}", def.name);
        }
    }

    #[test]
    fn names_are_unique_and_synonyms_exist() {
        for table in [TOPIC, GROUP, CLIENT_METRICS] {
            let names: BTreeSet<_> = table.iter().map(|def| def.name).collect();
            assert_eq!(names.len(), table.len());
        }
        let names: BTreeSet<_> = brokers().chain(QUOTA).map(|def| def.name).collect();
        assert_eq!(names.len(), brokers().chain(QUOTA).count());
        for (def, synonym) in all().flat_map(|def| def.synonyms.iter().map(move |s| (def, s.0))) {
            let broker = broker(synonym);
            assert!(broker.is_some(), "{}: no broker config {synonym}", def.name);
        }
    }

    #[test]
    fn a_topics_default_is_what_the_brokers_defaults_come_to() {
        for def in TOPIC {
            let found = def.synonyms.iter().find_map(|(name, factor)| {
                let value = broker(name)?.default_value()?;
                Some(match value {
                    Value::Integer(number) => Value::Integer(number * factor),
                    other => other,
                })
            });
            if let Some(found) = found {
                assert_eq!(Some(found), def.default_value(), "{}", def.name);
            }
        }
    }

    #[test]
    fn every_sentence_ends() {
        for def in all() {
            assert!(def.doc.ends_with('.') && def.doc.len() > 15, "{}: {}", def.name, def.doc);
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest_broker("num.partition"), Some("num.partitions"));
        assert_eq!(nearest_broker("log.retention.hour"), Some("log.retention.hours"));
        assert_eq!(nearest_broker("zz"), None);
    }
}
