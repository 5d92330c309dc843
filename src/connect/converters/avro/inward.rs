//! Avro to Connect: the schema of a schema, and values of bytes.

use serde_json::Value as Json;

use super::node::{Field, Kind, Node};
use super::{ENUM, MAP_ENTRY, Manner, NAMESPACE, UNION, default_name};
use crate::connect::data::{Decimal, Schema, SchemaRef, Struct, Type, Value, logical};

/// How many nodes a schema may become when types that are used twice are written out.
const NODES_MAX: usize = 100_000;
/// How deep values may stand in each other.
const DEPTH_MAX: usize = 100;
const DAY_MS: i64 = 86_400_000;

/// The property with the digits of a decimal, where they are not as many as are written.
pub(super) const PRECISION: &str = "connect.decimal.precision";
/// How many digits a decimal has where nobody says.
pub(super) const PRECISION_DEFAULT: i64 = 64;

/// Makes Connect's schema of Avro's.
pub(super) struct Inward<'a> {
    pub(super) manner: &'a Manner,
    pub(super) nodes: usize,
}

impl Inward<'_> {
    /// The schema; `version` is what the registry calls it.
    pub(super) fn schema(
        &mut self,
        node: &Node,
        version: Option<i32>,
    ) -> Result<SchemaRef, String> {
        self.of(node, false, None, version).map(Schema::share)
    }

    fn of(
        &mut self,
        node: &Node,
        optional: bool,
        default: Option<&Json>,
        version: Option<i32>,
    ) -> Result<Schema, String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(format!("the schema has more than {NODES_MAX} types"));
        }
        if let Some(only) = node.only(self.manner.flattens) {
            let is_nullable = matches!(&node.kind, Kind::Union(all) if all.len() == 2);
            let default = default.filter(|default| !default.is_null());
            return self.of(only, optional || is_nullable, default, None);
        }
        let mut schema = self.kind(node)?;
        schema.optional |= optional;
        self.annotate(node, &mut schema, version)?;
        let own = node.said.get("connect.default");
        if let Some(default) = default.or(own).filter(|default| !default.is_null()) {
            if self.manner.keeps_meta && own.is_none() {
                let flag = format!("{NAMESPACE}.field.default");
                schema.parameters.push((flag, "true".to_owned()));
            }
            let value = self.default(node, &schema, default)?;
            schema.default = Some(value).filter(|value| !value.is_null());
        }
        Ok(schema)
    }

    fn inner(&mut self, node: &Node) -> Result<SchemaRef, String> {
        self.of(node, false, None, None).map(Schema::share)
    }

    fn kind(&mut self, node: &Node) -> Result<Schema, String> {
        let logical_type = node.text("logicalType");
        let connect_type = node.text("connect.type");
        Ok(match &node.kind {
            Kind::Null => {
                return Err("Standalone null schemas are not supported by this converter".into());
            }
            Kind::Boolean => Schema::of(Type::Boolean),
            Kind::Float => Schema::of(Type::Float32),
            Kind::Double => Schema::of(Type::Float64),
            Kind::String => Schema::of(Type::String),
            Kind::Int => match (logical_type, connect_type) {
                (Some("date"), _) => Schema::logical(logical::DATE),
                (Some("time-millis"), _) => Schema::logical(logical::TIME),
                (None, Some("int8")) => Schema::of(Type::Int8),
                (None, Some("int16")) => Schema::of(Type::Int16),
                _ => Schema::of(Type::Int32),
            },
            Kind::Long => match logical_type {
                Some("timestamp-millis") => Schema::logical(logical::TIMESTAMP),
                _ => Schema::of(Type::Int64),
            },
            Kind::Bytes | Kind::Fixed(_) => bytes(node, logical_type)?,
            Kind::Enum(symbols) => self.symbols(node, symbols),
            Kind::Array(items) => match entry(items) {
                Some((key, value)) => Schema::map(self.inner(key)?, self.inner(value)?),
                None => Schema::array(self.inner(items)?),
            },
            Kind::Map(values) => Schema::map(Schema::string(), self.inner(values)?),
            Kind::Union(all) => self.union(all)?,
            Kind::Record(fields) => self.record(node, fields)?,
        })
    }

    fn symbols(&self, node: &Node, symbols: &[String]) -> Schema {
        let mut schema = Schema::of(Type::String);
        let short = node.short_name().unwrap_or_default();
        let mut add = |name: String, value: &str| schema.parameters.push((name, value.to_owned()));
        if self.manner.keeps_meta {
            if let Some(doc) = node.text("doc") {
                add(format!("{NAMESPACE}.enum.doc.{short}"), doc);
            }
            if let Some(default) = node.text("default") {
                add(format!("{NAMESPACE}.enum.default.{short}"), default);
            }
        }
        add(ENUM.to_owned(), node.name.as_deref().unwrap_or_default());
        symbols.iter().for_each(|symbol| add(format!("{ENUM}.{symbol}"), symbol));
        schema
    }

    /// A struct with a field for each of the types.
    fn union(&mut self, all: &[std::sync::Arc<Node>]) -> Result<Schema, String> {
        let mut schema = Schema::structure().named(UNION);
        for one in all {
            if one.is_null() {
                schema.optional = true;
                continue;
            }
            let name = self.manner.member(one);
            if schema.position(&name).is_some() {
                return Err("Multiple union schemas map to the Connect union field name".into());
            }
            let inner = self.of(one, true, None, None)?.share();
            schema = schema.field(name, inner);
        }
        Ok(schema)
    }

    fn record(&mut self, node: &Node, fields: &[Field]) -> Result<Schema, String> {
        let mut schema = Schema::structure();
        if let Some(doc) = node.text("doc").filter(|_| self.manner.keeps_meta) {
            schema.parameters.push((format!("{NAMESPACE}.record.doc"), doc.to_owned()));
        }
        for field in fields {
            if let Some(doc) = field.doc.as_ref().filter(|_| self.manner.keeps_meta) {
                let name = format!("{NAMESPACE}.field.doc.{}", field.name);
                schema.parameters.push((name, doc.clone()));
            }
            let inner = self.of(&field.node, false, field.default.as_ref(), None);
            let inner = inner.map_err(|why| format!("the field `{}`: {why}", field.name))?;
            schema = schema.field(field.name.clone(), inner.share());
        }
        Ok(schema)
    }

    /// What the schema says of itself for Connect.
    fn annotate(
        &self,
        node: &Node,
        schema: &mut Schema,
        version: Option<i32>,
    ) -> Result<(), String> {
        if self.manner.keeps_meta {
            schema.doc = node.text("connect.doc").map(str::to_owned);
        }
        let own = match node.said.get("connect.version") {
            None => None,
            Some(json) => {
                let version = json.as_i64().and_then(|version| i32::try_from(version).ok());
                Some(version.ok_or_else(|| format!("Invalid Connect version found: {json}"))?)
            }
        };
        if schema.version.is_none() {
            schema.version = own.or(version);
        }
        let parameters = node.said.get("connect.parameters").filter(|_| self.manner.keeps_meta);
        for (name, value) in parameters.and_then(Json::as_object).into_iter().flatten() {
            let value = value.as_str().ok_or_else(|| {
                format!("Expected schema parameter values to be strings but found: {value}")
            })?;
            match schema.parameters.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => value.clone_into(own),
                None => schema.parameters.push((name.clone(), value.to_owned())),
            }
        }
        let is_record = matches!(node.kind, Kind::Record(_) | Kind::Enum(_));
        let name = match node.text("connect.name") {
            Some(name) => Some(name),
            None => node.name.as_deref().filter(|_| is_record),
        };
        if let Some(name) = name.filter(|name| *name != default_name())
            && schema.name.is_none()
        {
            schema.name = Some(name.to_owned());
        }
        Ok(())
    }

    fn default(&self, node: &Node, schema: &Schema, json: &Json) -> Result<Value, String> {
        let wrong = || format!("{json} is no default for the type {}", node.type_name());
        if let Some(only) = node.only(self.manner.flattens) {
            return match json {
                Json::Null => Ok(Value::Null),
                json => self.default(only, schema, json),
            };
        }
        let integer = || json.as_i64().ok_or_else(wrong);
        let inner = |schema: &Option<SchemaRef>| schema.clone().ok_or_else(wrong);
        Ok(match &node.kind {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(json.as_bool().ok_or_else(wrong)?),
            Kind::Int | Kind::Long => number(schema, integer()?).ok_or_else(wrong)?,
            Kind::Float => Value::Float32(json.as_f64().ok_or_else(wrong)? as f32),
            Kind::Double => Value::Float64(json.as_f64().ok_or_else(wrong)?),
            Kind::String | Kind::Enum(_) => Value::from(json.as_str().ok_or_else(wrong)?),
            Kind::Bytes | Kind::Fixed(_) => {
                let text = json.as_str().ok_or_else(wrong)?;
                let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| wrong()));
                blob(schema, bytes.collect::<Result<_, _>>()?)?
            }
            Kind::Array(items) if entry(items).is_none() => {
                let schema = inner(&schema.values)?;
                let all = json.as_array().ok_or_else(wrong)?.iter();
                Value::Array(
                    all.map(|one| self.default(items, &schema, one)).collect::<Result<_, _>>()?,
                )
            }
            Kind::Map(values) => {
                let schema = inner(&schema.values)?;
                let all = json.as_object().ok_or_else(wrong)?.iter();
                let all = all.map(|(name, one)| {
                    Ok((Value::from(name.as_str()), self.default(values, &schema, one)?))
                });
                Value::Map(all.collect::<Result<_, String>>()?)
            }
            Kind::Record(fields) => {
                let mut all = Struct::new(schema.clone().share());
                for (at, field) in fields.iter().enumerate() {
                    let given = json.get(&field.name).or(field.default.as_ref());
                    let given = given.ok_or_else(wrong)?;
                    let value = self.default(&field.node, &schema.fields[at].schema, given)?;
                    all.set(at, value).map_err(|error| error.message)?;
                }
                all.value()
            }
            // A default is of the first of the types.
            Kind::Union(all) => match all.first() {
                Some(first) if !first.is_null() => {
                    let mut found = Struct::new(schema.clone().share());
                    let value = self.default(first, &schema.fields[0].schema, json)?;
                    found.set(0, value).map_err(|error| error.message)?;
                    found.value()
                }
                _ => Value::Null,
            },
            Kind::Array(_) => return Err(wrong()),
        })
    }
}

