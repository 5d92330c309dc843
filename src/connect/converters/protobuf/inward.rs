//! Protobuf to Connect: the schema of a message, and values of what was read.

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, OneofDescriptor,
    ReflectMessage, Value as Proto,
};

use super::{ENUM, Manner, TAG, UNION_PREFIX, days_of};
use crate::connect::data::{Decimal, Schema, SchemaRef, Struct, Type, Value, logical};

/// How many fields a schema may become when messages that are used twice are written out.
const NODES_MAX: usize = 50_000;
/// How deep messages may stand in each other: one that holds itself has no end.
const DEPTH_MAX: usize = 60;

/// Makes Connect's schema of a message.
pub(super) struct Inward {
    pub(super) manner: Manner,
    pub(super) nodes: usize,
}

impl Inward {
    /// The schema; `version` is what the registry calls it.
    pub(super) fn schema(
        &mut self,
        message: &MessageDescriptor,
        version: Option<i32>,
    ) -> Result<SchemaRef, String> {
        let mut schema = self.message(message, 0)?;
        schema.version = version;
        Ok(schema.share())
    }

    fn message(&mut self, message: &MessageDescriptor, depth: usize) -> Result<Schema, String> {
        if depth > DEPTH_MAX {
            return Err(format!("the message `{}` holds itself", message.full_name()));
        }
        let name = if self.manner.is_enhanced { message.full_name() } else { message.name() };
        let mut schema = Schema::structure().named(name);
        for (index, oneof) in real(message).enumerate() {
            let mut union =
                Schema::structure().named(&format!("{UNION_PREFIX}{}", oneof.name())).optional();
            for field in oneof.fields() {
                union = union.field(field.name(), self.field(&field, depth)?.share());
            }
            schema = schema.field(format!("{}_{index}", oneof.name()), union.share());
        }
        for field in message.fields().filter(|field| !is_in_oneof(field)) {
            schema = schema.field(field.name(), self.field(&field, depth)?.share());
        }
        Ok(schema)
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Result<Schema, String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(format!("the schema has more than {NODES_MAX} fields"));
        }
        let mut schema = match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let key = self.field(&entry.map_entry_key_field(), depth + 1)?;
                let value = self.field(&entry.map_entry_value_field(), depth + 1)?;
                Schema::map(key.share(), value.share()).named(field.name())
            }
            kind => self.kind(field, &kind, depth)?,
        };
        if field.is_list() {
            schema = Schema::array(schema.optional().share());
        }
        schema.parameters.push((TAG.to_owned(), field.number().to_string()));
        Ok(schema.optional())
    }

    fn kind(
        &mut self,
        field: &FieldDescriptor,
        kind: &Kind,
        depth: usize,
    ) -> Result<Schema, String> {
        Ok(match kind {
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                match said(field, "connect.type").as_deref() {
                    Some("int8") => Schema::of(Type::Int8),
                    Some("int16") => Schema::of(Type::Int16),
                    _ => Schema::of(Type::Int32),
                }
            }
            Kind::Uint32
            | Kind::Fixed32
            | Kind::Int64
            | Kind::Uint64
            | Kind::Sint64
            | Kind::Fixed64
            | Kind::Sfixed64 => Schema::of(Type::Int64),
            Kind::Float => Schema::of(Type::Float32),
            Kind::Double => Schema::of(Type::Float64),
            Kind::Bool => Schema::of(Type::Boolean),
            Kind::String => Schema::of(Type::String),
            Kind::Bytes => Schema::of(Type::Bytes),
            Kind::Enum(symbols) => {
                let name =
                    if self.manner.is_enhanced { symbols.full_name() } else { symbols.name() };
                let mut schema = Schema::of(Type::String).named(name);
                schema.parameters.push((ENUM.to_owned(), name.to_owned()));
                for value in symbols.values() {
                    let name = format!("{ENUM}.{}", value.name());
                    schema.parameters.push((name, value.number().to_string()));
                }
                schema
            }
            Kind::Message(message) => match message.full_name() {
                "confluent.type.Decimal" => {
                    let scale = said(field, "scale").and_then(|scale| scale.parse().ok());
                    let mut schema = Schema::decimal(scale.unwrap_or(0));
                    if let Some(precision) = said(field, "precision") {
                        let name = "connect.decimal.precision".to_owned();
                        schema.parameters.push((name, precision));
                    }
                    schema
                }
                "google.type.Date" => Schema::logical(logical::DATE),
                "google.type.TimeOfDay" => Schema::logical(logical::TIME),
                "google.protobuf.Timestamp" => Schema::logical(logical::TIMESTAMP),
                _ => self.message(message, depth + 1)?,
            },
        })
    }
}

/// The oneofs that were written as such.
pub(super) fn real(message: &MessageDescriptor) -> impl Iterator<Item = OneofDescriptor> + '_ {
    message.oneofs().filter(|oneof| !oneof.is_synthetic())
}

fn is_in_oneof(field: &FieldDescriptor) -> bool {
    field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic())
}

/// What a field says of itself for Connect.
fn said(field: &FieldDescriptor, name: &str) -> Option<String> {
    let meta = field.parent_pool().get_extension_by_name("confluent.field_meta")?;
    let options = field.options();
    let meta = options.get_extension(&meta);
    let params = meta.as_message()?.get_field_by_name("params")?;
    let found = params.as_map()?.get(&MapKey::String(name.to_owned()))?.as_str()?.to_owned();
    Some(found)
}

