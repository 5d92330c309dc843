//! AddPartitionsToTxn: partitions join a transaction, or are asked whether they are in one.

use super::metadata::{Facts, Places};
use super::{After, Out, Producer, Reply, Transactions};
use crate::base::clock::Millis;
use crate::broker::coord::effects::{Effect, Ticket};
use crate::wire::ErrorCode;

/// Whose transaction it is about.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    pub transactional_id: &'a str,
    pub producer: Producer,
}

impl Transactions {
    /// Partitions join the transaction. `version` is the transaction version of the client.
    pub fn add_partitions(
        &mut self,
        now: Millis,
        ticket: Ticket,
        whose: Whose<'_>,
        places: &Places,
        version: i16,
        out: &mut Out,
    ) {
        match self.try_add(whose, places) {
            Ok(Some(facts)) => {
                let next = facts.with_partitions(places, version, now);
                self.append(whose.transactional_id, next, After::Added(ticket), out);
            }
            Ok(None) => out.push(Effect::Reply(ticket, Reply::Added(Ok(())))),
            Err(error) => out.push(Effect::Reply(ticket, Reply::Added(Err(error)))),
        }
    }

    /// Returns the facts that are to change, or nothing where the partitions are in already.
    fn try_add(&self, whose: Whose<'_>, places: &Places) -> Result<Option<&Facts>, ErrorCode> {
        let facts = self.check(whose)?;
        let entry = self.entries.get(whose.transactional_id);
        if entry.is_some_and(|entry| entry.pending.is_some()) || facts.state.is_prepared() {
            return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
        }
        let is_in = facts.state == super::State::Ongoing && facts.partitions.contains_all(places);
        Ok((!is_in).then_some(facts))
    }

    /// Says of a partition whether it is in the transaction. A step that is under way does not
    /// count: the log itself looks again before it takes a batch.
    pub fn verify(&self, whose: Whose<'_>, topic: &str, partition: i32) -> Result<(), ErrorCode> {
        let facts = self.check(whose)?;
        if facts.state.is_prepared() {
            return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
        }
        match facts.partitions.contains(topic, partition) {
            true => Ok(()),
            false => Err(ErrorCode::TRANSACTION_ABORTABLE),
        }
    }

    /// Checks that the one who asks is the producer of today.
    fn check(&self, whose: Whose<'_>) -> Result<&Facts, ErrorCode> {
        if whose.transactional_id.is_empty() {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        let entry = self.entries.get(whose.transactional_id);
        let facts = &entry.ok_or(ErrorCode::INVALID_PRODUCER_ID_MAPPING)?.facts;
        if facts.producer_id != whose.producer.id {
            return Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
        }
        if facts.epoch != whose.producer.epoch {
            return Err(ErrorCode::PRODUCER_FENCED);
        }
        Ok(facts)
    }
}
