//! A topic's configs do to its log what their names say, seen from outside: in answers, and in
//! the files of the data directory.

use std::path::PathBuf;
use std::sync::Arc;

use rk::broker::disk::memory::{MemoryDisk, Tail};
use rk::wire::batch::{BatchBuilder, Batches, Codec};
use rk::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use rk::wire::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic,
};

use super::fetching::{batch, code, produce};
use crate::kit::broker::TestBroker;
use crate::kit::rng::Rng;
use crate::kit::wait::until;
use crate::kit::wire::Client;

/// One topic with these configs, in a directory that can be looked into.
struct Topic {
    broker: TestBroker,
    client: Client,
}

fn create(client: &mut Client, configs: &[(&str, &str)]) -> i16 {
    let configs = configs.iter().map(|(name, value)| CreatableTopicConfig {
        name: (*name).into(),
        value: Some((*value).into()),
    });
    let topic = CreatableTopic {
        name: "t".into(),
        num_partitions: 1,
        replication_factor: 1,
        configs: configs.collect(),
        ..Default::default()
    };
    let request = CreateTopicsRequest { topics: vec![topic], ..Default::default() };
    client.call(7, &request).topics[0].error_code
}

impl Topic {
    fn with(configs: &[(&str, &str)]) -> Self {
        // What is due is done soon.
        let soon = [
            ("log.initial.task.delay.ms", "1"),
            ("log.retention.check.interval.ms", "1"),
            ("log.cleaner.backoff.ms", "1"),
        ];
        let broker = TestBroker::with(&soon);
        let mut client = Client::connect(broker.address());
        let mut configs = configs.to_vec();
        if !configs.iter().any(|config| config.0 == "retention.ms") {
            // The batches are of 2023, and would be gone at once.
            configs.push(("retention.ms", "-1"));
        }
        assert_eq!(create(&mut client, &configs), 0, "{configs:?}");
        Topic { broker, client }
    }

    fn produce(&mut self, records: bytes::Bytes) -> i16 {
        code(&self.client.call(9, &produce("t", 0, records)))
    }

    /// The sizes of the log's files with this ending, in order of their names.
    fn files(&self, ending: &str) -> Vec<u64> {
        let dir: PathBuf = self.broker.directory().join("t-0");
        let entries = std::fs::read_dir(dir).unwrap().filter_map(Result::ok);
        let mut found: Vec<_> = entries
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(ending))
            .filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?.len())))
            .collect();
        found.sort();
        found.into_iter().map(|(_, length)| length).collect()
    }

    fn start_offset(&mut self) -> i64 {
        let partition = ListOffsetsPartition { timestamp: -2, ..Default::default() };
        let topic = ListOffsetsTopic { name: "t".into(), partitions: vec![partition] };
        let request =
            ListOffsetsRequest { replica_id: -1, topics: vec![topic], ..Default::default() };
        self.client.call(7, &request).topics[0].partitions[0].offset
    }

    /// The first batch of the log as it is stored.
    fn stored(&self) -> Vec<u8> {
        let log = self.broker.directory().join("t-0/00000000000000000000.log");
        std::fs::read(log).unwrap()
    }
}

fn at(timestamp: i64) -> bytes::Bytes {
    let mut batch = BatchBuilder::new();
    batch.push(timestamp, Some(b"k"), Some(b"v"), &[]);
    batch.build().unwrap()
}

#[test]
fn segments_end_by_size_by_age_and_when_an_index_is_full() {
    let mut topic = Topic::with(&[("segment.bytes", "1048576")]);
    (0..3).for_each(|_| assert_eq!(topic.produce(batch(1, 600_000)), 0));
    assert_eq!(topic.files(".log").len(), 3);

    let mut topic = Topic::with(&[("segment.ms", "1"), ("segment.jitter.ms", "1")]);
    until("a second segment", || {
        assert_eq!(topic.produce(batch(1, 10)), 0);
        (topic.files(".log").len() > 1).then_some(())
    });

    // An index of two entries, one for each batch: the third batch needs another.
    let mut topic = Topic::with(&[("segment.index.bytes", "16"), ("index.interval.bytes", "0")]);
    (0..8).for_each(|_| assert_eq!(topic.produce(batch(1, 10)), 0));
    assert!(topic.files(".log").len() > 1, "{:?}", topic.files(".log"));
}

