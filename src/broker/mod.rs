//! `rk dev`: an Apache Kafka broker on one node.

pub mod api;
pub mod config;
pub mod coord;
pub mod disk;
pub mod log;
pub mod meta;
pub mod net;
