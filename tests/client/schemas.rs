//! Schemas through the front door: files and a registry, both framings, logins, TLS, mistakes.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::json;

use super::trouble::to_file;
use super::{all, at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::certificates::certificates;
use crate::kit::registry::{Manner, TestRegistry};
use crate::kit::run::Run;
use crate::kit::wait;

const ORDER: &str = r#"{"type":"record","name":"shop.Order","fields":[
    {"name":"id","type":"long"},{"name":"who","type":["null","string"],"default":null},
    {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
    {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]}"#;
const LINE: &str = r#"{"id":7,"who":"ann","price":12.30,"at":"2026-01-31T12:30:00.5Z"}"#;
/// Its payload.
const PAYLOAD: &str = "0e0206616e6e0404cee8dcc0c08267";

struct Stage {
    broker: TestBroker,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let stage = Stage { broker: TestBroker::start(), folder: tempfile::tempdir().unwrap() };
        create(&stage.brokers(), "t", 1);
        stage
    }

    fn brokers(&self) -> String {
        self.broker.bootstrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, words: &[&str]) -> Run {
        at(&self.brokers(), words)
    }

    fn produce(&self, words: &[&str], lines: &str) -> Run {
        self.run(&[&["produce", "t"][..], words].concat()).stdin(lines)
    }

    fn consume(&self, words: &[&str]) -> Run {
        self.run(&[&["consume", "t", "-e"][..], words].concat())
    }

    fn raw(&self) -> Vec<String> {
        all(&self.brokers(), "t", "%v{hex}\\n")
    }
}

#[test]
fn values_go_by_a_schema_of_a_file_without_any_framing() {
    let stage = Stage::new();
    let schema = stage.file("order.avsc", ORDER);
    let words = ["--value-schema", schema.as_str()];
    let _ = stage.produce(&words, &format!("{LINE}\n")).run().succeed();
    assert_eq!(stage.raw(), [PAYLOAD]);
    assert_eq!(stage.consume(&words).run().succeed(), format!("{LINE}\n"));
    // jq and grep see what it means, and JSON holds it as JSON.
    let jq = [&words[..], &["--jq", "select(.price > 12) | .who"]].concat();
    assert_eq!(stage.consume(&jq).run().succeed(), "\"ann\"\n");
    let grep = [&words[..], &["--grep", "12[.]30"]].concat();
    assert_eq!(stage.consume(&grep).run().succeed(), format!("{LINE}\n"));
    let grep = [&words[..], &["--grep", "who.:.bob"]].concat();
    assert_eq!(stage.consume(&grep).run().succeed(), "");
    let json = [&words[..], &["-o", "json"]].concat();
    let printed = stage.consume(&json).run().succeed().to_owned();
    assert!(printed.contains(&format!("\"value\":{LINE}")), "{printed}");
    // An id without asking anybody, and what stands in front stepped over.
    let framed = [&words[..], &["--value-schema-id", "258"]].concat();
    let _ = stage.produce(&framed, LINE).run().succeed();
    assert_eq!(stage.raw()[0], format!("0000000102{PAYLOAD}"));
    let framed = [&words[..], &["--schema-id-in", "prefix", "-O", "1"]].concat();
    assert_eq!(stage.consume(&framed).run().succeed(), format!("{LINE}\n"));
}

#[test]
fn a_registry_is_told_and_asked_once_each() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let (url, schema) = (registry.url(), stage.file("order.avsc", ORDER));
    let words = ["--registry", &url, "--value-schema", &schema];
    let lines = format!("{LINE}\n").repeat(50);
    let _ = stage.produce(&words, &lines).run().succeed();
    assert_eq!(registry.subjects(), [("t-value".to_owned(), 1)]);
    assert_eq!(stage.raw()[0], format!("0000000001{PAYLOAD}"));
    assert_eq!(registry.asked(), ["POST /subjects/t-value/versions?normalize=false"]);
    let reading = ["--registry", &url, "--value-format", "avro"];
    assert_eq!(stage.consume(&reading).run().succeed(), lines);
    assert_eq!(registry.asked()[1..], ["GET /schemas/ids/1"]);
    // The environment and the properties name it, too; and what a record is, is seen.
    let auto = stage.consume(&["--decode", "auto", "-n", "1"]).env("RK_REGISTRY", &url).run();
    assert_eq!(auto.succeed(), format!("{LINE}\n"));
    let note = "note: values of `t` are taken for Avro `shop.Order` by the schema 1";
    assert!(auto.err().contains(note), "{}", auto.err());
    let property = format!("schema.registry.url={url}");
    let words = ["-X", &property, "--value-format", "avro", "-n", "1"];
    assert_eq!(stage.consume(&words).run().succeed(), format!("{LINE}\n"));
    // Without a file it is the latest version; by its id it is that one.
    let newer = ORDER.replace("\"price\"", "\"cost\"");
    registry.register("t-value", "AVRO", &newer, json!([]));
    let told = stage.produce(&reading, LINE).run().fail(3).to_owned();
    assert!(told.contains("at `.cost`: the field is missing, and has no default"), "{told}");
    let by_id = [&reading[..], &["--value-schema-id", "1"]].concat();
    let _ = stage.produce(&by_id, LINE).run().succeed();
    assert_eq!(stage.raw().len(), 51);
}

