//! The run itself: take what comes, print it, mark it, and know when to end.

use std::io::{self, Write};
use std::time::Duration;

use super::super::interrupt::Interrupt;
use super::super::{Context, Ended, Failure, trouble};
use super::print::Printer;
use super::track::Tracker;
use crate::base::clock::Moment;
use crate::client::{ClientError, Event, Feed, InRecord, Weight};
use crate::exit::Exit;
use crate::format::{Record, TimestampType};
use crate::ui::Ui;

/// How often signals and deadlines are looked after while nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How long a group may take to let us in before `--timeout` begins to count anyway.
const JOIN_WAIT: Duration = Duration::from_secs(30);
/// From this size on, what is printed is handed on within a batch.
const BUFFER_BYTES: usize = 256 * 1024;

/// A run and all that it needs.
pub(super) struct Follow<'a> {
    pub(super) feed: Feed<'a>,
    pub(super) tracker: Tracker,
    pub(super) out: Out,
    pub(super) interrupt: Interrupt,
    /// What fails when something fails.
    pub(super) what: String,
    pub(super) is_member: bool,
    pub(super) exit_at_end: bool,
    pub(super) records_max: Option<u64>,
    pub(super) timeout: Option<Duration>,
    pub(super) commit_interval: Duration,
    pub(super) printed: u64,
    /// How often partitions had come or gone when the tracker was told of it.
    pub(super) changes: u64,
}

/// What is printed, on its way out.
pub(super) struct Out {
    pub(super) printer: Printer,
    /// Records that are not what their formats say; each was told.
    pub(super) unprintable: u64,
    /// What is printed and not handed on yet.
    pub(super) buffer: Vec<u8>,
}

impl Out {
    /// Prints a record into the buffer, or tells why it is not printed.
    pub(super) fn print(&mut self, record: InRecord, ui: &mut Ui) -> io::Result<()> {
        let headers = if self.printer.wants_headers() { record.headers() } else { Vec::new() };
        let kind = |by_broker| match by_broker {
            true => TimestampType::LogAppendTime,
            false => TimestampType::CreateTime,
        };
        let record = Record {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp: record.timestamp().map(|(ms, by_broker)| (ms, kind(by_broker))),
            key: record.key(),
            value: record.value(),
            headers: &headers,
            leader_epoch: record.leader_epoch(),
            batch: None,
        };
        let printed = self.printer.print(&record, &mut self.buffer, |note| ui.note(&note));
        if let Err(why) = printed {
            self.unprintable += 1;
            let (topic, partition, offset) = (record.topic, record.partition, record.offset);
            let what = format!("`{topic}` partition {partition} offset {offset}: {why}");
            ui.failure(&Failure::new(what));
        }
        if self.buffer.len() >= BUFFER_BYTES { self.hand_on(ui) } else { Ok(()) }
    }

