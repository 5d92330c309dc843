//! Reading without a group: several threads look at what is fetched, this one prints it in the
//! order in which it came, or merged by time, and knows when to end.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::super::Context;
use super::super::crew::{self, Replies, Reply, Silence};
use super::super::interrupt::Interrupt;
use super::lens::{Optics, Tally};
use super::merge::Merge;
use super::out;
use super::work::{Buffers, Piece, Task};
use crate::base::clock::{Clock as _, Millis, Moment, System};
use crate::client::{ClientError, Fetcher, Partition, Span};
use crate::ui::{Progress, Ui};

/// How often signals and deadlines are looked after while nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// When a run ends, and how much it prints.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) records_max: Option<u64>,
    pub(super) each_max: Option<u64>,
    pub(super) timeout: Option<Duration>,
    pub(super) deadline: Option<Millis>,
}

/// A run and all that it needs.
pub(super) struct Reading<'a> {
    pub(super) fetcher: Fetcher,
    pub(super) spans: &'a BTreeMap<Partition, Span>,
    pub(super) optics: &'a Optics,
    pub(super) interrupt: &'a Interrupt,
    pub(super) bounds: Bounds,
    pub(super) by_time: bool,
}

/// Why a run ends before its time.
pub(super) enum Broken {
    Output(io::Error),
    Cluster(ClientError),
    /// All was printed, and could not be committed.
    Commit(ClientError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Broken::Output(error)
    }
}

/// How a run has ended.
pub(super) struct Read {
    pub(super) tally: Tally,
    /// Where each partition is to be read on by other means, if it has an old format.
    pub(super) rest: Option<BTreeMap<Partition, i64>>,
}

impl Reading<'_> {
    /// Prints until the run has come to its end.
    pub(super) fn run(self, cx: &mut Context) -> Result<Read, Broken> {
        let (is_over, buffers) = (AtomicBool::new(false), Buffers::default());
        let Bounds { records_max, each_max, .. } = self.bounds;
        let task = Task {
            optics: self.optics,
            wants_marks: self.by_time || records_max.is_some() || each_max.is_some(),
            most: records_max.unwrap_or(u64::MAX).min(each_max.unwrap_or(u64::MAX)),
            is_over: &is_over,
            buffers: &buffers,
        };
        let train = || {
            let mut lens = task.lens();
            let task = &task;
            move |chunk| lens.as_mut().map(|lens| task.look(chunk, lens))
        };
        crew::work(&self.fetcher, &is_over, train, |replies| {
            let mut printing = Printing::new(&self, &buffers, cx);
            let is_old = printing.collect(replies, cx)?;
            let (mut tally, next) = (std::mem::take(&mut printing.tally), &printing.next);
            if task.wants_marks {
                // What was found and not printed any more does not count.
                tally.found = printing.printed_all;
            }
            let next = next.iter().copied().chain(std::iter::repeat(0));
            let next = self.fetcher.partitions().into_iter().zip(next);
            Ok(Read { tally, rest: is_old.then(|| next.collect()) })
        })
    }
}

/// What has been printed so far.
struct Printing<'a, 'b> {
    reading: &'a Reading<'b>,
    buffers: &'a Buffers,
    merge: Option<Merge<Box<Piece>>>,
    /// The offset after what was dealt with, of each partition.
    next: Vec<i64>,
    /// How many records of each partition were printed.
    printed: Vec<u64>,
    printed_all: u64,
    /// How many partitions are still read.
    open: usize,
    is_open: Vec<bool>,
    tally: Tally,
    progress: Option<Progress>,
    /// How many offsets have been passed.
    passed: u64,
}

impl<'a, 'b> Printing<'a, 'b> {
    fn new(reading: &'a Reading<'b>, buffers: &'a Buffers, cx: &Context) -> Self {
        let spans: Vec<Span> = reading.spans.values().copied().collect();
        let is_open: Vec<bool> =
            spans.iter().map(|span| span.until.is_none_or(|until| span.from < until)).collect();
        let distance =
            |span: &Span| Some(span.until?.saturating_sub(span.from).max(0).unsigned_abs());
        let total: Option<u64> = spans.iter().map(distance).sum();
        Printing {
            reading,
            buffers,
            merge: reading.by_time.then(|| Merge::new(is_open.iter().copied())),
            next: spans.iter().map(|span| span.from).collect(),
            printed: vec![0; spans.len()],
            printed_all: 0,
            open: is_open.iter().filter(|is| **is).count(),
            is_open,
            tally: Tally::default(),
            progress: total.map(|total| cx.ui.record_progress("searched", total)),
            passed: 0,
        }
    }

