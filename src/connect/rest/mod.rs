//! Kafka Connect's REST interface, from the side of whoever asks: every endpoint of Kafka 4.3
//! but those that workers use among themselves.
//!
//! One method an endpoint; a typed answer where the answer has a shape. While workers share out
//! their connectors anew they refuse with 409: such an answer is waited out and asked again, a
//! bounded number of times. That a connector is there already is a 409 too, and never is.
//!
//! - [`Connect`]: the client
//! - [`RestError`]: what the workers will not do, in their own words
//! - [`mod@file`]: connectors as people keep them in files
//! - [`diff`]: how two configurations differ
//! - [`secret`]: what must not be shown of them
//! - [`trace`]: what a Java stack trace says

pub mod diff;
mod entities;
mod error;
pub mod file;
pub mod secret;
pub mod trace;

pub use entities::{
    Config, ConfigKey, Info, Logger, Offset, Overview, Plugin, Server, Setting, State, Status,
    TaskConfig, Validation,
};
pub use error::{Problem, RestError};

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::base::clock::Moment;
use crate::http::{Answer, Ask, Client, Method, Settings, Stop, segment};
use entities::Reader;

/// How often a request is sent again that a rebalance has refused, and the wait before the first
/// time; each wait is twice as long as the one before. All waits together are ten seconds.
const RETRIES: u32 = 5;
const RETRY_WAIT: Duration = Duration::from_millis(320);
/// How often it is looked, during a wait, whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// What is to be restarted of a connector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restart {
    /// Its tasks too, and not only the connector.
    pub tasks: bool,
    /// Only what has failed.
    pub only_failed: bool,
}

/// A Connect cluster, or a worker that stands alone.
#[derive(Debug)]
pub struct Connect {
    client: Client,
    retries: u32,
    stop: Quiet,
}

/// A [`Stop`] that does not get in the way of `Debug`.
struct Quiet(Stop);

impl std::fmt::Debug for Quiet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stop")
    }
}

type Asked<T> = Result<T, RestError>;

impl Connect {
    /// Checks the settings; nothing is sent. `retries` says whether rebalances are waited out.
    pub fn of(settings: Settings, retries: bool) -> Asked<Self> {
        let stop = Quiet(settings.stop.clone());
        let retries = if retries { RETRIES } else { 0 };
        Ok(Connect { client: Client::of(settings)?, retries, stop })
    }

    /// The workers' URLs, without their passwords.
    pub fn servers(&self) -> String {
        self.client.servers()
    }

    /// Who the worker is.
    pub fn server(&self) -> Asked<Server> {
        let answer = self.get("/")?;
        Reader::of(&answer)?.server()
    }

    /// How the worker feels: a status, and why. Workers before Kafka 3.9 do not know.
    pub fn health(&self) -> Asked<(String, String)> {
        let answer = self.client.send(&Ask::get("/health"))?;
        // A worker that is not well says so with a status that is an error, in the same shape.
        match Reader::of(&answer).and_then(|reader| reader.health()) {
            Ok(health) => Ok(health),
            Err(garbled) => Err(error::check(answer).err().unwrap_or(garbled)),
        }
    }

    /// The names of all connectors, sorted.
    pub fn names(&self) -> Asked<Vec<String>> {
        let answer = self.get("/connectors")?;
        let mut names = Reader::of(&answer)?.texts()?;
        names.sort();
        Ok(names)
    }

    /// All connectors with their states and configurations, sorted by name.
    pub fn overview(&self) -> Asked<Vec<Overview>> {
        let answer = self.get("/connectors?expand=status&expand=info")?;
        Reader::of(&answer)?.overview()
    }

    pub fn info(&self, name: &str) -> Asked<Info> {
        let answer = self.get(&connector(name, ""))?;
        Reader::of(&answer)?.info()
    }

    pub fn config(&self, name: &str) -> Asked<Config> {
        let answer = self.get(&connector(name, "/config"))?;
        Reader::of(&answer)?.config()
    }

    pub fn status(&self, name: &str) -> Asked<Status> {
        let answer = self.get(&connector(name, "/status"))?;
        Reader::of(&answer)?.status()
    }

