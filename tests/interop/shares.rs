//! Share groups judged by Apache Kafka: the same Java program on both brokers says the same, and
//! Kafka's tools read the files that `rk dev` wrote of it.

use std::path::Path;
use std::time::Duration;

use super::directory;
use crate::kit::broker::TestBroker;
use crate::kit::kafka::{self, Kafka};

/// What both brokers are told: locks and intervals that a test can wait for.
const SETTINGS: &[(&str, &str)] = &[
    ("group.share.min.record.lock.duration.ms", "1000"),
    ("group.share.record.lock.duration.ms", "15000"),
    ("group.share.assignment.interval.ms", "100"),
    ("group.share.min.heartbeat.interval.ms", "500"),
    ("group.share.heartbeat.interval.ms", "500"),
];

/// How long the whole course may take: consumers wait for what must not come.
const PATIENCE: Duration = Duration::from_secs(240);

fn course(kafka: &Kafka, address: &str, courses: &[&str]) -> String {
    let program = crate::kit::path("interop/java/Shares.java");
    let words = [&[program.to_str().unwrap(), address], courses].concat();
    let run = kafka.verb("java", words).deadline(PATIENCE).run();
    run.succeed().to_owned()
}

#[test]
fn a_java_program_cannot_tell_the_brokers_apart() {
    let Some(kafka) = kafka::find() else { return };
    let lines = SETTINGS.iter().map(|(name, value)| format!("{name}={value}\n"));
    let theirs = kafka.start(&lines.collect::<String>());
    let ours = TestBroker::with(SETTINGS);
    // Side by side: most of it is waiting.
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| course(&kafka, &theirs.address, &[]));
        let ours = course(&kafka, &ours.bootstrap(), &[]);
        (theirs.join().unwrap(), ours)
    });
    assert!(!theirs.contains("failed"), "{theirs}");
    assert_eq!(ours, theirs);
}

/// Returns what Kafka's tool says of the files of a topic.
fn dump(kafka: &Kafka, dir: &Path, topic: &str, decoder: &str) -> String {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let folder = entry.unwrap().path();
        let is_of = folder.file_name().is_some_and(|name| {
            name.to_string_lossy().rsplit_once('-').is_some_and(|(name, _)| name == topic)
        });
        let log = folder.join("00000000000000000000.log");
        if is_of && log.metadata().is_ok_and(|file| file.len() > 0) {
            files.push(log.display().to_string());
        }
    }
    let run = kafka.verb("dump-log", [decoder, "--files", &files.join(",")]).run();
    run.succeed().to_owned()
}

#[test]
fn kafka_reads_and_serves_what_was_written_of_share_groups_and_gives_it_back() {
    let Some(kafka) = kafka::find() else { return };
    let ours = TestBroker::start();
    let told = course(&kafka, &ours.bootstrap(), &["leave"]);
    let all = "got v0@0x1 v1@1x1 v2@2x1 v3@3x1 v4@4x1 v5@5x1";
    assert_eq!(told, format!("== leave\n{all}\ncommit keep-0 ok\n"));
    let (folder, dir) = ours.into_directory();
    let states = dump(&kafka, &dir, "__share_group_state", "--share-group-state-decoder");
    assert!(states.contains("\"groupId\":\"s-keep\""), "{states}");
    let groups = dump(&kafka, &dir, "__consumer_offsets", "--offsets-decoder");
    assert!(groups.contains("\"initializedTopics\":[{\"topicId\""), "{groups}");
    let (running, address) = directory::start(&kafka, &dir, directory::STATIC, "keep");
    let told = course(&kafka, &address, &["back"]);
    assert_eq!(told, "== back\ngot v1@1x2 v3@3x2 v4@4x2 v5@5x2\ncommit keep-0 ok\n");
    directory::stop(running);
    let ours = TestBroker::resume(folder);
    let told = course(&kafka, &ours.bootstrap(), &["end"]);
    assert_eq!(told, "== end\ngot v3@3x3 v4@4x3 v5@5x3\ncommit keep-0 ok\nthen 0\n");
}
