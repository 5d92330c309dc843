//! What goes into a column: its kind, and a value of it that borrows from the record.

use std::borrow::Cow;

use crate::connect::data::{Decimal, Schema, Type, Value, logical};
use crate::connect::error::ConnectError;
use crate::connect::offsets::json_of;

/// The kind of a column, whatever a database calls it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Boolean,
    Text,
    Bytes,
    /// With so many digits behind the point.
    Decimal(i32),
    Date,
    Time,
    Timestamp,
    Array(Box<Kind>),
    /// Nothing but null was seen.
    Unknown,
}

impl Kind {
    /// The kind for a schema; none where no column can hold it.
    pub(super) fn of(schema: &Schema) -> Result<Option<Kind>, ConnectError> {
        match schema.name.as_deref() {
            Some(logical::DECIMAL) => {
                return schema.scale().map(|scale| Some(Kind::Decimal(scale)));
            }
            Some(logical::DATE) => return Ok(Some(Kind::Date)),
            Some(logical::TIME) => return Ok(Some(Kind::Time)),
            Some(logical::TIMESTAMP) => return Ok(Some(Kind::Timestamp)),
            _ => {}
        }
        Ok(Some(match schema.kind {
            Type::Int8 => Kind::Int8,
            Type::Int16 => Kind::Int16,
            Type::Int32 => Kind::Int32,
            Type::Int64 => Kind::Int64,
            Type::Float32 => Kind::Float32,
            Type::Float64 => Kind::Float64,
            Type::Boolean => Kind::Boolean,
            Type::String => Kind::Text,
            Type::Bytes => Kind::Bytes,
            Type::Array => match schema.values.as_deref().map(Kind::of).transpose()?.flatten() {
                Some(Kind::Array(_)) | None => return Ok(None),
                Some(kind) => Kind::Array(Box::new(kind)),
            },
            Type::Map | Type::Struct => return Ok(None),
        }))
    }

    /// The kind for a value without a schema.
    pub(super) fn inferred(value: &Value) -> Kind {
        match value {
            Value::Null => Kind::Unknown,
            Value::Boolean(_) => Kind::Boolean,
            Value::Int8(_) | Value::Int16(_) | Value::Int32(_) | Value::Int64(_) => Kind::Int64,
            Value::Float32(_) | Value::Float64(_) => Kind::Float64,
            Value::Bytes(_) => Kind::Bytes,
            Value::Decimal(decimal) => Kind::Decimal(decimal.scale),
            Value::Date(_) => Kind::Timestamp,
            Value::String(_) | Value::Array(_) | Value::Map(_) | Value::Struct(_) => Kind::Text,
        }
    }

    /// Whether a value without a schema is of a kind.
    pub(super) fn is_inferred(value: &Value, kind: &Kind) -> bool {
        Kind::inferred(value) == *kind
    }

    /// The kind that holds the values of both, of values without schemas.
    pub(super) fn widest(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Unknown, kind) | (kind, Kind::Unknown) => kind,
            (a, b) if a == b => a,
            (Kind::Int64, Kind::Float64) | (Kind::Float64, Kind::Int64) => Kind::Float64,
            (Kind::Decimal(a), Kind::Decimal(b)) => Kind::Decimal(a.max(b)),
            _ => Kind::Text,
        }
    }

    /// The words with which Java says that there is no column for it.
    pub(super) fn none_for(name: &str, schema: &Schema) -> ConnectError {
        ConnectError::connect(format!(
            "{} ({}) type doesn't have a mapping to the SQL database column type (field `{name}`); \
             the transform Flatten makes fields of nested ones",
            schema.name.as_deref().unwrap_or("null"),
            schema.kind.upper()
        ))
    }
}

