"""Confluent's serializers and deserializers for Protobuf and JSON Schema, beside ours.

usage: schema_types.py cases
       schema_types.py produce BROKERS REGISTRY   each case to the topic py-N
       schema_types.py consume BROKERS REGISTRY   each case from the topic rk-N: a line each

A case is a schema with what it refers to, a message of it for Protobuf, and the JSON that both
mean. Values of maps have one entry: Python does not say in which order it writes more.
"""

import json
import os
import sys
import tempfile

import sides

MAIN = """syntax = "proto3";
package shop.v1;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/type/date.proto";
import "dir/item.proto";
message Order {
  string customer_name = 1; int64 id = 2; map<string, int32> counts = 3;
  repeated sint32 deltas = 4; Kind kind = 5; bytes blob = 6; double price = 7; float rate = 8;
  optional int32 maybe = 9; oneof choice { string left = 10; shop.Item right = 11; }
  repeated shop.Item items = 12; map<int32, shop.Item> by_number = 13;
  fixed64 f64 = 14; sfixed32 sf32 = 15; uint32 u32 = 16; bool is_done = 17; Order parent = 18;
  enum Kind { NONE = 0; NEW = 1; }
  message Line { message Part { int32 n = 1; } Part part = 1; }
}
message Known {
  google.protobuf.Timestamp at = 1; google.protobuf.Duration took = 2;
  google.protobuf.Struct object = 3; google.protobuf.Value value = 4;
  google.protobuf.Int64Value long = 5; google.protobuf.StringValue text = 6;
  google.protobuf.Any any = 7; google.type.Date date = 8;
}
"""
ITEM = """syntax = "proto3";
package shop;
import "dir/unit.proto";
message Item { string sku = 1; shop.Unit unit = 2; }
"""
UNIT = """syntax = "proto3";
package shop;
message Unit { int32 n = 1; }
"""
OTHERS = [["dir/item.proto", ITEM], ["dir/unit.proto", UNIT]]

# Message, JSON.
PROTOBUF = [
    ("Order", "{}"),
    ("Order", '{"customerName":"grün","id":"-9007199254740993"}'),
    ("Order", '{"counts":{"a":0}}'),
    ("Order", '{"deltas":[0,-1,2147483647,-2147483648]}'),
    ("Order", '{"kind":"NEW","blob":"AP8=","price":0.1,"rate":1.5,"maybe":0}'),
    ("Order", '{"price":"NaN","rate":"-Infinity"}'),
    ("Order", '{"left":""}'),
    ("Order", '{"right":{"sku":"x","unit":{"n":-1}}}'),
    ("Order", '{"items":[{"sku":"x"},{},{"unit":{}}],"byNumber":{"-5":{"sku":"z"}}}'),
    ("Order", '{"f64":"18446744073709551615","sf32":-7,"u32":4294967295,"isDone":true}'),
    ("Order", '{"parent":{"parent":{"id":"1"}}}'),
    ("Order.Line", '{"part":{"n":5}}'),
    ("Order.Line.Part", '{"n":7}'),
    ("Known", '{"at":"2026-01-31T12:30:00.500Z","took":"-1.000000001s"}'),
    ("Known", '{"object":{"a":[1.0,"b",null,{"c":true}]},"value":null}'),
    ("Known", '{"long":"0","text":"","date":{"year":2026,"month":1}}'),
    ("Known", '{"any":{"@type":"type.googleapis.com/shop.Item","sku":"q"}}'),
    ("Known", '{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"}}'),
]

PERSON = {"title": "Person", "type": "object", "properties": {
    "name": {"type": "string"}, "age": {"type": "integer", "minimum": 0},
    "tags": {"type": "array", "items": {"type": "string"}}}, "required": ["name"]}
UNITS = {"$id": "unit.json", "type": "object", "properties": {"n": {"type": "integer"}}}
USES = {"title": "Uses", "type": "object", "properties": {
    "unit": {"$ref": "unit.json"}, "units": {"type": "array", "items": {"$ref": "unit.json"}}}}
