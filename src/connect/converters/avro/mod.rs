//! `AvroConverter`: Avro with its schemas in a registry, as Confluent's.
//!
//! Both ways a schema becomes the one that Java's converter makes of it, word for word, so that
//! the registry and other people's connectors find what they know. What is different: a type
//! that holds itself is refused, and so is a value without a schema, unless the registry says
//! what it is written by (`use.latest.version`, `use.schema.id`).
//!
//! - [`node`]: Avro's schemas
//! - [`inward`], [`outward`]: schemas and values from Avro, schemas to it
//! - [`write`]: values to it

mod inward;
mod node;
mod outward;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::registry::{self, KEPT_MAX, Link, NoSchema, split, write_id};
use super::{Class, Converter, Part};
use crate::codec::schema::SchemaType;
use crate::connect::data::{Data, Schema, SchemaRef, Value};
use crate::connect::define::{Def, Importance, Key, Kind as SettingKind, Preset};
use crate::connect::error::{ConnectError, Kind};
use inward::{Inward, Reader};
use node::Node;
use outward::{Outward, record_name};

/// The namespace of what has none of its own.
const NAMESPACE: &str = "io.confluent.connect.avro";
/// The parameter that says that a text is an enum, and which.
const ENUM: &str = "io.confluent.connect.avro.Enum";
/// The name of structs that are unions.
const UNION: &str = "io.confluent.connect.avro.Union";
/// The record of a key and a value, where keys are no texts.
const MAP_ENTRY: &str = "MapEntry";

/// The name of a struct that has none.
fn default_name() -> &'static str {
    "io.confluent.connect.avro.ConnectDefault"
}

const fn flag(name: &'static str, preset: &'static str, doc: &'static str) -> Key {
    Key::new(name, SettingKind::Boolean, Preset::Text(preset), Importance::Low, doc)
}

const KEYS: &[Key] = &[
    flag(
        "enhanced.avro.schema.support",
        "false",
        "Whether enums stay enums, and the fields of unions have whole names.",
    ),
    flag(
        "connect.meta.data",
        "true",
        "Whether schemas say what only Connect knows: names, versions, parameters, documentation.",
    ),
    flag(
        "scrub.invalid.names",
        "false",
        "Whether characters that Avro does not allow in names become underscores.",
    ),
    flag(
        "allow.optional.map.keys",
        "false",
        "Whether a map is one whose keys are texts that may be null.",
    ),
    flag("flatten.singleton.unions", "true", "Whether a union of one type is that type."),
];

pub(super) const CLASS: Class = Class {
    name: "io.confluent.connect.avro.AvroConverter",
    def: Def(&[registry::KEYS, KEYS]),
    is_for: (true, false),
    make,
};

/// What the settings say of schemas.
struct Manner {
    is_enhanced: bool,
    keeps_meta: bool,
    scrubs: bool,
    allows_optional_keys: bool,
    flattens: bool,
}

impl Manner {
    /// What the field of a union's struct is called.
    fn member(&self, node: &Node) -> String {
        match (&node.name, node.short_name()) {
            (Some(name), Some(short)) if !matches!(node.kind, node::Kind::Fixed(_)) => {
                if self.is_enhanced { name.clone() } else { short.to_owned() }
            }
            _ => node.type_name().to_owned(),
        }
    }

    /// A name that Avro takes.
    fn scrub(&self, name: &str) -> String {
        if !self.scrubs {
            return name.to_owned();
        }
        let is_good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let mut good: String = name.chars().map(|c| if is_good(c) { c } else { '_' }).collect();
        if good.starts_with(|c: char| c.is_ascii_digit()) {
            good.insert(0, '_');
        }
        good
    }
}

fn make(given: &BTreeMap<String, String>, part: Part) -> Result<Box<dyn Converter>, ConnectError> {
    let (settings, mistakes) = CLASS.def.check(given);
    if let Some(mistake) = mistakes.into_iter().next() {
        return Err(ConnectError::config(mistake.why));
    }
    let own: Vec<&Key> = KEYS.iter().collect();
    Ok(Box::new(AvroConverter {
        link: Link::of(given, part, SchemaType::Avro, &own)?,
        manner: Manner {
            is_enhanced: settings.flag("enhanced.avro.schema.support"),
            keeps_meta: settings.flag("connect.meta.data"),
            scrubs: settings.flag("scrub.invalid.names"),
            allows_optional_keys: settings.flag("allow.optional.map.keys"),
            flattens: settings.flag("flatten.singleton.unions"),
        },
        read: HashMap::new(),
        last: None,
        written: Vec::new(),
    }))
}

struct AvroConverter {
    link: Link,
    manner: Manner,
    /// Schemas of what was read, by topic and id.
    read: HashMap<(String, u32), Known>,
    /// The last of them, which mostly is the next one too.
    last: Option<Known>,
    /// Schemas of what was written.
    written: Vec<Written>,
}

