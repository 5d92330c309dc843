//! The share partition by chance: hours of consumers that acquire, acknowledge, crash and forget,
//! over what the share coordinator remembers, with a model beside them.

use super::tests::{LIMITS, ack, fetched};
use super::*;
use crate::base::ids::Uuid;
use crate::broker::coord::share::state::{Batch, Config, Key, ShareStates, Write};

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
        let config = Config {
            partitions: 5,
            updates_per_snapshot: 7,
            cold_snapshot_interval_ms: 1000,
            states_max: 1000,
            bytes_max: usize::MAX,
        };
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
