"""The course with aiokafka: Python's asyncio."""

import asyncio
import os
import sys

import aiokafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../python"))
import course  # noqa: E402
from course import PATIENCE, check, fails, same, step, until  # noqa: E402

LOOP = asyncio.new_event_loop()
asyncio.set_event_loop(LOOP)


def wait(task):
    return LOOP.run_until_complete(asyncio.wait_for(task, PATIENCE))


async def made(kind, *words, **options):
    one = kind(*words, **options)
    await one.start()
    return one


def of(record):
    return record.key, record.value, [(name, value) for name, value in record.headers]


class Member:
    def __init__(self, hand, group, topic, **options):
        self.topic = topic
        self.consumer = hand.consumer(topic, group_id=group, **options)

    def poll(self):
        batches = wait(self.consumer.getmany(timeout_ms=50))
        return [of(record) for records in batches.values() for record in records]

    def assignment(self):
        return {at.partition for at in self.consumer.assignment()}

    def at_end(self):
        ends = wait(self.consumer.end_offsets(self.consumer.assignment()))
        return all(wait(self.consumer.position(at)) == end for at, end in ends.items())

    def commit(self):
        wait(self.consumer.commit())

    def committed(self, partition):
        return wait(self.consumer.committed(TopicPartition(self.topic, partition)))

    def close(self):
        wait(self.consumer.stop())


class Transaction:
    def __init__(self, hand, name):
        self.producer = hand.producer(transactional_id=name)
        self.begin = lambda: wait(self.producer.begin_transaction())
        self.commit = lambda: wait(self.producer.commit_transaction())
        self.abort = lambda: wait(self.producer.abort_transaction())
        self.flush = lambda: wait(self.producer.flush())

    def send(self, topic, record):
        key, value, headers = record
        wait(self.producer.send(topic, value, key, headers=headers))

    def send_offset(self, topic, partition, offset, member):
        wait(self.producer.send_offsets_to_transaction(
            {TopicPartition(topic, partition): offset}, member.consumer._group_id))

    def close(self):
        wait(self.producer.stop())

    def drop(self):
        self.producer = None


class Aiokafka:
    version = aiokafka.__version__
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    strategies = {"roundrobin": {}}

    def __init__(self, address):
        self.address = address
        self.admin = wait(made(AIOKafkaAdminClient, bootstrap_servers=address))

    def consumer(self, *topics, **options):
        return wait(made(AIOKafkaConsumer, *topics, bootstrap_servers=self.address,
                         auto_offset_reset="earliest", enable_auto_commit=False,
                         metadata_max_age_ms=1000, **options))

    def producer(self, **options):
        return wait(made(AIOKafkaProducer, bootstrap_servers=self.address, **options))

    def create(self, topic, partitions, configs):
        new = NewTopic(topic, partitions, 1, topic_configs=configs)
        answer = wait(self.admin.create_topics([new]))
        for told in answer.topic_errors:
            if told[1]:
                raise aiokafka.errors.for_code(told[1])(told)

    def delete(self, topic):
        answer = wait(self.admin.delete_topics([topic]))
        for told in answer.topic_error_codes:
            if told[1]:
                raise aiokafka.errors.for_code(told[1])(told)

    def topics(self):
        return wait(self.admin.list_topics())

    def produce(self, topic, records, codec="none", idempotent=False, **options):
        producer = self.producer(compression_type=None if codec == "none" else codec, acks="all",
                                 enable_idempotence=idempotent, **options)
        try:
            sent = [wait(producer.send(topic, value, key, headers=headers))
                    for key, value, headers in records]
            at = wait(asyncio.gather(*sent))
        finally:
            wait(producer.stop())
        return [(one.partition, one.offset) for one in at]

    def read(self, topic, isolation):
        consumer = self.consumer(isolation_level=isolation)
        wait(consumer._client.force_metadata_update())
        partitions = wait(self.admin.describe_topics([topic]))[0]["partitions"]
        all_of = [TopicPartition(topic, one["partition"]) for one in partitions]

        async def assign():
            consumer.assign(all_of)
            await consumer.seek_to_beginning()
        wait(assign())
        ends = wait(consumer.end_offsets(all_of))
        records = []

        def end():
            batches = wait(consumer.getmany(timeout_ms=100))
            records.extend(of(record) for batch in batches.values() for record in batch)
            return all(wait(consumer.position(at)) >= end for at, end in ends.items())
        until("the end", end)
        wait(consumer.stop())
        return records

    def member(self, group, topic, **options):
        return Member(self, group, topic, **options)

    def transaction(self, name):
        return Transaction(self, name)

    def too_large(self, topic):
        large = [(b"large", b"x" * 200_000, [])]
        return repr(fails(lambda: self.produce(topic, large, max_request_size=10_000_000)))

    def steps(self, of):
        step("admin: topics, partitions, configs", lambda: self.admin_topics(of.topic + "-other"))
        step("admin: groups", lambda: self.admin_groups(of))
        step("errors: unknown topic, taken name", lambda: self.errors(of.topic))

    def last_steps(self, of):
        step("admin: records deleted", lambda: self.delete_records(of.topic))

    def admin_topics(self, topic):
        self.create(topic, 2, {"cleanup.policy": "compact"})
        wait(self.admin.create_partitions({topic: NewPartitions(4)}))
        until("it has grown", lambda: len(
            wait(self.admin.describe_topics([topic]))[0]["partitions"]) == 4)
        changed = ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "1234567"})
        wait(self.admin.alter_configs([changed]))
        asked = ConfigResource(ConfigResourceType.TOPIC, topic)
        until("the config is there",
              lambda: "1234567" in str(wait(self.admin.describe_configs([asked]))))
        self.delete(topic)
        until("it is gone", lambda: topic not in self.topics())
        same(1, len(wait(self.admin.describe_cluster())["brokers"]))

    def admin_groups(self, of):
        group = of.group + "-roundrobin"
        check(group in str(wait(self.admin.list_consumer_groups())))
        check("Empty" in str(wait(self.admin.describe_consumer_groups([group]))))
        same(3, len(wait(self.admin.list_consumer_group_offsets(group))))

    def delete_records(self, topic):
        zero = TopicPartition(topic, 0)
        wait(self.admin.delete_records({zero: RecordsToDelete(2)}))
        consumer = self.consumer()
        same({zero: 2}, wait(consumer.beginning_offsets([zero])))
        wait(consumer.stop())

    def errors(self, topic):
        told = repr(fails(lambda: self.create(topic, 1, {})))
        check("TopicAlreadyExists" in told, told)
        told = repr(fails(lambda: self.delete(topic + "-unknown")))
        check("UnknownTopic" in told, told)


course.main(Aiokafka)
