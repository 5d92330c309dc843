//! `rk`: a Kafka client, a Kafka admin tool and a Kafka broker, in one binary.
//!
//! The map, in reading order:
//!
//! - [`exit`], [`failure`]: the exit codes, and how an error is told
//! - [`cli`]: the words of the command line, and nothing but words
//! - [`settings`]: flags, environment and files, checked and typed once
//! - [`cmd`]: the verbs, one file each: gather, make rows, render
//! - [`client`]: talking to any Kafka cluster
//! - [`http`]: talking HTTP: to a Schema Registry, to Kafka Connect
//! - [`registry`]: talking to a Schema Registry
//! - [`codec`]: what keys, values and headers mean: bytes to text and back
//! - [`mod@format`]: templates for records, one grammar for printing and reading
//! - [`archive`]: the file that `rk topics archive` writes
//! - [`search`]: which records are wanted: conditions, regular expressions, jq
//! - [`connect`]: Kafka Connect: its REST interface; connectors, and the worker that runs them
//! - [`render`]: rows as a table, JSON, CSV or plain text
//! - [`ui`]: who may speak, when, and where
//! - [`wire`]: the Kafka protocol as bytes
//! - [`broker`]: `rk dev`
//! - [`base`]: ids, clock, limits

pub mod archive;
pub mod base;
pub mod broker;
pub mod cli;
pub mod client;
pub mod cmd;
pub mod codec;
pub mod connect;
pub mod exit;
pub mod failure;
pub mod format;
pub mod http;
pub mod registry;
pub mod render;
pub mod search;
pub mod settings;
pub mod ui;
pub mod wire;

use std::ffi::OsString;

use cmd::Context;
use exit::Exit;
use settings::env::Env;
use ui::{Manner, Stdio, Ui};

/// Runs one command line, from its words to its exit code. The first word is the program's own
/// name. Nothing of the process is touched but through `env` and `stdio`, so that a test may
/// call this as often as it likes.
pub fn run(args: impl IntoIterator<Item = OsString>, env: Env, stdio: Stdio) -> Exit {
    let mut ui = Ui::new(stdio, &env, Manner::default());
    let words = match cli::parse(args) {
        Ok(words) => words,
        Err(told) => return tell(&told, &mut ui),
    };
    let talk = &words.talk;
    ui.set_manner(Manner { quiet: talk.quiet, verbose: talk.verbose, color: talk.color });
    let mut cx = Context::new(ui, env);
    let ended = cmd::run(words.verb, &mut cx);
    // What was printed before a failure is told before the failure.
    let ended = cx.ui.flush().map_err(failure::Failure::from).and(ended);
    match ended {
        Ok(exit) => exit,
        Err(failure) if failure.is_closed_pipe() => Exit::Done,
        Err(failure) => {
            cx.ui.failure(&failure);
            failure.exit
        }
    }
}

/// Prints help or version on standard output, and a mistake in the words on standard error.
fn tell(told: &cli::Told, ui: &mut Ui) -> Exit {
    if told.is_mistake {
        let text = if ui.talk_has_color() { &told.coloured } else { &told.plain };
        ui.say_raw(text.trim_end());
        return Exit::BadWords;
    }
    let text = if ui.out_has_color() { &told.coloured } else { &told.plain };
    let printed = std::io::Write::write_all(ui.out(), text.as_bytes()).and_then(|()| ui.flush());
    match printed.map_err(failure::Failure::from) {
        Err(failure) if !failure.is_closed_pipe() => {
            ui.failure(&failure);
            failure.exit
        }
        _ => Exit::Done,
    }
}
