//! Appending and reading, and what is refused.

use bytes::Bytes;
use rk::broker::disk::memory::{Fault, MemoryDisk};
use rk::broker::log::{AppendError, Due, LogConfig, Origin, ReadError, UpTo};
use rk::wire::ErrorCode;
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, BatchInfo, Batches, Codec, TimestampType, check_stored};

use super::kit::*;

#[test]
fn offsets_follow_each_other_and_batches_are_patched() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig::default());
    let one = log.append(batch(NOW, &["a", "b"]), Origin::Client, 3, NOW).unwrap();
    let two = log.append(batch(NOW, &["c"]), Origin::Client, 3, NOW).unwrap();
    assert_eq!((one.base_offset, one.last_offset, one.append_time_ms), (0, 1, -1));
    assert_eq!((two.base_offset, two.last_offset, two.duplicate), (2, 2, false));
    let marks = log.marks();
    assert_eq!((marks.log_start, marks.high_watermark, marks.last_stable, marks.end), (0, 3, 3, 3));
    let read = read(&log, 0, 10_000);
    let infos: Vec<BatchInfo> = Batches::of(&read.records)
        .map(|batch| check_stored(batch.unwrap().bytes).unwrap())
        .collect();
    assert_eq!(infos.iter().map(|info| info.base_offset).collect::<Vec<_>>(), [0, 2]);
    assert!(infos.iter().all(|info| info.leader_epoch == 3));
    let values: Vec<_> = rows(&read.records).into_iter().map(|row| row.value.unwrap()).collect();
    assert_eq!(values, [b"a", b"b", b"c"]);
}

#[test]
fn a_read_gives_whole_batches_and_at_least_one() {
    let log = create(&MemoryDisk::new(), LogConfig::default());
    let mut size = 0;
    for _ in 0..10 {
        let batch = batch(NOW, &["a", "b", "c"]);
        size = batch.len();
        append(&log, batch);
    }
    // Where from, how many bytes, at least one: how many batches, and the first one's offset.
    let table = [
        (0, 10 * size, true, 10, 0),
        (0, 3 * size, true, 3, 0),
        (0, 3 * size - 1, true, 2, 0),
        (4, 3 * size, true, 3, 3),
        (5, 1, true, 1, 3),
        (5, 1, false, 0, 0),
        (5, 0, true, 1, 3),
        (29, 10 * size, true, 1, 27),
        (30, 10 * size, true, 0, 0),
    ];
    for (from, max_bytes, at_least_one, count, first) in table {
        let read = log.read(from, max_bytes, UpTo::HighWatermark, at_least_one).unwrap();
        let offsets: Vec<i64> =
            Batches::of(&read.records).map(|batch| batch.unwrap().header.base_offset).collect();
        assert_eq!(offsets.len(), count, "{from} {max_bytes}");
        assert!(count == 0 || offsets[0] == first, "{from} {max_bytes}");
    }
    for from in [-1, 31] {
        let error = log.read(from, 1, UpTo::HighWatermark, true).unwrap_err();
        assert!(matches!(error, ReadError::OffsetOutOfRange { end: 30, .. }));
        assert_eq!(error.code(), ErrorCode::OFFSET_OUT_OF_RANGE);
    }
}

#[test]
fn a_large_batch_is_read_whole() {
    let log = create(&MemoryDisk::new(), small_index());
    let large = "x".repeat(50_000);
    for value in ["a", &large, "b", &large, "c"] {
        append(&log, batch(NOW, &[value]));
    }
    for from in 0..5 {
        for max_bytes in [1, 1000, 60_000, 1_000_000] {
            let rows = rows(&read(&log, from, max_bytes).records);
            assert_eq!(rows[0].offset, from, "{from} {max_bytes}");
        }
    }
}

fn small_index() -> LogConfig {
    LogConfig { index_interval_bytes: 0, ..LogConfig::default() }
}

#[test]
fn segments_end_where_kafkas_would() {
    // The settings, batches of two records, and how many segments they make.
    let d = LogConfig::default;
    let size = batch(0, &["a", "b"]).len() as u32;
    let table = [
        (LogConfig { segment_bytes: 4 * size, ..d() }, 8, 2),
        (LogConfig { segment_bytes: 4 * size, ..d() }, 9, 3),
        (LogConfig { segment_bytes: 4 * size - 1, ..d() }, 8, 3),
        (LogConfig { segment_ms: 3, ..d() }, 8, 2),
        (LogConfig { segment_index_bytes: 48, index_interval_bytes: 0, ..d() }, 8, 2),
        (LogConfig { segment_index_bytes: 48, index_interval_bytes: 0, ..d() }, 9, 3),
        (d(), 8, 1),
    ];
    for (config, batches, segments) in table {
        let log = create(&MemoryDisk::new(), config.clone());
        for i in 0..batches {
            append(&log, batch(NOW + i, &["a", "b"]));
        }
        assert_eq!(log.segment_count(), segments, "{config:?}");
        assert_eq!(all(&log).len() as i64, 2 * batches);
    }
}

