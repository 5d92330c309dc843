//! Static members (KIP-345): they come back under new ids, and nobody else notices.

use rk::broker::coord::effects::Ticket;
use rk::broker::coord::group::Config;
use rk::wire::ErrorCode;
use rk::wire::messages::join_group::{JoinGroupRequest, JoinGroupResponse};

use super::bench::{Bench, REBALANCE_MS, SESSION_MS, ask, protocols};

/// A JoinGroup of a static member.
fn ask_as(member: &str, instance: &str) -> JoinGroupRequest {
    JoinGroupRequest { group_instance_id: Some(instance.to_owned()), ..ask(member) }
}

/// A group of static members, stable. Returns their ids, the leader's first.
fn stable_statics(bench: &mut Bench, instances: &[&str]) -> Vec<String> {
    let tickets: Vec<Ticket> =
        instances.iter().map(|instance| bench.join(5, ask_as("", instance))).collect();
    bench.tick();
    let answers = tickets.into_iter().map(|ticket| bench.joined(ticket));
    let answers: Vec<JoinGroupResponse> = answers.collect();
    let mut ids: Vec<String> = answers.iter().map(|one| one.member_id.clone()).collect();
    ids.sort_by_key(|id| *id != answers[0].leader);
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    for id in ids.iter().rev() {
        bench.sync(1, id, if *id == ids[0] { &all } else { &[] });
    }
    assert_eq!(bench.state(), "Stable");
    ids
}

#[test]
fn a_static_member_comes_back_without_a_rebalance() {
    for version in [5, 8, 9] {
        let mut bench = Bench::new();
        let ids = stable_statics(&mut bench, &["a", "b"]);
        let written = bench.log.len();
        let instance = &ids[0][..1];
        let ticket = bench.join(version, ask_as("", instance));
        let answer = bench.joined(ticket);
        assert_eq!((answer.error_code, answer.generation_id), (0, 1), "{version}");
        assert_ne!(answer.member_id, ids[0]);
        assert_eq!(bench.state(), "Stable");
        assert_eq!(bench.log.len(), written + 1);
        // The leader, back under a new id, must not assign anew.
        let is_told = version >= 9;
        assert_eq!(answer.skip_assignment, is_told, "{version}");
        assert_eq!(answer.members.len(), if is_told { 2 } else { 0 }, "{version}");
        let leader = if is_told { &answer.member_id } else { &ids[0] };
        assert_eq!(answer.leader, *leader, "{version}");
        // It has its old assignment, before and after a restart; who uses the old id is fenced.
        let mut bench = bench;
        for _ in 0..2 {
            let fenced = bench.beat_as(1, &ids[0], Some(instance));
            assert_eq!(fenced, ErrorCode::FENCED_INSTANCE_ID);
            let ticket = bench.sync(1, &answer.member_id, &[]);
            assert_eq!(bench.synced(ticket).assignment, ids[0].as_bytes());
            bench = bench.restarted(Config::default());
        }
    }
}

#[test]
fn a_static_member_that_cannot_be_written_is_who_it_was() {
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a", "b"]);
    bench.next_append = Err(ErrorCode::NOT_ENOUGH_REPLICAS);
    let ticket = bench.join(9, ask_as("", &ids[1][..1]));
    let answer = bench.joined(ticket);
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::COORDINATOR_NOT_AVAILABLE);
    assert_eq!(bench.beat_as(1, &ids[1], Some(&ids[1][..1])), ErrorCode::NONE);
    let ticket = bench.sync(1, &ids[1], &[]);
    assert_eq!(bench.synced(ticket).assignment, ids[1].as_bytes());
}

#[test]
fn a_static_member_that_comes_back_into_a_rebalance_waits_for_it() {
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a", "b"]);
    bench.holds = true;
    let back = bench.join(9, ask_as("", &ids[1][..1]));
    let leader = bench.join(9, ask_as(&ids[0], &ids[0][..1]));
    assert_eq!(bench.joined(back).generation_id, 2);
    assert_eq!(bench.joined(leader).generation_id, 2);
    bench.write();
    assert_eq!(bench.state(), "CompletingRebalance");
    // The same, where the rebalance goes on for longer than the append.
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a", "b", "c"]);
    bench.holds = true;
    let back = bench.join(9, ask_as("", &ids[1][..1]));
    bench.join(9, ask_as(&ids[0], &ids[0][..1]));
    bench.write();
    assert!(bench.is_parked(back), "its generation is over");
    bench.join(9, ask_as(&ids[2], &ids[2][..1]));
    assert_eq!(bench.joined(back).generation_id, 2);
}

