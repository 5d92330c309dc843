//! The threads that look at what was fetched: each takes a chunk, and a number that says in
//! which order the results belong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::lens::{Lens, Optics, Tally};
use super::merge::Run;
use crate::base::sync::lock;
use crate::client::{Chunk, ClientError, Credit, Fetcher, News, Notice};

/// How long a thread waits at most before it looks whether the run is over.
const IDLE_WAIT: Duration = Duration::from_millis(500);

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

/// What a thread has to say.
pub(super) enum Reply {
    Piece(Box<Piece>),
    Notice(Notice),
    Failed(ClientError),
    OldFormat,
}

/// What the threads share.
pub(super) struct Desk<'a> {
    pub(super) fetcher: &'a Fetcher,
    pub(super) optics: &'a Optics,
    /// Whether it matters where each record ends.
    pub(super) wants_marks: bool,
    /// No chunk gives more records than this.
    pub(super) most: u64,
    /// The number of the next news.
    pub(super) number: Mutex<u64>,
    pub(super) is_over: AtomicBool,
}

impl Desk<'_> {
    /// Works until the run is over.
    pub(super) fn work(&self, replies: &Sender<(u64, Reply)>) {
        // The expressions were compiled before, so that there is no mistake in them.
        let Ok(mut lens) = self.optics.lens() else { return };
        while let Some((number, news)) = self.next() {
            let reply = match news {
                News::Chunk(chunk) => Reply::Piece(Box::new(self.look(chunk, &mut lens))),
                News::Notice(notice) => Reply::Notice(notice),
                News::Failed(error) => Reply::Failed(error),
                News::OldFormat => Reply::OldFormat,
                News::Over => return,
            };
            if replies.send((number, reply)).is_err() {
                return;
            }
        }
    }

    /// Takes the next news and its number, of which there is one each.
    fn next(&self) -> Option<(u64, News)> {
        loop {
            // Whoever waits for news waits with the lock: the others wait for their turn.
            let mut number = lock(&self.number);
            if self.is_over.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(news) = self.fetcher.wait(IDLE_WAIT) {
                *number += 1;
                return Some((*number - 1, news));
            }
        }
    }

    fn look(&self, chunk: Chunk, lens: &mut Lens) -> Piece {
        let mut tally = Tally::default();
        let (mut out, mut marks) = (Vec::new(), Vec::new());
        if !self.optics.is_counting() && chunk.bytes > 0 {
            out.reserve(chunk.bytes.min(1 << 20));
        }
        let result = chunk.for_each(|record| {
            let time = || record.timestamp().map_or(-1, |(ms, _)| ms);
            if lens.look(record, &mut out, &mut tally) && self.wants_marks {
                marks.push(Mark { end: out.len(), time: time() });
            }
            tally.found < self.most && !self.is_over.load(Ordering::Relaxed)
        });
        let (part, next, is_last) = (chunk.part, chunk.next, chunk.is_last);
        // The batches go now, and their memory with them; what is printed stays a while.
        let mut credit = chunk.into_credit();
        credit.resize(out.len() + marks.len() * size_of::<Mark>());
        Piece { part, next, is_last, out, marks, tally, failed: result.err(), _credit: credit }
    }
}
