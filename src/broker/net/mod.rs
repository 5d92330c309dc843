//! Where tokio ends: the listener and its connections. Above it a request is a slice of bytes,
//! and its answer a list of chunks.

mod blocking;
mod caps;
mod chunks;
mod connection;
mod eager;
mod frames;
pub(crate) mod front;
mod idle;
mod listener;
mod memory;
mod sasl;
mod tls;

pub(crate) use blocking::blocking;
pub(in crate::broker) use caps::Doors;
pub(crate) use front::Front;
pub use front::{FrontError, User};
pub use listener::{Fronts, Listener, Listeners, Stop, Stopper, stop};
pub(crate) use memory::{Claim, Memory, NoRoom};
