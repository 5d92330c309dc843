//! A sink's task: reads as a member of its group, converts, writes, and only then commits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::Log;
use super::clients;
use super::dead::{self, DeadLetters};
use super::errors::{Failure, Policy, Stage, rest};
use super::task::{Shared, State, count};
use super::worker::Inner;
use crate::base::clock::Moment;
use crate::client::{ClientError, Event, Feed, InRecord, Partition, Weight};
use crate::connect::connectors::{MakeSink, Reporter, SinkTask, TaskContext};
use crate::connect::converters::{Converter, Part};
use crate::connect::data::Data;
use crate::connect::error::ConnectError;
use crate::connect::plan::{Plan, converter_of, converter_words, whole};
use crate::connect::record::{Header, Origin, Raw, Record, SinkRecord};
use crate::connect::transforms::{Broken, Chain};
use crate::wire::ErrorCode;

/// How long nothing may come before signals and clocks are looked after.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// The pause before a batch is tried again.
const RETRY_WAIT: Duration = Duration::from_secs(1);
/// How long a member without partitions waits before it believes that it will have none.
const SETTLE_WAIT: Duration = Duration::from_secs(3);
/// How often topics are looked for that match a regular expression.
const TOPICS_EVERY: Duration = Duration::from_secs(30);

/// Runs a sink's task until it is asked to stop, or fails.
pub(super) fn run(
    worker: &Inner,
    plan: &Plan,
    shared: &Shared,
    make: MakeSink,
    tasks: usize,
) -> Result<(), ConnectError> {
    let consumer = clients::consumer(&worker.config, plan, shared.id.task)?;
    let mut topics = Topics::of(worker, plan)?;
    let names = topics.wait(shared)?;
    if shared.stop.is_asked() {
        return Ok(());
    }
    let context = TaskContext {
        connector: &plan.name,
        task: shared.id.task,
        tasks,
        settings: &plan.own,
        all: &plan.all,
        stop: shared.stop.clone(),
        offset_of: &|_| None,
    };
    let task = make(&context)?;
    let mut sink = Sink {
        worker,
        shared,
        feed: consumer.join(&names).map_err(clients::kafka)?,
        task,
        desk: Desk::of(worker, plan, shared)?,
        pending: Vec::new(),
        done: BTreeMap::new(),
        ended: BTreeSet::new(),
        changes: 0,
        changed: Moment::now(),
        is_paused: false,
        committed: Moment::now(),
        unknown: BTreeSet::new(),
    };
    let result = sink.work(&mut topics);
    let ended = sink.end(result.is_ok());
    result.and(ended)
}

/// Which topics a sink reads.
enum Topics<'a> {
    Fixed(Vec<String>),
    Matching {
        worker: &'a Inner,
        plan: &'a Plan,
        regex: regex::Regex,
        last: Vec<String>,
        at: Moment,
    },
}

impl<'a> Topics<'a> {
    fn of(worker: &'a Inner, plan: &'a Plan) -> Result<Self, ConnectError> {
        let Some(regex) = plan.common.text("topics.regex") else {
            return Ok(Topics::Fixed(plan.common.list("topics").to_vec()));
        };
        let regex =
            whole(regex).ok_or_else(|| ConnectError::config("Invalid regular expression"))?;
        Ok(Topics::Matching { worker, plan, regex, last: Vec::new(), at: Moment::now() })
    }

    /// The topics to begin with: waits for one that matches.
    fn wait(&mut self, shared: &Shared) -> Result<Vec<String>, ConnectError> {
        loop {
            let names = match self {
                Topics::Fixed(names) => names.clone(),
                Topics::Matching { worker, plan, regex, last, at } => {
                    *at = Moment::now();
                    *last = matching(worker, plan, regex)?;
                    last.clone()
                }
            };
            if !names.is_empty() || shared.stop.is_asked() {
                return Ok(names);
            }
            shared.set_at_end(true);
            rest(RETRY_WAIT, &shared.stop);
        }
    }

    /// The topics now, if they are others than before.
    fn changed(&mut self) -> Option<Vec<String>> {
        let Topics::Matching { worker, plan, regex, last, at } = self else { return None };
        if at.elapsed() < TOPICS_EVERY {
            return None;
        }
        *at = Moment::now();
        let now = matching(worker, plan, regex).ok().filter(|now| now != last)?;
        last.clone_from(&now);
        Some(now)
    }
}

