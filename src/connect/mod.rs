//! Kafka Connect.
//!
//! - [`rest`]: a worker's REST interface, from the side of whoever asks

pub mod rest;