    /// Makes a connector that is not there yet. `state` is `RUNNING`, `PAUSED` or `STOPPED`;
    /// workers before Kafka 3.7 do not know it.
    pub fn create(&self, name: &str, config: &Config, state: Option<&str>) -> Asked<Info> {
        let mut body = json!({"name": name, "config": config});
        if let Some(state) = state {
            body["initial_state"] = state.into();
        }
        let answer = self.send(Method::Post, "/connectors", Some(body))?;
        Reader::of(&answer)?.info()
    }

    /// Makes a connector, or gives one that is there this configuration and no other.
    pub fn put_config(&self, name: &str, config: &Config) -> Asked<Info> {
        let answer = self.send(Method::Put, &connector(name, "/config"), Some(json!(config)))?;
        Reader::of(&answer)?.info()
    }

    /// Changes some settings of a connector; `None` takes one away. Workers before Kafka 3.8 do
    /// not know how: they answer 405.
    pub fn patch_config(
        &self,
        name: &str,
        changes: &BTreeMap<String, Option<String>>,
    ) -> Asked<Info> {
        let answer = self.send(Method::Patch, &connector(name, "/config"), Some(json!(changes)))?;
        Reader::of(&answer)?.info()
    }

    pub fn delete(&self, name: &str) -> Asked<()> {
        self.send(Method::Delete, &connector(name, ""), None).map(drop)
    }

    pub fn pause(&self, name: &str) -> Asked<()> {
        self.send(Method::Put, &connector(name, "/pause"), None).map(drop)
    }

    pub fn resume(&self, name: &str) -> Asked<()> {
        self.send(Method::Put, &connector(name, "/resume"), None).map(drop)
    }

    /// Stops a connector: unlike a paused one it has no tasks. Workers before Kafka 3.5 do not
    /// know how.
    pub fn stop(&self, name: &str) -> Asked<()> {
        self.send(Method::Put, &connector(name, "/stop"), None).map(drop)
    }

    /// Restarts; returns the state of what is being restarted, if the worker tells it.
    pub fn restart(&self, name: &str, what: Restart) -> Asked<Option<Status>> {
        let Restart { tasks, only_failed } = what;
        let end = match what == Restart::default() {
            true => "/restart".to_owned(),
            false => format!("/restart?includeTasks={tasks}&onlyFailed={only_failed}"),
        };
        let answer = self.send(Method::Post, &connector(name, &end), None)?;
        match answer.body.is_empty() {
            true => Ok(None),
            false => Reader::of(&answer)?.status().map(Some),
        }
    }

    pub fn tasks(&self, name: &str) -> Asked<Vec<TaskConfig>> {
        let answer = self.get(&connector(name, "/tasks"))?;
        Reader::of(&answer)?.tasks()
    }

    pub fn task_status(&self, name: &str, task: i64) -> Asked<State> {
        let answer = self.get(&connector(name, &format!("/tasks/{task}/status")))?;
        Reader::of(&answer)?.state()
    }

    pub fn restart_task(&self, name: &str, task: i64) -> Asked<()> {
        let end = format!("/tasks/{task}/restart");
        self.send(Method::Post, &connector(name, &end), None).map(drop)
    }

    /// The topics that a connector has used since it was made, or since they were forgotten.
    pub fn topics(&self, name: &str) -> Asked<Vec<String>> {
        let answer = self.get(&connector(name, "/topics"))?;
        Reader::of(&answer)?.topics(name)
    }

    /// Forgets them.
    pub fn reset_topics(&self, name: &str) -> Asked<()> {
        self.send(Method::Put, &connector(name, "/topics/reset"), None).map(drop)
    }

    pub fn offsets(&self, name: &str) -> Asked<Vec<Offset>> {
        let answer = self.get(&connector(name, "/offsets"))?;
        Reader::of(&answer)?.offsets()
    }

    /// Moves a stopped connector; returns what the worker says of it.
    pub fn alter_offsets(&self, name: &str, offsets: &[Offset]) -> Asked<String> {
        let body = json!({"offsets": offsets.iter().map(Offset::json).collect::<Vec<_>>()});
        let answer = self.send(Method::Patch, &connector(name, "/offsets"), Some(body))?;
        Reader::of(&answer)?.message()
    }

