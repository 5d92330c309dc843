//! `rk connect describe`: all that is known of connectors.

use serde_json::{Map, Value};

use super::rows::{SettingRow, StateRow, may_show};
use super::status::{self, names_of, told, told_short};
use super::{Context, Ended, Failure, each, failed, open};
use crate::cli::connect::manage as words;
use crate::connect::rest::{Connect, Info, Offset, RestError, Status};
use crate::render::{Cell, Row};
use crate::settings::look::Output;

/// A connector as a whole.
struct Connector {
    info: Info,
    status: Status,
    /// Not known where workers do not keep track.
    topics: Option<Vec<String>>,
    offsets: Option<Vec<Offset>>,
    secrets: bool,
}

impl Row for Connector {
    const COLUMNS: &'static [&'static str] =
        &["name", "type", "state", "task_count", "worker_id", "version", "class", "topics"];

    fn cells(&self) -> Vec<Cell> {
        let connector = &self.status.connector;
        vec![
            self.info.name.as_str().into(),
            self.info.kind.as_str().into(),
            connector.state.as_str().into(),
            self.status.tasks.len().into(),
            Some(connector.worker_id.as_str()).filter(|id| !id.is_empty()).into(),
            connector.version.clone().into(),
            self.info.config.get("connector.class").map(String::as_str).into(),
            self.topics.clone().into(),
        ]
    }

    /// In JSON a connector holds its settings, tasks and offsets.
    fn json(&self) -> Map<String, Value> {
        let names = Self::COLUMNS.iter().map(|name| (*name).to_owned());
        let mut object: Map<String, Value> =
            names.zip(self.cells().iter().map(Cell::json)).collect();
        let config: Map<String, Value> = self
            .info
            .config
            .iter()
            .map(|(key, value)| (key.clone(), may_show(key, value, self.secrets).into()))
            .collect();
        let inner = |row: StateRow| {
            let mut row = row.json();
            row.shift_remove("name");
            Value::Object(row)
        };
        let tasks: Value =
            StateRow::of(&self.status).filter(|row| row.task.is_some()).map(inner).collect();
        let offsets = self.offsets.as_ref();
        let offsets = offsets.map(|all| all.iter().map(Offset::json).collect::<Value>());
        object.insert("trace".to_owned(), self.status.connector.trace.clone().into());
        object.insert("config".to_owned(), Value::Object(config));
        object.insert("tasks".to_owned(), tasks);
        object.insert("offsets".to_owned(), offsets.into());
        object
    }
}

pub(super) fn run(words: &words::Describe, cx: &mut Context) -> Ended {
    let connect = open(&words.rest, cx)?;
    let names = words.names.names();
    let all = names.is_empty();
    let names = names_of(names, &connect)?;
    let mut found = Vec::new();
    let exit = each(&names, cx, |name, cx| {
        found.push(gather(name, &connect, words.show_secrets, cx)?);
        Ok(())
    })?;
    if all || !found.is_empty() {
        show(words.output.output, &found, cx)?;
    }
    Ok(exit)
}

fn gather(
    name: &str,
    connect: &Connect,
    secrets: bool,
    cx: &Context,
) -> Result<Connector, Failure> {
    let what = || format!("cannot describe connector `{name}`");
    let info = connect.info(name).map_err(|error| failed(what(), error))?;
    let status = status::one(name, connect)?;
    let topics = known(connect.topics(name), "topics", name, cx);
    let offsets = known(connect.offsets(name), "offsets", name, cx);
    Ok(Connector { info, status, topics, offsets, secrets })
}

/// What some workers cannot tell is left out, with a word about it where that may be a surprise.
fn known<T>(found: Result<T, RestError>, what: &str, name: &str, cx: &Context) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(error) => {
            cx.ui.note(&format!("note: the {what} of connector `{name}` are not known: {error}"));
            None
        }
    }
}

fn show(output: Output, found: &[Connector], cx: &mut Context) -> Result<(), Failure> {
    cx.show(output, found)?;
    if output != Output::Table || found.is_empty() {
        return Ok(());
    }
    let rows: Vec<StateRow> = found
        .iter()
        .flat_map(|one| StateRow::of(&one.status))
        .filter(|r| r.task.is_some())
        .collect();
    if !rows.is_empty() {
        cx.print("\n")?;
        cx.show(output, &rows)?;
    }
    cx.print("\n")?;
    let of = |one: &Connector| SettingRow::of(&one.info.name, None, &one.info.config, one.secrets);
    cx.show(output, &found.iter().flat_map(of).collect::<Vec<_>>())?;
    for row in found.iter().flat_map(|one| StateRow::of(&one.status)) {
        let text = if cx.ui.verbosity() > 0 { told(&row) } else { told_short(&row) };
        cx.print(&text.unwrap_or_default())?;
    }
    Ok(())
}
