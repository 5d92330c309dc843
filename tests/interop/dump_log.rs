//! Apache Kafka's own dump tool reads every file of a data directory, and finds nothing wrong.

use std::path::{Path, PathBuf};

use rk::wire::batch::BatchBuilder;
use rk::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest;
use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::find_coordinator::FindCoordinatorRequest;
use rk::wire::messages::join_group::{JoinGroupRequest, JoinGroupRequestProtocol};
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};

use crate::broker::fetching::{batch, client_with_topic, code, produce};
use crate::broker::sharing;
use crate::broker::transacting::Producer;
use crate::kit::broker::TestBroker;
use crate::kit::kafka::{self, Kafka};
use crate::kit::wait::until;
use crate::kit::wire::Client;

const CONFIGS: &[(&str, &str)] = &[
    ("log.segment.bytes", "1048576"),
    ("log.initial.task.delay.ms", "1"),
    ("log.cleaner.backoff.ms", "1"),
    ("log.segment.delete.delay.ms", "0"),
    ("log.retention.ms", "-1"),
    ("metadata.log.max.record.bytes.between.snapshots", "1"),
    ("offsets.topic.num.partitions", "2"),
    ("transaction.state.log.num.partitions", "2"),
    ("share.coordinator.state.topic.num.partitions", "2"),
];

/// Fills a broker with what its files can hold, stops it, and returns its directory.
fn filled() -> (tempfile::TempDir, PathBuf) {
    let broker = TestBroker::with(CONFIGS);
    let mut client = client_with_topic(&broker, "t");
    let producer = Producer::new(&mut client, "x");
    producer.write(&mut client, 0, 0, "committed");
    producer.commit_offset(&mut client, 3);
    producer.end(&mut client, true);
    producer.write(&mut client, 0, 1, "aborted");
    producer.end(&mut client, false);
    for _ in 0..40 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(20, 5000)))), 0);
    }
    sharing::acknowledge_some(&mut client);
    groups(&mut client);
    compact(&broker, &mut client);
    broker.into_directory()
}

/// A classic group with a member, one of the newer protocol, and one with an offset only.
fn groups(client: &mut Client) {
    client.call(2, &FindCoordinatorRequest { key: "alone".into(), ..Default::default() });
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
    let heartbeat = ConsumerGroupHeartbeatRequest {
        group_id: "newer".into(),
        member_id: "m".into(),
        rebalance_timeout_ms: 10_000,
        subscribed_topic_names: Some(vec!["t".into()]),
        topic_partitions: Some(Vec::new()),
        ..Default::default()
    };
    assert_eq!(client.call(1, &heartbeat).error_code, 0);
    let partition = OffsetCommitRequestPartition { committed_offset: 5, ..Default::default() };
    let topic = OffsetCommitRequestTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let commit =
        OffsetCommitRequest { group_id: "alone".into(), topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(8, &commit).topics[0].partitions[0].error_code, 0);
}

