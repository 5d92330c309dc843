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
    /// Copy a topic's records and configs to another topic, or to another cluster
    Copy(Copy),
    /// Write a topic's records, partitions and configs into one file
    Archive(Archive),
    /// Make a topic out of such a file
    Restore(Restore),
}

/// `rk topics copy`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Records keep their partition, order, key, value, headers and timestamp; offsets begin anew. A
topic that is not there is created with the same partitions and configs. What transactions have
aborted is not copied. In the end the numbers of records are compared.

Examples:
  rk topics copy orders orders-2
  rk topics copy orders orders --to-brokers staging:9092")]
pub struct Copy {
    /// The topic to copy
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// The topic to fill, which must have no records
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// Brokers of the cluster to copy to; without it, the same cluster
    #[arg(long, value_name = "HOST:PORT,...")]
    pub to_brokers: Option<String>,
    /// Set a client property for that cluster; repeatable
    #[arg(long = "to-property", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub to_properties: Vec<(String, String)>,
    /// Read client properties for that cluster from a Java .properties file
    #[arg(long, value_name = "FILE")]
    pub to_config: Option<std::path::PathBuf>,
    /// How many copies of each partition; the broker's default when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    pub replication_factor: Option<i16>,
    /// Go on with an earlier run that did not come to its end
    #[arg(long)]
    pub resume: bool,
}

impl Copy {
    /// Says whether another cluster is meant.
    pub fn is_elsewhere(&self) -> bool {
        self.to_brokers.is_some() || !self.to_properties.is_empty() || self.to_config.is_some()
    }
}

/// `rk topics archive`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The file is compressed (zstd) and every part of it has a checksum. It gets its name when it is
complete and was read back; until then it is FILE.part, and the same command goes on with it.
It has what was there when the archive was begun; what transactions have aborted is left out.

Examples:
  rk topics archive orders orders.rk")]
pub struct Archive {
    /// The topic
    #[arg(value_name = "TOPIC")]
    pub topic: String,
    /// The file to write, which must not be there
    #[arg(value_name = "FILE")]
    pub file: std::path::PathBuf,
}

/// `rk topics restore`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The whole file is checked before anything is written. Records keep their partition, order, key,
value, headers and timestamp; offsets begin anew. In the end the numbers of records are compared.

Examples:
  rk topics restore orders.rk
  rk topics restore orders.rk orders-2")]
pub struct Restore {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: std::path::PathBuf,
    /// The topic to fill, which must have no records; without it, the name in the file
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
    /// How many copies of each partition; the broker's default when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    pub replication_factor: Option<i16>,
    /// Go on with an earlier run that did not come to its end
    #[arg(long)]
    pub resume: bool,
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