#[test]
fn what_kafka_refuses_is_refused() {
    let log = create(&MemoryDisk::new(), LogConfig { max_message_bytes: 500, ..small() });
    let good = batch(NOW, &["a"]);
    let mut crc = good.to_vec();
    crc[30] ^= 1;
    let mut old = good.to_vec();
    old[16] = 0;
    let shifted = BatchBuilder::new().base_offset(7);
    let marker = EndMarker { commit: true, coordinator_epoch: 0 }.batch(1, 0, NOW).unwrap();
    let table: Vec<(&str, Bytes, ErrorCode)> = vec![
        ("nothing", Bytes::new(), ErrorCode::INVALID_RECORD),
        ("half", good.slice(..30), ErrorCode::INVALID_RECORD),
        ("two", [&good[..], &good[..]].concat().into(), ErrorCode::INVALID_RECORD),
        ("checksum", crc.into(), ErrorCode::CORRUPT_MESSAGE),
        ("magic 0", old.into(), ErrorCode::INVALID_RECORD),
        ("too large", batch(NOW, &[&"x".repeat(500)]), ErrorCode::MESSAGE_TOO_LARGE),
        ("base offset", one(shifted), ErrorCode::INVALID_RECORD),
        ("marker", marker, ErrorCode::INVALID_RECORD),
        ("no sequence", one(BatchBuilder::new().producer(5, 0, -1)), ErrorCode::INVALID_RECORD),
        ("the future", batch(NOW + 3_600_001, &["a"]), ErrorCode::INVALID_TIMESTAMP),
    ];
    for (name, bytes, code) in table {
        let error = log.append(bytes, Origin::Client, 0, NOW).unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
    }
    assert_eq!(log.marks().end, 0);
    append(&log, batch(NOW + 3_600_000, &["a"]));
    log.configure(LogConfig { segment_bytes: 60, ..small() });
    let error = log.append(good, Origin::Client, 0, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::RECORD_LIST_TOO_LARGE);
}

fn one(mut builder: BatchBuilder) -> Bytes {
    builder.push(NOW, None, Some(b"v"), &[]);
    builder.build().unwrap()
}

#[test]
fn a_compacted_topic_wants_keys_and_says_which_are_missing() {
    let config = LogConfig { compact: true, delete: false, ..LogConfig::default() };
    let log = create(&MemoryDisk::new(), config);
    let mut builder = BatchBuilder::new().codec(Codec::Gzip);
    for key in [Some(&b"k"[..]), None, Some(b""), None] {
        builder.push(NOW, key, Some(b"v"), &[]);
    }
    let error = log.append(builder.build().unwrap(), Origin::Client, 0, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::INVALID_RECORD);
    let indexes: Vec<i32> = error.record_errors().iter().map(|error| error.batch_index).collect();
    assert_eq!(indexes, [1, 3]);
}

#[test]
fn times_out_of_range_are_told_record_by_record() {
    let day = 24 * 3_600_000;
    let config = LogConfig { timestamp_before_max_ms: day, ..LogConfig::default() };
    let log = create(&MemoryDisk::new(), config);
    let mut builder = BatchBuilder::new();
    for timestamp in [NOW, NOW - day, NOW - day - 1, -1, NOW - 10 * day] {
        builder.push(timestamp, None, Some(b"v"), &[]);
    }
    let error = log.append(builder.build().unwrap(), Origin::Client, 0, NOW).unwrap_err();
    assert!(matches!(error, AppendError::InvalidTimestamps(_)));
    let indexes: Vec<i32> = error.record_errors().iter().map(|error| error.batch_index).collect();
    assert_eq!(indexes, [2, 4]);
}

#[test]
fn append_time_replaces_the_producers_times() {
    let config = LogConfig { timestamp_type: TimestampType::LogAppendTime, ..LogConfig::default() };
    let log = create(&MemoryDisk::new(), config);
    let appended = log.append(batch(5, &["a", "b"]), Origin::Client, 0, NOW).unwrap();
    assert_eq!(appended.append_time_ms, NOW);
    let records = read(&log, 0, 10_000).records;
    check_stored(&records).unwrap();
    assert!(rows(&records).iter().all(|row| row.timestamp == NOW));
}

