//! One data directory, two brokers: what `rk dev` wrote Apache Kafka serves, and the other way
//! round.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::kit::kafka::{self, Kafka};
use crate::kit::run::{Running, rk};
use crate::kit::wait::until_within;

/// Runs a script of `rk` commands with `rk dev` on the directory.
fn with_rk_dev(dir: &Path, script: &str) -> String {
    let words = ["dev", "--data-dir", dir.to_str().unwrap(), "--", "sh", "-ec", script];
    rk(words).inherit("PATH").run().succeed().to_owned()
}

/// Starts Apache Kafka on the directory and a port, and waits until it knows a topic.
pub(super) fn start_apache(kafka: &Kafka, dir: &Path, port: u16, topic: &str) -> Running {
    let controller = port + 1;
    let settings = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.listener.names=CONTROLLER\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         offsets.topic.replication.factor=1\n\
         group.initial.rebalance.delay.ms=0\n\
         log.dirs={}\n",
        dir.display()
    );
    let file = dir.with_extension("properties");
    std::fs::write(&file, settings).unwrap();
    let mut running = kafka.verb("java", ["kafka.Kafka".as_ref(), file.as_os_str()]).start();
    let address = format!("127.0.0.1:{port}");
    until_within(Duration::from_secs(60), "Apache Kafka on our directory", || {
        assert!(!running.has_ended(), "Apache Kafka has ended");
        let listed = rk(["topics", "list", "-b", &address, "-o", "plain"]).run();
        (listed.code == 0 && listed.out().lines().any(|line| line == topic)).then_some(())
    });
    running
}

#[test]
fn apache_kafka_and_rk_dev_serve_one_directory_in_turn() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    with_rk_dev(
        &dir,
        "rk topics create t --partitions 2 --config retention.ms=-1
         seq 100 | rk produce t --partition 1
         test $(rk consume t -g g --from-beginning -n 30 | wc -l) = 30",
    );
    let port = kafka::port();
    let address = format!("127.0.0.1:{port}");
    let running = start_apache(&kafka, &dir, port, "t");
    let run = |words: &[&str]| rk(words.iter().chain(&["-b", &address])).run().succeed().to_owned();
    let described = run(&["groups", "describe", "g", "-o", "csv"]);
    assert!(described.contains("g,t,1,30,100,70"), "{described}");
    let topic = run(&["topics", "describe", "t"]);
    assert!(topic.contains("retention.ms=-1"), "{topic}");
    assert_eq!(run(&["consume", "t", "--from-beginning", "-e"]).lines().count(), 100);
    assert_eq!(run(&["consume", "t", "-g", "g", "-e", "-n", "20"]).lines().count(), 20);
    let more = rk(["produce", "t", "-p", "0", "-b", &address]).stdin("from Kafka\n").run();
    let _ = more.succeed();
    running.signal(Signal::TERM);
    let _ = running.finish();
    let back = with_rk_dev(
        &dir,
        "rk groups describe g -o csv | cut -d, -f1-6
         rk consume t --from-beginning -e | wc -l",
    );
    assert!(back.contains("t,1,50,100,50"), "{back}");
    assert!(back.ends_with("101\n"), "{back}");
}