    /// Hands what is in the buffer to standard output.
    fn hand_on(&mut self, ui: &mut Ui) -> io::Result<()> {
        if ui.stdout_is_terminal() {
            // A record's bytes are a stranger's: they must not move the cursor.
            ui.print(&String::from_utf8_lossy(&self.buffer))?;
        } else {
            ui.out().write_all(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }
}

/// Why a run ends before its time.
enum Broken {
    Output(io::Error),
    Cluster(ClientError),
}

impl Follow<'_> {
    /// Prints until the run has come to its end.
    pub(super) fn run(mut self, cx: &mut Context) -> Ended {
        let result = self.print_all(cx);
        if self.interrupt.is_asked() {
            cx.ui.end_line();
        }
        let result = match result {
            Ok(()) => self.write_out(&mut cx.ui).map_err(Broken::Output),
            broken => broken,
        };
        // Whatever happened, what was written out is committed, and the group is left.
        let committed = self.feed.commit(true).and_then(|()| self.feed.leave());
        self.tell(&cx.ui);
        match result {
            Err(Broken::Output(error)) => return Err(error.into()),
            Err(Broken::Cluster(error)) => return Err(trouble::failure(self.what, error)),
            Ok(()) => {}
        }
        committed.map_err(|e| trouble::failure("cannot commit what was printed", e))?;
        self.summarise(&cx.ui);
        Ok(match self.out.unprintable {
            _ if self.interrupt.is_asked() => Exit::Interrupted,
            0 => Exit::Done,
            _ => Exit::Partly,
        })
    }

    fn print_all(&mut self, cx: &mut Context) -> Result<(), Broken> {
        let started = Moment::now();
        let mut has_joined = !self.is_member;
        let (mut heard, mut committed) = (started, started);
        while !self.interrupt.is_asked() {
            let before = self.printed;
            let wait = if self.take(Duration::ZERO, &mut cx.ui)? { None } else { Some(IDLE_WAIT) };
            if let Some(wait) = wait {
                // The queue has run dry: nobody should wait for what is in our buffer.
                self.write_out(&mut cx.ui).map_err(Broken::Output)?;
                cx.ui.check_reader().map_err(Broken::Output)?;
                self.take(wait, &mut cx.ui)?;
            }
            self.tell(&cx.ui);
            if !has_joined && self.changes > 0 {
                (has_joined, heard) = (true, Moment::now());
            }
            if self.printed != before {
                heard = Moment::now();
            }
            if self.is_member && committed.elapsed() >= self.commit_interval {
                self.write_out(&mut cx.ui).map_err(Broken::Output)?;
                self.feed.commit(false).map_err(Broken::Cluster)?;
                committed = Moment::now();
            }
            let is_at_end = self.exit_at_end && has_joined && self.tracker.is_all_done();
            if is_at_end || self.has_enough() || self.is_late(heard, has_joined) {
                break;
            }
        }
        Ok(())
    }

    /// Takes what comes within a time and prints it. Returns whether anything came.
    fn take(&mut self, wait: Duration, ui: &mut Ui) -> Result<bool, Broken> {
        let mut came = false;
        self.feed.wait(wait).map_err(Broken::Cluster)?;
        if self.feed.changes() != self.changes {
            // Before the records are looked at: those of new partitions may be among them.
            self.changes = self.feed.changes();
            self.tracker.assigned(self.feed.assignment());
        }
        for event in self.feed.events() {
            came = true;
            match event {
                Event::Record(record) => {
                    if self.records_max.is_some_and(|max| self.printed >= max) {
                        break;
                    }
                    let (partition, offset) = (record.partition(), record.offset());
                    if self.tracker.wants(record.topic(), partition, offset) {
                        self.out.print(record, ui).map_err(Broken::Output)?;
                        self.tracker.printed(offset);
                        self.printed += 1;
                    }
                }
                Event::End { topic, partition, offset } => {
                    self.tracker.at_end(topic, partition, offset);
                }
            }
        }
        Ok(came)
    }

    /// Writes everything out, and only then says that it may be committed.
    fn write_out(&mut self, ui: &mut Ui) -> io::Result<()> {
        self.out.hand_on(ui)?;
        ui.flush()?;
        if self.is_member {
            self.feed.mark(self.tracker.take_moved());
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.records_max.is_some_and(|max| self.printed >= max)
    }

    fn is_late(&self, heard: Moment, has_joined: bool) -> bool {
        let extra = if has_joined { Duration::ZERO } else { JOIN_WAIT };
        self.timeout.is_some_and(|timeout| heard.elapsed() >= timeout + extra)
    }

    fn tell(&self, ui: &Ui) {
        for notice in self.feed.take_notices() {
            match notice.weight {
                Weight::Warning => ui.note(&format!("note: {}", notice.text)),
                Weight::Detail => ui.detail(&notice.text),
            }
        }
    }

    fn summarise(&self, ui: &Ui) {
        let text = match self.printed {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        };
        match ui.stdout_is_terminal() {
            true => ui.note(&text),
            false => ui.detail(&text),
        }
    }
}
