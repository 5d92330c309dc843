//! `JsonSchemaConverter`: JSON with its JSON Schema in a registry, as Confluent's.
//!
//! What Connect knows and JSON Schema does not stands beside it: `connect.type`,
//! `connect.index`, `connect.version`, `connect.parameters`; a schema's name is its `title`.
//! Refused are: `allOf` of several schemas, types that are lists of several, tuples, schemas
//! that hold themselves, and those that say no type.
//!
//! Schemas are made of JSON in [`inward`], and told in JSON in [`outward`]; [`values`] has the
//! values.

mod inward;
mod outward;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value as JsonValue;

use super::json::parse;
use super::registry::{self, KEPT_MAX, Link, NoSchema, split, write_id};
use super::{Class, Converter, Part};
use crate::codec::JsonSchema;
use crate::codec::schema::{Schema as Text, SchemaType};
use crate::connect::data::{Data, SchemaRef};
use crate::connect::define::{Def, Importance, Key, Kind as SettingKind, Preset, Valid};
use crate::connect::error::{ConnectError, Kind};
use inward::Inward;

/// The parameter that says that a text is an enum.
const ENUM: &str = "io.confluent.connect.json.Enum";

/// Structs that stand for one of several types.
#[derive(Clone, Copy)]
enum Union {
    One,
    Any,
}

impl Union {
    const ALL: [Union; 2] = [Union::One, Union::Any];

    fn name(self) -> &'static str {
        match self {
            Union::One => "io.confluent.connect.json.OneOf",
            Union::Any => "io.confluent.connect.json.AnyOf",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Union::One => "oneOf",
            Union::Any => "anyOf",
        }
    }

    fn field(self, at: usize) -> String {
        format!("{}.field.{at}", self.name())
    }
}

/// What the settings say.
#[derive(Clone, Copy, Default)]
struct Manner {
    decimals_are_numbers: bool,
    takes_more: bool,
    optional_unless_required: bool,
    checks: bool,
}

const fn flag(name: &'static str, preset: &'static str, doc: &'static str) -> Key {
    Key::new(name, SettingKind::Boolean, Preset::Text(preset), Importance::Low, doc)
}

const KEYS: &[Key] = &[
    Key::new(
        "decimal.format",
        SettingKind::String,
        Preset::Text("BASE64"),
        Importance::Low,
        "Whether decimals are written as numbers (NUMERIC) or as bytes (BASE64).",
    )
    .valid(Valid::OneOfAnyCase(&["NUMERIC", "BASE64"])),
    flag(
        "object.additional.properties",
        "true",
        "Whether objects may have members that their schema does not name.",
    ),
    flag(
        "use.optional.for.nonrequired",
        "false",
        "Whether what is not among the required properties may be null.",
    ),
    flag(
        "json.fail.invalid.schema",
        "false",
        "Whether data are checked against the schema in the registry.",
    ),
];

pub(super) const CLASS: Class = Class {
    name: "io.confluent.connect.json.JsonSchemaConverter",
    def: Def(&[registry::KEYS, KEYS]),
    is_for: (true, false),
    make,
};

fn make(given: &BTreeMap<String, String>, part: Part) -> Result<Box<dyn Converter>, ConnectError> {
    let (settings, mistakes) = CLASS.def.check(given);
    if let Some(mistake) = mistakes.into_iter().next() {
        return Err(ConnectError::config(mistake.why));
    }
    let own: Vec<&Key> = KEYS.iter().collect();
    Ok(Box::new(JsonSchemaConverter {
        link: Link::of(given, part, SchemaType::Json, &own)?,
        manner: Manner {
            decimals_are_numbers: settings.string("decimal.format").eq_ignore_ascii_case("NUMERIC"),
            takes_more: settings.flag("object.additional.properties"),
            optional_unless_required: settings.flag("use.optional.for.nonrequired"),
            checks: settings.flag("json.fail.invalid.schema"),
        },
        read: HashMap::new(),
        written: Vec::new(),
    }))
}

struct JsonSchemaConverter {
    link: Link,
    manner: Manner,
    read: HashMap<u32, Known>,
    written: Vec<Written>,
}

#[derive(Clone)]
struct Known {
    topic: Arc<str>,
    schema: SchemaRef,
    check: Option<Arc<JsonSchema>>,
}

/// What something is written by.
#[derive(Clone)]
struct Written {
    topic: Arc<str>,
    schema: Option<SchemaRef>,
    id: u32,
    check: Option<Arc<JsonSchema>>,
}

fn wrong(what: &str, why: impl Into<String>) -> ConnectError {
    ConnectError::data(what).caused_by(ConnectError::new(Kind::Serialization, why))
}

