//! `rk produce`: bytes arrive as they were, and what does not arrive is told.

use rk::base::hash::partition_of_key;
use rustix::process::Signal;

use super::{all, at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::rng::Rng;
use crate::kit::run::program;
use crate::kit::wait;

#[test]
fn lines_become_records_and_come_back_byte_for_byte() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let mut bytes = Rng::new("lines").bytes(200_000);
    bytes.extend(b"\r\n\n\0\nlast without newline");
    let _ = at(&brokers, &["produce", "t"]).stdin(bytes.clone()).run().succeed();
    let output = at(&brokers, &["consume", "t", "-e"]).run();
    assert_eq!(output.code, 0, "{output:?}");
    bytes.push(b'\n');
    assert!(output.stdout == bytes, "{} and {} bytes", output.stdout.len(), bytes.len());
}

#[test]
fn keys_decide_partitions_as_in_java() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 7);
    let keys: Vec<String> =
        (0..100).map(|i| format!("k\u{e9}{}", i * i)).chain(["".into()]).collect();
    let lines: String = keys.iter().map(|key| format!("{key}::v\n")).collect();
    send(&brokers, "t", &["-K", "::"], &lines);
    let mut want: Vec<String> = (keys.iter())
        .map(|key| format!("{} {key} v", partition_of_key(key.as_bytes(), 7)))
        .collect();
    want.sort();
    assert_eq!(all(&brokers, "t", "%p %k %v\\n"), want);
}

#[test]
fn a_record_has_what_the_words_say() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 3);
    let words = [
        "--key",
        "k",
        "--header",
        "a=1",
        "--header",
        "a=",
        "--header",
        "b",
        "--partition",
        "2",
        "--timestamp",
        "1700000000123",
        "--null-marker",
        "NIL",
        "-z",
        "zstd",
    ];
    send(&brokers, "t", &words, "v\nNIL\n\n");
    let format = "%p %o %d %k %K [%v] %V %h\\n";
    assert_eq!(
        all(&brokers, "t", format),
        [
            "2 0 1700000000123 k 1 [v] 1 a=1,a=,b=NULL",
            "2 1 1700000000123 k 1 [] -1 a=1,a=,b=NULL",
            "2 2 1700000000123 k 1 [] 0 a=1,a=,b=NULL",
        ]
    );
}

#[test]
fn files_are_read_in_order_and_the_console_producer_s_words_are_known() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["produce", "t", "a", "-", "a", "--property", "parse.key=true"];
    let run = at(&brokers, &words).stdin("k\tstdin");
    std::fs::write(run.home().join("a"), "k\tfile").unwrap();
    let _ = run.run().succeed();
    assert_eq!(all(&brokers, "t", "%o %k=%v\\n"), ["0 k=file", "1 k=stdin", "2 k=file"]);
}

#[test]
fn a_line_without_the_separator_ends_the_reading_and_loses_nothing() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let output = at(&brokers, &["produce", "t", "-K", ":"]).stdin("a:1\nb:2\nc\nd:4\n").run();
    let told = output.fail(3);
    assert!(told.contains("cannot read line 3 at byte 8"), "{told}");
    assert!(told.contains("the key separator, `:`, is not in it"), "{told}");
    assert!(told.contains("2 records were delivered"), "{told}");
    assert_eq!(all(&brokers, "t", "%k%v\\n"), ["a1", "b2"]);
    send(&brokers, "t", &["-K", ":", "--no-separator", "value"], "c\nd:4\n");
    assert_eq!(all(&brokers, "t", "%k%v\\n"), ["a1", "b2", "c", "d4"]);
}

#[test]
fn what_is_too_large_is_told_with_its_line_and_the_rest_arrives() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    let words =
        ["topics", "create", "t", "--partitions", "1", "--config", "max.message.bytes=2000"];
    let _ = at(&brokers, &words).run().succeed();
    let long = "x".repeat(5000);
    // The third line is within what the client sends, and beyond what the broker takes.
    let close = "y".repeat(1950);
    let mut lines = format!("1\n{long}\n{close}\n");
    lines.extend((0..500).map(|i| format!("{}\n", "z".repeat(i % 200))));
    let output = at(&brokers, &["produce", "t"]).stdin(lines).run();
    let told = output.fail(3);
    assert!(told.contains("2 records were not delivered to `t`, 501 were"), "{told}");
    assert!(told.contains("line 2: 5000 bytes"), "{told}");
    assert!(told.contains("line 3: the broker answered MESSAGE_TOO_LARGE (10)"), "{told}");
    assert_eq!(all(&brokers, "t", "%o\\n").len(), 501);
}

#[test]
fn a_topic_that_is_not_there_is_created_only_where_brokers_do_so() {
    let broker = TestBroker::start();
    send(&broker.bootstrap(), "new", &[], "v\n");
    assert_eq!(all(&broker.bootstrap(), "new", "%v\\n"), ["v"]);
    let broker = TestBroker::with(&[("auto.create.topics.enable", "false")]);
    let output = at(&broker.bootstrap(), &["produce", "new"]).stdin("v\n").run();
    let told = output.fail(4);
    assert!(told.contains("topic `new` does not exist"), "{told}");
    assert!(told.contains("hint: create it with `rk topics create new`"), "{told}");
}

#[test]
fn no_broker_is_told_at_once() {
    for words in
        [&["produce", "t"][..], &["consume", "t"], &["topics", "list"], &["groups", "list"]]
    {
        let told = at("127.0.0.1:1", words).run().fail(1).to_owned();
        assert!(told.contains("127.0.0.1:1") && told.contains("connection refused"), "{told}");
        assert!(told.contains("rk dev"), "{told}");
    }
}

#[test]
fn every_acknowledgement_and_codec_delivers() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    let lines: String = (0..300).map(|i| format!("{i:04}\n")).collect();
    for (option, values) in [
        ("--acks", &["0", "1", "all"][..]),
        ("--compression", &["none", "gzip", "snappy", "lz4", "zstd"]),
    ] {
        for value in values {
            let topic = format!("t{option}-{value}");
            create(&brokers, &topic, 1);
            send(&brokers, &topic, &[option, value], &lines);
            // With `--acks 0` nobody says when the records are there.
            wait::until("the records", || {
                let found = all(&brokers, &topic, "%v\\n");
                (found.len() == 300).then(|| assert_eq!(found, lines.lines().collect::<Vec<_>>()))
            });
        }
    }
}

#[test]
fn ctrl_c_delivers_what_was_read() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    // The pipe stays open: what ends the run is the signal.
    let command = format!(
        "mkfifo f; exec 3<>f; echo one >&3; echo two >&3; exec '{}' produce t <f",
        env!("CARGO_BIN_EXE_rk")
    );
    let run = program("/bin/sh", ["-c", &command]);
    let running = run.inherit("PATH").env("RK_BROKERS", &brokers).start();
    wait::until("the records", || (all(&brokers, "t", "%v\\n").len() == 2).then_some(()));
    running.signal(Signal::INT);
    let output = running.finish();
    let told = output.fail(130);
    assert!(told.contains("interrupted: 2 records were delivered"), "{told}");
}
