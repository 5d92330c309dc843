"""Produces, consumes and joins a group with confluent-kafka (librdkafka)."""

import sys
import time

from confluent_kafka import Consumer, Producer

address, topic, group, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
PATIENCE = 30


def produce(keys, idempotent):
    failed = []
    producer = Producer({
        "bootstrap.servers": address,
        "partitioner": "murmur2_random",
        "enable.idempotence": idempotent,
        "compression.type": "zstd",
    })
    for key in keys:
        producer.produce(
            topic, key=key, value="value of " + key, headers=[("from", b"confluent")],
            on_delivery=lambda error, _: failed.append(error) if error else None)
    assert producer.flush(PATIENCE) == 0, "not all was sent"
    assert not failed, failed


def consume(count):
    consumer = Consumer({
        "bootstrap.servers": address,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe([topic])
    records, until = [], time.time() + PATIENCE
    while len(records) < count and time.time() < until:
        record = consumer.poll(1)
        if record is None:
            continue
        assert not record.error(), record.error()
        assert record.headers() == [("from", b"confluent")], record.headers()
        records.append((record.partition(), record.offset(), record.key().decode(),
                        record.value().decode()))
    consumer.commit(asynchronous=False)
    consumer.close()
    return records


keys = ["key-%d" % i for i in range(count)]
produce(keys, True)
first = consume(count)
produce(["last"], False)
# The group goes on where it was: only the last one is new.
second = consume(1)
for record in sorted(first + second):
    print(*record, sep="\t")
