//! What `rk consume` prints, `rk produce` reads: topics are copied record for record.

use super::{all, at, create};
use crate::kit::broker::TestBroker;
use crate::kit::rng::Rng;

/// Everything that a record may be, as record JSON; partitions are 0 to 2.
fn awkward() -> Vec<String> {
    let record = |partition: usize, timestamp: &str, rest: &str| {
        format!(r#"{{"partition":{partition},"timestamp":{timestamp},{rest}}}"#)
    };
    let headers = r#"{"key":"h","value":"1"},{"key":"h","value":null},{"key":"h","value":""}"#;
    let odd = r#"{"key":"","value":""},{"key":"=,;","value":"=,;\n"}"#;
    let controls: String = (0..0x20).map(|code| format!("\\u{code:04x}")).collect();
    let huge = "x".repeat(900_000);
    vec![
        record(0, "1", r#""key":null,"value":null,"headers":[]"#),
        record(1, "1700000000000", r#""key":"","value":"","headers":[]"#),
        record(2, "-1", r#""key":"k","value":null,"headers":[]"#),
        record(2, "5", r#""key":null,"value":"v","headers":[]"#),
        record(0, "6", r#""key_base64":"/w==","value_base64":"AP+A","headers":[]"#),
        record(0, "7", &format!(r#""key":"NULL","value":"null","headers":[{headers},{headers}]"#)),
        record(
            1,
            "8",
            &format!(
                r#""key":"a\nb\t\u0000\u001b[2J\"\\","value":"\r\n\u0001\u007f","headers":[{odd}]"#
            ),
        ),
        record(
            1,
            "9",
            r#""key":"ä→😀","value":"{\"a\": [1, 2]}","headers":[{"key":"ü","value_base64":"/w=="}]"#,
        ),
        record(0, "10", &format!(r#""key":null,"value":"{huge}","headers":[]"#)),
        record(2, "11", &format!(r#""key":"{controls}","value":"","headers":[]"#)),
        // The Unix epoch itself, between others of its partition.
        record(1, "0", r#""key":"zero","value":"0","headers":[{"key":"h","value":null}]"#),
        record(1, "0", r#""key":null,"value":null,"headers":[]"#),
        record(1, "12", r#""key":"after","value":"","headers":[]"#),
        record(0, "0", r#""key":"last","value":"","headers":[]"#),
    ]
}

/// What a topic has, partition by partition, without the topic's name.
fn json(brokers: &str, topic: &str) -> Vec<String> {
    let mut found = Vec::new();
    for partition in ["0", "1", "2"] {
        let words = ["consume", topic, "-e", "-o", "json", "-p", partition];
        let output = at(brokers, &words).run().succeed().to_owned();
        let own = format!("\"topic\":\"{topic}\",");
        found.extend(output.lines().map(|line| line.replace(&own, "")));
    }
    found
}

const KEEP: &[&str] = &["--keep-partition", "--keep-timestamp"];

#[test]
fn a_topic_with_every_awkward_record_is_copied_exactly() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for topic in ["a", "b", "c"] {
        create(&brokers, topic, 3);
    }
    let lines = awkward();
    let words = [&["produce", "a", "--input", "json"][..], KEEP].concat();
    let _ = at(&brokers, &words).stdin(lines.join("\n")).run().succeed();
    let there = json(&brokers, "a");
    assert_eq!(there.len(), lines.len());
    // What went in is what is there.
    let mut bare: Vec<String> = there
        .iter()
        .map(|line| {
            let line = line.replace(",\"timestamp_type\":\"CreateTime\"", "");
            let line = line.replace(",\"timestamp_type\":null", "");
            let (before, after) = line.split_once(",\"offset\":").unwrap();
            format!("{before},{}", after.split_once(',').unwrap().1)
        })
        .collect();
    let parsed = |lines: &[String]| {
        let mut all: Vec<_> = (lines.iter())
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap().to_string())
            .collect();
        all.sort();
        all
    };
    bare.sort();
    for (found, want) in parsed(&bare).iter().zip(parsed(&lines)) {
        let short = |text: &str| text.chars().take(300).collect::<String>();
        assert!(*found == want, "{} is not {}", short(found), short(&want));
    }
    // Through a file, and through a pipe with other blanks: the same again.
    let printed = at(&brokers, &["consume", "a", "-e", "-o", "json"]).run();
    for (topic, text) in [
        ("b", printed.succeed().to_owned()),
        ("c", format!("[\n{}\n]", printed.out().trim().replace('\n', " ,\n\t"))),
    ] {
        let words = [&["produce", topic, "--input", "json"][..], KEEP].concat();
        let _ = at(&brokers, &words).stdin(text).run().succeed();
        assert!(json(&brokers, topic) == there, "{topic}");
    }
}

#[test]
fn a_topic_goes_through_a_format_string_and_is_the_same() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "a", 3);
    let words = [&["produce", "a", "--input", "json"][..], KEEP].concat();
    let _ = at(&brokers, &words).stdin(awkward().join("\n")).run().succeed();
    let there = json(&brokers, "a");
    let formats = [
        "%p %d %K{hex} %V{big32}%k%v %h{json}\\n",
        "%p{big16}%d{little64}%H %h{%K %V %k%v}%K{hex32}%S{little32}%k{hex}%v{base64}",
        "%p;%d;%H;%h{%K;%V;%k{base64}%v{hex}|}%K;%k;%R%s",
    ];
    for (i, format) in formats.iter().enumerate() {
        let copy = format!("copy{i}");
        create(&brokers, &copy, 3);
        let output = at(&brokers, &["consume", "a", "-e", "-f", format]).run();
        assert_eq!(output.code, 0, "{output:?}");
        let words = [&["produce", &copy, "-f", format][..], KEEP].concat();
        let _ = at(&brokers, &words).stdin(output.stdout).run().succeed();
        assert!(json(&brokers, &copy) == there, "{format}");
    }
}

#[test]
fn random_records_survive_lines_of_hexadecimal() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let mut rng = Rng::new("hexadecimal");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut lines: Vec<String> = (0..300)
        .map(|_| {
            let (key, value) = (rng.below(20), rng.below(200));
            format!("{}:{}", hex(&rng.bytes(key)), hex(&rng.bytes(value)))
        })
        .collect();
    let words = ["produce", "t", "-K", ":", "--key-format", "hex", "--value-format", "hex"];
    let _ = at(&brokers, &words).stdin(lines.join("\n")).run().succeed();
    lines.sort();
    assert_eq!(all(&brokers, "t", "%k{hex}:%v{hex}\\n"), lines);
}

#[test]
fn what_cannot_be_kept_is_told() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 2);
    let known: &[(&[&str], &str, i32, &str)] = &[
        (
            &["--keep-partition"],
            r#"{"partition":2,"value":"v"}"#,
            3,
            "it was in partition 2, and the topic has 2",
        ),
        (&["--keep-partition"], r#"{"value":"v"}"#, 3, "nothing says in which partition it was"),
        (
            &["--keep-timestamp", "--transactional-id", "x"],
            r#"{"timestamp":0,"value":"v"}"#,
            3,
            "a timestamp of 0 cannot be sent in a transaction",
        ),
        (&[], "{\"value\":\"v\"}\n{\"vlaue\":1}", 3, "cannot read record 2 at byte 24"),
        (&[], r#"{"value":"#, 3, "the input ends within an object"),
        (&["--null-marker", "x"], "", 2, "--null-marker is for lines, files and --format"),
    ];
    for (words, text, code, told) in known {
        let words = [&["produce", "t", "--input", "json"][..], words].concat();
        let output = at(&brokers, &words).stdin(*text).run();
        let err = output.fail(*code);
        assert!(err.contains(told), "{err}");
    }
    let cut = at(&brokers, &["produce", "t", "-f", "%V %v"]).stdin("1 a5 bc").run();
    let err = cut.fail(3);
    assert!(err.contains("cannot read record 2 at byte 7"), "{err}");
    assert!(err.contains("5 bytes are wanted where 2 remain"), "{err}");
    assert!(err.contains("1 record was delivered"), "{err}");
    let open = at(&brokers, &["produce", "t", "-f", "%k%v"]).stdin("").run();
    assert!(open.fail(2).contains("nothing says where the key ends"), "{open:?}");
}
