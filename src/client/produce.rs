//! Sending records: librdkafka does the work, we keep the account of every record's fate.

use std::time::Duration;

use super::error::ClientError;
use super::native::{Hitch, Kind, Native, Topic};
use super::options::{Properties, default_to, for_librdkafka};
use super::told::{Failed, Notice};
use crate::base::clock::Moment;
use crate::base::runs::Runs;

/// How long callbacks are waited for while there is no room.
const ROOM_WAIT: Duration = Duration::from_millis(20);

/// How long a first answer is waited for; without it everything works, but later.
const ASK_WAIT: Duration = Duration::from_secs(2);

/// How long a step of a transaction may take before signals are looked after.
const STEP_WAIT: Duration = Duration::from_millis(500);

/// librdkafka's own codes: given up after `message.timeout.ms`, no room in the queue.
const MSG_TIMED_OUT: i32 = -192;
const QUEUE_FULL: i32 = -184;
/// And: purged from the queue, purged after it was sent.
const PURGED: [i32; 2] = [-152, -151];

/// A record to send.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutRecord<'a> {
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// Names and values, in order; none is null.
    pub headers: &'a [(Vec<u8>, Option<Vec<u8>>)],
    /// None: by the key, as Java's default partitioner does; without a key, some partition for
    /// a while and then another.
    pub partition: Option<i32>,
    /// Milliseconds since the Unix epoch, -1 for a record without; none for the present time. A
    /// [`Sender`] takes 0 for none, as librdkafka does.
    pub timestamp: Option<i64>,
    /// Names the record in [`Failed`]: the number of its line.
    pub tag: usize,
}

/// The account of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that the broker has taken (with `acks=0`: that were sent).
    pub delivered: u64,
    pub failed: u64,
}

/// A producer.
pub struct Producer {
    native: Native,
    is_idempotent: bool,
}

impl Producer {
    /// Makes a producer. `properties` have librdkafka's names; what they leave open is set for
    /// a tool that must lose nothing: idempotence unless `acks` is less than all, Java's
    /// partitioner, and two minutes for a record to be delivered, as in Kafka's producer.
    pub fn open(brokers: &str, properties: &Properties) -> Result<Self, ClientError> {
        let mut all = for_librdkafka(brokers, properties);
        default_to(&mut all, &["partitioner"], "murmur2_random");
        let acks = ["acks", "request.required.acks"].iter().find_map(|name| all.get(*name));
        if acks.is_none_or(|acks| matches!(acks.as_str(), "all" | "-1")) {
            default_to(&mut all, &["enable.idempotence"], "true");
        }
        // One message may wait for the next this long; a pipe full of lines never waits.
        default_to(&mut all, &["linger.ms", "queue.buffering.max.ms"], "5");
        default_to(&mut all, &["queue.buffering.max.messages"], "500000");
        default_to(&mut all, &["queue.buffering.max.kbytes"], "131072");
        default_to(&mut all, &["message.timeout.ms", "delivery.timeout.ms"], "120000");
        let is_idempotent = all.get("enable.idempotence").is_some_and(|value| value == "true");
        Ok(Producer { native: Native::new(Kind::Producer, &all)?, is_idempotent })
    }

    /// Prepares for transactions under the property `transactional.id`: whatever its last user
    /// left open is aborted. `go_on` is asked while brokers are waited for.
    pub fn init_transactions(&self, go_on: impl FnMut() -> bool) -> Result<(), ClientError> {
        self.transact(Native::init_transactions, go_on)
    }

    /// Begins a transaction: all that is sent from now on is part of it.
    pub fn begin(&self) -> Result<(), ClientError> {
        self.transact(|native, _| native.begin_transaction(), || false)
    }

    /// Commits the transaction, once every record has had its report.
    pub fn commit(&self, go_on: impl FnMut() -> bool) -> Result<(), ClientError> {
        self.transact(Native::commit_transaction, go_on)
    }

    /// Aborts the transaction; records that have had no report get one.
    pub fn abort(&self, go_on: impl FnMut() -> bool) -> Result<(), ClientError> {
        self.native.purge();
        self.transact(Native::abort_transaction, go_on)
    }

