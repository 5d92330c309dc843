//! `rk connect` and Kafka's own distributed worker, on `rk dev` and on Apache Kafka: one script,
//! and every word that it prints.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::Regex;
use tempfile::TempDir;

use super::rk_dev::RkDev;
use crate::kit::golden::golden;
use crate::kit::kafka::{self, Kafka};
use crate::kit::run::{Output, Running, rk};
use crate::kit::wait::until_within;

/// What the script prints.
const TRANSCRIPT: &str = "interop/fixtures/connect-4.3.1.txt";

/// How long a worker may take for anything: a JVM on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the source has to give.
const LINES: [&str; 4] = ["one", "two", "three", "four"];

/// A worker, and what was said to it.
struct Worker {
    _running: Running,
    url: String,
    folder: TempDir,
    transcript: String,
}

impl Worker {
    /// Starts a worker and waits until it is well.
    fn start(kafka: &Kafka, brokers: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", kafka::port());
        let settings = folder.path().join("worker.properties");
        let mut text = format!(
            "bootstrap.servers={brokers}\ngroup.id=connect-cluster\n\
             key.converter=org.apache.kafka.connect.storage.StringConverter\n\
             value.converter=org.apache.kafka.connect.storage.StringConverter\n\
             offset.flush.interval.ms=500\nscheduled.rebalance.max.delay.ms=0\n\
             listeners=http://{address}\n"
        );
        for topic in ["config", "offset", "status"] {
            writeln!(text, "{topic}.storage.topic=connect-{topic}").unwrap();
            writeln!(text, "{topic}.storage.replication.factor=1").unwrap();
        }
        std::fs::write(&settings, text).unwrap();
        let running = kafka.verb("connect-distributed", [&settings]).env("KAFKA_TIER", "1").start();
        let url = format!("http://{address}");
        let mut worker = Worker { _running: running, url, folder, transcript: String::new() };
        until_within(PATIENCE, "the worker to be well", || {
            (worker.run("info").code == 0).then_some(())
        });
        worker.files();
        worker
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&mut self) {
        let folder = self.folder.path().display().to_string();
        std::fs::write(self.path("in.txt"), LINES.join("\n") + "\n").unwrap();
        for (name, text) in [
            (
                "source.properties",
                "name=source\nconnector.class=FileStreamSource\nfile=FOLDER/in.txt\n\
                 topic=connected\n",
            ),
            (
                "sink.json",
                r#"{"name":"sink","config":{"connector.class":"FileStreamSink",
                "file":"FOLDER/out.txt","topics":"connected","tasks.max":1}}"#,
            ),
            (
                "changed.json",
                r#"{"name":"sink","connector.class":"FileStreamSink","file":"FOLDER/out.txt",
                "topics":"connected","tasks.max":"2","sasl.password":"hunter2"}"#,
            ),
            ("bad.properties", "name=bad\nconnector.class=FileStreamSource\ntasks.max=x\n"),
            ("stranger.properties", "name=stranger\nconnector.class=NoSuchThing\n"),
            (
                "broken.properties",
                "name=broken\nconnector.class=FileStreamSink\nfile=/nodir/x\ntopics=connected\n",
            ),
        ] {
            std::fs::write(self.path(name), text.replace("FOLDER", &folder)).unwrap();
        }
    }

    fn run(&self, line: &str) -> Output {
        let words = std::iter::once("connect").chain(line.split_whitespace());
        let run = rk(words).env("RK_CONNECT", &self.url).in_folder(self.folder.path());
        run.deadline(PATIENCE).run()
    }

    /// Runs a line of the script, and keeps what it prints.
    fn say(&mut self, line: &str) {
        let ran = self.run(line);
        writeln!(self.transcript, "$ rk connect {line}").unwrap();
        self.transcript.push_str(ran.out());
        self.transcript.push_str(ran.err());
        if ran.code != 0 {
            writeln!(self.transcript, "[exit code {}]", ran.code).unwrap();
        }
    }

    fn all(&mut self, lines: &[&str]) {
        lines.iter().for_each(|line| self.say(line));
    }

    /// Waits until a command prints what is wanted.
    fn until(&self, line: &str, wanted: &str) {
        until_within(PATIENCE, wanted, || self.run(line).out().contains(wanted).then_some(()));
    }

    /// Waits until the sink has written so many lines.
    fn until_written(&self, count: usize) {
        let path = self.path("out.txt");
        let lines = |path: &Path| std::fs::read_to_string(path).unwrap_or_default().lines().count();
        until_within(PATIENCE, "the sink to write", || (lines(&path) >= count).then_some(()));
        assert_eq!(lines(&path), count);
    }

    /// What was printed, without what differs from run to run.
    fn masked(&self) -> String {
        let time = Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").unwrap();
        let id = Regex::new(r"\t[A-Za-z0-9_-]{22}\t").unwrap();
        let address = self.url.trim_start_matches("http://");
        let folder = self.folder.path().display().to_string();
        let text = self.transcript.replace(address, "WORKER").replace(&folder, "FOLDER");
        id.replace_all(&time.replace_all(&text, "TIME"), "\tID\t").into_owned()
    }
}

