//! The Kafka protocol as bytes. No I/O, no clock: a frame in, a struct out, and back.

pub mod batch;
pub mod error_code;
pub mod frame;
pub mod header;
pub mod messages;
pub mod primitives;
pub mod schema;

pub use error_code::ErrorCode;
