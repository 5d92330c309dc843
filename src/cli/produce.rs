//! Words of `rk produce`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{ClusterArgs, FormatArgs, SchemaArgs};
use crate::settings::time::Time;
use crate::settings::words::ReaderProperty;
use crate::settings::{time, words};

/// `rk produce`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Reads standard input, or the files one after the other, a record a line. Exit code 3 says that
some records were not delivered; each is told with its line number.

-f reads what `rk consume -f` prints, and --input json what -o json does, or other tools' JSON.
`rk man format` tells all about format strings. Formats (--value-format and so on) say what the
text becomes: string, json, hex, base64, uuid, boolean, byte, short, int, long, float, double as
Kafka's serializers have them, msgpack, pack:FMT as in kcat, u16, i32le and so on; avro, protobuf
and jsonschema take JSON, by a schema. With a registry, a schema's file is registered unless it is
there (or only looked up: --no-register); without a file it is the subject's latest version.
Without a registry nothing names the schema.

--generate fills {{seq}}, {{int 1 6}}, {{float 0 1}}, {{bool}}, {{pick a b}}, {{word}}, {{name}},
{{alpha 8}}, {{digits 4}}, {{hex 8}}, {{bytes 100}}, {{uuid}}, {{now}} and {{time}}, also in --key.

Examples:
  seq 1000 | rk produce numbers
  rk produce orders -K : orders.txt
  echo hello | rk produce greetings --key en --header source=cli
  rk consume a -e -o json | rk produce b --input json --keep-partition --keep-timestamp
  rk produce people --input csv --key-column id people.csv
  rk produce orders --value-schema order.avsc --registry http://localhost:8081 orders.jsonl
  rk produce load --generate '{\"id\":{{seq}},\"by\":\"{{name}}\"}' --rate 100 --count 1000")]
pub struct Produce {
    #[command(flatten)]
    pub cluster: ClusterArgs,
    /// The topic; with -t the first word is a file too
    #[arg(value_name = "TOPIC", required_unless_present = "topic_flag")]
    word: Option<String>,
    /// Files to read instead of standard input; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The topic, as Kafka's own tools name it
    #[arg(id = "topic_flag", short = 't', long = "topic", value_name = "TOPIC")]
    topic_flag: Option<String>,
    /// What the input is: lines, json, csv, tsv (with a row of names), or file: each a record
    #[arg(long, value_enum, value_name = "FORM", default_value = "lines", help_heading = "Input")]
    #[arg(hide_possible_values = true)]
    pub input: Input,
    /// Read records by this format string, as rk consume -f prints them
    #[arg(short, long, conflicts_with = "input", allow_hyphen_values = true)]
    #[arg(help_heading = "Input")]
    pub format: Option<String>,
    /// What ends a line, instead of a newline; of any length, \t, \0 and \xHH are understood
    #[arg(short = 'D', long, value_name = "TEXT", allow_hyphen_values = true)]
    #[arg(help_heading = "Input")]
    pub delimiter: Option<String>,
    /// The column of a CSV whose text is the key
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub key_column: Option<String>,
    /// Invent records by this template instead of reading any
    #[arg(long, value_name = "TEMPLATE", help_heading = "Input")]
    #[arg(conflicts_with_all = ["input", "format", "files"])]
    pub generate: Option<String>,
    /// What invented records begin with: the same seed gives the same records
    #[arg(long, value_name = "N", requires = "generate", help_heading = "Input")]
    #[arg(value_parser = words::count, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// End after so many records
    #[arg(short = 'n', long, value_name = "N", help_heading = "Input")]
    #[arg(value_parser = words::count, allow_negative_numbers = true)]
    pub count: Option<u64>,
    /// Send so many records a second at most
    #[arg(long, value_name = "N", value_parser = rate, help_heading = "Input")]
    pub rate: Option<f64>,
    #[command(flatten)]
    pub formats: FormatArgs,
    #[command(flatten)]
    pub schemas: SchemaArgs,
    #[command(flatten)]
    pub choice: SchemaChoice,
    /// Split each line into key and value at the first SEP; \t, \n and \xHH are understood
    #[arg(short = 'K', long, value_name = "SEP", allow_hyphen_values = true)]
    #[arg(help_heading = "Records")]
    pub key_separator: Option<String>,
    /// parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable
    #[arg(long = "property", visible_alias = "reader-property", value_name = "KEY=VALUE")]
    #[arg(value_parser = words::reader_property, help_heading = "Records")]
    pub reader_properties: Vec<ReaderProperty>,
    /// What a line without the separator is: error, or value (without a key)
    #[arg(long, value_enum, default_value = "error", value_name = "WHAT")]
    #[arg(help_heading = "Records", hide_possible_values = true)]
    pub no_separator: NoSeparator,
    /// The key of every record that has none of its own
    #[arg(long, allow_hyphen_values = true, help_heading = "Records")]
    pub key: Option<String>,
    /// A header of every record: name=value, or only name for null; repeatable
    #[arg(long = "header", short = 'H', value_name = "NAME=VALUE", value_parser = words::header)]
    #[arg(help_heading = "Records")]
    pub headers: Vec<(String, Option<String>)>,
    /// The partition of every record; without it the key decides, as in Java
    #[arg(short, long, value_name = "N", help_heading = "Records")]
    #[arg(value_parser = words::partition, allow_negative_numbers = true)]
    pub partition: Option<i32>,
    /// Send each record to the partition that JSON or %p of the format names
    #[arg(long, conflicts_with_all = ["partition", "partitioner"], help_heading = "Records")]
    pub keep_partition: bool,
    /// Give each record the timestamp that JSON or %d of the format names
    #[arg(long, conflicts_with = "timestamp", help_heading = "Records")]
    pub keep_timestamp: bool,
    /// The timestamp of every record; without it the time of sending
    #[arg(long, value_name = "TIME", value_parser = time::parse, help_heading = "Records")]
    #[arg(allow_hyphen_values = true)]
    pub timestamp: Option<Time>,
    /// The text that stands for null, as key or as value
    #[arg(long, value_name = "TEXT", help_heading = "Records")]
    pub null_marker: Option<String>,
    /// How to compress batches
    #[arg(short = 'z', long, value_enum, value_name = "CODEC", help_heading = "Sending")]
    pub compression: Option<Compression>,
    /// Who must have a record before it counts as delivered: 0 nobody, 1 the leader, all
    #[arg(
        long,
        value_enum,
        value_name = "ACKS",
        allow_hyphen_values = true,
        help_heading = "Sending"
    )]
    pub acks: Option<Acks>,
    /// Have the broker drop repetitions of what a retry sends twice
    #[arg(long, help_heading = "Sending")]
    pub idempotent: bool,
    /// Who chooses partitions: murmur2_random (as in Java, which it is without this word),
    /// murmur2, consistent, consistent_random, fnv1a, fnv1a_random, random, round-robin or sticky
    #[arg(long, value_enum, value_name = "NAME", hide_possible_values = true)]
    #[arg(conflicts_with = "partition", help_heading = "Sending")]
    pub partitioner: Option<Partitioner>,
    /// Send in transactions under this id: one for the run; Ctrl-C aborts it
    #[arg(long, value_name = "ID", help_heading = "Sending")]
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub transactional_id: Option<String>,
    /// One transaction for: the run, each file, or so many records
    #[arg(long, value_name = "run|file|N", value_parser = transaction_per)]
    #[arg(requires = "transactional_id", help_heading = "Sending")]
    pub transaction_per: Option<TransactionPer>,
    /// Print what would be sent, as JSON, and send nothing
    #[arg(long, help_heading = "Sending")]
    pub dry_run: bool,
}