#[test]
fn a_static_member_with_another_taste_causes_a_rebalance() {
    let mut bench = Bench::new();
    let both = JoinGroupRequest { protocols: protocols(&["range", "sticky"]), ..ask_as("", "a") };
    let ticket = bench.join(5, both.clone());
    bench.tick();
    let id = bench.joined(ticket).member_id;
    bench.sync(1, &id, &[&id]);
    let other = JoinGroupRequest { protocols: protocols(&["sticky", "range"]), ..both };
    let ticket = bench.join(9, other);
    let answer = bench.joined(ticket);
    assert_eq!((answer.generation_id, answer.protocol_name.as_deref()), (2, Some("sticky")));
}

#[test]
fn who_waits_under_an_old_id_is_fenced() {
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a"]);
    let parked = bench.join(7, ask_as("", "b"));
    let again = bench.join(7, ask_as("", "b"));
    let answer = bench.joined(parked);
    assert_eq!(ErrorCode(answer.error_code), ErrorCode::FENCED_INSTANCE_ID);
    assert!(answer.member_id.starts_with("b-"));
    // A follower that waits for its assignment.
    let leader = bench.join(7, ask_as(&ids[0], "a"));
    let (leader, follower) = (bench.joined(leader), bench.joined(again));
    assert_eq!((leader.leader.as_str(), leader.members.len()), (ids[0].as_str(), 2));
    let parked = bench.sync(2, &follower.member_id, &[]);
    let again = bench.join(7, ask_as("", "b"));
    let error = ErrorCode(bench.synced(parked).error_code);
    assert_eq!(error, ErrorCode::FENCED_INSTANCE_ID);
    assert!(bench.is_parked(again));
    assert_eq!(bench.state(), "PreparingRebalance");
}

#[test]
fn static_members_do_not_leave_by_being_slow_to_join() {
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a", "b"]);
    let asked = JoinGroupRequest { rebalance_timeout_ms: 5_000, ..ask_as(&ids[0], &ids[0][..1]) };
    let leader = bench.join(5, asked);
    bench.beat_as(1, &ids[1], Some(&ids[1][..1]));
    for _ in 0..REBALANCE_MS / 5_000 {
        assert!(bench.is_parked(leader));
        bench.sleep(5_000);
        bench.beat_as(1, &ids[1], Some(&ids[1][..1]));
    }
    assert_eq!(bench.joined(leader).members.len(), 2, "the other is still a member");
    // But its session ends like any other.
    bench.sleep(SESSION_MS);
    assert_eq!(bench.describe("g").members.len(), 0);
}

#[test]
fn leave_of_several() {
    let mut bench = Bench::new();
    let ids = stable_statics(&mut bench, &["a", "b"]);
    let nobody = [("", Some("nope")), (&*ids[0], Some("nope")), ("x", None), ("", None)];
    let ticket = bench.leave_with(5, "", &nobody);
    let answer = bench.left(ticket);
    assert_eq!(answer.error_code, 0);
    let unknown = ErrorCode::UNKNOWN_MEMBER_ID.0;
    assert!(answer.members.iter().all(|member| member.error_code == unknown), "{answer:?}");
    assert_eq!(bench.state(), "Stable");
    let fenced = bench.leave_with(5, "", &[("x", Some("a"))]);
    let error = ErrorCode(bench.left(fenced).members[0].error_code);
    assert_eq!(error, ErrorCode::FENCED_INSTANCE_ID);
    // An operator needs the instance alone. With the last one the group is empty, and written.
    bench.holds = true;
    let ticket = bench.leave_with(5, "", &[("", Some("a")), ("", Some("b"))]);
    assert!(bench.is_parked(ticket));
    bench.write();
    let errors = bench.left(ticket).members.into_iter().map(|member| member.error_code);
    assert_eq!(errors.collect::<Vec<i16>>(), [0, 0]);
    assert_eq!(bench.state(), "Empty");
    for version in [0, 2, 3, 5] {
        let mut bench = Bench::new();
        let ticket = bench.leave_with(version, "x", &[("x", None)]);
        let answer = bench.left(ticket);
        let (all, each) = if version < 3 { (unknown, 0) } else { (0, 1) };
        assert_eq!((answer.error_code, answer.members.len()), (all, each), "{version}");
    }
}
