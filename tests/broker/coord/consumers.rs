//! The states of a consumer group and of its members, row by row: what is asked, what is
//! answered, and where that leads (`ConsumerGroupState`, `MemberState`).

use rk::base::ids::Uuid;
use rk::broker::coord::group::{AllSettings, Config, Settings};
use rk::wire::ErrorCode;
use rk::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, TopicPartitions,
};

use super::bench::{ANONYMOUS, Bench, ORDERS, OTHER, REBALANCE_MS, SESSION_MS, ask};

/// A coordinator whose consumer groups assign at once.
pub(super) fn bench() -> Bench {
    eager(Bench::new())
}

fn eager(mut bench: Bench) -> Bench {
    bench.groups.configure(settings(0));
    bench
}

fn settings(assignment_interval_ms: i32) -> AllSettings {
    let common = Settings {
        session_timeout_ms: SESSION_MS,
        heartbeat_interval_ms: 3_000,
        assignment_interval_ms,
    };
    AllSettings { common, ..AllSettings::default() }
}

/// A member joins, and reads these topics.
pub(super) fn join(member: &str, topics: &[&str]) -> ConsumerGroupHeartbeatRequest {
    ConsumerGroupHeartbeatRequest {
        group_id: "g".to_owned(),
        member_id: member.to_owned(),
        rebalance_timeout_ms: REBALANCE_MS,
        subscribed_topic_names: Some(topics.iter().map(|topic| (*topic).to_owned()).collect()),
        topic_partitions: Some(Vec::new()),
        ..Default::default()
    }
}

/// A member is there, and says nothing more.
pub(super) fn stay(member: &str, epoch: i32) -> ConsumerGroupHeartbeatRequest {
    ConsumerGroupHeartbeatRequest {
        group_id: "g".to_owned(),
        member_id: member.to_owned(),
        member_epoch: epoch,
        ..Default::default()
    }
}

/// A member is there, and says what it has of `orders`.
pub(super) fn has(member: &str, epoch: i32, partitions: &[i32]) -> ConsumerGroupHeartbeatRequest {
    let one = TopicPartitions { topic_id: ORDERS, partitions: partitions.to_vec() };
    let topics = if partitions.is_empty() { Vec::new() } else { vec![one] };
    ConsumerGroupHeartbeatRequest { topic_partitions: Some(topics), ..stay(member, epoch) }
}

fn assigned(answer: &ConsumerGroupHeartbeatResponse) -> Option<Vec<(Uuid, Vec<i32>)>> {
    let assignment = answer.assignment.as_ref()?;
    let topics = assignment.topic_partitions.iter();
    Some(topics.map(|topic| (topic.topic_id, topic.partitions.clone())).collect())
}

#[test]
fn the_first_member_gets_everything_at_once() {
    let mut bench = bench();
    assert_eq!(bench.consumer_group().error_code, ErrorCode::GROUP_ID_NOT_FOUND.0);
    let answer = bench.beat_consumer(join("a", &["orders"]));
    assert_eq!((answer.error_code, answer.member_epoch), (0, 2));
    assert_eq!(answer.heartbeat_interval_ms, 3_000);
    assert_eq!(assigned(&answer), Some(vec![(ORDERS, vec![0, 1, 2, 3])]));
    let group = bench.consumer_group();
    assert_eq!((group.group_state.as_str(), group.group_epoch), ("Stable", 2));
    assert_eq!((group.assignment_epoch, group.assignor_name.as_str()), (2, "uniform"));
    assert_eq!(group.members[0].member_type, 1);
    // What is known already is not told again, but to one that says everything.
    assert_eq!(assigned(&bench.beat_consumer(stay("a", 2))), None);
    let all = ConsumerGroupHeartbeatRequest {
        rebalance_timeout_ms: REBALANCE_MS,
        subscribed_topic_names: Some(vec!["orders".to_owned()]),
        ..has("a", 2, &[0, 1, 2, 3])
    };
    assert!(bench.beat_consumer(all).assignment.is_some());
}

