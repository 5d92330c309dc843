//! Values from JSON and to it, by Connect's schema.

use data_encoding::BASE64;

use super::{Manner, Union};
use crate::codec::write_string;
use crate::connect::converters::json::{Json, write_plain};
use crate::connect::data::{Decimal, Schema, SchemaRef, Struct, Type, Value, logical};

const DAY_MS: i64 = 86_400_000;

/// Reads a value.
pub(super) fn read(schema: &SchemaRef, json: &Json, manner: Manner) -> Result<Value, String> {
    if json.is_nothing() {
        return match &schema.default {
            Some(default) => Ok(default.clone()),
            None if schema.optional => Ok(Value::Null),
            None => Err("Invalid null value for required field".to_owned()),
        };
    }
    let wrong = || format!("a {} is no {}", json.node_type(), schema.kind.upper());
    let values = |schema: &SchemaRef| schema.values.clone().ok_or_else(wrong);
    Ok(match (schema.kind, json) {
        (_, json) if schema.is_named(logical::DECIMAL) => decimal(schema, json)?,
        (Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64, Json::Number(text)) => {
            integer(schema, text).ok_or_else(|| format!("{text} is no {}", schema.kind.upper()))?
        }
        (Type::Float32, Json::Number(text)) => Value::Float32(text.parse().map_err(|_| wrong())?),
        (Type::Float64, Json::Number(text)) => Value::Float64(text.parse().map_err(|_| wrong())?),
        (Type::Float32, Json::String(text)) => Value::Float32(odd(text).ok_or_else(wrong)? as f32),
        (Type::Float64, Json::String(text)) => Value::Float64(odd(text).ok_or_else(wrong)?),
        (Type::Boolean, Json::Boolean(value)) => Value::Boolean(*value),
        (Type::String, Json::String(text)) => Value::String(text.to_string()),
        (Type::Bytes, Json::String(text)) => {
            let bytes = BASE64.decode(text.as_bytes());
            Value::Bytes(bytes.map_err(|_| "Invalid bytes: it is no base64".to_owned())?)
        }
        (Type::Array, Json::Array(all)) => {
            let inner = values(schema)?;
            let all = all.iter().map(|one| read(&inner, one, manner));
            Value::Array(all.collect::<Result<_, _>>()?)
        }
        (Type::Map, Json::Object(all)) => {
            let inner = values(schema)?;
            let all = all
                .iter()
                .map(|(name, one)| Ok((Value::from(&**name), read(&inner, one, manner)?)));
            Value::Map(all.collect::<Result<_, String>>()?)
        }
        (Type::Map, Json::Array(all)) => {
            let (keys, inner) = (schema.keys.clone().ok_or_else(wrong)?, values(schema)?);
            let all = all.iter().map(|entry| {
                let part = |name| entry.get(name).unwrap_or(&Json::Missing);
                Ok((read(&keys, part("key"), manner)?, read(&inner, part("value"), manner)?))
            });
            Value::Map(all.collect::<Result<_, String>>()?)
        }
        (Type::Struct, json) if is_union(schema) => union(schema, json, manner)?,
        (Type::Struct, json @ Json::Object(_)) => {
            let mut found = Struct::new(SchemaRef::clone(schema));
            for (at, field) in schema.fields.iter().enumerate() {
                let given = json.get(&field.name).unwrap_or(&Json::Missing);
                let value = read(&field.schema, given, manner);
                let value = value.map_err(|why| format!("{}: {why}", field.name))?;
                found.set(at, value).map_err(|error| error.message)?;
            }
            found.value()
        }
        _ => return Err(wrong()),
    })
}

fn is_union(schema: &Schema) -> bool {
    Union::ALL.iter().any(|union| schema.is_named(union.name()))
}

/// The first of a union's types that a value fits.
fn union(schema: &SchemaRef, json: &Json, manner: Manner) -> Result<Value, String> {
    for (at, field) in schema.fields.iter().enumerate() {
        let inner = &field.schema;
        // An object fits a struct that has all its members.
        let is_known = match (inner.kind, json) {
            (Type::Struct, Json::Object(all)) if !is_union(inner) => {
                all.iter().all(|(name, _)| inner.position(name).is_some())
            }
            _ => true,
        };
        if let (true, Ok(value)) = (is_known, read(inner, json, manner)) {
            let mut found = Struct::new(SchemaRef::clone(schema));
            found.set(at, value).map_err(|error| error.message)?;
            return Ok(found.value());
        }
    }
    Err("Did not find matching oneof field for data".to_owned())
}

