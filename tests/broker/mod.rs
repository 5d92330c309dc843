//! Tests of the broker through its front door: a socket.

mod every_version;
mod fetching;
mod handshake;
mod producing;
mod restart;
