//! Words of `rk dev`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::settings::words;

/// `rk dev`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
With a command after `--` the broker takes a free port and lives as long as the command, which
finds it in BOOTSTRAP_SERVERS, KAFKA_BOOTSTRAP_SERVERS and RK_BROKERS, with rk first on PATH.

Examples:
  rk dev
  rk dev --data-dir ./kafka --config log.retention.hours=1
  rk dev --listener SASL_SSL,port=9093 --user alice:secret
  rk dev -- pytest")]
pub struct Dev {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]
    #[arg(short, long, value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Listen also, or only, as here: [NAME=]PROTOCOL with port=, host=, advertised=HOST:PORT,
    /// keystore=FILE, ca=FILE, client-auth=required, mechanisms=A+B; repeatable
    #[arg(long = "listener", value_name = "[NAME=]PROTOCOL,...")]
    pub listeners: Vec<String>,
    /// Let somebody log in, by PLAIN and by SCRAM; repeatable
    #[arg(long = "user", value_name = "NAME:PASSWORD|NAME:@FILE")]
    pub users: Vec<String>,
    /// Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]
    #[arg(short, long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Acknowledge what is on disk only, so that it survives a power cut as well
    #[arg(long)]
    pub fsync: bool,
    /// How many partitions a topic gets that is created without a number
    #[arg(short, long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(i32).range(1..))]
    #[arg(allow_negative_numbers = true)]
    pub partitions: i32,
    /// Set a config of the broker; repeatable
    #[arg(short, long = "config", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub configs: Vec<(String, String)>,
    /// Do not create a topic only because somebody asks for it
    #[arg(long)]
    pub no_auto_create: bool,
    /// Write the address into this file when the broker answers
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// The cluster's id [default: the data directory's, or a random one]
    #[arg(long, value_name = "ID")]
    pub cluster_id: Option<String>,
    /// The broker's id [default: the data directory's, or 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    pub node_id: Option<i32>,
    /// Offer what this older Kafka offered: its requests, their versions and its features
    #[arg(long, value_name = "RELEASE", value_parser = ["2.8", "3.9", "4.1"])]
    pub as_version: Option<String>,
    /// Accept replication factors above 1; one replica is stored, and told, all the same
    #[arg(long)]
    pub lenient_rf: bool,
    /// A command to run, with a broker for as long as it lives
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}
