//! Who is refused by a streams group, and in which words: those of Apache Kafka 4.3.1.

use rk::base::ids::Uuid;
use rk::broker::coord::group::{AllSettings, Config, Groups};
use rk::wire::ErrorCode;
use rk::wire::messages::list_groups::ListGroupsRequest;
use rk::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchRequestGroup};
use rk::wire::messages::streams_group_heartbeat::{StreamsGroupHeartbeatRequest, TaskIds};

use super::bench::Cluster;
use super::streams::{GROUP, QUICK, Shop, beating, joining, told};

const INVALID: ErrorCode = ErrorCode::INVALID_REQUEST;
const TOPOLOGY: ErrorCode = ErrorCode::STREAMS_INVALID_TOPOLOGY;

/// Makes a first heartbeat wrong.
type Change = fn(&mut StreamsGroupHeartbeatRequest);

/// How a first heartbeat can be wrong.
const WRONG: &[(Change, ErrorCode, &str)] = &[
    (|ask| ask.member_id = " ".into(), INVALID, "MemberId can't be empty."),
    (|ask| ask.group_id = String::new(), INVALID, "GroupId can't be empty."),
    (|ask| ask.rack_id = Some(String::new()), INVALID, "RackId can't be empty."),
    (|ask| ask.instance_id = Some("i".into()), INVALID, "Static membership is not yet supported."),
    (|ask| ask.task_offsets = Some(vec![]), INVALID, "TaskOffsets are not supported yet."),
    (|ask| ask.task_end_offsets = Some(vec![]), INVALID, "TaskEndOffsets are not supported yet."),
    (
        |ask| ask.warmup_tasks = Some(vec![TaskIds::default()]),
        INVALID,
        "WarmupTasks are not supported yet.",
    ),
    (
        |ask| {
            let topology = ask.topology.as_mut().unwrap();
            topology.subtopologies[0].source_topic_regex = vec!["a.*".into()];
        },
        INVALID,
        "Regular expressions for source topics are not supported yet.",
    ),
    (
        |ask| ask.rebalance_timeout_ms = -1,
        INVALID,
        "RebalanceTimeoutMs must be provided in first request.",
    ),
    (|ask| ask.active_tasks = None, INVALID, "ActiveTasks must be empty when (re-)joining."),
    (
        |ask| ask.standby_tasks = Some(vec![TaskIds::default()]),
        INVALID,
        "StandbyTasks must be empty when (re-)joining.",
    ),
    (|ask| ask.topology = None, INVALID, "Topology must be non-null when (re-)joining."),
    (|ask| ask.member_epoch = -2, INVALID, "InstanceId can't be null."),
    (
        |ask| ask.member_epoch = -3,
        INVALID,
        "MemberEpoch is -3, but must be greater than or equal to -2.",
    ),
    (|ask| ask.member_epoch = 1, INVALID, "Topology can only be provided when (re-)joining."),
    (
        |ask| {
            let topology = ask.topology.as_mut().unwrap();
            topology.subtopologies[1].state_changelog_topics[0].partitions = 3;
        },
        TOPOLOGY,
        "Changelog topic g-log must have an undefined partition count, but it is set to 3.",
    ),
    (
        |ask| {
            let topology = ask.topology.as_mut().unwrap();
            topology.subtopologies[0].source_topics = vec!["__consumer_offsets".into()];
        },
        TOPOLOGY,
        "Use of Kafka internal topics __consumer_offsets in a Kafka Streams topology is \
         prohibited.",
    ),
    (
        |ask| {
            let topology = ask.topology.as_mut().unwrap();
            topology.subtopologies[0].source_topics = vec!["a b".into(), "c d".into()];
        },
        TOPOLOGY,
        "Topic names a b,c d are not valid topic names.",
    ),
];

