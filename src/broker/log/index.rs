//! The two sparse indexes beside a segment: from offset to position, from time to offset.
//!
//! ```text
//! .index      relative offset u32, position u32       the last offset of the batch at position
//! .timeindex  timestamp i64, relative offset u32      the largest timestamp so far, and the
//!                                                     last offset of the batch that has it
//! ```
//!
//! Offsets are relative to the segment's base. The active segment's indexes live in memory and
//! reach their files when the segment is flushed or sealed; a sealed segment's are searched
//! where they lie. Source: `OffsetIndex`, `TimeIndex` of Apache Kafka.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::broker::disk::{Disk, File, Open};

/// An entry of an index, of a fixed size.
pub(super) trait Entry: Copy + Send + Sync + std::fmt::Debug {
    const BYTES: usize;

    fn put(self, out: &mut Vec<u8>);

    /// Reads an entry from exactly as many bytes as it has.
    fn of(bytes: &[u8]) -> Self;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OffsetEntry {
    pub(super) relative_offset: u32,
    pub(super) position: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeEntry {
    pub(super) timestamp: i64,
    pub(super) relative_offset: u32,
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

impl Entry for OffsetEntry {
    const BYTES: usize = 8;

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.relative_offset.to_be_bytes());
        out.extend_from_slice(&self.position.to_be_bytes());
    }

    fn of(bytes: &[u8]) -> Self {
        OffsetEntry {
            relative_offset: u32::from_be_bytes(array(bytes, 0)),
            position: u32::from_be_bytes(array(bytes, 4)),
        }
    }
}

impl Entry for TimeEntry {
    const BYTES: usize = 12;

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.relative_offset.to_be_bytes());
    }

    fn of(bytes: &[u8]) -> Self {
        TimeEntry {
            timestamp: i64::from_be_bytes(array(bytes, 0)),
            relative_offset: u32::from_be_bytes(array(bytes, 8)),
        }
    }
}

#[derive(Debug)]
struct Live<E> {
    entries: Vec<E>,
    /// How many of them are in the file already.
    written: usize,
}

#[derive(Debug)]
enum Place<E> {
    Memory(RwLock<Live<E>>),
    File { entries: u64 },
}

/// One index.
#[derive(Debug)]
pub(super) struct Index<E> {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    place: Place<E>,
    /// The file's name may belong to another index by now.
    gone: AtomicBool,
}

/// How many entries are read at once when the search in a file has come close.
const PAGE_ENTRIES: u64 = 512;

impl<E: Entry> Index<E> {
    /// An index that grows; `entries` are in the file already.
    pub(super) fn live(disk: Arc<dyn Disk>, path: PathBuf, entries: Vec<E>) -> Self {
        let written = entries.len();
        let place = Place::Memory(RwLock::new(Live { entries, written }));
        Index { disk, path, place, gone: AtomicBool::new(false) }
    }

    /// An index that is whole, in a file of `bytes`.
    pub(super) fn stored(disk: Arc<dyn Disk>, path: PathBuf, bytes: u64) -> Self {
        let place = Place::File { entries: bytes / E::BYTES as u64 };
        Index { disk, path, place, gone: AtomicBool::new(false) }
    }

