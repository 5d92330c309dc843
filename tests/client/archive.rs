//! `rk topics copy`, `archive` and `restore`: what comes out is what went in.

use rustix::process::Signal;

use super::{all, at, create, send};
use crate::broker::transacting::Producer;
use crate::kit::broker::TestBroker;
use crate::kit::rng::Rng;
use crate::kit::run::{Output, Run};
use crate::kit::wait;
use crate::kit::wire::Client;

/// Everything but the offset, which is not kept.
const RECORD: &str = "%p %T [%K %k] [%V %v] %h\\n";

/// A topic with three partitions and every odd record there is, of 20 records and more.
fn odd(broker: &TestBroker) -> String {
    let brokers = broker.bootstrap();
    let words = ["topics", "create", "t", "--partitions", "3", "--config", "retention.ms=-1"];
    let _ = at(&brokers, &words).run().succeed();
    let nulls = ["-K", ":", "--null-marker", "NIL", "-p", "1", "--timestamp", "1700000000000"];
    let headers = ["-H", "h=1", "-H", "h", "-H", "h="];
    send(&brokers, "t", &[&nulls[..], &headers].concat(), "k:v\nNIL:NIL\n:\nk:NIL\nNIL:v\n");
    let lines: String = (0..5000).map(|i| format!("{i}:{}\n", "x".repeat(i % 300))).collect();
    send(&brokers, "t", &["-K", ":", "-z", "gzip"], &lines);
    let mut client = Client::connect(broker.address());
    let producer = Producer::new(&mut client, "tx");
    for (round, commits) in [true, false, true].into_iter().enumerate() {
        let sequence = i32::try_from(round).unwrap();
        producer.write(&mut client, 0, sequence, if commits { "kept" } else { "aborted" });
        producer.end(&mut client, commits);
    }
    brokers
}

fn broker() -> TestBroker {
    TestBroker::with(&[("transaction.state.log.num.partitions", "2")])
}

fn committed(brokers: &str, topic: &str) -> Vec<String> {
    let words = ["consume", topic, "-e", "--isolation", "committed", "-f", RECORD];
    let output = at(brokers, &words).run();
    // In the order of each partition.
    let mut lines: Vec<String> = output.succeed().lines().map(str::to_owned).collect();
    lines.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
    lines
}

fn in_folder(brokers: &str, folder: &std::path::Path, words: &[&str]) -> Run {
    at(brokers, words).in_folder(folder)
}

fn done(output: &Output) -> String {
    let _ = output.succeed();
    output.err().to_owned()
}

#[test]
fn a_topic_comes_back_out_of_its_file() {
    let (broker, folder) = (broker(), tempfile::tempdir().unwrap());
    let brokers = odd(&broker);
    let run = |words: &[&str]| in_folder(&brokers, folder.path(), words).run();
    assert!(done(&run(&["topics", "archive", "t", "t.rk"])).contains("archived 5007 records"));
    assert!(!folder.path().join("t.rk.part").exists());
    let told = done(&run(&["topics", "restore", "t.rk", "u"]));
    assert!(told.contains("restored 5007 records to `u`"), "{told}");
    let want = committed(&brokers, "t");
    assert_eq!(want.len(), 5007);
    assert_eq!(committed(&brokers, "u"), want);
    let described = run(&["topics", "describe", "u", "-o", "json"]);
    assert!(described.succeed().contains("retention.ms"), "{described:?}");
    // What is there is neither written over nor added to.
    let again = run(&["topics", "archive", "t", "t.rk"]);
    assert!(again.fail(1).contains("is there already"), "{again:?}");
    let again = run(&["topics", "restore", "t.rk", "u"]);
    assert!(again.fail(1).contains("has records already"), "{again:?}");
    let told = done(&run(&["topics", "restore", "t.rk", "u", "--resume"]));
    assert!(told.contains("restored 5007 records"), "{told}");
    assert_eq!(committed(&brokers, "u"), want);
    let missing = run(&["topics", "archive", "nope", "n.rk"]);
    assert!(missing.fail(4).contains("does not exist"), "{missing:?}");
}

