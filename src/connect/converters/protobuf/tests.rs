//! Schemas and values to and fro.

use super::*;
use crate::connect::data::{Decimal, Schema, Struct, Type, Value, logical};

const MANNER: Manner = Manner { is_enhanced: false, scrubs: false };

fn message(text: &str, name: &str) -> ProtoMessage {
    let file = ProtoFile::of_texts(FILE, text, &BTreeMap::new());
    file.unwrap_or_else(|error| panic!("{error}\n{text}")).by_name(name).unwrap()
}

fn inward(message: &ProtoMessage) -> SchemaRef {
    Inward { manner: MANNER, nodes: 0 }.schema(message.descriptor(), None).unwrap()
}

fn round(message: &ProtoMessage, value: &Value) -> Value {
    let found = write::message(message.descriptor(), value, MANNER, 0).unwrap();
    let mut bytes = Vec::new();
    ProtoMessage::encode(&found, &mut bytes);
    let found = DynamicMessage::decode(message.descriptor().clone(), &bytes[..]).unwrap();
    inward::structure(&found, &inward(message)).unwrap()
}

#[test]
fn dates_are_days() {
    for (days, date) in [
        (0, (1970, 1, 1)),
        (-1, (1969, 12, 31)),
        (11_016, (2000, 2, 29)),
        (19_358, (2023, 1, 1)),
        (-719_162, (1, 1, 1)),
    ] {
        assert_eq!(civil_of(days), date);
        assert_eq!(days_of(date.0, date.1, date.2), days);
    }
    for days in (-800_000..800_000).step_by(997) {
        let (year, month, day) = civil_of(days);
        assert_eq!(days_of(year, month, day), days);
    }
}