    /// Reads all entries from the file.
    pub(super) fn load(disk: &dyn Disk, path: &Path) -> io::Result<Vec<E>> {
        let bytes = crate::broker::disk::read(disk, path)?;
        Ok(bytes.chunks_exact(E::BYTES).map(E::of).collect())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn len(&self) -> u64 {
        match &self.place {
            Place::Memory(live) => {
                live.read().unwrap_or_else(PoisonError::into_inner).entries.len() as u64
            }
            Place::File { entries } => *entries,
        }
    }

    /// Says that the file is about to be renamed: it is not opened any more. Readers that still
    /// hold the segment find everything by walking from its beginning.
    pub(super) fn leave(&self) {
        self.gone.store(true, Ordering::SeqCst);
    }

    /// Adds an entry to an index that grows. One that is whole stays as it is.
    pub(super) fn push(&self, entry: E) {
        if let Place::Memory(live) = &self.place {
            live.write().unwrap_or_else(PoisonError::into_inner).entries.push(entry);
        }
    }

    pub(super) fn last(&self) -> io::Result<Option<E>> {
        self.last_where(|_| true)
    }

    /// Returns the last entry of which `holds` is true; it is true of the first ones only.
    ///
    /// An index whose file is going away answers as if it were empty.
    pub(super) fn last_where(&self, holds: impl Fn(&E) -> bool) -> io::Result<Option<E>> {
        let entries = match &self.place {
            Place::Memory(live) => {
                let live = live.read().unwrap_or_else(PoisonError::into_inner);
                let after = live.entries.partition_point(holds);
                return Ok(after.checked_sub(1).map(|at| live.entries[at]));
            }
            Place::File { entries: 0 } => return Ok(None),
            Place::File { entries } => *entries,
        };
        let file = match self.disk.open(&self.path, Open::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Asked after opening: a name that was taken over meanwhile is noticed.
        if self.gone.load(Ordering::SeqCst) {
            return Ok(None);
        }
        // What is sought lies before `high`; all before `low` are known to hold.
        let (mut low, mut high) = (0, entries);
        while high - low > PAGE_ENTRIES {
            let middle = low + (high - low) / 2;
            match page::<E>(&*file, middle, 1)?.first() {
                Some(entry) if holds(entry) => low = middle,
                _ => high = middle,
            }
        }
        let page = page::<E>(&*file, low, high - low)?;
        let after = page.partition_point(holds);
        Ok(after.checked_sub(1).map(|at| page[at]))
    }

    /// Writes what the file does not hold yet. Does not sync.
    pub(super) fn write(&self) -> io::Result<()> {
        let Place::Memory(live) = &self.place else { return Ok(()) };
        let mut live = live.write().unwrap_or_else(PoisonError::into_inner);
        if live.written == live.entries.len() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for entry in &live.entries[live.written..] {
            entry.put(&mut bytes);
        }
        let file = self.disk.open(&self.path, Open::Create)?;
        file.write_at(&[&bytes], (live.written * E::BYTES) as u64)?;
        live.written = live.entries.len();
        Ok(())
    }

    /// Writes all entries in the place of what the file holds.
    pub(super) fn rewrite(disk: &dyn Disk, path: &Path, entries: &[E]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(entries.len() * E::BYTES);
        for entry in entries {
            entry.put(&mut bytes);
        }
        let file = disk.open(path, Open::Replace)?;
        if bytes.is_empty() { Ok(()) } else { file.write_at(&[&bytes], 0) }
    }

    /// Makes the file durable. One that is going away needs it no more.
    pub(super) fn sync(&self) -> io::Result<()> {
        match self.disk.open(&self.path, Open::Write) {
            Ok(file) => file.sync(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn page<E: Entry>(file: &dyn File, from: u64, count: u64) -> io::Result<Vec<E>> {
    let mut bytes = vec![0; count as usize * E::BYTES];
    let read = file.read_at(&mut bytes, from * E::BYTES as u64)?;
    Ok(bytes[..read].chunks_exact(E::BYTES).map(E::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::disk::memory::MemoryDisk;

    #[test]
    fn memory_and_file_find_the_same() {
        let disk = Arc::new(MemoryDisk::new());
        disk.create_dir(Path::new("/d")).unwrap();
        let path = PathBuf::from("/d/0.timeindex");
        let live = Index::<TimeEntry>::live(disk.clone(), path.clone(), Vec::new());
        for i in 0..2000u32 {
            live.push(TimeEntry { timestamp: i64::from(i) * 10, relative_offset: i });
            if i == 700 {
                live.write().unwrap();
            }
        }
        live.write().unwrap();
        let bytes = disk.open(&path, Open::Read).unwrap().len().unwrap();
        assert_eq!(bytes, 24_000);
        let stored = Index::<TimeEntry>::stored(disk.clone(), path.clone(), bytes);
        for time in (-10..20_020).step_by(7) {
            let holds = |entry: &TimeEntry| entry.timestamp <= time;
            let found = live.last_where(holds).unwrap();
            assert_eq!(found, stored.last_where(holds).unwrap(), "{time}");
            let expected = u32::try_from(time).ok().map(|t| (t / 10).min(1999));
            assert_eq!(found.map(|entry| entry.relative_offset), expected, "{time}");
        }
        assert_eq!(Index::<TimeEntry>::load(&*disk, &path).unwrap().len(), 2000);
        disk.remove(&path).unwrap();
        assert_eq!(stored.last().unwrap(), None, "a file that is gone is an empty index");
    }
}
