//! A message as JSON text. There is no message that cannot be printed.

use data_encoding::BASE64;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage, Value,
};

use super::super::json::write_string;
use super::known::{self, Known};
use super::{DEPTH_MAX, encode, scalar, time};

/// Appends a message.
pub(super) fn message(message: &DynamicMessage, depth: usize, out: &mut Vec<u8>) {
    let Some(known) = Known::of(&message.descriptor()) else {
        out.push(b'{');
        members(message, depth, true, out);
        out.push(b'}');
        return;
    };
    let start = out.len();
    let is_plain = message.unknown_fields().next().is_none();
    if !is_plain || well_known(known, message, depth, out).is_none() {
        out.truncate(start);
        let mut bytes = Vec::new();
        encode::message(message, &mut bytes);
        out.extend_from_slice(format!("{{\"$raw\":\"{}\"}}", BASE64.encode(&bytes)).as_bytes());
    }
}

/// Appends the members of a message.
fn members(message: &DynamicMessage, depth: usize, mut is_first: bool, out: &mut Vec<u8>) {
    let descriptor = message.descriptor();
    let mut name = |name: &str, out: &mut Vec<u8>| {
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        write_string(name, out);
        out.push(b':');
    };
    for field in descriptor.fields() {
        if encode::is_there(message, &field) {
            name(name_of(&descriptor, &field), out);
            value(&message.get_field(&field), &field.kind(), depth, out);
        }
    }
    for (extension, held) in message.extensions() {
        name(extension.json_name(), out);
        value(held, &extension.kind(), depth, out);
    }
    let mut unknown = Vec::new();
    message.unknown_fields().for_each(|field| field.encode(&mut unknown));
    if !unknown.is_empty() {
        name("$unknown", out);
        write_string(&BASE64.encode(&unknown), out);
    }
}

/// What a field is called: its JSON name, unless that is not its own or looks like one of ours.
fn name_of<'a>(message: &MessageDescriptor, field: &'a FieldDescriptor) -> &'a str {
    let name = field.json_name();
    let found = message.get_field_by_json_name(name);
    let is_own = found.is_some_and(|found| found.number() == field.number());
    if is_own && !name.starts_with(['$', '@', '[']) { name } else { field.name() }
}

fn value(held: &Value, kind: &Kind, depth: usize, out: &mut Vec<u8>) {
    match held {
        Value::Message(inner) => message(inner, depth + 1, out),
        Value::List(values) => {
            out.push(b'[');
            for (i, inner) in values.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                value(inner, kind, depth, out);
            }
            out.push(b']');
        }
        Value::Map(entries) => {
            let Kind::Message(entry) = kind else { return };
            let kind = entry.map_entry_value_field().kind();
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (i, (key, inner)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_string(&key_text(key), out);
                out.push(b':');
                value(inner, &kind, depth, out);
            }
            out.push(b'}');
        }
        held => scalar::print(held, kind, out),
    }
}

fn key_text(key: &MapKey) -> String {
    match key {
        MapKey::Bool(key) => key.to_string(),
        MapKey::I32(key) => key.to_string(),
        MapKey::I64(key) => key.to_string(),
        MapKey::U32(key) => key.to_string(),
        MapKey::U64(key) => key.to_string(),
        MapKey::String(key) => key.clone(),
    }
}

