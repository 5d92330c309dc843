//! Somebody at a keyboard: the same wishes, whichever tools fulfil them.

/// One record as a consumer shows it, without its time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

/// Where a group stands in a partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) committed: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) lag: Option<i64>,
}

/// A partition as a description shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Partition {
    pub(super) partition: i32,
    pub(super) leader: String,
    pub(super) replicas: String,
    pub(super) isr: String,
}

/// Where a group's offsets are to go.
#[derive(Clone, Copy, Debug)]
pub(super) enum To {
    Earliest,
    Latest,
    Offset(i64),
    ShiftBy(i64),
}

/// A set of tools, and the cluster that it works on.
pub(super) trait Hand {
    /// Says whether it was done; a refusal is expected at times.
    fn create(&mut self, topic: &str, partitions: i32) -> bool;
    fn topics(&mut self) -> Vec<String>;
    fn describe(&mut self, topic: &str) -> Vec<Partition>;
    fn delete(&mut self, topic: &str);
    /// Produces lines with the key before the first `:`.
    fn produce(&mut self, topic: &str, lines: &str);
    /// Reads so many records from the beginning, or from where the group stands.
    fn consume(&mut self, topic: &str, group: Option<&str>, count: usize) -> Vec<Row>;
    fn groups(&mut self) -> Vec<String>;
    fn places(&mut self, group: &str) -> Vec<Place>;
    /// Returns the new offset of each partition.
    fn reset(&mut self, group: &str, topic: &str, to: To, execute: bool) -> Vec<(i32, i64)>;
    fn delete_group(&mut self, group: &str);
}
