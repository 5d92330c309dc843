//! What a thread makes of a chunk: the text of its records, and where each of them ends.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::lens::{Lens, Optics, Tally};
use super::merge::Run;
use crate::base::sync::lock;
use crate::client::{Chunk, ClientError, Credit};

/// What came of a chunk.
pub(super) struct Piece {
    pub(super) part: usize,
    pub(super) next: i64,
    pub(super) is_last: bool,
    /// What is to be printed.
    pub(super) out: Vec<u8>,
    /// Where each record ends in it, if that matters.
    pub(super) marks: Vec<Mark>,
    pub(super) tally: Tally,
    /// Why the rest of the chunk could not be read.
    pub(super) failed: Option<ClientError>,
    _credit: Credit,
}

/// Where a printed record ends, and its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) end: usize,
    pub(super) time: i64,
}

impl Run for Box<Piece> {
    fn time(&self, index: usize) -> Option<i64> {
        self.marks.get(index).map(|mark| mark.time)
    }
}

/// How many buffers rest, and how large one may be, to be used again.
const RESTING_MAX: usize = 8;
const RESTING_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Buffers that are used again: what is given back to the system has to be asked for anew, page
/// by page.
#[derive(Debug, Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    fn take(&self) -> Vec<u8> {
        lock(&self.0).pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give(&self, mut buffer: Vec<u8>) {
        let mut resting = lock(&self.0);
        if resting.len() < RESTING_MAX && buffer.capacity() <= RESTING_BYTES_MAX {
            buffer.clear();
            resting.push(buffer);
        }
    }
}

/// What the threads know.
pub(super) struct Task<'a> {
    pub(super) optics: &'a Optics,
    /// Whether it matters where each record ends.
    pub(super) wants_marks: bool,
    /// No chunk gives more records than this.
    pub(super) most: u64,
    pub(super) is_over: &'a AtomicBool,
    pub(super) buffers: &'a Buffers,
}

impl Task<'_> {
    pub(super) fn look(&self, chunk: Chunk, lens: &mut Lens) -> Box<Piece> {
        let mut tally = Tally::default();
        let (mut out, mut marks) = (self.buffers.take(), Vec::new());
        let mut skipped = 0;
        let may_want = |bytes: &[u8], count| {
            let may_pass = self.optics.may_pass(bytes);
            skipped += if may_pass { 0 } else { count };
            may_pass
        };
        let result = chunk.for_each(may_want, |record| {
            let time = || record.timestamp().map_or(-1, |(ms, _)| ms);
            if lens.look(record, &mut out, &mut tally) && self.wants_marks {
                marks.push(Mark { end: out.len(), time: time() });
            }
            tally.found < self.most && !self.is_over.load(Ordering::Relaxed)
        });
        tally.seen += skipped;
        let (part, next, is_last) = (chunk.part, chunk.next, chunk.is_last);
        // The batches go now, and their memory with them; what is printed stays a while.
        let mut credit = chunk.into_credit();
        credit.resize(out.len() + marks.len() * size_of::<Mark>());
        let failed = result.err();
        Box::new(Piece { part, next, is_last, out, marks, tally, failed, _credit: credit })
    }

    /// Makes a lens. The expressions were compiled before, so that there is no mistake in them.
    pub(super) fn lens(&self) -> Option<Lens> {
        self.optics.lens().ok()
    }
}
