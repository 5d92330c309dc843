//! JSON to values.

use std::sync::Arc;

use data_encoding::{BASE64, BASE64_NOPAD};

use super::Manner;
use super::parse::{Json, is_integer};
use crate::connect::data::{Decimal, Schema, SchemaRef, Struct, Type, Value, logical};
use crate::connect::error::ConnectError;

/// Makes a value of JSON, with a schema or without.
pub(super) fn value(
    schema: Option<&SchemaRef>,
    json: Json,
    manner: Manner,
) -> Result<Value, ConnectError> {
    match schema {
        None => bare(json),
        Some(schema) => typed(schema, json, manner),
    }
}

/// Without a schema: integers are longs, other numbers doubles.
fn bare(json: Json) -> Result<Value, ConnectError> {
    Ok(match json {
        Json::Missing | Json::Null => Value::Null,
        Json::Boolean(value) => Value::Boolean(value),
        Json::Number(text) if is_integer(text) => match text.parse() {
            Ok(number) => Value::Int64(number),
            Err(_) => return Err(ConnectError::data(format!("{text} does not fit INT64"))),
        },
        Json::Number(text) => Value::Float64(text.parse().unwrap_or(f64::NAN)),
        Json::String(text) => Value::String(text.into_owned()),
        Json::Array(all) => Value::Array(all.into_iter().map(bare).collect::<Result<_, _>>()?),
        Json::Object(all) => {
            let entry = |(name, json): (std::borrow::Cow<str>, Json)| {
                Ok((Value::String(name.into_owned()), bare(json)?))
            };
            Value::Map(all.into_iter().map(entry).collect::<Result<_, ConnectError>>()?)
        }
    })
}

fn typed(schema: &SchemaRef, json: Json, manner: Manner) -> Result<Value, ConnectError> {
    if json.is_nothing() {
        return match &schema.default {
            Some(default) if manner.replace_null => Ok(default.clone()),
            _ if schema.optional => Ok(Value::Null),
            _ => Err(ConnectError::data(format!(
                "Invalid null value for required {} field",
                schema.kind.upper()
            ))),
        };
    }
    match schema.name.as_deref() {
        Some(logical::DECIMAL) => return decimal(schema, &json),
        Some(logical::DATE) => {
            return date(&json, "Date").map(|days| Value::Date(days * 86_400_000));
        }
        Some(logical::TIME) => return date(&json, "Time").map(Value::Date),
        Some(logical::TIMESTAMP) => {
            let wrong = || {
                ConnectError::data(format!(
                    "Invalid type for Timestamp, underlying representation should be integral \
                     but was {}",
                    json.node_type()
                ))
            };
            return integer(&json).ok_or_else(wrong).map(Value::Date);
        }
        _ => {}
    }
    plain(schema, json, manner)
}

fn plain(schema: &SchemaRef, json: Json, manner: Manner) -> Result<Value, ConnectError> {
    let found = json.node_type();
    let wrong =
        || ConnectError::data(format!("Invalid value for {} field: {found}", schema.kind.upper()));
    let whole = |json: &Json| integer(json).ok_or_else(wrong);
    Ok(match (schema.kind, json) {
        (Type::Boolean, Json::Boolean(value)) => Value::Boolean(value),
        (Type::Int8, json) => Value::Int8(whole(&json)?.try_into().map_err(|_| wrong())?),
        (Type::Int16, json) => Value::Int16(whole(&json)?.try_into().map_err(|_| wrong())?),
        (Type::Int32, json) => Value::Int32(whole(&json)?.try_into().map_err(|_| wrong())?),
        (Type::Int64, json) => Value::Int64(whole(&json)?),
        (Type::Float32, Json::Number(text)) => Value::Float32(text.parse().unwrap_or(f32::NAN)),
        (Type::Float64, Json::Number(text)) => Value::Float64(text.parse().unwrap_or(f64::NAN)),
        // Numbers that JSON has no word for, as the writer writes them.
        (Type::Float32, Json::String(text)) => {
            Value::Float32(special(&text).ok_or_else(wrong)? as f32)
        }
        (Type::Float64, Json::String(text)) => Value::Float64(special(&text).ok_or_else(wrong)?),
        (Type::String, Json::String(text)) => Value::String(text.into_owned()),
        (Type::Bytes, Json::String(text)) => {
            Value::Bytes(base64(&text).ok_or_else(|| ConnectError::data("Invalid bytes field"))?)
        }
        (Type::Array, Json::Array(all)) => {
            let items = schema.values.as_ref();
            let one = |json| value(items, json, manner);
            Value::Array(all.into_iter().map(one).collect::<Result<_, _>>()?)
        }
        (Type::Map, json) => map(schema, json, manner)?,
        (Type::Struct, Json::Object(all)) => structure(schema, all, manner)?,
        (Type::Struct, _) => {
            return Err(ConnectError::data(format!(
                "Structs should be encoded as JSON objects, but found {found}"
            )));
        }
        _ => return Err(wrong()),
    })
}

