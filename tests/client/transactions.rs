//! `rk produce --transactional-id`: all of a transaction is there, or nothing of it.

use rustix::process::Signal;

use super::{all, at, create};
use crate::kit::broker::TestBroker;
use crate::kit::run::program;
use crate::kit::wait;

/// What a reader of committed records sees.
fn committed(brokers: &str, topic: &str) -> Vec<String> {
    let words = ["consume", topic, "-e", "-X", "isolation.level=read_committed"];
    let output = at(brokers, &words).run();
    output.succeed().lines().map(str::to_owned).collect()
}

fn offsets(brokers: &str, topic: &str) -> Vec<i64> {
    let output = at(brokers, &["consume", topic, "-e", "-f", "%o\\n"]).run();
    output.succeed().lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn a_run_a_file_or_so_many_records_are_a_transaction() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    // Between two transactions lies a marker, so that an offset is missing there.
    for (topic, per, want) in [
        ("run", None, &[0, 1, 2, 3, 4][..]),
        ("file", Some("file"), &[0, 1, 2, 4, 5]),
        ("two", Some("2"), &[0, 1, 3, 4, 6]),
    ] {
        create(&brokers, topic, 1);
        let mut words = vec!["produce", topic, "a", "b", "--transactional-id", "tx"];
        words.extend(per.iter().flat_map(|per| ["--transaction-per", per]));
        words.push("-v");
        let run = at(&brokers, &words);
        std::fs::write(run.home().join("a"), "1\n2\n3\n").unwrap();
        std::fs::write(run.home().join("b"), "4\n5\n").unwrap();
        let output = run.run();
        assert_eq!(output.code, 0, "{output:?}");
        assert!(output.err().contains("5 records were committed"), "{output:?}");
        assert_eq!(offsets(&brokers, topic), want, "{topic}");
        assert_eq!(committed(&brokers, topic), ["1", "2", "3", "4", "5"], "{topic}");
    }
}

#[test]
fn what_goes_wrong_aborts_the_transaction() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    let words =
        ["topics", "create", "t", "--partitions", "1", "--config", "max.message.bytes=2000"];
    let _ = at(&brokers, &words).run().succeed();
    let produce = |words: &[&str], input: String| {
        let all = [&["produce", "t", "--transactional-id", "tx"][..], words].concat();
        at(&brokers, &all).stdin(input).run()
    };
    let long = "x".repeat(5000);
    let output = produce(&[], format!("1\n{long}\n2\n"));
    let told = output.fail(1);
    assert!(told.contains("line 2: 5000 bytes"), "{told}");
    assert!(told.contains("the transaction was not committed"), "{told}");
    let output = produce(&["-K", ":"], "a:1\nb\n".to_owned());
    let told = output.fail(3);
    assert!(told.contains("cannot read line 2"), "{told}");
    assert!(told.contains("0 records were committed"), "{told}");
    assert_eq!(committed(&brokers, "t"), [""; 0]);
    let output = produce(&["--transaction-per", "2"], format!("1\n2\n3\n{long}\n4\n"));
    let told = output.fail(3);
    assert!(told.contains("2 records were committed before it"), "{told}");
    assert_eq!(committed(&brokers, "t"), ["1", "2"]);
}

#[test]
fn ctrl_c_aborts_the_transaction() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let command = format!(
        "mkfifo f; exec 3<>f; echo one >&3; echo two >&3; \
         exec '{}' produce t --transactional-id tx <f",
        env!("CARGO_BIN_EXE_rk")
    );
    let run = program("/bin/sh", ["-c", &command]);
    let running = run.inherit("PATH").env("RK_BROKERS", &brokers).start();
    wait::until("the records", || (all(&brokers, "t", "%v\\n").len() == 2).then_some(()));
    running.signal(Signal::INT);
    let output = running.finish();
    let told = output.fail(130);
    assert!(told.contains("its 2 records were aborted"), "{told}");
    assert_eq!(committed(&brokers, "t"), [""; 0]);
}
