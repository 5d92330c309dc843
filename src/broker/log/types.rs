//! What goes into a log's calls and what comes out of them.

use bytes::Bytes;

use crate::base::clock::Millis;

/// Where a log begins and ends, and how far readers may read. Each is an offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The first offset that may be read.
    pub log_start: i64,
    /// The offset after the last that every replica has: nothing replicates, so the end.
    pub high_watermark: i64,
    /// The first offset of the oldest open transaction, or the high watermark.
    pub last_stable: i64,
    /// The offset that the next record gets.
    pub end: i64,
}

/// Who appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A producer: everything is checked.
    Client,
    /// The broker's own coordinator or controller: sequences are not checked, control batches
    /// and batches larger than `max.message.bytes` of one's own making are still checked.
    Coordinator,
    /// The end of a transaction. With `own_epoch` the marker has an epoch that no batch of the
    /// transaction has had (transaction version 2).
    Marker { own_epoch: bool },
}

/// Where records were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub base_offset: i64,
    pub last_offset: i64,
    /// The time of appending with `LogAppendTime`, -1 with `CreateTime`.
    pub append_time_ms: Millis,
    pub log_start: i64,
    /// The batch was there already: these are its offsets, and nothing was appended.
    pub duplicate: bool,
}

/// What a log knows of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerState {
    pub producer_id: i64,
    pub epoch: i16,
    /// -1 where nothing has come in this epoch.
    pub last_sequence: i32,
    pub last_timestamp_ms: Millis,
    /// Of the last transaction that ended: -1 where there was none.
    pub coordinator_epoch: i32,
    /// Where the open transaction begins.
    pub transaction_start: Option<i64>,
}

/// How far a reader may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpTo {
    HighWatermark,
    LastStable,
    End,
}

/// A transaction that was aborted, as Fetch tells it to readers of committed records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTxn {
    pub producer_id: i64,
    pub first_offset: i64,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Whole batches. The first may begin before the offset that was asked for.
    pub records: Bytes,
    /// The marks at the time of reading.
    pub marks: Marks,
    /// With [`UpTo::LastStable`], the aborted transactions that touch the records.
    pub aborted: Vec<AbortedTxn>,
}

/// A record found by its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampAndOffset {
    pub timestamp: Millis,
    pub offset: i64,
    pub leader_epoch: i32,
}

/// What is known of a log before it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The broker was stopped in order.
    pub clean: bool,
    /// Everything before this offset is on the disk for sure.
    pub recovery_point: i64,
    /// The start that deleting records gave the log.
    pub log_start: i64,
}

/// What a round of maintenance is for. Rolling, forgetting producers, flushing and removing files
/// are part of every round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Segments beyond their time or size go: every `log.retention.check.interval.ms`.
    pub retention: bool,
    /// Compacted topics are compacted: every `log.cleaner.backoff.ms`.
    pub compaction: bool,
}

impl Due {
    /// A round that does everything.
    pub const ALL: Due = Due { retention: true, compaction: true };
}

/// What a round of maintenance did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Another round was at it: nothing was done.
    pub busy: bool,
    /// Segments whose records are gone.
    pub segments_deleted: usize,
    /// Segments that compaction wrote anew.
    pub segments_compacted: usize,
    /// Old files removed from the disk.
    pub files_removed: usize,
    /// The active segment was closed for its age.
    pub rolled: bool,
    /// Producers forgotten.
    pub producers_expired: usize,
}
