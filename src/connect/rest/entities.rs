//! What Connect answers, typed. What newer or older workers have more or less is let pass where
//! nothing depends on it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::RestError;
use super::trace;
use crate::http::Answer;

/// The settings of a connector, as it was told them.
pub type Config = BTreeMap<String, String>;

/// Who a worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub version: String,
    pub commit: String,
    pub kafka_cluster_id: String,
}

/// A connector as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    pub name: String,
    pub config: Config,
    pub task_count: usize,
    /// `source`, `sink` or `unknown`.
    pub kind: String,
}

/// The state of a connector itself, or of one of its tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// `RUNNING`, `FAILED`, ….
    pub state: String,
    pub worker_id: String,
    pub version: Option<String>,
    /// Why it has failed: a Java stack trace.
    pub trace: Option<String>,
}

impl State {
    pub fn is_failed(&self) -> bool {
        self.state == "FAILED"
    }

    /// What is at the root of its failure. The trace of an earlier one is left to a task that is
    /// being restarted, and means nothing then.
    pub fn problem(&self) -> Option<String> {
        self.trace.as_deref().filter(|_| self.is_failed()).and_then(trace::root)
    }
}

/// The states of a connector and of its tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    pub name: String,
    pub kind: String,
    pub connector: State,
    /// Sorted by their numbers.
    pub tasks: Vec<(i64, State)>,
}

impl Status {
    /// The connector, without a number, and its tasks.
    pub fn all(&self) -> impl Iterator<Item = (Option<i64>, &State)> {
        let tasks = self.tasks.iter().map(|(id, state)| (Some(*id), state));
        std::iter::once((None, &self.connector)).chain(tasks)
    }

    pub fn has_failed(&self) -> bool {
        self.all().any(|(_, state)| state.is_failed())
    }
}

/// A connector as a list of all of them has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    pub info: Info,
    /// A connector that was made just now has none.
    pub status: Option<Status>,
}

/// A task as its connector has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskConfig {
    pub task: i64,
    pub config: Config,
}

/// Where a connector is in one partition of its source, or in one partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset {
    pub partition: Value,
    /// `null`: nothing is known, or shall be forgotten.
    pub offset: Value,
}

impl Offset {
    pub fn json(&self) -> Value {
        json!({"partition": self.partition, "offset": self.offset})
    }
}

/// A plugin that a worker has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    pub class: String,
    pub kind: String,
    pub version: Option<String>,
}

/// A setting that a plugin knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigKey {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub default: Option<String>,
    pub importance: String,
    pub documentation: String,
    pub group: Option<String>,
}

/// A setting, its value, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// No plugin need know it.
    pub key: Option<ConfigKey>,
    pub name: String,
    pub value: Option<String>,
    pub recommended: Vec<String>,
    pub errors: Vec<String>,
}

/// What a worker thinks of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    pub error_count: i64,
    pub settings: Vec<Setting>,
}

/// How much a logger tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logger {
    /// Not known for a logger that only has others below it.
    pub level: Option<String>,
    /// In milliseconds since the Unix epoch.
    pub last_modified: Option<i64>,
}

/// Reads an answer's body. What is not there is told with its name.
pub(super) struct Reader<'a> {
    answer: &'a Answer,
    body: Value,
}

