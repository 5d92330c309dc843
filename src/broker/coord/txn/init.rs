//! InitProducerId: a producer takes its transactional id, and whoever had it before is fenced.

use super::metadata::{Facts, NO_EPOCH, is_exhausted};
use super::records::ID_BYTES_MAX;
use super::state::State;
use super::{After, Asker, Entry, Out, Producer, Reply, Transactions, end};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Ticket};
use crate::wire::ErrorCode;

/// What a producer asks for.
#[derive(Clone, Copy, Debug)]
pub struct Init<'a> {
    pub transactional_id: &'a str,
    pub timeout_ms: i32,
    /// Who the producer says it is, if it goes on after an error (KIP-360).
    pub expected: Option<Producer>,
}

impl Transactions {
    /// InitProducerId with a transactional id.
    pub fn init(&mut self, now: Millis, ticket: Ticket, ask: Init<'_>, out: &mut Out) {
        if let Err(error) = self.try_init(now, ticket, ask, out) {
            out.push(Effect::Reply(ticket, Reply::Init(Err(error))));
        }
    }

    fn try_init(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: Init<'_>,
        out: &mut Out,
    ) -> Result<(), ErrorCode> {
        let id = ask.transactional_id;
        if id.is_empty() || id.len() > ID_BYTES_MAX {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        if ask.timeout_ms <= 0 || ask.timeout_ms > self.config.max_timeout_ms {
            return Err(ErrorCode::INVALID_TRANSACTION_TIMEOUT);
        }
        if !self.entries.contains_key(id) {
            if self.entries.len() >= self.config.ids_max {
                return Err(ErrorCode::POLICY_VIOLATION);
            }
            let facts = Facts::new((self.ids)()?, ask.timeout_ms, now);
            self.entries.insert(id.to_owned(), Entry::new(facts));
        }
        let Some(entry) = self.entries.get(id) else { return Ok(()) };
        if entry.pending.is_some() {
            return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
        }
        let facts = &entry.facts;
        if !ask.expected.is_none_or(|expected| may_be(facts, expected)) {
            return Err(ErrorCode::PRODUCER_FENCED);
        }
        let expected_epoch = ask.expected.map(|expected| expected.epoch);
        match facts.state {
            State::PrepareCommit | State::PrepareAbort => Err(ErrorCode::CONCURRENT_TRANSACTIONS),
            State::Ongoing => {
                // The epoch of this fence is told to nobody: the producer comes again, and gets
                // its own.
                end::fence(self, now, id, Asker::Init(ticket), out)
            }
            State::Empty | State::CompleteCommit | State::CompleteAbort => {
                let is_current = expected_epoch.is_none_or(|epoch| epoch == facts.epoch);
                let next = if is_exhausted(facts.epoch) && is_current {
                    let (new_id, knows) = ((self.ids)()?, expected_epoch.is_some());
                    facts.with_next_id(new_id, ask.timeout_ms, knows, now)
                } else {
                    facts.with_next_epoch(ask.timeout_ms, expected_epoch, now)?
                };
                self.append(id, next, After::Init(ticket), out);
                Ok(())
            }
            State::Dead | State::PrepareEpochFence => Err(ErrorCode::UNKNOWN_SERVER_ERROR),
        }
    }
}

/// Says whether a producer may be the one that has this transactional id: it has its producer
/// id; or it had the one before until the epochs were used up, and the answer got lost.
fn may_be(facts: &Facts, expected: Producer) -> bool {
    facts.epoch == NO_EPOCH
        || expected.id == facts.producer_id
        || (expected.id == facts.previous_producer_id && is_exhausted(expected.epoch))
}