fn matching(
    worker: &Inner,
    plan: &Plan,
    regex: &regex::Regex,
) -> Result<Vec<String>, ConnectError> {
    let mut admin = clients::admin(&worker.config, plan)?;
    let topics = admin.metadata(None).map_err(clients::kafka)?.topics;
    let names = topics.into_iter().filter(|topic| !topic.is_internal);
    let mut names: Vec<String> = names.filter_map(|topic| topic.name).collect();
    names.retain(|name| regex.is_match(name));
    names.sort();
    Ok(names)
}

/// Makes records of what comes, and knows what to do with those that are none.
struct Desk<'a> {
    policy: Policy,
    log: &'a Log,
    shared: &'a Shared,
    dead: Option<DeadLetters>,
    key: Box<dyn Converter>,
    value: Box<dyn Converter>,
    header: Box<dyn Converter>,
    chain: Chain,
    /// The converters' classes, for whoever reads about a failure.
    classes: [String; 3],
    /// The name of the topic of the last record, which mostly is the next one's too.
    topic: Arc<str>,
}

impl<'a> Desk<'a> {
    fn of(worker: &'a Inner, plan: &Plan, shared: &'a Shared) -> Result<Self, ConnectError> {
        let config = &worker.config;
        let class = |part| {
            let (name, _) = converter_words(config, &plan.all, part);
            let found = crate::connect::converters::find(name, part);
            found.map_or_else(|_| name.to_owned(), |class| class.name.to_owned())
        };
        Ok(Desk {
            policy: Policy::of(&plan.common),
            log: &worker.log,
            shared,
            dead: DeadLetters::of(config, plan, &shared.id, &worker.log)?,
            key: converter_of(config, &plan.all, Part::Key)?,
            value: converter_of(config, &plan.all, Part::Value)?,
            header: converter_of(config, &plan.all, Part::Header)?,
            chain: chain_of(plan)?,
            classes: [class(Part::Key), class(Part::Value), class(Part::Header)],
            topic: "".into(),
        })
    }

    /// Makes a record of one that came in; none where it is left out.
    fn convert(&mut self, record: InRecord) -> Result<Option<SinkRecord>, ConnectError> {
        if &*self.topic != record.topic() {
            self.topic = record.topic().into();
            self.shared.uses(&self.topic);
        }
        let (timestamp, is_log_append_time) = match record.timestamp() {
            Some((timestamp, by_broker)) => (Some(timestamp), by_broker),
            None => (None, false),
        };
        let origin = Origin {
            topic: Arc::clone(&self.topic),
            partition: record.partition(),
            offset: record.offset(),
            timestamp,
            is_log_append_time,
        };
        let raw_headers = record.headers();
        match self.parts(record, &raw_headers) {
            Ok((key, value, headers)) => {
                let record_out = Record {
                    topic: Arc::clone(&origin.topic),
                    partition: Some(origin.partition),
                    offset: Some(origin.offset),
                    key,
                    value,
                    timestamp,
                    headers,
                };
                let raw = || Box::new(raw_of(record, &raw_headers));
                if self.chain.is_empty() {
                    let raw = self.dead.is_some().then(raw);
                    return Ok(Some(SinkRecord { record: record_out, origin, raw }));
                }
                match self.chain.apply(record_out) {
                    Ok(Some(record)) => {
                        let raw = self.dead.is_some().then(raw);
                        Ok(Some(SinkRecord { record, origin, raw }))
                    }
                    Ok(None) => Ok(None),
                    Err(Broken { class, error }) => {
                        let failure = Failure { stage: Stage::Transformation, class, error };
                        self.failed(failure, &origin, Some(&raw())).map(|()| None)
                    }
                }
            }
            Err(failure) => {
                let raw = raw_of(record, &raw_headers);
                self.failed(failure, &origin, Some(&raw)).map(|()| None)
            }
        }
    }

    fn parts(
        &mut self,
        record: InRecord,
        raw_headers: &[(&[u8], Option<&[u8]>)],
    ) -> Result<(Data, Data, Vec<Header>), Failure> {
        let (stop, policy, topic) = (&self.shared.stop, &self.policy, &*self.topic);
        let failed = |stage, class: &String| {
            let class = class.clone();
            move |error| Failure { stage, class, error }
        };
        let [key_class, value_class, header_class] = &self.classes;
        let key = policy
            .attempt(stop, || self.key.to_connect(topic, record.key()))
            .map_err(failed(Stage::KeyConverter, key_class))?;
        let value = policy
            .attempt(stop, || self.value.to_connect(topic, record.value()))
            .map_err(failed(Stage::ValueConverter, value_class))?;
        let mut headers = Vec::with_capacity(raw_headers.len());
        for (name, bytes) in raw_headers {
            let data = policy
                .attempt(stop, || self.header.to_connect(topic, *bytes))
                .map_err(failed(Stage::HeaderConverter, header_class))?;
            headers.push(Header { name: String::from_utf8_lossy(name).into_owned(), data });
        }
        Ok((key, value, headers))
    }

