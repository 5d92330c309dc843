//! Waiting until a connector is as it should be, or has failed.
//!
//! What a worker tells of a state is a little late: after a change the old state may stand there
//! still, and be the very one that is waited for. So what is found has to hold for a moment
//! where it may be old.

use std::time::Duration;

use super::rows::StateRow;
use super::status::told_short;
use super::{Context, Failure, failed};
use crate::base::clock::Moment;
use crate::cli::connect::manage::WaitArgs;
use crate::connect::rest::{Connect, RestError, Status};
use crate::exit::Exit;

/// How often the state is asked for.
const LOOK: Duration = Duration::from_millis(250);
/// How long a state must hold that may be an old one; an old failure is there for longer, since
/// workers share out their tasks anew before anything new is told.
const SETTLE: Duration = Duration::from_millis(1500);
const SETTLE_FAILED: Duration = Duration::from_secs(5);

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The connector runs, and all its tasks do.
    Running,
    /// It is paused, with its tasks.
    Paused,
    /// It is stopped, and has no tasks.
    Stopped,
}

impl Goal {
    /// The goal that Connect's word for a state means.
    pub(super) fn of(state: &str) -> Self {
        match state {
            "PAUSED" => Goal::Paused,
            "STOPPED" => Goal::Stopped,
            _ => Goal::Running,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Goal::Running => "RUNNING",
            Goal::Paused => "PAUSED",
            Goal::Stopped => "STOPPED",
        }
    }
}

/// What is found at one look.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Reached,
    Failed,
    /// Not yet, and how far it is.
    NotYet(String),
}

/// Whether what is found at once may be what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It cannot: there was nothing, or something else.
    Other,
    /// It may: it has to hold for a moment.
    MaybeSame,
}

/// Compares a state with what is wanted of it. `task_count` is how many tasks there should be.
fn judge(goal: Goal, status: Option<&Status>, task_count: usize) -> Verdict {
    let Some(status) = status else { return Verdict::NotYet("it has no state yet".to_owned()) };
    if goal == Goal::Running && status.has_failed() {
        return Verdict::Failed;
    }
    let of_tasks = |wanted| status.tasks.iter().filter(|(_, one)| one.state == wanted).count();
    let connector = &status.connector.state;
    let count = status.tasks.len();
    let not_yet = || {
        let done = of_tasks(goal.name());
        let all = count.max(task_count);
        Verdict::NotYet(format!("it is {connector}, with {done} of {all} tasks {}", goal.name()))
    };
    let is_reached = connector == goal.name()
        && match goal {
            Goal::Running => count > 0 && count == task_count && of_tasks("RUNNING") == count,
            // A connector that was made paused has not made its tasks yet.
            Goal::Paused => of_tasks("PAUSED") == count,
            Goal::Stopped => count == 0,
        };
    if is_reached { Verdict::Reached } else { not_yet() }
}

/// Waits, if that is asked for.
pub(super) fn wait(
    words: WaitArgs,
    goal: Goal,
    before: Before,
    name: &str,
    connect: &Connect,
    cx: &mut Context,
) -> Result<(), Failure> {
    if !words.wait {
        return Ok(());
    }
    wait_for(words.timeout, goal, before, name, connect)?;
    cx.ui.note(&format!("connector `{name}` is {}", goal.name()));
    Ok(())
}

