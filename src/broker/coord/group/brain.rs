//! The coordinator of groups as the shell sees it.

use std::convert::Infallible;

use super::Groups;
use crate::base::clock::Millis;
use crate::broker::coord::brain::{Brain, Effects, End, Entry};
use crate::broker::coord::effects::{Reply, Ticket};
use crate::wire::ErrorCode;
use crate::wire::primitives::DecodeError;

/// The topic that remembers groups and committed offsets.
pub const OFFSETS_TOPIC: &str = "__consumer_offsets";

impl Brain for Groups {
    const TOPIC: &'static str = OFFSETS_TOPIC;

    type Reply = Reply;
    type Deed = Infallible;
    type Done = Infallible;

    fn replay(&mut self, entry: &Entry<'_>) -> Result<(), DecodeError> {
        self.apply_within(entry.within, entry.key, entry.value)
    }

    fn end(&mut self, _: i32, end: &End) {
        Groups::end(self, end);
    }

    fn loaded(&mut self, now: Millis, out: &mut Effects<Self>) {
        Groups::loaded(self, now, out);
    }

    fn appended(
        &mut self,
        now: Millis,
        token: u64,
        result: Result<(), ErrorCode>,
        out: &mut Effects<Self>,
    ) {
        Groups::appended(self, now, token, result, out);
    }

    fn done(&mut self, _: Millis, done: Infallible, _: &mut Effects<Self>) {
        match done {}
    }

    fn tick(&mut self, now: Millis, out: &mut Effects<Self>) {
        Groups::tick(self, now, out);
    }

    fn next_deadline(&self) -> Option<Millis> {
        Groups::next_deadline(self)
    }

    fn abandon(&mut self, ticket: Ticket) {
        Groups::abandon(self, ticket);
    }
}