#[test]
fn an_archive_goes_on_where_it_was_cut() {
    let (broker, folder) = (broker(), tempfile::tempdir().unwrap());
    let brokers = odd(&broker);
    let run = |words: &[&str]| in_folder(&brokers, folder.path(), words).run();
    let _ = run(&["topics", "archive", "t", "t.rk"]).succeed();
    let whole = std::fs::read(folder.path().join("t.rk")).unwrap();
    let part = folder.path().join("u.rk.part");
    for share in [30, 60, 95, 100] {
        std::fs::write(&part, &whole[..whole.len() * share / 100]).unwrap();
        assert!(done(&run(&["topics", "archive", "t", "u.rk"])).contains("archived 5007 records"));
        let target = format!("u{share}");
        let _ = run(&["topics", "restore", "u.rk", &target]).succeed();
        assert_eq!(committed(&brokers, &target), committed(&brokers, "t"));
        std::fs::remove_file(folder.path().join("u.rk")).unwrap();
    }
    std::fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    create(&brokers, "other", 1);
    let other = run(&["topics", "archive", "other", "u.rk"]);
    assert!(other.fail(1).contains("it is an archive of `t`"), "{other:?}");
    // Another topic of the same name has not what is missing.
    let _ = run(&["topics", "delete", "t", "--yes"]).succeed();
    create(&brokers, "t", 3);
    let other = run(&["topics", "archive", "t", "u.rk"]);
    assert!(other.fail(1).contains("has not any more what is missing"), "{other:?}");
}

#[test]
fn a_damaged_file_is_refused_as_a_whole() {
    let (broker, folder) = (broker(), tempfile::tempdir().unwrap());
    let brokers = odd(&broker);
    let run = |words: &[&str]| in_folder(&brokers, folder.path(), words).run();
    let _ = run(&["topics", "archive", "t", "t.rk"]).succeed();
    let path = folder.path().join("t.rk");
    let whole = std::fs::read(&path).unwrap();
    let mut wrong = whole.clone();
    wrong[whole.len() / 2] ^= 1;
    for (bytes, told) in [
        (&wrong[..], "the checksum of what begins at byte"),
        (&whole[..whole.len() - 3], "it ends in the middle"),
        (&whole[..0], "it does not begin as an archive does"),
        (b"something else, and long enough", "it does not begin as an archive does"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let output = run(&["topics", "restore", "t.rk", "u"]);
        assert!(output.fail(1).contains(told), "{output:?}");
    }
    assert!(!run(&["topics", "list", "-o", "plain"]).succeed().lines().any(|name| name == "u"));
}

#[test]
fn a_topic_is_copied_within_a_cluster_and_to_another() {
    let (broker, other) = (broker(), TestBroker::start());
    let brokers = odd(&broker);
    let want = committed(&brokers, "t");
    let told = done(&at(&brokers, &["topics", "copy", "t", "u"]).run());
    assert!(told.contains("copied 5007 records from `t` to `u`"), "{told}");
    assert_eq!(committed(&brokers, "u"), want);
    let elsewhere = other.bootstrap();
    let words = ["topics", "copy", "t", "t", "--to-brokers", &elsewhere];
    assert!(done(&at(&brokers, &words).run()).contains("copied 5007 records"));
    assert_eq!(committed(&elsewhere, "t"), want);
    let same = at(&brokers, &["topics", "copy", "t", "t"]).run();
    assert!(same.fail(2).contains("they are the same topic"), "{same:?}");
    let full = at(&brokers, &["topics", "copy", "t", "u"]).run();
    assert!(full.fail(1).contains("has records already"), "{full:?}");
}

#[test]
fn a_copy_goes_on_where_an_earlier_one_ended() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 2);
    for partition in ["0", "1"] {
        let words = ["-p", partition, "-K", ":", "--timestamp", "1700000000000"];
        send(&brokers, "t", &words, &(0..100).map(|i| format!("k{i}:v{i}\n")).collect::<String>());
    }
    let begun = |topic: &str, key: &str| {
        create(&brokers, topic, 2);
        let words = ["-p", "1", "-K", ":", "--timestamp", "1700000000000"];
        let lines: String = (0..30).map(|i| format!("{key}{i}:v{i}\n")).collect();
        send(&brokers, topic, &words, &lines);
    };
    begun("u", "k");
    let told = done(&at(&brokers, &["topics", "copy", "t", "u", "--resume"]).run());
    assert!(told.contains("copied 200 records"), "{told}");
    assert_eq!(all(&brokers, "u", RECORD), all(&brokers, "t", RECORD));
    begun("w", "x");
    let output = at(&brokers, &["topics", "copy", "t", "w", "--resume"]).run();
    assert!(output.fail(1).contains("an earlier run did not write it"), "{output:?}");
}

