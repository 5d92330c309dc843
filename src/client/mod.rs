//! Talking to any Kafka cluster: data through librdkafka, everything else by our own requests.
//!
//! [`Admin`] is a blocking client over [`crate::wire`], for whatever is asked about a cluster;
//! [`Producer`] and [`Consumer`] move records. All of them take the same properties, under
//! librdkafka's names. Nothing here prints, and nothing here retries forever.

mod admin;
mod conn;
mod consume;
mod error;
mod facts;
mod native;
mod offsets;
mod options;
mod produce;
mod sasl;
mod tls;
mod told;

pub use admin::{Admin, Broker, Node};
pub use consume::{Consumer, Event, Feed, InRecord};
pub use error::{Attempt, ClientError};
pub use facts::TopicFacts;
pub use offsets::{Isolation, OffsetAt, OffsetSpec, Partition};
pub use options::Properties;
pub use produce::{Counts, OutRecord, Producer, Sender, Sent};
pub use told::{Failed, Notice, Weight};
