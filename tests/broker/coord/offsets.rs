//! Committed offsets, story by story: what is kept, what is told, and when it is forgotten.

use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::group::Config;
use rk::wire::ErrorCode;
use rk::wire::messages::offset_commit::{OffsetCommitRequest, OffsetCommitRequestTopic};
use rk::wire::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use rk::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use rk::wire::messages::offsets_topic::OffsetCommitValue;
use rk::wire::primitives::Reader;
use rk::wire::schema::Message;

use super::bench::{Bench, Cluster, ORDERS, SESSION_MS, commit_of};

const RETENTION_MS: Millis = 2 * 3_600_000;
const CHECK_MS: Millis = 600_000;

/// A coordinator that does not keep offsets for a week.
fn forgetful() -> Bench {
    Bench::with(Config { offsets_retention_ms: RETENTION_MS, ..Config::default() })
}

fn sleep(bench: &mut Bench, millis: Millis) {
    bench.sleep(i32::try_from(millis).unwrap());
}

#[test]
fn commits_are_written_before_they_are_answered() {
    let mut bench = Bench::new();
    bench.holds = true;
    let ticket = bench.commit_with(8, &commit_of("s", -1, "", 5));
    assert!(bench.is_parked(ticket));
    assert_eq!(bench.fetch("s", false), (-1, ErrorCode::NONE));
    assert_eq!(bench.fetch("s", true), (-1, ErrorCode::UNSTABLE_OFFSET_COMMIT));
    bench.write();
    assert_eq!(bench.committed(ticket).topics[0].partitions[0].error_code, 0);
    assert_eq!(bench.fetch("s", true), (5, ErrorCode::NONE));
    // What cannot be written is not remembered.
    bench.next_append = Err(ErrorCode::NOT_ENOUGH_REPLICAS);
    let ticket = bench.commit_with(8, &commit_of("s", -1, "", 6));
    bench.write();
    let error = ErrorCode(bench.committed(ticket).topics[0].partitions[0].error_code);
    assert_eq!(error, ErrorCode::COORDINATOR_NOT_AVAILABLE);
    assert_eq!(bench.fetch("s", true), (5, ErrorCode::NONE));
    assert_eq!(bench.restarted(Config::default()).offset("s"), 5);
}

#[test]
fn each_partition_has_its_own_answer() {
    let mut ask = commit_of("s", -1, "", 5);
    let template = ask.topics[0].partitions[0].clone();
    let metadata = |length: usize| Some("m".repeat(length));
    for (index, text) in [(1, metadata(4096)), (2, metadata(4097)), (4, metadata(0)), (-1, None)] {
        let mut partition = template.clone();
        (partition.partition_index, partition.committed_metadata) = (index, text);
        ask.topics[0].partitions.push(partition);
    }
    ask.topics.push(OffsetCommitRequestTopic { name: "nope".to_owned(), ..ask.topics[0].clone() });
    ask.topics[1].partitions.truncate(1);
    let errors = |bench: &mut Bench, ask: &OffsetCommitRequest| {
        let ticket = bench.commit_with(8, ask);
        let topics = bench.committed(ticket).topics;
        let errors = topics.into_iter().flat_map(|topic| topic.partitions);
        errors.map(|partition| ErrorCode(partition.error_code)).collect::<Vec<_>>()
    };
    let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
    let too_large = ErrorCode::OFFSET_METADATA_TOO_LARGE;
    let none = ErrorCode::NONE;
    let mut bench = Bench::new();
    assert_eq!(errors(&mut bench, &ask), [none, none, too_large, unknown, unknown, unknown]);
    assert_eq!(bench.log.len(), 2);
    // An error of the group is one of every partition that exists.
    ask.generation_id_or_member_epoch = 1;
    let empty = ErrorCode::UNKNOWN_MEMBER_ID;
    assert_eq!(errors(&mut bench, &ask), [empty, empty, empty, unknown, unknown, unknown]);
}

#[test]
fn a_generation_of_a_group_that_is_not_there() {
    for (version, error) in [
        (2, ErrorCode::ILLEGAL_GENERATION),
        (8, ErrorCode::ILLEGAL_GENERATION),
        (9, ErrorCode::GROUP_ID_NOT_FOUND),
    ] {
        let mut bench = Bench::new();
        let ticket = bench.commit_with(version, &commit_of("nope", 3, "m", 5));
        let answer = bench.committed(ticket);
        assert_eq!(ErrorCode(answer.topics[0].partitions[0].error_code), error, "{version}");
        assert_eq!(bench.describe("nope").group_state, "Dead");
    }
}