    /// Prints what the threads reply. Returns whether an old format ended it.
    fn collect(
        &mut self,
        replies: &mut Replies<Option<Box<Piece>>>,
        cx: &mut Context,
    ) -> Result<bool, Broken> {
        let mut heard = Moment::now();
        while self.open > 0 && !self.has_enough() && !self.reading.interrupt.is_asked() {
            let mut reply = replies.now();
            if matches!(reply, Err(Silence::Quiet)) {
                // Nobody should wait for what is in our buffer.
                cx.ui.flush()?;
                cx.ui.check_reader()?;
                reply = replies.wait(IDLE_WAIT);
            }
            match reply {
                Ok(Reply::Made(Some(piece))) => {
                    if piece.tally.seen > 0 {
                        heard = Moment::now();
                    }
                    self.take(piece, cx)?;
                }
                Ok(Reply::Notice(notice)) => crew::tell(&notice, &cx.ui),
                Ok(Reply::Failed(error)) => return Err(Broken::Cluster(error)),
                Ok(Reply::OldFormat) => return Ok(true),
                Err(Silence::Over) => break,
                Ok(Reply::Made(None)) | Err(Silence::Quiet) => {}
            }
            let bounds = &self.reading.bounds;
            let is_late = bounds.timeout.is_some_and(|timeout| heard.elapsed() >= timeout);
            if is_late || bounds.deadline.is_some_and(|deadline| System.now() >= deadline) {
                break;
            }
        }
        Ok(false)
    }

    /// Deals with what came of a chunk.
    fn take(&mut self, mut piece: Box<Piece>, cx: &mut Context) -> Result<(), Broken> {
        let mut tally = std::mem::take(&mut piece.tally);
        if tally.has_news() {
            self.aside(|| tally.tell(&cx.ui));
        }
        self.tally.add(tally);
        let failed = piece.failed.take();
        let (part, next, is_last) = (piece.part, piece.next, piece.is_last);
        self.make_room(part);
        self.passed += next.saturating_sub(self.next[part]).max(0).unsigned_abs();
        self.next[part] = next;
        if let Some(progress) = &self.progress {
            progress.set(self.passed);
        }
        match &mut self.merge {
            None => {
                self.print_piece(&piece, &mut cx.ui)?;
                self.buffers.give(std::mem::take(&mut piece.out));
            }
            Some(merge) => {
                merge.push(part, piece, is_last);
                self.print_merged(&mut cx.ui)?;
            }
        }
        if is_last {
            self.shut(part);
        }
        failed.map_or(Ok(()), |error| Err(Broken::Cluster(error)))
    }

    /// Partitions may come to be while the run goes on.
    fn make_room(&mut self, part: usize) {
        while self.next.len() <= part {
            self.next.push(0);
            self.printed.push(0);
            self.is_open.push(true);
            self.open += 1;
        }
    }

    fn shut(&mut self, part: usize) {
        if std::mem::take(&mut self.is_open[part]) {
            self.open -= 1;
        }
    }

    /// How many more records of a partition may be printed.
    fn room(&self, part: usize) -> u64 {
        let bounds = &self.reading.bounds;
        let all = bounds.records_max.map_or(u64::MAX, |max| max - self.printed_all.min(max));
        let each = bounds.each_max.map_or(u64::MAX, |max| max - self.printed[part].min(max));
        all.min(each)
    }

    fn has_enough(&self) -> bool {
        self.reading.bounds.records_max.is_some_and(|max| self.printed_all >= max)
    }

    fn count(&mut self, part: usize, records: u64) {
        self.printed_all += records;
        self.printed[part] += records;
        let max = self.reading.bounds.each_max;
        if max.is_some_and(|max| self.printed[part] >= max) && self.is_open[part] {
            self.reading.fetcher.enough_of(part);
            self.shut(part);
            if let Some(merge) = &mut self.merge {
                merge.close(part);
            }
        }
    }

    fn print_piece(&mut self, piece: &Piece, ui: &mut Ui) -> Result<(), Broken> {
        let found = piece.marks.len() as u64;
        let room = self.room(piece.part);
        let bytes = match usize::try_from(room) {
            Ok(room) if room < piece.marks.len() => {
                let end = room.checked_sub(1).map_or(0, |last| piece.marks[last].end);
                &piece.out[..end]
            }
            _ => &piece.out[..],
        };
        if !bytes.is_empty() {
            self.aside(|| out::write(bytes, self.reading.optics.is_json(), ui))?;
        }
        self.count(piece.part, found.min(room));
        Ok(())
    }

    fn print_merged(&mut self, ui: &mut Ui) -> Result<(), Broken> {
        let mut merge = self.merge.take();
        let mut bytes = Vec::new();
        while let Some(merge) = merge.as_mut().filter(|_| !self.has_enough()) {
            let printed = merge.next(|part, piece, at| {
                if self.room(part) > 0 {
                    let from = at.checked_sub(1).map_or(0, |before| piece.marks[before].end);
                    bytes.extend_from_slice(&piece.out[from..piece.marks[at].end]);
                    return Some(part);
                }
                None
            });
            match printed {
                Some(Some(part)) => {
                    self.count(part, 1);
                    if !self.is_open[part] && self.reading.bounds.each_max.is_some() {
                        merge.close(part);
                    }
                }
                Some(None) => {}
                None => break,
            }
        }
        self.merge = merge;
        match bytes.is_empty() {
            true => Ok(()),
            false => Ok(self.aside(|| out::write(&bytes, self.reading.optics.is_json(), ui))?),
        }
    }

    /// Does something to the terminal that the bar must not be in the way of.
    fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.progress {
            Some(progress) => progress.aside(work),
            None => work(),
        }
    }
}
