//! The tables of the states of a classic group, row by row: what is asked in which state, what
//! is answered, and where that leads.

use rk::wire::ErrorCode;

use super::bench::{ANONYMOUS, Bench, REBALANCE_MS, SESSION_MS, ask, protocols};

/// Brings a group of two into a state: the leader's id, the follower's, the generation.
fn group_in(state: &str) -> (Bench, String, String, i32) {
    let mut bench = Bench::new();
    let ids = match state {
        "Empty" => {
            let ids = bench.stable(2);
            assert_eq!(bench.leave(&ids[0]), ErrorCode::NONE);
            assert_eq!(bench.leave(&ids[1]), ErrorCode::NONE);
            ids
        }
        "CompletingRebalance" => bench.completing(2),
        "PreparingRebalance" => {
            let ids = bench.stable(2);
            bench.join(ANONYMOUS, ask(""));
            ids
        }
        _ => bench.stable(2),
    };
    assert_eq!(bench.state(), state);
    let generation = if state == "Empty" { 2 } else { 1 };
    let [leader, follower] = ids.try_into().unwrap();
    (bench, leader, follower, generation)
}

const STATES: [&str; 4] = ["Empty", "PreparingRebalance", "CompletingRebalance", "Stable"];

#[test]
fn heartbeat() {
    let answers = [
        ("Empty", ErrorCode::UNKNOWN_MEMBER_ID),
        ("PreparingRebalance", ErrorCode::REBALANCE_IN_PROGRESS),
        ("CompletingRebalance", ErrorCode::NONE),
        ("Stable", ErrorCode::NONE),
    ];
    for (state, answer) in answers {
        let (mut bench, leader, _, generation) = group_in(state);
        assert_eq!(bench.beat(generation, &leader), answer, "{state}");
        assert_eq!(bench.state(), state);
        assert_eq!(bench.beat(generation, "nobody"), ErrorCode::UNKNOWN_MEMBER_ID, "{state}");
        if state != "Empty" {
            let old = bench.beat(generation - 1, &leader);
            assert_eq!(old, ErrorCode::ILLEGAL_GENERATION, "{state}");
        }
    }
}

#[test]
fn a_member_that_is_not_heard_of_is_out() {
    for state in ["CompletingRebalance", "Stable"] {
        let (mut bench, leader, follower, generation) = group_in(state);
        bench.sleep(SESSION_MS - 1);
        bench.beat(generation, &leader);
        bench.sleep(1);
        assert_eq!(bench.state(), "PreparingRebalance", "{state}");
        let unknown = bench.beat(generation, &follower);
        assert_eq!(unknown, ErrorCode::UNKNOWN_MEMBER_ID, "{state}");
        let rejoin = bench.beat(generation, &leader);
        assert_eq!(rejoin, ErrorCode::REBALANCE_IN_PROGRESS, "{state}");
    }
}

#[test]
fn join_of_a_new_member() {
    for state in STATES {
        let (mut bench, _, _, generation) = group_in(state);
        let ticket = bench.join(ANONYMOUS, ask(""));
        assert!(bench.is_parked(ticket), "{state}");
        assert_eq!(bench.state(), "PreparingRebalance", "{state}");
        bench.sleep(REBALANCE_MS);
        let answer = bench.joined(ticket);
        assert_eq!(answer.error_code, 0, "{state}");
        assert_eq!(answer.generation_id, generation + 1, "{state}");
        assert_eq!(answer.protocol_name.as_deref(), Some("range"), "{state}");
    }
}

#[test]
fn join_of_a_member_with_the_same_metadata() {
    // Whose JoinGroup is answered at once, with the generation that is.
    let settled = [
        ("CompletingRebalance", true, true),
        ("CompletingRebalance", false, true),
        ("Stable", true, false),
        ("Stable", false, true),
        ("PreparingRebalance", true, false),
        ("PreparingRebalance", false, false),
    ];
    for (state, is_leader, is_settled) in settled {
        let (mut bench, leader, follower, generation) = group_in(state);
        let id = if is_leader { &leader } else { &follower };
        let ticket = bench.join(5, ask(id));
        let row = format!("{state}, leader: {is_leader}");
        assert_eq!(bench.is_parked(ticket), !is_settled, "{row}");
        let next = if is_settled { state } else { "PreparingRebalance" };
        assert_eq!(bench.state(), next, "{row}");
        if is_settled {
            let answer = bench.joined(ticket);
            assert_eq!((answer.error_code, answer.generation_id), (0, generation), "{row}");
            assert_eq!(answer.leader, leader, "{row}");
            assert_eq!(answer.members.len(), if is_leader { 2 } else { 0 }, "{row}");
        }
    }
}

#[test]
fn join_of_a_member_with_other_metadata() {
    for state in ["PreparingRebalance", "CompletingRebalance", "Stable"] {
        let (mut bench, _, follower, _) = group_in(state);
        let mut other = ask(&follower);
        other.protocols[0].metadata = super::bench::subscription(&["other"]);
        let ticket = bench.join(5, other);
        assert!(bench.is_parked(ticket), "{state}");
        assert_eq!(bench.state(), "PreparingRebalance", "{state}");
    }
}

