//! Transactions that are about to begin in a partition.
//!
//! The first batch of a transaction is taken only if the transaction's coordinator knows that
//! the partition is part of it, or nobody would ever end it here (KIP-890). The question is asked
//! outside of the log's lock; what was vouched for holds until the transaction ends, so that a
//! batch which comes too late cannot begin it anew. Source: `VerificationStateEntry` of Apache
//! Kafka.

use std::collections::HashMap;

use super::AppendError;
use crate::base::clock::Millis;
use crate::base::limits::PRODUCERS_MAX;
use crate::wire::batch::BatchInfo;

/// The first batch of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub producer_id: i64,
    pub epoch: i16,
    /// -1 where there is none.
    pub sequence: i32,
    /// Whether the producer's epoch moves on with each transaction.
    pub bumps_epochs: bool,
}

/// One question to the coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    producer_id: i64,
    epoch: i16,
    token: u64,
}

#[derive(Clone, Copy, Debug)]
struct Verifying {
    token: u64,
    epoch: i16,
    /// The lowest sequence that was seen: a later batch of the same producer may not go first.
    lowest_sequence: i32,
    bumps_epochs: bool,
    /// The epoch that the coordinator knows the producer by.
    vouched: Option<i16>,
    since_ms: Millis,
}

/// The producers of one partition that are being asked after.
#[derive(Debug, Default)]
pub(super) struct Verifications {
    by_producer: HashMap<i64, Verifying>,
    last_token: u64,
}

impl Verifications {
    /// A question begins, or joins the one that is under way for this producer.
    pub(super) fn begin(&mut self, of: Beginning, now: Millis) -> Verification {
        let Beginning { producer_id, epoch, sequence, bumps_epochs } = of;
        self.last_token += 1;
        let fresh = Verifying {
            token: self.last_token,
            epoch,
            lowest_sequence: sequence,
            bumps_epochs,
            vouched: None,
            since_ms: now,
        };
        if self.by_producer.len() >= PRODUCERS_MAX && !self.by_producer.contains_key(&producer_id) {
            // The oldest question has been answered, or never will be.
            let oldest = self.by_producer.iter().min_by_key(|(_, entry)| entry.token);
            if let Some(id) = oldest.map(|(id, _)| *id) {
                self.by_producer.remove(&id);
            }
        }
        let entry = self.by_producer.entry(producer_id).or_insert(fresh);
        if epoch > entry.epoch {
            *entry = fresh;
        } else if epoch == entry.epoch {
            entry.lowest_sequence = entry.lowest_sequence.min(sequence);
        }
        Verification { producer_id, epoch, token: entry.token }
    }

    /// The coordinator has said yes. It does not count if the transaction has ended meanwhile.
    pub(super) fn vouch(&mut self, verification: Verification) {
        let entry = self.by_producer.get_mut(&verification.producer_id);
        if let Some(entry) = entry.filter(|entry| entry.token == verification.token) {
            entry.vouched = Some(verification.epoch);
        }
    }

    /// The producer's transaction is open here, or has ended.
    pub(super) fn end(&mut self, producer_id: i64) {
        self.by_producer.remove(&producer_id);
    }

    /// Says whether the first batch of a transaction may be taken.
    pub(super) fn check(&self, batch: &BatchInfo) -> Result<(), AppendError> {
        let entry = self.by_producer.get(&batch.producer_id);
        match entry.is_some_and(|entry| entry.vouched == Some(batch.producer_epoch)) {
            true => Ok(()),
            false => Err(AppendError::Unverified { producer_id: batch.producer_id }),
        }
    }

    /// Says whether the batch of a producer is the one that has to be first.
    pub(super) fn check_sequence(
        &self,
        batch: &BatchInfo,
        is_unknown: bool,
    ) -> Result<(), AppendError> {
        let Some(entry) = self.by_producer.get(&batch.producer_id) else { return Ok(()) };
        let sequence = batch.base_sequence;
        let is_late = sequence > entry.lowest_sequence;
        if is_late || (entry.bumps_epochs && is_unknown && sequence != 0) {
            let (producer_id, epoch) = (batch.producer_id, batch.producer_epoch);
            let last = if is_late { entry.lowest_sequence } else { -1 };
            return Err(AppendError::OutOfOrderSequence { producer_id, epoch, sequence, last });
        }
        Ok(())
    }

    /// Forgets the questions to which no batch has come for long.
    pub(super) fn expire(&mut self, now: Millis, after_ms: Millis) {
        self.by_producer.retain(|_, entry| now.saturating_sub(entry.since_ms) < after_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_asked_after_and_the_oldest_question_gives_way() {
        let mut all = Verifications::default();
        let beginning =
            |producer_id| Beginning { producer_id, epoch: 0, sequence: 0, bumps_epochs: false };
        let most = i64::try_from(PRODUCERS_MAX).unwrap();
        let first = all.begin(beginning(0), 1);
        let rest: Vec<Verification> = (1..most).map(|id| all.begin(beginning(id), 1)).collect();
        // Who asks again joins its own question.
        assert_eq!(all.begin(beginning(0), 1), first);
        assert_eq!(all.by_producer.len(), PRODUCERS_MAX);
        all.begin(beginning(most), 1);
        assert_eq!(all.by_producer.len(), PRODUCERS_MAX);
        // An answer to a question that gave way counts for nothing.
        all.vouch(first);
        assert!(!all.by_producer.contains_key(&0));
        all.vouch(rest[0]);
        assert_eq!(all.by_producer[&1].vouched, Some(0));
    }
}
