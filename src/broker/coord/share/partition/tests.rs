//! The share partition by hand and by chance: Kafka's rules one by one, and then hours of
//! consumers that acquire, acknowledge, crash and forget, over what the share coordinator
//! remembers.

use super::*;
use crate::base::ids::Uuid;
use crate::broker::coord::share::state::{Batch, Config, Key, ShareStates, Write};

const LIMITS: Limits =
    Limits { delivery_count_max: 5, records_max: 200, lock_duration_ms: 1000, may_renew: true };

fn fetched(base_offset: i64, last_offset: i64) -> FetchedBatch {
    FetchedBatch {
        base_offset,
        last_offset,
        producer_id: -1,
        is_transactional: false,
        is_abort_marker: false,
    }
}

fn ack(first_offset: i64, last_offset: i64, types: &[i8]) -> AckBatch {
    AckBatch { first_offset, last_offset, types: types.to_vec() }
}

/// A share partition over a log of batches, whose writes go well.
struct Bench {
    partition: SharePartition,
    limits: Limits,
    now: i64,
}

impl Bench {
    fn new(start_offset: i64) -> Self {
        let partition = SharePartition::new(0, start_offset, &[]).unwrap();
        Bench { partition, limits: LIMITS, now: 0 }
    }

    fn acquire(&mut self, member: &str, max: i64, log: &[(i64, i64)]) -> Vec<(i64, i64, i16)> {
        self.acquire_as(member, AcquireMode::BatchOptimized, max, log)
    }

    fn acquire_as(
        &mut self,
        member: &str,
        mode: AcquireMode,
        max: i64,
        log: &[(i64, i64)],
    ) -> Vec<(i64, i64, i16)> {
        let fetch_offset = self.partition.next_fetch_offset();
        let batches: Vec<FetchedBatch> = log
            .iter()
            .filter(|(_, last)| *last >= fetch_offset)
            .map(|(base, last)| fetched(*base, *last))
            .collect();
        let ask = Acquire {
            member,
            mode,
            batch_size: 500,
            records_max: max,
            fetch_offset,
            batches: &batches,
            aborted: &[],
        };
        let taken = self.partition.acquire(self.now, &self.limits, &ask);
        taken.iter().map(|a| (a.first_offset, a.last_offset, a.delivery_count)).collect()
    }

    fn ack(&mut self, member: &str, batches: &[AckBatch]) -> Result<Vec<StateBatch>, AckError> {
        let changes = self.partition.acknowledge(self.now, &self.limits, member, batches)?;
        let written = changes.batches.clone();
        self.partition.written(changes);
        Ok(written)
    }

    fn expire(&mut self, now: i64) -> usize {
        self.now = now;
        let changes = self.partition.expire_locks(now, &self.limits);
        let count = changes.batches.len();
        self.partition.written(changes);
        count
    }

    fn marks(&mut self) -> (i64, i64, i64) {
        let next = self.partition.next_fetch_offset();
        (self.partition.start_offset(), self.partition.end_offset(), next)
    }
}

const LOG: &[(i64, i64)] = &[(0, 4), (5, 9), (10, 19)];

#[test]
fn whole_batches_are_acquired_and_the_limit_may_be_passed_by_the_last() {
    let mut bench = Bench::new(0);
    assert_eq!(bench.acquire("a", 7, LOG), [(0, 9, 1)]);
    assert_eq!(bench.marks(), (0, 9, 10));
    assert_eq!(bench.acquire("b", 1, LOG), [(10, 19, 1)]);
    assert_eq!(bench.acquire("c", 10, LOG), []);
    assert_eq!(bench.ack("a", &[ack(0, 9, &[1])]).unwrap().len(), 1);
    assert_eq!(bench.marks(), (10, 19, 20));
    bench.ack("b", &[ack(10, 19, &[1])]).unwrap();
    assert_eq!(bench.marks(), (20, 20, 20));
    assert_eq!(bench.partition.delivery_complete_count(), 0);
}

