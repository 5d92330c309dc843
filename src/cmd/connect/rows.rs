//! The rows that several verbs show.

use serde_json::{Map, Value};

use crate::connect::rest::diff::Change;
use crate::connect::rest::{Config, Overview, Problem, Setting, State, Status, secret};
use crate::render::{Cell, Row};

/// A connector with all its tasks in one row.
pub(super) struct ListRow<'a>(pub(super) &'a Overview);

impl ListRow<'_> {
    /// How many tasks are in each state, in the order in which the states are met.
    fn counts(&self) -> Vec<(&str, usize)> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (_, task) in self.0.status.iter().flat_map(|status| &status.tasks) {
            match counts.iter_mut().find(|(state, _)| *state == task.state) {
                Some((_, count)) => *count += 1,
                None => counts.push((&task.state, 1)),
            }
        }
        counts
    }

    /// `2/3, 1 FAILED`: how many run of how many, and what the others do.
    fn tasks(&self) -> String {
        let counts = self.counts();
        let count = |wanted| counts.iter().find(|(state, _)| *state == wanted).map_or(0, |c| c.1);
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        let mut text = format!("{}/{all}", count("RUNNING"));
        for (state, count) in counts.iter().filter(|(state, _)| *state != "RUNNING") {
            text.push_str(&format!(", {count} {state}"));
        }
        text
    }
}

impl Row for ListRow<'_> {
    const COLUMNS: &'static [&'static str] = &["name", "type", "state", "tasks", "worker_id"];
    const PLAIN: usize = 1;

    fn cells(&self) -> Vec<Cell> {
        let Overview { info, status } = self.0;
        let connector = status.as_ref().map(|status| &status.connector);
        vec![
            info.name.as_str().into(),
            info.kind.as_str().into(),
            connector.map(|one| one.state.as_str()).into(),
            self.tasks().into(),
            connector.map(|one| one.worker_id.as_str()).into(),
        ]
    }

    /// In JSON the tasks are counted by state.
    fn json(&self) -> Map<String, Value> {
        let names = Self::COLUMNS.iter().map(|name| (*name).to_owned());
        let mut object: Map<String, Value> =
            names.zip(self.cells().iter().map(Cell::json)).collect();
        let counts = self.counts();
        let counts: Map<String, Value> =
            counts.into_iter().map(|(state, count)| (state.to_owned(), count.into())).collect();
        object.insert("tasks".to_owned(), Value::Object(counts));
        object
    }
}

/// The state of a connector, or of a task.
pub(super) struct StateRow<'a> {
    pub(super) name: &'a str,
    /// None: of the connector itself.
    pub(super) task: Option<i64>,
    pub(super) state: &'a State,
}

impl<'a> StateRow<'a> {
    /// The rows of a connector and its tasks.
    pub(super) fn of(status: &'a Status) -> impl Iterator<Item = Self> {
        status.all().map(|(task, state)| StateRow { name: &status.name, task, state })
    }

    /// `task 0 of connector `c``, or the connector.
    pub(super) fn what(&self) -> String {
        match self.task {
            Some(task) => format!("task {task} of connector `{}`", self.name),
            None => format!("connector `{}`", self.name),
        }
    }
}

impl Row for StateRow<'_> {
    const COLUMNS: &'static [&'static str] =
        &["name", "task", "state", "worker_id", "version", "problem"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.into(),
            self.task.into(),
            self.state.state.as_str().into(),
            self.state.worker_id.as_str().into(),
            self.state.version.clone().into(),
            self.state.problem().into(),
        ]
    }

    /// The whole trace stands only in JSON.
    fn json(&self) -> Map<String, Value> {
        let names = Self::COLUMNS.iter().map(|name| (*name).to_owned());
        let mut object: Map<String, Value> =
            names.zip(self.cells().iter().map(Cell::json)).collect();
        object.insert("trace".to_owned(), self.state.trace.clone().into());
        object
    }
}

/// A setting of a connector, or of one of its tasks.
pub(super) struct SettingRow {
    pub(super) name: String,
    pub(super) task: Option<i64>,
    pub(super) setting: String,
    pub(super) value: String,
}

