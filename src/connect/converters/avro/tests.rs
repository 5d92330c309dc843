//! Schemas and values to and fro. The texts of schemas are those that Java's converter writes.

use serde_json::{Value as Json, json};

use super::*;
use crate::connect::data::{Struct, Type, logical};

fn manner(is_enhanced: bool) -> Manner {
    Manner {
        is_enhanced,
        keeps_meta: true,
        scrubs: false,
        allows_optional_keys: false,
        flattens: true,
    }
}

fn outward(schema: &Schema) -> Json {
    Outward { manner: &manner(false), named: HashMap::new() }.schema(schema, None).unwrap()
}

fn node(json: &Json) -> Arc<Node> {
    Node::read(&json.to_string(), &[]).unwrap()
}

fn inward(json: &Json) -> SchemaRef {
    Inward { manner: &manner(false), nodes: 0 }.schema(&node(json), None).unwrap()
}

fn written(json: &Json, schema: Option<&Schema>, value: &Value) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    write::value(&manner(false), &node(json), schema, value, &mut out).map(|()| out)
}

fn read(json: &Json, schema: &SchemaRef, bytes: &[u8]) -> Result<Value, String> {
    let mut reader = Reader::new(bytes, true);
    let value = reader.value(&node(json), schema, 0)?;
    if reader.bytes.is_empty() { Ok(value) } else { Err("there is more".to_owned()) }
}

#[test]
fn plain_types_have_javas_texts_and_come_back() {
    let with = |value: Value, kind| Schema { default: Some(value), ..Schema::of(kind) };
    let rows = [
        (Schema::of(Type::Int8), json!({"type":"int","connect.type":"int8"})),
        (Schema::of(Type::Int16), json!({"type":"int","connect.type":"int16"})),
        (Schema::of(Type::Int32), json!("int")),
        (Schema::of(Type::Int64), json!("long")),
        (Schema::of(Type::Float32), json!("float")),
        (Schema::of(Type::Float64), json!("double")),
        (Schema::of(Type::Boolean), json!("boolean")),
        (Schema::of(Type::String), json!("string")),
        (Schema::of(Type::Bytes), json!("bytes")),
        (Schema::of(Type::String).optional(), json!(["null", "string"])),
        (
            with(Value::Int32(7), Type::Int32).optional(),
            json!([{"type":"int","connect.default":7}, "null"]),
        ),
        (
            Schema::decimal(2),
            json!({
                "type":"bytes","scale":2,"precision":64,"connect.version":1,
                "connect.parameters":{"scale":"2"},
                "connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal",
            }),
        ),
        (
            Schema::logical(logical::DATE),
            json!({
                "type":"int","connect.version":1,
                "connect.name":"org.apache.kafka.connect.data.Date","logicalType":"date",
            }),
        ),
        (
            Schema::logical(logical::TIMESTAMP).optional(),
            json!(["null", {
                "type":"long","connect.version":1,
                "connect.name":"org.apache.kafka.connect.data.Timestamp",
                "logicalType":"timestamp-millis",
            }]),
        ),
        (Schema::array(Schema::of(Type::Int64).share()), json!({"type":"array","items":"long"})),
        (
            Schema::map(Schema::string(), Schema::optional_string()),
            json!({"type":"map","values":["null","string"]}),
        ),
        (
            Schema::map(Schema::of(Type::Int32).share(), Schema::string()),
            json!({"type":"array","items":{
                "type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro",
                "fields":[{"name":"key","type":"int"},{"name":"value","type":"string"}],
            }}),
        ),
    ];
    for (schema, text) in rows {
        assert_eq!(outward(&schema).to_string(), text.to_string());
        assert_eq!(*inward(&text), schema, "{text}");
    }
}