#[test]
fn a_strict_limit_is_held_and_the_rest_of_the_batch_is_for_the_next() {
    let mut bench = Bench::new(0);
    let mode = AcquireMode::RecordLimit;
    assert_eq!(bench.acquire_as("a", mode, 3, LOG), [(0, 2, 1)]);
    assert_eq!(bench.marks(), (0, 4, 3));
    assert_eq!(bench.acquire_as("b", mode, 4, LOG), [(3, 4, 1), (5, 6, 1)]);
    assert_eq!(bench.marks(), (0, 9, 7));
    bench.ack("a", &[ack(0, 2, &[1, 2, 1])]).unwrap();
    assert_eq!(bench.marks(), (1, 9, 1));
    assert_eq!(bench.acquire_as("b", mode, 2, LOG), [(1, 1, 2), (7, 7, 1)]);
}

#[test]
fn new_records_are_gathered_at_the_borders_of_batches() {
    let mut bench = Bench::new(0);
    let batches: Vec<FetchedBatch> = LOG.iter().map(|(base, last)| fetched(*base, *last)).collect();
    let ask = Acquire {
        member: "a",
        mode: AcquireMode::BatchOptimized,
        batch_size: 5,
        records_max: 100,
        fetch_offset: 0,
        batches: &batches,
        aborted: &[],
    };
    let taken = bench.partition.acquire(0, &LIMITS, &ask);
    let taken: Vec<_> = taken.iter().map(|a| (a.first_offset, a.last_offset)).collect();
    assert_eq!(taken, LOG);
}

#[test]
fn who_does_not_hold_a_record_cannot_acknowledge_it() {
    let mut bench = Bench::new(0);
    let state = |text| Err(AckError::InvalidRecordState(text));
    let nothing = "Batch record not found. The request batch offsets are not found in the cache.";
    assert_eq!(bench.ack("a", &[ack(0, 4, &[1])]), state(nothing));
    bench.acquire("a", 5, LOG);
    assert_eq!(
        bench.ack("b", &[ack(0, 4, &[1])]),
        state("Member is not the owner of batch record")
    );
    let past = |text: &str| Err(AckError::InvalidRequest(text.into()));
    assert_eq!(
        bench.ack("a", &[ack(5, 6, &[1])]),
        past("Batch record not found. The first offset in request is past acquired records.")
    );
    assert_eq!(
        bench.ack("a", &[ack(0, 6, &[1])]),
        past("Batch record not found. The last offset in request is past acquired records.")
    );
    // All of it counts, or nothing.
    let twice = [ack(0, 1, &[1]), ack(1, 1, &[1])];
    assert_eq!(
        bench.ack("a", &twice),
        state("The offset cannot be acknowledged. The offset is not acquired.")
    );
    assert_eq!(bench.ack("b", &[ack(1, 1, &[1])]), state("Member is not the owner of offset"));
    assert!(bench.ack("a", &[ack(0, 4, &[1])]).is_ok());
    // What is done is done: no error, and nothing changes.
    assert_eq!(bench.ack("a", &[ack(0, 4, &[2])]), Ok(vec![]));
    assert_eq!(bench.ack("a", &[ack(5, 5, &[9])]), past("Invalid acknowledge type: [9]"));
}

#[test]
fn a_released_record_comes_again_until_the_limit() {
    let mut bench = Bench::new(0);
    bench.limits.delivery_count_max = 2;
    assert_eq!(bench.acquire("a", 5, LOG), [(0, 4, 1)]);
    bench.ack("a", &[ack(0, 4, &[2])]).unwrap();
    assert_eq!(bench.marks(), (0, 4, 0));
    assert_eq!(bench.acquire("b", 5, &LOG[..1]), [(0, 4, 2)]);
    let written = bench.ack("b", &[ack(0, 4, &[2])]).unwrap();
    assert_eq!(written[0].state, RecordState::Archived);
    assert_eq!(bench.marks(), (5, 5, 5));
}

#[test]
fn what_was_delivered_often_is_delivered_in_smaller_portions() {
    let mut bench = Bench::new(0);
    let log = &[(0, 15)];
    let mut sizes = Vec::new();
    for round in 0..12 {
        let taken = bench.acquire("a", 100, log);
        sizes.push(taken.iter().map(|(first, last, _)| last - first + 1).sum::<i64>());
        let now = 2000 * (round + 1);
        assert!(bench.expire(now) > 0);
    }
    // Half of the limit of five, rounded up: from the fourth delivery on.
    assert_eq!(sizes[..4], [16, 16, 16, 8]);
    assert!(sizes[4..].iter().all(|size| *size <= 8), "{sizes:?}");
}

