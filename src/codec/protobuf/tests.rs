//! Payloads as Google's own implementations write them, their texts, and what is refused.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;

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