#[test]
fn what_is_no_heartbeat() {
    let mut shop = Shop::ready();
    for (change, error, why) in WRONG {
        let mut ask = joining("a", "p");
        change(&mut ask);
        let answer = shop.ask(ask);
        let refused = (ErrorCode(answer.error_code), answer.error_message.as_deref());
        assert_eq!(refused, (*error, Some(*why)));
    }
    let mut some = beating("a", 1, &[]);
    some.standby_tasks = None;
    let why = "If one task-type is non-null, all must be non-null.";
    assert_eq!(shop.ask(some).error_message.as_deref(), Some(why));
    assert!(shop.log.is_empty(), "nothing was written");
}

#[test]
fn who_is_refused() {
    let mut shop = Shop::ready();
    let refused = |shop: &mut Shop, ask, error, why: &str| {
        let answer = shop.ask(ask);
        let refused = (ErrorCode(answer.error_code), answer.error_message.as_deref());
        assert_eq!(refused, (error, Some(why)));
    };
    let (none, unknown) = (ErrorCode::GROUP_ID_NOT_FOUND, ErrorCode::UNKNOWN_MEMBER_ID);
    refused(&mut shop, beating("a", 1, &[]), none, "Streams group g not found.");
    refused(&mut shop, beating("a", -1, &[]), none, "Group g not found.");
    assert_eq!(told(&shop.ask(joining("a", "pa"))), "2 0:[0, 1] 1:[0, 1]");
    let why = "Member b is not a member of group g.";
    refused(&mut shop, beating("b", 1, &[]), unknown, why);
    refused(&mut shop, beating("b", -1, &[]), unknown, why);
    let fenced = ErrorCode::FENCED_MEMBER_EPOCH;
    let why = "The streams group member has a greater member epoch (3) than the one known by the \
               group coordinator (2). The member must abandon all its partitions and rejoin.";
    refused(&mut shop, beating("a", 3, &[]), fenced, why);
    let why = "The streams group member has a smaller member epoch (1) than the one known by the \
               group coordinator (2). The member must abandon all its partitions and rejoin.";
    refused(&mut shop, beating("a", 1, &[]), fenced, why);
    let invalid = ErrorCode::INVALID_REQUEST;
    let why = "Subtopology 7 does not exist in the topology.";
    refused(&mut shop, beating("a", 2, &[("7", &[0])]), invalid, why);
    let why = "Task 2 for subtopology 1 is invalid. Number of tasks for this subtopology: 2";
    refused(&mut shop, beating("a", 2, &[("1", &[0, 2])]), invalid, why);
    let mut other = joining("b", "pb");
    other.topology.as_mut().unwrap().epoch = 1;
    refused(&mut shop, other, invalid, "Topology updates are not supported yet.");
    // The epoch before is good enough from one who did not get the last answer.
    assert_eq!(told(&shop.ask(joining("b", "pb"))), "3 ");
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    let half: &[(&str, &[i32])] = &[("0", &[0]), ("1", &[0])];
    shop.ask(beating("a", 2, all));
    assert_eq!(told(&shop.ask(beating("a", 2, half))), "3 as before");
    assert_eq!(told(&shop.ask(beating("a", 2, half))), "3 as before");
    let why = "The streams group member has a smaller member epoch (2) than the one known by the \
               group coordinator (3). The member must abandon all its partitions and rejoin.";
    refused(&mut shop, beating("a", 2, all), fenced, why);
}

#[test]
fn only_so_many_members() {
    let config = Config { streams_group_max_size: 1, ..Config::default() };
    let mut shop = Shop::ready();
    shop.groups = Groups::new(config);
    shop.configure(QUICK);
    shop.groups.see_topic(0, "in", Some((Uuid([1; 16]), 2)));
    shop.ask(joining("a", "pa"));
    let answer = shop.ask(joining("b", "pb"));
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::GROUP_MAX_SIZE_REACHED);
    let why = "The streams group has reached its maximum capacity of 1 members.";
    assert_eq!(answer.error_message.as_deref(), Some(why));
}

#[test]
fn nobody_is_served_while_the_protocol_is_off() {
    let mut shop = Shop::ready();
    let mut all = AllSettings::default();
    all.streams.has_protocol = false;
    shop.groups.configure(all);
    let answer = shop.ask(joining("a", "pa"));
    assert_eq!((answer.error_code, answer.error_message), (35, None));
    let group = shop.describe();
    assert_eq!((group.error_code, group.error_message, group.group_id), (35, None, GROUP.into()));
}

