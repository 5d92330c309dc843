//! Every file of a log, damaged in every way that a disk or a crash knows, from a seed: the next
//! start makes it good or names the file, and no read answers what was never written.
//!
//! `RK_DAMAGE=1000` sets how many damages are tried.

use rk::broker::disk::Disk;
use rk::broker::disk::memory::{MemoryDisk, Tail};
use rk::broker::log::{Log, LogConfig, Origin, Recovery, UpTo};
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, Batches, check_stored, contents};

use super::kit::*;
use crate::kit::damage::{DAMAGES, Damage};
use crate::kit::rng;

const TRIES: usize = 1500;
/// The producer that works in transactions, and the one that counts.
const TRANSACTIONAL: i64 = 8;
const IDEMPOTENT: i64 = 7;

/// What is at an offset: no value for a marker.
#[derive(Clone, Debug, PartialEq)]
struct Written {
    value: Option<String>,
    aborted: bool,
}

/// A log of several segments and epochs, with transactions that ended both ways, closed.
fn written() -> (MemoryDisk, Vec<Written>) {
    let disk = MemoryDisk::new();
    let config = LogConfig { verify_transactions: false, ..small() };
    let log = create(&disk, config);
    let mut all = Vec::new();
    let one = |producer: i64, sequence: i32, value: &str| {
        let mut batch = BatchBuilder::new().producer(producer, 0, sequence);
        batch.push(NOW + i64::from(sequence), None, Some(value.as_bytes()), &[]);
        batch
    };
    let mut sequence = 0;
    for round in 0..12 {
        let aborted = round % 3 == 1;
        let epoch = round / 4;
        let append = |bytes, origin| log.append(bytes, origin, epoch, NOW).unwrap();
        for i in 0..2 {
            let value = format!("plain {round} {i}");
            append(one(IDEMPOTENT, round * 2 + i, &value).build().unwrap(), Origin::Client);
            all.push(Written { value: Some(value), aborted: false });
            let value = format!("transactional {round} {i}");
            let batch = one(TRANSACTIONAL, sequence, &value).transactional();
            append(batch.build().unwrap(), Origin::Client);
            all.push(Written { value: Some(value), aborted });
            sequence += 1;
        }
        let marker = EndMarker { commit: !aborted, coordinator_epoch: 0 };
        let marker = marker.batch(TRANSACTIONAL, 0, NOW).unwrap();
        append(marker, Origin::Marker { own_epoch: false });
        all.push(Written { value: None, aborted: false });
    }
    assert!(log.segment_count() > 3);
    log.close().unwrap();
    (disk, all)
}

/// Reads everything as a reader of committed records does. Ends where a read fails, which must
/// name the log, or where a batch's checksum is wrong, which every reader looks at.
fn read_all(log: &Log, all: &[Written], trusted: bool, what: &str) {
    let marks = log.marks();
    let mut next = marks.log_start;
    while next < marks.last_stable {
        let read = match log.read(next, 300, UpTo::LastStable, true) {
            Ok(read) => read,
            Err(error) => {
                assert!(error.to_string().contains("/data/t-0/0000"), "{what}: {error}");
                assert!(trusted, "{what}: {error}");
                return;
            }
        };
        let before = next;
        for batch in Batches::of(&read.records) {
            let bytes = batch.unwrap().bytes;
            if check_stored(bytes).is_err() {
                assert!(trusted, "{what}: a bad batch at {next}");
                return;
            }
            let opened = contents(bytes).unwrap();
            let info = opened.header;
            if info.base_offset != next && (trusted || marks.end > all.len() as i64) {
                // Nor does it here, and none but a walk over everything would tell.
                return;
            }
            let is_told =
                || log.damage().iter().any(|damage| damage.to_string().contains("/data/t-0/"));
            assert!(
                info.base_offset == next || is_told(),
                "{what}: {} for {next}",
                info.base_offset
            );
            for record in opened.records().map(Result::unwrap) {
                let at = &all[usize::try_from(record.offset).unwrap()];
                if info.attributes.is_control() {
                    assert_eq!(at.value, None, "{what}: offset {}", record.offset);
                    continue;
                }
                let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
                let aborted = read.aborted.iter().any(|txn| {
                    txn.producer_id == info.producer_id && txn.first_offset <= record.offset
                });
                let ends = all[usize::try_from(record.offset).unwrap()..]
                    .iter()
                    .zip(record.offset..)
                    .find(|(one, _)| one.value.is_none());
                // A transaction that began before this one may be told along with it.
                let aborted = aborted && ends.is_some();
                assert_eq!(at.value, Some(value), "{what}: offset {}", record.offset);
                // Where offsets are missing, as is told, the marker may be one of them.
                if at.aborted && log.damage().is_empty() {
                    assert!(aborted, "{what}: offset {} was aborted", record.offset);
                }
            }
            next = info.next_offset();
        }
        if next == before && (trusted || marks.end > all.len() as i64) {
            // The checksum does not cover where a batch says that it is: readers wait there.
            return;
        }
        assert!(next > before, "{what}: nothing at {before} of {marks:?}");
    }
}