#[test]
fn a_header_names_the_schema_by_its_guid() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let (url, schema) = (registry.url(), stage.file("order.avsc", ORDER));
    let words = ["--registry", &url, "--value-schema", &schema, "--schema-id-in", "header"];
    let _ = stage.produce(&words, LINE).run().succeed();
    assert_eq!(stage.raw(), [PAYLOAD]);
    let header = all(&stage.brokers(), "t", "%h[__value_schema_id]{hex}\\n");
    assert!(header[0].starts_with("01") && header[0].len() == 34, "{header:?}");
    let reading = ["--registry", &url, "--value-format", "avro", "--jq", ".id"];
    assert_eq!(stage.consume(&reading).run().succeed(), "7\n");
    let auto = ["--registry", &url, "--decode", "auto"];
    assert_eq!(stage.consume(&auto).run().succeed(), format!("{LINE}\n"));
    // A registry that is too old for it says so.
    let old = TestRegistry::with(Manner { is_old: true, ..Manner::default() });
    let url = old.url();
    let words = ["--registry", &url, "--value-schema", &schema, "--schema-id-in", "header"];
    let told = stage.produce(&words, LINE).run().fail(1).to_owned();
    assert!(told.contains("tells no GUID of the schema 1"), "{told}");
    let words = ["--registry", &url, "--value-schema", &schema];
    let _ = stage.produce(&words, LINE).run().succeed();
}

#[test]
fn subjects_are_named_as_asked_and_references_registered() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let url = registry.url();
    let main = stage
        .file("a.avsc", r#"{"type":"record","name":"n.A","fields":[{"name":"b","type":"n.B"}]}"#);
    let b = stage
        .file("b.avsc", r#"{"type":"record","name":"n.B","fields":[{"name":"c","type":"n.C"}]}"#);
    let c = stage.file("c.avsc", r#"{"type":"enum","name":"n.C","symbols":["X","Y"]}"#);
    let files = ["--value-schema", &main, "--value-schema", &c, "--value-schema", &b];
    let line = r#"{"b":{"c":"Y"}}"#;
    for (word, subject) in [("topic", "t-value"), ("record", "n.A"), ("topic-record", "t-n.A")] {
        let words = [&files[..], &["--registry", &url, "--subject-name", word]].concat();
        let _ = stage.produce(&words, line).run().succeed();
        assert!(registry.subjects().iter().any(|(name, _)| name == subject), "{subject}");
    }
    let names: Vec<String> = registry.subjects().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["n.A", "n.B", "n.C", "t-n.A", "t-value"]);
    assert_eq!(stage.raw(), ["000000000302"; 3]);
    let reading = ["--registry", &url, "--value-format", "avro"];
    assert_eq!(stage.consume(&reading).run().succeed(), format!("{line}\n").repeat(3));
    // Only looked up, it must be there; shown only, nothing is left behind.
    let words = [&files[..], &["--registry", &url, "--no-register"]].concat();
    let _ = stage.produce(&words, line).run().succeed();
    let other = stage.file("d.avsc", "\"int\"");
    let words = ["--registry", &url, "--value-schema", &other, "--no-register"];
    let told = stage.produce(&words, "1").run().fail(4).to_owned();
    assert!(told.contains("the server answered 404: Schema not found (40403)"), "{told}");
    let words = ["--registry", &url, "--value-schema", &other, "--dry-run"];
    let told = stage.produce(&words, "1").run().fail(4).to_owned();
    assert!(told.contains("a dry run registers nothing"), "{told}");
    assert_eq!(registry.subjects().len(), 5);
}

#[test]
fn keys_and_values_have_schemas_of_their_own_and_null_stays_null() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let url = registry.url();
    let (key, value) = (stage.file("k.avsc", "\"int\""), stage.file("v.avsc", "\"string\""));
    let words = ["--registry", &url, "--key-schema", &key, "--value-schema", &value];
    let json = [&words[..], &["--input", "json"]].concat();
    let _ = stage.produce(&json, r#"{"key":1,"value":"x"}{"key":2,"value":null}"#).run().succeed();
    let reading = ["--registry", &url, "--key-format", "avro", "--value-format", "avro"];
    let reading = [&reading[..], &["-f", "%k=%v\\n", "--null-marker", "NULL"]].concat();
    assert_eq!(stage.consume(&reading).run().succeed(), "1=\"x\"\n2=NULL\n");
    let names: Vec<String> = registry.subjects().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["t-key", "t-value"]);
    // What consume prints, produce reads: a format string, CSV and lines.
    let template = [&words[..], &["-f", "%k=%v\\n"]].concat();
    let _ = stage.produce(&template, "3=\"y\"\n").run().succeed();
    let lines = [&words[..], &["-K", "="]].concat();
    let _ = stage.produce(&lines, "4=\"z\"\n").run().succeed();
    assert!(stage.consume(&reading).run().succeed().ends_with("3=\"y\"\n4=\"z\"\n"));
}