fn integer(json: &Json) -> Option<i64> {
    match json {
        Json::Number(text) if is_integer(text) => text.parse().ok(),
        _ => None,
    }
}

fn special(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let padded = BASE64.decode(text.as_bytes()).ok();
    padded.or_else(|| BASE64_NOPAD.decode(text.as_bytes()).ok())
}

fn date(json: &Json, what: &str) -> Result<i64, ConnectError> {
    integer(json).filter(|number| i32::try_from(*number).is_ok()).ok_or_else(|| {
        ConnectError::data(format!(
            "Invalid type for {what}, underlying representation should be integer but was {}",
            json.node_type()
        ))
    })
}

fn decimal(schema: &Schema, json: &Json) -> Result<Value, ConnectError> {
    let wrong = || ConnectError::data("Invalid bytes for Decimal field");
    Ok(Value::Decimal(match json {
        Json::Number(text) => Decimal::parse(text).ok_or_else(wrong)?,
        Json::String(text) => {
            let bytes = base64(text).filter(|bytes| !bytes.is_empty()).ok_or_else(wrong)?;
            Decimal::of_bytes(&bytes, schema.scale()?)
        }
        json => {
            return Err(ConnectError::data(format!(
                "Invalid type for Decimal, underlying representation should be numeric or bytes \
                 but was {}",
                json.node_type()
            )));
        }
    }))
}

fn map(schema: &Schema, json: Json, manner: Manner) -> Result<Value, ConnectError> {
    let (keys, values) = (schema.keys.as_ref(), schema.values.as_ref());
    let has_text_keys = keys.is_none_or(|keys| keys.kind == Type::String);
    let mut entries = Vec::new();
    match (has_text_keys, json) {
        (true, Json::Object(all)) => {
            for (name, json) in all {
                entries.push((Value::String(name.into_owned()), value(values, json, manner)?));
            }
        }
        (true, json) => {
            return Err(ConnectError::data(format!(
                "Maps with string fields should be encoded as JSON objects, but found {}",
                json.node_type()
            )));
        }
        (false, Json::Array(all)) => {
            for json in all {
                let Json::Array(pair) = json else {
                    return Err(ConnectError::data(format!(
                        "Found invalid map entry instead of array tuple: {}",
                        json.node_type()
                    )));
                };
                let count = pair.len();
                let Ok([key, one]) = <[Json; 2]>::try_from(pair) else {
                    return Err(ConnectError::data(format!(
                        "Found invalid map entry, expected length 2 but found :{count}"
                    )));
                };
                entries.push((value(keys, key, manner)?, value(values, one, manner)?));
            }
        }
        (false, json) => {
            return Err(ConnectError::data(format!(
                "Maps with non-string fields should be encoded as JSON array of tuples, but \
                 found {}",
                json.node_type()
            )));
        }
    }
    Ok(Value::Map(entries))
}

fn structure(
    schema: &SchemaRef,
    all: Vec<(std::borrow::Cow<str>, Json)>,
    manner: Manner,
) -> Result<Value, ConnectError> {
    let mut out = Struct::new(Arc::clone(schema));
    let mut all: Vec<_> = all.into_iter().map(Some).collect();
    for (at, field) in schema.fields.iter().enumerate() {
        // Mostly the fields stand in their schema's order.
        let is_it = |entry: &Option<(std::borrow::Cow<str>, Json)>| {
            entry.as_ref().is_some_and(|(name, _)| *name == field.name)
        };
        let found = match all.get(at).is_some_and(is_it) {
            true => Some(at),
            false => all.iter().position(is_it),
        };
        let json = found.and_then(|at| all[at].take()).map_or(Json::Missing, |(_, json)| json);
        out.set(at, typed(&field.schema, json, manner)?)?;
    }
    Ok(out.value())
}
