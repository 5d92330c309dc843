//! kill -9, again and again: nothing is lost.

use std::collections::BTreeSet;

use rustix::process::Signal;

use super::Place;
use crate::kit::broker::TestBroker;
use crate::kit::wait::until;

const KILLS: usize = 20;
const LINES_EACH: usize = 300;

#[test]
fn a_worker_that_is_killed_loses_nothing() {
    let broker = TestBroker::start();
    let place = Place::new(broker.address());
    place.create("t", 2);
    // Members that were killed are not waited for as long as usual.
    place.append("worker.properties", "consumer.session.timeout.ms=6000\n");
    place.source("t");
    place.sink("t", "");
    let mut wanted = BTreeSet::new();
    for kill in 0..KILLS {
        let lines: Vec<String> = (0..LINES_EACH).map(|n| format!("{kill}-{n}")).collect();
        place.append("in.txt", &format!("{}\n", lines.join("\n")));
        wanted.extend(lines);
        let (sent, written) = (place.values("t").len(), place.lines("out.txt").len());
        let offsets = std::fs::read(place.path("connect.offsets")).unwrap_or_default();
        // The sink seldom: whoever comes after a dead member of its group waits for it.
        let is_sink = kill % 10 == 9;
        let file = if is_sink { "sink.properties" } else { "source.properties" };
        let running = place.worker(&[file]).start();
        if is_sink {
            until("the sink to write", || (place.lines("out.txt").len() > written).then_some(()));
        } else {
            until("the source to send", || (place.values("t").len() > sent).then_some(()));
        }
        if kill % 2 == 1 && !is_sink {
            let kept = || std::fs::read(place.path("connect.offsets")).unwrap_or_default();
            until("the offsets to be kept", || (kept() != offsets).then_some(()));
        }
        running.signal(Signal::KILL);
        drop(running);
    }
    let both = ["source.properties", "--once"];
    let _ = place.worker(&both).run().succeed();
    let sent: BTreeSet<String> = place.values("t").into_iter().collect();
    assert_eq!(wanted.difference(&sent).count(), 0, "lost on the way into the topic");
    let _ = place.worker(&["sink.properties", "--once"]).run().succeed();
    let written: BTreeSet<String> = place.lines("out.txt").into_iter().collect();
    assert_eq!(wanted.difference(&written).count(), 0, "lost on the way into the file");
}
