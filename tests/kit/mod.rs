//! What the tests share: running things, comparing texts, random values from a seed, the wire.
//!
//! - [`run`]: the built binary, or any program, in an empty environment with a deadline
//! - [`golden`]: a text held against a file (`RK_UPDATE=1` rewrites the file)
//! - [`rng`]: random values that one number brings back (`RK_SEED`)
//! - [`wire`]: a client that speaks in typed messages, or in whatever bytes it is given
//! - [`wait`]: until a condition holds, with a deadline
//! - [`kafka`]: Apache Kafka itself, where it is there
//! - [`alloc`]: how much a piece of code allocates
//! - [`certificates`]: an authority, and who it knows
//! - [`databases`]: PostgreSQL and MariaDB, where they are there
//! - [`damage`]: what may become of a file
//! - [`registry`]: a Schema Registry inside the test's own process
//! - [`connect`]: a worker of Kafka Connect that says what it is told to say
//! - [`web`]: a server of HTTP that says what it is told to say
//! - [`elastic`]: a small Elasticsearch
//! - [`broker`]: a broker inside the test's own process

pub(crate) mod alloc;
pub(crate) mod broker;
pub(crate) mod certificates;
pub(crate) mod connect;
pub(crate) mod damage;
pub(crate) mod databases;
pub(crate) mod elastic;
pub(crate) mod golden;
pub(crate) mod kafka;
pub(crate) mod registry;
pub(crate) mod rng;
pub(crate) mod run;
pub(crate) mod wait;
pub(crate) mod web;
pub(crate) mod wire;

use std::io::Write;
use std::path::{Path, PathBuf};

/// Returns the path of a file in `tests/`.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(relative)
}

/// Says something to whoever runs the tests. A test that passes has its `print!` swallowed; this
/// is not.
pub(crate) fn say(line: &str) {
    let mut err = std::io::stderr().lock();
    // Nobody may be listening any more.
    let _ = writeln!(err, "{line}");
}

/// Says that a test did nothing, and why.
pub(crate) fn skipped(why: &str) {
    say(&format!("skipped: {why}"));
}
