//! The brains, without I/O: coordinators that take (now, input) and return effects.
//!
//! No socket, no file, no clock, no source of randomness: time and random bytes are arguments.
//! What a coordinator remembers changes only through its `apply(record)`, live and at start-up
//! alike, and the records are Kafka's own. A thin shell does the effects, in their order.

pub mod brain;
pub mod effects;
pub mod group;
mod java;
mod metadata_hash;
pub mod share;
mod timers;
pub mod txn;