#[test]
fn structs_are_messages_and_come_back() {
    let inner =
        Schema::structure().named("geo.Point").field("x", Schema::of(Type::Float64).share());
    let inner = inner.share();
    let mut kind = Schema::of(Type::String).named("Kind");
    kind.parameters = [
        (ENUM, "Kind"),
        ("io.confluent.connect.protobuf.Enum.A", "0"),
        ("io.confluent.connect.protobuf.Enum.B", "5"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let union = Schema::structure()
        .named("io.confluent.connect.protobuf.Union.pick")
        .field("n", Schema::of(Type::Int32).optional().share())
        .field("t", Schema::optional_string())
        .optional()
        .share();
    let schema = Schema::structure()
        .named("shop.Order")
        .field("id", Schema::of(Type::Int64).share())
        .field("small", Schema::of(Type::Int8).share())
        .field("name", Schema::optional_string())
        .field("raw", Schema::of(Type::Bytes).share())
        .field("list", Schema::array(Schema::string()).share())
        .field("map", Schema::map(Schema::string(), Schema::of(Type::Int32).share()).share())
        .field("from", Arc::clone(&inner))
        .field("to", Arc::clone(&inner))
        .field("money", Schema::decimal(2).share())
        .field("day", Schema::logical(logical::DATE).share())
        .field("time", Schema::logical(logical::TIME).share())
        .field("when", Schema::logical(logical::TIMESTAMP).share())
        .field("kind", kind.share())
        .field("pick_0", Arc::clone(&union))
        .share();
    let (path, text) = outward::file(&schema, MANNER).unwrap();
    assert_eq!(path, "shop.Order");
    assert!(text.starts_with("syntax = \"proto3\";\npackage shop;\n"), "{text}");
    let message = message(&text, &path);
    let mut all = Struct::new(Arc::clone(&schema));
    let mut point = Struct::new(inner);
    point.put("x", Value::Float64(1.5)).unwrap();
    let mut pick = Struct::new(union);
    pick.put("t", Value::from("x")).unwrap();
    let given = [
        ("id", Value::Int64(-7)),
        ("small", Value::Int8(3)),
        ("raw", Value::Bytes(vec![0, 9])),
        ("list", Value::Array(vec![Value::from("a"), Value::from("b")])),
        ("map", Value::Map(vec![(Value::from("k"), Value::Int32(1))])),
        ("from", point.clone().value()),
        ("to", point.value()),
        ("money", Value::Decimal(Decimal::parse("-12.30").unwrap())),
        ("day", Value::Date(-86_400_000)),
        ("time", Value::Date(3_723_004)),
        ("when", Value::Date(-1)),
        ("kind", Value::from("B")),
        ("pick_0", pick.value()),
    ];
    for (name, value) in given {
        all.put(name, value).unwrap();
    }
    let read = round(&message, &all.clone().value());
    let Value::Struct(read) = read else { panic!("{read:?}") };
    assert_eq!(read.schema().name.as_deref(), Some("Order"));
    // Oneofs stand first; what was null and is no message is what Protobuf has for nothing.
    assert_eq!(read.schema().fields[0].name, "pick_0");
    assert_eq!(read.get("name"), Ok(&Value::from("")));
    for name in ["id", "small", "raw", "list", "map", "money", "day", "time", "when", "kind"] {
        assert_eq!(read.get(name), all.get(name), "{name}");
    }
    let Ok(Value::Struct(pick)) = read.get("pick_0") else { panic!("{read:?}") };
    assert_eq!((pick.at(0), pick.at(1)), (&Value::Null, &Value::from("x")));
    let Ok(Value::Struct(point)) = read.get("to") else { panic!("{read:?}") };
    assert_eq!(point.get("x"), Ok(&Value::Float64(1.5)));
    // And once more, by the schema that came back.
    let (path, text) = outward::file(read.schema(), MANNER).unwrap();
    let again = self::message(&text, &path);
    let numbers = |message: &ProtoMessage| {
        let fields = message.descriptor().fields();
        fields.map(|field| (field.name().to_owned(), field.number())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(numbers(&message), numbers(&again));
}

#[test]
fn messages_of_others_are_read_as_javas_converter_reads_them() {
    let text = r#"syntax = "proto3"; package p;
        message M { uint32 u = 1; optional int32 o = 2; map<int32, string> names = 4;
            repeated Kind kinds = 3; Inner in = 9;
            enum Kind { A = 0; B = 2; } message Inner { sint64 z = 1; } }"#;
    let message = message(text, "M");
    let schema = inward(&message);
    assert_eq!(schema.name.as_deref(), Some("M"));
    let of = |name: &str| schema.of_field(name).unwrap();
    assert_eq!((of("u").kind, of("u").optional), (Type::Int64, true));
    assert_eq!(of("u").parameters, [(TAG.to_owned(), "1".to_owned())]);
    assert_eq!(of("names").kind, Type::Map);
    let kinds = of("kinds").values.as_ref().unwrap();
    assert_eq!((kinds.name.as_deref(), kinds.parameters.len()), (Some("Kind"), 3));
    let bytes = [8, 5, 26, 1, 7];
    let found = DynamicMessage::decode(message.descriptor().clone(), &bytes[..]).unwrap();
    let Value::Struct(all) = inward::structure(&found, &schema).unwrap() else { panic!() };
    assert_eq!(all.get("u"), Ok(&Value::Int64(5)));
    assert_eq!(all.get("in"), Ok(&Value::Null));
    let unknown = Value::from("UNKNOWN_ENUM_VALUE_Kind_7");
    assert_eq!(all.get("kinds"), Ok(&Value::Array(vec![unknown])));
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(outward::file(&Schema::of(Type::String), MANNER).unwrap_err().contains("STRING"));
    let nested = Schema::array(Schema::array(Schema::string()).share());
    for schema in [nested, Schema::map(Schema::of(Type::Float32).share(), Schema::string())] {
        let schema = Schema::structure().field("a", schema.share());
        assert!(outward::file(&schema, MANNER).is_err());
    }
    let own = message("syntax = \"proto3\"; message M { M m = 1; }", "M");
    let mut inward = Inward { manner: MANNER, nodes: 0 };
    assert!(inward.schema(own.descriptor(), None).unwrap_err().contains("holds itself"));
    let one = message("syntax = \"proto3\"; message M { int32 n = 1; }", "M");
    for bad in [
        Value::from("x"),
        Value::Map(vec![(Value::from("other"), Value::Int32(1))]),
        Value::Map(vec![(Value::from("n"), Value::Int64(i64::MAX))]),
    ] {
        assert!(write::message(one.descriptor(), &bad, MANNER, 0).is_err(), "{bad:?}");
    }
}
