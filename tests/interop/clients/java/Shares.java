import java.time.Duration;
import java.util.*;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Share groups: Kafka 4.2 and later. */
public class Shares {
    static KafkaShareConsumer<String, String> member(String name, String mode) {
        return new KafkaShareConsumer<>(Course.settings("group.id", name, "share.acknowledgement.mode", mode),
            new StringDeserializer(), new StringDeserializer());
    }

    static void fromTheStart(String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, name);
        Course.admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(
            new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET)))).all().get();
    }

    static void implicit() throws Exception {
        String name = Course.group + "-share";
        fromTheStart(name);
        Set<String> all = Course.everything();
        List<String> seen = new ArrayList<>();
        try (KafkaShareConsumer<String, String> a = member(name, "implicit");
                KafkaShareConsumer<String, String> b = member(name, "implicit")) {
            a.subscribe(List.of(Course.topic));
            b.subscribe(List.of(Course.topic));
            Course.until("all is read", () -> {
                a.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.key()));
                b.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.key()));
                return seen.containsAll(all);
            });
            a.commitSync();
            b.commitSync();
        }
        seen.removeIf(key -> !all.contains(key));
        Course.same(all.size(), seen.size());
        Set<String> more = Course.produce("share-more", 10);
        try (KafkaShareConsumer<String, String> c = member(name, "implicit")) {
            c.subscribe(List.of(Course.topic));
            Set<String> again = new TreeSet<>();
            Course.until("what is new", () -> {
                c.poll(Duration.ofMillis(100)).forEach(record -> again.add(record.key()));
                return again.size() >= more.size();
            });
            Course.same(more, again);
            c.commitSync();
        }
    }

    /** Each record is released once, accepted the second time; one is rejected. */
    static void explicit() throws Exception {
        String name = Course.group + "-explicit";
        fromTheStart(name);
        Set<String> all = Course.everything();
        Map<String, Integer> deliveries = new TreeMap<>();
        Set<String> done = new TreeSet<>();
        try (KafkaShareConsumer<String, String> member = member(name, "explicit")) {
            member.subscribe(List.of(Course.topic));
            Course.until("all is done", () -> {
                for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(100))) {
                    int count = record.deliveryCount().get();
                    Course.same(deliveries.merge(record.key(), 1, Integer::sum), count);
                    boolean first = count == 1 && !record.key().endsWith("-1");
                    member.acknowledge(record, first ? AcknowledgeType.RELEASE
                        : record.key().endsWith("-1") ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT);
                    if (!first) {
                        done.add(record.key());
                    }
                }
                member.commitSync().values().forEach(error -> Course.same(Optional.empty(), error));
                return done.containsAll(all);
            });
        }
    }

    static void admin() throws Exception {
        String name = Course.group + "-share";
        ShareGroupDescription told = Course.admin.describeShareGroups(List.of(name)).describedGroups().get(name).get();
        Course.same("Empty", told.groupState().toString());
        Course.check(Course.admin.listGroups().all().get().stream()
            .anyMatch(one -> one.groupId().equals(name) && one.type().get().toString().equals("Share")), "listed");
        TopicPartition zero = new TopicPartition(Course.topic, 0);
        Map<TopicPartition, SharePartitionOffsetInfo> offsets = Course.admin.listShareGroupOffsets(
            Map.of(name, new ListShareGroupOffsetsSpec())).partitionsToOffsetInfo(name).get();
        Course.same(Course.PARTITIONS, offsets.size());
        Course.admin.alterShareGroupOffsets(name, Map.of(zero, 3L)).all().get();
        Course.until("the offset is set", () -> Course.admin.listShareGroupOffsets(Map.of(name, new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(name).get().get(zero).startOffset() == 3);
        Course.admin.deleteShareGroupOffsets(name, Set.of(Course.topic)).all().get();
        Course.admin.deleteShareGroups(List.of(name)).all().get();
    }

    public static void steps() {
        Course.step("share group: two members, restart", Shares::implicit);
        Course.step("share group: accept, release, reject", Shares::explicit);
        Course.step("share group: admin", Shares::admin);
    }
}
