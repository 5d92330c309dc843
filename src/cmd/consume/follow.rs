//! A run through librdkafka: take what comes, print it, mark it, and know when to end. For
//! members of groups, and for partitions whose batches are of a format before v2.

use std::io;
use std::time::Duration;

use super::super::interrupt::Interrupt;
use super::super::{Context, crew};
use super::later::Later;
use super::lens::{Lens, Tally};
use super::out::Out;
use super::read::Broken;
use super::track::Tracker;
use crate::base::clock::{Clock as _, Millis, Moment, System};
use crate::client::{ClientError, Event, Feed};
use crate::ui::Ui;
use crate::wire::ErrorCode;

/// How often signals and deadlines are looked after while nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// How long leaving may take where the commit has failed.
const LEAVE_WAIT: Duration = Duration::from_secs(1);
/// After how long without partitions that is told.
const JOIN_NOTE_AFTER: Duration = Duration::from_secs(10);
/// How long the last commit may take, and leaving the group.
const COMMIT_WAIT: Duration = Duration::from_secs(5);
/// How long a group may take to let us in before `--timeout` begins to count anyway.
const JOIN_WAIT: Duration = Duration::from_secs(30);

/// A run and all that it needs.
pub(super) struct Follow<'a> {
    pub(super) feed: Feed<'a>,
    pub(super) tracker: Tracker,
    pub(super) lens: Lens,
    pub(super) out: Out,
    pub(super) interrupt: &'a Interrupt,
    pub(super) is_member: bool,
    /// Whether the run ends where the tracker says.
    pub(super) ends: bool,
    pub(super) records_max: Option<u64>,
    pub(super) timeout: Option<Duration>,
    /// When to end in any case.
    pub(super) deadline: Option<Millis>,
    /// How often to commit; none: at the end, if at all.
    pub(super) commit_interval: Option<Duration>,
    /// Whether to commit at all.
    pub(super) commits: bool,
    pub(super) tally: Tally,
    /// How often partitions had come or gone when the tracker was told of it.
    pub(super) changes: u64,
    /// Tells of topics that come to be.
    pub(super) later: Option<Later>,
}

impl Follow<'_> {
    /// Prints until the run has come to its end.
    pub(super) fn run(mut self, cx: &mut Context) -> Result<Tally, Broken> {
        let result = self.print_all(cx);
        if self.interrupt.is_asked() {
            cx.ui.end_line();
        }
        let result = match result {
            Ok(()) => self.write_out(&mut cx.ui).map_err(Broken::Output),
            broken => broken,
        };
        // Whatever happened, what was written out is committed, and the group is left.
        let committed = match self.commits {
            true => self.feed.commit_within(COMMIT_WAIT),
            false => Ok(()),
        };
        // A broker that was waited for in vain is not waited for again.
        let wait = if committed.is_ok() { COMMIT_WAIT } else { LEAVE_WAIT };
        let committed = committed.and(self.feed.leave_within(wait));
        self.tell(&cx.ui);
        result?;
        committed.map_err(Broken::Commit)?;
        Ok(self.tally)
    }

    fn print_all(&mut self, cx: &mut Context) -> Result<(), Broken> {
        let started = Moment::now();
        let (mut has_joined, mut is_told) = (!self.is_member, false);
        let (mut heard, mut committed) = (started, started);
        while !self.interrupt.is_asked() {
            let before = self.tally.seen;
            let wait = if self.take(Duration::ZERO, &mut cx.ui)? { None } else { Some(IDLE_WAIT) };
            if let Some(wait) = wait {
                // The queue has run dry: nobody should wait for what is in our buffer.
                self.write_out(&mut cx.ui)?;
                cx.ui.check_reader()?;
                self.take(wait, &mut cx.ui)?;
            }
            self.tell(&cx.ui);
            if !has_joined && self.changes > 0 {
                (has_joined, heard) = (true, Moment::now());
            }
            if !has_joined && !is_told && started.elapsed() >= JOIN_NOTE_AFTER {
                is_told = true;
                cx.ui.note(
                    "note: the group has given us no partitions yet: it may be waiting for its \
                     other members, have more of them than partitions, or be of another kind",
                );
            }
            if self.tally.seen != before {
                heard = Moment::now();
            }
            let is_due = self.commit_interval.is_some_and(|every| committed.elapsed() >= every);
            if self.is_member && is_due {
                self.write_out(&mut cx.ui)?;
                self.feed.commit(false).map_err(Broken::Cluster)?;
                committed = Moment::now();
            }
            let is_at_end = self.ends && has_joined && self.tracker.is_all_done();
            let is_over = self.deadline.is_some_and(|deadline| System.now() >= deadline);
            if is_at_end || is_over || self.has_enough() || self.is_late(heard, has_joined) {
                break;
            }
        }
        Ok(())
    }

    /// Takes what comes within a time and prints it. Returns whether anything came.
    fn take(&mut self, wait: Duration, ui: &mut Ui) -> Result<bool, Broken> {
        let mut came = false;
        if self.is_member && self.tracker.has_moved() {
            // Partitions may be taken away while we wait: what was printed of them is to be out
            // and marked by then, or whoever gets them prints it again.
            self.write_out(ui)?;
        }
        if let Some(names) = self.later.as_ref().and_then(Later::news) {
            self.feed.resubscribe(&names).map_err(Broken::Cluster)?;
        }
        match self.feed.wait(wait) {
            // It was found by a pattern, and is found no more at the next look.
            Err(error) if self.later.is_some() && is_unknown_topic(&error) => {}
            waited => waited.map_err(Broken::Cluster)?,
        }
        if self.feed.changes() != self.changes {
            // Before the records are looked at: those of new partitions may be among them.
            self.changes = self.feed.changes();
            self.tracker.assigned(self.feed.assignment());
        }
        for event in self.feed.events() {
            came = true;
            match event {
                Event::Record(record) => {
                    if self.records_max.is_some_and(|max| self.tally.found >= max) {
                        break;
                    }
                    let (partition, offset) = (record.partition(), record.offset());
                    if self.tracker.wants(record.topic(), partition, offset) {
                        let out = &mut self.out.buffer;
                        self.lens.look(record, out, &mut self.tally);
                        self.tracker.printed(offset);
                        self.out.relieve(ui)?;
                    }
                }
                Event::End { topic, partition, offset } => {
                    self.tracker.at_end(topic, partition, offset);
                }
            }
        }
        self.tally.tell(ui);
        Ok(came)
    }

    /// Writes everything out, and only then says that it may be committed.
    fn write_out(&mut self, ui: &mut Ui) -> io::Result<()> {
        self.out.flush(ui)?;
        if self.is_member && self.commits {
            self.feed.mark(self.tracker.take_moved());
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.records_max.is_some_and(|max| self.tally.found >= max)
    }

    fn is_late(&self, heard: Moment, has_joined: bool) -> bool {
        let extra = if has_joined { Duration::ZERO } else { JOIN_WAIT };
        self.timeout.is_some_and(|timeout| heard.elapsed() >= timeout + extra)
    }

    fn tell(&self, ui: &Ui) {
        self.feed.take_notices().iter().for_each(|notice| crew::tell(notice, ui));
    }
}

fn is_unknown_topic(error: &ClientError) -> bool {
    error.code() == Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
}
