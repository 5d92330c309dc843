//! The worker's REST interface, by `rk connect`'s own verbs.

use rustix::process::Signal;

use super::Place;
use crate::kit::broker::TestBroker;
use crate::kit::kafka::port;
use crate::kit::run::Run;
use crate::kit::wait::until;

fn ask(place: &Place, url: &str, words: &[&str]) -> Run {
    place.rk(&[&["connect"], words, &["--connect", url]].concat())
}

#[test]
fn the_worker_is_managed_as_any_other() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.send("t", "one\ntwo");
    place.sink("t", "");
    let port = port();
    let address = format!("127.0.0.1:{port}");
    let url = format!("http://{address}");
    let running = place.worker(&["sink.properties", "--rest", &address]).start();
    until("the file", || (place.lines("out.txt").len() == 2).then_some(()));
    let list = ask(&place, &url, &["list", "-o", "json"]).run();
    assert!(list.succeed().contains("\"sink\"") && list.out().contains("RUNNING"), "{list:?}");
    let _ = ask(&place, &url, &["stop", "sink"]).run().succeed();
    let reset = ask(&place, &url, &["offsets", "reset", "sink", "--yes"]).run();
    let _ = reset.succeed();
    let _ = ask(&place, &url, &["resume", "sink"]).run().succeed();
    until("the file anew", || (place.lines("out.txt").len() == 4).then_some(()));
    let _ = ask(&place, &url, &["delete", "sink", "--yes"]).run().succeed();
    let left = ask(&place, &url, &["list", "-o", "json"]).run();
    assert_eq!(left.succeed().trim(), "[]");
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
}

#[test]
fn a_sink_that_was_paused_at_the_end_goes_on_with_the_next_record() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 1);
    place.append("worker.properties", "consumer.fetch.max.wait.ms=10\n");
    place.send("t", "0");
    place.sink("t", "");
    let address = format!("127.0.0.1:{}", port());
    let url = format!("http://{address}");
    let running = place.worker(&["sink.properties", "--rest", &address]).start();
    let mut wanted = vec!["0".to_owned()];
    until("the file", || (place.lines("out.txt") == wanted).then_some(()));
    let is = |state: &str| {
        let status = ask(&place, &url, &["status", "sink", "-o", "json"]).run();
        status.succeed().matches(state).count() == 2
    };
    for round in 1..6 {
        let _ = ask(&place, &url, &["pause", "sink"]).run().succeed();
        until("the pause", || is("PAUSED").then_some(()));
        wanted.push(round.to_string());
        place.send("t", &round.to_string());
        let _ = ask(&place, &url, &["resume", "sink"]).run().succeed();
        until("the next line", || (place.lines("out.txt").len() >= wanted.len()).then_some(()));
        assert_eq!(place.lines("out.txt"), wanted);
    }
    running.signal(Signal::TERM);
    let _ = running.finish().succeed();
}
