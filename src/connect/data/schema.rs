//! Schemas: a type, whether it may be null, a default, a name and what belongs to it.

use std::sync::{Arc, LazyLock};

use super::value::{Data, Value};
use crate::connect::error::ConnectError;

/// A schema that is shared by all records that have it.
pub type SchemaRef = Arc<Schema>;

/// The types that a schema can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Boolean,
    String,
    Bytes,
    Array,
    Map,
    Struct,
}

impl Type {
    /// The name in Java's messages: `INT8`.
    pub fn upper(self) -> &'static str {
        match self {
            Type::Int8 => "INT8",
            Type::Int16 => "INT16",
            Type::Int32 => "INT32",
            Type::Int64 => "INT64",
            Type::Float32 => "FLOAT32",
            Type::Float64 => "FLOAT64",
            Type::Boolean => "BOOLEAN",
            Type::String => "STRING",
            Type::Bytes => "BYTES",
            Type::Array => "ARRAY",
            Type::Map => "MAP",
            Type::Struct => "STRUCT",
        }
    }

    /// The name in settings: `int8`.
    pub fn lower(self) -> &'static str {
        match self {
            Type::Int8 => "int8",
            Type::Int16 => "int16",
            Type::Int32 => "int32",
            Type::Int64 => "int64",
            Type::Float32 => "float32",
            Type::Float64 => "float64",
            Type::Boolean => "boolean",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Array => "array",
            Type::Map => "map",
            Type::Struct => "struct",
        }
    }

    /// Says whether it is a number, a text, bytes or a boolean.
    pub fn is_primitive(self) -> bool {
        !matches!(self, Type::Array | Type::Map | Type::Struct)
    }

    /// Says whether it is a number.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::Float32 | Type::Float64
        )
    }
}

/// The names of the logical types.
pub mod logical {
    pub const DECIMAL: &str = "org.apache.kafka.connect.data.Decimal";
    pub const DATE: &str = "org.apache.kafka.connect.data.Date";
    pub const TIME: &str = "org.apache.kafka.connect.data.Time";
    pub const TIMESTAMP: &str = "org.apache.kafka.connect.data.Timestamp";
    /// The parameter of a decimal's schema.
    pub const SCALE: &str = "scale";
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub schema: SchemaRef,
}

/// A schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    pub kind: Type,
    pub optional: bool,
    pub default: Option<Value>,
    pub name: Option<String>,
    pub version: Option<i32>,
    pub doc: Option<String>,
    /// In the order written.
    pub parameters: Vec<(String, String)>,
    /// Of a struct.
    pub fields: Vec<Field>,
    /// Of a map's keys.
    pub keys: Option<SchemaRef>,
    /// Of a map's values, and of an array's elements.
    pub values: Option<SchemaRef>,
}

impl Schema {
    /// A required schema of a type, with nothing else said.
    pub fn of(kind: Type) -> Self {
        Schema {
            kind,
            optional: false,
            default: None,
            name: None,
            version: None,
            doc: None,
            parameters: Vec::new(),
            fields: Vec::new(),
            keys: None,
            values: None,
        }
    }

