"""What the scripts beside Confluent's serializers share: ways, contexts, and both directions.

A side has `cases()`, whose members begin with a number and a way; `write(case, context)`, which
returns bytes; and `read(case, data, headers, context)`, which says what became of them.
"""

# Each case goes by each of these: subject strategy, where the id is, keys or values.
WAYS = [("topic", "prefix", "value"), ("topic", "header", "value"), ("topic", "prefix", "key"),
        ("topic", "header", "key"), ("record", "prefix", "value"),
        ("topic-record", "header", "value")]


def conf(way):
    """A serializer's settings for a way."""
    from confluent_kafka import schema_registry as sr
    strategies = {"topic": sr.topic_subject_name_strategy,
                  "record": sr.record_subject_name_strategy,
                  "topic-record": sr.topic_record_subject_name_strategy}
    places = {"prefix": sr.prefix_schema_id_serializer, "header": sr.header_schema_id_serializer}
    return {"subject.name.strategy": strategies[way[0]], "schema.id.serializer": places[way[1]]}


def schema(client, kind, text, others):
    """A schema with what it refers to, pairs of name and text, which are registered."""
    from confluent_kafka import schema_registry as sr
    references = []
    for name, other in others:
        client.register_schema(name, sr.Schema(other, kind))
        references.append(sr.SchemaReference(name, name, 1))
    return sr.Schema(text, kind, references)


def context(topic, way, headers):
    from confluent_kafka.serialization import MessageField, SerializationContext
    field = MessageField.KEY if way[2] == "key" else MessageField.VALUE
    return SerializationContext(topic, field, headers)


def produce(side, brokers):
    """Writes each case to the topic py-N."""
    from confluent_kafka import Producer
    producer = Producer({"bootstrap.servers": brokers})
    for case in side.cases():
        number, way = case[:2]
        topic, headers = "py-%d" % number, []
        data = side.write(case, context(topic, way, headers))
        parts = {"key": data, "value": b"-"} if way[2] == "key" else {"value": data}
        producer.produce(topic, headers=headers, **parts)
    left = producer.flush(60)
    assert left == 0, "%d records were not delivered" % left


def consume(side, brokers):
    """Reads each case from the topic rk-N, and prints a line about it."""
    from confluent_kafka import Consumer, TopicPartition
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "x",
                         "fetch.wait.max.ms": 10})
    cases = list(side.cases())
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
    for case in cases:
        number, way = case[:2]
        topic = "rk-%d" % number
        record = found[topic]
        data = record.key() if way[2] == "key" else record.value()
        headers = record.headers() or []
        told = side.read(case, data, headers, context(topic, way, headers))
        print("%s\t%s" % (number, told))