    /// Deals with a failure as the settings want it.
    fn failed(
        &mut self,
        failure: Failure,
        origin: &Origin,
        raw: Option<&Raw>,
    ) -> Result<(), ConnectError> {
        let id = &self.shared.id;
        self.policy.log(self.log, id, &failure, Some(origin));
        if let (Some(dead), Some(raw)) = (&mut self.dead, raw) {
            dead.send(&failure, origin, raw, id)?;
            count(&self.shared.dead, 1);
        }
        if !self.policy.tolerates {
            return Err(Policy::intolerant(failure));
        }
        count(&self.shared.skipped, 1);
        Ok(())
    }
}

/// The transforms of a plan, which has been checked.
pub(super) fn chain_of(plan: &Plan) -> Result<Chain, ConnectError> {
    Chain::of(&plan.common, &plan.all).map_err(|wrong| {
        ConnectError::config(wrong.first().map(|one| one.why.clone()).unwrap_or_default())
    })
}

fn raw_of(record: InRecord, headers: &[(&[u8], Option<&[u8]>)]) -> Raw {
    Raw {
        key: record.key().map(<[u8]>::to_vec),
        value: record.value().map(<[u8]>::to_vec),
        headers: headers
            .iter()
            .map(|(name, value)| (name.to_vec(), value.map(<[u8]>::to_vec)))
            .collect(),
    }
}

impl Reporter for Desk<'_> {
    fn report(&mut self, record: &SinkRecord, error: ConnectError) -> Result<(), ConnectError> {
        self.failed(dead::refused(error), &record.origin, record.raw.as_deref())
    }

    fn warn(&mut self, text: &str) {
        self.log.warn(format!("{}: {text}", self.shared.id));
    }
}

/// A task at work.
struct Sink<'a> {
    worker: &'a Inner,
    shared: &'a Shared,
    feed: Feed<'a>,
    task: Box<dyn SinkTask>,
    desk: Desk<'a>,
    /// What is to be written.
    pending: Vec<SinkRecord>,
    /// How far that goes, and what was left out: the offset after the last of each partition.
    done: BTreeMap<Partition, i64>,
    /// Partitions that have been read to their end.
    ended: BTreeSet<Partition>,
    changes: u64,
    /// When partitions came or went.
    changed: Moment,
    is_paused: bool,
    committed: Moment,
    /// Topics that are not there, and were told.
    unknown: BTreeSet<String>,
}

