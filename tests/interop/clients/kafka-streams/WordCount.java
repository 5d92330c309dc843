import java.time.Duration;
import java.util.*;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.kstream.*;

/**
 * Counts words with exactly-once v2, by way of a repartition topic and a changelog, every count sent
 * on. `create`, `feed`, `counts` and `internals` are what is done from outside.
 */
public class WordCount {
    static final String LINES = "lines";
    static final String COUNTS = "counts";
    static String address;

    static void app(String state, String protocol) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "word-count");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
        settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 10_000);
        settings.put("group.protocol", protocol);
        if (protocol.equals("streams")) {
            settings.remove(StreamsConfig.consumerPrefix("session.timeout.ms"));
        }
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(LINES, Consumed.with(Serdes.String(), Serdes.String()))
            .flatMapValues(line -> List.of(line.split(" ")))
            .groupBy((key, word) -> word, Grouped.with("by-word", Serdes.String(), Serdes.String()))
            .count(Materialized.as("count"))
            .toStream().to(COUNTS, Produced.with(Serdes.String(), Serdes.Long()));
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        streams.setStateListener((now, before) -> System.out.println("state " + now));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(20))));
        streams.start();
    }

    static void create() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(LINES, 2, (short) 1), new NewTopic(COUNTS, 2, (short) 1))).all().get();
        }
    }

    /** Each line has `all`, one of ten words, and one of its own. */
    static void feed(int from, int to) {
        try (Producer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", address),
                new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(LINES, "line-" + i, "all tenth-" + i % 10 + " own-" + i));
            }
        }
    }

    /** Reads committed counts until `all` has come to its end; every word must count 1, 2, 3 … */
    static void counts(int lines, int seconds) {
        Map<String, List<Long>> seen = new TreeMap<>();
        long end = System.currentTimeMillis() + seconds * 1000L;
        try (Consumer<String, Long> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "isolation.level", "read_committed"),
                new StringDeserializer(), new LongDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(COUNTS, 0), new TopicPartition(COUNTS, 1));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            int total = 0;
            while (total < 3 * lines && System.currentTimeMillis() < end) {
                for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(200))) {
                    seen.computeIfAbsent(record.key(), word -> new ArrayList<>()).add(record.value());
                    total++;
                }
            }
            // Nothing may come after the last.
            for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(1500))) {
                seen.computeIfAbsent(record.key(), word -> new ArrayList<>()).add(record.value());
            }
        }
        List<String> wrong = new ArrayList<>();
        seen.forEach((word, values) -> {
            long expected = word.equals("all") ? lines : word.startsWith("tenth") ? lines / 10 : 1;
            List<Long> row = java.util.stream.LongStream.rangeClosed(1, expected).boxed().toList();
            if (!values.equals(row)) {
                wrong.add(word + ": expected 1.." + expected + ", actual " + values.size() + " ending "
                    + values.subList(Math.max(0, values.size() - 3), values.size()));
            }
        });
        if (seen.size() != 1 + 10 + lines) {
            wrong.add(seen.size() + " words");
        }
        System.out.println(wrong.isEmpty() ? "exact" : wrong.subList(0, Math.min(5, wrong.size())));
    }

    static void internals() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            for (String name : new TreeSet<>(admin.listTopics().names().get())) {
                if (!name.startsWith("word-count")) {
                    continue;
                }
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                Map<String, String> set = new TreeMap<>();
                admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().forEach(entry -> {
                    if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                        set.put(entry.name(), entry.value());
                    }
                });
                int partitions = admin.describeTopics(List.of(name)).topicNameValues().get(name).get().partitions().size();
                System.out.println(name + " " + partitions + " " + set);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        address = args[1];
        switch (args[0]) {
            case "app" -> app(args[2], args[3]);
            case "create" -> create();
            case "feed" -> feed(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            case "counts" -> counts(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            default -> internals();
        }
    }
}