#[test]
fn locks_end_and_are_renewed() {
    let mut bench = Bench::new(0);
    bench.acquire("a", 10, LOG);
    assert_eq!(bench.partition.next_deadline(), Some(1000));
    assert_eq!(bench.expire(999), 0);
    bench.ack("a", &[ack(3, 4, &[4])]).unwrap();
    assert_eq!(bench.expire(1000), 2);
    assert_eq!(bench.marks(), (0, 9, 0));
    assert_eq!(bench.partition.next_deadline(), Some(1999));
    assert_eq!(bench.acquire("b", 10, &LOG[..2]), [(0, 2, 2), (5, 9, 2)]);
    bench.ack("a", &[ack(3, 4, &[1])]).unwrap();
    bench.limits.may_renew = false;
    let no_renewal = "Renewing acquisition locks is not enabled for the group.";
    assert_eq!(bench.ack("b", &[ack(0, 1, &[4])]), Err(AckError::InvalidRecordState(no_renewal)));
}

#[test]
fn a_log_that_begins_later_takes_its_records_along() {
    let mut bench = Bench::new(0);
    bench.acquire("a", 5, LOG);
    bench.acquire("b", 5, LOG);
    bench.ack("a", &[ack(0, 4, &[2])]).unwrap();
    bench.partition.log_start_moved(7);
    assert_eq!(bench.marks(), (7, 9, 10));
    // What is before the start is archived when it is released, the rest is available.
    let changes = bench.partition.release(&LIMITS, "b");
    let states: Vec<_> =
        changes.batches.iter().map(|b| (b.first_offset, b.last_offset, b.state)).collect();
    assert_eq!(states, [(5, 6, RecordState::Archived), (7, 9, RecordState::Available)]);
    bench.partition.written(changes);
    assert_eq!(bench.acquire("a", 5, &LOG[1..2]), [(7, 9, 2)]);
    bench.partition.log_start_moved(30);
    assert_eq!(bench.marks(), (30, 30, 30));
}

#[test]
fn what_cannot_be_written_has_not_happened() {
    let mut bench = Bench::new(0);
    bench.acquire("a", 5, LOG);
    let changes = bench.partition.acknowledge(0, &LIMITS, "a", &[ack(0, 4, &[1, 2, 3, 0, 1])]);
    bench.partition.take_back(changes.unwrap());
    assert_eq!(bench.marks(), (0, 4, 5));
    assert!(bench.ack("b", &[ack(0, 0, &[1])]).is_err());
    assert!(bench.ack("a", &[ack(0, 4, &[1])]).is_ok());
    assert_eq!(bench.marks(), (5, 5, 5));
}

#[test]
fn gaps_in_what_was_written_are_filled() {
    let written = [
        StateBatch {
            first_offset: 5,
            last_offset: 9,
            state: RecordState::Acknowledged,
            delivery_count: 1,
        },
        StateBatch {
            first_offset: 15,
            last_offset: 19,
            state: RecordState::Available,
            delivery_count: 1,
        },
    ];
    let partition = SharePartition::new(0, 0, &written).unwrap();
    let mut bench = Bench { partition, limits: LIMITS, now: 0 };
    assert_eq!(bench.marks(), (0, 19, 0));
    assert_eq!(bench.acquire("a", 100, LOG), [(0, 4, 1), (10, 14, 1), (15, 19, 2)]);
    let before = StateBatch { first_offset: 3, ..written[0] };
    assert!(SharePartition::new(0, 4, &[before]).is_err());
    assert!(SharePartition::new(0, 0, &[written[1], written[0]]).is_err());
    let endless = StateBatch { last_offset: i64::MAX, ..written[0] };
    assert!(SharePartition::new(0, 0, &[endless]).is_err());
    assert!(SharePartition::new(0, i64::MAX, &[]).is_err());
}

#[test]
fn aborted_records_are_not_delivered() {
    let mut bench = Bench::new(0);
    let producer =
        |batch: FetchedBatch| FetchedBatch { producer_id: 9, is_transactional: true, ..batch };
    let marker = FetchedBatch { is_abort_marker: true, ..producer(fetched(10, 10)) };
    let batches = [fetched(0, 4), producer(fetched(5, 9)), marker];
    let ask = Acquire {
        member: "a",
        mode: AcquireMode::BatchOptimized,
        batch_size: 500,
        records_max: 100,
        fetch_offset: 0,
        batches: &batches,
        aborted: &[AbortedTransaction { producer_id: 9, first_offset: 5 }],
    };
    let taken = bench.partition.acquire(0, &LIMITS, &ask);
    let taken: Vec<_> = taken.iter().map(|a| (a.first_offset, a.last_offset)).collect();
    assert_eq!(taken, [(0, 4), (10, 10)]);
    // The marker is no record: the client says so.
    bench.ack("a", &[ack(0, 4, &[1]), ack(10, 10, &[0])]).unwrap();
    assert_eq!(bench.marks(), (11, 11, 11));
}

