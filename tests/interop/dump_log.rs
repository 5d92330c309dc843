//! Apache Kafka's own dump tool reads every file of a data directory, and finds nothing wrong.

use std::path::{Path, PathBuf};

use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::init_producer_id::InitProducerIdRequest;
use rk::wire::messages::join_group::{JoinGroupRequest, JoinGroupRequestProtocol};
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};

use crate::broker::fetching::{batch, client_with_topic, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::kafka::{self, Kafka};

/// Fills a broker with what its files can hold, stops it, and returns its directory.
fn filled() -> (tempfile::TempDir, PathBuf) {
    let broker = TestBroker::with(&[("log.segment.bytes", "1048576")]);
    let mut client = client_with_topic(&broker, "t");
    for _ in 0..40 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(20, 5000)))), 0);
    }
    let id = InitProducerIdRequest { transactional_id: None, ..Default::default() };
    client.call(4, &id);
    client.call(2, &FindCoordinatorRequest { key: "g".into(), ..Default::default() });
    let protocol = JoinGroupRequestProtocol { name: "range".into(), ..Default::default() };
    let join = JoinGroupRequest {
        group_id: "members".into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 10_000,
        protocol_type: "consumer".into(),
        protocols: vec![protocol],
        ..Default::default()
    };
    assert_eq!(client.call(3, &join).error_code, 0);
    let partition = OffsetCommitRequestPartition { committed_offset: 5, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let commit =
        OffsetCommitRequest { group_id: "g".into(), topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(8, &commit).topics[0].partitions[0].error_code, 0);
    broker.into_directory()
}

/// Returns the files of the directories whose name begins so, with one of these endings.
fn files(dir: &Path, begin: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if !entry.file_name().to_string_lossy().starts_with(begin) || !entry.path().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(entry.path()).unwrap().map(Result::unwrap) {
            let path = file.path();
            let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            // The tool warns of a log without records as of a mistake.
            if endings.contains(&ending.as_str()) && file.metadata().unwrap().len() > 0 {
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{begin}");
    found
}

fn dump(kafka: &Kafka, files: &[String], more: &[&str]) -> String {
    let files = files.join(",");
    let args = ["--files", &files].into_iter().chain(more.iter().copied());
    let output = kafka.verb("dump-log", args).run();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.code, 0, "{told}");
    for complaint in ["isvalid: false", "Exception", "mismatch", "Found timestamp", "out of order"]
    {
        assert!(!told.contains(complaint), "{complaint}:\n{told}");
    }
    told
}

#[test]
fn kafkas_dump_tool_reads_every_file() {
    let Some(kafka) = kafka::find() else { return };
    let (_keep, dir) = filled();
    let logs = dump(&kafka, &files(&dir, "t-", &["log", "index", "timeindex", "snapshot"]), &[]);
    assert!(logs.matches("count: 20").count() >= 40, "{logs}");
    let offsets =
        dump(&kafka, &files(&dir, "__consumer_offsets-", &["log"]), &["--offsets-decoder"]);
    assert!(offsets.contains("\"group\":\"g\",\"topic\":\"t\",\"partition\":0"), "{offsets}");
    assert!(offsets.contains("\"group\":\"members\""), "{offsets}");
    let metadata = dump(
        &kafka,
        &files(&dir, "__cluster_metadata-", &["log"]),
        &["--cluster-metadata-decoder"],
    );
    for record in ["TOPIC_RECORD", "PARTITION_RECORD", "PRODUCER_IDS_RECORD", "FEATURE_LEVEL"] {
        assert!(metadata.contains(record), "{record}:\n{metadata}");
    }
}
