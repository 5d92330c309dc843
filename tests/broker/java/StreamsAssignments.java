// What Apache Kafka's assignor of streams groups decides, for made-up groups that change: the
// file kafka-4.3.1-streams-assignments.txt beside the tests of coordinators.

import java.util.*;
import java.util.stream.*;
import org.apache.kafka.coordinator.group.streams.assignor.*;

public class StreamsAssignments {
    record Work(String id, int tasks, boolean stateful) {}

    record Topology(SortedMap<String, Work> work) implements TopologyDescriber {
        public List<String> subtopologies() {
            return work.keySet().stream().toList();
        }

        public int maxNumInputPartitions(String id) {
            return work.get(id).tasks();
        }

        public boolean isStateful(String id) {
            return work.get(id).stateful();
        }
    }

    static String tasks(Map<String, Set<Integer>> tasks) {
        String all = new TreeMap<>(tasks).entrySet().stream()
            .flatMap(one -> new TreeSet<>(one.getValue()).stream().map(p -> one.getKey() + "_" + p))
            .collect(Collectors.joining(","));
        return all.isEmpty() ? "-" : all;
    }

    public static void main(String[] args) {
        Random random = new Random(1071);
        for (int number = 0; number < 80; number++) {
            int standbys = random.nextInt(3);
            SortedMap<String, Work> work = new TreeMap<>();
            int subtopologies = 1 + random.nextInt(4);
            for (int i = 0; i < subtopologies; i++) {
                work.put("" + i, new Work("" + i, 1 + random.nextInt(7), random.nextBoolean()));
            }
            System.out.println("case standbys=" + standbys);
            work.values().forEach(one -> System.out.println(
                "work " + one.id() + " " + one.tasks() + " " + one.stateful()));
            SortedMap<String, String> members = new TreeMap<>();
            Map<String, MemberAssignment> before = Map.of();
            int rounds = 1 + random.nextInt(4);
            for (int round = 0; round < rounds; round++) {
                int joins = (round == 0 ? 1 : 0) + random.nextInt(4);
                for (int i = 0; i < joins; i++) {
                    String id = new UUID(random.nextLong(), random.nextLong()).toString();
                    String process = "process-" + random.nextInt(5);
                    members.put(id, process);
                }
                if (round > 0 && members.size() > 1 && random.nextBoolean()) {
                    List<String> ids = new ArrayList<>(members.keySet());
                    members.remove(ids.get(random.nextInt(ids.size())));
                }
                Map<String, AssignmentMemberSpec> specs = new HashMap<>();
                for (Map.Entry<String, String> one : members.entrySet()) {
                    MemberAssignment had = before.getOrDefault(one.getKey(), MemberAssignment.empty());
                    specs.put(one.getKey(), new AssignmentMemberSpec(Optional.empty(),
                        Optional.empty(), had.activeTasks(), had.standbyTasks(), had.warmupTasks(),
                        one.getValue(), Map.of(), Map.of(), Map.of()));
                }
                GroupSpec group = new GroupSpecImpl(specs,
                    Map.of("num.standby.replicas", "" + standbys));
                Map<String, MemberAssignment> now =
                    new StickyTaskAssignor().assign(group, new Topology(work)).members();
                System.out.println("round");
                members.forEach((id, process) -> System.out.println(id + " " + process + " "
                    + tasks(now.get(id).activeTasks()) + " " + tasks(now.get(id).standbyTasks())));
                before = now;
            }
        }
    }
}
