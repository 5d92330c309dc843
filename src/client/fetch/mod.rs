//! Reading partitions without a group, by our own Fetch requests: batches come as they are on
//! the wire, and their records are read where they lie.
//!
//! A thread for each leader asks for whatever of its partitions there is room for; a steward
//! finds new leaders, and where a partition begins whose records have gone. What is handed over
//! holds a [`Credit`], so that a slow reader stops the fetching and memory stays bounded.
//!
//! What it does not do: batches of the formats before v2, which only Kafka 3 and before still
//! have; [`News::OldFormat`] says so, and librdkafka reads those.

mod leader;
mod parts;
mod sift;
mod steward;
mod watch;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::admin::Admin;
use super::consume::InRecord;
use super::error::ClientError;
use super::offsets::{Isolation, Partition};
use super::options::{Options, Properties, refuse};
use super::told::Notice;
use crate::base::sync::lock;
use crate::wire::batch::{BatchError, BatchInfo, Record, check_stored, contents};
use parts::State;
pub use watch::Watch;
use watch::Watcher;

/// What is held at most of what was fetched and not yet dealt with.
const HELD_BYTES_MAX: usize = 16 * 1024 * 1024;
/// From this size on a chunk ends: what is made of it may be several times as large, and several
/// threads are to have a part of it.
const CHUNK_BYTES: usize = 512 * 1024;
/// The least that a partition may have of it when all are to flow independently.
const SHARE_BYTES_MIN: usize = 128 * 1024;

/// What to read of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    /// Where to end: before this offset. None: on and on.
    pub until: Option<i64>,
}

/// What is asked of brokers: the client properties that matter to a fetch.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    isolation: Isolation,
    wait_ms: i32,
    bytes_min: i32,
    bytes_max: i32,
    partition_bytes_max: Option<i32>,
    check_crcs: bool,
    rack: String,
    /// Whether each partition has its own part of the memory, so that none waits for another.
    is_each_alone: bool,
}

impl Manner {
    fn of(all: &Properties) -> Result<Self, ClientError> {
        let number = |names: &[&str], default: i32| {
            let set = names.iter().find_map(|name| Some((*name, all.get(*name)?)));
            match set {
                None => Ok(default),
                Some((name, text)) => match text.trim().parse::<i32>() {
                    Ok(number) if number >= 0 => Ok(number),
                    _ => Err(refuse(name, "a number from 0 to 2147483647")),
                },
            }
        };
        let each = ["fetch.message.max.bytes", "max.partition.fetch.bytes"];
        let each_is_set = each.iter().any(|name| all.contains_key(*name));
        Ok(Manner {
            isolation: Isolation::of(all),
            wait_ms: number(&["fetch.wait.max.ms", "fetch.max.wait.ms"], 500)?,
            bytes_min: number(&["fetch.min.bytes"], 1)?,
            bytes_max: number(&["fetch.max.bytes"], 8 * 1024 * 1024)?.max(1),
            partition_bytes_max: each_is_set.then(|| number(&each, 0)).transpose()?,
            check_crcs: super::options::flag(all, "check.crcs", true)?,
            rack: all.get("client.rack").cloned().unwrap_or_default(),
            is_each_alone: false,
        })
    }
}

/// What is shared by the threads.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Something in the state has changed that somebody may be waiting for.
    changed: Condvar,
    options: Options,
    manner: Manner,
    news: Sender<News>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Waits until something has changed.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, most: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Tells the reader. If it has gone, nobody needs to know.
    fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }
}

/// What there is to tell.
pub enum News {
    Chunk(Chunk),
    /// A line of talk.
    Notice(Notice),
    /// It cannot go on.
    Failed(ClientError),
    /// There are batches of a format before v2.
    OldFormat,
    /// The reading was [closed](Fetcher::close).
    Over,
}

/// Partitions that are being read. Dropped, the reading ends.
pub struct Fetcher {
    shared: Arc<Shared>,
    news: Mutex<Receiver<News>>,
}

impl Fetcher {
    /// Begins to read. With `is_each_alone` no partition waits for another to be dealt with.
    ///
    /// # Errors
    ///
    /// [`ClientError::NoTopic`] and [`ClientError::NoPartition`] for what is not there.
    pub fn open(
        admin: Admin,
        properties: &Properties,
        spans: &BTreeMap<Partition, Span>,
        is_each_alone: bool,
    ) -> Result<Self, ClientError> {
        Self::start(admin, properties, spans, is_each_alone, None)
    }

    /// The same, and begins with whatever partition comes to be meanwhile and is wanted: from its
    /// beginning, on and on. What is added counts as the next in [`Chunk::part`].
    pub fn follow(
        admin: Admin,
        properties: &Properties,
        spans: &BTreeMap<Partition, Span>,
        watch: Option<Watch>,
    ) -> Result<Self, ClientError> {
        Self::start(admin, properties, spans, false, watch)
    }

