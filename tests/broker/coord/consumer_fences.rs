//! Who is turned away from a consumer group, and in which words.

use rk::broker::coord::group::Config;
use rk::wire::ErrorCode;
use rk::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest as Ask;

use super::bench::{Bench, REBALANCE_MS};
use super::consumers::{bench, has, join, stay};

#[test]
fn requests_that_are_wrong_whatever_the_group() {
    let invalid = ErrorCode::INVALID_REQUEST;
    let good = join("a", &["orders"]);
    let some = |text: &str| Some(text.to_owned());
    let rows: Vec<(Ask, ErrorCode, &str)> = vec![
        (Ask { member_id: String::new(), ..good.clone() }, invalid, "MemberId can't be empty."),
        (Ask { group_id: " ".into(), ..good.clone() }, invalid, "GroupId can't be empty."),
        (Ask { instance_id: some(""), ..good.clone() }, invalid, "InstanceId can't be empty."),
        (Ask { rack_id: some(""), ..good.clone() }, invalid, "RackId can't be empty."),
        (
            Ask { rebalance_timeout_ms: -1, ..good.clone() },
            invalid,
            "RebalanceTimeoutMs must be provided in first request.",
        ),
        (
            Ask { topic_partitions: None, ..good.clone() },
            invalid,
            "TopicPartitions must be empty when (re-)joining.",
        ),
        (
            Ask { subscribed_topic_names: None, ..good.clone() },
            invalid,
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null \
             when (re-)joining.",
        ),
        (stay("a", -2), invalid, "InstanceId can't be null."),
        (stay("a", -3), invalid, "MemberEpoch is invalid."),
        (
            Ask { server_assignor: some("sticky"), ..good.clone() },
            ErrorCode::UNSUPPORTED_ASSIGNOR,
            "ServerAssignor sticky is not supported. Supported assignors: uniform, range.",
        ),
        (
            Ask { subscribed_topic_regex: some("("), ..good },
            ErrorCode::INVALID_REGULAR_EXPRESSION,
            "SubscribedTopicRegex `(` is not a valid regular expression: missing closing ).",
        ),
        (stay("a", 1), ErrorCode::GROUP_ID_NOT_FOUND, "Consumer group g not found."),
        (stay("a", -1), ErrorCode::GROUP_ID_NOT_FOUND, "Group g not found."),
    ];
    let mut bench = bench();
    for (ask, error, words) in rows {
        let answer = bench.beat_consumer(ask.clone());
        assert_eq!(ErrorCode(answer.error_code), error, "{ask:?}");
        assert_eq!(answer.error_message.as_deref(), Some(words), "{ask:?}");
    }
    assert!(bench.log.is_empty());
}

#[test]
fn epochs_fence() {
    let mut bench = bench();
    bench.beat_consumer(join("a", &["orders"]));
    bench.beat_consumer(join("b", &["orders"]));
    bench.beat_consumer(stay("a", 2));
    // a: at 2, giving up 2 and 3; b: at 3. Now a goes to 3.
    bench.beat_consumer(has("a", 2, &[0, 1]));
    let fenced = Some(ErrorCode::FENCED_MEMBER_EPOCH);
    let rows: &[(Ask, Option<ErrorCode>)] = &[
        (stay("a", 4), fenced),
        (stay("a", 1), fenced),
        // The epoch before is good for one that has nothing it was not given since.
        (stay("a", 2), fenced),
        (has("a", 2, &[0, 1, 2]), fenced),
        (has("a", 2, &[0]), None),
        (stay("a", 3), None),
        (stay("c", 3), Some(ErrorCode::UNKNOWN_MEMBER_ID)),
        (stay("c", -1), Some(ErrorCode::UNKNOWN_MEMBER_ID)),
    ];
    for (ask, error) in rows {
        let answer = bench.beat_consumer(ask.clone());
        assert_eq!(ErrorCode(answer.error_code), error.unwrap_or(ErrorCode::NONE), "{ask:?}");
    }
    let words = bench.beat_consumer(stay("a", 9)).error_message.unwrap();
    assert_eq!(
        words,
        "The consumer group member has a greater member epoch (9) than the one known by the \
         group coordinator (3). The member must abandon all its partitions and rejoin."
    );
}