/// Appends the form that a well-known type has of its own, if it can hold this value. What was
/// appended before it turned out that it cannot is to be thrown away.
fn well_known(
    known: Known,
    message: &DynamicMessage,
    depth: usize,
    out: &mut Vec<u8>,
) -> Option<()> {
    match known {
        Known::Timestamp => {
            let (seconds, nanos) = known::seconds_and_nanos(message)?;
            write_string(&time::timestamp(seconds, nanos)?, out);
        }
        Known::Duration => {
            let (seconds, nanos) = known::seconds_and_nanos(message)?;
            write_string(&time::duration(seconds, nanos)?, out);
        }
        Known::FieldMask => {
            let paths = message.get_field_by_number(1)?;
            let paths = paths.as_list()?.iter().map(|path| known::camel(path.as_str()?));
            let paths = paths.collect::<Option<Vec<_>>>()?;
            // No path and one that is empty look the same.
            if paths.iter().any(String::is_empty) {
                return None;
            }
            write_string(&paths.join(","), out);
        }
        Known::Wrapper => {
            let field = message.descriptor().get_field(1)?;
            scalar::print(&message.get_field(&field), &field.kind(), out);
        }
        Known::Struct => {
            let field = message.descriptor().get_field(1)?;
            let fields = message.get_field(&field);
            // It would be taken for the form of what has no form.
            let looks_raw = |entries: &std::collections::HashMap<MapKey, Value>| {
                entries.len() == 1 && entries.contains_key(&MapKey::String("$raw".to_owned()))
            };
            if fields.as_map().is_some_and(looks_raw) {
                return None;
            }
            value(&fields, &field.kind(), depth, out);
        }
        Known::ListValue => {
            let field = message.descriptor().get_field(1)?;
            value(&message.get_field(&field), &field.kind(), depth, out);
        }
        Known::Value => return of_any_kind(message, depth, out),
        Known::Any => return any(message, depth, out),
    }
    Some(())
}

/// A `google.protobuf.Value`, which must have one of its kinds.
fn of_any_kind(message: &DynamicMessage, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    let (field, held) = message.fields().next()?;
    match (field.number(), held) {
        (known::VALUE_NULL, Value::EnumNumber(0)) => out.extend_from_slice(b"null"),
        (known::VALUE_NUMBER, Value::F64(float)) if float.is_finite() => {
            scalar::print(held, &Kind::Double, out);
        }
        (known::VALUE_STRING, Value::String(text)) => write_string(text, out),
        (known::VALUE_BOOL, Value::Bool(is)) => {
            out.extend_from_slice(is.to_string().as_bytes());
        }
        (known::VALUE_STRUCT | known::VALUE_LIST, Value::Message(inner)) => {
            let start = out.len();
            self::message(inner, depth + 1, out);
            // A list or an object that had to be escaped would be taken for another.
            if inner.unknown_fields().next().is_some() || out[start..].starts_with(b"{\"$raw\":") {
                return None;
            }
        }
        _ => return None,
    }
    Some(())
}

/// An `Any`: what it holds, with its type. Of a type that is not there, the bytes.
fn any(message: &DynamicMessage, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    let (url, bytes) = (message.get_field_by_number(1)?, message.get_field_by_number(2)?);
    let (url, bytes) = (url.as_str()?, bytes.as_bytes()?);
    if url.is_empty() && bytes.is_empty() {
        out.extend_from_slice(b"{}");
        return Some(());
    }
    out.extend_from_slice(b"{\"@type\":");
    write_string(url, out);
    let inner = held(&message.descriptor(), url, bytes, depth);
    match inner.as_ref().map(|inner| (inner, Known::of(&inner.descriptor()))) {
        Some((inner, Some(_))) => {
            out.extend_from_slice(b",\"value\":");
            self::message(inner, depth + 1, out);
        }
        Some((inner, None)) => members(inner, depth + 1, false, out),
        None => {
            out.extend_from_slice(b",\"$raw\":");
            write_string(&BASE64.encode(bytes), out);
        }
    }
    out.push(b'}');
    Some(())
}

/// The message in an `Any`, if its type is there and it is written as we would write it.
fn held(
    message: &MessageDescriptor,
    url: &str,
    bytes: &[u8],
    depth: usize,
) -> Option<DynamicMessage> {
    if depth >= DEPTH_MAX {
        return None;
    }
    let name = known::type_name(url);
    let descriptor = message.parent_pool().get_message_by_name(name)?;
    let inner = DynamicMessage::decode(descriptor, bytes).ok()?;
    let mut again = Vec::with_capacity(bytes.len());
    encode::message(&inner, &mut again);
    (again == bytes).then_some(inner)
}
