//! One segment of a log, as readers see it: a file of batches and its indexes.
//!
//! A segment itself has no way to append: the one that grows is held by an
//! [`Active`](super::active::Active), which moves the size that readers go by.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use bytes::Bytes;

use super::buffers::Buffer;
use super::index::{Index, OffsetEntry, TimeEntry};
use super::names::{self, failed};
use super::scan::Scan;
use super::txn_index::TxnIndex;
use super::{LogError, opened};
use crate::base::clock::Millis;
use crate::broker::disk::{Disk, File};
use crate::wire::batch::{BatchInfo, Batches, HEADER_BYTES, Record};

/// How much more than asked is read, to get from an index entry to the batch that is wanted.
const SLACK_BYTES: u64 = 8 * 1024;

/// One segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) base_offset: i64,
    pub(super) path: PathBuf,
    pub(super) file: Arc<dyn File>,
    pub(super) offsets: Index<OffsetEntry>,
    pub(super) times: Index<TimeEntry>,
    pub(super) aborted: TxnIndex,
    size: AtomicU64,
    max_timestamp: AtomicI64,
    /// When the file was written last, for segments without any timestamp.
    modified_ms: AtomicI64,
}

/// What a segment is made of.
pub(super) struct Parts {
    pub(super) base_offset: i64,
    pub(super) file: Arc<dyn File>,
    pub(super) offsets: Index<OffsetEntry>,
    pub(super) times: Index<TimeEntry>,
    pub(super) aborted: TxnIndex,
    pub(super) size: u64,
    pub(super) max_timestamp: Millis,
    pub(super) modified_ms: Millis,
}

impl Segment {
    pub(super) fn new(path: PathBuf, parts: Parts) -> Self {
        Segment {
            base_offset: parts.base_offset,
            path,
            file: parts.file,
            offsets: parts.offsets,
            times: parts.times,
            aborted: parts.aborted,
            size: AtomicU64::new(parts.size),
            max_timestamp: AtomicI64::new(parts.max_timestamp),
            modified_ms: AtomicI64::new(parts.modified_ms),
        }
    }

    /// The same segment with its indexes in their files, where they must be whole.
    pub(super) fn stored(&self, disk: &Arc<dyn Disk>) -> Self {
        fn stored<E: super::index::Entry>(disk: &Arc<dyn Disk>, index: &Index<E>) -> Index<E> {
            let bytes = index.len() * E::BYTES as u64;
            Index::stored(Arc::clone(disk), index.path().to_owned(), bytes)
        }
        let aborted = TxnIndex::holding(
            Arc::clone(disk),
            self.aborted.path().to_owned(),
            self.aborted.entries(),
        );
        let parts = Parts {
            base_offset: self.base_offset,
            file: Arc::clone(&self.file),
            offsets: stored(disk, &self.offsets),
            times: stored(disk, &self.times),
            aborted,
            size: self.size(),
            max_timestamp: self.max_timestamp(),
            modified_ms: self.modified_ms(),
        };
        Segment::new(self.path.clone(), parts)
    }

    /// How many bytes of batches there are.
    pub(super) fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// The largest timestamp, or -1 when no record has one.
    pub(super) fn max_timestamp(&self) -> Millis {
        self.max_timestamp.load(Ordering::Acquire)
    }

    pub(super) fn modified_ms(&self) -> Millis {
        self.modified_ms.load(Ordering::Acquire)
    }

    /// The time by which retention judges the segment.
    pub(super) fn largest_timestamp(&self) -> Millis {
        match self.max_timestamp() {
            timestamp @ 0.. => timestamp,
            _ => self.modified_ms(),
        }
    }

    /// Lets readers see what was written. Only for the one who writes.
    pub(super) fn grow(&self, size: u64, max_timestamp: Millis, now: Millis) {
        self.max_timestamp.store(max_timestamp, Ordering::Release);
        self.modified_ms.store(now, Ordering::Release);
        self.size.store(size, Ordering::Release);
    }

    /// Says that the segment's files are about to be renamed.
    pub(super) fn leave(&self) {
        self.offsets.leave();
        self.times.leave();
    }