#[test]
fn batches_that_are_too_large_are_copied_in_parts() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let lines: String = (0..500).map(|i| format!("{i}:{}\n", "y".repeat(50))).collect();
    send(&brokers, "t", &["-K", ":"], &lines);
    let small = ["topics", "create", "u", "--partitions", "1", "--config"];
    let _ = at(&brokers, &[&small[..], &["max.message.bytes=1000"]].concat()).run().succeed();
    let _ = at(&brokers, &["topics", "copy", "t", "u"]).run().succeed();
    assert_eq!(committed(&brokers, "u"), committed(&brokers, "t"));
    let tiny = [&small[..2], &["w"], &small[3..], &["max.message.bytes=20"]].concat();
    let _ = at(&brokers, &tiny).run().succeed();
    let output = at(&brokers, &["topics", "copy", "t", "w"]).run();
    assert!(output.fail(1).contains("MESSAGE_TOO_LARGE"), "{output:?}");
}

/// Starts `rk`, and kills it as soon as `is_time`. Returns whether it was still at work.
fn killed(run: Run, is_time: impl Fn() -> bool) -> bool {
    let mut running = run.start();
    wait::until("the time to kill it", || (running.has_ended() || is_time()).then_some(()));
    running.signal(Signal::KILL);
    running.finish().code == 128 + Signal::KILL.as_raw()
}

#[test]
fn what_is_killed_in_the_middle_is_gone_on_with() {
    let (broker, folder) = (TestBroker::start(), tempfile::tempdir().unwrap());
    let brokers = broker.bootstrap();
    create(&brokers, "t", 3);
    let mut rng = Rng::new("killed");
    let mut line = |i: usize| {
        let text: String = rng.bytes(200).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{i}:{text}\n")
    };
    let lines: String = (0..20_000).map(&mut line).collect();
    send(&brokers, "t", &["-K", ":", "-H", "h=1", "-H", "h"], &lines);
    let want = committed(&brokers, "t");
    assert_eq!(want.len(), 20_000);
    let run = |words: &[&str]| in_folder(&brokers, folder.path(), words);
    let part = folder.path().join("t.rk.part");
    let size = || part.metadata().map_or(0, |file| file.len());
    let mut kills = 0;
    for share in [1, 2_000_000] {
        let from = size();
        let is_time = || size() >= from + share;
        kills += u32::from(killed(run(&["topics", "archive", "t", "t.rk"]), is_time));
    }
    assert!(kills > 0, "it was never killed at work");
    let told = done(&run(&["topics", "archive", "t", "t.rk"]).run());
    assert!(told.contains("it goes on after") && told.contains("20000 records"), "{told}");
    let count = |topic: &str| -> u64 {
        let output = at(&brokers, &["consume", topic, "-e", "--count"]).run();
        if output.code == 0 { output.out().trim().parse().unwrap() } else { 0 }
    };
    for (topic, words) in
        [("u", ["topics", "restore", "t.rk", "u"]), ("w", ["topics", "copy", "t", "w"])]
    {
        let mut kills = u32::from(killed(run(&words), || count(topic) > 0));
        let resumed = [&words[..], &["--resume"]].concat();
        let there = count(topic);
        kills += u32::from(killed(run(&resumed), || count(topic) > there));
        let told = done(&run(&resumed).run());
        assert!(told.contains("20000 records"), "{told}");
        assert!(committed(&brokers, topic) == want, "{topic}, killed {kills} times");
    }
}
