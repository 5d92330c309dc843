//! Words of `rk connect`.

pub mod manage;
pub mod run;

use clap::{Args, Subcommand};

/// `rk connect`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The workers come from --connect, else RK_CONNECT, else `connect.url` in the file of
--command-config, else http://localhost:8083. Several URLs, separated by commas, are workers of
one cluster: they are tried in turn.")]
pub struct Connect {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do with connectors.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Run connectors: a standalone worker that takes the files of connect-standalone
    Run(Box<run::Run>),
    /// List the connectors, each with its state and its tasks' in one row
    List(manage::List),
    /// Show connectors: settings, states, topics, offsets, and why they failed
    Describe(manage::Describe),
    /// Show the states of connectors and tasks, and the root of what failed
    Status(manage::Status),
    /// Make connectors out of files: properties, a JSON map or a JSON request
    Create(Box<manage::Create>),
    /// Make connectors be as their files say: create, change, or leave alone
    Apply(Box<manage::Apply>),
    /// Show what `apply` would change
    Diff(manage::Diff),
    /// Set and unset settings of a connector, and leave the others
    Alter(manage::Alter),
    /// Delete connectors
    Delete(manage::Delete),
    /// Pause connectors: their tasks stay, and do nothing
    Pause(manage::Act),
    /// Resume connectors that are paused or stopped
    Resume(manage::Act),
    /// Stop connectors: their tasks go, and offsets can be changed
    Stop(manage::Act),
    /// Restart connectors; with --tasks their tasks too, with --failed only what has failed
    Restart(manage::Restart),
    /// Show the tasks of connectors, with their states or their settings
    Tasks(manage::Tasks),
    /// Show the topics that connectors have used
    Topics(manage::Topics),
    /// Show and change how far connectors are
    Offsets(manage::Offsets),
    /// List the plugins of the workers, or the settings of one
    Plugins(manage::Plugins),
    /// Check configurations, and change nothing
    Validate(manage::Validate),
    /// Show and set how much the workers log
    Loggers(manage::Loggers),
    /// Follow states: a line for each change
    Watch(manage::Watch),
    /// Show a worker's version, cluster and health
    Info(manage::Info),
}
