//! Answers, and what worker's things look like in them.

use serde_json::{Map, Value as Json, json};

use crate::connect::data::Value;
use crate::connect::offsets;
use crate::connect::runtime::{ConnectorView, Pair, Refused, State, TaskView};

/// The version that every part says it has: of the Kafka that all this behaves as.
pub(super) const VERSION: &str = "4.3.1";

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) location: Option<String>,
}

impl Answer {
    pub(super) fn json(status: u16, json: &Json) -> Self {
        Answer { status, body: json.to_string().into_bytes(), location: None }
    }

    pub(super) fn empty(status: u16) -> Self {
        Answer { status, body: Vec::new(), location: None }
    }

    pub(super) fn error(status: u16, message: &str) -> Self {
        Answer::json(status, &json!({"error_code": status, "message": message}))
    }

    pub(super) fn refused(refused: &Refused) -> Self {
        match refused {
            Refused::NotFound(_) | Refused::NoTask(_) => Answer::error(404, &refused.to_string()),
            Refused::Exists(_) => Answer::error(409, &refused.to_string()),
            Refused::Invalid(mistakes) => {
                let told: Vec<&str> = mistakes.iter().map(|one| one.why.as_str()).collect();
                Answer::error(
                    400,
                    &format!(
                        "Connector configuration is invalid and contains the following {} \
                         error(s):\n{}\nYou can also find the above list of errors at the \
                         endpoint `/connector-plugins/{{connectorType}}/config/validate`",
                        told.len(),
                        told.join("\n")
                    ),
                )
            }
            Refused::NotStopped(_) | Refused::BadRequest(_) | Refused::Provider(_) => {
                Answer::error(400, &refused.to_string())
            }
            Refused::Connect(error) => Answer::error(500, &error.to_string()),
        }
    }
}

/// What a connector is, as `GET /connectors/NAME` tells it.
pub(super) fn info(view: &ConnectorView) -> Json {
    let task = |task: &TaskView| json!({"connector": view.name, "task": task.task});
    json!({
        "name": view.name,
        "config": view.config,
        "tasks": view.tasks.iter().map(task).collect::<Vec<_>>(),
        "type": kind(view),
    })
}

fn kind(view: &ConnectorView) -> &'static str {
    if view.is_sink { "sink" } else { "source" }
}

fn state(state: State, trace: Option<&String>, worker_id: &str) -> Map<String, Json> {
    let mut out = Map::new();
    out.insert("state".to_owned(), json!(state.name()));
    out.insert("worker_id".to_owned(), json!(worker_id));
    if let Some(trace) = trace {
        out.insert("trace".to_owned(), json!(trace));
    }
    out.insert("version".to_owned(), json!(VERSION));
    out
}

pub(super) fn task_status(task: &TaskView, worker_id: &str) -> Json {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(task.task));
    out.append(&mut state(task.state, task.trace.as_ref(), worker_id));
    Json::Object(out)
}

/// The states of a connector and its tasks.
pub(super) fn status(view: &ConnectorView, worker_id: &str) -> Json {
    let task = |task: &TaskView| task_status(task, worker_id);
    json!({
        "name": view.name,
        "connector": state(view.state, view.trace.as_ref(), worker_id),
        "tasks": view.tasks.iter().map(task).collect::<Vec<_>>(),
        "type": kind(view),
    })
}

/// The tasks with what they were given.
pub(super) fn tasks(view: &ConnectorView, task_class: &str) -> Json {
    let task = |task: &TaskView| {
        let mut config = task.config.clone();
        config.insert("task.class".to_owned(), task_class.to_owned());
        json!({"id": {"connector": view.name, "task": task.task}, "config": config})
    };
    Json::Array(view.tasks.iter().map(task).collect())
}

fn plain(value: &Value) -> Json {
    serde_json::from_slice(&offsets::json_of(value)).unwrap_or(Json::Null)
}

pub(super) fn places(pairs: &[Pair]) -> Json {
    let pair = |(partition, offset): &Pair| {
        let offset = offset.as_ref().map_or(Json::Null, plain);
        json!({"partition": plain(partition), "offset": offset})
    };
    json!({"offsets": pairs.iter().map(pair).collect::<Vec<_>>()})
}

/// Reads what somebody wants offsets to be.
pub(super) fn read_places(json: &Json) -> Result<Vec<Pair>, Answer> {
    let none = || {
        Answer::error(400, "Partitions / offsets need to be provided for an alter offsets request")
    };
    let all = json.get("offsets").and_then(Json::as_array).ok_or_else(none)?;
    if all.is_empty() {
        return Err(none());
    }
    let value = |json: Option<&Json>| match json {
        None | Some(Json::Null) => Value::Null,
        Some(json) => offsets::value_of(json.to_string().as_bytes()).unwrap_or_default(),
    };
    let pair = |one: &Json| {
        let offset = Some(value(one.get("offset"))).filter(|offset| !offset.is_null());
        (value(one.get("partition")), offset)
    };
    Ok(all.iter().map(pair).collect())
}
