//! Classic groups, story by story: first joins, static members, votes, limits, restarts.

use bytes::Bytes;
use rk::broker::coord::effects::{Record, Ticket};
use rk::broker::coord::group::Config;
use rk::wire::ErrorCode;
use rk::wire::messages::consumer_group_describe::ConsumerGroupDescribeRequest;
use rk::wire::messages::describe_groups::DescribeGroupsRequest;
use rk::wire::messages::join_group::JoinGroupRequest;
use rk::wire::messages::list_groups::ListGroupsRequest;
use rk::wire::messages::offsets_topic::{GroupMetadataValue, MemberMetadata};
use rk::wire::messages::sync_group::SyncGroupRequest;
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::Message;

use super::bench::{
    ANONYMOUS, Bench, REBALANCE_MS, SESSION_MS, START, ask, protocols, subscription,
};

#[test]
fn a_new_member_is_given_an_id_first() {
    for version in 0..=9 {
        let mut bench = Bench::new();
        let first = bench.join(version, ask(""));
        if version < 4 {
            assert!(bench.is_parked(first), "{version}");
            continue;
        }
        let answer = bench.joined(first);
        assert_eq!(ErrorCode(answer.error_code), ErrorCode::MEMBER_ID_REQUIRED, "{version}");
        assert!(answer.member_id.starts_with("rk-"), "{version}");
        assert_eq!(bench.state(), "Empty", "{version}");
        let second = bench.join(version, ask(&answer.member_id));
        bench.tick();
        let joined = bench.joined(second);
        assert_eq!((joined.error_code, joined.generation_id), (0, 1), "{version}");
        assert_eq!((&joined.leader, &joined.member_id), (&answer.member_id, &answer.member_id));
        let wants_type = version >= 7;
        assert!(!wants_type || joined.protocol_type.as_deref() == Some("consumer"), "{version}");
    }
}

#[test]
fn an_id_that_is_not_used_is_forgotten() {
    let mut bench = Bench::new();
    let ids = bench.stable(1);
    let given = bench.join(4, ask(""));
    let given = bench.joined(given).member_id;
    // The leader joins again, and everybody waits for who was given an id.
    let leader = bench.join(4, ask(&ids[0]));
    assert!(bench.is_parked(leader));
    bench.sleep(SESSION_MS);
    assert_eq!(bench.joined(leader).generation_id, 2);
    let late = bench.join(4, ask(&given));
    assert_eq!(ErrorCode(bench.joined(late).error_code), ErrorCode::UNKNOWN_MEMBER_ID);
}

#[test]
fn members_that_join_at_once_are_stable_in_one_round() {
    for count in [4, 5, 16, 50] {
        let mut bench = Bench::new();
        let ids = bench.stable(count);
        assert_eq!(ids.len(), count);
        assert!(ids.iter().all(|id| bench.beat(1, id).is_none()), "{count}");
        assert_eq!(bench.describe("g").members.len(), count);
        // And once more, all at once.
        let tickets: Vec<Ticket> = ids.iter().map(|id| bench.join(9, ask(id))).collect();
        let mut leaders = Vec::new();
        for ticket in tickets {
            let answer = bench.joined(ticket);
            let is_settled = answer.generation_id == 1;
            assert!(is_settled || answer.generation_id == 2, "{answer:?}");
            leaders.push(answer.leader);
        }
        leaders.dedup();
        assert_eq!(leaders.len(), 1);
    }
}