#[test]
fn an_index_has_an_entry_for_so_many_bytes() {
    let mut lengths = Vec::new();
    for interval in ["0", "100000"] {
        let mut topic = Topic::with(&[("index.interval.bytes", interval)]);
        (0..20).for_each(|_| assert_eq!(topic.produce(batch(1, 1000)), 0));
        let (_keep, dir) = topic.broker.into_directory();
        let index = dir.join("t-0/00000000000000000000.index");
        lengths.push(std::fs::metadata(index).unwrap().len());
    }
    assert!(lengths[0] >= 19 * 8 && lengths[1] == 0, "{lengths:?}");
}

#[test]
fn a_segment_is_made_at_its_full_size() {
    let mut topic = Topic::with(&[("preallocate", "true"), ("segment.bytes", "1048576")]);
    assert_eq!(topic.produce(batch(1, 10)), 0);
    assert_eq!(topic.files(".log"), [1_048_576]);
}

#[test]
fn batches_are_refused_by_size_and_by_time() {
    let mut topic = Topic::with(&[("max.message.bytes", "1000")]);
    assert_eq!((topic.produce(batch(1, 100)), topic.produce(batch(1, 1000))), (0, 10));

    let limits = [("message.timestamp.before.max.ms", "60000")];
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64;
    let mut topic = Topic::with(&limits);
    assert_eq!((topic.produce(at(now)), topic.produce(at(now - 3_600_000))), (0, 32));
    let mut topic = Topic::with(&[("message.timestamp.after.max.ms", "60000")]);
    assert_eq!((topic.produce(at(now - 3_600_000)), topic.produce(at(now + 3_600_000))), (0, 32));
}

#[test]
fn the_brokers_time_takes_the_place_of_the_producers() {
    let mut topic = Topic::with(&[("message.timestamp.type", "LogAppendTime")]);
    let answer = topic.client.call(9, &produce("t", 0, at(5)));
    let told = answer.responses[0].partition_responses[0].log_append_time_ms;
    assert!(told > 1_700_000_000_000, "{told}");
}

#[test]
fn batches_are_stored_in_the_topics_own_compression() {
    let codecs = [
        ("uncompressed", Codec::None),
        ("gzip", Codec::Gzip),
        ("snappy", Codec::Snappy),
        ("lz4", Codec::Lz4),
        ("zstd", Codec::Zstd),
    ];
    for (name, codec) in codecs {
        let mut topic = Topic::with(&[("compression.type", name)]);
        assert_eq!(topic.produce(batch(10, 100)), 0);
        let bytes = topic.stored();
        let stored = Batches::of(&bytes).next().unwrap().unwrap();
        assert_eq!(stored.header.attributes.codec(), Ok(codec), "{name}");
    }
}

#[test]
fn a_level_says_how_hard_a_codec_works() {
    // Text of few words, on which a codec can work harder.
    let mut batch = BatchBuilder::new();
    let mut rng = Rng::new("levels");
    let words = ["broker", "topic", "partition", "offset", "record", "group", "leader"];
    let text: Vec<&str> = (0..20_000).map(|_| *rng.pick(&words)).collect();
    batch.push(1_700_000_000_000, None, Some(text.join(" ").as_bytes()), &[]);
    let batch = batch.build().unwrap();
    let table = [("gzip", "1", "9", true), ("zstd", "-5", "19", true), ("lz4", "1", "17", false)];
    for (codec, low, high, differs) in table {
        let lengths = [low, high].map(|level| {
            let name = format!("compression.{codec}.level");
            let mut topic = Topic::with(&[("compression.type", codec), (&name, level)]);
            assert_eq!(topic.produce(batch.clone()), 0);
            topic.stored().len()
        });
        // The one lz4 that there is has one level.
        assert_eq!(lengths[0] > lengths[1], differs, "{codec}: {lengths:?}");
    }
}