/// Stable → UnrevokedPartitions → Stable for one, UnreleasedPartitions → Stable for the other.
#[test]
fn partitions_go_over_only_when_they_are_given_up() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders"]));
    let answer = bench.beat_consumer(join("b", &["orders"]));
    assert_eq!((answer.member_epoch, assigned(&answer)), (3, Some(vec![])));
    assert_eq!(bench.consumer_group().group_state, "Reconciling");
    // It is told what to keep, and stays at its epoch until it has given up the rest.
    let answer = bench.beat_consumer(stay("a", 2));
    assert_eq!(answer.member_epoch, 2);
    assert_eq!(assigned(&answer), Some(vec![(ORDERS, vec![0, 1])]));
    let answer = bench.beat_consumer(stay("b", 3));
    assert_eq!((answer.member_epoch, assigned(&answer)), (3, None));
    // One that still names them has not.
    assert_eq!(bench.beat_consumer(has("a", 2, &[0, 1, 2])).member_epoch, 2);
    assert_eq!(bench.beat_consumer(has("a", 2, &[0, 1])).member_epoch, 3);
    let answer = bench.beat_consumer(stay("b", 3));
    assert_eq!(assigned(&answer), Some(vec![(ORDERS, vec![2, 3])]));
    assert_eq!(bench.consumer_group().group_state, "Stable");
}

#[test]
fn one_that_does_not_give_up_in_time_is_out() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders"]));
    bench.beat_consumer(join("b", &["orders"]));
    bench.beat_consumer(stay("a", 2));
    for _ in 0..REBALANCE_MS / 5_000 {
        bench.sleep(5_000);
        bench.beat_consumer(stay("a", 2));
        bench.beat_consumer(stay("b", 3));
    }
    let answer = bench.beat_consumer(stay("a", 2));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::UNKNOWN_MEMBER_ID);
    let words = "Member a is not a member of group g.";
    assert_eq!(answer.error_message.as_deref(), Some(words));
    bench.beat_consumer(stay("b", 3));
    assert_eq!(bench.consumer_group().members.len(), 1);
}

#[test]
fn one_that_is_not_heard_of_is_out_also_after_a_restart() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders"]));
    bench.sleep(SESSION_MS - 1);
    bench = eager(bench.restarted(Config::default()));
    assert_eq!(bench.consumer_group().group_state, "Stable");
    // The session is a new one, as long as groups are told after the restart.
    bench.sleep(45_000);
    let group = bench.consumer_group();
    assert_eq!((group.group_state.as_str(), group.group_epoch), ("Empty", 3));
    let log = bench.log.clone();
    let back = Bench::on(Config::default(), log, bench.now);
    assert_eq!(back.consumer_group().group_epoch, 3);
}

#[test]
fn a_member_that_leaves_makes_room() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders"]));
    bench.beat_consumer(join("b", &["orders"]));
    let answer = bench.beat_consumer(stay("b", -1));
    assert_eq!((answer.error_code, answer.member_epoch), (0, -1));
    assert_eq!(bench.consumer_group().group_state, "Assigning");
    let answer = bench.beat_consumer(stay("a", 2));
    assert_eq!(answer.member_epoch, 4);
    // It never gave anything up, so that nothing is new for it.
    assert_eq!(assigned(&answer), None);
    bench.beat_consumer(stay("a", -1));
    assert_eq!(bench.consumer_group().group_state, "Empty");
}

#[test]
fn assignments_wait_for_their_interval() {
    let mut bench = bench();
    bench.groups.configure(settings(1_000));
    bench.beat_consumer(join("a", &["orders"]));
    let answer = bench.beat_consumer(join("b", &["orders"]));
    assert_eq!(answer.member_epoch, 2);
    assert_eq!(bench.consumer_group().group_state, "Assigning");
    bench.sleep(1_000);
    assert_eq!(bench.beat_consumer(stay("b", 2)).member_epoch, 3);
    assert_eq!(bench.consumer_group().group_state, "Reconciling");
}

