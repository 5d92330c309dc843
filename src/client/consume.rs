//! Receiving records through librdkafka: as a member of a group, or from given offsets without
//! leaving a trace.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::error::ClientError;
use super::native::{Batch, Incoming, Kind, Native, Queue, Taken, Topic};
use super::offsets::Partition;
use super::options::{Properties, default_to, for_librdkafka};
use super::told::Notice;
use crate::base::clock::Moment;
use crate::wire::ErrorCode;
use crate::wire::batch::{BatchInfo, Record, TimestampType};

/// How long leaving a group may take.
const LEAVE_WAIT: Duration = Duration::from_secs(5);
/// How many records one call hands over at most.
const BATCH_MAX: usize = 4096;

/// A consumer, not yet reading.
pub struct Consumer {
    native: Native,
}

impl Consumer {
    /// Makes a consumer. `properties` have librdkafka's names; what they leave open is set as
    /// Kafka's console consumer has it (`read_uncommitted`), with checksums checked. Offsets are
    /// committed by [`Feed::commit`] only.
    pub fn open(
        brokers: &str,
        properties: &Properties,
        group: Option<&str>,
    ) -> Result<Self, ClientError> {
        let mut all = for_librdkafka(brokers, properties);
        match group {
            Some(group) => drop(all.insert("group.id".to_owned(), group.to_owned())),
            None => drop(all.remove("group.id")),
        }
        for name in ["enable.auto.commit", "enable.auto.offset.store"] {
            all.insert(name.to_owned(), "false".to_owned());
        }
        default_to(&mut all, &["enable.partition.eof"], "true");
        default_to(&mut all, &["isolation.level"], "read_uncommitted");
        default_to(&mut all, &["check.crcs"], "true");
        default_to(&mut all, &["fetch.queue.backoff.ms"], "5");
        Ok(Consumer { native: Native::new(Kind::Consumer, &all)? })
    }

    /// Checks the values of properties as librdkafka does, without making a client.
    pub fn check(properties: &Properties) -> Result<(), ClientError> {
        Native::check(properties)
    }

    /// Says which partitions are there. One that comes to be later is read from its beginning
    /// where the group has committed nothing, whatever `auto.offset.reset` says of the others.
    pub fn knows(&self, partitions: &[Partition]) {
        self.native.told.knows(partitions);
    }

    /// Joins the group and reads whatever the group gives us.
    pub fn join(&self, topics: &[String]) -> Result<Feed<'_>, ClientError> {
        let queue = self.native.subscribe(topics)?;
        Ok(self.feed(queue, true))
    }

    /// Reads partitions from offsets on. The group, if any, is not told.
    pub fn read(&self, from: &BTreeMap<Partition, i64>) -> Result<Feed<'_>, ClientError> {
        let mut feed = self.feed(self.native.queue()?, false);
        for (Partition { topic, partition }, offset) in from {
            let known = feed.topics.iter().position(|(name, ..)| name == topic);
            let at = match known {
                Some(at) => at,
                None => {
                    feed.topics.push((topic.clone(), self.native.topic(topic)?, Vec::new()));
                    feed.topics.len() - 1
                }
            };
            let (_, topic, started) = &mut feed.topics[at];
            topic.start(*partition, *offset, &feed.queue)?;
            started.push(*partition);
        }
        Ok(feed)
    }

    fn feed<'a>(&'a self, queue: Queue<'a>, is_member: bool) -> Feed<'a> {
        let batch = Batch::new(&self.native, BATCH_MAX);
        Feed { batch, topics: Vec::new(), queue, native: &self.native, is_member }
    }
}

/// What comes in.
pub enum Event<'a> {
    Record(InRecord<'a>),
    /// A partition has been read to its present end; `offset` is the next record's.
    End {
        topic: &'a str,
        partition: i32,
        offset: i64,
    },
}

/// A record that came in. Its bytes are librdkafka's, and stay until the next [`Feed::wait`]; or
/// they are those of a batch that is held.
#[derive(Clone, Copy)]
pub struct InRecord<'a>(Origin<'a>);

