//! Looking up by time, and by epoch.

use rk::broker::disk::memory::MemoryDisk;
use rk::broker::log::{LogConfig, Origin, TimestampAndOffset};
use rk::wire::batch::{BatchBuilder, Codec};

use super::kit::*;

#[test]
fn the_record_is_found_inside_its_batch() {
    for codec in Codec::ALL {
        let log = create(&MemoryDisk::new(), LogConfig::default());
        assert_eq!(log.max_timestamp().unwrap(), None);
        assert_eq!(log.offset_for_time(0).unwrap(), None);
        let mut builder = BatchBuilder::new().codec(codec);
        for time in [10, 40, 20, 30] {
            builder.push(NOW + time, None, Some(b"v"), &[]);
        }
        log.append(builder.build().unwrap(), Origin::Client, 4, NOW).unwrap();
        append(&log, batch(NOW + 25, &["a"]));
        let table = [(0, Some((10, 0))), (11, Some((40, 1))), (40, Some((40, 1))), (41, None)];
        for (time, expected) in table {
            let found = log.offset_for_time(NOW + time).unwrap();
            let expected = expected.map(|(time, offset)| TimestampAndOffset {
                timestamp: NOW + time,
                offset,
                leader_epoch: 4,
            });
            assert_eq!(found, expected, "{codec} {time}");
        }
        assert_eq!(log.max_timestamp().unwrap().unwrap().offset, 1);
    }
}

#[test]
fn epochs_begin_where_their_first_record_is() {
    let disk = MemoryDisk::new();
    let log = create(&disk, LogConfig::default());
    assert_eq!((log.latest_epoch(), log.epoch_end(0)), (None, (-1, -1)));
    log.begin_epoch(1).unwrap();
    assert_eq!((log.latest_epoch(), log.epoch_end(1)), (Some(1), (1, 0)));
    for epoch in [2, 2, 5, 7] {
        log.append(batch(NOW, &["a", "b"]), Origin::Coordinator, epoch, NOW).unwrap();
    }
    log.delete_records(1).unwrap();
    let check = |log: &rk::broker::log::Log| {
        assert_eq!(log.latest_epoch(), Some(7));
        assert_eq!(
            [log.epoch_end(2), log.epoch_end(6), log.epoch_end(7), log.epoch_end(8)],
            [(2, 4), (5, 6), (7, 8), (-1, -1)]
        );
        assert_eq!((log.epoch_at(3), log.epoch_at(4)), (Some(2), Some(5)));
    };
    check(&log);
    log.close().unwrap();
    check(&open(&disk, LogConfig::default(), true, 0));
}
