//! The worker: connectors, their states, and the threads of their tasks.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::task::{Counts, Shared, State, TaskId};
use super::{Log, clients, sink, source};
use crate::base::caught::Panic;
use crate::base::clock::Moment;
use crate::base::sync::lock;
use crate::client::{Admin, Partition};
use crate::connect::config::file::{InitialState, Pairs};
use crate::connect::config::providers::{ProviderError, Providers};
use crate::connect::config::worker::WorkerConfig;
use crate::connect::connectors::Sort;
use crate::connect::define::Mistake;
use crate::connect::error::{ConnectError, Kind};
use crate::connect::offsets::{Offsets, OffsetsError};
use crate::connect::plan::{self, Plan};

/// What a connector is wanted to be.
pub type Target = InitialState;

/// Why a worker does not start.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error("{0}")]
    Offsets(#[from] OffsetsError),
    #[error("{0}")]
    Provider(#[from] ProviderError),
}

/// Why something was not done with a connector.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("Connector {0} not found")]
    NotFound(String),
    #[error("Connector {0} already exists")]
    Exists(String),
    #[error("Unknown task: {0}")]
    NoTask(String),
    #[error("the configuration is invalid: {}", .0.iter().map(|m| m.why.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Mistake>),
    #[error("{0}")]
    Provider(ProviderError),
    #[error(
        "Connectors must be in the STOPPED state before their offsets can be modified. This can \
         be done for the specified connector by issuing a 'PUT' request to the \
         '/connectors/{0}/stop' endpoint"
    )]
    NotStopped(String),
    #[error("{0}")]
    BadRequest(String),
    #[error("{0}")]
    Connect(ConnectError),
}

/// What all tasks need.
pub(super) struct Inner {
    pub(super) config: WorkerConfig,
    pub(super) offsets: Offsets,
    pub(super) log: Log,
    pub(super) flush_interval: Duration,
    pub(super) flush_timeout: Duration,
    pub(super) shutdown_timeout: Duration,
}

/// The worker.
pub struct Worker {
    inner: Arc<Inner>,
    providers: Providers,
    connectors: Mutex<BTreeMap<String, Connector>>,
}

/// A connector that is there.
struct Connector {
    /// As it was written.
    config: Pairs,
    target: Target,
    plan: Plan,
    tasks: Vec<Task>,
    /// Why it has no tasks, if it failed.
    trace: Option<String>,
}

struct Task {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// A connector as others see it.
#[derive(Clone, Debug)]
pub struct ConnectorView {
    pub name: String,
    /// As it was written, variables and all.
    pub config: Pairs,
    pub is_sink: bool,
    pub state: State,
    pub trace: Option<String>,
    pub tasks: Vec<TaskView>,
}

/// A task as others see it.
#[derive(Clone, Debug)]
pub struct TaskView {
    pub task: usize,
    pub state: State,
    pub trace: Option<String>,
    pub counts: Counts,
    /// Whether everything that was there has been dealt with.
    pub is_at_end: bool,
    pub config: Pairs,
}

impl Worker {
    /// Makes a worker. It reads the offset file; it connects when connectors are there.
    pub fn new(config: WorkerConfig, offsets: &Path, log: Log) -> Result<Self, WorkerError> {
        let providers = Providers::of(&config.all)?;
        let inner = Inner {
            offsets: Offsets::open(offsets)?,
            log,
            flush_interval: config.settings.duration("offset.flush.interval.ms"),
            flush_timeout: config.settings.duration("offset.flush.timeout.ms"),
            shutdown_timeout: config.settings.duration("task.shutdown.graceful.timeout.ms"),
            config,
        };
        Ok(Worker { inner: Arc::new(inner), providers, connectors: Mutex::default() })
    }

