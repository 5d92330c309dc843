//! Kafka's own standalone worker on the same files: what it writes, and its offset file, which
//! goes to and fro.

use rustix::process::Signal;

use super::{Place, sorted, told};
use crate::kit::broker::TestBroker;
use crate::kit::kafka;
use crate::kit::run::Running;
use crate::kit::wait::until;

fn kafkas(kafka: &kafka::Kafka, place: &Place, connectors: &[&str]) -> Running {
    let mut words = vec![told(&place.path("kafkas.properties"))];
    words.extend(connectors.iter().map(|name| told(&place.path(name))));
    kafka.verb("connect-standalone", words).start()
}

#[test]
fn offsets_go_to_kafkas_worker_and_back_and_the_sinks_files_are_the_same() {
    let Some(kafka) = kafka::find() else { return };
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    let worker = std::fs::read_to_string(place.path("worker.properties")).unwrap();
    let listener = format!("listeners=http://127.0.0.1:{}\n", kafka::port());
    place.write("kafkas.properties", &worker.replace("plugin.path=/nowhere\n", &listener));
    place.create("t", 1);
    place.create("json", 1);
    place.source("t");
    let json = "{\"id\":1,\"name\":\"Zoë\",\"ok\":true,\"x\":1.5e10,\"none\":null,\"in\":{\"a\":[1,2]}}\n\
                [1,\"a\",null]\n\"text\"\n12\n";
    place.send("json", json);
    let converter = "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
                     value.converter.schemas.enable=false\n";
    place.sink("json", converter);
    let ours = std::fs::read_to_string(place.path("sink.properties")).unwrap();
    let theirs = ours.replace("name=sink", "name=theirs").replace("out.txt", "theirs.txt");
    place.write("theirs.properties", &theirs);
    let lines = |from: usize| (from..from + 100).map(|n| format!("{n}\n")).collect::<String>();
    place.write("in.txt", &lines(0));
    let _ = place.worker(&["source.properties", "sink.properties", "--once"]).run().succeed();
    place.append("in.txt", &lines(100));
    let running = kafkas(&kafka, &place, &["source.properties", "theirs.properties"]);
    until("Kafka's worker", || {
        (place.values("t").len() >= 200 && place.lines("theirs.txt").len() >= 4).then_some(())
    });
    running.signal(Signal::TERM);
    drop(running.finish());
    place.append("in.txt", &lines(200));
    let _ = place.worker(&["source.properties", "--once"]).run().succeed();
    let want: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    assert_eq!(place.values("t"), want);
    assert_eq!(sorted(place.lines("out.txt")), sorted(place.lines("theirs.txt")));
}
