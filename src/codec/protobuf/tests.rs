//! Payloads as Google's own implementations write them, their texts, and what is refused.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use prost_reflect::{Kind, MapKey, Value};

use super::*;

const SCHEMA: &str = r#"
syntax = "proto3";
package shop.v1;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "item.proto";

message Order {
  string customer_name = 1;
  int64 id = 2;
  map<string, int32> counts = 3;
  repeated sint32 deltas = 4;
  Kind kind = 5;
  bytes blob = 6;
  double price = 7;
  float rate = 8;
  optional int32 maybe = 9;
  oneof choice { string left = 10; Item right = 11; }
  repeated Item items = 12;
  map<int32, Item> by_number = 13;
  map<bool, string> flags = 14;
  repeated string tags = 15;
  uint64 big = 16;
  fixed32 f32 = 17;
  sfixed64 sf64 = 18;
  bool is_done = 19;
  Order parent = 20;
  string odd = 21 [json_name = "$raw"];
  enum Kind { NONE = 0; NEW = 1; OLD = 2; }
  message Inner { message Deep { int32 n = 1; } Deep deep = 1; }
  reserved 100;
}
message Known {
  google.protobuf.Timestamp at = 1;
  google.protobuf.Duration took = 2;
  google.protobuf.Struct object = 3;
  google.protobuf.Value value = 4;
  google.protobuf.ListValue list = 5;
  google.protobuf.FieldMask mask = 6;
  google.protobuf.Any any = 7;
  google.protobuf.Int64Value long = 8;
  google.protobuf.StringValue text = 9;
  google.protobuf.DoubleValue double = 10;
  google.protobuf.NullValue null = 11;
  google.protobuf.Empty empty = 12;
  repeated google.protobuf.Value values = 13;
  repeated google.protobuf.Timestamp times = 14;
  google.protobuf.BytesValue bytes = 15;
}
"#;

const ITEM: &str = "syntax = \"proto3\"; package shop.v1; message Item { string sku = 1; }";

const OLD: &str = r#"
syntax = "proto2";
message Old {
  required int32 id = 1;
  optional string name = 2 [default = "none"];
  optional group Place = 3 { optional int32 x = 1; }
  repeated int32 packed = 4 [packed = true];
  repeated int32 loose = 5;
  optional Sort sort = 6 [default = B];
  enum Sort { A = 1; B = 2; }
  extensions 100 to 199;
}
extend Old { optional string note = 100; repeated int32 marks = 101; }
"#;

fn file(text: &str) -> ProtoFile {
    let imports = BTreeMap::from([("item.proto".to_owned(), ITEM.to_owned())]);
    ProtoFile::of_texts("main.proto", text, &imports).unwrap()
}

fn message(name: &str) -> ProtoMessage {
    file(if name == "Old" { OLD } else { SCHEMA }).by_name(name).unwrap()
}

