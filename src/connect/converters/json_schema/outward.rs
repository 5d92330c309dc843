//! Connect to JSON Schema: the text of a schema.

use serde_json::{Map, Value as Json, json};

use super::{ENUM, Manner, Union};
use crate::connect::data::{Schema, SchemaRef, Type, logical};

/// The schema as JSON; `index` is where it stands among the fields of a struct.
pub(super) fn schema(
    schema: &Schema,
    index: Option<usize>,
    manner: Manner,
) -> Result<Json, String> {
    if let Some(union) = Union::ALL.iter().find(|union| schema.is_named(union.name())) {
        let mut all = Vec::new();
        all.extend(schema.optional.then(|| json!({ "type": "null" })));
        for field in &schema.fields {
            all.push(Json::Object(base(&field.schema, manner)?));
        }
        let mut said = Map::new();
        said.insert(union.word().to_owned(), Json::Array(all));
        said.extend(index.map(|index| ("connect.index".to_owned(), index.into())));
        return Ok(Json::Object(said));
    }
    let mut said = base(schema, manner)?;
    if schema.optional {
        // What null means is said outside, as what stands where is.
        let default = said.remove("default");
        let mut outer = Map::new();
        outer.insert("oneOf".to_owned(), json!([{ "type": "null" }, Json::Object(said)]));
        outer.extend(default.map(|default| ("default".to_owned(), default)));
        said = outer;
    }
    said.extend(index.map(|index| ("connect.index".to_owned(), index.into())));
    Ok(Json::Object(said))
}

fn base(schema: &Schema, manner: Manner) -> Result<Map<String, Json>, String> {
    let mut said = Map::new();
    let mut has = |name: &str, value: Json| drop(said.insert(name.to_owned(), value));
    let mut connect_type = None;
    let inner = |inner: &Option<SchemaRef>, index| match inner {
        Some(inner) => self::schema(inner, index, manner),
        None => Err("the schema does not say of what it is".to_owned()),
    };
    if let Some(name) = &schema.name {
        has("title", name.as_str().into());
    }
    if let Some(doc) = &schema.doc {
        has("description", doc.as_str().into());
    }
    match schema.kind {
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => {
            has("type", "integer".into());
            connect_type = Some(schema.kind.lower());
        }
        Type::Float32 | Type::Float64 => {
            has("type", "number".into());
            connect_type = Some(schema.kind.lower());
        }
        Type::Boolean => has("type", "boolean".into()),
        Type::String => {
            let prefix = format!("{ENUM}.");
            let symbols: Vec<Json> = schema
                .parameters
                .iter()
                .filter(|(name, _)| name.starts_with(&prefix))
                .map(|(_, value)| value.as_str().into())
                .collect();
            match symbols.is_empty() {
                true => has("type", "string".into()),
                false => has("enum", Json::Array(symbols)),
            }
        }
        Type::Bytes => {
            let is_number = schema.is_named(logical::DECIMAL) && manner.decimals_are_numbers;
            has("type", if is_number { "number" } else { "string" }.into());
            connect_type = Some("bytes");
        }
        Type::Array => {
            has("type", "array".into());
            has("items", inner(&schema.values, None)?);
        }
        Type::Map => {
            let keys = schema.keys.as_ref();
            let has_texts = keys.is_some_and(|keys| keys.kind == Type::String && !keys.optional);
            connect_type = Some("map");
            if has_texts {
                has("type", "object".into());
                has("additionalProperties", inner(&schema.values, None)?);
            } else {
                has("type", "array".into());
                let key = inner(&schema.keys, Some(0))?;
                let value = inner(&schema.values, Some(1))?;
                let properties = json!({ "key": key, "value": value });
                has("items", json!({ "type": "object", "properties": properties }));
            }
        }
        Type::Struct => {
            has("type", "object".into());
            let mut properties = Map::new();
            for (at, field) in schema.fields.iter().enumerate() {
                let one = self::schema(&field.schema, Some(at), manner);
                let one = one.map_err(|why| format!("the field `{}`: {why}", field.name))?;
                properties.insert(field.name.clone(), one);
            }
            has("properties", Json::Object(properties));
            let required = schema.fields.iter().filter(|field| !field.schema.optional);
            let required: Vec<Json> = required.map(|field| field.name.as_str().into()).collect();
            if manner.optional_unless_required && !required.is_empty() {
                has("required", Json::Array(required));
            }
            if !manner.takes_more {
                has("additionalProperties", false.into());
            }
        }
    }
    if let Some(default) = &schema.default {
        let mut text = Vec::new();
        super::values::write(Some(schema), default, manner, &mut text)?;
        let json = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        has("default", json);
    }
    if let Some(version) = schema.version {
        has("connect.version", version.into());
    }
    let parameters = schema.parameters.iter();
    let parameters: Map<String, Json> =
        parameters.map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    if !parameters.is_empty() {
        has("connect.parameters", Json::Object(parameters));
    }
    if let Some(kind) = connect_type {
        has("connect.type", kind.into());
    }
    Ok(said)
}
