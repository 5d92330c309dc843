// Share groups as a Java program sees them: the same course on any broker, told in lines that do
// not depend on times or ids.

import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;

public class Shares {
    static String bootstrap;
    static Admin admin;

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        Set<String> only = new HashSet<>(Arrays.asList(args).subList(1, args.length));
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        String[] courses = {
            "implicit", "explicit", "renew", "timeout", "members", "limit", "strict", "committed",
            "admin"
        };
        for (String course : only.isEmpty() ? List.of(courses) : only) {
            say("== " + course);
            try {
                switch (course) {
                    case "implicit" -> implicit();
                    case "explicit" -> explicit();
                    case "renew" -> renew();
                    case "timeout" -> timeout();
                    case "members" -> members();
                    case "limit" -> limit();
                    case "strict" -> strict();
                    case "committed" -> committed();
                    case "admin" -> admin();
                    case "leave" -> leave();
                    case "back" -> back(1);
                    default -> back(3);
                }
            } catch (Throwable e) {
                say("failed: " + e);
            }
        }
        admin.close(Duration.ZERO);
    }

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static void topic(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }

    static void config(String group, String... pairs) throws Exception {
        List<AlterConfigOp> ops = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2)
            ops.add(new AlterConfigOp(new ConfigEntry(pairs[i], pairs[i + 1]),
                AlterConfigOp.OpType.SET));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        admin.incrementalAlterConfigs(Map.of(resource, ops)).all().get();
    }

    static void produce(String topic, int from, int count) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", 50),
                new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < from + count; i++)
                producer.send(new ProducerRecord<>(topic, "k" + i, "v" + i));
            producer.flush();
        }
    }

    static KafkaShareConsumer<String, String> consumer(String group, String... pairs) {
        Map<String, Object> config = new HashMap<>(Map.of(
            "bootstrap.servers", bootstrap, "group.id", group));
        for (int i = 0; i < pairs.length; i += 2) config.put(pairs[i], pairs[i + 1]);
        return new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    static List<ConsumerRecord<String, String>> poll(
            KafkaShareConsumer<String, String> consumer, int seconds) {
        long end = System.currentTimeMillis() + seconds * 1000L;
        while (System.currentTimeMillis() < end) {
            var records = consumer.poll(Duration.ofMillis(300));
            if (!records.isEmpty()) {
                List<ConsumerRecord<String, String>> all = new ArrayList<>();
                records.forEach(all::add);
                return all;
            }
        }
        return List.of();
    }

    static void tell(List<ConsumerRecord<String, String>> records) {
        StringBuilder line = new StringBuilder("got");
        for (var r : records)
            line.append(' ').append(r.value()).append('@').append(r.offset()).append('x')
                .append(r.deliveryCount().get());
        say(line.toString());
    }

    static void commit(KafkaShareConsumer<String, String> consumer) {
        Map<TopicIdPartition, Optional<KafkaException>> done = consumer.commitSync();
        for (var entry : new TreeMap<>(Map.of("x", done)).get("x").entrySet())
            say("commit " + entry.getKey().topicPartition() + " "
                + entry.getValue().map(Throwable::toString).orElse("ok"));
    }

    static void implicit() throws Exception {
        topic("implicit", 1);
        config("s-implicit", "share.auto.offset.reset", "earliest");
        produce("implicit", 0, 10);
        try (var consumer = consumer("s-implicit")) {
            consumer.subscribe(List.of("implicit"));
            tell(poll(consumer, 20));
            say("then " + poll(consumer, 1).size());
        }
        try (var consumer = consumer("s-implicit")) {
            consumer.subscribe(List.of("implicit"));
            say("again " + poll(consumer, 4).size());
            produce("implicit", 10, 2);
            tell(poll(consumer, 10));
        }
    }

    static void explicit() throws Exception {
        topic("explicit", 1);
        config("s-explicit", "share.auto.offset.reset", "earliest");
        produce("explicit", 0, 6);
        try (var consumer = consumer("s-explicit", "share.acknowledgement.mode", "explicit")) {
            consumer.setAcknowledgementCommitCallback((offsets, error) -> say("callback "
                + offsets.values().stream().map(java.util.TreeSet::new).toList() + " "
                + (error == null ? "ok" : error.toString())));
            consumer.subscribe(List.of("explicit"));
            var records = poll(consumer, 20);
            tell(records);
            AcknowledgeType[] types = {
                AcknowledgeType.ACCEPT, AcknowledgeType.RELEASE, AcknowledgeType.REJECT
            };
            for (int i = 0; i < records.size(); i++)
                consumer.acknowledge(records.get(i), types[i % 3]);
            commit(consumer);
            records = poll(consumer, 10);
            tell(records);
            try {
                consumer.poll(Duration.ofMillis(10));
            } catch (IllegalStateException e) {
                say("refused " + e.getMessage());
            }
            records.forEach(consumer::acknowledge);
            commit(consumer);
            try {
                consumer.acknowledge(records.get(0));
            } catch (IllegalStateException e) {
                say("refused " + e.getMessage());
            }
            say("then " + poll(consumer, 1).size());
        }
    }

    static void renew() throws Exception {
        topic("renew", 1);
        config("s-renew", "share.auto.offset.reset", "earliest",
            "share.record.lock.duration.ms", "2000");
        produce("renew", 0, 2);
        try (var consumer = consumer("s-renew", "share.acknowledgement.mode", "explicit")) {
            consumer.subscribe(List.of("renew"));
            var records = poll(consumer, 20);
            tell(records);
            say("lock " + consumer.acquisitionLockTimeoutMs());
            for (int i = 0; i < 3; i++) {
                records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RENEW));
                commit(consumer);
                Thread.sleep(1200);
                records = poll(consumer, 5);
                tell(records);
            }
            records.forEach(consumer::acknowledge);
            commit(consumer);
            say("then " + poll(consumer, 3).size());
        }
        config("s-renew", "share.renew.acknowledge.enable", "false");
        produce("renew", 2, 1);
        try (var consumer = consumer("s-renew", "share.acknowledgement.mode", "explicit")) {
            consumer.subscribe(List.of("renew"));
            var records = poll(consumer, 20);
            tell(records);
            records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RENEW));
            commit(consumer);
        }
    }

    static void timeout() throws Exception {
        topic("timeout", 1);
        config("s-timeout", "share.auto.offset.reset", "earliest",
            "share.record.lock.duration.ms", "1000");
        produce("timeout", 0, 3);
        try (var slow = consumer("s-timeout", "share.acknowledgement.mode", "explicit");
             var quick = consumer("s-timeout", "share.acknowledgement.mode", "explicit")) {
            slow.subscribe(List.of("timeout"));
            var held = poll(slow, 20);
            tell(held);
            quick.subscribe(List.of("timeout"));
            var records = poll(quick, 20);
            tell(records);
            records.forEach(quick::acknowledge);
            commit(quick);
            held.forEach(slow::acknowledge);
            commit(slow);
        }
    }

    static void members() throws Exception {
        topic("members", 4);
        config("s-members", "share.auto.offset.reset", "earliest");
        List<KafkaShareConsumer<String, String>> consumers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            consumers.add(consumer("s-members", "max.poll.records", "5"));
            consumers.get(i).subscribe(List.of("members"));
            poll(consumers.get(i), 1);
        }
        produce("members", 0, 60);
        Map<String, Integer> seen = new TreeMap<>();
        long end = System.currentTimeMillis() + 25_000;
        while (seen.size() < 60 && System.currentTimeMillis() < end)
            for (var consumer : consumers)
                for (var record : consumer.poll(Duration.ofMillis(100)))
                    seen.merge(record.value(), 1, Integer::sum);
        say("seen " + seen.size() + " most " + Collections.max(seen.values()));
        var group = admin.describeShareGroups(List.of("s-members")).all().get().get("s-members");
        int partitions = 0;
        for (var member : group.members())
            partitions += member.assignment().topicPartitions().size();
        say(group.groupState() + " " + group.members().size() + " members, " + (partitions >= 4));
        for (var consumer : consumers) consumer.close();
        group = admin.describeShareGroups(List.of("s-members")).all().get().get("s-members");
        say(group.groupState() + " " + group.members().size() + " members");
    }

    static void limit() throws Exception {
        topic("limit", 1);
        config("s-limit", "share.auto.offset.reset", "earliest",
            "share.delivery.count.limit", "5");
        produce("limit", 0, 8);
        try (var consumer = consumer("s-limit", "share.acknowledgement.mode", "explicit")) {
            consumer.subscribe(List.of("limit"));
            for (int i = 0; i < 40; i++) {
                var records = poll(consumer, i == 0 ? 20 : 2);
                tell(records);
                if (records.isEmpty()) break;
                for (var record : records)
                    consumer.acknowledge(record, AcknowledgeType.RELEASE);
                consumer.commitSync();
            }
        }
    }

    static void strict() throws Exception {
        topic("strict", 1);
        config("s-strict", "share.auto.offset.reset", "earliest");
        produce("strict", 0, 10);
        try (var consumer = consumer("s-strict", "share.acquire.mode", "record_limit",
                "max.poll.records", "3")) {
            consumer.subscribe(List.of("strict"));
            for (int i = 0; i < 5; i++) tell(poll(consumer, i == 0 ? 20 : 2));
        }
    }

    static void committed() throws Exception {
        topic("committed", 1);
        config("s-committed", "share.auto.offset.reset", "earliest",
            "share.isolation.level", "read_committed");
        config("s-uncommitted", "share.auto.offset.reset", "earliest");
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap,
                    "transactional.id", "shares-tx"),
                new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (int i = 0; i < 4; i++) {
                producer.beginTransaction();
                for (int j = 0; j < 2; j++)
                    producer.send(new ProducerRecord<>("committed", "v" + i + j));
                producer.flush();
                if (i % 2 == 0) producer.commitTransaction(); else producer.abortTransaction();
            }
        }
        for (String group : List.of("s-committed", "s-uncommitted")) {
            try (var consumer = consumer(group)) {
                consumer.subscribe(List.of("committed"));
                var records = new ArrayList<>(poll(consumer, 20));
                for (int i = 0; i < 3; i++) records.addAll(poll(consumer, 1));
                tell(records);
            }
        }
    }

    /** Some records are done, and some are left to whoever comes next. */
    static void leave() throws Exception {
        topic("keep", 1);
        config("s-keep", "share.auto.offset.reset", "earliest");
        produce("keep", 0, 6);
        try (var consumer = consumer("s-keep", "share.acknowledgement.mode", "explicit")) {
            consumer.subscribe(List.of("keep"));
            var records = poll(consumer, 30);
            tell(records);
            consumer.acknowledge(records.get(0), AcknowledgeType.ACCEPT);
            consumer.acknowledge(records.get(1), AcknowledgeType.RELEASE);
            consumer.acknowledge(records.get(2), AcknowledgeType.REJECT);
            commit(consumer);
        }
    }

    /**
     * So many of what was left are accepted, and the others are given back by word: what closing
     * gives back may not be written yet when the broker is stopped.
     */
    static void back(int count) throws Exception {
        try (var consumer = consumer("s-keep", "share.acknowledgement.mode", "explicit")) {
            consumer.subscribe(List.of("keep"));
            var records = poll(consumer, 30);
            tell(records);
            records.stream().limit(count).forEach(consumer::acknowledge);
            records.stream().skip(count)
                .forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
            commit(consumer);
            if (count > 1) say("then " + poll(consumer, 1).size());
        }
    }

    static void admin() throws Exception {
        topic("admins", 2);
        config("s-admin", "share.auto.offset.reset", "earliest");
        produce("admins", 0, 10);
        TopicPartition zero = new TopicPartition("admins", 0), one = new TopicPartition("admins", 1);
        try (var consumer = consumer("s-admin")) {
            consumer.subscribe(List.of("admins"));
            int count = 0;
            for (int i = 0; i < 60 && count < 10; i++) count += poll(consumer, 1).size();
            say("count " + count);
            consumer.commitSync();
            attempt("alter", () -> admin.alterShareGroupOffsets("s-admin", Map.of(zero, 1L)).all()
                .get());
            attempt("delete offsets", () -> admin.deleteShareGroupOffsets("s-admin",
                Set.of("admins")).all().get());
            attempt("delete", () -> admin.deleteShareGroups(List.of("s-admin")).all().get());
            for (var listing : admin.listGroups(
                    ListGroupsOptions.forShareGroups()).all().get())
                if (listing.groupId().equals("s-admin"))
                    say(listing.groupId() + " " + listing.type() + " " + listing.protocol() + " "
                        + listing.groupState());
        }
        offsets();
        attempt("alter", () -> admin.alterShareGroupOffsets("s-admin", Map.of(zero, 1L, one, 0L))
            .all().get());
        offsets();
        attempt("alter nothing", () -> admin.alterShareGroupOffsets("s-admin",
            Map.of(new TopicPartition("nowhere", 0), 1L, new TopicPartition("admins", 7), 1L))
            .all().get());
        try (var consumer = consumer("s-admin")) {
            consumer.subscribe(List.of("admins"));
            int count = 0;
            for (int i = 0; i < 12; i++) count += poll(consumer, 1).size();
            say("again " + count);
        }
        attempt("delete offsets", () -> admin.deleteShareGroupOffsets("s-admin",
            Set.of("admins")).all().get());
        attempt("delete offsets", () -> admin.deleteShareGroupOffsets("s-admin",
            Set.of("admins")).all().get());
        attempt("delete offsets", () -> admin.deleteShareGroupOffsets("s-admin",
            Set.of("nowhere")).all().get());
        offsets();
        attempt("delete", () -> admin.deleteShareGroups(List.of("s-admin")).all().get());
        attempt("delete", () -> admin.deleteShareGroups(List.of("s-admin")).all().get());
        attempt("describe", () -> admin.describeShareGroups(List.of("s-admin")).all().get());
        attempt("describe consumer", () -> admin.describeConsumerGroups(List.of("s-members")).all()
            .get());
        attempt("describe classic", () -> admin.describeClassicGroups(List.of("s-members")).all()
            .get());
        attempt("alter new", () -> admin.alterShareGroupOffsets("s-new", Map.of(zero, 2L)).all()
            .get());
        attempt("delete", () -> admin.deleteShareGroups(List.of("s-new")).all().get());
    }

    static void offsets() throws Exception {
        var result = admin.listShareGroupOffsets(Map.of("s-admin",
            new ListShareGroupOffsetsSpec()));
        Map<String, String> lines = new TreeMap<>();
        result.partitionsToOffsetInfo("s-admin").get().forEach((partition, info) ->
            lines.put(partition.toString(), info == null ? "none"
                : info.startOffset() + " lag " + info.lag().map(Object::toString).orElse("-")));
        say("offsets " + lines);
    }

    interface Act {
        Object run() throws Exception;
    }

    static void attempt(String what, Act act) {
        try {
            act.run();
            say(what + " ok");
        } catch (ExecutionException e) {
            say(what + " " + e.getCause());
        } catch (Exception e) {
            say(what + " " + e);
        }
    }
}
