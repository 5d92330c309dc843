//! `rk connect create`: connectors out of files.

use super::trouble::refused;
use super::wait::{Before, Goal, wait};
use super::{Context, Ended, Failure, each, files, open};
use crate::cli::connect::manage::{self as words, WaitArgs};
use crate::connect::rest::Connect;
use crate::connect::rest::file::Wanted;

pub(super) fn run(words: &words::Create, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let wanted = files::read(&words.files, cx)?;
    let names: Vec<String> = wanted.iter().map(|one| one.name.clone()).collect();
    let state = words.state.map(words::FirstState::name);
    let mut rest = wanted.iter();
    each(&names, cx, |_, cx| match rest.next() {
        Some(one) => create(one, state, words.wait, &connect, cx),
        None => Ok(()),
    })
}

/// Makes one connector.
pub(super) fn create(
    wanted: &Wanted,
    state: Option<&str>,
    waits: WaitArgs,
    connect: &Connect,
    cx: &mut Context,
) -> Result<(), Failure> {
    let name = wanted.name.as_str();
    let state = state.or(wanted.state.as_deref());
    connect.create(name, &wanted.config, state).map_err(|error| {
        refused(format!("cannot create connector `{name}`"), error, &wanted.config, connect, cx)
    })?;
    cx.ui.note(&format!("created connector `{name}`"));
    wait(waits, state.map_or(Goal::Running, Goal::of), Before::Other, name, connect, cx)
}