#[test]
fn what_is_not_what_the_schema_says_is_told() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let (url, schema) = (registry.url(), stage.file("order.avsc", ORDER));
    let words = ["--registry", &url, "--value-schema", &schema];
    let lines = format!("{LINE}\n{}\n", LINE.replace("7", "\"7\""));
    let told = stage.produce(&words, &lines).run().fail(3).to_owned();
    assert!(told.contains("line 2") && told.contains("at `.id`: a long is wanted"), "{told}");
    let hex = format!("0000000009{PAYLOAD}\n0000000001{PAYLOAD}ff\n616263\n0000000001{PAYLOAD}\n");
    send(&stage.brokers(), "t", &["--value-format", "hex"], &hex);
    let reading = ["--registry", &url, "--value-format", "avro"];
    let output = stage.consume(&reading).run();
    let told = output.fail(3);
    assert_eq!(output.out(), format!("{LINE}\n{LINE}\n"));
    for line in [
        "offset 1: the value is not Avro: GET",
        "/schemas/ids/9: the server answered 404: Schema 9 not found (40403)",
        "offset 2: the value is not Avro: 1 bytes follow the value: 0000000001",
        "offset 3: the value is not Avro: it begins with 0x61, where a schema's id is wanted: 616263",
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert_eq!(registry.asked().iter().filter(|one| one.ends_with("/ids/9")).count(), 1);
}

#[test]
fn mistakes_in_the_words_are_told_before_anything_is_done() {
    let stage = Stage::new();
    let schema = stage.file("order.avsc", ORDER);
    let broken = stage.file("broken.avsc", "{\"type\":\"record\"}");
    let odd = stage.file("schema.txt", ORDER);
    let gone: PathBuf = Path::new("/no/such/file.avsc").into();
    let gone = gone.to_str().unwrap();
    for (words, code, told) in [
        (&["--value-format", "avro"][..], 2, "name a file with `--value-schema FILE`"),
        (&["--value-schema", &odd], 2, "ends in none of .avsc"),
        (&["--value-schema", gone], 1, "cannot read `/no/such/file.avsc`: no such file"),
        (&["--value-schema", &broken], 1, "the schema's `record` has no name"),
        (&["--value-schema", &schema, "--value-format", "int"], 2, "needs no schema"),
        (&["--registry", "http://h:1"], 2, "no format needs a schema"),
        (&["--registry", "ftp://h", "--value-format", "avro"], 2, "is not the URL of a server"),
        (&["--header-format", "avro"], 2, "schemas are for keys and values"),
        (&["--value-message", "M"], 2, "`--value-message` goes with `--value-schema`"),
        (&["-X", "basic.auth.credentials.source=x"], 2, "basic.auth.credentials.source"),
    ] {
        let produced = stage.produce(words, "1\n").run().fail(code).to_owned();
        assert!(produced.contains(told), "{produced}");
        let consumed = stage.consume(words).run().fail(code).to_owned();
        assert!(consumed.contains(told), "{consumed}");
    }
    let words = ["--registry", "http://127.0.0.1:1", "--value-schema", &schema];
    let told = stage.produce(&words, LINE).run().fail(1).to_owned();
    assert!(told.contains("nobody answers at `http://127.0.0.1:1`: connection refused"), "{told}");
    assert!(stage.raw().is_empty());
}

