//! `TopicNameMatches`, `HasHeaderKey`, `RecordIsTombstone`.

use regex::Regex;

use super::{Made, Predicate, routes};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Settings, Valid};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

/// A class of predicates.
pub struct Class {
    pub name: &'static str,
    pub def: Def,
    pub(super) make: fn(&Settings) -> Made<dyn Predicate>,
}

const fn required(name: &'static str, doc: &'static str) -> Key {
    Key::new(name, Kind::String, Preset::Required, Importance::Medium, doc)
}

/// Every class.
pub const CLASSES: &[Class] = &[
    Class {
        name: "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
        def: Def(&[&[required("name", "The header's name.").valid(Valid::NonEmpty)]]),
        make: |settings| Ok(Box::new(HasHeader(settings.string("name").to_owned()))),
    },
    Class {
        name: "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
        def: Def(&[]),
        make: |_| Ok(Box::new(IsTombstone)),
    },
    Class {
        name: "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
        def: Def(&[&[required("pattern", "What the whole name of the topic matches.")
            .valid(Valid::By(routes::regex))]]),
        make: |settings| {
            let regex = Regex::new(&format!("^(?:{})$", settings.string("pattern")));
            let regex = regex.map_err(|error| ConnectError::config(error.to_string()))?;
            Ok(Box::new(TopicMatches(regex)))
        },
    },
];

struct HasHeader(String);

impl Predicate for HasHeader {
    fn test(&self, record: &Record) -> bool {
        record.headers.iter().any(|header| header.name == self.0)
    }
}

struct IsTombstone;

impl Predicate for IsTombstone {
    fn test(&self, record: &Record) -> bool {
        record.value.value.is_null()
    }
}

struct TopicMatches(Regex);

impl Predicate for TopicMatches {
    fn test(&self, record: &Record) -> bool {
        self.0.is_match(&record.topic)
    }
}
