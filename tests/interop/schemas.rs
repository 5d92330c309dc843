//! Schemas beside Confluent's own serializers for Python: the same bytes, both ways, whatever
//! names the schema, and wherever that stands.
//!
//! `tests/interop/run python-schemas` makes Python ready and runs this. Without
//! `RK_SCHEMAS_PYTHON`, an interpreter that has them, it does nothing.

use std::time::Duration;

use serde_json::Value;

use crate::kit::broker::TestBroker;
use crate::kit::registry::TestRegistry;
use crate::kit::run::{program, rk};
use crate::kit::{path, say, skipped};

/// Many records go one after the other, on a machine that may have much to do.
const PATIENCE: Duration = Duration::from_secs(600);

/// A case of the script's.
struct Case {
    number: u64,
    strategy: String,
    place: String,
    is_key: bool,
    name: String,
    schema: String,
    others: Vec<String>,
    json: String,
}

impl Case {
    fn of(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Case {
            number: value[0].as_u64().unwrap(),
            strategy: text(&value[1][0]),
            place: text(&value[1][1]),
            is_key: value[1][2] == "key",
            name: text(&value[2]),
            schema: text(&value[3]),
            others: value[4].as_array().unwrap().iter().map(text).collect(),
            json: text(&value[5]),
        }
    }

    fn part(&self) -> &'static str {
        if self.is_key { "key" } else { "value" }
    }
}

/// What a topic has of a case, byte by byte, with the header that names the schema.
fn raw(brokers: &str, topic: &str, part: &str) -> String {
    let letter = if part == "key" { "k" } else { "v" };
    let format = format!("%{letter}{{hex}} %h[__{part}_schema_id]{{hex}}\\n");
    let words = ["consume", topic, "-e", "-f", &format];
    rk(words).env("RK_BROKERS", brokers).run().succeed().to_owned()
}

#[test]
fn confluent_s_serializers_write_and_read_the_same() {
    let Some(python) = std::env::var_os("RK_SCHEMAS_PYTHON") else {
        return skipped("Confluent's serializers are not here: set RK_SCHEMAS_PYTHON");
    };
    let script = path("interop/python/schemas.py");
    let run = |words: &[&str]| {
        let words = [&[script.to_str().unwrap()][..], words].concat();
        program(&python, words).deadline(PATIENCE).run().succeed().to_owned()
    };
    let broker = TestBroker::start();
    let registry = TestRegistry::start();
    let (brokers, url) = (broker.bootstrap(), registry.url());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let cases: Vec<Case> = run(&["cases"]).lines().map(Case::of).collect();
    let _ = run(&["produce", &brokers, &url]);
    for case in &cases {
        let part = case.part();
        let (theirs, ours) = (format!("py-{}", case.number), format!("rk-{}", case.number));
        let format = format!("--{part}-format");
        let show = if case.is_key { "%k\\n" } else { "%v\\n" };
        let words = ["consume", &theirs, "-e", &format, "avro", "--registry", &url, "-f", show];
        let read = rk(words).env("RK_BROKERS", &brokers).run().succeed().to_owned();
        assert_eq!(read, format!("{}\n", case.json), "{} {}", case.name, case.place);

        let schema = format!("--{part}-schema");
        let main = file("main.avsc", &case.schema);
        let mut words: Vec<String> =
            ["produce", &ours, "--registry", &url].map(str::to_owned).into();
        words.extend(
            ["--subject-name", &case.strategy, "--schema-id-in", &case.place].map(str::to_owned),
        );
        words.extend([schema.clone(), main]);
        for (at, other) in case.others.iter().enumerate() {
            words.extend([schema.clone(), file(&format!("{at}.avsc"), other)]);
        }
        let line = match case.is_key {
            true => {
                words.extend(["-K", "|"].map(str::to_owned));
                format!("{}|-\n", case.json)
            }
            false => format!("{}\n", case.json),
        };
        let _ = rk(words).env("RK_BROKERS", &brokers).stdin(line).run().succeed();
        let (theirs, ours) = (raw(&brokers, &theirs, part), raw(&brokers, &ours, part));
        assert_eq!(ours, theirs, "{} {} {part}", case.name, case.place);
    }
    let told = run(&["consume", &brokers, &url]);
    for (line, case) in told.lines().zip(&cases) {
        assert_eq!(line, format!("{}\tsame", case.number), "{}", case.name);
    }
    assert_eq!(told.lines().count(), cases.len());
    say(&format!("{} cases of Avro, each written and read by both", cases.len()));
}
