//! The coordinator of transactions as the shell sees it.

use super::{Entry, Marked, Markers, Reply, Transactions, end, expiry, records};
use crate::base::clock::Millis;
use crate::broker::coord::brain::{self, Brain, Effects};
use crate::broker::coord::effects::Ticket;
use crate::wire::ErrorCode;
use crate::wire::primitives::DecodeError;

/// The topic that remembers transactional ids.
pub const TRANSACTIONS_TOPIC: &str = "__transaction_state";

impl Brain for Transactions {
    const TOPIC: &'static str = TRANSACTIONS_TOPIC;

    type Reply = Reply;
    type Deed = Markers;
    type Done = Marked;

    fn replay(&mut self, entry: &brain::Entry<'_>) -> Result<(), DecodeError> {
        match records::read(entry.key, entry.value)? {
            Some((id, Some(facts))) => drop(self.entries.insert(id, Entry::new(facts))),
            Some((id, None)) => drop(self.entries.remove(&id)),
            None => {}
        }
        Ok(())
    }

    fn loaded(&mut self, now: Millis, out: &mut Effects<Self>) {
        expiry::loaded(self, now, out);
    }

    fn appended(
        &mut self,
        now: Millis,
        token: u64,
        result: Result<(), ErrorCode>,
        out: &mut Effects<Self>,
    ) {
        Transactions::appended(self, now, token, result, out);
    }

    fn done(&mut self, now: Millis, done: Marked, out: &mut Effects<Self>) {
        end::marked(self, now, done, out);
    }

    fn tick(&mut self, now: Millis, out: &mut Effects<Self>) {
        expiry::tick(self, now, out);
    }

    fn next_deadline(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// The answer of the one who is gone is thrown away by the shell; what was asked goes on.
    fn abandon(&mut self, _: Ticket) {}
}
