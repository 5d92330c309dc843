//! The clients of a worker's tasks: their properties, from both files.

use std::collections::BTreeMap;

use crate::client::{Admin, Consumer, Producer, Properties};
use crate::connect::config::worker::WorkerConfig;
use crate::connect::error::{ConnectError, Kind};
use crate::connect::plan::Plan;
use crate::settings::ClusterWords;
use crate::settings::env::Env;

/// Which client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Producer,
    Consumer,
    Admin,
}

impl Client {
    fn prefix(self) -> &'static str {
        match self {
            Client::Producer => "producer.",
            Client::Consumer => "consumer.",
            Client::Admin => "admin.",
        }
    }
}

/// The brokers and the properties of a client under librdkafka's names.
pub(super) fn properties(
    worker: &WorkerConfig,
    plan: &Plan,
    client: Client,
) -> Result<(String, Properties), ConnectError> {
    of_pairs(worker, worker.client_properties(client.prefix(), &plan.all))
}

/// The same for the worker's own administration.
pub(super) fn own(worker: &WorkerConfig) -> Result<(String, Properties), ConnectError> {
    of_pairs(worker, worker.client_properties("admin.", &BTreeMap::new()))
}

fn of_pairs(
    worker: &WorkerConfig,
    pairs: BTreeMap<String, String>,
) -> Result<(String, Properties), ConnectError> {
    let brokers = worker.settings.list("bootstrap.servers").join(",");
    let mut properties: Vec<(String, String)> = vec![("bootstrap.servers".to_owned(), brokers)];
    properties.extend(pairs);
    let words = ClusterWords { properties, ..ClusterWords::default() };
    let resolved = words.resolve(&Env::default());
    let cluster = resolved.map_err(|error| ConnectError::config(error.to_string()))?.cluster;
    Ok((cluster.brokers, cluster.properties))
}

fn default(properties: &mut Properties, name: &str, value: &str) {
    properties.entry(name.to_owned()).or_insert_with(|| value.to_owned());
}

/// An error of a client as the worker's.
pub(super) fn kafka(error: impl std::fmt::Display) -> ConnectError {
    ConnectError::new(Kind::Kafka, error.to_string())
}

/// The group of a sink.
pub(super) fn group_of(
    worker: &WorkerConfig,
    plan_all: &BTreeMap<String, String>,
    name: &str,
) -> String {
    let own = plan_all.get("consumer.override.group.id").cloned();
    own.or_else(|| worker.all.get("consumer.group.id").cloned())
        .unwrap_or_else(|| format!("connect-{name}"))
}

/// A sink's consumer.
pub(super) fn consumer(
    worker: &WorkerConfig,
    plan: &Plan,
    task: usize,
) -> Result<Consumer, ConnectError> {
    let (brokers, mut properties) = self::properties(worker, plan, Client::Consumer)?;
    default(&mut properties, "client.id", &format!("connector-consumer-{}-{task}", plan.name));
    default(&mut properties, "auto.offset.reset", "earliest");
    default(&mut properties, "allow.auto.create.topics", "true");
    let group = group_of(worker, &plan.all, &plan.name);
    Consumer::open(&brokers, &properties, Some(&group)).map_err(kafka)
}

/// A source's producer: every record is acknowledged by all replicas, in order, for as long as
/// that takes.
pub(super) fn producer(
    worker: &WorkerConfig,
    plan: &Plan,
    task: usize,
) -> Result<Producer, ConnectError> {
    let (brokers, mut properties) = self::properties(worker, plan, Client::Producer)?;
    default(&mut properties, "client.id", &format!("connector-producer-{}-{task}", plan.name));
    default(&mut properties, "acks", "all");
    if !properties.contains_key("delivery.timeout.ms") {
        // No record is ever given up.
        default(&mut properties, "message.timeout.ms", "0");
    }
    Producer::open(&brokers, &properties).map_err(kafka)
}

/// The producer of dead letters.
pub(super) fn dead_letter_producer(
    worker: &WorkerConfig,
    plan: &Plan,
    task: usize,
) -> Result<Producer, ConnectError> {
    let (brokers, mut properties) = self::properties(worker, plan, Client::Producer)?;
    default(&mut properties, "client.id", &format!("connector-dlq-producer-{}-{task}", plan.name));
    default(&mut properties, "acks", "all");
    // Its senders come and go; the order of dead letters is kept by one request at a time.
    default(&mut properties, "enable.idempotence", "false");
    default(&mut properties, "max.in.flight.requests.per.connection", "1");
    Producer::open(&brokers, &properties).map_err(kafka)
}

/// An administrator.
pub(super) fn admin(worker: &WorkerConfig, plan: &Plan) -> Result<Admin, ConnectError> {
    let (brokers, properties) = self::properties(worker, plan, Client::Admin)?;
    Admin::open(&brokers, &properties).map_err(kafka)
}
