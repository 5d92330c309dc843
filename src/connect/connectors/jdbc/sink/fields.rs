//! Records into rows: which of their fields become columns, and which are the primary key.

use std::rc::Rc;
use std::sync::Arc;

use super::super::cell::{Cell, Kind};
use super::super::db::{Dialect, TableId};
use super::shape::{Column, Row, Shape, Source};
use super::{Config, KeyMode};
use crate::connect::data::{Data, Schema, SchemaRef, Value};
use crate::connect::error::ConnectError;
use crate::connect::record::SinkRecord;

const KAFKA_NAMES: [&str; 3] = ["__connect_topic", "__connect_partition", "__connect_offset"];
/// How many shapes are remembered.
const SHAPES_MAX: usize = 256;

/// Knows the shapes of the records that came before.
#[derive(Default)]
pub(super) struct Shaper {
    /// The one used last stands first.
    known: Vec<Known>,
}

struct Known {
    topic: Arc<str>,
    key: Pattern,
    value: Pattern,
    is_delete: bool,
    shape: Rc<Shape>,
}

/// What a key or a value was, of which a shape was made.
enum Pattern {
    /// It had this schema.
    Schema(SchemaRef),
    /// It had none, and was a map with these entries.
    Map(Vec<(String, Kind)>),
    /// It had none, and was plain, of this kind.
    Plain(Kind),
}

impl Pattern {
    fn of(data: &Data) -> Pattern {
        match (&data.schema, &data.value) {
            (Some(schema), value) if !value.is_null() => Pattern::Schema(SchemaRef::clone(schema)),
            (_, Value::Map(all)) => {
                let entry =
                    |(name, value): &(Value, Value)| (name.to_string(), Kind::inferred(value));
                Pattern::Map(all.iter().map(entry).collect())
            }
            (_, value) => Pattern::Plain(Kind::inferred(value)),
        }
    }

    fn fits(&self, data: &Data) -> bool {
        let is_kind =
            |value: &Value, kind: &Kind| value.is_null() || Kind::is_inferred(value, kind);
        match (self, &data.schema, &data.value) {
            (Pattern::Schema(known), Some(schema), value) => {
                !value.is_null() && (Arc::ptr_eq(known, schema) || known == schema)
            }
            (Pattern::Map(known), None, Value::Map(all)) => {
                known.len() == all.len()
                    && known.iter().zip(all).all(|((name, kind), (key, value))| {
                        key.as_str() == Some(name) && is_kind(value, kind)
                    })
            }
            (Pattern::Plain(Kind::Unknown), _, value) => value.is_null(),
            (Pattern::Plain(kind), None, value) => {
                !value.is_null() && Kind::is_inferred(value, kind)
            }
            _ => false,
        }
    }
}

impl Shaper {
    /// Makes a row of a record.
    pub(super) fn row<'a>(
        &mut self,
        record: &'a SinkRecord,
        at: usize,
        config: &Config,
        dialect: &dyn Dialect,
    ) -> Result<Row<'a>, ConnectError> {
        let is_delete = record.record.value.value.is_null() && config.deletes;
        let shape = match self.find(record, is_delete) {
            Some(shape) => shape,
            None => self.learn(record, is_delete, config, dialect)?,
        };
        let cell = |column: &Column| cell_of(record, column, config.replaces_null);
        let cells = shape.columns.iter().map(cell).collect();
        Ok(Row { shape, cells, record: at, is_delete })
    }

    fn find(&mut self, record: &SinkRecord, is_delete: bool) -> Option<Rc<Shape>> {
        let it = &record.record;
        let fits = |known: &Known| {
            known.is_delete == is_delete
                && known.topic == it.topic
                && known.value.fits(&it.value)
                && known.key.fits(&it.key)
        };
        let at = self.known.iter().position(fits)?;
        if at > 0 {
            self.known[..=at].rotate_right(1);
        }
        Some(Rc::clone(&self.known[0].shape))
    }

    fn learn(
        &mut self,
        record: &SinkRecord,
        is_delete: bool,
        config: &Config,
        dialect: &dyn Dialect,
    ) -> Result<Rc<Shape>, ConnectError> {
        let shape = Rc::new(shape_of(record, is_delete, config, dialect)?);
        let it = &record.record;
        self.known.truncate(SHAPES_MAX - 1);
        let (key, value) = (Pattern::of(&it.key), Pattern::of(&it.value));
        let (topic, shape_too) = (Arc::clone(&it.topic), Rc::clone(&shape));
        self.known.insert(0, Known { topic, key, value, is_delete, shape: shape_too });
        Ok(shape)
    }
}

