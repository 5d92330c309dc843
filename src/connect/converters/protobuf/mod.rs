//! `ProtobufConverter`: Protobuf with its schemas in a registry, as Confluent's.
//!
//! A message is a struct whose fields may all be null; a oneof is a struct of its fields, an enum
//! a text. What Connect knows and Protobuf does not stands in `confluent.field_meta`. Refused
//! are: values that are no struct, lists and maps within lists and maps, messages that hold
//! themselves.
//!
//! - [`inward`]: schemas and values from Protobuf
//! - [`outward`], [`write`]: schemas and values to it

mod inward;
mod outward;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use prost_reflect::{DynamicMessage, ReflectMessage};

use super::registry::{self, KEPT_MAX, Link, NoSchema, split, write_id};
use super::{Class, Converter, Part};
use crate::codec::schema::{Schema as Text, SchemaType};
use crate::codec::{ProtoFile, ProtoMessage, read_indexes, write_indexes};
use crate::connect::data::{Data, SchemaRef};
use crate::connect::define::{Def, Importance, Key, Kind as SettingKind, Preset};
use crate::connect::error::{ConnectError, Kind};
use inward::Inward;

/// The parameter with a field's number.
const TAG: &str = "io.confluent.connect.protobuf.Tag";
/// The parameter that says that a text is an enum, and which.
const ENUM: &str = "io.confluent.connect.protobuf.Enum";
/// How the names of structs begin that are oneofs.
const UNION_PREFIX: &str = "io.confluent.connect.protobuf.Union.";
/// How a file is called.
const FILE: &str = "schema.proto";

const fn flag(name: &'static str, doc: &'static str) -> Key {
    Key::new(name, SettingKind::Boolean, Preset::Text("false"), Importance::Low, doc)
}

const KEYS: &[Key] = &[
    flag(
        "enhanced.protobuf.schema.support",
        "Whether structs and enums have whole names, with the package.",
    ),
    flag(
        "scrub.invalid.names",
        "Whether characters that Protobuf does not allow in names become underscores.",
    ),
];

pub(super) const CLASS: Class = Class {
    name: "io.confluent.connect.protobuf.ProtobufConverter",
    def: Def(&[registry::KEYS, KEYS]),
    is_for: (true, false),
    make,
};

/// What the settings say.
#[derive(Clone, Copy, Default)]
struct Manner {
    is_enhanced: bool,
    scrubs: bool,
}