#[derive(Clone, Copy)]
enum Origin<'a> {
    Feed(Incoming<'a>),
    Batch { topic: &'a str, partition: i32, header: &'a BatchInfo, record: Record<'a> },
}

impl<'a> InRecord<'a> {
    pub(super) fn of_batch(
        topic: &'a str,
        partition: i32,
        header: &'a BatchInfo,
        record: Record<'a>,
    ) -> Self {
        InRecord(Origin::Batch { topic, partition, header, record })
    }

    pub fn topic(self) -> &'a str {
        match self.0 {
            Origin::Feed(message) => message.topic,
            Origin::Batch { topic, .. } => topic,
        }
    }

    pub fn partition(self) -> i32 {
        match self.0 {
            Origin::Feed(message) => message.partition(),
            Origin::Batch { partition, .. } => partition,
        }
    }

    pub fn offset(self) -> i64 {
        match self.0 {
            Origin::Feed(message) => message.offset(),
            Origin::Batch { record, .. } => record.offset,
        }
    }

    pub fn key(self) -> Option<&'a [u8]> {
        match self.0 {
            Origin::Feed(message) => message.key(),
            Origin::Batch { record, .. } => record.key,
        }
    }

    pub fn value(self) -> Option<&'a [u8]> {
        match self.0 {
            Origin::Feed(message) => message.value(),
            Origin::Batch { record, .. } => record.value,
        }
    }

    /// Milliseconds since the Unix epoch, and whether the broker set it (LogAppendTime).
    pub fn timestamp(self) -> Option<(i64, bool)> {
        match self.0 {
            Origin::Feed(message) => message.timestamp(),
            Origin::Batch { header, record, .. } => {
                let by_broker = header.attributes.timestamp_type() == TimestampType::LogAppendTime;
                Some((record.timestamp, by_broker))
            }
        }
    }

    /// The epoch of the leader that wrote it, if the broker tells.
    pub fn leader_epoch(self) -> Option<i32> {
        match self.0 {
            Origin::Feed(message) => message.leader_epoch(),
            Origin::Batch { header, .. } => Some(header.leader_epoch).filter(|epoch| *epoch >= 0),
        }
    }

    /// What its batch says of it, where batches are read: the codec, whether it is part of a
    /// transaction, whether it is a control record.
    pub fn batch(self) -> Option<(&'static str, bool, bool)> {
        match self.0 {
            Origin::Feed(_) => None,
            Origin::Batch { header, .. } => {
                let attributes = header.attributes;
                let codec = attributes.codec().ok()?;
                Some((codec.name(), attributes.is_transactional(), attributes.is_control()))
            }
        }
    }

    /// The headers, in order: name and value.
    pub fn headers(self) -> Vec<(&'a [u8], Option<&'a [u8]>)> {
        match self.0 {
            Origin::Feed(message) => message.headers(),
            Origin::Batch { record, .. } => record.headers.collect(),
        }
    }
}

/// A consumer that is reading.
pub struct Feed<'a> {
    // The order matters: messages go before the topics and the queue that they came from.
    batch: Batch<'a>,
    topics: Vec<(String, Topic<'a>, Vec<i32>)>,
    queue: Queue<'a>,
    native: &'a Native,
    is_member: bool,
}

