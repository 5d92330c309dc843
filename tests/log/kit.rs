//! What the tests of the log share: a seeded source of numbers, batches, and a log on a disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::broker::disk::Disk;
use rk::broker::disk::memory::MemoryDisk;
use rk::broker::log::{Log, LogConfig, LogError, Origin, Read, Recovery, UpTo};
use rk::wire::batch::{BatchBuilder, Batches, contents};

pub(super) const NOW: i64 = 1_700_000_000_000;

/// splitmix64.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A record as the tests compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) offset: i64,
    pub(super) timestamp: i64,
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
}

pub(super) fn rows(batches: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in Batches::of(batches) {
        let opened = contents(batch.unwrap().bytes).unwrap();
        for record in opened.records().map(Result::unwrap) {
            rows.push(Row {
                offset: record.offset,
                timestamp: record.timestamp,
                key: record.key.map(<[u8]>::to_vec),
                value: record.value.map(<[u8]>::to_vec),
            });
        }
    }
    rows
}

/// One batch of values without keys, all of one time.
pub(super) fn batch(timestamp: i64, values: &[&str]) -> Bytes {
    let mut builder = BatchBuilder::new();
    for value in values {
        builder.push(timestamp, None, Some(value.as_bytes()), &[]);
    }
    builder.build().unwrap()
}

/// One batch of an idempotent producer.
pub(super) fn sent(producer: i64, epoch: i16, sequence: i32, records: usize) -> BatchBuilder {
    let mut builder = BatchBuilder::new().producer(producer, epoch, sequence);
    for _ in 0..records {
        builder.push(NOW, None, Some(b"v"), &[]);
    }
    builder
}

pub(super) fn dir() -> PathBuf {
    PathBuf::from("/data/t-0")
}

pub(super) fn small() -> LogConfig {
    LogConfig { segment_bytes: 600, index_interval_bytes: 150, ..LogConfig::default() }
}

pub(super) fn create(disk: &MemoryDisk, config: LogConfig) -> Log {
    Log::create(Arc::new(disk.clone()), dir(), Uuid([1; 16]), config, NOW).unwrap()
}

pub(super) fn try_open(
    disk: &MemoryDisk,
    config: LogConfig,
    recovery: Recovery,
) -> Result<Log, LogError> {
    let disk = Arc::new(disk.clone());
    disk.create_dir(&dir()).unwrap();
    Log::open(disk, dir(), config, recovery, NOW)
}

pub(super) fn open(disk: &MemoryDisk, config: LogConfig, clean: bool, recovery_point: i64) -> Log {
    let recovery = Recovery { clean, recovery_point, log_start: 0 };
    try_open(disk, config, recovery).unwrap()
}

pub(super) fn append(log: &Log, records: Bytes) -> i64 {
    log.append(records, Origin::Client, 0, NOW).unwrap().base_offset
}

pub(super) fn read(log: &Log, from: i64, max_bytes: usize) -> Read {
    log.read(from, max_bytes, UpTo::HighWatermark, true).unwrap()
}

/// Every record from the log's start on, by as many reads as it takes.
pub(super) fn all(log: &Log) -> Vec<Row> {
    let marks = log.marks();
    let stored = log.batches(0).map(|batch| rows(&batch.unwrap().bytes));
    stored.flatten().filter(|row| row.offset >= marks.log_start).collect()
}

pub(super) fn names(disk: &MemoryDisk) -> Vec<String> {
    let entries = disk.list(&dir()).unwrap();
    entries.into_iter().map(|entry| entry.name).collect()
}

pub(super) fn file(name: &str) -> PathBuf {
    dir().join(name)
}

/// Changes a file's bytes behind the log's back.
pub(super) fn edit(disk: &MemoryDisk, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = rk::broker::disk::read(disk, path).unwrap();
    change(&mut bytes);
    rk::broker::disk::replace(disk, path, &bytes, true).unwrap();
}
