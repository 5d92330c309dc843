//! Every table against Kafka's own definition: names, order, types, versions, nulls, tags,
//! defaults. The fixture is made of the definitions of Kafka 4.3.1; where Kafka is here, it is
//! compared with them again.

use rk::wire::messages::ALL;
use rk::wire::schema::{StructTable, Type};

use super::digest;
use crate::kit::{golden, kafka};

const FIXTURE: &str = "wire/fixtures/schema-4.3.1.txt";

#[test]
fn every_table_is_what_kafka_defines() {
    let fixture = include_str!("fixtures/schema-4.3.1.txt");
    let tables: String = ALL.iter().map(|entry| digest::of_table(&entry.table)).collect();
    golden::same("the tables against Kafka's definitions", fixture, &tables);
}

#[test]
fn the_fixture_is_what_kafka_comes_with() {
    let Some(kafka) = kafka::find() else { return };
    let folder = kafka.schemas();
    let definition = |name: &str| {
        let file = folder.join(format!("{name}.json"));
        std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    };
    let text: String =
        ALL.iter().map(|entry| digest::of_json(&definition(entry.table.name()))).collect();
    golden::golden(FIXTURE, &text);
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
