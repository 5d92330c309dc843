//! EndTxn: a transaction is committed or aborted, and every partition is told.
//!
//! With transaction version 2 (EndTxn from version 5 on) each end moves the producer's epoch on,
//! so that a retry shows by its epoch, and an abort without any partition is allowed:
//!
//! |                | Abort, retry | Abort      | Commit, retry | Commit            |
//! |----------------|--------------|------------|---------------|-------------------|
//! | Empty          | fenced       | new epoch  | fenced        | INVALID_TXN_STATE |
//! | CompleteAbort  | done already | new epoch  | INVALID_…     | INVALID_TXN_STATE |
//! | CompleteCommit | INVALID_…    | new epoch  | done already  | INVALID_TXN_STATE |
//!
//! Before, the epoch must be the present one; Empty has no end, and the two others only their own.

use super::metadata::{BUMPS_SINCE, Facts, NO_EPOCH, NONE, Places, is_exhausted};
use super::partitions::Whose;
use super::state::State;
use super::{
    After, Asker, Completing, Entry, Marked, Markers, Out, Producer, Reply, Timer, Transactions,
};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Ticket};
use crate::wire::ErrorCode;

/// How long a marker, or the record of the end, that could not be written waits to be tried
/// again.
const RETRY_MS: Millis = 100;