fn cell_of<'a>(record: &'a SinkRecord, column: &Column, replaces_null: bool) -> Cell<'a> {
    let part = |data: &'a Data, at: usize| match &data.value {
        Value::Struct(all) if replaces_null => Cell::of(all.at(at), &column.kind),
        Value::Struct(all) => Cell::of(all.raw(at), &column.kind),
        Value::Map(all) => {
            all.get(at).map_or(Cell::Null, |(_, value)| Cell::of(value, &column.kind))
        }
        _ => Cell::Null,
    };
    let it = &record.record;
    match column.source {
        Source::Topic => Cell::Text((&*record.origin.topic).into()),
        Source::Partition => Cell::Int(record.origin.partition.into()),
        Source::Offset => Cell::Int(record.origin.offset),
        Source::Key => Cell::of(&it.key.value, &column.kind),
        Source::Value => Cell::of(&it.value.value, &column.kind),
        Source::KeyPart(at) => part(&it.key, at),
        Source::ValuePart(at) => part(&it.value, at),
    }
}

/// The fields that a key or a value has, whether it has a schema or not.
fn parts(
    data: &Data,
    of: fn(usize) -> Source,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Column>, ConnectError> {
    let mut columns = Vec::new();
    match (&data.value, &data.schema) {
        (Value::Struct(all), _) => {
            for (at, field) in all.schema().fields.iter().enumerate() {
                if is_wanted(&field.name) {
                    columns.push(column_of(&field.name, &field.schema, of(at))?);
                }
            }
        }
        (Value::Map(all), None) => {
            for (at, (name, value)) in all.iter().enumerate() {
                let name = name.to_string();
                if is_wanted(&name) {
                    let (kind, source) = (Kind::inferred(value), of(at));
                    columns.push(Column { name, kind, optional: true, default: None, source });
                }
            }
        }
        _ => {}
    }
    Ok(columns)
}

fn column_of(name: &str, schema: &Schema, source: Source) -> Result<Column, ConnectError> {
    let kind = Kind::of(schema)?.ok_or_else(|| Kind::none_for(name, schema))?;
    Ok(Column {
        name: name.to_owned(),
        kind,
        optional: schema.optional,
        default: schema.default.clone(),
        source,
    })
}

fn shape_of(
    record: &SinkRecord,
    is_delete: bool,
    config: &Config,
    dialect: &dyn Dialect,
) -> Result<Shape, ConnectError> {
    let table = table_of(&record.record.topic, config, dialect)?;
    check(record, is_delete, config)?;
    let keys = keys_of(record, config)?;
    let value = &record.record.value;
    let is_key = |name: &str| keys.iter().any(|key| key.name == name);
    let is_wanted = |name: &str| {
        config.whitelist.is_empty() || config.whitelist.iter().any(|wanted| wanted == name)
    };
    let mut columns = keys.clone();
    let mut names: Vec<String> = Vec::new();
    if !is_delete {
        let all = parts(value, Source::ValuePart, |_| true)?;
        names.extend(all.iter().map(|column| column.name.clone()));
        columns.extend(
            all.into_iter().filter(|column| !is_key(&column.name) && is_wanted(&column.name)),
        );
        if let Value::String(_) = value.value {
            let name = config.text_column.clone();
            let optional = value.schema.as_ref().is_none_or(|schema| schema.optional);
            let (kind, source) = (Kind::Text, Source::Value);
            columns.push(Column { name, kind, optional, default: None, source });
        }
    }
    if columns.is_empty() {
        return Err(refuse(record, config, "there is no field that could be a column"));
    }
    let is_inferred = match value.value {
        Value::Map(_) => true,
        _ => matches!(record.record.key.value, Value::Map(_)),
    };
    let order = order_of(&columns, keys.len(), &names, is_inferred);
    Ok(Shape { table, columns, keys: keys.len(), order, is_inferred })
}

/// The order of a new table's columns: Kafka's own, the value's, the others by name. Without a
/// schema the primary key comes first.
fn order_of(columns: &[Column], keys: usize, names: &[String], is_inferred: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|at| {
        let name = &columns[*at].name;
        let kafka = KAFKA_NAMES.iter().position(|known| known == name);
        let place = names.iter().position(|known| known == name);
        match (kafka, place) {
            (Some(at), _) => (0, at, String::new()),
            _ if is_inferred && *at < keys => (1, *at, String::new()),
            (None, Some(at)) => (2, at, String::new()),
            (None, None) => (3, 0, name.clone()),
        }
    });
    order
}

