//! Bringing one segment back from its file: by its indexes, if they can be believed, or by
//! walking over all of it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::active::Tail;
use super::index::{Entry, Index, OffsetEntry, TimeEntry};
use super::names::{self, failed};
use super::scan::Scan;
use super::segment::{Parts, Segment};
use super::txn_index::TxnIndex;
use super::{LogConfig, LogError};
use crate::base::clock::Millis;
use crate::broker::disk::{Disk, File, Open};
use crate::wire::batch::{self, BatchInfo, NO_TIMESTAMP};

/// A segment that is back.
pub(super) struct Restored {
    pub(super) segment: Segment,
    pub(super) tail: Tail,
    pub(super) next_offset: i64,
    /// What is wrong with its file.
    pub(super) damage: Option<LogError>,
    /// Its end was cut off for that.
    pub(super) cut: bool,
    /// Its index of aborted transactions is to be made anew.
    pub(super) forgets_aborted: bool,
}

/// How much of a segment is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The file and its indexes are whole.
    Indexes,
    /// Every batch is to be checked, and what follows the first bad one cut off.
    Nothing,
}

/// Which segment, and what is known of its file.
pub(super) struct Source<'a> {
    pub(super) disk: &'a Arc<dyn Disk>,
    pub(super) dir: &'a Path,
    pub(super) base_offset: i64,
    pub(super) modified_ms: Millis,
    /// Where the next segment begins, if there is one.
    pub(super) next: Option<i64>,
    /// Whether it will be appended to: its indexes are then held in memory.
    pub(super) last: bool,
    /// Where the log ended when it was closed in order, if that is known: its last segment's.
    pub(super) end: Option<i64>,
}

/// What a walk over a segment finds out: its indexes as appending would have made them.
pub(super) struct Walk {
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) times: Vec<TimeEntry>,
    max_timestamp: Millis,
    tail: Tail,
    next_offset: i64,
    pub(super) end: u64,
}

impl Walk {
    pub(super) fn at(base_offset: i64) -> Self {
        let tail =
            Tail { max_timestamp_offset: base_offset, since_index_bytes: 0, first_timestamp: None };
        Walk {
            offsets: Vec::new(),
            times: Vec::new(),
            max_timestamp: NO_TIMESTAMP,
            tail,
            next_offset: base_offset,
            end: 0,
        }
    }

    /// Takes in a batch, as appending it would have.
    pub(super) fn step(
        &mut self,
        at: u64,
        info: &BatchInfo,
        base_offset: i64,
        interval_bytes: u32,
    ) {
        let relative = |offset: i64| u32::try_from(offset - base_offset).unwrap_or(u32::MAX);
        if info.max_timestamp > self.max_timestamp {
            self.max_timestamp = info.max_timestamp;
            self.tail.max_timestamp_offset = info.last_offset();
        }
        self.tail.first_timestamp.get_or_insert(info.max_timestamp);
        if self.tail.since_index_bytes > u64::from(interval_bytes) {
            let position = u32::try_from(at).unwrap_or(u32::MAX);
            let relative_offset = relative(info.last_offset());
            self.offsets.push(OffsetEntry { relative_offset, position });
            self.push_time(base_offset);
            self.tail.since_index_bytes = 0;
        }
        self.tail.since_index_bytes += info.size_bytes() as u64;
        self.next_offset = info.next_offset();
        self.end = at + info.size_bytes() as u64;
    }

    /// Adds a time entry, if there is a new largest timestamp: also the final one.
    pub(super) fn push_time(&mut self, base_offset: i64) {
        let last = self.times.last().map_or(NO_TIMESTAMP, |entry| entry.timestamp);
        if self.max_timestamp > last {
            let offset = self.tail.max_timestamp_offset - base_offset;
            let relative_offset = u32::try_from(offset).unwrap_or(u32::MAX);
            self.times.push(TimeEntry { timestamp: self.max_timestamp, relative_offset });
        }
    }
}

/// Brings a segment back.
pub(super) fn restore(
    source: &Source<'_>,
    trust: Trust,
    config: &LogConfig,
) -> Result<Restored, LogError> {
    let path = names::file(source.dir, source.base_offset, names::LOG);
    let file = source.disk.open(&path, Open::Write).map_err(failed("cannot open", &path))?;
    let size = file.len().map_err(failed("cannot open", &path))?;
    if trust == Trust::Nothing {
        return by_walking(source, &path, file, size, true, config);
    }
    let believed = || -> Result<Option<Restored>, LogError> {
        let restored = by_indexes(source, &path, &file, size)?;
        let ends = |restored: &Restored| source.end.is_none_or(|end| restored.next_offset == end);
        Ok(restored.filter(ends))
    };
    let mut restored = match believed()? {
        Some(restored) => restored,
        None if mend_end(source, &path, &file, size)? => match believed()? {
            Some(restored) => restored,
            None => by_walking(source, &path, file, size, source.last, config)?,
        },
        // What was durable and sealed is never cut: a read that meets the damage tells it.
        None => by_walking(source, &path, file, size, source.last, config)?,
    };
    let (next, index) = (restored.next_offset, restored.segment.aborted.path());
    let sound = TxnIndex::is_sound(&**source.disk, index, source.base_offset, next);
    restored.forgets_aborted = !sound.map_err(failed("cannot read", index))?;
    Ok(restored)
}

