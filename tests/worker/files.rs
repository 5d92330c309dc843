//! The file connectors: what a topic has is in the file, and what a file has is in the topic.

use super::{Place, sorted};
use crate::kit::broker::TestBroker;

#[test]
fn a_sink_writes_each_record_once_and_goes_on_where_it_was() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 2);
    let lines: Vec<String> = (0..500).map(|n| format!("zeile {n} ü")).collect();
    place.send("t", &lines.join("\n"));
    place.sink("t", "tasks.max=2\n");
    let _ = place.worker(&["sink.properties", "--once"]).run().succeed();
    assert_eq!(sorted(place.lines("out.txt")), sorted(lines.clone()));
    place.send("t", "more");
    let _ = place.worker(&["sink.properties", "--once"]).run().succeed();
    assert_eq!(place.lines("out.txt").len(), 501);
    assert_eq!(place.lines("out.txt").last().map(String::as_str), Some("more"));
}

#[test]
fn a_source_sends_each_line_once_and_goes_on_where_it_was() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.source("t");
    let lines: Vec<String> = (0..5000).map(|n| format!("Zeile {n} – 本")).collect();
    place.write("in.txt", &format!("{}\nunfinished", lines.join("\n")));
    let _ = place.worker(&["source.properties", "--once"]).run().succeed();
    assert_eq!(place.values("t"), lines);
    place.append("in.txt", " no more\nlast\n");
    let _ = place.worker(&["source.properties", "--once"]).run().succeed();
    assert_eq!(place.values("t")[5000..], ["unfinished no more", "last"]);
}

#[test]
fn transforms_change_what_goes_by() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.send("t", "{\"a\":1,\"b\":2}\n{\"a\":3}");
    place.sink(
        "t",
        "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
         value.converter.schemas.enable=false\ntransforms=no_b,add\n\
         transforms.no_b.type=org.apache.kafka.connect.transforms.ReplaceField$Value\n\
         transforms.no_b.exclude=b\n\
         transforms.add.type=org.apache.kafka.connect.transforms.InsertField$Value\n\
         transforms.add.offset.field=at\n",
    );
    let _ = place.worker(&["sink.properties", "--once"]).run().succeed();
    assert_eq!(place.lines("out.txt"), ["{a=1, at=0}", "{a=3, at=1}"]);
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    for (more, told) in [
        ("task.max=2\n", "There is no setting task.max for"),
        ("value.converter=JsonConvertor\n", "did you mean org.apache.kafka.connect.json"),
        ("errors.tolerance=some\n", "String must be one of: none, all"),
        ("transforms=x\ntransforms.x.type=InsertFeld$Value\n", "did you mean"),
    ] {
        place.sink("t", more);
        let output = place.worker(&["sink.properties", "--once"]).run();
        let err = output.fail(2);
        assert!(err.starts_with("error: cannot run connector `sink`"), "{err}");
        assert!(err.contains(told), "{err}");
    }
    place.write("sink.properties", "name=x\nconnector.class=JdbcSnk\ntopics=t\n");
    let output = place.worker(&["sink.properties", "--once"]).run();
    assert!(output.fail(2).contains("Failed to find any class that implements Connector"));
}