#[test]
fn topics_that_come_grow_and_go_are_noticed() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders", "later"]));
    let later = Uuid([9; 16]);
    bench.groups.see_topic(2, "later", Some((later, 1)));
    let answer = bench.beat_consumer(stay("a", 2));
    assert_eq!(answer.member_epoch, 3);
    assert_eq!(assigned(&answer), Some(vec![(ORDERS, vec![0, 1, 2, 3]), (later, vec![0])]));
    bench.groups.see_topic(3, "later", Some((later, 2)));
    let answer = bench.beat_consumer(stay("a", 3));
    assert_eq!(assigned(&answer).map(|topics| topics[1].1.len()), Some(2));
    bench.groups.see_topic(4, "later", None);
    let answer = bench.beat_consumer(stay("a", 4));
    assert_eq!(assigned(&answer).map(|topics| topics.len()), Some(1));
    // What nobody reads changes nothing.
    bench.groups.see_topic(5, "unread", Some((Uuid([8; 16]), 1)));
    let epoch = bench.consumer_group().group_epoch;
    let member = bench.consumer_group().members[0].member_epoch;
    bench.beat_consumer(stay("a", member));
    assert_eq!(bench.consumer_group().group_epoch, epoch);
}

#[test]
fn patterns_are_resolved_after_the_heartbeat_and_when_topics_come() {
    let mut bench = bench();
    let pattern = ConsumerGroupHeartbeatRequest {
        subscribed_topic_regex: Some("o.*".to_owned()),
        subscribed_topic_names: None,
        ..join("a", &[])
    };
    let answer = bench.beat_consumer(pattern);
    assert_eq!((answer.member_epoch, assigned(&answer)), (1, Some(vec![])));
    bench.tick();
    let answer = bench.beat_consumer(stay("a", 1));
    let topics = assigned(&answer).unwrap();
    assert_eq!(topics.iter().map(|topic| topic.0).collect::<Vec<_>>(), [ORDERS, OTHER]);
    // Not twice in ten seconds, whatever comes.
    bench.groups.see_topic(2, "one-more", Some((Uuid([3; 16]), 1)));
    bench.beat_consumer(stay("a", 2));
    bench.tick();
    assert_eq!(bench.consumer_group().group_epoch, 2);
    for _ in 0..4 {
        bench.sleep(3_000);
        bench.beat_consumer(stay("a", 2));
        bench.tick();
    }
    let answer = bench.beat_consumer(stay("a", 2));
    assert_eq!(assigned(&answer).map(|topics| topics.len()), Some(3));
}

#[test]
fn a_classic_group_becomes_a_consumer_group_and_a_classic_one_again() {
    let mut bench = bench();
    let mut classic = ask("");
    classic.protocols[0].metadata = super::bench::subscription(&["orders"]);
    let ticket = bench.join(ANONYMOUS, classic.clone());
    bench.sleep(0);
    let joined = bench.joined(ticket);
    // An assignment of its leader: partition 0 and 1 of orders.
    let id = joined.member_id.clone();
    let assignment = super::bench::assignment("orders", &[0, 1]);
    let synced = bench.sync_assigning(joined.generation_id, &id, assignment);
    assert_eq!(bench.synced(synced).error_code, 0);
    let answer = bench.beat_consumer(join("new", &["orders"]));
    assert_eq!((answer.error_code, answer.member_epoch), (0, 2));
    let group = bench.consumer_group();
    assert_eq!(group.members.len(), 2);
    let types: Vec<i8> = group.members.iter().map(|member| member.member_type).collect();
    assert_eq!(types.iter().map(|kind| i32::from(*kind)).sum::<i32>(), 1);
    // The two partitions that nobody had are given out at once, the others stay.
    assert_eq!(assigned(&answer).map(|topics| topics[0].1.len()), Some(2));
    // The classic member hears that it must come, and is answered by the consumer group.
    assert_eq!(bench.beat(1, &id), ErrorCode::REBALANCE_IN_PROGRESS);
    classic.member_id.clone_from(&id);
    let ticket = bench.join(ANONYMOUS, classic);
    let joined = bench.joined(ticket);
    assert_eq!((joined.error_code, joined.generation_id), (0, 2));
    assert_eq!((joined.leader.as_str(), joined.members.len()), ("", 0));
    let synced = bench.sync_assigning(2, &id, bytes::Bytes::new());
    assert!(!bench.synced(synced).assignment.is_empty());
    assert_eq!(bench.consumer_group().group_state, "Stable");
    // The last of the newer protocol leaves: the group is a classic one, and rebalances.
    bench.beat_consumer(stay("new", -1));
    assert_eq!(bench.consumer_group().error_code, ErrorCode::GROUP_ID_NOT_FOUND.0);
    assert_eq!(bench.state(), "PreparingRebalance");
    assert_eq!(bench.beat(2, &id), ErrorCode::REBALANCE_IN_PROGRESS);
}
