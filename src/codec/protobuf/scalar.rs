//! The values that messages are made of: numbers, texts, bytes and names of enumerations.

use data_encoding::{BASE64, BASE64_NOPAD};
use prost_reflect::{EnumDescriptor, Kind, MapKey, Value};

use super::super::json::write_string;
use super::super::tree::Tree;
use super::read::{Bad, Read};

/// How many names of an enumeration are told.
const TOLD_MAX: usize = 10;

/// Says whether an enumeration is the one whose only value is null.
pub(super) fn is_null(kind: &Kind) -> bool {
    matches!(kind, Kind::Enum(of) if of.full_name() == "google.protobuf.NullValue")
}

/// Appends a value that is no message, list or map.
pub(super) fn print(value: &Value, kind: &Kind, out: &mut Vec<u8>) {
    let text = match value {
        Value::Bool(is) => is.to_string(),
        Value::I32(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::I64(number) => format!("\"{number}\""),
        Value::U64(number) => format!("\"{number}\""),
        Value::F32(float) if float.is_finite() => format!("{float:?}"),
        Value::F32(float) if float.is_nan() && float.to_bits() != f32::NAN.to_bits() => {
            format!("\"NaN:{:08x}\"", float.to_bits())
        }
        Value::F32(float) => odd(f64::from(*float)),
        Value::F64(float) if float.is_finite() => format!("{float:?}"),
        Value::F64(float) if float.is_nan() && float.to_bits() != f64::NAN.to_bits() => {
            format!("\"NaN:{:016x}\"", float.to_bits())
        }
        Value::F64(float) => odd(*float),
        Value::String(text) => return write_string(text, out),
        Value::Bytes(bytes) => format!("\"{}\"", BASE64.encode(bytes)),
        Value::EnumNumber(number) => match kind {
            Kind::Enum(of) => match of.get_value(*number) {
                Some(_) if is_null(kind) => "null".to_owned(),
                Some(value) => format!("\"{}\"", value.name()),
                None => number.to_string(),
            },
            _ => number.to_string(),
        },
        Value::Message(_) | Value::List(_) | Value::Map(_) => "null".to_owned(),
    };
    out.extend_from_slice(text.as_bytes());
}

fn odd(float: f64) -> String {
    if float.is_nan() {
        "\"NaN\"".to_owned()
    } else if float < 0.0 {
        "\"-Infinity\"".to_owned()
    } else {
        "\"Infinity\"".to_owned()
    }
}

/// Reads a value that is no message, list or map.
pub(super) fn read(kind: &Kind, tree: &Tree) -> Read<Value> {
    let number = match tree {
        Tree::Number(text) => Some(*text),
        Tree::Text(text) => Some(text.as_ref()),
        _ => None,
    };
    let wrong = || Bad::new(format!("{} is wanted, not {}", wanted(kind), shown(tree)));
    let integer = |min: i128, max: i128| -> Read<i128> {
        number.and_then(integer).filter(|number| (min..=max).contains(number)).ok_or_else(wrong)
    };
    Ok(match (kind, tree) {
        (Kind::Bool, Tree::Bool(is)) => Value::Bool(*is),
        (Kind::String, Tree::Text(text)) => Value::String(text.clone().into_owned()),
        (Kind::Bytes, Tree::Text(text)) => Value::Bytes(base64(text).ok_or_else(wrong)?.into()),
        (Kind::Int32 | Kind::Sint32 | Kind::Sfixed32, _) => {
            Value::I32(integer(i32::MIN.into(), i32::MAX.into())? as i32)
        }
        (Kind::Int64 | Kind::Sint64 | Kind::Sfixed64, _) => {
            Value::I64(integer(i64::MIN.into(), i64::MAX.into())? as i64)
        }
        (Kind::Uint32 | Kind::Fixed32, _) => Value::U32(integer(0, u32::MAX.into())? as u32),
        (Kind::Uint64 | Kind::Fixed64, _) => Value::U64(integer(0, u64::MAX.into())? as u64),
        (Kind::Float, _) => Value::F32(number.and_then(single).ok_or_else(wrong)?),
        (Kind::Double, _) => Value::F64(number.and_then(double).ok_or_else(wrong)?),
        (Kind::Enum(of), Tree::Text(name)) => match of.get_value_by_name(name) {
            Some(value) => Value::EnumNumber(value.number()),
            None => return Err(no_name(of, name)),
        },
        (Kind::Enum(_), Tree::Number(_)) => {
            Value::EnumNumber(integer(i32::MIN.into(), i32::MAX.into())? as i32)
        }
        (Kind::Enum(_), Tree::Null) if is_null(kind) => Value::EnumNumber(0),
        _ => return Err(wrong()),
    })
}

/// Reads a key of a map: the name of a member.
pub(super) fn read_key(kind: &Kind, name: &str) -> Read<MapKey> {
    let tree = match (kind, name) {
        (Kind::Bool, "true") => Tree::Bool(true),
        (Kind::Bool, "false") => Tree::Bool(false),
        _ => Tree::Text(name.into()),
    };
    let wrong = || Bad::new(format!("a key that is {} is wanted", wanted(kind)));
    read(kind, &tree)?.into_map_key().ok_or_else(wrong)
}

/// What a value of a kind is called.
pub(super) fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Double => "a double",
        Kind::Float => "a float",
        Kind::Int32 => "an int32",
        Kind::Int64 => "an int64",
        Kind::Uint32 => "a uint32",
        Kind::Uint64 => "a uint64",
        Kind::Sint32 => "a sint32",
        Kind::Sint64 => "a sint64",
        Kind::Fixed32 => "a fixed32",
        Kind::Fixed64 => "a fixed64",
        Kind::Sfixed32 => "a sfixed32",
        Kind::Sfixed64 => "a sfixed64",
        Kind::Bool => "a boolean",
        Kind::String => "a string",
        Kind::Bytes => "base64",
        Kind::Message(message) => return format!("a `{}`", message.full_name()),
        Kind::Enum(of) => return format!("a name of `{}`", of.full_name()),
    }
    .to_owned()
}

