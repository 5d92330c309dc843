//! What `rk produce` reads, and what it makes up.

use super::{all, at, create, send};
use crate::kit::broker::TestBroker;

#[test]
fn lines_end_at_any_delimiter() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for (i, (delimiter, text, want)) in [
        ("\\0", "a\nb\0c", &["610a62", "63"][..]),
        ("--\\n", "a--\nb-\n--\n--\nc--", &["61", "622d0a", "", "632d2d"]),
        ("\\r\\n", "a\r\nb\n\r\n", &["61", "620a"]),
    ]
    .iter()
    .enumerate()
    {
        let topic = format!("t{i}");
        create(&brokers, &topic, 1);
        send(&brokers, &topic, &["-D", delimiter], text);
        let output = at(&brokers, &["consume", &topic, "-e", "-f", "%v{hex}\\n"]).run();
        assert_eq!(output.succeed().lines().collect::<Vec<_>>(), *want, "{delimiter}");
    }
}

#[test]
fn each_file_may_be_a_record() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let run = at(&brokers, &["produce", "t", "a", "b", "c", "--input", "file", "--key", "k"]);
    let text = "line\n".repeat(50_000);
    for (name, text) in [("a", text.as_str()), ("b", ""), ("c", "no newline")] {
        std::fs::write(run.home().join(name), text).unwrap();
    }
    let _ = run.run().succeed();
    let words = ["consume", "t", "-e", "-f", "%o %k %V\\n"];
    assert_eq!(at(&brokers, &words).run().succeed(), "0 k 250000\n1 k 0\n2 k 10\n");
    // One that is larger than may be sent is told, and those after it are sent.
    let run = at(&brokers, &["produce", "t", "a", "c", "--input", "file"]);
    std::fs::write(run.home().join("a"), vec![0; 3_000_000]).unwrap();
    std::fs::write(run.home().join("c"), "last").unwrap();
    let output = run.run();
    let told = output.fail(3);
    assert!(told.contains("record 1 of `a`: 3000000 bytes are more than"), "{told}");
    assert!(told.contains("1 record was not delivered to `t`, 1 were"), "{told}");
}

#[test]
fn rows_of_csv_are_json_objects() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let csv = "id,name\n1,\"Ann, \"\"A\"\"\"\n2,Zoë\n";
    let words = ["--input", "csv", "--key-column", "id", "--key-format", "int"];
    send(&brokers, "t", &words, csv);
    send(&brokers, "t", &["--input", "tsv"], "a\tb\n1\t\n");
    let words = ["consume", "t", "-e", "-f", "%k{hex} %v\\n"];
    let want = "00000001 {\"id\":\"1\",\"name\":\"Ann, \\\"A\\\"\"}\n\
                00000002 {\"id\":\"2\",\"name\":\"Zoë\"}\n {\"a\":\"1\",\"b\":\"\"}\n";
    assert_eq!(at(&brokers, &words).run().succeed(), want);
    let output = at(&brokers, &["produce", "t", "--input", "csv"]).stdin("a,b\n1,2\n3\n").run();
    let told = output.fail(3);
    assert!(told.contains("cannot read row 2 at byte 8"), "{told}");
}

#[test]
fn headers_stand_before_the_key_as_in_the_console_producer() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["--property", "parse.headers=true", "--property", "parse.key=true"];
    let words = [&words[..], &["--property", "null.marker=NIL", "-H", "first=0"]].concat();
    let lines = "a:1,b:NIL\tk\tv\nNIL\tNIL\tNIL\na:\tk\tv\n";
    send(&brokers, "t", &words, lines);
    let words = ["consume", "t", "-e", "-f", "%h %k %K %v %V\\n"];
    let want = "first=0,a=1,b=NULL k 1 v 1\nfirst=0  -1  -1\nfirst=0,a= k 1 v 1\n";
    assert_eq!(at(&brokers, &words).run().succeed(), want);
}