type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    pub(super) fn of(answer: &'a Answer) -> Result<Self, RestError> {
        match serde_json::from_slice(&answer.body) {
            Ok(body) => Ok(Reader { answer, body }),
            Err(error) => Err(not_connect(answer, format!("it is not JSON ({error})"))),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Value) -> Read<T>) -> Result<T, RestError> {
        read(&self.body).map_err(|why| not_connect(self.answer, why))
    }

    pub(super) fn server(&self) -> Result<Server, RestError> {
        self.read(|body| {
            Ok(Server {
                version: text(body, "version")?,
                commit: text_or_none(body, "commit").unwrap_or_default(),
                kafka_cluster_id: text_or_none(body, "kafka_cluster_id").unwrap_or_default(),
            })
        })
    }

    pub(super) fn health(&self) -> Result<(String, String), RestError> {
        self.read(|body| Ok((text(body, "status")?, text(body, "message")?)))
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, RestError> {
        self.read(texts)
    }

    pub(super) fn overview(&self) -> Result<Vec<Overview>, RestError> {
        self.read(|body| {
            let all = body.as_object().ok_or("it is no object")?;
            let one = |one: &Value| {
                let known = |key| one.get(key).filter(|value| !value.is_null());
                let status = known("status").map(status).transpose()?;
                Ok(Overview { info: info(known("info").ok_or("it has no `info`")?)?, status })
            };
            let mut all: Vec<Overview> = all.values().map(one).collect::<Read<_>>()?;
            all.sort_by(|a, b| a.info.name.cmp(&b.info.name));
            Ok(all)
        })
    }

    pub(super) fn info(&self) -> Result<Info, RestError> {
        self.read(info)
    }

    pub(super) fn config(&self) -> Result<Config, RestError> {
        self.read(config)
    }

    pub(super) fn status(&self) -> Result<Status, RestError> {
        self.read(status)
    }

    pub(super) fn state(&self) -> Result<State, RestError> {
        self.read(state)
    }

    pub(super) fn tasks(&self) -> Result<Vec<TaskConfig>, RestError> {
        self.read(|body| {
            let one = |one: &Value| {
                let task = number(one.get("id").unwrap_or(&Value::Null), "task")?;
                Ok(TaskConfig { task, config: config(one.get("config").unwrap_or(&Value::Null))? })
            };
            let mut tasks: Vec<TaskConfig> = list(body)?.iter().map(one).collect::<Read<_>>()?;
            tasks.sort_by_key(|task| task.task);
            Ok(tasks)
        })
    }

    pub(super) fn topics(&self, name: &str) -> Result<Vec<String>, RestError> {
        self.read(|body| {
            let topics = body.get(name).and_then(|one| one.get("topics"));
            let mut topics = texts(topics.ok_or("it has no `topics`")?)?;
            topics.sort();
            Ok(topics)
        })
    }

    pub(super) fn offsets(&self) -> Result<Vec<Offset>, RestError> {
        self.read(|body| {
            let all = list(body.get("offsets").unwrap_or(&Value::Null))?;
            let one = |one: &Value| Offset {
                partition: one.get("partition").cloned().unwrap_or(Value::Null),
                offset: one.get("offset").cloned().unwrap_or(Value::Null),
            };
            let mut offsets: Vec<Offset> = all.iter().map(one).collect();
            // Workers answer them in any order; people look for them in one.
            offsets.sort_by_cached_key(|offset| place(&offset.partition));
            Ok(offsets)
        })
    }

    pub(super) fn message(&self) -> Result<String, RestError> {
        self.read(|body| text(body, "message"))
    }

    pub(super) fn plugins(&self) -> Result<Vec<Plugin>, RestError> {
        self.read(|body| {
            let one = |one: &Value| {
                Ok(Plugin {
                    class: text(one, "class")?,
                    kind: text_or_none(one, "type").unwrap_or_default(),
                    version: text_or_none(one, "version").filter(|version| version != "undefined"),
                })
            };
            list(body)?.iter().map(one).collect()
        })
    }

    pub(super) fn config_keys(&self) -> Result<Vec<ConfigKey>, RestError> {
        self.read(|body| list(body)?.iter().map(config_key).collect())
    }

    pub(super) fn validation(&self) -> Result<Validation, RestError> {
        self.read(|body| {
            let all = list(body.get("configs").unwrap_or(&Value::Null))?;
            let settings = all.iter().map(setting).collect::<Read<_>>()?;
            Ok(Validation { error_count: number(body, "error_count")?, settings })
        })
    }

    pub(super) fn loggers(&self) -> Result<BTreeMap<String, Logger>, RestError> {
        self.read(|body| {
            let all = body.as_object().ok_or("it is no object")?;
            Ok(all.iter().map(|(name, one)| (name.clone(), logger(one))).collect())
        })
    }

    pub(super) fn logger(&self) -> Result<Logger, RestError> {
        self.read(|body| match body.is_object() {
            true => Ok(logger(body)),
            false => Err("it is no object".to_owned()),
        })
    }
}

