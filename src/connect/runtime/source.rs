//! A source's task: reads, converts, sends; and remembers how far it came once all that is
//! acknowledged.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::clients;
use super::errors::{Failure, Policy, Stage, rest};
use super::sink::chain_of;
use super::task::{Shared, State, count};
use super::worker::Inner;
use crate::base::clock::Moment;
use crate::client::{NewTopic, OutRecord, Producer, Sender, Sent};
use crate::connect::config::creation::{Made, Rules};
use crate::connect::connectors::{MakeSource, SourceTask, TaskContext};
use crate::connect::converters::{Converter, Part};
use crate::connect::data::Value;
use crate::connect::error::ConnectError;
use crate::connect::offsets::Place;
use crate::connect::plan::{Plan, converter_of, converter_words};
use crate::connect::record::{Record, SourceBatch};
use crate::connect::transforms::{Broken, Chain};
use crate::wire::ErrorCode;

/// How long a source may wait for something to read.
const POLL_WAIT: Duration = Duration::from_millis(200);
/// How long a paused task sleeps between two looks.
const PAUSE_WAIT: Duration = Duration::from_millis(100);

/// Runs a source's task until it is asked to stop, or fails.
pub(super) fn run(
    worker: &Inner,
    plan: &Plan,
    shared: &Shared,
    make: MakeSource,
    tasks: usize,
) -> Result<(), ConnectError> {
    let producer = clients::producer(&worker.config, plan, shared.id.task)?;
    let offset_of = |partition: &Value| worker.offsets.get(&plan.name, partition);
    let context = TaskContext {
        connector: &plan.name,
        task: shared.id.task,
        tasks,
        settings: &plan.own,
        all: &plan.all,
        stop: shared.stop.clone(),
        offset_of: &offset_of,
    };
    let task = make(&context)?;
    let class = |part| converter_words(&worker.config, &plan.all, part).0.to_owned();
    let mut source = Source {
        worker,
        plan,
        shared,
        producer: &producer,
        task,
        policy: Policy::of(&plan.common),
        key: converter_of(&worker.config, &plan.all, Part::Key)?,
        value: converter_of(&worker.config, &plan.all, Part::Value)?,
        header: converter_of(&worker.config, &plan.all, Part::Header)?,
        chain: chain_of(plan)?,
        classes: [class(Part::Key), class(Part::Value), class(Part::Header)],
        senders: BTreeMap::new(),
        rules: rules_of(worker, plan, shared)?,
        places: BTreeMap::new(),
        failed: 0,
        committed: Moment::now(),
        buffers: (Vec::new(), Vec::new()),
    };
    let result = source.work();
    // What was sent is waited for even if the task failed, so that it is not sent again.
    let ended = source.settle(worker.shutdown_timeout.max(worker.flush_timeout)).map(drop);
    result.and(ended)
}

/// The class that Kafka names where a record cannot be sent.
const PRODUCER: &str = "org.apache.kafka.clients.producer.KafkaProducer";

/// The rules of a connector for new topics, if the worker lets it have any.
fn rules_of(worker: &Inner, plan: &Plan, shared: &Shared) -> Result<Option<Rules>, ConnectError> {
    let wrong = |wrong: Vec<crate::connect::define::Mistake>| {
        ConnectError::config(wrong.first().map(|one| one.why.clone()).unwrap_or_default())
    };
    let rules = Rules::of(&plan.all).map_err(wrong)?;
    if rules.is_some() && !worker.config.settings.flag("topic.creation.enable") {
        worker.log.warn(format!(
            "{}: topic.creation.* mean nothing, for the worker has topic.creation.enable=false",
            shared.id
        ));
        return Ok(None);
    }
    Ok(rules)
}

/// Makes a topic, unless it is there.
fn create(worker: &Inner, plan: &Plan, topic: &str, made: &Made) -> Result<(), ConnectError> {
    let mut admin = clients::admin(&worker.config, plan)?;
    let known = admin.metadata(Some(&[topic])).map_err(clients::kafka)?;
    if known.topics.iter().any(|known| known.error_code == 0 && !known.partitions.is_empty()) {
        return Ok(());
    }
    let new = NewTopic {
        name: topic.to_owned(),
        partitions: made.partitions,
        replication_factor: made.replicas,
        configs: made.configs.clone(),
    };
    let what = || format!("Task failed to create new topic {topic}");
    for (_, result) in admin.create_topics(&[new]).map_err(clients::kafka)? {
        match result {
            Err(error) if error.code() == Some(ErrorCode::TOPIC_ALREADY_EXISTS) => {}
            result => result
                .map_err(|error| ConnectError::connect(what()).caused_by(clients::kafka(error)))?,
        }
    }
    admin.wait_for_topics(&[topic], 1).map_err(clients::kafka)
}