NEW = dict(PERSON, **{"$schema": "https://json-schema.org/draft/2020-12/schema"})
OLD = dict(PERSON, **{"$schema": "http://json-schema.org/draft-04/schema#"})

# Schema, what it refers to, JSON.
JSON = [
    (PERSON, [], '{"name":"grün \\"x\\"","age":7}'),
    (PERSON, [], '{"tags":["a","b"],"name":""}'),
    (NEW, [], '{"name":"x","other":[1.5,null,true,{"deep":[]}]}'),
    (OLD, [], '{"name":"x","age":12345678901234567890}'),
    ({"title": "N", "type": "number"}, [], "1.25"),
    ({"title": "S", "type": "string"}, [], '"x"'),
    (USES, [UNITS], '{"unit":{"n":1},"units":[{"n":2},{}]}'),
]

def all_cases():
    """Number, way, type, message, schema, what it refers to, JSON."""
    cases = [("protobuf", message, MAIN, OTHERS, shown) for message, shown in PROTOBUF]
    cases += [("jsonschema", None, json.dumps(schema),
               [[other["$id"], json.dumps(other)] for other in others], shown)
              for schema, others, shown in JSON]
    number = 0
    for case in cases:
        for way in sides.WAYS:
            yield (number, way) + case
            number += 1


class Tools:
    """Serializers of a registry, and messages by their names."""

    def __init__(self, registry):
        import grpc_tools
        from confluent_kafka import schema_registry as sr
        from google.protobuf import descriptor_pb2, descriptor_pool
        from google.type import date_pb2  # noqa: F401
        from grpc_tools import protoc
        self.client = sr.SchemaRegistryClient({"url": registry})
        with tempfile.TemporaryDirectory() as folder:
            for name, text in [["main.proto", MAIN]] + OTHERS:
                os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
                with open(os.path.join(folder, name), "w") as file:
                    file.write(text)
            built_in = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
            common = os.path.dirname(os.path.dirname(os.path.dirname(date_pb2.__file__)))
            failed = protoc.main(["", "-I" + folder, "-I" + built_in, "-I" + common,
                                  "--include_imports", "--descriptor_set_out=" + folder + "/set",
                                  folder + "/main.proto"])
            assert not failed
            with open(folder + "/set", "rb") as file:
                files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)

    def message(self, name):
        from google.protobuf import message_factory
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName("shop.v1." + name))

    def value(self, message, shown):
        from google.protobuf import json_format
        if message is None:
            return json.loads(shown)
        return json_format.Parse(shown, self.message(message)(), descriptor_pool=self.pool)

    def schema(self, text, others):
        return sides.schema(self.client, "JSON", text, others)

    def serializer(self, message, text, others, way):
        if message is None:
            from confluent_kafka.schema_registry.json_schema import JSONSerializer
            return JSONSerializer(self.schema(text, others), self.client, conf=sides.conf(way))
        from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
        return ProtobufSerializer(self.message(message), self.client, conf=sides.conf(way))

    def deserializer(self, message, text, others):
        if message is None:
            from confluent_kafka.schema_registry.json_schema import JSONDeserializer
            return JSONDeserializer(self.schema(text, others), schema_registry_client=self.client)
        from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
        return ProtobufDeserializer(self.message(message), {"use.deprecated.format": False},
                                    self.client)

    def cases(self):
        return all_cases()

    def write(self, case, context):
        _, way, _, message, text, others, shown = case
        return self.serializer(message, text, others, way)(self.value(message, shown), context)

    def read(self, case, data, _, context):
        _, _, _, message, text, others, shown = case
        read = self.deserializer(message, text, others)(data, context)
        value = self.value(message, shown)
        return "same" if read == value or str(read) == str(value) else "%r is not %r" % (read, value)


def main(words):
    if words[0] == "cases":
        for number, way, kind, message, text, others, shown in all_cases():
            print(json.dumps([number, kind, way, message and "shop.v1." + message, text, others,
                              shown]))
    elif words[0] == "produce":
        sides.produce(Tools(words[2]), words[1])
    else:
        sides.consume(Tools(words[2]), words[1])


main(sys.argv[1:])