#[test]
fn join_that_is_refused() {
    type Change = fn(&mut rk::wire::messages::join_group::JoinGroupRequest);
    let rows: [(&str, Change, ErrorCode); 9] = [
        ("no group", |ask| ask.group_id.clear(), ErrorCode::INVALID_GROUP_ID),
        ("too long a group", |ask| ask.group_id = "g".repeat(40_000), ErrorCode::INVALID_REQUEST),
        ("too short", |ask| ask.session_timeout_ms = 5_999, ErrorCode::INVALID_SESSION_TIMEOUT),
        ("too long", |ask| ask.session_timeout_ms = 1_800_001, ErrorCode::INVALID_SESSION_TIMEOUT),
        (
            "too many protocols",
            |ask| ask.protocols = vec![ask.protocols[0].clone(); 101],
            ErrorCode::INVALID_REQUEST,
        ),
        ("no such id", |ask| ask.member_id = "x".to_owned(), ErrorCode::UNKNOWN_MEMBER_ID),
        (
            "other type",
            |ask| ask.protocol_type = "connect".to_owned(),
            ErrorCode::INCONSISTENT_GROUP_PROTOCOL,
        ),
        (
            "nothing in common",
            |ask| ask.protocols = protocols(&["sticky"]),
            ErrorCode::INCONSISTENT_GROUP_PROTOCOL,
        ),
        ("no protocol", |ask| ask.protocols.clear(), ErrorCode::INCONSISTENT_GROUP_PROTOCOL),
    ];
    for (row, change, error) in rows {
        for version in [5, 7] {
            let (mut bench, ..) = group_in("Stable");
            let mut asked = ask("");
            change(&mut asked);
            let member_id = asked.member_id.clone();
            let ticket = bench.join(version, asked);
            let answer = bench.joined(ticket);
            assert_eq!(ErrorCode(answer.error_code), error, "{row}");
            assert_eq!((answer.generation_id, answer.member_id), (-1, member_id), "{row}");
            let name = if version < 7 { Some("") } else { None };
            assert_eq!(answer.protocol_name.as_deref(), name, "{row}");
            assert_eq!(bench.state(), "Stable", "{row}");
        }
    }
}

#[test]
fn sync() {
    for (state, error) in [
        ("Empty", ErrorCode::UNKNOWN_MEMBER_ID),
        ("PreparingRebalance", ErrorCode::REBALANCE_IN_PROGRESS),
    ] {
        let (mut bench, leader, _, generation) = group_in(state);
        let ticket = bench.sync(generation, &leader, &[]);
        assert_eq!(ErrorCode(bench.synced(ticket).error_code), error, "{state}");
    }
    let (mut bench, leader, follower, generation) = group_in("Stable");
    let ticket = bench.sync(generation, &follower, &[]);
    assert_eq!(bench.synced(ticket).assignment, follower.as_bytes());
    for (generation, member, error) in [
        (generation + 1, leader.as_str(), ErrorCode::ILLEGAL_GENERATION),
        (generation, "nobody", ErrorCode::UNKNOWN_MEMBER_ID),
    ] {
        let ticket = bench.sync(generation, member, &[]);
        assert_eq!(ErrorCode(bench.synced(ticket).error_code), error);
    }
}

#[test]
fn sync_waits_for_the_leader_and_for_the_log() {
    let (mut bench, leader, follower, generation) = group_in("CompletingRebalance");
    let first = bench.sync(generation, &follower, &[]);
    assert!(bench.is_parked(first));
    bench.holds = true;
    // The leader leaves the follower out.
    let second = bench.sync(generation, &leader, &[leader.as_str()]);
    assert!(bench.is_parked(first) && bench.is_parked(second));
    assert_eq!(bench.state(), "CompletingRebalance");
    bench.write();
    assert_eq!(bench.state(), "Stable");
    assert_eq!(bench.synced(first).assignment, "");
    assert_eq!(bench.synced(second).assignment, leader.as_bytes());
}

#[test]
fn sync_that_cannot_be_written_begins_another_rebalance() {
    let rows = [
        (ErrorCode::NOT_LEADER_OR_FOLLOWER, ErrorCode::NOT_COORDINATOR),
        (ErrorCode::KAFKA_STORAGE_ERROR, ErrorCode::NOT_COORDINATOR),
        (ErrorCode::NOT_ENOUGH_REPLICAS, ErrorCode::COORDINATOR_NOT_AVAILABLE),
        (ErrorCode::REQUEST_TIMED_OUT, ErrorCode::COORDINATOR_NOT_AVAILABLE),
        (ErrorCode::MESSAGE_TOO_LARGE, ErrorCode::UNKNOWN_SERVER_ERROR),
        (ErrorCode::INVALID_RECORD, ErrorCode::INVALID_RECORD),
    ];
    for (of_log, of_client) in rows {
        let (mut bench, leader, follower, generation) = group_in("CompletingRebalance");
        let first = bench.sync(generation, &follower, &[]);
        bench.next_append = Err(of_log);
        let second = bench.sync(generation, &leader, &[]);
        for ticket in [first, second] {
            assert_eq!(ErrorCode(bench.synced(ticket).error_code), of_client);
        }
        assert_eq!(bench.state(), "PreparingRebalance");
    }
}

