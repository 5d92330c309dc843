//! `rk connect tasks`: their states, or what they are told to do.

use super::rows::{SettingRow, StateRow, TaskSettingRow};
use super::status::{names_of, one};
use super::{Context, Ended, each, failed, open};
use crate::cli::connect::manage as words;
use crate::exit::Exit;

pub(super) fn run(words: &words::Tasks, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let names = names_of(words.names.names(), &connect)?;
    if words.configs {
        let mut rows = Vec::new();
        let exit = each(&names, cx, |name, _| {
            let what = || format!("cannot show the tasks of connector `{name}`");
            for task in connect.tasks(name).map_err(|error| failed(what(), error))? {
                let of = SettingRow::of(name, Some(task.task), &task.config, words.show_secrets);
                rows.extend(of.into_iter().map(TaskSettingRow));
            }
            Ok(())
        })?;
        if exit == Exit::Done || !rows.is_empty() {
            cx.show(words.output.output, &rows)?;
        }
        return Ok(exit);
    }
    let mut found = Vec::new();
    let exit = each(&names, cx, |name, _| {
        found.push(one(name, &connect)?);
        Ok(())
    })?;
    let rows: Vec<StateRow> =
        found.iter().flat_map(StateRow::of).filter(|row| row.task.is_some()).collect();
    if exit == Exit::Done || !rows.is_empty() {
        cx.show(words.output.output, &rows)?;
    }
    Ok(exit)
}
