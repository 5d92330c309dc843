//! The share partition by hand: Kafka's rules one by one.

use super::*;

pub(super) const LIMITS: Limits =
    Limits { delivery_count_max: 5, records_max: 200, lock_duration_ms: 1000, may_renew: true };

pub(super) fn fetched(base_offset: i64, last_offset: i64) -> FetchedBatch {
    FetchedBatch {
        base_offset,
        last_offset,
        producer_id: -1,
        is_transactional: false,
        is_abort_marker: false,
    }
}

pub(super) fn ack(first_offset: i64, last_offset: i64, types: &[i8]) -> AckBatch {
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
