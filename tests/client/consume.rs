//! `rk consume`: from where, to where, in which form, and without a trace.

use std::time::Duration;

use rk::base::clock::Moment;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{all, at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::run::program;
use crate::kit::wait;

fn numbers(range: std::ops::Range<i32>) -> String {
    range.map(|i| format!("{i}\n")).collect()
}

/// A partition of ten records, a second apart.
fn ten(brokers: &str) {
    create(brokers, "t", 1);
    for i in 0..10 {
        let timestamp = (1_700_000_000_000_i64 + i * 1000).to_string();
        send(brokers, "t", &["--timestamp", &timestamp], &format!("{i}\n"));
    }
}

fn consume(brokers: &str, words: &[&str]) -> String {
    let words = [&["consume", "t"][..], words].concat();
    at(brokers, &words).run().succeed().to_owned()
}

#[test]
fn it_begins_where_the_words_say() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    ten(&brokers);
    let known: &[(&[&str], std::ops::Range<i32>)] = &[
        (&[], 0..10),
        (&["--from-beginning"], 0..10),
        (&["-O", "beginning"], 0..10),
        (&["-O", "end"], 0..0),
        (&["-O", "7"], 7..10),
        (&["-O", "-3"], 7..10),
        (&["-O", "-99"], 0..10),
        (&["-O", "@1700000004000"], 4..10),
        (&["-O", "@2023-11-14T22:13:24.500Z"], 5..10),
        (&["-O", "@1900000000000"], 0..0),
        (&["-O", "3", "-n", "2"], 3..5),
        (&["-n", "0"], 0..0),
        (&["-p", "0"], 0..10),
    ];
    for (words, range) in known {
        let words = [words, &["-e"][..]].concat();
        assert_eq!(consume(&brokers, &words), numbers(range.clone()), "{words:?}");
    }
    let output = at(&brokers, &["consume", "t", "-O", "99", "-e"]).run();
    assert_eq!(output.succeed(), "");
    assert!(output.err().contains("ends at offset 10"), "{output:?}");
}

#[test]
fn it_ends_where_the_topic_ended_when_it_began() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 5);
    assert_eq!(consume(&brokers, &["-e"]), "", "empty partitions end at once");
    send(&brokers, "t", &["-p", "3"], &numbers(0..3));
    assert_eq!(consume(&brokers, &["-e"]), numbers(0..3));
    assert_eq!(consume(&brokers, &["--from-beginning", "--timeout", "300ms"]), numbers(0..3));
    assert_eq!(consume(&brokers, &["-e", "-g", "g", "--from-beginning"]), numbers(0..3));
}

#[test]
fn json_loses_nothing() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["produce", "t", "-K", ":", "--null-marker", "NIL", "-H", "h=1", "-H", "h"];
    let words = [&words[..], &["--timestamp", "1700000000000"]].concat();
    let _ = at(&brokers, &words).stdin(b"k:\xff\"\nNIL:NIL\n:\n".to_vec()).run().succeed();
    let lines: Vec<Value> = consume(&brokers, &["-e", "-o", "json"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let record = |offset: i64, part: Value| {
        let mut record = json!({
            "topic": "t", "partition": 0, "offset": offset, "timestamp": 1_700_000_000_000_i64,
            "timestamp_type": "CreateTime",
            "headers": [{"key": "h", "value": "1"}, {"key": "h", "value": null}],
        });
        record.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        record
    };
    assert_eq!(lines.len(), 3);
    let want = [
        record(0, json!({"key": "k", "value_base64": "/yI="})),
        record(1, json!({"key": null, "value": null})),
        record(2, json!({"key": "", "value": ""})),
    ];
    for (line, want) in lines.iter().zip(&want) {
        assert_eq!(line.as_object().unwrap().len(), want.as_object().unwrap().len());
        for (name, value) in want.as_object().unwrap() {
            assert_eq!(&line[name], value, "{name}");
        }
    }
}

#[test]
fn several_topics_are_read_together() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for topic in ["t", "u"] {
        create(&brokers, topic, 2);
        send(&brokers, topic, &[], "1\n2\n");
    }
    let output = at(&brokers, &["consume", "t", "-t", "u", "-e", "-f", "%t%v\\n"]).run();
    let mut lines: Vec<&str> = output.succeed().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["t1", "t2", "u1", "u2"]);
}

#[test]
fn without_a_group_no_group_comes_into_being() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "1\n");
    assert_eq!(consume(&brokers, &["-e"]), "1\n");
    let words = ["topics", "list", "--internal", "-o", "json"];
    let topics = at(&brokers, &words).run().succeed().to_owned();
    assert!(!topics.contains("__consumer_offsets"), "{topics}");
}

