//! Connect to Avro: the text of a schema, as Java's converter writes it, so that the registry
//! finds it again.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use super::inward::{PRECISION, PRECISION_DEFAULT};
use super::{ENUM, MAP_ENTRY, Manner, NAMESPACE, UNION, default_name};
use crate::connect::data::{Schema, SchemaRef, Type, Value, logical};

const DAY_MS: i64 = 86_400_000;

/// Makes Avro's schema of Connect's.
pub(super) struct Outward<'a> {
    pub(super) manner: &'a Manner,
    /// Types that were written already, by their whole names.
    pub(super) named: HashMap<String, Schema>,
}

fn split(name: &str) -> (Option<&str>, &str) {
    match name.rsplit_once('.') {
        Some((space, name)) => (Some(space), name),
        None => (None, name),
    }
}

fn parameter<'a>(schema: &'a Schema, name: &str) -> Option<&'a str> {
    schema.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

impl Outward<'_> {
    /// The schema as JSON, within a namespace.
    pub(super) fn schema(&mut self, schema: &Schema, space: Option<&str>) -> Result<Json, String> {
        if schema.kind == Type::Struct && schema.is_named(UNION) {
            let mut all: Vec<Json> = Vec::new();
            all.extend(schema.optional.then(|| json!("null")));
            for field in &schema.fields {
                all.push(self.base(&field.schema, space)?);
            }
            return Ok(Json::Array(all));
        }
        let base = self.base(schema, space)?;
        let is_struct = schema.kind == Type::Struct;
        Ok(match (schema.optional, &schema.default) {
            (false, _) => base,
            (true, Some(_)) if !is_struct => json!([base, "null"]),
            (true, _) => json!(["null", base]),
        })
    }

    /// The same without the union that says whether it may be null.
    fn base(&mut self, schema: &Schema, space: Option<&str>) -> Result<Json, String> {
        let mut said = Map::new();
        let mut has = |name: &str, value: Json| drop(said.insert(name.to_owned(), value));
        let mut connect_type = None;
        match schema.kind {
            Type::Int8 | Type::Int16 => {
                connect_type = Some(schema.kind.lower());
                has("type", json!("int"));
            }
            Type::Int32 => has("type", json!("int")),
            Type::Int64 => has("type", json!("long")),
            Type::Float32 => has("type", json!("float")),
            Type::Float64 => has("type", json!("double")),
            Type::Boolean => has("type", json!("boolean")),
            Type::String => match parameter(schema, ENUM).filter(|_| self.manner.is_enhanced) {
                Some(name) => match self.symbols(schema, name, space)? {
                    Json::Object(all) => said = all,
                    reference => return Ok(reference),
                },
                None => has("type", json!("string")),
            },
            Type::Bytes => {
                has("type", json!("bytes"));
                if schema.is_named(logical::DECIMAL) {
                    has("scale", schema.scale().map_err(|error| error.message)?.into());
                    has("precision", precision(schema)?.into());
                }
            }
            Type::Array => {
                let items = self.inner(&schema.values, space)?;
                has("type", json!("array"));
                has("items", items);
            }
            Type::Map => {
                for (name, value) in self.map(schema, space)? {
                    has(&name, value);
                }
            }
            Type::Struct => match self.record(schema, space)? {
                Json::Object(all) => said = all,
                reference => return Ok(reference),
            },
        }
        self.annotate(schema, connect_type, &mut said)?;
        Ok(match said.len() {
            // A type of which nothing more is said is its name.
            1 => said.remove("type").unwrap_or_default(),
            _ => Json::Object(said),
        })
    }

    fn inner(&mut self, schema: &Option<SchemaRef>, space: Option<&str>) -> Result<Json, String> {
        match schema {
            Some(schema) => self.schema(schema, space),
            None => Err("the schema does not say of what it is".to_owned()),
        }
    }

    /// How a type that was written already is called; none where it is new.
    fn reference(
        &mut self,
        whole: &str,
        schema: &Schema,
        space: Option<&str>,
    ) -> Result<Option<Json>, String> {
        let plain = Schema { optional: false, default: None, ..schema.clone() };
        match self.named.get(whole) {
            None => {
                self.named.insert(whole.to_owned(), plain);
                Ok(None)
            }
            Some(known) if *known == plain => {
                let (own, short) = split(whole);
                let is_near = own == space;
                Ok(Some(json!(if is_near { short } else { whole })))
            }
            Some(_) => Err(format!("Can't redefine: {whole}")),
        }
    }

    fn symbols(
        &mut self,
        schema: &Schema,
        name: &str,
        space: Option<&str>,
    ) -> Result<Json, String> {
        if let Some(reference) = self.reference(name, schema, space)? {
            return Ok(reference);
        }
        let (own, short) = split(name);
        let mut said = Map::new();
        said.insert("type".to_owned(), json!("enum"));
        head(&mut said, own, short, space);
        if let Some(doc) = parameter(schema, &format!("{NAMESPACE}.enum.doc.{short}")) {
            said.insert("doc".to_owned(), doc.into());
        }
        let prefix = format!("{ENUM}.");
        let symbols = schema.parameters.iter().filter(|(name, _)| name.starts_with(&prefix));
        said.insert("symbols".to_owned(), symbols.map(|(_, value)| value.as_str()).collect());
        if let Some(default) = parameter(schema, &format!("{NAMESPACE}.enum.default.{short}")) {
            said.insert("default".to_owned(), default.into());
        }
        Ok(Json::Object(said))
    }

    fn map(&mut self, schema: &Schema, space: Option<&str>) -> Result<Map<String, Json>, String> {
        let keys = schema.keys.as_ref().ok_or("a map's schema does not say what its keys are")?;
        let has_texts =
            keys.kind == Type::String && (!keys.optional || self.manner.allows_optional_keys);
        let mut said = Map::new();
        if has_texts {
            said.insert("type".to_owned(), json!("map"));
            said.insert("values".to_owned(), self.inner(&schema.values, space)?);
            return Ok(said);
        }
        said.insert("type".to_owned(), json!("array"));
        let (own, short) = match &schema.name {
            Some(name) => split(name),
            None => (Some(NAMESPACE), MAP_ENTRY),
        };
        let mut items = Map::new();
        items.insert("type".to_owned(), json!("record"));
        head(&mut items, own, short, space);
        let mut fields = Vec::new();
        let values = schema.values.as_ref().ok_or("a map's schema does not say of what it is")?;
        let whole = own.map_or(short.to_owned(), |own| format!("{own}.{short}"));
        let entry = Schema::structure()
            .field("key", SchemaRef::clone(keys))
            .field("value", SchemaRef::clone(values));
        if let Some(reference) = self.reference(&whole, &entry, space)? {
            said.insert("items".to_owned(), reference);
            return Ok(said);
        }
        for (name, inner) in [("key", keys), ("value", values)] {
            fields.push(self.field(name, inner, None, own)?);
        }
        items.insert("fields".to_owned(), Json::Array(fields));
        if schema.name.is_some() {
            items.insert("connect.internal.type".to_owned(), json!(MAP_ENTRY));
        }
        said.insert("items".to_owned(), Json::Object(items));
        Ok(said)
    }

    fn record(&mut self, schema: &Schema, space: Option<&str>) -> Result<Json, String> {
        let (own, short) = match &schema.name {
            Some(name) => split(name),
            None => (Some(NAMESPACE), "ConnectDefault"),
        };
        let scrubbed = |name: &str| self.manner.scrub(name);
        let (own, short) = (own.map(scrubbed), scrubbed(short));
        let whole = own.as_ref().map_or(short.clone(), |own| format!("{own}.{short}"));
        if let Some(reference) = self.reference(&whole, schema, space)? {
            return Ok(reference);
        }
        let mut said = Map::new();
        said.insert("type".to_owned(), json!("record"));
        head(&mut said, own.as_deref(), &short, space);
        if let Some(doc) = parameter(schema, &format!("{NAMESPACE}.record.doc")) {
            said.insert("doc".to_owned(), doc.into());
        }
        let mut fields = Vec::new();
        for field in &schema.fields {
            let doc = parameter(schema, &format!("{NAMESPACE}.field.doc.{}", field.name));
            let doc = doc.filter(|_| self.manner.keeps_meta).map(str::to_owned);
            let one =
                self.field(&self.manner.scrub(&field.name), &field.schema, doc, own.as_deref());
            fields.push(one.map_err(|why| format!("the field `{}`: {why}", field.name))?);
        }
        said.insert("fields".to_owned(), Json::Array(fields));
        Ok(Json::Object(said))
    }

    fn field(
        &mut self,
        name: &str,
        schema: &Schema,
        doc: Option<String>,
        space: Option<&str>,
    ) -> Result<Json, String> {
        let mut said = Map::new();
        said.insert("name".to_owned(), name.into());
        said.insert("type".to_owned(), self.schema(schema, space)?);
        said.extend(doc.map(|doc| ("doc".to_owned(), doc.into())));
        let default = match (&schema.default, schema.optional) {
            // Of an optional struct null is the first type.
            (Some(_), true) if schema.kind == Type::Struct => Some(Json::Null),
            (Some(default), _) => Some(plain(schema, default)?),
            (None, true) => Some(Json::Null),
            (None, false) => None,
        };
        said.extend(default.map(|default| ("default".to_owned(), default)));
        Ok(Json::Object(said))
    }

    /// Says what Avro does not know of, in the order in which Java does.
    fn annotate(
        &self,
        schema: &Schema,
        connect_type: Option<&str>,
        said: &mut Map<String, Json>,
    ) -> Result<(), String> {
        let mut has = |name: &str, value: Json| drop(said.insert(name.to_owned(), value));
        if self.manner.keeps_meta {
            if let Some(doc) = &schema.doc {
                has("connect.doc", doc.as_str().into());
            }
            if let Some(version) = schema.version {
                has("connect.version", version.into());
            }
            let parameters = schema.parameters.iter().filter(|(name, _)| !name.starts_with("avro"));
            let parameters: Map<String, Json> =
                parameters.map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            if !parameters.is_empty() {
                has("connect.parameters", Json::Object(parameters));
            }
            let flag = format!("{NAMESPACE}.field.default");
            if let Some(default) =
                schema.default.as_ref().filter(|_| parameter(schema, &flag).is_none())
            {
                has("connect.default", plain(schema, default)?);
            }
            if let Some(name) = &schema.name {
                has("connect.name", name.as_str().into());
            }
            if let Some(kind) = connect_type {
                has("connect.type", kind.into());
            }
        }
        let logical_type = match schema.name.as_deref() {
            Some(logical::DECIMAL) => Some("decimal"),
            Some(logical::DATE) => Some("date"),
            Some(logical::TIME) => Some("time-millis"),
            Some(logical::TIMESTAMP) => Some("timestamp-millis"),
            _ => None,
        };
        if let Some(logical_type) = logical_type {
            has("logicalType", logical_type.into());
        }
        for (name, value) in schema.parameters.iter().filter(|(name, _)| name.starts_with("avro")) {
            has(name, value.as_str().into());
        }
        Ok(())
    }
}