impl SettingRow {
    /// The rows of a configuration, its secrets hidden unless they are wanted.
    pub(super) fn of(name: &str, task: Option<i64>, config: &Config, secrets: bool) -> Vec<Self> {
        let row = |(setting, value): (&String, &String)| SettingRow {
            name: name.to_owned(),
            task,
            setting: setting.clone(),
            value: may_show(setting, value, secrets),
        };
        config.iter().map(row).collect()
    }
}

/// A value as it may be shown.
pub(super) fn may_show(setting: &str, value: &str, secrets: bool) -> String {
    if secrets { value.to_owned() } else { secret::shown(setting, value).into_owned() }
}

impl Row for SettingRow {
    const COLUMNS: &'static [&'static str] = &["name", "setting", "value"];

    fn cells(&self) -> Vec<Cell> {
        vec![self.name.as_str().into(), self.setting.as_str().into(), self.value.as_str().into()]
    }
}

/// The same with the task's number.
pub(super) struct TaskSettingRow(pub(super) SettingRow);

impl Row for TaskSettingRow {
    const COLUMNS: &'static [&'static str] = &["name", "task", "setting", "value"];

    fn cells(&self) -> Vec<Cell> {
        let row = &self.0;
        vec![
            row.name.as_str().into(),
            row.task.into(),
            row.setting.as_str().into(),
            row.value.as_str().into(),
        ]
    }
}

/// A setting that differs.
pub(super) struct ChangeRow {
    pub(super) name: String,
    pub(super) change: Change,
}

impl Row for ChangeRow {
    const COLUMNS: &'static [&'static str] = &["name", "change", "setting", "old", "new"];

    fn cells(&self) -> Vec<Cell> {
        let Change { setting, old, new } = &self.change;
        let shown = |value: &Option<String>| {
            value.as_deref().map(|value| secret::shown(setting, value).into_owned())
        };
        vec![
            self.name.as_str().into(),
            self.change.word().into(),
            setting.as_str().into(),
            shown(old).into(),
            shown(new).into(),
        ]
    }
}

/// Something that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProblemRow {
    setting: Option<String>,
    problem: String,
    documentation: Option<String>,
}

impl ProblemRow {
    /// What the words of a refusal say.
    pub(super) fn of_words(problem: &Problem) -> Self {
        let setting = problem.setting.clone();
        ProblemRow { setting, problem: problem.words.clone(), documentation: None }
    }

    /// What is wrong with a setting: each once.
    pub(super) fn of_setting(setting: &Setting) -> Vec<Self> {
        let mut rows = Vec::new();
        for problem in &setting.errors {
            let row = ProblemRow {
                setting: Some(setting.name.clone()),
                problem: problem.clone(),
                documentation: setting.key.as_ref().map(|key| key.documentation.clone()),
            };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }
}

impl Row for ProblemRow {
    const COLUMNS: &'static [&'static str] = &["setting", "problem", "documentation"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.setting.clone().into(),
            self.problem.as_str().into(),
            self.documentation.clone().into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::rest::Info;

    fn overview(states: &[&str]) -> Overview {
        let state = |state: &str| State { state: state.into(), ..State::default() };
        let tasks = (0..).zip(states.iter().map(|one| state(one))).collect();
        let connector = state("RUNNING");
        let (name, kind) = ("c".to_owned(), "sink".to_owned());
        let info =
            Info { name: name.clone(), config: Config::new(), task_count: 0, kind: kind.clone() };
        Overview { info, status: Some(Status { name, kind, connector, tasks }) }
    }

    #[test]
    fn tasks_are_told_in_one_cell() {
        for (states, want) in [
            (&[][..], "0/0"),
            (&["RUNNING", "RUNNING"], "2/2"),
            (&["RUNNING", "FAILED", "RUNNING"], "2/3, 1 FAILED"),
            (&["FAILED", "UNASSIGNED", "FAILED"], "0/3, 2 FAILED, 1 UNASSIGNED"),
        ] {
            assert_eq!(ListRow(&overview(states)).tasks(), want);
        }
        let json = Value::Object(ListRow(&overview(&["RUNNING", "FAILED", "RUNNING"])).json());
        assert_eq!(json["tasks"].to_string(), r#"{"RUNNING":2,"FAILED":1}"#);
    }
}
