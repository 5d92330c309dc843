//! The task: records to requests, and each answer to what is done with its records.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::bulk::{Act, Batch, Verdict};
use super::config::{Config, OnMalformed, OnNull, Place};
use super::server::Server;
use super::{document, mapping};
use crate::base::clock::Moment;
use crate::connect::connectors::web::{Patience, Trouble};
use crate::connect::connectors::{Reporter, SinkTask, Stop, TaskContext};
use crate::connect::error::{ConnectError, Kind};
use crate::connect::record::SinkRecord;

/// How often an update is tried again by the server itself.
const CONFLICT_RETRIES_MAX: usize = 5;
/// How long an index's name may be: the server's own bound.
const INDEX_BYTES_MAX: usize = 255;
/// How long the topic's part of a data stream's name may be.
const NAMESPACE_BYTES_MAX: usize = 100;
/// How long to sleep before it is looked whether anybody wants the end.
const SLICE: Duration = Duration::from_millis(50);

pub(super) fn make(context: &TaskContext) -> Result<Box<dyn SinkTask>, ConnectError> {
    let retries = context.settings.integer("max.retries").unwrap_or_default();
    let backoff = context.settings.duration("retry.backoff.ms");
    Ok(Box::new(Task {
        config: Config::of(context.settings),
        server: Server::of(context)?,
        stop: context.stop.clone(),
        indices: HashMap::new(),
        mapped: HashSet::new(),
        settled: HashSet::new(),
        patience: Patience::of(u64::try_from(retries).unwrap_or_default(), backoff, true),
        failing_since: None,
        sent: None,
    }))
}

/// Where a record was.
type Spot = (Arc<str>, i32, i64);

fn spot(record: &SinkRecord) -> Spot {
    (Arc::clone(&record.origin.topic), record.origin.partition, record.origin.offset)
}

struct Task {
    config: Config,
    server: Server,
    stop: Stop,
    /// The index of each topic that has one.
    indices: HashMap<Arc<str>, String>,
    /// Indices that know their fields.
    mapped: HashSet<String>,
    /// Records of a batch that is tried again which are written, or reported, already.
    settled: HashSet<Spot>,
    patience: Patience,
    failing_since: Option<Moment>,
    /// When the last request was sent.
    sent: Option<Moment>,
}

impl SinkTask for Task {
    fn put(
        &mut self,
        records: &[SinkRecord],
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError> {
        if records.len() < self.config.batch_records {
            self.linger();
        }
        for some in records.chunks(self.config.buffered) {
            match self.write(some, reporter) {
                Ok(()) => {}
                Err(Failed::Error(error)) => return Err(error),
                Err(Failed::Trouble(Trouble::Lasting(why))) => {
                    return Err(ConnectError::connect(why));
                }
                Err(Failed::Trouble(Trouble::Passing(why))) => return Err(self.later(&why)),
            }
        }
        self.settled.clear();
        self.patience.renew();
        self.failing_since = None;
        Ok(())
    }

    fn retry_after(&self) -> Option<Duration> {
        self.patience.is_tried().then(|| self.patience.wait())
    }
}

/// Why a batch is not written.
enum Failed {
    Trouble(Trouble),
    Error(ConnectError),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Failed::Trouble(trouble)
    }
}

impl From<ConnectError> for Failed {
    fn from(error: ConnectError) -> Self {
        Failed::Error(error)
    }
}

impl Task {
    /// Leaves time between requests, so that more records come together in the next.
    fn linger(&self) {
        let Some(sent) = self.sent else { return };
        let until = sent.after(self.config.linger);
        while !until.has_passed() && !self.stop.is_asked() {
            std::thread::sleep(SLICE.min(until.remaining()));
        }
    }

    fn later(&mut self, why: &str) -> ConnectError {
        let since = *self.failing_since.get_or_insert_with(Moment::now);
        if since.elapsed() >= self.config.flush_timeout {
            let ms = self.config.flush_timeout.as_millis();
            return ConnectError::connect(format!("{why}; given up after {ms} ms"));
        }
        self.patience.fail(why)
    }

