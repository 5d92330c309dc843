//! `Cast`.

use data_encoding::BASE64;

use super::fields::{REPLACE_NULL, basics};
use super::{Class, Target, Transform, as_map, as_struct, field_value};
use crate::connect::data::{Schema, SchemaRef, Struct, Type, Value, logical, text};
use crate::connect::define::{Def, Importance, Key, Kind, Preset, Valid};
use crate::connect::error::ConnectError;
use crate::connect::record::Record;

pub(super) const CLASS: Class = Class {
    name: "org.apache.kafka.connect.transforms.Cast",
    def: Def(&[&[
        Key::new(
            "spec",
            Kind::List,
            Preset::Required,
            Importance::High,
            "Fields and their new types: name:type, …; or one type for the whole value. Types are \
             int8, int16, int32, int64, float32, float64, boolean, string.",
        )
        .valid(Valid::By(spec_is_right)),
        REPLACE_NULL,
    ]]),
    has_targets: true,
    make: |settings, target| {
        let spec = settings.list("spec").iter().filter_map(|one| pair(one).ok()).collect();
        let with_defaults = settings.flag(REPLACE_NULL.name);
        Ok(Box::new(Cast { target, spec, with_defaults }))
    },
};

const TYPES: &[Type] = &[
    Type::Int8,
    Type::Int16,
    Type::Int32,
    Type::Int64,
    Type::Float32,
    Type::Float64,
    Type::Boolean,
    Type::String,
];

fn pair(text: &str) -> Result<(Option<String>, Type), String> {
    let (name, kind) = match text.rsplit_once(':') {
        Some((name, kind)) => (Some(name.trim().to_owned()), kind.trim()),
        None => (None, text.trim()),
    };
    let found = TYPES.iter().find(|known| known.lower().eq_ignore_ascii_case(kind));
    found
        .map(|found| (name, *found))
        .ok_or_else(|| format!("Invalid type found in casting spec: {kind}"))
}

fn spec_is_right(text: &str) -> Result<(), String> {
    let all: Vec<_> = text.split(',').map(pair).collect::<Result<_, _>>()?;
    let whole = all.iter().filter(|(name, _)| name.is_none()).count();
    match whole > 0 && all.len() > 1 {
        true => Err("Cast transformations that specify a type to cast the entire value to may \
                     ONLY specify a single cast in their spec"
            .to_owned()),
        false => Ok(()),
    }
}

struct Cast {
    target: Target,
    spec: Vec<(Option<String>, Type)>,
    with_defaults: bool,
}

impl Cast {
    fn of_field(&self, name: &str) -> Option<Type> {
        let named = |(own, _): &&(Option<String>, Type)| own.as_deref() == Some(name);
        self.spec.iter().find(named).map(|(_, kind)| *kind)
    }
}

/// The schema of a cast value.
fn cast_schema(old: &Schema, kind: Type) -> Result<SchemaRef, ConnectError> {
    let default = old.default.as_ref().map(|default| cast(Some(old), default, kind)).transpose()?;
    Ok(Schema { optional: old.optional, default, ..Schema::of(kind) }.share())
}

impl Transform for Cast {
    fn apply(&mut self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let whole = self.spec.iter().find(|(name, _)| name.is_none()).map(|(_, kind)| *kind);
        let with_defaults = self.with_defaults;
        let data = self.target.of(&mut record);
        if data.value.is_null() {
            return Ok(Some(record));
        }
        match (data.schema.clone(), whole) {
            (None, Some(kind)) => data.value = cast(None, &data.value, kind)?,
            (None, None) => {
                let mut map = as_map(&data.value, "cast types")?.to_vec();
                for (key, value) in &mut map {
                    if let Some(kind) = key.as_str().and_then(|name| self.of_field(name)) {
                        *value = cast(None, value, kind)?;
                    }
                }
                self.target.of(&mut record).value = Value::Map(map);
            }
            (Some(schema), Some(kind)) => {
                data.value = cast(Some(&schema), &data.value, kind)?;
                data.schema = Some(cast_schema(&schema, kind)?);
            }
            (Some(old), None) => {
                let all = as_struct(&data.value, "cast types")?;
                let mut schema = Schema { optional: old.optional, default: None, ..basics(&old) };
                let mut values = Vec::new();
                for (at, field) in old.fields.iter().enumerate() {
                    let value = field_value(all, at, with_defaults);
                    let (own, value) = match self.of_field(&field.name) {
                        Some(kind) => (
                            cast_schema(&field.schema, kind)?,
                            cast(Some(&field.schema), &value, kind)?,
                        ),
                        None => (field.schema.clone(), value),
                    };
                    schema = schema.field(field.name.as_str(), own);
                    values.push(value);
                }
                let mut new = Struct::new(schema.share());
                for (at, value) in values.into_iter().enumerate() {
                    new.set(at, value)?;
                }
                *self.target.of(&mut record) = new.data();
            }
        }
        Ok(Some(record))
    }
}