impl Feed<'_> {
    /// Waits as long as `timeout` for something to come in, and takes it with all that is there
    /// already: see [`Feed::events`]. What came before is let go.
    ///
    /// Partitions may come and go meanwhile, and the first records of one that came may be among
    /// what was taken: ask [`Feed::changes`] before looking at it.
    ///
    /// # Errors
    ///
    /// What will not pass by itself: [`ClientError::Rdkafka`] in librdkafka's words. Lost
    /// connections are not among it; librdkafka tries again.
    pub fn wait(&mut self, timeout: Duration) -> Result<(), ClientError> {
        self.queue.take(timeout, &mut self.batch);
        if !self.is_member {
            self.native.poll(Duration::ZERO);
        }
        if let Some(reason) = self.native.told.fatal_error() {
            return Err(ClientError::Rdkafka(reason));
        }
        for taken in self.batch.iter() {
            match taken {
                Taken::Error { code, words } if passes(code) => self.native.told.error(&words),
                Taken::Error { code, words } => return Err(told_by(code, words)),
                Taken::Record(_) | Taken::End { .. } => self.native.told.is_up(),
            }
        }
        Ok(())
    }

    /// Returns what the last [`Feed::wait`] took, in order.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.batch.iter().filter_map(|taken| match taken {
            Taken::Record(record) => Some(Event::Record(InRecord(Origin::Feed(record)))),
            Taken::End { topic, partition, offset } => {
                Some(Event::End { topic, partition, offset })
            }
            Taken::Error { .. } => None,
        })
    }

    /// How often partitions came or went: for noticing that [`Feed::assignment`] is new.
    pub fn changes(&self) -> u64 {
        self.native.told.changes()
    }

    /// The partitions that the group has given us.
    pub fn assignment(&self) -> BTreeSet<Partition> {
        self.native.told.assignment()
    }

    /// Reads these topics from now on, as a member of the group.
    pub fn resubscribe(&self, topics: &[String]) -> Result<(), ClientError> {
        self.native.resubscribe(topics)
    }

    /// Stops the records of partitions that the group has given us, or lets them come again.
    /// Records that were on their way are read again then.
    pub fn pause<'a>(
        &self,
        partitions: impl Iterator<Item = &'a Partition>,
        is_paused: bool,
    ) -> Result<(), ClientError> {
        self.native.pause(partitions, is_paused)
    }

    /// Reads partitions that the group has given us from these offsets on.
    ///
    /// To be called after a [`Feed::pause`] is over, for those of which an [`Event::End`] came
    /// last: librdkafka counts that as a record, and would leave out the next one
    /// (confluentinc/librdkafka#4844, in versions before 2.13).
    pub fn seek<'a>(
        &self,
        places: impl Iterator<Item = (&'a Partition, i64)>,
    ) -> Result<(), ClientError> {
        let mut places = places.peekable();
        // To seek nowhere is a mistake to librdkafka.
        if places.peek().is_none() {
            return Ok(());
        }
        self.native.seek(places)
    }

    /// Says that everything before these offsets has been dealt with, so that it may be
    /// committed: at the next [`Feed::commit`], or when the group takes the partition away.
    pub fn mark<'a>(&self, offsets: impl Iterator<Item = (&'a Partition, i64)>) {
        if self.is_member {
            self.native.told.mark(offsets);
        }
    }

    /// Commits what is marked; waits for the answer if so asked, else a failure is a notice.
    pub fn commit(&self, wait: bool) -> Result<(), ClientError> {
        if !self.is_member {
            return Ok(());
        }
        self.native.commit(&self.native.told.marks(), wait)
    }

    /// Commits what is marked and waits for the answer, but no longer than this: librdkafka
    /// would wait for a broker that is away. What comes in meanwhile is lost.
    pub fn commit_within(&mut self, most: Duration) -> Result<(), ClientError> {
        self.commit(false)?;
        let until = Moment::now().after(most);
        loop {
            let error = match self.native.told.commits() {
                (true, None) => return Ok(()),
                (true, Some(why)) => why,
                (false, _) if until.has_passed() => {
                    let seconds = most.as_secs();
                    format!("the group's coordinator did not answer within {seconds} s")
                }
                (false, _) => {
                    self.queue.take(Duration::from_millis(20), &mut self.batch);
                    continue;
                }
            };
            // Whoever leaves would try it again, and wait.
            self.native.told.forget_marks();
            return Err(ClientError::Rdkafka(error));
        }
    }

    /// Leaves the group; what is marked is committed on the way.
    pub fn leave(&self) -> Result<(), ClientError> {
        self.leave_within(LEAVE_WAIT)
    }

    /// The same, and waits no longer than this.
    pub fn leave_within(&self, most: Duration) -> Result<(), ClientError> {
        if self.is_member { self.native.leave(most) } else { Ok(()) }
    }

    /// Takes librdkafka's lines of talk.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.native.told.take_notices()
    }
}

impl Drop for Feed<'_> {
    fn drop(&mut self) {
        for (_, topic, started) in &self.topics {
            for partition in started {
                topic.stop(*partition);
            }
        }
    }
}

/// Says whether librdkafka gets over an error by itself: it reconnects, rejoins, asks again.
fn passes(code: i32) -> bool {
    /// librdkafka's own: transport, resolve, all brokers down, timed out, max poll exceeded.
    const OWN: &[i32] = &[-195, -193, -187, -185, -147];
    let Ok(broker) = i16::try_from(code) else { return false };
    let code = ErrorCode(broker);
    OWN.contains(&i32::from(broker))
        || (broker > 0 && code.is_retriable() && code != ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
        || matches!(
            code,
            ErrorCode::ILLEGAL_GENERATION
                | ErrorCode::UNKNOWN_MEMBER_ID
                | ErrorCode::REBALANCE_IN_PROGRESS
        )
}

fn told_by(code: i32, words: String) -> ClientError {
    match i16::try_from(code) {
        Ok(code) if code > 0 => {
            ClientError::Refused { code: ErrorCode(code), message: Some(words) }
        }
        _ => ClientError::Rdkafka(words),
    }
}
