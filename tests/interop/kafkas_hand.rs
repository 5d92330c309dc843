//! Kafka's own tools at work.

use std::fmt::Write;

use super::hand::{Hand, Partition, Place, Row, To};
use super::jvm::{Jvm, Said};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// Kafka's tools, on any cluster.
pub(super) struct KafkasHand<'a> {
    jvm: &'a mut Jvm,
    address: String,
    /// Everything that the tools printed on standard output, with times and ids taken out.
    pub(super) printed: String,
}

impl<'a> KafkasHand<'a> {
    pub(super) fn new(jvm: &'a mut Jvm, address: &str) -> Self {
        KafkasHand { jvm, address: address.to_owned(), printed: String::new() }
    }

    fn tool(&mut self, class: &str, stdin: &str, args: &[&str]) -> Said {
        let mut all = vec!["--bootstrap-server", self.address.as_str()];
        all.extend(args);
        let said = self.jvm.run(class, stdin, &all);
        let tool = class.rsplit('.').next().unwrap();
        writeln!(self.printed, "$ {tool} {}\nexit code {}", args.join(" "), said.code).unwrap();
        self.printed.push_str(&masked(class, &said.stdout));
        said
    }

    #[track_caller]
    fn done(&mut self, class: &str, stdin: &str, args: &[&str]) -> String {
        let said = self.tool(class, stdin, args);
        assert_eq!(said.code, 0, "{class} {args:?}: {said:?}");
        said.stdout
    }
}

/// Takes out what differs from run to run: topic ids and times, the groups that consumers without
/// one make up, and the order of groups and of records of different partitions.
fn masked(class: &str, text: &str) -> String {
    let words = |line: &str| -> String {
        let mut words: Vec<String> = line.split('\t').map(str::to_owned).collect();
        for word in &mut words {
            for head in ["TopicId: ", "CreateTime:", "console-consumer-"] {
                if word.starts_with(head) {
                    *word = format!("{head}…");
                }
            }
        }
        words.join("\t") + "\n"
    };
    let mut lines: Vec<String> = text.lines().map(words).collect();
    // Tables are preceded by an empty line, and their rows stay in order.
    if class == CONSUMER || (class == GROUPS && !text.starts_with('\n')) {
        lines.sort();
    }
    lines.concat()
}

/// Returns the rows of a table whose first line names its columns.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).skip(1);
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

fn number(word: &str) -> Option<i64> {
    (word != "-").then(|| word.parse().unwrap_or_else(|e| panic!("{word}: {e}")))
}

/// Returns what follows `name: ` in a description's line.
fn field(line: &str, name: &str) -> String {
    let words = line.split('\t').find_map(|word| word.trim().strip_prefix(name));
    words.unwrap_or_else(|| panic!("no {name} in {line}")).trim().to_owned()
}

impl Hand for KafkasHand<'_> {
    fn create(&mut self, topic: &str, partitions: i32) -> bool {
        let partitions = partitions.to_string();
        let args = ["--create", "--topic", topic, "--partitions", &partitions];
        self.tool(TOPICS, "", &args).code == 0
    }

    fn topics(&mut self) -> Vec<String> {
        self.done(TOPICS, "", &["--list"]).lines().map(str::to_owned).collect()
    }

    fn describe(&mut self, topic: &str) -> Vec<Partition> {
        let text = self.done(TOPICS, "", &["--describe", "--topic", topic]);
        let partition = |line: &str| Partition {
            partition: field(line, "Partition: ").parse().unwrap(),
            leader: field(line, "Leader: "),
            replicas: field(line, "Replicas: "),
            isr: field(line, "Isr: "),
        };
        text.lines().filter(|line| line.starts_with('\t')).map(partition).collect()
    }

    fn delete(&mut self, topic: &str) {
        self.done(TOPICS, "", &["--delete", "--topic", topic]);
    }

    fn produce(&mut self, topic: &str, lines: &str) {
        let key = ["--reader-property", "parse.key=true", "--reader-property", "key.separator=:"];
        self.done(PRODUCER, lines, &[&["--topic", topic], &key[..]].concat());
    }

    fn consume(&mut self, topic: &str, group: Option<&str>, count: usize) -> Vec<Row> {
        let count_max = count.to_string();
        let mut shown = Vec::new();
        let mut args = vec!["--topic", topic, "--max-messages", &count_max];
        args.extend(["--timeout-ms", "20000", "--from-beginning"]);
        for name in ["print.timestamp", "print.partition", "print.offset", "print.key"] {
            shown.push(format!("{name}=true"));
        }
        args.extend(shown.iter().flat_map(|shown| ["--formatter-property", shown]));
        args.extend(group.iter().flat_map(|group| ["--group", group]));
        let text = self.done(CONSUMER, "", &args);
        text.lines().map(row).collect()
    }

    fn groups(&mut self) -> Vec<String> {
        self.done(GROUPS, "", &["--list"]).lines().map(str::to_owned).collect()
    }

    fn places(&mut self, group: &str) -> Vec<Place> {
        let text = self.done(GROUPS, "", &["--describe", "--group", group]);
        let place = |words: Vec<String>| Place {
            topic: words[1].clone(),
            partition: words[2].parse().unwrap(),
            committed: number(&words[3]),
            end: number(&words[4]),
            lag: number(&words[5]),
        };
        table(&text).into_iter().map(place).collect()
    }

    fn reset(&mut self, group: &str, topic: &str, to: To, execute: bool) -> Vec<(i32, i64)> {
        let to: Vec<String> = match to {
            To::Earliest => vec!["--to-earliest".to_owned()],
            To::Latest => vec!["--to-latest".to_owned()],
            To::Offset(offset) => vec!["--to-offset".to_owned(), offset.to_string()],
            To::ShiftBy(by) => vec!["--shift-by".to_owned(), by.to_string()],
        };
        let mut args = vec!["--reset-offsets", "--group", group, "--topic", topic];
        args.push(if execute { "--execute" } else { "--dry-run" });
        args.extend(to.iter().map(String::as_str));
        let text = self.done(GROUPS, "", &args);
        let plan = |words: Vec<String>| (words[2].parse().unwrap(), words[3].parse().unwrap());
        table(&text).into_iter().map(plan).collect()
    }

    fn delete_group(&mut self, group: &str) {
        self.done(GROUPS, "", &["--delete", "--group", group]);
    }
}

/// Reads `CreateTime:1 Partition:0 Offset:0 key value`, with tabs between.
fn row(line: &str) -> Row {
    let words: Vec<&str> = line.splitn(5, '\t').collect();
    let [_, partition, offset, key, value] = words[..] else { panic!("{line}") };
    let text = |word: &str| (word != "null").then(|| word.to_owned());
    Row {
        partition: partition.strip_prefix("Partition:").unwrap().parse().unwrap(),
        offset: offset.strip_prefix("Offset:").unwrap().parse().unwrap(),
        key: text(key),
        value: text(value),
    }
}