/// Reads a number of records a second.
fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
    rate.ok_or_else(|| "a number above 0 is expected".to_owned())
}

/// Which schema to write by.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Schemas")]
pub struct SchemaChoice {
    /// What subjects are named after: topic, record, or topic-record
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true)]
    pub subject_name: Option<SubjectWord>,
    /// Never register a schema: it must be in its subject
    #[arg(long, conflicts_with = "latest_schema")]
    pub no_register: bool,
    /// Write by the latest version of the subject, whatever the file says
    #[arg(long)]
    pub latest_schema: bool,
    /// Write keys by the schema with this id; with --key-schema, by the file and under this id
    #[arg(long, value_name = "ID")]
    pub key_schema_id: Option<u32>,
    /// Write values by the schema with this id; with --value-schema, by the file
    #[arg(long, value_name = "ID")]
    pub value_schema_id: Option<u32>,
}

/// What subjects are named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SubjectWord {
    Topic,
    Record,
    TopicRecord,
}

/// Reads what a transaction is for.
fn transaction_per(text: &str) -> Result<TransactionPer, String> {
    match text {
        "run" => Ok(TransactionPer::Run),
        "file" => Ok(TransactionPer::File),
        _ => match text.parse() {
            Ok(count) if count > 0 => Ok(TransactionPer::Records(count)),
            _ => Err("`run`, `file` or a number above 0 is expected".to_owned()),
        },
    }
}

/// What the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Input {
    Lines,
    Json,
    Csv,
    Tsv,
    /// Each file is a record.
    File,
}

/// Who chooses partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Partitioner {
    Murmur2Random,
    Murmur2,
    Consistent,
    ConsistentRandom,
    Fnv1a,
    Fnv1aRandom,
    Random,
    #[value(name = "round-robin", alias = "round_robin")]
    RoundRobin,
    Sticky,
}

/// What one transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionPer {
    Run,
    File,
    Records(u64),
}

impl Produce {
    /// Returns the topic: what `-t` says, or else the first word.
    pub fn topic(&self) -> &str {
        self.topic_flag.as_deref().or(self.word.as_deref()).unwrap_or_default()
    }

    /// Returns the files in the order written; none means standard input.
    pub fn files(&self) -> Vec<PathBuf> {
        let first = self.topic_flag.as_ref().and(self.word.as_ref()).map(PathBuf::from);
        first.into_iter().chain(self.files.iter().cloned()).collect()
    }
}

/// What a line without the key separator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NoSeparator {
    /// An error that names the line.
    Error,
    /// A value; the key is null.
    Value,
}

/// How batches are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compression {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

/// Who must have a record before it counts as delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Acks {
    #[value(name = "0")]
    Nobody,
    #[value(name = "1")]
    Leader,
    #[value(name = "all", alias = "-1")]
    All,
}
