//! JSON Schema to Connect: the schema of a schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{ENUM, Manner, Union};
use crate::connect::data::{Schema, SchemaRef, Type, Value, logical};

/// How many schemas a schema may become when its references are replaced by what they refer to.
const NODES_MAX: usize = 50_000;
/// How deep types may stand in each other: one that holds itself has no end.
const DEPTH_MAX: usize = 60;

/// Makes Connect's schema of a JSON schema.
pub(super) struct Inward<'a> {
    pub(super) manner: Manner,
    pub(super) root: &'a Json,
    /// Other documents, by the names that they are called by.
    pub(super) others: &'a BTreeMap<String, Json>,
    pub(super) nodes: usize,
}

impl<'a> Inward<'a> {
    /// The schema; `version` is what the registry calls it.
    pub(super) fn schema(&mut self, version: Option<i32>) -> Result<SchemaRef, String> {
        let root = self.root;
        let mut schema = self.of(root, root, 0)?;
        schema.version = schema.version.or(version);
        Ok(schema.share())
    }

    /// The schema of a part of a document.
    fn of(&mut self, json: &'a Json, document: &'a Json, depth: usize) -> Result<Schema, String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX || depth > DEPTH_MAX {
            return Err(format!(
                "the schema is nested deeper than {DEPTH_MAX}, as one is that holds itself, or \
                 becomes more than {NODES_MAX} schemas"
            ));
        }
        let Json::Object(said) = json else { return Err(format!("{json} is no type")) };
        if let Some(reference) = said.get("$ref").and_then(Json::as_str) {
            let (target, document) = self.find(reference, document)?;
            let mut schema = self.of(target, document, depth + 1)?;
            self.annotate(said, &mut schema)?;
            return Ok(schema);
        }
        let mut schema = self.kind(said, document, depth)?;
        self.annotate(said, &mut schema)?;
        Ok(schema)
    }

    fn find(&self, reference: &str, document: &'a Json) -> Result<(&'a Json, &'a Json), String> {
        let missing = || format!("there is no `{reference}`");
        let (name, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let document = match name {
            "" => document,
            name => self.others.get(name).ok_or_else(missing)?,
        };
        Ok((document.pointer(pointer).ok_or_else(missing)?, document))
    }

    fn inner(
        &mut self,
        json: &'a Json,
        document: &'a Json,
        depth: usize,
    ) -> Result<SchemaRef, String> {
        self.of(json, document, depth + 1).map(Schema::share)
    }

    fn kind(
        &mut self,
        said: &'a Map<String, Json>,
        document: &'a Json,
        depth: usize,
    ) -> Result<Schema, String> {
        for (word, union) in [("oneOf", Union::One), ("anyOf", Union::Any)] {
            if let Some(Json::Array(all)) = said.get(word) {
                return self.union(all, union, document, depth);
            }
        }
        if let Some(Json::Array(all)) = said.get("allOf") {
            return match all.as_slice() {
                [one] => self.of(one, document, depth + 1),
                _ => Err("`allOf` of more than one schema is not served".to_owned()),
            };
        }
        if let Some(Json::Array(symbols)) = said.get("enum") {
            return symbols_of(symbols, said);
        }
        match said.get("type") {
            Some(Json::String(word)) => self.typed(word, said, document, depth),
            Some(Json::Array(words)) => {
                let words: Vec<&str> = words.iter().filter_map(Json::as_str).collect();
                let real: Vec<&str> =
                    words.iter().copied().filter(|word| *word != "null").collect();
                let [word] = real.as_slice() else {
                    return Err("a type that is a list of several types is not served".to_owned());
                };
                let mut schema = self.typed(word, said, document, depth)?;
                schema.optional |= words.len() > 1;
                Ok(schema)
            }
            _ if said.contains_key("properties") => self.typed("object", said, document, depth),
            _ => Err("a schema without a type is not served".to_owned()),
        }
    }

    fn typed(
        &mut self,
        word: &str,
        said: &'a Map<String, Json>,
        document: &'a Json,
        depth: usize,
    ) -> Result<Schema, String> {
        let connect_type = said.get("connect.type").and_then(Json::as_str);
        let title = said.get("title").and_then(Json::as_str);
        Ok(match (word, connect_type) {
            (_, Some("bytes")) if title == Some(logical::DECIMAL) => {
                let scale = said.get("connect.parameters").and_then(|all| all.get(logical::SCALE));
                let scale = scale.and_then(Json::as_str).and_then(|scale| scale.parse().ok());
                Schema { version: None, ..Schema::decimal(scale.ok_or("a decimal has no scale")?) }
            }
            ("string", Some("bytes")) => Schema::of(Type::Bytes),
            ("string", _) => Schema::of(Type::String),
            ("boolean", _) => Schema::of(Type::Boolean),
            ("integer" | "number", Some(kind)) => Schema::of(number(kind)?),
            ("integer", None) => Schema::of(Type::Int64),
            ("number", None) => Schema::of(Type::Float64),
            ("array", Some("map")) => {
                let part = |name| said.get("items")?.get("properties")?.get(name);
                let (Some(key), Some(value)) = (part("key"), part("value")) else {
                    return Err("a map's items have no key and no value".to_owned());
                };
                let key = self.inner(key, document, depth)?;
                Schema::map(key, self.inner(value, document, depth)?)
            }
            ("array", _) => {
                let items = said.get("items").filter(|items| items.is_object());
                let items = items.ok_or("Array schema did not specify the items type")?;
                Schema::array(self.inner(items, document, depth)?)
            }
            ("object", Some("map")) => {
                let values = said.get("additionalProperties").filter(|it| it.is_object());
                let values = values.ok_or("a map does not say what its values are")?;
                Schema::map(Schema::string(), self.inner(values, document, depth)?)
            }
            ("object", _) => self.structure(said, document, depth)?,
            (other, _) => return Err(format!("the type `{other}` is not served")),
        })
    }

    fn structure(
        &mut self,
        said: &'a Map<String, Json>,
        document: &'a Json,
        depth: usize,
    ) -> Result<Schema, String> {
        let empty = Vec::new();
        let required = said.get("required").and_then(Json::as_array).unwrap_or(&empty);
        let properties = said.get("properties").and_then(Json::as_object);
        let mut all: Vec<(i64, &String, &Json)> = properties
            .into_iter()
            .flatten()
            .map(|(name, one)| {
                let index = one.get("connect.index").and_then(Json::as_i64);
                (index.unwrap_or(i64::MAX), name, one)
            })
            .collect();
        // Those without a number keep the order in which they were written.
        all.sort_by_key(|(index, ..)| *index);
        let mut schema = Schema::structure();
        for (_, name, one) in all {
            let inner = self.of(one, document, depth + 1);
            let mut inner = inner.map_err(|why| format!("the property `{name}`: {why}"))?;
            let is_required = required.iter().any(|one| one == name);
            inner.optional |= self.manner.optional_unless_required && !is_required;
            schema = schema.field(name.clone(), inner.share());
        }
        Ok(schema)
    }

    fn union(
        &mut self,
        all: &'a [Json],
        union: Union,
        document: &'a Json,
        depth: usize,
    ) -> Result<Schema, String> {
        let is_null = |one: &&Json| one.get("type").and_then(Json::as_str) == Some("null");
        let real: Vec<&Json> = all.iter().filter(|one| !is_null(one)).collect();
        let has_null = real.len() < all.len();
        if let ([one], true) = (real.as_slice(), has_null) {
            let schema = self.of(one, document, depth + 1)?;
            return Ok(schema.optional());
        }
        let mut schema = Schema::structure().named(union.name());
        schema.optional = has_null;
        for (at, one) in real.into_iter().enumerate() {
            let inner = self.of(one, document, depth + 1)?.optional().share();
            schema = schema.field(union.field(at), inner);
        }
        Ok(schema)
    }

    /// What the schema says of itself for Connect.
    fn annotate(&self, said: &Map<String, Json>, schema: &mut Schema) -> Result<(), String> {
        let text = |name: &str| said.get(name).and_then(Json::as_str).map(str::to_owned);
        let is_union = Union::ALL.iter().any(|union| schema.is_named(union.name()));
        if let Some(title) = text("title").filter(|_| !is_union) {
            schema.name = Some(title);
        }
        schema.doc = text("description").or(schema.doc.take());
        if let Some(version) = said.get("connect.version").and_then(Json::as_i64) {
            schema.version = i32::try_from(version).ok();
        }
        let parameters = said.get("connect.parameters").and_then(Json::as_object);
        for (name, value) in parameters.into_iter().flatten() {
            let value = value.as_str().ok_or_else(|| {
                format!("Expected schema parameter values to be strings but found: {value}")
            })?;
            match schema.parameters.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => value.clone_into(own),
                None => schema.parameters.push((name.clone(), value.to_owned())),
            }
        }
        if let Some(default) = said.get("default").filter(|default| !default.is_null()) {
            let text = default.to_string();
            let json = crate::connect::converters::json::parse(text.as_bytes())?;
            let shared = Arc::new(schema.clone());
            let value = super::values::read(&shared, &json, self.manner)?;
            schema.default = Some(value).filter(|value| *value != Value::Null);
        }
        Ok(())
    }
}

fn number(kind: &str) -> Result<Type, String> {
    Ok(match kind {
        "int8" => Type::Int8,
        "int16" => Type::Int16,
        "int32" => Type::Int32,
        "int64" => Type::Int64,
        "float32" => Type::Float32,
        "float64" => Type::Float64,
        other => return Err(format!("`{other}` is no type of numbers")),
    })
}

fn symbols_of(symbols: &[Json], said: &Map<String, Json>) -> Result<Schema, String> {
    let mut schema = Schema::of(Type::String);
    let title = said.get("title").and_then(Json::as_str).unwrap_or_default();
    schema.parameters.push((ENUM.to_owned(), title.to_owned()));
    for symbol in symbols {
        match symbol {
            Json::String(symbol) => {
                schema.parameters.push((format!("{ENUM}.{symbol}"), symbol.clone()));
            }
            Json::Null => schema.optional = true,
            other => return Err(format!("an enum with {other}, which is no text, is not served")),
        }
    }
    Ok(schema)
}