/// Waits for at most so long.
pub(super) fn wait_for(
    timeout: Duration,
    goal: Goal,
    before: Before,
    name: &str,
    connect: &Connect,
) -> Result<(), Failure> {
    let what = || format!("cannot wait until connector `{name}` is {}", goal.name());
    let deadline = Moment::now().after(timeout);
    // Since when the last verdict holds.
    let mut since: Option<(Verdict, Moment)> = None;
    loop {
        let status = match connect.status(name) {
            Ok(status) => Some(status),
            Err(RestError::NotThere { .. }) => None,
            Err(error) => return Err(failed(what(), error)),
        };
        let task_count = connect.info(name).map_err(|error| failed(what(), error))?.task_count;
        let verdict = judge(goal, status.as_ref(), task_count);
        let held = match &since {
            Some((last, moment)) if *last == verdict => moment.elapsed(),
            _ => {
                since = Some((verdict.clone(), Moment::now()));
                Duration::ZERO
            }
        };
        let settle = if verdict == Verdict::Failed { SETTLE_FAILED } else { SETTLE };
        let is_sure = before == Before::Other || held >= settle;
        match verdict {
            Verdict::Reached if is_sure => return Ok(()),
            Verdict::Failed if is_sure => return Err(failure(name, &status.unwrap_or_default())),
            Verdict::NotYet(why) if deadline.has_passed() => {
                return Err(Failure::new(format!(
                    "connector `{name}` is not {} in time",
                    goal.name()
                ))
                .because(why)
                .hint("`--timeout` gives it more time")
                .exit(Exit::NotSo));
            }
            _ => std::thread::sleep(LOOK),
        }
    }
}

/// The failure of a connector that has failed itself, or whose tasks have.
fn failure(name: &str, status: &Status) -> Failure {
    let row = StateRow::of(status).find(|row| row.state.is_failed());
    let what = row.as_ref().map_or_else(|| format!("connector `{name}`"), StateRow::what);
    let told = row.as_ref().and_then(told_short).unwrap_or_default();
    // The first line says again what has failed.
    let causes = told.trim_start().lines().skip(1).map(str::trim_start).collect::<Vec<_>>();
    Failure::new(format!("{what} has failed"))
        .because(causes.join("\n    "))
        .hint(format!("`rk connect status {name} -v` shows the whole trace"))
        .exit(Exit::NotSo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::rest::State;

    fn status(connector: &str, tasks: &[&str]) -> Status {
        let state = |state: &str| State { state: state.into(), ..State::default() };
        Status {
            name: "c".into(),
            kind: "sink".into(),
            connector: state(connector),
            tasks: (0..).zip(tasks.iter().map(|one| state(one))).collect(),
        }
    }

    #[test]
    fn a_state_is_reached_failed_or_still_to_come() {
        let not_yet = |why: &str| Verdict::NotYet(why.to_owned());
        for (goal, connector, tasks, task_count, want) in [
            (Goal::Running, "RUNNING", &["RUNNING", "RUNNING"][..], 2, Verdict::Reached),
            (
                Goal::Running,
                "RUNNING",
                &["RUNNING"],
                2,
                not_yet("it is RUNNING, with 1 of 2 tasks RUNNING"),
            ),
            (Goal::Running, "RUNNING", &[], 0, not_yet("it is RUNNING, with 0 of 0 tasks RUNNING")),
            (
                Goal::Running,
                "PAUSED",
                &["PAUSED"],
                1,
                not_yet("it is PAUSED, with 0 of 1 tasks RUNNING"),
            ),
            (Goal::Running, "RUNNING", &["RUNNING", "FAILED"], 2, Verdict::Failed),
            (Goal::Running, "FAILED", &[], 0, Verdict::Failed),
            (Goal::Paused, "PAUSED", &["PAUSED"], 1, Verdict::Reached),
            (
                Goal::Paused,
                "PAUSED",
                &["RUNNING"],
                1,
                not_yet("it is PAUSED, with 0 of 1 tasks PAUSED"),
            ),
            (Goal::Stopped, "STOPPED", &[], 0, Verdict::Reached),
            (
                Goal::Stopped,
                "STOPPED",
                &["RUNNING"],
                0,
                not_yet("it is STOPPED, with 0 of 1 tasks STOPPED"),
            ),
        ] {
            let status = status(connector, tasks);
            assert_eq!(judge(goal, Some(&status), task_count), want, "{goal:?} {status:?}");
        }
        assert_eq!(judge(Goal::Running, None, 1), not_yet("it has no state yet"));
    }
}
