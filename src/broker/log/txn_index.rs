//! The transactions of a segment that were aborted (`.txnindex`): 34 bytes each.
//!
//! ```text
//! version i16 = 0, producer id i64, first offset i64, last offset i64, last stable offset i64
//! ```
//!
//! The last offset is that of the marker. Aborted transactions are few: all of a segment's are
//! in memory. Source: `TransactionIndex`, `AbortedTxn` of Apache Kafka.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::broker::disk::{self, Disk, Open};

const ENTRY_BYTES: usize = 34;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aborted {
    pub(super) producer_id: i64,
    pub(super) first_offset: i64,
    pub(super) last_offset: i64,
    pub(super) last_stable: i64,
}

impl Aborted {
    fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut out = [0; ENTRY_BYTES];
        let fields = [self.producer_id, self.first_offset, self.last_offset, self.last_stable];
        for (i, field) in fields.into_iter().enumerate() {
            out[2 + 8 * i..10 + 8 * i].copy_from_slice(&field.to_be_bytes());
        }
        out
    }

    fn of(bytes: &[u8]) -> Self {
        let field = |i: usize| {
            let mut out = [0; 8];
            out.copy_from_slice(&bytes[2 + 8 * i..10 + 8 * i]);
            i64::from_be_bytes(out)
        };
        Aborted {
            producer_id: field(0),
            first_offset: field(1),
            last_offset: field(2),
            last_stable: field(3),
        }
    }
}

/// The aborted transactions of one segment.
#[derive(Debug)]
pub(super) struct TxnIndex {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    entries: RwLock<Vec<Aborted>>,
    /// Whether the file is there.
    is_made: AtomicBool,
}

impl TxnIndex {
    /// An index whose file is not there yet: it is made with the first entry.
    pub(super) fn empty(disk: Arc<dyn Disk>, path: PathBuf) -> Self {
        TxnIndex { disk, path, entries: RwLock::default(), is_made: AtomicBool::new(false) }
    }

    /// An index whose entries are in its file already.
    pub(super) fn holding(disk: Arc<dyn Disk>, path: PathBuf, entries: Vec<Aborted>) -> Self {
        let is_made = AtomicBool::new(!entries.is_empty());
        TxnIndex { disk, path, entries: RwLock::new(entries), is_made }
    }

    /// Reads the file, as far as it is made of entries.
    pub(super) fn load(disk: Arc<dyn Disk>, path: PathBuf) -> io::Result<Self> {
        let bytes = match disk::read(&*disk, &path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let entries = bytes.chunks_exact(ENTRY_BYTES).map(Aborted::of).collect();
        let is_made = AtomicBool::new(!bytes.is_empty());
        Ok(TxnIndex { disk, path, entries: RwLock::new(entries), is_made })
    }

    /// Says whether a file can be the index of a segment with offsets from `base` up to `next`.
    pub(super) fn is_sound(disk: &dyn Disk, path: &Path, base: i64, next: i64) -> io::Result<bool> {
        let bytes = match disk::read(disk, path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        let mut before = base - 1;
        let mut is_next = |bytes: &[u8]| {
            let one = Aborted::of(bytes);
            let fits = bytes[..2] == [0, 0]
                && one.producer_id >= 0
                && (0..=one.last_offset).contains(&one.first_offset)
                && (before + 1..next).contains(&one.last_offset)
                && one.last_stable >= 0;
            before = one.last_offset;
            fits
        };
        let entries = bytes.chunks_exact(ENTRY_BYTES);
        Ok(entries.remainder().is_empty() && bytes.chunks_exact(ENTRY_BYTES).all(&mut is_next))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn entries(&self) -> Vec<Aborted> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn push(&self, aborted: Aborted) -> io::Result<()> {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let file = self.disk.open(&self.path, Open::Create)?;
        file.write_at(&[&aborted.to_bytes()], (entries.len() * ENTRY_BYTES) as u64)?;
        entries.push(aborted);
        self.is_made.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Makes the file, with nothing in it, if it is not there: whoever misses it later knows that
    /// it is gone.
    pub(super) fn make(&self) -> io::Result<()> {
        if !self.is_made.load(Ordering::Relaxed) {
            self.disk.open(&self.path, Open::Create)?;
            self.is_made.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Forgets all entries, in memory and in the file: they are about to be found anew.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.clear();
        self.is_made.store(false, Ordering::Relaxed);
        self.disk.remove(&self.path)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        if self.entries.read().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return Ok(());
        }
        match self.disk.open(&self.path, Open::Write) {
            Ok(file) => file.sync(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::disk::memory::MemoryDisk;

    #[test]
    fn entries_come_back() {
        let disk = Arc::new(MemoryDisk::new());
        disk.create_dir(Path::new("/d")).unwrap();
        let path = PathBuf::from("/d/0.txnindex");
        let index = TxnIndex::empty(disk.clone(), path.clone());
        let one = Aborted { producer_id: 7, first_offset: 1, last_offset: 5, last_stable: 6 };
        let two = Aborted { producer_id: 8, first_offset: 2, last_offset: 9, last_stable: 10 };
        index.push(one).unwrap();
        index.push(two).unwrap();
        let loaded = TxnIndex::load(disk.clone(), path.clone()).unwrap();
        assert_eq!(loaded.entries(), [one, two]);
        loaded.clear().unwrap();
        assert_eq!(TxnIndex::load(disk, path).unwrap().entries(), []);
    }
}
