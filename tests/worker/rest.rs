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
