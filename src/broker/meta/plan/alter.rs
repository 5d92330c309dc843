//! What AlterConfigs and IncrementalAlterConfigs share: from operations to values to records.
//!
//! Sources: `kafka.server.ConfigAdminManager` (what the broker checks),
//! `ConfigurationControlManager` (what the controller checks).

use super::{Refusal, View, alter_broker};
use crate::broker::config::{ConfigError, Kind, Resource, ResourceKind, Values, rules, table};
use crate::broker::meta::{MetadataRecord, topic_name};
use crate::wire::ErrorCode;
use crate::wire::messages::metadata_log::{ClearElrRecord, ConfigRecord};

/// What is to be done with a config. The numbers are those of `AlterConfigOp.OpType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpKind {
    Set,
    Delete,
    Append,
    Subtract,
}

impl OpKind {
    pub(super) fn of(id: i8) -> Option<Self> {
        [OpKind::Set, OpKind::Delete, OpKind::Append, OpKind::Subtract]
            .get(usize::try_from(id).ok()?)
            .copied()
    }

    fn name(self) -> &'static str {
        match self {
            OpKind::Set => "SET",
            OpKind::Delete => "DELETE",
            OpKind::Append => "APPEND",
            OpKind::Subtract => "SUBTRACT",
        }
    }
}

/// One operation on one config.
#[derive(Clone, Debug)]
pub(super) struct Op<'a> {
    pub name: &'a str,
    pub kind: OpKind,
    /// Not looked at where the kind is `Delete`.
    pub value: Option<&'a str>,
}

/// How the operations stand to what the resource has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// They change it.
    Incremental,
    /// They replace all of it.
    Replace,
}

/// Returns the records by which a resource's configs become what is asked for.
pub(super) fn change(
    view: &View,
    kind: i8,
    name: &str,
    ops: &[Op],
    mode: Mode,
) -> Result<Vec<MetadataRecord>, Refusal> {
    check_keys(ops)?;
    let known = ResourceKind::of(kind);
    let known = known.filter(|known| {
        // The older request is from before loggers had levels.
        mode == Mode::Incremental || *known != ResourceKind::BrokerLogger
    });
    let Some(kind) = known else {
        let text = format!("Unknown resource type {kind}");
        return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    };
    let resource = Resource::new(kind, name);
    match kind {
        ResourceKind::Broker => alter_broker::check(view, name, ops, mode)?,
        ResourceKind::BrokerLogger => return Err(alter_broker::logger(view, name, ops)),
        ResourceKind::Topic | ResourceKind::ClientMetrics | ResourceKind::Group => {}
    }
    let empty = Values::new();
    let now = view.state.configs().values(kind, name).unwrap_or(&empty);
    let after = values_after(view, &resource, now, ops, mode)?;
    check_resource(view, &resource, &after)?;
    if kind == ResourceKind::Broker {
        check_min_insync_replicas(view, name, now, &after, ops)?;
    }
    let given = ops.iter().map(|op| op.name);
    let gone = now.keys().map(String::as_str).filter(|key| !ops.iter().any(|op| op.name == *key));
    let changed = given.chain(gone).filter(|key| now.get(*key) != after.get(*key));
    let changes = changed.map(|key| (key, after.get(key).map(String::as_str)));
    Ok(config_records(view, kind, name, changes))
}

/// Returns the records of changed configs. Where `min.insync.replicas` changes, what was known
/// of eligible leaders is known no more, and a record says so.
pub(super) fn config_records<'a>(
    view: &View,
    kind: ResourceKind,
    name: &str,
    changes: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Vec<MetadataRecord> {
    let mut records: Vec<MetadataRecord> = Vec::new();
    let mut clears = false;
    for (key, value) in changes {
        clears |= key == "min.insync.replicas" && view.has_elr();
        let record = ConfigRecord {
            resource_type: kind.id(),
            resource_name: name.to_owned(),
            name: key.to_owned(),
            value: value.map(str::to_owned),
        };
        records.push(record.into());
    }
    if clears {
        let topic_name = if kind == ResourceKind::Topic { name } else { "" };
        records.push(ClearElrRecord { topic_name: topic_name.to_owned() }.into());
    }
    records
}

/// Checks that no config comes twice, and that each has a value where it needs one.
fn check_keys(ops: &[Op]) -> Result<(), Refusal> {
    if !super::repeated(ops.iter().map(|op| op.name)).is_empty() {
        let text = "Error due to duplicate config keys";
        return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    }
    let nulls = ops.iter().filter(|op| op.kind != OpKind::Delete && op.value.is_none());
    let nulls: Vec<&str> = nulls.map(|op| op.name).collect();
    if nulls.is_empty() {
        return Ok(());
    }
    let text = format!("Null value not supported for : {}", nulls.join(", "));
    Err(Refusal::new(ErrorCode::INVALID_REQUEST, text))
}

