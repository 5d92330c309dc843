//! One partition's log in Kafka's own layout.
pub mod config;
pub mod error;
pub mod types;

pub use config::LogConfig;
pub use error::{AppendError, LogError, ReadError, RecordError};
pub use types::{
    AbortedTxn, Appended, Maintained, Marks, Origin, Read, Recovery, TimestampAndOffset, UpTo,
};