/// What logical types are written as.
fn encoded(schema: Option<&Schema>, value: &Value) -> Value {
    match (schema.and_then(|schema| schema.name.as_deref()), value) {
        (Some(logical::DATE), Value::Date(ms)) => {
            Value::Int32(i32::try_from(ms.div_euclid(86_400_000)).unwrap_or(i32::MAX))
        }
        (Some(logical::TIME), Value::Date(ms)) => {
            Value::Int32(i32::try_from(*ms).unwrap_or(i32::MAX))
        }
        (_, Value::Date(ms)) => Value::Int64(*ms),
        (_, value) => value.clone(),
    }
}

fn cast(schema: Option<&Schema>, value: &Value, kind: Type) -> Result<Value, ConnectError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if let (Type::String, Value::Date(_)) = (kind, value) {
        return Ok(Value::String(text::write(value)));
    }
    let value = encoded(schema, value);
    let unexpected = || {
        ConnectError::data(format!(
            "Unexpected value in Cast transformation: {}",
            value.java_class()
        ))
    };
    let range =
        || ConnectError::data(format!("Value ({value}) was out of range for requested data type"));
    if matches!(value, Value::Array(_) | Value::Map(_) | Value::Struct(_)) {
        let found = value.kind().map_or("", Type::upper);
        let told = format!("Unexpected type in Cast transformation: {found}");
        return Err(ConnectError::data(told));
    }
    let parsed = |text: &str| text.parse::<i64>().map_err(|_| range());
    Ok(match (kind, &value) {
        (Type::String, Value::Bytes(bytes)) => Value::String(BASE64.encode(bytes)),
        (Type::String, Value::Decimal(decimal)) => Value::String(decimal.to_string()),
        (Type::String, value) => Value::String(value.to_string()),
        (Type::Boolean, Value::Boolean(is_set)) => Value::Boolean(*is_set),
        (Type::Boolean, Value::String(text)) => Value::Boolean(text.eq_ignore_ascii_case("true")),
        (Type::Boolean, value) => Value::Boolean(integer(value).ok_or_else(unexpected)? != 0),
        (Type::Float32, Value::String(text)) => {
            Value::Float32(text.trim().parse().map_err(|_| range())?)
        }
        (Type::Float32, value) => Value::Float32(float(value).ok_or_else(unexpected)? as f32),
        (Type::Float64, Value::String(text)) => {
            Value::Float64(text.trim().parse().map_err(|_| range())?)
        }
        (Type::Float64, value) => Value::Float64(float(value).ok_or_else(unexpected)?),
        (kind, Value::String(text)) => narrowed(parsed(text)?, kind).ok_or_else(range)?,
        (kind, value) => {
            let wide = integer(value).ok_or_else(unexpected)?;
            // As Java narrows: what does not fit is cut off.
            match kind {
                Type::Int8 => Value::Int8(small(value, wide) as i8),
                Type::Int16 => Value::Int16(small(value, wide) as i16),
                Type::Int32 => Value::Int32(small(value, wide)),
                _ => Value::Int64(wide),
            }
        }
    })
}

/// A number as an int: of a float the nearest that there is, of a long its lower half.
fn small(value: &Value, wide: i64) -> i32 {
    match value {
        Value::Float32(float) => *float as i32,
        Value::Float64(float) => *float as i32,
        _ => wide as i32,
    }
}

fn narrowed(wide: i64, kind: Type) -> Option<Value> {
    Some(match kind {
        Type::Int8 => Value::Int8(wide.try_into().ok()?),
        Type::Int16 => Value::Int16(wide.try_into().ok()?),
        Type::Int32 => Value::Int32(wide.try_into().ok()?),
        _ => Value::Int64(wide),
    })
}

fn integer(value: &Value) -> Option<i64> {
    Some(match value {
        Value::Boolean(is_set) => i64::from(*is_set),
        Value::Int8(n) => i64::from(*n),
        Value::Int16(n) => i64::from(*n),
        Value::Int32(n) => i64::from(*n),
        Value::Int64(n) => *n,
        Value::Float32(n) => *n as i64,
        Value::Float64(n) => *n as i64,
        Value::Decimal(n) => n.to_f64() as i64,
        _ => return None,
    })
}

fn float(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Float32(n) => f64::from(*n),
        Value::Float64(n) => *n,
        Value::Decimal(n) => n.to_f64(),
        value => integer(value)? as f64,
    })
}
