//! Words of `rk connect run`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::common::ClusterArgs;

/// `rk connect run`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The first file is the worker's if it has no `connector.class`; without one, converters are
StringConverter, offsets are kept in ./connect.offsets, and -b says where the brokers are.
Connectors' files are Java properties, a flat JSON object, or {\"name\", \"config\"}.

Inside are FileStreamSource, FileStreamSink, JdbcSource, JdbcSink, ElasticsearchSink and HttpSink:
see `rk connect plugins --local`. Nothing is loaded from plugin.path. On a terminal a line for each
connector says how fast it is, how far behind, and how many errors there were.
`${file:PATH:KEY}`, `${dir:PATH:KEY}` and `${env:NAME}` stand for values that are never shown.

With --rest the worker is managed as any other: `rk connect list --connect http://HOST:PORT`.

Examples:
  rk connect run connect-standalone.properties connect-file-sink.properties
  rk connect run -b localhost:9092 sink.json --once")]
pub struct Run {
    /// The worker's file, if there is one, and the connectors' files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// End when everything that is there now has been dealt with
    #[arg(long)]
    pub once: bool,
    /// Serve the REST interface here; else where the worker's file says `listeners`
    #[arg(long, value_name = "HOST:PORT")]
    pub rest: Option<String>,
    #[command(flatten)]
    pub cluster: ClusterArgs,
}
