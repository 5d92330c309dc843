//! Kafka's tables of the transaction coordinator, row by row.

use rk::broker::coord::txn::{Config, Producer, State};
use rk::wire::ErrorCode;

use super::desk::Desk;

const MINUTE_MS: i32 = 60_000;

fn old(producer: Producer, steps: i16) -> Producer {
    Producer { epoch: producer.epoch - steps, ..producer }
}

/// Brings `x` into a state, and returns its producer of that moment. With `version` 2 by the
/// newer protocol.
fn bring(desk: &mut Desk, state: State, version: i16) -> Producer {
    let producer = desk.init("x", MINUTE_MS, None).unwrap();
    if state == State::Empty {
        return producer;
    }
    desk.add("x", producer, ("t", 0), version).unwrap();
    let commit = matches!(state, State::PrepareCommit | State::CompleteCommit);
    desk.deaf = matches!(state, State::PrepareCommit | State::PrepareAbort);
    match state {
        State::Ongoing => producer,
        _ => desk.end("x", producer, commit, version).unwrap().unwrap_or(producer),
    }
}

/// `TransactionState.validPreviousStates`, and the numbers and names that the log and the tools
/// know the states by.
#[test]
fn a_state_follows_only_on_those_that_kafka_allows() {
    let rows = [
        (0, "Empty", "Empty CompleteCommit CompleteAbort"),
        (1, "Ongoing", "Ongoing Empty CompleteCommit CompleteAbort"),
        (2, "PrepareCommit", "Ongoing"),
        (3, "PrepareAbort", "Ongoing PrepareEpochFence Empty CompleteCommit CompleteAbort"),
        (4, "CompleteCommit", "PrepareCommit"),
        (5, "CompleteAbort", "PrepareAbort"),
        (6, "Dead", "Empty CompleteCommit CompleteAbort"),
        (7, "PrepareEpochFence", "Ongoing"),
    ];
    for (state, (id, name, previous)) in State::ALL.into_iter().zip(rows) {
        assert_eq!((state.id(), state.name()), (id, name));
        assert_eq!((State::of_id(id), State::of_name(name)), (Some(state), Some(state)));
        let names: Vec<_> = state.previous().iter().map(|state| state.name()).collect();
        assert_eq!(names.join(" "), previous, "{name}");
    }
    assert_eq!((State::of_id(8), State::of_id(-1), State::of_name("empty")), (None, None, None));
}

#[test]
fn the_newer_protocol_tells_a_retry_from_the_next_end_by_its_epoch() {
    use ErrorCode as E;
    let fenced = Err(E::PRODUCER_FENCED);
    let invalid = Err(E::INVALID_TXN_STATE);
    let concurrent = Err(E::CONCURRENT_TRANSACTIONS);
    // A retry has the epoch from before; its answer is the present one. An end brings the next.
    let (again, next) = (Ok(0), Ok(1));
    let rows = [
        // state, abort again, abort, commit again, commit. What is on its way is pending.
        (State::Empty, fenced, next, fenced, invalid),
        (State::Ongoing, fenced, next, fenced, next),
        (State::PrepareCommit, concurrent, fenced, concurrent, fenced),
        (State::PrepareAbort, concurrent, fenced, concurrent, fenced),
        (State::CompleteCommit, invalid, next, again, invalid),
        (State::CompleteAbort, again, next, invalid, invalid),
    ];
    for (state, abort_again, abort, commit_again, commit) in rows {
        let cases = [
            (false, 1, abort_again),
            (false, 0, abort),
            (true, 1, commit_again),
            (true, 0, commit),
        ];
        for (is_commit, steps, expected) in cases {
            let mut desk = Desk::new(Config::default());
            let producer = bring(&mut desk, state, 2);
            assert_eq!(desk.state("x"), state.name());
            let answer = desk.end("x", old(producer, steps), is_commit, 2);
            let answer = answer.map(|now| now.unwrap().epoch - producer.epoch);
            assert_eq!(answer, expected, "{state:?}, commit {is_commit}, {steps} behind");
        }
    }
}