fn bytes(node: &Node, logical_type: Option<&str>) -> Result<Schema, String> {
    if logical_type != Some("decimal") {
        return Ok(Schema::of(Type::Bytes));
    }
    // Avro's own default is none at all; older writers leave it out.
    let scale = node.said.get("scale").map_or(Some(0), Json::as_i64);
    let scale = scale.and_then(|scale| i32::try_from(scale).ok());
    let mut schema = Schema::decimal(scale.ok_or("scale must be specified and must be a number.")?);
    match node.said.get("precision").map(Json::as_i64) {
        None | Some(Some(PRECISION_DEFAULT)) => {}
        Some(Some(precision)) => {
            schema.parameters.push((PRECISION.to_owned(), precision.to_string()));
        }
        Some(None) => return Err("precision property must be a JSON Integer.".to_owned()),
    }
    Ok(schema)
}

/// Key and value of the records by which a map is an array.
pub(super) fn entry(items: &Node) -> Option<(&Node, &Node)> {
    let Kind::Record(fields) = &items.kind else { return None };
    let is_entry = items.name.as_deref() == Some(&format!("{NAMESPACE}.{MAP_ENTRY}"))
        || items.text("connect.internal.type") == Some(MAP_ENTRY);
    match fields.as_slice() {
        [key, value] if is_entry && key.name == "key" && value.name == "value" => {
            Some((&key.node, &value.node))
        }
        _ => None,
    }
}

