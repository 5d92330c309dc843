//! Values, and structs whose values stand in the order of their schema's fields.

use std::sync::Arc;

use super::decimal::Decimal;
use super::schema::{SchemaRef, Type};
use crate::connect::error::ConnectError;

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Boolean(bool),
    Int8(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Float32(f32),
    Float64(f64),
    String(String),
    Bytes(Vec<u8>),
    Array(Vec<Value>),
    /// In the order in which the entries came.
    Map(Vec<(Value, Value)>),
    Struct(Box<Struct>),
    Decimal(Decimal),
    /// What Java has a `java.util.Date` for: milliseconds since the Unix epoch.
    Date(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl Value {
    /// The type that a schema for it has; none for null and for what only logical types have.
    pub fn kind(&self) -> Option<Type> {
        Some(match self {
            Value::Null | Value::Decimal(_) | Value::Date(_) => return None,
            Value::Boolean(_) => Type::Boolean,
            Value::Int8(_) => Type::Int8,
            Value::Int16(_) => Type::Int16,
            Value::Int32(_) => Type::Int32,
            Value::Int64(_) => Type::Int64,
            Value::Float32(_) => Type::Float32,
            Value::Float64(_) => Type::Float64,
            Value::String(_) => Type::String,
            Value::Bytes(_) => Type::Bytes,
            Value::Array(_) => Type::Array,
            Value::Map(_) => Type::Map,
            Value::Struct(_) => Type::Struct,
        })
    }

    /// The name of the class that Java has for it, as `Class.toString` writes it.
    pub fn java_class(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "class java.lang.Boolean",
            Value::Int8(_) => "class java.lang.Byte",
            Value::Int16(_) => "class java.lang.Short",
            Value::Int32(_) => "class java.lang.Integer",
            Value::Int64(_) => "class java.lang.Long",
            Value::Float32(_) => "class java.lang.Float",
            Value::Float64(_) => "class java.lang.Double",
            Value::String(_) => "class java.lang.String",
            Value::Bytes(_) => "class [B",
            Value::Array(_) => "class java.util.ArrayList",
            Value::Map(_) => "class java.util.HashMap",
            Value::Struct(_) => "class org.apache.kafka.connect.data.Struct",
            Value::Decimal(_) => "class java.math.BigDecimal",
            Value::Date(_) => "class java.util.Date",
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// An entry of a map, by the text of its key.
    pub fn entry(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(all) => {
                all.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

/// A value and its schema, if it has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data {
    pub schema: Option<SchemaRef>,
    pub value: Value,
}

impl Data {
    /// A value without a schema.
    pub fn bare(value: Value) -> Self {
        Data { schema: None, value }
    }

    pub fn null() -> Self {
        Data::default()
    }
}

/// A struct: its schema, and a value for each of its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    schema: SchemaRef,
    values: Vec<Value>,
}

impl Struct {
    /// A struct whose fields are all null.
    pub fn new(schema: SchemaRef) -> Self {
        let values = vec![Value::Null; schema.fields.len()];
        Struct { schema, values }
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Sets a field that is known by its place, and checks that the value fits.
    pub fn set(&mut self, at: usize, value: Value) -> Result<(), ConnectError> {
        let field = &self.schema.fields[at];
        field.schema.check_as(Some(&field.name), &value)?;
        self.values[at] = value;
        Ok(())
    }

    /// Sets a field by its name.
    pub fn put(&mut self, name: &str, value: Value) -> Result<(), ConnectError> {
        match self.schema.position(name) {
            Some(at) => self.set(at, value),
            None => Err(ConnectError::data(format!("{name} is not a valid field name"))),
        }
    }

    /// The value of a field, or its default where it is null.
    pub fn get(&self, name: &str) -> Result<&Value, ConnectError> {
        match self.schema.position(name) {
            Some(at) => Ok(self.at(at)),
            None => Err(ConnectError::data(format!("{name} is not a valid field name"))),
        }
    }

    /// The value of a field by its place, or its default where it is null.
    pub fn at(&self, at: usize) -> &Value {
        match (&self.values[at], &self.schema.fields[at].schema.default) {
            (Value::Null, Some(default)) => default,
            (value, _) => value,
        }
    }

    /// The value of a field by its place, as it was set.
    pub fn raw(&self, at: usize) -> &Value {
        &self.values[at]
    }

    /// Checks that nothing is null that may not be.
    pub fn validate(&self) -> Result<(), ConnectError> {
        let fields = self.schema.fields.iter().zip(&self.values);
        fields
            .into_iter()
            .try_for_each(|(field, value)| field.schema.check_as(Some(&field.name), value))
    }

    /// The struct as a value.
    pub fn value(self) -> Value {
        Value::Struct(Box::new(self))
    }

    /// The struct as a value with its schema.
    pub fn data(self) -> Data {
        Data { schema: Some(Arc::clone(&self.schema)), value: self.value() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::Schema;
    use super::*;

    #[test]
    fn a_struct_takes_what_fits_and_gives_defaults() {
        let with_default =
            Schema { default: Some(Value::Int32(7)), ..Schema::of(Type::Int32).optional() };
        let schema = Schema::structure()
            .field("a", Schema::string())
            .field("b", with_default.share())
            .share();
        let mut all = Struct::new(schema);
        assert!(all.validate().is_err());
        all.put("a", Value::from("x")).unwrap();
        all.validate().unwrap();
        assert_eq!(all.get("b"), Ok(&Value::Int32(7)));
        assert_eq!(all.raw(1), &Value::Null);
        assert_eq!(all.put("c", Value::Null).unwrap_err().message, "c is not a valid field name");
        assert_eq!(
            all.put("a", Value::Int8(1)).unwrap_err().message,
            "Invalid Java object for schema with type STRING: class java.lang.Byte for field: \"a\""
        );
    }
}
