//! Kafka Streams applications of the newer protocol (`group.protocol=streams`, KIP-1071), and
//! the tools for their groups: on Apache Kafka, on `rk dev` that restarts meanwhile, and on both
//! in turn, with one data directory.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;

use super::directory::{STATIC, settings};
use crate::kit::golden::{golden, same};
use crate::kit::kafka::{self, Kafka};
use crate::kit::run::{Running, rk};
use crate::kit::wait;

/// What is seen on Apache Kafka 4.3.1, and therefore everywhere.
const SEEN: &str = "interop/fixtures/streams-4.3.1.txt";
/// How long a test may need its broker.
const LIFE: Duration = Duration::from_secs(600);

/// Plays all applications, and returns what they print. `restart` is called when they ask.
fn play(kafka: &Kafka, address: &str, restart: &mut dyn FnMut()) -> String {
    let state = tempfile::tempdir().unwrap();
    let program = crate::kit::path("interop/java/Streams.java");
    let words = [program.as_os_str(), address.as_ref(), state.path().as_os_str()];
    let mut command = kafka.command("java", words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut seen = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        seen.push_str(&line);
        seen.push('\n');
        if line == "restart" {
            restart();
            writeln!(stdin, "go on").unwrap();
        }
    }
    assert!(child.wait().unwrap().success(), "{seen}");
    seen
}

/// Starts `rk dev` on a directory and a port.
fn rk_dev(dir: &Path, address: &str) -> Running {
    let ready = dir.with_extension("ready");
    let _ = std::fs::remove_file(&ready);
    let (dir, file) = (dir.to_str().unwrap(), ready.to_str().unwrap());
    let words = ["dev", "--listen", address, "--data-dir", dir, "--ready-file", file];
    let mut running = rk(words).deadline(LIFE).start();
    wait::until("rk dev to be ready", || {
        assert!(!running.has_ended(), "rk dev has ended");
        std::fs::read_to_string(&ready).ok().filter(|text| text.ends_with('\n'))
    });
    running
}

/// Starts Apache Kafka on a directory and a port, and waits until it knows of a topic.
fn apache(kafka: &Kafka, dir: &Path, port: u16, topic: &str) -> Running {
    let file = settings(dir, port, STATIC);
    let words = ["kafka.Kafka".as_ref(), file.as_os_str()];
    let mut running = kafka.verb("java", words).deadline(LIFE).start();
    let address = format!("127.0.0.1:{port}");
    wait::until_within(Duration::from_secs(300), "Apache Kafka on our directory", || {
        assert!(!running.has_ended(), "Apache Kafka has ended");
        let listed = rk(["topics", "list", "-b", &address, "-o", "plain"]).run();
        (listed.code == 0 && listed.out().lines().any(|line| line == topic)).then_some(())
    });
    running
}

fn stop(running: Option<Running>, signal: Signal) {
    let Some(running) = running else { return };
    running.signal(signal);
    let _ = running.finish();
}

/// Lets Kafka's dump tool read what is kept of groups.
fn dump(kafka: &Kafka, dir: &Path) {
    let mut kinds = 0;
    for partition in 0..50 {
        let name = format!("__consumer_offsets-{partition}/00000000000000000000.log");
        let file = dir.join(name);
        if std::fs::metadata(&file).is_ok_and(|file| file.len() > 0) {
            let words = ["--offsets-decoder", "--files", file.to_str().unwrap()];
            let dumped = kafka.verb("dump-log", words).run().succeed().to_owned();
            assert!(!dumped.contains("unknown") && !dumped.contains("Found"), "{dumped}");
            // The six kinds of records of a streams group.
            for kind in [17, 19, 20, 21, 22, 23] {
                kinds += usize::from(dumped.contains(&format!("\"type\":\"{kind}\"")));
            }
        }
    }
    assert!(kinds >= 6, "{kinds} kinds of records were read");
}

#[test]
fn streams_groups_on_apache_kafka_are_as_we_think() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    golden(SEEN, &play(&kafka, &apache.address, &mut || {}));
}

#[test]
fn streams_groups_live_on_when_rk_dev_restarts() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let address = format!("127.0.0.1:{}", kafka::port());
    let mut running = Some(rk_dev(&dir, &address));
    let seen = play(&kafka, &address, &mut || {
        stop(running.take(), Signal::INT);
        running = Some(rk_dev(&dir, &address));
    });
    stop(running, Signal::INT);
    same("streams groups", include_str!("fixtures/streams-4.3.1.txt"), &seen);
    dump(&kafka, &dir);
}

/// The application has one broker after the other under it, and does not notice.
#[test]
fn streams_groups_live_on_from_rk_dev_to_apache_kafka_and_back() {
    let Some(kafka) = kafka::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let port = kafka::port();
    let address = format!("127.0.0.1:{port}");
    let mut own = Some(rk_dev(&dir, &address));
    let mut other = None;
    let seen = play(&kafka, &address, &mut || {
        if own.is_some() {
            stop(own.take(), Signal::INT);
            other = Some(apache(&kafka, &dir, port, "words"));
        } else {
            stop(other.take(), Signal::TERM);
            own = Some(rk_dev(&dir, &address));
        }
    });
    assert!(other.is_none(), "both restarts were asked for");
    stop(own, Signal::INT);
    same("streams groups", include_str!("fixtures/streams-4.3.1.txt"), &seen);
}
