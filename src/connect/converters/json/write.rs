//! Values to JSON.

use std::io::Write;

use data_encoding::BASE64;

use super::Manner;
use crate::codec::write_string;
use crate::connect::data::{Decimal, Schema, Struct, Type, Value, logical};
use crate::connect::error::ConnectError;

/// Appends a value as JSON.
pub(super) fn value(
    schema: Option<&Schema>,
    value: &Value,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    match (schema, value) {
        (None, value) => bare(value, manner, out),
        (Some(schema), Value::Null) => match &schema.default {
            Some(default) if manner.replace_null => typed(schema, default, manner, out),
            _ if schema.optional => {
                out.extend_from_slice(b"null");
                Ok(())
            }
            _ => Err(ConnectError::data(
                "Conversion error: null value for field that is required and has no default value",
            )),
        },
        (Some(schema), value) => typed(schema, value, manner, out),
    }
}

fn bare(value: &Value, manner: Manner, out: &mut Vec<u8>) -> Result<(), ConnectError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        // Only a schema says how these are written.
        Value::Date(_) | Value::Decimal(_) => {
            return Err(ConnectError::data(format!(
                "Java class {} does not have corresponding schema type.",
                value.java_class()
            )));
        }
        value => return plain(value, None, manner, out),
    }
    Ok(())
}

fn typed(
    schema: &Schema,
    value: &Value,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    match (schema.name.as_deref(), value) {
        (Some(logical::DECIMAL), Value::Decimal(decimal)) => {
            write_decimal(decimal, manner, out);
            return Ok(());
        }
        (Some(logical::DATE), Value::Date(ms)) => {
            number(ms.div_euclid(86_400_000), out);
            return Ok(());
        }
        (Some(logical::TIME | logical::TIMESTAMP), Value::Date(ms)) => {
            number(ms, out);
            return Ok(());
        }
        _ => {}
    }
    if value.kind() != Some(schema.kind) {
        return Err(ConnectError::data(format!(
            "Invalid type for {}: {}",
            schema.kind.upper(),
            value.java_class()
        )));
    }
    plain(value, Some(schema), manner, out)
}

fn number(number: impl std::fmt::Display, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{number}");
}

fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

fn write_decimal(decimal: &Decimal, manner: Manner, out: &mut Vec<u8>) {
    match manner.decimals_are_numbers {
        true => number(decimal, out),
        false => quoted(BASE64.encode(&decimal.bytes()).as_bytes(), out),
    }
}

fn plain(
    value: &Value,
    schema: Option<&Schema>,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    match value {
        Value::Null | Value::Date(_) | Value::Decimal(_) => return bare(value, manner, out),
        // What JSON has no number for is a text.
        Value::Float32(float) if !float.is_finite() => quoted(value.to_string().as_bytes(), out),
        Value::Float64(float) if !float.is_finite() => quoted(value.to_string().as_bytes(), out),
        Value::String(text) => string(text, out),
        Value::Bytes(bytes) => quoted(BASE64.encode(bytes).as_bytes(), out),
        Value::Array(all) => {
            let items = schema.and_then(|schema| schema.values.as_deref());
            out.push(b'[');
            for (at, one) in all.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                self::value(items, one, manner, out)?;
            }
            out.push(b']');
        }
        Value::Map(all) => map(all, schema, manner, out)?,
        Value::Struct(all) => structure(all, schema, manner, out)?,
        value => number(value, out),
    }
    Ok(())
}

/// Appends a text as Jackson does: control characters in capital hexadecimal.
fn string(text: &str, out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| *byte >= 0x20 || matches!(byte, b'\n' | b'\r' | b'\t');
    if text.as_bytes().iter().all(is_plain) {
        return write_string(text, out);
    }
    let mut rest = text;
    out.push(b'"');
    while let Some(at) = rest.find(|c: char| c < ' ') {
        let (before, after) = rest.split_at(at);
        let start = out.len();
        write_string(before, out);
        out.pop();
        out.remove(start);
        let byte = after.as_bytes()[0];
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            byte => drop(write!(out, "\\u{byte:04X}")),
        }
        rest = &after[1..];
    }
    let start = out.len();
    write_string(rest, out);
    out.remove(start);
}

fn map(
    all: &[(Value, Value)],
    schema: Option<&Schema>,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let keys = schema.and_then(|schema| schema.keys.as_deref());
    let values = schema.and_then(|schema| schema.values.as_deref());
    let is_object = match keys {
        Some(keys) => keys.kind == Type::String,
        None => all.iter().all(|(key, _)| key.as_str().is_some()),
    };
    out.push(if is_object { b'{' } else { b'[' });
    for (at, (key, one)) in all.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match (is_object, key) {
            (true, Value::String(name)) => {
                string(name, out);
                out.push(b':');
                value(values, one, manner, out)?;
            }
            (true, key) => {
                return Err(ConnectError::data(format!(
                    "Invalid type for MAP: {}",
                    key.java_class()
                )));
            }
            (false, key) => {
                out.push(b'[');
                value(keys, key, manner, out)?;
                out.push(b',');
                value(values, one, manner, out)?;
                out.push(b']');
            }
        }
    }
    out.push(if is_object { b'}' } else { b']' });
    Ok(())
}

fn structure(
    all: &Struct,
    schema: Option<&Schema>,
    manner: Manner,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    if schema.is_some_and(|schema| !std::ptr::eq(schema, &raw const **all.schema()))
        && schema != Some(&**all.schema())
    {
        return Err(ConnectError::data("Mismatching schema."));
    }
    out.push(b'{');
    for (at, field) in all.schema().fields.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        string(&field.name, out);
        out.push(b':');
        value(Some(&field.schema), all.raw(at), manner, out)?;
    }
    out.push(b'}');
    Ok(())
}
