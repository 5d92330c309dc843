//! The run itself: pieces of input to records, and records to where they go.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::super::Context;
use super::super::interrupt::Interrupt;
use super::account::Account;
use super::input::{self, Piece, Source};
use super::out::{Out, Went};
use super::partition::Chooser;
use super::plan::Invent;
use crate::base::clock::{self, Clock, Moment};
use crate::client::{Notice, OutRecord, Weight};
use crate::format::{Fed, Feeder, Header, Read, Reader};
use crate::ui::Progress;

/// How often signals and reports are looked after while there is no input.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How often signals and reports are looked after while records are invented.
const INVENTED_AT_ONCE: u64 = 1000;
/// How much is shown at a time by `--dry-run`.
const SHOWN_BYTES: usize = 64 * 1024;

/// A run and all that it needs.
pub(super) struct Run<'a> {
    pub(super) cx: &'a mut Context,
    pub(super) interrupt: &'a Interrupt,
    pub(super) out: Out<'a>,
    pub(super) account: &'a mut Account,
    pub(super) chooser: Chooser,
    /// Headers that every record has before its own.
    pub(super) headers: &'a [Header],
    pub(super) partition: Option<i32>,
    pub(super) timestamp: Option<i64>,
    pub(super) keeps_partition: bool,
    pub(super) keeps_timestamp: bool,
    pub(super) partitions: usize,
    pub(super) bytes_max: usize,
    /// Whether a person types the lines.
    pub(super) is_typed: bool,
    pub(super) count_max: Option<u64>,
    pub(super) pace: Option<Pace>,
    pub(super) progress: Option<Progress>,
    /// Standard output is gone, or broken.
    pub(super) output_error: Option<std::io::Error>,
}

/// A steady rate.
pub(super) struct Pace {
    per_second: f64,
    started: Moment,
    records: u64,
}

impl Pace {
    pub(super) fn of(per_second: f64) -> Self {
        Pace { per_second, started: Moment::now(), records: 0 }
    }

    /// How long to wait before the next record.
    fn wait(&self) -> Duration {
        let due = Duration::try_from_secs_f64(self.records as f64 / self.per_second);
        due.unwrap_or(Duration::MAX).saturating_sub(self.started.elapsed())
    }
}

