//! Words of `rk consume`.

use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::common::{ClusterArgs, FormatArgs, SchemaArgs, Topics};
use crate::settings::position::{Position, Ranges};
use crate::settings::{duration, position, search, words};

/// `rk consume`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
With --group it joins the group, commits what it has printed and leaves cleanly; without, it
reads and leaves no trace. It goes on until Ctrl-C unless -e, -n, --until or --timeout end it;
partitions that come to be meanwhile, and topics with --regex, are read from their beginning.

Positions: beginning, end, 42 (an offset), -5 (before the end), +5 (after the beginning), @TIME
(2026-01-31, 2026-01-31T12:00:00Z, epoch seconds or ms, -15m). FROM:UNTIL is a range, which ends
before UNTIL; UNTIL may be +1h, as long after FROM. 0=5,3=9:20,*=end gives each partition its
own; those that are not named are not read.

Search: --grep RE looks into values; key=RE, header:NAME=RE, header=RE, value=RE and any=RE say
where to look, and ! in front that it must not be found. --jq takes the value as JSON: what it
yields is printed instead, and select(...) alone keeps the record as it is; $key, $headers,
$topic, $partition, $offset and $timestamp are known to it. All conditions must hold. What has a
binary format is searched as the text that is printed.

Format strings: %t topic, %p partition, %o offset, %d timestamp in ms, %k key, %v or %s value,
%h headers, %h[NAME] one of them, %e leader epoch; upper case for lengths; \\n \\t \\xHH. Braces say
how: %v{hex}, %V{big32}, %d{rfc3339}, %h{%k=%v;}. `rk man format` tells all; `rk produce -f` reads
what it prints.

Formats: string, json, hex, base64, uuid, boolean, byte, short, int, long, float, double as Kafka's
serializers have them, msgpack, pack:FMT as in kcat, u16, i32le and so on; avro, protobuf and
jsonschema by a schema of --registry or of a file (--value-schema). A record that is something
else is told on standard error and left out; the exit code is 3 then.

Examples:
  rk consume orders --from-beginning -e
  rk consume orders -O -10 -e -f '%p %o %k: %v\\n'
  rk consume orders -O @-1h:@-30m --grep 'error|fail' --sort time
  rk consume orders -e --jq 'select(.price > 100)' --jq .customer
  rk consume orders -e --count-by .status
  rk consume orders -g billing -o json
  rk consume orders -e --value-format avro --registry http://localhost:8081")]
pub struct Consume {
    #[command(flatten)]
    pub cluster: ClusterArgs,
    #[command(flatten)]
    pub topics: Topics,
    /// Take the names as patterns (regular expressions) that match whole names
    #[arg(long)]
    pub regex: bool,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub search: Search,
    #[command(flatten)]
    pub member: Member,
    /// How to print a record [default: the value and a newline]
    #[arg(short, long, conflicts_with = "output")]
    pub format: Option<String>,
    /// How to print instead: json, which is an object a line with nothing lost
    #[arg(short, long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub output: Option<RecordOutput>,
    #[command(flatten)]
    pub formats: FormatArgs,
    #[command(flatten)]
    pub schemas: SchemaArgs,
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

/// Where to begin, and when to end.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Where")]
pub struct Place {
    /// Begin with the oldest record: the same as -O beginning
    #[arg(long, conflicts_with = "offset")]
    pub from_beginning: bool,
    /// Where to begin, or from where to where: see below
    #[arg(short = 'O', long, value_name = "POSITION", value_parser = position::ranges)]
    #[arg(allow_hyphen_values = true)]
    pub offset: Option<Ranges>,
    /// Where to end: before this position
    #[arg(long, value_name = "POSITION", value_parser = position::until, allow_hyphen_values = true)]
    pub until: Option<Position>,
    /// Read only this partition; repeatable
    #[arg(short, long = "partition", value_name = "N", value_delimiter = ',')]
    #[arg(value_parser = words::partition, conflicts_with = "group")]
    #[arg(allow_negative_numbers = true)]
    pub partitions: Vec<i32>,
    /// End after so many records
    #[arg(short = 'n', long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = words::count)]
    pub max_records: Option<u64>,
    /// Print no more than so many records of each partition
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "group")]
    #[arg(value_parser = words::count)]
    pub per_partition: Option<u64>,
    /// End when every partition is read to the end that it has now
    #[arg(short, long)]
    pub exit_at_end: bool,
    /// End when no record came for so long: 500ms, 10s
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Which records of transactions to read: committed, or all (uncommitted)
    #[arg(long, value_enum, value_name = "WHICH", hide_possible_values = true)]
    pub isolation: Option<IsolationWord>,
}

