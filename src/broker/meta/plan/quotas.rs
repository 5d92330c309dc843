//! DescribeClientQuotas and AlterClientQuotas (versions 0 and 1).
//!
//! Sources: `ClientQuotasImage`, `ClientQuotaControlManager`. What is wrong with one entity
//! leaves the others be.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planned, Refusal, View};
use crate::broker::meta::MetadataRecord;
use crate::broker::meta::state::access::{QuotaEntity, quota_record};
use crate::wire::ErrorCode;
use crate::wire::messages::alter_client_quotas as alter;
use crate::wire::messages::describe_client_quotas as describe;

const USER: &str = "user";
const CLIENT_ID: &str = "client-id";
const IP: &str = "ip";

/// What a quota's value may be.
#[derive(Clone, Copy, PartialEq)]
enum Number {
    Double,
    Int,
    Long,
}

/// The quotas of users and client ids, and those of addresses.
const OF_CLIENTS: &[(&str, Number)] = &[
    ("producer_byte_rate", Number::Long),
    ("consumer_byte_rate", Number::Long),
    ("request_percentage", Number::Double),
    ("controller_mutation_rate", Number::Double),
];
const OF_ADDRESSES: &[(&str, Number)] = &[("connection_creation_rate", Number::Int)];

/// Answers DescribeClientQuotas. Where nothing failed, the message is empty, not null.
pub fn describe_client_quotas(
    view: &View,
    request: &describe::DescribeClientQuotasRequest,
) -> describe::DescribeClientQuotasResponse {
    let wanted = match Wanted::of(&request.components) {
        Ok(wanted) => wanted,
        Err(refusal) => {
            return describe::DescribeClientQuotasResponse {
                error_code: refusal.code.0,
                error_message: refusal.message,
                entries: None,
                ..Default::default()
            };
        }
    };
    let quotas = view.state.access().quotas().iter();
    let matching = quotas.filter(|(entity, _)| wanted.matches(entity, request.strict));
    let entries = matching.map(|(entity, values)| describe::EntryData {
        entity: entity
            .iter()
            .map(|(kind, name)| describe::EntityData {
                entity_type: kind.clone(),
                entity_name: name.clone(),
            })
            .collect(),
        values: values
            .iter()
            .map(|(key, value)| describe::ValueData { key: key.clone(), value: *value })
            .collect(),
    });
    describe::DescribeClientQuotasResponse {
        error_message: Some(String::new()),
        entries: Some(entries.collect()),
        ..Default::default()
    }
}

/// Which entities are asked for.
#[derive(Default)]
struct Wanted<'a> {
    exact: BTreeMap<&'a str, Option<&'a str>>,
    any: BTreeSet<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(components: &'a [describe::ComponentData]) -> Result<Self, Refusal> {
        let invalid = |text: String| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
        let mut wanted = Wanted::default();
        for component in components {
            let (kind, name) = (component.entity_type.as_str(), component.r#match.as_deref());
            if kind.is_empty() {
                return invalid("Invalid empty entity type.".into());
            }
            if wanted.exact.contains_key(kind) || wanted.any.contains(kind) {
                let text =
                    format!("Entity type {kind} cannot appear more than once in the filter.");
                return invalid(text);
            }
            if ![USER, CLIENT_ID, IP].contains(&kind) {
                let text = format!("Unsupported entity type {kind}");
                return Err(Refusal::new(ErrorCode::UNSUPPORTED_VERSION, text));
            }
            let said = "but also specified a match string.";
            match (component.match_type, name) {
                (0, Some(name)) => _ = wanted.exact.insert(kind, Some(name)),
                (1, None) => _ = wanted.exact.insert(kind, None),
                (2, None) => _ = wanted.any.insert(kind),
                (0, None) => {
                    let text = "Request specified MATCH_TYPE_EXACT, but set match string to null.";
                    return invalid(text.into());
                }
                (1, Some(_)) => {
                    return invalid(format!("Request specified MATCH_TYPE_DEFAULT, {said}"));
                }
                (2, Some(_)) => {
                    return invalid(format!("Request specified MATCH_TYPE_SPECIFIED, {said}"));
                }
                (other, _) => return invalid(format!("Unknown match type {other}")),
            }
        }
        let has = |kind| wanted.exact.contains_key(kind) || wanted.any.contains(kind);
        if has(IP) && (has(USER) || has(CLIENT_ID)) {
            return invalid(
                "Invalid entity filter component combination. IP filter component should not be \
                 used with user or clientId filter component."
                    .into(),
            );
        }
        Ok(wanted)
    }

    fn matches(&self, entity: &QuotaEntity, strict: bool) -> bool {
        let exact = |kind: &&str, name: &Option<&str>| {
            entity.get(*kind).is_some_and(|has| has.as_deref() == *name)
        };
        (!strict || entity.len() == self.exact.len() + self.any.len())
            && self.exact.iter().all(|(kind, name)| exact(kind, name))
            && self.any.iter().all(|kind| entity.contains_key(*kind))
    }
}