#[test]
fn invented_records_are_the_same_for_the_same_seed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let template = r#"{"id":{{seq}},"by":"{{name}}","n":{{int 1 6}}}"#;
    let words = |seed: &'static str| {
        ["produce", "t", "--generate", template, "--key", "{{uuid}}", "-n", "50", "--seed", seed]
    };
    for seed in ["1", "1", "2"] {
        let _ = at(&brokers, &words(seed)).run().succeed();
    }
    let found = at(&brokers, &["consume", "t", "-e", "-f", "%k %v\\n"]).run();
    let lines: Vec<&str> = found.succeed().lines().collect();
    assert_eq!(lines.len(), 150);
    assert_eq!(lines[..50], lines[50..100]);
    assert_ne!(lines[..50], lines[100..]);
    assert!(lines[49].contains(r#" {"id":49,"by":""#), "{}", lines[49]);
}

#[test]
fn a_rate_is_kept() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["produce", "t", "--generate", "{{now}}", "-n", "21", "--rate", "50"];
    let _ = at(&brokers, &words).run().succeed();
    let times = all(&brokers, "t", "%v\\n");
    let [first, last] = [&times[0], &times[20]].map(|text| text.parse::<i64>().unwrap());
    // Twenty pauses of 20 ms: no less, however busy the machine is.
    assert!(last - first >= 390, "{} ms", last - first);
}

#[test]
fn a_dry_run_shows_where_records_would_go_and_sends_nothing() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 5);
    let lines: String = (0..40).map(|i| format!("key{}:v{i}\n", i * i)).collect();
    for partitioner in ["murmur2_random", "murmur2", "consistent", "fnv1a", "round-robin"] {
        let topic = partitioner.replace('-', "_");
        create(&brokers, &topic, 5);
        let words = ["produce", &topic, "-K", ":", "--partitioner", partitioner, "-H", "a"];
        let shown = at(&brokers, &[&words[..], &["--dry-run"]].concat()).stdin(lines.clone()).run();
        let shown = shown.succeed().to_owned();
        assert_eq!(all(&brokers, &topic, "%v\\n"), [""; 0]);
        let _ = at(&brokers, &words).stdin(lines.clone()).run().succeed();
        let there = all(&brokers, &topic, "%p %k %v %h\\n");
        // And what is shown can be sent, to where it says.
        let words = ["produce", "t", "--input", "json", "--keep-partition"];
        let _ = at(&brokers, &words).stdin(shown).run().succeed();
        assert_eq!(all(&brokers, "t", "%p %k %v %h\\n"), there, "{partitioner}");
        create_anew(&brokers, "t");
    }
    let output = at(&brokers, &["produce", "nope", "--dry-run"]).stdin("v\n").run();
    assert!(output.fail(4).contains("topic `nope` does not exist"), "{output:?}");
    let output = at(&brokers, &["produce", "t", "--dry-run", "-v"]).stdin("1\n2\n").run();
    assert_eq!(output.code, 0);
    assert!(output.err().contains("2 records would be sent"), "{output:?}");
}

#[test]
fn the_sticky_partitioner_fills_one_partition_after_the_other() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 3);
    // 16 KiB to each: 17 records of 1000 bytes.
    let lines = format!("{}\n", "x".repeat(1000)).repeat(68);
    send(&brokers, "t", &["--partitioner", "sticky"], &lines);
    let words = ["consume", "t", "-e", "-f", "%p\\n"];
    let output = at(&brokers, &words).run();
    let mut counts = [0; 3];
    output.succeed().lines().for_each(|line| counts[line.parse::<usize>().unwrap()] += 1);
    counts.sort_unstable();
    assert_eq!(counts, [17, 17, 34]);
    // Keys are of no account to it, and chance alone decides for the random one.
    let keyed: String = (0..300).map(|_| "k:v\n").collect();
    create(&brokers, "sticky", 3);
    send(&brokers, "sticky", &["-K", ":", "--partitioner", "sticky"], &keyed);
    create(&brokers, "random", 3);
    send(&brokers, "random", &["-K", ":", "--partitioner", "random"], &keyed);
    for (topic, partitions) in [("sticky", 1), ("random", 3)] {
        let mut used = all(&brokers, topic, "%p\\n");
        used.dedup();
        assert_eq!(used.len(), partitions, "{topic}");
    }
}

fn create_anew(brokers: &str, topic: &str) {
    let _ = at(brokers, &["topics", "delete", topic, "--yes"]).run().succeed();
    create(brokers, topic, 5);
}

#[test]
fn a_count_ends_the_reading() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &["-n", "2"], "1\n2\n3\n");
    send(&brokers, "t", &["-n", "0"], "4\n");
    assert_eq!(all(&brokers, "t", "%v\\n"), ["1", "2"]);
}
