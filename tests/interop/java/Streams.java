// Kafka Streams applications of the newer protocol (group.protocol=streams, KIP-1071) against a
// broker: what they come to is printed, line by line, so that two brokers can be compared. The
// line `restart` asks whoever reads to restart the broker and to answer with a line.
//
// Arguments: the broker's address, and a folder for the applications' state.

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
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
import org.apache.kafka.tools.StreamsResetter;
import org.apache.kafka.tools.streams.StreamsGroupCommand;

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
        caughtUp("word-count", Map.of("words", 600L, "word-count-store-repartition", 1800L));
        tool("--describe", "--group", "word-count");
        tool("--describe", "--group", "word-count", "--offsets", "--verbose");
        System.out.println("restart");
        in.readLine();
        produceWords(600, 900, expected);
        await("words after the restart", () -> latest("counts"), expected);
        describe("word-count", 3);
        System.out.println("restart");
        in.readLine();
        produceWords(900, 1000, expected);
        await("words after another restart", () -> latest("counts"), expected);
        describe("word-count", 3);
        tool("--describe", "--group", "word-count", "--members");
        tool("--describe", "--group", "word-count", "--members", "--verbose");
        tool("--describe", "--group", "word-count", "--state");
        tool("--reset-offsets", "--group", "word-count", "--all-input-topics", "--to-earliest",
            "--dry-run");
        tool("--delete", "--group", "word-count");
        tool("--delete-offsets", "--group", "word-count", "--input-topic", "words");
        two.close(Duration.ofSeconds(60));
        describe("word-count", 1);
        produceWords(1000, 1100, expected);
        await("words for one", () -> latest("counts"), expected);
        one.close(Duration.ofSeconds(60));
        describe("word-count", 0);
        tool("--list");
        tool("--list", "--state");
        tool("--list", "--state", "Stable");
        tool("--describe", "--group", "word-count");
        tool("--describe", "--group", "word-count", "--offsets", "--verbose");
        tool("--describe", "--group", "word-count", "--members");
        tool("--describe", "--group", "word-count", "--state", "--verbose");
        tool("--describe", "--group", "nobody");
        System.out.println("committed " + committed("word-count"));
        groups();
        tool("--reset-offsets", "--group", "word-count", "--all-input-topics", "--to-earliest",
            "--dry-run");
        tool("--reset-offsets", "--group", "word-count", "--input-topic", "words:1", "--shift-by",
            "-10", "--execute");
        tool("--delete-offsets", "--group", "word-count", "--input-topic", "words:2");
        tool("--describe", "--group", "word-count");
        internal();
        tool("--delete", "--group", "word-count", "--delete-all-internal-topics");
        tool("--delete", "--group", "word-count");
        internal();
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
        reset("--application-id", "joiner", "--input-topics", "orders", "--dry-run");
        reset("--application-id", "joiner", "--input-topics", "orders,customers");
        tool("--describe", "--group", "joiner");
        internal();
    }

    /// An application whose source is missing ends: in Kafka's own words if it says where its
    /// interactive queries are served, and in good ones if it does not.
    static void missing() throws Exception {
        settings("waiter", Map.of("streams.initial.rebalance.delay.ms", "0"));
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream("late").to("out");
        Properties config = config("waiter", "one", 1);
        dies(builder, config);
        config.remove("application.server");
        dies(builder, config);
    }

    static void dies(StreamsBuilder builder, Properties config) throws Exception {
        KafkaStreams one = new KafkaStreams(builder.build(), config);
        BlockingQueue<String> died = new LinkedBlockingQueue<>();
        one.setUncaughtExceptionHandler(error -> {
            died.add(error.getClass().getSimpleName() + ": " + error.getMessage());
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler
                .StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        one.start();
        String why = died.poll(90, TimeUnit.SECONDS);
        System.out.println("without its source: " + why.replaceAll("after [0-9]+ms", "after N ms"));
        one.close(Duration.ofSeconds(60));
    }

    /// Runs `kafka-streams-groups`. What differs from run to run is taken out.
    static void tool(String... words) throws Exception {
        System.out.println("kafka-streams-groups " + String.join(" ", words));
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap-server", address));
        int[] code = new int[1];
        print(capture(() -> code[0] = StreamsGroupCommand.execute(all.toArray(new String[0]))));
        System.out.println("  exit " + code[0]);
    }

    /// Runs `kafka-streams-application-reset`.
    static void reset(String... words) throws Exception {
        System.out.println("kafka-streams-application-reset " + String.join(" ", words));
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap-server", address));
        int[] code = new int[1];
        print(capture(() -> code[0] = new StreamsResetter().execute(all.toArray(new String[0]))));
        System.out.println("  exit " + code[0]);
    }

    interface Action {
        void run() throws Exception;
    }

    static String capture(Action action) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        System.setOut(new PrintStream(text, true));
        System.setErr(new PrintStream(text, true));
        try {
            action.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return text.toString();
    }

    static void print(String text) {
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("\tat ")
                && !line.startsWith("\t... "))
            .map(line -> line.replace(address, "ADDRESS")
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UUID")
                .replaceAll("(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])", "MEMBER")
                .replaceAll("/127.0.0.1|/0:0:0:0:0:0:0:1", "HOST")
                .replaceAll(" +", " ").strip()
                // Epochs and places depend on who comes first.
                .replaceAll(" [0-9]+ 0 MEMBER streams [0-9]+ ", " EPOCH 0 MEMBER streams EPOCH ")
                .replaceAll(" Empty [0-9]+ [0-9]+ ", " Empty EPOCH EPOCH ")
                .replaceAll(":\\[[0-9]\\]", ":[N]"))
            .sorted().forEach(line -> System.out.println("  " + line));
    }

    static void internal() throws Exception {
        System.out.println("internal topics " + new TreeSet<>(admin.listTopics().names().get())
            .stream().filter(one -> one.contains("-changelog") || one.contains("-repartition"))
            .toList());
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
        config.put("repartition.purge.interval.ms", 3_600_000);
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
                && last.groupEpoch() == last.targetAssignmentEpoch() + (members == 0 ? 1 : 0)
                // After a restart nobody knows, until a member is heard of.
                && last.subtopologies().stream().allMatch(one -> one.stateChangelogTopics()
                    .values().stream().allMatch(topic -> topic.partitions() > 0));
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

    /// Waits until all that was read is committed.
    static void caughtUp(String group, Map<String, Long> expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!committed(group).equals(expected) && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
    }

    /// Returns the sum of what a group has committed, by topic.
    static Map<String, Long> committed(String group) throws Exception {
        return admin.listStreamsGroupOffsets(Map.of(group, new ListStreamsGroupOffsetsSpec()))
            .partitionsToOffsetAndMetadata(group).get().entrySet().stream()
            .collect(Collectors.groupingBy(one -> one.getKey().topic(), TreeMap::new,
                Collectors.summingLong(one -> one.getValue().offset())));
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