    /// Says from now on what this level of Log4j lets through.
    pub fn set_log_level(&self, name: &str) {
        self.inner.log.set_level(name);
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The worker's own settings.
    pub fn config(&self) -> &WorkerConfig {
        &self.inner.config
    }

    /// The plan of a connector.
    pub(super) fn plan_of(&self, name: &str) -> Result<Plan, Refused> {
        self.with(name, |connector| Ok(connector.plan.clone()))
    }

    /// Finds everything that is wrong with a connector's settings.
    pub fn examine(&self, config: &Pairs) -> Result<plan::Examined, ProviderError> {
        plan::examine(&self.inner.config, &self.providers, config)
    }

    /// Connects for the worker's own sake.
    pub fn admin(&self) -> Result<Admin, ConnectError> {
        let (brokers, properties) = clients::own(&self.inner.config)?;
        Admin::open(&brokers, &properties).map_err(clients::kafka)
    }

    /// Checks a connector's settings without doing anything.
    pub fn check(&self, config: &Pairs) -> Result<Plan, Refused> {
        let examined = plan::examine(&self.inner.config, &self.providers, config);
        plan::plan(examined.map_err(Refused::Provider)?).map_err(Refused::Invalid)
    }

    /// Begins a connector, or changes the one of this name. Returns whether it is new.
    pub fn put(
        &self,
        name: &str,
        mut config: Pairs,
        target: Option<Target>,
        only_new: bool,
    ) -> Result<bool, Refused> {
        config.insert("name".to_owned(), name.to_owned());
        let plan = self.check(&config)?;
        let mut connectors = lock(&self.connectors);
        if only_new && connectors.contains_key(name) {
            return Err(Refused::Exists(name.to_owned()));
        }
        let old = connectors.remove(name);
        let is_new = old.is_none();
        let kept = old.as_ref().map(|old| old.target);
        let target = target.or(kept).unwrap_or_default();
        if let Some(mut old) = old {
            self.stop_tasks(&mut old.tasks);
        }
        for name in &plan.unknown {
            let class = plan.class.name();
            self.inner.log.warn(format!("nobody knows the setting `{name}` of {class}"));
        }
        let mut connector = Connector { config, target, plan, tasks: Vec::new(), trace: None };
        self.start_tasks(&mut connector);
        connectors.insert(name.to_owned(), connector);
        Ok(is_new)
    }

    fn start_tasks(&self, connector: &mut Connector) {
        connector.trace = None;
        if connector.target == Target::Stopped {
            return;
        }
        let most = connector.plan.common.integer("tasks.max").unwrap_or(1);
        let most = usize::try_from(most).unwrap_or(1);
        let count = (connector.plan.class.tasks)(&connector.plan.own, most).clamp(1, most.max(1));
        for task in 0..count {
            connector.tasks.push(self.start_task(&connector.plan, connector.target, task, count));
        }
    }

    fn start_task(&self, plan: &Plan, target: Target, task: usize, tasks: usize) -> Task {
        let id = TaskId { connector: plan.name.clone(), task };
        let shared = Arc::new(Shared::new(id, target == Target::Paused));
        let (inner, plan, own) = (Arc::clone(&self.inner), plan.clone(), Arc::clone(&shared));
        let run = move || {
            own.set_state(State::Running);
            let work = || match plan.class.sort {
                Sort::Sink(make) => sink::run(&inner, &plan, &own, make, tasks),
                Sort::Source(make) => source::run(&inner, &plan, &own, make, tasks),
            };
            let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
                Err(ConnectError::new(Kind::Other, Panic::of(&*payload).to_string()))
            });
            if let Err(error) = result {
                inner.log.error(format!("task {} failed: {}", own.id, chain(&error)));
                own.fail(error.trace());
            }
        };
        let name = format!("task-{}", shared.id);
        let thread = std::thread::Builder::new().name(name).spawn(run);
        if let Err(error) = &thread {
            shared.fail(format!("no thread for the task: {error}\n"));
        }
        Task { shared, thread: thread.ok() }
    }

