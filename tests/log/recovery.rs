//! Starts on files that are torn, missing, damaged, or Kafka's own in between.

use rk::broker::disk::memory::MemoryDisk;
use rk::broker::disk::{Disk, Open};
use rk::broker::log::{Log, LogError, Recovery, UpTo};
use rk::wire::ErrorCode;

use super::kit::*;

/// A log of several segments, closed in order.
fn filled(batches: i64) -> MemoryDisk {
    let disk = MemoryDisk::new();
    let log = create(&disk, small());
    for i in 0..batches {
        append(&log, batch(NOW + i, &["a", "b"]));
    }
    assert!(log.segment_count() > 3);
    log.close().unwrap();
    disk
}

fn logs(disk: &MemoryDisk) -> Vec<String> {
    names(disk).into_iter().filter(|name| name.ends_with(".log")).collect()
}

fn complete(log: &Log, end: i64) {
    let offsets: Vec<i64> = all(log).iter().map(|row| row.offset).collect();
    assert_eq!(offsets, (0..end).collect::<Vec<_>>());
    for time in [0, 7, 33] {
        let found = log.offset_for_time(NOW + time).unwrap().unwrap();
        assert_eq!((found.offset, found.timestamp), (2 * time, NOW + time));
    }
}

#[test]
fn a_closed_log_opens_as_it_was() {
    let disk = filled(40);
    let before = names(&disk);
    let log = open(&disk, small(), true, 0);
    complete(&log, 80);
    assert_eq!(log.topic_id(), rk::base::ids::Uuid([1; 16]));
    assert_eq!(log.latest_epoch(), Some(0));
    assert_eq!(log.recovery_point(), 80);
    assert_eq!(names(&disk), before);
}

#[test]
fn indexes_that_are_missing_or_damaged_are_made_anew() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [Damage; 4] = [
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(bytes.len() - 1),
        |bytes| bytes.resize(bytes.len() + 240, 0),
        |bytes| bytes.fill(0xff),
    ];
    for clean in [true, false] {
        for suffix in [".index", ".timeindex"] {
            for (kind, damage) in damages.iter().enumerate() {
                let disk = filled(40);
                for name in names(&disk).iter().filter(|name| name.ends_with(suffix)) {
                    edit(&disk, &file(name), |bytes| {
                        if !bytes.is_empty() {
                            damage(bytes)
                        }
                    });
                }
                let log = open(&disk, small(), clean, 0);
                complete(&log, 80);
                assert!(log.damage().is_empty(), "{clean} {suffix} {kind}");
            }
            let disk = filled(40);
            for name in names(&disk).iter().filter(|name| name.ends_with(suffix)) {
                disk.remove(&file(name)).unwrap();
            }
            complete(&open(&disk, small(), clean, 0), 80);
        }
    }
}

#[test]
fn a_torn_end_is_cut_off_wherever_it_is_torn() {
    let disk = filled(40);
    let name = logs(&disk).pop().unwrap();
    let length = disk.open(&file(&name), Open::Read).unwrap().len().unwrap();
    let base: i64 = name.trim_end_matches(".log").parse().unwrap();
    for cut in 0..length {
        let disk = disk.crash(rk::broker::disk::memory::Tail::Kept);
        edit(&disk, &file(&name), |bytes| bytes.truncate(cut as usize));
        let log = open(&disk, small(), false, 0);
        let end = log.marks().end;
        assert!(end >= base && end < 80, "{cut}");
        assert_eq!(all(&log).len() as i64, end);
        let torn = !log.damage().is_empty();
        let batch = batch(NOW, &["a", "b"]).len() as u64;
        assert_eq!(torn, cut % batch != 0, "{cut}");
        assert_eq!(append(&log, super::kit::batch(NOW, &["c"])), end);
    }
}