    fn write(&mut self, records: &[SinkRecord], reporter: &mut dyn Reporter) -> Result<(), Failed> {
        let batches = self.batches(records, reporter)?;
        // What has no version must be written in the order of its records.
        let width = if self.config.is_upsert { 1 } else { self.config.in_flight };
        for wave in batches.chunks(width) {
            let all = send(&self.server, wave);
            self.sent = Some(Moment::now());
            let mut trouble = None;
            for (batch, verdicts) in wave.iter().zip(all) {
                for (item, verdict) in batch.items.iter().zip(verdicts) {
                    let record = &records[item.at];
                    match verdict {
                        // It is written again after the one before it.
                        Verdict::Done if trouble.is_some() && self.config.is_upsert => {}
                        Verdict::Done => drop(self.settled.insert(spot(record))),
                        Verdict::Refused(why) => {
                            self.malformed(record, &why, reporter)?;
                            self.settled.insert(spot(record));
                        }
                        Verdict::Later(why) => {
                            trouble.get_or_insert(Trouble::Passing(why));
                        }
                        Verdict::Fatal(why) => return Err(Trouble::Lasting(why).into()),
                    }
                }
            }
            if let Some(trouble) = trouble {
                return Err(trouble.into());
            }
        }
        Ok(())
    }

    /// Makes requests of records.
    fn batches(
        &mut self,
        records: &[SinkRecord],
        reporter: &mut dyn Reporter,
    ) -> Result<Vec<Batch>, Failed> {
        let mut batches: Vec<Batch> = Vec::new();
        let mut batch = Batch::default();
        let mut line = Batch::default();
        for (at, record) in records.iter().enumerate() {
            if self.settled.contains(&spot(record)) {
                continue;
            }
            line.body.clear();
            line.items.clear();
            match self.document(at, record, &mut line) {
                Ok(()) => {}
                Err(Failed::Error(error)) if error.kind == Kind::Data => {
                    let drops = self.config.drops_invalid;
                    reporter
                        .report(record, error)
                        .or_else(|error| drops.then_some(()).ok_or(error))?;
                    self.settled.insert(spot(record));
                    continue;
                }
                Err(other) => return Err(other),
            }
            let is_full = batch.items.len() >= self.config.batch_records
                || batch.body.len() + line.body.len() > self.config.batch_bytes;
            if is_full && !batch.items.is_empty() {
                batches.push(std::mem::take(&mut batch));
            }
            batch.append(&line);
        }
        if !batch.items.is_empty() {
            batches.push(batch);
        }
        Ok(batches)
    }

    /// Appends what a record is to the server; nothing where it is left out.
    fn document(&mut self, at: usize, record: &SinkRecord, line: &mut Batch) -> Result<(), Failed> {
        let is_null = record.record.value.value.is_null();
        if is_null {
            match self.config.on_null {
                OnNull::Ignore => return Ok(()),
                // Without a key there can be nothing that has it.
                OnNull::Delete if record.record.key.value.is_null() => return Ok(()),
                OnNull::Delete => {}
                OnNull::Fail => return Err(no_value(record).into()),
            }
        }
        let ignores_key = self.config.ignores_key(&record.record.topic);
        let id = match self.config.has_own_ids {
            true => None,
            false => Some(document::id(&self.config, record)?),
        };
        let has_version = !ignores_key && !self.config.has_own_ids && !self.config.is_stream();
        let version = match has_version && (is_null || !self.config.is_upsert) {
            true => Some(document::version(&self.config, record)?),
            false => None,
        };
        let mut json = Vec::new();
        if !is_null {
            document::write(&self.config, record, &mut json)?;
        }
        let retries = self.config.in_flight.min(CONFLICT_RETRIES_MAX);
        let act = match id.as_deref() {
            Some(id) if is_null => Act::Delete { id, version },
            Some(id) if self.config.is_upsert => Act::Upsert { id, retries },
            id if self.config.is_stream() => Act::Create { id },
            id => Act::Index { id, version },
        };
        let index = self.index(record)?;
        line.push(at, index, &act, &json);
        Ok(())
    }

    /// The index that a record belongs to, which is there and knows its fields.
    fn index(&mut self, record: &SinkRecord) -> Result<&str, Failed> {
        let topic = &record.record.topic;
        if !self.indices.contains_key(topic) {
            let name = name_of(&self.config, topic)?;
            let is_external = matches!(self.config.place, Place::External { .. });
            if !self.server.has(&name)? {
                if is_external {
                    let why = format!("there is no `{name}`, to which the topic {topic} goes");
                    return Err(ConnectError::connect(why).into());
                }
                self.server.create(&name, self.config.is_stream())?;
            }
            if is_external || self.config.is_stream() {
                self.mapped.insert(name.clone());
            }
            self.indices.insert(Arc::clone(topic), name);
        }
        let name = &self.indices[topic];
        let schema = record.record.value.schema.as_deref();
        let schema = schema.filter(|_| !self.config.ignores_schema(topic));
        if let Some(schema) = schema.filter(|_| !self.mapped.contains(name)) {
            if let Some(mapping) = mapping::of(schema, self.config.is_compact)
                && !self.server.has_mapping(name)?
            {
                self.server.map(name, &mapping)?;
            }
            self.mapped.insert(name.clone());
        }
        Ok(name)
    }

