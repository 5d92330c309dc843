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

# Each case goes by each of these: subject strategy, where the id is, keys or values.
WAYS = [("topic", "prefix", "value"), ("topic", "header", "value"), ("topic", "prefix", "key"),
        ("topic", "header", "key"), ("record", "prefix", "value"),
        ("topic-record", "header", "value")]


def all_cases():
    """Number, type, way, message, schema, what it refers to, JSON."""
    cases = [("protobuf", message, MAIN, OTHERS, shown) for message, shown in PROTOBUF]
    cases += [("jsonschema", None, json.dumps(schema),
               [[other["$id"], json.dumps(other)] for other in others], shown)
              for schema, others, shown in JSON]
    number = 0
    for case in cases:
        for way in WAYS:
            yield (number, case[0], way) + case[1:]
            number += 1


class Tools:
    """Serializers of a registry, and messages by their names."""

    def __init__(self, registry):
        import grpc_tools
        from confluent_kafka import schema_registry as sr
        from google.protobuf import descriptor_pb2, descriptor_pool
        from google.type import date_pb2  # noqa: F401
        from grpc_tools import protoc
        self.sr, self.client = sr, sr.SchemaRegistryClient({"url": registry})
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

    def conf(self, way):
        sr = self.sr
        strategies = {"topic": sr.topic_subject_name_strategy,
                      "record": sr.record_subject_name_strategy,
                      "topic-record": sr.topic_record_subject_name_strategy}
        places = {"prefix": sr.prefix_schema_id_serializer,
                  "header": sr.header_schema_id_serializer}
        return {"subject.name.strategy": strategies[way[0]],
                "schema.id.serializer": places[way[1]]}

    def message(self, name):
        from google.protobuf import message_factory
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName("shop.v1." + name))

    def value(self, message, shown):
        from google.protobuf import json_format
        if message is None:
            return json.loads(shown)
        return json_format.Parse(shown, self.message(message)(), descriptor_pool=self.pool)

    def schema(self, text, others):
        references = []
        for name, other in others:
            self.client.register_schema(name, self.sr.Schema(other, "JSON"))
            references.append(self.sr.SchemaReference(name, name, 1))
        return self.sr.Schema(text, "JSON", references)

    def serializer(self, message, text, others, way):
        if message is None:
            from confluent_kafka.schema_registry.json_schema import JSONSerializer
            return JSONSerializer(self.schema(text, others), self.client, conf=self.conf(way))
        from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
        return ProtobufSerializer(self.message(message), self.client, conf=self.conf(way))

    def deserializer(self, message, text, others):
        if message is None:
            from confluent_kafka.schema_registry.json_schema import JSONDeserializer
            return JSONDeserializer(self.schema(text, others), schema_registry_client=self.client)
        from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
        return ProtobufDeserializer(self.message(message), {"use.deprecated.format": False},
                                    self.client)


def context(topic, way, headers):
    from confluent_kafka.serialization import MessageField, SerializationContext
    field = MessageField.KEY if way[2] == "key" else MessageField.VALUE
    return SerializationContext(topic, field, headers)


def produce(brokers, registry):
    from confluent_kafka import Producer
    tools = Tools(registry)
    producer = Producer({"bootstrap.servers": brokers})
    for number, _, way, message, text, others, shown in all_cases():
        topic, headers = "py-%d" % number, []
        serializer = tools.serializer(message, text, others, way)
        data = serializer(tools.value(message, shown), context(topic, way, headers))
        parts = {"key": data, "value": b"-"} if way[2] == "key" else {"value": data}
        producer.produce(topic, headers=headers, **parts)
    left = producer.flush(60)
    assert left == 0, "%d records were not delivered" % left


def consume(brokers, registry):
    from confluent_kafka import Consumer, TopicPartition
    tools = Tools(registry)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "x",
                         "fetch.wait.max.ms": 10})
    cases = list(all_cases())
    topics = consumer.list_topics(timeout=30).topics
    names = ["rk-%d" % case[0] for case in cases]
    consumer.assign([TopicPartition(name, partition, 0)
                     for name in names for partition in topics[name].partitions])
    found = {}
    while len(found) < len(cases):
        message = consumer.poll(30)
        assert message is not None, "only %d of %d" % (len(found), len(cases))
        assert message.error() is None, message.error()
        found[message.topic()] = message
    consumer.close()
    for number, _, way, message, text, others, shown in cases:
        topic = "rk-%d" % number
        record = found[topic]
        data = record.key() if way[2] == "key" else record.value()
        read = tools.deserializer(message, text, others)(
            data, context(topic, way, record.headers() or []))
        value = tools.value(message, shown)
        same = read == value or str(read) == str(value)
        print("%s\t%s" % (number, "same" if same else "%r is not %r" % (read, value)))


def main(words):
    if words[0] == "cases":
        for number, kind, way, message, text, others, shown in all_cases():
            print(json.dumps([number, kind, way, message and "shop.v1." + message, text, others,
                              shown]))
    elif words[0] == "produce":
        produce(*words[1:])
    else:
        consume(*words[1:])


main(sys.argv[1:])
