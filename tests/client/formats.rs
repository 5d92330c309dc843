//! `--key-format`, `--value-format`, `--header-format` and `--decode`, through the front door.

use serde_json::{Value, json};

use super::{all, at, create, send};
use crate::kit::broker::TestBroker;

/// What `-o json` says of a topic.
fn records(brokers: &str, topic: &str, words: &[&str]) -> Vec<Value> {
    let words = [&["consume", topic, "-e", "-o", "json"][..], words].concat();
    let output = at(brokers, &words).run().succeed().to_owned();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn keys_values_and_headers_are_written_and_read_in_their_formats() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    let known: &[(&str, &str, &str, Value)] = &[
        ("string", "ä", "c3a4", json!("ä")),
        ("json", "{\"a\":1.50}", "7b2261223a312e35307d", json!({"a": 1.5})),
        ("hex", "00ff", "00ff", json!("00ff")),
        ("base64", "AP8=", "00ff", json!("AP8=")),
        ("int", "-2", "fffffffe", json!(-2)),
        ("long", "258", "0000000000000102", json!(258)),
        ("short", "7", "0007", json!(7)),
        ("float", "0.5", "3f000000", json!(0.5)),
        ("double", "-0.1", "bfb999999999999a", json!(-0.1)),
        ("boolean", "true", "01", json!(true)),
        ("msgpack", "{\"a\":[1,null]}", "81a1619201c0", json!({"a": [1, null]})),
        ("u16le", "258", "0201", json!(258)),
        ("pack:>h c s", "-1 a bc", "ffff616263", json!("-1 a bc")),
    ];
    for (i, (format, text, bytes, value)) in known.iter().enumerate() {
        let topic = format!("t{i}");
        create(&brokers, &topic, 1);
        let formats = ["--key-format", format, "--value-format", format, "--header-format", format];
        let line = format!("h=>{text}\t{text}|{text}");
        let words = [
            &formats[..],
            &["--property", "parse.headers=true", "--property", "headers.key.separator==>"],
            &["--property", "headers.separator=;", "-K", "|"],
        ]
        .concat();
        send(&brokers, &topic, &words, &line);
        let raw = all(&brokers, &topic, "%k{hex} %v{hex} %h[h]{hex}\\n");
        assert_eq!(raw, [format!("{bytes} {bytes} {bytes}")], "{format}");
        let found = records(&brokers, &topic, &formats);
        assert_eq!(found[0]["key"], *value, "{format}");
        assert_eq!(found[0]["value"], *value, "{format}");
        assert_eq!(found[0]["headers"], json!([{"key": "h", "value": value}]), "{format}");
        // And as JSON they go back in.
        let words = [&["consume", &topic, "-e", "-o", "json"][..], &formats].concat();
        let printed = at(&brokers, &words).run().succeed().to_owned();
        let words = [&["produce", &topic, "--input", "json"][..], &formats].concat();
        let _ = at(&brokers, &words).stdin(printed).run().succeed();
        assert_eq!(
            all(&brokers, &topic, "%k{hex} %v{hex} %h[h]{hex}\\n"),
            [raw.clone(), raw].concat()
        );
    }
}

#[test]
fn what_is_something_else_is_told_and_the_run_goes_on() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let hex = "0000000000000001\n68656c6c6f\n1f8b0800\n0000000000000002\n000000002a06666f6f\n";
    send(&brokers, "t", &["--value-format", "hex"], hex);
    for words in [
        &["consume", "t", "-e", "--value-format", "long"][..],
        &["consume", "t", "-e", "-f", "%v{long}\\n"],
    ] {
        let output = at(&brokers, words).run();
        let told = output.fail(3);
        assert_eq!(output.out(), "1\n2\n", "{words:?}");
        let want = "\
error: `t` partition 0 offset 1: the value is not a long: it is 5 bytes long, not 8: 68656c6c6f, \
which may be text\n\
error: `t` partition 0 offset 2: the value is not a long: it is 4 bytes long, not 8: 1f8b0800, \
which may be gzip\n\
error: `t` partition 0 offset 4: the value is not a long: it is 9 bytes long, not 8: \
000000002a06666f6f, which may be a Schema Registry's framing with the schema id 42\n";
        assert_eq!(told, want, "{words:?}");
    }
    let output = at(&brokers, &["produce", "t", "--value-format", "int"]).stdin("1\nx\n2\n").run();
    let told = output.fail(3);
    assert!(told.contains("cannot read line 2 at byte 2"), "{told}");
    assert!(told.contains("the value cannot be written as an int: `x` is no integer"), "{told}");
    let output = at(&brokers, &["consume", "t", "--value-format", "avro"]).run();
    assert!(output.fail(2).contains("there is no schema"), "{output:?}");
}

#[test]
fn auto_says_once_what_it_took_things_for() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let hex = "7b2261223a20317d\n5b325d\n00000007\n000000002a06666f6f\n81a16101\n68690a\n";
    send(&brokers, "t", &["--value-format", "hex", "--key", "k"], hex);
    let words = ["consume", "t", "-e", "--decode", "auto", "-f", "%k:%v\\n"];
    let output = at(&brokers, &words).run();
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(
        output.stdout,
        b"k:{\"a\":1}\nk:[2]\nk:7\nk:\0\0\0\0\x2a\x06foo\nk:{\"a\":1}\nk:hi\n\n"
    );
    let want = "\
note: keys of `t` are taken for text
note: values of `t` are taken for JSON
note: values of `t` are taken for an int
note: values of `t` are taken for a Schema Registry's framing with the schema id 42, and printed \
as they are
note: values of `t` are taken for MessagePack
note: values of `t` are taken for text\n";
    assert_eq!(output.err(), want);
    // A format that is named is not guessed.
    let words = ["--decode", "auto", "--value-format", "hex", "-q"];
    let found = records(&brokers, "t", &words);
    assert_eq!(found[2]["value"], json!("00000007"));
    let found = records(&brokers, "t", &["--decode", "auto"]);
    assert_eq!(found[0]["value"], json!({"a": 1}));
    assert_eq!(found[3]["value"], json!("\0\0\0\0*\u{6}foo"));
}

#[test]
fn everything_a_template_knows_of_a_record_is_printed() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    create(&brokers, "t", 1);
    let words = ["--key", "k", "-H", "a=1", "-H", "b", "--timestamp", "1700000000123"];
    send(&brokers, "t", &words, "v\n");
    let format = "%t %p %o %d{rfc3339} %d{s} %d{strftime[%Y]} %a{timestamp-type} %e{hex4} %H %h[a] \
                  %h{%k=%v;} %h{json} %K %V{big8}%%\\n";
    let want = "t 0 0 2023-11-14T22:13:20.123Z 1700000000 2023 CreateTime 0 2 1 a=1;b=; \
                [{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":null}] 1 \u{1}%";
    assert_eq!(all(&brokers, "t", format), [want]);
    send(&brokers, "t", &["--null-marker", "N"], "N\n");
    let words = ["consume", "t", "-e", "-O", "1", "-f", "%k|%v\\n", "--null-marker", "nil"];
    assert_eq!(at(&brokers, &words).run().succeed(), "nil|nil\n");
}

#[test]
fn the_grammar_is_a_manual_page() {
    let page = crate::kit::run::rk(["man", "format"]).run().succeed().to_owned();
    for part in ["rk-format", "%h{%k=%v;}", "little64", "--keep-partition", "strftime"] {
        assert!(page.replace("\\-", "-").replace("\\%", "%").contains(part), "{part}\n{page}");
    }
}
