//! Bytes on topics to values and back, under the names of Kafka's own converter classes.
//!
//! A converter is made for one part of one task's records ([`make`]), with the settings that
//! stand behind its prefix. It may remember things from record to record. It does no I/O, but for
//! those whose schemas are in a registry, which ask it for each schema once.

mod avro;
mod bytes;
pub mod headers;
pub mod json;
mod json_schema;
mod numbers;
mod protobuf;
mod registry;
mod string;

use std::collections::BTreeMap;

use super::data::Data;
use super::define::{Def, nearest};
use super::error::ConnectError;

/// What a converter converts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Key,
    Value,
    Header,
}

impl Part {
    /// The word in front of its settings, and in `converter.type`.
    pub fn word(self) -> &'static str {
        match self {
            Part::Key => "key",
            Part::Value => "value",
            Part::Header => "header",
        }
    }
}

/// Bytes to data and back.
pub trait Converter: Send {
    /// Reads what a topic has.
    fn to_connect(&mut self, topic: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError>;

    /// Appends what a topic gets. Returns whether there is anything: else it gets a null.
    #[expect(clippy::wrong_self_convention, reason = "Kafka's name, `fromConnectData`")]
    fn from_connect(
        &mut self,
        topic: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError>;
}

/// Makes a converter of its settings, without their prefix.
type Make = fn(&BTreeMap<String, String>, Part) -> Result<Box<dyn Converter>, ConnectError>;

/// A class of converters.
pub struct Class {
    pub name: &'static str,
    pub def: Def,
    /// Whether keys and values can have it; and whether headers can.
    pub is_for: (bool, bool),
    make: Make,
}

/// Every class.
pub const CLASSES: &[Class] = &[
    Class {
        name: "org.apache.kafka.connect.storage.StringConverter",
        def: Def(&[string::KEYS]),
        is_for: (true, true),
        make: string::make,
    },
    Class {
        name: "org.apache.kafka.connect.json.JsonConverter",
        def: Def(&[json::KEYS]),
        is_for: (true, true),
        make: json::make,
    },
    Class {
        name: "org.apache.kafka.connect.converters.ByteArrayConverter",
        def: Def(&[]),
        is_for: (true, true),
        make: bytes::make,
    },
    numbers::class("org.apache.kafka.connect.converters.ShortConverter", numbers::short),
    numbers::class("org.apache.kafka.connect.converters.IntegerConverter", numbers::integer),
    numbers::class("org.apache.kafka.connect.converters.LongConverter", numbers::long),
    numbers::class("org.apache.kafka.connect.converters.FloatConverter", numbers::float),
    numbers::class("org.apache.kafka.connect.converters.DoubleConverter", numbers::double),
    numbers::class("org.apache.kafka.connect.converters.BooleanConverter", numbers::boolean),
    avro::CLASS,
    json_schema::CLASS,
    protobuf::CLASS,
    Class {
        name: "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        def: Def(&[]),
        is_for: (false, true),
        make: headers::make_simple,
    },
];

/// Finds a class by its full name, its last part, or that without `Converter`.
pub fn find(name: &str, part: Part) -> Result<&'static Class, ConnectError> {
    let fits = |class: &&Class| if part == Part::Header { class.is_for.1 } else { class.is_for.0 };
    let found = CLASSES.iter().filter(fits).find(|class| is_named(class.name, name, "Converter"));
    found.ok_or_else(|| {
        let names = CLASSES.iter().filter(fits).map(|class| class.name);
        let near = nearest_class(name, names);
        let hint = near.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        let what = part.word();
        ConnectError::config(format!("there is no {what} converter {name}{hint}"))
    })
}

/// Says whether a class is meant by a name: its full name, the last part of it, or that without
/// the word for its kind.
pub fn is_named(class: &str, name: &str, suffix: &str) -> bool {
    let last = class.rsplit('.').next().unwrap_or(class);
    name == class || name == last || Some(name) == last.strip_suffix(suffix)
}

/// The class whose name is nearest, by the last parts of both, with the word for their kind or
/// without.
pub fn nearest_class<'a>(name: &str, classes: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    fn last(name: &str) -> &str {
        name.rsplit('.').next().unwrap_or(name)
    }
    fn short(name: &str) -> &str {
        let kinds = ["Connector", "Converter", "Transformation", "Predicate"];
        kinds.iter().find_map(|kind| last(name).strip_suffix(kind)).unwrap_or(last(name))
    }
    let classes: Vec<&str> = classes.collect();
    let near = nearest(last(name), classes.iter().copied().map(last));
    let near = near.or_else(|| nearest(short(name), classes.iter().copied().map(short)))?;
    classes.into_iter().find(|class| last(class) == near || short(class) == near)
}

/// Makes a converter.
pub fn make(
    name: &str,
    part: Part,
    settings: &BTreeMap<String, String>,
) -> Result<Box<dyn Converter>, ConnectError> {
    (find(name, part)?.make)(settings, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_aliases_and_slips_are_answered() {
        for name in
            ["org.apache.kafka.connect.storage.StringConverter", "StringConverter", "String"]
        {
            let class = find(name, Part::Value).unwrap();
            assert_eq!(class.name, "org.apache.kafka.connect.storage.StringConverter");
        }
        let told = |name| find(name, Part::Value).err().unwrap().message;
        assert_eq!(
            told("org.apache.kafka.connect.json.JsonConvertor"),
            "there is no value converter org.apache.kafka.connect.json.JsonConvertor; \
             did you mean org.apache.kafka.connect.json.JsonConverter?"
        );
        assert!(!told("Xyz").contains("did you mean"));
        assert!(find("SimpleHeaderConverter", Part::Value).is_err());
        assert!(find("SimpleHeaderConverter", Part::Header).is_ok());
    }
}
