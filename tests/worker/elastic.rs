//! The sink for Elasticsearch, against a small one that checks what it is sent.

use super::{Place, told};
use crate::kit::broker::TestBroker;
use crate::kit::certificates::certificates;
use crate::kit::elastic::{Elastic, Fault};
use crate::kit::run::Output;

const PLAIN: &str = "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
    value.converter.schemas.enable=false\n";
const ENVELOPE: &str = "value.converter=org.apache.kafka.connect.json.JsonConverter\n";
const LETTERS: &str = "errors.tolerance=all\nerrors.deadletterqueue.topic.name=dlq\n\
    errors.deadletterqueue.topic.replication.factor=1\n\
    errors.deadletterqueue.context.headers.enable=true\n";

struct Scene {
    _broker: TestBroker,
    place: Place,
    elastic: Elastic,
}

impl Scene {
    fn new() -> Self {
        Scene::with(Elastic::start())
    }

    fn with(elastic: Elastic) -> Self {
        let broker = TestBroker::start();
        let place = Place::new(broker.address());
        place.create("Orders", 1);
        Scene { _broker: broker, place, elastic }
    }

    /// Sends `key<blank>value`; `-` is a null.
    fn send(&self, records: &[(&str, &str)]) {
        let line = |(key, value): &(&str, &str)| {
            let part = |text: &str| match text {
                "-" => "null".to_owned(),
                text => serde_json::to_string(text).unwrap(),
            };
            format!("{{\"key\":{},\"value\":{}}}\n", part(key), part(value))
        };
        let lines: String = records.iter().map(line).collect();
        let words = ["produce", "Orders", "--input", "json", "--keep-timestamp"];
        let _ = self.place.rk(&words).stdin(lines).run().succeed();
    }

    fn run(&self, more: &str) -> Output {
        let url = self.elastic.url();
        self.place.write(
            "sink.properties",
            &format!(
                "name=sink\n\
                 connector.class=io.confluent.connect.elasticsearch.ElasticsearchSinkConnector\n\
                 topics=Orders\nconnection.url={url}\nretry.backoff.ms=1\nread.timeout.ms=60000\n\
                 connection.timeout.ms=60000\n{more}"
            ),
        );
        self.place.worker(&["sink.properties", "--once"]).run()
    }

    /// Makes the next run read everything again.
    fn rewind(&self) {
        let words = ["groups", "delete", "connect-sink", "--yes"];
        let _ = self.place.rk(&words).run().succeed();
    }

