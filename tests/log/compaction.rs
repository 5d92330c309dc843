//! Compaction: the last record of each key stays, through rounds, starts and crashes.

use std::collections::BTreeMap;
use std::time::Duration;

use rk::base::clock::Moment;
use rk::base::ids::Uuid;
use rk::broker::disk::memory::{Fault, MemoryDisk, Tail};
use rk::broker::log::{Due, Log, LogConfig, Origin, UpTo};
use rk::wire::ErrorCode;
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, Codec};

use super::kit::*;
use crate::kit::wait::until;

const DAY: i64 = 24 * 3_600_000;

fn config() -> LogConfig {
    LogConfig {
        compact: true,
        delete: false,
        segment_bytes: 1000,
        index_interval_bytes: 100,
        file_delete_delay_ms: 0,
        min_cleanable_dirty_ratio: 0.0,
        ..LogConfig::default()
    }
}

fn put(log: &Log, codec: Codec, pairs: &[(u64, Option<u64>)]) -> i64 {
    let mut builder = BatchBuilder::new().codec(codec);
    for (key, value) in pairs {
        let value = value.map(|value| format!("value {value}"));
        let key = format!("key {key}");
        builder.push(NOW, Some(key.as_bytes()), value.as_ref().map(String::as_bytes), &[]);
    }
    append(log, builder.build().unwrap())
}

/// The last value of each key; tombstones are not there.
fn state(rows: &[Row]) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut state = BTreeMap::new();
    for row in rows {
        match &row.value {
            Some(value) => state.insert(row.key.clone().unwrap(), value.clone()),
            None => state.remove(row.key.as_ref().unwrap()),
        };
    }
    state
}

#[test]
fn only_the_last_of_each_key_stays_at_its_offset() {
    let disk = MemoryDisk::new();
    let log = create(&disk, config());
    for i in 0..100 {
        put(&log, Codec::None, &[(i % 3, Some(i)), (50 + i, Some(i))]);
    }
    let before = all(&log);
    let size = log.size_bytes();
    let done = log.maintain(NOW, Due::ALL).unwrap();
    assert!(done.segments_compacted > 3, "{done:?}");
    assert!(log.size_bytes() < size);
    let after = all(&log);
    assert!(after.len() < before.len());
    assert_eq!(state(&after), state(&before));
    // What is left is as it was.
    let left: Vec<&Row> = before.iter().filter(|row| after.contains(row)).collect();
    assert_eq!(left.len(), after.len());
    // In the part that was cleaned, a key has one record.
    let cleaned: Vec<_> = after.iter().filter(|row| row.offset < log.cleaned_to()).collect();
    let mut keys: Vec<_> = cleaned.iter().map(|row| row.key.clone()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), cleaned.len());
    // A read from an offset that is gone goes on with the next that is there.
    for from in 0..200 {
        let found = rows(&read(&log, from, 1).records);
        let next = after.iter().find(|row| row.offset >= from).unwrap();
        assert!(found.contains(next), "{from}");
    }
    assert_eq!(
        log.maintain(NOW, Due::ALL).unwrap().segments_compacted,
        0,
        "nothing new, nothing done"
    );
    log.close().unwrap();
    for clean in [true, false] {
        let log = open(&disk, config(), clean, 0);
        assert_eq!(all(&log), after);
        assert_eq!(log.marks().end, 200);
        assert!(log.damage().is_empty());
    }
}

#[test]
fn a_tombstone_stays_for_its_time_and_then_goes() {
    for stays_ms in [DAY, 1000] {
        a_tombstone_stays_for(stays_ms);
    }
}

