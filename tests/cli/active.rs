//! A group while somebody is in it: what is shown, and what is refused.

use rk::wire::messages::share_group_heartbeat::ShareGroupHeartbeatRequest;
use serde_json::Value;

use crate::kit::broker::TestBroker;
use crate::kit::run::{Output, rk};
use crate::kit::wait::until;
use crate::kit::wire::Client;

fn ask(address: &str, line: &str) -> Output {
    rk(line.split_whitespace()).env("RK_BROKERS", address).run()
}

fn described(address: &str, line: &str) -> Vec<Value> {
    let ran = ask(address, line);
    match ran.code {
        0 => serde_json::from_str::<Vec<Value>>(ran.out()).unwrap(),
        _ => Vec::new(),
    }
}

#[test]
fn a_group_in_use_is_shown_and_left_alone() {
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    ask(&address, "topics create t --partitions 2").succeed();
    let lines: String = (0..10).map(|n| format!("{n}\n")).collect();
    let sent = rk(["produce", "t"]).env("RK_BROKERS", &address).stdin(lines).run();
    sent.succeed();

    let consume = "consume t -g g --from-beginning -X client.id=me -X auto.commit.interval.ms=50";
    let member = rk(consume.split(' ')).env("RK_BROKERS", &address).start();
    let rows = until("all is committed", || {
        let rows = described(&address, "groups describe g -o json");
        let is_done = rows.len() == 2 && rows.iter().all(|row| row["lag"] == 0);
        is_done.then_some(rows)
    });
    let committed: i64 = rows.iter().filter_map(|row| row["current_offset"].as_i64()).sum();
    assert_eq!(committed, 10);
    for row in &rows {
        assert_eq!(row["log_end_offset"], row["current_offset"]);
        assert_eq!((&row["client_id"], &row["host"]), (&"me".into(), &"/127.0.0.1".into()));
    }

    let states = described(&address, "groups describe g --state -o json");
    assert_eq!((&states[0]["state"], &states[0]["member_count"]), (&"Stable".into(), &1.into()));
    assert_eq!(states[0]["coordinator"], address.as_str());
    let members = described(&address, "groups describe g --members -o json");
    assert_eq!(members[0]["assignment"], "t:0,1");
    assert_eq!(members[0]["consumer_id"], rows[0]["consumer_id"]);

    let refused = "error: cannot reset offsets of group `g`\n  \
                   caused by: it is in use: its state is Stable and it has 1 member\n  \
                   hint: stop its members, and wait until their session has ended\n";
    for how in ["--dry-run", "--execute"] {
        let line = format!("groups reset-offsets --group g --all-topics --to-earliest {how}");
        let ran = ask(&address, &line);
        assert_eq!((ran.out(), ran.fail(1)), ("", refused));
    }
    let ran = ask(&address, "groups delete g --yes");
    assert!(ran.fail(1).contains("NON_EMPTY_GROUP (68)"), "{ran:?}");

    member.signal(rustix::process::Signal::INT);
    let _ = member.finish();
    let plan = "groups reset-offsets --group g --all-topics --shift-by -2 --execute -o json";
    let plan = until("the group is empty", || {
        let rows = described(&address, plan);
        (!rows.is_empty()).then_some(rows)
    });
    let moved: i64 = plan.iter().filter_map(|row| row["new_offset"].as_i64()).sum();
    let rows = described(&address, "groups describe g -o json");
    let now: i64 = rows.iter().filter_map(|row| row["current_offset"].as_i64()).sum();
    assert_eq!(now, moved);
    assert!(now < 10);
}

#[test]
fn a_share_group_has_start_offsets_that_move_while_nobody_is_in_it() {
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    ask(&address, "topics create t --partitions 1").succeed();
    let lines: String = (0..10).map(|n| format!("{n}\n")).collect();
    rk(["produce", "t"]).env("RK_BROKERS", &address).stdin(lines).run().succeed();
    let mut client = Client::connect(broker.address());
    let mut beat = |member_epoch| {
        let subscribed_topic_names = (member_epoch == 0).then(|| vec!["t".to_owned()]);
        let beat = ShareGroupHeartbeatRequest {
            group_id: "s".into(),
            member_id: "m".into(),
            member_epoch,
            subscribed_topic_names,
            ..Default::default()
        };
        assert_eq!(client.call(1, &beat).error_code, 0);
    };
    beat(0);
    let reset = "groups reset-offsets --group s --topic t --to-offset 4 --execute -o json";
    assert!(ask(&address, reset).fail(1).contains("it is in use: its state is Stable"));
    beat(-1);
    let plan = described(&address, reset);
    assert_eq!((&plan[0]["old_offset"], &plan[0]["new_offset"]), (&Value::Null, &4.into()));
    let rows = described(&address, "groups describe s -o json");
    assert_eq!((&rows[0]["topic"], &rows[0]["start_offset"]), (&"t".into(), &4.into()));
    assert_eq!(rows[0]["lag"], 6);
    let plan = described(&address, "groups reset-offsets -g s --all-topics --shift-by 2 -o json");
    assert_eq!((&plan[0]["old_offset"], &plan[0]["new_offset"]), (&4.into(), &6.into()));
    let states = described(&address, "groups describe s --state -o json");
    assert_eq!((&states[0]["type"], &states[0]["state"]), (&"Share".into(), &"Empty".into()));
    ask(&address, "groups delete s --yes").succeed();
    assert!(described(&address, "groups list -o json").is_empty());
}
