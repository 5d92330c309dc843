//! `rk connect status`: a row for each connector and task, and the traces of what failed.

use super::rows::StateRow;
use super::{Context, Ended, Failure, each, failed, named_or_all, open, unless};
use crate::cli::connect::manage as words;
use crate::connect::rest::{Connect, RestError, Status, trace};
use crate::exit::Exit;
use crate::settings::look::Output;

pub(super) fn run(words: &words::Status, cx: &mut Context) -> Ended {
    let connect = open(&words.judged.rest, cx)?;
    let names = words.names.names();
    if let Some(task) = words.task {
        return one_task(words, &names, task, &connect, cx);
    }
    let all = names.is_empty();
    let mut found = Vec::new();
    let exit = match all {
        true => {
            let all =
                connect.overview().map_err(|error| failed("cannot list connectors", error))?;
            found.extend(all.into_iter().filter_map(|one| one.status));
            Exit::Done
        }
        false => each(&names, cx, |name, _| {
            found.push(one(name, &connect)?);
            Ok(())
        })?,
    };
    let rows: Vec<StateRow> = found.iter().flat_map(StateRow::of).collect();
    if all || !rows.is_empty() {
        show(words.judged.output.output, &rows, cx)?;
    }
    let has_failed = found.iter().any(Status::has_failed);
    Ok(unless(exit, words.judged.fail_on_failed && has_failed))
}

/// The status of one connector. One that was made just now has none yet, and is no stranger.
pub(super) fn one(name: &str, connect: &Connect) -> Result<Status, Failure> {
    let what = || format!("cannot tell the status of connector `{name}`");
    match connect.status(name) {
        Err(RestError::NotThere { .. }) => {
            let info = connect.info(name).map_err(|error| failed(what(), error))?;
            let mut status = Status { name: info.name, kind: info.kind, ..Status::default() };
            status.connector.state = "UNASSIGNED".to_owned();
            Ok(status)
        }
        other => other.map_err(|error| failed(what(), error)),
    }
}

fn one_task(
    words: &words::Status,
    names: &[String],
    task: i64,
    connect: &Connect,
    cx: &mut Context,
) -> Ended {
    let [name] = names else {
        return Err(Failure::new("cannot tell the status of a task")
            .because("`--task` is of one connector")
            .hint("name the connector")
            .exit(Exit::BadWords));
    };
    let what = || format!("cannot tell the status of task {task} of connector `{name}`");
    let state = connect.task_status(name, task).map_err(|error| failed(what(), error))?;
    show(words.judged.output.output, &[StateRow { name, task: Some(task), state: &state }], cx)?;
    Ok(unless(Exit::Done, words.judged.fail_on_failed && state.is_failed()))
}

/// Prints the rows and, with `--verbose`, all that is known of what failed.
fn show(output: Output, rows: &[StateRow], cx: &mut Context) -> Result<(), Failure> {
    cx.show(output, rows)?;
    if output == Output::Table && cx.ui.verbosity() > 0 {
        for row in rows {
            if let Some(text) = told(row) {
                cx.print(&text)?;
            }
        }
    }
    Ok(())
}

/// The whole trace of a failure, its root first.
pub(super) fn told(row: &StateRow) -> Option<String> {
    let trace = row.state.trace.as_deref().filter(|_| row.state.is_failed())?;
    let mut text = format!("\n{} has failed:\n", row.what());
    for (at, cause) in trace::causes(trace).iter().rev().enumerate() {
        let lead = if at == 0 { "  " } else { "  and so: " };
        text.push_str(&format!("{lead}{}\n", cause.short()));
    }
    text.push('\n');
    trace.trim_end().lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    Some(text)
}

/// The roots of a failure, without the places in Java's source.
pub(super) fn told_short(row: &StateRow) -> Option<String> {
    let trace = row.state.trace.as_deref().filter(|_| row.state.is_failed())?;
    let causes: Vec<String> = trace::causes(trace).iter().rev().map(trace::Cause::short).collect();
    Some(format!("\n{} has failed:\n  {}\n", row.what(), causes.join("\n  and so: ")))
}

/// The names that a verb without a state of its own works on.
pub(super) fn names_of(names: Vec<String>, connect: &Connect) -> Result<Vec<String>, Failure> {
    named_or_all(names, connect, "list connectors")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::rest::State;

    #[test]
    fn a_failure_is_told_from_its_root() {
        let trace = "a.Outer: it broke\n\tat x\nCaused by: a.Inner: no file\n\tat y\n";
        let state = State { state: "FAILED".into(), trace: Some(trace.into()), ..State::default() };
        let row = StateRow { name: "c", task: Some(1), state: &state };
        assert_eq!(
            told(&row).unwrap(),
            "\ntask 1 of connector `c` has failed:\n  Inner: no file\n  and so: Outer: it broke\n\
             \n    a.Outer: it broke\n    \tat x\n    Caused by: a.Inner: no file\n    \tat y\n"
        );
        assert_eq!(
            told_short(&row).unwrap(),
            "\ntask 1 of connector `c` has failed:\n  Inner: no file\n  and so: Outer: it broke\n"
        );
        let running = State { state: "RUNNING".into(), ..state };
        assert_eq!(told(&StateRow { name: "c", task: None, state: &running }), None);
    }
}
