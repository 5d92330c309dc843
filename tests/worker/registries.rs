//! Converters whose schemas are in a registry: what others write becomes structs, and what
//! sources write others read.

use serde_json::json;

use super::Place;
use crate::kit::broker::TestBroker;
use crate::kit::registry::{Manner, TestRegistry};

const AVRO: &str = "io.confluent.connect.avro.AvroConverter";
const JSON: &str = "io.confluent.connect.json.JsonSchemaConverter";

const ORDER: &str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
    {"name":"id","type":"long"},
    {"name":"note","type":["null","string"],"default":null},
    {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
    {"name":"tags","type":{"type":"array","items":"string"}},
    {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}}]}"#;
const LINE: &str = r#"{"id":7,"note":"n","price":12.30,"tags":["x"],"kind":"B"}"#;

fn converter(class: &str, url: &str, more: &str) -> String {
    let named = more.lines().map(|line| format!("value.converter.{line}\n")).collect::<String>();
    format!("value.converter={class}\nvalue.converter.schema.registry.url={url}\n{named}")
}

#[test]
fn what_others_write_is_a_struct_and_what_is_no_avro_a_dead_letter() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    let registry = TestRegistry::start();
    let url = registry.url();
    place.create("t", 1);
    place.write("order.avsc", ORDER);
    let schema = place.path("order.avsc");
    let words = ["produce", "t", "--registry", &url, "--value-schema", schema.to_str().unwrap()];
    let _ = place.rk(&words).stdin(format!("{LINE}\n{LINE}\n")).run().succeed();
    place.send("t", "no Avro at all");
    let id = registry.register("other-value", "JSON", "{}", json!([]));
    let foreign = format!("00000000{id:02x}02\n");
    let words = ["produce", "t", "--value-format", "hex"];
    let _ = place.rk(&words).stdin(format!("0000000063\n{foreign}")).run().succeed();
    let letters = "errors.tolerance=all\nerrors.log.enable=true\n\
                   errors.deadletterqueue.topic.name=dlq\n\
                   errors.deadletterqueue.topic.replication.factor=1\n";
    let more = "auto.register.schemas=false\nschemas.enable=true\n";
    place.sink("t", &format!("{letters}{}", converter(AVRO, &url, more)));
    let output = place.worker(&["sink.properties", "--once"]).run();
    let _ = output.succeed();
    let row = "Struct{id=7,note=n,price=12.30,tags=[x],kind=B}";
    assert_eq!(place.lines("out.txt"), [row, row]);
    assert_eq!(place.values("dlq").len(), 3);
    for why in ["Unknown magic byte!", "Schema 99 not found", "of type JSON, not AVRO"] {
        assert!(output.err().contains(why), "{why}: {}", output.err());
    }
}

#[test]
fn what_sources_write_others_read() {
    for (class, format, schema) in
        [(AVRO, "avro", "\"string\""), (JSON, "json-schema", r#"{"type":"string"}"#)]
    {
        let broker = TestBroker::start();
        let place = Place::new(broker.address());
        let registry = TestRegistry::start();
        let url = registry.url();
        place.create("t", 1);
        place.source("t");
        place.write("in.txt", "one\ntwo \"quoted\"\n");
        let source = std::fs::read_to_string(place.path("source.properties")).unwrap();
        place.write("source.properties", &format!("{source}{}", converter(class, &url, "")));
        let _ = place.worker(&["source.properties", "--once"]).run().succeed();
        assert_eq!(registry.subjects(), [("t-value".to_owned(), 1)], "{class}");
        let registered = registry.asked().len();
        assert_eq!(registered, 1, "{class}: {:?}", registry.asked());
        let words = ["consume", "t", "-e", "--value-format", format, "--registry", &url];
        let read = place.rk(&words).run();
        let want = "\"one\"\n\"two \\\"quoted\\\"\"\n";
        assert_eq!(read.succeed(), want, "{class} {schema}");
        place.sink("t", &converter(class, &url, ""));
        let _ = place.worker(&["sink.properties", "--once"]).run().succeed();
        assert_eq!(place.lines("out.txt"), ["one", "two \"quoted\""], "{class}");
    }
}

#[test]
fn a_registry_that_is_away_is_waited_for_and_mistakes_are_told_at_the_start() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    let registry = TestRegistry::with(Manner {
        authorization: Some("Basic bWU6aHVudGVyMg==".to_owned()),
        ..Manner::default()
    });
    let url = registry.url();
    place.create("t", 1);
    place.source("t");
    place.write("in.txt", "one\n");
    let source = std::fs::read_to_string(place.path("source.properties")).unwrap();
    let with = |more: &str| {
        place.write("source.properties", &format!("{source}{}", converter(AVRO, &url, more)));
        place.worker(&["source.properties", "--once"]).run()
    };
    let output = with("");
    assert!(output.fail(1).contains("Unauthorized"), "{output:?}");
    let login = "basic.auth.credentials.source=USER_INFO\nbasic.auth.user.info=me:hunter2\n";
    let _ = with(login).succeed();
    for (more, word) in [
        ("nonsense.setting=1\n", "nonsense.setting"),
        ("auto.register.schemas=maybe\n", "auto.register.schemas"),
        ("value.subject.name.strategy=Mine\n", "value.subject.name.strategy"),
        ("schema.id.serializer=HeaderSchemaIdSerializer\n", "headers"),
    ] {
        let output = with(more);
        assert!(output.fail(2).contains(word), "{output:?}");
        assert!(!output.err().contains("hunter2"));
    }
    let gone = converter(AVRO, "http://127.0.0.1:1", "");
    place.write("source.properties", &format!("{source}{gone}"));
    place.append("in.txt", "two\n");
    let output = place.worker(&["source.properties", "--once"]).run();
    let err = output.fail(1);
    assert!(err.contains("nobody answers at `http://127.0.0.1:1`"), "{err}");
}
