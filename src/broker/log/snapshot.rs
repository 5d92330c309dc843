//! The producers of a partition as a file (`<offset>.snapshot`): what they were before that
//! offset. Source: `ProducerStateManager.readSnapshot`, `writeSnapshot` of Apache Kafka.

use std::collections::VecDeque;

use bytes::Bytes;

use super::producers::{Producer, Producers, Sent};
use crate::wire::messages::producer_snapshot::{ProducerEntry, ProducerSnapshot};
use crate::wire::schema::Message;

const VERSION: i16 = 1;
/// The version and the checksum, which the checksum does not cover.
const UNCOVERED_BYTES: usize = 6;

/// Writes the producers as a snapshot.
pub(super) fn write(producers: &Producers) -> Option<Vec<u8>> {
    let mut entries: Vec<ProducerEntry> = producers
        .known
        .iter()
        .map(|(id, producer)| {
            let last = producer.sent.back();
            ProducerEntry {
                producer_id: *id,
                epoch: producer.epoch,
                last_sequence: last.map_or(-1, |sent| sent.last_sequence),
                last_offset: last.map_or(-1, |sent| sent.last_offset),
                offset_delta: last.map_or(0, |sent| sent.offset_delta),
                timestamp: producer.last_timestamp,
                coordinator_epoch: producer.coordinator_epoch,
                current_txn_first_offset: producer.txn_first_offset.unwrap_or(-1),
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.producer_id);
    let snapshot = ProducerSnapshot { crc: 0, producer_entries: entries };
    let body = snapshot.to_bytes(VERSION).ok()?;
    let mut out = VERSION.to_be_bytes().to_vec();
    out.extend_from_slice(&body);
    let crc = crc32c::crc32c(&out[UNCOVERED_BYTES..]);
    out[2..UNCOVERED_BYTES].copy_from_slice(&crc.to_be_bytes());
    Some(out)
}

/// Reads a snapshot. One that is damaged is none.
pub(super) fn read(bytes: &[u8]) -> Option<Producers> {
    let (version, body) = bytes.split_first_chunk::<2>()?;
    if i16::from_be_bytes(*version) != VERSION {
        return None;
    }
    let snapshot = ProducerSnapshot::from_bytes(Bytes::copy_from_slice(body), VERSION).ok()?;
    if snapshot.crc != crc32c::crc32c(&bytes[UNCOVERED_BYTES..]) {
        return None;
    }
    let mut producers = Producers::default();
    for entry in snapshot.producer_entries {
        let mut sent = VecDeque::new();
        if entry.last_offset >= 0 {
            sent.push_back(Sent {
                last_sequence: entry.last_sequence,
                last_offset: entry.last_offset,
                offset_delta: entry.offset_delta,
                timestamp: entry.timestamp,
            });
        }
        let first = entry.current_txn_first_offset;
        let producer = Producer {
            epoch: entry.epoch,
            sent,
            last_timestamp: entry.timestamp,
            coordinator_epoch: entry.coordinator_epoch,
            txn_first_offset: (first >= 0).then_some(first),
        };
        producers.restore(entry.producer_id, producer);
    }
    Some(producers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Producers {
        let mut producers = Producers::default();
        for id in 0..3i64 {
            let mut sent = VecDeque::new();
            if id > 0 {
                let last_offset = id * 100;
                sent.push_back(Sent {
                    last_sequence: 9,
                    last_offset,
                    offset_delta: 4,
                    timestamp: 77,
                });
            }
            producers.restore(
                id,
                Producer {
                    epoch: id as i16,
                    sent,
                    last_timestamp: 77,
                    coordinator_epoch: -1,
                    txn_first_offset: (id == 2).then_some(150),
                },
            );
        }
        producers
    }

    #[test]
    fn snapshots_come_back() {
        let bytes = write(&some()).unwrap();
        assert_eq!(read(&bytes).unwrap(), some());
        assert_eq!(read(&bytes).unwrap().first_open(), Some(150));
    }

    #[test]
    fn a_damaged_snapshot_is_none() {
        let bytes = write(&some()).unwrap();
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut]), None, "{cut}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(read(&bytes), None, "{at}");
        }
    }
}