struct Source<'a> {
    worker: &'a Inner,
    plan: &'a Plan,
    shared: &'a Shared,
    producer: &'a Producer,
    task: Box<dyn SourceTask>,
    policy: Policy,
    key: Box<dyn Converter>,
    value: Box<dyn Converter>,
    header: Box<dyn Converter>,
    chain: Chain,
    classes: [String; 3],
    senders: BTreeMap<Arc<str>, Sender<'a>>,
    /// How topics are made that are not there; none where that is the broker's business.
    rules: Option<Rules>,
    /// How far the records go that were sent, by partition (as JSON).
    places: BTreeMap<Vec<u8>, (Arc<Value>, Value)>,
    /// How many records the cluster has refused, and the task lived with.
    failed: u64,
    committed: Moment,
    /// A record's key and value while it is sent.
    buffers: (Vec<u8>, Vec<u8>),
}

impl Source<'_> {
    fn work(&mut self) -> Result<(), ConnectError> {
        let mut is_paused = false;
        while !self.shared.stop.is_asked() {
            let wants = self.shared.wants_pause();
            if wants != is_paused {
                is_paused = wants;
                self.shared.set_state(if wants { State::Paused } else { State::Running });
            }
            if is_paused {
                rest(PAUSE_WAIT, &self.shared.stop);
                self.producer.poll(Duration::ZERO);
            } else {
                let batch = self.poll()?;
                let is_empty = batch.records.is_empty();
                self.send_all(batch)?;
                self.producer.poll(Duration::ZERO);
                self.check_failed()?;
                let is_at_end = is_empty && self.task.is_at_end();
                let is_settled = self.places.is_empty() || (is_at_end && self.is_delivered());
                self.shared.set_at_end(is_at_end && is_settled);
            }
            if self.committed.elapsed() >= self.worker.flush_interval {
                self.committed = Moment::now();
                if !self.settle(self.worker.flush_timeout)? {
                    self.worker.log.warn(format!(
                        "{}: not all records were acknowledged within offset.flush.timeout.ms; \
                         their offsets are kept for the next time",
                        self.shared.id
                    ));
                }
            }
        }
        Ok(())
    }

    fn is_delivered(&self) -> bool {
        self.producer.finish(|_| false)
    }

    fn poll(&mut self) -> Result<SourceBatch, ConnectError> {
        match self.task.poll(POLL_WAIT) {
            Ok(batch) => Ok(batch),
            Err(error) if error.is_retriable() => {
                count(&self.shared.retries, 1);
                self.worker.log.warn(format!("{}: {}; trying again", self.shared.id, error.root()));
                rest(Duration::from_secs(1), &self.shared.stop);
                Ok(SourceBatch::default())
            }
            Err(error) => Err(error),
        }
    }

    fn send_all(&mut self, batch: SourceBatch) -> Result<(), ConnectError> {
        for warning in batch.warnings {
            self.worker.log.warn(format!("{}: {warning}", self.shared.id));
        }
        count(&self.shared.read, batch.records.len());
        let mut written = 0;
        for record in batch.records {
            let sent = match self.transformed(record) {
                Ok(None) => continue,
                Ok(Some(record)) => self.send(&record),
                Err(failure) => Err(failure),
            };
            match sent {
                Ok(true) => written += 1,
                // Asked to stop while there was no room: the rest of the batch is not sent, and
                // its places are not remembered.
                Ok(false) => return Ok(()),
                Err(failure) => {
                    self.policy.log(&self.worker.log, &self.shared.id, &failure, None);
                    if !self.policy.tolerates {
                        return Err(Policy::intolerant(failure));
                    }
                    count(&self.shared.skipped, 1);
                }
            }
        }
        count(&self.shared.written, written);
        for (partition, offset) in batch.places {
            let key = crate::connect::offsets::json_of(&partition);
            self.places.insert(key, (partition, offset));
        }
        Ok(())
    }

    fn transformed(&mut self, record: Record) -> Result<Option<Record>, Failure> {
        if self.chain.is_empty() {
            return Ok(Some(record));
        }
        self.chain.apply(record).map_err(|Broken { class, error }| Failure {
            stage: Stage::Transformation,
            class,
            error,
        })
    }

    /// Sends a record. Returns whether it was taken: it is not when the end is wanted.
    fn send(&mut self, record: &Record) -> Result<bool, Failure> {
        let (key, value) = (&mut self.buffers.0, &mut self.buffers.1);
        key.clear();
        value.clear();
        let (stop, policy, topic) = (&self.shared.stop, &self.policy, &record.topic);
        let failed = |stage, class: &String| {
            let class = class.clone();
            move |error| Failure { stage, class, error }
        };
        let [key_class, value_class, header_class] = &self.classes;
        let has_key = policy
            .attempt(stop, || self.key.from_connect(topic, &record.key, key))
            .map_err(failed(Stage::KeyConverter, key_class))?;
        let has_value = policy
            .attempt(stop, || self.value.from_connect(topic, &record.value, value))
            .map_err(failed(Stage::ValueConverter, value_class))?;
        let mut headers = Vec::with_capacity(record.headers.len());
        for header in &record.headers {
            let mut bytes = Vec::new();
            let is_there = policy
                .attempt(stop, || self.header.from_connect(topic, &header.data, &mut bytes))
                .map_err(failed(Stage::HeaderConverter, header_class))?;
            headers.push((header.name.clone().into_bytes(), is_there.then_some(bytes)));
        }
        let sent = failed(Stage::KafkaProduce, &PRODUCER.to_owned());
        if !self.senders.contains_key(topic) {
            if let Some(made) = self.rules.as_ref().and_then(|rules| rules.for_topic(topic)) {
                let made = create(self.worker, self.plan, topic, made);
                made.map_err(failed(Stage::KafkaProduce, &PRODUCER.to_owned()))?;
            }
            match self.producer.sender(topic) {
                Ok(sender) => drop(self.senders.insert(Arc::clone(topic), sender)),
                Err(error) => return Err(sent(clients::kafka(error))),
            }
            self.shared.uses(topic);
        }
        let Some(sender) = self.senders.get(topic) else { return Ok(false) };
        let out = OutRecord {
            key: has_key.then_some(&self.buffers.0[..]),
            value: has_value.then_some(&self.buffers.1[..]),
            headers: &headers,
            partition: record.partition,
            timestamp: record.timestamp,
            tag: 0,
        };
        match sender.send(&out, || !stop.is_asked() && self.producer.fatal_error().is_none()) {
            Sent::Queued => Ok(true),
            Sent::Refused(refused) => Err(sent(clients::kafka(refused.words))),
            Sent::GaveUp => Ok(false),
        }
    }

    /// Looks whether the cluster has refused records.
    fn check_failed(&mut self) -> Result<(), ConnectError> {
        if let Some(why) = self.producer.fatal_error() {
            return Err(
                ConnectError::connect("the producer cannot go on").caused_by(clients::kafka(why))
            );
        }
        let failed = self.producer.counts().failed;
        if failed == self.failed {
            return Ok(());
        }
        let why = self.producer.failures().last().map(|(failed, _)| failed.words.clone());
        let why = why.unwrap_or_default();
        let more = failed - self.failed;
        self.failed = failed;
        if self.policy.tolerates {
            count(&self.shared.skipped, usize::try_from(more).unwrap_or(0));
            self.worker.log.warn(format!("{}: {more} records refused: {why}", self.shared.id));
            return Ok(());
        }
        let what = "Unrecoverable exception from producer send callback";
        Err(ConnectError::connect(what).caused_by(clients::kafka(why)))
    }

    /// Waits until all that was sent is acknowledged, and then remembers how far that goes.
    /// Returns whether there was time enough.
    fn settle(&mut self, timeout: Duration) -> Result<bool, ConnectError> {
        let until = Moment::now().after(timeout);
        let is_done =
            self.producer.finish(|_| !until.has_passed() && self.producer.fatal_error().is_none());
        self.check_failed()?;
        if !is_done {
            return Ok(false);
        }
        let name = &self.plan.name;
        let places: Vec<Place> = std::mem::take(&mut self.places)
            .into_values()
            .map(|(partition, offset)| Place {
                connector: name.clone(),
                partition: (*partition).clone(),
                offset: Some(offset),
            })
            .collect();
        let kept = self.worker.offsets.set(&places);
        kept.map_err(|error| ConnectError::connect(error.to_string()))?;
        Ok(true)
    }
}
