//! Schemas as JSON, and the cache of those that came before.

use std::collections::HashMap;
use std::sync::Arc;

use super::parse::{Json, is_integer};
use super::{Manner, read, write};
use crate::codec::write_string;
use crate::connect::data::{Schema, SchemaRef, Type};
use crate::connect::error::ConnectError;

/// How many bytes the texts of all schemas that are remembered may take.
const CACHE_BYTES_MAX: usize = 16 * 1024 * 1024;

const TYPES: &[(&str, Type)] = &[
    ("boolean", Type::Boolean),
    ("int8", Type::Int8),
    ("int16", Type::Int16),
    ("int32", Type::Int32),
    ("int64", Type::Int64),
    ("float", Type::Float32),
    ("double", Type::Float64),
    ("bytes", Type::Bytes),
    ("string", Type::String),
    ("array", Type::Array),
    ("map", Type::Map),
    ("struct", Type::Struct),
];

/// Schemas that came before, by their text; and the texts of those that were written.
pub(super) struct Cache {
    size: usize,
    bytes: usize,
    read: HashMap<String, SchemaRef>,
    /// The last schema that was written: a topic mostly has one.
    written: Option<(SchemaRef, Vec<u8>)>,
}

impl Cache {
    pub(super) fn new(size: usize) -> Self {
        Cache { size, bytes: 0, read: HashMap::new(), written: None }
    }

    /// Reads a schema; none where it is null.
    pub(super) fn schema(
        &mut self,
        json: &Json,
        manner: Manner,
    ) -> Result<Option<SchemaRef>, ConnectError> {
        if json.is_nothing() {
            return Ok(None);
        }
        let key = format!("{json:?}");
        if let Some(known) = self.read.get(&key) {
            return Ok(Some(Arc::clone(known)));
        }
        let schema = schema_of(json, manner)?.share();
        if self.read.len() >= self.size || self.bytes + key.len() > CACHE_BYTES_MAX {
            self.read.clear();
            self.bytes = 0;
        }
        if self.size > 0 && key.len() <= CACHE_BYTES_MAX {
            self.bytes += key.len();
            self.read.insert(key, Arc::clone(&schema));
        }
        Ok(Some(schema))
    }

    /// Appends a schema as JSON.
    pub(super) fn write(
        &mut self,
        schema: &SchemaRef,
        manner: Manner,
        out: &mut Vec<u8>,
    ) -> Result<(), ConnectError> {
        match &self.written {
            Some((known, text)) if Arc::ptr_eq(known, schema) => out.extend_from_slice(text),
            _ => {
                let start = out.len();
                write_schema(schema, None, manner, out)?;
                self.written = Some((Arc::clone(schema), out[start..].to_vec()));
            }
        }
        Ok(())
    }
}

fn schema_of(json: &Json, manner: Manner) -> Result<Schema, ConnectError> {
    let wrong = |why: &str| ConnectError::data(why);
    let kind = json.get("type").and_then(Json::as_str);
    let kind = kind.ok_or_else(|| wrong("Schema must contain 'type' field"))?;
    let known = TYPES.iter().find(|(name, _)| *name == kind).map(|(_, kind)| *kind);
    let known = known.ok_or_else(|| ConnectError::data(format!("Unknown schema type: {kind}")))?;
    let mut schema = Schema::of(known);
    let inner = |name: &str, what: &str| match json.get(name).filter(|json| !json.is_nothing()) {
        Some(json) => schema_of(json, manner).map(|schema| Some(schema.share())),
        None => Err(wrong(what)),
    };
    match known {
        Type::Array => {
            schema.values = inner("items", "Array schema did not specify the element type")?;
        }
        Type::Map => {
            schema.keys = inner("keys", "Map schema did not specify the key type")?;
            schema.values = inner("values", "Map schema did not specify the value type")?;
        }
        Type::Struct => fields(json, &mut schema, manner)?,
        _ => {}
    }
    schema.optional = matches!(json.get("optional"), Some(Json::Boolean(true)));
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    (schema.name, schema.doc) = (text("name"), text("doc"));
    if let Some(version) = json.get("version").filter(|json| !json.is_nothing()) {
        let number = match version {
            Json::Number(text) if is_integer(text) => text.parse().ok(),
            _ => None,
        };
        schema.version = Some(
            number.ok_or_else(|| wrong("Invalid schema version: version must be an integer"))?,
        );
    }
    parameters(json, &mut schema)?;
    if let Some(default) = json.get("default").filter(|json| !json.is_nothing()) {
        let shared = schema.clone().share();
        schema.default = Some(read::value(Some(&shared), default.clone(), manner)?);
    }
    Ok(schema)
}

