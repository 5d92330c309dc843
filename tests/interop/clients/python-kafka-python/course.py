"""The course with kafka-python, which is all Python."""

import os
import sys

import kafka
from kafka import (KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata,
                   TopicPartition)
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../python"))
import course  # noqa: E402
from course import PATIENCE, PARTITIONS, check, fails, same, step, until  # noqa: E402


def of(record):
    return record.key, record.value, [(name, value) for name, value in record.headers]


class Member:
    def __init__(self, hand, group, topic, **options):
        self.hand, self.group, self.topic = hand, group, topic
        self.consumer = hand.consumer(group_id=group, **options)
        self.consumer.subscribe([topic])

    def poll(self):
        # A shorter poll may lose the answer to a JoinGroup, and is then not a member for long.
        batches = self.consumer.poll(timeout_ms=500)
        return [of(record) for records in batches.values() for record in records]

    def assignment(self):
        return {at.partition for at in self.consumer.assignment()}

    def at_end(self):
        ends = self.consumer.end_offsets(self.consumer.assignment())
        return all(self.consumer.position(at) == end for at, end in ends.items())

    def commit(self):
        self.consumer.commit()

    def committed(self, partition):
        # The consumer itself remembers what it committed, and does not ask again.
        told = self.hand.admin.list_group_offsets(self.group)[self.group]
        at = told.get(TopicPartition(self.topic, partition))
        return at and at.offset

    def close(self):
        self.consumer.close()


class Transaction:
    def __init__(self, hand, name):
        self.producer = hand.producer(transactional_id=name)
        self.producer.init_transactions()
        self.begin = self.producer.begin_transaction
        self.commit = self.producer.commit_transaction
        self.abort = self.producer.abort_transaction
        self.flush = self.producer.flush

    def send(self, topic, record):
        key, value, headers = record
        self.producer.send(topic, value, key, headers)

    def send_offset(self, topic, partition, offset, member):
        self.producer.send_offsets_to_transaction(
            {TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)},
            member.consumer.group_metadata())

    def close(self):
        self.producer.close()

    def drop(self):
        self.producer.close(timeout=0)


class KafkaPython:
    version = kafka.__version__
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    strategies = {"range": {}}

    def __init__(self, address):
        self.address = address
        self.admin = KafkaAdminClient(bootstrap_servers=address)

    def consumer(self, **options):
        return KafkaConsumer(bootstrap_servers=self.address, auto_offset_reset="earliest",
                             enable_auto_commit=False, **options)

    def producer(self, **options):
        return KafkaProducer(bootstrap_servers=self.address, **options)

    def create(self, topic, partitions, configs):
        self.admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])

    def delete(self, topic):
        self.admin.delete_topics([topic])

    def topics(self):
        return self.admin.list_topics()

    def produce(self, topic, records, codec="none", idempotent=False, **options):
        producer = self.producer(compression_type=None if codec == "none" else codec, acks="all",
                                 enable_idempotence=idempotent, **options)
        sent = [producer.send(topic, value, key, headers) for key, value, headers in records]
        at = [one.get(PATIENCE) for one in sent]
        producer.close()
        return [(one.partition, one.offset) for one in at]

    def read(self, topic, isolation):
        consumer = self.consumer(isolation_level=isolation)
        consumer.assign([TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic)])
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(consumer.assignment())
        records = []

        def end():
            batches = consumer.poll(timeout_ms=100)
            records.extend(of(record) for batch in batches.values() for record in batch)
            return all(consumer.position(at) >= end for at, end in ends.items())
        until("the end", end)
        consumer.close()
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
        step("admin: cluster, log dirs, features", self.admin_cluster)
        step("admin: groups and offsets", lambda: self.admin_groups(of))
        step("errors: unknown topic, taken name", lambda: self.errors(of.topic))

    def last_steps(self, of):
        step("admin: transactions, producers", lambda: self.admin_transactions(of))
        step("admin: records deleted", lambda: self.delete_records(of.topic))

    def admin_topics(self, topic):
        self.create(topic, 2, {"cleanup.policy": "compact"})
        self.admin.create_partitions({topic: NewPartitions(4)})
        until("it has grown", lambda: len(
            self.admin.describe_topics([topic])[0]["partitions"]) == 4)
        changed = ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "1234567"})
        self.admin.alter_configs([changed])

        def there():
            told = self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
            return "1234567" in str(told)
        until("the config is there", there)
        self.delete(topic)
        until("it is gone", lambda: topic not in self.topics())

    def admin_cluster(self):
        same(1, len(self.admin.describe_cluster()["brokers"]))
        check("metadata.version" in str(self.admin.describe_features()))
        check(self.admin.describe_log_dirs())

    def admin_groups(self, of):
        group = of.group + "-range"
        check(group in str(self.admin.list_groups()))
        check("Empty" in str(self.admin.describe_groups([group])))
        check(str(of.topic) in str(self.admin.list_group_offsets(group)))
        zero = TopicPartition(of.topic, 0)
        self.admin.alter_group_offsets(group, {zero: OffsetAndMetadata(1, "moved", -1)})
        same("moved", self.admin.list_group_offsets(group)[group][zero].metadata)
        self.admin.delete_groups([group])
        check(group not in str(self.admin.list_groups()))

    def admin_transactions(self, of):
        check(of.topic + "-tx" in str(self.admin.list_transactions()))
        check("CompleteCommit" in str(self.admin.describe_transactions([of.topic + "-tx-fenced"])))
        check(self.admin.describe_producers([TopicPartition(of.topic, 0)]))

    def delete_records(self, topic):
        zero = TopicPartition(topic, 0)
        self.admin.delete_records({zero: 2})
        consumer = self.consumer()
        same({zero: 2}, consumer.beginning_offsets([zero]))
        consumer.close()

    def errors(self, topic):
        told = repr(fails(lambda: self.create(topic, 1, {})))
        check("TopicAlreadyExists" in told, told)
        told = repr(fails(lambda: self.delete(topic + "-unknown")))
        check("UnknownTopic" in told, told)
        told = repr(fails(lambda: self.admin.create_topics([NewTopic(topic + "-three", 1, 3)])))
        check("ReplicationFactor" in told, told)


course.main(KafkaPython)
