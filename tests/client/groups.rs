//! `rk consume --group`: what was printed is committed, all of it and nothing else.

use super::{at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::wait;

fn numbers(range: std::ops::Range<i32>) -> String {
    range.map(|i| format!("{i}\n")).collect()
}

fn consume(brokers: &str, words: &[&str]) -> String {
    let words = [&["consume", "t", "-g", "g"][..], words].concat();
    at(brokers, &words).run().succeed().to_owned()
}

#[test]
fn all_groups_are_described_when_asked_for() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "1\n");
    for group in ["g", "h"] {
        let words = ["consume", "t", "-g", group, "-n", "1", "--from-beginning"];
        let _ = at(&brokers, &words).run().succeed();
    }
    let words = ["groups", "describe", "--all-groups", "-o", "csv"];
    let output = at(&brokers, &words).run();
    let lines: Vec<&str> = output.succeed().lines().skip(1).collect();
    assert_eq!(lines, ["g,t,0,1,1,0,,,", "h,t,0,1,1,0,,,"]);
}

#[test]
fn a_group_goes_on_where_it_was() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..100));
    assert_eq!(consume(&brokers, &["--from-beginning", "-n", "10"]), numbers(0..10));
    assert_eq!(consume(&brokers, &["-n", "5"]), numbers(10..15));
    assert_eq!(consume(&brokers, &["--from-beginning", "-e"]), numbers(15..100));
    assert_eq!(consume(&brokers, &["-e"]), "");
    send(&brokers, "t", &[], "more\n");
    assert_eq!(consume(&brokers, &["-e"]), "more\n");
}

#[test]
fn a_new_group_begins_at_the_end_or_with_e_at_the_beginning() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..3));
    assert_eq!(consume(&brokers, &["--timeout", "300ms"]), "");
    let words = ["consume", "t", "-g", "h", "-e"];
    assert_eq!(at(&brokers, &words).run().succeed(), numbers(0..3));
}

#[test]
fn members_share_and_nothing_is_printed_twice_or_lost() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 4);
    let keyed =
        |range: std::ops::Range<i32>| -> String { range.map(|i| format!("k{i}:{i}\n")).collect() };
    let words = ["consume", "t", "-g", "g", "--from-beginning", "-n", "1000"];
    send(&brokers, "t", &["-K", ":"], &keyed(0..1500));
    let first = at(&brokers, &words).start();
    let second = at(&brokers, &words).start();
    send(&brokers, "t", &["-K", ":"], &keyed(1500..2000));
    let (first, second) = (first.finish(), second.finish());
    let mut seen: Vec<i32> = (first.succeed().lines())
        .chain(second.succeed().lines())
        .map(|line| line.parse().unwrap())
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..2000).collect::<Vec<_>>());
    assert_eq!(consume(&brokers, &["-e"]), "");
}

#[test]
fn describe_shows_what_was_committed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..10));
    assert_eq!(consume(&brokers, &["--from-beginning", "-n", "4"]), numbers(0..4));
    wait::until("the group to be empty", || {
        let words = ["groups", "describe", "g", "-o", "json"];
        let output = at(&brokers, &words).run();
        let told = output.succeed();
        let is = |part: &str| told.replace(' ', "").contains(part);
        (is("\"current_offset\":4") && is("\"log_end_offset\":10") && is("\"lag\":6")).then_some(())
    });
}

/// What `groups describe` says of the one partition: committed offset and lag.
fn standing(brokers: &str) -> String {
    let words = ["groups", "describe", "g", "-o", "csv"];
    let output = at(brokers, &words).run();
    let line = output.succeed().lines().nth(1).unwrap().to_owned();
    let columns: Vec<&str> = line.split(',').collect();
    format!("{} {}", columns[3], columns[5])
}

#[test]
fn both_protocols_and_static_members_go_on_where_they_were() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..20));
    let new = ["--group-protocol", "consumer"];
    let read = |words: &[&str]| consume(&brokers, &[&["--from-beginning"][..], words].concat());
    assert_eq!(read(&[&new[..], &["-n", "5"]].concat()), numbers(0..5));
    assert_eq!(read(&["--group-protocol", "classic", "-n", "5"]), numbers(5..10));
    assert_eq!(read(&["--group-instance-id", "one", "-n", "3"]), numbers(10..13));
    assert_eq!(read(&["--group-instance-id", "one", "-e"]), numbers(13..20));
    assert_eq!(standing(&brokers), "20 0");
}

#[test]
fn commits_are_made_when_the_words_say() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], &numbers(0..20));
    let read = |words: &[&str]| consume(&brokers, &[&["--from-beginning"][..], words].concat());
    assert_eq!(read(&["--commit", "on-exit", "-n", "5"]), numbers(0..5));
    assert_eq!(standing(&brokers), "5 15");
    assert_eq!(read(&["--commit", "never", "-n", "5"]), numbers(5..10));
    assert_eq!(standing(&brokers), "5 15");
    // What a search passes over is dealt with as well.
    assert_eq!(read(&["--grep", "1[5-9]", "-e"]), numbers(15..20));
    assert_eq!(standing(&brokers), "20 0");
}

#[test]
fn offsets_are_reset_by_the_same_positions() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &["--timestamp", "1700000000000"], &numbers(0..10));
    send(&brokers, "t", &["--timestamp", "1700000009000"], &numbers(10..20));
    assert_eq!(consume(&brokers, &["-e"]), numbers(0..20));
    for (to, want) in
        [("beginning", 0), ("-3", 17), ("+4", 4), ("12", 12), ("@1700000005", 10), ("end", 20)]
    {
        let words = ["groups", "reset-offsets", "--group", "g", "--topic", "t", "--execute"];
        let words = [&words[..], &["--to", to, "-o", "csv"]].concat();
        let _ = at(&brokers, &words).run().succeed();
        assert_eq!(standing(&brokers), format!("{want} {}", 20 - want), "{to}");
    }
}
