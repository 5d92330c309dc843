//! The converters over Kafka's own serializers of numbers and booleans: big-endian, and of
//! exactly their width.

use std::collections::BTreeMap;

use super::{Class, Converter, Part};
use crate::connect::data::{Data, Schema, SchemaRef, Type, Value};
use crate::connect::define::Def;
use crate::connect::error::{ConnectError, Kind};

struct Number {
    kind: Type,
    schema: SchemaRef,
}

type Made = Result<Box<dyn Converter>, ConnectError>;

pub(super) const fn class(
    name: &'static str,
    make: fn(&BTreeMap<String, String>, Part) -> Made,
) -> Class {
    Class { name, def: Def(&[]), is_for: (true, true), make }
}

fn of(kind: Type) -> Made {
    Ok(Box::new(Number { kind, schema: Schema::of(kind).optional().share() }))
}

pub(super) fn short(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Int16)
}

pub(super) fn integer(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Int32)
}

pub(super) fn long(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Int64)
}

pub(super) fn float(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Float32)
}

pub(super) fn double(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Float64)
}

pub(super) fn boolean(_: &BTreeMap<String, String>, _: Part) -> Made {
    of(Type::Boolean)
}

impl Number {
    /// The word in Java's messages.
    fn word(&self) -> &'static str {
        match self.kind {
            Type::Int16 => "short",
            Type::Int32 => "integer",
            Type::Int64 => "long",
            Type::Float32 => "float",
            Type::Float64 => "double",
            _ => "boolean",
        }
    }

    fn read(&self, bytes: &[u8]) -> Option<Value> {
        Some(match self.kind {
            Type::Int16 => Value::Int16(i16::from_be_bytes(bytes.try_into().ok()?)),
            Type::Int32 => Value::Int32(i32::from_be_bytes(bytes.try_into().ok()?)),
            Type::Int64 => Value::Int64(i64::from_be_bytes(bytes.try_into().ok()?)),
            Type::Float32 => Value::Float32(f32::from_be_bytes(bytes.try_into().ok()?)),
            Type::Float64 => Value::Float64(f64::from_be_bytes(bytes.try_into().ok()?)),
            _ => match bytes {
                [0] => Value::Boolean(false),
                [1] => Value::Boolean(true),
                _ => return None,
            },
        })
    }
}

impl Converter for Number {
    fn to_connect(&mut self, _: &str, bytes: Option<&[u8]>) -> Result<Data, ConnectError> {
        let value = match bytes {
            None => Value::Null,
            Some(bytes) => self.read(bytes).ok_or_else(|| {
                let why = match self.kind {
                    Type::Boolean => "Unexpected byte received by BooleanDeserializer".to_owned(),
                    _ => format!("Size of data received by the deserializer is {}", bytes.len()),
                };
                ConnectError::data(format!("Failed to deserialize {}: ", self.word()))
                    .caused_by(ConnectError::new(Kind::Serialization, why))
            })?,
        };
        Ok(self.schema.with(value))
    }

    fn from_connect(
        &mut self,
        _: &str,
        data: &Data,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        match (self.kind, &data.value) {
            (_, Value::Null) => return Ok(false),
            (Type::Int16, Value::Int16(n)) => out.extend(n.to_be_bytes()),
            (Type::Int32, Value::Int32(n)) => out.extend(n.to_be_bytes()),
            (Type::Int64, Value::Int64(n)) => out.extend(n.to_be_bytes()),
            (Type::Float32, Value::Float32(n)) => out.extend(n.to_be_bytes()),
            (Type::Float64, Value::Float64(n)) => out.extend(n.to_be_bytes()),
            (Type::Boolean, Value::Boolean(is_set)) => out.push(u8::from(*is_set)),
            (_, other) => {
                let told = format!("{} is no {}", other.java_class(), self.word());
                return Err(ConnectError::data(format!(
                    "Failed to serialize to {} (was {}): ",
                    self.word(),
                    other.java_class().trim_start_matches("class ")
                ))
                .caused_by(ConnectError::new(Kind::ClassCast, told)));
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_width_and_no_other() {
        let none = BTreeMap::new();
        let rows: [(Made, Value, &[u8]); 6] = [
            (short(&none, Part::Key), Value::Int16(-2), b"\xff\xfe"),
            (integer(&none, Part::Key), Value::Int32(258), b"\0\0\x01\x02"),
            (long(&none, Part::Key), Value::Int64(1), b"\0\0\0\0\0\0\0\x01"),
            (float(&none, Part::Key), Value::Float32(1.5), b"\x3f\xc0\0\0"),
            (double(&none, Part::Key), Value::Float64(1.5), b"\x3f\xf8\0\0\0\0\0\0"),
            (boolean(&none, Part::Key), Value::Boolean(true), b"\x01"),
        ];
        for (made, value, bytes) in rows {
            let mut converter = made.unwrap();
            assert_eq!(converter.to_connect("t", Some(bytes)).unwrap().value, value);
            let mut out = Vec::new();
            assert_eq!(converter.from_connect("t", &Data::bare(value), &mut out), Ok(true));
            assert_eq!(out, bytes);
            assert!(converter.to_connect("t", Some(b"123")).is_err());
            let text = Data::bare(Value::from("x"));
            assert!(converter.from_connect("t", &text, &mut Vec::new()).is_err());
            assert_eq!(converter.to_connect("t", None).unwrap().value, Value::Null);
        }
    }
}