#[test]
fn a_topic_may_have_a_compression_of_its_own() {
    let config = LogConfig { compression_type: Some(Codec::Zstd), ..LogConfig::default() };
    let log = create(&MemoryDisk::new(), config);
    append(&log, batch(NOW, &["a", "b"]));
    let records = read(&log, 0, 10_000).records;
    assert_eq!(check_stored(&records).unwrap().attributes.codec(), Ok(Codec::Zstd));
    assert_eq!(rows(&records).len(), 2);
}

#[test]
fn only_what_is_compressed_or_decompressed_takes_long() {
    let of = |codec| {
        let mut builder = BatchBuilder::new().codec(codec);
        builder.push(NOW, Some(b"k"), Some(b"v"), &[]);
        BatchInfo::parse(&builder.build().unwrap()).unwrap()
    };
    let plain = LogConfig::default();
    let compact = LogConfig { compact: true, ..LogConfig::default() };
    let zstd = LogConfig { compression_type: Some(Codec::Zstd), ..LogConfig::default() };
    let bounded = LogConfig { timestamp_before_max_ms: 1, ..LogConfig::default() };
    let late = LogConfig { timestamp_after_max_ms: -1, ..LogConfig::default() };
    for (config, of_none, of_zstd) in [
        (plain, false, false),
        (compact, false, true),
        (zstd, true, false),
        (bounded, false, true),
        (late, false, true),
    ] {
        let log = create(&MemoryDisk::new(), config.clone());
        assert_eq!(log.takes_long(&of(Codec::None), NOW), of_none, "{config:?}");
        assert_eq!(log.takes_long(&of(Codec::Zstd), NOW), of_zstd, "{config:?}");
    }
}

#[test]
fn a_log_is_flushed_after_its_time() {
    let log = create(&MemoryDisk::new(), LogConfig { flush_ms: 1000, ..LogConfig::default() });
    append(&log, batch(NOW, &["a"]));
    log.maintain(NOW, Due::ALL).unwrap();
    let first = log.recovery_point();
    append(&log, batch(NOW, &["b"]));
    log.maintain(NOW + 999, Due::ALL).unwrap();
    assert_eq!(log.recovery_point(), first, "too early");
    log.maintain(NOW + 1000, Due::ALL).unwrap();
    assert_eq!(log.recovery_point(), 2);
    // Without a time, nothing but a full segment is.
    let log = create(&MemoryDisk::new(), LogConfig::default());
    append(&log, batch(NOW, &["a"]));
    log.maintain(NOW + 1_000_000, Due::ALL).unwrap();
    assert_eq!(log.recovery_point(), 0);
}

#[test]
fn a_full_disk_loses_nothing_and_the_log_goes_on() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig::default());
    append(&log, batch(NOW, &["a"]));
    disk.fail_at(disk.steps(), Fault::NoSpace);
    let error = log.append(batch(NOW, &["b"]), Origin::Client, 0, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(log.marks().end, 1);
    assert_eq!(append(&log, batch(NOW, &["c"])), 1);
    let values: Vec<_> = all(&log).into_iter().map(|row| row.value.unwrap()).collect();
    assert_eq!(values, [b"a", b"c"]);
    drop(log);
    let log = open(&disk, LogConfig::default(), false, 0);
    assert_eq!(all(&log).len(), 2);
    assert!(log.damage().is_empty());
}

#[test]
fn after_a_failed_sync_the_log_takes_no_more() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig { flush_messages: 2, ..LogConfig::default() });
    append(&log, batch(NOW, &["a"]));
    assert_eq!(log.recovery_point(), 0);
    append(&log, batch(NOW, &["b"]));
    assert_eq!(log.recovery_point(), 2);
    append(&log, batch(NOW, &["c"]));
    disk.fail_at(disk.steps() + 1, Fault::Device);
    log.append(batch(NOW, &["d"]), Origin::Client, 0, NOW).unwrap_err();
    let error = log.append(batch(NOW, &["e"]), Origin::Client, 0, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(all(&log).len(), 4, "what is there is still read");
    log.flush().unwrap_err();
    log.close().unwrap_err();
    assert_eq!(log.recovery_point(), 2, "a second sync that succeeds says nothing");
}
