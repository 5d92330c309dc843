//! `rk connect restart`: connectors, their tasks, or only what has failed.

use super::wait::{Before, Goal, wait};
use super::{Context, Ended, Failure, each, failed, named_or_all, open, status};
use crate::cli::connect::manage as words;
use crate::connect::rest::{Connect, Restart, Status};
use crate::exit::Exit;

pub(super) fn run(words: &words::Restart, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let what = Restart { tasks: words.tasks, only_failed: words.failed };
    let names = match words.which.all && words.failed {
        // Only those in which something has failed: the others need not be bothered.
        true => with_failures(&connect, words.tasks, cx)?,
        false => named_or_all(words.which.names(), &connect, "restart connectors")?,
    };
    let told = each(&names, cx, |name, cx| match words.task.is_empty() {
        true => restart(name, what, &connect, cx),
        false => restart_tasks(name, &words.task, &connect, cx),
    })?;
    if told != Exit::Done {
        return Ok(told);
    }
    let waits = words.wait;
    each(&names, cx, |name, cx| wait(waits, Goal::Running, Before::MaybeSame, name, &connect, cx))
}

fn with_failures(connect: &Connect, tasks: bool, cx: &Context) -> Result<Vec<String>, Failure> {
    let all =
        connect.overview().map_err(|error| failed("cannot list connectors", error))?.into_iter();
    let has_failed = |status: &Status| match tasks {
        true => status.has_failed(),
        false => status.connector.is_failed(),
    };
    let failed = all.filter(|one| one.status.as_ref().is_some_and(has_failed));
    let names: Vec<String> = failed.map(|one| one.info.name).collect();
    if names.is_empty() {
        cx.ui.note("nothing has failed");
    }
    Ok(names)
}

fn restart(name: &str, what: Restart, connect: &Connect, cx: &Context) -> Result<(), Failure> {
    let cannot = || format!("cannot restart connector `{name}`");
    let told = connect.restart(name, what).map_err(|error| failed(cannot(), error))?;
    match told {
        Some(status) => {
            let restarting = status.all().filter(|(_, one)| one.state == "RESTARTING");
            let parts: Vec<String> = restarting
                .map(|(task, _)| match task {
                    Some(task) => format!("task {task}"),
                    None => "the connector".to_owned(),
                })
                .collect();
            match parts.is_empty() {
                true => cx.ui.note(&format!("nothing of connector `{name}` has failed")),
                false => {
                    let parts = parts.join(", ");
                    cx.ui.note(&format!("restarting connector `{name}`: {parts}"));
                }
            }
        }
        None => {
            cx.ui.note(&format!("restarting connector `{name}`, without its tasks"));
            remind(&status::one(name, connect)?, cx);
        }
    }
    Ok(())
}

/// Says that failed tasks stay failed: everybody expects that they are restarted too.
fn remind(status: &Status, cx: &Context) {
    let failed = status.tasks.iter().filter(|(_, one)| one.is_failed()).count();
    if failed > 0 {
        let tasks = if failed == 1 { "1 task has".into() } else { format!("{failed} tasks have") };
        cx.ui.note(&format!("note: {tasks} failed: `--tasks --failed` restarts them"));
    }
}

fn restart_tasks(
    name: &str,
    tasks: &[i64],
    connect: &Connect,
    cx: &Context,
) -> Result<(), Failure> {
    for task in tasks {
        connect.restart_task(name, *task).map_err(|error| {
            failed(format!("cannot restart task {task} of connector `{name}`"), error)
        })?;
        cx.ui.note(&format!("restarting task {task} of connector `{name}`"));
    }
    Ok(())
}