/// The checksum of a batch does not cover where it is. The last batch of a log that was closed in
/// order must end where the log ended: one that says otherwise, and is whole, and has room there,
/// is told where it is. Kafka takes its word, and goes on from wherever that is.
fn mend_end(
    source: &Source<'_>,
    path: &Path,
    file: &Arc<dyn File>,
    size: u64,
) -> Result<bool, LogError> {
    let Some(end) = source.end else { return Ok(false) };
    let mut scan = Scan::headers(&**file, path, 0, size);
    let (mut next_offset, mut last) = (source.base_offset, None);
    while let Ok(Some((at, info))) = scan.next_header() {
        if let Some((_, before)) = last.replace((at, info)) {
            next_offset = BatchInfo::next_offset(&before);
        }
    }
    let Some((at, info)) = last else { return Ok(false) };
    let wanted = end - 1 - i64::from(info.last_offset_delta);
    let bytes = scan.bytes(at, &info)?;
    let is_last = at + bytes.len() as u64 == size;
    let is_whole = batch::check_stored(bytes).is_ok();
    if !is_whole || !is_last || wanted < next_offset || wanted == info.base_offset {
        return Ok(false);
    }
    let (path, said) = (path.display(), info.base_offset);
    tracing::warn!(%path, at, said, wanted, "the last batch of a log is told where it is");
    let mended = file.write_at(&[&wanted.to_be_bytes()], at).and_then(|()| file.sync());
    mended.map_err(failed("cannot write", source.dir))?;
    Ok(true)
}

/// Walks over the whole segment, checks every batch, and writes the indexes anew. What cannot
/// be a batch that follows ends the walk, and with `cut` the segment.
fn by_walking(
    source: &Source<'_>,
    path: &Path,
    file: Arc<dyn File>,
    size: u64,
    cut: bool,
    config: &LogConfig,
) -> Result<Restored, LogError> {
    let base_offset = source.base_offset;
    let mut walk = Walk::at(base_offset);
    let mut scan = Scan::batches(&*file, path, 0, size);
    let damage = loop {
        match checked(&mut scan, &walk, source) {
            Ok(Some((at, info))) => {
                walk.step(at, &info, base_offset, config.index_interval_bytes);
            }
            Ok(None) => break None,
            Err(damage @ LogError::Corrupt { .. }) => break Some(damage),
            Err(error) => return Err(error),
        }
    };
    let cut = cut && damage.is_some();
    if let Some(damage) = damage.as_ref().filter(|_| !cut) {
        tracing::warn!(%damage, "a segment is damaged");
        walk.end = size;
    }
    if let Some(damage) = damage.as_ref().filter(|_| cut) {
        let cut_bytes = size - walk.end;
        tracing::warn!(%damage, cut_bytes, "the end of a segment is cut off");
        file.truncate(walk.end).map_err(failed("cannot truncate", path))?;
        file.sync().map_err(failed("cannot sync", path))?;
    }
    if !source.last {
        walk.push_time(base_offset);
    }
    let offsets = names::file(source.dir, base_offset, names::OFFSET_INDEX);
    let written = Index::rewrite(&**source.disk, &offsets, &walk.offsets);
    written.map_err(failed("cannot write", &offsets))?;
    let times = names::file(source.dir, base_offset, names::TIME_INDEX);
    let written = Index::rewrite(&**source.disk, &times, &walk.times);
    written.map_err(failed("cannot write", &times))?;
    let restored = finish(source, path, file, walk)?;
    Ok(Restored { damage, cut, ..restored })
}

fn checked(
    scan: &mut Scan<'_>,
    walk: &Walk,
    source: &Source<'_>,
) -> Result<Option<(u64, BatchInfo)>, LogError> {
    let Some((at, info)) = scan.next_header()? else { return Ok(None) };
    let checked = batch::check_stored(scan.bytes(at, &info)?);
    checked.map_err(|error| scan.corrupt(at, error))?;
    let fits = i32::try_from(info.last_offset() - source.base_offset).is_ok();
    // The checksum does not cover a batch's first offset. One that leaps over the next segment
    // cannot be right.
    let leaps = info.base_offset > walk.next_offset
        && source.next.is_some_and(|next| info.last_offset() >= next);
    let fits = fits && !leaps;
    if info.base_offset < walk.next_offset || !fits {
        let why = format!("offset {} after {}", info.base_offset, walk.next_offset);
        return Err(scan.corrupt(at, why));
    }
    Ok(Some((at, info)))
}