impl Sink<'_> {
    fn work(&mut self, topics: &mut Topics) -> Result<(), ConnectError> {
        while !self.shared.stop.is_asked() {
            if let Some(names) = topics.changed() {
                self.feed.resubscribe(&names).map_err(clients::kafka)?;
            }
            self.take(IDLE_WAIT)?;
            self.pause_or_resume()?;
            self.write()?;
            if self.committed.elapsed() >= self.worker.flush_interval {
                self.commit(false)?;
            }
            let assigned = self.feed.assignment();
            // While the group deals out partitions anew, having none means nothing.
            let is_dealt = !assigned.is_empty() || self.changed.elapsed() >= SETTLE_WAIT;
            let is_at_end = self.changes > 0 && is_dealt && assigned.is_subset(&self.ended);
            self.shared.set_at_end(is_at_end && self.pending.is_empty());
        }
        Ok(())
    }

    /// Takes what comes.
    fn take(&mut self, wait: Duration) -> Result<(), ConnectError> {
        let waited = self.feed.wait(wait);
        self.tell();
        match waited {
            Err(ClientError::Refused { code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, message }) => {
                let words = message.unwrap_or_default();
                if self.unknown.insert(words.clone()) {
                    self.worker.log.warn(format!("{}: {words}", self.shared.id));
                }
            }
            other => other.map_err(clients::kafka)?,
        }
        if self.feed.changes() != self.changes {
            self.changes = self.feed.changes();
            self.changed = Moment::now();
            let assigned = self.feed.assignment();
            // Another member is given again what we have not written.
            self.pending.retain(|record| assigned.contains(&place(&record.origin)));
            self.done.retain(|partition, _| assigned.contains(partition));
            self.shared.keeps(&assigned);
            self.ended.retain(|partition| assigned.contains(partition));
            if self.is_paused {
                self.feed.pause(assigned.iter(), true).map_err(clients::kafka)?;
            }
        }
        let mut last: Option<(Partition, i64)> = None;
        let mut read = 0;
        for event in self.feed.events() {
            match event {
                Event::Record(record) => {
                    read += 1;
                    let next = record.offset() + 1;
                    match &mut last {
                        Some((at, offset))
                            if at.partition == record.partition() && at.topic == record.topic() =>
                        {
                            *offset = next;
                        }
                        _ => {
                            self.done.extend(last.take());
                            let partition = Partition {
                                topic: record.topic().to_owned(),
                                partition: record.partition(),
                            };
                            self.ended.remove(&partition);
                            last = Some((partition, next));
                        }
                    }
                    self.pending.extend(self.desk.convert(record)?);
                }
                Event::End { topic, partition, .. } => {
                    self.ended.insert(Partition { topic: topic.to_owned(), partition });
                }
            }
        }
        self.done.extend(last);
        count(&self.shared.read, read);
        Ok(())
    }

    fn pause_or_resume(&mut self) -> Result<(), ConnectError> {
        let wants = self.shared.wants_pause();
        if wants != self.is_paused {
            self.feed.pause(self.feed.assignment().iter(), wants).map_err(clients::kafka)?;
            self.is_paused = wants;
            self.shared.set_state(if wants { State::Paused } else { State::Running });
        }
        Ok(())
    }

    /// Writes what is pending, again and again while that may help; then it may be committed.
    fn write(&mut self) -> Result<(), ConnectError> {
        let mut is_held = false;
        while !self.pending.is_empty() {
            match self.task.put(&self.pending, &mut self.desk) {
                Ok(()) => break,
                Err(error) if error.is_retriable() => {
                    count(&self.shared.retries, 1);
                    let id = &self.shared.id;
                    self.worker.log.warn(format!("{id}: {}; trying again", error.root()));
                    if !is_held {
                        self.feed
                            .pause(self.feed.assignment().iter(), true)
                            .map_err(clients::kafka)?;
                        is_held = true;
                    }
                    let wait = self.task.retry_after().unwrap_or(RETRY_WAIT);
                    let until = Moment::now().after(wait);
                    while !until.has_passed() && !self.shared.stop.is_asked() {
                        // The group wants to hear of us meanwhile.
                        self.take(IDLE_WAIT.min(until.remaining()))?;
                    }
                    if self.shared.stop.is_asked() {
                        // Nothing of it is committed: it comes again.
                        self.done.clear();
                        self.pending.clear();
                        return Ok(());
                    }
                }
                Err(error) => {
                    let what = "Exiting WorkerSinkTask due to unrecoverable exception.";
                    return Err(ConnectError::connect(what).caused_by(error));
                }
            }
        }
        if is_held && !self.is_paused {
            self.feed.pause(self.feed.assignment().iter(), false).map_err(clients::kafka)?;
        }
        count(&self.shared.written, self.pending.len());
        self.pending.clear();
        if let Some(dead) = &mut self.desk.dead {
            dead.settle()?;
        }
        self.shared.reaches(self.done.iter());
        self.feed.mark(self.done.iter().map(|(partition, offset)| (partition, *offset)));
        self.done.clear();
        Ok(())
    }

    fn commit(&mut self, wait: bool) -> Result<(), ConnectError> {
        self.committed = Moment::now();
        self.task.flush()?;
        self.feed.commit(wait).map_err(clients::kafka)
    }

    /// Commits what was written, and leaves the group.
    fn end(&mut self, is_well: bool) -> Result<(), ConnectError> {
        // Whatever happened, what was marked was written.
        let committed = match is_well {
            true => self.commit(true),
            false => self.feed.commit(true).map_err(clients::kafka),
        };
        let left = self.feed.leave().map_err(clients::kafka);
        self.tell();
        // A group that has nobody else has nothing that could be lost by a late commit.
        committed.and(left)
    }

    fn tell(&self) {
        for notice in self.feed.take_notices() {
            if notice.weight == Weight::Warning {
                self.worker.log.warn(format!("{}: {}", self.shared.id, notice.text));
            }
        }
    }
}

fn place(origin: &Origin) -> Partition {
    Partition { topic: origin.topic.to_string(), partition: origin.partition }
}
