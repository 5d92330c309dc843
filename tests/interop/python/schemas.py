"""Confluent's serializers and deserializers for Avro, beside ours.

usage: schemas.py cases
       schemas.py produce BROKERS REGISTRY   each case to the topic py-N
       schemas.py consume BROKERS REGISTRY   each case from the topic rk-N: a line each

A case is a schema, a value of Python's, and the JSON that `rk` makes of it.
"""

import datetime
import io
import json
import sys
import uuid
from decimal import Decimal

import sides

UTC = datetime.timezone.utc


def record(*fields, name="n.R"):
    return {"type": "record", "name": name, "fields": [
        {"name": "f%d" % i, "type": kind} for i, kind in enumerate(fields)]}


def logical(kind, logical_type, **more):
    return dict({"type": kind, "logicalType": logical_type}, **more)


INNER = {"type": "record", "name": "n.Inner", "fields": [{"name": "x", "type": "int"}]}
KIND = {"type": "enum", "name": "n.Kind", "symbols": ["A", "B", "C"]}
USES = {"type": "record", "name": "n.Uses", "fields": [
    {"name": "inner", "type": "n.Inner"}, {"name": "kinds", "type": {
        "type": "array", "items": "n.Kind"}}]}
TREE = {"type": "record", "name": "n.Tree", "fields": [
    {"name": "v", "type": "int"}, {"name": "left", "type": ["null", "n.Tree"], "default": None}]}
MOMENT = datetime.datetime(2026, 1, 31, 12, 30, 0, 500000, UTC)

# Name, schema, what it refers to, Python's value, our JSON.
CASES = [
    ("int", {"type": "int"}, [], -7, "-7"),
    ("long", {"type": "long"}, [], 2 ** 62, "4611686018427387904"),
    ("boolean", {"type": "boolean"}, [], True, "true"),
    ("float", {"type": "float"}, [], 1.5, "1.5"),
    ("double", {"type": "double"}, [], 0.1, "0.1"),
    ("string", {"type": "string"}, [], "grün\n", '"grün\\n"'),
    ("bytes", {"type": "bytes"}, [], b"\x00\xff", '"\\u0000ÿ"'),
    ("enum", KIND, [], "B", '"B"'),
    ("fixed", {"type": "fixed", "name": "n.F", "size": 2}, [], b"ab", '"ab"'),
    ("array", {"type": "array", "items": "long"}, [], [1, -1, 300], "[1,-1,300]"),
    ("empty array", {"type": "array", "items": "long"}, [], [], "[]"),
    ("map", {"type": "map", "values": "string"}, [], {"b": "1", "a": "2"},
     '{"b":"1","a":"2"}'),
    ("record", record("int", "string"), [], {"f0": 1, "f1": "x"}, '{"f0":1,"f1":"x"}'),
    ("nested", record(INNER, {"type": "array", "items": "n.Inner"}), [],
     {"f0": {"x": 1}, "f1": [{"x": 2}]}, '{"f0":{"x":1},"f1":[{"x":2}]}'),
    ("tree", TREE, [], {"v": 1, "left": {"v": 2, "left": None}},
     '{"v":1,"left":{"v":2,"left":null}}'),
    ("nullable", record(["null", "string"], ["null", "string"]), [],
     {"f0": None, "f1": "x"}, '{"f0":null,"f1":"x"}'),
    ("union of numbers", record(["int", "string", "boolean"], ["int", "string", "boolean"],
                                ["int", "string", "boolean"]), [],
     {"f0": 1, "f1": "x", "f2": True}, '{"f0":1,"f1":"x","f2":true}'),
    ("union told by name", record(["string", "bytes"]), [], {"f0": b"\x01"},
     '{"f0":{"bytes":"\\u0001"}}'),
    ("union of records", record(["null", INNER, {
        "type": "record", "name": "n.Other", "fields": [{"name": "y", "type": "int"}]}]), [],
     {"f0": {"y": 3}}, '{"f0":{"n.Other":{"y":3}}}'),
    ("decimal", record(logical("bytes", "decimal", precision=9, scale=2)), [],
     {"f0": Decimal("12.30")}, '{"f0":12.30}'),
    ("negative decimal", record(logical("bytes", "decimal", precision=30, scale=10)), [],
     {"f0": Decimal("-12345678901234567890.0123456789")},
     '{"f0":-12345678901234567890.0123456789}'),
    ("fixed decimal", record(logical("fixed", "decimal", name="n.D", size=8, precision=12,
                                     scale=4)), [],
     {"f0": Decimal("-0.0001")}, '{"f0":-0.0001}'),
    ("date", record(logical("int", "date")), [], {"f0": datetime.date(1969, 12, 31)},
     '{"f0":"1969-12-31"}'),
    ("time-millis", record(logical("int", "time-millis")), [],
     {"f0": datetime.time(12, 30, 0, 1000)}, '{"f0":"12:30:00.001"}'),
    ("time-micros", record(logical("long", "time-micros")), [],
     {"f0": datetime.time(23, 59, 59, 999999)}, '{"f0":"23:59:59.999999"}'),
    ("timestamp-millis", record(logical("long", "timestamp-millis")), [], {"f0": MOMENT},
     '{"f0":"2026-01-31T12:30:00.5Z"}'),
    ("timestamp-micros", record(logical("long", "timestamp-micros")), [],
     {"f0": MOMENT.replace(microsecond=1)}, '{"f0":"2026-01-31T12:30:00.000001Z"}'),
    ("local-timestamp-millis", record(logical("long", "local-timestamp-millis")), [],
     {"f0": MOMENT.replace(tzinfo=None)}, '{"f0":"2026-01-31T12:30:00.5"}'),
    ("uuid", record(logical("string", "uuid")), [],
     {"f0": uuid.UUID("00010203-0405-0607-0809-0a0b0c0d0e0f")},
     '{"f0":"00010203-0405-0607-0809-0a0b0c0d0e0f"}'),
    ("references", USES, [INNER, KIND], {"inner": {"x": 5}, "kinds": ["C", "A"]},
     '{"inner":{"x":5},"kinds":["C","A"]}'),
]

