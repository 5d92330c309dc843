//! `rk consume`: positions, ranges, bounds; compaction gaps; several partitions; regexes.

use super::{at, create, send};
use crate::broker::transacting::Producer;
use crate::kit::broker::TestBroker;
use crate::kit::run::Output;
use crate::kit::wire::Client;

fn run(brokers: &str, words: &[&str]) -> Output {
    at(brokers, &[&["consume", "t", "-f", "%p:%o "][..], words].concat()).run()
}

fn sorted(brokers: &str, words: &[&str]) -> String {
    let output = run(brokers, words);
    let mut all: Vec<&str> = output.succeed().split_whitespace().collect();
    all.sort_unstable();
    all.join(" ")
}

/// Three partitions of ten records, a second apart.
fn thirty(brokers: &str) {
    create(brokers, "t", 3);
    for i in 0..10 {
        let timestamp = (1_700_000_000_000_i64 + i * 1000).to_string();
        for partition in ["0", "1", "2"] {
            send(brokers, "t", &["-p", partition, "--timestamp", &timestamp], &format!("{i}\n"));
        }
    }
}

#[test]
fn a_range_begins_and_ends_where_it_says() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    thirty(&brokers);
    let known: &[(&[&str], &str)] = &[
        (&["-O", "3:5", "-p", "0"], "0:3 0:4"),
        (&["-O", "0=3:5,2=9:"], "0:3 0:4 2:9"),
        (&["-O", "1=8,*=9"], "0:9 1:8 1:9 2:9"),
        (&["-O", "-1"], "0:9 1:9 2:9"),
        (&["-O", "-3:-2"], "0:7 1:7 2:7"),
        (&["-O", "+8:+1", "-p", "2"], "2:8"),
        (&["-O", ":+1"], "0:0 1:0 2:0"),
        (&["-O", "@1700000002:@1700000004", "-p", "1"], "1:2 1:3"),
        (&["-O", "@1700000002:+1500ms", "-p", "1"], "1:2 1:3"),
        (&["--until", "1"], "0:0 1:0 2:0"),
        (&["-O", "8", "--until", "@1700000009"], "0:8 1:8 2:8"),
        (&["-O", "8", "--per-partition", "1"], "0:8 1:8 2:8"),
        (&["-p", "1", "-n", "2"], "1:0 1:1"),
        (&["-O", "5:5"], ""),
        (&["-O", "9:5"], ""),
        (&["--where", "partition=0,2", "--where", "offset=9:"], "0:9 2:9"),
        (&["--where", "!partition=0:2", "--where", "!offset=1:"], "2:0"),
        (&["--where", "time=@1700000003:@1700000004"], "0:3 1:3 2:3"),
    ];
    for (words, want) in known {
        let words = [words, &["-e"][..]].concat();
        assert_eq!(sorted(&brokers, &words), *want, "{words:?}");
    }
    // A range that ends is an end of its own.
    assert_eq!(sorted(&brokers, &["-O", "3:5", "-p", "0"]), "0:3 0:4");
    assert_eq!(sorted(&brokers, &["--until", "@1700000001"]), "0:0 1:0 2:0");
    let told = run(&brokers, &["-O", "7=1"]);
    assert!(told.fail(4).contains("topic `t` has no partition 7: it has 3"), "{told:?}");
}

#[test]
fn sorting_by_time_merges_partitions() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    thirty(&brokers);
    let all: String = (0..10).flat_map(|i| (0..3).map(move |p| format!("{p}:{i} "))).collect();
    assert_eq!(run(&brokers, &["-e", "--sort", "time"]).succeed(), all);
    assert_eq!(run(&brokers, &["-e", "--sort", "time", "-n", "4"]).succeed(), "0:0 1:0 2:0 0:1 ");
    let words = ["-e", "--sort", "time", "--per-partition", "1"];
    assert_eq!(run(&brokers, &words).succeed(), "0:0 1:0 2:0 ");
    let output = run(&brokers, &["--sort", "time", "-O", "0"]);
    assert!(output.fail(2).contains("no end"), "{output:?}");
}

#[test]
fn topics_are_found_by_patterns() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for topic in ["logs-a", "logs-b", "other"] {
        create(&brokers, topic, 1);
        send(&brokers, topic, &[], "1\n");
    }
    let words = ["consume", "--regex", "logs-.*", "-e", "-f", "%t\\n"];
    let output = at(&brokers, &words).run();
    let mut lines: Vec<&str> = output.succeed().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["logs-a", "logs-b"]);
    let output = at(&brokers, &["consume", "--regex", "nope.*", "-e"]).run();
    assert!(output.fail(4).contains("no topic matches"), "{output:?}");
}

#[test]
fn gaps_of_compaction_and_markers_are_no_obstacle_to_the_end() {
    let configs = [("log.cleaner.backoff.ms", "50"), ("transaction.state.log.num.partitions", "2")];
    let broker = TestBroker::with(&configs);
    let brokers = broker.bootstrap();
    let mut words = vec!["topics", "create", "t", "--partitions", "1"];
    for config in [
        "cleanup.policy=compact",
        "segment.ms=50",
        "min.cleanable.dirty.ratio=0.0",
        "min.compaction.lag.ms=0",
    ] {
        words.extend(["--config", config]);
    }
    let _ = at(&brokers, &words).run().succeed();
    for round in 0..5 {
        // Segments end by the records' own times.
        let timestamp = (1_700_000_000_000_i64 + round * 1000).to_string();
        let lines = format!("a:{round}\nb:{round}\n");
        send(&brokers, "t", &["-K", ":", "--timestamp", &timestamp], &lines);
    }
    // What is compacted away leaves gaps; how many is the cleaner's affair.
    let compacted = |_: &()| {
        let output = at(&brokers, &["consume", "t", "-e", "--count"]).run();
        output.succeed().trim().parse::<u64>().ok().filter(|count| *count < 10)
    };
    crate::kit::wait::until("the cleaner", || compacted(&()));
    // So that a record without a key is taken.
    let words = ["topics", "alter", "t", "--config", "cleanup.policy=delete"];
    let words = [&words[..], &["--config", "retention.ms=-1"]].concat();
    let _ = at(&brokers, &words).run().succeed();
    let mut client = Client::connect(broker.address());
    let producer = Producer::new(&mut client, "tx");
    producer.write(&mut client, 0, 0, "last");
    producer.end(&mut client, false);
    let kept = run(&brokers, &["-e", "--isolation", "committed"]);
    assert!(kept.succeed().ends_with("0:8 0:9 "), "{kept:?}");
    let all = run(&brokers, &["-e", "--isolation", "uncommitted"]);
    assert!(all.succeed().ends_with("0:9 0:10 "), "{all:?}");
    // A position inside a gap is the next record that is there.
    assert!(run(&brokers, &["-e", "-O", "1"]).succeed().ends_with("0:9 0:10 "));
    assert_eq!(run(&brokers, &["-e", "-O", "0:1"]).succeed(), "");
}
