import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Calls Kafka's admin client in many ways, good and bad, and prints what comes back. */
public class Admins {
    private static final String TOPIC = "admin-orders";
    private static final String GROUP = "admin-group";
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
    private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);
    private static final TopicPartition BEYOND = new TopicPartition(TOPIC, 99);
    private static final TopicPartition NOWHERE = new TopicPartition("admin-no-such", 0);

    private static void say(String what, Callable<?> call) throws Exception {
        String answer;
        try {
            answer = String.valueOf(call.call());
        } catch (ExecutionException e) {
            answer = e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage();
        } catch (RuntimeException e) {
            answer = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        System.out.println(what + ": " + answer);
    }

    /** Says what became of each. */
    private static <K, V> void each(String what, Map<K, KafkaFuture<V>> futures) throws Exception {
        Map<String, KafkaFuture<V>> sorted = new TreeMap<>();
        futures.forEach((key, future) -> sorted.put(String.valueOf(key), future));
        for (Map.Entry<String, KafkaFuture<V>> entry : sorted.entrySet()) {
            say(what + " " + entry.getKey(), () -> entry.getValue().get());
        }
    }

    private static void until(Callable<Boolean> is) throws Exception {
        for (int i = 0; i < 200 && !is.call(); i++) {
            Thread.sleep(20);
        }
    }

    private static void topics(Admin admin) throws Exception {
        Map<String, String> configs = Map.of("retention.ms", "3600000", "cleanup.policy", "compact");
        CreateTopicsResult created = admin.createTopics(List.of(
            // Its records are old, and nobody shall sweep them away meanwhile.
            new NewTopic(TOPIC, 2, (short) 1).configs(Map.of("retention.ms", "-1")),
            new NewTopic("admin-configs", 1, (short) 1).configs(configs),
            new NewTopic("admin-defaults", Optional.empty(), Optional.empty()),
            new NewTopic("admin-placed", Map.of(0, List.of(1), 1, List.of(1)))));
        each("create", created.values());
        for (String name : List.of(TOPIC, "admin-configs", "admin-defaults", "admin-placed")) {
            say("partitions of " + name, () -> created.numPartitions(name).get());
            say("replication of " + name, () -> created.replicationFactor(name).get());
        }
        each("create badly", admin.createTopics(List.of(
            new NewTopic(TOPIC, 2, (short) 1),
            new NewTopic("admin-replicated", 1, (short) 3),
            new NewTopic("admin-none", 0, (short) 1),
            new NewTopic("admin bad name", 1, (short) 1),
            new NewTopic("..", 1, (short) 1),
            new NewTopic("a".repeat(250), 1, (short) 1),
            new NewTopic("admin-bad-config", 1, (short) 1).configs(Map.of("no.such", "1")),
            new NewTopic("admin-bad-value", 1, (short) 1).configs(Map.of("retention.ms", "soon")),
            new NewTopic("admin-far", Map.of(0, List.of(7))))).values());
        each("validate", admin.createTopics(
            List.of(new NewTopic("admin-not-made", 1, (short) 1)),
            new CreateTopicsOptions().validateOnly(true)).values());
        each("grow", admin.createPartitions(Map.of(
            TOPIC, NewPartitions.increaseTo(3),
            "admin-configs", NewPartitions.increaseTo(1),
            "admin-no-such", NewPartitions.increaseTo(4))).values());
        say("listed", () -> admin.listTopics().names().get().stream()
            .filter(name -> name.startsWith("admin")).sorted().toList());
        // Kafka tells of a change a little later than it answers.
        until(() -> admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().size() == 3);
        each("describe", described(admin, List.of(TOPIC, "admin-placed", "admin-no-such")));
    }

    private static Map<String, KafkaFuture<String>> described(Admin admin, Collection<String> names) {
        Map<String, KafkaFuture<String>> out = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) ->
            out.put(name, future.thenApply(topic -> topic.isInternal() + " " + topic.partitions())));
        return out;
    }

    private static void configs(Admin admin) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "admin-configs");
        ConfigResource nowhere = new ConfigResource(ConfigResource.Type.TOPIC, "admin-no-such");
        print(admin, topic);
        each("configs of nothing", admin.describeConfigs(List.of(nowhere)).values());
        List<List<AlterConfigOp>> changes = List.of(
            List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.APPEND)),
            List.of(new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SUBTRACT),
                new AlterConfigOp(new ConfigEntry("retention.ms", null), AlterConfigOp.OpType.DELETE)),
            List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "soon"), AlterConfigOp.OpType.SET)),
            List.of(new AlterConfigOp(new ConfigEntry("no.such", "1"), AlterConfigOp.OpType.SET)),
            List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.APPEND)),
            List.of(new AlterConfigOp(new ConfigEntry("min.insync.replicas", "0"), AlterConfigOp.OpType.SET)));
        for (List<AlterConfigOp> change : changes) {
            each("change", admin.incrementalAlterConfigs(Map.of(topic, change)).values());
        }
        each("change nothing there", admin.incrementalAlterConfigs(Map.of(nowhere, changes.get(0))).values());
        print(admin, topic);
    }

    private static void print(Admin admin, ConfigResource resource) throws Exception {
        DescribeConfigsOptions options = new DescribeConfigsOptions().includeSynonyms(true);
        Config config = admin.describeConfigs(List.of(resource), options).all().get().get(resource);
        Map<String, ConfigEntry> entries = new TreeMap<>();
        config.entries().forEach(entry -> entries.put(entry.name(), entry));
        for (ConfigEntry entry : entries.values()) {
            System.out.println("  " + entry.name() + " = " + entry.value() + " " + entry.type() + " "
                + entry.source() + (entry.isReadOnly() ? " read-only" : "")
                + (entry.isSensitive() ? " sensitive" : "") + " " + entry.synonyms());
        }
    }

    private static void records(Admin admin, Map<String, Object> base) throws Exception {
        Map<String, Object> settings = new HashMap<>(base);
        settings.put("key.serializer", StringSerializer.class.getName());
        settings.put("value.serializer", StringSerializer.class.getName());
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; i < 10; i++) {
                String value = "value " + i;
                producer.send(new ProducerRecord<>(TOPIC, i % 2, 1_700_000_000_000L + i, "k" + i, value)).get();
            }
        }
        for (Map.Entry<String, OffsetSpec> spec : new TreeMap<>(Map.of(
                "earliest", OffsetSpec.earliest(),
                "latest", OffsetSpec.latest(),
                "max timestamp", OffsetSpec.maxTimestamp(),
                "time 5", OffsetSpec.forTimestamp(1_700_000_000_005L),
                "time beyond", OffsetSpec.forTimestamp(1_800_000_000_000L))).entrySet()) {
            ListOffsetsResult listed = admin.listOffsets(Map.of(ZERO, spec.getValue(), ONE, spec.getValue()));
            for (TopicPartition at : List.of(ZERO, ONE)) {
                say(spec.getKey() + " of " + at, () -> listed.partitionResult(at).get());
            }
        }
        Map<TopicPartition, KafkaFuture<Long>> deleted = new HashMap<>();
        admin.deleteRecords(Map.of(
            ZERO, RecordsToDelete.beforeOffset(2),
            ONE, RecordsToDelete.beforeOffset(-1),
            new TopicPartition(TOPIC, 2), RecordsToDelete.beforeOffset(5))).lowWatermarks().forEach((at, future) ->
                deleted.put(at, future.thenApply(DeletedRecords::lowWatermark)));
        each("delete records", deleted);
        ListOffsetsResult after = admin.listOffsets(Map.of(ZERO, OffsetSpec.earliest(), ONE, OffsetSpec.earliest()));
        for (TopicPartition at : List.of(ZERO, ONE)) {
            say("begins " + at, () -> after.partitionResult(at).get());
        }
        say("sizes", () -> {
            Map<Integer, Map<String, LogDirDescription>> dirs = admin.describeLogDirs(List.of(1)).allDescriptions().get();
            Map<String, Long> sizes = new TreeMap<>();
            dirs.values().forEach(of -> of.values().forEach(dir -> dir.replicaInfos().forEach((at, info) -> {
                if (at.topic().equals(TOPIC)) {
                    sizes.put(at.toString(), info.size());
                }
            })));
            return sizes;
        });
    }

    private static void groups(Admin admin, Map<String, Object> base) throws Exception {
        Map<String, Object> settings = new HashMap<>(base);
        settings.put("group.id", GROUP);
        settings.put("group.instance.id", "instance-1");
        settings.put("auto.offset.reset", "earliest");
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", StringDeserializer.class.getName());
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(TOPIC));
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 150 && seen.size() < 3; i++) {
                consumer.poll(Duration.ofMillis(200)).forEach(record ->
                    seen.add(record.partition() + " " + record.offset() + " " + record.timestamp() + " " + record.value()));
            }
            seen.sort(null);
            System.out.println("read: " + seen);
            consumer.commitSync(Map.of(ZERO, new OffsetAndMetadata(5, Optional.of(0), "a note")));
            each("alter while active", Map.of("offsets", admin.alterConsumerGroupOffsets(GROUP, Map.of(ZERO, new OffsetAndMetadata(1))).all()));
            each("delete while active", admin.deleteConsumerGroups(List.of(GROUP)).deletedGroups());
            group(admin);
        }
        group(admin);
        each("remove members", Map.of("instance-1", admin.removeMembersFromConsumerGroup(GROUP,
            new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("instance-1")))).all()));
        each("remove members", Map.of("again", admin.removeMembersFromConsumerGroup(GROUP,
            new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("instance-1")))).all()));
        group(admin);
        AlterConsumerGroupOffsetsResult altered = admin.alterConsumerGroupOffsets(GROUP, Map.of(
            ZERO, new OffsetAndMetadata(3, Optional.empty(), "moved"),
            BEYOND, new OffsetAndMetadata(3), NOWHERE, new OffsetAndMetadata(3)));
        for (TopicPartition at : List.of(ZERO, BEYOND, NOWHERE)) {
            say("alter " + at, () -> altered.partitionResult(at).get());
        }
        DeleteConsumerGroupOffsetsResult deleted = admin.deleteConsumerGroupOffsets(GROUP, Set.of(ONE, NOWHERE));
        for (TopicPartition at : List.of(ONE, NOWHERE)) {
            say("delete offset of " + at, () -> deleted.partitionResult(at).get());
        }
        group(admin);
        each("delete", admin.deleteConsumerGroups(List.of(GROUP, "admin-no-group")).deletedGroups());
        group(admin);
    }

    private static void group(Admin admin) throws Exception {
        say("listed", () -> admin.listGroups().all().get().stream()
            .filter(group -> group.groupId().startsWith("admin"))
            .map(group -> group.groupId() + " " + group.protocol() + " " + group.type() + " " + group.groupState())
            .sorted().toList());
        say("described", () -> {
            ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP).get();
            return group.groupState() + " " + group.type() + " " + group.partitionAssignor() + " "
                + group.isSimpleConsumerGroup() + " " + group.members().stream()
                    .map(member -> member.groupInstanceId() + " " + member.host() + " "
                        + new TreeMap<>(Map.of("at", member.assignment().topicPartitions().stream()
                            .map(TopicPartition::toString).sorted().toList())))
                    .toList();
        });
        say("offsets", () -> {
            Map<String, String> offsets = new TreeMap<>();
            admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().forEach((at, offset) ->
                offsets.put(at.toString(), String.valueOf(offset)));
            return offsets;
        });
    }

    private static void cluster(Admin admin) throws Exception {
        DescribeClusterResult cluster = admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        say("nodes", () -> cluster.nodes().get().stream().map(node -> node.id() + " " + node.rack() + " " + node.isFenced()).toList());
        say("controller", () -> cluster.controller().get().id());
        say("operations", () -> cluster.authorizedOperations().get().stream().map(String::valueOf).sorted().toList());
    }

    public static void main(String[] args) throws Exception {
        Map<String, Object> base = Map.of("bootstrap.servers", args[0], "client.id", "admins");
        try (Admin admin = Admin.create(base)) {
            cluster(admin);
            topics(admin);
            configs(admin);
            records(admin, base);
            groups(admin, base);
            each("delete topics", admin.deleteTopics(List.of(TOPIC, "admin-configs", "admin-no-such")).topicNameValues());
            until(() -> !admin.listTopics().names().get().contains(TOPIC));
            say("listed", () -> admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith("admin")).sorted().toList());
        }
    }
}
