//! Values to bytes and bytes to values, by the tables of the messages: one codec for all APIs.
//!
//! It is written anew, and not through the typed messages, because a scenario may send what no
//! typed message can hold; what is well formed is held against the typed codec by the player.

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::wire::primitives::{DecodeError, Reader, Writer};
use rk::wire::schema::{Field, StructTable, Type};

use super::batches;
use super::value::Value;
use crate::wire::digest::default_of;

/// Where a field stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) version: i16,
    pub(crate) flexible: bool,
    /// Whether fields that the version has not are left out: a call in many versions.
    pub(crate) lenient: bool,
    /// Whether records are read as the bytes that they are.
    pub(crate) raw: bool,
}

/// Returns the default of a field, as the table writes it.
pub(crate) fn default(field: &Field) -> Value {
    let text = default_of(field);
    match (text.as_str(), &field.ty) {
        ("null", _) => Value::Null,
        ("true", _) => Value::Bool(true),
        ("false", _) => Value::Bool(false),
        (_, Type::Bytes | Type::Records) => Value::Bytes(Vec::new()),
        (_, Type::Uuid) => Value::Uuid(Uuid::ZERO),
        (_, Type::Array(_)) => Value::List(Vec::new()),
        (_, Type::Struct(_)) => Value::Map(Vec::new()),
        (_, Type::Float64) => Value::Float(text.parse().unwrap()),
        (text, Type::String) => Value::Text(text.split('"').nth(1).unwrap_or_default().to_owned()),
        (text, _) => Value::Int(text.parse().unwrap_or_else(|e| panic!("{}: {e}", field.name))),
    }
}

/// Writes a structure's fields.
pub(crate) fn put(
    w: &mut Writer,
    table: &StructTable,
    value: &Value,
    place: Place,
) -> Result<(), String> {
    let Value::Map(given) = value else {
        return Err(format!("{} is a map, and not {}", table.name, value.line()));
    };
    let name_of = |field: &Field| field.name.trim_start_matches("r#");
    let known = |name: &String| table.fields.iter().any(|field| name_of(field) == *name);
    if let Some((name, _)) = given.iter().find(|(name, _)| !known(name)) {
        return Err(format!("{} has no field `{name}`", table.name));
    }
    let mut tagged = Vec::new();
    for field in table.fields {
        let given = value.get(name_of(field));
        match field.tag {
            Some((tag, versions)) if versions.contains(place.version) => {
                if let Some(value) = given {
                    let mut inner = Writer::new();
                    put_tagged(&mut inner, field, value, place)?;
                    tagged.push((tag, inner));
                }
            }
            _ if field.versions.contains(place.version) => {
                let value = given.cloned().unwrap_or_else(|| default(field));
                put_field(w, field, &value, place).map_err(|e| format!("{}: {e}", field.name))?;
            }
            _ if given.is_some() && !place.lenient => {
                return Err(format!("version {} has no `{}`", place.version, field.name));
            }
            _ => {}
        }
    }
    if place.flexible {
        tagged.sort_by_key(|(tag, _)| *tag);
        w.uvarint(u32::try_from(tagged.len()).unwrap());
        for (tag, inner) in tagged {
            w.uvarint(tag);
            w.uvarint(u32::try_from(inner.len()).unwrap());
            w.append(inner);
        }
    }
    Ok(())
}

fn put_tagged(w: &mut Writer, field: &Field, value: &Value, place: Place) -> Result<(), String> {
    if let (Type::Struct(_), true) = (&field.ty, field.nullable.contains(place.version)) {
        w.uvarint(u32::from(*value != Value::Null));
        return if *value == Value::Null { Ok(()) } else { put_value(w, &field.ty, value, place) };
    }
    put_value(w, &field.ty, value, place)
}

fn put_field(w: &mut Writer, field: &Field, value: &Value, place: Place) -> Result<(), String> {
    if let (Type::Struct(_), true) = (&field.ty, field.nullable.contains(place.version)) {
        w.i8(if *value == Value::Null { -1 } else { 1 });
        return if *value == Value::Null { Ok(()) } else { put_value(w, &field.ty, value, place) };
    }
    put_value(w, &field.ty, value, place)
}

fn put_value(w: &mut Writer, ty: &Type, value: &Value, place: Place) -> Result<(), String> {
    let wrong = || format!("{} is no {ty:?}", value.line());
    let int = || value.int().ok_or_else(wrong);
    macro_rules! int {
        ($name:ident) => {
            w.$name(int()?.try_into().map_err(|_| wrong())?)
        };
    }
    match ty {
        Type::Bool => match value {
            Value::Bool(value) => w.i8(i8::from(*value)),
            _ => int!(i8),
        },
        Type::Int8 => int!(i8),
        Type::Int16 => int!(i16),
        Type::Uint16 => int!(u16),
        Type::Int32 => int!(i32),
        Type::Uint32 => int!(u32),
        Type::Int64 => int!(i64),
        Type::Float64 => match value {
            Value::Float(value) => w.f64(*value),
            #[allow(clippy::cast_precision_loss, reason = "scenarios write small numbers")]
            _ => w.f64(int()? as f64),
        },
        Type::Uuid => match value {
            Value::Uuid(id) => w.raw(&id.0),
            Value::Text(text) => w.raw(&text.parse::<Uuid>().map_err(|e| e.to_string())?.0),
            _ => return Err(wrong()),
        },
        Type::String => put_bytes(w, text_of(value).ok_or_else(wrong)?, place.flexible, true)?,
        Type::Bytes | Type::Records => {
            put_bytes(w, text_of(value).ok_or_else(wrong)?, place.flexible, false)?;
        }
        Type::Array(item) => match value {
            Value::Null => length(w, None, place.flexible, false)?,
            Value::List(items) => {
                length(w, Some(items.len()), place.flexible, false)?;
                for value in items {
                    put_value(w, item, value, place)?;
                }
            }
            _ => return Err(wrong()),
        },
        Type::Struct(table) => put(w, table, value, place)?,
    }
    Ok(())
}

