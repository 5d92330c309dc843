//! One partition's log in Kafka's own layout.
//!
//! ```text
//! TOPIC-PARTITION/
//!   00000000000000000000.log        batches of format 2, one after the other
//!   00000000000000000000.index      relative offset u32, position u32; sparse
//!   00000000000000000000.timeindex  timestamp i64, relative offset u32; sparse
//!   00000000000000000000.txnindex   aborted transactions; only where there are any
//!   00000000000000000123.snapshot   the producers before offset 123
//!   leader-epoch-checkpoint         which leader epoch began at which offset
//!   partition.metadata              the topic's id
//! ```
//!
//! The last segment is the active one. The rooms, in reading order: [`Log`] and appending
//! (`partition`, `validate`, `active`, `producers`), reading (`reading`, `segment`, `index`,
//! `scan`), opening (`open`, `rebuild`, `swap`), maintenance (`upkeep`, `clean`), and the
//! directory of all logs ([`dir`]).
//!
//! What is not here: replication (the high watermark is the end) and tiered storage.

mod active;
mod buffers;
mod checkpoint;
mod clean;
pub mod config;
pub mod dir;
mod epochs;
pub mod error;
mod index;
mod names;
mod open;
mod opened;
mod partition;
mod producers;
mod reading;
mod rebuild;
mod scan;
mod segment;
mod snapshot;
mod swap;
mod txn_index;
pub mod types;
mod upkeep;
mod validate;
mod verification;

pub use config::LogConfig;
pub use dir::{Checkpoint, DataDir, MetaProperties, TopicPartition};
pub use error::{AppendError, LogError, ReadError, RecordError};
pub use partition::Log;
pub use reading::{StoredBatch, StoredBatches};
pub use types::{
    AbortedTxn, Appended, Due, Maintained, Marks, Origin, ProducerState, Read, Recovery,
    TimestampAndOffset, UpTo,
};
pub use verification::{Beginning, Verification};