#[test]
fn who_may_commit() {
    let mut shop = Shop::ready();
    assert_eq!(shop.commit(9, "", -1, "orders"), ErrorCode::NONE);
    // Offsets alone are a classic group, which makes way.
    let mut ask = joining("a", "pa");
    ask.topology.as_mut().unwrap().subtopologies[0].source_topics = vec!["orders".to_owned()];
    shop.topic("orders", 8, 2);
    assert_eq!(told(&shop.ask(ask)), "2 0:[0, 1] 1:[0, 1]");
    let rows = [
        (9, "a", 2, "orders", ErrorCode::NONE),
        (8, "a", 2, "orders", ErrorCode::UNSUPPORTED_VERSION),
        (9, "a", 3, "orders", ErrorCode::STALE_MEMBER_EPOCH),
        (9, "a", 1, "orders", ErrorCode::STALE_MEMBER_EPOCH),
        (9, "a", 1, "other", ErrorCode::STALE_MEMBER_EPOCH),
        (9, "b", 2, "orders", ErrorCode::UNKNOWN_MEMBER_ID),
        (9, "", -1, "orders", ErrorCode::UNKNOWN_MEMBER_ID),
    ];
    for (version, member, epoch, topic, error) in rows {
        assert_eq!(shop.commit(version, member, epoch, topic), error, "{member} {epoch} {topic}");
    }
    let mut other = joining("b", "pb");
    other.topology.as_mut().unwrap().subtopologies[0].source_topics = vec!["orders".to_owned()];
    shop.ask(other);
    let half: &[(&str, &[i32])] = &[("0", &[0]), ("1", &[0])];
    let all: &[(&str, &[i32])] = &[("0", &[0, 1]), ("1", &[0, 1])];
    shop.ask(beating("a", 2, all));
    assert_eq!(told(&shop.ask(beating("a", 2, half))), "3 as before");
    // It had the task already then.
    assert_eq!(shop.commit(9, "a", 2, "orders"), ErrorCode::NONE);
    let fetch = |member: Option<&str>, epoch| {
        let (group_id, member_id) = (GROUP.to_owned(), member.map(str::to_owned));
        let groups = vec![OffsetFetchRequestGroup {
            group_id,
            member_id,
            member_epoch: epoch,
            ..Default::default()
        }];
        let ask = OffsetFetchRequest { groups, ..Default::default() };
        ErrorCode(shop.groups.fetch_offsets(9, &ask, &Cluster).groups[0].error_code)
    };
    assert_eq!(fetch(None, -1), ErrorCode::NONE);
    assert_eq!(fetch(Some("a"), 3), ErrorCode::NONE);
    assert_eq!(fetch(Some("a"), 2), ErrorCode::STALE_MEMBER_EPOCH);
    assert_eq!(fetch(Some("z"), 3), ErrorCode::UNKNOWN_MEMBER_ID);
}

#[test]
fn groups_are_listed_by_state_and_type() {
    let mut shop = Shop::new(QUICK);
    shop.ask(joining("a", "pa"));
    let list = |states: &[&str], types: &[&str]| {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let ask = ListGroupsRequest { states_filter: own(states), types_filter: own(types) };
        let groups = shop.groups.list(&ask).groups;
        let each = groups.into_iter();
        each.map(|one| format!("{} {} {}", one.protocol_type, one.group_state, one.group_type))
            .collect::<Vec<_>>()
    };
    let all = ["streams NotReady streams"];
    assert_eq!(list(&[], &[]), all);
    assert_eq!(list(&[], &["Streams"]), all);
    assert!(list(&[], &["consumer"]).is_empty());
    // Kafka looks for another word than the one it tells.
    assert_eq!(list(&["not_ready"], &[]), all);
    assert!(list(&["NotReady"], &[]).is_empty());
}
