//! Talking to any Kafka cluster: data through librdkafka, everything else by our own requests.
//!
//! [`Admin`] is a blocking client over [`crate::wire`], for whatever is asked about a cluster;
//! [`Fetcher`] reads partitions by the same means; [`Producer`] and [`Consumer`] move records
//! through librdkafka, which knows how to be a member of a group. All of them take the same
//! properties, under librdkafka's names. Nothing here prints, and nothing here retries forever.

mod admin;
mod append;
mod conn;
mod consume;
mod error;
mod facts;
mod fetch;
mod group_offsets;
mod groups;
mod native;
mod offsets;
mod options;
mod produce;
mod sasl;
mod share_offsets;
mod streams_groups;
mod tls;
mod told;
mod topics;

pub use admin::{Admin, Broker, Node};
pub use append::Appender;
pub use consume::{Consumer, Event, Feed, InRecord};
pub use error::{Attempt, ClientError};
pub use facts::TopicFacts;
pub use fetch::{Chunk, Credit, Fetcher, News, Span, Watch};
pub use group_offsets::EachPartition;
pub use groups::{Group, Listed, Member};
pub use offsets::{Isolation, OffsetAt, OffsetSpec, Partition};
pub use options::Properties;
pub use produce::{Counts, OutRecord, Producer, Sender, Sent};
pub use share_offsets::ShareStart;
pub(crate) use tls::Tls;
pub use told::{Failed, Notice, Weight};
pub use topics::{Config, Each, NewTopic};