/// Writes to a compacted topic until it was compacted.
fn compact(broker: &TestBroker, client: &mut Client) {
    let configs = [
        ("cleanup.policy", "compact"),
        ("min.cleanable.dirty.ratio", "0.01"),
        ("index.interval.bytes", "0"),
    ];
    let configs = configs
        .map(|(name, value)| CreatableTopicConfig { name: name.into(), value: Some(value.into()) });
    let topic = CreatableTopic {
        name: "compacted".into(),
        num_partitions: 1,
        replication_factor: 1,
        configs: configs.to_vec(),
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    assert_eq!(client.call(7, &request).topics[0].error_code, 0);
    let large = vec![b'v'; 100_000];
    for i in 0..40 {
        let mut batch = BatchBuilder::new();
        for key in [format!("own {i}"), format!("shared {}", i % 3)] {
            let value = if key.starts_with("own") { &b"v"[..] } else { &large };
            batch.push(1_700_000_000_000 + i, Some(key.as_bytes()), Some(value), &[]);
        }
        assert_eq!(code(&client.call(9, &produce("compacted", 0, batch.build().unwrap()))), 0);
    }
    let first = broker.directory().join("compacted-0/00000000000000000000.log");
    until("compaction", || first.metadata().is_ok_and(|file| file.len() < 600_000).then_some(()));
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
    for ending in endings {
        assert!(
            found.iter().any(|name| name.ends_with(&format!(".{ending}"))),
            "{begin}, {ending}"
        );
    }
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
    for complaint in [
        "isvalid: false",
        "Exception",
        "mismatch",
        "Mismatch",
        "Found timestamp",
        "out of order",
        "Ignoring unknown",
        "unknown file",
    ] {
        let at = told.find(complaint).map(|at| &told[at.saturating_sub(300)..]);
        assert_eq!(at.map(|text| &text[..text.len().min(600)]), None, "{complaint}");
    }
    told
}

const INDEXES: &[&str] = &["index", "timeindex"];

#[test]
fn kafkas_dump_tool_reads_every_file() {
    let Some(kafka) = kafka::find() else { return };
    let (_keep, dir) = filled();
    let all = files(&dir, "", &["log", "index", "timeindex", "txnindex", "snapshot", "checkpoint"]);
    let told = dump(&kafka, &all, &[]);
    for file in &all {
        assert!(told.contains(&format!("Dumping {file}")), "{file}");
    }
    assert!(told.contains("lastStableOffset"), "of the aborted transaction");
    let plain = dump(&kafka, &files(&dir, "t-", &["log"]), &["--deep-iteration"]);
    assert!(plain.matches("count: 20").count() >= 40, "{plain}");
    // Where a later segment begins, the tool takes -1 for the offset before it.
    let mut gaps = plain.lines().filter(|line| line.contains(" is followed by "));
    assert!(gaps.all(|line| line.trim().starts_with("-1 is")));
    let compacted = files(&dir, "compacted-", &["log", "index", "timeindex"]);
    let compacted = dump(&kafka, &compacted, &["--deep-iteration", "--print-data-log"]);
    assert!(compacted.contains("key: own 0"));
    // There were fourteen.
    assert!(compacted.matches("key: shared 0 ").count() < 14);
    let indexes = files(&dir, "", INDEXES);
    dump(&kafka, &indexes, &["--verify-index-only"]);
    let sane = dump(&kafka, &indexes, &["--index-sanity-check"]);
    assert_eq!(sane.matches("passed sanity check").count(), indexes.len(), "{sane}");
}

#[test]
fn kafkas_dump_tool_reads_every_record_that_the_broker_keeps() {
    let Some(kafka) = kafka::find() else { return };
    let (_keep, dir) = filled();
    let table: [(&str, &[&str], &str, &[&str]); 4] = [
        (
            "__consumer_offsets-",
            &["log"],
            "--offsets-decoder",
            &[
                "\"group\":\"alone\",\"topic\":\"t\",\"partition\":0",
                "\"group\":\"members\"",
                "\"groupId\":\"newer\"",
            ],
        ),
        (
            "__transaction_state-",
            &["log"],
            "--transaction-log-decoder",
            &["\"transactionalId\":\"x\"", "\"producerEpoch\""],
        ),
        (
            "__share_group_state-",
            &["log"],
            "--share-group-state-decoder",
            &["\"groupId\":\"g\"", "\"stateBatches\":[{\"firstOffset\":0"],
        ),
        (
            "__cluster_metadata-",
            &["log", "checkpoint"],
            "--cluster-metadata-decoder",
            &["TOPIC_RECORD", "PARTITION_RECORD", "PRODUCER_IDS_RECORD", "FEATURE_LEVEL"],
        ),
    ];
    for (topic, endings, decoder, expected) in table {
        let told = dump(&kafka, &files(&dir, topic, endings), &[decoder]);
        for text in expected {
            assert!(told.contains(text), "{text} by {decoder}:\n{told}");
        }
    }
}
