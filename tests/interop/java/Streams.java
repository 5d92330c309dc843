// Kafka Streams applications of the newer protocol (group.protocol=streams, KIP-1071) against a
// broker: what they come to is printed, line by line, so that two brokers can be compared. The
// line `restart` asks whoever reads to restart the broker and to answer with a line.
//
// Arguments: the broker's address, and a folder for the applications' state.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.kstream.*;

public class Streams {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static String address;
    static String folder;
    static Admin admin;
    static KafkaProducer<String, String> producer;

    public static void main(String[] args) throws Exception {
        address = args[0];
        folder = args[1];
        Map<String, Object> config = Map.of("bootstrap.servers", address);
        admin = Admin.create(config);
        producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        wordCount(in);
        joined();
        missing();
        admin.close();
        producer.close();
    }

    /// Counts words: two subtopologies with a repartition topic between them. A second instance
    /// comes and goes, and the broker restarts in between.
    static void wordCount(BufferedReader in) throws Exception {
        create("words", 3);
        create("counts", 2);
        settings("word-count", Map.of("streams.initial.rebalance.delay.ms", "0"));
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream("words")
            .flatMapValues(line -> List.of(line.split(" ")))
            .groupBy((key, word) -> word)
            .count(Materialized.as("store"))
            .toStream()
            .mapValues(count -> "" + count)
            .to("counts");
        Map<String, String> expected = new TreeMap<>();
        KafkaStreams one = start(builder, "word-count", "one", 1);
        produceWords(0, 300, expected);
        await("the first words", () -> latest("counts"), expected);
        describe("word-count", 1);
        KafkaStreams two = start(builder, "word-count", "two", 2);
        describe("word-count", 3);
        produceWords(300, 600, expected);
        await("words for two", () -> latest("counts"), expected);
        System.out.println("restart");
        in.readLine();
        produceWords(600, 900, expected);
        await("words after the restart", () -> latest("counts"), expected);
        describe("word-count", 3);
        two.close(Duration.ofSeconds(60));
        describe("word-count", 1);
        produceWords(900, 1000, expected);
        await("words for one", () -> latest("counts"), expected);
        one.close(Duration.ofSeconds(60));
        describe("word-count", 0);
        System.out.println("committed " + admin.listStreamsGroupOffsets(Map.of("word-count",
            new ListStreamsGroupOffsetsSpec())).partitionsToOffsetAndMetadata("word-count").get()
            .entrySet().stream().collect(Collectors.groupingBy(one2 -> one2.getKey().topic(),
                TreeMap::new, Collectors.summingLong(one2 -> one2.getValue().offset()))));
        groups();
        admin.deleteStreamsGroups(List.of("word-count")).all().get();
        System.out.println("deleted");
        groups();
    }

