//! The protocol as bytes: the tables against Kafka's definitions, every message there and back,
//! lies about lengths, and bytes that Apache Kafka itself sent.

pub(crate) mod captured;
pub(crate) mod digest;
mod errors;
pub(crate) mod generate;
mod hostile;
mod judged;
mod roundtrip;
mod schema;
