//! Tests: the log of a partition, through its public calls, over a disk that can fail.

mod basics;
mod compaction;
mod crash;
mod damage;
mod kafka;
mod kit;
mod model;
mod producers;
mod recovery;
mod retention;
mod time;
