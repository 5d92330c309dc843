//! Formats against Kafka's own serializers and deserializers, and lines against its console
//! producer: the same bytes both ways.

use crate::kit::broker::TestBroker;
use crate::kit::kafka::{Kafka, find};
use crate::kit::run::{on_path, program, rk};

/// A format of ours, Kafka's class, and texts that both must take for the same bytes.
const FORMATS: &[(&str, &str, &[&str])] = &[
    ("int", "Integer", &["0", "-1", "2147483647", "-2147483648"]),
    ("long", "Long", &["0", "-1", "9223372036854775807"]),
    ("short", "Short", &["7", "-32768"]),
    ("float", "Float", &["0.5", "-1.25", "NaN"]),
    ("double", "Double", &["0.1", "-123456.789", "Infinity"]),
    ("boolean", "Boolean", &["true", "false"]),
    ("uuid", "UUID", &["123e4567-e89b-12d3-a456-426614174000"]),
    ("string", "String", &["\u{e4}\u{1f600}", ""]),
];

fn produce(broker: &str, topic: &str, words: &[&str], lines: &str) {
    let words = [&["produce", topic][..], words].concat();
    let _ = rk(words).env("RK_BROKERS", broker).stdin(lines).run().succeed();
}

fn consume(broker: &str, topic: &str, words: &[&str]) -> String {
    let words = [&["consume", topic, "-e"][..], words].concat();
    rk(words).env("RK_BROKERS", broker).run().succeed().to_owned()
}

/// What Kafka's console consumer prints of a topic's records.
fn kafka_reads(kafka: &Kafka, broker: &str, topic: &str, class: &str, count: usize) -> String {
    let class = format!("org.apache.kafka.common.serialization.{class}Deserializer");
    let count = count.to_string();
    let words = ["--bootstrap-server", broker, "--topic", topic, "--from-beginning"];
    let words = [
        &words[..],
        &["--max-messages", &count, "--timeout-ms", "60000"],
        &["--key-deserializer", &class, "--value-deserializer", &class],
        &["--formatter-property", "print.key=true"],
    ]
    .concat();
    kafka.verb("console-consumer", words).run().succeed().to_owned()
}

#[test]
fn kafka_s_deserializers_read_what_we_write() {
    let Some(kafka) = find() else { return };
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    for (format, class, texts) in FORMATS {
        let words = ["-K", "|", "--key-format", format, "--value-format", format];
        let lines: String = texts.iter().map(|text| format!("{text}|{text}\n")).collect();
        let _ = rk(["topics", "create", format, "--partitions", "1"])
            .env("RK_BROKERS", &address)
            .run()
            .succeed();
        produce(&address, format, &words, &lines);
        let found = kafka_reads(&kafka, &address, format, class, texts.len());
        let want: String = texts.iter().map(|text| format!("{text}\t{text}\n")).collect();
        assert_eq!(found, want, "{format}");
        // And we read them back.
        let words = ["-f", "%k\\t%v\\n", "--key-format", format, "--value-format", format];
        assert_eq!(consume(&address, format, &words), want, "{format}");
    }
}

#[test]
fn lines_become_the_records_that_the_console_producer_makes_of_them() {
    let Some(kafka) = find() else { return };
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    let lines = "a:1,b:2\tk\tv\nNIL\tNIL\tNIL\na:NIL,c:\tk\t\na:x:y,\tk\tv\tw\n";
    let properties = ["parse.headers=true", "parse.key=true", "null.marker=NIL"];
    let print = ["-f", "%h{json} %K %k %V %v\\n"];
    let mut found = Vec::new();
    for ours in [true, false] {
        let topic = if ours { "ours" } else { "kafkas" };
        let _ = rk(["topics", "create", topic, "--partitions", "1"])
            .env("RK_BROKERS", &address)
            .run()
            .succeed();
        let words = properties.iter().flat_map(|property| ["--reader-property", property]);
        let words: Vec<&str> = words.collect();
        match ours {
            true => produce(&address, topic, &words, lines),
            false => {
                let own = ["--bootstrap-server", &address, "--topic", topic];
                let words = [&own[..], &words].concat();
                let _ = kafka.verb("console-producer", words).stdin(lines).run().succeed();
            }
        }
        found.push(consume(&address, topic, &print));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].lines().count(), 4, "{}", found[0]);
}

/// Records with everything that kcat can print.
const RECORDS: &str = r#"
{"partition":0,"timestamp":1700000000000,"key":null,"value":"v","headers":[]}
{"partition":1,"timestamp":1700000000001,"key":"k","value":"\"a\"\n\u0001ü😀\\","headers":[]}
{"partition":0,"timestamp":1700000000002,"key":"","value":null,"headers":[]}
{"partition":0,"timestamp":5,"key":"n","value":"","headers":[{"key":"a","value":"1"},{"key":"b","value":""},{"key":"a","value":null}]}
"#;

#[test]
fn what_kcat_prints_is_read_and_its_letters_print_the_same() {
    let Some(kcat) = on_path("kcat") else { return };
    let broker = TestBroker::start();
    let address = broker.bootstrap();
    for topic in ["a", "b"] {
        let words = ["topics", "create", topic, "--partitions", "2"];
        let _ = rk(words).env("RK_BROKERS", &address).run().succeed();
    }
    let json = ["--input", "json", "--keep-partition", "--keep-timestamp"];
    produce(&address, "a", &json, RECORDS);
    let binary = [&json[..], &["--value-format", "hex", "--header-format", "hex"]].concat();
    produce(
        &address,
        "a",
        &binary,
        r#"{"partition":1,"timestamp":9,"value":"ff000a80","headers":{"h":"fe"}}"#,
    );
    let kcat = |words: &[&str]| {
        let all = [&["-b", &address, "-C", "-t", "a", "-e", "-q"][..], words].concat();
        let output = program(&kcat, all).run();
        assert_eq!(output.code, 0, "{output:?}");
        output.stdout
    };
    let words = ["produce", "b"];
    let words = [&words[..], &json].concat();
    let _ = rk(words).env("RK_BROKERS", &address).stdin(kcat(&["-J"])).run().succeed();
    for partition in ["0", "1"] {
        let there = ["a", "b"].map(|topic| {
            let found = consume(&address, topic, &["-o", "json", "-p", partition]);
            found.replace(&format!("\"topic\":\"{topic}\""), "")
        });
        assert_eq!(there[0], there[1]);
        let format = r"%t %p %o %k %K %s %S %R %T %h %%\n";
        let words = ["consume", "a", "-e", "-p", partition, "-f", format];
        let ours = rk(words).env("RK_BROKERS", &address).run();
        assert_eq!(ours.stdout, kcat(&["-p", partition, "-f", format]));
    }
}