/// Name and namespace, unless that is the one around it.
fn head(said: &mut Map<String, Json>, own: Option<&str>, short: &str, space: Option<&str>) {
    said.insert("name".to_owned(), short.into());
    match (own, space) {
        (Some(own), space) if Some(own) != space => {
            said.insert("namespace".to_owned(), own.into());
        }
        (None, Some(_)) => drop(said.insert("namespace".to_owned(), "".into())),
        _ => {}
    }
}

fn precision(schema: &Schema) -> Result<i64, String> {
    match parameter(schema, PRECISION) {
        None => Ok(PRECISION_DEFAULT),
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no precision")),
    }
}

/// A default as Avro writes it.
fn plain(schema: &Schema, value: &Value) -> Result<Json, String> {
    let wrong = || format!("a default of the type {} is not served", schema.kind.upper());
    let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let inner = schema.values.as_deref();
    Ok(match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Int8(value) => (*value).into(),
        Value::Int16(value) => (*value).into(),
        Value::Int32(value) => (*value).into(),
        Value::Int64(value) => (*value).into(),
        Value::Float32(value) => serde_json::from_str(&value.to_string()).unwrap_or_default(),
        Value::Float64(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Bytes(bytes) => latin(bytes).into(),
        Value::Decimal(decimal) => latin(&decimal.bytes()).into(),
        Value::Date(ms) if schema.is_named(logical::DATE) => ms.div_euclid(DAY_MS).into(),
        Value::Date(ms) => (*ms).into(),
        Value::Array(all) => {
            let inner = inner.ok_or_else(wrong)?;
            Json::Array(all.iter().map(|one| plain(inner, one)).collect::<Result<_, _>>()?)
        }
        Value::Map(all) => {
            let inner = inner.ok_or_else(wrong)?;
            let all = all.iter().map(|(key, one)| {
                Ok((key.as_str().ok_or_else(wrong)?.to_owned(), plain(inner, one)?))
            });
            Json::Object(all.collect::<Result<_, String>>()?)
        }
        Value::Struct(all) => {
            let fields = all.schema().fields.iter().enumerate();
            let fields = fields
                .map(|(at, field)| Ok((field.name.clone(), plain(&field.schema, all.at(at))?)));
            Json::Object(fields.collect::<Result<_, String>>()?)
        }
    })
}

/// The whole name of the type at the top, for subjects that are named after it.
pub(super) fn record_name(schema: &Schema) -> Option<String> {
    let name = schema.name.clone();
    (schema.kind == Type::Struct).then(|| name.unwrap_or_else(|| default_name().to_owned()))
}
