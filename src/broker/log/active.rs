//! The segment that grows: the only one that can be appended to.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::index::{Index, OffsetEntry, TimeEntry};
use super::names;
use super::segment::{Parts, Segment};
use super::txn_index::TxnIndex;
use super::{LogConfig, LogError};
use crate::base::clock::Millis;
use crate::broker::disk::{Disk, Open};
use crate::wire::batch::{BatchInfo, NO_TIMESTAMP};

/// A log file's positions are 32 bits with a sign.
const POSITION_MAX: u64 = i32::MAX as u64;

/// The end of a log.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) segment: Arc<Segment>,
    disk: Arc<dyn Disk>,
    /// The last offset of the batch that has the largest timestamp.
    max_timestamp_offset: i64,
    since_index_bytes: u64,
    /// The first batch's, once there is one.
    first_timestamp: Option<Millis>,
    created_ms: Millis,
}

/// What is known of the end of a segment whose file and indexes are there already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    pub(super) max_timestamp_offset: i64,
    pub(super) since_index_bytes: u64,
    pub(super) first_timestamp: Option<Millis>,
}

impl Active {
    /// Begins a segment, over whatever a crash may have left under its names.
    pub(super) fn create(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        base_offset: i64,
        config: &LogConfig,
        now: Millis,
    ) -> Result<Self, LogError> {
        let path = names::file(dir, base_offset, names::LOG);
        let open = |path: &Path| {
            disk.open(path, Open::Replace).map_err(names::failed("cannot create", path))
        };
        let file = open(&path)?;
        let offsets = names::file(dir, base_offset, names::OFFSET_INDEX);
        open(&offsets)?;
        let times = names::file(dir, base_offset, names::TIME_INDEX);
        open(&times)?;
        if config.preallocate {
            let sized = file.truncate(u64::from(config.segment_bytes));
            sized.map_err(names::failed("cannot preallocate", &path))?;
        }
        let aborted = names::file(dir, base_offset, names::TXN_INDEX);
        let parts = Parts {
            base_offset,
            file,
            offsets: Index::live(Arc::clone(disk), offsets, Vec::new()),
            times: Index::live(Arc::clone(disk), times, Vec::new()),
            aborted: TxnIndex::empty(Arc::clone(disk), aborted),
            size: 0,
            max_timestamp: NO_TIMESTAMP,
            modified_ms: now,
        };
        let tail =
            Tail { max_timestamp_offset: base_offset, since_index_bytes: 0, first_timestamp: None };
        Ok(Active::resume(disk, Segment::new(path, parts), tail, now))
    }

    /// Goes on with a segment that is there; its indexes must be live.
    pub(super) fn resume(disk: &Arc<dyn Disk>, segment: Segment, tail: Tail, now: Millis) -> Self {
        Active {
            segment: Arc::new(segment),
            disk: Arc::clone(disk),
            max_timestamp_offset: tail.max_timestamp_offset,
            since_index_bytes: tail.since_index_bytes,
            first_timestamp: tail.first_timestamp,
            created_ms: now,
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.segment.size()
    }

    /// Says whether a batch must go to a new segment (`LogSegment.shouldRoll`).
    pub(super) fn is_full_for(&self, batch: &BatchInfo, config: &LogConfig, now: Millis) -> bool {
        let size = self.size();
        let length = batch.size_bytes() as u64;
        let relative = batch.last_offset() - self.segment.base_offset;
        let limit = u64::from(config.segment_bytes).min(POSITION_MAX);
        if size + length > limit || relative > i64::from(i32::MAX) {
            return size > 0;
        }
        let age = match self.first_timestamp {
            Some(first) if batch.max_timestamp >= 0 => batch.max_timestamp.saturating_sub(first),
            _ => now.saturating_sub(self.created_ms),
        };
        let max = u64::from(config.segment_index_bytes);
        let full = |entries: u64, bytes: u64, spare: u64| (entries + spare + 1) * bytes > max;
        size > 0
            && (age > config.roll_ms()
                || full(self.segment.offsets.len(), 8, 0)
                || full(self.segment.times.len(), 12, 1))
    }

    /// Says whether the segment is old enough that a new one should begin without a batch.
    pub(super) fn is_old(&self, config: &LogConfig, now: Millis) -> bool {
        self.size() > 0 && now.saturating_sub(self.created_ms) > config.roll_ms()
    }

    /// Appends one batch, header and records, in one write. After an error nothing of it is in
    /// the log, whatever the file may hold after its end.
    pub(super) fn append(
        &mut self,
        info: &BatchInfo,
        records: &[u8],
        config: &LogConfig,
        now: Millis,
    ) -> io::Result<()> {
        let at = self.size();
        self.segment.file.write_at(&[&info.to_bytes(), records], at)?;
        self.index(at, info, config);
        let max_timestamp = self.segment.max_timestamp().max(info.max_timestamp);
        self.segment.grow(at + info.size_bytes() as u64, max_timestamp, now);
        Ok(())
    }

    /// Removes what a failed write may have left after the log's end.
    pub(super) fn cut(&self) -> io::Result<()> {
        self.segment.file.truncate(self.size())
    }

    fn index(&mut self, at: u64, info: &BatchInfo, config: &LogConfig) {
        let segment = &self.segment;
        let relative = |offset: i64| u32::try_from(offset - segment.base_offset).unwrap_or(0);
        let mut max_timestamp = segment.max_timestamp();
        if info.max_timestamp > max_timestamp {
            max_timestamp = info.max_timestamp;
            self.max_timestamp_offset = info.last_offset();
        }
        self.first_timestamp.get_or_insert(info.max_timestamp);
        if self.since_index_bytes > u64::from(config.index_interval_bytes) {
            let position = u32::try_from(at).unwrap_or(0);
            let relative_offset = relative(info.last_offset());
            segment.offsets.push(OffsetEntry { relative_offset, position });
            self.index_time(max_timestamp);
            self.since_index_bytes = 0;
        }
        self.since_index_bytes += info.size_bytes() as u64;
    }

    fn index_time(&self, timestamp: Millis) {
        let last = self.segment.times.last().ok().flatten();
        if timestamp > last.map_or(NO_TIMESTAMP, |entry| entry.timestamp) {
            let offset = self.max_timestamp_offset - self.segment.base_offset;
            let relative_offset = u32::try_from(offset).unwrap_or(0);
            self.segment.times.push(TimeEntry { timestamp, relative_offset });
        }
    }

    /// Writes the indexes, the final time entry with them, and cuts off what was preallocated.
    pub(super) fn finish(&self) -> Result<(), LogError> {
        let segment = &self.segment;
        self.index_time(segment.max_timestamp());
        let failed = |index: &Path| names::failed("cannot write", index);
        segment.offsets.write().map_err(failed(segment.offsets.path()))?;
        segment.times.write().map_err(failed(segment.times.path()))?;
        let length = segment.file.len().map_err(failed(&segment.path))?;
        if length > segment.size() {
            self.cut().map_err(failed(&segment.path))?;
        }
        Ok(())
    }

    /// The finished segment as one that only is read.
    pub(super) fn sealed(&self) -> Segment {
        self.segment.stored(&self.disk)
    }

    /// Makes everything durable.
    pub(super) fn sync(segment: &Segment) -> io::Result<()> {
        segment.file.sync()?;
        segment.offsets.sync()?;
        segment.times.sync()?;
        segment.aborted.sync()
    }
}