#[allow(clippy::option_option, reason = "a null is a value here")]
fn text_of(value: &Value) -> Option<Option<&[u8]>> {
    match value {
        Value::Null => Some(None),
        Value::Text(text) => Some(Some(text.as_bytes())),
        Value::Bytes(bytes) => Some(Some(bytes)),
        _ => None,
    }
}

fn put_bytes(
    w: &mut Writer,
    value: Option<&[u8]>,
    flexible: bool,
    short: bool,
) -> Result<(), String> {
    length(w, value.map(<[u8]>::len), flexible, short)?;
    w.raw(value.unwrap_or_default());
    Ok(())
}

fn length(w: &mut Writer, n: Option<usize>, flexible: bool, short: bool) -> Result<(), String> {
    let n = n.map_or(-1, |n| i32::try_from(n).unwrap());
    match (flexible, short) {
        (true, _) => w.uvarint(u32::try_from(n + 1).unwrap()),
        (false, true) => w.i16(n.try_into().map_err(|_| "too long a text".to_owned())?),
        (false, false) => w.i32(n),
    }
    Ok(())
}

/// Reads a structure's fields: all that the version has, in the table's order.
pub(crate) fn take(
    r: &mut Reader,
    table: &StructTable,
    place: Place,
) -> Result<Value, DecodeError> {
    let mut out: Vec<(String, Value)> = Vec::new();
    let is_tagged = |field: &Field| field.tag.is_some_and(|(_, v)| v.contains(place.version));
    for field in table.fields.iter().filter(|f| f.versions.contains(place.version)) {
        let value = if is_tagged(field) { default(field) } else { take_field(r, field, place)? };
        out.push((field.name.trim_start_matches("r#").to_owned(), value));
    }
    if place.flexible {
        for _ in 0..r.uvarint()? {
            let (tag, size) = (r.uvarint()?, r.uvarint()? as usize);
            let mut inner = Reader::new(r.slice(size)?);
            let of_tag = |f: &&Field| is_tagged(f) && f.tag.is_some_and(|(t, _)| t == tag);
            let name_value = match table.fields.iter().find(of_tag) {
                Some(field) => {
                    let nullable = field.nullable.contains(place.version);
                    let is_struct = matches!(field.ty, Type::Struct(_));
                    let is_null = is_struct && nullable && inner.uvarint()? == 0;
                    let value = match is_null {
                        true => Value::Null,
                        false => take_value(&mut inner, &field.ty, place)?,
                    };
                    (field.name.trim_start_matches("r#").to_owned(), value)
                }
                None => (format!("tag_{tag}"), Value::Bytes(inner.rest().to_vec())),
            };
            out.retain(|(name, _)| *name != name_value.0);
            out.push(name_value);
        }
    }
    Ok(Value::Map(out))
}

fn take_field(r: &mut Reader, field: &Field, place: Place) -> Result<Value, DecodeError> {
    if let (Type::Struct(_), true) = (&field.ty, field.nullable.contains(place.version))
        && r.i8()? < 0
    {
        return Ok(Value::Null);
    }
    take_value(r, &field.ty, place)
}

fn take_value(r: &mut Reader, ty: &Type, place: Place) -> Result<Value, DecodeError> {
    let int = |int: i64| Ok(Value::Int(i128::from(int)));
    match ty {
        Type::Bool => Ok(Value::Bool(r.i8()? != 0)),
        Type::Int8 => int(r.i8()?.into()),
        Type::Int16 => int(r.i16()?.into()),
        Type::Uint16 => int(r.u16()?.into()),
        Type::Int32 => int(r.i32()?.into()),
        Type::Uint32 => int(r.u32()?.into()),
        Type::Int64 => int(r.i64()?),
        Type::Float64 => Ok(Value::Float(r.f64()?)),
        Type::Uuid => Ok(Value::Uuid(r.uuid()?)),
        Type::String => Ok(match take_length(r, place.flexible, true)? {
            Some(n) => Value::Text(r.text(n)?),
            None => Value::Null,
        }),
        Type::Records if place.raw => take_value(r, &Type::Bytes, place),
        Type::Bytes => Ok(take_bytes(r, place)?.map_or(Value::Null, |b| Value::Bytes(b.to_vec()))),
        Type::Records => Ok(take_bytes(r, place)?.map_or(Value::Null, |b| batches::read(&b))),
        Type::Array(item) => {
            let Some(count) = take_length(r, place.flexible, false)? else {
                return Ok(Value::Null);
            };
            let items: Result<Vec<Value>, _> =
                (0..count).map(|_| take_value(r, item, place)).collect();
            items.map(Value::List)
        }
        Type::Struct(table) => take(r, table, place),
    }
}

fn take_bytes(r: &mut Reader, place: Place) -> Result<Option<Bytes>, DecodeError> {
    take_length(r, place.flexible, false)?.map(|n| r.slice(n)).transpose()
}

fn take_length(r: &mut Reader, flexible: bool, short: bool) -> Result<Option<usize>, DecodeError> {
    let length = match (flexible, short) {
        (true, _) => i64::from(r.uvarint()?) - 1,
        (false, true) => i64::from(r.i16()?),
        (false, false) => i64::from(r.i32()?),
    };
    Ok(usize::try_from(length).ok())
}
