//! Every table against Kafka's own definition: names, order, types, versions, nulls, tags,
//! defaults. The fixture is made of all definitions of Kafka 4.3.1, those of messages that we do
//! not have among them; where Kafka is here, it is compared with them again.

use std::path::Path;

use rk::wire::messages::ALL;
use rk::wire::schema::{StructTable, Type};

use super::digest;
use crate::kit::{golden, kafka};

const FIXTURE: &str = "wire/fixtures/schema-4.3.1.txt";

/// Returns the fixture's definition of a message.
fn definition(name: &str) -> &'static str {
    let fixture = include_str!("fixtures/schema-4.3.1.txt");
    let start = fixture.find(&format!("\n{name} ")).unwrap_or_else(|| panic!("no {name}")) + 1;
    let lines = fixture[start..].split_inclusive('\n').enumerate();
    let more = lines.take_while(|(i, line)| *i == 0 || line.starts_with(' '));
    &fixture[start..start + more.map(|(_, line)| line.len()).sum::<usize>()]
}

#[test]
fn every_table_is_what_kafka_defines() {
    for entry in ALL {
        let name = entry.table.name();
        golden::same(name, definition(name), &digest::of_table(&entry.table));
    }
}

#[test]
fn the_fixture_is_what_kafka_comes_with() {
    let Some(kafka) = kafka::find() else { return };
    let files = std::fs::read_dir(kafka.schemas()).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| !is_a_header(file)).collect();
    files.sort();
    let mut text = "All definitions of Apache Kafka 4.3.1, one line a field.\n".to_owned();
    for file in files {
        text.push_str(&digest::of_json(&std::fs::read_to_string(file).unwrap()));
    }
    golden::golden(FIXTURE, &text);
}

/// The headers are written by hand: one of their fields is not flexible in any version.
fn is_a_header(file: &Path) -> bool {
    file.ends_with("RequestHeader.json") || file.ends_with("ResponseHeader.json")
}

#[test]
fn every_message_is_there_once() {
    for (i, entry) in ALL.iter().enumerate() {
        let name = entry.table.name();
        assert!(!entry.table.versions.is_empty(), "{name}");
        assert!(ALL[..i].iter().all(|other| other.table.name() != name), "{name} is there twice");
    }
}

/// What the bound on counts stands on: no element of an array takes less than a byte.
#[test]
fn every_element_of_an_array_is_a_byte_at_the_least() {
    fn check(table: &StructTable, version: i16, flexible: bool, is_element: bool) {
        let here = |field: &&rk::wire::schema::Field| field.versions.contains(version);
        let plain = table.fields.iter().filter(here).filter(|field| field.tag.is_none());
        assert!(!is_element || flexible || plain.count() > 0, "{} {version}", table.name);
        for field in table.fields.iter().filter(here) {
            match field.ty {
                Type::Struct(inner) => check(inner, version, flexible, false),
                Type::Array(Type::Struct(inner)) => check(inner, version, flexible, true),
                _ => {}
            }
        }
    }
    for entry in ALL {
        for version in entry.table.versions.iter() {
            let flexible = entry.table.flexible.contains(version);
            check(entry.table.root, version, flexible, false);
        }
    }
}