#[test]
fn the_first_rebalance_waits_while_members_come() {
    let config = Config { initial_rebalance_delay_ms: 3_000, ..Config::default() };
    let mut bench = Bench::with(config);
    let mut tickets = vec![bench.join(ANONYMOUS, ask(""))];
    for _ in 0..4 {
        bench.sleep(2_000);
        tickets.push(bench.join(ANONYMOUS, ask("")));
    }
    // The last came at 8 s, which the wait that ends at 9 s has seen: it goes on to 12 s.
    bench.sleep(3_999);
    assert!(tickets.iter().all(|ticket| bench.is_parked(*ticket)));
    bench.sleep(1);
    for ticket in tickets {
        assert_eq!(bench.joined(ticket).generation_id, 1);
    }
    // It never waits longer than the rebalance timeout.
    let config = Config { initial_rebalance_delay_ms: 3_000, ..Config::default() };
    let mut bench = Bench::with(config);
    let first = bench.join(ANONYMOUS, ask(""));
    for _ in 0..REBALANCE_MS / 1_000 + 3 {
        bench.sleep(1_000);
        bench.join(ANONYMOUS, ask(""));
    }
    assert_eq!(bench.joined(first).generation_id, 1);
}

#[test]
fn votes_choose_the_protocol() {
    let rows: [(&[&[&str]], &str); 5] = [
        (&[&["a", "b"], &["b", "a"], &["b", "a"]], "b"),
        (&[&["a", "b"], &["a", "b"], &["b", "a"]], "a"),
        // Only what everybody speaks can be chosen.
        (&[&["a", "b"], &["a", "b"], &["b"]], "b"),
        (&[&["x", "y", "b"], &["z", "b"], &["b"]], "b"),
        (&[&["a"], &["a"], &["a"]], "a"),
    ];
    for (tastes, chosen) in rows {
        let mut bench = Bench::new();
        let tickets = tastes.iter().map(|taste| {
            let asked = JoinGroupRequest { protocols: protocols(taste), ..ask("") };
            bench.join(ANONYMOUS, asked)
        });
        let tickets: Vec<Ticket> = tickets.collect();
        bench.tick();
        for ticket in tickets {
            let name = bench.joined(ticket).protocol_name;
            assert_eq!(name.as_deref(), Some(chosen), "{tastes:?}");
        }
    }
}

#[test]
fn types_of_protocol_are_opaque() {
    for kind in ["consumer", "connect", "sr", "anything"] {
        let mut bench = Bench::new();
        let asked = JoinGroupRequest { protocol_type: kind.to_owned(), ..ask("") };
        let ticket = bench.join(ANONYMOUS, asked);
        bench.tick();
        let id = bench.joined(ticket).member_id;
        bench.sync(1, &id, &[&id]);
        let described = bench.describe("g");
        assert_eq!(
            (described.protocol_type.as_str(), described.group_state.as_str()),
            (kind, "Stable")
        );
    }
}

#[test]
fn a_group_has_a_size() {
    let config = Config { group_max_size: 2, ..Config::default() };
    let mut bench = Bench::with(config.clone());
    let ids = bench.stable(2);
    for version in [3, 9] {
        let third = bench.join(version, ask(""));
        let answer = bench.joined(third);
        assert_eq!(ErrorCode(answer.error_code), ErrorCode::GROUP_MAX_SIZE_REACHED);
    }
    assert_eq!(bench.state(), "Stable");
    let again = bench.join(9, ask(&ids[0]));
    assert!(bench.is_parked(again), "who is a member already has its place");
    // A coordinator that starts with a smaller limit has the members join again.
    let mut bench = Bench::new();
    let ids = bench.stable(3);
    let mut bench = bench.restarted(config);
    assert_eq!(bench.state(), "PreparingRebalance");
    let tickets: Vec<Ticket> = ids.iter().map(|id| bench.join(9, ask(id))).collect();
    let errors = tickets.into_iter().map(|ticket| ErrorCode(bench.joined(ticket).error_code));
    let errors: Vec<ErrorCode> = errors.collect();
    let refused = ErrorCode::GROUP_MAX_SIZE_REACHED;
    assert_eq!(errors, [ErrorCode::NONE, ErrorCode::NONE, refused]);
}

