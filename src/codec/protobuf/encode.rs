//! A message as bytes, in the one order that all implementations agree on: fields by number,
//! then extensions, then what the schema does not know; maps by key, with key and value always
//! written.

use prost_reflect::prost::encoding as put;
use prost_reflect::prost::encoding::WireType;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage, Value};

use super::slot::Slot;

/// Appends a message.
pub(super) fn message(message: &DynamicMessage, out: &mut Vec<u8>) {
    for field in message.descriptor().fields() {
        if is_there(message, &field) {
            self::field(&Slot::of(&field), &message.get_field(&field), out);
        }
    }
    for (extension, value) in message.extensions() {
        field(&Slot::of_extension(&extension), value, out);
    }
    for unknown in message.unknown_fields() {
        unknown.encode(out);
    }
}

/// Says whether a field is written. Zero goes without saying where presence is not kept track
/// of, but minus zero is not zero.
pub(super) fn is_there(message: &DynamicMessage, field: &FieldDescriptor) -> bool {
    if message.has_field(field) {
        return true;
    }
    let is_float = matches!(field.kind(), Kind::Float | Kind::Double);
    is_float
        && !field.is_list()
        && !field.supports_presence()
        && match message.get_field(field).as_ref() {
            Value::F32(zero) => zero.to_bits() != 0,
            Value::F64(zero) => zero.to_bits() != 0,
            _ => false,
        }
}

fn field(slot: &Slot, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::List(values) if slot.is_packed => {
            if !values.is_empty() {
                let mut packed = Vec::new();
                values.iter().for_each(|value| bare(&slot.kind, value, &mut packed));
                delimited(slot.number, &packed, out);
            }
        }
        Value::List(values) => values.iter().for_each(|value| single(slot, value, out)),
        Value::Map(entries) => {
            let Kind::Message(entry) = &slot.kind else { return };
            let key_slot = Slot::of(&entry.map_entry_key_field());
            let value_slot = Slot::of(&entry.map_entry_value_field());
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            for (key, value) in sorted {
                let mut inner = Vec::new();
                single(&key_slot, &of_key(key), &mut inner);
                single(&value_slot, value, &mut inner);
                delimited(slot.number, &inner, out);
            }
        }
        value => single(slot, value, out),
    }
}

/// One value with its tag.
fn single(slot: &Slot, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Message(inner) if slot.is_group => {
            put::encode_key(slot.number, WireType::StartGroup, out);
            message(inner, out);
            put::encode_key(slot.number, WireType::EndGroup, out);
        }
        Value::Message(inner) => {
            let mut bytes = Vec::new();
            message(inner, &mut bytes);
            delimited(slot.number, &bytes, out);
        }
        Value::String(text) => delimited(slot.number, text.as_bytes(), out),
        Value::Bytes(bytes) => delimited(slot.number, bytes, out),
        value => {
            put::encode_key(slot.number, slot.kind.wire_type(), out);
            bare(&slot.kind, value, out);
        }
    }
}

/// A number without its tag.
fn bare(kind: &Kind, value: &Value, out: &mut Vec<u8>) {
    match (value, kind) {
        (Value::Bool(is), _) => out.push(u8::from(*is)),
        (Value::I32(number), Kind::Sint32) => {
            put::encode_varint(u64::from(((number << 1) ^ (number >> 31)) as u32), out);
        }
        (Value::I64(number), Kind::Sint64) => {
            put::encode_varint(((number << 1) ^ (number >> 63)) as u64, out);
        }
        (Value::I32(number), Kind::Sfixed32) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::I64(number), Kind::Sfixed64) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::U32(number), Kind::Fixed32) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::U64(number), Kind::Fixed64) => out.extend_from_slice(&number.to_le_bytes()),
        (Value::F32(number), _) => out.extend_from_slice(&number.to_bits().to_le_bytes()),
        (Value::F64(number), _) => out.extend_from_slice(&number.to_bits().to_le_bytes()),
        // Negative 32-bit integers are ten bytes long, as 64-bit ones are.
        (Value::I32(number) | Value::EnumNumber(number), _) => {
            put::encode_varint(i64::from(*number) as u64, out);
        }
        (Value::I64(number), _) => put::encode_varint(*number as u64, out),
        (Value::U32(number), _) => put::encode_varint(u64::from(*number), out),
        (Value::U64(number), _) => put::encode_varint(*number, out),
        // Nothing else is a number.
        _ => {}
    }
}

fn delimited(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put::encode_key(number, WireType::LengthDelimited, out);
    put::encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn of_key(key: &MapKey) -> Value {
    match key {
        MapKey::Bool(key) => Value::Bool(*key),
        MapKey::I32(key) => Value::I32(*key),
        MapKey::I64(key) => Value::I64(*key),
        MapKey::U32(key) => Value::U32(*key),
        MapKey::U64(key) => Value::U64(*key),
        MapKey::String(key) => Value::String(key.clone()),
    }
}