    /// The same that may be null.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The same with one more field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, schema: SchemaRef) -> Self {
        self.fields.push(Field { name: name.into(), schema });
        self
    }

    /// A struct without fields yet.
    pub fn structure() -> Self {
        Schema::of(Type::Struct)
    }

    pub fn array(values: SchemaRef) -> Self {
        Schema { values: Some(values), ..Schema::of(Type::Array) }
    }

    pub fn map(keys: SchemaRef, values: SchemaRef) -> Self {
        Schema { keys: Some(keys), values: Some(values), ..Schema::of(Type::Map) }
    }

    /// A logical type: its plain type, its name and its version.
    pub fn logical(name: &str) -> Self {
        let kind = match name {
            logical::DECIMAL => Type::Bytes,
            logical::TIMESTAMP => Type::Int64,
            _ => Type::Int32,
        };
        Schema { version: Some(1), ..Schema::of(kind).named(name) }
    }

    pub fn decimal(scale: i32) -> Self {
        let parameters = vec![(logical::SCALE.to_owned(), scale.to_string())];
        Schema { parameters, ..Schema::logical(logical::DECIMAL) }
    }

    pub fn share(self) -> SchemaRef {
        Arc::new(self)
    }

    /// A schema that many records have: a text that may be null.
    pub fn optional_string() -> SchemaRef {
        static SHARED: LazyLock<SchemaRef> =
            LazyLock::new(|| Schema::of(Type::String).optional().share());
        Arc::clone(&SHARED)
    }

    pub fn string() -> SchemaRef {
        static SHARED: LazyLock<SchemaRef> = LazyLock::new(|| Schema::of(Type::String).share());
        Arc::clone(&SHARED)
    }

    pub fn optional_bytes() -> SchemaRef {
        static SHARED: LazyLock<SchemaRef> =
            LazyLock::new(|| Schema::of(Type::Bytes).optional().share());
        Arc::clone(&SHARED)
    }

    /// Where a field stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The schema of a field.
    pub fn of_field(&self, name: &str) -> Option<&SchemaRef> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.schema)
    }

    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// The scale of a decimal's schema.
    pub fn scale(&self) -> Result<i32, ConnectError> {
        let scale = self.parameters.iter().find(|(name, _)| name == logical::SCALE);
        let (_, scale) = scale.ok_or_else(|| {
            ConnectError::data("Invalid Decimal schema: scale parameter not found.")
        })?;
        scale
            .parse()
            .map_err(|_| ConnectError::data("Invalid scale parameter found in Decimal schema: "))
    }

    /// Says in Java's words what it is: `Schema{name:STRUCT}` or `Schema{STRUCT}`.
    pub fn told(&self) -> String {
        match &self.name {
            Some(name) => format!("Schema{{{name}:{}}}", self.kind.upper()),
            None => format!("Schema{{{}}}", self.kind.upper()),
        }
    }

    /// Checks that a value fits.
    pub fn check(&self, value: &Value) -> Result<(), ConnectError> {
        self.check_as(None, value)
    }

    pub(super) fn check_as(&self, field: Option<&str>, value: &Value) -> Result<(), ConnectError> {
        let location = || field.map(|name| format!(" for field: \"{name}\"")).unwrap_or_default();
        if matches!(value, Value::Null) {
            return match self.optional || self.default.is_some() {
                true => Ok(()),
                false => Err(ConnectError::data(format!(
                    "Invalid value: null used for required field: \"{}\", schema type: {}",
                    field.unwrap_or("null"),
                    self.kind.upper()
                ))),
            };
        }
        let is_date = matches!(
            self.name.as_deref(),
            Some(logical::DATE | logical::TIME | logical::TIMESTAMP)
        );
        let fits = match value {
            Value::Date(_) => is_date,
            Value::Decimal(_) => self.is_named(logical::DECIMAL),
            _ if is_date || self.is_named(logical::DECIMAL) => false,
            value => value.kind() == Some(self.kind),
        };
        if !fits {
            return Err(ConnectError::data(format!(
                "Invalid Java object for schema with type {}: {}{}",
                self.kind.upper(),
                value.java_class(),
                location()
            )));
        }
        match value {
            Value::Array(all) => {
                let Some(schema) = &self.values else { return Ok(()) };
                all.iter().try_for_each(|one| schema.check_as(Some("array element"), one))
            }
            Value::Map(all) => {
                let (Some(keys), Some(values)) = (&self.keys, &self.values) else { return Ok(()) };
                all.iter().try_for_each(|(key, value)| {
                    keys.check_as(Some("map key"), key)?;
                    values.check_as(Some("map value"), value)
                })
            }
            Value::Struct(all) if **all.schema() != *self => {
                Err(ConnectError::data(format!("Struct schemas do not match{}", location())))
            }
            _ => Ok(()),
        }
    }

    /// A value with this schema.
    pub fn with(self: &Arc<Self>, value: Value) -> Data {
        Data { schema: Some(Arc::clone(self)), value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_fits_its_schema_or_is_told_in_javas_words() {
        let int = Schema::of(Type::Int32);
        assert_eq!(int.check(&Value::Int32(1)), Ok(()));
        let told = |schema: &Schema, value: &Value| schema.check(value).unwrap_err().message;
        assert_eq!(
            told(&int, &Value::Null),
            "Invalid value: null used for required field: \"null\", schema type: INT32"
        );
        assert_eq!(
            told(&int, &Value::Int64(1)),
            "Invalid Java object for schema with type INT32: class java.lang.Long"
        );
        assert_eq!(Schema::of(Type::Int32).optional().check(&Value::Null), Ok(()));
        let list = Schema::array(Schema::string());
        assert_eq!(list.check(&Value::Array(vec![Value::from("a")])), Ok(()));
        assert!(list.check(&Value::Array(vec![Value::Int8(1)])).is_err());
        assert_eq!(Schema::logical(logical::DATE).check(&Value::Date(0)), Ok(()));
        assert!(Schema::logical(logical::DATE).check(&Value::Int32(0)).is_err());
    }

    #[test]
    fn a_decimals_scale_is_its_parameter() {
        assert_eq!(Schema::decimal(2).scale(), Ok(2));
        assert!(Schema::logical(logical::DECIMAL).scale().is_err());
    }
}
