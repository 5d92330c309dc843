//! Single message transforms and predicates, as Kafka's own.
//!
//! What each does with many values is in `kafka.txt`, which Kafka's classes wrote, and is held
//! against what these do.

mod cast;
mod fields;
mod flatten;
mod headers;
mod predicates;
mod routes;
mod shape;
mod time;

use std::collections::BTreeMap;

use super::converters::{is_named, nearest_class};
use super::data::{Data, Struct, Value};
use super::define::{Def, Mistake, Settings};
use super::error::ConnectError;
use super::record::Record;

pub use predicates::CLASSES as PREDICATES;

/// Changes a record, or drops it.
pub trait Transform: Send {
    fn apply(&mut self, record: Record) -> Result<Option<Record>, ConnectError>;
}

/// Says something about a record.
pub trait Predicate: Send {
    fn test(&self, record: &Record) -> bool;
}

/// Which part of a record a transform is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Key,
    Value,
}

impl Target {
    fn of(self, record: &mut Record) -> &mut Data {
        match self {
            Target::Key => &mut record.key,
            Target::Value => &mut record.value,
        }
    }
}

type Made<T> = Result<Box<T>, ConnectError>;

/// A class of transforms.
pub struct Class {
    pub name: &'static str,
    pub def: Def,
    /// Whether there is one for keys (`$Key`) and one for values (`$Value`).
    pub has_targets: bool,
    make: fn(&Settings, Target) -> Made<dyn Transform>,
}

/// Every class.
pub const CLASSES: &[Class] = &[
    cast::CLASS,
    headers::DROP,
    fields::EXTRACT,
    routes::FILTER,
    flatten::CLASS,
    headers::FROM,
    shape::HOIST,
    fields::INSERT,
    headers::INSERT,
    fields::MASK,
    routes::REGEX,
    fields::REPLACE,
    shape::METADATA,
    time::CONVERTER,
    routes::TIMESTAMP,
    shape::TO_KEY,
];

/// A transform of a chain, and when it is used.
struct Step {
    transform: Box<dyn Transform>,
    condition: Option<(Box<dyn Predicate>, bool)>,
    class: String,
}

/// The transforms of a connector, in their order.
#[derive(Default)]
pub struct Chain(Vec<Step>);

/// What is wrong with a record, and which class says so.
pub struct Broken {
    pub class: String,
    pub error: ConnectError,
}

