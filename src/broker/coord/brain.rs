//! What every coordinator is to the shell that runs it.

use super::effects::{Effect, Ticket};
use crate::base::clock::Millis;
use crate::wire::ErrorCode;
use crate::wire::batch::control::EndMarker;
use crate::wire::primitives::DecodeError;

/// Where a batch inside a transaction comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transaction {
    pub producer_id: i64,
    pub producer_epoch: i16,
}

/// One record of a coordinator's topic, as it is read at start-up.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub partition: i32,
    pub offset: i64,
    /// Whether, and whose, transaction it is part of: a later [`End`] decides it.
    pub within: Option<Transaction>,
    pub key: &'a [u8],
    pub value: Option<&'a [u8]>,
}

/// The end of a transaction in one partition of a coordinator's topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub transaction: Transaction,
    pub marker: EndMarker,
}

/// The effects of a brain.
pub type Effects<B> = Vec<Effect<<B as Brain>::Reply, <B as Brain>::Deed>>;

/// A coordinator without I/O. Requests are methods of its own, each with a ticket; what is here
/// is what the shell needs to carry it.
pub trait Brain: Send + 'static {
    /// The topic that remembers what this brain knows.
    const TOPIC: &'static str;

    /// The answers that may come late.
    type Reply: Send + 'static;

    /// What the shell does outside, besides appending to the topic and answering: beyond the
    /// lock, after all else. `Infallible` where there is nothing.
    type Deed: Send + 'static;

    /// What became of a deed.
    type Done: Send + 'static;

    /// Takes one record of the topic in, at start-up: each record of each partition, in order,
    /// before [`loaded`](Self::loaded). What is written later the brain takes in by itself, when
    /// it is told that the append went well.
    fn replay(&mut self, entry: &Entry<'_>) -> Result<(), DecodeError>;

    /// Takes in the end of a transaction that wrote to a partition of the topic: at start-up in
    /// its place among the records, and live as soon as it is written.
    fn end(&mut self, _partition: i32, _end: &End) {}

    /// Everything has been read. Called once, also where there was nothing.
    fn loaded(&mut self, now: Millis, out: &mut Effects<Self>)
    where
        Self: Sized;

    /// Tells how an append went.
    fn appended(
        &mut self,
        now: Millis,
        token: u64,
        result: Result<(), ErrorCode>,
        out: &mut Effects<Self>,
    ) where
        Self: Sized;

    /// Tells what became of a deed.
    fn done(&mut self, now: Millis, done: Self::Done, out: &mut Effects<Self>)
    where
        Self: Sized;

    /// Does what is due. Calling early is harmless.
    fn tick(&mut self, now: Millis, out: &mut Effects<Self>)
    where
        Self: Sized;

    /// Returns when to call [`tick`](Self::tick) next. It may change with every other call.
    fn next_deadline(&self) -> Option<Millis>;

    /// The one who asked is gone: no answer is wanted any more.
    fn abandon(&mut self, ticket: Ticket);
}
