import static java.util.stream.Collectors.toSet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.serialization.*;

/**
 * The course for Kafka's Java clients from 2.8 on: what is said here compiles with all of them.
 * `Newer` and `Shares` have what came later, and are there if the version has it.
 */
public class Course {
    static final int PARTITIONS = 3;
    static final int COUNT = 30;
    static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final long PATIENCE_MS = 40_000;

    static String address;
    static String topic;
    static String group;
    static Admin admin;

    interface Step {
        void run() throws Exception;
    }

    static void step(String what, Step step) {
        try {
            step.run();
            System.out.println("passed\t" + what);
        } catch (Throwable e) {
            e.printStackTrace();
            Throwable why = e instanceof ExecutionException ? e.getCause() : e;
            System.out.println("failed\t" + what + "\t" + String.valueOf(why).replaceAll("\\s+", " "));
        }
    }

    static void check(boolean fact, Object told) {
        if (!fact) {
            throw new AssertionError(told);
        }
    }

    static void same(Object expected, Object actual) {
        if (expected instanceof Set<?> wanted && actual instanceof Set<?> seen) {
            Set<Object> missing = new HashSet<>(wanted);
            missing.removeAll(seen);
            Set<Object> beyond = new HashSet<>(seen);
            beyond.removeAll(wanted);
            check(wanted.equals(seen), "missing " + missing + ", beyond " + beyond);
        }
        check(Objects.equals(expected, actual), "expected " + expected + ", actual " + actual);
    }

