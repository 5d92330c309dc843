//! The run itself: pieces of input to lines, lines to records, records to the producer.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::super::Context;
use super::super::interrupt::Interrupt;
use super::account::Account;
use super::input::{self, Piece, Source};
use super::lines::{Line, Lines};
use super::shape::Shape;
use crate::base::clock::Moment;
use crate::client::{Notice, OutRecord, Producer, Sender, Sent, Weight};
use crate::ui::Progress;

/// How often signals and reports are looked after while there is no input.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// From when on a run is long enough for a progress bar.
const PROGRESS_AFTER: Duration = Duration::from_millis(700);

/// A run and all that it needs.
pub(super) struct Run<'a> {
    pub(super) cx: &'a Context,
    pub(super) interrupt: &'a Interrupt,
    pub(super) producer: &'a Producer,
    pub(super) sender: &'a Sender<'a>,
    pub(super) account: &'a mut Account,
    pub(super) shape: &'a Shape,
    pub(super) headers: &'a [(String, Option<Vec<u8>>)],
    pub(super) partition: Option<i32>,
    pub(super) timestamp: Option<i64>,
    pub(super) bytes_max: usize,
    /// Whether a person types the lines.
    pub(super) is_typed: bool,
    pub(super) progress: Option<Progress>,
}

impl Run<'_> {
    /// Sends all sources and waits until each record has had its report.
    pub(super) fn everything(&mut self, sources: Vec<Source>) {
        let names = sources.iter().map(|source| source.name.clone()).collect();
        self.account.name_sources(names);
        self.read_all(sources);
        let (interrupt, started) = (self.interrupt, Moment::now());
        let all = self.producer.finish(|_| {
            tell(self.cx, &self.producer.take_notices());
            self.producer.fatal_error().is_none()
                && !(interrupt.is_asked() && started.elapsed() > super::INTERRUPTED_WAIT)
        });
        if !all {
            self.producer.give_up(super::INTERRUPTED_WAIT);
        }
        tell(self.cx, &self.producer.take_notices());
        self.progress = None;
    }

    /// Reads until there is nothing more, or no use in more.
    fn read_all(&mut self, sources: Vec<Source>) {
        let total = input::total_bytes(&sources);
        let mut left = sources.len();
        let (started, mut bytes) = (Moment::now(), 0);
        let pieces = input::start(sources);
        let mut lines = Lines::new(self.bytes_max + self.shape.separator_bytes());
        self.prompt();
        while left > 0 && !self.interrupt.is_asked() && self.producer.fatal_error().is_none() {
            let go_on = match pieces.recv_timeout(IDLE_WAIT) {
                Ok(Piece::Chunk(chunk)) => {
                    bytes += chunk.len() as u64;
                    let go_on = lines.feed(&chunk, |line| self.line(line));
                    self.prompt();
                    go_on
                }
                Ok(Piece::EndOfSource) => {
                    left -= 1;
                    let go_on = lines.end(|line| self.line(line));
                    self.account.next_source();
                    go_on
                }
                Ok(Piece::Broken(error)) => {
                    lines.end(|line| self.line(line));
                    self.account.broken(error);
                    false
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => false,
            };
            if !go_on {
                return;
            }
            self.producer.poll(Duration::ZERO);
            tell(self.cx, &self.producer.take_notices());
            self.show_progress(started, bytes, total);
        }
    }

    /// Sends a line. Returns whether another is wanted.
    fn line(&mut self, line: Line) -> bool {
        let tag = self.account.next_line();
        let bytes = match line {
            Line::Whole(bytes) => bytes,
            Line::TooLong(bytes) => {
                self.account.too_long(tag, bytes, self.bytes_max);
                return true;
            }
        };
        let Ok((key, value)) = self.shape.split(bytes) else {
            self.account.no_separator(tag, &self.shape.separator_shown());
            return false;
        };
        let record = OutRecord {
            key,
            value,
            headers: self.headers,
            partition: self.partition,
            timestamp: self.timestamp,
            tag,
        };
        match self.sender.send(&record, || !self.interrupt.is_asked()) {
            Sent::Queued => self.account.queued(),
            Sent::Refused(failed) if failed.is_too_large() => {
                self.account.too_long(tag, bytes.len() as u64, self.bytes_max);
            }
            Sent::Refused(failed) => self.account.refused(failed),
            // Only an interrupted run gives up: the line was read and is not sent.
            Sent::GaveUp => {
                self.account.not_read();
                return false;
            }
        }
        true
    }

    /// Asks for the next line, if a person is typing.
    fn prompt(&self) {
        if self.is_typed {
            self.cx.ui.prompt(">");
        }
    }

    fn show_progress(&mut self, started: Moment, bytes: u64, total: Option<u64>) {
        let ui = &self.cx.ui;
        if self.progress.is_none() && !self.is_typed && started.elapsed() > PROGRESS_AFTER {
            self.progress = Some(ui.progress("read", total));
        }
        if let Some(progress) = &self.progress {
            progress.set(bytes);
        }
    }
}

/// Tells the user what librdkafka has to say.
fn tell(cx: &Context, notices: &[Notice]) {
    for notice in notices {
        match notice.weight {
            Weight::Warning => cx.ui.note(&format!("note: {}", notice.text)),
            Weight::Detail => cx.ui.detail(&notice.text),
        }
    }
}
