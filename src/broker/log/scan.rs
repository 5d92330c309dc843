//! Walking over a log file, batch after batch, through one buffer.

use std::path::Path;

use super::LogError;
use super::names::failed;
use crate::broker::disk::File;
use crate::wire::batch::{BatchError, BatchInfo, HEADER_BYTES};

/// How much is read at once: small where only headers are wanted.
const HOP_BYTES: usize = 16 * 1024;
const WALK_BYTES: usize = 256 * 1024;

/// A walk over the batches of a file.
pub(super) struct Scan<'f> {
    file: &'f dyn File,
    path: &'f Path,
    position: u64,
    end: u64,
    chunk_bytes: usize,
    buf: Vec<u8>,
    buf_at: u64,
}

impl<'f> Scan<'f> {
    /// A walk over headers: what is between them is not read.
    pub(super) fn headers(file: &'f dyn File, path: &'f Path, from: u64, end: u64) -> Self {
        let (buf, chunk_bytes) = (Vec::new(), HOP_BYTES);
        Scan { file, path, position: from, end, chunk_bytes, buf, buf_at: 0 }
    }

    /// A walk that looks at whole batches.
    pub(super) fn batches(file: &'f dyn File, path: &'f Path, from: u64, end: u64) -> Self {
        Scan { chunk_bytes: WALK_BYTES, ..Scan::headers(file, path, from, end) }
    }

    pub(super) fn corrupt(&self, position: u64, why: impl ToString) -> LogError {
        LogError::Corrupt { path: self.path.to_owned(), position, why: why.to_string() }
    }

    fn fill(&mut self, at: u64, length: usize) -> Result<&[u8], LogError> {
        let held = at >= self.buf_at && at + length as u64 <= self.buf_at + self.buf.len() as u64;
        if !held {
            let left = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
            self.buf.resize(length.max(self.chunk_bytes).min(left), 0);
            let read = self.file.read_at(&mut self.buf, at);
            let read = read.map_err(failed("cannot read", self.path))?;
            self.buf.truncate(read);
            self.buf_at = at;
        }
        let from = usize::try_from(at - self.buf_at).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(self.buf.len());
        Ok(self.buf.get(from..to).unwrap_or(&[]))
    }

    /// Returns the next batch's header and where it begins, and steps over the batch. A batch
    /// that is not all there, or none, is [`LogError::Corrupt`].
    pub(super) fn next_header(&mut self) -> Result<Option<(u64, BatchInfo)>, LogError> {
        let at = self.position;
        if at >= self.end {
            return Ok(None);
        }
        let info = BatchInfo::parse(self.fill(at, HEADER_BYTES)?);
        let info = info.map_err(|error| self.corrupt(at, error))?;
        let needed = info.size_bytes();
        let have = usize::try_from(self.end - at).unwrap_or(usize::MAX);
        if needed > have {
            return Err(self.corrupt(at, BatchError::Incomplete { needed, have }));
        }
        self.position = at + needed as u64;
        Ok(Some((at, info)))
    }

    /// Returns all bytes of a batch that [`next_header`](Self::next_header) came by.
    pub(super) fn bytes(&mut self, at: u64, info: &BatchInfo) -> Result<&[u8], LogError> {
        let needed = info.size_bytes();
        let have = self.fill(at, needed)?.len();
        if have < needed {
            return Err(self.corrupt(at, BatchError::Incomplete { needed, have }));
        }
        self.fill(at, needed)
    }
}
