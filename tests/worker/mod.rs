//! Tests: `rk connect run`, the worker, against the broker in the test's own process and beside
//! Kafka's own worker.

mod creation;
mod dead_letters;
mod elastic;
mod files;
mod jdbc_mariadb;
mod jdbc_postgres;
mod jdbc_source;
mod jdbc_sqlite;
mod kafkas;
mod killed;
mod registries;
mod rest;
mod web;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::kit::run::{Run, rk};

const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";

/// A folder with a worker's file in it.
struct Place {
    dir: TempDir,
    brokers: String,
}

impl Place {
    fn new(brokers: std::net::SocketAddr) -> Self {
        let place = Place { dir: tempfile::tempdir().unwrap(), brokers: brokers.to_string() };
        let offsets = place.path("connect.offsets");
        place.write(
            "worker.properties",
            &format!(
                "bootstrap.servers={brokers}\nkey.converter={STRING}\nvalue.converter={STRING}\n\
                 offset.storage.file.filename={}\noffset.flush.interval.ms=200\n\
                 plugin.path=/nowhere\n",
                offsets.display()
            ),
        );
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        use std::io::Write as _;
        let file = std::fs::File::options().append(true).create(true).open(self.path(name));
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// The lines of a file; none where it is not there.
    fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Runs the worker on these connectors.
    fn worker(&self, words: &[&str]) -> Run {
        let worker = self.path("worker.properties");
        let mut all = vec!["connect".to_owned(), "run".to_owned(), told(&worker)];
        all.extend(words.iter().map(|word| match word.ends_with(".properties") {
            true => told(&self.path(word)),
            false => (*word).to_owned(),
        }));
        rk(all)
    }

    /// Writes the file of a sink, and of a source.
    fn sink(&self, topic: &str, more: &str) {
        let file = self.path("out.txt");
        self.write(
            "sink.properties",
            &format!(
                "name=sink\nconnector.class=FileStreamSink\ntopics={topic}\nfile={}\n{more}",
                file.display()
            ),
        );
    }

    fn source(&self, topic: &str) {
        let file = self.path("in.txt");
        self.write(
            "source.properties",
            &format!(
                "name=source\nconnector.class=FileStreamSource\ntopic={topic}\nfile={}\n",
                file.display()
            ),
        );
    }

    /// Writes the file of a JDBC sink of topic `t` that reads plain JSON.
    fn jdbc(&self, url: &str, more: &str) {
        let plain = "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
                     value.converter.schemas.enable=false\n";
        let class = "io.confluent.connect.jdbc.JdbcSinkConnector";
        let base = format!("name=jdbc\nconnector.class={class}\ntopics=t\n{plain}");
        self.write("jdbc.properties", &format!("{base}connection.url={url}\n{more}"));
    }

    /// Writes the file of a JDBC source that writes plain JSON.
    fn jdbc_source(&self, url: &str, more: &str) {
        let plain = "value.converter=org.apache.kafka.connect.json.JsonConverter\n\
                     value.converter.schemas.enable=false\n";
        let class = "io.confluent.connect.jdbc.JdbcSourceConnector";
        let base = format!("name=from\nconnector.class={class}\npoll.interval.ms=50\n{plain}");
        let rest = format!("connection.url={url}\ntopic.prefix=db_\n{more}");
        self.write("from.properties", &format!("{base}{rest}"));
    }

    fn rk(&self, words: &[&str]) -> Run {
        rk(words).env("RK_BROKERS", &self.brokers)
    }

    fn create(&self, topic: &str, partitions: u32) {
        let partitions = partitions.to_string();
        let words = ["topics", "create", topic, "--partitions", &partitions];
        let _ = self.rk(&words).run().succeed();
    }

    fn send(&self, topic: &str, lines: &str) {
        let _ = self.rk(&["produce", topic]).stdin(lines).run().succeed();
    }

    /// Sends records with keys: `key\tvalue`; `∅` is a null value.
    fn send_keyed(&self, topic: &str, lines: &str) {
        let words = ["produce", topic, "--key-separator", "\t", "--null-marker", "∅"];
        let _ = self.rk(&words).stdin(lines).run().succeed();
    }

    /// The values that a topic has, in the order of its partitions.
    fn values(&self, topic: &str) -> Vec<String> {
        let output = self.rk(&["consume", topic, "-e", "-f", "%v\\n"]).run();
        output.succeed().lines().map(str::to_owned).collect()
    }
}

fn told(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}