#[test]
fn damage_names_the_file_and_the_place_and_ends_the_log_there() {
    let disk = filled(40);
    let all_logs = logs(&disk);
    let second = &all_logs[1];
    edit(&disk, &file(second), |bytes| bytes[100] ^= 1);
    let log = open(&disk, small(), false, 0);
    let [LogError::Corrupt { path, position, .. }] = log.damage() else {
        panic!("{:?}", log.damage());
    };
    assert_eq!((path, *position), (&file(second), batch(NOW, &["a", "b"]).len() as u64));
    let base: i64 = second.trim_end_matches(".log").parse().unwrap();
    assert_eq!(log.marks().end, base + 2);
    assert_eq!(append(&log, batch(NOW, &["c"])), base + 2);
    // What came after is out of the log, and not yet gone.
    let deleted = format!("{}.deleted", all_logs[2]);
    assert!(names(&disk).contains(&deleted));
}

#[test]
fn damage_in_what_was_durable_is_told_by_the_read_that_meets_it() {
    let disk = filled(40);
    let second = &logs(&disk)[1];
    edit(&disk, &file(second), |bytes| bytes[16] = 9);
    let log = open(&disk, small(), true, 0);
    let base: i64 = second.trim_end_matches(".log").parse().unwrap();
    let error = log.read(base, 1000, UpTo::HighWatermark, true).unwrap_err();
    assert_eq!(error.code(), ErrorCode::CORRUPT_MESSAGE);
    assert!(error.to_string().contains(second), "{error}");
    assert_eq!(rows(&read(&log, 0, 10).records).len(), 2, "the rest is still there");
}

#[test]
fn what_was_durable_is_not_cut_even_where_an_index_is_missing_too() {
    let disk = filled(40);
    let second = logs(&disk)[1].clone();
    edit(&disk, &file(&second), |bytes| bytes[100] ^= 1);
    disk.remove(&file(&second.replace(".log", ".index"))).unwrap();
    let log = open(&disk, small(), true, 0);
    assert_eq!((log.damage().len(), log.marks().end), (1, 80));
    let base: i64 = second.trim_end_matches(".log").parse().unwrap();
    // The batch with the flipped bit is still told to readers, whose clients check it too.
    assert_eq!(rows(&read(&log, base, 1).records)[0].offset, base);
    assert_eq!(rows(&read(&log, 79, 1).records)[1].offset, 79);
}

#[test]
fn snapshots_and_epochs_that_are_damaged_are_found_again() {
    for clean in [true, false] {
        let disk = MemoryDisk::new();
        let log = create(&disk, small());
        for i in 0..30 {
            let bytes = sent(7, 0, i, 1).build().unwrap();
            let epoch = i / 10;
            log.append(bytes, rk::broker::log::Origin::Client, epoch, NOW).unwrap();
        }
        log.close().unwrap();
        for name in names(&disk) {
            if name.ends_with(".snapshot") || name == "leader-epoch-checkpoint" {
                edit(&disk, &file(&name), |bytes| bytes[0] ^= 0x55);
            }
        }
        let log = open(&disk, small(), clean, 0);
        assert_eq!(log.latest_epoch(), Some(2));
        assert_eq!(log.epoch_end(0), (0, 10));
        assert_eq!(log.epoch_end(2), (2, 30));
        let again = sent(7, 0, 29, 1).build().unwrap();
        let again = log.append(again, rk::broker::log::Origin::Client, 2, NOW).unwrap();
        assert_eq!((again.base_offset, again.duplicate), (29, true));
    }
}

#[test]
fn a_log_start_beyond_the_end_begins_the_log_there() {
    let disk = filled(40);
    let recovery = Recovery { clean: false, recovery_point: 0, log_start: 500 };
    let log = try_open(&disk, small(), recovery).unwrap();
    let marks = log.marks();
    assert_eq!((marks.log_start, marks.end), (500, 500));
    assert_eq!(append(&log, batch(NOW, &["a"])), 500);
    assert_eq!(all(&log).len(), 1);
}

#[test]
fn an_empty_directory_is_an_empty_log() {
    let disk = MemoryDisk::new();
    let log = open(&disk, small(), true, 0);
    assert_eq!(log.marks().end, 0);
    assert!(log.topic_id().is_zero());
    assert_eq!(append(&log, batch(NOW, &["a"])), 0);
}