    fn start(
        mut admin: Admin,
        properties: &Properties,
        spans: &BTreeMap<Partition, Span>,
        is_each_alone: bool,
        watch: Option<Watch>,
    ) -> Result<Self, ClientError> {
        let manner = Manner { is_each_alone, ..Manner::of(properties)? };
        let mut state = State::of(spans);
        steward::settle(&mut admin, &mut state)?;
        let (news, receiver) = channel();
        let options = admin.options().clone();
        let (state, changed) = (Mutex::new(state), Condvar::new());
        let shared = Arc::new(Shared { state, changed, options, manner, news });
        steward::serve(&shared, admin, Watcher::of(watch));
        Ok(Fetcher { shared, news: Mutex::new(receiver) })
    }

    /// The partitions, in the order by which [`Chunk::part`] counts them.
    pub fn partitions(&self) -> Vec<Partition> {
        self.shared.lock().parts.iter().map(parts::Part::partition).collect()
    }

    /// Waits as long as `timeout` for news.
    pub fn wait(&self, timeout: Duration) -> Option<News> {
        lock(&self.news).recv_timeout(timeout).ok()
    }

    /// Ends the reading, and wakes so many threads that wait for news.
    pub fn close(&self, threads: usize) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        (0..threads).for_each(|_| self.shared.tell(News::Over));
    }

    /// Reads no more of a partition.
    pub fn enough_of(&self, part: usize) {
        let mut state = self.shared.lock();
        if let Some(part) = state.parts.get_mut(part) {
            part.is_done = true;
        }
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

/// Batches of one partition, as one answer brought them.
pub struct Chunk {
    /// Which partition, counted as in [`Fetcher::partitions`].
    pub part: usize,
    /// The offset after it: everything before has been dealt with then.
    pub next: i64,
    /// Whether nothing of the partition will follow.
    pub is_last: bool,
    /// How many bytes came over the wire.
    pub bytes: usize,
    /// The memory it takes, given back when this is dropped.
    credit: Credit,
    topic: Arc<str>,
    partition: i32,
    from: i64,
    until: i64,
    batches: Vec<Bytes>,
    check_crcs: bool,
}

impl Chunk {
    /// Lets the batches go and keeps the memory taken.
    pub fn into_credit(self) -> Credit {
        self.credit
    }

    /// Which partition it is of.
    pub fn partition(&self) -> i32 {
        self.partition
    }

    /// The batches, and the offsets between which their records are to be seen. Not checked.
    pub fn batches(&self) -> (&[Bytes], i64, i64) {
        (&self.batches, self.from, self.until)
    }

    /// The topic that it is of.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    fn corrupt(&self, offset: i64, cause: BatchError) -> ClientError {
        let (topic, partition) = (self.topic.to_string(), self.partition);
        ClientError::Corrupt { topic, partition, offset, cause }
    }

    /// Checks the batches' checksums.
    pub fn check(&self) -> Result<(), ClientError> {
        for batch in &self.batches {
            check_stored(batch).map_err(|cause| self.corrupt(self.from, cause))?;
        }
        Ok(())
    }

    /// Calls `each` with every record, in order, for as long as it says so. Of a batch that
    /// `may_want` does not want, by the bytes and the number of all its records, it gets none.
    ///
    /// # Errors
    ///
    /// [`ClientError::Corrupt`] for a batch that cannot be read.
    pub fn for_each(
        &self,
        may_want: impl FnMut(&[u8], u64) -> bool,
        mut each: impl FnMut(InRecord) -> bool,
    ) -> Result<(), ClientError> {
        self.for_each_stored(may_want, |header, record| {
            each(InRecord::of_batch(&self.topic, self.partition, header, record))
        })
    }

    /// The same with every record as it is stored, and the header of its batch.
    pub fn for_each_stored(
        &self,
        mut may_want: impl FnMut(&[u8], u64) -> bool,
        mut each: impl FnMut(&BatchInfo, Record) -> bool,
    ) -> Result<(), ClientError> {
        for batch in &self.batches {
            if self.check_crcs {
                check_stored(batch).map_err(|cause| self.corrupt(self.from, cause))?;
            }
            let contents = contents(batch).map_err(|cause| self.corrupt(self.from, cause))?;
            let header = &contents.header;
            if !may_want(contents.data(), u64::from(header.record_count.unsigned_abs())) {
                continue;
            }
            for record in contents.records() {
                let record = record.map_err(|cause| self.corrupt(header.base_offset, cause))?;
                if record.offset < self.from || record.offset >= self.until {
                    continue;
                }
                if !each(header, record) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Memory that is taken until this is dropped.
pub struct Credit {
    shared: Arc<Shared>,
    part: usize,
    bytes: usize,
}

impl Credit {
    fn of(shared: &Arc<Shared>, state: &mut State, part: usize, bytes: usize) -> Self {
        state.hold(part, bytes);
        Credit { shared: Arc::clone(shared), part, bytes }
    }

    /// Holds so many bytes from now on.
    pub fn resize(&mut self, bytes: usize) {
        let mut state = self.shared.lock();
        state.release(self.part, self.bytes);
        state.hold(self.part, bytes);
        self.bytes = bytes;
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Drop for Credit {
    fn drop(&mut self) {
        self.shared.lock().release(self.part, self.bytes);
        self.shared.changed.notify_all();
    }
}