fn table_of(topic: &str, config: &Config, dialect: &dyn Dialect) -> Result<TableId, ConnectError> {
    if let Some((_, table)) = config.tables.iter().find(|(known, _)| known == topic) {
        return Ok(TableId::parse(table, dialect));
    }
    let clean = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let topic =
        if config.normalizes { topic.chars().map(clean).collect() } else { topic.to_owned() };
    let name = config.table_format.replace("${topic}", &topic);
    match name.is_empty() {
        true => Err(ConnectError::connect(format!(
            "Destination table name for topic '{topic}' is empty using the format string '{}'",
            config.table_format
        ))),
        false => Ok(TableId::parse(&name, dialect)),
    }
}

/// Checks that a record has what the settings need.
fn check(record: &SinkRecord, is_delete: bool, config: &Config) -> Result<(), ConnectError> {
    let value = &record.record.value;
    let fits = match &value.value {
        Value::Null => is_delete,
        Value::Struct(_) => true,
        Value::Map(_) => value.schema.is_none(),
        Value::String(_) => config.key_mode != KeyMode::RecordValue,
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => {
            let why = match &value.value {
                Value::Null if config.deletes => "its value is null",
                Value::Null => "its value is null (delete.enabled=true makes that a deletion)",
                Value::Map(_) => "its value is a map with a schema",
                _ => "its value is neither a struct nor a JSON object",
            };
            Err(refuse(record, config, why))
        }
    }
}

fn refuse(record: &SinkRecord, config: &Config, why: &str) -> ConnectError {
    let origin = &record.origin;
    ConnectError::connect(format!(
        "Sink connector '{}' cannot write the record at (topic='{}',partition={},offset={},\
         timestamp={}): {why}",
        config.connector,
        origin.topic,
        origin.partition,
        origin.offset,
        origin.timestamp.unwrap_or(-1)
    ))
}

/// The columns of the primary key.
fn keys_of(record: &SinkRecord, config: &Config) -> Result<Vec<Column>, ConnectError> {
    let plain = |name: &str, kind: Kind, source: Source| Column {
        name: name.to_owned(),
        kind,
        optional: false,
        default: None,
        source,
    };
    let it = &record.record;
    match config.key_mode {
        KeyMode::None => Ok(Vec::new()),
        KeyMode::Kafka => {
            let kinds = [
                (Kind::Text, Source::Topic),
                (Kind::Int32, Source::Partition),
                (Kind::Int64, Source::Offset),
            ];
            let name =
                |at: usize| config.key_fields.get(at).map_or(KAFKA_NAMES[at], String::as_str);
            let all = kinds.into_iter().enumerate();
            Ok(all.map(|(at, (kind, source))| plain(name(at), kind, source)).collect())
        }
        KeyMode::RecordValue => named(record, &it.value, Source::ValuePart, "value", config),
        KeyMode::RecordKey => match (&it.key.value, &it.key.schema) {
            (Value::Null, _) => {
                let why = "its key is null, and pk.mode is record_key";
                Err(refuse(record, config, why))
            }
            (Value::Struct(_), _) | (Value::Map(_), None) => {
                named(record, &it.key, Source::KeyPart, "key", config)
            }
            (Value::Array(_) | Value::Map(_), _) => {
                let why = "its key is neither a struct nor a plain value";
                Err(refuse(record, config, why))
            }
            (value, schema) => {
                let [name] = &config.key_fields[..] else {
                    let why = format!(
                        "Need exactly one PK column defined since the key schema for records is \
                         a primitive type, defined columns are: [{}]; set pk.fields",
                        config.key_fields.join(", ")
                    );
                    return Err(refuse(record, config, &why));
                };
                match schema {
                    Some(schema) => {
                        let column = column_of(name, schema, Source::Key)?;
                        Ok(vec![Column { optional: false, ..column }])
                    }
                    None => Ok(vec![plain(name, Kind::inferred(value), Source::Key)]),
                }
            }
        },
    }
}

/// The fields of a key or a value that are the primary key: those that are named, or all.
fn named(
    record: &SinkRecord,
    data: &Data,
    of: fn(usize) -> Source,
    what: &str,
    config: &Config,
) -> Result<Vec<Column>, ConnectError> {
    let all = parts(data, of, |name| {
        config.key_fields.is_empty() || config.key_fields.iter().any(|field| field == name)
    })?;
    let mut keys = Vec::new();
    for name in &config.key_fields {
        let Some(column) = all.iter().find(|column| column.name == *name) else {
            let why = format!("its {what} has no field `{name}`, which pk.fields names");
            return Err(refuse(record, config, &why));
        };
        keys.push(column.clone());
    }
    if config.key_fields.is_empty() {
        keys = all;
    }
    keys.iter_mut().for_each(|column| column.optional = false);
    Ok(keys)
}