/// A value for a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Boolean(bool),
    Int(i64),
    Float32(f32),
    Float64(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Decimal(Cow<'a, Decimal>),
    /// Milliseconds since the Unix epoch, of each of these three.
    Date(i64),
    Time(i64),
    Timestamp(i64),
    Array(Vec<Cell<'a>>),
}

impl<'a> Cell<'a> {
    /// A value as a column of this kind takes it; nested values without a schema are JSON texts.
    pub(super) fn of(value: &'a Value, kind: &Kind) -> Cell<'a> {
        match (value, kind) {
            (Value::Null, _) => Cell::Null,
            (Value::Array(all), Kind::Array(kind)) => {
                Cell::Array(all.iter().map(|one| Cell::of(one, kind)).collect())
            }
            (Value::Date(ms), Kind::Date) => Cell::Date(*ms),
            (Value::Date(ms), Kind::Time) => Cell::Time(*ms),
            (Value::Date(ms), _) => Cell::Timestamp(*ms),
            (Value::Boolean(is), _) => Cell::Boolean(*is),
            (Value::Int8(n), _) => Cell::Int((*n).into()),
            (Value::Int16(n), _) => Cell::Int((*n).into()),
            (Value::Int32(n), _) => Cell::Int((*n).into()),
            (Value::Int64(n), _) => Cell::Int(*n),
            (Value::Float32(n), _) => Cell::Float32(*n),
            (Value::Float64(n), _) => Cell::Float64(*n),
            (Value::String(text), _) => Cell::Text(Cow::Borrowed(text)),
            (Value::Bytes(bytes), _) => Cell::Bytes(Cow::Borrowed(bytes)),
            (Value::Decimal(decimal), _) => Cell::Decimal(Cow::Borrowed(decimal)),
            (Value::Array(_) | Value::Map(_) | Value::Struct(_), _) => {
                Cell::Text(String::from_utf8_lossy(&json_of(value)).into_owned().into())
            }
        }
    }

    /// Appends bytes that are the same for cells that are the same, and others for others.
    pub(super) fn key(&self, out: &mut Vec<u8>) {
        let mut put = |tag: u8, bytes: &[u8]| {
            out.push(tag);
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(bytes);
        };
        match self {
            Cell::Null => put(0, &[]),
            Cell::Boolean(is) => put(1, &[u8::from(*is)]),
            Cell::Int(n) => put(2, &n.to_le_bytes()),
            Cell::Float32(n) => put(3, &n.to_bits().to_le_bytes()),
            Cell::Float64(n) => put(4, &n.to_bits().to_le_bytes()),
            Cell::Text(text) => put(5, text.as_bytes()),
            Cell::Bytes(bytes) => put(6, bytes),
            Cell::Decimal(decimal) => put(7, decimal.plain().as_bytes()),
            Cell::Date(ms) => put(8, &ms.to_le_bytes()),
            Cell::Time(ms) => put(9, &ms.to_le_bytes()),
            Cell::Timestamp(ms) => put(10, &ms.to_le_bytes()),
            Cell::Array(all) => {
                put(11, &(all.len() as u64).to_le_bytes());
                all.iter().for_each(|cell| cell.key(out));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_have_columns_and_nested_ones_do_not() {
        let array = Schema::array(Schema::string());
        let nested = Schema::array(array.clone().share());
        let rows = [
            (Schema::of(Type::Int8), Some(Kind::Int8)),
            (Schema::decimal(2), Some(Kind::Decimal(2))),
            (Schema::logical(logical::TIMESTAMP), Some(Kind::Timestamp)),
            (array, Some(Kind::Array(Box::new(Kind::Text)))),
            (nested, None),
            (Schema::structure(), None),
        ];
        for (schema, kind) in rows {
            assert_eq!(Kind::of(&schema), Ok(kind));
        }
    }

    #[test]
    fn what_is_not_known_beforehand_is_as_wide_as_it_must_be() {
        let rows = [
            (Kind::Int64, Kind::Float64, Kind::Float64),
            (Kind::Unknown, Kind::Boolean, Kind::Boolean),
            (Kind::Int64, Kind::Unknown, Kind::Int64),
            (Kind::Int64, Kind::Text, Kind::Text),
            (Kind::Boolean, Kind::Int64, Kind::Text),
        ];
        for (a, b, want) in rows {
            assert_eq!(a.widest(b), want);
        }
        let nested = Value::Map(vec![(Value::from("a"), Value::Array(vec![Value::Int64(1)]))]);
        assert_eq!(Kind::inferred(&nested), Kind::Text);
        assert_eq!(Cell::of(&nested, &Kind::Text), Cell::Text("{\"a\":[1]}".into()));
    }
}