impl Chain {
    /// Makes the chain that a connector's settings name; all mistakes are told.
    pub fn of(common: &Settings, all: &BTreeMap<String, String>) -> Result<Self, Vec<Mistake>> {
        let (mut steps, mut mistakes) = (Vec::new(), Vec::new());
        for name in common.list("transforms") {
            match step(name, common, all) {
                Ok(step) => steps.push(step),
                Err(mut wrong) => mistakes.append(&mut wrong),
            }
        }
        // Predicates that no transform names must be right all the same.
        for name in common.list("predicates") {
            if let Err(wrong) = predicate(name, all) {
                mistakes.extend(
                    wrong.into_iter().filter(|one| !mistakes.contains(one)).collect::<Vec<_>>(),
                );
            }
        }
        if mistakes.is_empty() { Ok(Chain(steps)) } else { Err(mistakes) }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sends a record through; none comes out where it is dropped.
    pub fn apply(&mut self, record: Record) -> Result<Option<Record>, Broken> {
        let mut record = record;
        for step in &mut self.0 {
            if let Some((predicate, negate)) = &step.condition
                && predicate.test(&record) == *negate
            {
                continue;
            }
            match step.transform.apply(record) {
                Ok(Some(changed)) => record = changed,
                Ok(None) => return Ok(None),
                Err(error) => return Err(Broken { class: step.class.clone(), error }),
            }
        }
        Ok(Some(record))
    }
}

fn mistake(name: String, why: impl Into<String>) -> Vec<Mistake> {
    vec![Mistake { name, why: why.into() }]
}

/// The settings behind a prefix.
fn behind(prefix: &str, all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let behind = |(name, value): (&String, &String)| {
        Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
    };
    all.iter().filter_map(behind).collect()
}

/// Checks settings against a class's tables; what is unknown is answered with what is near.
fn checked(
    def: Def,
    prefix: &str,
    own: &BTreeMap<String, String>,
    always: &[&str],
) -> Result<Settings, Vec<Mistake>> {
    let (settings, mut mistakes) = def.check(own);
    for name in own.keys() {
        let known: Vec<&str> =
            def.keys().iter().map(|key| key.name).chain(always.iter().copied()).collect();
        if !known.contains(&name.as_str())
            && let Some(near) = super::define::nearest(name, known)
        {
            let why = format!("There is no setting {prefix}{name}; did you mean {prefix}{near}?");
            mistakes.push(Mistake { name: name.clone(), why });
        }
    }
    for mistake in &mut mistakes {
        mistake.name = format!("{prefix}{}", mistake.name);
    }
    if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
}

fn step(
    name: &str,
    common: &Settings,
    all: &BTreeMap<String, String>,
) -> Result<Step, Vec<Mistake>> {
    let prefix = format!("transforms.{name}.");
    let own = behind(&prefix, all);
    let key = format!("{prefix}type");
    let Some(wanted) = own.get("type").map(|class| class.trim()) else {
        let why = format!("Missing required configuration \"{key}\" which has no default value.");
        return Err(mistake(key, why));
    };
    let (class, target) = find(wanted).map_err(|why| mistake(key.clone(), why))?;
    let settings = checked(class.def, &prefix, &own, &["type", "predicate", "negate"])?;
    let transform = (class.make)(&settings, target).map_err(|e| mistake(key, e.message))?;
    let negate = own.get("negate").is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
    let condition = match own.get("predicate").map(|name| name.trim()) {
        None | Some("") => None,
        Some(named) if common.list("predicates").iter().any(|known| known == named) => {
            Some((predicate(named, all)?, negate))
        }
        Some(named) => {
            let key = format!("{prefix}predicate");
            return Err(mistake(key, format!("there is no predicate {named} in predicates")));
        }
    };
    Ok(Step { transform, condition, class: wanted.to_owned() })
}

fn predicate(
    name: &str,
    all: &BTreeMap<String, String>,
) -> Result<Box<dyn Predicate>, Vec<Mistake>> {
    let prefix = format!("predicates.{name}.");
    let own = behind(&prefix, all);
    let key = format!("{prefix}type");
    let wanted = own.get("type").map(|class| class.trim()).unwrap_or_default();
    let class = PREDICATES.iter().find(|class| is_named(class.name, wanted, "Predicate"));
    let Some(class) = class else {
        let near = nearest_class(wanted, PREDICATES.iter().map(|class| class.name));
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        return Err(mistake(key, format!("there is no predicate class {wanted}{hint}")));
    };
    let settings = checked(class.def, &prefix, &own, &["type"])?;
    (class.make)(&settings).map_err(|error| mistake(key, error.message))
}

/// Finds a class by its name, with `$Key` or `$Value` where it has both.
fn find(wanted: &str) -> Result<(&'static Class, Target), String> {
    let (name, target) = match wanted.rsplit_once('$') {
        Some((name, "Key")) => (name, Some(Target::Key)),
        Some((name, "Value")) => (name, Some(Target::Value)),
        _ => (wanted, None),
    };
    match CLASSES.iter().find(|class| is_named(class.name, name, "Transformation")) {
        Some(class) if class.has_targets == target.is_some() => {
            Ok((class, target.unwrap_or(Target::Value)))
        }
        Some(class) if class.has_targets => {
            Err(format!("{wanted} is for keys or for values: {0}$Key or {0}$Value", class.name))
        }
        _ => {
            let near = nearest_class(name, CLASSES.iter().map(|class| class.name));
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let all: Vec<&str> = CLASSES
                .iter()
                .map(|class| class.name.rsplit('.').next().unwrap_or(class.name))
                .collect();
            Err(format!(
                "there is no transform class {wanted}{hint} (there are {})",
                all.join(", ")
            ))
        }
    }
}

/// The name of Java's class for a value, without `class`.
fn class_name(value: &Value) -> &'static str {
    value.java_class().trim_start_matches("class ")
}

/// A map, or Java's words about what is none.
fn as_map<'a>(value: &'a Value, purpose: &str) -> Result<&'a [(Value, Value)], ConnectError> {
    match value {
        Value::Map(all) => Ok(all),
        other => Err(ConnectError::data(format!(
            "Only Map objects supported in absence of schema for [{purpose}], found: {}",
            class_name(other)
        ))),
    }
}

/// A struct, or Java's words about what is none.
fn as_struct<'a>(value: &'a Value, purpose: &str) -> Result<&'a Struct, ConnectError> {
    match value {
        Value::Struct(all) => Ok(all),
        other => Err(ConnectError::data(format!(
            "Only Struct objects supported for [{purpose}], found: {}",
            class_name(other)
        ))),
    }
}

/// Sets an entry of a map.
fn put(map: &mut Vec<(Value, Value)>, name: &str, value: Value) {
    match map.iter_mut().find(|(key, _)| key.as_str() == Some(name)) {
        Some((_, old)) => *old = value,
        None => map.push((Value::from(name), value)),
    }
}

/// Fields by their place in a struct, with defaults or without.
fn field_value(all: &Struct, at: usize, with_defaults: bool) -> Value {
    if with_defaults { all.at(at).clone() } else { all.raw(at).clone() }
}

#[cfg(test)]
mod tests;
