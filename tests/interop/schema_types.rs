//! Protobuf and JSON Schema beside Confluent's own serializers for Python, as `schemas` has it
//! for Avro: the same payloads, both ways, whatever names the schema, and wherever that stands.
//!
//! Python registers Protobuf as descriptors and we as texts, so the ids differ there, and are
//! left out where bytes are compared. JSON is the same to the last byte.

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
    kind: String,
    way: [String; 3],
    message: Option<String>,
    schema: String,
    others: Vec<(String, String)>,
    json: String,
}

impl Case {
    fn of(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let others = value[5].as_array().unwrap().iter();
        Case {
            number: value[0].as_u64().unwrap(),
            kind: text(&value[1]),
            way: [0, 1, 2].map(|at| text(&value[2][at])),
            message: value[3].as_str().map(str::to_owned),
            schema: text(&value[4]),
            others: others.map(|other| (text(&other[0]), text(&other[1]))).collect(),
            json: text(&value[6]),
        }
    }

    fn told(&self) -> String {
        format!("{} {} {:?} {:?}", self.number, self.json, self.message, self.way)
    }

    /// What a topic has of the case, in hexadecimal: the part, and the header that names the
    /// schema. The id is left out where it is not the same.
    fn raw(&self, brokers: &str, topic: &str) -> String {
        let part = &self.way[2];
        let letter = if part == "key" { "k" } else { "v" };
        let format = format!("%{letter}{{hex}} %h[__{part}_schema_id]{{hex}}\\n");
        let words = ["consume", topic, "-e", "-f", &format];
        let raw = rk(words).env("RK_BROKERS", brokers).run().succeed().to_owned();
        match (self.message.is_some(), self.way[1].as_str()) {
            (false, _) => raw,
            (true, "prefix") => raw[10..].to_owned(),
            (true, _) => {
                let (payload, header) = raw.split_once(' ').unwrap();
                format!("{payload} {}", &header[34..])
            }
        }
    }

    /// The words of `rk produce`, but for the topic; the files are in a folder of their own.
    fn words(&self, folder: &std::path::Path) -> Vec<String> {
        let put = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let [strategy, place, part] = &self.way;
        let schema = format!("--{part}-schema");
        let mut words: Vec<String> =
            ["--subject-name", strategy, "--schema-id-in", place].map(str::to_owned).into();
        match &self.message {
            Some(message) => {
                words.extend([schema, put("main.proto", &self.schema)]);
                words.extend([format!("--{part}-message"), message.clone()]);
                for (name, text) in &self.others {
                    let _ = put(name, text);
                }
            }
            None => {
                words.extend([schema.clone(), put("main.json", &self.schema)]);
                for (name, text) in &self.others {
                    words.extend([schema.clone(), put(name, text)]);
                }
            }
        }
        if part == "key" {
            words.extend(["-K", "|"].map(str::to_owned));
        }
        words
    }
}

#[test]
fn confluent_s_other_serializers_write_and_read_the_same() {
    let Some(python) = std::env::var_os("RK_SCHEMAS_PYTHON") else {
        return skipped("Confluent's serializers are not here: set RK_SCHEMAS_PYTHON");
    };
    let script = path("interop/python/schema_types.py");
    let run = |words: &[&str]| {
        let words = [&[script.to_str().unwrap()][..], words].concat();
        program(&python, words).deadline(PATIENCE).run().succeed().to_owned()
    };
    let broker = TestBroker::start();
    let registry = TestRegistry::start();
    let (brokers, url) = (broker.bootstrap(), registry.url());
    let cases: Vec<Case> = run(&["cases"]).lines().map(Case::of).collect();
    let _ = run(&["produce", &brokers, &url]);
    for case in &cases {
        let (theirs, ours) = (format!("py-{}", case.number), format!("rk-{}", case.number));
        let is_key = case.way[2] == "key";
        let (format, show) = match is_key {
            true => ("--key-format", "%k\\n"),
            false => ("--value-format", "%v\\n"),
        };
        let words = ["consume", &theirs, "-e", format, &case.kind, "--registry", &url, "-f", show];
        let read = rk(words).env("RK_BROKERS", &brokers).run().succeed().to_owned();
        assert_eq!(read, format!("{}\n", case.json), "{}", case.told());

        let folder = tempfile::tempdir().unwrap();
        let words: Vec<String> = ["produce", &ours, "--registry", &url].map(str::to_owned).into();
        let words = [words, case.words(folder.path())].concat();
        let line = match is_key {
            true => format!("{}|-\n", case.json),
            false => format!("{}\n", case.json),
        };
        let _ = rk(words).env("RK_BROKERS", &brokers).stdin(line).run().succeed();
        let (theirs, ours) = (case.raw(&brokers, &theirs), case.raw(&brokers, &ours));
        assert_eq!(ours, theirs, "{}", case.told());
    }
    let told = run(&["consume", &brokers, &url]);
    for (line, case) in told.lines().zip(&cases) {
        assert_eq!(line, format!("{}\tsame", case.number), "{}", case.told());
    }
    assert_eq!(told.lines().count(), cases.len());
    let count = |kind: &str| cases.iter().filter(|case| case.kind == kind).count();
    let (protobuf, json) = (count("protobuf"), count("jsonschema"));
    say(&format!(
        "{protobuf} cases of Protobuf and {json} of JSON Schema, each written and read by both"
    ));
}