fn a_tombstone_stays_for(stays_ms: i64) {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig { delete_retention_ms: stays_ms, ..config() });
    let fill = |log: &Log| {
        for i in 0..40 {
            put(log, Codec::Zstd, &[(1000, Some(i))]);
        }
    };
    put(&log, Codec::None, &[(1, Some(1)), (2, Some(2))]);
    put(&log, Codec::None, &[(1, None)]);
    fill(&log);
    let has = |log: &Log, key: &str| all(log).iter().any(|row| row.key == Some(key.into()));
    log.maintain(NOW, Due::ALL).unwrap();
    assert!(has(&log, "key 1"), "the tombstone");
    assert_eq!(all(&log).iter().filter(|row| row.offset < 2).count(), 1, "and not its victim");
    fill(&log);
    assert!(log.maintain(NOW + stays_ms - 1, Due::ALL).unwrap().segments_compacted > 0);
    assert!(has(&log, "key 1"));
    fill(&log);
    assert!(log.maintain(NOW + stays_ms, Due::ALL).unwrap().segments_compacted > 0);
    assert!(!has(&log, "key 1"));
    assert!(has(&log, "key 2"));
}

#[test]
fn the_settings_say_when() {
    let dirty = |config: LogConfig| {
        let log = create(&MemoryDisk::new(), config);
        for i in 0..60 {
            put(&log, Codec::None, &[(i % 2, Some(i))]);
        }
        log
    };
    let compacted =
        |log: &Log, now: i64| log.maintain(now, Due::ALL).unwrap().segments_compacted > 0;
    // Records too young.
    let log = dirty(LogConfig { min_compaction_lag_ms: 1000, ..config() });
    assert!(!compacted(&log, NOW + 999));
    assert!(compacted(&log, NOW + 1000));
    // Not dirty enough, until they are too old.
    let lazy = LogConfig { min_cleanable_dirty_ratio: 1.0, ..config() };
    let log = dirty(LogConfig { max_compaction_lag_ms: 5000, ..lazy });
    assert!(!compacted(&log, NOW + 5000));
    assert!(compacted(&log, NOW + 5001));
    // For that a segment must end in time, whatever `segment.ms` says.
    let log = create(&MemoryDisk::new(), LogConfig { max_compaction_lag_ms: 5000, ..config() });
    put(&log, Codec::None, &[(1, Some(1))]);
    assert!(!log.maintain(NOW + 5000, Due::ALL).unwrap().rolled);
    assert!(log.maintain(NOW + 5001, Due::ALL).unwrap().rolled);
    // Not compacted at all.
    assert!(!compacted(&dirty(LogConfig { compact: false, ..config() }), NOW));
    // Both policies at once.
    let both = LogConfig { delete: true, retention_bytes: 0, ..config() };
    let log = dirty(both);
    assert!(log.maintain(NOW, Due::ALL).unwrap().segments_deleted > 0);
    assert_eq!(log.marks().log_start, 60);
}

