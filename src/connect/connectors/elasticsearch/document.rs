//! Records as JSON: what a document is, what its id and its version are.

use super::config::Config;
use crate::connect::converters::json::write_plain;
use crate::connect::data::{Data, Schema, Struct, Type, Value, logical};
use crate::connect::error::ConnectError;
use crate::connect::record::SinkRecord;

/// The field that every document of a data stream has.
const TIMESTAMP: &str = "@timestamp";
/// How long an id may be: the server's own bound.
const ID_BYTES_MAX: usize = 512;
const DAY_MS: i64 = 86_400_000;

/// The id that a record's document has.
pub(super) fn id(config: &Config, record: &SinkRecord) -> Result<String, ConnectError> {
    let inner = &record.record;
    if config.ignores_key(&inner.topic) {
        let partition = inner.partition.unwrap_or(record.origin.partition);
        return Ok(format!("{}+{partition}+{}", inner.topic, record.origin.offset));
    }
    let id = match &inner.key.value {
        Value::Null => {
            return Err(ConnectError::data("Key is used as document id and can not be null."));
        }
        Value::String(text) => text.clone(),
        number @ (Value::Int8(_) | Value::Int16(_) | Value::Int32(_) | Value::Int64(_)) => {
            number.to_string()
        }
        other => {
            let kind = inner.key.schema.as_ref().map(|schema| schema.kind).or(other.kind());
            let name = kind.map_or(other.java_class(), Type::upper);
            return Err(ConnectError::data(format!("{name} is not supported as the document id.")));
        }
    };
    match id.len() {
        0 => Err(ConnectError::data("Key is used as document id and can not be empty.")),
        bytes if bytes > ID_BYTES_MAX => Err(ConnectError::data(format!(
            "Key is used as document id and can not have more than {ID_BYTES_MAX} bytes; it has \
             {bytes}."
        ))),
        _ => Ok(id),
    }
}

/// The version that a record's document has: the offset, or what a header says.
pub(super) fn version(config: &Config, record: &SinkRecord) -> Result<i64, ConnectError> {
    let Some(name) = &config.version_header else { return Ok(record.origin.offset) };
    let header = record.record.headers.iter().rev().find(|header| header.name == *name);
    let wrong = |what: String| ConnectError::data(format!("the header {name} {what}"));
    let value = &header.ok_or_else(|| wrong("is not there".to_owned()))?.data.value;
    match value {
        Value::Int8(number) => Ok((*number).into()),
        Value::Int16(number) => Ok((*number).into()),
        Value::Int32(number) => Ok((*number).into()),
        Value::Int64(number) => Ok(*number),
        other => {
            let text = other.to_string();
            text.trim().parse().map_err(|_| wrong(format!("is no number: {text}")))
        }
    }
}

/// Appends a record's document.
pub(super) fn write(
    config: &Config,
    record: &SinkRecord,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let Data { schema, value } = &record.record.value;
    let manner = Manner {
        ignores_schema: config.ignores_schema(&record.record.topic),
        is_compact: config.is_compact,
    };
    let mut document = bare(schema.as_deref(), value, manner)?;
    if config.is_stream() {
        let timestamp = record.record.timestamp;
        document = stamped(document, &config.timestamp_fields, timestamp)?;
    }
    let is_object = match &document {
        Value::Map(all) => all.iter().all(|(key, _)| key.as_str().is_some()),
        _ => false,
    };
    if !is_object {
        let kind = value.kind().map_or(value.java_class(), Type::upper);
        return Err(ConnectError::data(format!(
            "a document is a JSON object, which a value of the type {kind} does not make"
        )));
    }
    write_plain(None, &document, out)
}

#[derive(Clone, Copy)]
struct Manner {
    ignores_schema: bool,
    is_compact: bool,
}

/// The same value without its schema, as the server wants it.
fn bare(schema: Option<&Schema>, value: &Value, manner: Manner) -> Result<Value, ConnectError> {
    let Some(schema) = schema else { return Ok(value.clone()) };
    let values = schema.values.as_deref();
    Ok(match value {
        Value::Null => match &schema.default {
            Some(default) if !default.is_null() => return bare(Some(schema), default, manner),
            _ if schema.optional => Value::Null,
            _ => {
                return Err(ConnectError::data(
                    "null value for field that is required and has no default value",
                ));
            }
        },
        Value::Decimal(decimal) if manner.ignores_schema => Value::Bytes(decimal.bytes()),
        Value::Decimal(decimal) => Value::Float64(decimal.to_string().parse().unwrap_or(f64::NAN)),
        Value::Date(ms) if schema.is_named(logical::DATE) => Value::Int64(ms.div_euclid(DAY_MS)),
        Value::Date(ms) => Value::Int64(*ms),
        Value::Array(all) => {
            let all = all.iter().map(|one| bare(values, one, manner));
            Value::Array(all.collect::<Result<_, _>>()?)
        }
        Value::Map(all) => {
            let keys = schema.keys.as_deref();
            let pairs = all
                .iter()
                .map(|(key, one)| Ok((bare(keys, key, manner)?, bare(values, one, manner)?)));
            let pairs = pairs.collect::<Result<Vec<_>, ConnectError>>()?;
            let is_text = keys.is_none_or(|keys| keys.kind == Type::String);
            if manner.ignores_schema || manner.is_compact && is_text {
                Value::Map(pairs)
            } else {
                let entry = |(key, one)| {
                    Value::Map(vec![(Value::from("key"), key), (Value::from("value"), one)])
                };
                Value::Array(pairs.into_iter().map(entry).collect())
            }
        }
        Value::Struct(all) => structure(all, manner)?,
        other => other.clone(),
    })
}

fn structure(all: &Struct, manner: Manner) -> Result<Value, ConnectError> {
    let fields = all.schema().fields.iter().enumerate().map(|(at, field)| {
        let value = bare(Some(&field.schema), all.raw(at), manner)?;
        Ok((Value::from(field.name.as_str()), value))
    });
    Ok(Value::Map(fields.collect::<Result<_, ConnectError>>()?))
}

/// Sets the time that a document of a data stream has.
fn stamped(
    document: Value,
    fields: &[String],
    timestamp: Option<i64>,
) -> Result<Value, ConnectError> {
    let Value::Map(mut all) = document else { return Ok(document) };
    let stamp = if fields.is_empty() {
        let timestamp = timestamp
            .ok_or_else(|| ConnectError::data("the record has no timestamp for its document"))?;
        Value::Int64(timestamp)
    } else {
        let found = fields.iter().find_map(|name| {
            all.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
        });
        match found {
            // The server refuses what has no time.
            None => return Ok(Value::Map(all)),
            Some(Value::Array(_) | Value::Map(_)) => Value::from(""),
            Some(value) => Value::String(value.to_string()),
        }
    };
    match all.iter_mut().find(|(key, _)| key.as_str() == Some(TIMESTAMP)) {
        Some((_, value)) => *value = stamp,
        None => all.push((Value::from(TIMESTAMP), stamp)),
    }
    Ok(Value::Map(all))
}
