//! What Apache Kafka's own tool says of a log that we wrote. Skipped, and said so, where Java
//! or the reference is not there.

use std::path::Path;
use std::sync::Arc;

use rk::base::ids::Uuid;
use rk::broker::disk::os::OsDisk;
use rk::broker::log::{Due, Log, LogConfig, Origin};
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, Codec};

use super::kit::NOW;
use crate::kit::kafka::{self, Kafka};

/// Everything that a log may hold: codecs, sequences, transactions, headers, compaction.
fn write(dir: &Path, compact: bool) {
    let config = LogConfig {
        segment_bytes: 6000,
        index_interval_bytes: 300,
        compact,
        min_cleanable_dirty_ratio: 0.0,
        file_delete_delay_ms: 0,
        ..LogConfig::default()
    };
    let log = Log::create(Arc::new(OsDisk::passing()), dir.to_owned(), Uuid([3; 16]), config, NOW)
        .unwrap();
    for i in 0..150i64 {
        let codec = Codec::ALL[i as usize % 5];
        let producer = i % 3;
        let transactional = producer == 2;
        let mut builder = BatchBuilder::new().codec(codec);
        if producer > 0 {
            // Each batch has three records, and every third batch is of the same producer.
            builder = builder.producer(producer, 0, (i / 3) as i32 * 3);
        }
        if transactional {
            builder = builder.transactional();
        }
        for j in 0..3 {
            let key = format!("key {}", (i * j) % 20);
            let value = format!("value {i} {j}");
            let value = (i % 7 > 0).then_some(value.as_bytes());
            let header = [(&b"h"[..], Some(&b"x"[..])), (b"none", None)];
            builder.push(NOW + i * 10 - j, Some(key.as_bytes()), value, &header);
        }
        let epoch = (i / 50) as i32;
        log.append(builder.build().unwrap(), Origin::Client, epoch, NOW).unwrap();
        if transactional {
            let marker = EndMarker { commit: i % 2 == 0, coordinator_epoch: 0 };
            let marker = marker.batch(producer, 0, NOW + i * 10).unwrap();
            log.append(marker, Origin::Coordinator, epoch, NOW).unwrap();
        }
    }
    if compact {
        assert!(log.maintain(NOW, Due::ALL).unwrap().segments_compacted > 0);
    }
    log.close().unwrap();
}

/// Returns what the tool prints of these files.
fn dump(kafka: &Kafka, files: &[String]) -> String {
    let words = ["--deep-iteration", "--files", &files.join(",")];
    kafka.verb("dump-log", words).run().succeed().to_owned()
}

#[test]
fn kafkas_dump_reads_every_file() {
    let Some(kafka) = kafka::find() else { return };
    let home = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, compact) in [("plain-0", false), ("compact-0", true)] {
        let dir = home.path().join(name);
        write(&dir, compact);
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path().display().to_string();
            let read = ["log", "index", "timeindex", "txnindex", "snapshot"];
            if read.iter().any(|suffix| path.ends_with(&format!(".{suffix}"))) {
                files.push(path);
            }
        }
    }
    files.sort();
    let text = dump(&kafka, &files);
    for file in &files {
        assert!(text.contains(&format!("Dumping {file}")), "{file} is not read");
    }
    assert!(text.matches("isvalid: true").count() > 200, "{text}");
    for bad in ["isvalid: false", "mismatch", "Mismatch", "out of order", "not found", "Exception"]
    {
        let around = text.lines().find(|line| line.contains(bad));
        assert_eq!(around, None, "{bad}");
    }
    assert!(text.contains("endTxnMarker: COMMIT") && text.contains("endTxnMarker: ABORT"));
    assert!(text.contains("producerId: 2 producerEpoch: 0"), "the snapshot");
}
