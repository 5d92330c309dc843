//! Tests: `rk` as a client, against the broker in the test's own process.
//!
//! What a test does to a cluster is a function of a bootstrap address, so that it can be pointed
//! at any broker.

mod admin;
mod archive;
mod avro;
mod consume;
mod follow;
mod formats;
mod groups;
mod inputs;
mod isolation;
mod place;
mod produce;
mod round_trip;
mod schemas;
mod search;
mod transactions;
mod trouble;

use super::kit::run::{Run, rk};

/// Runs `rk` against a broker.
fn at(brokers: &str, words: &[&str]) -> Run {
    rk(words).env("RK_BROKERS", brokers)
}

/// Creates a topic with so many partitions.
fn create(brokers: &str, topic: &str, partitions: u32) {
    let partitions = partitions.to_string();
    let words = ["topics", "create", topic, "--partitions", &partitions];
    let _ = at(brokers, &words).run().succeed();
}

/// Sends lines to a topic.
fn send(brokers: &str, topic: &str, words: &[&str], lines: &str) {
    let words = [&["produce", topic][..], words].concat();
    let _ = at(brokers, &words).stdin(lines).run().succeed();
}

/// Prints what a topic has, and returns it line by line, sorted.
fn all(brokers: &str, topic: &str, format: &str) -> Vec<String> {
    let output = at(brokers, &["consume", topic, "-e", "-f", format]).run();
    let mut lines: Vec<String> = output.succeed().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}