fn fields(json: &Json, schema: &mut Schema, manner: Manner) -> Result<(), ConnectError> {
    let Some(Json::Array(all)) = json.get("fields") else {
        return Err(ConnectError::data("Struct schema's \"fields\" argument is not an array."));
    };
    let mut names = std::collections::HashSet::new();
    for json in all {
        let name = json.get("field").and_then(Json::as_str).ok_or_else(|| {
            ConnectError::data("Struct schema's field name not specified properly")
        })?;
        if !names.insert(name) {
            return Err(ConnectError::new(
                crate::connect::error::Kind::SchemaBuilder,
                format!("Cannot create field because of field name duplication {name}"),
            ));
        }
        let field = schema_of(json, manner)?.share();
        schema.fields.push(crate::connect::data::Field { name: name.to_owned(), schema: field });
    }
    Ok(())
}

fn parameters(json: &Json, schema: &mut Schema) -> Result<(), ConnectError> {
    let Some(parameters) = json.get("parameters").filter(|json| !json.is_nothing()) else {
        return Ok(());
    };
    let Json::Object(all) = parameters else {
        return Err(ConnectError::data("Invalid schema parameters: it must be an object"));
    };
    for (name, json) in all {
        let text = json
            .as_str()
            .ok_or_else(|| ConnectError::data("Schema parameters must have string values."))?;
        schema.parameters.push((name.clone().into_owned(), text.to_owned()));
    }
    Ok(())
}

fn write_schema(
    schema: &Schema,
    field: Option<&str>,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let name = TYPES.iter().find(|(_, kind)| *kind == schema.kind).map_or("", |(name, _)| name);
    out.extend_from_slice(b"{\"type\":");
    write_string(name, out);
    match schema.kind {
        Type::Array => inner("items", schema.values.as_ref(), manner, out)?,
        Type::Map => {
            inner("keys", schema.keys.as_ref(), manner, out)?;
            inner("values", schema.values.as_ref(), manner, out)?;
        }
        Type::Struct => {
            out.extend_from_slice(b",\"fields\":[");
            for (at, field) in schema.fields.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_schema(&field.schema, Some(&field.name), manner, out)?;
            }
            out.push(b']');
        }
        _ => {}
    }
    out.extend_from_slice(if schema.optional {
        b",\"optional\":true"
    } else {
        b",\"optional\":false"
    });
    let text = |name: &str, text: Option<&str>, out: &mut Vec<u8>| {
        if let Some(text) = text {
            out.extend_from_slice(format!(",\"{name}\":").as_bytes());
            write_string(text, out);
        }
    };
    text("name", schema.name.as_deref(), out);
    if let Some(version) = schema.version {
        out.extend_from_slice(format!(",\"version\":{version}").as_bytes());
    }
    text("doc", schema.doc.as_deref(), out);
    if !schema.parameters.is_empty() {
        out.extend_from_slice(b",\"parameters\":{");
        for (at, (name, value)) in schema.parameters.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_string(name, out);
            out.push(b':');
            write_string(value, out);
        }
        out.push(b'}');
    }
    if let Some(default) = &schema.default {
        out.extend_from_slice(b",\"default\":");
        write::value(Some(schema), default, manner, out)?;
    }
    text("field", field, out);
    out.push(b'}');
    Ok(())
}

fn inner(
    name: &str,
    schema: Option<&SchemaRef>,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    out.extend_from_slice(format!(",\"{name}\":").as_bytes());
    match schema {
        Some(schema) => write_schema(schema, None, manner, out),
        None => Err(ConnectError::data("a list or a map whose values have no one schema")),
    }
}