impl Manner {
    /// A name that Protobuf takes.
    fn scrub(self, name: &str) -> String {
        if !self.scrubs {
            return name.to_owned();
        }
        let is_good = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut good: String = name.chars().map(|c| if is_good(c) { c } else { '_' }).collect();
        if !good.starts_with(|c: char| c.is_ascii_alphabetic()) {
            good.insert(0, 'x');
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
    Ok(Box::new(ProtobufConverter {
        link: Link::of(given, part, SchemaType::Protobuf, &own)?,
        manner: Manner {
            is_enhanced: settings.flag("enhanced.protobuf.schema.support"),
            scrubs: settings.flag("scrub.invalid.names"),
        },
        files: HashMap::new(),
        read: HashMap::new(),
        written: Vec::new(),
    }))
}

/// Where a schema was read: topic, id, and which message of the file.
type ReadKey = (Arc<str>, u32, Vec<i32>);

struct ProtobufConverter {
    link: Link,
    manner: Manner,
    files: HashMap<u32, Arc<ProtoFile>>,
    read: HashMap<ReadKey, (ProtoMessage, SchemaRef)>,
    written: Vec<Written>,
}

/// What something is written by.
#[derive(Clone)]
struct Written {
    topic: Arc<str>,
    schema: Option<SchemaRef>,
    id: u32,
    message: ProtoMessage,
}

fn wrong(what: &str, why: impl Into<String>) -> ConnectError {
    ConnectError::data(what).caused_by(ConnectError::new(Kind::Serialization, why))
}

fn compiled(text: &Text) -> Result<ProtoFile, NoSchema> {
    let imports = text.references.iter().cloned().collect();
    ProtoFile::of_texts(FILE, &text.text, &imports)
        .map_err(|error| NoSchema::Lasting(error.to_string()))
}

impl ProtobufConverter {
    fn known(
        &mut self,
        topic: &str,
        id: u32,
        indexes: &[i32],
    ) -> Result<(ProtoMessage, SchemaRef), NoSchema> {
        let key = (Arc::from(topic), id, indexes.to_vec());
        if let Some(known) = self.read.get(&key) {
            return Ok(known.clone());
        }
        let file = match self.files.get(&id) {
            Some(file) => Arc::clone(file),
            None => {
                let file = Arc::new(compiled(&self.link.schema(id)?)?);
                if self.files.len() >= KEPT_MAX {
                    self.files.clear();
                }
                self.files.insert(id, Arc::clone(&file));
                file
            }
        };
        let lasting = |why: String| NoSchema::Lasting(why);
        let message = file.by_indexes(indexes).map_err(|error| lasting(error.to_string()))?;
        let version = self.link.version(topic, id, Some(message.full_name()))?;
        let mut inward = Inward { manner: self.manner, nodes: 0 };
        let schema = inward.schema(message.descriptor(), version).map_err(lasting)?;
        if self.read.len() >= KEPT_MAX {
            self.read.clear();
        }
        self.read.insert(key, (message.clone(), SchemaRef::clone(&schema)));
        Ok((message, schema))
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
        let lasting = |why: String| NoSchema::Lasting(why);
        let (path, text) = match schema {
            Some(schema) => outward::file(schema, self.manner).map_err(lasting)?,
            None if self.link.is_given() => (String::new(), String::new()),
            None => {
                let why = "the value has no schema: Protobuf needs one, from the data or, with \
                           use.latest.version=true, from the registry";
                return Err(lasting(why.to_owned()));
            }
        };
        let name = Some(path.as_str()).filter(|path| !path.is_empty());
        let (id, found) = self.link.id(topic, &text, name)?;
        let file = compiled(&found)?;
        // The registry's own may call it otherwise.
        let message = match name.map(|name| file.by_name(name)) {
            Some(Ok(message)) => Ok(message),
            _ => file.first(),
        };
        let message = message.map_err(|error| lasting(error.to_string()))?;
        let written = Written { topic: topic.into(), schema: schema.cloned(), id, message };
        if self.written.len() >= KEPT_MAX {
            self.written.clear();
        }
        self.written.push(written.clone());
        Ok(written)
    }
}

impl Converter for ProtobufConverter {
    fn to_connect(&mut self, topic: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let Some(bytes) = bytes else { return Ok(Data::null()) };
        let what = format!("Failed to deserialize data for topic {topic} to Protobuf: ");
        let (id, rest) = split(bytes).map_err(|why| wrong(&what, why))?;
        let (indexes, payload) =
            read_indexes(rest).map_err(|error| wrong(&what, error.to_string()))?;
        let (message, schema) =
            self.known(topic, id, &indexes).map_err(|error| error.error(&what))?;
        let found = DynamicMessage::decode(message.descriptor().clone(), payload);
        let found = found.map_err(|error| wrong(&what, error.to_string()))?;
        let value = inward::structure(&found, &schema).map_err(|why| wrong(&what, why))?;
        Ok(schema.with(value))
    }

    fn from_connect(
        &mut self,
        topic: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        let schema = data.schema.as_ref();
        if data.value.is_null() {
            return match schema {
                Some(schema) if !schema.optional => {
                    Err(ConnectError::data("Invalid value: null used for mandatory field"))
                }
                _ => Ok(false),
            };
        }
        let what = format!("Failed to serialize Protobuf data from topic {topic} :");
        let Written { id, message, .. } =
            self.written(topic, schema).map_err(|error| error.error(&what))?;
        let found = write::message(message.descriptor(), &data.value, self.manner, 0);
        let found = found.map_err(|why| wrong(&what, why))?;
        write_id(id, out);
        write_indexes(&message.indexes(), out);
        debug_assert_eq!(found.descriptor().full_name(), message.full_name());
        ProtoMessage::encode(&found, out);
        Ok(true)
    }
}

/// Days since the Unix epoch of a date in the Gregorian calendar.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date, in the Gregorian calendar, of so many days since the Unix epoch.
fn civil_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
