//! Words of the verbs that manage a Connect cluster over REST.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::common::{OutputArgs, each_once};
use crate::settings::connect::ConnectWords;
use crate::settings::{duration, words};

/// Which workers, and how to talk to them.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Workers")]
pub struct RestArgs {
    /// URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083
    #[arg(long, visible_alias = "connect-url", value_name = "URL,...")]
    pub connect: Option<String>,
    /// Log in with a name and a password; else RK_CONNECT_USER
    #[arg(long, value_name = "USER:PASSWORD", value_parser = words::login)]
    pub user: Option<(String, String)>,
    /// Log in with a bearer token; else RK_CONNECT_TOKEN
    #[arg(long, value_name = "TOKEN", conflicts_with = "user")]
    pub token: Option<String>,
    /// Trust the authorities in this PEM file, and not the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Show this certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// The key of --cert (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Do not look who the workers are: whoever is between can read and change everything
    #[arg(long)]
    pub insecure: bool,
    /// Read `connect.url` and other settings from a .properties file
    #[arg(long, value_name = "FILE")]
    pub command_config: Option<PathBuf>,
    /// How long an answer may take
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "100s")]
    pub request_timeout: Duration,
    /// Do not wait for a rebalance to be over, but fail
    #[arg(long)]
    pub no_retry: bool,
}

impl From<&RestArgs> for ConnectWords {
    fn from(args: &RestArgs) -> Self {
        ConnectWords {
            url: args.connect.clone(),
            user: args.user.clone(),
            token: args.token.clone(),
            ca: args.ca.clone(),
            cert: args.cert.clone(),
            key: args.key.clone(),
            insecure: args.insecure,
            command_config: args.command_config.clone(),
        }
    }
}

/// One connector or more.
#[derive(Args, Clone, Debug)]
pub struct Names {
    /// Connectors, by name
    #[arg(value_name = "CONNECTOR", required = true)]
    names: Vec<String>,
}

impl Names {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter())
    }
}

/// Some connectors, or all when none is named.
#[derive(Args, Clone, Debug)]
pub struct SomeNames {
    /// Connectors, by name; all of them when none is named
    #[arg(value_name = "CONNECTOR")]
    names: Vec<String>,
}

impl SomeNames {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter())
    }
}

/// Some connectors by name, or all of them by a word of its own.
#[derive(Args, Clone, Debug)]
#[group(id = "which", required = true, multiple = false)]
pub struct NamesOrAll {
    /// Connectors, by name
    #[arg(value_name = "CONNECTOR")]
    names: Vec<String>,
    /// All connectors
    #[arg(long)]
    pub all: bool,
}

impl NamesOrAll {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter())
    }
}

/// Whether to wait for what was asked for.
#[derive(Args, Clone, Copy, Debug)]
pub struct WaitArgs {
    /// Wait until it is so, or has failed
    #[arg(long)]
    pub wait: bool,
    /// How long to wait at most
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "60s")]
    #[arg(requires = "wait")]
    pub timeout: Duration,
}

/// What is shown of connectors, and may be judged.
#[derive(Args, Clone, Debug)]
pub struct Judged {
    /// End with exit code 5 if a connector or a task has failed
    #[arg(long)]
    pub fail_on_failed: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect list`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
TASKS is how many run of how many there are, and what the others do: `2/3, 1 FAILED`. Plain
prints only the names, one a line.")]
pub struct List {
    #[command(flatten)]
    pub judged: Judged,
}

/// `rk connect describe`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Passwords and other secrets are hidden. What -o json prints can be read by `rk connect apply`,
if nothing of it is hidden.

Examples:
  rk connect describe orders-to-postgres
  rk connect describe --show-secrets -o json > connectors.json")]
pub struct Describe {
    #[command(flatten)]
    pub names: SomeNames,
    /// Show passwords and other secrets as they are
    #[arg(long)]
    pub show_secrets: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect status`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
PROBLEM is the root of the failure; with -v the whole trace follows the table.

Examples:
  rk connect status
  rk connect status orders-to-postgres -v
  rk connect status --fail-on-failed >/dev/null || rk connect restart --all --failed --tasks")]
pub struct Status {
    #[command(flatten)]
    pub names: SomeNames,
    /// Show only this task of one connector
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    pub task: Option<i64>,
    #[command(flatten)]
    pub judged: Judged,
}

/// The files of connectors.
#[derive(Args, Clone, Debug)]
pub struct Files {
    /// Files: .properties, a JSON map of settings, a JSON request or a list of them; - is
    /// standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The name of the connector, for a file that has none
    #[arg(long)]
    pub name: Option<String>,
    /// Set a setting, over what the file says; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub set: Vec<(String, String)>,
}

/// What state a connector is made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FirstState {
    Running,
    Paused,
    Stopped,
}