#[derive(Clone)]
struct Known {
    topic: Arc<str>,
    id: u32,
    node: Arc<Node>,
    schema: SchemaRef,
}

/// What something is written by.
#[derive(Clone)]
struct Written {
    topic: Arc<str>,
    schema: Option<SchemaRef>,
    id: u32,
    node: Arc<Node>,
}

fn wrong(what: &str, why: impl Into<String>) -> ConnectError {
    ConnectError::data(what).caused_by(ConnectError::new(Kind::Serialization, why))
}

impl AvroConverter {
    fn known(&mut self, topic: &str, id: u32) -> Result<Known, NoSchema> {
        if let Some(last) = self.last.as_ref().filter(|last| last.id == id && &*last.topic == topic)
        {
            return Ok(last.clone());
        }
        let key = (topic.to_owned(), id);
        if let Some(known) = self.read.get(&key) {
            self.last = Some(known.clone());
            return Ok(known.clone());
        }
        let found = self.link.schema(id)?;
        let node = Node::read(&found.text, &found.references).map_err(NoSchema::Lasting)?;
        let version = self.link.version(topic, id, node.name.as_deref())?;
        let mut inward = Inward { manner: &self.manner, nodes: 0 };
        let schema = inward.schema(&node, version).map_err(NoSchema::Lasting)?;
        let known = Known { topic: topic.into(), id, node, schema };
        if self.read.len() >= KEPT_MAX {
            self.read.clear();
        }
        self.read.insert(key, known.clone());
        Ok(known)
    }

    /// The schema by which something is written.
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
        let (text, record) = match schema {
            Some(schema) => {
                let mut outward = Outward { manner: &self.manner, named: HashMap::new() };
                let json = outward.schema(schema, None).map_err(NoSchema::Lasting)?;
                (json.to_string(), record_name(schema))
            }
            None if self.link.is_given() => ("null".to_owned(), None),
            None => {
                let why = "the value has no schema: Avro needs one, from the data or, with \
                           use.latest.version=true, from the registry";
                return Err(NoSchema::Lasting(why.to_owned()));
            }
        };
        let (id, found) = self.link.id(topic, &text, record.as_deref())?;
        let node = Node::read(&found.text, &found.references).map_err(NoSchema::Lasting)?;
        let written = Written { topic: topic.into(), schema: schema.cloned(), id, node };
        // Few topics have many schemas; what comes again is near the end.
        if self.written.len() >= KEPT_MAX {
            self.written.clear();
        }
        self.written.push(written.clone());
        Ok(written)
    }
}

impl Converter for AvroConverter {
    fn to_connect(&mut self, topic: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let Some(bytes) = bytes else { return Ok(Data::null()) };
        let what = format!("Failed to deserialize data for topic {topic} to Avro: ");
        let (id, payload) = split(bytes).map_err(|why| wrong(&what, why))?;
        let Known { node, schema, .. } =
            self.known(topic, id).map_err(|error| error.error(&what))?;
        // Bytes alone have no length in front of them.
        if node.kind == node::Kind::Bytes {
            let value = match schema.scale() {
                Ok(scale) => {
                    Value::Decimal(crate::connect::data::Decimal::of_bytes(payload, scale))
                }
                Err(_) => Value::Bytes(payload.to_vec()),
            };
            return Ok(schema.with(value));
        }
        let mut reader = Reader::new(payload, self.manner.flattens);
        let value = reader.value(&node, &schema, 0).map_err(|why| wrong(&what, why))?;
        match reader.bytes.len() {
            0 => Ok(schema.with(value)),
            more => Err(wrong(&what, format!("{more} bytes follow the value"))),
        }
    }

    fn from_connect(
        &mut self,
        topic: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        let schema = data.schema.as_ref();
        let default = schema.and_then(|schema: &SchemaRef| schema.default.as_ref());
        if data.value.is_null() && default.is_none() {
            return match schema {
                Some(schema) if !schema.optional => {
                    let what = "Invalid value: null used for mandatory field";
                    Err(ConnectError::data(what))
                }
                _ => Ok(false),
            };
        }
        let what = format!("Failed to serialize Avro data from topic {topic} :");
        let Written { id, node, .. } =
            self.written(topic, schema).map_err(|error| error.error(&what))?;
        let start = out.len();
        write_id(id, out);
        let raw = match (&node.kind, &data.value) {
            (node::Kind::Bytes, Value::Bytes(bytes)) => Some(bytes.clone()),
            (node::Kind::Bytes, Value::Decimal(decimal)) => Some(decimal.bytes()),
            _ => None,
        };
        let written = match raw {
            Some(bytes) => {
                out.extend(bytes);
                Ok(())
            }
            None => {
                let schema: Option<&Schema> = schema.map(|schema| &**schema);
                write::value(&self.manner, &node, schema, &data.value, out)
            }
        };
        written.map(|()| true).map_err(|why| {
            out.truncate(start);
            wrong(&what, why)
        })
    }
}

#[cfg(test)]
mod tests;