/// An integer as the schema has it.
fn number(schema: &Schema, number: i64) -> Option<Value> {
    Some(match (schema.name.as_deref(), schema.kind) {
        (Some(logical::DATE), _) => Value::Date(number.checked_mul(DAY_MS)?),
        (Some(logical::TIME | logical::TIMESTAMP), _) => Value::Date(number),
        (_, Type::Int8) => Value::Int8(i8::try_from(number).ok()?),
        (_, Type::Int16) => Value::Int16(i16::try_from(number).ok()?),
        (_, Type::Int32) => Value::Int32(i32::try_from(number).ok()?),
        _ => Value::Int64(number),
    })
}

fn blob(schema: &Schema, bytes: Vec<u8>) -> Result<Value, String> {
    match schema.is_named(logical::DECIMAL) {
        false => Ok(Value::Bytes(bytes)),
        true => {
            let scale = schema.scale().map_err(|error| error.message)?;
            Ok(Value::Decimal(Decimal::of_bytes(&bytes, scale)))
        }
    }
}

/// Reads a value from bytes. Nothing is reserved for what a length claims.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) flattens: bool,
    /// How many values may come out: a few bytes may claim any number of those that have none.
    left: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], flattens: bool) -> Self {
        Reader { bytes, flattens, left: bytes.len().saturating_mul(16).max(1_000_000) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let rest = self.bytes;
        let too_few = || format!("{count} bytes are wanted where {} remain", rest.len());
        let (taken, rest) = rest.split_at_checked(count).ok_or_else(too_few)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn long(&mut self) -> Result<i64, String> {
        let mut bits = 0_u64;
        for turn in 0..10 {
            let byte = self.take(1)?[0];
            if turn == 9 && byte > 1 {
                break;
            }
            bits |= u64::from(byte & 0x7f) << (7 * turn);
            if byte & 0x80 == 0 {
                return Ok((bits >> 1).cast_signed() ^ -((bits & 1).cast_signed()));
            }
        }
        Err("a number has more than 64 bits".to_owned())
    }

    fn block(&mut self) -> Result<&'a [u8], String> {
        let length = self.long()?;
        self.take(usize::try_from(length).map_err(|_| format!("a length of {length}"))?)
    }

    fn text(&mut self) -> Result<String, String> {
        let bytes = self.block()?;
        let text = std::str::from_utf8(bytes).map_err(|_| "a string is not UTF-8".to_owned())?;
        Ok(text.to_owned())
    }

    /// Reads the items of an array or a map.
    fn items(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        loop {
            let mut count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                // The size of the block in bytes, for who wants to jump over it.
                let _ = self.long()?;
                count = count.checked_neg().ok_or("a block without end")?;
            }
            for _ in 0..count {
                one(self)?;
            }
        }
    }

    pub(super) fn value(
        &mut self,
        node: &Node,
        schema: &SchemaRef,
        depth: usize,
    ) -> Result<Value, String> {
        if depth > DEPTH_MAX {
            return Err(format!("it is nested deeper than {DEPTH_MAX}"));
        }
        self.left = self.left.checked_sub(1).ok_or("it has too many values for its bytes")?;
        let wrong = || "the schema is not the data's".to_owned();
        let inner = |schema: &Option<SchemaRef>| schema.clone().ok_or_else(wrong);
        Ok(match &node.kind {
            Kind::Null => Value::Null,
            Kind::Boolean => match self.take(1)?[0] {
                0 => Value::Boolean(false),
                1 => Value::Boolean(true),
                other => return Err(format!("a boolean of {other}")),
            },
            Kind::Int | Kind::Long => {
                let given = self.long()?;
                let fits = node.kind == Kind::Long || i32::try_from(given).is_ok();
                let value = number(schema, given).filter(|_| fits);
                value.ok_or_else(|| format!("{given} does not fit its type"))?
            }
            Kind::Float => {
                let bytes = self.take(4)?;
                Value::Float32(f32::from_le_bytes(bytes.try_into().map_err(|_| wrong())?))
            }
            Kind::Double => {
                let bytes = self.take(8)?;
                Value::Float64(f64::from_le_bytes(bytes.try_into().map_err(|_| wrong())?))
            }
            Kind::Bytes => blob(schema, self.block()?.to_vec())?,
            Kind::Fixed(size) => blob(schema, self.take(*size)?.to_vec())?,
            Kind::String => Value::String(self.text()?),
            Kind::Enum(symbols) => {
                let at = self.long()?;
                let symbol = usize::try_from(at).ok().and_then(|at| symbols.get(at));
                Value::String(symbol.ok_or_else(|| format!("a symbol number {at}"))?.clone())
            }
            Kind::Array(items) => match entry(items) {
                Some((key, value)) => {
                    let (keys, values) = (inner(&schema.keys)?, inner(&schema.values)?);
                    let mut all = Vec::new();
                    self.items(|reader| {
                        let key = reader.value(key, &keys, depth + 1)?;
                        all.push((key, reader.value(value, &values, depth + 1)?));
                        Ok(())
                    })?;
                    Value::Map(all)
                }
                None => {
                    let (schema, mut all) = (inner(&schema.values)?, Vec::new());
                    self.items(|reader| {
                        all.push(reader.value(items, &schema, depth + 1)?);
                        Ok(())
                    })?;
                    Value::Array(all)
                }
            },
            Kind::Map(values) => {
                let (schema, mut all) = (inner(&schema.values)?, Vec::new());
                self.items(|reader| {
                    let key = Value::String(reader.text()?);
                    all.push((key, reader.value(values, &schema, depth + 1)?));
                    Ok(())
                })?;
                Value::Map(all)
            }
            Kind::Union(all) => self.branch(node, all, schema, depth)?,
            Kind::Record(fields) => {
                let mut found = Struct::new(SchemaRef::clone(schema));
                for (at, field) in fields.iter().enumerate() {
                    let schema = &schema.fields.get(at).ok_or_else(wrong)?.schema;
                    let value = self.value(&field.node, schema, depth + 1);
                    let value = value.map_err(|why| format!("{}: {why}", field.name))?;
                    found.set(at, value).map_err(|error| error.message)?;
                }
                found.value()
            }
        })
    }

    fn branch(
        &mut self,
        node: &Node,
        all: &[std::sync::Arc<Node>],
        schema: &SchemaRef,
        depth: usize,
    ) -> Result<Value, String> {
        let at = self.long()?;
        let at = usize::try_from(at).ok().filter(|at| *at < all.len());
        let at = at.ok_or("a type that the union does not have")?;
        if all[at].is_null() {
            return Ok(Value::Null);
        }
        if node.only(self.flattens).is_some() {
            return self.value(&all[at], schema, depth + 1);
        }
        let place = all[..at].iter().filter(|one| !one.is_null()).count();
        let mut found = Struct::new(SchemaRef::clone(schema));
        let field = schema.fields.get(place).ok_or("the schema is not the data's")?;
        let value = self.value(&all[at], &field.schema, depth + 1)?;
        found.set(place, value).map_err(|error| error.message)?;
        Ok(found.value())
    }
}