impl Transactions {
    /// EndTxn. `version` is the transaction version of the client.
    pub fn end_transaction(
        &mut self,
        now: Millis,
        ticket: Ticket,
        whose: Whose<'_>,
        commit: bool,
        version: i16,
        out: &mut Out,
    ) {
        let id = whose.transactional_id;
        let planned = match self.entries.get(id) {
            _ if id.is_empty() => Err(ErrorCode::INVALID_REQUEST),
            None => Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING),
            Some(entry) if version >= BUMPS_SINCE => plan(entry, whose.producer, commit),
            Some(entry) => plan_before_bumps(entry, whose.producer, commit),
        };
        let asker = Asker::End { ticket, version };
        let begun = match planned {
            Ok(Plan::End) => self.begin_end(now, id, commit, version, asker, out),
            Ok(Plan::Done(producer)) => {
                let producer = (version >= BUMPS_SINCE).then_some(producer);
                out.push(Effect::Reply(ticket, Reply::Ended(Ok(producer))));
                Ok(())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = begun {
            out.push(Effect::Reply(ticket, Reply::Ended(Err(error))));
        }
    }

    /// Decides the end. With transaction version 2 it brings a new producer id where the epochs
    /// of this one are used up.
    fn begin_end(
        &mut self,
        now: Millis,
        id: &str,
        commit: bool,
        version: i16,
        asker: Asker,
        out: &mut Out,
    ) -> Result<(), ErrorCode> {
        let Some(entry) = self.entries.get(id) else { return Ok(()) };
        let needs_id = version >= BUMPS_SINCE && is_exhausted(entry.facts.epoch);
        let next_id = if needs_id { (self.ids)()? } else { NONE };
        let next = entry.facts.prepared(commit, version, next_id, now);
        let fences = matches!(asker, Asker::Init(_) | Asker::Nobody);
        self.append(id, next, After::Prepared { asker, fences }, out);
        Ok(())
    }
}

/// Aborts an ongoing transaction for a newer producer, or because its time is over. Its producer
/// has no part in it, so the epoch moves on in any case.
pub(super) fn fence(
    all: &mut Transactions,
    now: Millis,
    id: &str,
    asker: Asker,
    out: &mut Out,
) -> Result<(), ErrorCode> {
    let version = all.config.version;
    if version >= BUMPS_SINCE {
        return all.begin_end(now, id, false, version, asker, out);
    }
    let Some(entry) = all.entries.get_mut(id) else { return Ok(()) };
    if !entry.fence_failed {
        entry.facts.epoch = entry.facts.epoch.saturating_add(1);
    }
    entry.facts.last_epoch = NO_EPOCH;
    all.begin_end(now, id, false, 0, asker, out)
}

/// What an EndTxn comes to.
enum Plan {
    End,
    /// It has been done before: this is who the producer is since.
    Done(Producer),
}

fn plan(entry: &Entry, producer: Producer, commit: bool) -> Result<Plan, ErrorCode> {
    use State::{
        CompleteAbort, CompleteCommit, Dead, Empty, Ongoing, PrepareAbort, PrepareCommit,
        PrepareEpochFence,
    };
    let facts = &entry.facts;
    // The answer to the last end got lost, and with it the new id or the new epoch.
    let new_id = facts.previous_producer_id == producer.id
        && producer.epoch == i16::MAX - 1
        && facts.epoch == 0;
    let new_epoch = i32::from(facts.epoch) == i32::from(producer.epoch) + 1;
    if facts.producer_id != producer.id && !new_id {
        return Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    }
    let is_current = producer.epoch == facts.epoch;
    let is_valid = match facts.state {
        Ongoing | Empty | Dead | PrepareEpochFence => is_current,
        PrepareCommit | PrepareAbort => new_epoch,
        CompleteCommit | CompleteAbort => is_current || new_epoch || new_id,
    };
    if !is_valid {
        return Err(ErrorCode::PRODUCER_FENCED);
    }
    if entry.pending.is_some() {
        return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
    }
    let is_retry = new_epoch || new_id;
    match (facts.state, commit) {
        (Ongoing, _) | (Empty, false) => Ok(Plan::End),
        (CompleteCommit | CompleteAbort, false) if !is_retry => Ok(Plan::End),
        (CompleteCommit, true) | (CompleteAbort, false) if is_retry => Ok(Plan::Done(now(facts))),
        (PrepareCommit, true) | (PrepareAbort, false) => Err(ErrorCode::CONCURRENT_TRANSACTIONS),
        (Dead | PrepareEpochFence, _) => Err(ErrorCode::UNKNOWN_SERVER_ERROR),
        _ => Err(ErrorCode::INVALID_TXN_STATE),
    }
}

fn plan_before_bumps(entry: &Entry, producer: Producer, commit: bool) -> Result<Plan, ErrorCode> {
    let facts = &entry.facts;
    if facts.producer_id != producer.id {
        return Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    }
    if facts.epoch != producer.epoch {
        return Err(ErrorCode::PRODUCER_FENCED);
    }
    if entry.pending.is_some() {
        return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
    }
    match (facts.state, commit) {
        (State::Ongoing, _) => Ok(Plan::End),
        (State::CompleteCommit, true) | (State::CompleteAbort, false) => Ok(Plan::Done(now(facts))),
        (State::PrepareCommit, true) | (State::PrepareAbort, false) => {
            Err(ErrorCode::CONCURRENT_TRANSACTIONS)
        }
        (State::Dead | State::PrepareEpochFence, _) => Err(ErrorCode::UNKNOWN_SERVER_ERROR),
        _ => Err(ErrorCode::INVALID_TXN_STATE),
    }
}

fn now(facts: &Facts) -> Producer {
    Producer { id: facts.producer_id, epoch: facts.epoch }
}

/// The end is decided, and in the log: whoever asked is told, and the partitions are next.
pub(super) fn prepared(
    all: &mut Transactions,
    now: Millis,
    id: &str,
    asker: Asker,
    result: Result<(), ErrorCode>,
    out: &mut Out,
) {
    if result.is_ok() {
        begin_completion(all, now, id);
    }
    let entry = all.entries.get(id);
    let completing = entry.and_then(|entry| entry.completing.as_ref());
    let next = completing.map(|completing| Producer {
        id: completing.facts.producer_id,
        epoch: completing.facts.epoch,
    });
    match asker {
        Asker::Nobody => {}
        Asker::End { ticket, version } => {
            let result = result.map(|()| next.filter(|_| version >= BUMPS_SINCE));
            out.push(Effect::Reply(ticket, Reply::Ended(result)));
        }
        Asker::Init(ticket) => {
            let error = result.err().unwrap_or(ErrorCode::CONCURRENT_TRANSACTIONS);
            out.push(Effect::Reply(ticket, Reply::Init(Err(error))));
        }
    }
    if result.is_ok() {
        go_on(all, id, out);
    }
}

/// Makes ready what completes an end that is decided.
pub(super) fn begin_completion(all: &mut Transactions, now: Millis, id: &str) {
    let Some(entry) = all.entries.get_mut(id) else { return };
    entry.fence_failed = false;
    let facts = entry.facts.completed(now);
    entry.pending = Some(facts.state);
    let left = entry.facts.partitions.clone();
    entry.completing = Some(Completing { facts, left, is_under_way: false });
}

/// Does the next thing for an end that is decided: the markers; and when every partition has its
/// own, the record that says so.
pub(super) fn go_on(all: &mut Transactions, id: &str, out: &mut Out) {
    let decided_in = all.partition_of(id);
    let Some(entry) = all.entries.get_mut(id) else { return };
    let Some(completing) = &mut entry.completing else { return };
    if completing.is_under_way {
        return;
    }
    completing.is_under_way = true;
    if completing.left.is_empty() {
        let facts = completing.facts.clone();
        return all.append(id, facts, After::Completed, out);
    }
    out.push(Effect::Do(Markers {
        transactional_id: id.to_owned(),
        decided_in,
        producer: Producer { id: entry.facts.producer_id, epoch: entry.facts.epoch },
        commit: entry.facts.state == State::PrepareCommit,
        version: entry.facts.client_version,
        partitions: completing.left.clone(),
    }));
}

/// The partitions have their markers, or some have not.
pub(super) fn marked(all: &mut Transactions, now: Millis, marked: Marked, out: &mut Out) {
    let Marked { transactional_id: id, producer, failed } = marked;
    let Some(entry) = all.entries.get_mut(&id) else { return };
    let is_of_now = producer.id == entry.facts.producer_id && producer.epoch == entry.facts.epoch;
    let Some(completing) = entry.completing.as_mut().filter(|_| is_of_now) else { return };
    completing.is_under_way = false;
    completing.left = failed;
    if completing.left == Places::default() {
        go_on(all, &id, out);
    } else {
        all.timers.set(Timer::Retry { id }, now.saturating_add(RETRY_MS));
    }
}

/// The record that a transaction is over is written, or has to be tried again.
pub(super) fn completed(all: &mut Transactions, now: Millis, id: &str, is_written: bool) {
    let Some(entry) = all.entries.get_mut(id) else { return };
    if is_written {
        entry.completing = None;
    } else if let Some(completing) = &mut entry.completing {
        completing.is_under_way = false;
        all.timers.set(Timer::Retry { id: id.to_owned() }, now.saturating_add(RETRY_MS));
    }
}