#[test]
fn records_have_javas_text_and_refer_to_what_was_said() {
    let point = Schema::structure()
        .named("geo.Point")
        .field("x", Schema::of(Type::Float64).share())
        .share();
    let schema = Schema { version: Some(3), doc: Some("all".into()), ..Schema::structure() }
        .named("shop.Order")
        .field("id", Schema::of(Type::Int64).share())
        .field("note", Schema::optional_string())
        .field("from", Arc::clone(&point))
        .field("to", Schema { optional: true, ..(*point).clone() }.share());
    let text = json!({
        "type":"record","name":"Order","namespace":"shop","fields":[
            {"name":"id","type":"long"},
            {"name":"note","type":["null","string"],"default":null},
            {"name":"from","type":{
                "type":"record","name":"Point","namespace":"geo",
                "fields":[{"name":"x","type":"double"}],"connect.name":"geo.Point"}},
            {"name":"to","type":["null","geo.Point"],"default":null},
        ],
        "connect.doc":"all","connect.version":3,"connect.name":"shop.Order",
    });
    assert_eq!(outward(&schema).to_string(), text.to_string());
    assert_eq!(*inward(&text), schema);
    let nameless = Schema::structure().field("a", Schema::string());
    assert_eq!(outward(&nameless)["name"], "ConnectDefault");
    assert_eq!(inward(&outward(&nameless)).name, None);
    let clash = Schema::structure()
        .field("a", Schema::structure().named("n.A").field("x", Schema::string()).share())
        .field("b", Schema::structure().named("n.A").field("y", Schema::string()).share());
    let mut outward = Outward { manner: &manner(false), named: HashMap::new() };
    assert!(outward.schema(&clash, None).unwrap_err().contains("Can't redefine: n.A"));
}

#[test]
fn enums_unions_and_defaults_are_what_javas_converter_makes_of_them() {
    let text = json!({"type":"record","name":"R","namespace":"n","doc":"about","fields":[
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"],"doc":"d"}},
        {"name":"u","type":["null","int",{"type":"record","name":"I","fields":[]}],"default":null},
        {"name":"n","type":"int","default":5,"doc":"number"},
        {"name":"one","type":["string"]},
    ]});
    let schema = inward(&text);
    let parameter = |name: &str| {
        schema.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    };
    assert_eq!(parameter("io.confluent.connect.avro.record.doc"), Some("about"));
    assert_eq!(parameter("io.confluent.connect.avro.field.doc.n"), Some("number"));
    let of = |name: &str| schema.of_field(name).unwrap();
    let e = of("e");
    assert_eq!((e.kind, e.name.as_deref()), (Type::String, Some("n.E")));
    let all = e.parameters.iter().map(|(name, value)| format!("{name}={value}"));
    assert_eq!(
        all.collect::<Vec<_>>(),
        [
            "io.confluent.connect.avro.enum.doc.E=d",
            "io.confluent.connect.avro.Enum=n.E",
            "io.confluent.connect.avro.Enum.A=A",
            "io.confluent.connect.avro.Enum.B=B",
        ]
    );
    let u = of("u");
    assert!(u.optional && u.is_named(UNION));
    let names: Vec<&str> = u.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["int", "I"]);
    assert_eq!(of("n").default, Some(Value::Int32(5)));
    assert_eq!((of("one").kind, of("one").optional), (Type::String, false));
    // A value of each.
    let bytes = [2, 2, 14, 10, 0, 2, b'x'];
    let value = read(&text, &schema, &bytes).unwrap();
    let Value::Struct(all) = &value else { panic!("{value:?}") };
    assert_eq!(all.get("e"), Ok(&Value::from("B")));
    let Ok(Value::Struct(union)) = all.get("u") else { panic!("{all:?}") };
    assert_eq!((union.at(0), union.at(1)), (&Value::Int32(7), &Value::Null));
    assert_eq!(written(&text, Some(&schema), &value), Ok(bytes.to_vec()));
    let mut enhanced = Outward { manner: &manner(true), named: HashMap::new() };
    let told = enhanced.schema(e, None).unwrap();
    assert_eq!((&told["type"], &told["symbols"]), (&json!("enum"), &json!(["A", "B"])));
}