#[test]
fn sync_must_name_the_protocol() {
    let mut bench = Bench::new();
    let ids = bench.completing(1);
    let rows = [
        (5, Some("consumer"), Some("range"), ErrorCode::NONE),
        (5, Some("consumer"), Some("sticky"), ErrorCode::INCONSISTENT_GROUP_PROTOCOL),
        (5, Some("connect"), Some("range"), ErrorCode::INCONSISTENT_GROUP_PROTOCOL),
        (5, None, Some("range"), ErrorCode::INCONSISTENT_GROUP_PROTOCOL),
        (5, Some("consumer"), None, ErrorCode::INCONSISTENT_GROUP_PROTOCOL),
        (4, None, None, ErrorCode::NONE),
    ];
    for (version, kind, name, error) in rows {
        let ask = SyncGroupRequest {
            group_id: "g".to_owned(),
            generation_id: 1,
            member_id: ids[0].clone(),
            protocol_type: kind.map(str::to_owned),
            protocol_name: name.map(str::to_owned),
            ..Default::default()
        };
        let ticket = bench.sync_with(version, ask);
        let answer = bench.synced(ticket);
        assert_eq!(ErrorCode(answer.error_code), error, "{kind:?} {name:?}");
        let named = error.is_none().then_some("range");
        assert_eq!(answer.protocol_name.as_deref(), named);
    }
}

#[test]
fn a_member_that_asks_twice_is_answered_twice() {
    let mut bench = Bench::new();
    let ids = bench.stable(2);
    let first = bench.join(9, ask(&ids[0]));
    let second = bench.join(9, ask(&ids[0]));
    let error = ErrorCode(bench.joined(first).error_code);
    assert_eq!(error, ErrorCode::REBALANCE_IN_PROGRESS);
    assert!(bench.is_parked(second));
    bench.join(9, ask(&ids[1]));
    assert_eq!(bench.joined(second).generation_id, 2);
    let first = bench.sync(2, &ids[1], &[]);
    let second = bench.sync(2, &ids[1], &[]);
    let error = ErrorCode(bench.synced(first).error_code);
    assert_eq!(error, ErrorCode::REBALANCE_IN_PROGRESS);
    bench.sync(2, &ids[0], &[&ids[0], &ids[1]]);
    assert_eq!(bench.synced(second).assignment, ids[1].as_bytes());
}

#[test]
fn an_assignment_is_written_once() {
    let mut bench = Bench::new();
    let ids = bench.completing(1);
    bench.holds = true;
    let written = bench.log.len();
    bench.sync(1, &ids[0], &[&ids[0]]);
    let again = bench.sync(1, &ids[0], &[]);
    bench.write();
    assert_eq!(bench.log.len(), written + 1);
    assert_eq!(bench.synced(again).assignment, ids[0].as_bytes());
}

#[test]
fn a_new_member_does_not_wait_for_ever() {
    let mut bench = Bench::new();
    let patient = JoinGroupRequest { rebalance_timeout_ms: 600_000, ..ask("") };
    let first = bench.join(ANONYMOUS, patient);
    bench.tick();
    let id = bench.joined(first).member_id;
    bench.sync(1, &id, &[&id]);
    let second = bench.join(ANONYMOUS, ask(""));
    for _ in 0..300_000 / 5_000 {
        assert!(bench.is_parked(second));
        bench.sleep(5_000);
        bench.beat(1, &id);
    }
    let answer = bench.joined(second);
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::UNKNOWN_MEMBER_ID);
    // One that has been a member before may be silent while it waits.
    let first = bench.join(ANONYMOUS, ask(&id));
    assert_eq!(bench.joined(first).generation_id, 2);
}

#[test]
fn an_abandoned_ticket_is_not_answered() {
    let mut bench = Bench::new();
    let ticket = bench.join(ANONYMOUS, ask(""));
    bench.groups.abandon(ticket);
    bench.tick();
    assert!(bench.is_parked(ticket));
    assert_eq!(bench.state(), "CompletingRebalance");
    // Nobody is there to sync: the member is given up, and the group is empty.
    bench.sleep(SESSION_MS);
    assert_eq!(bench.state(), "Empty");
}

