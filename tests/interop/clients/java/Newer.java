import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/** What came with Kafka 3.9 and before: the transactions' admin, and groups of the newer kind. */
public class Newer {
    static void transactions() throws Exception {
        String id = Course.topic + "-tx-admin";
        try (KafkaProducer<String, String> producer = Course.producer("transactional.id", id)) {
            producer.initTransactions();
            producer.beginTransaction();
            int at = producer.send(Course.record(Course.topic, "open", "value of open")).get().partition();
            TopicPartition open = new TopicPartition(Course.topic, at);
            TransactionDescription told = Course.admin.describeTransactions(List.of(id)).description(id).get();
            Course.same(TransactionState.ONGOING, told.state());
            Course.same(Set.of(open), told.topicPartitions());
            Course.check(Course.admin.listTransactions().all().get().stream()
                .anyMatch(one -> one.transactionalId().equals(id)), "listed");
            List<ProducerState> producers =
                Course.admin.describeProducers(List.of(open)).partitionResult(open).get().activeProducers();
            ProducerState state = producers.stream().filter(one -> one.producerId() == told.producerId()).findFirst().get();
            Course.check(state.currentTransactionStartOffset().isPresent(), state);
            Course.admin.abortTransaction(new AbortTransactionSpec(open, state.producerId(),
                (short) state.producerEpoch(), state.coordinatorEpoch().orElse(-1))).all().get();
            Course.until("it is aborted", () -> Course.admin.describeProducers(List.of(open)).partitionResult(open)
                .get().activeProducers().stream().noneMatch(one -> one.currentTransactionStartOffset().isPresent()));
            Course.admin.fenceProducers(List.of(id)).all().get();
        }
    }

    static void assignor(String assignor) throws Exception {
        String name = Course.group + "-remote-" + assignor;
        Course.group(name, "group.protocol", "consumer", "group.remote.assignor", assignor);
    }

    static void described() throws Exception {
        String name = Course.group + "-described";
        try (KafkaConsumer<String, String> member = Course.consumer("group.id", name, "group.protocol", "consumer")) {
            member.subscribe(java.util.regex.Pattern.compile(Course.topic));
            Course.poll("the member has all", List.of(member), so -> member.assignment().size() == Course.PARTITIONS);
            ConsumerGroupDescription told =
                Course.admin.describeConsumerGroups(List.of(name)).describedGroups().get(name).get();
            Course.same("Consumer", told.type().toString());
            Course.same(1, told.members().size());
            Course.same(Course.PARTITIONS, told.members().iterator().next().assignment().topicPartitions().size());
            member.commitSync();
        }
        Course.admin.deleteConsumerGroups(List.of(name)).all().get();
    }

    /** A group changes its protocol while it is at work, and back. */
    static void migration() throws Exception {
        String name = Course.group + "-migrated";
        Map<String, String> protocols = Map.of("old", "classic", "new", "consumer");
        try (KafkaConsumer<String, String> old = Course.consumer("group.id", name, "group.protocol", protocols.get("old"));
                KafkaConsumer<String, String> young = Course.consumer("group.id", name, "group.protocol", protocols.get("new"))) {
            old.subscribe(List.of(Course.topic));
            Course.poll("the old one has all", List.of(old), so -> old.assignment().size() == Course.PARTITIONS);
            old.commitSync();
            young.subscribe(List.of(Course.topic));
            Course.poll("both have some", List.of(old, young), so -> !old.assignment().isEmpty() && !young.assignment().isEmpty()
                && old.assignment().size() + young.assignment().size() == Course.PARTITIONS);
            Course.same("Consumer", Course.admin.describeConsumerGroups(List.of(name)).describedGroups().get(name).get()
                .type().toString());
            old.close();
            Course.poll("the young one has all", List.of(young), so -> young.assignment().size() == Course.PARTITIONS);
            young.commitSync();
        }
    }

    public static void steps() {
        Course.step("transactions: described, listed, aborted, fenced by an admin", Newer::transactions);
        Course.step("group.protocol=consumer: uniform", () -> assignor("uniform"));
        Course.step("group.protocol=consumer: range", () -> assignor("range"));
        Course.step("group.protocol=consumer: described, deleted", Newer::described);
        Course.step("group.protocol=consumer: beside a classic member", Newer::migration);
    }
}