#[test]
fn values_go_out_and_come_back() {
    let schema = Schema::structure()
        .named("n.R")
        .field("i8", Schema::of(Type::Int8).share())
        .field("f", Schema::of(Type::Float32).share())
        .field("raw", Schema::of(Type::Bytes).share())
        .field("list", Schema::array(Schema::optional_string()).share())
        .field("map", Schema::map(Schema::string(), Schema::of(Type::Int64).share()).share())
        .field("odd", Schema::map(Schema::of(Type::Int16).share(), Schema::string()).share())
        .field("money", Schema::decimal(2).share())
        .field("day", Schema::logical(logical::DATE).optional().share())
        .field("when", Schema::logical(logical::TIMESTAMP).share())
        .share();
    let mut all = Struct::new(Arc::clone(&schema));
    let decimal = crate::connect::data::Decimal::parse("-12.30").unwrap();
    for (name, value) in [
        ("i8", Value::Int8(-3)),
        ("f", Value::Float32(0.1)),
        ("raw", Value::Bytes(vec![0, 255])),
        ("list", Value::Array(vec![Value::from("a"), Value::Null])),
        ("map", Value::Map(vec![(Value::from("k"), Value::Int64(i64::MIN))])),
        ("odd", Value::Map(vec![(Value::Int16(300), Value::from("v"))])),
        ("money", Value::Decimal(decimal)),
        ("day", Value::Date(-86_400_000)),
        ("when", Value::Date(1_700_000_000_123)),
    ] {
        all.put(name, value).unwrap();
    }
    let value = all.value();
    let text = outward(&schema);
    assert_eq!(inward(&text), schema);
    let bytes = written(&text, Some(&schema), &value).unwrap();
    assert_eq!(read(&text, &schema, &bytes), Ok(value));
    for end in 0..bytes.len() {
        assert!(read(&text, &schema, &bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn maps_without_a_schema_are_written_by_a_given_one() {
    let text = json!({"type":"record","name":"R","fields":[
        {"name":"a","type":"long"},
        {"name":"b","type":["null","string"],"default":null},
        {"name":"c","type":"double","default":1.5},
        {"name":"d","type":{"type":"array","items":"int"},"default":[1]},
    ]});
    let value = Value::Map(vec![
        (Value::from("b"), Value::from("x")),
        (Value::from("a"), Value::Int64(1)),
        (Value::from("more"), Value::Null),
    ]);
    let bytes = written(&text, None, &value).unwrap();
    let mut want = vec![2, 2, 2, b'x'];
    want.extend(1.5_f64.to_le_bytes());
    want.extend([2, 2, 0]);
    assert_eq!(bytes, want);
    let told = written(&text, None, &Value::Map(Vec::new())).unwrap_err();
    assert_eq!(told, "a: it is not there, and has no default");
    assert!(written(&text, None, &Value::from("x")).is_err());
}

#[test]
fn schemas_that_cannot_be_are_refused() {
    let own = json!({"type":"record","name":"R","fields":[{"name":"r","type":["null","R"]}]});
    assert!(Node::read(&own.to_string(), &[]).unwrap_err().contains("holds itself"));
    for bad in [
        json!({}),
        json!({"type":"nothing"}),
        json!({"type":"record","name":"R"}),
        json!({"type":"fixed","name":"R"}),
        json!([1]),
    ] {
        assert!(Node::read(&bad.to_string(), &[]).is_err(), "{bad}");
    }
    let mut inward = Inward { manner: &manner(false), nodes: 0 };
    assert!(inward.schema(&node(&json!("null")), None).is_err());
    // Each type is twice in the next: there is an end to that.
    let mut text = json!({"type":"record","name":"R0","fields":[]});
    for n in 1..40 {
        let last = format!("R{}", n - 1);
        text = json!({"type":"record","name":format!("R{n}"),"fields":[
            {"name":"a","type":text},{"name":"b","type":last}]});
    }
    assert!(inward.schema(&node(&text), None).unwrap_err().contains("more than 100000 types"));
}
