//! Words of `rk consume`.

use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::common::{ClusterArgs, FormatArgs, Topics};
use crate::settings::start::Start;
use crate::settings::{duration, start};

/// `rk consume`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
With --group it joins the group, commits what it has printed and leaves cleanly; without, it
reads and leaves no trace. It goes on until Ctrl-C unless -e, -n or --timeout end it.

Format strings: %t topic, %p partition, %o offset, %d timestamp in ms, %k key, %v or %s value,
%h headers, %h[NAME] one of them, %e leader epoch; upper case for lengths; \\n \\t \\xHH. Braces say
how: %v{hex}, %V{big32}, %d{rfc3339}, %h{%k=%v;}. `rk man format` tells all; `rk produce -f` reads
what it prints.

Formats: string, json, hex, base64, uuid, boolean, byte, short, int, long, float, double as Kafka's
serializers have them, msgpack, pack:FMT as in kcat, u16, i32le and so on. A record that is
something else is told on standard error and left out; the exit code is 3 then.

Examples:
  rk consume orders --from-beginning -e
  rk consume orders -O -10 -e -f '%p %o %k: %v\\n'
  rk consume orders -g billing -o json")]
pub struct Consume {
    #[command(flatten)]
    pub cluster: ClusterArgs,
    #[command(flatten)]
    pub topics: Topics,
    /// Join this consumer group, and commit what was printed
    #[arg(short, long, value_parser = NonEmptyStringValueParser::new())]
    pub group: Option<String>,
    /// Begin with the oldest record: the same as -O beginning
    #[arg(long, conflicts_with = "offset")]
    pub from_beginning: bool,
    /// Where to begin: beginning, end, N, -N (before the end) or @TIME
    #[arg(short = 'O', long, value_parser = start::parse, allow_hyphen_values = true)]
    pub offset: Option<Start>,
    /// Read only this partition; repeatable
    #[arg(short, long = "partition", value_name = "N", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(i32).range(0..), conflicts_with = "group")]
    #[arg(allow_negative_numbers = true)]
    pub partitions: Vec<i32>,
    /// End after so many records
    #[arg(short = 'n', long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(i64).range(0..).map(i64::unsigned_abs))]
    pub max_records: Option<u64>,
    /// End when every partition is read to its end
    #[arg(short, long)]
    pub exit_at_end: bool,
    /// End when no record came for so long: 500ms, 10s
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// How to print a record [default: the value and a newline]
    #[arg(short, long, conflicts_with = "output")]
    pub format: Option<String>,
    /// How to print instead: json, which is an object a line with nothing lost
    #[arg(short, long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub output: Option<RecordOutput>,
    #[command(flatten)]
    pub formats: FormatArgs,
    /// Recognise what keys, values and headers are, and say so: auto
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    #[arg(help_heading = "Formats")]
    pub decode: Option<Decode>,
    /// What a format string prints for null; nothing, if not said
    #[arg(long, value_name = "TEXT", conflicts_with = "output", help_heading = "Formats")]
    pub null_marker: Option<String>,
}

/// How what has no format of its own is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Decode {
    /// By what it looks like.
    Auto,
}

/// How records are printed when no format string says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordOutput {
    /// A JSON object a line, lossless.
    #[value(alias = "ndjson")]
    Json,
}