#[test]
fn old_and_surplus_segments_go() {
    let small = ("segment.bytes", "1048576");
    for limit in [("retention.ms", "1000"), ("retention.bytes", "100000")] {
        let mut topic = Topic::with(&[small, limit]);
        (0..3).for_each(|_| assert_eq!(topic.produce(batch(1, 600_000)), 0));
        until("segments to go", || (topic.start_offset() >= 2).then_some(()));
    }
    let mut topic = Topic::with(&[small, ("retention.ms", "-1")]);
    (0..3).for_each(|_| assert_eq!(topic.produce(batch(1, 600_000)), 0));
    assert_eq!(topic.start_offset(), 0);
}

#[test]
fn the_files_of_a_segment_that_is_gone_stay_for_their_time() {
    for (delay, stays) in [("0", false), ("3600000", true)] {
        let mut topic = Topic::with(&[
            ("segment.bytes", "1048576"),
            ("retention.ms", "1000"),
            ("file.delete.delay.ms", delay),
        ]);
        (0..3).for_each(|_| assert_eq!(topic.produce(batch(1, 600_000)), 0));
        until("segments to go", || (topic.start_offset() >= 2).then_some(()));
        if stays {
            assert!(!topic.files(".log.deleted").is_empty());
        } else {
            until("files to go", || topic.files(".log.deleted").is_empty().then_some(()));
        }
    }
}

#[test]
fn only_the_last_of_each_key_stays() {
    let mut topic = Topic::with(&[
        ("cleanup.policy", "compact"),
        ("min.cleanable.dirty.ratio", "0.01"),
        ("segment.ms", "1"),
    ]);
    until("compaction", || {
        assert_eq!(topic.produce(at(1_700_000_000_000)), 0);
        // The active segment is never compacted; of all others one record is left.
        let kept: u64 = topic.files(".log").iter().sum();
        let next = topic.client.call(9, &produce("t", 0, at(1_700_000_000_000)));
        let end = next.responses[0].partition_responses[0].base_offset;
        (end > 20 && kept < 70 * 20).then_some(())
    });
}

#[test]
fn a_record_that_is_flushed_outlives_the_machine() {
    for (configs, lives) in [(&[("flush.messages", "1")][..], true), (&[], false)] {
        let disk = MemoryDisk::new();
        let dir = tempfile::tempdir().unwrap();
        let often = ("metadata.log.max.record.bytes.between.snapshots", "1");
        let broker = TestBroker::on_disk(Arc::new(disk.clone()), dir, &[often]);
        let mut client = Client::connect(broker.address());
        assert_eq!(create(&mut client, configs), 0);
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
        let left = Arc::new(disk.crash(Tail::Lost));
        let place = broker.into_directory().0;
        let broker = TestBroker::on_disk(left, place, &[]);
        let mut client = Client::connect(broker.address());
        let answer = client.call(9, &produce("t", 0, batch(1, 10)));
        let base = answer.responses[0].partition_responses[0].base_offset;
        assert_eq!(base, i64::from(lives), "{configs:?}");
    }
}

#[test]
fn tiers_are_refused_by_name() {
    let broker = TestBroker::start();
    let mut client = Client::connect(broker.address());
    assert_eq!(create(&mut client, &[("remote.storage.enable", "true")]), 40);
}

#[test]
fn high_watermarks_are_written_down_as_often_as_they_shall_be() {
    let broker = TestBroker::with(&[("replica.high.watermark.checkpoint.interval.ms", "1")]);
    let mut client = Client::connect(broker.address());
    assert_eq!(create(&mut client, &[("retention.ms", "-1")]), 0);
    for end in 1..=2 {
        assert_eq!(code(&client.call(9, &produce("t", 0, batch(1, 10)))), 0);
        let line = format!("t 0 {end}");
        until("the high watermark", || {
            let path = broker.directory().join("replication-offset-checkpoint");
            let text = std::fs::read_to_string(path).ok()?;
            text.lines().any(|found| found == line).then_some(())
        });
    }
}