impl Run<'_> {
    /// Sends all that is read, and waits until each record has had its report.
    pub(super) fn read(&mut self, sources: Vec<Source>, reader: &mut dyn Reader) {
        let names = sources.iter().map(|source| source.name.clone()).collect();
        self.account.name_sources(names);
        self.read_all(sources, reader);
        self.finish();
    }

    /// Sends records that are invented, until there are enough or somebody stops it.
    pub(super) fn invent(&mut self, mut invent: Invent) {
        // What is invented has the time at which it is sent.
        while self.goes_on() && self.keep_pace() {
            let number = self.account.read();
            match invent.record(number, clock::System.now()) {
                Ok(record) => {
                    if !self.record(record) {
                        break;
                    }
                }
                Err(what) => {
                    let tag = self.account.next_line();
                    self.account.bad(tag, None, what);
                    break;
                }
            }
            if number.is_multiple_of(INVENTED_AT_ONCE) {
                self.out.wait(Duration::ZERO);
                self.tell();
            }
        }
        self.finish();
    }

    fn finish(&mut self) {
        if self.is_typed || self.interrupt.is_asked() {
            self.cx.ui.end_line();
        }
        let notices = Notices { cx: self.cx };
        let talk = match &self.out {
            Out::Cluster { producer, .. } => Some(*producer),
            Out::Nowhere(_) => None,
        };
        self.out.finish(self.account, self.interrupt, || {
            if let Some(producer) = talk {
                notices.tell(&producer.take_notices());
            }
        });
        self.show();
        self.progress = None;
    }

    fn goes_on(&self) -> bool {
        !self.interrupt.is_asked()
            && self.output_error.is_none()
            && self.count_max.is_none_or(|max| self.account.read() < max)
            && self.out.producer().is_none_or(|producer| producer.fatal_error().is_none())
    }

    /// Reads until there is nothing more, or no use in more.
    fn read_all(&mut self, sources: Vec<Source>, reader: &mut dyn Reader) {
        let total = input::total_bytes(&sources);
        let mut left = sources.len();
        let mut bytes = 0;
        if !self.is_typed {
            self.progress = Some(self.cx.ui.progress("read", total));
        }
        let pieces = input::start(sources);
        let mut feeder = Feeder::default();
        if self.is_typed {
            self.cx.ui.note("type a record a line; Ctrl-D ends");
        }
        self.prompt();
        while left > 0 && self.goes_on() {
            let piece = pieces.recv_timeout(IDLE_WAIT);
            // What came after Ctrl-C was not meant for us.
            if self.interrupt.is_asked() {
                return;
            }
            let go_on = match piece {
                Ok(Piece::Chunk(chunk)) => {
                    bytes += chunk.len() as u64;
                    let go_on = feeder.feed(reader, &chunk, false, |fed| self.fed(fed));
                    self.prompt();
                    go_on
                }
                Ok(Piece::EndOfSource) => {
                    left -= 1;
                    let go_on = feeder.feed(reader, b"", true, |fed| self.fed(fed))
                        && self.out.after_file(self.account, self.interrupt);
                    self.account.next_source();
                    go_on
                }
                Ok(Piece::Broken(error)) => {
                    // What there is of the last record may be less than all of it.
                    self.account.broken(error);
                    false
                }
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => false,
            };
            self.show();
            if !go_on {
                return;
            }
            if let Some(producer) = self.out.producer() {
                producer.poll(Duration::ZERO);
            }
            self.tell();
            if let Some(progress) = &self.progress {
                progress.set(bytes);
            }
        }
    }

    /// Takes what came out of the input. Returns whether more is wanted.
    fn fed(&mut self, fed: Fed) -> bool {
        match fed {
            Fed::Record(record) => self.keep_pace() && self.record(record),
            Fed::TooLong(bytes) => {
                let tag = self.account.next_line();
                self.account.too_long(tag, bytes, self.bytes_max);
                self.goes_on()
            }
            Fed::Bad { byte, what } => {
                let tag = self.account.next_line();
                self.account.bad(tag, Some(byte), what);
                false
            }
        }
    }

    /// Sends a record. Returns whether another is wanted.
    fn record(&mut self, read: Read) -> bool {
        let tag = self.account.next_line();
        let partition = match self.partition_of(&read) {
            Ok(partition) => partition,
            Err(what) => {
                self.account.bad(tag, None, what);
                return false;
            }
        };
        let own;
        let headers = match read.headers.is_empty() {
            true => self.headers,
            false => {
                own = [self.headers, &read.headers].concat();
                &own
            }
        };
        let timestamp = match (self.keeps_timestamp, read.timestamp) {
            (true, Some(time)) => Some(time),
            _ => self.timestamp,
        };
        let (key, value) = (read.key.as_deref(), read.value.as_deref());
        let record = OutRecord { key, value, headers, partition, timestamp, tag };
        match self.out.send(&record, &self.chooser, self.account, self.interrupt) {
            Went::Out => {}
            Went::TooLarge => {
                let bytes = key.map_or(0, <[u8]>::len) + value.map_or(0, <[u8]>::len);
                self.account.too_long(tag, bytes as u64, self.bytes_max);
            }
            Went::Refused(failed) => self.account.refused(failed),
            // Only an interrupted run gives up: the line was read and is not sent.
            Went::GaveUp => {
                self.account.not_read();
                return false;
            }
            Went::Stuck(why) => {
                self.account.aborted(why);
                return false;
            }
        }
        if let Out::Nowhere(shown) = &self.out
            && shown.buffer.len() > SHOWN_BYTES
        {
            self.show();
        }
        self.out.after_record(self.account, self.interrupt) && self.goes_on()
    }

    /// The partition that the words name, or that the record was in, or that we choose.
    fn partition_of(&mut self, read: &Read) -> Result<Option<i32>, String> {
        if self.partition.is_some() {
            return Ok(self.partition);
        }
        if self.keeps_partition {
            return match read.partition {
                Some(partition)
                    if usize::try_from(partition).is_ok_and(|at| at < self.partitions) =>
                {
                    Ok(Some(partition))
                }
                Some(partition) => {
                    let count = self.partitions;
                    Err(format!("it was in partition {partition}, and the topic has {count}"))
                }
                None => Err("nothing says in which partition it was".to_owned()),
            };
        }
        Ok(self.chooser.choose(read.key.as_deref(), read.value.as_deref()))
    }

    /// Waits until the next record is due. Returns whether it is wanted still.
    fn keep_pace(&mut self) -> bool {
        loop {
            let Some(pace) = &mut self.pace else { return true };
            let wait = pace.wait();
            if wait.is_zero() {
                pace.records += 1;
                return true;
            }
            if self.interrupt.is_asked() {
                return false;
            }
            self.show();
            self.out.wait(wait.min(IDLE_WAIT));
            self.tell();
        }
    }

    /// Writes out what `--dry-run` shows.
    fn show(&mut self) {
        if self.output_error.is_none()
            && let Err(error) = self.out.flush(&mut self.cx.ui)
        {
            self.output_error = Some(error);
        }
    }

    /// Tells the user what librdkafka has to say.
    fn tell(&self) {
        if let Some(producer) = self.out.producer() {
            Notices { cx: self.cx }.tell(&producer.take_notices());
        }
    }

    /// Asks for the next line, if a person is typing.
    fn prompt(&self) {
        if self.is_typed {
            self.cx.ui.prompt(">");
        }
    }
}

/// Tells what librdkafka has to say.
struct Notices<'a> {
    cx: &'a Context,
}

impl Notices<'_> {
    fn tell(&self, notices: &[Notice]) {
        for notice in notices {
            match notice.weight {
                Weight::Warning => self.cx.ui.note(&format!("note: {}", notice.text)),
                Weight::Detail => self.cx.ui.detail(&notice.text),
            }
        }
    }
}
