//! Idempotent and transactional producers, as Kafka's `ProducerAppendInfo` judges them.

use rk::broker::disk::memory::MemoryDisk;
use rk::broker::log::{Appended, Due, Log, LogConfig, Origin, UpTo};
use rk::wire::ErrorCode;
use rk::wire::batch::control::EndMarker;

use super::kit::*;

fn send(log: &Log, batch: (i64, i16, i32, usize)) -> Result<Appended, ErrorCode> {
    let (producer, epoch, sequence, records) = batch;
    let bytes = sent(producer, epoch, sequence, records).build().unwrap();
    log.append(bytes, Origin::Client, 0, NOW).map_err(|error| error.code())
}

const GAP: Result<(i64, bool), ErrorCode> = Err(ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
const OLD: Result<(i64, bool), ErrorCode> = Err(ErrorCode::INVALID_PRODUCER_EPOCH);

/// Producer, epoch, sequence and records of each batch, and its base offset and whether it was
/// there already.
type Step = ((i64, i16, i32, usize), Result<(i64, bool), ErrorCode>);

#[test]
fn sequences_decide() {
    let steps: &[Step] = &[
        // Nothing is known: any sequence begins.
        ((1, 0, 5, 2), Ok((0, false))),
        ((1, 0, 5, 2), Ok((0, true))),
        ((1, 0, 7, 1), Ok((2, false))),
        // The same sequence with another count is no duplicate.
        ((1, 0, 7, 2), GAP),
        ((1, 0, 9, 1), GAP),
        ((1, 0, 5, 2), Ok((0, true))),
        ((1, 0, 8, 1), Ok((3, false))),
        ((1, 0, 9, 1), Ok((4, false))),
        ((1, 0, 10, 1), Ok((5, false))),
        ((1, 0, 11, 1), Ok((6, false))),
        // Five batches are known: 7 to 11.
        ((1, 0, 7, 1), Ok((2, true))),
        ((1, 0, 5, 2), GAP),
        // A new epoch begins at 0, and the old one is over.
        ((1, 1, 12, 1), GAP),
        ((1, 1, 0, 1), Ok((7, false))),
        ((1, 0, 12, 1), OLD),
        ((1, 0, 11, 1), OLD),
        ((1, 1, 0, 1), Ok((7, true))),
        // Another producer has its own.
        ((2, 0, 0, 1), Ok((8, false))),
        ((1, 1, 1, 1), Ok((9, false))),
        // Sequences wrap around.
        ((3, 0, i32::MAX - 1, 2), Ok((10, false))),
        ((3, 0, 1, 1), GAP),
        ((3, 0, 0, 1), Ok((12, false))),
        ((3, 0, i32::MAX - 1, 2), Ok((10, true))),
        ((4, 0, i32::MAX, 2), Ok((13, false))),
        ((4, 0, 1, 1), Ok((15, false))),
        ((4, 0, i32::MAX, 2), Ok((13, true))),
    ];
    let log = create(&MemoryDisk::new(), LogConfig::default());
    for (at, (batch, expected)) in steps.iter().enumerate() {
        let answer = send(&log, *batch).map(|a| (a.base_offset, a.duplicate));
        assert_eq!(answer, *expected, "step {at}: {batch:?}");
    }
    assert_eq!(log.marks().end, 16);
}

#[test]
fn producers_are_known_after_every_kind_of_start() {
    for clean in [true, false] {
        let disk = MemoryDisk::new();
        let log = create(&disk, small());
        for i in 0..30 {
            send(&log, (1, 0, i, 1)).unwrap();
        }
        if clean {
            log.close().unwrap();
        }
        drop(log);
        let log = open(&disk, small(), clean, 0);
        assert_eq!(log.marks().end, 30);
        let again = send(&log, (1, 0, 29, 1)).unwrap();
        assert_eq!((again.base_offset, again.duplicate), (29, true), "clean: {clean}");
        assert_eq!(send(&log, (1, 0, 31, 1)), Err(ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER));
        assert_eq!(send(&log, (1, 0, 30, 1)).unwrap().base_offset, 30);
    }
}

#[test]
fn producers_are_forgotten_in_time() {
    let log = create(&MemoryDisk::new(), LogConfig::default());
    send(&log, (1, 0, 0, 1)).unwrap();
    let day = LogConfig::default().producer_id_expiration_ms;
    assert_eq!(log.maintain(NOW + day - 1, Due::ALL).unwrap().producers_expired, 0);
    assert_eq!(log.maintain(NOW + day, Due::ALL).unwrap().producers_expired, 1);
    assert_eq!(send(&log, (1, 0, 77, 1)).unwrap().base_offset, 1);
}

fn begin(log: &Log, producer: i64, sequence: i32) -> i64 {
    let bytes = sent(producer, 0, sequence, 1).transactional().build().unwrap();
    log.append(bytes, Origin::Client, 0, NOW).unwrap().base_offset
}

fn end(log: &Log, producer: i64, commit: bool, coordinator_epoch: i32) -> Result<i64, ErrorCode> {
    let marker = EndMarker { commit, coordinator_epoch };
    let bytes = marker.batch(producer, 0, NOW).unwrap();
    let appended = log.append(bytes, Origin::Coordinator, 0, NOW);
    appended.map(|appended| appended.base_offset).map_err(|error| error.code())
}

#[test]
fn an_open_transaction_holds_the_last_stable_offset() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig::default());
    append(&log, batch(NOW, &["a"]));
    assert_eq!(begin(&log, 1, 0), 1);
    assert_eq!(begin(&log, 2, 0), 2);
    append(&log, batch(NOW, &["b"]));
    assert_eq!(log.marks().last_stable, 1);
    let stable = log.read(0, 10_000, UpTo::LastStable, true).unwrap();
    assert_eq!(rows(&stable.records).len(), 1);
    // Outside of its transaction, a producer may not send.
    assert_eq!(send(&log, (1, 0, 1, 1)), Err(ErrorCode::INVALID_TXN_STATE));
    assert_eq!(end(&log, 1, false, 3), Ok(4));
    assert_eq!(log.marks().last_stable, 2);
    assert_eq!(end(&log, 1, true, 2), Err(ErrorCode::TRANSACTION_COORDINATOR_FENCED));
    assert_eq!(end(&log, 2, true, 3), Ok(5));
    assert_eq!(log.marks().last_stable, 6);
    for clean in [true, false] {
        let log = open(&disk, LogConfig::default(), clean, 0);
        let read = log.read(0, 10_000, UpTo::LastStable, true).unwrap();
        assert_eq!(log.marks().last_stable, 6);
        assert_eq!(rows(&read.records).len(), 6);
        let aborted: Vec<_> =
            read.aborted.iter().map(|txn| (txn.producer_id, txn.first_offset)).collect();
        assert_eq!(aborted, [(1, 1)], "clean: {clean}");
        assert!(log.read(5, 10_000, UpTo::LastStable, true).unwrap().aborted.is_empty());
        assert!(log.read(0, 10_000, UpTo::HighWatermark, true).unwrap().aborted.is_empty());
    }
}
