//! Every config of a broker, a topic and a group in one table: it parses, checks and describes.
//!
//! - [`table`]: the rows, by family
//! - [`value`], [`check`]: types and ranges, in Kafka's words
//! - [`fixed`]: what the broker was given at start-up
//! - `dynamic`: what records have set since
//! - [`resolve`]: which of the layers counts, and where a value comes from
//! - [`release`]: the features of this release of Kafka and of older ones
//! - [`topic`], [`broker`], [`group`]: the resolved values as typed structs
//! - [`listeners`]: where clients come in, and how
//! - [`describe`]: the answer to DescribeConfigs

pub mod broker;
pub mod check;
pub mod def;
pub mod describe;
mod dynamic;
mod error;
pub mod fixed;
pub mod group;
pub mod listeners;
pub mod release;
pub mod resolve;
pub mod rules;
pub mod table;
pub mod topic;
pub mod value;

pub use broker::BrokerConfig;
pub use def::{ConfigDef, Scope};
pub use dynamic::{DynamicConfigs, Resource, ResourceKind, Values};
pub use error::ConfigError;
pub use fixed::StaticConfig;
pub use group::{GroupConfig, ShareOffsetReset};
pub use release::Release;
pub use resolve::{Configs, Source};
pub use topic::{CompressionType, TimestampType, TopicConfig};
pub use value::{Kind, Value};