#[test]
fn an_instance_has_one_member_at_a_time() {
    let mut bench = bench();
    let of = |member: &str, epoch: i32| Ask {
        instance_id: Some("i1".to_owned()),
        member_epoch: epoch,
        ..if epoch == 0 { join(member, &["orders"]) } else { stay(member, epoch) }
    };
    assert_eq!(bench.beat_consumer(of("a", 0)).member_epoch, 2);
    let answer = bench.beat_consumer(of("b", 0));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::UNRELEASED_INSTANCE_ID);
    let answer = bench.beat_consumer(of("b", 2));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::FENCED_INSTANCE_ID);
    let mut unknown = of("a", 2);
    unknown.instance_id = Some("i2".to_owned());
    let answer = bench.beat_consumer(unknown);
    assert_eq!(answer.error_message.as_deref(), Some("Instance id i2 is unknown."));
    // It goes for a while, and another takes its place and all that it had.
    assert_eq!(bench.beat_consumer(of("a", -2)).member_epoch, -2);
    let group = bench.consumer_group();
    assert_eq!((group.group_epoch, group.members[0].member_epoch), (2, -2));
    let answer = bench.beat_consumer(of("b", 0));
    assert_eq!((answer.error_code, answer.member_epoch), (0, 2));
    let group = bench.consumer_group();
    assert_eq!((group.group_epoch, group.members.len()), (2, 1));
    assert_eq!(group.members[0].assignment.topic_partitions[0].partitions, [0, 1, 2, 3]);
    let answer = bench.beat_consumer(of("a", 2));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::FENCED_INSTANCE_ID);
}

#[test]
fn a_full_group_is_full_for_newcomers_only() {
    let config = Config { consumer_group_max_size: 1, ..Config::default() };
    let mut bench = Bench::with(config);
    bench.beat_consumer(join("a", &["orders"]));
    let answer = bench.beat_consumer(join("b", &["orders"]));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::GROUP_MAX_SIZE_REACHED);
    let words = "The consumer group has reached its maximum capacity of 1 members.";
    assert_eq!(answer.error_message.as_deref(), Some(words));
    assert_eq!(bench.beat_consumer(join("a", &["orders"])).error_code, 0);
}

/// What could not be written has not been: the client tries again, and the group is as it was.
#[test]
fn a_log_that_fails_changes_nothing() {
    let mut bench = bench();
    bench.next_append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    let answer = bench.beat_consumer(join("a", &["orders"]));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::NOT_COORDINATOR);
    assert_eq!(bench.consumer_group().error_code, ErrorCode::GROUP_ID_NOT_FOUND.0);
    assert_eq!(bench.beat_consumer(join("a", &["orders"])).member_epoch, 2);
    // A member whose end could not be written is given up a little later.
    bench.next_append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    bench.sleep(REBALANCE_MS);
    assert_eq!(bench.consumer_group().group_state, "Empty");
}

/// While a step is being written, what else is asked of the group waits, and sees what came of it.
#[test]
fn a_group_does_one_thing_after_the_other() {
    let mut bench = bench();
    bench.holds = true;
    let first = bench.consumer(join("a", &["orders"]));
    let second = bench.consumer(join("b", &["orders"]));
    assert!(bench.is_parked(first) && bench.is_parked(second));
    bench.holds = false;
    bench.write();
    assert_eq!(bench.told(first).member_epoch, 2);
    assert_eq!(bench.told(second).member_epoch, 3);
}

/// Heartbeats that say nothing new write nothing, and many members are no burden.
#[test]
fn a_heartbeat_costs_its_member_and_not_its_group() {
    let mut bench = Bench::new();
    for member in 0..1_000 {
        bench.beat_consumer(join(&format!("m{member}"), &["orders"]));
    }
    bench.sleep(1_000);
    let epoch = bench.beat_consumer(stay("m0", 2)).member_epoch;
    let written = bench.log.len();
    for _ in 0..2_000 {
        assert_eq!(bench.beat_consumer(stay("m0", epoch)).error_code, 0);
    }
    assert_eq!(bench.log.len(), written);
}
