//! `HoistField`, `ValueToKey`, `SetSchemaMetadata`.

use super::fields::REPLACE_NULL;
use super::{Class, Target, Transform, as_map, as_struct, field_value};
use crate::connect::data::{Data, Schema, Struct, Value};
use crate::connect::define::{Def, Importance, Key, Kind, Preset};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

use Importance::{High, Medium};
use Preset::{Null, Required};

pub(super) const HOIST: Class = Class {
    name: "org.apache.kafka.connect.transforms.HoistField",
    def: Def(&[&[Key::new("field", Kind::String, Required, Medium, "The one field there is.")]]),
    has_targets: true,
    make: |settings, target| {
        Ok(Box::new(Hoist { target, field: settings.string("field").to_owned() }))
    },
};

struct Hoist {
    target: Target,
    field: String,
}

impl Transform for Hoist {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.target.of(&mut record);
        let value = std::mem::take(&mut data.value);
        *data = match &data.schema {
            None => Data::bare(Value::Map(vec![(Value::from(self.field.as_str()), value)])),
            Some(schema) => {
                let outer = Schema::structure().field(self.field.as_str(), schema.clone());
                let mut all = Struct::new(outer.share());
                all.set(0, value)?;
                all.data()
            }
        };
        Ok(Some(record))
    }
}

pub(super) const TO_KEY: Class = Class {
    name: "org.apache.kafka.connect.transforms.ValueToKey",
    def: Def(&[&[
        Key::new("fields", Kind::List, Required, High, "Fields of the value for the key."),
        REPLACE_NULL,
    ]]),
    has_targets: false,
    make: |settings, _| {
        let with_defaults = settings.flag(REPLACE_NULL.name);
        Ok(Box::new(ToKey { fields: settings.list("fields").to_vec(), with_defaults }))
    },
};

struct ToKey {
    fields: Vec<String>,
    with_defaults: bool,
}

impl Transform for ToKey {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let purpose = "copying fields from value to key";
        let value = &record.value;
        record.key = match &value.schema {
            None => {
                as_map(&value.value, purpose)?;
                let entry = |name: &String| {
                    let found = value.value.entry(name).cloned().unwrap_or_default();
                    (Value::from(name.as_str()), found)
                };
                Data::bare(Value::Map(self.fields.iter().map(entry).collect()))
            }
            Some(schema) => {
                let all = as_struct(&value.value, purpose)?;
                let mut key = Schema::structure();
                let mut values = Vec::new();
                for name in &self.fields {
                    let at = schema.position(name).ok_or_else(|| {
                        ConnectError::data(format!("Field does not exist: {name}"))
                    })?;
                    key = key.field(name.as_str(), schema.fields[at].schema.clone());
                    values.push(field_value(all, at, self.with_defaults));
                }
                let mut new = Struct::new(key.share());
                for (at, value) in values.into_iter().enumerate() {
                    new.set(at, value)?;
                }
                new.data()
            }
        };
        Ok(Some(record))
    }
}

pub(super) const METADATA: Class = Class {
    name: "org.apache.kafka.connect.transforms.SetSchemaMetadata",
    def: Def(&[&[
        Key::new("schema.name", Kind::String, Null, High, "The schema's new name."),
        Key::new("schema.version", Kind::Int, Null, High, "The schema's new version."),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let version = settings.integer("schema.version").and_then(|n| i32::try_from(n).ok());
        Ok(Box::new(Metadata {
            target,
            name: settings.text("schema.name").map(str::to_owned),
            version,
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

struct Metadata {
    target: Target,
    name: Option<String>,
    version: Option<i32>,
    with_defaults: bool,
}

impl Transform for Metadata {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.target.of(&mut record);
        let Some(old) = &data.schema else {
            return match data.value.is_null() {
                true => Ok(Some(record)),
                false => Err(ConnectError::data("Schema required for [updating schema metadata]")),
            };
        };
        let mut schema = (**old).clone();
        schema.name = self.name.clone().or(schema.name);
        schema.version = self.version.or(schema.version);
        let schema = schema.share();
        *data = match &data.value {
            Value::Struct(all) => {
                let mut new = Struct::new(schema);
                for at in 0..all.schema().fields.len() {
                    new.set(at, field_value(all, at, self.with_defaults))?;
                }
                new.data()
            }
            value => schema.with(value.clone()),
        };
        Ok(Some(record))
    }
}