#[test]
fn records_are_those_of_kafka() {
    let mut bench = Bench::new();
    let mut ask = commit_of("s", -1, "", 5);
    ask.topics[0].partitions[0].committed_leader_epoch = 7;
    ask.topics[0].partitions[0].committed_metadata = Some("meta".to_owned());
    bench.commit_with(8, &ask);
    ask.retention_time_ms = 1_000;
    bench.commit_with(4, &ask);
    let key = [&[0, 1, 0, 1, b's', 0, 6][..], b"orders", &[0, 0, 0, 0]].concat();
    let read = |at: usize, version: i16| {
        assert_eq!(bench.log[at].key, key);
        let mut reader = Reader::new(bench.log[at].value.clone().unwrap());
        assert_eq!(reader.i16(), Ok(version));
        OffsetCommitValue::read(&mut reader, version).unwrap()
    };
    let value = read(0, 4);
    assert_eq!((value.offset, value.leader_epoch, &*value.metadata), (5, 7, "meta"));
    assert_eq!((value.commit_timestamp, value.topic_id), (bench.now, ORDERS));
    // A retention of its own is kept by the one version that can.
    assert_eq!(read(1, 1).expire_timestamp, bench.now + 1_000);
}

#[test]
fn topics_by_id() {
    let mut bench = Bench::new();
    let mut ask = commit_of("s", -1, "", 5);
    ask.topics[0].name.clear();
    ask.topics[0].topic_id = ORDERS;
    ask.topics.push(OffsetCommitRequestTopic { topic_id: Uuid([9; 16]), ..ask.topics[0].clone() });
    let ticket = bench.commit_with(10, &ask);
    let answer = bench.committed(ticket).topics;
    assert_eq!((answer[0].topic_id, answer[0].partitions[0].error_code), (ORDERS, 0));
    let error = ErrorCode(answer[1].partitions[0].error_code);
    assert_eq!((answer[1].topic_id, error), (Uuid([9; 16]), ErrorCode::UNKNOWN_TOPIC_ID));
    let topic = |topic_id| OffsetFetchRequestTopics {
        topic_id,
        partition_indexes: vec![0, 1],
        ..Default::default()
    };
    let fetch = |topics| {
        let group_id = "s".to_owned();
        let groups = vec![OffsetFetchRequestGroup { group_id, topics, ..Default::default() }];
        let ask = OffsetFetchRequest { groups, ..Default::default() };
        let mut answer = bench.groups.fetch_offsets(10, &ask, &Cluster);
        assert!(answer.to_bytes(10).is_ok());
        let topics = answer.groups.remove(0).topics;
        let of = |topic: rk::wire::messages::offset_fetch::OffsetFetchResponseTopics| {
            let partitions = topic.partitions.into_iter();
            let partitions =
                partitions.map(|one| (one.committed_offset, ErrorCode(one.error_code)));
            (topic.topic_id, partitions.collect::<Vec<_>>())
        };
        topics.into_iter().map(of).collect::<Vec<_>>()
    };
    let asked = fetch(Some(vec![topic(ORDERS), topic(Uuid([9; 16]))]));
    let (none, unknown) = (ErrorCode::NONE, ErrorCode::UNKNOWN_TOPIC_ID);
    assert_eq!(asked[0], (ORDERS, vec![(5, none), (-1, none)]));
    assert_eq!(asked[1], (Uuid([9; 16]), vec![(-1, unknown), (-1, unknown)]));
    assert_eq!(fetch(None), [(ORDERS, vec![(5, none)])]);
}