/// Says whether what is damaged can be told from what is whole. A bit of an index that was
/// closed in order cannot, where it makes another entry that might be.
fn can_be_told(name: &str, trusted: bool) -> bool {
    !(trusted && name.ends_with(".txnindex"))
}

fn try_one(disk: &MemoryDisk, all: &[Written], rng: &mut rng::Rng) -> bool {
    let disk = disk.crash(Tail::Kept);
    let files = names(&disk);
    let name = rng.pick(&files).clone();
    let damage = *rng.pick(&DAMAGES);
    let (clean, recovery_point) = *rng.pick(&[(true, 0), (false, 0), (false, 25), (false, 60)]);
    let trusted = clean || recovery_point > 0;
    let what = format!("{name} {damage:?}, clean {clean}, durable up to {recovery_point}");
    match damage {
        Damage::Lost => disk.remove(&file(&name)).unwrap(),
        _ => edit(&disk, &file(&name), |bytes| damage.apply(bytes, rng)),
    }
    let config = LogConfig { verify_transactions: false, ..small() };
    let recovery = Recovery { clean, recovery_point, log_start: 0 };
    let log = match try_open(&disk, config.clone(), recovery) {
        Ok(log) => log,
        Err(error) => {
            let stem = name.split('.').next().unwrap();
            assert!(error.to_string().contains(stem), "{what}: {error}");
            return false;
        }
    };
    let marks = log.marks();
    let whole = i64::try_from(all.len()).unwrap();
    // The checksum does not cover where a batch says that it is.
    assert!(marks.end <= whole || damage == Damage::Flipped, "{what}: {marks:?}");
    if can_be_told(&name, trusted) {
        read_all(&log, all, trusted, &what);
    }
    if !name.ends_with(".log") {
        assert_eq!((marks.log_start, marks.end), (0, whole), "{what}");
        // The producer's last batch is known: it is not taken twice.
        let mut last = BatchBuilder::new().producer(IDEMPOTENT, 0, 23);
        last.push(NOW, None, Some(b"again"), &[]);
        let sent = log.append(last.build().unwrap(), Origin::Client, 2, NOW).unwrap();
        assert!(sent.duplicate, "{what}");
    }
    // And it goes on.
    let more = append(&log, batch(NOW, &["more"]));
    assert_eq!(more, marks.end, "{what}");
    let again = disk.crash(Tail::Kept);
    let recovery = Recovery { clean: false, ..recovery };
    let reopened = try_open(&again, config, recovery).map(|log| log.marks().end);
    // What was believed to be durable is walked over now, and ends where it is damaged.
    let may_end_sooner = trusted && name.ends_with(".log");
    let reopened = reopened.unwrap();
    assert!(may_end_sooner || reopened == marks.end + 1, "{what}, opened again: {reopened}");
    true
}

#[test]
fn whatever_is_damaged_nothing_is_read_that_was_not_written() {
    let (disk, all) = written();
    let tries = std::env::var("RK_DAMAGE").map_or(TRIES, |text| text.parse().unwrap());
    let mut rng = rng::Rng::new("damage");
    let made_good = (0..tries).filter(|_| try_one(&disk, &all, &mut rng)).count();
    assert!(made_good > tries / 2, "{made_good} of {tries}");
    crate::kit::say(&format!("{tries} damages: {made_good} made good, the others refused by name"));
}