#[test]
fn the_older_protocol_takes_the_present_epoch_only() {
    use ErrorCode as E;
    let (done, invalid) = (Ok(None), Err(E::INVALID_TXN_STATE));
    let concurrent = Err(E::CONCURRENT_TRANSACTIONS);
    let rows = [
        (State::Empty, invalid, invalid),
        (State::Ongoing, done, done),
        (State::PrepareCommit, invalid, concurrent),
        (State::PrepareAbort, concurrent, invalid),
        (State::CompleteCommit, invalid, done),
        (State::CompleteAbort, done, invalid),
    ];
    for (state, abort, commit) in rows {
        for (is_commit, expected) in [(false, abort), (true, commit)] {
            let mut desk = Desk::new(Config::default());
            let producer = bring(&mut desk, state, 0);
            // What is on its way out is pending, and Kafka says so first.
            let expected = match state {
                State::PrepareCommit | State::PrepareAbort => concurrent,
                _ => expected,
            };
            assert_eq!(desk.end("x", producer, is_commit, 0), expected, "{state:?} {is_commit}");
            for other in [old(producer, 1), Producer { epoch: producer.epoch + 1, ..producer }] {
                assert_eq!(desk.end("x", other, is_commit, 0), Err(E::PRODUCER_FENCED));
            }
            let stranger = Producer { id: 7, ..producer };
            assert_eq!(desk.end("x", stranger, is_commit, 0), Err(E::INVALID_PRODUCER_ID_MAPPING));
        }
    }
}

#[test]
fn a_producer_that_comes_again_gets_its_next_epoch_and_fences_the_one_before() {
    let mut desk = Desk::new(Config::default());
    let first = desk.init("x", MINUTE_MS, None).unwrap();
    assert_eq!((first.id, first.epoch), (100, 0));
    // It goes on after an error, and asks twice as the answer is lost.
    let second = desk.init("x", MINUTE_MS, Some(first)).unwrap();
    assert_eq!(second, Producer { epoch: 1, ..first });
    assert_eq!(desk.init("x", MINUTE_MS, Some(first)), Ok(second));
    // Another one comes: neither of the two is known any more.
    let third = desk.init("x", MINUTE_MS, None).unwrap();
    assert_eq!(third.epoch, 2);
    for gone in [first, second, Producer { id: 5, epoch: 2 }] {
        let error = desk.init("x", MINUTE_MS, Some(gone));
        assert_eq!(error, Err(ErrorCode::PRODUCER_FENCED), "{gone:?}");
    }
    assert_eq!(desk.add("x", second, ("t", 0), 2), Err(ErrorCode::PRODUCER_FENCED));
    // One that comes in the middle of a transaction has to wait for its abort.
    desk.add("x", third, ("t", 0), 2).unwrap();
    let waits = desk.init("x", MINUTE_MS, None);
    assert_eq!(waits, Err(ErrorCode::CONCURRENT_TRANSACTIONS));
    assert_eq!(desk.state("x"), "CompleteAbort");
    let markers = desk.markers.pop().unwrap();
    assert_eq!((markers.commit, markers.producer.epoch, markers.version), (false, 3, 2));
    assert_eq!(desk.init("x", MINUTE_MS, None).unwrap().epoch, 4);
    for timeout in [0, -1, 900_001] {
        let error = desk.init("y", timeout, None);
        assert_eq!(error, Err(ErrorCode::INVALID_TRANSACTION_TIMEOUT));
    }
    assert_eq!(desk.init("", MINUTE_MS, None), Err(ErrorCode::INVALID_REQUEST));
    let long = "x".repeat(40_000);
    assert_eq!(desk.init(&long, MINUTE_MS, None), Err(ErrorCode::INVALID_REQUEST));
}

#[test]
fn epochs_that_are_used_up_bring_another_producer_id() {
    // By the newer protocol each transaction takes an epoch.
    let mut desk = Desk::new(Config::default());
    let mut producer = desk.init("x", MINUTE_MS, None).unwrap();
    for _ in 0..i16::MAX - 1 {
        producer = desk.end("x", producer, false, 2).unwrap().unwrap();
    }
    let last = producer;
    assert_eq!((last.id, last.epoch), (100, i16::MAX - 1));
    desk.add("x", last, ("t", 0), 2).unwrap();
    let next = desk.end("x", last, true, 2).unwrap().unwrap();
    assert_eq!((next.id, next.epoch), (101, 0));
    assert_eq!(desk.markers.last().unwrap().producer, Producer { id: 100, epoch: i16::MAX });
    // Its answer is lost.
    assert_eq!(desk.end("x", last, true, 2), Ok(Some(next)));
    desk.add("x", next, ("t", 0), 2).unwrap();
    // By the older one each producer takes one.
    let mut desk = Desk::new(Config::default());
    for epoch in 0..i16::MAX {
        let producer = desk.init("x", MINUTE_MS, None).unwrap();
        assert_eq!(producer.epoch, epoch);
    }
    let last = Producer { id: 100, epoch: i16::MAX - 1 };
    let next = desk.init("x", MINUTE_MS, Some(last)).unwrap();
    assert_eq!((next.id, next.epoch), (101, 0));
    assert_eq!(desk.init("x", MINUTE_MS, Some(last)), Ok(next));
}

