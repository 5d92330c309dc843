//! What the cluster knows of itself: topics, configs, ids, as Kafka's own metadata records.
//!
//! - [`acl`]: access control lists as data
//! - [`record`]: one record of `__cluster_metadata`, framed as Kafka frames it
//! - [`state`]: what the records say together; `apply` is the only door
//! - [`plan`]: a request and the state in, records and the answer out
//! - [`image`]: the state as records again, for a snapshot
//! - [`topic_name`]: which names a topic may have
//!
//! No I/O, no clock, no randomness: what is random or timely is an argument.

pub mod acl;
pub mod image;
pub mod plan;
pub mod record;
pub mod state;
pub mod topic_name;

pub use record::{MetadataRecord, RecordError};
pub use state::{Partition, State, Topic};
