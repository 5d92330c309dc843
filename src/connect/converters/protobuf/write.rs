//! Values to messages.

use std::collections::HashMap;

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value as Proto,
};

use super::{Manner, UNION_PREFIX, civil_of};
use crate::connect::data::{Decimal, Value};

/// How deep messages may stand in each other.
const DEPTH_MAX: usize = 100;
const DAY_MS: i64 = 86_400_000;

/// Makes a message of a struct, or of a map by its names.
pub(super) fn message(
    of: &MessageDescriptor,
    value: &Value,
    manner: Manner,
    depth: usize,
) -> Result<DynamicMessage, String> {
    if depth > DEPTH_MAX {
        return Err(format!("it is nested deeper than {DEPTH_MAX}"));
    }
    let mut found = DynamicMessage::new(of.clone());
    let mut set = |name: &str, value: &Value| -> Result<(), String> {
        if value.is_null() {
            return Ok(());
        }
        let name = manner.scrub(name);
        let field = of.get_field_by_name(&name);
        let field = field.ok_or_else(|| format!("Cannot find field with name {name}"))?;
        let value = self::field(&field, value, manner, depth);
        let value = value.map_err(|why| format!("{name}: {why}"))?;
        found.try_set_field(&field, value).map_err(|error| error.to_string())
    };
    match value {
        Value::Struct(all) => {
            for (at, field) in all.schema().fields.iter().enumerate() {
                let is_union =
                    field.schema.name.as_ref().is_some_and(|n| n.starts_with(UNION_PREFIX));
                match all.at(at) {
                    Value::Struct(union) if is_union => {
                        for (at, field) in union.schema().fields.iter().enumerate() {
                            set(&field.name, union.raw(at))?;
                        }
                    }
                    value => set(&field.name, value)?,
                }
            }
        }
        Value::Map(all) => {
            for (name, value) in all {
                set(name.as_str().ok_or("a key is no text")?, value)?;
            }
        }
        other => return Err(format!("{} is no {}", other.java_class(), of.full_name())),
    }
    Ok(found)
}

fn field(
    field: &FieldDescriptor,
    value: &Value,
    manner: Manner,
    depth: usize,
) -> Result<Proto, String> {
    match (field.kind(), value) {
        (Kind::Message(entry), Value::Map(all)) if field.is_map() => {
            let (key, one) = (entry.map_entry_key_field(), entry.map_entry_value_field());
            let mut found = HashMap::new();
            for (own, given) in all {
                let own = map_key(single(&key.kind(), own, manner, depth)?)?;
                found.insert(own, single(&one.kind(), given, manner, depth)?);
            }
            Ok(Proto::Map(found))
        }
        (kind, Value::Array(all)) if field.is_list() => {
            let all = all.iter().map(|one| single(&kind, one, manner, depth));
            Ok(Proto::List(all.collect::<Result<_, _>>()?))
        }
        (_, value) if field.is_list() || field.is_map() => {
            Err(format!("{} is neither a list nor a map", value.java_class()))
        }
        (kind, value) => single(&kind, value, manner, depth),
    }
}

fn map_key(value: Proto) -> Result<MapKey, String> {
    Ok(match value {
        Proto::Bool(value) => MapKey::Bool(value),
        Proto::I32(value) => MapKey::I32(value),
        Proto::I64(value) => MapKey::I64(value),
        Proto::U32(value) => MapKey::U32(value),
        Proto::U64(value) => MapKey::U64(value),
        Proto::String(value) => MapKey::String(value),
        _ => return Err("it is no key of a map".to_owned()),
    })
}

fn integer(value: &Value) -> Option<i64> {
    Some(match value {
        Value::Int8(number) => (*number).into(),
        Value::Int16(number) => (*number).into(),
        Value::Int32(number) => (*number).into(),
        Value::Int64(number) => *number,
        _ => return None,
    })
}