    fn sources(&self) -> Vec<(String, String)> {
        self.elastic.sources("orders")
    }
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn documents_have_keys_as_ids_and_offsets_as_versions() {
    let scene = Scene::new();
    scene.send(&[
        ("a", r#"{"x":1}"#),
        ("b", r#"{"x":2,"deep":{"list":[1,null,"é\n"]}}"#),
        ("a", r#"{"x":3}"#),
        ("c", r#"{"x":4}"#),
        ("c", "-"),
        ("-", "-"),
        ("never", "-"),
    ]);
    let more = format!("{PLAIN}behavior.on.null.values=DELETE\n");
    let _ = scene.run(&more).succeed();
    let want = pairs(&[("a", r#"{"x":3}"#), ("b", r#"{"x":2,"deep":{"list":[1,null,"é\n"]}}"#)]);
    assert_eq!(scene.sources(), want);
    assert_eq!(scene.elastic.documents("orders")["a"].0, 2);
    // What is read again changes nothing: every version is there already.
    scene.rewind();
    let again = scene.run(&format!("{more}batch.size=1\nmax.in.flight.requests=3\n"));
    let _ = again.succeed();
    assert_eq!(scene.sources(), want);
    assert_eq!(scene.elastic.bulks(), 1 + 6, "{again:?}");
}

#[test]
fn ids_are_places_where_keys_are_ignored_and_versions_may_come_from_a_header() {
    let scene = Scene::new();
    scene.send(&[("-", r#"{"x":1}"#), ("k", r#"{"x":2}"#)]);
    let _ = scene.run(&format!("{PLAIN}key.ignore=true\n")).succeed();
    let want = pairs(&[("Orders+0+0", r#"{"x":1}"#), ("Orders+0+1", r#"{"x":2}"#)]);
    assert_eq!(scene.sources(), want);
    let scene = Scene::new();
    let line = "{\"key\":\"k\",\"value\":\"{}\",\"headers\":[{\"key\":\"v\",\"value\":\"77\"}]}\n";
    let words = ["produce", "Orders", "--input", "json", "--keep-timestamp"];
    let _ = scene.place.rk(&words).stdin(line).run().succeed();
    let _ = scene.run(&format!("{PLAIN}external.version.header=v\n")).succeed();
    assert_eq!(scene.elastic.documents("orders")["k"].0, 77);
}

#[test]
fn a_document_that_is_refused_becomes_a_dead_letter_and_the_others_are_written() {
    let scene = Scene::new();
    let long = "k".repeat(513);
    scene.send(&[
        ("a", r#"{"x":1}"#),
        ("bad", r#"{"x":"text"}"#),
        ("-", r#"{"x":2}"#),
        ("b", "[1]"),
        (&long, "{}"),
        ("none", "-"),
        ("z", r#"{"x":9}"#),
    ]);
    let _ = scene.run(&format!("{PLAIN}{LETTERS}")).succeed();
    assert_eq!(scene.sources(), pairs(&[("a", r#"{"x":1}"#), ("z", r#"{"x":9}"#)]));
    let letters = scene.place.rk(&["consume", "dlq", "-e", "-o", "json"]).run();
    let letters: Vec<&str> = letters.succeed().lines().collect();
    assert_eq!(letters.len(), 5, "{letters:?}");
    for why in [
        "Indexing failed: document_parsing_exception: failed to parse field [x] of type [number]",
        "Key is used as document id and can not be null.",
        "a document is a JSON object, which a value of the type ARRAY does not make",
        "can not have more than 512 bytes",
        "has a null value",
    ] {
        assert!(letters.iter().any(|letter| letter.contains(why)), "{why}: {letters:?}");
    }
    assert!(letters.iter().all(|letter| letter.contains("TASK_PUT")), "{letters:?}");
}

#[test]
fn what_is_refused_ends_the_task_or_is_left_out_as_the_settings_say() {
    let records = [("a", r#"{"x":1}"#), ("bad", r#"{"x":"text"}"#), ("z", r#"{"x":9}"#)];
    let scene = Scene::new();
    scene.send(&records);
    let output = scene.run(PLAIN);
    let err = output.fail(1);
    assert!(err.contains("failed to parse field [x]"), "{err}");
    let warned = scene.run(&format!("{PLAIN}behavior.on.malformed.documents=warn\n"));
    let _ = warned.succeed();
    assert!(warned.err().contains("offset=1 is left out"), "{}", warned.err());
    assert_eq!(scene.sources(), pairs(&[("a", r#"{"x":1}"#), ("z", r#"{"x":9}"#)]));
    scene.rewind();
    let quiet = scene.run(&format!("{PLAIN}behavior.on.malformed.documents=ignore\n"));
    let _ = quiet.succeed();
    assert!(!quiet.err().contains("left out"), "{}", quiet.err());
    // A record of which no document can be made.
    scene.send(&[("b", "[1]"), ("y", r#"{"x":7}"#)]);
    let _ = scene.run(PLAIN).fail(1);
    let _ = scene.run(&format!("{PLAIN}drop.invalid.message=true\n")).succeed();
    assert_eq!(scene.sources().len(), 3);
}

#[test]
fn what_may_pass_is_tried_again_until_everything_is_there_once() {
    let scene = Scene::new();
    scene.send(&[
        ("a", r#"{"x":1}"#),
        ("bad", r#"{"x":"text"}"#),
        ("b", r#"{"x":2}"#),
        ("c", r#"{"x":3}"#),
    ]);
    for fault in [
        Fault::Whole(429),
        Fault::Whole(503),
        Fault::Items(vec![("b", 429, "es_rejected_execution_exception")]),
        Fault::Items(vec![("b", 503, "unavailable_shards_exception")]),
        Fault::HangUp,
    ] {
        scene.elastic.fault(fault);
    }
    let output = scene.run(&format!("{PLAIN}{LETTERS}"));
    let _ = output.succeed();
    let want = pairs(&[("a", r#"{"x":1}"#), ("b", r#"{"x":2}"#), ("c", r#"{"x":3}"#)]);
    assert_eq!(scene.sources(), want);
    // The bad one is reported once, however often the batch was tried.
    assert_eq!(scene.place.values("dlq"), [r#"{"x":"text"}"#]);
    assert!(output.err().contains("trying again"), "{}", output.err());
}

#[test]
fn patience_has_an_end_and_nothing_is_committed_then() {
    let scene = Scene::new();
    scene.send(&[("a", r#"{"x":1}"#)]);
    (0..3).for_each(|_| scene.elastic.fault(Fault::Whole(503)));
    let output = scene.run(&format!("{PLAIN}max.retries=2\n"));
    let err = output.fail(1);
    assert!(err.contains("given up after 3 attempts"), "{err}");
    let _ = scene.run(PLAIN).succeed();
    assert_eq!(scene.sources().len(), 1);
    // Nobody is there.
    let gone = format!("{PLAIN}max.retries=1\nconnection.url=http://127.0.0.1:1\n");
    scene.send(&[("b", r#"{"x":1}"#)]);
    let output = scene.run(&gone);
    let err = output.fail(1);
    assert!(err.contains("nobody answers at `http://127.0.0.1:1`"), "{err}");
    // Somebody who is no Elasticsearch, and a request that is not allowed.
    scene.elastic.fault(Fault::Items(vec![("b", 403, "security_exception")]));
    let output = scene.run(&format!("{PLAIN}{LETTERS}"));
    let err = output.fail(1);
    assert!(err.contains("security_exception: as the test wants"), "{err}");
    assert_eq!(scene.place.values("dlq").len(), 0);
}

#[test]
fn a_request_that_is_too_large_is_halved_until_one_document_is_to_blame() {
    let scene = Scene::new();
    scene.elastic.bytes_max(400);
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(500));
    let mut records: Vec<(String, String)> =
        (0..20).map(|n| (format!("k{n:02}"), format!("{{\"n\":{n}}}"))).collect();
    records.insert(7, ("large".to_owned(), large.clone()));
    let records: Vec<(&str, &str)> =
        records.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    scene.send(&records);
    let _ = scene.run(&format!("{PLAIN}{LETTERS}")).succeed();
    assert_eq!(scene.sources().len(), 20);
    assert_eq!(scene.place.values("dlq"), [large]);
    // The sink's own bound keeps requests small enough from the beginning.
    let scene = Scene::new();
    scene.elastic.bytes_max(400);
    scene.send(&records[..5]);
    let _ = scene.run(&format!("{PLAIN}bulk.size.bytes=400\n")).succeed();
    assert_eq!((scene.sources().len(), scene.elastic.bulks()), (5, 2));
}

#[test]
fn updates_write_fields_over_fields_in_the_order_of_the_records() {
    let scene = Scene::new();
    scene.send(&[
        ("a", r#"{"x":1,"y":1}"#),
        ("a", r#"{"x":2}"#),
        ("b", r#"{"x":5}"#),
        ("a", r#"{"x":3}"#),
    ]);
    // The first update of `a` fails, later ones of the same request do not.
    scene.elastic.fault(Fault::Items(vec![("b", 429, "es_rejected_execution_exception")]));
    let _ = scene.run(&format!("{PLAIN}write.method=upsert\nbatch.size=3\n")).succeed();
    assert_eq!(scene.sources(), pairs(&[("a", r#"{"x":3,"y":1}"#), ("b", r#"{"x":5}"#)]));
    let conflict = Fault::Items(vec![("c", 409, "version_conflict_engine_exception")]);
    scene.elastic.fault(conflict);
    scene.send(&[("c", r#"{"x":1}"#)]);
    let _ = scene.run(&format!("{PLAIN}{LETTERS}write.method=upsert\n")).succeed();
    assert_eq!(scene.place.values("dlq"), [r#"{"x":1}"#]);
}

#[test]
fn schemas_become_mappings_and_logical_types_what_the_server_knows() {
    let scene = Scene::new();
    let schema = r#"{"type":"struct","fields":[
        {"field":"id","type":"int32"},
        {"field":"name","type":"string","optional":true,"default":"x"},
        {"field":"price","type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"}},
        {"field":"day","type":"int32","name":"org.apache.kafka.connect.data.Date","version":1},
        {"field":"tags","type":"map","keys":{"type":"string"},"values":{"type":"int32"}},
        {"field":"odd","type":"map","keys":{"type":"int32"},"values":{"type":"string"}}]}"#;
    let payload = r#"{"id":1,"name":null,"price":"MDk=","day":3,"tags":{"a":1},"odd":[[1,"x"]]}"#;
    let value = format!("{{\"schema\":{schema},\"payload\":{payload}}}").replace('\n', "");
    scene.send(&[("a", &value)]);
    let _ = scene.run(ENVELOPE).succeed();
    let document = r#"{"id":1,"name":"x","price":123.45,"day":3,"tags":{"a":1},"odd":[{"key":1,"value":"x"}]}"#;
    assert_eq!(scene.sources(), pairs(&[("a", document)]));
    let mapping = scene.elastic.mapping("orders");
    let kinds = ["id", "price", "day", "tags"].map(|name| mapping[name]["type"].clone());
    assert_eq!(kinds, ["integer", "double", "date", "object"]);
    assert_eq!(mapping["odd"]["properties"]["key"]["type"], "integer");
    let scene = Scene::new();
    scene.send(&[("a", &value)]);
    let _ = scene.run(&format!("{ENVELOPE}schema.ignore=true\n")).succeed();
    let document = r#"{"id":1,"name":"x","price":"MDk=","day":3,"tags":{"a":1},"odd":[[1,"x"]]}"#;
    assert_eq!(scene.sources(), pairs(&[("a", document)]));
    assert!(scene.elastic.mapping("orders").is_null());
}

#[test]
fn streams_take_documents_with_a_time() {
    let scene = Scene::new();
    let line = "{\"key\":\"k\",\"value\":\"{\\\"x\\\":1}\",\"timestamp\":1700000000000}\n";
    let words = ["produce", "Orders", "--input", "json", "--keep-timestamp"];
    let _ = scene.place.rk(&words).stdin(line).run().succeed();
    let stream = format!("{PLAIN}data.stream.type=LOGS\ndata.stream.dataset=web\n");
    let _ = scene.run(&stream).succeed();
    let want = pairs(&[("k", r#"{"x":1,"@timestamp":1700000000000}"#)]);
    assert_eq!(scene.elastic.sources("logs-web-orders"), want);
    assert!(scene.elastic.is_stream("logs-web-orders"));
    // The same again is there already, and that is all right.
    scene.rewind();
    let _ = scene.run(&stream).succeed();
    assert_eq!(scene.elastic.sources("logs-web-orders"), want);
    scene.send(&[("l", r#"{"when":"2024-01-01","x":1}"#), ("m", r#"{"x":2}"#)]);
    let output = scene.run(&format!("{stream}{LETTERS}data.stream.timestamp.field=other,when\n"));
    let _ = output.succeed();
    let written = scene.elastic.documents("logs-web-orders");
    assert_eq!(written["l"].1["@timestamp"], "2024-01-01");
    assert_eq!(scene.place.values("dlq"), [r#"{"x":2}"#]);
}

#[test]
fn who_asks_is_known_and_whom_it_asks_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let files = certificates(folder.path());
    let trust = format!(
        "elastic.security.protocol=SSL\nelastic.https.ssl.truststore.type=PEM\n\
         elastic.https.ssl.truststore.location={}\n",
        told(std::path::Path::new(&files.authority))
    );
    let basic =
        "connection.username=me\nconnection.password=hunter2\nconnection.compression=true\n";
    let key = "connection.api.key=abc==\n";
    for (header, login) in [("Basic bWU6aHVudGVyMg==", basic), ("ApiKey abc==", key)] {
        let scene = Scene::with(Elastic::with(Some(&files.server), Some(header)));
        scene.send(&[("a", r#"{"x":1}"#)]);
        let _ = scene.run(&format!("{PLAIN}{trust}{login}")).succeed();
        assert_eq!(scene.sources().len(), 1);
        let zipped =
            scene.elastic.asked().iter().any(|one| one.header("content-encoding").is_some());
        assert_eq!(zipped, login == basic);
        scene.send(&[("b", r#"{"x":1}"#)]);
        let output = scene.run(&format!("{PLAIN}{trust}"));
        let err = output.fail(1);
        assert!(err.contains("the server answered 401"), "{err}");
        let output = scene.run(&format!("{PLAIN}{login}max.retries=0\n"));
        assert!(output.fail(1).contains("certificate"), "{output:?}");
    }
}

#[test]
fn what_is_there_already_is_used_and_its_absence_told() {
    let scene = Scene::new();
    scene.send(&[("a", r#"{"x":1}"#)]);
    let external = format!(
        "{PLAIN}external.resource.usage=INDEX\ntopic.to.external.resource.mapping=Orders:mine\n"
    );
    let output = scene.run(&external);
    assert!(output.fail(1).contains("there is no `mine`"), "{output:?}");
    let own = format!("{PLAIN}use.autogenerated.ids=true\n");
    let _ = scene.run(&own).succeed();
    assert_eq!(scene.sources(), pairs(&[("made-1", r#"{"x":1}"#)]));
    let wrong = scene.run(&format!("{PLAIN}proxy.host=p\nlinger.ms=-1\n"));
    let err = wrong.fail(2);
    assert!(err.contains("proxy.host") && err.contains("linger.ms"), "{err}");
}
