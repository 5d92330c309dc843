//! Where tokio ends: the listener and its connections. Above it a request is a slice of bytes,
//! and its answer a list of chunks.

mod blocking;
mod caps;
mod chunks;
mod connection;
mod frames;
mod listener;

pub(crate) use blocking::blocking;
pub use listener::{Listener, Stop, Stopper, stop};