impl JsonSchemaConverter {
    fn check(&self, text: &Text) -> Result<Option<Arc<JsonSchema>>, NoSchema> {
        if !self.manner.checks {
            return Ok(None);
        }
        let others = text.references.iter().cloned().collect();
        let schema = JsonSchema::of_texts(&text.text, &others);
        let schema = schema.map_err(|error| NoSchema::Lasting(error.to_string()))?;
        Ok(Some(Arc::new(schema)))
    }

    fn known(&mut self, topic: &str, id: u32) -> Result<Known, NoSchema> {
        if let Some(known) = self.read.get(&id).filter(|known| &*known.topic == topic) {
            return Ok(known.clone());
        }
        let found = self.link.schema(id)?;
        let lasting = |why: String| NoSchema::Lasting(why);
        let json = |text: &str| {
            serde_json::from_str::<JsonValue>(text)
                .map_err(|error| lasting(format!("the schema is not JSON: {error}")))
        };
        let root = json(&found.text)?;
        let mut others = BTreeMap::new();
        for (name, text) in &found.references {
            others.insert(name.clone(), json(text)?);
        }
        let title = root.get("title").and_then(JsonValue::as_str);
        let version = self.link.version(topic, id, title)?;
        let mut inward = Inward { manner: self.manner, root: &root, others: &others, nodes: 0 };
        let schema = inward.schema(version).map_err(lasting)?;
        let known = Known { topic: topic.into(), schema, check: self.check(&found)? };
        if self.read.len() >= KEPT_MAX {
            self.read.clear();
        }
        self.read.insert(id, known.clone());
        Ok(known)
    }

    fn written(&mut self, topic: &str, schema: Option<&SchemaRef>) -> Result<Written, NoSchema> {
        let is_same = |known: &Written| {
            &*known.topic == topic
                && match (&known.schema, schema) {
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
                    (None, None) => true,
                    _ => false,
                }
        };
        if let Some(at) = self.written.iter().position(is_same) {
            return Ok(self.written[at].clone());
        }
        let text = match schema {
            Some(schema) => {
                outward::schema(schema, None, self.manner).map_err(NoSchema::Lasting)?.to_string()
            }
            None if self.link.is_given() => "{}".to_owned(),
            None => {
                let why = "the value has no schema: it needs one, from the data or, with \
                           use.latest.version=true, from the registry";
                return Err(NoSchema::Lasting(why.to_owned()));
            }
        };
        let name = schema.and_then(|schema| schema.name.clone());
        let (id, found) = self.link.id(topic, &text, name.as_deref())?;
        let check = self.check(&found)?;
        let written = Written { topic: topic.into(), schema: schema.cloned(), id, check };
        if self.written.len() >= KEPT_MAX {
            self.written.clear();
        }
        self.written.push(written.clone());
        Ok(written)
    }
}

impl Converter for JsonSchemaConverter {
    fn to_connect(&mut self, topic: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let Some(bytes) = bytes else { return Ok(Data::null()) };
        let what =
            "Converting byte[] to Kafka Connect data failed due to serialization error of topic ";
        let what = format!("{what}{topic}: ");
        let (id, payload) = split(bytes).map_err(|why| wrong(&what, why))?;
        let known = self.known(topic, id).map_err(|error| error.error(&what))?;
        if let Some(check) = &known.check {
            check.check(payload).map_err(|why| wrong(&what, why))?;
        }
        let json = parse(payload).map_err(|why| wrong(&what, why))?;
        let value = values::read(&known.schema, &json, self.manner);
        Ok(known.schema.with(value.map_err(|why| wrong(&what, why))?))
    }

    fn from_connect(
        &mut self,
        topic: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        let schema = data.schema.as_ref();
        let default = schema.and_then(|schema| schema.default.as_ref());
        if data.value.is_null() && default.is_none() {
            return match schema {
                Some(schema) if !schema.optional => {
                    Err(ConnectError::data("Invalid value: null used for mandatory field"))
                }
                _ => Ok(false),
            };
        }
        let what = format!(
            "Converting Kafka Connect data to byte[] failed due to serialization error of topic {topic}: "
        );
        let written = self.written(topic, schema).map_err(|error| error.error(&what))?;
        let start = out.len();
        write_id(written.id, out);
        let payload = out.len();
        let schema = schema.map(|schema| &**schema);
        let mut done = values::write(schema, &data.value, self.manner, out);
        if let (Ok(()), Some(check)) = (&done, &written.check) {
            done = check.check(&out[payload..]);
        }
        done.map(|()| true).map_err(|why| {
            out.truncate(start);
            wrong(&what, why)
        })
    }
}

#[cfg(test)]
mod tests;