/// What stands there instead: numbers and short texts themselves.
pub(super) fn shown(tree: &Tree) -> String {
    match tree {
        Tree::Number(text) if text.len() <= 40 => (*text).to_owned(),
        Tree::Text(text) if text.len() <= 40 => format!("the string {text:?}"),
        Tree::Bool(is) => is.to_string(),
        tree => tree.kind().to_owned(),
    }
}

fn no_name(of: &EnumDescriptor, name: &str) -> Bad {
    let names: Vec<_> = of.values().take(TOLD_MAX).map(|v| v.name().to_owned()).collect();
    let more = if of.values().len() > TOLD_MAX { ", …" } else { "" };
    let name = name.escape_debug();
    let there = names.join(", ");
    Bad::new(format!("`{}` has no value `{name}`: it has {there}{more}", of.full_name()))
}

/// An integer as JSON may write it: also with a point or an exponent, where nothing is lost.
fn integer(text: &str) -> Option<i128> {
    if text.starts_with('+') {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let float = double(text)?;
    (float.fract() == 0.0 && float.abs() <= (1_u64 << 53) as f64).then_some(float as i128)
}

fn single(text: &str) -> Option<f32> {
    match text {
        "NaN" => Some(f32::NAN),
        "Infinity" => Some(f32::INFINITY),
        "-Infinity" => Some(f32::NEG_INFINITY),
        _ => match text.strip_prefix("NaN:") {
            Some(bits) if bits.len() == 8 => {
                let bits = u32::from_str_radix(bits, 16).ok()?;
                Some(f32::from_bits(bits)).filter(|float| float.is_nan())
            }
            _ => decimal(text)?.parse::<f32>().ok().filter(|float| float.is_finite()),
        },
    }
}

fn double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => match text.strip_prefix("NaN:") {
            Some(bits) if bits.len() == 16 => {
                let bits = u64::from_str_radix(bits, 16).ok()?;
                Some(f64::from_bits(bits)).filter(|float| float.is_nan())
            }
            _ => decimal(text)?.parse::<f64>().ok().filter(|float| float.is_finite()),
        },
    }
}

/// Rust reads words like `inf` as floats, which JSON does not have.
fn decimal(text: &str) -> Option<&str> {
    let is_usual = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'e' | b'E' | b'+');
    (text.bytes().all(is_usual) && !text.starts_with('+')).then_some(text)
}

/// Base64 of either alphabet, padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let plain = text.trim_end_matches('=').bytes().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    });
    BASE64_NOPAD.decode(&plain.collect::<Vec<_>>()).ok()
}
