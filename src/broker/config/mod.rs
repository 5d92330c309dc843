//! Every config of a broker, a topic and a group in one table: it parses, checks and describes.

mod dynamic;

pub use dynamic::{DynamicConfigs, Resource, ResourceKind, Values};
