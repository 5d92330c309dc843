//! The clients of other people: each produces, joins a group, reads everything, commits, leaves,
//! and finds its place again.

use std::path::PathBuf;

use rk::base::hash::partition_of_key;

use crate::kit::run::{on_path, program};
use crate::kit::{path, skipped};

/// How many records each client produces, before one more.
const COUNT: usize = 50;
/// How many partitions a topic has that nobody created.
const PARTITIONS: i32 = 4;

/// Returns what every client must have read: a record a line, with tabs between partition,
/// offset, key and value. Keys go where Java would put them, each partition in order.
fn expected() -> String {
    let mut keys: Vec<String> = (0..COUNT).map(|i| format!("key-{i}")).collect();
    keys.push("last".to_owned());
    let mut rows: Vec<(i32, i64, String)> = Vec::new();
    for key in keys {
        let partition = partition_of_key(key.as_bytes(), PARTITIONS);
        let offset = rows.iter().filter(|row| row.0 == partition).count();
        rows.push((partition, i64::try_from(offset).unwrap(), key));
    }
    rows.sort();
    let line = |(p, o, key): &(i32, i64, String)| format!("{p}\t{o}\t{key}\tvalue of {key}\n");
    rows.iter().map(line).collect()
}

/// Kafkacat, as Debian has it.
pub(super) fn kcat(address: &str) {
    let Some(kcat) = on_path("kcat") else { return skipped("kcat is not here") };
    let run = |stdin: String, words: &str| {
        let words = ["-b", address, "-q"].into_iter().chain(words.split(' '));
        program(&kcat, words).stdin(stdin).run().succeed().to_owned()
    };
    let line = |key: String| format!("{key}:value of {key}\n");
    let produce = "-P -t kcat-topic -K : -X topic.partitioner=murmur2_random -z lz4";
    let group = "-G kcat-group -X auto.offset.reset=earliest -f %p\\t%o\\t%k\\t%s\\n -c";
    run((0..COUNT).map(|i| line(format!("key-{i}"))).collect(), produce);
    let first = run(String::new(), &format!("{group} {COUNT} kcat-topic"));
    run(line("last".to_owned()), produce);
    let second = run(String::new(), &format!("{group} 1 kcat-topic"));
    let without_group = "-C -t kcat-topic -o beginning -e -f %p\\t%o\\t%k\\t%s\\n";
    let all = run(String::new(), without_group);
    assert_eq!(sorted(&(first + &second)), expected(), "kcat in a group");
    assert_eq!(sorted(&all), expected(), "kcat without a group");
    let listed = run(String::new(), "-L -t kcat-topic");
    assert!(listed.contains("topic \"kcat-topic\" with 4 partitions"), "{listed}");
}

/// Sorts records as [`expected`] does: by partition and offset, as numbers.
fn sorted(text: &str) -> String {
    let mut lines: Vec<(i32, i64, &str)> = Vec::new();
    for line in text.lines() {
        let mut words = line.splitn(3, '\t');
        let mut word = || words.next().unwrap_or_else(|| panic!("{line}"));
        lines.push((word().parse().unwrap(), word().parse().unwrap(), word()));
    }
    lines.sort();
    lines.iter().map(|(p, o, rest)| format!("{p}\t{o}\t{rest}\n")).collect()
}

/// Returns a Python that has a module: `RK_PYTHON`, the one in `target/venv`, or the one on the
/// path.
fn python_with(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("RK_PYTHON").map(PathBuf::from);
    let ours = path("../target/venv/bin/python");
    let found = named.into_iter().chain([ours]).chain(on_path("python3")).find(|python| {
        let import = format!("import {module}");
        python.is_file() && program(python, ["-c", &import]).inherit("PATH").run().code == 0
    });
    if found.is_none() {
        skipped(&format!("no Python with {module} is here (set RK_PYTHON)"));
    }
    found
}

fn python(address: &str, module: &str, script: &str) {
    let Some(python) = python_with(module) else { return };
    let script = path("interop/python").join(script);
    let (topic, group) = (format!("{module}-topic"), format!("{module}-group"));
    let words = [script.to_str().unwrap(), address, &topic, &group, &COUNT.to_string()];
    let output = program(python, words).inherit("PATH").run();
    assert_eq!(sorted(output.succeed()), expected(), "{output:?}");
}

/// Confluent's client for Python: a librdkafka of its own.
pub(super) fn confluent(address: &str) {
    python(address, "confluent_kafka", "confluent.py");
}

/// The client that is written in Python.
pub(super) fn kafka_python(address: &str) {
    python(address, "kafka", "kafka_python.py");
}