#[test]
fn fetch_of_one_group_and_of_several() {
    let mut bench = Bench::new();
    bench.commit("s", -1, "", 5);
    let name = "orders".to_owned();
    let one = |group: &str, topics| OffsetFetchRequest {
        group_id: group.to_owned(),
        topics,
        ..Default::default()
    };
    let asked = OffsetFetchRequestTopic { name, partition_indexes: vec![0, 3] };
    for version in 1..=7 {
        for (group, offset) in [("s", 5), ("nope", -1)] {
            let ask = one(group, Some(vec![asked.clone()]));
            let answer = bench.groups.fetch_offsets(version, &ask, &Cluster);
            assert!(answer.to_bytes(version).is_ok(), "{version}");
            assert_eq!((answer.error_code, answer.topics[0].name.as_str()), (0, "orders"));
            let offsets = answer.topics[0].partitions.iter().map(|one| one.committed_offset);
            assert_eq!(offsets.collect::<Vec<_>>(), [offset, -1], "{version} {group}");
        }
    }
    for (group, topics) in [("s", 1), ("nope", 0)] {
        let answer = bench.groups.fetch_offsets(5, &one(group, None), &Cluster);
        assert_eq!(answer.topics.len(), topics, "{group}");
    }
    let groups = ["s", "nope"].map(|group| OffsetFetchRequestGroup {
        group_id: group.to_owned(),
        topics: None,
        ..Default::default()
    });
    let ask = OffsetFetchRequest { groups: groups.to_vec(), ..Default::default() };
    let answer = bench.groups.fetch_offsets(8, &ask, &Cluster).groups;
    let seen = answer.iter().map(|one| (one.group_id.as_str(), one.error_code, one.topics.len()));
    assert_eq!(seen.collect::<Vec<_>>(), [("s", 0, 1), ("nope", 0, 0)]);
}