fn read(message: &ProtoMessage, hex: &str) -> String {
    let mut out = Vec::new();
    message.read(&HEXLOWER.decode(hex.as_bytes()).unwrap(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn write(message: &ProtoMessage, json: &str) -> Result<String, String> {
    let mut out = Vec::new();
    message.write(json.as_bytes(), &mut out)?;
    Ok(HEXLOWER.encode(&out))
}

/// Message, payload in hexadecimal, text: both ways.
const BOTH_WAYS: &[(&str, &str, &str)] = &[
    ("Order", "", "{}"),
    ("Order", "0a0361626310ffffffffffffffffff01", r#"{"customerName":"abc","id":"-1"}"#),
    ("Order", "1a050a016110001a050a01621002", r#"{"counts":{"a":0,"b":2}}"#),
    ("Order", "2203000102", r#"{"deltas":[0,-1,1]}"#),
    ("Order", "2801", r#"{"kind":"NEW"}"#),
    ("Order", "2807", r#"{"kind":7}"#),
    ("Order", "3202fffe", r#"{"blob":"//4="}"#),
    ("Order", "399a9999999999b93f", r#"{"price":0.1}"#),
    ("Order", "390000000000000080", r#"{"price":-0.0}"#),
    ("Order", "39000000000000f87f", r#"{"price":"NaN"}"#),
    ("Order", "39010000000000f87f", r#"{"price":"NaN:7ff8000000000001"}"#),
    ("Order", "39000000000000f0ff", r#"{"price":"-Infinity"}"#),
    ("Order", "45cdcccc3d", r#"{"rate":0.1}"#),
    ("Order", "45ffff7f7f", r#"{"rate":3.4028235e38}"#),
    ("Order", "450100c07f", r#"{"rate":"NaN:7fc00001"}"#),
    ("Order", "4800", r#"{"maybe":0}"#),
    ("Order", "5200", r#"{"left":""}"#),
    ("Order", "5a00", r#"{"right":{}}"#),
    ("Order", "62030a0178620062030a0179", r#"{"items":[{"sku":"x"},{},{"sku":"y"}]}"#),
    ("Order", "7a007a0161", r#"{"tags":["","a"]}"#),
    ("Order", "8001ffffffffffffffffff01", r#"{"big":"18446744073709551615"}"#),
    ("Order", "8d0101000000", r#"{"f32":1}"#),
    ("Order", "9101feffffffffffffff", r#"{"sf64":"-2"}"#),
    ("Order", "980101", r#"{"isDone":true}"#),
    ("Order", "a20106a20103980101", r#"{"parent":{"parent":{"isDone":true}}}"#),
    ("Order", "aa010178", r#"{"odd":"x"}"#),
    ("Order", "0a0178a206020102", r#"{"customerName":"x","$unknown":"ogYCAQI="}"#),
    ("Order.Inner", "0a020805", r#"{"deep":{"n":5}}"#),
    ("Known", "0a00", r#"{"at":"1970-01-01T00:00:00Z"}"#),
    ("Known", "0a080880e2cfaa061001", r#"{"at":"2023-11-14T22:13:20.000000001Z"}"#),
    ("Known", "0a0b10ffffffffffffffffff01", r#"{"at":{"$raw":"EP///////////wE="}}"#),
    ("Known", "0a021805", r#"{"at":{"$raw":"GAU="}}"#),
    ("Known", "12020803", r#"{"took":"3s"}"#),
    ("Known", "1a00", r#"{"object":{}}"#),
    ("Known", "22020800", r#"{"value":null}"#),
    ("Known", "2200", r#"{"value":{"$raw":""}}"#),
    ("Known", "220911000000000000f87f", r#"{"value":{"$raw":"EQAAAAAAAPh/"}}"#),
    ("Known", "2209110000000000000440", r#"{"value":2.5}"#),
    ("Known", "22022001", r#"{"value":true}"#),
    ("Known", "2a040a022000", r#"{"list":[false]}"#),
    ("Known", "32060a01610a0162", r#"{"mask":"a,b"}"#),
    ("Known", "32050a03615f62", r#"{"mask":"aB"}"#),
    ("Known", "32050a03614262", r#"{"mask":{"$raw":"CgNhQmI="}}"#),
    ("Known", "3200", r#"{"mask":""}"#),
    ("Known", "32020a00", r#"{"mask":{"$raw":"CgA="}}"#),
    ("Known", "3a00", r#"{"any":{}}"#),
    (
        "Known",
        "3a160a0f782f73686f702e76312e4974656d2e12030a0171",
        r#"{"any":{"@type":"x/shop.v1.Item.","$raw":"CgFx"}}"#,
    ),
    (
        "Known",
        "3a150a0e782f73686f702e76312e4974656d12030a0171",
        r#"{"any":{"@type":"x/shop.v1.Item","sku":"q"}}"#,
    ),
    ("Known", "4200", r#"{"long":"0"}"#),
    ("Known", "4a030a0161", r#"{"text":"a"}"#),
    ("Known", "5209090000000000000080", r#"{"double":-0.0}"#),
    ("Known", "6200", r#"{"empty":{}}"#),
    ("Known", "6a0208006a022001", r#"{"values":[null,true]}"#),
    ("Known", "7a030a01ff", r#"{"bytes":"/w=="}"#),
    ("Old", "0800", r#"{"id":0}"#),
    ("Old", "0801120461616161", r#"{"id":1,"name":"aaaa"}"#),
    ("Old", "08011b08021c", r#"{"id":1,"place":{"x":2}}"#),
    ("Old", "08012202010228012802", r#"{"id":1,"packed":[1,2],"loose":[1,2]}"#),
    ("Old", "08013001", r#"{"id":1,"sort":"A"}"#),
    ("Old", "0801a206016ea80601a80602", r#"{"id":1,"[note]":"n","[marks]":[1,2]}"#),
];

#[test]
fn payloads_and_texts_are_each_other() {
    for (name, hex, json) in BOTH_WAYS {
        let message = message(name);
        assert_eq!(read(&message, hex), *json, "{name} {hex}");
        assert_eq!(write(&message, json).as_deref(), Ok(*hex), "{name} {json}");
    }
}

/// Texts that are read, and what is written for them.
#[test]
fn other_forms_are_read_too() {
    for (name, json, hex) in [
        ("Order", r#"{"customer_name":"x"}"#, "0a0178"),
        ("Order", r#"{"id":5}"#, "1005"),
        ("Order", r#"{"id":5.0}"#, "1005"),
        ("Order", r#"{"id":"5"}"#, "1005"),
        ("Order", r#"{"id":5e2}"#, "10f403"),
        ("Order", r#"{"id":null,"tags":null,"counts":null,"left":null,"right":null}"#, ""),
        ("Order", r#"{"counts":{"b":2,"a":1}}"#, "1a050a016110011a050a01621002"),
        (
            "Order",
            r#"{"byNumber":{"2":{},"-1":{"sku":"z"}}}"#,
            "6a1008ffffffffffffffffff0112030a017a6a0408021200",
        ),
        ("Order", r#"{"flags":{"true":"t","false":"f"}}"#, "7205080012016672050801120174"),
        ("Order", r#"{"kind":2}"#, "2802"),
        ("Order", r#"{"blob":"__4"}"#, "3202fffe"),
        ("Order", r#"{"price":"1.5"}"#, "39000000000000f83f"),
        ("Order", r#"{"price":1}"#, "39000000000000f03f"),
        ("Order", r#"{"price":123456789.123456789123456789}"#, "39756b7e54346f9d41"),
        ("Order", r#"{"$raw":"UgA="}"#, "5200"),
        ("Order", r#"{"parent":{"$raw":"UgA="}}"#, "a201025200"),
        ("Known", r#"{"null":null}"#, ""),
        (
            "Known",
            r#"{"value":{"a":[1,"b",{"c":null}]}}"#,
            "22282a260a240a0161121f321d0a0911000000000000f03f0a031a01620a0b2a090a070a016312020800",
        ),
        (
            "Known",
            r#"{"any":{"@type":"/google.protobuf.Empty","value":{}}}"#,
            "3a180a162f676f6f676c652e70726f746f6275662e456d707479",
        ),
        (
            "Known",
            r#"{"any":{"@type":"/google.protobuf.Duration","value":"1s"}}"#,
            "3a1f0a192f676f6f676c652e70726f746f6275662e4475726174696f6e12020801",
        ),
        ("Known", r#"{"at":"1970-01-01T01:00:00+01:00"}"#, "0a00"),
    ] {
        assert_eq!(write(&message(name), json).as_deref(), Ok(hex), "{name} {json}");
    }
}

/// Text that is refused, and what is told.
#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (name, json, told) in [
        ("Order", "[]", "an object for the message `shop.v1.Order` is wanted, not a list"),
        ("Order", r#"{"nme":1}"#, "at /nme: the message `shop.v1.Order` has no field `nme`"),
        ("Order", r#"{"parent":{"items":[{},{"x":1}]}}"#, "at /parent/items/1/x: "),
        ("Order", r#"{"id":1.5}"#, "at /id: an int64 is wanted, not 1.5"),
        ("Order", r#"{"id":9223372036854775808}"#, "at /id: an int64 is wanted"),
        ("Order", r#"{"id":true}"#, "at /id: an int64 is wanted, not true"),
        ("Order", r#"{"counts":{"a":"x"}}"#, "at /counts/a: an int32 is wanted"),
        ("Order", r#"{"counts":[]}"#, "at /counts: an object is wanted, not a list"),
        ("Order", r#"{"counts":{"a":null}}"#, "at /counts/a: an int32 is wanted, not null"),
        ("Order", r#"{"byNumber":{"x":{}}}"#, "at /byNumber/x: an int32 is wanted"),
        ("Order", r#"{"byNumber":{"1":{},"01":{}}}"#, "at /byNumber/01: the key is there twice"),
        ("Order", r#"{"flags":{"yes":""}}"#, "at /flags/yes: a boolean is wanted"),
        ("Order", r#"{"tags":"x"}"#, "at /tags: a list is wanted, not a string"),
        ("Order", r#"{"tags":["x",null]}"#, "at /tags/1: a string is wanted, not null"),
        ("Order", r#"{"kind":"NOPE"}"#, "has no value `NOPE`: it has NONE, NEW, OLD"),
        ("Order", r#"{"blob":"?"}"#, "at /blob: base64 is wanted"),
        ("Order", r#"{"rate":1e39}"#, "at /rate: a float is wanted, not 1e39"),
        ("Order", r#"{"price":"inf"}"#, "at /price: a double is wanted"),
        ("Order", r#"{"left":"x","right":{}}"#, "of the same oneof `choice`"),
        ("Order", r#"{"id":1,"id":2}"#, "at /id: the field is there twice"),
        ("Order", r#"{"customerName":"a","customer_name":"b"}"#, "is there twice"),
        ("Order", r#"{"$raw":"/w=="}"#, "at /$raw: "),
        ("Order", r#"{"$unknown":"/w=="}"#, "at /$unknown: "),
        ("Known", r#"{"at":"yesterday"}"#, "at /at: a timestamp of RFC 3339 is wanted"),
        ("Known", r#"{"at":1}"#, "at /at: a timestamp of RFC 3339 is wanted, not 1"),
        ("Known", r#"{"took":"1"}"#, "at /took: a duration like `1.5s` is wanted"),
        ("Known", r#"{"mask":"a_b"}"#, "at /mask: "),
        ("Known", r#"{"any":{"a":1}}"#, "at /any: a member `@type`"),
        ("Known", r#"{"any":{"@type":"x/No"}}"#, "at /any/@type: the schema has no message `No`"),
        ("Known", r#"{"any":{"@type":"x/shop.v1.Item","a":1}}"#, "at /any/a: "),
        ("Known", r#"{"times":[null]}"#, "at /times/0: "),
        ("Old", "{}", "`Old` requires a field `id`"),
        ("Old", r#"{"id":1,"[nope]":1}"#, "has no field `[nope]`"),
    ] {
        let why = write(&message(name), json).unwrap_err();
        assert!(why.contains(told), "{json}: {why}");
    }
}

#[test]
fn nothing_is_nested_without_end() {
    let order = message("Order");
    let deep = |depth: usize| "{\"parent\":".repeat(depth) + "{}" + &"}".repeat(depth);
    let hex = write(&order, &deep(DEPTH_MAX)).unwrap();
    assert_eq!(read(&order, &hex), deep(DEPTH_MAX));
    assert!(write(&order, &deep(DEPTH_MAX + 1)).unwrap_err().contains("nested deeper"));
    // Messages, groups of the schema and groups that nobody knows.
    let known = message("Known");
    let lists = "[".repeat(300) + &"]".repeat(300);
    assert!(write(&known, &format!("{{\"value\":{lists}}}")).unwrap_err().contains("deeper"));
    for bytes in [[0xa2, 0x01, 0x7f].repeat(1000), vec![0x1b; 100_000], vec![0xa3; 99_999]] {
        let mut out = Vec::new();
        assert!(order.read(&bytes, &mut out).is_err());
    }
    // An `Any` in an `Any`, and so on: told as bytes from some depth on.
    let mut bytes = Vec::new();
    for _ in 0..2_000 {
        let url = b"/google.protobuf.Any";
        let mut outer = vec![0x0a, url.len() as u8];
        outer.extend_from_slice(url);
        outer.push(0x12);
        prost_reflect::prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
        outer.extend_from_slice(&bytes);
        bytes = outer;
    }
    let any = file(SCHEMA).by_name("google.protobuf.Any").unwrap();
    let mut out = Vec::new();
    any.read(&bytes, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().contains("$raw"));
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Small ones and the ends are likely.
    fn bits(&mut self) -> u64 {
        match self.below(4) {
            0 => self.below(3),
            1 => u64::MAX - self.below(3),
            2 => 1 << self.below(64),
            _ => self.next(),
        }
    }

    fn schema(&mut self) -> String {
        const SCALARS: &[&str] = &[
            "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
            "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
        ];
        const OTHERS: &[&str] = &[
            "M0",
            "M1",
            "E",
            "google.protobuf.Timestamp",
            "google.protobuf.Duration",
            "google.protobuf.Struct",
            "google.protobuf.Value",
            "google.protobuf.FieldMask",
            "google.protobuf.ListValue",
            "google.protobuf.Any",
            "google.protobuf.FloatValue",
            "google.protobuf.UInt64Value",
            "google.protobuf.BytesValue",
        ];
        let mut text = "syntax = \"proto3\"; package r;".to_owned();
        for name in ["any", "duration", "field_mask", "struct", "timestamp", "wrappers"] {
            text += &format!(" import \"google/protobuf/{name}.proto\";");
        }
        text += " enum E { E0 = 0; E1 = 1; EM = -1; }";
        for message in 0..2 {
            text += &format!(" message M{message} {{");
            let mut number = 0;
            for field in 0..=self.below(8) {
                number += 1 + self.below(20) * self.below(2);
                let scalar = SCALARS[self.below(15) as usize];
                let any = match self.below(2) {
                    0 => scalar,
                    _ => OTHERS[self.below(OTHERS.len() as u64) as usize],
                };
                let key = SCALARS[2 + self.below(12) as usize];
                text += &match self.below(6) {
                    0 => format!(" repeated {any} f_{field} = {number};"),
                    1 => format!(" map<{key}, {any}> f_{field} = {number};"),
                    2 => format!(" optional {scalar} f_{field} = {number};"),
                    3 => format!(" oneof o_{field} {{ {any} f_{field} = {number}; }}"),
                    4 => format!(" repeated {} f_{field} = {number} [packed = false];", "sint64"),
                    _ => format!(" {any} f_{field} = {number};"),
                };
            }
            text += " }";
        }
        text
    }

    fn message(&mut self, of: &MessageDescriptor, depth: u64) -> DynamicMessage {
        let mut made = DynamicMessage::new(of.clone());
        for field in of.fields() {
            if self.below(3) == 0 || depth > 3 {
                continue;
            }
            let kind = field.kind();
            let value = if field.is_map() {
                let Kind::Message(entry) = &kind else { unreachable!() };
                let (key, held) = (entry.map_entry_key_field(), entry.map_entry_value_field());
                let entries = (0..self.below(3)).map(|_| {
                    let key = self.value(&key.kind(), depth).into_map_key();
                    (key.unwrap_or(MapKey::Bool(true)), self.value(&held.kind(), depth))
                });
                Value::Map(entries.collect())
            } else if field.is_list() {
                Value::List((0..self.below(3)).map(|_| self.value(&kind, depth)).collect())
            } else {
                self.value(&kind, depth)
            };
            made.set_field(&field, value);
        }
        made
    }

    fn value(&mut self, kind: &Kind, depth: u64) -> Value {
        let bits = self.bits();
        match kind {
            Kind::Double => Value::F64(f64::from_bits(bits)),
            Kind::Float => Value::F32(f32::from_bits(bits as u32)),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(bits as i32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(bits as i64),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(bits as u32),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(bits),
            Kind::Bool => Value::Bool(bits & 1 == 1),
            Kind::String => {
                const TEXTS: &[&str] = &["", "a", "\u{e4}\n\"", "$raw", "a_b,c", "/r.M0", "\0"];
                Value::String(TEXTS[self.below(7) as usize].to_owned())
            }
            Kind::Bytes => {
                Value::Bytes(bits.to_le_bytes()[..self.below(9) as usize].to_vec().into())
            }
            Kind::Message(of) => Value::Message(self.message(of, depth + 1)),
            Kind::Enum(_) => Value::EnumNumber(self.below(4) as i32 - 1),
        }
    }
}

#[test]
fn random_messages_of_random_schemas_are_read_back_to_the_byte() {
    let mut random = Random(20_260_131);
    let (mut count, mut bytes_of_all, mut damaged) = (0, 0, 0);
    for _ in 0..60 {
        let text = random.schema();
        let made = file(&text).by_name("r.M0").unwrap();
        for _ in 0..50 {
            let mut payload = Vec::new();
            encode::message(&random.message(&made.message, 0), &mut payload);
            if random.below(4) == 0 {
                // A field that the schema does not know.
                payload.extend_from_slice(&[0xfa, 0xff, 0x07, 0x01, random.next() as u8]);
            }
            let mut json = Vec::new();
            made.read(&payload, &mut json).unwrap();
            let mut again = Vec::new();
            let shown = String::from_utf8(json).unwrap();
            made.write(shown.as_bytes(), &mut again).unwrap_or_else(|e| panic!("{shown}: {e}"));
            assert_eq!(again, payload, "{text}\n{shown}");
            count += 1;
            bytes_of_all += payload.len();
            // Whatever damage can be read, is read back as what it means.
            if payload.is_empty() {
                continue;
            }
            let at = random.below(payload.len() as u64) as usize;
            payload[at] = random.next() as u8;
            let Ok(meant) = DynamicMessage::decode(made.message.clone(), payload.as_slice()) else {
                continue;
            };
            let (mut canonical, mut json, mut again) = (Vec::new(), Vec::new(), Vec::new());
            encode::message(&meant, &mut canonical);
            made.read(&payload, &mut json).unwrap();
            made.write(&json, &mut again).unwrap();
            assert_eq!(again, canonical, "{text}\n{}", String::from_utf8_lossy(&json));
            damaged += 1;
        }
    }
    assert!(count == 3_000 && damaged > 500, "{count} {damaged} {bytes_of_all}");
}