/// Plans AlterClientQuotas. `is_host` says whether a text is an address, or a name that has one.
pub fn alter_client_quotas(
    view: &View,
    request: &alter::AlterClientQuotasRequest,
    is_host: &dyn Fn(&str) -> bool,
) -> Planned<alter::AlterClientQuotasResponse> {
    let mut records = Vec::new();
    let mut seen = BTreeSet::new();
    let entries = request.entries.iter().map(|entry| {
        let planned = entity(&entry.entity).and_then(|entity| {
            if !seen.insert(entity.clone()) {
                let text = format!("Ignoring duplicate entity {}", told(&entity));
                return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
            }
            change(view, &entity, &entry.ops, is_host)
        });
        let (error_code, error_message) = match planned {
            Ok(mut planned) => {
                records.append(&mut planned);
                (0, None)
            }
            Err(refusal) => (refusal.code.0, refusal.message),
        };
        let entity = entry.entity.iter().map(|part| alter::EntityDataResponse {
            entity_type: part.entity_type.clone(),
            entity_name: part.entity_name.clone(),
        });
        alter::EntryDataResponse { error_code, error_message, entity: entity.collect() }
    });
    let entries = entries.collect();
    if request.validate_only {
        records.clear();
    }
    Planned { records, response: alter::AlterClientQuotasResponse { throttle_time_ms: 0, entries } }
}

fn entity(parts: &[alter::EntityData]) -> Result<QuotaEntity, Refusal> {
    let invalid = |text: String| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    if parts.is_empty() {
        return invalid("Invalid empty client quota entity".into());
    }
    let mut entity = QuotaEntity::new();
    for part in parts {
        let kind = &part.entity_type;
        if entity.contains_key(kind) {
            return invalid(format!("Invalid client quota entity, duplicate entity entry {kind}"));
        }
        if ![USER, CLIENT_ID, IP].contains(&kind.as_str()) {
            return invalid(format!("Unhandled client quota entity type: {kind}"));
        }
        if part.entity_name.as_deref() == Some("") {
            return invalid(format!("Empty {kind} not supported"));
        }
        entity.insert(kind.clone(), part.entity_name.clone());
    }
    Ok(entity)
}

/// Returns an entity as Kafka prints it.
fn told(entity: &QuotaEntity) -> String {
    let parts =
        entity.iter().map(|(kind, name)| format!("{kind}={}", name.as_deref().unwrap_or("null")));
    format!("ClientQuotaEntity(entries={{{}}})", parts.collect::<Vec<_>>().join(", "))
}

fn change(
    view: &View,
    entity: &QuotaEntity,
    ops: &[alter::OpData],
    is_host: &dyn Fn(&str) -> bool,
) -> Result<Vec<MetadataRecord>, Refusal> {
    let invalid = |text: String| Refusal::new(ErrorCode::INVALID_REQUEST, text);
    let known = match entity.get(IP) {
        Some(_) if entity.len() > 1 => {
            return Err(invalid(
                "Invalid quota entity combination, IP entity shouldnot be combined with User or \
                 ClientId"
                    .into(),
            ));
        }
        Some(Some(host)) if !is_host(host) => {
            return Err(invalid(format!("{host} is not a valid IP or resolvable host.")));
        }
        Some(_) => OF_ADDRESSES,
        None => OF_CLIENTS,
    };
    let current = view.state.access().quotas().get(entity);
    let mut seen = BTreeSet::new();
    let mut records = Vec::new();
    for op in ops {
        if !seen.insert(&op.key) {
            return Err(invalid(format!(
                "Duplicate quota key {} not updating quota for this entity {}",
                op.key,
                told(entity)
            )));
        }
        let before = current.and_then(|values| values.get(&op.key));
        if op.remove {
            if before.is_some() {
                records.push(quota_record(entity, &op.key, None).into());
            }
            continue;
        }
        check(known, &op.key, op.value)?;
        if before != Some(&op.value) {
            records.push(quota_record(entity, &op.key, Some(op.value)).into());
        }
    }
    Ok(records)
}

fn check(known: &[(&str, Number)], key: &str, value: f64) -> Result<(), Refusal> {
    let invalid = |text: String| Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
    let Some((_, number)) = known.iter().find(|(name, _)| *name == key) else {
        return invalid(format!("Invalid configuration key {key}"));
    };
    // Not a number is greater than nothing.
    if value.is_nan() || value <= 0.0 {
        return invalid(format!("Quota {key} must be greater than 0"));
    }
    let (most, name) = match number {
        Number::Double => return Ok(()),
        Number::Int => (f64::from(i32::MAX), "an INT"),
        Number::Long => (i64::MAX as f64, "a LONG"),
    };
    if value > most {
        return invalid(format!("Proposed value for {key} is too large for {name}."));
    }
    if (value % 1.0).abs() > 1e-6 {
        return invalid(format!("{key} cannot be a fractional value."));
    }
    Ok(())
}
