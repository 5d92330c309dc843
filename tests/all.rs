//! The one test binary.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod broker;
mod cli;
mod client;
mod connect;
mod differential;
mod fuzz;
mod generated;
mod interop;
mod kit;
mod log;
mod readme;
mod tidy;
mod wire;
mod worker;