/// Returns what the resource would have.
fn values_after(
    view: &View,
    resource: &Resource,
    now: &Values,
    ops: &[Op],
    mode: Mode,
) -> Result<Values, Refusal> {
    let mut after = if mode == Mode::Replace { Values::new() } else { now.clone() };
    for op in ops {
        let value = op.value.unwrap_or_default();
        match op.kind {
            OpKind::Set => {
                after.insert(op.name.to_owned(), value.to_owned());
            }
            OpKind::Delete => {
                after.remove(op.name);
            }
            OpKind::Append | OpKind::Subtract => {
                if !is_list(resource.kind, op.name) {
                    let text = format!(
                        "Can't {} to key {} because its type is not LIST.",
                        op.kind.name(),
                        op.name
                    );
                    return Err(Refusal::new(ErrorCode::INVALID_CONFIG, text));
                }
                let old = now.get(op.name).cloned();
                let old = old.unwrap_or_else(|| base_list(view, resource.kind, op.name));
                after.insert(op.name.to_owned(), edited(&old, value, op.kind));
            }
        }
    }
    Ok(after)
}

/// Says whether the controller knows the config as a list. As in Kafka it knows the types of
/// topics and brokers only.
fn is_list(kind: ResourceKind, name: &str) -> bool {
    let def = match kind {
        ResourceKind::Topic => table::topic(name),
        ResourceKind::Broker => table::broker(name),
        _ => None,
    };
    def.is_some_and(|def| def.kind == Kind::List)
}

/// Returns what a list is changed from where the resource has none: what the broker was given
/// at start-up, or the default. What was set while running does not count, as in Kafka.
fn base_list(view: &View, kind: ResourceKind, name: &str) -> String {
    let def = match kind {
        ResourceKind::Topic => table::topic(name),
        _ => table::broker(name),
    };
    let Some(def) = def else { return String::new() };
    let own = [(name, 1)];
    let names = if kind == ResourceKind::Topic { def.synonyms } else { &own[..] };
    let given = names.iter().find_map(|(name, _)| view.fixed.get(name));
    given.or(def.default).unwrap_or_default().to_owned()
}

/// Adds elements to a list, or takes them out. Elements are compared as they are written.
fn edited(old: &str, change: &str, kind: OpKind) -> String {
    let split = |text: &str| -> Vec<String> {
        if text.is_empty() { Vec::new() } else { text.split(',').map(str::to_owned).collect() }
    };
    let mut list = split(old);
    for element in split(change) {
        if kind == OpKind::Subtract {
            list.retain(|kept| *kept != element);
        } else if !list.contains(&element) {
            list.push(element);
        }
    }
    list.join(",")
}

/// Checks a resource and what it would have, as the controller does.
fn check_resource(view: &View, resource: &Resource, after: &Values) -> Result<(), Refusal> {
    let request = |text: &str| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    let config = |error: ConfigError| Refusal::new(ErrorCode::INVALID_CONFIG, error);
    let (name, configs) = (resource.name.as_str(), view.configs());
    match resource.kind {
        ResourceKind::Topic => {
            if name.is_empty() {
                return request("Default topic resources are not allowed.");
            }
            topic_name::check(name)
                .map_err(|error| Refusal::new(ErrorCode::INVALID_TOPIC_EXCEPTION, error))?;
            rules::topic(&configs, after).map_err(config)?;
            if view.state.topic(name).is_none() {
                let text = format!("The topic '{name}' does not exist.");
                return Err(Refusal::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, text));
            }
            Ok(())
        }
        ResourceKind::Group if name.is_empty() => {
            request("Default group resources are not allowed.")
        }
        ResourceKind::Group => rules::group(&configs, after).map_err(config),
        ResourceKind::ClientMetrics if name.is_empty() => {
            request("Subscription name can't be empty")
        }
        ResourceKind::ClientMetrics => rules::client_metrics(after).map_err(|error| match error {
            ConfigError::UnknownMetricsConfig { .. } | ConfigError::MetricsInterval { .. } => {
                Refusal::new(ErrorCode::INVALID_REQUEST, error)
            }
            error => config(error),
        }),
        ResourceKind::Broker | ResourceKind::BrokerLogger => Ok(()),
    }
}

/// Checks that brokers agree on `min.insync.replicas` where leaders are chosen by it (KIP-966).
fn check_min_insync_replicas(
    view: &View,
    broker: &str,
    now: &Values,
    after: &Values,
    ops: &[Op],
) -> Result<(), Refusal> {
    const NAME: &str = "min.insync.replicas";
    if !view.has_elr() {
        return Ok(());
    }
    let touched = ops.iter().any(|op| op.name == NAME);
    let text = if !broker.is_empty() && (touched || now.get(NAME) != after.get(NAME)) {
        "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
    } else if broker.is_empty() && !after.contains_key(NAME) && now.contains_key(NAME) {
        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
    } else {
        return Ok(());
    };
    Err(Refusal::new(ErrorCode::INVALID_CONFIG, text))
}
