//! `InsertField`, `ReplaceField`, `MaskField`, `ExtractField`.

use std::sync::Arc;

use num_bigint::BigInt;

use super::{Class, Target, Transform, as_map, as_struct, class_name, field_value, put};
use crate::connect::data::{Data, Decimal, Field, Schema, SchemaRef, Struct, Type, Value, logical};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Valid};
use crate::connect::error::{ConnectError, Kind as ErrorKind};
use crate::connect::record::Record;

pub(super) const REPLACE_NULL: Key = Key::new(
    "replace.null.with.default",
    Kind::Boolean,
    Preset::Text("true"),
    Importance::Medium,
    "Whether a null is the default where its schema has one.",
);

const fn name(name: &'static str, doc: &'static str) -> Key {
    Key::new(name, Kind::String, Preset::Null, Importance::Medium, doc)
}

/// The name, the version and the like of a schema, for one with other fields.
pub(super) fn basics(schema: &Schema) -> Schema {
    Schema { fields: Vec::new(), optional: false, default: None, ..schema.clone() }
}

pub(super) const INSERT: Class = Class {
    name: "org.apache.kafka.connect.transforms.InsertField",
    def: Def(&[&[
        name("topic.field", "The field for the topic; ! behind it: required, ?: optional."),
        name("partition.field", "The field for the partition."),
        name("offset.field", "The field for the offset, of sinks."),
        name("timestamp.field", "The field for the timestamp."),
        name("static.field", "The field for a value that is always the same."),
        name("static.value", "That value."),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let spec = |name: &str| {
            settings.text(name).map(|text| match text.strip_suffix('!') {
                Some(name) => (name.to_owned(), false),
                None => (text.strip_suffix('?').unwrap_or(text).to_owned(), true),
            })
        };
        let insert = InsertField {
            target,
            names: [
                spec("topic.field"),
                spec("partition.field"),
                spec("offset.field"),
                spec("timestamp.field"),
                spec("static.field"),
            ],
            text: settings.text("static.value").map(str::to_owned),
            with_defaults: settings.flag(REPLACE_NULL.name),
            last: None,
        };
        if insert.names.iter().all(Option::is_none) {
            return Err(ConnectError::config("No field insertion configured"));
        }
        if insert.names[4].is_some() && insert.text.is_none() {
            return Err(ConnectError::config(
                "Invalid value null for configuration static.value: No value specified for static \
                 field",
            ));
        }
        Ok(Box::new(insert) as Box<dyn Transform>)
    },
};

struct InsertField {
    target: Target,
    /// Topic, partition, offset, timestamp, static: the name, and whether it is optional.
    names: [Option<(String, bool)>; 5],
    text: Option<String>,
    with_defaults: bool,
    /// The last schema, and what became of it.
    last: Option<(SchemaRef, SchemaRef)>,
}

impl InsertField {
    fn schema(&mut self, old: &SchemaRef) -> SchemaRef {
        if let Some((known, new)) = &self.last
            && (Arc::ptr_eq(known, old) || known == old)
        {
            return Arc::clone(new);
        }
        let mut schema = Schema { fields: old.fields.clone(), ..basics(old) };
        let plain = [Type::String, Type::Int32, Type::Int64, Type::Int64, Type::String];
        for (at, name) in self.names.iter().enumerate() {
            let Some((name, optional)) = name else { continue };
            let own =
                if at == 3 { Schema::logical(logical::TIMESTAMP) } else { Schema::of(plain[at]) };
            schema = schema.field(name.as_str(), Schema { optional: *optional, ..own }.share());
        }
        let new = schema.share();
        self.last = Some((Arc::clone(old), Arc::clone(&new)));
        new
    }
}

impl Transform for InsertField {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let partition = record.partition.map_or(Value::Null, Value::Int32);
        let offset = record.offset.map_or(Value::Null, Value::Int64);
        let text = self.text.clone().map_or(Value::Null, Value::String);
        let topic = Value::from(&*record.topic);
        let has_schema = self.target.of(&mut record).schema.is_some();
        let timestamp = match (record.timestamp, has_schema) {
            (None, _) => Value::Null,
            (Some(ms), true) => Value::Date(ms),
            (Some(ms), false) => Value::Int64(ms),
        };
        let values = [topic, partition, offset, timestamp, text];
        let with_defaults = self.with_defaults;
        let data = self.target.of(&mut record);
        if data.value.is_null() {
            return Ok(Some(record));
        }
        match data.schema.clone() {
            None => {
                let mut map = as_map(&data.value, "field insertion")?.to_vec();
                for (name, value) in self.names.iter().zip(values) {
                    if let Some((name, _)) = name {
                        put(&mut map, name, value);
                    }
                }
                data.value = Value::Map(map);
            }
            Some(old) => {
                let schema = self.schema(&old);
                let data = self.target.of(&mut record);
                let all = as_struct(&data.value, "field insertion")?;
                let mut new = Struct::new(schema);
                for at in 0..old.fields.len() {
                    new.set(at, field_value(all, at, with_defaults))?;
                }
                for (name, value) in self.names.iter().zip(values) {
                    if let Some((name, _)) = name {
                        new.put(name, value)?;
                    }
                }
                *data = new.data();
            }
        }
        Ok(Some(record))
    }
}

const fn list(name: &'static str, doc: &'static str) -> Key {
    Key::new(name, Kind::List, Preset::Text(""), Importance::Medium, doc)
}

pub(super) const REPLACE: Class = Class {
    name: "org.apache.kafka.connect.transforms.ReplaceField",
    def: Def(&[&[
        list("exclude", "Fields to leave out."),
        list("include", "Fields to keep; all of them where none is named."),
        list("renames", "New names: old:new, …").valid(Valid::By(pairs)),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let rename = |text: &String| {
            text.split_once(':').map(|(old, new)| (old.trim().to_owned(), new.trim().to_owned()))
        };
        Ok(Box::new(ReplaceField {
            target,
            exclude: settings.list("exclude").to_vec(),
            include: settings.list("include").to_vec(),
            renames: settings.list("renames").iter().filter_map(rename).collect(),
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

/// A list of pairs with colons.
pub(super) fn pairs(text: &str) -> Result<(), String> {
    let is_pair = |one: &str| {
        one.split_once(':').is_some_and(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
    };
    match text.split(',').filter(|one| !one.trim().is_empty()).find(|one| !is_pair(one)) {
        Some(one) => Err(format!("Invalid rename mapping: {one}")),
        None => Ok(()),
    }
}

struct ReplaceField {
    target: Target,
    exclude: Vec<String>,
    include: Vec<String>,
    renames: Vec<(String, String)>,
    with_defaults: bool,
}

impl ReplaceField {
    /// The new name of a field that stays.
    fn name<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let is_in = |all: &[String]| all.iter().any(|one| one == name);
        let stays = !is_in(&self.exclude) && (self.include.is_empty() || is_in(&self.include));
        let renamed = self.renames.iter().find(|(old, _)| old == name);
        stays.then(|| renamed.map_or(name, |(_, new)| new))
    }
}

impl Transform for ReplaceField {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.target.of(&mut record);
        if data.value.is_null() {
            return Ok(Some(record));
        }
        match data.schema.clone() {
            None => {
                let mut map = Vec::new();
                for (key, value) in as_map(&data.value, "field replacement")? {
                    let Some(name) = key.as_str() else { continue };
                    if let Some(name) = self.name(name) {
                        put(&mut map, name, value.clone());
                    }
                }
                data.value = Value::Map(map);
            }
            Some(old) => {
                let all = as_struct(&data.value, "field replacement")?;
                let mut schema = Schema { optional: old.optional, ..basics(&old) };
                let mut values = Vec::new();
                for (at, field) in old.fields.iter().enumerate() {
                    if let Some(name) = self.name(&field.name) {
                        schema = schema.field(name, Arc::clone(&field.schema));
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
        Ok(Some(record))
    }
}

pub(super) const MASK: Class = Class {
    name: "org.apache.kafka.connect.transforms.MaskField",
    def: Def(&[&[
        Key::new("fields", Kind::List, Preset::Required, Importance::High, "Fields to mask."),
        Key::new(
            "replacement",
            Kind::String,
            Preset::Null,
            Importance::Low,
            "What stands there instead; of numbers and texts only.",
        )
        .valid(Valid::NonEmpty),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        Ok(Box::new(MaskField {
            target,
            fields: settings.list("fields").to_vec(),
            replacement: settings.text("replacement").map(str::to_owned),
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

struct MaskField {
    target: Target,
    fields: Vec<String>,
    replacement: Option<String>,
    with_defaults: bool,
}

impl MaskField {
    fn mask(&self, value: &Value) -> Result<Value, ConnectError> {
        if let (Some(text), false) = (&self.replacement, value.is_null()) {
            return replaced(value, text);
        }
        Ok(match value {
            Value::Null => Value::Null,
            Value::Boolean(_) => Value::Boolean(false),
            Value::Int8(_) => Value::Int8(0),
            Value::Int16(_) => Value::Int16(0),
            Value::Int32(_) => Value::Int32(0),
            Value::Int64(_) => Value::Int64(0),
            Value::Float32(_) => Value::Float32(0.0),
            Value::Float64(_) => Value::Float64(0.0),
            Value::String(_) => Value::from(""),
            Value::Array(_) => Value::Array(Vec::new()),
            Value::Map(_) => Value::Map(Vec::new()),
            Value::Decimal(_) => Value::Decimal(Decimal { unscaled: BigInt::from(0), scale: 0 }),
            Value::Date(_) => Value::Date(0),
            Value::Bytes(_) | Value::Struct(_) => {
                let told = format!("Cannot mask value of type: {}", value.java_class());
                return Err(ConnectError::data(told));
            }
        })
    }
}

fn replaced(value: &Value, text: &str) -> Result<Value, ConnectError> {
    let wrong = || {
        ConnectError::data(format!("Unable to convert {text} ({}) to number", class_name(value)))
    };
    Ok(match value {
        Value::Int8(_) => Value::Int8(text.parse().map_err(|_| wrong())?),
        Value::Int16(_) => Value::Int16(text.parse().map_err(|_| wrong())?),
        Value::Int32(_) => Value::Int32(text.parse().map_err(|_| wrong())?),
        Value::Int64(_) => Value::Int64(text.parse().map_err(|_| wrong())?),
        Value::Float32(_) => Value::Float32(text.parse().map_err(|_| wrong())?),
        Value::Float64(_) => Value::Float64(text.parse().map_err(|_| wrong())?),
        Value::Decimal(_) => Value::Decimal(Decimal::parse(text).ok_or_else(wrong)?),
        Value::String(_) => Value::from(text),
        _ => {
            return Err(ConnectError::data(format!(
                "Cannot mask value of type {} with custom replacement.",
                value.java_class()
            )));
        }
    })
}

impl Transform for MaskField {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let is_masked = |name: &str| self.fields.iter().any(|field| field == name);
        let data = self.target.of(&mut record);
        match &data.schema {
            None => {
                let mut map = as_map(&data.value, "mask fields")?.to_vec();
                for (key, value) in &mut map {
                    if key.as_str().is_some_and(is_masked) {
                        *value = self.mask(value)?;
                    }
                }
                data.value = Value::Map(map);
            }
            Some(schema) => {
                let all = as_struct(&data.value, "mask fields")?;
                let mut new = Struct::new(Arc::clone(schema));
                for (at, field) in schema.fields.iter().enumerate() {
                    let value = field_value(all, at, self.with_defaults);
                    new.set(at, if is_masked(&field.name) { self.mask(&value)? } else { value })?;
                }
                data.value = new.value();
            }
        }
        Ok(Some(record))
    }
}

pub(super) const EXTRACT: Class = Class {
    name: "org.apache.kafka.connect.transforms.ExtractField",
    def: Def(&[&[
        Key::new("field", Kind::String, Preset::Required, Importance::Medium, "The field."),
        REPLACE_NULL,
        Key::new(
            "field.syntax.version",
            Kind::String,
            Preset::Text("V1"),
            Importance::High,
            "V2 takes a.b for a field in a field, with `a.b` in backticks for a name with a dot.",
        )
        .valid(Valid::OneOfAnyCase(&["V1", "V2"])),
    ]]),
    has_targets: true,
    make: |settings, target| {
        let field = settings.string("field");
        let is_path = settings.string("field.syntax.version").eq_ignore_ascii_case("v2");
        Ok(Box::new(ExtractField {
            target,
            path: if is_path { path(field) } else { vec![field.to_owned()] },
            name: field.to_owned(),
            with_defaults: settings.flag(REPLACE_NULL.name),
        }))
    },
};

/// Splits a path at its dots; a name in backticks may have some of its own.
fn path(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '`' => quoted = !quoted,
            '.' if !quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts
}

struct ExtractField {
    target: Target,
    path: Vec<String>,
    name: String,
    with_defaults: bool,
}

impl Transform for ExtractField {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.target.of(&mut record);
        match data.schema.clone() {
            None if data.value.is_null() => {}
            None => {
                let purpose = "field extraction";
                as_map(&data.value, purpose)?;
                let mut at = &data.value;
                for name in &self.path {
                    at = at.entry(name).unwrap_or(&Value::Null);
                }
                *data = Data::bare(at.clone());
            }
            Some(schema) => {
                let unknown = || {
                    let told = format!("Unknown field: {}", self.name);
                    ConnectError::new(ErrorKind::IllegalArgument, told)
                };
                let (mut schema, mut value) = (schema, data.value.clone());
                for name in &self.path {
                    let at = schema.position(name).ok_or_else(unknown)?;
                    let field: Field = schema.fields[at].clone();
                    value = match &value {
                        Value::Null => Value::Null,
                        value => {
                            let all = as_struct(value, "field extraction")?;
                            field_value(all, at, self.with_defaults)
                        }
                    };
                    schema = field.schema;
                }
                *data = Data { schema: Some(schema), value };
            }
        }
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_dots_and_backticks() {
        assert_eq!(path("a.b"), ["a", "b"]);
        assert_eq!(path("a.`b.c`"), ["a", "b.c"]);
        assert_eq!(path("a"), ["a"]);
    }

    #[test]
    fn settings_without_a_sense_are_refused() {
        let (settings, _) = INSERT.def.check(&std::collections::BTreeMap::new());
        assert!((INSERT.make)(&settings, Target::Value).is_err());
    }
}
