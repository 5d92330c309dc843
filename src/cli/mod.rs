//! The words of the command line: clap derive, and nothing else.
//!
//! One args struct a verb, one file a verb; the doc comments are the help. [`command`] is the
//! only source of the parser, the help, the man pages and the completions. Nothing below this
//! room sees clap.

pub mod common;
mod complete;
pub mod connect;
pub mod consume;
pub mod dev;
pub mod groups;
mod pages;
pub mod produce;
pub mod topics;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::settings::look::Color;

pub use complete::{Kind, Wanted, wanted};
pub use pages::{Shell, completions, help, man_page, man_pages};

/// Kafka from the command line: produce, consume, administer; and `rk dev`, a broker
#[derive(Clone, Debug, Parser)]
#[command(name = "rk", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Brokers come from -b, else RK_BROKERS, else BOOTSTRAP_SERVERS, else localhost:9092.
Exit codes: 0 done, 1 failed, 2 bad words, 3 partly done, 4 not there, 5 not as it
should be, 130 interrupted.")]
pub struct Cli {
    #[command(flatten)]
    pub talk: common::Talk,
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Create, list, describe, alter and delete topics
    #[command(alias = "topic")]
    Topics(Box<topics::Topics>),
    /// Send records: lines, JSON, CSV and more, from standard input or files
    Produce(Box<produce::Produce>),
    /// Print records
    Consume(Box<consume::Consume>),
    /// List, describe, reset and delete consumer groups
    #[command(visible_alias = "consumer-groups", alias = "group")]
    Groups(Box<groups::Groups>),
    /// Run connectors, and manage those of a Kafka Connect cluster
    Connect(Box<connect::Connect>),
    /// Run a broker for development and tests
    Dev(Box<dev::Dev>),
    /// Print the completions for a shell
    Completions(Completions),
    /// What shells ask for while a line is typed; it is not in the tree of words
    #[command(skip)]
    Complete(String),
    /// Print a manual page, or write them all
    Man(Man),
}

/// `rk completions`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
In bash, zsh and fish the names of connectors, topics and groups are completed too: rk asks the
cluster that the line or the environment names, for a second at most.

Examples:
  rk completions bash > ~/.local/share/bash-completion/completions/rk
  rk completions zsh > ~/.zfunc/_rk
  rk completions fish > ~/.config/fish/completions/rk.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `rk man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  rk man topics create | man -l -
  rk man --dir ~/.local/share/man/man1")]
pub struct Man {
    /// The verb: `topics create`; rk itself when none is named; `format` for format strings
    #[arg(value_name = "VERB", conflicts_with = "dir")]
    pub verb: Vec<String>,
    /// Write all pages into this directory
    #[arg(long)]
    pub dir: Option<std::path::PathBuf>,
}

/// Returns the whole tree of words.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Words that do not make a command: an answer to `--help` and `--version`, or a mistake.
#[derive(Clone, Debug)]
pub struct Told {
    /// The text, plain.
    pub plain: String,
    /// The text with colour.
    pub coloured: String,
    /// Whether the words were wrong; else the text is what was asked for.
    pub is_mistake: bool,
}

/// Reads the words of a command line; the first one is the program's own name.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, Told> {
    let told = |error: clap::Error| {
        let text = error.render();
        let is_mistake =
            !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        Told { plain: text.to_string(), coloured: text.ansi().to_string(), is_mistake }
    };
    let args: Vec<OsString> = args.into_iter().collect();
    if let [_, word, line] = args.as_slice()
        && word == complete::WORD
    {
        let talk = common::Talk { quiet: true, verbose: 0, color: Color::Never };
        return Ok(Cli { talk, verb: Verb::Complete(line.to_string_lossy().into_owned()) });
    }
    let matches = command().try_get_matches_from(args).map_err(told)?;
    Cli::from_arg_matches(&matches).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn verb(line: &str) -> Verb {
        parse(line.split_whitespace().map(OsString::from)).map_err(|told| told.plain).unwrap().verb
    }

    #[test]
    fn the_tree_of_words_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn topics_stand_by_position_or_behind_a_flag() {
        let Verb::Topics(topics) = verb("rk topics -b x:1 delete a -t b -t a") else { panic!() };
        assert_eq!(topics.cluster.brokers.as_deref(), Some("x:1"));
        let topics::Verb::Delete(delete) = topics.verb else { panic!() };
        assert_eq!(delete.topics.names(), ["a", "b"]);
        let Verb::Topics(topics) = verb("rk topics list --bootstrap-server y:1") else { panic!() };
        assert_eq!(topics.cluster.brokers.as_deref(), Some("y:1"));
    }

    #[test]
    fn the_first_word_of_produce_is_a_file_when_a_flag_names_the_topic() {
        let Verb::Produce(words) = verb("rk produce t a b") else { panic!() };
        assert_eq!((words.topic(), words.files()), ("t", ["a", "b"].map(PathBuf::from).to_vec()));
        let Verb::Produce(words) = verb("rk produce -t t a b") else { panic!() };
        assert_eq!((words.topic(), words.files()), ("t", ["a", "b"].map(PathBuf::from).to_vec()));
        assert!(parse(["rk", "produce"].map(OsString::from)).is_err());
    }

    #[test]
    fn values_may_begin_with_a_dash_where_that_means_something() {
        let Verb::Consume(words) = verb("rk consume t -O -5 -p 0 -p 1,2") else { panic!() };
        assert_eq!(words.place.offset, crate::settings::position::ranges("-5").ok());
        assert_eq!(words.place.partitions, [0, 1, 2]);
        let line = "rk consumer-groups reset-offsets --group g --topic t:0 --shift-by -2";
        let Verb::Groups(words) = verb(line) else { panic!() };
        let groups::Verb::ResetOffsets(words) = words.verb else { panic!() };
        assert_eq!(words.target.shift_by, Some(-2));
    }

    #[test]
    fn what_stands_behind_two_dashes_is_the_command() {
        let Verb::Dev(words) = verb("rk dev --partitions 1 -- sh -c -v") else { panic!() };
        assert_eq!(words.command, ["sh", "-c", "-v"]);
        assert_eq!(words.partitions, 1);
    }

    #[test]
    fn a_slip_of_the_finger_is_answered_with_the_right_word() {
        for (line, hint) in [("rk topcis", "topics"), ("rk topics list --intenal", "--internal")] {
            let told = parse(line.split_whitespace().map(OsString::from)).unwrap_err();
            assert!(told.is_mistake && told.plain.contains(&format!("'{hint}'")), "{told:?}");
        }
    }
}
