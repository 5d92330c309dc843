//! `rk consume` as it goes on: partitions and topics that come to be while it runs are read too,
//! and nothing of them is missed.

use rustix::process::Signal;

use super::trouble::{end_of, lines, to_file};
use super::{at, create, send};
use crate::kit::broker::TestBroker;
use crate::kit::wait;

const OFTEN: &str = "-X topic.metadata.refresh.interval.ms=50";
/// Without a group, and as a member by either protocol.
const WAYS: [&str; 3] = ["", "-g classic", "-g kip848 --group-protocol consumer"];

#[test]
fn partitions_that_come_later_are_read_from_their_beginning() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for (i, way) in WAYS.iter().enumerate() {
        let topic = format!("t{i}");
        create(&brokers, &topic, 1);
        let words = format!("consume {topic} {OFTEN} {way} -f '%p %v\\n'");
        let (run, home) = to_file(&brokers, "", &words);
        let (mut running, out) = (run.start(), home.join("out"));
        // It begins at the end, so that it takes some records until one of them is printed.
        wait::until("a first record", || {
            send(&brokers, &topic, &["-p", "0"], "x\n");
            (!lines(&out).is_empty()).then_some(())
        });
        let _ = at(&brokers, &["topics", "alter", &topic, "--partitions", "3"]).run().succeed();
        // It does not know of them yet, and where they end is where they were not there.
        send(&brokers, &topic, &["-p", "1"], "one\n");
        send(&brokers, &topic, &["-p", "2"], "two\nthree\n");
        wait::until("the new partitions", || {
            let found = lines(&out);
            let is_there = |line: &str| found.iter().any(|one| one == line);
            (is_there("1 one") && is_there("2 two") && is_there("2 three")).then_some(())
        });
        running.signal(Signal::INT);
        end_of(&mut running);
        let late: Vec<String> =
            lines(&out).into_iter().filter(|line| !line.starts_with('0')).collect();
        assert_eq!(late.len(), 3, "{way}: {late:?}");
        let _ = running.finish().fail(130);
    }
}

#[test]
fn topics_that_come_later_are_found_by_patterns() {
    let broker = TestBroker::start();
    let brokers = broker.bootstrap();
    for (i, way) in WAYS.iter().enumerate() {
        let [old, new, other, last] =
            ["old", "new", "other", "last"].map(|name| format!("{name}{i}"));
        create(&brokers, &old, 1);
        let words = format!(
            "consume --regex '(old|new|last){i}' {OFTEN} {way} --from-beginning -f '%t %v\\n'"
        );
        let (run, home) = to_file(&brokers, "", &words);
        let (mut running, out) = (run.start(), home.join("out"));
        let there = |what: &'static str, line: String| {
            wait::until(what, || lines(&out).contains(&line).then_some(()));
        };
        send(&brokers, &old, &[], "1\n");
        there("the first topic", format!("{old} 1"));
        for topic in [&new, &other] {
            create(&brokers, topic, 1);
            send(&brokers, topic, &[], "2\n");
        }
        there("a new topic", format!("{new} 2"));
        // One that goes is no reason to end.
        let _ = at(&brokers, &["topics", "delete", &old, "--yes"]).run().succeed();
        create(&brokers, &last, 1);
        send(&brokers, &last, &[], "3\n");
        there("a topic after one has gone", format!("{last} 3"));
        send(&brokers, &new, &[], "4\n");
        there("a record after that", format!("{new} 4"));
        running.signal(Signal::INT);
        end_of(&mut running);
        let want = [(&old, 1), (&new, 2), (&last, 3), (&new, 4)];
        let mut want = want.map(|(topic, value)| format!("{topic} {value}"));
        let mut found = lines(&out);
        want.sort();
        found.sort();
        assert_eq!(found, want, "{way}");
        let told = std::fs::read_to_string(home.join("err")).unwrap();
        if way.is_empty() {
            assert!(told.contains(&format!("`{new}` is new: it is read from its")), "{told}");
            assert!(told.contains(&format!("`{old}` is not there any more")), "{told}");
        }
        let _ = running.finish().fail(130);
    }
}