fn not_connect(answer: &Answer, why: String) -> RestError {
    RestError::NotConnect { asked: answer.asked.clone(), status: answer.status, why }
}

fn text_or_none(from: &Value, key: &str) -> Option<String> {
    from.get(key)?.as_str().map(str::to_owned)
}

fn text(from: &Value, key: &str) -> Read<String> {
    text_or_none(from, key).ok_or_else(|| format!("it has no `{key}`"))
}

fn number(from: &Value, key: &str) -> Read<i64> {
    from.get(key).and_then(Value::as_i64).ok_or_else(|| format!("it has no `{key}`"))
}

fn list(from: &Value) -> Read<&Vec<Value>> {
    from.as_array().ok_or_else(|| "it has no list".to_owned())
}

fn texts(from: &Value) -> Read<Vec<String>> {
    let text = |one: &Value| one.as_str().map(str::to_owned);
    list(from)?.iter().map(text).collect::<Option<_>>().ok_or_else(|| "it has no names".to_owned())
}

/// A value of a setting: Kafka has them all as texts, `null` where one was set to nothing.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn config(from: &Value) -> Read<Config> {
    let all = from.as_object().ok_or("it has no `config`")?;
    Ok(all.iter().filter_map(|(key, value)| Some((key.clone(), plain(value)?))).collect())
}

fn info(from: &Value) -> Read<Info> {
    Ok(Info {
        name: text(from, "name")?,
        config: config(from.get("config").unwrap_or(&Value::Null))?,
        task_count: list(from.get("tasks").unwrap_or(&Value::Null))?.len(),
        kind: text_or_none(from, "type").unwrap_or_else(|| "unknown".to_owned()),
    })
}

fn state(from: &Value) -> Read<State> {
    Ok(State {
        state: text(from, "state")?,
        worker_id: text_or_none(from, "worker_id").unwrap_or_default(),
        version: text_or_none(from, "version").filter(|version| version != "undefined"),
        trace: text_or_none(from, "trace").filter(|trace| !trace.is_empty()),
    })
}

fn status(from: &Value) -> Read<Status> {
    let one = |one: &Value| Ok((number(one, "id")?, state(one)?));
    let tasks = list(from.get("tasks").unwrap_or(&Value::Null))?;
    let mut tasks: Vec<(i64, State)> = tasks.iter().map(one).collect::<Read<_>>()?;
    tasks.sort_by_key(|(id, _)| *id);
    Ok(Status {
        name: text(from, "name")?,
        kind: text_or_none(from, "type").unwrap_or_else(|| "unknown".to_owned()),
        connector: state(from.get("connector").unwrap_or(&Value::Null))?,
        tasks,
    })
}

fn config_key(from: &Value) -> Read<ConfigKey> {
    Ok(ConfigKey {
        name: text(from, "name")?,
        kind: text_or_none(from, "type").unwrap_or_default(),
        required: from.get("required").and_then(Value::as_bool).unwrap_or(false),
        default: from.get("default_value").and_then(plain),
        importance: text_or_none(from, "importance").unwrap_or_default(),
        documentation: text_or_none(from, "documentation").unwrap_or_default(),
        group: text_or_none(from, "group"),
    })
}

