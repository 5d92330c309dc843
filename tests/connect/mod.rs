//! Kafka Connect: managing it, against a worker that says what a test wants.

mod complete;
mod manage;
mod script;
