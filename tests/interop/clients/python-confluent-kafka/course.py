"""The course with confluent-kafka: librdkafka in Python."""

import os
import sys

import confluent_kafka
from confluent_kafka import (Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException,
                             Producer, TopicCollection, TopicPartition)
from confluent_kafka import admin

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../python"))
import course  # noqa: E402
from course import PATIENCE, PARTITIONS, check, fails, same, step, until  # noqa: E402


def of(message):
    if message.error():
        raise KafkaException(message.error())
    headers = [(name, value or b"") for name, value in message.headers() or []]
    return message.key(), message.value(), headers


class Member:
    def __init__(self, hand, group, topic, **options):
        self.topic = topic
        self.consumer = hand.consumer({"group.id": group, **options})
        self.consumer.subscribe([topic])

    def poll(self):
        return [of(message) for message in self.consumer.consume(100, 0.05)]

    def assignment(self):
        return {at.partition for at in self.consumer.assignment()}

    def at_end(self):
        # A position is known once something was read. To ask the broker for the end would wait
        # for the fetch that is under way; the last fetch has told it anyway.
        at = self.consumer.position(self.consumer.assignment())
        return all(0 <= one.offset == self.consumer.get_watermark_offsets(one, cached=True)[1]
                   for one in at)

    def commit(self):
        self.consumer.commit(asynchronous=False)

    def committed(self, partition):
        return self.consumer.committed([TopicPartition(self.topic, partition)], PATIENCE)[0].offset

    def close(self):
        self.consumer.close()


class Transaction:
    def __init__(self, hand, name):
        self.producer = Producer({"bootstrap.servers": hand.address, "transactional.id": name})
        self.producer.init_transactions(PATIENCE)
        self.begin = self.producer.begin_transaction
        self.commit = lambda: self.producer.commit_transaction(PATIENCE)
        self.abort = lambda: self.producer.abort_transaction(PATIENCE)

    def send(self, topic, record):
        key, value, headers = record
        self.producer.produce(topic, value, key, headers=headers)

    def send_offset(self, topic, partition, offset, member):
        self.producer.send_offsets_to_transaction(
            [TopicPartition(topic, partition, offset)], member.consumer.consumer_group_metadata(),
            PATIENCE)

    def flush(self):
        same(0, self.producer.flush(PATIENCE))

    def close(self):
        self.flush()

    def drop(self):
        self.producer.purge()