#[test]
fn delete_of_offsets() {
    let ask = |group: &str| OffsetDeleteRequest {
        group_id: group.to_owned(),
        topics: ["orders", "other", "nope"]
            .map(|name| OffsetDeleteRequestTopic {
                name: name.to_owned(),
                partitions: vec![OffsetDeleteRequestPartition { partition_index: 0 }],
            })
            .to_vec(),
    };
    let errors = |bench: &mut Bench, group: &str| {
        let ticket = bench.forget(&ask(group));
        let answer = bench.forgotten(ticket);
        let each = answer.topics.into_iter().map(|topic| ErrorCode(topic.partitions[0].error_code));
        (ErrorCode(answer.error_code), each.collect::<Vec<_>>())
    };
    let (none, unknown) = (ErrorCode::NONE, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
    let mut bench = Bench::new();
    bench.commit("g", -1, "", 5);
    assert_eq!(errors(&mut bench, "nope"), (ErrorCode::GROUP_ID_NOT_FOUND, vec![]));
    assert_eq!(errors(&mut bench, ""), (ErrorCode::INVALID_GROUP_ID, vec![]));
    let ids = bench.stable(1);
    // Its consumers read `orders`.
    let subscribed = ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC;
    assert_eq!(errors(&mut bench, "g"), (none, vec![subscribed, none, unknown]));
    assert_eq!(bench.offset("g"), 5);
    bench.leave(&ids[0]);
    assert_eq!(errors(&mut bench, "g"), (none, vec![none, none, unknown]));
    assert_eq!(bench.offset("g"), -1);
    // What the members of another kind read, nobody knows.
    let mut bench = Bench::new();
    let mut asked = super::bench::ask("");
    asked.protocol_type = "connect".to_owned();
    bench.join(3, asked);
    assert_eq!(errors(&mut bench, "g"), (ErrorCode::NON_EMPTY_GROUP, vec![]));
}

#[test]
fn offsets_of_an_empty_group_expire_since_it_is_empty() {
    let mut bench = forgetful();
    let ids = bench.stable(1);
    assert_eq!(bench.commit("g", 1, &ids[0], 5), ErrorCode::NONE);
    // While a member reads the topic nothing expires.
    for _ in 0..(RETENTION_MS + CHECK_MS) / 5_000 {
        bench.sleep(5_000);
        bench.beat(1, &ids[0]);
    }
    assert_eq!(bench.offset("g"), 5);
    bench.leave(&ids[0]);
    sleep(&mut bench, RETENTION_MS - 1);
    assert_eq!(bench.offset("g"), 5);
    sleep(&mut bench, CHECK_MS + 1);
    assert_eq!(bench.offset("g"), -1);
    assert_eq!(bench.state(), "Dead");
    assert_eq!(bench.restarted(Config::default()).state(), "Dead");
}

#[test]
fn offsets_without_members_expire_since_they_were_committed() {
    let mut bench = forgetful();
    bench.commit("s", -1, "", 5);
    sleep(&mut bench, RETENTION_MS / 2);
    assert_eq!(bench.commit("s", -1, "", 6), ErrorCode::NONE);
    sleep(&mut bench, RETENTION_MS - CHECK_MS);
    assert_eq!(bench.offset("s"), 6);
    sleep(&mut bench, 2 * CHECK_MS);
    assert_eq!((bench.offset("s"), &*bench.describe("s").group_state), (-1, "Dead"));
    // A retention of its own goes first.
    let mut ask = commit_of("s", -1, "", 7);
    ask.retention_time_ms = 3_600_000;
    bench.commit_with(4, &ask);
    sleep(&mut bench, 3_600_000 - CHECK_MS);
    assert_eq!(bench.offset("s"), 7);
    sleep(&mut bench, 2 * CHECK_MS);
    assert_eq!(bench.offset("s"), -1);
}

#[test]
fn a_group_without_members_and_offsets_goes() {
    let mut bench = Bench::new();
    let ids = bench.stable(1);
    bench.leave(&ids[0]);
    assert_eq!(bench.state(), "Empty");
    sleep(&mut bench, CHECK_MS);
    assert_eq!(bench.state(), "Dead");
    assert_eq!(bench.log.last().map(|record| record.value.is_none()), Some(true));
}

#[test]
fn offsets_go_with_their_topic_and_with_their_group() {
    let mut bench = Bench::new();
    for group in ["s", "t", "u"] {
        let mut ask = commit_of(group, -1, "", 5);
        ask.topics
            .push(OffsetCommitRequestTopic { name: "other".to_owned(), ..ask.topics[0].clone() });
        bench.commit_with(8, &ask);
    }
    let mut out = Vec::new();
    bench.groups.topic_deleted(bench.now, "other", &mut out);
    assert_eq!(out.len(), 3);
    bench.run(out);
    let all = |bench: &Bench, group: &str| {
        let ask =
            OffsetFetchRequest { group_id: group.to_owned(), topics: None, ..Default::default() };
        let topics = bench.groups.fetch_offsets(7, &ask, &Cluster).topics;
        topics.into_iter().map(|topic| topic.name).collect::<Vec<_>>()
    };
    assert_eq!(all(&bench, "s"), ["orders"]);
    let ticket = bench.delete(&["s", "t"]);
    assert!(bench.deleted(ticket).results.iter().all(|result| result.error_code == 0));
    let bench = bench.restarted(Config::default());
    for (group, left) in [("s", 0), ("t", 0), ("u", 1)] {
        assert_eq!(all(&bench, group).len(), left, "{group}");
    }
}

#[test]
fn delete_that_is_written_in_part() {
    let mut bench = Bench::new();
    for group in ["s", "t"] {
        bench.commit(group, -1, "", 5);
    }
    bench.next_append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    let ticket = bench.delete(&["s", "t", "nope"]);
    let results = bench.deleted(ticket).results;
    let errors: Vec<ErrorCode> = results.iter().map(|one| ErrorCode(one.error_code)).collect();
    assert_eq!(results.iter().map(|one| &*one.group_id).collect::<Vec<_>>(), ["nope", "s", "t"]);
    let (gone, kept) = if errors[1].is_none() { ("s", "t") } else { ("t", "s") };
    assert!(errors.contains(&ErrorCode::NOT_COORDINATOR) && errors.contains(&ErrorCode::NONE));
    assert_eq!((bench.offset(gone), bench.offset(kept)), (-1, 5));
}

#[test]
fn who_joins_while_a_group_is_being_deleted_is_a_member() {
    let mut bench = Bench::new();
    let ids = bench.stable(1);
    bench.leave(&ids[0]);
    bench.holds = true;
    let ticket = bench.delete(&["g"]);
    let joining = bench.join(3, super::bench::ask(""));
    bench.write();
    assert_eq!(bench.deleted(ticket).results[0].error_code, 0);
    bench.holds = false;
    bench.tick();
    let answer = bench.joined(joining);
    assert_eq!(answer.error_code, 0);
    bench.sync(answer.generation_id, &answer.member_id, &[&answer.member_id]);
    let bench = bench.restarted(Config::default());
    assert_eq!(bench.state(), "Stable");
    assert_eq!(bench.describe("g").members.len(), 1);
}

#[test]
fn a_commit_of_a_member_that_is_silent_otherwise() {
    let mut bench = Bench::new();
    let ids = bench.stable(1);
    bench.sleep(SESSION_MS);
    let error = bench.commit("g", 1, &ids[0], 5);
    assert_eq!(error, ErrorCode::UNKNOWN_MEMBER_ID);
    assert_eq!(bench.state(), "Empty");
}