fn setting(from: &Value) -> Read<Setting> {
    let value = from.get("value").unwrap_or(&Value::Null);
    let key = from.get("definition").filter(|key| !key.is_null());
    let several = |key| value.get(key).filter(|all| !all.is_null()).map_or(Ok(Vec::new()), texts);
    Ok(Setting {
        key: key.map(config_key).transpose()?,
        name: text(value, "name")?,
        value: value.get("value").and_then(plain),
        recommended: several("recommended_values")?,
        errors: several("errors")?,
    })
}

fn logger(from: &Value) -> Logger {
    Logger {
        level: text_or_none(from, "level"),
        last_modified: from.get("last_modified").and_then(Value::as_i64),
    }
}

/// Where a partition stands in a list: by topic and number, or by its text.
fn place(partition: &Value) -> (String, i64, String) {
    let empty = Map::new();
    let map = partition.as_object().unwrap_or(&empty);
    let topic = map.get("kafka_topic").and_then(Value::as_str).unwrap_or_default();
    let number = map.get("kafka_partition").and_then(Value::as_i64).unwrap_or_default();
    (topic.to_owned(), number, partition.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer { asked: "GET http://h:1/x".into(), status: 200, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_status_is_read_whatever_the_order_of_its_tasks() {
        let body = r#"{"name":"s","connector":{"state":"RUNNING","worker_id":"w"},"tasks":[
            {"id":10,"state":"FAILED","worker_id":"w","version":"4.3.1","trace":"a.B: c\n\tat x"},
            {"id":2,"state":"RESTARTING","worker_id":"w","trace":"a.B: c"}],"type":"sink"}"#;
        let answer = answer(body);
        let status = Reader::of(&answer).unwrap().status().unwrap();
        let problems: Vec<_> = status.all().map(|(id, one)| (id, one.problem())).collect();
        let want = [(None, None), (Some(2), None), (Some(10), Some("B: c".to_owned()))];
        assert_eq!(problems, want);
        assert!(status.has_failed());
        assert_eq!(status.tasks[1].1.version.as_deref(), Some("4.3.1"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (body, why) in [
            ("<html>", "it is not JSON (expected value at line 1 column 1)"),
            ("{}", "it has no list"),
            (r#"{"tasks":[]}"#, "it has no `name`"),
            (r#"{"tasks":[{}],"name":"x"}"#, "it has no `id`"),
            ("[]", "it has no list"),
        ] {
            let answer = answer(body);
            let error = Reader::of(&answer).and_then(|reader| reader.status()).unwrap_err();
            let want = format!("GET http://h:1/x: the answer (200) is not Kafka Connect's: {why}");
            assert_eq!(error.to_string(), want);
        }
    }

    #[test]
    fn offsets_stand_in_order() {
        let body = r#"{"offsets":[
            {"partition":{"kafka_topic":"b","kafka_partition":1},"offset":{"kafka_offset":1}},
            {"partition":{"kafka_topic":"b","kafka_partition":10},"offset":{"kafka_offset":2}},
            {"partition":{"kafka_partition":2,"kafka_topic":"b"},"offset":null},
            {"partition":{"kafka_partition":9,"kafka_topic":"a"},"offset":{"kafka_offset":3}}]}"#;
        let answer = answer(body);
        let offsets = Reader::of(&answer).unwrap().offsets().unwrap();
        let places: Vec<_> = offsets.iter().map(|one| place(&one.partition)).collect();
        let places: Vec<_> = places.iter().map(|(topic, number, _)| (&**topic, *number)).collect();
        assert_eq!(places, [("a", 9), ("b", 1), ("b", 2), ("b", 10)]);
    }

    #[test]
    fn a_setting_that_no_plugin_knows_has_no_key() {
        let body = r#"{"error_count":1,"configs":[{"definition":null,"value":{"name":"x",
            "value":null,"recommended_values":null,"errors":["no"],"visible":true}}]}"#;
        let answer = answer(body);
        let validation = Reader::of(&answer).unwrap().validation().unwrap();
        let want = Setting { name: "x".into(), errors: vec!["no".into()], ..Setting::default() };
        assert_eq!(validation.settings, [want]);
    }
}
