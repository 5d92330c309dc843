//! Words that several verbs share.

use std::path::PathBuf;

use clap::Args;

use crate::codec::FormatName;
use crate::settings::look::{Color, Output};
use crate::settings::{ClusterWords, words};

/// What every verb understands.
#[derive(Args, Clone, Debug)]
pub struct Talk {
    /// Say less: no notes, no progress
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Talk")]
    pub quiet: bool,
    /// Say more; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Talk")]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Talk")]
    #[arg(value_parser = color(), hide_possible_values = true)]
    #[arg(help = "When to use colour: auto, always or never")]
    pub color: Color,
}

fn color() -> impl clap::builder::TypedValueParser<Value = Color> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(["auto", "always", "never"]).map(|word| match word.as_str() {
        "always" => Color::Always,
        "never" => Color::Never,
        _ => Color::Auto,
    })
}

/// Which cluster, and how to talk to it.
#[derive(Args, Clone, Debug)]
pub struct ClusterArgs {
    /// Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092
    #[arg(short, long, visible_alias = "bootstrap-server", value_name = "HOST:PORT,...")]
    #[arg(global = true, help_heading = "Cluster")]
    pub brokers: Option<String>,
    /// Set a client property, in librdkafka's or Java's spelling; repeatable
    #[arg(short = 'X', long = "command-property", value_name = "KEY=VALUE")]
    #[arg(value_parser = words::pair, global = true, help_heading = "Cluster")]
    pub properties: Vec<(String, String)>,
    /// Read client properties from a Java .properties file
    #[arg(long, value_name = "FILE", global = true, help_heading = "Cluster")]
    pub command_config: Option<PathBuf>,
}

impl From<ClusterArgs> for ClusterWords {
    fn from(args: ClusterArgs) -> Self {
        ClusterWords {
            brokers: args.brokers,
            properties: args.properties,
            command_config: args.command_config,
        }
    }
}

/// What keys, values and headers are.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Formats")]
pub struct FormatArgs {
    /// What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below
    #[arg(long, value_name = "FORMAT")]
    pub key_format: Option<FormatName>,
    /// What values are
    #[arg(long, value_name = "FORMAT")]
    pub value_format: Option<FormatName>,
    /// What the values of headers are
    #[arg(long, value_name = "FORMAT")]
    pub header_format: Option<FormatName>,
}

/// Where schemas come from.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Schemas")]
pub struct SchemaArgs {
    /// A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url
    #[arg(long, value_name = "URL,...")]
    pub registry: Option<String>,
    /// The schema of keys; further files hold what it refers to
    #[arg(long, value_name = "FILE")]
    pub key_schema: Vec<PathBuf>,
    /// The schema of values: .avsc, .proto, a descriptor set, or .json
    #[arg(long, visible_alias = "schema", value_name = "FILE")]
    pub value_schema: Vec<PathBuf>,
    /// Which message of a Protobuf file keys are [default: the first]
    #[arg(long, value_name = "NAME")]
    pub key_message: Option<String>,
    /// Which message of a Protobuf file values are [default: the first]
    #[arg(long, visible_alias = "message", value_name = "NAME")]
    pub value_message: Option<String>,
    /// Where imports of a Protobuf file are, besides its own folder; repeatable
    #[arg(long, value_name = "FOLDER")]
    pub import_path: Vec<PathBuf>,
    /// Where records name their schema: prefix, header, or none
    #[arg(long, value_enum, value_name = "WHERE", hide_possible_values = true)]
    pub schema_id_in: Option<SchemaIdIn>,
}

/// Where a record names its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaIdIn {
    /// Before the payload: a zero and four bytes.
    Prefix,
    /// In a header: a GUID.
    Header,
    /// Nowhere.
    None,
}

/// How to print what is listed.
#[derive(Args, Clone, Copy, Debug)]
pub struct OutputArgs {
    /// How to print: table, json, ndjson, csv, tsv or plain
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true
    )]
    #[arg(value_parser = output())]
    pub output: Output,
}

fn output() -> impl clap::builder::TypedValueParser<Value = Output> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let names = Output::ALL.iter().map(|output| output.name());
    PossibleValuesParser::new(names).map(|word| Output::of_name(&word).unwrap_or_default())
}

/// One topic or more, by position or with `-t`.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = true)]
pub struct Topics {
    /// Topics, by name
    #[arg(value_name = "TOPIC")]
    names: Vec<String>,
    /// A topic, as Kafka's own tools name it; repeatable
    #[arg(short, long, value_name = "TOPIC")]
    topic: Vec<String>,
}

impl Topics {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter().chain(&self.topic))
    }
}

/// Some topics, or all when none is named.
#[derive(Args, Clone, Debug)]
pub struct SomeTopics {
    /// Topics, by name; all of them when none is named
    #[arg(value_name = "TOPIC")]
    names: Vec<String>,
    /// A topic, as Kafka's own tools name it; repeatable
    #[arg(short, long, value_name = "TOPIC")]
    topic: Vec<String>,
}

impl SomeTopics {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter().chain(&self.topic))
    }
}

/// Drops repetitions and keeps the order.
pub(super) fn each_once<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = Vec::<String>::new();
    for name in names {
        if !seen.contains(name) {
            seen.push(name.clone());
        }
    }
    seen
}
