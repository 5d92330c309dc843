//! Tests: the coordinators, through their front doors, without a broker around them.

mod actor;
mod bench;
mod consumer_fences;
mod consumers;
mod groups;
mod mixed;
mod offsets;
mod simulation;
mod states;
mod statics;
mod streams;
mod streams_refused;
mod streams_simulation;
mod transactions;