    pub(super) fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The files that the segment may have.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let file = |kind: &&str| names::file(self.dir(), self.base_offset, kind);
        names::SEGMENT_FILES.iter().map(file).collect()
    }

    fn relative(&self, offset: i64) -> i64 {
        offset - self.base_offset
    }

    /// A position at which, or after which, the batch with `offset` begins.
    pub(super) fn floor(&self, offset: i64) -> Result<u64, LogError> {
        let relative = self.relative(offset);
        let holds = |entry: &OffsetEntry| i64::from(entry.relative_offset) <= relative;
        let entry = self.offsets.last_where(holds);
        let entry = entry.map_err(failed("cannot read", self.offsets.path()))?;
        // A batch begins at or before the record: the entry names the last of its batch.
        let Some(entry) = entry else { return Ok(0) };
        let at = u64::from(entry.position);
        let named = self.base_offset + i64::from(entry.relative_offset);
        let head = self.read_bytes(at, HEADER_BYTES)?;
        let is_there = BatchInfo::parse(&head).is_ok_and(|info| info.last_offset() == named);
        if at < self.size() && is_there {
            return Ok(at);
        }
        // An index that is not right is not believed: the file itself says where everything is.
        let path = self.offsets.path();
        tracing::warn!(path = %path.display(), "an index does not say what it should");
        Ok(0)
    }

    /// Returns where in the file the batch with `offset` begins.
    pub(super) fn position_of(&self, offset: i64) -> Result<u64, LogError> {
        let mut scan = self.headers(self.floor(offset)?);
        while let Some((at, info)) = scan.next_header()? {
            if info.last_offset() >= offset {
                return Ok(at);
            }
        }
        Ok(self.size())
    }

    pub(super) fn headers(&self, from: u64) -> Scan<'_> {
        Scan::headers(&*self.file, &self.path, from, self.size())
    }

    pub(super) fn batches(&self, from: u64) -> Scan<'_> {
        Scan::batches(&*self.file, &self.path, from, self.size())
    }

    fn read_bytes(&self, at: u64, length: usize) -> Result<Bytes, LogError> {
        let mut buf = Buffer::new(length);
        let read = self.file.read_at(buf.bytes_mut(), at);
        let read = read.map_err(failed("cannot read", &self.path))?;
        buf.truncate(read);
        Ok(buf.freeze())
    }

    /// Reads whole batches from the one that holds `from`, or follows it, up to the offset
    /// `limit`. None when the segment holds no such batch.
    pub(super) fn read(
        &self,
        from: i64,
        limit: i64,
        max_bytes: usize,
        at_least_one: bool,
    ) -> Result<Option<Bytes>, LogError> {
        let size = self.size();
        let mut at = self.floor(from)?;
        while at < size {
            let wanted = (max_bytes as u64).saturating_add(SLACK_BYTES).min(size - at);
            let buf = self.read_bytes(at, usize::try_from(wanted).unwrap_or(usize::MAX))?;
            let mut begin = 0;
            // Step over what lies before.
            let info = loop {
                let Some(head) = buf.get(begin..).filter(|head| head.len() >= HEADER_BYTES) else {
                    break None;
                };
                let info = self.parse(head, at + begin as u64, size)?;
                if info.last_offset() >= from {
                    break Some(info);
                }
                begin += info.size_bytes();
            };
            let Some(info) = info else {
                // No progress means that a header is cut off by the segment's end.
                if begin == 0 {
                    return Err(self.corrupt(at, "a batch is cut off"));
                }
                at += begin as u64;
                continue;
            };
            if info.base_offset >= limit {
                return Ok(Some(Bytes::new()));
            }
            let whole = info.size_bytes();
            if whole > max_bytes {
                if !at_least_one {
                    return Ok(Some(Bytes::new()));
                }
                let one = match buf.get(begin..begin + whole) {
                    Some(_) => buf.slice(begin..begin + whole),
                    None => self.read_bytes(at + begin as u64, whole)?,
                };
                return Ok(Some(one));
            }
            let length = clip(&buf[begin..], max_bytes, limit);
            if length == 0 {
                // The first batch is cut off by the slack: read again from its beginning.
                at += begin as u64;
                continue;
            }
            return Ok(Some(buf.slice(begin..begin + length)));
        }
        Ok(None)
    }

    fn parse(&self, head: &[u8], at: u64, size: u64) -> Result<BatchInfo, LogError> {
        let info = BatchInfo::parse(head).map_err(|error| self.corrupt(at, error.to_string()))?;
        if at + info.size_bytes() as u64 > size {
            return Err(self.corrupt(at, "a batch is cut off"));
        }
        Ok(info)
    }

    pub(super) fn corrupt(&self, position: u64, why: impl Into<String>) -> LogError {
        LogError::Corrupt { path: self.path.clone(), position, why: why.into() }
    }

    /// Finds the first record from `from_offset` on whose time is `timestamp` or later.
    pub(super) fn find_time(
        &self,
        timestamp: Millis,
        from_offset: i64,
    ) -> Result<Option<(Millis, i64, i32)>, LogError> {
        let before = self.times.last_where(|entry| entry.timestamp < timestamp);
        let before = before.map_err(failed("cannot read", self.times.path()))?;
        let floor = before
            .map_or(self.base_offset, |entry| self.base_offset + i64::from(entry.relative_offset));
        let mut scan = self.batches(self.floor(floor.max(from_offset))?);
        while let Some((at, info)) = scan.next_header()? {
            if info.max_timestamp < timestamp || info.last_offset() < from_offset {
                continue;
            }
            let matches =
                |record: &Record<'_>| record.timestamp >= timestamp && record.offset >= from_offset;
            if let Some(found) = self.find_record(&mut scan, at, &info, matches)? {
                return Ok(Some((found.0, found.1, info.leader_epoch)));
            }
        }
        Ok(None)
    }

    fn find_record(
        &self,
        scan: &mut Scan<'_>,
        at: u64,
        info: &BatchInfo,
        matches: impl Fn(&Record<'_>) -> bool,
    ) -> Result<Option<(Millis, i64)>, LogError> {
        let opened = opened::open(scan.bytes(at, info)?);
        let opened = opened.map_err(|error| self.corrupt(at, error.to_string()))?;
        for record in opened.records() {
            let record = record.map_err(|error| self.corrupt(at, error.to_string()))?;
            if matches(&record) {
                return Ok(Some((record.timestamp, record.offset)));
            }
        }
        Ok(None)
    }
}

/// How many bytes of whole batches there are within `max_bytes` and before `limit`.
fn clip(bytes: &[u8], max_bytes: usize, limit: i64) -> usize {
    let mut length = 0;
    for batch in Batches::of(bytes) {
        let Ok(batch) = batch else { break };
        if batch.header.base_offset >= limit || length + batch.bytes.len() > max_bytes {
            break;
        }
        length += batch.bytes.len();
    }
    length
}
