//! `Flatten`.

use super::fields::basics;
use super::{Class, Target, Transform, as_map, as_struct};
use crate::connect::data::{Schema, SchemaRef, Struct, Type, Value};
use crate::connect::define::{Def, Importance, Key, Kind, Preset};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

pub(super) const CLASS: Class = Class {
    name: "org.apache.kafka.connect.transforms.Flatten",
    def: Def(&[&[Key::new(
        "delimiter",
        Kind::String,
        Preset::Text("."),
        Importance::Medium,
        "What stands between the names of a field and of one in it.",
    )]]),
    has_targets: true,
    make: |settings, target| {
        Ok(Box::new(Flatten { target, delimiter: settings.string("delimiter").to_owned() }))
    },
};

struct Flatten {
    target: Target,
    delimiter: String,
}

impl Flatten {
    fn name(&self, prefix: &str, name: &str) -> String {
        match prefix {
            "" => name.to_owned(),
            prefix => format!("{prefix}{}{name}", self.delimiter),
        }
    }

    fn map(&self, prefix: &str, all: &[(Value, Value)], out: &mut Vec<(Value, Value)>) {
        for (key, value) in all {
            let name = self.name(prefix, &key.to_string());
            match value {
                Value::Map(inner) => self.map(&name, inner, out),
                value => out.push((Value::String(name), value.clone())),
            }
        }
    }

    /// Flattens a schema: what is in a field that may be null may be null.
    fn schema(&self, prefix: &str, old: &Schema, optional: bool, out: &mut Schema) {
        for field in &old.fields {
            let name = self.name(prefix, &field.name);
            let optional = optional || field.schema.optional;
            match field.schema.kind {
                Type::Struct => self.schema(&name, &field.schema, optional, out),
                _ => {
                    let own = Schema { optional, ..(*field.schema).clone() };
                    out.fields.push(crate::connect::data::Field { name, schema: own.share() });
                }
            }
        }
    }

    fn values(&self, schema: &SchemaRef, all: Option<&Struct>, out: &mut Vec<Value>) {
        for (at, field) in schema.fields.iter().enumerate() {
            let value = all.map_or(&Value::Null, |all| all.at(at));
            match (field.schema.kind, value) {
                (Type::Struct, Value::Struct(inner)) => {
                    self.values(&field.schema, Some(inner), out);
                }
                (Type::Struct, _) => self.values(&field.schema, None, out),
                (_, value) => out.push(value.clone()),
            }
        }
    }
}

impl Transform for Flatten {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let target = self.target;
        let data = target.of(&mut record);
        if data.value.is_null() {
            return Ok(Some(record));
        }
        match data.schema.clone() {
            None => {
                let mut out = Vec::new();
                self.map("", as_map(&data.value, "flattening")?, &mut out);
                data.value = Value::Map(out);
            }
            Some(old) => {
                let all = as_struct(&data.value, "flattening")?;
                let mut schema = Schema { optional: old.optional, ..basics(&old) };
                self.schema("", &old, false, &mut schema);
                let mut values = Vec::new();
                self.values(&old, Some(all), &mut values);
                let mut new = Struct::new(schema.share());
                for (at, value) in values.into_iter().enumerate() {
                    new.set(at, value)?;
                }
                *data = new.data();
            }
        }
        Ok(Some(record))
    }
}
