//! `rk consume`: what is searched for is found, and nothing else.

use super::{at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::run::Output;

const ORDERS: &str = r#"ann:{"id":1,"item":"tea","price":3.50}
zoe:{"id":2,"item":"coffee","price":12}
ann:{"id":3,"item":"milk","price":1}
bob:{"id":4,"item":"tea","price":40}
"#;

fn orders(brokers: &str) {
    create(brokers, "t", 1);
    send(brokers, "t", &["-K", ":", "-H", "source=web"], ORDERS);
    send(brokers, "t", &["--key", "eve", "-H", "source=phone"], "{\"id\":5,\"item\":\"tea\"}\n");
}

fn consume(brokers: &str, words: &[&str]) -> Output {
    at(brokers, &[&["consume", "t", "-e"][..], words].concat()).run()
}

#[test]
fn records_are_found_by_patterns() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    orders(&brokers);
    let known: &[(&[&str], &str)] = &[
        (&["--grep", "tea"], "0 3 4 "),
        (&["--grep", "!tea"], "1 2 "),
        (&["--grep", "key=^(ann|bob)$"], "0 2 3 "),
        (&["--grep", "tea", "--grep", "!key=ann"], "3 4 "),
        (&["--grep", "header:source=web", "--grep", "tea"], "0 3 "),
        (&["--grep", "header:other=."], ""),
        (&["--grep", "any=phone"], "4 "),
        (&["--grep", "tea", "-n", "2"], "0 3 "),
        (&["--grep", "tea", "--where", "offset=1:"], "3 4 "),
        (&["--jq", "select(.price > 3)"], "0 1 3 "),
        (&["--jq", "select(.item == \"tea\")", "--jq", "select($key != \"bob\")"], "0 4 "),
        (&["--grep", "key=ann", "--jq", "select(.price < 2)"], "2 "),
        (&["--jq", "select($headers.source == \"phone\" and $offset == 4)"], "4 "),
    ];
    for (words, want) in known {
        let words = [words, &["-f", "%o "][..]].concat();
        assert_eq!(consume(&brokers, &words).succeed(), *want, "{words:?}");
    }
}

#[test]
fn what_jq_yields_is_printed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    orders(&brokers);
    let known: &[(&[&str], &str)] = &[
        (&["--jq", ".item"], "\"tea\"\n\"coffee\"\n\"milk\"\n\"tea\"\n\"tea\"\n"),
        (&["--jq", ".item", "--raw", "-n", "2"], "tea\ncoffee\n"),
        (&["--jq", "select(.id == 1) | .id, .price"], "1\n3.50\n"),
        (&["--jq", "select(.id == 2)"], "{\"id\":2,\"item\":\"coffee\",\"price\":12}\n"),
        (&["--jq", "empty"], ""),
        (
            &["--jq", "select(.id == 3)", "--jq", "{i: .item}", "-f", "%k %v\\n"],
            "ann {\"i\":\"milk\"}\n",
        ),
    ];
    for (words, want) in known {
        assert_eq!(consume(&brokers, words).succeed(), *want, "{words:?}");
    }
    let output = consume(&brokers, &["--jq", ".item", "-o", "json", "-n", "1"]);
    let line: serde_json::Value = serde_json::from_str(output.succeed()).unwrap();
    assert_eq!((&line["value"], &line["key"]), (&"\"tea\"".into(), &"ann".into()));
}

#[test]
fn records_are_counted() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    orders(&brokers);
    assert_eq!(consume(&brokers, &["--count"]).succeed(), "5\n");
    assert_eq!(consume(&brokers, &["--count", "--grep", "tea"]).succeed(), "3\n");
    assert_eq!(consume(&brokers, &["--count", "--jq", "select(.price > 3)"]).succeed(), "3\n");
    let table = "COUNT  RESULT\n    3  \"tea\"\n    1  \"coffee\"\n    1  \"milk\"\n";
    assert_eq!(consume(&brokers, &["--count-by", ".item"]).succeed(), table);
    let lines =
        "{\"count\":2,\"result\":\"\\\"ann\\\"\"}\n{\"count\":1,\"result\":\"\\\"bob\\\"\"}\n";
    let words = ["--count-by", "$key", "-o", "json", "--grep", "key=ann|bob"];
    assert_eq!(consume(&brokers, &words).succeed(), lines);
}