#[test]
fn a_schema_that_the_registry_refuses_is_told_in_its_words() {
    let stage = Stage::new();
    create(&stage.brokers(), "frozen", 1);
    let registry = TestRegistry::start();
    let (url, schema) = (registry.url(), stage.file("order.avsc", ORDER));
    registry.register("frozen-value", "AVRO", "\"int\"", json!([]));
    let words = ["produce", "frozen", "--registry", &url, "--value-schema", &schema];
    let told = stage.run(&words).stdin(LINE).run().fail(1).to_owned();
    assert!(told.contains("answered 409: Schema being registered is incompatible"), "{told}");
    assert!(told.contains("hint: the subject's compatibility forbids this schema"), "{told}");
}

#[test]
fn a_registry_knows_whom_it_serves() {
    let stage = Stage::new();
    let schema = stage.file("order.avsc", ORDER);
    let with = |authorization: &str| {
        let authorization = Some(authorization.to_owned());
        TestRegistry::with(Manner { authorization, ..Manner::default() })
    };
    let basic = with("Basic bWU6aHVudGVyMg==");
    let (url, within) = (basic.url(), format!("http://me:hunter2@{}", basic.authority()));
    let info = "basic.auth.user.info=me:hunter2";
    for words in [
        &["--registry", &within][..],
        &["--registry", &url, "-X", info],
        &["--registry", &url, "-X", "basic.auth.credentials.source=USER_INFO", "-X", info],
        &["--registry", &url, "-X", "schema.registry.basic.auth.user.info=me:hunter2"],
    ] {
        let words = [&["--value-schema", &schema][..], words].concat();
        let _ = stage.produce(&words, LINE).run().succeed();
    }
    let words = ["--value-schema", &schema, "--registry", &url];
    let told = stage.produce(&words, LINE).run().fail(1).to_owned();
    assert!(told.contains("answered 401: Unauthorized") && told.contains("log in"), "{told}");
    let bearer = with("Bearer hunter2");
    let url = bearer.url();
    let words = ["--value-schema", &schema, "--registry", &url, "-X", "bearer.auth.token=hunter2"];
    let _ = stage.produce(&words, LINE).run().succeed();
    assert_eq!(stage.raw().len(), 5);
}

#[test]
fn the_next_of_several_registries_is_asked_when_one_is_gone() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let schema = stage.file("order.avsc", ORDER);
    let urls = format!("http://127.0.0.1:1,{}", registry.url());
    let words = ["--value-schema", &schema, "--registry", &urls];
    let _ = stage.produce(&words, LINE).run().succeed();
    assert_eq!(stage.raw(), [format!("0000000001{PAYLOAD}")]);
}

#[test]
fn a_registry_that_says_nothing_is_told_while_it_is_waited_for() {
    let stage = Stage::new();
    let _ = stage.produce(&["--value-format", "hex"], "000000000102\n").run().succeed();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let words = format!("consume t -e --value-format avro --registry {url}");
    let (run, home) = to_file(&stage.brokers(), "", &words);
    let running = run.start();
    let told = || std::fs::read_to_string(home.join("err")).unwrap_or_default();
    let want = format!("note: waiting for the Schema Registry to answer GET {url}/schemas/ids/1\n");
    wait::until("the note", || (told() == want).then_some(()));
    // Nobody has to wait.
    running.signal(Signal::INT);
    let _ = running.finish().fail(130);
}