/// Which records to print, and in which order.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Search")]
pub struct Search {
    /// Only records with a match of this regular expression; repeatable
    #[arg(long = "grep", value_name = "[!][WHERE=]RE", value_parser = search::grep)]
    #[arg(allow_hyphen_values = true)]
    pub greps: Vec<search::Grep>,
    /// Only records within: partition=0,2 offset=5:10 time=@-1h:@-30m, ! in front for the rest
    #[arg(long = "where", value_name = "[!]FIELD=RANGE,...", value_parser = search::condition)]
    pub conditions: Vec<search::Condition>,
    /// Take values as JSON through this jq expression; repeatable, one after the other
    #[arg(long = "jq", value_name = "EXPR", allow_hyphen_values = true)]
    pub jq: Vec<String>,
    /// Print strings that --jq yields without quotes
    #[arg(long, requires = "jq")]
    pub raw: bool,
    /// Print in this order: time merges partitions by timestamp; only where the run ends
    #[arg(long, value_enum, value_name = "ORDER", hide_possible_values = true)]
    pub sort: Option<SortWord>,
    /// Print only how many records there are
    #[arg(long, conflicts_with_all = ["count_by", "sort", "format", "output"])]
    #[arg(conflicts_with_all = ["max_records", "per_partition"])]
    pub count: bool,
    /// Print how many records there are for each result of this jq expression
    #[arg(long, value_name = "EXPR", conflicts_with_all = ["sort", "format"])]
    #[arg(conflicts_with_all = ["max_records", "per_partition"])]
    #[arg(allow_hyphen_values = true)]
    pub count_by: Option<String>,
}

/// Reading as a member of a group.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Group")]
pub struct Member {
    /// Join this consumer group, and commit what was printed
    #[arg(short, long, value_parser = NonEmptyStringValueParser::new())]
    pub group: Option<String>,
    /// Which rebalance protocol to speak: classic or consumer (KIP-848)
    #[arg(long, value_enum, value_name = "PROTOCOL", hide_possible_values = true)]
    pub group_protocol: Option<ProtocolWord>,
    /// Be a static member of this name: the partitions wait for it to come back
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub group_instance_id: Option<String>,
    /// When to commit what was printed: after-print (every few seconds), on-exit or never
    #[arg(long, value_enum, value_name = "WHEN", default_value = "after-print")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub commit: CommitWord,
}

/// How records are printed when no format string says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordOutput {
    /// A JSON object a line, lossless.
    #[value(alias = "ndjson")]
    Json,
}

/// Which records of transactions are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IsolationWord {
    #[value(alias = "read_committed", alias = "read-committed")]
    Committed,
    #[value(alias = "read_uncommitted", alias = "read-uncommitted")]
    Uncommitted,
}

/// In which order records are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortWord {
    /// By timestamp across partitions; in each, by offset as ever.
    Time,
}

/// How a group is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProtocolWord {
    Classic,
    Consumer,
}

/// When offsets are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CommitWord {
    /// Every few seconds, and at the end.
    AfterPrint,
    /// At the end, and when partitions are taken away.
    OnExit,
    Never,
}
