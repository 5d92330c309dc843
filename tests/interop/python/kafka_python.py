"""Produces, consumes and joins a group with kafka-python, which is all Python."""

import sys

from kafka import KafkaConsumer, KafkaProducer

address, topic, group, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
PATIENCE = 30


def produce(keys):
    producer = KafkaProducer(bootstrap_servers=address, acks="all", compression_type="gzip")
    sent = [producer.send(topic, key=key.encode(), value=("value of " + key).encode(),
                          headers=[("from", b"kafka-python")]) for key in keys]
    for one in sent:
        one.get(PATIENCE)
    producer.close()


def consume(count):
    consumer = KafkaConsumer(
        topic, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest",
        enable_auto_commit=False, consumer_timeout_ms=PATIENCE * 1000)
    records = []
    for record in consumer:
        assert [tuple(header) for header in record.headers] == [("from", b"kafka-python")], record
        records.append((record.partition, record.offset, record.key.decode(),
                        record.value.decode()))
        if len(records) == count:
            break
    consumer.commit()
    consumer.close()
    return records


produce(["key-%d" % i for i in range(count)])
first = consume(count)
produce(["last"])
# The group goes on where it was: only the last one is new.
second = consume(1)
for record in sorted(first + second):
    print(*record, sep="\t")