#[test]
fn a_producers_last_sequence_survives() {
    let disk = MemoryDisk::new();
    let log = create(&disk, config());
    for sequence in 0..3 {
        let mut builder = BatchBuilder::new().producer(9, 0, sequence);
        builder.push(NOW, Some(b"key 1"), Some(b"old"), &[]);
        append(&log, builder.build().unwrap());
    }
    for i in 0..60 {
        put(&log, Codec::None, &[(1, Some(i))]);
    }
    assert!(log.maintain(NOW, Due::ALL).unwrap().segments_compacted > 0);
    assert!(all(&log).iter().all(|row| row.value != Some(b"old".to_vec())));
    for name in names(&disk).iter().filter(|name| name.ends_with(".snapshot")) {
        rk::broker::disk::Disk::remove(&disk, &file(name)).unwrap();
    }
    let log = open(&disk, config(), false, 0);
    let send = |sequence: i32| {
        let mut next = BatchBuilder::new().producer(9, 0, sequence);
        next.push(NOW, Some(b"k"), None, &[]);
        log.append(next.build().unwrap(), Origin::Client, 0, NOW)
    };
    assert_eq!(send(7).unwrap_err().code(), ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert!(send(2).unwrap().duplicate);
    assert!(!send(3).unwrap().duplicate);
}

#[test]
fn aborted_records_go_and_committed_ones_count() {
    let disk = MemoryDisk::new();
    let log = create(&disk, config());
    let begin = |log: &Log, producer: i64, value: &str| {
        let mut builder = BatchBuilder::new().producer(producer, 0, 0).transactional();
        builder.push(NOW, Some(b"key 1"), Some(value.as_bytes()), &[]);
        append(log, builder.build().unwrap());
    };
    let end = |log: &Log, producer: i64, commit: bool| {
        let marker = EndMarker { commit, coordinator_epoch: 0 };
        let batch = marker.batch(producer, 0, NOW).unwrap();
        log.append(batch, Origin::Coordinator, 0, NOW).unwrap();
    };
    begin(&log, 1, "committed");
    end(&log, 1, true);
    begin(&log, 2, "aborted");
    end(&log, 2, false);
    let fill = |log: &Log| {
        for i in 0..40 {
            put(log, Codec::None, &[(1000, Some(i))]);
        }
    };
    fill(&log);
    assert!(log.maintain(NOW, Due::ALL).unwrap().segments_compacted > 0);
    let values = |log: &Log| -> Vec<_> {
        let rows = all(log).into_iter().filter(|row| row.key == Some(b"key 1".to_vec()));
        rows.map(|row| row.value.unwrap()).collect()
    };
    assert_eq!(values(&log), [b"committed"]);
    // While the marker is there, readers are told.
    let read = log.read(0, 100_000, UpTo::LastStable, true).unwrap();
    assert_eq!(read.aborted.len(), 1);
    fill(&log);
    log.maintain(NOW + 1, Due::ALL).unwrap();
    // The producer is forgotten, its last batch goes, then the marker's turn comes.
    for now in [NOW + 2 * DAY, NOW + 2 * DAY + 1] {
        fill(&log);
        log.maintain(now, Due::ALL).unwrap();
    }
    let read = log.read(0, 100_000, UpTo::LastStable, true).unwrap();
    assert_eq!(read.aborted.len(), 0, "and later, nothing of it is left to tell");
    assert_eq!(values(&log), [b"committed"]);
}

#[test]
fn an_open_transaction_is_not_touched() {
    let log = create(&MemoryDisk::new(), config());
    let mut builder = BatchBuilder::new().producer(5, 0, 0).transactional();
    builder.push(NOW, Some(b"key 1"), Some(b"open"), &[]);
    append(&log, builder.build().unwrap());
    for i in 0..60 {
        put(&log, Codec::None, &[(1, Some(i))]);
    }
    assert_eq!(log.maintain(NOW, Due::ALL).unwrap().segments_compacted, 0);
}

#[test]
fn rounds_of_random_writes_keep_the_state() {
    for seed in 0..15 {
        let mut rng = Rng(seed);
        let mut disk = MemoryDisk::new();
        let settings = LogConfig { min_cleanable_dirty_ratio: 0.3, ..config() };
        let mut log = create(&disk, settings.clone());
        let mut rows = Vec::new();
        let mut now = NOW;
        for _ in 0..12 {
            for _ in 0..rng.below(40) {
                let codec = Codec::ALL[rng.below(5) as usize];
                let pairs: Vec<(u64, Option<u64>)> = (0..1 + rng.below(4))
                    .map(|_| (rng.below(12), (rng.below(4) > 0).then(|| rng.below(1000))))
                    .collect();
                let base = put(&log, codec, &pairs);
                for (i, (key, value)) in pairs.iter().enumerate() {
                    rows.push(Row {
                        offset: base + i as i64,
                        timestamp: NOW,
                        key: Some(format!("key {key}").into()),
                        value: value.map(|value| format!("value {value}").into()),
                    });
                }
            }
            now += rng.below(2) as i64 * DAY;
            log.maintain(now, Due::ALL).unwrap();
            let after = all(&log);
            assert_eq!(state(&after), state(&rows), "seed {seed}");
            assert!(after.iter().all(|row| rows.contains(row)), "seed {seed}");
            if rng.below(3) == 0 {
                let cleaned = log.cleaned_to();
                log.flush().unwrap();
                disk = disk.crash(Tail::Lost);
                log = open(&disk, settings.clone(), false, log.recovery_point());
                log.set_cleaned_to(cleaned);
            }
        }
    }
}

/// A log with keys that are there often, and its disk.
fn full_of_keys() -> (MemoryDisk, Log) {
    let disk = MemoryDisk::new();
    let log = create(&disk, config());
    for i in 0..24 {
        put(&log, Codec::None, &[(i % 5, Some(i)), (100 + i, Some(i))]);
    }
    log.flush().unwrap();
    (disk, log)
}

/// How many steps a whole round takes.
fn steps_of_a_round() -> u64 {
    let (disk, log) = full_of_keys();
    let before = disk.steps();
    log.maintain(NOW, Due::ALL).unwrap();
    let steps = disk.steps() - before;
    assert!(steps > 30, "{steps}");
    steps
}

#[test]
fn a_crash_in_the_middle_loses_no_key() {
    let expected = state(&all(&full_of_keys().1));
    for step in 0..steps_of_a_round() {
        let (disk, log) = full_of_keys();
        disk.die_at(disk.steps() + step);
        log.maintain(NOW, Due::ALL).unwrap_err();
        let live = state(&all(&log));
        assert_eq!(live, expected, "alive at {step}");
        for tail in [Tail::Lost, Tail::Torn, Tail::Kept] {
            for recovery_point in [0, log.recovery_point()] {
                let left = disk.crash(tail);
                let log = open(&left, config(), false, recovery_point);
                assert_eq!(state(&all(&log)), expected, "step {step}, {tail:?}");
                assert_eq!(log.marks().end, 48);
                assert!(log.damage().is_empty());
                log.maintain(NOW, Due::ALL).unwrap();
                assert_eq!(state(&all(&log)), expected, "again, step {step}, {tail:?}");
            }
        }
    }
}

#[test]
fn a_round_after_one_that_failed_loses_no_key_wherever_it_dies() {
    let expected = state(&all(&full_of_keys().1));
    for failing in 0..steps_of_a_round() {
        for step in 0.. {
            let (disk, log) = full_of_keys();
            disk.fail_at(disk.steps() + failing, Fault::Device);
            // Where only what is not needed any more could not be removed, the round is done.
            let _ = log.maintain(NOW, Due::ALL);
            assert_eq!(state(&all(&log)), expected, "alive, {failing} failed");
            disk.die_at(disk.steps() + step);
            let again = log.maintain(NOW, Due::ALL);
            for tail in [Tail::Lost, Tail::Kept] {
                let log = open(&disk.crash(tail), config(), false, 0);
                let what = format!("{failing} failed, then dead at {step}, {tail:?}");
                assert_eq!(state(&all(&log)), expected, "{what}");
                assert_eq!(log.marks().end, 48, "{what}");
            }
            if again.is_ok() {
                break;
            }
        }
    }
}

#[test]
fn the_cleaner_goes_no_faster_than_it_is_told_and_lets_go_of_a_log_at_once() {
    let disk = MemoryDisk::new();
    let fill = |bytes_per_second: f64| {
        let log =
            create(&disk, LogConfig { cleaner_bytes_per_second: bytes_per_second, ..config() });
        for i in 0..30 {
            put(&log, Codec::None, &[(i % 3, Some(i))]);
        }
        log
    };
    let log = fill(20_000.0);
    let (size, begun) = (log.size_bytes(), Moment::now());
    assert!(log.maintain(NOW, Due::ALL).unwrap().segments_compacted > 1);
    // All is read twice, but for the active segment.
    let least = Duration::from_secs_f64((size as f64 - 1000.0) * 2.0 / 20_000.0);
    assert!(begun.elapsed() >= least, "{:?} for {size} bytes", begun.elapsed());
    log.delete(Uuid([1; 16])).unwrap();

    // A byte a second would take hours.
    let log = fill(1.0);
    let done = std::thread::scope(|scope| {
        let cleaning = scope.spawn(|| {
            loop {
                let done = log.maintain(NOW, Due::ALL).unwrap();
                if !done.busy {
                    return done;
                }
            }
        });
        until("the cleaner to be at it", || {
            let other = Due { retention: true, compaction: false };
            log.maintain(NOW, other).unwrap().busy.then_some(())
        });
        log.close().unwrap();
        cleaning.join().unwrap()
    });
    assert!(done.segments_compacted > 1, "{done:?}");
}
