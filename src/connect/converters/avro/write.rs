//! Values to Avro's bytes, by whatever schema they are to be written by.

use std::sync::Arc;

use serde_json::Value as Json;

use super::inward::entry;
use super::node::{Kind, Node};
use super::{Manner, UNION};
use crate::connect::data::{Decimal, Schema, Value, logical};

const DAY_MS: i64 = 86_400_000;

pub(super) fn long(number: i64, out: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    while rest >= 0x80 {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn count(number: usize, out: &mut Vec<u8>) {
    long(i64::try_from(number).unwrap_or(i64::MAX), out);
}

fn block(bytes: &[u8], out: &mut Vec<u8>) {
    count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// What an integer of Connect is in Avro.
fn integer(schema: Option<&Schema>, value: &Value) -> Option<i64> {
    Some(match value {
        Value::Int8(number) => (*number).into(),
        Value::Int16(number) => (*number).into(),
        Value::Int32(number) => (*number).into(),
        Value::Int64(number) => *number,
        Value::Date(ms) if schema.is_some_and(|schema| schema.is_named(logical::DATE)) => {
            ms.div_euclid(DAY_MS)
        }
        Value::Date(ms) => *ms,
        _ => return None,
    })
}

fn bytes(node: &Node, value: &Value) -> Result<Option<Vec<u8>>, String> {
    Ok(match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Decimal(decimal) => {
            let scale =
                node.said.get("scale").map_or(0, |scale| scale.as_i64().unwrap_or_default());
            if i64::from(decimal.scale) != scale {
                let has = decimal.scale;
                return Err(format!("the decimal has the scale {has}, and the schema {scale}"));
            }
            Some(decimal.bytes())
        }
        _ => None,
    })
}

/// Appends a value.
pub(super) fn value(
    manner: &Manner,
    node: &Node,
    schema: Option<&Schema>,
    given: &Value,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let default = schema.and_then(|schema| schema.default.as_ref());
    let given = match given {
        Value::Null => default.unwrap_or(given),
        given => given,
    };
    let wrong = || match given {
        Value::Null => "null value for a type that has no null".to_owned(),
        given => format!("{} is no Avro {}", given.java_class(), node.type_name()),
    };
    let inner = schema.and_then(|schema| schema.values.as_deref());
    match (&node.kind, given) {
        (Kind::Union(all), given) => {
            let (at, schema, given) =
                branch(manner, all, schema, given).ok_or_else(|| no_branch(node, given))?;
            count(at, out);
            return value(manner, &all[at], schema, given, out);
        }
        (Kind::Null, Value::Null) => {}
        (Kind::Boolean, Value::Boolean(value)) => out.push((*value).into()),
        (Kind::Int, given) => {
            let number = integer(schema, given).ok_or_else(wrong)?;
            let number = i32::try_from(number).map_err(|_| format!("{number} is no int"))?;
            long(number.into(), out);
        }
        (Kind::Long, given) => long(integer(schema, given).ok_or_else(wrong)?, out),
        (Kind::Float, Value::Float32(number)) => out.extend_from_slice(&number.to_le_bytes()),
        (Kind::Double, Value::Float64(number)) => out.extend_from_slice(&number.to_le_bytes()),
        (Kind::Double, Value::Float32(number)) => {
            out.extend_from_slice(&f64::from(*number).to_le_bytes());
        }
        (Kind::String, Value::String(text)) => block(text.as_bytes(), out),
        (Kind::Bytes, given) => block(&bytes(node, given)?.ok_or_else(wrong)?, out),
        (Kind::Fixed(size), given) => {
            let mut all = bytes(node, given)?.ok_or_else(wrong)?;
            if let Value::Decimal(decimal) = given {
                all = padded(decimal, all, *size);
            }
            if all.len() != *size {
                return Err(format!("{} bytes, where the type has {size}", all.len()));
            }
            out.extend_from_slice(&all);
        }
        (Kind::Enum(symbols), Value::String(text)) => {
            let at = symbols.iter().position(|symbol| symbol == text);
            count(at.ok_or_else(|| format!("`{text}` is none of the enum's symbols"))?, out);
        }
        (Kind::Array(items), Value::Array(all)) => {
            items_of(all, out, |one, out| value(manner, items, inner, one, out))?;
        }
        (Kind::Array(items), Value::Map(all)) => {
            let (key, one) = entry(items).ok_or_else(wrong)?;
            let keys = schema.and_then(|schema| schema.keys.as_deref());
            items_of(all, out, |(own, given), out| {
                value(manner, key, keys, own, out)?;
                value(manner, one, inner, given, out)
            })?;
        }
        (Kind::Map(values), Value::Map(all)) => {
            items_of(all, out, |(key, given), out| {
                block(key.as_str().ok_or("a map's key is no text")?.as_bytes(), out);
                value(manner, values, inner, given, out)
            })?;
        }
        (Kind::Record(_), given) => record(manner, node, given, out)?,
        _ => return Err(wrong()),
    }
    Ok(())
}

fn no_branch(node: &Node, given: &Value) -> String {
    let Kind::Union(all) = &node.kind else { return String::new() };
    let names: Vec<&str> =
        all.iter().map(|one| one.name.as_deref().unwrap_or(one.type_name())).collect();
    format!("{} is none of the union's types: {}", given.java_class(), names.join(", "))
}

fn items_of<T>(
    all: &[T],
    out: &mut Vec<u8>,
    mut one: impl FnMut(&T, &mut Vec<u8>) -> Result<(), String>,
) -> Result<(), String> {
    if !all.is_empty() {
        count(all.len(), out);
        for (at, item) in all.iter().enumerate() {
            one(item, out).map_err(|why| format!("[{at}]: {why}"))?;
        }
    }
    out.push(0);
    Ok(())
}

/// The same number in as many bytes as the type has.
fn padded(decimal: &Decimal, bytes: Vec<u8>, size: usize) -> Vec<u8> {
    let sign = if decimal.unscaled.sign() == num_bigint::Sign::Minus { 0xff } else { 0 };
    let mut all = vec![sign; size.saturating_sub(bytes.len())];
    all.extend(bytes);
    all
}

fn record(manner: &Manner, node: &Node, given: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    let Kind::Record(fields) = &node.kind else { return Ok(()) };
    for field in fields {
        let found: Option<(Option<&Schema>, &Value)> = match given {
            Value::Struct(all) => {
                let of = all.schema();
                let at = of.fields.iter().position(|one| manner.scrub(&one.name) == field.name);
                at.map(|at| (Some(&*of.fields[at].schema), all.at(at)))
            }
            Value::Map(_) => given.entry(&field.name).map(|value| (None, value)),
            other => {
                let name = node.name.as_deref().unwrap_or("record");
                return Err(format!("{} is no {name}", other.java_class()));
            }
        };
        let written = match (found, &field.default) {
            (Some((schema, given)), _) => value(manner, &field.node, schema, given, out),
            (None, Some(default)) => default_of(&field.node, default, out),
            (None, None) => Err("it is not there, and has no default".to_owned()),
        };
        written.map_err(|why| format!("{}: {why}", field.name))?;
    }
    Ok(())
}

/// Which of a union's types a value is.
fn branch<'a>(
    manner: &Manner,
    all: &[Arc<Node>],
    schema: Option<&'a Schema>,
    given: &'a Value,
) -> Option<(usize, Option<&'a Schema>, &'a Value)> {
    if let Value::Struct(inner) = given
        && inner.schema().is_named(UNION)
    {
        let of = inner.schema();
        let place = (0..of.fields.len()).find(|at| !inner.raw(*at).is_null());
        let Some(place) = place else {
            return all.iter().position(|one| one.is_null()).map(|at| (at, None, &Value::Null));
        };
        let field = &of.fields[place];
        let at = all.iter().position(|one| !one.is_null() && manner.member(one) == field.name)?;
        return Some((at, Some(&*field.schema), inner.raw(place)));
    }
    let fits = |one: &Arc<Node>, is_exact: bool| match (&one.kind, given) {
        (Kind::Null, Value::Null) => true,
        (_, Value::Null) => false,
        (Kind::Boolean, Value::Boolean(_))
        | (Kind::String, Value::String(_))
        | (Kind::Float, Value::Float32(_))
        | (Kind::Double, Value::Float64(_))
        | (Kind::Int, Value::Int8(_) | Value::Int16(_) | Value::Int32(_))
        | (Kind::Long, Value::Int64(_))
        | (Kind::Map(_), Value::Map(_))
        | (Kind::Array(_), Value::Array(_))
        | (Kind::Bytes | Kind::Fixed(_), Value::Bytes(_) | Value::Decimal(_)) => true,
        (Kind::Enum(symbols), Value::String(text)) => symbols.contains(text),
        (Kind::Array(items), Value::Map(_)) => entry(items).is_some(),
        (Kind::Int | Kind::Long, Value::Date(_)) => {
            let is_moment = schema.is_some_and(|schema| schema.is_named(logical::TIMESTAMP));
            (one.kind == Kind::Long) == is_moment
        }
        (Kind::Record(_), Value::Struct(all)) => {
            !is_exact || all.schema().name.as_deref() == one.name.as_deref()
        }
        (Kind::Record(_), Value::Map(_)) => !is_exact,
        (Kind::Long, Value::Int8(_) | Value::Int16(_) | Value::Int32(_))
        | (Kind::Double, Value::Float32(_)) => !is_exact,
        _ => false,
    };
    let at = all.iter().position(|one| fits(one, true));
    let at = at.or_else(|| all.iter().position(|one| fits(one, false)))?;
    Some((at, schema, given))
}

/// Appends a field's default, which is written in the schema.
fn default_of(node: &Node, json: &Json, out: &mut Vec<u8>) -> Result<(), String> {
    let wrong = || format!("{json} is no default for Avro's {}", node.type_name());
    let latin = || {
        let text = json.as_str().ok_or_else(wrong)?;
        let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| wrong()));
        bytes.collect::<Result<Vec<u8>, String>>()
    };
    match &node.kind {
        Kind::Null => {}
        Kind::Boolean => out.push(json.as_bool().ok_or_else(wrong)?.into()),
        Kind::Int | Kind::Long => long(json.as_i64().ok_or_else(wrong)?, out),
        Kind::Float => {
            let number = json.as_f64().ok_or_else(wrong)? as f32;
            out.extend_from_slice(&number.to_le_bytes());
        }
        Kind::Double => out.extend_from_slice(&json.as_f64().ok_or_else(wrong)?.to_le_bytes()),
        Kind::String => block(json.as_str().ok_or_else(wrong)?.as_bytes(), out),
        Kind::Bytes => block(&latin()?, out),
        Kind::Fixed(_) => out.extend(latin()?),
        Kind::Enum(symbols) => {
            let at = symbols.iter().position(|symbol| Some(symbol.as_str()) == json.as_str());
            count(at.ok_or_else(wrong)?, out);
        }
        Kind::Array(items) => {
            let all = json.as_array().ok_or_else(wrong)?;
            items_of(all, out, |one, out| default_of(items, one, out))?;
        }
        Kind::Map(values) => {
            let all: Vec<_> = json.as_object().ok_or_else(wrong)?.iter().collect();
            items_of(&all, out, |(name, one), out| {
                block(name.as_bytes(), out);
                default_of(values, one, out)
            })?;
        }
        // A default is of the first of the types.
        Kind::Union(all) => {
            let at = match json {
                Json::Null => all.iter().position(|one| one.is_null()).ok_or_else(wrong)?,
                _ => 0,
            };
            count(at, out);
            default_of(all.get(at).ok_or_else(wrong)?, json, out)?;
        }
        Kind::Record(fields) => {
            for field in fields {
                let given = json.get(&field.name).or(field.default.as_ref());
                default_of(&field.node, given.ok_or_else(wrong)?, out)?;
            }
        }
    }
    Ok(())
}
