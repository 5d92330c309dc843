//! Paths and methods, and what is done for each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::answers::{self, Answer, VERSION};
use super::plugins;
use crate::base::clock::{Clock, System};
use crate::base::sync::lock;
use crate::connect::config::file::{InitialState, Pairs, pairs_of};
use crate::connect::connectors;
use crate::connect::runtime::{ConnectorView, Refused, Target, Worker};

/// A request.
pub(super) struct Ask {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// What is served.
pub(super) struct Site {
    worker: Arc<Worker>,
    /// `host:port`, by which the worker is known.
    worker_id: String,
    /// The cluster's id, once it is known.
    cluster_id: Mutex<Option<String>>,
    /// The levels that somebody has set, and when. All that is said is the second logger's.
    levels: Mutex<BTreeMap<String, (String, i64)>>,
}

const LEVELS: &[&str] = &["OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL"];
const LOGGERS: &[&str] = &["root", LOGGER];
/// Who says what the worker says.
const LOGGER: &str = "org.apache.kafka.connect";

type Result<T> = std::result::Result<T, Answer>;

fn refused(refused: Refused) -> Answer {
    Answer::refused(&refused)
}

fn target(state: &Json) -> Result<Option<Target>> {
    let Some(name) = state.as_str() else { return Ok(None) };
    let known = InitialState::of_name(name).map(Some);
    known.ok_or_else(|| Answer::error(400, &format!("No initial state {name}")))
}

impl Ask {
    fn flag(&self, name: &str) -> bool {
        self.queried(name).any(|value| value.eq_ignore_ascii_case("true"))
    }

    fn queried<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(move |(own, _)| *own == name).map(|(_, value)| value)
    }

    fn json(&self) -> Result<Json> {
        if !self.content_type.to_ascii_lowercase().starts_with("application/json") {
            return Err(Answer::error(415, "HTTP 415 Unsupported Media Type"));
        }
        serde_json::from_slice(&self.body).map_err(|error| Answer::error(400, &error.to_string()))
    }

    /// The settings of a flat object.
    fn pairs(&self) -> Result<Pairs> {
        let json = self.json()?;
        let object = json.as_object().ok_or_else(|| Answer::error(400, "it is no JSON object"))?;
        pairs_of(object).map_err(|why| Answer::error(400, &why))
    }
}

