import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

/**
 * Consumers of both protocols at work on a cluster, and what Kafka's own tool says of them. All
 * that differs from run to run is taken out, so that two brokers print the same.
 */
public class Groups {
    private static String address;
    private static final List<KafkaConsumer<String, String>> consumers = new ArrayList<>();
    private static final List<String> seen = new ArrayList<>();

    private static KafkaConsumer<String, String> consumer(String group, String... settings) {
        Properties all = new Properties();
        all.put("bootstrap.servers", address);
        all.put("group.id", group);
        all.put("group.protocol", "consumer");
        all.put("auto.offset.reset", "earliest");
        all.put("key.deserializer", StringDeserializer.class.getName());
        all.put("value.deserializer", StringDeserializer.class.getName());
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        if (all.get("group.protocol").equals("classic")) {
            all.put("session.timeout.ms", "6000");
            all.put("heartbeat.interval.ms", "300");
        }
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(all);
        consumers.add(consumer);
        return consumer;
    }

    private static void poll() {
        for (KafkaConsumer<String, String> consumer : consumers) {
            consumer.poll(Duration.ofMillis(30)).forEach(record -> seen.add(record.value()));
        }
    }

    private static void until(String what, BooleanSupplier done) {
        long end = System.currentTimeMillis() + 60_000;
        while (!done.getAsBoolean()) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("never: " + what);
            }
            poll();
        }
        System.out.println(what);
    }

    private static void leave(KafkaConsumer<String, String> consumer) {
        consumers.remove(consumer);
        consumer.close();
    }

    private static int[] sizes(KafkaConsumer<?, ?>... all) {
        return Arrays.stream(all).mapToInt(one -> one.assignment().size()).sorted().toArray();
    }

    private static boolean have(int[] sizes, KafkaConsumer<?, ?>... all) {
        Set<Object> distinct = Arrays.stream(all)
            .map(KafkaConsumer::assignment).flatMap(Collection::stream)
            .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(Object::toString))));
        return Arrays.equals(sizes(all), sizes) && distinct.size() == Arrays.stream(sizes).sum();
    }

    /** Prints what the tool says, its rows in order, ids and hosts taken out. */
    private static void tool(String... words) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", address));
        all.addAll(List.of(words));
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true));
        try {
            ConsumerGroupCommand.main(all.toArray(new String[0]));
        } finally {
            System.setOut(before);
        }
        System.out.println("$ consumer-groups " + String.join(" ", words));
        said.toString().lines()
            .map(line -> line
                .replaceAll("(consumer-[a-z]+-\\d+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "MEMBER")
                .replaceAll("\\b[A-Za-z0-9_-]{22}(?=\\s)", "MEMBER")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS")
                .replaceAll("consumer-([a-z]+)-\\d+", "consumer-$1-N")
                .replaceAll("\\s+", " ").trim())
            .filter(line -> !line.isEmpty())
            .sorted()
            .forEach(System.out::println);
    }

    public static void main(String[] args) throws Exception {
        address = args[0];
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic("ga", 4, (short) 1), new NewTopic("gb", 2, (short) 1))).all().get();
            Properties producing = new Properties();
            producing.put("bootstrap.servers", address);
            producing.put("key.serializer", StringSerializer.class.getName());
            producing.put("value.serializer", StringSerializer.class.getName());
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(producing)) {
                for (int i = 0; i < 40; i++) {
                    producer.send(new ProducerRecord<>("ga", i % 4, null, "ga" + i));
                    producer.send(new ProducerRecord<>("gb", i % 2, null, "gb" + i));
                }
            }
            newer(admin);
            patterns(admin);
            instances();
            migrate();
            settings(admin);
            tool("--list", "--type", "consumer");
            tool("--list", "--type", "classic");
            tool("--list", "--state", "empty");
            tool("--delete", "--group", "newer", "--group", "pattern");
            tool("--list", "--type");
        }
    }

    private static void newer(Admin admin) throws Exception {
        var one = consumer("newer");
        one.subscribe(List.of("ga", "gb"));
        until("one has all", () -> have(new int[] {6}, one));
        until("all is read", () -> new TreeSet<>(seen).size() == 80);
        one.commitSync();
        tool("--describe", "--group", "newer");
        tool("--describe", "--group", "newer", "--members", "--verbose");
        tool("--describe", "--group", "newer", "--state");
        var two = consumer("newer", "group.remote.assignor", "range");
        two.subscribe(List.of("ga", "gb"));
        until("two share", () -> have(new int[] {3, 3}, one, two));
        tool("--describe", "--group", "newer", "--members");
        tool("--describe", "--group", "newer", "--state");
        tool("--delete", "--group", "newer");
        tool("--delete-offsets", "--group", "newer", "--topic", "ga");
        admin.createPartitions(Map.of("gb", NewPartitions.increaseTo(4))).all().get();
        until("what has grown is shared", () -> have(new int[] {4, 4}, one, two));
        leave(two);
        until("one has all again", () -> have(new int[] {8}, one));
        // What it knows its place in is what it commits when it leaves: all of it.
        one.assignment().forEach(one::position);
        leave(one);
        tool("--describe", "--group", "newer");
        tool("--reset-offsets", "--group", "newer", "--topic", "ga", "--to-earliest", "--execute");
        tool("--delete-offsets", "--group", "newer", "--topic", "gb");
        tool("--describe", "--group", "newer", "--offsets");
        tool("--describe", "--group", "newer", "--members");
    }

    private static void patterns(Admin admin) throws Exception {
        var one = consumer("pattern");
        one.subscribe(new SubscriptionPattern("g[ab]|later"));
        until("a pattern matches", () -> have(new int[] {8}, one));
        admin.createTopics(List.of(new NewTopic("later", 1, (short) 1))).all().get();
        until("a pattern matches more", () -> have(new int[] {9}, one));
        var bad = consumer("pattern");
        bad.subscribe(new SubscriptionPattern("g["));
        String why = null;
        while (why == null) {
            try {
                poll();
            } catch (Exception e) {
                why = e.toString();
            }
        }
        System.out.println(why);
        leave(bad);
        leave(one);
    }

    private static void instances() {
        var one = consumer("static", "group.instance.id", "i1");
        one.subscribe(List.of("ga"));
        until("an instance has all", () -> have(new int[] {4}, one));
        leave(one);
        tool("--describe", "--group", "static", "--state");
        var back = consumer("static", "group.instance.id", "i1");
        back.subscribe(List.of("ga"));
        until("an instance is back", () -> have(new int[] {4}, back));
        tool("--describe", "--group", "static", "--members", "--verbose");
        leave(back);
    }

    /** From the older protocol to the newer one and back, one consumer at a time. */
    private static void migrate() {
        var old = consumer("moving", "group.protocol", "classic");
        old.subscribe(List.of("ga"));
        until("a classic consumer has all", () -> have(new int[] {4}, old));
        tool("--describe", "--group", "moving", "--state");
        var newer = consumer("moving");
        newer.subscribe(List.of("ga"));
        until("a newer one shares", () -> have(new int[] {2, 2}, old, newer));
        tool("--describe", "--group", "moving", "--members", "--verbose");
        tool("--describe", "--group", "moving", "--state");
        leave(newer);
        until("the classic one has all again", () -> have(new int[] {4}, old));
        tool("--describe", "--group", "moving", "--state");
        var last = consumer("moving");
        last.subscribe(List.of("ga"));
        until("another shares", () -> have(new int[] {2, 2}, old, last));
        leave(old);
        until("it has all", () -> have(new int[] {4}, last));
        tool("--describe", "--group", "moving", "--members", "--verbose");
        leave(last);
    }

    private static void settings(Admin admin) throws Exception {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "newer");
        for (String value : List.of("1000", "45000", "99999999")) {
            var op = new AlterConfigOp(new ConfigEntry("consumer.session.timeout.ms", value), AlterConfigOp.OpType.SET);
            try {
                admin.incrementalAlterConfigs(Map.of(group, List.of(op))).all().get();
                System.out.println("set to " + value);
            } catch (Exception e) {
                System.out.println(e.getCause());
            }
        }
        var told = admin.describeConfigs(List.of(group)).all().get().get(group).entries().stream()
            .filter(entry -> entry.name().startsWith("consumer."))
            .collect(Collectors.toMap(ConfigEntry::name, entry -> entry.value() + " " + entry.source(), (a, b) -> a, TreeMap::new));
        System.out.println(told);
    }
}
