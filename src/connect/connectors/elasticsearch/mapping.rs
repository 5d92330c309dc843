//! Schemas as mappings: which type each field has in an index.

use serde_json::{Map, Value as Json, json};

use crate::connect::data::{Schema, Type, Value, logical};

/// The mapping of documents that have this schema; none where they are not objects.
pub(super) fn of(schema: &Schema, is_compact: bool) -> Option<Json> {
    (schema.kind == Type::Struct).then(|| field(schema, is_compact))
}

fn field(schema: &Schema, is_compact: bool) -> Json {
    let inner = |schema: &Option<crate::connect::data::SchemaRef>| match schema {
        Some(schema) => field(schema, is_compact),
        None => json!({}),
    };
    match (schema.name.as_deref(), schema.kind) {
        (Some(logical::DATE | logical::TIME | logical::TIMESTAMP), _) => plain("date", schema),
        (Some(logical::DECIMAL), _) => plain("double", schema),
        (_, Type::Boolean) => plain("boolean", schema),
        (_, Type::Int8) => plain("byte", schema),
        (_, Type::Int16) => plain("short", schema),
        (_, Type::Int32) => plain("integer", schema),
        (_, Type::Int64) => plain("long", schema),
        (_, Type::Float32) => plain("float", schema),
        (_, Type::Float64) => plain("double", schema),
        (_, Type::Bytes) => json!({ "type": "binary" }),
        (_, Type::String) => json!({
            "type": "text",
            "fields": { "keyword": { "type": "keyword", "ignore_above": 256 } },
        }),
        (_, Type::Array) => inner(&schema.values),
        (_, Type::Map) => {
            let has_texts = schema.keys.as_ref().is_some_and(|keys| keys.kind == Type::String);
            match is_compact && has_texts {
                true => json!({ "type": "object" }),
                false => json!({
                    "properties": { "key": inner(&schema.keys), "value": inner(&schema.values) },
                }),
            }
        }
        (_, Type::Struct) => {
            let fields = schema.fields.iter();
            let fields = fields.map(|one| (one.name.clone(), field(&one.schema, is_compact)));
            json!({ "properties": fields.collect::<Map<_, _>>() })
        }
    }
}

/// A type, and what stands for null in it.
fn plain(kind: &str, schema: &Schema) -> Json {
    let mut mapping = json!({ "type": kind });
    let default: Option<Json> = match &schema.default {
        Some(Value::Boolean(value)) => Some((*value).into()),
        Some(Value::Int8(value)) => Some((*value).into()),
        Some(Value::Int16(value)) => Some((*value).into()),
        Some(Value::Int32(value)) => Some((*value).into()),
        Some(Value::Int64(value) | Value::Date(value)) => Some((*value).into()),
        Some(Value::Float32(value)) => Some((*value).into()),
        Some(Value::Float64(value)) => Some((*value).into()),
        Some(Value::Decimal(value)) => value.to_string().parse::<f64>().ok().map(Json::from),
        _ => None,
    };
    if let Some(default) = default.filter(|default| !default.is_null()) {
        mapping["null_value"] = default;
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_mapping() {
        let with = |value: Value, kind| Schema { default: Some(value), ..Schema::of(kind) }.share();
        let schema = Schema::structure()
            .field("b", Schema::of(Type::Boolean).share())
            .field("i8", with(Value::Int8(1), Type::Int8))
            .field("i32", Schema::of(Type::Int32).optional().share())
            .field("f", with(Value::Float64(0.5), Type::Float64))
            .field("s", with(Value::from("x"), Type::String))
            .field("raw", Schema::of(Type::Bytes).share())
            .field("when", Schema::logical(logical::TIMESTAMP).share())
            .field("money", Schema::decimal(2).share())
            .field("list", Schema::array(Schema::of(Type::Int64).share()).share())
            .field("map", Schema::map(Schema::string(), Schema::of(Type::Int16).share()).share())
            .field("in", Schema::structure().field("x", Schema::of(Type::Float32).share()).share());
        let text = json!({
            "type": "text", "fields": { "keyword": { "type": "keyword", "ignore_above": 256 } },
        });
        let mut want = json!({ "properties": {
            "b": { "type": "boolean" }, "i8": { "type": "byte", "null_value": 1 },
            "i32": { "type": "integer" }, "f": { "type": "double", "null_value": 0.5 },
            "s": text, "raw": { "type": "binary" }, "when": { "type": "date" },
            "money": { "type": "double" }, "list": { "type": "long" },
            "map": { "type": "object" }, "in": { "properties": { "x": { "type": "float" } } },
        }});
        assert_eq!(of(&schema, true), Some(want.clone()));
        want["properties"]["map"] =
            json!({ "properties": { "key": text, "value": { "type": "short" } } });
        assert_eq!(of(&schema, false), Some(want));
        assert_eq!(of(&Schema::of(Type::String), true), None);
    }
}