    /** Waits until something is so, for the brokers' own news take a moment. */
    static void until(String what, java.util.concurrent.Callable<Boolean> fact) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MS;
        while (!fact.call()) {
            check(System.currentTimeMillis() < end, "not in time: " + what);
            Thread.sleep(20);
        }
    }

    static void fails(Class<?> expected, Step step) throws Exception {
        Throwable told = null;
        try {
            step.run();
        } catch (ExecutionException e) {
            told = e.getCause();
        } catch (RuntimeException e) {
            told = e;
        }
        check(expected.isInstance(told), "expected " + expected.getSimpleName() + ", actual " + told);
    }

    static Map<String, Object> settings(Object... pairs) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put((String) pairs[i], pairs[i + 1]);
        }
        return settings;
    }

    static KafkaProducer<String, String> producer(Object... pairs) {
        return new KafkaProducer<>(settings(pairs), new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer(Object... pairs) {
        Map<String, Object> settings = settings(pairs);
        settings.putIfAbsent("auto.offset.reset", "earliest");
        settings.putIfAbsent("enable.auto.commit", "false");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    static ProducerRecord<String, String> record(String to, String key, String value) {
        ProducerRecord<String, String> record = new ProducerRecord<>(to, key, value);
        record.headers().add("from", key.getBytes(StandardCharsets.UTF_8)).add("empty", null);
        return record;
    }

    /** Sends so many records, named after what they are, and waits until the broker has them. */
    static Set<String> produce(String name, int count, Object... pairs) throws Exception {
        Set<String> sent = new TreeSet<>();
        List<java.util.concurrent.Future<RecordMetadata>> answers = new ArrayList<>();
        try (KafkaProducer<String, String> producer = producer(pairs)) {
            for (int i = 0; i < count; i++) {
                String key = name + "-" + i;
                answers.add(producer.send(record(topic, key, i == 0 ? null : "value of " + key)));
                sent.add(key);
            }
            for (java.util.concurrent.Future<RecordMetadata> answer : answers) {
                check(answer.get().hasOffset(), answer);
            }
        }
        return sent;
    }

    /** Checks what each record carries, and gives its key. */
    static String key(ConsumerRecord<String, String> record) {
        String key = record.key();
        same(key.endsWith("-0") ? null : "value of " + key, record.value());
        same(key, new String(record.headers().lastHeader("from").value(), StandardCharsets.UTF_8));
        same(null, record.headers().lastHeader("empty").value());
        return key;
    }

    /** Polls all these members in turn until something is so. Gives the keys that came. */
    static List<String> poll(String what, List<KafkaConsumer<String, String>> members,
            java.util.function.Predicate<List<String>> fact) throws Exception {
        List<String> keys = new ArrayList<>();
        until(what, () -> {
            for (KafkaConsumer<String, String> member : members) {
                member.poll(Duration.ofMillis(50)).forEach(record -> keys.add(key(record)));
            }
            return fact.test(keys);
        });
        return keys;
    }

    private static Map<TopicPartition, Long> ends(KafkaConsumer<String, String> consumer) {
        return consumer.endOffsets(consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition())).collect(toSet()));
    }

    static Set<String> everything(Object... pairs) throws Exception {
        try (KafkaConsumer<String, String> consumer = consumer(pairs)) {
            Map<TopicPartition, Long> ends = ends(consumer);
            Set<TopicPartition> all = ends.keySet();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            List<String> keys = poll("the end", List.of(consumer), so -> all.stream()
                .allMatch(at -> consumer.position(at) >= ends.get(at)));
            check(new HashSet<>(keys).size() == keys.size(), "something came twice: " + keys);
            return new TreeSet<>(keys);
        }
    }

    /** Two members share a topic, one leaves, the group goes on from what was committed. */
    static void group(String name, Object... pairs) throws Exception {
        Set<String> before = everything();
        List<Object> one = new ArrayList<>(List.of(pairs));
        one.addAll(List.of("group.id", name));
        Object[] first = with(one, "one");
        Object[] second = with(one, "two");
        Set<String> read = new TreeSet<>();
        KafkaConsumer<String, String> a = consumer(first);
        try (KafkaConsumer<String, String> b = consumer(second)) {
            a.subscribe(List.of(topic));
            read.addAll(poll("one member has all", List.of(a), so -> a.assignment().size() == PARTITIONS));
            b.subscribe(List.of(topic));
            read.addAll(poll("both have some", List.of(a, b), so -> !a.assignment().isEmpty()
                && !b.assignment().isEmpty() && a.assignment().size() + b.assignment().size() == PARTITIONS));
            check(Collections.disjoint(a.assignment(), b.assignment()), "owned twice");
            a.unsubscribe();
            a.close();
            Map<TopicPartition, Long> ends = ends(b);
            read.addAll(poll("the other has read all", List.of(b), keys -> b.assignment().equals(ends.keySet())
                && ends.keySet().stream().allMatch(at -> b.position(at) >= ends.get(at))));
            same(before, read);
            b.commitSync();
            Map<TopicPartition, OffsetAndMetadata> committed = b.committed(b.assignment());
            same(PARTITIONS, committed.size());
        }
        Set<String> more = produce(name + "-more", 10);
        try (KafkaConsumer<String, String> c = consumer(second)) {
            c.subscribe(List.of(topic));
            List<String> keys = poll("what is new", List.of(c), so -> so.size() >= more.size());
            same(more, new TreeSet<>(keys));
            c.commitSync();
        }
    }

    private static Object[] with(List<Object> pairs, String member) {
        List<Object> all = new ArrayList<>(pairs);
        all.addAll(List.of("client.id", member));
        int at = all.indexOf("group.instance.id");
        if (at >= 0) {
            all.set(at + 1, all.get(at + 1) + "-" + member);
        }
        return all.toArray();
    }

    /** A static member comes back under its name and nobody's partitions move; a twin fences it. */
    static void staticMember() throws Exception {
        Object[] one = {"group.id", group + "-fenced", "group.instance.id", "one"};
        Object[] two = {"group.id", group + "-fenced", "group.instance.id", "two"};
        KafkaConsumer<String, String> a = consumer(one);
        try (KafkaConsumer<String, String> b = consumer(two)) {
            int[] moves = {0};
            a.subscribe(List.of(topic));
            b.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    moves[0]++;
                }

                @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                }
            });
            poll("both have some", List.of(a, b), so -> !a.assignment().isEmpty() && !b.assignment().isEmpty()
                && a.assignment().size() + b.assignment().size() == PARTITIONS);
            Set<TopicPartition> had = a.assignment();
            int before = moves[0];
            a.close();
            KafkaConsumer<String, String> again = consumer(one);
            again.subscribe(List.of(topic));
            poll("it is back", List.of(again, b), so -> !again.assignment().isEmpty());
            same(had, again.assignment());
            same(before, moves[0]);
            try (KafkaConsumer<String, String> twin = consumer(one)) {
                twin.subscribe(List.of(topic));
                poll("the twin has some", List.of(twin, b), so -> !twin.assignment().isEmpty());
                fails(FencedInstanceIdException.class, () -> until("the first is fenced", () -> {
                    again.poll(Duration.ofMillis(50));
                    again.commitSync();
                    return false;
                }));
            }
            again.close(Duration.ZERO);
        }
    }

    /** Calls a method that is not in every version, by one of its names. */
    @SuppressWarnings("unchecked")
    static <T> T call(Object on, String... names) throws Exception {
        for (String name : names) {
            try {
                return (T) on.getClass().getMethod(name).invoke(on);
            } catch (NoSuchMethodException e) {
                continue;
            }
        }
        throw new NoSuchMethodException(List.of(names).toString());
    }

    static TopicDescription describe(String name) throws Exception {
        Map<String, KafkaFuture<TopicDescription>> all =
            call(admin.describeTopics(List.of(name)), "topicNameValues", "values");
        return all.get(name).get();
    }

    static void topics() throws Exception {
        String other = topic + "-other";
        NewTopic asked = new NewTopic(other, Optional.of(2), Optional.empty()).configs(Map.of("cleanup.policy", "compact"));
        CreateTopicsResult created = admin.createTopics(List.of(asked));
        same(2, created.numPartitions(other).get());
        same("compact", created.config(other).get().get("cleanup.policy").value());
        until("the topic is listed", () -> admin.listTopics().names().get().contains(other));
        admin.createPartitions(Map.of(other, NewPartitions.increaseTo(5))).all().get();
        until("it has grown", () -> describe(other).partitions().size() == 5);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, other);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(
            new AlterConfigOp(new ConfigEntry("retention.ms", "1234567"), AlterConfigOp.OpType.SET),
            new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.APPEND)))).all().get();
        until("the config is there", () -> {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            return config.get("retention.ms").value().equals("1234567")
                && config.get("cleanup.policy").value().equals("compact,delete");
        });
        admin.deleteTopics(List.of(other)).all().get();
        until("the topic is gone", () -> !admin.listTopics().names().get().contains(other));
    }

    static void cluster() throws Exception {
        DescribeClusterResult cluster = admin.describeCluster();
        same(1, cluster.nodes().get().size());
        check(cluster.clusterId().get() != null, "a cluster has an id");
        int node = cluster.controller().get().id();
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(node));
        check(admin.describeConfigs(List.of(broker)).all().get().get(broker).entries().size() > 100, "configs");
        check(admin.describeLogDirs(List.of(node)).allDescriptions().get().get(node).values().stream()
            .anyMatch(dir -> dir.replicaInfos().keySet().stream().anyMatch(at -> at.topic().equals(topic))), "dirs");
        // With ZooKeeper there were none.
        boolean features = !"2.8".equals(System.getenv("RK_AS_VERSION"));
        same(features, admin.describeFeatures().featureMetadata().get().finalizedFeatures().containsKey("metadata.version"));
        same(Map.of(), admin.listPartitionReassignments().reassignments().get());
        fails(ElectionNotNeededException.class, () -> {
            Optional<Throwable> told = admin.electLeaders(org.apache.kafka.common.ElectionType.PREFERRED,
                Set.of(new TopicPartition(topic, 0))).partitions().get().get(new TopicPartition(topic, 0));
            throw (RuntimeException) told.get();
        });
    }

    static void quotasAndUsers() throws Exception {
        org.apache.kafka.common.quota.ClientQuotaEntity who =
            new org.apache.kafka.common.quota.ClientQuotaEntity(Map.of("client-id", topic));
        admin.alterClientQuotas(List.of(new org.apache.kafka.common.quota.ClientQuotaAlteration(who,
            List.of(new org.apache.kafka.common.quota.ClientQuotaAlteration.Op("producer_byte_rate", 5e6))))).all().get();
        until("the quota is there", () -> admin.describeClientQuotas(
            org.apache.kafka.common.quota.ClientQuotaFilter.all()).entities().get().containsKey(who));
        admin.alterClientQuotas(List.of(new org.apache.kafka.common.quota.ClientQuotaAlteration(who,
            List.of(new org.apache.kafka.common.quota.ClientQuotaAlteration.Op("producer_byte_rate", null))))).all().get();
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(topic,
            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "a secret"))).all().get();
        until("the user is there", () -> admin.describeUserScramCredentials().users().get().contains(topic));
        admin.alterUserScramCredentials(List.of(
            new UserScramCredentialDeletion(topic, ScramMechanism.SCRAM_SHA_256))).all().get();
        fails(SecurityDisabledException.class,
            () -> admin.describeAcls(org.apache.kafka.common.acl.AclBindingFilter.ANY).values().get());
    }

    static void groups() throws Exception {
        String name = group + "-range";
        check(admin.listConsumerGroups().all().get().stream().anyMatch(one -> one.groupId().equals(name)), "listed");
        Map<String, KafkaFuture<ConsumerGroupDescription>> told = admin.describeConsumerGroups(List.of(name)).describedGroups();
        same(0, told.get(name).get().members().size());
        Map<TopicPartition, OffsetAndMetadata> offsets =
            admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get();
        same(PARTITIONS, offsets.size());
        TopicPartition zero = new TopicPartition(topic, 0);
        admin.alterConsumerGroupOffsets(name, Map.of(zero, new OffsetAndMetadata(1, "moved"))).all().get();
        offsets = admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get();
        same(1L, offsets.get(zero).offset());
        same("moved", offsets.get(zero).metadata());
        admin.deleteConsumerGroupOffsets(name, Set.of(zero)).all().get();
        same(PARTITIONS - 1, admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().size());
        admin.deleteConsumerGroups(List.of(name)).all().get();
        fails(GroupIdNotFoundException.class, () -> admin.deleteConsumerGroups(List.of(name)).all().get());
    }

    static void records() throws Exception {
        TopicPartition zero = new TopicPartition(topic, 0);
        check(admin.listOffsets(Map.of(zero, OffsetSpec.latest())).partitionResult(zero).get().offset() > 2, "the end");
        check(admin.listOffsets(Map.of(zero, OffsetSpec.forTimestamp(1))).partitionResult(zero).get().timestamp() > 1, "time");
        same(2L, admin.deleteRecords(Map.of(zero, RecordsToDelete.beforeOffset(2))).lowWatermarks().get(zero).get().lowWatermark());
        same(2L, admin.listOffsets(Map.of(zero, OffsetSpec.earliest())).partitionResult(zero).get().offset());
        fails(org.apache.kafka.common.errors.OffsetOutOfRangeException.class, () -> admin.deleteRecords(
            Map.of(zero, RecordsToDelete.beforeOffset(1_000_000))).all().get());
        try (KafkaConsumer<String, String> consumer = consumer("auto.offset.reset", "none")) {
            consumer.assign(List.of(zero));
            consumer.seek(zero, 0);
            fails(org.apache.kafka.clients.consumer.InvalidOffsetException.class, () -> poll("an error", List.of(consumer), so -> false));
        }
    }

    static void errors() throws Exception {
        fails(TopicExistsException.class, () -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get());
        fails(InvalidTopicException.class, () -> admin.createTopics(List.of(new NewTopic("no/such", 1, (short) 1))).all().get());
        fails(InvalidReplicationFactorException.class,
            () -> admin.createTopics(List.of(new NewTopic(topic + "-three", 1, (short) 3))).all().get());
        fails(InvalidConfigurationException.class, () -> admin.createTopics(List.of(
            new NewTopic(topic + "-config", 1, (short) 1).configs(Map.of("retention.ms", "soon")))).all().get());
        fails(UnknownTopicOrPartitionException.class, () -> describe(topic + "-unknown"));
        fails(UnknownTopicOrPartitionException.class, () -> admin.deleteTopics(List.of(topic + "-unknown")).all().get());
        try (KafkaProducer<String, String> producer = producer("max.request.size", 10_000_000)) {
            String large = "x".repeat(200_000);
            fails(RecordTooLargeException.class, () -> producer.send(new ProducerRecord<>(topic, "large", large)).get());
        }
        try (KafkaConsumer<String, String> consumer = consumer("allow.auto.create.topics", "false")) {
            same(List.of(), Optional.ofNullable(consumer.partitionsFor(topic + "-unknown")).orElse(List.of()));
        } catch (UnknownTopicOrPartitionException e) {
            // The newer clients say it this way.
        }
    }

    static void transactions() throws Exception {
        String id = topic + "-tx";
        Set<String> before = everything();
        Set<String> all = new TreeSet<>(before);
        try (KafkaProducer<String, String> producer = producer("transactional.id", id)) {
            producer.initTransactions();
            for (boolean commit : new boolean[] {true, false, true}) {
                producer.beginTransaction();
                for (int i = 1; i <= 10; i++) {
                    String key = (commit ? "kept-" : "dropped-") + all.size() + "-" + i;
                    producer.send(record(topic, key, "value of " + key));
                    all.add(key);
                }
                if (commit) {
                    producer.commitTransaction();
                } else {
                    // What is not sent yet would be dropped without the broker ever seeing it.
                    producer.flush();
                    producer.abortTransaction();
                }
            }
            producer.beginTransaction();
            producer.send(record(topic, "open-1", "value of open-1"));
            producer.flush();
            all.add("open-1");
            Set<String> committed = new TreeSet<>(all);
            committed.removeIf(key -> key.startsWith("dropped") || key.startsWith("open"));
            same(committed, everything("isolation.level", "read_committed"));
            same(all, everything("isolation.level", "read_uncommitted"));
            producer.abortTransaction();
            same(committed, everything("isolation.level", "read_committed"));
        }
    }

    static void offsetsInTransactions() throws Exception {
        String name = group + "-tx";
        TopicPartition zero = new TopicPartition(topic, 0);
        try (KafkaProducer<String, String> producer = producer("transactional.id", topic + "-tx-offsets");
                KafkaConsumer<String, String> member = consumer("group.id", name)) {
            member.subscribe(List.of(topic));
            poll("the member has all", List.of(member), so -> member.assignment().size() == PARTITIONS);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(topic, "sent-1", "value of sent-1"));
            producer.sendOffsetsToTransaction(Map.of(zero, new OffsetAndMetadata(7, "in it")), member.groupMetadata());
            same(null, admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().get(zero));
            producer.commitTransaction();
            same(7L, member.committed(Set.of(zero)).get(zero).offset());
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(zero, new OffsetAndMetadata(9)), member.groupMetadata());
            producer.abortTransaction();
            same(7L, member.committed(Set.of(zero)).get(zero).offset());
        }
    }

    static void fencing() throws Exception {
        String id = topic + "-tx-fenced";
        try (KafkaProducer<String, String> first = producer("transactional.id", id);
                KafkaProducer<String, String> second = producer("transactional.id", id)) {
            first.initTransactions();
            first.beginTransaction();
            first.send(record(topic, "fenced-1", "value of fenced-1"));
            first.flush();
            second.initTransactions();
            try {
                first.commitTransaction();
                check(false, "the first producer is fenced");
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                // Which of them depends on the version.
            }
            second.beginTransaction();
            second.send(record(topic, "unfenced-1", "value of unfenced-1"));
            second.commitTransaction();
            Set<String> seen = everything("isolation.level", "read_committed");
            check(seen.contains("unfenced-1") && !seen.contains("fenced-1"), seen);
        }
    }

    private static void ifThere(String name) {
        try {
            Class.forName(name).getMethod("steps").invoke(null);
        } catch (ClassNotFoundException e) {
            System.out.println("skipped\t" + name.toLowerCase() + "\tnot in this version");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    public static void main(String[] args) throws Exception {
        address = args[0];
        topic = args[1] + "-topic";
        group = args[1] + "-group";
        Properties version = new Properties();
        version.load(Admin.class.getResourceAsStream("/kafka/kafka-version.properties"));
        System.out.println("version\t" + version.getProperty("version"));
        admin = Admin.create(settings());
        step("topic created", () -> {
            NewTopic asked = new NewTopic(topic, PARTITIONS, (short) 1).configs(Map.of("max.message.bytes", "100000"));
            admin.createTopics(List.of(asked)).all().get();
        });
        Set<String> sent = new TreeSet<>();
        for (String codec : CODECS) {
            step("produced: " + codec, () -> sent.addAll(produce(codec, COUNT,
                "compression.type", codec, "enable.idempotence", "false", "acks", "1")));
        }
        step("produced: acks=0", () -> {
            try (KafkaProducer<String, String> producer = producer("acks", "0", "enable.idempotence", "false")) {
                check(!producer.send(record(topic, "blind-1", "value of blind-1")).get().hasOffset(), "no offset");
                sent.add("blind-1");
            }
        });
        step("produced: idempotent", () -> sent.addAll(produce("idempotent", COUNT,
            "enable.idempotence", "true", "linger.ms", "0", "batch.size", "200")));
        step("consumed all", () -> same(sent, everything()));
        step("group: range, rebalance, commit, restart", () -> group(group + "-range",
            "partition.assignment.strategy", RangeAssignor.class.getName()));
        step("group: cooperative-sticky", () -> group(group + "-cooperative",
            "partition.assignment.strategy", CooperativeStickyAssignor.class.getName()));
        step("group: static member, fenced by its twin", Course::staticMember);
        step("admin: topics, partitions, configs", Course::topics);
        step("admin: cluster, log dirs, features, elections", Course::cluster);
        step("admin: groups and offsets", Course::groups);
        step("admin: records", Course::records);
        step("admin: quotas, users, no ACLs", Course::quotasAndUsers);
        step("errors", Course::errors);
        step("transactions: commit, abort, read_committed", Course::transactions);
        step("transactions: offsets", Course::offsetsInTransactions);
        step("transactions: fencing", Course::fencing);
        ifThere("Newer");
        ifThere("Shares");
        step("topic deleted", () -> {
            admin.deleteTopics(List.of(topic)).all().get();
            until("the topic is gone", () -> !admin.listTopics().names().get().contains(topic));
        });
        admin.close(Duration.ofSeconds(5));
        System.exit(0);
    }
}
