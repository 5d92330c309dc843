//! Connectors: what the worker reads records from, and writes records to.
//!
//! A connector is a row of [`CLASSES`]: its names, its settings as a table, and a function that
//! makes tasks. Making a task may connect and look; it must not take long. Each task lives on a
//! thread of its own, so that it may block, but for longer than a second only if it asks
//! [`Stop::is_asked`] meanwhile.
//!
//! To add one: a folder here with its tables of settings, its `plan` (settings to what each task
//! does) and its task, and a row in [`CLASSES`].

mod elasticsearch;
pub mod file;
mod http;
mod jdbc;
mod web;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::converters::nearest_class;
use super::data::Value;
use super::define::{Def, Settings};
use super::error::ConnectError;
use super::record::{SinkRecord, SourceBatch};

/// Whether somebody wants a task to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a task is told when it is made.
pub struct TaskContext<'a> {
    pub connector: &'a str,
    /// Which of the connector's tasks, and how many it has.
    pub task: usize,
    pub tasks: usize,
    pub settings: &'a Settings,
    /// All that was written, for settings whose names are not known beforehand.
    pub all: &'a BTreeMap<String, String>,
    pub stop: Stop,
    /// What was remembered for a source partition, if anything.
    pub offset_of: &'a dyn Fn(&Value) -> Option<Value>,
}

/// Takes what a sink cannot deal with: dead letters.
pub trait Reporter {
    /// Reports a record of the batch by its place in it. The task then goes on without it if the
    /// connector tolerates errors; if it does not, the error comes back, and `put` returns it.
    fn report(&mut self, record: &SinkRecord, error: ConnectError) -> Result<(), ConnectError>;

    /// Tells whoever looks after the worker.
    fn warn(&mut self, text: &str);
}

/// The task of a sink.
pub trait SinkTask {
    /// Writes records. When it returns they are where they belong: their offsets may be committed.
    ///
    /// # Errors
    ///
    /// A retriable error ([`ConnectError::retriable`]) brings the same records again after a
    /// pause; any other ends the task. What one record alone is to blame for goes to `reporter`.
    fn put(
        &mut self,
        records: &[SinkRecord],
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError>;

    /// Is called before offsets are committed, at `offset.flush.interval.ms`: for what is dear to
    /// do after each batch.
    fn flush(&mut self) -> Result<(), ConnectError> {
        Ok(())
    }

    /// How long to wait before a batch is tried again, if the task knows better than the worker.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// The task of a source.
pub trait SourceTask {
    /// Reads what there is, waiting for it as long as `wait` at most. An empty batch says that
    /// there is nothing yet; places alone may be told as well.
    fn poll(&mut self, wait: Duration) -> Result<SourceBatch, ConnectError>;

    /// Says whether everything has been read that was there when the task began, or now: for
    /// runs that end.
    fn is_at_end(&mut self) -> bool;
}

/// Makes a task of a sink.
pub type MakeSink = fn(&TaskContext) -> Result<Box<dyn SinkTask>, ConnectError>;
/// Makes a task of a source.
pub type MakeSource = fn(&TaskContext) -> Result<Box<dyn SourceTask>, ConnectError>;

/// What a connector does.
#[derive(Clone, Copy)]
pub enum Sort {
    Sink(MakeSink),
    Source(MakeSource),
}

/// A class of connectors.
pub struct Class {
    /// Names that it is known by: the first is its own.
    pub names: &'static [&'static str],
    pub sort: Sort,
    /// Its settings, without those that all connectors have.
    pub def: Def,
    /// What may stand before settings whose names are not known beforehand.
    pub prefixes: &'static [&'static str],
    /// How many tasks it wants at most.
    pub tasks: fn(&Settings, usize) -> usize,
    /// Checks what tables cannot say; mistakes as setting and what is wrong.
    pub check: fn(&Settings, &BTreeMap<String, String>) -> Vec<(&'static str, String)>,
    /// Checks offsets that somebody wants to set, of a source: partition and offset.
    pub check_offsets: CheckOffsets,
}

/// Checks a partition of a source and its offset, if it is to have one.
pub type CheckOffsets = fn(&Settings, &Value, Option<&Value>) -> Result<(), ConnectError>;

/// Every class.
pub const CLASSES: &[Class] =
    &[elasticsearch::SINK, file::SINK, file::SOURCE, http::SINK, jdbc::SINK, jdbc::SOURCE];

impl Class {
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    pub fn is_sink(&self) -> bool {
        matches!(self.sort, Sort::Sink(_))
    }

    /// Says whether a name means this class: the full one, the last part, or that without
    /// `Connector`.
    pub fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|class| super::converters::is_named(class, name, "Connector"))
    }
}

/// Finds a class.
pub fn find(name: &str) -> Result<&'static Class, ConnectError> {
    CLASSES.iter().find(|class| class.is_named(name)).ok_or_else(|| {
        let near = nearest_class(name, CLASSES.iter().flat_map(|class| class.names).copied());
        let hint = near.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        let names: Vec<&str> = CLASSES.iter().map(Class::name).collect();
        ConnectError::connect(format!(
            "Failed to find any class that implements Connector and which name matches \
             {name}{hint}; available connectors are: {}",
            names.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_short_names_and_slips_are_answered() {
        for name in [
            "org.apache.kafka.connect.file.FileStreamSinkConnector",
            "FileStreamSinkConnector",
            "FileStreamSink",
        ] {
            assert!(find(name).unwrap().is_sink());
        }
        let told = find("FileStreamSinks").err().unwrap().message;
        assert!(told.contains("did you mean"), "{told}");
    }
}
