//! `rk connect`: one file a verb.

mod act;
mod alter;
mod apply;
mod board;
mod create;
mod delete;
mod describe;
mod files;
mod info;
mod list;
mod loggers;
mod offsets;
mod plugins;
mod restart;
mod rows;
mod run;
mod status;
mod tasks;
mod topics;
mod trouble;
mod validate;
mod wait;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use super::{Context, Ended};
use crate::cli::connect as words;
use crate::cli::connect::manage::RestArgs;
use crate::connect::rest::Connect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::http::{Base, Login, Settings, Stop};
use crate::settings::connect::ConnectWords;
use trouble::failure as failed;

pub(super) fn run(words: words::Connect, cx: &mut Context) -> Ended {
    match words.verb {
        words::Verb::Run(words) => run::run(*words, cx),
        words::Verb::List(words) => list::run(&words, cx),
        words::Verb::Describe(words) => describe::run(&words, cx),
        words::Verb::Status(words) => status::run(&words, cx),
        words::Verb::Create(words) => create::run(&words, cx),
        words::Verb::Apply(words) => apply::apply(&words, cx),
        words::Verb::Diff(words) => apply::diff(&words, cx),
        words::Verb::Alter(words) => alter::run(&words, cx),
        words::Verb::Delete(words) => delete::run(&words, cx),
        words::Verb::Pause(words) => act::run(act::Act::Pause, &words, cx),
        words::Verb::Resume(words) => act::run(act::Act::Resume, &words, cx),
        words::Verb::Stop(words) => act::run(act::Act::Stop, &words, cx),
        words::Verb::Restart(words) => restart::run(&words, cx),
        words::Verb::Tasks(words) => tasks::run(&words, cx),
        words::Verb::Topics(words) => topics::run(&words, cx),
        words::Verb::Offsets(words) => offsets::run(&words, cx),
        words::Verb::Plugins(words) => plugins::run(&words, cx),
        words::Verb::Validate(words) => validate::run(&words, cx),
        words::Verb::Loggers(words) => loggers::run(&words, cx),
        words::Verb::Watch(words) => watch::run(&words, cx),
        words::Verb::Info(words) => info::run(&words, cx),
    }
}

/// Checks the words about the workers; nothing is sent.
fn open(rest: &RestArgs, cx: &Context) -> Result<Connect, Failure> {
    open_until(rest, Arc::new(|| false), cx)
}

/// The same, for a command that can be told to stop while it waits.
fn open_until(rest: &RestArgs, stop: Stop, cx: &Context) -> Result<Connect, Failure> {
    let words = ConnectWords::from(rest);
    let connect = of(words, (rest.request_timeout, !rest.no_retry), stop, cx)?;
    cx.ui.detail(&format!("workers: {}", connect.servers()));
    Ok(connect)
}

/// The same for whoever has little patience, and tells nobody.
pub(super) fn open_quietly(
    words: ConnectWords,
    patience: Duration,
    cx: &Context,
) -> Result<Connect, Failure> {
    of(words, (patience, false), Arc::new(|| false), cx)
}

fn of(
    words: ConnectWords,
    (timeout, retries): (Duration, bool),
    stop: Stop,
    cx: &Context,
) -> Result<Connect, Failure> {
    let found = words.resolve(&cx.env)?;
    let bases = Base::parse_all(&found.urls)
        .map_err(|bad| Failure::new(bad.to_string()).exit(Exit::BadWords))?;
    let mut settings = Settings::of(bases);
    settings.login = match (found.user, found.token) {
        (Some((user, password)), _) => Login::Basic { user, password },
        (None, Some(token)) => Login::Bearer(token),
        (None, None) => Login::Nobody,
    };
    settings.tls = found.tls;
    settings.timeout = timeout;
    settings.stop = stop;
    Connect::of(settings, retries).map_err(|error| failed("cannot talk to the workers", error))
}

/// The connectors that are named, or all there are.
fn named_or_all(names: Vec<String>, connect: &Connect, what: &str) -> Result<Vec<String>, Failure> {
    match names.is_empty() {
        true => connect.names().map_err(|error| failed(format!("cannot {what}"), error)),
        false => Ok(names),
    }
}

/// Does something to each connector in turn. What fails is told at once, and the others still
/// have their turn.
fn each(
    names: &[String],
    cx: &mut Context,
    mut work: impl FnMut(&str, &mut Context) -> Result<(), Failure>,
) -> Ended {
    let mut exits = Vec::new();
    for name in names {
        if let Err(failure) = work(name, cx) {
            if failure.is_closed_pipe() {
                return Err(failure);
            }
            cx.ui.flush()?;
            cx.ui.failure(&failure);
            exits.push(failure.exit);
        }
    }
    Ok(Exit::of_many(names.len(), &exits))
}

/// Puts the exit code of what was found over that of what was done.
fn unless(exit: Exit, is_not_so: bool) -> Exit {
    match exit {
        Exit::Done if is_not_so => Exit::NotSo,
        other => other,
    }
}