fn single(kind: &Kind, value: &Value, manner: Manner, depth: usize) -> Result<Proto, String> {
    let wrong = || format!("{} is no {kind:?}", value.java_class());
    Ok(match (kind, value) {
        (Kind::Bool, Value::Boolean(value)) => Proto::Bool(*value),
        (Kind::Int32 | Kind::Sint32 | Kind::Sfixed32, value) => {
            let number = integer(value).and_then(|number| i32::try_from(number).ok());
            Proto::I32(number.ok_or_else(wrong)?)
        }
        (Kind::Int64 | Kind::Sint64 | Kind::Sfixed64, value) => {
            Proto::I64(integer(value).ok_or_else(wrong)?)
        }
        (Kind::Uint32 | Kind::Fixed32, value) => {
            let number = integer(value).and_then(|number| u32::try_from(number).ok());
            Proto::U32(number.ok_or_else(wrong)?)
        }
        // Java has no unsigned numbers.
        (Kind::Uint64 | Kind::Fixed64, value) => {
            Proto::U64(integer(value).ok_or_else(wrong)?.cast_unsigned())
        }
        (Kind::Float, Value::Float32(number)) => Proto::F32(*number),
        (Kind::Double, Value::Float64(number)) => Proto::F64(*number),
        (Kind::Double, Value::Float32(number)) => Proto::F64((*number).into()),
        (Kind::String, Value::String(text)) => Proto::String(text.clone()),
        (Kind::Bytes, Value::Bytes(bytes)) => Proto::Bytes(bytes.clone().into()),
        (Kind::Enum(symbols), Value::String(text)) => {
            let found = symbols.get_value_by_name(text);
            let found = found.ok_or_else(|| format!("`{text}` is no {}", symbols.name()))?;
            Proto::EnumNumber(found.number())
        }
        (Kind::Enum(_), value) => {
            let number = integer(value).and_then(|number| i32::try_from(number).ok());
            Proto::EnumNumber(number.ok_or_else(wrong)?)
        }
        (Kind::Message(of), value) => Proto::Message(inner(of, value, manner, depth)?),
        _ => return Err(wrong()),
    })
}

fn inner(
    of: &MessageDescriptor,
    value: &Value,
    manner: Manner,
    depth: usize,
) -> Result<DynamicMessage, String> {
    let parts = |all: &[(&str, Proto)]| {
        let mut found = DynamicMessage::new(of.clone());
        for (name, value) in all {
            let set = found.try_set_field_by_name(name, value.clone());
            set.map_err(|error| error.to_string())?;
        }
        Ok(found)
    };
    // Each is small enough for where it goes.
    let small = |number: i64| Proto::I32(i32::try_from(number).unwrap_or_default());
    match (of.full_name(), value) {
        ("google.protobuf.Timestamp", Value::Date(ms)) => parts(&[
            ("seconds", Proto::I64(ms.div_euclid(1000))),
            ("nanos", small(ms.rem_euclid(1000) * 1_000_000)),
        ]),
        ("google.type.Date", Value::Date(ms)) => {
            let (year, month, day) = civil_of(ms.div_euclid(DAY_MS));
            parts(&[("year", small(year)), ("month", small(month)), ("day", small(day))])
        }
        ("google.type.TimeOfDay", Value::Date(ms)) => {
            let ms = ms.rem_euclid(DAY_MS);
            parts(&[
                ("hours", small(ms / 3_600_000)),
                ("minutes", small(ms / 60_000 % 60)),
                ("seconds", small(ms / 1000 % 60)),
                ("nanos", small(ms % 1000 * 1_000_000)),
            ])
        }
        ("confluent.type.Decimal", Value::Decimal(decimal)) => parts(&[
            ("value", Proto::Bytes(decimal.bytes().into())),
            ("precision", Proto::U32(digits(decimal))),
            ("scale", Proto::I32(decimal.scale)),
        ]),
        _ => message(of, value, manner, depth + 1),
    }
}

fn digits(decimal: &Decimal) -> u32 {
    let text = decimal.unscaled.magnitude().to_string();
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
