//! Words of `rk connect`.

pub mod run;

use clap::{Args, Subcommand};

/// `rk connect`.
#[derive(Args, Clone, Debug)]
pub struct Connect {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do about Kafka Connect.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Run connectors: a standalone worker that takes the files of connect-standalone
    Run(Box<run::Run>),
}