#[test]
fn what_is_not_there_is_told() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 2);
    create(&brokers, "orders", 1);
    let known: &[(&[&str], i32, &str)] = &[
        (&["consume", "nope", "-e"], 4, "topic `nope` does not exist"),
        (&["consume", "order", "-e"], 4, "hint: did you mean `orders`?"),
        (&["consume", "t", "-p", "2", "-e"], 4, "topic `t` has no partition 2: it has 2"),
        (&["consume", "t", "-f", "%v%y"], 2, "character 3: `%y` prints nothing known"),
        (&["consume", "t", "-g", "g", "-O", "5"], 2, "rk groups reset-offsets --group g"),
        (&["consume", "t", "-X", "isolation.level=none"], 2, "isolation.level"),
    ];
    for (words, code, text) in known {
        let output = at(&brokers, words).run();
        let told = output.fail(*code);
        assert!(told.contains(text), "{told}");
    }
    // Asking for a topic that is not there does not create it.
    assert!(!at(&brokers, &["topics", "list"]).run().succeed().contains("nope"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..100_000));
    let command = format!(
        "{{ '{}' consume t --from-beginning; echo \"code $?\" >&2; }} | head -n 2",
        env!("CARGO_BIN_EXE_rk")
    );
    let run = program("/bin/sh", ["-c", &command]);
    let output = run.inherit("PATH").env("RK_BROKERS", &brokers).run();
    assert_eq!(output.succeed(), "0\n1\n");
    assert_eq!(output.err(), "code 0\n");
}

#[test]
fn a_closed_pipe_is_noticed_while_nothing_comes() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..2));
    let command = format!(
        "{{ '{}' consume t --from-beginning; echo \"code $?\" >&2; }} | head -n 2",
        env!("CARGO_BIN_EXE_rk")
    );
    let run = program("/bin/sh", ["-c", &command]);
    let output = run.inherit("PATH").env("RK_BROKERS", &brokers).run();
    assert_eq!(output.succeed(), "0\n1\n");
    assert_eq!(output.err(), "code 0\n");
}

#[test]
fn what_comes_later_is_printed_at_once() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let run = at(&brokers, &["consume", "t", "--from-beginning", "-n", "2"]);
    let running = run.start();
    send(&brokers, "t", &[], "1\n");
    send(&brokers, "t", &[], "2\n");
    let output = running.finish();
    assert_eq!(output.succeed(), "1\n2\n");
}

#[test]
fn a_lost_cluster_is_told() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "1\n");
    let rk = env!("CARGO_BIN_EXE_rk");
    let command = format!("exec '{rk}' consume t --from-beginning >out 2>err");
    let run = program("/bin/sh", ["-c", &command]);
    let (out, err) = (run.home().join("out"), run.home().join("err"));
    let running = run.inherit("PATH").env("RK_BROKERS", &brokers).start();
    wait::until("the record", || std::fs::read_to_string(&out).ok().filter(|text| text == "1\n"));
    drop(broker);
    let told = "note: the connection to the cluster is lost; trying again until it is back\n";
    wait::until("the note", || std::fs::read_to_string(&err).ok().filter(|text| text == told));
    running.signal(Signal::INT);
    let _ = running.finish().fail(130);
}

#[test]
fn ctrl_c_ends_it() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "1\n");
    let rk = env!("CARGO_BIN_EXE_rk");
    let command = format!("exec '{rk}' consume t -g g --from-beginning >out");
    let run = program("/bin/sh", ["-c", &command]);
    let out = run.home().join("out");
    let running = run.inherit("PATH").env("RK_BROKERS", &brokers).start();
    wait::until("the record", || std::fs::read_to_string(&out).ok().filter(|text| text == "1\n"));
    running.signal(Signal::INT);
    assert_eq!(running.finish().fail(130), "");
    // It has committed and has left.
    assert_eq!(consume(&brokers, &["-e", "-g", "g"]), "");
    assert_eq!(all(&brokers, "t", "%v\\n"), ["1"]);
}

#[test]
fn the_first_record_is_there_soon() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 4);
    send(&brokers, "t", &[], "1\n");
    // The best of several: the machine may be busy with other tests, and the build is slow.
    let once = |_| {
        let began = Moment::now();
        assert_eq!(consume(&brokers, &["--from-beginning", "-n", "1"]), "1\n");
        began.elapsed()
    };
    let best = (0..10).map(once).min().unwrap();
    assert!(best < Duration::from_millis(500), "{best:?}");
}

#[test]
fn a_member_ends_where_it_is_told_to() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    ten(&brokers);
    let known: &[(&[&str], std::ops::Range<i32>)] = &[
        (&["--until", "3"], 0..3),
        (&["--until", "-6"], 3..4),
        (&["--until", "@1700000006"], 4..6),
        (&["--until", "5"], 6..6),
        (&["--until", "99", "-e"], 6..10),
    ];
    for (words, range) in known {
        let words = [words, &["-g", "g"][..]].concat();
        assert_eq!(consume(&brokers, &words), numbers(range.clone()), "{words:?}");
    }
    let output = at(&brokers, &["consume", "t", "-g", "g", "--until", "+5"]).run();
    assert!(output.fail(2).contains("begins where it has committed"), "{output:?}");
}
