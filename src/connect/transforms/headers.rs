//! `InsertHeader`, `DropHeaders`, `HeaderFrom`.

use super::fields::{REPLACE_NULL, basics};
use super::{Class, Target, Transform, as_map, as_struct, field_value};
use crate::connect::data::{Data, Schema, Struct, Value, text};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Valid};
use crate::connect::error::ConnectError;
use crate::connect::record::{Header, Record};

use Importance::High;
use Preset::Required;

pub(super) const INSERT: Class = Class {
    name: "org.apache.kafka.connect.transforms.InsertHeader",
    def: Def(&[&[
        Key::new("header", Kind::String, Required, High, "The name.").valid(Valid::NonEmpty),
        Key::new(
            "value.literal",
            Kind::String,
            Required,
            High,
            "The value: of the narrowest type that fits.",
        ),
    ]]),
    has_targets: false,
    make: |settings, _| {
        Ok(Box::new(Insert(Header {
            name: settings.string("header").to_owned(),
            data: text::parse(settings.string("value.literal")),
        })))
    },
};

struct Insert(Header);

impl Transform for Insert {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        record.headers.push(self.0.clone());
        Ok(Some(record))
    }
}

pub(super) const DROP: Class = Class {
    name: "org.apache.kafka.connect.transforms.DropHeaders",
    def: Def(&[&[Key::new("headers", Kind::List, Required, High, "Names of headers to drop.")]]),
    has_targets: false,
    make: |settings, _| Ok(Box::new(Drop(settings.list("headers").to_vec()))),
};

struct Drop(Vec<String>);

impl Transform for Drop {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        record.headers.retain(|header| !self.0.contains(&header.name));
        Ok(Some(record))
    }
}

pub(super) const FROM: Class = Class {
    name: "org.apache.kafka.connect.transforms.HeaderFrom",
    def: Def(&[&[
        Key::new("fields", Kind::List, Required, High, "Fields.").valid(Valid::NonEmpty),
        Key::new("headers", Kind::List, Required, High, "A header's name for each of them.")
            .valid(Valid::NonEmpty),
        Key::new(
            "operation",
            Kind::String,
            Required,
            High,
            "move takes the fields away, copy leaves them.",
        )
        .valid(Valid::OneOf(&["move", "copy"])),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let (fields, headers) = (settings.list("fields"), settings.list("headers"));
        if fields.len() != headers.len() {
            return Err(ConnectError::config(
                "'fields' config must have the same number of elements as 'headers' config.",
            ));
        }
        Ok(Box::new(From {
            target,
            pairs: fields.iter().cloned().zip(headers.iter().cloned()).collect(),
            moves: settings.string("operation") == "move",
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

struct From {
    target: Target,
    pairs: Vec<(String, String)>,
    moves: bool,
    with_defaults: bool,
}

impl Transform for From {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let purpose = if self.moves { "header move" } else { "header copy" };
        let is_moved = |name: &str| self.pairs.iter().any(|(field, _)| field == name);
        let data = self.target.of(&mut record);
        let mut headers = Vec::new();
        match data.schema.clone() {
            None => {
                let map = as_map(&data.value, purpose)?;
                for (field, name) in &self.pairs {
                    let value = data.value.entry(field).cloned().unwrap_or_default();
                    headers.push(Header { name: name.clone(), data: Data::bare(value) });
                }
                if self.moves {
                    let stays = |(key, _): &&(Value, Value)| !key.as_str().is_some_and(is_moved);
                    data.value = Value::Map(map.iter().filter(stays).cloned().collect());
                }
            }
            Some(old) => {
                let all = as_struct(&data.value, purpose)?;
                for (field, name) in &self.pairs {
                    let at = old.position(field).ok_or_else(|| {
                        ConnectError::data(format!("{field} is not a valid field name"))
                    })?;
                    let value = field_value(all, at, self.with_defaults);
                    let data = old.fields[at].schema.with(value);
                    headers.push(Header { name: name.clone(), data });
                }
                if self.moves {
                    let mut schema = Schema { optional: old.optional, ..basics(&old) };
                    let mut values = Vec::new();
                    for (at, field) in old.fields.iter().enumerate() {
                        if !is_moved(&field.name) {
                            schema = schema.field(field.name.as_str(), field.schema.clone());
                            values.push(field_value(all, at, self.with_defaults));
                        }
                    }
                    let mut new = Struct::new(schema.share());
                    for (at, value) in values.into_iter().enumerate() {
                        new.set(at, value)?;
                    }
                    *data = new.data();
                }
            }
        }
        record.headers.append(&mut headers);
        Ok(Some(record))
    }
}
