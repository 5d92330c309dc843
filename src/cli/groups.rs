//! Words of `rk groups`.

use clap::{Args, Subcommand};

use super::common::{ClusterArgs, OutputArgs, each_once};
use crate::settings::position::{self, Position};
use crate::settings::time::Time;
use crate::settings::words::TopicScope;
use crate::settings::{duration, time, words};

/// `rk groups`.
#[derive(Args, Clone, Debug)]
pub struct Groups {
    #[command(flatten)]
    pub cluster: ClusterArgs,
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do with consumer groups.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// List the groups there are
    List(List),
    /// Show groups: offsets and lag, members, or state
    Describe(Describe),
    /// Move a group's offsets: shows the plan, and acts with --execute
    #[command(visible_alias = "reset")]
    ResetOffsets(Box<ResetOffsets>),
    /// Delete groups and their offsets
    Delete(Delete),
}

/// `rk groups list`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Plain prints only the names, one a line.")]
pub struct List {
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `rk groups describe`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Without --members or --state it shows, for each partition, the committed offset, the log's end
and the lag between them; `-` is what is not known.

Examples:
  rk groups describe billing
  rk groups describe --state")]
pub struct Describe {
    /// Groups, by name; all of them when none is named
    #[arg(value_name = "GROUP")]
    names: Vec<String>,
    /// A group, as Kafka's own tools name it; repeatable
    #[arg(short, long, value_name = "GROUP")]
    group: Vec<String>,
    /// Show all groups: what is shown anyway when none is named
    #[arg(long, conflicts_with_all = ["names", "group"])]
    pub all_groups: bool,
    /// Show the members and what they are assigned
    #[arg(long)]
    pub members: bool,
    /// Show the state and the coordinator
    #[arg(long, conflicts_with = "members")]
    pub state: bool,
    /// Show the offsets: what is shown anyway
    #[arg(long, conflicts_with_all = ["members", "state"])]
    pub offsets: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Describe {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.names.iter().chain(&self.group))
    }
}

/// `rk groups reset-offsets`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "rk groups reset-offsets --group <GROUP> <WHICH> <WHERE> [OPTIONS]")]
#[command(after_help = "\
Nothing changes without --execute. The group must have no members while its offsets move.

Examples:
  rk groups reset-offsets --group billing --all-topics --to-earliest
  rk groups reset-offsets --group billing --topic orders:0,1 --shift-by -10 --execute
  rk groups reset-offsets --group billing --topic orders --to-datetime 2026-01-31T00:00:00.000")]
pub struct ResetOffsets {
    /// The group
    #[arg(short, long)]
    pub group: String,
    /// Move the offsets; without it only the plan is shown
    #[arg(long)]
    pub execute: bool,
    /// Show the plan only: what happens anyway without --execute
    #[arg(long, conflicts_with = "execute")]
    pub dry_run: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub target: Target,
}

/// Which partitions.
#[derive(Args, Clone, Debug)]
#[group(id = "scope", required = true, multiple = false)]
#[command(next_help_heading = "Which")]
pub struct Scope {
    /// A topic, or some of its partitions; repeatable
    #[arg(short, long = "topic", value_name = "TOPIC[:0,1]", value_parser = words::topic_scope)]
    pub topics: Vec<TopicScope>,
    /// Every partition that the group has committed
    #[arg(long)]
    pub all_topics: bool,
}

/// Where to.
#[derive(Args, Clone, Debug)]
#[group(id = "target", required = true, multiple = false)]
#[command(next_help_heading = "Where")]
pub struct Target {
    /// To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME
    #[arg(long, value_name = "POSITION", value_parser = position::position)]
    #[arg(allow_hyphen_values = true)]
    pub to: Option<Position>,
    /// To the oldest record that is still there
    #[arg(long)]
    pub to_earliest: bool,
    /// To the end: only what is written from now on
    #[arg(long)]
    pub to_latest: bool,
    /// To this offset
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub to_offset: Option<i64>,
    /// To the first record of this time or later; UTC where no zone is written
    #[arg(long, visible_alias = "to-date-time", value_name = "TIME", value_parser = time::parse)]
    #[arg(allow_hyphen_values = true)]
    pub to_datetime: Option<Time>,
    /// To the first record younger than this: 2h30m, PT2H
    #[arg(long, visible_alias = "by-period", value_name = "DURATION")]
    #[arg(value_parser = duration::parse)]
    pub by_duration: Option<std::time::Duration>,
    /// So many records on, or back when negative
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub shift_by: Option<i64>,
    /// To where it stands: commits what is committed, and the end where nothing is
    #[arg(long)]
    pub to_current: bool,
}

/// `rk groups delete`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
On a terminal you are asked; elsewhere --yes must say that you mean it.")]
pub struct Delete {
    #[command(flatten)]
    groups: GroupNames,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Args, Clone, Debug)]
#[group(id = "groups", required = true, multiple = true)]
struct GroupNames {
    /// Groups, by name
    #[arg(value_name = "GROUP")]
    names: Vec<String>,
    /// A group, as Kafka's own tools name it; repeatable
    #[arg(short, long, value_name = "GROUP")]
    group: Vec<String>,
}

impl Delete {
    /// Returns all names, in the order written, each once.
    pub fn names(&self) -> Vec<String> {
        each_once(self.groups.names.iter().chain(&self.groups.group))
    }
}
