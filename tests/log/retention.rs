//! What goes, and when: by time, by size, by request, and whole logs.

use rk::broker::disk::Disk;
use rk::broker::disk::memory::MemoryDisk;
use rk::broker::log::{Due, LogConfig, Origin, Recovery, UpTo};
use rk::wire::ErrorCode;

use super::kit::*;

#[test]
fn time_and_size_let_go_of_the_oldest_segments() {
    let size = batch(0, &["a", "b"]).len() as i64;
    let config = LogConfig { segment_bytes: 4 * size as u32, ..LogConfig::default() };
    // Four segments of four batches, the last one active. Retention, and the log's start.
    let table = [
        (-1, -1, 0),
        (-1, 16 * size, 0),
        (-1, 12 * size, 8),
        (-1, 12 * size + 1, 0),
        (-1, 0, 32),
        (100, -1, 0),
        (14, -1, 0),
        (11, -1, 8),
        (4, -1, 16),
        (0, -1, 32),
    ];
    for (retention_ms, retention_bytes, start) in table {
        let disk = MemoryDisk::new();
        let log = create(&disk, LogConfig { retention_ms, retention_bytes, ..config.clone() });
        for i in 0..16 {
            append(&log, batch(NOW + i, &["a", "b"]));
        }
        let done = log.maintain(NOW + 15 + i64::from(start == 32), Due::ALL).unwrap();
        let what = format!("{retention_ms} ms, {retention_bytes} bytes");
        assert_eq!(log.marks().log_start, start, "{what}");
        assert_eq!(done.segments_deleted as i64, start / 8, "{what}");
        assert_eq!(log.marks().end, 32, "{what}");
        assert_eq!(append(&log, batch(NOW, &["c"])), 32, "{what}");
        if start > 0 {
            let error = log.read(start - 1, 1, UpTo::End, true).unwrap_err();
            assert_eq!(error.code(), ErrorCode::OFFSET_OUT_OF_RANGE);
        }
    }
}

#[test]
fn files_stay_for_a_while_for_readers() {
    let disk = MemoryDisk::new();
    let config = LogConfig { retention_bytes: 0, file_delete_delay_ms: 100, ..small() };
    let log = create(&disk, config);
    for _ in 0..20 {
        append(&log, batch(NOW, &["a"]));
    }
    log.maintain(NOW, Due::ALL).unwrap();
    let deleted = |disk: &MemoryDisk| names(disk).iter().filter(|n| n.ends_with("deleted")).count();
    assert!(deleted(&disk) > 0);
    assert_eq!(log.maintain(NOW + 99, Due::ALL).unwrap().files_removed, 0);
    assert!(log.maintain(NOW + 100, Due::ALL).unwrap().files_removed > 0);
    assert_eq!(deleted(&disk), 0);
    log.close().unwrap();
    let log = open(&disk, small(), true, 0);
    assert_eq!((log.marks().log_start, log.marks().end), (20, 20));
}

#[test]
fn deleted_records_are_gone_for_readers_at_once_and_from_the_disk_later() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig { compact: false, delete: false, ..small() });
    for _ in 0..20 {
        append(&log, batch(NOW, &["a", "b"]));
    }
    let segments = log.segment_count();
    assert_eq!(log.delete_records(25).unwrap(), 25);
    assert_eq!(log.delete_records(3).unwrap(), 25, "it never moves back");
    assert_eq!(all(&log)[0].offset, 25);
    // The batch that holds the start is whole.
    assert_eq!(rows(&read(&log, 25, 1).records)[0].offset, 24);
    for before in [-2, 41] {
        let error = log.delete_records(before).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OFFSET_OUT_OF_RANGE);
    }
    log.maintain(NOW, Due::ALL).unwrap();
    assert!(log.segment_count() < segments && log.first_segment_offset() <= 25);
    // The next start is told where the log begins.
    log.close().unwrap();
    let recovery = Recovery { clean: true, recovery_point: 40, log_start: 25 };
    let log = try_open(&disk, small(), recovery).unwrap();
    assert_eq!(log.marks().log_start, 25);
    assert_eq!(log.delete_records(-1).unwrap(), 40);
    assert!(all(&log).is_empty());
}

#[test]
fn an_old_segment_is_closed_without_an_append() {
    let log = create(&MemoryDisk::new(), LogConfig { segment_ms: 50, ..LogConfig::default() });
    assert!(!log.maintain(NOW + 51, Due::ALL).unwrap().rolled, "an empty one is not");
    append(&log, batch(NOW, &["a"]));
    assert!(!log.maintain(NOW + 50, Due::ALL).unwrap().rolled);
    assert!(log.maintain(NOW + 51, Due::ALL).unwrap().rolled);
    assert_eq!(log.segment_count(), 2);
}

#[test]
fn a_deleted_log_takes_no_more_and_its_directory_waits() {
    let disk = MemoryDisk::new();
    let log = create(&disk, small());
    for _ in 0..20 {
        append(&log, batch(NOW, &["a"]));
    }
    let renamed = log.delete(rk::base::ids::Uuid([2; 16])).unwrap();
    assert_eq!(renamed, dir().with_file_name(format!("t-0.{}-delete", "02".repeat(16))));
    assert!(disk.list(&dir()).is_err() && !disk.list(&renamed).unwrap().is_empty());
    let error = log.append(batch(NOW, &["a"]), Origin::Client, 0, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NOT_LEADER_OR_FOLLOWER);
    assert_eq!(all(&log).len(), 20, "a reader at work may finish");
    disk.remove(&renamed).unwrap();
    // The name is free for another log.
    assert_eq!(append(&create(&disk, small()), batch(NOW, &["b"])), 0);
}