fn integer(schema: &Schema, text: &str) -> Option<Value> {
    let number: i64 = match text.parse() {
        Ok(number) => number,
        // A number without a fraction may be written with one.
        Err(_) => Decimal::parse(text)?.plain().split_once('.').map_or_else(
            || Decimal::parse(text)?.plain().parse().ok(),
            |(whole, rest)| rest.bytes().all(|b| b == b'0').then(|| whole.parse().ok())?,
        )?,
    };
    Some(match (schema.name.as_deref(), schema.kind) {
        (Some(logical::DATE), _) => Value::Date(number.checked_mul(DAY_MS)?),
        (Some(logical::TIME | logical::TIMESTAMP), _) => Value::Date(number),
        (_, Type::Int8) => Value::Int8(i8::try_from(number).ok()?),
        (_, Type::Int16) => Value::Int16(i16::try_from(number).ok()?),
        (_, Type::Int32) => Value::Int32(i32::try_from(number).ok()?),
        _ => Value::Int64(number),
    })
}

/// What JSON has no number for.
fn odd(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn decimal(schema: &Schema, json: &Json) -> Result<Value, String> {
    let scale = schema.scale().map_err(|error| error.message)?;
    let wrong = || format!("a {} is no decimal", json.node_type());
    match json {
        Json::String(text) => {
            let bytes = BASE64.decode(text.as_bytes()).map_err(|_| wrong())?;
            Ok(Value::Decimal(Decimal::of_bytes(&bytes, scale)))
        }
        Json::Number(text) => Ok(Value::Decimal(Decimal::parse(text).ok_or_else(wrong)?)),
        _ => Err(wrong()),
    }
}

/// Appends a value as JSON.
pub(super) fn write(
    schema: Option<&Schema>,
    value: &Value,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let default = schema.and_then(|schema| schema.default.as_ref());
    let is_optional = schema.is_none_or(|schema| schema.optional);
    let value = match (value, default) {
        (Value::Null, Some(default)) => default,
        (Value::Null, None) if is_optional => {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        (Value::Null, None) => return Err("null value for a required field".to_owned()),
        (value, _) => value,
    };
    let inner = schema.and_then(|schema| schema.values.as_deref());
    match value {
        Value::Decimal(decimal) if manner.decimals_are_numbers => {
            out.extend_from_slice(decimal.plain().as_bytes());
        }
        Value::Array(all) => {
            list(all, out, b"[]", |one, out| write(inner, one, manner, out))?;
        }
        Value::Map(all) => {
            let keys = schema.and_then(|schema| schema.keys.as_deref());
            let is_object = match keys {
                Some(keys) => keys.kind == Type::String && !keys.optional,
                None => all.iter().all(|(key, _)| key.as_str().is_some()),
            };
            let ends = if is_object { b"{}" } else { b"[]" };
            list(all, out, ends, |(key, one), out| match (is_object, key) {
                (true, Value::String(name)) => {
                    write_string(name, out);
                    out.push(b':');
                    write(inner, one, manner, out)
                }
                _ => {
                    out.extend_from_slice(b"{\"key\":");
                    write(keys, key, manner, out)?;
                    out.extend_from_slice(b",\"value\":");
                    write(inner, one, manner, out)?;
                    out.push(b'}');
                    Ok(())
                }
            })?;
        }
        Value::Struct(all) if is_union(all.schema()) => {
            let fields = &all.schema().fields;
            let at = (0..fields.len()).find(|at| !all.raw(*at).is_null());
            match at {
                Some(at) => write(Some(&fields[at].schema), all.raw(at), manner, out)?,
                None => out.extend_from_slice(b"null"),
            }
        }
        Value::Struct(all) => {
            let fields: Vec<usize> = (0..all.schema().fields.len()).collect();
            list(&fields, out, b"{}", |at, out| {
                let field = &all.schema().fields[*at];
                write_string(&field.name, out);
                out.push(b':');
                let written = write(Some(&field.schema), all.raw(*at), manner, out);
                written.map_err(|why| format!("{}: {why}", field.name))
            })?;
        }
        value => write_plain(schema, value, out).map_err(|error| error.message)?,
    }
    Ok(())
}

fn list<T>(
    all: &[T],
    out: &mut Vec<u8>,
    ends: &[u8; 2],
    mut one: impl FnMut(&T, &mut Vec<u8>) -> Result<(), String>,
) -> Result<(), String> {
    out.push(ends[0]);
    for (at, item) in all.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        one(item, out)?;
    }
    out.push(ends[1]);
    Ok(())
}
