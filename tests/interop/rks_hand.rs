//! `rk` at work.

use serde_json::Value;

use super::hand::{Hand, Partition, Place, Row, To};
use crate::kit::run::{Output, rk};

/// `rk`, on any cluster.
pub(super) struct RksHand {
    address: String,
}

impl RksHand {
    pub(super) fn new(address: &str) -> Self {
        RksHand { address: address.to_owned() }
    }

    fn run(&self, stdin: &str, args: &[&str]) -> Output {
        rk([args, &["--brokers", &self.address]].concat()).stdin(stdin).run()
    }

    /// Runs a listing and returns its rows.
    #[track_caller]
    fn rows(&self, args: &[&str]) -> Vec<Value> {
        let output = self.run("", &[args, &["-o", "json"]].concat());
        serde_json::from_str(output.succeed()).unwrap_or_else(|e| panic!("{e}: {output:?}"))
    }
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}")).to_owned()
}

fn number(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap_or_else(|| panic!("no {name} in {row}"))
}

/// Returns a list of ids as Kafka's tools print it.
fn ids(row: &Value, name: &str) -> String {
    let ids = row[name].as_array().unwrap_or_else(|| panic!("no {name} in {row}"));
    ids.iter().map(Value::to_string).collect::<Vec<_>>().join(",")
}

fn partition_of(row: &Value) -> i32 {
    i32::try_from(number(row, "partition")).unwrap()
}

impl Hand for RksHand {
    fn create(&mut self, topic: &str, partitions: i32) -> bool {
        let partitions = partitions.to_string();
        let output = self.run("", &["topics", "create", topic, "--partitions", &partitions]);
        assert!(output.code <= 1, "{output:?}");
        output.code == 0
    }

    fn topics(&mut self) -> Vec<String> {
        self.rows(&["topics", "list"]).iter().map(|row| text(row, "topic")).collect()
    }

    fn describe(&mut self, topic: &str) -> Vec<Partition> {
        let rows = self.rows(&["topics", "describe", topic]);
        let [topic] = &rows[..] else { panic!("{rows:?}") };
        let partition = |row: &Value| Partition {
            partition: partition_of(row),
            leader: row["leader"].to_string(),
            replicas: ids(row, "replicas"),
            isr: ids(row, "isr"),
        };
        topic["partitions"].as_array().unwrap().iter().map(partition).collect()
    }

    fn delete(&mut self, topic: &str) {
        let _ = self.run("", &["topics", "delete", topic, "--yes"]).succeed();
    }

    fn produce(&mut self, topic: &str, lines: &str) {
        let _ = self.run(lines, &["produce", topic, "-K", ":"]).succeed();
    }

    fn consume(&mut self, topic: &str, group: Option<&str>, count: usize) -> Vec<Row> {
        let count_max = count.to_string();
        let mut args = vec!["consume", topic, "--from-beginning", "-n", &count_max];
        args.extend(["--timeout", "20s", "-o", "json"]);
        args.extend(group.iter().flat_map(|group| ["--group", group]));
        let output = self.run("", &args);
        let row = |line: &str| {
            let row: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            assert_eq!(text(&row, "topic"), topic);
            assert_eq!(text(&row, "timestamp_type"), "CreateTime", "{row}");
            let text = |name: &str| row[name].as_str().map(str::to_owned);
            Row {
                partition: partition_of(&row),
                offset: number(&row, "offset"),
                key: text("key"),
                value: text("value"),
            }
        };
        output.succeed().lines().map(row).collect()
    }

    fn groups(&mut self) -> Vec<String> {
        self.rows(&["groups", "list"]).iter().map(|row| text(row, "group")).collect()
    }

    fn places(&mut self, group: &str) -> Vec<Place> {
        let place = |row: &Value| Place {
            topic: text(row, "topic"),
            partition: partition_of(row),
            committed: row["current_offset"].as_i64(),
            end: row["log_end_offset"].as_i64(),
            lag: row["lag"].as_i64(),
        };
        self.rows(&["groups", "describe", group]).iter().map(place).collect()
    }

    fn reset(&mut self, group: &str, topic: &str, to: To, execute: bool) -> Vec<(i32, i64)> {
        let to: Vec<String> = match to {
            To::Earliest => vec!["--to-earliest".to_owned()],
            To::Latest => vec!["--to-latest".to_owned()],
            To::Offset(offset) => vec!["--to-offset".to_owned(), offset.to_string()],
            To::ShiftBy(by) => vec!["--shift-by".to_owned(), by.to_string()],
        };
        let mut args = vec!["groups", "reset-offsets", "--group", group, "--topic", topic];
        args.extend(to.iter().map(String::as_str));
        args.extend(execute.then_some("--execute"));
        self.rows(&args).iter().map(|row| (partition_of(row), number(row, "new_offset"))).collect()
    }

    fn delete_group(&mut self, group: &str) {
        let _ = self.run("", &["groups", "delete", group, "--yes"]).succeed();
    }
}
