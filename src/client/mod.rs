//! Talking to any Kafka cluster: data through librdkafka, everything else by our own requests.
//!
//! [`Admin`] is a blocking client over [`crate::wire`], for whatever is asked about a cluster.

mod admin;
mod conn;
mod error;
mod offsets;
mod options;

pub use admin::{Admin, Broker, Node};
pub use error::{Attempt, ClientError};
pub use offsets::{Isolation, OffsetAt, OffsetSpec, Partition};
pub use options::Properties;