/// A message as a struct.
pub(super) fn structure(message: &DynamicMessage, schema: &SchemaRef) -> Result<Value, String> {
    let mut found = Struct::new(SchemaRef::clone(schema));
    let descriptor = message.descriptor();
    let mut at = 0;
    let mut set = |value: Value| {
        let done = found.set(at, value).map_err(|error| error.message);
        at += 1;
        done
    };
    let schema_of = |at: usize| -> Result<&SchemaRef, String> {
        let field = schema.fields.get(at).ok_or("the schema is not the message's")?;
        Ok(&field.schema)
    };
    let mut place = 0;
    for oneof in real(&descriptor) {
        let union = schema_of(place)?;
        place += 1;
        let set_field = oneof.fields().enumerate().find(|(_, field)| message.has_field(field));
        match set_field {
            None => set(Value::Null)?,
            Some((which, field)) => {
                let mut inner = Struct::new(SchemaRef::clone(union));
                let schema = &union.fields[which].schema;
                let value = value_of(&message.get_field(&field), &field, schema)?;
                inner.set(which, value).map_err(|error| error.message)?;
                set(inner.value())?;
            }
        }
    }
    for field in descriptor.fields().filter(|field| !is_in_oneof(field)) {
        let schema = schema_of(place)?;
        place += 1;
        let is_message = matches!(field.kind(), Kind::Message(_)) && !field.is_list();
        let is_absent = is_message && !field.is_map() && !message.has_field(&field);
        let value = match is_absent {
            true => Value::Null,
            false => value_of(&message.get_field(&field), &field, schema)
                .map_err(|why| format!("{}: {why}", field.name()))?,
        };
        set(value)?;
    }
    Ok(found.value())
}

fn value_of(value: &Proto, field: &FieldDescriptor, schema: &SchemaRef) -> Result<Value, String> {
    let wrong = || "the schema is not the message's".to_owned();
    match value {
        Proto::List(all) => {
            let inner = schema.values.as_ref().ok_or_else(wrong)?;
            let all = all.iter().map(|one| single(one, &field.kind(), inner));
            Ok(Value::Array(all.collect::<Result<_, _>>()?))
        }
        Proto::Map(all) => {
            let Kind::Message(entry) = field.kind() else { return Err(wrong()) };
            let (key, one) = (entry.map_entry_key_field(), entry.map_entry_value_field());
            let keys = schema.keys.as_ref().ok_or_else(wrong)?;
            let values = schema.values.as_ref().ok_or_else(wrong)?;
            let mut sorted: Vec<(&MapKey, &Proto)> = all.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            let all = sorted.into_iter().map(|(own, given)| {
                let own = single(&Proto::from(own.clone()), &key.kind(), keys)?;
                Ok((own, single(given, &one.kind(), values)?))
            });
            Ok(Value::Map(all.collect::<Result<_, String>>()?))
        }
        value => single(value, &field.kind(), schema),
    }
}

fn single(value: &Proto, kind: &Kind, schema: &SchemaRef) -> Result<Value, String> {
    let wrong = || format!("a value is no {}", schema.kind.upper());
    Ok(match value {
        Proto::Bool(value) => Value::Boolean(*value),
        Proto::I32(number) => match schema.kind {
            Type::Int8 => Value::Int8(i8::try_from(*number).map_err(|_| wrong())?),
            Type::Int16 => Value::Int16(i16::try_from(*number).map_err(|_| wrong())?),
            _ => Value::Int32(*number),
        },
        Proto::I64(number) => Value::Int64(*number),
        Proto::U32(number) => Value::Int64((*number).into()),
        // Java has no unsigned numbers.
        Proto::U64(number) => Value::Int64(number.cast_signed()),
        Proto::F32(number) => Value::Float32(*number),
        Proto::F64(number) => Value::Float64(*number),
        Proto::String(text) => Value::String(text.clone()),
        Proto::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        Proto::EnumNumber(number) => {
            let Kind::Enum(symbols) = kind else { return Err(wrong()) };
            match symbols.get_value(*number) {
                Some(symbol) => Value::from(symbol.name()),
                None => Value::String(format!("UNKNOWN_ENUM_VALUE_{}_{number}", symbols.name())),
            }
        }
        Proto::Message(message) => match schema.name.as_deref() {
            Some(logical::DECIMAL) => {
                let bytes = message.get_field_by_name("value");
                let bytes = bytes.as_ref().and_then(|value| value.as_bytes()).cloned();
                let scale = number(message, "scale");
                let scale = i32::try_from(scale).map_err(|_| wrong())?;
                Value::Decimal(Decimal::of_bytes(&bytes.unwrap_or_default(), scale))
            }
            Some(logical::DATE) => {
                let part = |name| number(message, name);
                Value::Date(days_of(part("year"), part("month"), part("day")) * 86_400_000)
            }
            Some(logical::TIME) => {
                let part = |name| number(message, name);
                let seconds = part("hours") * 3600 + part("minutes") * 60 + part("seconds");
                Value::Date(seconds * 1000 + part("nanos") / 1_000_000)
            }
            Some(logical::TIMESTAMP) => {
                let ms = number(message, "seconds").checked_mul(1000);
                let nanos = number(message, "nanos");
                Value::Date(ms.and_then(|ms| ms.checked_add(nanos / 1_000_000)).ok_or_else(wrong)?)
            }
            _ => structure(message, schema)?,
        },
        Proto::List(_) | Proto::Map(_) => return Err(wrong()),
    })
}

fn number(message: &DynamicMessage, name: &str) -> i64 {
    match message.get_field_by_name(name).as_deref() {
        Some(Proto::I32(number)) => (*number).into(),
        Some(Proto::I64(number)) => *number,
        Some(Proto::U32(number)) => (*number).into(),
        _ => 0,
    }
}
