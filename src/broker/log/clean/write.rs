//! Writing segments anew, beside their place (`.cleaned`), until they are whole (`.swap`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::index::Index;
use super::super::names::{self, CLEANED, SWAP, failed};
use super::super::rebuild::{self, Source, Trust, Walk};
use super::super::segment::Segment;
use super::super::txn_index::TxnIndex;
use super::super::upkeep::with_suffix;
use super::super::{LogConfig, LogError};
use super::filter::{Filter, Kept};
use super::pace::Pace;
use crate::base::clock::Millis;
use crate::broker::disk::{Disk, File, Open};
use crate::wire::batch::BatchInfo;

/// How much is gathered before it is written.
const WRITE_BYTES: usize = 1024 * 1024;

/// A segment that is whole, durable, and not yet in the log.
pub(super) struct Cleaned {
    base_offset: i64,
    modified_ms: Millis,
    config: LogConfig,
}

/// The file in the making.
struct Output {
    path: PathBuf,
    file: Arc<dyn File>,
    buf: Vec<u8>,
    written: u64,
    walk: Walk,
    base_offset: i64,
    interval_bytes: u32,
}

impl Output {
    fn push(&mut self, bytes: &[u8]) -> Result<(), LogError> {
        let at = self.written + self.buf.len() as u64;
        // What was kept was parsed before, or made by us.
        let info = BatchInfo::parse(bytes).map_err(|error| LogError::Corrupt {
            path: self.path.clone(),
            position: at,
            why: error.to_string(),
        })?;
        self.walk.step(at, &info, self.base_offset, self.interval_bytes);
        self.buf.extend_from_slice(bytes);
        if self.buf.len() >= WRITE_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LogError> {
        let written = self.file.write_at(&[&self.buf], self.written);
        written.map_err(failed("cannot write", &self.path))?;
        self.written += self.buf.len() as u64;
        self.buf.clear();
        Ok(())
    }
}

/// Writes what the filter keeps of a group of segments into one.
pub(super) fn write(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    group: &[Arc<Segment>],
    filter: &mut Filter<'_>,
    config: &LogConfig,
    pace: &mut Pace<'_>,
) -> Result<Cleaned, LogError> {
    let base_offset = group.first().map_or(0, |segment| segment.base_offset);
    let name = |kind: &str| with_suffix(&names::file(dir, base_offset, kind), CLEANED);
    let path = name(names::LOG);
    let file = disk.open(&path, Open::Replace).map_err(failed("cannot create", &path))?;
    let mut output = Output {
        path,
        file,
        buf: Vec::new(),
        written: 0,
        walk: Walk::at(base_offset),
        base_offset,
        interval_bytes: config.index_interval_bytes,
    };
    let aborted = TxnIndex::empty(Arc::clone(disk), name(names::TXN_INDEX));
    aborted.clear().map_err(failed("cannot remove", aborted.path()))?;
    for segment in group {
        filter.transactions.expect(segment.aborted.entries());
        let mut scan = segment.batches(0);
        while let Some((at, info)) = scan.next_header()? {
            let bytes = scan.bytes(at, &info)?;
            pace.pass(bytes.len());
            let kept = filter.keep(bytes).map_err(|e| segment.corrupt(at, e.to_string()));
            let (kept, txn) = kept?;
            match kept {
                Kept::Nothing => {}
                Kept::All => {
                    output.push(bytes)?;
                    pace.pass(bytes.len());
                }
                Kept::Some(batch) => {
                    output.push(&batch)?;
                    pace.pass(batch.len());
                }
            }
            if let Some(txn) = txn {
                aborted.push(txn).map_err(failed("cannot write", aborted.path()))?;
            }
        }
    }
    output.flush()?;
    output.walk.push_time(base_offset);
    let sync = |path: &Path| {
        let synced = disk.open(path, Open::Write).and_then(|file| file.sync());
        synced.map_err(failed("cannot sync", path))
    };
    sync(&output.path)?;
    let offsets = name(names::OFFSET_INDEX);
    let written = Index::rewrite(&**disk, &offsets, &output.walk.offsets);
    written.map_err(failed("cannot write", &offsets))?;
    sync(&offsets)?;
    let times = name(names::TIME_INDEX);
    let written = Index::rewrite(&**disk, &times, &output.walk.times);
    written.map_err(failed("cannot write", &times))?;
    sync(&times)?;
    aborted.sync().map_err(failed("cannot sync", aborted.path()))?;
    promote(disk, dir, base_offset)?;
    let modified_ms = group.last().map_or(0, |segment| segment.modified_ms());
    Ok(Cleaned { base_offset, modified_ms, config: config.clone() })
}

/// Says that the files are whole. The log's goes last: while a `.cleaned` is there, nothing is.
fn promote(disk: &Arc<dyn Disk>, dir: &Path, base_offset: i64) -> Result<(), LogError> {
    for kind in names::SEGMENT_FILES.iter().rev() {
        let path = names::file(dir, base_offset, kind);
        rename(disk, &with_suffix(&path, CLEANED), &with_suffix(&path, SWAP))?;
    }
    disk.sync_dir(dir).map_err(failed("cannot sync", dir))
}

/// Renames a file that need not be there.
fn rename(disk: &Arc<dyn Disk>, from: &Path, to: &Path) -> Result<(), LogError> {
    match disk.rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed("cannot rename", from)(error))
        }
        _ => Ok(()),
    }
}

impl Cleaned {
    /// Gives the files their names, which must be free, and opens the segment.
    pub(super) fn take_place(&self, disk: &Arc<dyn Disk>, dir: &Path) -> Result<Segment, LogError> {
        for kind in names::SEGMENT_FILES.iter().rev() {
            let path = names::file(dir, self.base_offset, kind);
            rename(disk, &with_suffix(&path, SWAP), &path)?;
        }
        disk.sync_dir(dir).map_err(failed("cannot sync", dir))?;
        let source = Source {
            disk,
            dir,
            base_offset: self.base_offset,
            modified_ms: self.modified_ms,
            next: None,
            last: false,
            end: None,
        };
        rebuild::restore(&source, Trust::Indexes, &self.config).map(|restored| restored.segment)
    }
}
