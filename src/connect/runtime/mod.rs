//! Running connectors: [`Worker`] holds them, each task has a thread of its own.
//!
//! A sink's task is a member of the group `connect-NAME`; offsets are committed only for records
//! that the connector has written. A source's task sends, waits until all is acknowledged, and
//! only then remembers how far it came. So nothing is lost, whenever the worker dies.

mod clients;
mod dead;
mod errors;
mod places;
mod sink;
mod source;
mod task;
mod worker;

use std::sync::mpsc::Sender;

pub use places::Pair;
pub use task::{Counts, State, TaskId};
pub use worker::{ConnectorView, Refused, Target, TaskView, Worker, WorkerError};

/// How much a line of talk matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Warn,
    Error,
}

/// Where the worker's talk goes: to whoever shows it.
#[derive(Clone, Debug)]
pub struct Log(Sender<(Level, String)>);

impl Log {
    pub fn new(to: Sender<(Level, String)>) -> Self {
        Log(to)
    }

    pub(super) fn warn(&self, text: impl Into<String>) {
        self.say(Level::Warn, text.into());
    }

    pub(super) fn error(&self, text: impl Into<String>) {
        self.say(Level::Error, text.into());
    }

    fn say(&self, level: Level, text: String) {
        // Nobody listens any more when the command is over.
        let _ = self.0.send((level, text));
    }
}