/// Takes a worker through everything that people do with one.
fn take(kafka: &Kafka, brokers: &str) -> String {
    let _ =
        rk(["topics", "create", "connected", "-b", brokers, "--partitions", "1"]).run().succeed();
    let mut worker = Worker::start(kafka, brokers);
    worker.all(&[
        "info -o tsv",
        "list",
        "plugins",
        "validate bad.properties",
        "create bad.properties",
        "create stranger.properties",
        "create source.properties --state paused --wait --timeout 200s",
        "list",
        "resume source --wait --timeout 200s",
        "create sink.json --wait --timeout 200s",
        "create sink.json",
        "list",
        "status",
        "tasks sink --configs -o tsv",
    ]);
    worker.until_written(LINES.len());
    worker.until("topics sink", "connected");
    worker.until("offsets get source", r#"{"position":19}"#);
    worker.until("offsets get sink", "connected:0       4");
    worker.all(&["topics", "offsets get source -o tsv", "offsets get sink"]);
    change(&mut worker);
    offsets(&mut worker);
    failure(&mut worker);
    worker.all(&[
        "loggers org.apache.kafka.connect --set debug --cluster",
        "loggers org.apache.kafka.connect --set loud",
        "loggers no.such.logger",
        "delete source sink broken --yes",
        "delete source --yes",
    ]);
    worker.until("list", "NAME  TYPE  STATE  TASKS  WORKER-ID\n");
    worker.masked()
}

fn change(worker: &mut Worker) {
    worker.all(&[
        "apply sink.json",
        "diff changed.json",
        "apply changed.json --wait --timeout 200s",
        "apply changed.json",
        "describe sink -o tsv",
        "alter sink --set tasks.max=1 --unset sasl.password --wait --timeout 200s",
        "diff sink.json -o csv",
        "pause sink --wait --timeout 200s",
        "resume sink --wait --timeout 200s",
        "restart sink",
        "restart sink --tasks --failed",
        "restart sink --tasks --wait --timeout 200s",
        "restart sink --task 9",
    ]);
}

fn offsets(worker: &mut Worker) {
    worker.say("offsets reset sink --yes");
    worker.say("offsets reset sink --yes --stop-first --resume --timeout 200s");
    worker.until_written(2 * LINES.len());
    worker.say("offsets alter sink --topic connected:0=3 --stop-first --resume --timeout 200s");
    worker.until_written(2 * LINES.len() + 1);
    worker.all(&[
        "stop source --wait --timeout 200s",
        "list",
        "offsets alter source --partition {\"filename\":\"x\"} --offset {\"position\":\"y\"}",
        "offsets alter source --partition {\"filename\":\"x\"} --offset {\"position\":7}",
        "offsets get source -o tsv",
        "offsets reset source --yes --resume",
    ]);
}

fn failure(worker: &mut Worker) {
    worker.all(&[
        "create broken.properties --wait --timeout 200s",
        "status broken --fail-on-failed",
        "watch broken --fail-on-failed",
        "restart broken",
        "restart broken --tasks --failed",
        "restart broken --task 0",
    ]);
    let file = worker.path("other.txt");
    let line = format!("alter broken --set file={} -o plain", file.display());
    worker.say(&line);
    worker.until("list", "broken  sink    RUNNING  1/1");
}

#[test]
fn kafkas_worker_is_managed_on_apache_kafka() {
    let Some(kafka) = kafka::find() else { return };
    let apache = kafka.start("");
    golden(TRANSCRIPT, &take(&kafka, &apache.address));
}

#[test]
fn kafkas_worker_is_managed_on_rk_dev() {
    let Some(kafka) = kafka::find() else { return };
    let broker = RkDev::start();
    golden(TRANSCRIPT, &take(&kafka, &broker.address));
    broker.stop();
}