    /// Does a step of a transaction, again and again while librdkafka says that this may help.
    fn transact(
        &self,
        step: impl Fn(&Native, Duration) -> Result<(), Hitch>,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<(), ClientError> {
        loop {
            match step(&self.native, STEP_WAIT) {
                Ok(()) => return Ok(()),
                Err(hitch) if hitch.is_retriable && go_on() => self.native.poll(ROOM_WAIT),
                Err(hitch) => return Err(ClientError::Rdkafka(hitch.words)),
            }
        }
    }

    /// Returns a sender to a topic.
    pub fn sender(&self, topic: &str) -> Result<Sender<'_>, ClientError> {
        let topic = self.native.topic(topic)?;
        // An idempotent producer needs an id, and asks for one whenever it has heard of the
        // cluster; if it is not connected just then, it tries again half a second later. The
        // first answer comes over the connection that it began with, which it then drops, and
        // the second over one that stays: with it the half second is saved.
        let answers = if self.is_idempotent { 2 } else { 0 };
        for _ in 0..answers {
            topic.ask(ASK_WAIT);
        }
        Ok(Sender { topic, native: &self.native })
    }

    /// Takes in what librdkafka has to tell, and waits as long as `timeout` for it to have some.
    pub fn poll(&self, timeout: Duration) {
        self.native.poll(timeout);
    }

    /// Returns how many records have had their report.
    pub fn counts(&self) -> Counts {
        let (delivered, failed) = self.native.told.counts();
        Counts { delivered, failed }
    }

    /// Waits until every record has had its report; while `go_on` says so. Returns whether all
    /// have.
    pub fn finish(&self, mut go_on: impl FnMut(Counts) -> bool) -> bool {
        while self.native.waiting() > 0 {
            if !go_on(self.counts()) {
                return false;
            }
            self.native.flush(Duration::from_millis(100));
        }
        true
    }

    /// Gives up on what has not been delivered; every such record is counted as failed.
    pub fn give_up(&self, wait: Duration) {
        self.native.purge();
        let until = Moment::now().after(wait);
        while self.native.waiting() > 0 && !until.has_passed() {
            self.native.poll(Duration::from_millis(10));
        }
    }

    /// Returns the first record that failed for each reason.
    pub fn first_failed(&self) -> Vec<Failed> {
        self.failures().into_iter().map(|(failed, _)| failed).collect()
    }

    /// Returns the records that failed, by reason: the first report of each, and all tags.
    pub fn failures(&self) -> Vec<(Failed, Runs)> {
        self.native.told.failures()
    }

    /// Why nothing more can be sent, if so: an idempotent producer that lost its place.
    pub fn fatal_error(&self) -> Option<String> {
        self.native.told.fatal_error()
    }

    /// Takes librdkafka's lines of talk.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.native.told.take_notices()
    }
}

impl Failed {
    /// Says whether a record was given up without an answer from a broker.
    pub fn is_timeout(&self) -> bool {
        self.code == MSG_TIMED_OUT
    }

    /// Says whether a record was given up by [`Producer::give_up`]. If it had been sent already,
    /// the broker may have it all the same.
    pub fn is_purged(&self) -> bool {
        PURGED.contains(&self.code)
    }

    /// Says whether the record is larger than the client or the broker takes.
    pub fn is_too_large(&self) -> bool {
        self.code == i32::from(crate::wire::ErrorCode::MESSAGE_TOO_LARGE.0)
    }
}

/// Sends to one topic.
pub struct Sender<'a> {
    topic: Topic<'a>,
    native: &'a Native,
}

/// What came of sending a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is queued; its report will come.
    Queued,
    /// It cannot be queued: too large, or no such partition. No report will come.
    Refused(Failed),
    /// There was no room, and nobody wanted to wait any longer.
    GaveUp,
}

impl Sender<'_> {
    /// Queues a record, whose bytes are copied; waits while there is no room and `go_on` says
    /// so.
    pub fn send(&self, record: &OutRecord, mut go_on: impl FnMut() -> bool) -> Sent {
        loop {
            match self.topic.produce(record) {
                Ok(()) => return Sent::Queued,
                Err(failed) if failed.code != QUEUE_FULL => return Sent::Refused(failed),
                Err(_) if !go_on() => return Sent::GaveUp,
                Err(_) => self.native.poll(ROOM_WAIT),
            }
        }
    }
}