class Confluent:
    version = "%s, librdkafka %s" % (confluent_kafka.version()[0] if isinstance(
        confluent_kafka.version(), tuple) else confluent_kafka.__version__,
        confluent_kafka.libversion()[0])
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    strategies = {
        "range": {"partition.assignment.strategy": "range"},
        "roundrobin": {"partition.assignment.strategy": "roundrobin"},
        "cooperative-sticky": {"partition.assignment.strategy": "cooperative-sticky"},
    }

    def __init__(self, address):
        self.address = address
        self.admin = admin.AdminClient({"bootstrap.servers": address})

    def consumer(self, settings):
        return Consumer({"bootstrap.servers": self.address, "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, **settings})

    def create(self, topic, partitions, configs):
        new = admin.NewTopic(topic, partitions, 1, config=configs)
        self.admin.create_topics([new])[topic].result(PATIENCE)

    def delete(self, topic):
        self.admin.delete_topics([topic])[topic].result(PATIENCE)

    def topics(self):
        return self.admin.list_topics(timeout=PATIENCE).topics

    def produce(self, topic, records, codec="none", idempotent=False, **options):
        at, failed = [], []

        def told(error, message):
            (failed if error else at).append(error or (message.partition(), message.offset()))
        producer = Producer({"bootstrap.servers": self.address, "compression.type": codec,
                             "enable.idempotence": idempotent, **options})
        for key, value, headers in records:
            producer.produce(topic, value, key, headers=headers, on_delivery=told)
        same(0, producer.flush(PATIENCE))
        if failed:
            raise KafkaException(failed[0])
        return at

    def read(self, topic, isolation):
        consumer = self.consumer({"group.id": "nobody", "isolation.level": isolation,
                                  "enable.partition.eof": True})
        partitions = range(len(consumer.list_topics(topic, PATIENCE).topics[topic].partitions))
        consumer.assign([TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING)
                         for p in partitions])
        records, ended = [], set()

        def end():
            message = consumer.poll(0.1)
            # An empty message is false: it has the length of its value.
            error = message.error() if message is not None else None
            if error and error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            elif message is not None:
                records.append(of(message))
            return len(ended) == len(partitions)
        until("the end", end)
        consumer.close()
        return records

    def member(self, group, topic, **options):
        return Member(self, group, topic, **options)

    def transaction(self, name):
        return Transaction(self, name)

    def too_large(self, topic):
        large = [(b"large", b"x" * 200_000, [])]
        return str(fails(lambda: self.produce(topic, large, **{"message.max.bytes": 10_000_000})))

    def steps(self, of):
        step("admin: topics, partitions, configs", lambda: self.admin_topics(of.topic + "-other"))
        step("admin: cluster, offsets, records", lambda: self.admin_records(of.topic))
        step("admin: groups and offsets", lambda: self.admin_groups(of))
        step("admin: users, no ACLs", lambda: self.admin_security(of.topic))
        step("errors: unknown topic, taken name", lambda: self.errors(of.topic))
        step("group: static members", lambda: self.static(of))

    def admin_topics(self, topic):
        self.create(topic, 2, {"cleanup.policy": "compact"})
        grown = admin.NewPartitions(topic, 4)
        self.admin.create_partitions([grown])[topic].result(PATIENCE)
        until("it has grown", lambda: len(self.topics()[topic].partitions) == 4)
        told = self.admin.describe_topics(TopicCollection([topic]))[topic].result(PATIENCE)
        same(4, len(told.partitions))
        resource = admin.ConfigResource(admin.ResourceType.TOPIC, topic)
        changed = admin.ConfigResource(
            admin.ResourceType.TOPIC, topic, incremental_configs=[admin.ConfigEntry(
                "retention.ms", "1234567",
                incremental_operation=admin.AlterConfigOpType.SET)])
        self.admin.incremental_alter_configs([changed])[changed].result(PATIENCE)

        def there():
            told = self.admin.describe_configs([resource])[resource].result(PATIENCE)
            return told["retention.ms"].value == "1234567" \
                and told["cleanup.policy"].value == "compact"
        until("the config is there", there)
        self.delete(topic)
        until("it is gone", lambda: topic not in self.topics())

    def admin_records(self, topic):
        told = self.admin.describe_cluster().result(PATIENCE)
        check(told.cluster_id and len(told.nodes) == 1, told)
        zero = TopicPartition(topic, 0)
        consumer = self.consumer({"group.id": "nobody"})
        low, high = consumer.get_watermark_offsets(zero, PATIENCE)
        check(low == 0 and high > 2, (low, high))
        latest = self.admin.list_offsets({zero: admin.OffsetSpec.latest()})
        same(high, latest[zero].result(PATIENCE).offset)
        at = consumer.offsets_for_times([TopicPartition(topic, 0, 1)], PATIENCE)
        same(0, at[0].offset)
        consumer.close()

    def admin_groups(self, of):
        group = of.group + "-range"
        told = self.admin.list_consumer_groups().result(PATIENCE)
        check(group in [one.group_id for one in told.valid], told.valid)
        told = self.admin.describe_consumer_groups([group])[group].result(PATIENCE)
        same("EMPTY", told.state.name)

        def offsets():
            asked = [ConsumerGroupTopicPartitions(group)]
            told = self.admin.list_consumer_group_offsets(asked)[group].result(PATIENCE)
            return {at.partition: at.offset for at in told.topic_partitions}
        same(PARTITIONS, len(offsets()))
        moved = ConsumerGroupTopicPartitions(group, [TopicPartition(of.topic, 0, 1)])
        self.admin.alter_consumer_group_offsets([moved])[group].result(PATIENCE)
        same(1, offsets()[0])
        self.admin.delete_consumer_groups([group])[group].result(PATIENCE)
        told = fails(lambda: self.admin.delete_consumer_groups([group])[group].result(PATIENCE))
        check("GROUP_ID_NOT_FOUND" in str(told) or "not found" in str(told).lower(), told)

    def admin_security(self, name):
        user = admin.UserScramCredentialUpsertion(
            name, admin.ScramCredentialInfo(admin.ScramMechanism.SCRAM_SHA_256, 4096),
            b"a secret", b"salt")
        self.admin.alter_user_scram_credentials([user])[name].result(PATIENCE)
        until("the user is there",
              lambda: name in self.admin.describe_user_scram_credentials().result(PATIENCE))
        told = self.admin.describe_user_scram_credentials([name])[name].result(PATIENCE)
        same(4096, told.scram_credential_infos[0].iterations)
        gone = admin.UserScramCredentialDeletion(name, admin.ScramMechanism.SCRAM_SHA_256)
        self.admin.alter_user_scram_credentials([gone])[name].result(PATIENCE)
        acl = admin.AclBinding(
            admin.ResourceType.TOPIC, name, admin.ResourcePatternType.LITERAL, "User:" + name,
            "*", admin.AclOperation.READ, admin.AclPermissionType.ALLOW)
        told = fails(lambda: self.admin.create_acls([acl])[acl].result(PATIENCE))
        check("SECURITY_DISABLED" in str(told), told)

    def errors(self, topic):
        check("ALREADY_EXISTS" in str(fails(lambda: self.create(topic, 1, {}))))
        check("UNKNOWN_TOPIC" in str(fails(lambda: self.delete(topic + "-unknown"))))
        check("REPLICATION_FACTOR" in str(fails(lambda: self.admin.create_topics(
            [admin.NewTopic(topic + "-three", 1, 3)])[topic + "-three"].result(PATIENCE))))
        consumer = self.consumer({"group.id": "nobody", "allow.auto.create.topics": False})
        consumer.subscribe([topic + "-unknown"])

        def told():
            message = consumer.poll(0.1)
            error = message.error() if message is not None else None
            return error and error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART
        until("the error", told)
        consumer.close()

    def static(self, of):
        group = of.group + "-static"
        options = [{"group.instance.id": name} for name in ("one", "two")]
        a, b = (self.member(group, of.topic, **one) for one in options)
        of.poll("both have some", [a, b], lambda _: a.assignment() and b.assignment()
                and len(a.assignment() | b.assignment()) == PARTITIONS)
        had, other = a.assignment(), b.assignment()
        a.close()
        a = self.member(group, of.topic, **options[0])
        of.poll("it is back", [a, b], lambda _: a.assignment())
        same((had, other), (a.assignment(), b.assignment()))
        a.close()
        b.close()

    def last_steps(self, of):
        for name, options in {
            "uniform": {"group.protocol": "consumer"},
            "range": {"group.protocol": "consumer", "group.remote.assignor": "range"},
        }.items():
            step("group.protocol=consumer: " + name, lambda: self.newer(of, name, options))
        if hasattr(confluent_kafka, "ShareConsumer"):
            step("share group: two members, restart", lambda: self.share(of))
        step("admin: records deleted", lambda: self.delete_records(of.topic))

    def newer(self, of, name, options):
        of.sent = of.everything("read_committed")
        of.in_a_group("remote-" + name, **{"isolation.level": "read_committed"}, **options)

    def delete_records(self, topic):
        zero = TopicPartition(topic, 0, 2)
        same(2, self.admin.delete_records([zero])[zero].result(PATIENCE).low_watermark)
        earliest = self.admin.list_offsets({zero: admin.OffsetSpec.earliest()})
        same(2, earliest[zero].result(PATIENCE).offset)

    def share(self, of):
        group = of.group + "-share"
        changed = admin.ConfigResource(
            admin.ResourceType.GROUP, group, incremental_configs=[
                admin.ConfigEntry("share.auto.offset.reset", "earliest",
                                  incremental_operation=admin.AlterConfigOpType.SET),
                admin.ConfigEntry("share.isolation.level", "read_committed",
                                  incremental_operation=admin.AlterConfigOpType.SET)])
        self.admin.incremental_alter_configs([changed])[changed].result(PATIENCE)
        settings = {"bootstrap.servers": self.address, "group.id": group}
        members = [confluent_kafka.ShareConsumer(settings) for _ in range(2)]
        seen = []

        def read(fact):
            for member in members:
                for message in member.poll(0.1):
                    seen.append(message.key().decode())
            return fact()
        for member in members:
            member.subscribe([of.topic])
        until("all is read", lambda: read(lambda: set(seen) >= of.sent))
        same(len(of.sent), len(seen))
        for member in members:
            member.commit_sync()
            member.close()
        more = of.produce("share-more", 10)
        members[:] = [confluent_kafka.ShareConsumer(settings)]
        members[0].subscribe([of.topic])
        seen.clear()
        until("what is new", lambda: read(lambda: len(seen) >= len(more)))
        same(more, set(seen))
        members[0].close()


course.main(Confluent)
