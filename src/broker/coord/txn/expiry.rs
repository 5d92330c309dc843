//! What happens by itself as time passes: transactions time out, transactional ids expire, and
//! what a restart has found unfinished is finished.

use std::collections::BTreeMap;

use super::state::State;
use super::{Append, Asker, Out, Timer, Transactions, end, records};
use crate::base::clock::Millis;
use crate::broker::coord::effects::Effect;

/// How many transactional ids one batch forgets.
const BATCH_RECORDS_MAX: usize = 1000;

/// The log has been read. Where an end was decided, the partitions are told again: some may know
/// already, and one marker more does no harm.
pub(super) fn loaded(all: &mut Transactions, now: Millis, out: &mut Out) {
    schedule(all, Timer::Abort, now);
    schedule(all, Timer::Expire, now);
    let prepared = all.entries.iter().filter(|(_, entry)| entry.facts.state.is_prepared());
    let ids: Vec<String> = prepared.map(|(id, _)| id.clone()).collect();
    for id in ids {
        end::begin_completion(all, now, &id);
        end::go_on(all, &id, out);
    }
}

fn schedule(all: &mut Transactions, timer: Timer, now: Millis) {
    let interval_ms = match timer {
        Timer::Abort => all.config.abort_interval_ms,
        Timer::Expire => all.config.expiry_interval_ms,
        Timer::Retry { .. } => return,
    };
    all.timers.set(timer, now.saturating_add(interval_ms.max(1)));
}

/// Does all that is due.
pub(super) fn tick(all: &mut Transactions, now: Millis, out: &mut Out) {
    while let Some(timer) = all.timers.expired(now) {
        match &timer {
            Timer::Abort => abort_timed_out(all, now, out),
            Timer::Expire => expire(all, now, out),
            Timer::Retry { id } => end::go_on(all, id, out),
        }
        schedule(all, timer, now);
    }
}

fn abort_timed_out(all: &mut Transactions, now: Millis, out: &mut Out) {
    let timed_out = all.entries.iter().filter(|(_, entry)| {
        let facts = &entry.facts;
        facts.state == State::Ongoing
            && entry.pending.is_none()
            && facts.start_ms.saturating_add(i64::from(facts.timeout_ms)) < now
    });
    let ids: Vec<String> = timed_out.map(|(id, _)| id.clone()).collect();
    for id in ids {
        if let Err(error) = end::fence(all, now, &id, Asker::Nobody, out) {
            // There is no producer id to be had. It is tried again at the next round.
            tracing::warn!(id, ?error, "a transaction that has timed out cannot be aborted");
        }
    }
}

/// Forgets the transactional ids that nobody has used for long.
fn expire(all: &mut Transactions, now: Millis, out: &mut Out) {
    let mut expired: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for (id, entry) in &all.entries {
        let is_old = entry.facts.updated_ms <= now.saturating_sub(all.config.id_expiration_ms);
        if is_old && entry.facts.state.is_at_rest() && entry.pending.is_none() {
            expired.entry(all.partition_of(id)).or_default().push(id.clone());
        }
    }
    for (partition, ids) in expired {
        for ids in ids.chunks(BATCH_RECORDS_MAX) {
            for id in ids {
                if let Some(entry) = all.entries.get_mut(id) {
                    entry.pending = Some(State::Dead);
                }
            }
            let records = ids.iter().map(|id| records::tombstone(id)).collect();
            let token = all.next_token;
            all.next_token += 1;
            all.appends.insert(token, Append::Expiry { ids: ids.to_vec() });
            out.push(Effect::Append { token, partition, records, within: None });
        }
    }
}

/// Transactional ids have been forgotten, or could not be.
pub(super) fn forgotten(all: &mut Transactions, ids: &[String], is_written: bool) {
    for id in ids {
        if is_written {
            all.entries.remove(id);
        } else if let Some(entry) = all.entries.get_mut(id) {
            entry.pending = None;
        }
    }
}
