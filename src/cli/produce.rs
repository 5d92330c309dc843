//! Words of `rk produce`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::ClusterArgs;
use crate::settings::time::Time;
use crate::settings::words::ReaderProperty;
use crate::settings::{time, words};

/// `rk produce`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Reads standard input, or the files one after the other, a record a line. Exit code 3 says that
some records were not delivered; each is told with its line number.

Examples:
  seq 1000 | rk produce numbers
  rk produce orders -K : orders.txt
  echo hello | rk produce greetings --key en --header source=cli")]
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
    /// Split each line into key and value at the first SEP; \t, \n and \xHH are understood
    #[arg(short = 'K', long, value_name = "SEP", help_heading = "Records")]
    pub key_separator: Option<String>,
    /// parse.key, key.separator or null.marker, as in kafka-console-producer; repeatable
    #[arg(long = "property", visible_alias = "reader-property", value_name = "KEY=VALUE")]
    #[arg(value_parser = words::reader_property, help_heading = "Records")]
    pub reader_properties: Vec<ReaderProperty>,
    /// What a line without the separator is: error, or value (without a key)
    #[arg(long, value_enum, default_value = "error", value_name = "WHAT")]
    #[arg(help_heading = "Records", hide_possible_values = true)]
    pub no_separator: NoSeparator,
    /// The key of every record that has none of its own
    #[arg(long, help_heading = "Records")]
    pub key: Option<String>,
    /// A header of every record: name=value, or only name for null; repeatable
    #[arg(long = "header", short = 'H', value_name = "NAME=VALUE", value_parser = words::header)]
    #[arg(help_heading = "Records")]
    pub headers: Vec<(String, Option<String>)>,
    /// The partition of every record; without it the key decides, as in Java
    #[arg(short, long, value_name = "N", help_heading = "Records")]
    #[arg(value_parser = clap::value_parser!(i32).range(0..))]
    #[arg(allow_negative_numbers = true)]
    pub partition: Option<i32>,
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
