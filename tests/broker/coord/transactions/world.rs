//! A coordinator and the partitions that its transactions write to, all of it able to fail.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use rk::base::ids::Uuid;
use rk::broker::coord::brain::Brain;
use rk::broker::coord::effects::{Effect, Record, Ticket};
use rk::broker::coord::txn::{
    Config, Marked, Markers, Places, Producer, Reply, Transactions, Whose,
};
use rk::broker::disk::memory::MemoryDisk;
use rk::broker::log::{AppendError, Beginning, Log, LogConfig, Origin, UpTo, Verification};
use rk::wire::ErrorCode;
use rk::wire::batch::control::EndMarker;
use rk::wire::batch::{BatchBuilder, BatchInfo, Batches, contents};

use super::desk::{Effects, START, reborn};
use crate::kit::rng::Rng;

pub(super) const TOPIC: &str = "t";

pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) now: i64,
    pub(super) brain: Transactions,
    config: Config,
    records: Vec<Record>,
    pub(super) logs: Vec<Log>,
    stable: Vec<i64>,
    ids: i64,
    tickets: u64,
    /// Nothing fails any more.
    pub(super) calm: bool,
    pub(super) restarts: u64,
    pub(super) appends: u64,
}

/// What came of a question: nothing where the answer was lost, with the coordinator or without.
pub(super) type Answer = Option<Reply>;

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::from_seed(seed, "transactions");
        let config = Config {
            version: if rng.one_in(4) { 0 } else { 2 },
            id_expiration_ms: 120_000,
            expiry_interval_ms: 30_000,
            ..Config::default()
        };
        let disk = Arc::new(MemoryDisk::new());
        let logs = (0..3).map(|index| {
            let dir = PathBuf::from(format!("/data/{TOPIC}-{index}"));
            let settings = LogConfig {
                segment_bytes: 4096,
                verify_transactions: true,
                ..LogConfig::default()
            };
            Log::create(disk.clone(), dir, Uuid([1; 16]), settings, START).unwrap()
        });
        let (brain, out) = reborn(config.clone(), 0, &[], START);
        assert!(out.is_empty());
        World {
            rng,
            now: START,
            brain,
            config,
            records: Vec::new(),
            logs: logs.collect(),
            stable: vec![0; 3],
            ids: 0,
            tickets: 0,
            calm: false,
            restarts: 0,
            appends: 0,
        }
    }

    fn fails(&mut self, one_in: usize) -> bool {
        !self.calm && self.rng.one_in(one_in)
    }

    /// The coordinator dies: who waits for an answer gets none.
    fn restart(&mut self) {
        self.restarts += 1;
        self.ids += 1000;
        let (brain, out) = reborn(self.config.clone(), self.ids, &self.records, self.now);
        self.brain = brain;
        self.perform(out, None);
    }

    pub(super) fn pass(&mut self, ms: i64) {
        self.now += ms;
        let mut out = Vec::new();
        self.brain.tick(self.now, &mut out);
        self.perform(out, None);
    }

    pub(super) fn ask(
        &mut self,
        question: impl FnOnce(&mut Transactions, i64, Ticket, &mut Effects),
    ) -> Answer {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let mut out = Vec::new();
        question(&mut self.brain, self.now, ticket, &mut out);
        let answer = self.perform(out, Some(ticket));
        if self.fails(12) { None } else { answer }
    }

    /// Does what a coordinator wants. It may die before and after each append and each marker.
    fn perform(&mut self, mut todo: Effects, asked: Option<Ticket>) -> Answer {
        let mut answer = None;
        while !todo.is_empty() {
            if self.fails(60) {
                self.restart();
                return answer;
            }
            let mut next = Vec::new();
            match todo.remove(0) {
                Effect::Append { token, records, .. } => {
                    let failed = self.fails(30);
                    let result = if failed { Err(ErrorCode::KAFKA_STORAGE_ERROR) } else { Ok(()) };
                    if !failed {
                        self.appends += 1;
                        self.records.extend(records);
                    }
                    if self.fails(60) {
                        self.restart();
                        return answer;
                    }
                    self.brain.appended(self.now, token, result, &mut next);
                }
                Effect::Reply(ticket, reply) if asked == Some(ticket) => answer = Some(reply),
                Effect::Reply(..) => {}
                Effect::Do(markers) => {
                    let Some(done) = self.mark(markers) else { return answer };
                    self.brain.done(self.now, done, &mut next);
                }
            }
            next.append(&mut todo);
            todo = next;
        }
        answer
    }

    /// Writes markers: all, some, or none before the coordinator dies.
    fn mark(&mut self, markers: Markers) -> Option<Marked> {
        let mut failed = Places::default();
        for (topic, index) in markers.partitions.iter() {
            if self.fails(60) {
                self.restart();
                return None;
            }
            if self.fails(15) {
                failed.insert(topic, index);
                continue;
            }
            let marker = EndMarker { commit: markers.commit, coordinator_epoch: 0 };
            let Producer { id, epoch } = markers.producer;
            let bytes = marker.batch(id, epoch, self.now).unwrap();
            let origin = Origin::Marker { own_epoch: markers.version >= 2 };
            let written = self.logs[index as usize].append(bytes, origin, 0, self.now);
            // A marker is refused only where a later epoch shows that it came before.
            assert!(
                matches!(written, Ok(_) | Err(AppendError::ProducerEpoch { .. })),
                "{written:?}"
            );
            self.look(index as usize);
        }
        let Markers { transactional_id, producer, .. } = markers;
        Some(Marked { transactional_id, producer, failed })
    }

    /// The last stable offset never moves back.
    fn look(&mut self, index: usize) {
        let stable = self.logs[index].marks().last_stable;
        assert!(
            stable >= self.stable[index],
            "partition {index}: {} to {stable}",
            self.stable[index]
        );
        self.stable[index] = stable;
    }

    pub(super) fn append(&mut self, index: usize, batch: Bytes) -> Result<(), AppendError> {
        let appended = self.logs[index].append(batch, Origin::Client, 0, self.now);
        self.look(index);
        appended.map(|_| ())
    }

    /// Begins to ask whether a batch may begin a transaction in its partition.
    pub(super) fn question(
        &mut self,
        index: usize,
        batch: &Bytes,
        version: i16,
    ) -> Option<Verification> {
        let info = BatchInfo::parse(batch).unwrap();
        let beginning = Beginning {
            producer_id: info.producer_id,
            epoch: info.producer_epoch,
            sequence: info.base_sequence,
            bumps_epochs: version >= 2,
        };
        self.logs[index].begin_verification(beginning, self.now)
    }

    pub(super) fn add(
        &mut self,
        whose: Whose<'_>,
        index: usize,
        version: i16,
    ) -> Option<Result<(), ErrorCode>> {
        let places: Places = [(TOPIC, index as i32)].into_iter().collect();
        let answer = self.ask(|brain, now, ticket, out| {
            brain.add_partitions(now, ticket, whose, &places, version, out);
        });
        answer.map(|answer| match answer {
            Reply::Added(result) => result,
            other => panic!("{other:?}"),
        })
    }

    /// Returns what readers of committed records see of a partition, in order.
    pub(super) fn committed(&self, index: usize) -> Vec<String> {
        let log = &self.logs[index];
        let (mut from, mut out) = (0, Vec::new());
        loop {
            let read = log.read(from, 1 << 20, UpTo::LastStable, true).unwrap();
            if read.records.is_empty() {
                return out;
            }
            let mut aborted = read.aborted.clone();
            aborted.sort_by_key(|aborted| aborted.first_offset);
            let mut skipping = Vec::new();
            for batch in Batches::of(&read.records) {
                let batch = batch.unwrap();
                let opened = contents(batch.bytes).unwrap();
                let info = opened.header;
                from = info.next_offset();
                // As a consumer does it: from where an aborted transaction begins to its marker.
                while aborted.first().is_some_and(|a| a.first_offset <= info.last_offset()) {
                    skipping.push(aborted.remove(0).producer_id);
                }
                if info.attributes.is_control() {
                    skipping.retain(|id| *id != info.producer_id);
                } else if !skipping.contains(&info.producer_id) {
                    let values = opened.records().map(|r| r.unwrap().value.unwrap().to_vec());
                    out.extend(values.map(|value| String::from_utf8(value).unwrap()));
                }
            }
        }
    }
}

pub(super) fn batch(producer: Producer, sequence: i32, value: &str) -> Bytes {
    let mut batch =
        BatchBuilder::new().producer(producer.id, producer.epoch, sequence).transactional();
    batch.push(START, None, Some(value.as_bytes()), &[]);
    batch.build().unwrap()
}
