//! The dead letter queue: records that could not be dealt with, as they were, with headers that
//! say where they come from and what was wrong.

use crate::client::{Admin, NewTopic, OutRecord, Producer, Sent};
use crate::connect::config::worker::WorkerConfig;
use crate::connect::error::ConnectError;
use crate::connect::plan::Plan;
use crate::connect::record::{Origin, Raw};
use crate::wire::ErrorCode;

use super::errors::{Failure, Stage};
use super::task::TaskId;
use super::{Log, clients};

/// Where dead letters go.
pub(super) struct DeadLetters {
    topic: String,
    has_headers: bool,
    producer: Producer,
    sent: u64,
}

impl DeadLetters {
    /// Opens the queue that a sink's settings name, if they do; its topic is created if it is not
    /// there.
    pub(super) fn of(
        worker: &WorkerConfig,
        plan: &Plan,
        id: &TaskId,
        log: &Log,
    ) -> Result<Option<Self>, ConnectError> {
        let name = "errors.deadletterqueue.topic.name";
        let Some(topic) = plan.common.text(name).map(str::trim) else { return Ok(None) };
        let replicas = plan.common.integer("errors.deadletterqueue.topic.replication.factor");
        let replicas = replicas.and_then(|replicas| i16::try_from(replicas).ok()).unwrap_or(3);
        let mut admin = clients::admin(worker, plan)?;
        create(&mut admin, topic, replicas, log).map_err(|error| {
            ConnectError::connect(format!(
                "Could not initialize dead letter queue with topic={topic}"
            ))
            .caused_by(error)
        })?;
        Ok(Some(DeadLetters {
            topic: topic.to_owned(),
            has_headers: plan.common.flag("errors.deadletterqueue.context.headers.enable"),
            producer: clients::dead_letter_producer(worker, plan, id.task)?,
            sent: 0,
        }))
    }

    /// Sends a record.
    pub(super) fn send(
        &mut self,
        failure: &Failure,
        origin: &Origin,
        raw: &Raw,
        id: &TaskId,
    ) -> Result<(), ConnectError> {
        let mut headers = raw.headers.clone();
        if self.has_headers {
            context(&mut headers, failure, origin, id);
        }
        let record = OutRecord {
            key: raw.key.as_deref(),
            value: raw.value.as_deref(),
            headers: &headers,
            partition: None,
            timestamp: origin.timestamp,
            tag: 0,
        };
        let sender = self.producer.sender(&self.topic).map_err(clients::kafka)?;
        match sender.send(&record, || true) {
            Sent::Queued => {
                self.sent += 1;
                Ok(())
            }
            Sent::Refused(failed) => Err(self.wrong(&failed.words)),
            Sent::GaveUp => Err(self.wrong("there is no room for it")),
        }
    }

    fn wrong(&self, why: &str) -> ConnectError {
        ConnectError::connect(format!("cannot write to the dead letter queue `{}`", self.topic))
            .caused_by(clients::kafka(why))
    }

    /// Waits until all that was sent is acknowledged: before that, no offset may be committed.
    pub(super) fn settle(&mut self) -> Result<(), ConnectError> {
        if self.producer.counts().delivered == self.sent {
            return Ok(());
        }
        self.producer.finish(|_| self.producer.fatal_error().is_none());
        match (self.producer.failures().first(), self.producer.fatal_error()) {
            (Some((failed, _)), _) => Err(self.wrong(&failed.words)),
            (None, Some(why)) => Err(self.wrong(&why)),
            (None, None) => Ok(()),
        }
    }
}

/// Creates the topic with one partition. A cluster with fewer brokers than replicas are asked for
/// gets as many as it has, and the user is told.
fn create(admin: &mut Admin, topic: &str, replicas: i16, log: &Log) -> Result<(), ConnectError> {
    let known = admin.metadata(Some(&[topic])).map_err(clients::kafka)?;
    if known.topics.iter().any(|known| known.error_code == 0 && !known.partitions.is_empty()) {
        return Ok(());
    }
    let brokers = i16::try_from(admin.brokers().count()).unwrap_or(i16::MAX).max(1);
    let mut wanted = replicas;
    if replicas > brokers {
        log.warn(format!(
            "errors.deadletterqueue.topic.replication.factor is {replicas}, and there are only \
             {brokers} brokers: `{topic}` is created with {brokers}"
        ));
        wanted = brokers;
    }
    let new = NewTopic {
        name: topic.to_owned(),
        partitions: Some(1),
        replication_factor: Some(wanted),
        configs: Vec::new(),
    };
    for (_, result) in admin.create_topics(&[new]).map_err(clients::kafka)? {
        match result {
            Err(error) if error.code() == Some(ErrorCode::TOPIC_ALREADY_EXISTS) => {}
            result => result.map_err(clients::kafka)?,
        }
    }
    admin.wait_for_topics(&[topic], 1).map_err(clients::kafka)
}

/// Adds Kafka's headers.
fn context(
    headers: &mut Vec<(Vec<u8>, Option<Vec<u8>>)>,
    failure: &Failure,
    origin: &Origin,
    id: &TaskId,
) {
    let mut add = |name: &str, value: String| {
        let name = format!("__connect.errors.{name}");
        headers.push((name.into_bytes(), Some(value.into_bytes())));
    };
    let error = &failure.error;
    add("topic", origin.topic.to_string());
    add("partition", origin.partition.to_string());
    add("offset", origin.offset.to_string());
    add("connector.name", id.connector.clone());
    add("task.id", id.task.to_string());
    add("stage", failure.stage.name().to_owned());
    add("class.name", failure.class.to_owned());
    add("exception.class.name", error.kind.java_class().to_owned());
    add("exception.message", error.message.clone());
    add("exception.stacktrace", error.trace());
}

/// The class that Kafka names where a sink itself refuses a record.
pub(super) const SINK_TASK: &str = "org.apache.kafka.connect.sink.SinkTask";

/// What a sink refuses.
pub(super) fn refused(error: ConnectError) -> Failure {
    Failure { stage: Stage::TaskPut, class: SINK_TASK.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_says_where_it_comes_from_and_what_was_wrong() {
        let origin = Origin {
            topic: "t".into(),
            partition: 0,
            offset: 5,
            timestamp: None,
            is_log_append_time: false,
        };
        let failure = Failure {
            stage: Stage::ValueConverter,
            class: "org.apache.kafka.connect.json.JsonConverter".to_owned(),
            error: ConnectError::data("bad: "),
        };
        let id = TaskId { connector: "s".into(), task: 0 };
        let mut headers = vec![(b"own".to_vec(), None)];
        context(&mut headers, &failure, &origin, &id);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let told: Vec<String> = headers[1..]
            .iter()
            .map(|(name, value)| {
                let name = text(name).replace("__connect.errors.", "");
                format!("{name}={}", text(value.as_ref().unwrap()))
            })
            .collect();
        assert_eq!(
            told,
            [
                "topic=t",
                "partition=0",
                "offset=5",
                "connector.name=s",
                "task.id=0",
                "stage=VALUE_CONVERTER",
                "class.name=org.apache.kafka.connect.json.JsonConverter",
                "exception.class.name=org.apache.kafka.connect.errors.DataException",
                "exception.message=bad: ",
                "exception.stacktrace=org.apache.kafka.connect.errors.DataException: bad: \n",
            ]
        );
    }
}