    /// Makes a stopped connector begin anew; returns what the worker says of it.
    pub fn reset_offsets(&self, name: &str) -> Asked<String> {
        let answer = self.send(Method::Delete, &connector(name, "/offsets"), None)?;
        Reader::of(&answer)?.message()
    }

    /// The plugins of the worker: connectors, and also everything else if `all`.
    pub fn plugins(&self, all: bool) -> Asked<Vec<Plugin>> {
        let answer = self.get(&format!("/connector-plugins?connectorsOnly={}", !all))?;
        Reader::of(&answer)?.plugins()
    }

    /// What can be set of a plugin, of a version of it or of the newest.
    pub fn plugin_config(&self, plugin: &str, version: Option<&str>) -> Asked<Vec<ConfigKey>> {
        let mut path = format!("/connector-plugins/{}/config", segment(plugin));
        if let Some(version) = version {
            path.push_str(&format!("?version={}", segment(version)));
        }
        Reader::of(&self.get(&path)?)?.config_keys()
    }

    /// Has a configuration checked, and changes nothing.
    pub fn validate(&self, class: &str, config: &Config) -> Asked<Validation> {
        // The path wants the last part of the class's name.
        let plugin = class.rsplit('.').next().unwrap_or(class);
        let path = format!("/connector-plugins/{}/config/validate", segment(plugin));
        Reader::of(&self.send(Method::Put, &path, Some(json!(config)))?)?.validation()
    }

    pub fn loggers(&self) -> Asked<BTreeMap<String, Logger>> {
        let answer = self.get("/admin/loggers")?;
        Reader::of(&answer)?.loggers()
    }

    pub fn logger(&self, name: &str) -> Asked<Logger> {
        let answer = self.get(&format!("/admin/loggers/{}", segment(name)))?;
        Reader::of(&answer)?.logger()
    }

    /// Sets how much a logger and those below it tell: of this worker, which answers their
    /// names, or of the whole cluster.
    pub fn set_logger(&self, name: &str, level: &str, cluster: bool) -> Asked<Vec<String>> {
        let scope = if cluster { "cluster" } else { "worker" };
        let path = format!("/admin/loggers/{}?scope={scope}", segment(name));
        let answer = self.send(Method::Put, &path, Some(json!({"level": level})))?;
        match answer.body.is_empty() {
            true => Ok(Vec::new()),
            false => Reader::of(&answer)?.texts(),
        }
    }

    fn get(&self, path: &str) -> Asked<Answer> {
        self.ask(&Ask::get(path))
    }

    fn send(&self, method: Method, path: &str, body: Option<Value>) -> Asked<Answer> {
        // Without a body there is one all the same, of no bytes: some servers insist.
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let mut ask = Ask::json(method, path, bytes);
        ask.is_repeatable = method == Method::Put;
        self.ask(&ask)
    }

    /// Asks, and asks again while a rebalance is what stands in the way.
    fn ask(&self, ask: &Ask) -> Asked<Answer> {
        let mut wait = RETRY_WAIT;
        for turn in 0.. {
            match error::check(self.client.send(ask)?) {
                Err(RestError::Rebalancing { .. }) if turn < self.retries => {}
                Err(RestError::Rebalancing { asked, words, .. }) => {
                    return Err(RestError::Rebalancing { asked, words, tries: turn + 1 });
                }
                answer => return answer,
            }
            self.pause_for(wait);
            wait *= 2;
        }
        unreachable!("the number of retries is bounded")
    }

    /// Lets some time pass, unless nobody wants to know any more.
    fn pause_for(&self, wait: Duration) {
        let until = Moment::now().after(wait);
        while !until.has_passed() && !(self.stop.0)() {
            std::thread::sleep(LOOK.min(until.remaining()));
        }
    }
}

/// The path of a connector, and of something about it.
fn connector(name: &str, end: &str) -> String {
    format!("/connectors/{}{end}", segment(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_paths() {
        assert_eq!(connector("a b/c\u{e9}", "/status"), "/connectors/a%20b%2Fc%C3%A9/status");
    }

    #[test]
    fn all_waits_together_are_ten_seconds() {
        let total: Duration = (0..RETRIES).map(|turn| RETRY_WAIT * 2u32.pow(turn)).sum();
        assert_eq!(total, Duration::from_millis(9_920));
    }
}
