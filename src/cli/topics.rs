//! Words of `rk topics`.

use clap::{Args, Subcommand};

use super::common::{ClusterArgs, OutputArgs, SomeTopics, Topics as TopicNames};
use crate::settings::words;

/// `rk topics`.
#[derive(Args, Clone, Debug)]
pub struct Topics {
    #[command(flatten)]
    pub cluster: ClusterArgs,
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do with topics.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Create topics
    Create(Create),
    /// List the topics there are
    List(List),
    /// Show topics: settings, partitions, offsets and sizes
    Describe(Describe),
    /// Add partitions, set and unset configs
    Alter(Alter),
    /// Delete topics and all their records
    Delete(Delete),
}

/// `rk topics create`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk topics create orders --partitions 6
  rk topics create prices --config cleanup.policy=compact --if-not-exists")]
pub struct Create {
    #[command(flatten)]
    pub topics: TopicNames,
    /// How many partitions; the broker's default when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    #[arg(allow_negative_numbers = true)]
    pub partitions: Option<i32>,
    /// How many copies of each partition; the broker's default when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    #[arg(allow_negative_numbers = true)]
    pub replication_factor: Option<i16>,
    /// Set a config of the topic; repeatable
    #[arg(long = "config", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub configs: Vec<(String, String)>,
    /// Leave a topic that is already there as it is
    #[arg(long)]
    pub if_not_exists: bool,
}

/// `rk topics list`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Plain prints only the names, one a line.

Examples:
  rk topics list
  rk topics list -o plain | wc -l")]
pub struct List {
    /// Also list Kafka's own topics, as __consumer_offsets
    #[arg(long)]
    pub internal: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `rk topics describe`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
A table shows the topics and then their partitions; json and ndjson show each topic with its
partitions inside; csv, tsv and plain show the partitions.
RECORDS is the distance of the offsets: compaction and transactions make it larger than what
a consumer sees. SIZE is in bytes, on the leader's disk.

Examples:
  rk topics describe orders
  rk topics describe --regex 'orders-.*' -o json")]
pub struct Describe {
    #[command(flatten)]
    pub topics: SomeTopics,
    /// Take the names as patterns (regular expressions) that match whole names
    #[arg(long)]
    pub regex: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `rk topics alter`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "rk topics alter [OPTIONS] <TOPIC>... <CHANGE>...")]
#[command(after_help = "\
Examples:
  rk topics alter orders --partitions 12
  rk topics alter orders --config retention.ms=3600000 --delete-config cleanup.policy")]
pub struct Alter {
    #[command(flatten)]
    pub topics: TopicNames,
    /// Take the names as patterns (regular expressions) that match whole names
    #[arg(long)]
    pub regex: bool,
    #[command(flatten)]
    pub change: Change,
}

/// What to change: at least one of them.
#[derive(Args, Clone, Debug)]
#[group(id = "change", required = true, multiple = true)]
#[command(next_help_heading = "Change")]
pub struct Change {
    /// How many partitions there shall be: more than now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    #[arg(allow_negative_numbers = true)]
    pub partitions: Option<i32>,
    /// Set a config of the topic; repeatable
    #[arg(long = "config", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub configs: Vec<(String, String)>,
    /// Set a config back to its default; repeatable
    #[arg(long = "delete-config", value_name = "KEY", value_delimiter = ',')]
    pub delete_configs: Vec<String>,
}

/// `rk topics delete`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
A name is a name: `a.b` does not delete `a-b`. On a terminal you are asked; elsewhere --yes
must say that you mean it.

Examples:
  rk topics delete orders
  rk topics delete --regex 'test-.*' --yes")]
pub struct Delete {
    #[command(flatten)]
    pub topics: TopicNames,
    /// Take the names as patterns (regular expressions) that match whole names
    #[arg(long)]
    pub regex: bool,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
}
