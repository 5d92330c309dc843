//! The last offset of every key in the dirty part of a log.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::LogError;
use super::super::opened;
use super::super::segment::Segment;
use super::pace::Pace;
use super::transactions::Transactions;

/// What the map may take of memory: Kafka's `log.cleaner.dedupe.buffer.size`. A log with more
/// keys is cleaned in several rounds.
const BYTES_MAX: usize = 128 * 1024 * 1024;
/// What an entry takes besides its key.
const ENTRY_BYTES: usize = 64;

/// Keys and their last offsets, up to an offset.
pub(super) struct OffsetMap {
    last: HashMap<Vec<u8>, i64>,
    end: i64,
}

impl OffsetMap {
    /// Reads the keys of the records from `from` to `upper`, or to where the map is full.
    pub(super) fn build(
        segments: &[Arc<Segment>],
        from: i64,
        upper: i64,
        pace: &mut Pace<'_>,
    ) -> Result<Self, LogError> {
        OffsetMap::build_within(segments, from, upper, BYTES_MAX, &mut |bytes| pace.pass(bytes))
    }

    fn build_within(
        segments: &[Arc<Segment>],
        from: i64,
        upper: i64,
        bytes_max: usize,
        passed: &mut dyn FnMut(usize),
    ) -> Result<Self, LogError> {
        let mut map = OffsetMap { last: HashMap::new(), end: from };
        let mut transactions = Transactions::default();
        let mut bytes = 0;
        for (at, segment) in segments.iter().enumerate() {
            let next = segments.get(at + 1).map_or(upper, |next| next.base_offset);
            if next <= from {
                continue;
            }
            transactions.expect(segment.aborted.entries());
            let mut scan = segment.batches(segment.floor(from)?);
            while let Some((at, info)) = scan.next_header()? {
                if info.last_offset() < from {
                    continue;
                }
                if bytes >= bytes_max {
                    return Ok(map);
                }
                map.end = info.next_offset();
                let control = info.attributes.is_control();
                let aborted = !control && transactions.data(&info);
                let bytes_read = scan.bytes(at, &info)?;
                passed(bytes_read.len());
                let opened = opened::open(bytes_read);
                let opened = opened.map_err(|e| segment.corrupt(at, e.to_string()))?;
                if control {
                    let ended = transactions.control(&opened);
                    ended.map_err(|e| segment.corrupt(at, e.to_string()))?;
                    continue;
                }
                if aborted {
                    continue;
                }
                for record in opened.records() {
                    let record = record.map_err(|e| segment.corrupt(at, e.to_string()))?;
                    let Some(key) = record.key.filter(|_| record.offset >= from) else { continue };
                    match map.last.get_mut(key) {
                        Some(last) => *last = record.offset,
                        None => {
                            bytes += key.len() + ENTRY_BYTES;
                            map.last.insert(key.to_vec(), record.offset);
                        }
                    }
                }
            }
            map.end = map.end.max(next);
        }
        Ok(map)
    }

    /// The offset after the last record that was read.
    pub(super) fn end(&self) -> i64 {
        self.end
    }

    /// Says whether a later record of this key is known.
    pub(super) fn overtakes(&self, key: &[u8], offset: i64) -> bool {
        self.last.get(key).is_some_and(|last| *last > offset)
    }
}
