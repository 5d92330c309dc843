//! A scripted run that dies at every step of the disk, and what the next start finds.

use rk::broker::disk::memory::{Fault, MemoryDisk, Tail};
use rk::broker::log::{Due, Log, LogError, Origin, Recovery};

use super::kit::*;

/// What the run knows to be durable, and what it knows to be appended.
#[derive(Default)]
struct Known {
    durable: i64,
    appended: i64,
    recovery_point: i64,
    log_start: i64,
}

/// Appends, rolls, flushes, deletes, closes; ends with the first error.
fn run(disk: &MemoryDisk, known: &mut Known) -> Result<(), LogError> {
    let config = rk::broker::log::LogConfig { file_delete_delay_ms: 0, ..small() };
    let (at, id) = (std::sync::Arc::new(disk.clone()), rk::base::ids::Uuid([1; 16]));
    let log = Log::create(at, dir(), id, config, NOW)?;
    for round in 0..4 {
        for i in 0..6 {
            let value = format!("{round} {i}");
            let appended = log.append(batch(NOW, &[&value, "x"]), Origin::Client, round, NOW);
            match appended {
                Ok(appended) => known.appended = appended.last_offset + 1,
                Err(rk::broker::log::AppendError::Log(error)) => return Err(error),
                Err(error) => panic!("{error}"),
            }
        }
        // Batches alone, or everything: both keep what was appended.
        if round % 2 == 1 {
            log.commit()?
        } else {
            log.flush()?
        }
        known.durable = known.appended;
        known.recovery_point = log.recovery_point();
        if round == 2 {
            known.log_start = 13;
            log.delete_records(13)?;
            log.maintain(NOW, Due::ALL)?;
        }
    }
    log.close()
}

/// What the script appends, by offset.
fn value(offset: i64) -> String {
    let batch = offset / 2;
    if offset % 2 == 1 { "x".to_owned() } else { format!("{} {}", batch / 6, batch % 6) }
}

fn check(disk: &MemoryDisk, known: &Known, what: &str) {
    let recovery =
        Recovery { clean: false, recovery_point: known.recovery_point, log_start: known.log_start };
    let log = try_open(disk, small(), recovery).unwrap_or_else(|error| panic!("{what}: {error}"));
    let marks = log.marks();
    assert!(marks.end >= known.durable, "{what}: {marks:?}, and {} were durable", known.durable);
    for row in all(&log) {
        let found = String::from_utf8(row.value.unwrap()).unwrap();
        assert_eq!(found, value(row.offset), "{what}");
    }
    let offsets: Vec<i64> = all(&log).iter().map(|row| row.offset).collect();
    assert_eq!(offsets, (marks.log_start..marks.end).collect::<Vec<_>>(), "{what}");
    // And it goes on.
    assert_eq!(append(&log, batch(NOW, &[&value(marks.end)])), marks.end, "{what}");
}

#[test]
fn nothing_durable_is_lost_wherever_the_machine_dies() {
    let whole = MemoryDisk::new();
    run(&whole, &mut Known::default()).unwrap();
    let steps = whole.steps();
    assert!(steps > 50, "the script does something");
    for step in 0..=steps {
        let disk = MemoryDisk::new();
        disk.die_at(step);
        let mut known = Known::default();
        assert_eq!(run(&disk, &mut known).is_ok(), step == steps);
        for tail in [Tail::Lost, Tail::Torn, Tail::Zeroed, Tail::Kept] {
            let left = disk.crash(tail);
            check(&left, &known, &format!("dead at step {step}, {tail:?}"));
            // A second crash, right after the start, is no worse.
            check(&left.crash(tail), &Known::default(), &format!("again, {step}, {tail:?}"));
        }
    }
}

#[test]
fn nothing_is_lost_wherever_a_write_or_a_sync_fails() {
    let whole = MemoryDisk::new();
    run(&whole, &mut Known::default()).unwrap();
    for step in 0..whole.steps() {
        for fault in [Fault::NoSpace, Fault::Device] {
            let disk = MemoryDisk::new();
            disk.fail_at(step, fault);
            let mut known = Known::default();
            // Some failures cost nothing that a caller would see.
            let _ = run(&disk, &mut known);
            known.durable = known.appended;
            check(&disk.crash(Tail::Kept), &known, &format!("{fault:?} at step {step}"));
        }
    }
}