/// Takes the indexes' word, and walks over headers from their last entry on. None when the
/// indexes cannot be right.
fn by_indexes(
    source: &Source<'_>,
    path: &Path,
    file: &Arc<dyn File>,
    size: u64,
) -> Result<Option<Restored>, LogError> {
    let base_offset = source.base_offset;
    let offsets = last_of::<OffsetEntry>(source, names::OFFSET_INDEX)?;
    let times = last_of::<TimeEntry>(source, names::TIME_INDEX)?;
    let (Some((offset_entries, last)), Some((time_entries, last_time))) = (offsets, times) else {
        return Ok(None);
    };
    // An index that stops at its beginning was made larger than it is, and not cut down.
    let zeroed = last.is_some_and(|e| e.relative_offset == 0 || u64::from(e.position) >= size)
        || last_time.is_some_and(|e| time_entries > 1 && e.timestamp <= 0);
    if zeroed || (size > 0 && time_entries == 0) {
        return Ok(None);
    }
    let mut walk = Walk::at(base_offset);
    if let Some(entry) = last_time {
        walk.max_timestamp = entry.timestamp;
        walk.tail.max_timestamp_offset = base_offset + i64::from(entry.relative_offset);
    }
    let first = Scan::headers(&**file, path, 0, size).next_header();
    let from = last.map_or(0, |entry| u64::from(entry.position));
    let mut scan = Scan::headers(&**file, path, from, size);
    loop {
        match scan.next_header() {
            Ok(Some((at, info))) => {
                let named = last.filter(|_| at == from).map(|e| i64::from(e.relative_offset));
                if named.is_some_and(|named| info.last_offset() - base_offset != named) {
                    return Ok(None);
                }
                // New entries are not wanted here: they would not be in the file.
                walk.step(at, &info, base_offset, u32::MAX);
            }
            Ok(None) => break,
            Err(LogError::Corrupt { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    if let Ok(Some((_, info))) = first {
        walk.tail.first_timestamp = Some(info.max_timestamp);
    }
    walk.end = size;
    if source.last {
        let load = |error: io::Error| failed("cannot read", path)(error);
        let file = |kind| names::file(source.dir, base_offset, kind);
        walk.offsets = Index::load(&**source.disk, &file(names::OFFSET_INDEX)).map_err(load)?;
        walk.times = Index::load(&**source.disk, &file(names::TIME_INDEX)).map_err(load)?;
    } else {
        // Only their number counts from here on.
        let entry = OffsetEntry { relative_offset: 0, position: 0 };
        walk.offsets = vec![entry; offset_entries as usize];
        let entry = TimeEntry { timestamp: 0, relative_offset: 0 };
        walk.times = vec![entry; time_entries as usize];
    }
    finish(source, path, Arc::clone(file), walk).map(Some)
}

/// The number of entries in an index file, and the last one; none when the file is missing or
/// not made of entries.
fn last_of<E: Entry>(
    source: &Source<'_>,
    kind: &str,
) -> Result<Option<(u64, Option<E>)>, LogError> {
    let path = names::file(source.dir, source.base_offset, kind);
    let file = match source.disk.open(&path, Open::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("cannot open", &path)(error)),
    };
    let bytes = file.len().map_err(failed("cannot open", &path))?;
    if bytes % E::BYTES as u64 != 0 {
        return Ok(None);
    }
    let index = Index::<E>::stored(Arc::clone(source.disk), path.clone(), bytes);
    let last = index.last().map_err(failed("cannot read", &path))?;
    Ok(Some((bytes / E::BYTES as u64, last)))
}

fn finish(
    source: &Source<'_>,
    path: &Path,
    file: Arc<dyn File>,
    walk: Walk,
) -> Result<Restored, LogError> {
    let disk = || Arc::clone(source.disk);
    let name = |kind| names::file(source.dir, source.base_offset, kind);
    let aborted = TxnIndex::load(disk(), name(names::TXN_INDEX));
    let aborted = aborted.map_err(failed("cannot read", &name(names::TXN_INDEX)))?;
    let (offset_count, time_count) = (walk.offsets.len() as u64, walk.times.len() as u64);
    let (offsets, times) = if source.last {
        (
            Index::live(disk(), name(names::OFFSET_INDEX), walk.offsets),
            Index::live(disk(), name(names::TIME_INDEX), walk.times),
        )
    } else {
        let bytes =
            (offset_count * OffsetEntry::BYTES as u64, time_count * TimeEntry::BYTES as u64);
        (
            Index::stored(disk(), name(names::OFFSET_INDEX), bytes.0),
            Index::stored(disk(), name(names::TIME_INDEX), bytes.1),
        )
    };
    let parts = Parts {
        base_offset: source.base_offset,
        file,
        offsets,
        times,
        aborted,
        size: walk.end,
        max_timestamp: walk.max_timestamp,
        modified_ms: source.modified_ms,
    };
    let segment = Segment::new(path.to_owned(), parts);
    Ok(Restored {
        segment,
        tail: walk.tail,
        next_offset: walk.next_offset,
        damage: None,
        cut: false,
        forgets_aborted: false,
    })
}