    /// Deals with a document that the server refuses.
    fn malformed(
        &self,
        record: &SinkRecord,
        why: &str,
        reporter: &mut dyn Reporter,
    ) -> Result<(), ConnectError> {
        let error = ConnectError::new(Kind::Other, format!("Indexing failed: {why}"));
        match (reporter.report(record, error), self.config.on_malformed) {
            (Ok(()), _) | (Err(_), OnMalformed::Ignore) => Ok(()),
            (Err(_), OnMalformed::Warn) => {
                let (topic, partition, offset) = spot(record);
                reporter.warn(&format!(
                    "the record at topic={topic} partition={partition} offset={offset} is left \
                     out: {why}"
                ));
                Ok(())
            }
            (Err(error), OnMalformed::Fail) => Err(error),
        }
    }
}

fn no_value(record: &SinkRecord) -> ConnectError {
    let (topic, partition, offset) = spot(record);
    ConnectError::data(format!(
        "record from topic={topic} partition={partition} offset={offset} has a null value (to \
         ignore future records like this change the configuration property \
         'behavior.on.null.values' from 'FAIL' to 'IGNORE')"
    ))
}

/// Sends requests all at once.
fn send(server: &Server, wave: &[Batch]) -> Vec<Vec<Verdict>> {
    let gone = |batch: &Batch| batch.all(&Verdict::Later("the request was given up".to_owned()));
    match wave {
        [one] => vec![server.bulk(one)],
        _ => std::thread::scope(|scope| {
            let all: Vec<_> =
                wave.iter().map(|batch| scope.spawn(move || server.bulk(batch))).collect();
            let all = all.into_iter().zip(wave);
            all.map(|(thread, batch)| thread.join().unwrap_or_else(|_| gone(batch))).collect()
        }),
    }
}

/// What a topic is called on the server.
fn name_of(config: &Config, topic: &str) -> Result<String, ConnectError> {
    let lower = topic.to_lowercase();
    let cut = |text: &str, most: usize| {
        let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        text[..end.unwrap_or_default()].to_owned()
    };
    match &config.place {
        Place::External { names, .. } => names.get(topic).cloned().ok_or_else(|| {
            ConnectError::config(format!(
                "topic.to.external.resource.mapping does not say where the topic {topic} goes"
            ))
        }),
        Place::Stream(head) => Ok(format!("{head}-{}", cut(&lower, NAMESPACE_BYTES_MAX))),
        Place::Index => {
            let name = cut(&lower, INDEX_BYTES_MAX);
            let name = name.strip_prefix(['-', '_']).unwrap_or(&name);
            Ok(match name {
                "." => "dot".to_owned(),
                ".." => "dotdot".to_owned(),
                name => name.to_owned(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SINK;
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Config {
        let mut all: std::collections::BTreeMap<String, String> =
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        all.insert("connection.url".to_owned(), "http://e".to_owned());
        Config::of(&SINK.def.check(&all).0)
    }

    #[test]
    fn topics_are_indices_by_the_servers_rules() {
        let long = "A".repeat(300);
        let rows = [
            ("Orders", "orders"),
            ("_x", "x"),
            ("-x", "x"),
            ("__x", "_x"),
            (".", "dot"),
            ("..", "dotdot"),
            (long.as_str(), &long[..255].to_lowercase()),
        ];
        for (topic, name) in rows {
            assert_eq!(name_of(&config(&[]), topic).unwrap(), name);
        }
        let stream = config(&[("data.stream.type", "LOGS"), ("data.stream.dataset", "web")]);
        assert_eq!(name_of(&stream, "Orders").unwrap(), "logs-web-orders");
        let external = config(&[
            ("external.resource.usage", "INDEX"),
            ("topic.to.external.resource.mapping", "Orders:mine"),
        ]);
        assert_eq!(name_of(&external, "Orders").unwrap(), "mine");
        assert!(name_of(&external, "orders").is_err());
    }
}