    /// Asks tasks to end, and waits for them as long as the settings say.
    fn stop_tasks(&self, tasks: &mut Vec<Task>) {
        for task in tasks.iter() {
            task.shared.stop.ask();
        }
        let until = Moment::now().after(self.inner.shutdown_timeout);
        for mut task in tasks.drain(..) {
            let Some(thread) = task.thread.take() else { continue };
            while !thread.is_finished() && !until.has_passed() {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            match thread.is_finished() {
                true => drop(thread.join()),
                false => self.inner.log.warn(format!("task {} does not end", task.shared.id)),
            }
        }
    }

    /// Does something with a connector.
    fn with<T>(
        &self,
        name: &str,
        work: impl FnOnce(&mut Connector) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut connectors = lock(&self.connectors);
        work(connectors.get_mut(name).ok_or_else(|| Refused::NotFound(name.to_owned()))?)
    }

    /// Changes what a connector is wanted to be.
    pub fn set_target(&self, name: &str, target: Target) -> Result<(), Refused> {
        self.with(name, |connector| {
            let was = std::mem::replace(&mut connector.target, target);
            match target {
                Target::Stopped => self.stop_tasks(&mut connector.tasks),
                _ if was == Target::Stopped => self.start_tasks(connector),
                _ => {
                    let is_paused = target == Target::Paused;
                    connector.tasks.iter().for_each(|task| task.shared.pause(is_paused));
                }
            }
            Ok(())
        })
    }

    /// Starts tasks anew: those that failed only, or all of them.
    pub fn restart_tasks(&self, name: &str, only_failed: bool) -> Result<(), Refused> {
        self.with(name, |connector| {
            let count = connector.tasks.len();
            for at in 0..count {
                if only_failed && connector.tasks[at].shared.state().0 != State::Failed {
                    continue;
                }
                self.restart(connector, at, count);
            }
            Ok(())
        })
    }

    /// Starts one task anew.
    pub fn restart_task(&self, name: &str, task: usize) -> Result<(), Refused> {
        self.with(name, |connector| {
            let count = connector.tasks.len();
            if task >= count {
                return Err(Refused::NoTask(format!("{name}-{task}")));
            }
            self.restart(connector, task, count);
            Ok(())
        })
    }

    fn restart(&self, connector: &mut Connector, at: usize, count: usize) {
        let new = self.start_task_after(&connector.plan, connector.target, at, count, |old| {
            let mut old = vec![std::mem::replace(&mut connector.tasks[at], old)];
            self.stop_tasks(&mut old);
        });
        connector.tasks[at] = new;
    }

    /// Starts a task once `stop_old` has seen the old one off.
    fn start_task_after(
        &self,
        plan: &Plan,
        target: Target,
        task: usize,
        tasks: usize,
        stop_old: impl FnOnce(Task),
    ) -> Task {
        let id = TaskId { connector: plan.name.clone(), task };
        let between = Shared::new(id, false);
        between.set_state(State::Restarting);
        stop_old(Task { shared: Arc::new(between), thread: None });
        self.start_task(plan, target, task, tasks)
    }

    /// Ends a connector for good. Its offsets stay.
    pub fn delete(&self, name: &str) -> Result<(), Refused> {
        let removed = lock(&self.connectors).remove(name);
        let mut connector = removed.ok_or_else(|| Refused::NotFound(name.to_owned()))?;
        self.stop_tasks(&mut connector.tasks);
        Ok(())
    }

    /// All connectors, by name.
    pub fn connectors(&self) -> Vec<ConnectorView> {
        lock(&self.connectors).iter().map(|(name, connector)| connector.view(name)).collect()
    }

    /// One connector.
    pub fn connector(&self, name: &str) -> Result<ConnectorView, Refused> {
        self.with(name, |connector| Ok(connector.view(name)))
    }

    /// The topics that a connector has used.
    pub fn topics(&self, name: &str) -> Result<BTreeSet<String>, Refused> {
        self.with(name, |connector| {
            let topics = connector.tasks.iter().flat_map(|task| task.shared.topics());
            Ok(topics.map(|topic| topic.to_string()).collect())
        })
    }

    /// How far each sink has written, by partition.
    pub(super) fn places(&self) -> BTreeMap<String, BTreeMap<Partition, i64>> {
        let connectors = lock(&self.connectors);
        let sinks = connectors.iter().filter(|(_, connector)| connector.plan.class.is_sink());
        let places = sinks.map(|(name, connector)| {
            let tasks = connector.tasks.iter().flat_map(|task| task.shared.places());
            (name.clone(), tasks.collect())
        });
        places.collect()
    }

    /// Forgets the topics that a connector has used.
    pub fn forget_topics(&self, name: &str) -> Result<(), Refused> {
        self.with(name, |connector| {
            connector.tasks.iter().for_each(|task| task.shared.forget_topics());
            Ok(())
        })
    }

    /// Ends everything in good order.
    pub fn shutdown(&self) {
        let mut connectors = std::mem::take(&mut *lock(&self.connectors));
        let mut tasks: Vec<Task> =
            connectors.values_mut().flat_map(|connector| connector.tasks.drain(..)).collect();
        self.stop_tasks(&mut tasks);
    }
}

impl Connector {
    fn view(&self, name: &str) -> ConnectorView {
        let state = match (&self.trace, self.target) {
            (Some(_), _) => State::Failed,
            (None, Target::Running) => State::Running,
            (None, Target::Paused) => State::Paused,
            (None, Target::Stopped) => State::Stopped,
        };
        let view = |(at, task): (usize, &Task)| {
            let (state, trace) = task.shared.state();
            TaskView {
                task: at,
                state,
                trace,
                counts: task.shared.counts(),
                is_at_end: task.shared.is_at_end(),
                config: self.config.clone(),
            }
        };
        ConnectorView {
            name: name.to_owned(),
            config: self.config.clone(),
            is_sink: self.plan.class.is_sink(),
            state,
            trace: self.trace.clone(),
            tasks: self.tasks.iter().enumerate().map(view).collect(),
        }
    }
}

/// An error and its causes on one line.
fn chain(error: &ConnectError) -> String {
    let mut told = error.message.trim_end().to_owned();
    let mut next = &error.cause;
    while let Some(cause) = next {
        told = format!("{}: {}", told.trim_end_matches([':', ' ', '.']), cause.message.trim_end());
        next = &cause.cause;
    }
    told
}
