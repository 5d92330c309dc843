//! Records whose timestamp is 0, the Unix epoch itself. librdkafka takes that for none and would
//! send the present time instead; so they go out by an appender of our own, between what
//! librdkafka sends before and after them.
//!
//! Those that follow each other into one partition share a batch. Each batch waits for its
//! answer: a topic full of such records is slow, and exact.

use super::account::Account;
use super::partition::Chooser;
use crate::client::{Admin, Appender, ClientError, OutRecord, Properties};
use crate::wire::batch::BatchBuilder;

/// From this size on a batch is sent.
const BATCH_BYTES: usize = 16 * 1024;

/// Sends records of the Unix epoch.
pub(super) struct AtEpoch<'a> {
    brokers: &'a str,
    properties: &'a Properties,
    topic: &'a str,
    partitions: usize,
    batch_bytes: usize,
    /// Opened when it is first needed.
    appender: Option<Appender>,
    waiting: Option<Waiting>,
    delivered: u64,
}

/// Records that wait for others to share a batch with.
struct Waiting {
    partition: i32,
    batch: BatchBuilder,
    lines: Vec<usize>,
}

impl<'a> AtEpoch<'a> {
    pub(super) fn new(
        brokers: &'a str,
        properties: &'a Properties,
        topic: &'a str,
        partitions: usize,
        bytes_max: usize,
    ) -> Self {
        // One batch is never larger than what the topic takes of one record.
        let batch_bytes = BATCH_BYTES.min(bytes_max / 2);
        let (appender, waiting, delivered) = (None, None, 0);
        AtEpoch {
            brokers,
            properties,
            topic,
            partitions,
            batch_bytes,
            appender,
            waiting,
            delivered,
        }
    }

    /// How many are in the topic.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Whether some are not sent yet.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Takes a record, and sends what must go before it.
    pub(super) fn take(&mut self, record: &OutRecord, chooser: &Chooser, account: &mut Account) {
        // Where chance decides, those that come together stay together.
        let by_chance = || {
            let count = self.partitions.max(1);
            let before = self.waiting.as_ref().map(|waiting| waiting.partition);
            before.unwrap_or_else(|| i32::try_from(record.tag % count).unwrap_or(0))
        };
        let chosen = record.partition.or_else(|| chooser.foresee(record.key));
        let partition = chosen.unwrap_or_else(by_chance);
        let size = record.key.map_or(0, <[u8]>::len) + record.value.map_or(0, <[u8]>::len);
        let has_room = |waiting: &Waiting| {
            waiting.partition == partition && waiting.batch.size_bytes() + size <= self.batch_bytes
        };
        if !self.waiting.as_ref().is_some_and(has_room) {
            self.flush(account);
        }
        let new = || Waiting { partition, batch: BatchBuilder::new(), lines: Vec::new() };
        let waiting = self.waiting.get_or_insert_with(new);
        let headers: Vec<(&[u8], Option<&[u8]>)> =
            record.headers.iter().map(|(name, value)| (&name[..], value.as_deref())).collect();
        waiting.batch.push(0, record.key, record.value, &headers);
        waiting.lines.push(record.tag);
    }

    /// Sends what waits, and waits for the answer.
    pub(super) fn flush(&mut self, account: &mut Account) {
        let Some(Waiting { partition, batch, lines }) = self.waiting.take() else { return };
        match self.append(partition, batch) {
            Ok(records) => self.delivered += records,
            Err(why) => lines.into_iter().for_each(|line| account.keep_back(line, why.clone())),
        }
    }

    fn append(&mut self, partition: i32, batch: BatchBuilder) -> Result<u64, String> {
        let batch = batch.build().map_err(|e| e.to_string())?;
        let told = |error: ClientError| error.to_string();
        let appender = match &mut self.appender {
            Some(appender) => appender,
            none => {
                let admin = Admin::open(self.brokers, self.properties).map_err(told)?;
                none.insert(Appender::open(admin, self.topic).map_err(told)?)
            }
        };
        appender.append(partition, &batch, 0, i64::MAX).map_err(told)
    }
}