#[test]
fn a_value_that_is_not_json_is_told_and_the_run_goes_on() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    send(&brokers, "t", &[], "{\"a\":1}\nnot json\n{\"a\":2}\n");
    let output = consume(&brokers, &["--jq", ".a"]);
    let told = output.fail(3);
    assert_eq!(output.out(), "1\n2\n");
    assert!(told.contains("`t` partition 0 offset 1: the value is not JSON"), "{told}");
    assert!(told.contains("it begins with \"not json\""), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    // What was not looked at is not told.
    assert_eq!(consume(&brokers, &["--grep", "a", "--jq", ".a"]).succeed(), "1\n2\n");
}

#[test]
fn a_mistake_is_found_before_anything_is_read() {
    for (words, told) in [
        (&["--grep", "a("][..], "is not a regular expression"),
        (&["--where", "size=5"], "is not a condition"),
        (&["--jq", ".a |"], "cannot read the jq expression"),
        (&["--jq", "nosuch"], "filter `nosuch` is not known"),
        (&["--count-by", "("], "cannot read the jq expression"),
        (&["--raw"], "--jq"),
        (&["-O", "1:2:3"], "is not a position"),
    ] {
        let output = at("127.0.0.1:1", &[&["consume", "t"][..], words].concat()).run();
        assert!(output.fail(2).contains(told), "{output:?}");
    }
}

#[test]
fn many_chunks_of_many_partitions_are_searched_in_order() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 4);
    let pad = "x".repeat(200);
    let lines: String =
        (0..60_000).map(|i| format!("{i}:{{\"n\":{i},\"pad\":\"{pad}\"}}\n")).collect();
    send(&brokers, "t", &["-K", ":", "-z", "lz4"], &lines);
    assert_eq!(consume(&brokers, &["--count"]).succeed(), "60000\n");
    let output = consume(&brokers, &["--jq", "select(.n % 1000 == 7)", "-f", "%p %o %k\\n"]);
    let mut last = [-1_i64; 4];
    let mut keys: Vec<u64> = Vec::new();
    for line in output.succeed().lines() {
        let all: Vec<i64> = line.split(' ').map(|n| n.parse().unwrap()).collect();
        let before = &mut last[usize::try_from(all[0]).unwrap()];
        assert!(all[1] > *before, "{line}");
        *before = all[1];
        keys.push(all[2].unsigned_abs());
    }
    keys.sort_unstable();
    assert_eq!(keys, (0..60).map(|i| i * 1000 + 7).collect::<Vec<_>>());
    let few = consume(&brokers, &["-n", "7", "--grep", "key=7$", "-f", "%k\\n"]);
    assert_eq!(few.succeed().lines().count(), 7);
    let each = consume(&brokers, &["--per-partition", "3", "-f", "%p\\n"]);
    let mut parts: Vec<&str> = each.succeed().lines().collect();
    parts.sort_unstable();
    assert_eq!(parts, ["0", "0", "0", "1", "1", "1", "2", "2", "2", "3", "3", "3"]);
}

#[test]
fn binary_formats_are_searched_as_the_text_that_is_printed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["-K", ":", "--key-format", "int", "--value-format", "msgpack"];
    send(&brokers, "t", &words, "17:{\"a\":\"tea\"}\n42:{\"a\":1000}\n170:null\n");
    send(&brokers, "t", &[], "broken\n");
    let formats = ["--key-format", "int", "--value-format", "msgpack", "-f", "%o "];
    let known: &[(&[&str], &str, i32)] = &[
        (&["--grep", "key=^17$"], "0 ", 0),
        (&["--grep", "key=17"], "0 2 ", 0),
        (&["--grep", "key=.", "--grep", ":1000"], "1 ", 0),
        (&["--grep", "key=17", "--grep", "!tea"], "2 ", 0),
        // What is no message pack is told only where it is looked at.
        (&["--grep", "tea"], "0 ", 3),
    ];
    for (words, want, code) in known {
        let output = consume(&brokers, &[words, &formats[..]].concat());
        assert_eq!((output.out(), output.code), (*want, *code), "{words:?}");
    }
}