/// Undoes percent signs.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl Site {
    pub(super) fn new(worker: Arc<Worker>, worker_id: String) -> Self {
        Site { worker, worker_id, cluster_id: Mutex::default(), levels: Mutex::default() }
    }

    pub(super) fn answer(&self, ask: &Ask) -> Answer {
        let parts: Vec<String> =
            ask.path.split('/').filter(|part| !part.is_empty()).map(unescaped).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let answered = match parts[..] {
            [] => self.root(ask),
            ["health"] => self.health(ask),
            ["connectors", ref rest @ ..] => self.connectors(ask, rest),
            ["connector-plugins", ref rest @ ..] => self.plugins(ask, rest),
            ["admin", "loggers", ref rest @ ..] => self.loggers(ask, rest),
            _ => Err(Answer::error(404, "HTTP 404 Not Found")),
        };
        answered.unwrap_or_else(|error| error)
    }

    fn root(&self, ask: &Ask) -> Result<Answer> {
        only(ask, &["GET"])?;
        let mut known = lock(&self.cluster_id);
        if known.is_none() {
            let admin = self.worker.admin();
            let admin = admin.map_err(|error| Answer::error(500, &error.to_string()))?;
            *known = admin.cluster_id().map(str::to_owned);
        }
        let about = json!({
            "version": VERSION, "commit": env!("CARGO_PKG_VERSION"), "kafka_cluster_id": *known,
        });
        Ok(Answer::json(200, &about))
    }

    fn health(&self, ask: &Ask) -> Result<Answer> {
        only(ask, &["GET"])?;
        let message = "Worker has completed startup and is ready to handle requests.";
        Ok(Answer::json(200, &json!({"status": "healthy", "message": message})))
    }

    fn connectors(&self, ask: &Ask, rest: &[&str]) -> Result<Answer> {
        match (ask.method.as_str(), rest) {
            ("GET", []) => Ok(self.list(ask)),
            ("POST", []) => self.create(ask),
            ("GET", [name]) => Ok(Answer::json(200, &answers::info(&self.view(name)?))),
            ("DELETE", [name]) => {
                self.worker.delete(name).map_err(refused)?;
                Ok(Answer::empty(204))
            }
            ("GET", [name, "config"]) => Ok(Answer::json(200, &json!(self.view(name)?.config))),
            ("PUT", [name, "config"]) => self.put_config(name, ask.pairs()?),
            ("PATCH", [name, "config"]) => self.patch_config(name, &ask.json()?),
            ("GET", [name, "status"]) => self.status(name),
            ("GET", [name, "tasks"]) => self.tasks(name),
            ("GET", [name, "tasks", task, "status"]) => self.task_status(name, task),
            ("POST", [name, "tasks", task, "restart"]) => self.restart_task(name, task),
            ("POST", [name, "restart"]) => self.restart(name, ask),
            ("PUT", [name, "pause"]) => self.set(name, Target::Paused, 202),
            ("PUT", [name, "resume"]) => self.set(name, Target::Running, 202),
            ("PUT", [name, "stop"]) => self.set(name, Target::Stopped, 204),
            ("GET", [name, "topics"]) => self.topics(name),
            ("PUT", [name, "topics", "reset"]) => self.forget_topics(name),
            ("GET", [name, "offsets"]) => Ok(Answer::json(
                200,
                &answers::places(&self.worker.offsets(name).map_err(refused)?),
            )),
            ("PATCH", [name, "offsets"]) => {
                let pairs = answers::read_places(&ask.json()?)?;
                self.worker.alter_offsets(name, pairs).map_err(refused)?;
                Ok(changed("altered"))
            }
            ("DELETE", [name, "offsets"]) => {
                self.worker.reset_offsets(name).map_err(refused)?;
                Ok(changed("reset"))
            }
            (
                _,
                []
                | [_]
                | [_, "config" | "status" | "tasks" | "restart" | "pause" | "resume" | "stop"]
                | [_, "topics" | "offsets"]
                | [_, "topics", "reset"]
                | [_, "tasks", _, "status" | "restart"],
            ) => Err(Answer::error(405, "HTTP 405 Method Not Allowed")),
            _ => Err(Answer::error(404, "HTTP 404 Not Found")),
        }
    }

    fn view(&self, name: &str) -> Result<ConnectorView> {
        self.worker.connector(name).map_err(refused)
    }

    fn list(&self, ask: &Ask) -> Answer {
        let all = self.worker.connectors();
        let expands: Vec<&str> = ask.queried("expand").collect();
        if expands.is_empty() {
            let names: Vec<&str> = all.iter().map(|view| view.name.as_str()).collect();
            return Answer::json(200, &json!(names));
        }
        let mut out = serde_json::Map::new();
        for view in &all {
            let mut one = serde_json::Map::new();
            for expand in &expands {
                match *expand {
                    "status" => {
                        let status = answers::status(view, &self.worker_id);
                        one.insert("status".to_owned(), status);
                    }
                    "info" => drop(one.insert("info".to_owned(), answers::info(view))),
                    _ => {}
                }
            }
            out.insert(view.name.clone(), Json::Object(one));
        }
        Answer::json(200, &Json::Object(out))
    }

    fn create(&self, ask: &Ask) -> Result<Answer> {
        let json = ask.json()?;
        let object = json.get("config").and_then(Json::as_object);
        let object = object.ok_or_else(|| Answer::error(400, "`config` is missing"))?;
        let config = pairs_of(object).map_err(|why| Answer::error(400, &why))?;
        let known = ["name", "config", "initial_state"];
        let stranger = json
            .as_object()
            .and_then(|all| all.keys().find(|name| !known.contains(&name.as_str())));
        if let Some(stranger) = stranger {
            return Err(Answer::error(400, &format!("Unrecognized field \"{stranger}\"")));
        }
        let name = json.get("name").and_then(Json::as_str).unwrap_or_default().trim();
        let own = config.get("name").map(|name| name.trim().to_owned());
        let name = if name.is_empty() { own.as_deref().unwrap_or_default() } else { name };
        if let Some(own) = own.as_deref().filter(|own| *own != name) {
            return Err(Answer::error(400, &names_differ(own, name)));
        }
        let target = target(json.get("initial_state").unwrap_or(&Json::Null))?;
        self.worker.put(name, config, target, true).map_err(refused)?;
        self.created(name)
    }

    fn created(&self, name: &str) -> Result<Answer> {
        let mut answer = Answer::json(201, &answers::info(&self.view(name)?));
        answer.location = Some(format!("/connectors/{}", crate::http::segment(name)));
        Ok(answer)
    }

    fn put_config(&self, name: &str, config: Pairs) -> Result<Answer> {
        if let Some(own) = config.get("name").map(|name| name.trim()).filter(|own| *own != name) {
            return Err(Answer::error(400, &names_differ(own, name)));
        }
        match self.worker.put(name, config, None, false).map_err(refused)? {
            true => self.created(name),
            false => Ok(Answer::json(200, &answers::info(&self.view(name)?))),
        }
    }

    fn patch_config(&self, name: &str, patch: &Json) -> Result<Answer> {
        let mut config = self.view(name)?.config;
        let patch = patch.as_object().ok_or_else(|| Answer::error(400, "it is no JSON object"))?;
        for (key, value) in patch {
            if value.is_null() {
                config.remove(key);
            }
        }
        config.extend(pairs_of(patch).map_err(|why| Answer::error(400, &why))?);
        self.put_config(name, config)
    }

    fn no_status(name: &str) -> Answer {
        Answer::error(404, &format!("No status found for connector {name}"))
    }

    fn status(&self, name: &str) -> Result<Answer> {
        let view = self.worker.connector(name).map_err(|_| Site::no_status(name))?;
        Ok(Answer::json(200, &answers::status(&view, &self.worker_id)))
    }

    fn tasks(&self, name: &str) -> Result<Answer> {
        let view = self.view(name)?;
        let class = view.config.get("connector.class").map(String::as_str).unwrap_or_default();
        let class = connectors::find(class).map_or("", |class| class.name());
        let task = class.strip_suffix("Connector").map_or(String::new(), |it| format!("{it}Task"));
        Ok(Answer::json(200, &answers::tasks(&view, &task)))
    }

    fn task_status(&self, name: &str, task: &str) -> Result<Answer> {
        let missing = || Answer::error(404, &format!("No status found for task {name}-{task}"));
        let view = self.worker.connector(name).map_err(|_| missing())?;
        let number: usize = task.parse().map_err(|_| missing())?;
        let found = view.tasks.iter().find(|task| task.task == number).ok_or_else(missing)?;
        Ok(Answer::json(200, &answers::task_status(found, &self.worker_id)))
    }

    fn restart_task(&self, name: &str, task: &str) -> Result<Answer> {
        let missing = || Answer::error(404, &format!("Task {name}-{task} not found"));
        let number: usize = task.parse().map_err(|_| missing())?;
        match self.worker.restart_task(name, number) {
            Err(Refused::NoTask(_)) => Err(missing()),
            result => result.map(|()| Answer::empty(204)).map_err(refused),
        }
    }

    fn restart(&self, name: &str, ask: &Ask) -> Result<Answer> {
        let (tasks, failed) = (ask.flag("includeTasks"), ask.flag("onlyFailed"));
        let before = self.view(name)?;
        if !tasks && !failed {
            return Ok(Answer::empty(204));
        }
        if tasks {
            self.worker.restart_tasks(name, failed).map_err(refused)?;
        }
        let mut told = before;
        if !failed {
            told.state = crate::connect::runtime::State::Restarting;
        }
        for task in told.tasks.iter_mut().filter(|_| tasks) {
            if !failed || task.state == crate::connect::runtime::State::Failed {
                task.state = crate::connect::runtime::State::Restarting;
                task.trace = None;
            }
        }
        Ok(Answer::json(202, &answers::status(&told, &self.worker_id)))
    }

    fn set(&self, name: &str, target: Target, status: u16) -> Result<Answer> {
        match self.worker.set_target(name, target) {
            Err(Refused::NotFound(_)) => {
                Err(Answer::error(404, &format!("Unknown connector {name}")))
            }
            result => result.map(|()| Answer::empty(status)).map_err(refused),
        }
    }

    fn topics(&self, name: &str) -> Result<Answer> {
        if !self.worker.config().settings.flag("topic.tracking.enable") {
            return Err(Answer::error(403, "Topic tracking is disabled."));
        }
        let topics = self.worker.topics(name).map_err(refused)?;
        Ok(Answer::json(200, &json!({name: {"topics": topics}})))
    }

    fn forget_topics(&self, name: &str) -> Result<Answer> {
        let settings = &self.worker.config().settings;
        if !settings.flag("topic.tracking.enable") {
            return Err(Answer::error(403, "Topic tracking is disabled."));
        }
        if !settings.flag("topic.tracking.allow.reset") {
            return Err(Answer::error(403, "Topic tracking reset is disabled."));
        }
        self.worker.forget_topics(name).map_err(refused)?;
        Ok(Answer::empty(202))
    }

    fn plugins(&self, ask: &Ask, rest: &[&str]) -> Result<Answer> {
        match (ask.method.as_str(), rest) {
            ("GET", []) => {
                let all = ask.queried("connectorsOnly").any(|it| it.eq_ignore_ascii_case("false"));
                Ok(Answer::json(200, &plugins::list(!all)))
            }
            ("GET", [name, "config"]) => match plugins::config(name) {
                Some(config) => Ok(Answer::json(200, &config)),
                None => Err(Answer::error(404, &format!("Unknown plugin {name}."))),
            },
            ("PUT", [name, "config", "validate"]) => self.validate(name, &ask.pairs()?),
            (_, [] | [_, "config"] | [_, "config", "validate"]) => {
                Err(Answer::error(405, "HTTP 405 Method Not Allowed"))
            }
            _ => Err(Answer::error(404, "HTTP 404 Not Found")),
        }
    }

    fn validate(&self, name: &str, config: &Pairs) -> Result<Answer> {
        let Some(own) = config.get("connector.class") else {
            return Err(Answer::error(400, "Connector config contains no connector type"));
        };
        let short = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or_default();
            last.strip_suffix("Connector").unwrap_or(last).to_owned()
        };
        if short(own) != short(name) {
            let told = format!("Included connector type {own} does not match request type {name}");
            return Err(Answer::error(400, &told));
        }
        if let Err(error) = connectors::find(own) {
            return Err(Answer::error(400, &error.message));
        }
        let examined = self.worker.examine(config);
        let examined = examined.map_err(|error| Answer::error(400, &error.to_string()))?;
        Ok(Answer::json(200, &plugins::validation(name, config, &examined)))
    }

    fn loggers(&self, ask: &Ask, rest: &[&str]) -> Result<Answer> {
        let level = |name: &str| {
            let levels = lock(&self.levels);
            let set = levels.get(name).or_else(|| levels.get("root"));
            match set {
                Some((level, at)) => json!({"level": level, "last_modified": at}),
                None => json!({"level": "WARN", "last_modified": null}),
            }
        };
        match (ask.method.as_str(), rest) {
            ("GET", []) => {
                let all = LOGGERS.iter().map(|name| ((*name).to_owned(), level(name)));
                Ok(Answer::json(200, &Json::Object(all.collect())))
            }
            ("GET", [name]) if LOGGERS.contains(name) => Ok(Answer::json(200, &level(name))),
            ("GET", [name]) => Err(Answer::error(404, &format!("Logger {name} not found."))),
            ("PUT", [name]) => {
                let json = ask.json()?;
                let Some(level) = json.get("level").and_then(Json::as_str) else {
                    let told = "Desired 'level' parameter was not specified in request.";
                    return Err(Answer::error(400, told));
                };
                let level = level.to_ascii_uppercase();
                if !LEVELS.contains(&level.as_str()) {
                    return Err(Answer::error(404, &format!("invalid log level '{level}'.")));
                }
                let changed: Vec<&str> = LOGGERS
                    .iter()
                    .copied()
                    .filter(|own| *name == "root" || own.starts_with(name))
                    .collect();
                let now = System.now();
                let mut levels = lock(&self.levels);
                for name in &changed {
                    levels.insert((*name).to_owned(), (level.clone(), now));
                }
                if changed.contains(&LOGGER) {
                    self.worker.set_log_level(&level);
                }
                if ask.queried("scope").any(|scope| scope.eq_ignore_ascii_case("cluster")) {
                    return Ok(Answer::empty(204));
                }
                Ok(Answer::json(200, &json!(changed)))
            }
            (_, [] | [_]) => Err(Answer::error(405, "HTTP 405 Method Not Allowed")),
            _ => Err(Answer::error(404, "HTTP 404 Not Found")),
        }
    }
}

fn only(ask: &Ask, methods: &[&str]) -> Result<()> {
    match methods.contains(&ask.method.as_str()) {
        true => Ok(()),
        false => Err(Answer::error(405, "HTTP 405 Method Not Allowed")),
    }
}

fn names_differ(own: &str, name: &str) -> String {
    format!("Connector name configuration ({own}) doesn't match connector name in the URL ({name})")
}

fn changed(how: &str) -> Answer {
    let message = format!("The offsets for this connector have been {how} successfully");
    Answer::json(200, &json!({"message": message}))
}