#[test]
fn a_group_that_cannot_be_written_has_never_been() {
    for version in [3, 9] {
        let mut bench = Bench::new();
        bench.next_append = Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        let ticket = bench.join(version, ask(""));
        let error = ErrorCode(bench.joined(ticket).error_code);
        let expected = match version {
            3 => ErrorCode::NOT_COORDINATOR,
            _ => ErrorCode::MEMBER_ID_REQUIRED,
        };
        assert_eq!(error, expected);
        assert_eq!(bench.state(), "Dead");
        assert_eq!(bench.groups.next_deadline().map(|at| at > bench.now + 100_000), Some(true));
    }
}

#[test]
fn a_restart_finds_groups_as_they_were_written() {
    let mut bench = Bench::new();
    let ids = bench.stable(3);
    let before = bench.describe("g");
    bench.now += 3_600_000;
    let mut bench = bench.restarted(Config::default());
    assert_eq!(bench.describe("g"), before);
    // Members have a whole session to be heard of.
    bench.sleep(SESSION_MS - 1);
    for id in &ids[..2] {
        assert_eq!(bench.beat(1, id), ErrorCode::NONE);
    }
    bench.sleep(1);
    assert_eq!(bench.state(), "PreparingRebalance");
    assert_eq!(bench.describe("g").members.len(), 2);
    // The members of the next generation, without the one that is gone.
    let tickets: Vec<Ticket> = ids[..2].iter().map(|id| bench.join(9, ask(id))).collect();
    for ticket in tickets {
        assert_eq!(bench.joined(ticket).generation_id, 2);
    }
}

#[test]
fn records_are_those_of_kafka() {
    let mut bench = Bench::new();
    let ids = bench.stable(1);
    bench.leave(&ids[0]);
    let key = [0, 2, 0, 1, b'g'];
    assert!(bench.log.iter().all(|record| record.key[..] == key));
    let values = bench.log.iter().map(|record| {
        let mut reader = Reader::new(record.value.clone().unwrap());
        assert_eq!(reader.i16(), Ok(3));
        GroupMetadataValue::read(&mut reader, 3).unwrap()
    });
    let [new, stable, empty]: [GroupMetadataValue; 3] =
        values.collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((new.protocol_type.as_str(), new.generation), ("", 0));
    assert_eq!((new.protocol, new.leader, new.members.len()), (None, None, 0));
    assert_eq!((stable.protocol_type.as_str(), stable.generation), ("consumer", 1));
    assert_eq!(
        (stable.protocol.as_deref(), stable.leader.as_deref()),
        (Some("range"), Some(&*ids[0]))
    );
    let member = &stable.members[0];
    assert_eq!((member.session_timeout, member.rebalance_timeout), (SESSION_MS, REBALANCE_MS));
    assert_eq!((&*member.client_id, &*member.client_host), ("rk", "/127.0.0.1"));
    assert_eq!(member.subscription, subscription(&["orders"]));
    assert_eq!(member.assignment, ids[0].as_bytes());
    assert_eq!((empty.generation, empty.protocol, empty.leader), (2, None, None));
    assert_eq!(empty.protocol_type, "consumer");
}

#[test]
fn records_of_other_kinds_and_broken_ones() {
    let mut groups = rk::broker::coord::group::Groups::new(Config::default());
    // A share group, which others keep, and a group that nobody has heard of.
    for kind in [10, 99] {
        assert_eq!(groups.apply(&[0, kind, 1, 2], Some(&[0, 0, 1])), Ok(()));
    }
    assert!(groups.apply(&[], None).is_err());
    assert!(groups.apply(&[0, 1, 0, 9], None).is_err());
    assert!(groups.apply(&[0, 3, 0, 1, b'g'], Some(&[0, 0, 1])).is_err());
    assert!(groups.apply(&[0, 2, 0, 1, b'g'], Some(&[0, 3, 0])).is_err());
    assert!(groups.apply(&[0, 2, 0, 1, b'g'], Some(&[0, 99, 0])).is_err());
    let list = groups.list(&ListGroupsRequest::default());
    assert!(list.groups.is_empty());
}