/// splitmix64.
struct Rng(u64);

impl Rng {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    /// The member was told that it counts: it never comes again.
    Accepted,
    Rejected,
    /// Delivered as often as it may be.
    Exhausted,
}

#[derive(Clone, Debug)]
struct Record {
    fate: Fate,
    deliveries: i16,
    holder: Option<(usize, i64)>,
}

const MEMBERS: [&str; 3] = ["one", "two", "three"];

/// Consumers, a log, a share partition and the share coordinator, with a model beside them.
struct World {
    rng: Rng,
    now: i64,
    log: Vec<(i64, i64)>,
    records: Vec<Record>,
    log_start: i64,
    states: ShareStates,
    key: Key,
    partition: SharePartition,
    limits: Limits,
    written: i64,
    steps: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let config =
            Config { partitions: 5, updates_per_snapshot: 7, cold_snapshot_interval_ms: 1000 };
        let key = Key { group: "g".into(), topic_id: Uuid([3; 16]), partition: 0 };
        let mut states = ShareStates::new(config);
        let begun = states.initialize(0, &key, 0, 0, &|_, _| true).unwrap();
        states.apply(0, &begun.key, begun.value.as_deref()).unwrap();
        let mut rng = Rng(seed);
        let limits = Limits {
            delivery_count_max: 2 + rng.below(4) as i16,
            records_max: 20 + rng.below(100) as i64,
            ..LIMITS
        };
        let partition = SharePartition::new(0, 0, &[]).unwrap();
        let (log, records) = (Vec::new(), Vec::new());
        World {
            rng,
            now: 0,
            log,
            records,
            log_start: 0,
            states,
            key,
            partition,
            limits,
            written: 0,
            steps: 0,
        }
    }

    fn record(&mut self, offset: i64) -> &mut Record {
        &mut self.records[usize::try_from(offset).unwrap()]
    }

    fn produce(&mut self) {
        let first = self.records.len() as i64;
        let count = 1 + self.rng.below(12);
        let open = Record { fate: Fate::Open, deliveries: 0, holder: None };
        self.records.extend((0..count).map(|_| open.clone()));
        self.log.push((first, first + count as i64 - 1));
    }

    fn acquire(&mut self) -> bool {
        let member = self.rng.below(MEMBERS.len() as u64) as usize;
        if !self.partition.can_acquire(&self.limits) {
            return false;
        }
        let fetch_offset = self.partition.next_fetch_offset();
        if fetch_offset < self.log_start {
            self.partition.log_start_moved(self.log_start);
            return true;
        }
        let read = 1 + self.rng.below(5) as usize;
        let batches: Vec<FetchedBatch> = self
            .log
            .iter()
            .filter(|(_, last)| *last >= fetch_offset)
            .take(read)
            .map(|(base, last)| fetched(*base, *last))
            .collect();
        let mode = match self.rng.chance(3) {
            true => AcquireMode::RecordLimit,
            false => AcquireMode::BatchOptimized,
        };
        let records_max = 1 + self.rng.below(30) as i64;
        let ask = Acquire {
            member: MEMBERS[member],
            mode,
            batch_size: 1 + self.rng.below(20) as i64,
            records_max,
            fetch_offset,
            batches: &batches,
            aborted: &[],
        };
        let taken = self.partition.acquire(self.now, &self.limits, &ask);
        let mut count = 0;
        for acquired in &taken {
            for offset in acquired.first_offset..=acquired.last_offset {
                count += 1;
                let (now, limit) = (self.now, self.limits.delivery_count_max);
                let record = self.record(offset);
                assert_eq!(record.fate, Fate::Open, "offset {offset} came again");
                assert!(record.holder.is_none(), "offset {offset} is held: {record:?} at {now}");
                record.deliveries += 1;
                assert_eq!(acquired.delivery_count, record.deliveries, "offset {offset}");
                assert!(record.deliveries <= limit, "offset {offset} came too often");
                record.holder = Some((member, now + 1000));
            }
        }
        assert!(mode != AcquireMode::RecordLimit || count <= records_max);
        !taken.is_empty()
    }

    /// Writes changes to the coordinator, and says whether it went well.
    fn write(&mut self, batches: &[StateBatch]) -> bool {
        if self.rng.chance(10) {
            return false;
        }
        let write = Write {
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: self.partition.start_offset(),
            delivery_complete_count: self.partition.delivery_complete_count(),
            batches: batches
                .iter()
                .map(|batch| Batch {
                    first_offset: batch.first_offset,
                    last_offset: batch.last_offset,
                    delivery_state: batch.state.id(),
                    delivery_count: batch.delivery_count,
                })
                .collect(),
        };
        let record = self.states.write(self.now, &self.key, &write, &|_, _| true).unwrap();
        self.written += 1;
        self.states.apply(self.written, &record.key, record.value.as_deref()).unwrap();
        true
    }

    fn let_go(&mut self, offset: i64) {
        let limit = self.limits.delivery_count_max;
        let record = self.record(offset);
        record.holder = None;
        if record.deliveries >= limit {
            record.fate = Fate::Exhausted;
        }
    }

    fn acknowledge(&mut self) {
        let member = self.rng.below(MEMBERS.len() as u64) as usize;
        let held: Vec<i64> = (0..self.records.len() as i64)
            .filter(|offset| {
                let record = &self.records[*offset as usize];
                record.holder.is_some_and(|(holder, _)| holder == member)
            })
            .collect();
        if held.is_empty() {
            return;
        }
        let from = self.rng.below(held.len() as u64) as usize;
        let count = 1 + self.rng.below(20) as usize;
        let meant: Vec<i64> = held.into_iter().skip(from).take(count).collect();
        let mut batches: Vec<AckBatch> = Vec::new();
        let word = [1, 1, 1, 2, 3, 4][self.rng.below(6) as usize];
        let mixed = self.rng.chance(2);
        for offset in &meant {
            let id = if mixed { [1, 1, 2, 3][self.rng.below(4) as usize] } else { word };
            match batches.last_mut() {
                Some(last) if last.last_offset + 1 == *offset => {
                    last.last_offset = *offset;
                    last.types.push(id);
                }
                _ => batches.push(ack(*offset, *offset, &[id])),
            }
        }
        if !mixed {
            batches.iter_mut().for_each(|batch| batch.types.truncate(1));
        }
        let now = self.now;
        let name = MEMBERS[member];
        let changes = self.partition.acknowledge(now, &self.limits, name, &batches);
        let start = self.partition.start_offset();
        let changes = changes.unwrap_or_else(|error| panic!("{batches:?} of {name}: {error}"));
        if !changes.is_empty() && !self.write(&changes.batches) {
            // Nobody is told that it counts, so it does not; a renewal needs no writing.
            self.partition.take_back(changes);
            return;
        }
        self.partition.written(changes);
        for batch in &batches {
            for offset in batch.first_offset..=batch.last_offset {
                let at = (offset - batch.first_offset) as usize;
                let id = batch.types[if batch.types.len() == 1 { 0 } else { at }];
                match id {
                    _ if offset < start => self.record(offset).holder = None,
                    4 => self.record(offset).holder = Some((member, now + 1000)),
                    2 => self.let_go(offset),
                    1 => {
                        *self.record(offset) =
                            Record { fate: Fate::Accepted, deliveries: 0, holder: None };
                    }
                    _ => {
                        *self.record(offset) =
                            Record { fate: Fate::Rejected, deliveries: 0, holder: None };
                    }
                }
            }
        }
    }

    fn expire(&mut self) {
        let changes = self.partition.expire_locks(self.now, &self.limits);
        if !changes.is_empty() {
            let batches = changes.batches.clone();
            // It counts in memory whether or not it is written.
            self.write(&batches);
            self.partition.written(changes);
        }
        let now = self.now;
        for offset in 0..self.records.len() as i64 {
            if self.record(offset).holder.is_some_and(|(_, until)| until <= now) {
                self.let_go(offset);
            }
        }
    }

    fn leave(&mut self) {
        let member = self.rng.below(MEMBERS.len() as u64) as usize;
        let changes = self.partition.release(&self.limits, MEMBERS[member]);
        if changes.is_empty() {
            return;
        }
        if !self.write(&changes.batches) {
            self.partition.take_back(changes);
            return;
        }
        self.partition.written(changes);
        for offset in 0..self.records.len() as i64 {
            if self.record(offset).holder.is_some_and(|(holder, _)| holder == member) {
                self.let_go(offset);
            }
        }
    }

    /// The broker goes away and comes back: what is remembered is what counts.
    fn crash(&mut self) {
        let state = self.states.get(&self.key).unwrap().clone();
        let batches: Vec<StateBatch> = state
            .batches
            .iter()
            .map(|batch| StateBatch {
                first_offset: batch.first_offset,
                last_offset: batch.last_offset,
                state: RecordState::of(batch.delivery_state).unwrap(),
                delivery_count: batch.delivery_count,
            })
            .collect();
        self.partition = SharePartition::new(0, state.start_offset, &batches).unwrap();
        for offset in 0..self.records.len() as i64 {
            let remembered =
                batches.iter().find(|b| (b.first_offset..=b.last_offset).contains(&offset));
            let log_start = self.log_start;
            let record = self.record(offset);
            record.holder = None;
            // Deliveries that nothing was written of are forgotten.
            if matches!(record.fate, Fate::Open | Fate::Exhausted) {
                record.deliveries = remembered.map_or(0, |batch| batch.delivery_count);
                let is_done = offset < state.start_offset.max(log_start)
                    || remembered.is_some_and(|batch| batch.state.is_terminal());
                record.fate = if is_done { Fate::Exhausted } else { Fate::Open };
            }
        }
    }

    fn delete_records(&mut self) {
        let start = self.partition.start_offset();
        let (first, last) = match self.log.iter().find(|(first, _)| *first > start) {
            Some(batch) => *batch,
            None => return,
        };
        self.log_start = first;
        self.log.retain(|(base, _)| *base >= first);
        assert!(last >= first);
        for offset in 0..first {
            let record = self.record(offset);
            // Whoever holds one still does, but nobody gets it again.
            if record.fate == Fate::Open {
                record.fate = Fate::Exhausted;
            }
        }
        // The next fetch finds out.
        self.partition.log_start_moved(self.log_start);
    }

    fn step(&mut self) {
        let start = self.partition.start_offset();
        self.steps += 1;
        let mut crashed = false;
        match self.rng.below(100) {
            0..=19 => self.produce(),
            20..=54 => {
                self.acquire();
            }
            55..=84 => self.acknowledge(),
            85..=91 => self.now += self.rng.below(700) as i64,
            92..=94 => self.leave(),
            95 => {
                self.crash();
                crashed = true;
            }
            96 if self.rng.chance(4) => self.delete_records(),
            _ => self.expire(),
        }
        // Locks end before anybody looks again, as a timer has it.
        self.expire();
        assert!(crashed || self.partition.start_offset() >= start, "the start went back");
    }

    /// Everybody accepts what comes, and nothing is left.
    fn drain(&mut self) {
        for _ in 0..100_000 {
            self.now += 1001;
            self.expire();
            if !self.acquire() && self.partition.next_fetch_offset() >= self.records.len() as i64 {
                break;
            }
            for (member, name) in MEMBERS.iter().enumerate() {
                let held: Vec<i64> = (0..self.records.len() as i64)
                    .filter(|offset| {
                        let holder = self.records[*offset as usize].holder;
                        holder.is_some_and(|(holder, _)| holder == member)
                    })
                    .collect();
                for offset in held {
                    let batch = [ack(offset, offset, &[1])];
                    let changes =
                        self.partition.acknowledge(self.now, &self.limits, name, &batch).unwrap();
                    self.partition.written(changes);
                    *self.record(offset) =
                        Record { fate: Fate::Accepted, deliveries: 0, holder: None };
                }
            }
        }
        for (offset, record) in self.records.iter().enumerate() {
            assert_ne!(record.fate, Fate::Open, "offset {offset} was skipped");
        }
    }
}

#[test]
fn by_chance_nobody_holds_what_another_holds_and_nothing_is_lost() {
    let seeds = match std::env::var("RK_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..25).collect(),
    };
    for seed in seeds {
        let mut world = World::new(seed);
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..600 {
                world.step();
            }
            world.drain();
        }));
        if let Err(panic) = run {
            let text = panic.downcast_ref::<String>().map_or("", String::as_str);
            panic!("RK_SEED={seed}, step {}: {text}", world.steps);
        }
    }
}