    /// Joins a stream, which must be repartitioned, with a table; copies of the state are kept.
    static void joined() throws Exception {
        create("orders", 4);
        create("customers", 2);
        create("joined", 1);
        settings("joiner", Map.of("streams.num.standby.replicas", "1",
            "streams.initial.rebalance.delay.ms", "0"));
        StreamsBuilder builder = new StreamsBuilder();
        KTable<String, String> customers = builder.table("customers", Materialized.as("customers"));
        builder.<String, String>stream("orders")
            .selectKey((order, customer) -> customer)
            .join(customers, (customer, name) -> name)
            .to("joined");
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 5; i++) {
            producer.send(new ProducerRecord<>("customers", "c" + i, "name" + i));
            expected.put("c" + i, "name" + i);
        }
        producer.flush();
        KafkaStreams one = start(builder, "joiner", "one", 1);
        KafkaStreams two = start(builder, "joiner", "two", 1);
        describe("joiner", 2);
        for (int i = 0; i < 50; i++) {
            producer.send(new ProducerRecord<>("orders", "o" + i, "c" + i % 5));
        }
        producer.flush();
        await("orders", () -> latest("joined"), expected);
        two.close(Duration.ofSeconds(60));
        describe("joiner", 1);
        one.close(Duration.ofSeconds(60));
        describe("joiner", 0);
    }

    /// An application whose source is missing waits, and goes on when it comes.
    static void missing() throws Exception {
        settings("waiter", Map.of("streams.initial.rebalance.delay.ms", "0"));
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream("late").to("out");
        KafkaStreams one = new KafkaStreams(builder.build(), config("waiter", "one", 1));
        BlockingQueue<String> died = new LinkedBlockingQueue<>();
        one.setUncaughtExceptionHandler(error -> {
            died.add(error.getClass().getSimpleName() + ": " + error.getMessage());
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler
                .StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        one.start();
        System.out.println("without its source: " + died.poll(90, TimeUnit.SECONDS));
        one.close(Duration.ofSeconds(60));
    }

    static void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    static void settings(String group, Map<String, String> settings) throws Exception {
        List<AlterConfigOp> ops = settings.entrySet().stream().map(one -> new AlterConfigOp(
            new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET)).toList();
        admin.incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), ops)).all().get();
    }

    static Properties config(String group, String instance, int threads) {
        Properties config = new Properties();
        config.put("application.id", group);
        config.put("bootstrap.servers", address);
        config.put("group.protocol", "streams");
        config.put("state.dir", folder + "/" + instance);
        config.put("num.stream.threads", threads);
        config.put("commit.interval.ms", 100);
        config.put("statestore.cache.max.bytes", 0);
        config.put("auto.offset.reset", "earliest");
        config.put("application.server", instance + ".example:" + 4000);
        config.put("default.key.serde", Serdes.StringSerde.class);
        config.put("default.value.serde", Serdes.StringSerde.class);
        return config;
    }

    static KafkaStreams start(StreamsBuilder builder, String group, String instance, int threads)
        throws Exception {
        KafkaStreams streams = new KafkaStreams(builder.build(), config(group, instance, threads));
        CountDownLatch running = new CountDownLatch(1);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                running.countDown();
            }
        });
        streams.start();
        if (!running.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            System.out.println(group + " " + instance + " does not run: " + streams.state());
        }
        return streams;
    }

    static void produceWords(int from, int to, Map<String, String> expected) {
        for (int i = from; i < to; i++) {
            String line = "all w" + i % 7 + " v" + i % 11;
            producer.send(new ProducerRecord<>("words", "k" + i, line));
            for (String word : line.split(" ")) {
                expected.merge(word, "1", (a, b) -> "" + (Integer.parseInt(a) + 1));
            }
        }
        producer.flush();
    }

    /// Returns the newest value of each key.
    static Map<String, String> latest(String topic) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", address);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config,
            new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(one -> new TopicPartition(topic, one.partition())).toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            Map<String, String> latest = new TreeMap<>();
            while (all.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> latest.put(record.key(), record.value()));
            }
            return latest;
        }
    }

    static void await(String what, Callable<Map<String, String>> now, Map<String, String> expected)
        throws Exception {
        Map<String, String> last = null;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            last = now.call();
            if (last.equals(expected)) {
                System.out.println(what + ": " + last);
                return;
            }
            Thread.sleep(200);
        }
        System.out.println(what + ": expected " + expected + ", but there is " + last);
    }

    /// Waits until the group is stable with so many members, and tells what it looks like.
    static void describe(String group, int members) throws Exception {
        String state = members == 0 ? "Empty" : "Stable";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        StreamsGroupDescription last = null;
        while (System.nanoTime() < deadline) {
            last = admin.describeStreamsGroups(List.of(group)).all().get().get(group);
            boolean told = last.members().size() == members
                && last.groupState().toString().equals(state)
                && last.groupEpoch() == last.targetAssignmentEpoch() + (members == 0 ? 1 : 0);
            if (told || members == 0 && last.groupState().toString().equals(state)) {
                break;
            }
            Thread.sleep(200);
        }
        System.out.println(group + " " + last.groupState() + " members=" + last.members().size());
        for (StreamsGroupSubtopologyDescription one : last.subtopologies()) {
            System.out.println("  subtopology " + one.subtopologyId() + " " + one.sourceTopics()
                + " -> " + one.repartitionSinkTopics() + " logs " + topics(one.stateChangelogTopics())
                + " repartition " + topics(one.repartitionSourceTopics()));
        }
        List<String> loads = new ArrayList<>();
        for (StreamsGroupMemberDescription one : last.members()) {
            loads.add("active " + count(one.assignment().activeTasks())
                + " standby " + count(one.assignment().standbyTasks())
                + " at " + one.userEndpoint().map(e -> e.host() + ":" + e.port()).orElse("-")
                + (one.assignment().equals(one.targetAssignment()) ? "" : " (not its target)"));
        }
        Collections.sort(loads);
        loads.forEach(one -> System.out.println("  member " + one));
    }

    static String topics(Map<String, StreamsGroupSubtopologyDescription.TopicInfo> topics) {
        return new TreeMap<>(topics).entrySet().stream().map(one -> one.getKey() + " x"
            + one.getValue().partitions() + " " + new TreeMap<>(one.getValue().topicConfigs()))
            .collect(Collectors.joining(", "));
    }

    static int count(List<StreamsGroupMemberAssignment.TaskIds> tasks) {
        return tasks.stream().mapToInt(one -> one.partitions().size()).sum();
    }

    static void groups() throws Exception {
        System.out.println("groups " + admin.listGroups(
            new ListGroupsOptions().withTypes(Set.of(GroupType.STREAMS))).all().get().stream()
            .map(one -> one.groupId() + " " + one.protocol() + " " + one.groupState().get())
            .sorted().toList());
    }
}