#[test]
fn a_log_with_longer_text_than_ours_can_be_gone_on_with() {
    let member = MemberMetadata {
        member_id: "m".to_owned(),
        client_id: "c".repeat(40_000),
        rebalance_timeout: -1,
        session_timeout: SESSION_MS,
        ..Default::default()
    };
    let value = GroupMetadataValue {
        protocol_type: "consumer".to_owned(),
        generation: i32::MAX,
        protocol: Some("range".to_owned()),
        leader: Some("m".to_owned()),
        members: vec![member],
        ..Default::default()
    };
    let mut w = Writer::new();
    w.i16(4);
    value.write(&mut w, 4).unwrap();
    let key = Bytes::from_static(&[0, 2, 0, 1, b'g']);
    let log = vec![Record { key, value: Some(w.into_bytes()) }];
    let mut bench = Bench::on(Config::default(), log, START);
    let ticket = bench.join(9, ask("m"));
    let generation = bench.joined(ticket).generation_id;
    assert_eq!(generation, 0, "after the last number comes the first");
    bench.sync(generation, "m", &["m"]);
    let bench = bench.restarted(Config::default());
    assert_eq!(bench.describe("g").members[0].client_id.len(), 40_000);
    assert_eq!(bench.describe("g").members[0].member_assignment, "m");
}

#[test]
fn list_and_describe() {
    let mut bench = Bench::new();
    bench.stable(1);
    bench.commit("simple", -1, "", 1);
    let rows: [(&[&str], &[&str], &[&str]); 6] = [
        (&[], &[], &["g", "simple"]),
        (&["stable"], &[], &["g"]),
        (&["EMPTY", "Dead"], &["Classic"], &["simple"]),
        (&["Empty", "Stable"], &[], &["g", "simple"]),
        (&["bogus"], &[], &[]),
        (&[], &["consumer"], &[]),
    ];
    for (states, types, expected) in rows {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let ask = ListGroupsRequest { states_filter: owned(states), types_filter: owned(types) };
        let listed = bench.groups.list(&ask).groups;
        let ids: Vec<&str> = listed.iter().map(|group| group.group_id.as_str()).collect();
        assert_eq!(ids, expected, "{states:?} {types:?}");
    }
    let groups = vec!["g".to_owned(), "nope".to_owned()];
    let ask = DescribeGroupsRequest { groups: groups.clone(), ..Default::default() };
    for version in 0..=6 {
        let answer = bench.groups.describe(version, &ask);
        assert!(answer.to_bytes(version).is_ok(), "{version}");
        let described = answer.groups;
        assert_eq!((&*described[0].group_state, &*described[0].protocol_data), ("Stable", "range"));
        assert_eq!(described[1].group_state, "Dead");
        let (error, message) = match version {
            6 => (ErrorCode::GROUP_ID_NOT_FOUND, Some("Group nope not found.")),
            _ => (ErrorCode::NONE, None),
        };
        assert_eq!(ErrorCode(described[1].error_code), error, "{version}");
        assert_eq!(described[1].error_message.as_deref(), message, "{version}");
    }
    let ask = ConsumerGroupDescribeRequest { group_ids: groups, ..Default::default() };
    let described = bench.groups.describe_consumer_groups(&ask).groups;
    let messages = described.iter().map(|group| group.error_message.as_deref().unwrap());
    let expected = ["Group g is not a consumer group.", "Group nope not found."];
    assert_eq!(messages.collect::<Vec<_>>(), expected);
    let not_found = ErrorCode::GROUP_ID_NOT_FOUND.0;
    assert!(described.iter().all(|group| group.error_code == not_found));
}