#[test]
fn leave() {
    let rows = [
        ("PreparingRebalance", "PreparingRebalance"),
        ("CompletingRebalance", "PreparingRebalance"),
        ("Stable", "PreparingRebalance"),
    ];
    for (state, next) in rows {
        let (mut bench, leader, _, generation) = group_in(state);
        assert_eq!(bench.leave("nobody"), ErrorCode::UNKNOWN_MEMBER_ID, "{state}");
        assert_eq!(bench.state(), state);
        assert_eq!(bench.leave(&leader), ErrorCode::NONE, "{state}");
        assert_eq!(bench.state(), next, "{state}");
        let unknown = bench.beat(generation, &leader);
        assert_eq!(unknown, ErrorCode::UNKNOWN_MEMBER_ID, "{state}");
    }
    let (mut bench, leader, ..) = group_in("Empty");
    assert_eq!(bench.leave(&leader), ErrorCode::UNKNOWN_MEMBER_ID);
}

#[test]
fn leave_of_the_last_one_empties_the_group() {
    for state in ["PreparingRebalance", "CompletingRebalance", "Stable"] {
        let (mut bench, leader, follower, _) = group_in(state);
        bench.leave(&leader);
        bench.leave(&follower);
        bench.sleep(REBALANCE_MS);
        let third = bench.describe("g").members;
        for member in third {
            bench.leave(&member.member_id);
        }
        assert_eq!(bench.state(), "Empty", "{state}");
    }
}

#[test]
fn commit() {
    // State, whether as a member of the current generation, the answer.
    let rows = [
        ("Empty", false, ErrorCode::NONE),
        ("Empty", true, ErrorCode::UNKNOWN_MEMBER_ID),
        ("PreparingRebalance", true, ErrorCode::NONE),
        ("PreparingRebalance", false, ErrorCode::UNKNOWN_MEMBER_ID),
        ("CompletingRebalance", true, ErrorCode::REBALANCE_IN_PROGRESS),
        ("CompletingRebalance", false, ErrorCode::UNKNOWN_MEMBER_ID),
        ("Stable", true, ErrorCode::NONE),
        ("Stable", false, ErrorCode::UNKNOWN_MEMBER_ID),
    ];
    for (state, as_member, answer) in rows {
        let (mut bench, leader, _, generation) = group_in(state);
        let row = format!("{state}, as a member: {as_member}");
        let result = match as_member {
            true => bench.commit("g", generation, &leader, 7),
            false => bench.commit("g", -1, "", 7),
        };
        assert_eq!(result, answer, "{row}");
        assert_eq!(bench.offset("g"), if answer.is_none() { 7 } else { -1 }, "{row}");
        assert_eq!(bench.state(), state, "{row}");
        if as_member && state != "Empty" {
            let old = bench.commit("g", generation - 1, &leader, 8);
            assert_eq!(old, ErrorCode::ILLEGAL_GENERATION, "{row}");
        }
    }
}

#[test]
fn a_commit_keeps_the_session_alive() {
    let (mut bench, leader, follower, generation) = group_in("Stable");
    for _ in 0..5 {
        bench.sleep(SESSION_MS - 1);
        assert_eq!(bench.commit("g", generation, &leader, 1), ErrorCode::NONE);
        assert_eq!(bench.commit("g", generation, &follower, 1), ErrorCode::NONE);
    }
    assert_eq!(bench.state(), "Stable");
}

#[test]
fn delete() {
    for state in STATES {
        let (mut bench, ..) = group_in(state);
        let ticket = bench.delete(&["g", "nope", "g"]);
        let error = if state == "Empty" { ErrorCode::NONE } else { ErrorCode::NON_EMPTY_GROUP };
        let results = bench.deleted(ticket).results;
        let results: Vec<(&str, ErrorCode)> =
            results.iter().map(|one| (one.group_id.as_str(), ErrorCode(one.error_code))).collect();
        assert_eq!(results, [("g", error), ("nope", ErrorCode::GROUP_ID_NOT_FOUND)], "{state}");
        assert_eq!(bench.state(), if state == "Empty" { "Dead" } else { state });
    }
}

#[test]
fn a_member_that_does_not_sync_in_time_is_out() {
    for leader_syncs in [true, false] {
        let (mut bench, leader, follower, generation) = group_in("CompletingRebalance");
        let ticket = bench.sync(generation, if leader_syncs { &leader } else { &follower }, &[]);
        for _ in 0..REBALANCE_MS / 5_000 {
            bench.sleep(5_000);
            bench.beat(generation, &leader);
            bench.beat(generation, &follower);
        }
        assert_eq!(bench.state(), "PreparingRebalance");
        assert_eq!(bench.describe("g").members.len(), 1);
        let error = ErrorCode(bench.synced(ticket).error_code);
        let expected =
            if leader_syncs { ErrorCode::NONE } else { ErrorCode::REBALANCE_IN_PROGRESS };
        assert_eq!(error, expected);
    }
}