#[test]
fn a_registry_may_want_tls_and_to_know_its_clients() {
    let stage = Stage::new();
    let schema = stage.file("order.avsc", ORDER);
    let made = certificates(stage.folder.path());
    let tls = Some((made.server.clone(), Some(made.authority.clone())));
    let registry = TestRegistry::with(Manner { tls, ..Manner::default() });
    let url = registry.url();
    let trusts = format!("schema.registry.ssl.ca.location={}", made.authority);
    let certificate = format!("schema.registry.ssl.certificate.location={}", made.client);
    let key = format!("schema.registry.ssl.key.location={}", made.client);
    let words = ["--registry", &url, "--value-schema", &schema];
    let known = [&words[..], &["-X", &trusts, "-X", &certificate, "-X", &key]].concat();
    let _ = stage.produce(&known, LINE).run().succeed();
    // As Java's serializers have them.
    let store = |what: &str, path: &str| {
        [
            format!("schema.registry.ssl.{what}.location={path}"),
            format!("schema.registry.ssl.{what}.type=PEM"),
        ]
    };
    let java = [store("truststore", &made.authority), store("keystore", &made.client)].concat();
    let java: Vec<&str> = java.iter().flat_map(|one| ["-X", one.as_str()]).collect();
    let _ = stage.produce(&[&words[..], &java].concat(), LINE).run().succeed();
    // Nobody is trusted unasked, and checked unless it is asked not to.
    let told = stage.produce(&words, LINE).run().fail(1).to_owned();
    assert!(told.contains("no TLS connection: the server's certificate"), "{told}");
    let blind = ["-X", "schema.registry.enable.ssl.certificate.verification=false"];
    let blind = [&words[..], &blind, &["-X", &certificate, "-X", &key]].concat();
    let _ = stage.produce(&blind, LINE).run().succeed();
    let stranger = [&words[..], &["-X", &trusts]].concat();
    let _ = stage.produce(&stranger, LINE).run().fail(1);
    assert_eq!(stage.raw().len(), 3);
}

#[test]
fn protobuf_and_json_schema_go_the_same_ways() {
    let stage = Stage::new();
    let registry = TestRegistry::start();
    let url = registry.url();
    let proto = "syntax = \"proto3\"; package p; import \"other.proto\";\n\
                 message A { int32 x = 1; message In { string s = 1; } } message B { q.O o = 1; }\n";
    let proto = stage.file("main.proto", proto);
    stage.file("other.proto", "syntax = \"proto3\"; package q; message O { int32 y = 1; }\n");
    let json = stage.file("s.json", r#"{"type":"object","properties":{"x":{"type":"integer"}}}"#);
    let proto_words = ["--value-schema", proto.as_str()];
    for (words, line, bytes) in [
        (&proto_words[..], r#"{"x":7}"#, "0807"),
        (&["--value-schema", &proto, "--value-message", "p.A.In"], r#"{"s":"ab"}"#, "0a026162"),
        (&["--value-schema", &json], r#"{"x":7}"#, "7b2278223a377d"),
    ] {
        let _ = stage.produce(words, line).run().succeed();
        assert_eq!(all(&stage.brokers(), "t", "%v{hex}\\n").last().unwrap(), bytes);
        let read = [words, &["-O", "-1"]].concat();
        assert_eq!(stage.consume(&read).run().succeed(), format!("{line}\n"));
        let _ = stage.run(&["topics", "delete", "t", "--yes"]).run().succeed();
        create(&stage.brokers(), "t", 1);
    }
    for (words, format, line, bytes, kind) in [
        (
            &["--value-schema", proto.as_str(), "--value-message", "B"][..],
            "protobuf",
            r#"{"o":{"y":5}}"#,
            "000000000202020a020805",
            "Protobuf",
        ),
        (
            &["--value-schema", &json],
            "jsonschema",
            r#"{"x":7}"#,
            "00000000037b2278223a377d",
            "JSON by its schema",
        ),
    ] {
        let words = [words, &["--registry", &url]].concat();
        let _ = stage.produce(&words, line).run().succeed();
        assert_eq!(stage.raw(), [bytes]);
        let reading = ["--registry", &url, "--value-format", format];
        assert_eq!(stage.consume(&reading).run().succeed(), format!("{line}\n"));
        let auto = stage.consume(&["--registry", &url, "--decode", "auto"]).run();
        assert_eq!(auto.succeed(), format!("{line}\n"));
        assert!(auto.err().contains(&format!("are taken for {kind}")), "{}", auto.err());
        let avro = ["--registry", &url, "--value-format", "avro"];
        let told = stage.consume(&avro).run().fail(3).to_owned();
        assert!(told.contains("not AVRO"), "{told}");
        let _ = stage.run(&["topics", "delete", "t", "--yes"]).run().succeed();
        create(&stage.brokers(), "t", 1);
    }
    let told = stage.produce(&["--value-schema", &json], r#"{"x":"7"}"#).run().fail(3).to_owned();
    assert!(told.contains("cannot be written as JSON by its schema"), "{told}");
    let names: Vec<String> = registry.subjects().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["other.proto", "t-value"]);
}
