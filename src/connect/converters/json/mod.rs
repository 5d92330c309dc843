//! `JsonConverter`: JSON with its schema in an envelope, with a schema from the settings, or
//! without any.
//!
//! As Kafka's, with one difference: where a value is not of its schema's type (a text where an
//! integer should be, a number that does not fit), Java's makes zero, null or something cut off
//! of it without a word. Here it is an error, for the dead letter queue.

mod parse;
mod read;
mod schema;
mod write;

use std::collections::BTreeMap;

use super::{Converter, Part};
use crate::connect::data::{Data, Schema, SchemaRef, Value};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Settings, Valid};
use crate::connect::error::{ConnectError, Kind as ErrorKind};

pub use parse::{Json, parse};
use schema::Cache;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "schemas.enable",
        Kind::Boolean,
        Preset::Text("true"),
        Importance::High,
        "Whether there is a schema beside each value: {\"schema\": …, \"payload\": …}.",
    )
    .in_group("Schemas", 0, "MEDIUM", "Enable Schemas"),
    Key::new(
        "schemas.cache.size",
        Kind::Int,
        Preset::Text("1000"),
        Importance::High,
        "How many schemas are remembered.",
    )
    .valid(Valid::AtLeast(0))
    .in_group("Schemas", 1, "MEDIUM", "Schema Cache Size"),
    Key::new(
        "schema.content",
        Kind::String,
        Preset::Null,
        Importance::High,
        "The schema of all values, which then stand without an envelope; with schemas.enable, and \
         for what sinks read.",
    )
    .in_group("Schemas", 2, "MEDIUM", "Schema Content"),
    Key::new(
        "decimal.format",
        Kind::String,
        Preset::Text("BASE64"),
        Importance::Low,
        "Whether decimals are written as numbers (NUMERIC) or as bytes (BASE64).",
    )
    .valid(Valid::OneOfAnyCase(&["NUMERIC", "BASE64"]))
    .in_group("Serialization", 0, "MEDIUM", "Decimal Format"),
    Key::new(
        "replace.null.with.default",
        Kind::Boolean,
        Preset::Text("true"),
        Importance::Low,
        "Whether a null is the default where its schema has one.",
    )
    .in_group("Serialization", 1, "MEDIUM", "Replace null with default"),
];

/// What says how to read and write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) replace_null: bool,
    pub(super) decimals_are_numbers: bool,
}

struct JsonConverter {
    has_envelope: bool,
    /// The schema of all values.
    fixed: Option<SchemaRef>,
    manner: Manner,
    cache: Cache,
}

pub(super) fn make(
    given: &BTreeMap<String, String>,
    _: Part,
) -> Result<Box<dyn Converter>, ConnectError> {
    let (settings, mistakes) = Def(&[KEYS]).check(given);
    if let Some(mistake) = mistakes.into_iter().next() {
        return Err(ConnectError::config(mistake.why));
    }
    Ok(Box::new(JsonConverter::of(&settings)?))
}

impl JsonConverter {
    fn of(settings: &Settings) -> Result<Self, ConnectError> {
        let manner = Manner {
            replace_null: settings.flag("replace.null.with.default"),
            decimals_are_numbers: settings.string("decimal.format").eq_ignore_ascii_case("numeric"),
        };
        let has_envelope = settings.flag("schemas.enable");
        let size = settings.integer("schemas.cache.size").and_then(|n| usize::try_from(n).ok());
        let mut cache = Cache::new(size.unwrap_or_default());
        let fixed = match settings.text("schema.content").filter(|_| has_envelope) {
            None => None,
            Some(text) => {
                let json = parse(text.as_bytes()).map_err(|why| {
                    ConnectError::config(format!("schema.content is not JSON: {why}"))
                })?;
                cache.schema(&json, manner).map_err(|error| {
                    ConnectError::config(format!("schema.content is no schema: {error}"))
                })?
            }
        };
        Ok(JsonConverter { has_envelope, fixed, manner, cache })
    }
}

/// Appends a value as this converter writes it where there is no envelope.
pub fn write_plain(
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let manner = Manner { replace_null: true, decimals_are_numbers: false };
    write::value(schema, value, manner, out)
}

const NO_ENVELOPE: &str = "JsonConverter with schemas.enable requires \"schema\" and \"payload\" \
    fields and may not contain additional fields. If you are trying to deserialize plain JSON \
    data, set schemas.enable=false in your converter configuration.";

impl Converter for JsonConverter {
    fn to_connect(&mut self, _: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let Some(bytes) = bytes else { return Ok(Data::null()) };
        let json = parse(bytes).map_err(|why| {
            let what =
                "Converting byte[] to Kafka Connect data failed due to serialization error: ";
            ConnectError::data(what).caused_by(ConnectError::new(ErrorKind::Serialization, why))
        })?;
        if let Some(schema) = &self.fixed {
            let value = read::value(Some(schema), json, self.manner)?;
            return Ok(schema.with(value));
        }
        if !self.has_envelope {
            return Ok(Data::bare(read::value(None, json, self.manner)?));
        }
        let Json::Object(all) = json else { return Err(ConnectError::data(NO_ENVELOPE)) };
        let (mut schema, mut payload) = (None, None);
        let count = all.len();
        for (name, json) in all {
            match name.as_ref() {
                "schema" => schema = Some(json),
                "payload" => payload = Some(json),
                _ => {}
            }
        }
        let (Some(schema), Some(payload), 2) = (schema, payload, count) else {
            return Err(ConnectError::data(NO_ENVELOPE));
        };
        let schema = self.cache.schema(&schema, self.manner)?;
        let value = read::value(schema.as_ref(), payload, self.manner)?;
        Ok(Data { schema, value })
    }

    fn from_connect(
        &mut self,
        _: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        if data.schema.is_none() && data.value == Value::Null {
            return Ok(false);
        }
        let start = out.len();
        if self.has_envelope {
            out.extend_from_slice(b"{\"schema\":");
            match &data.schema {
                Some(schema) => self.cache.write(schema, self.manner, out)?,
                None => out.extend_from_slice(b"null"),
            }
            out.extend_from_slice(b",\"payload\":");
        }
        let written = write::value(data.schema.as_deref(), &data.value, self.manner, out);
        if let Err(error) = written {
            out.truncate(start);
            return Err(error);
        }
        if self.has_envelope {
            out.push(b'}');
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