def all_cases():
    number = 0
    for case in CASES:
        for way in sides.WAYS:
            if "name" in case[1] or way[0] == "topic":
                yield (number, way) + case
            number += 1


class Tools:
    """Serializers of a registry."""

    def __init__(self, registry):
        from confluent_kafka import schema_registry as sr
        self.client = sr.SchemaRegistryClient({"url": registry})

    def cases(self):
        return all_cases()

    def write(self, case, context):
        from confluent_kafka.schema_registry.avro import AvroSerializer
        _, way, _, text, others, value, _ = case
        named = [(other["name"], json.dumps(other)) for other in others]
        schema = sides.schema(self.client, "AVRO", json.dumps(text), named)
        return AvroSerializer(self.client, schema, conf=sides.conf(way))(value, context)

    def read(self, case, data, headers, context):
        from confluent_kafka.schema_registry.avro import AvroDeserializer
        _, way, _, _, others, value, _ = case
        if way[1] == "header" and len(data) <= 5:
            # Their deserializer wants more than five bytes even where the id stands elsewhere,
            # and does not read what their own serializer wrote: the library below it does.
            read = bare(self.client, headers, others, data)
        else:
            read = AvroDeserializer(self.client)(data, context)
        return "same" if read == value else "%r is not %r" % (read, value)


def bare(client, headers, others, data):
    import fastavro
    guid = str(uuid.UUID(bytes=headers[0][1][1:]))
    schema = json.loads(client.get_schema_by_guid(guid).schema_str)
    if schema == {"type": "bytes"}:
        return data
    named = {}
    for other in others:
        fastavro.parse_schema(other, named)
    return fastavro.schemaless_reader(io.BytesIO(data), fastavro.parse_schema(schema, named))


def main(words):
    if words[0] == "cases":
        for number, way, name, text, others, _, shown in all_cases():
            print(json.dumps([number, way, name, json.dumps(text),
                              [json.dumps(other) for other in others], shown]))
    elif words[0] == "produce":
        sides.produce(Tools(words[2]), words[1])
    else:
        sides.consume(Tools(words[2]), words[1])


main(sys.argv[1:])
