//! Schemas and values to and fro.

use serde_json::json;

use super::*;
use crate::connect::data::{Schema, Struct, Type, Value, logical};

const MANNER: Manner = Manner {
    decimals_are_numbers: false,
    takes_more: true,
    optional_unless_required: false,
    checks: false,
};

fn inward(json: &JsonValue) -> Result<SchemaRef, String> {
    let others = BTreeMap::new();
    Inward { manner: MANNER, root: json, others: &others, nodes: 0 }.schema(None)
}

fn read(schema: &SchemaRef, json: &str) -> Result<Value, String> {
    values::read(schema, &parse(json.as_bytes()).unwrap(), MANNER)
}

#[test]
fn schemas_go_out_and_come_back() {
    let inner = Schema::structure()
        .named("Inner")
        .field("x", Schema { default: Some(Value::Int16(3)), ..Schema::of(Type::Int16) }.share());
    let schema = Schema { version: Some(2), doc: Some("all".into()), ..Schema::structure() }
        .named("All")
        .field("z", Schema::of(Type::Int8).share())
        .field("a", Schema::optional_string())
        .field("raw", Schema::of(Type::Bytes).share())
        .field("money", Schema::decimal(2).share())
        .field("day", Schema::logical(logical::DATE).optional().share())
        .field("list", Schema::array(Schema::of(Type::Float32).share()).share())
        .field("map", Schema::map(Schema::string(), Schema::of(Type::Boolean).share()).share())
        .field("odd", Schema::map(Schema::of(Type::Int32).share(), Schema::string()).share())
        .field("in", inner.optional().share());
    let text = outward::schema(&schema, None, MANNER).unwrap();
    assert_eq!(
        text["properties"]["z"],
        json!({"type":"integer","connect.type":"int8","connect.index":0})
    );
    assert_eq!(
        text["properties"]["a"],
        json!({"oneOf":[{"type":"null"},{"type":"string"}],"connect.index":1})
    );
    assert_eq!(*inward(&text).unwrap(), schema);
}

#[test]
fn values_go_out_and_come_back() {
    let schema = Schema::structure()
        .field("n", Schema::of(Type::Int32).share())
        .field("s", Schema::optional_string())
        .field("raw", Schema::of(Type::Bytes).share())
        .field("money", Schema::decimal(2).share())
        .field("when", Schema::logical(logical::TIMESTAMP).share())
        .field("odd", Schema::map(Schema::of(Type::Int32).share(), Schema::string()).share())
        .share();
    let mut all = Struct::new(Arc::clone(&schema));
    let decimal = crate::connect::data::Decimal::parse("123.45").unwrap();
    for (name, value) in [
        ("n", Value::Int32(-1)),
        ("raw", Value::Bytes(vec![0, 1])),
        ("money", Value::Decimal(decimal)),
        ("when", Value::Date(5)),
        ("odd", Value::Map(vec![(Value::Int32(7), Value::from("x"))])),
    ] {
        all.put(name, value).unwrap();
    }
    let value = all.value();
    let mut out = Vec::new();
    values::write(Some(&schema), &value, MANNER, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let want =
        r#"{"n":-1,"s":null,"raw":"AAE=","money":"MDk=","when":5,"odd":[{"key":7,"value":"x"}]}"#;
    assert_eq!(text, want);
    assert_eq!(read(&schema, &text), Ok(value.clone()));
    let manner = Manner { decimals_are_numbers: true, ..MANNER };
    let mut out = Vec::new();
    values::write(Some(&schema), &value, manner, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().contains("\"money\":123.45"));
}

#[test]
fn schemas_of_others_are_read_as_javas_converter_reads_them() {
    let text = json!({
        "type": "object", "title": "T", "$defs": {"p": {"type": "string"}},
        "properties": {
            "i": {"type": "integer"}, "f": {"type": "number"}, "ref": {"$ref": "#/$defs/p"},
            "maybe": {"type": ["null", "string"]}, "e": {"enum": ["A", "B"]},
            "u": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
            "any": {"anyOf": [{"type": "null"}, {"type": "boolean"}, {"type": "number"}]},
        },
    });
    let schema = inward(&text).unwrap();
    let kind = |name: &str| schema.of_field(name).map(|one| (one.kind, one.optional)).unwrap();
    assert_eq!(kind("i"), (Type::Int64, false));
    assert_eq!(kind("f"), (Type::Float64, false));
    assert_eq!(kind("ref"), (Type::String, false));
    assert_eq!(kind("maybe"), (Type::String, true));
    let e = schema.of_field("e").unwrap();
    assert_eq!(e.parameters[1], (format!("{ENUM}.A"), "A".to_owned()));
    let u = schema.of_field("u").unwrap();
    assert_eq!(u.fields[1].name, "io.confluent.connect.json.OneOf.field.1");
    let value = read(&schema, r#"{"i":1.0,"f":2,"ref":"r","e":"A","u":"x","any":true}"#).unwrap();
    let Value::Struct(all) = value else { panic!() };
    let Ok(Value::Struct(union)) = all.get("u") else { panic!() };
    assert_eq!(union.at(1), &Value::from("x"));
    assert_eq!(all.get("i"), Ok(&Value::Int64(1)));
    assert!(read(&schema, r#"{"i":1.5}"#).is_err());
    assert!(read(&schema, r#"{"f":1}"#).unwrap_err().contains("i: Invalid null value"));
}

#[test]
fn what_cannot_be_is_refused() {
    for bad in [
        json!(true),
        json!({}),
        json!({"type": "array"}),
        json!({"type": ["string", "integer"]}),
        json!({"$ref": "#/nowhere"}),
        json!({"type": "object", "properties": {"own": {"$ref": "#"}}}),
        json!({"enum": [1, 2]}),
        json!({"allOf": [{"type": "string"}, {"type": "string"}]}),
    ] {
        assert!(inward(&bad).is_err(), "{bad}");
    }
}
