//! `rk connect apply` and `rk connect diff`: from what is to what files say.

use super::create::create;
use super::rows::ChangeRow;
use super::trouble::refused;
use super::wait::{Before, Goal, wait};
use super::{Context, Ended, Failure, each, failed, files, open, unless};
use crate::cli::connect::manage as words;
use crate::connect::rest::diff::{Change, changes};
use crate::connect::rest::file::Wanted;
use crate::connect::rest::{Config, Connect, RestError};
use crate::exit::Exit;

/// What is to be done about a connector.
struct Plan<'a> {
    wanted: &'a Wanted,
    is_new: bool,
    changes: Vec<Change>,
}

impl<'a> Plan<'a> {
    fn of(wanted: &'a Wanted, connect: &Connect) -> Result<Self, Failure> {
        let name = &wanted.name;
        let what = || format!("cannot compare connector `{name}`");
        let found = match connect.config(name) {
            Ok(config) => Some(config),
            Err(RestError::NotThere { .. }) => None,
            Err(error) => return Err(failed(what(), error)),
        };
        let is_new = found.is_none();
        let changes = changes(&found.unwrap_or_else(Config::new), &wanted.config);
        Ok(Plan { wanted, is_new, changes })
    }

    /// The rows of its changes, and a word about a connector without any.
    fn rows(&mut self, cx: &Context) -> Vec<ChangeRow> {
        let name = self.wanted.name.clone();
        if self.changes.is_empty() {
            cx.ui.note(&format!("connector `{name}` is as it should be"));
        } else if self.is_new {
            cx.ui.note(&format!("connector `{name}` is not there"));
        }
        let row = |change| ChangeRow { name: name.clone(), change };
        self.changes.clone().into_iter().map(row).collect()
    }
}

pub(super) fn diff(words: &words::Diff, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let wanted = files::read(&words.files, cx)?;
    let mut rows = Vec::new();
    let exit = over(&wanted, cx, |one, cx| {
        rows.extend(Plan::of(one, &connect)?.rows(cx));
        Ok(())
    })?;
    cx.show(words.output.output, &rows)?;
    Ok(unless(exit, !rows.is_empty()))
}

pub(super) fn apply(words: &words::Apply, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let wanted = files::read(&words.files, cx)?;
    let state = words.state.map(words::FirstState::name);
    // All are compared before anything is done: what changes is one table.
    let mut plans = Vec::new();
    let mut rows = Vec::new();
    let compared = over(&wanted, cx, |one, cx| {
        let mut plan = Plan::of(one, &connect)?;
        rows.extend(plan.rows(cx));
        plans.push(plan);
        Ok(())
    })?;
    cx.show(words.output.output, &rows)?;
    if words.dry_run {
        return Ok(compared);
    }
    let plans: Vec<Plan> = plans.into_iter().filter(|plan| !plan.changes.is_empty()).collect();
    let names: Vec<String> = plans.iter().map(|plan| plan.wanted.name.clone()).collect();
    let mut rest = plans.iter();
    let applied = each(&names, cx, |_, cx| match rest.next() {
        Some(plan) if plan.is_new => create(plan.wanted, state, words.wait, &connect, cx),
        Some(plan) => change(plan, words.wait, &connect, cx),
        None => Ok(()),
    })?;
    Ok(if applied == Exit::Done { compared } else { applied })
}

/// Does something with each connector in turn.
fn over<'a>(
    wanted: &'a [Wanted],
    cx: &mut Context,
    mut work: impl FnMut(&'a Wanted, &mut Context) -> Result<(), Failure>,
) -> Ended {
    let names: Vec<String> = wanted.iter().map(|one| one.name.clone()).collect();
    let mut rest = wanted.iter();
    each(&names, cx, |_, cx| rest.next().map_or(Ok(()), |one| work(one, cx)))
}

/// Changes a connector that is there, and waits for the state that it had.
fn change(
    plan: &Plan,
    waits: words::WaitArgs,
    connect: &Connect,
    cx: &mut Context,
) -> Result<(), Failure> {
    let (name, config) = (plan.wanted.name.as_str(), &plan.wanted.config);
    connect.put_config(name, config).map_err(|error| {
        refused(format!("cannot change connector `{name}`"), error, config, connect, cx)
    })?;
    cx.ui.note(&format!("changed connector `{name}`"));
    settle(name, waits, connect, cx)
}

/// Waits until a connector that was changed is again what it was: running, paused or stopped.
pub(super) fn settle(
    name: &str,
    waits: words::WaitArgs,
    connect: &Connect,
    cx: &mut Context,
) -> Result<(), Failure> {
    if !waits.wait {
        return Ok(());
    }
    let goal = connect.status(name).map_or(Goal::Running, |one| Goal::of(&one.connector.state));
    wait(waits, goal, Before::MaybeSame, name, connect, cx)
}
