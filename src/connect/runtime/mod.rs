//! Running connectors: [`Worker`] holds them, each task has a thread of its own.
//!
//! A sink's task is a member of the group `connect-NAME`; offsets are committed only for records
//! that the connector has written. A source's task sends, waits until all is acknowledged, and
//! only then remembers how far it came. So nothing is lost, whenever the worker dies.

mod clients;
mod dead;
mod errors;
mod lag;
mod places;
mod sink;
mod source;
mod task;
mod worker;

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

pub use lag::Lags;
pub use places::Pair;
pub use task::{Counts, State, TaskId};
pub use worker::{ConnectorView, Refused, Target, TaskView, Worker, WorkerError};

use crate::base::sync::lock;

/// How much a line of talk matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Warn,
    Error,
}

/// Where the worker's talk goes: to whoever shows it. Copies share what they say.
#[derive(Clone, Debug)]
pub struct Log {
    to: Sender<(Level, String)>,
    /// What is said: the lines of this level and above, or none at all.
    from: Arc<Mutex<Option<Level>>>,
}

impl Log {
    /// Says everything, until it is told otherwise.
    pub fn new(to: Sender<(Level, String)>) -> Self {
        Log { to, from: Arc::new(Mutex::new(Some(Level::Warn))) }
    }

    /// Says from now on what a level of Log4j lets through: there is nothing below warnings.
    pub(super) fn set_level(&self, name: &str) {
        *lock(&self.from) = match name {
            "OFF" | "FATAL" => None,
            "ERROR" => Some(Level::Error),
            _ => Some(Level::Warn),
        };
    }

    pub(super) fn warn(&self, text: impl Into<String>) {
        self.say(Level::Warn, text.into());
    }

    pub(super) fn error(&self, text: impl Into<String>) {
        self.say(Level::Error, text.into());
    }

    fn say(&self, level: Level, text: String) {
        if lock(&self.from).is_some_and(|from| level >= from) {
            // Nobody listens any more when the command is over.
            let _ = self.to.send((level, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_lets_its_lines_through_and_those_above() {
        let (to, said) = std::sync::mpsc::channel();
        let log = Log::new(to);
        let copy = log.clone();
        for (level, lines) in
            [("WARN", 2), ("ERROR", 1), ("OFF", 0), ("FATAL", 0), ("ALL", 2), ("INFO", 2)]
        {
            log.set_level(level);
            copy.warn("w");
            copy.error("e");
            assert_eq!(said.try_iter().count(), lines, "{level}");
        }
    }
}