impl FirstState {
    /// Returns the state as Connect writes it.
    pub fn name(self) -> &'static str {
        match self {
            FirstState::Running => "RUNNING",
            FirstState::Paused => "PAUSED",
            FirstState::Stopped => "STOPPED",
        }
    }
}

/// `rk connect create`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk connect create orders-to-postgres.properties --wait
  rk connect create sink.json --state stopped
  rk connect create base.properties --name orders --set topics=orders")]
pub struct Create {
    #[command(flatten)]
    pub files: Files,
    /// The state to make it in; else what the file says, else running
    #[arg(long, value_name = "STATE")]
    pub state: Option<FirstState>,
    #[command(flatten)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect apply`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
What changes is printed, with secrets hidden. Applied twice, nothing changes. Settings that are
not in the file are removed. --state means connectors that are made; those that are there keep
their state.

Examples:
  rk connect apply connectors/*.properties --wait
  rk connect apply sink.json --dry-run")]
pub struct Apply {
    #[command(flatten)]
    pub files: Files,
    /// The state of connectors that are made; else what the file says, else running
    #[arg(long, value_name = "STATE")]
    pub state: Option<FirstState>,
    /// Print what would change, and change nothing
    #[arg(long, conflicts_with = "wait")]
    pub dry_run: bool,
    #[command(flatten)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect diff`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Ends with exit code 0 if nothing differs and with 5 if something does. Secrets are hidden.")]
pub struct Diff {
    #[command(flatten)]
    pub files: Files,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect alter`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk connect alter orders-to-postgres --set tasks.max=4 --unset transforms")]
pub struct Alter {
    /// The connector
    #[arg(value_name = "CONNECTOR")]
    pub name: String,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// What to change.
#[derive(Args, Clone, Debug)]
#[group(id = "changes", required = true, multiple = true)]
pub struct Changes {
    /// Set a setting; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = words::pair)]
    pub set: Vec<(String, String)>,
    /// Take a setting away; repeatable
    #[arg(long = "unset", value_name = "KEY")]
    pub unset: Vec<String>,
}

/// `rk connect delete`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Offsets stay: a connector that is made again under the same name goes on where this one was.
On a terminal you are asked; elsewhere --yes must say that you mean it.")]
pub struct Delete {
    #[command(flatten)]
    pub names: Names,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Do not fail for connectors that are not there
    #[arg(long)]
    pub if_exists: bool,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect pause`, `resume` and `stop`.
#[derive(Args, Clone, Debug)]
pub struct Act {
    #[command(flatten)]
    pub which: NamesOrAll,
    #[command(flatten)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect restart`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
As everywhere in Kafka Connect, restarting a connector does not restart its tasks: say --tasks.

Examples:
  rk connect restart orders-to-postgres --tasks --failed --wait
  rk connect restart --all --tasks --failed
  rk connect restart orders-to-postgres --task 2")]
pub struct Restart {
    #[command(flatten)]
    pub which: NamesOrAll,
    /// Restart the tasks too
    #[arg(long)]
    pub tasks: bool,
    /// Restart only what has failed
    #[arg(long)]
    pub failed: bool,
    /// Restart this one task, whatever its state; repeatable
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    #[arg(conflicts_with_all = ["tasks", "failed", "all"])]
    pub task: Vec<i64>,
    #[command(flatten)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect tasks`.
#[derive(Args, Clone, Debug)]
pub struct Tasks {
    #[command(flatten)]
    pub names: SomeNames,
    /// Show what each task is told to do, and not its state
    #[arg(long)]
    pub configs: bool,
    /// Show passwords and other secrets as they are
    #[arg(long, requires = "configs")]
    pub show_secrets: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect topics`.
#[derive(Args, Clone, Debug)]
pub struct Topics {
    #[command(flatten)]
    pub names: SomeNames,
    /// Forget the topics, so that only those are shown that are used from now on
    #[arg(long, requires = "names")]
    pub reset: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect offsets`.
#[derive(Args, Clone, Debug)]
pub struct Offsets {
    #[command(subcommand)]
    pub verb: OffsetsVerb,
}

/// What to do with offsets.
#[derive(Clone, Debug, Subcommand)]
pub enum OffsetsVerb {
    /// Show how far connectors are
    Get(OffsetsGet),
    /// Move a connector to other offsets
    Alter(OffsetsAlter),
    /// Make connectors begin anew
    Reset(OffsetsReset),
}

/// `rk connect offsets get`.
#[derive(Args, Clone, Debug)]
pub struct OffsetsGet {
    #[command(flatten)]
    pub names: Names,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// How a connector is made ready for other offsets.
#[derive(Args, Clone, Copy, Debug)]
pub struct StopArgs {
    /// Stop the connector first, which offsets cannot be changed without
    #[arg(long)]
    pub stop_first: bool,
    /// Resume it afterwards
    #[arg(long)]
    pub resume: bool,
    /// How long stopping may take
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "60s")]
    pub timeout: Duration,
}

/// `rk connect offsets alter`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "rk connect offsets alter <CONNECTOR> <WHICH> [OPTIONS]")]
#[command(after_help = "\
A file has what `rk connect offsets get -o json` prints, or what Connect's REST interface does:
{\"offsets\": [{\"partition\": …, \"offset\": …}]}. An offset of null forgets the partition.

Examples:
  rk connect offsets alter my-sink --topic orders:0=100 --stop-first --resume
  rk connect offsets alter my-source offsets.json
  rk connect offsets alter my-source --partition '{\"filename\":\"a\"}' --offset '{\"position\":0}'")]
pub struct OffsetsAlter {
    /// The connector
    #[arg(value_name = "CONNECTOR")]
    pub name: String,
    #[command(flatten)]
    pub which: WhichOffsets,
    /// The offset of --partition, as JSON
    #[arg(long, value_name = "JSON", requires = "partition")]
    pub offset: Option<String>,
    #[command(flatten)]
    pub stop: StopArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// Where the new offsets come from.
#[derive(Args, Clone, Debug)]
#[group(id = "which-offsets", required = true, multiple = false)]
pub struct WhichOffsets {
    /// A file with offsets; - is standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The partition of a source, as JSON
    #[arg(long, value_name = "JSON", requires = "offset")]
    pub partition: Option<String>,
    /// An offset of a sink: `orders:0=100`, or `orders:0=` to forget it; repeatable
    #[arg(long = "topic", value_name = "TOPIC:PARTITION=OFFSET", value_parser = words::topic_offset)]
    pub topics: Vec<words::TopicOffset>,
}

/// `rk connect offsets reset`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
On a terminal you are asked; elsewhere --yes must say that you mean it.

Examples:
  rk connect offsets reset my-source --stop-first --resume --yes")]
pub struct OffsetsReset {
    #[command(flatten)]
    pub names: Names,
    /// Reset without asking
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub stop: StopArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect plugins`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk connect plugins
  rk connect plugins --all
  rk connect plugins FileStreamSource
  rk connect plugins --local FileStreamSink")]
pub struct Plugins {
    /// Show the settings of this plugin, by its class or the class's last part
    #[arg(value_name = "CLASS")]
    pub class: Option<String>,
    /// List converters, transforms and predicates too
    #[arg(long, conflicts_with = "class")]
    pub all: bool,
    /// Show what `rk connect run` has inside, with every setting; no worker is asked
    #[arg(long, conflicts_with_all = ["all", "plugin_version"])]
    pub local: bool,
    /// The version of the plugin, where the worker has several
    #[arg(long, value_name = "VERSION", requires = "class")]
    pub plugin_version: Option<String>,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect validate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Ends with exit code 0 if there is no problem and with 5 if there is one. The worker does the
checking: it needs the plugin, and may connect to where the connector would.")]
pub struct Validate {
    #[command(flatten)]
    pub files: Files,
    /// Show all settings with their values, and not only those with a problem
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect loggers`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk connect loggers
  rk connect loggers org.apache.kafka.connect --set debug --cluster")]
pub struct Loggers {
    /// Loggers, by name; all of them when none is named
    #[arg(value_name = "LOGGER")]
    pub names: Vec<String>,
    /// Set the level of these loggers and of those below them: trace, debug, info, warn, error
    #[arg(long, value_name = "LEVEL", requires = "names")]
    pub set: Option<String>,
    /// Set it on all workers, and not only on the one that is asked
    #[arg(long, requires = "set")]
    pub cluster: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect watch`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
First a line for each connector and task as it is, then one for each change. It ends with
Ctrl-C, after --timeout, or with exit code 5 at the first failure if --fail-on-failed says so.
With -o json there is an object a line.

Examples:
  rk connect watch
  rk connect watch orders-to-postgres --timeout 5m --fail-on-failed
  rk connect watch --restart-failed --max-restarts 3")]
pub struct Watch {
    #[command(flatten)]
    pub names: SomeNames,
    /// End after this time
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// How often to look
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "1s")]
    pub interval: Duration,
    /// End with exit code 5 when a connector or a task has failed
    #[arg(long)]
    pub fail_on_failed: bool,
    /// Restart what fails
    #[arg(long, conflicts_with = "fail_on_failed")]
    pub restart_failed: bool,
    /// How often each connector is restarted in an hour at most
    #[arg(long, value_name = "N", default_value_t = 5, requires = "restart_failed")]
    pub max_restarts: u32,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}

/// `rk connect info`.
#[derive(Args, Clone, Debug)]
pub struct Info {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub rest: RestArgs,
}