#[test]
fn what_takes_too_long_is_aborted_and_what_nobody_uses_is_forgotten() {
    for version in [0, 2] {
        let mut desk = Desk::new(Config { version, ..Config::default() });
        let producer = desk.init("x", 5_000, None).unwrap();
        desk.add("x", producer, ("t", 0), version).unwrap();
        desk.pass(5_000);
        desk.pass(5_000);
        assert_eq!(desk.state("x"), "CompleteAbort", "after two rounds of ten seconds");
        assert_eq!(
            desk.end("x", producer, true, version),
            Err(match version {
                0 => ErrorCode::PRODUCER_FENCED,
                // By its epoch it could be an end whose answer was lost.
                _ => ErrorCode::INVALID_TXN_STATE,
            })
        );
        assert_eq!(desk.add("x", producer, ("t", 0), version), Err(ErrorCode::PRODUCER_FENCED));
        desk.pass(7 * 24 * 3_600_000 - 100_000);
        assert_eq!(desk.error("x"), ErrorCode::NONE);
        desk.pass(3_600_000);
        assert_eq!(desk.error("x"), ErrorCode::TRANSACTIONAL_ID_NOT_FOUND);
        assert_eq!(desk.log.last().unwrap().value, None);
        desk.restart();
        assert_eq!(desk.error("x"), ErrorCode::TRANSACTIONAL_ID_NOT_FOUND);
    }
}

#[test]
fn an_end_that_is_decided_is_finished_after_a_restart() {
    for commit in [true, false] {
        let mut desk = Desk::new(Config::default());
        let producer = desk.init("x", MINUTE_MS, None).unwrap();
        desk.add("x", producer, ("t", 0), 2).unwrap();
        desk.deaf = true;
        let next = desk.end("x", producer, commit, 2).unwrap().unwrap();
        assert_eq!(desk.add("x", next, ("t", 1), 2), Err(ErrorCode::CONCURRENT_TRANSACTIONS));
        // It is tried again, before and after a restart.
        desk.pass(1_000);
        assert_eq!(desk.markers.len(), 2);
        desk.deaf = false;
        desk.restart();
        assert_eq!(desk.state("x"), if commit { "CompleteCommit" } else { "CompleteAbort" });
        let markers = desk.markers.last().unwrap();
        assert_eq!((markers.commit, markers.producer), (commit, next));
        assert_eq!(markers.partitions.iter().collect::<Vec<_>>(), [("t", 0)]);
        // The answer was lost, too: the epoch tells what it was for.
        assert_eq!(desk.end("x", producer, commit, 2), Ok(Some(next)));
        desk.add("x", next, ("t", 1), 2).unwrap();
    }
}

#[test]
fn what_cannot_be_written_has_not_happened() {
    let mut desk = Desk::new(Config::default());
    let failed = Err(ErrorCode::NOT_COORDINATOR);
    desk.append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(desk.init("x", MINUTE_MS, None), failed.map(|()| unreachable!()));
    assert_eq!(desk.error("x"), ErrorCode::TRANSACTIONAL_ID_NOT_FOUND);
    desk.append = Ok(());
    let producer = desk.init("x", MINUTE_MS, None).unwrap();
    desk.append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(desk.add("x", producer, ("t", 0), 2), failed);
    assert_eq!(desk.state("x"), "Empty");
    desk.append = Ok(());
    desk.add("x", producer, ("t", 0), 2).unwrap();
    desk.append = Err(ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(desk.end("x", producer, true, 2), Err(ErrorCode::NOT_COORDINATOR));
    assert_eq!((desk.state("x").as_str(), desk.markers.len()), ("Ongoing", 0));
    desk.append = Ok(());
    desk.end("x", producer, true, 2).unwrap();
    assert_eq!(desk.state("x"), "CompleteCommit");
}
