//! `rk topics describe`: gathers from the controller, the leaders and the disks.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Context, Ended, failed, one_failed, resolve, words};
use crate::client::{Admin, Config, Isolation, OffsetSpec, Partition};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Cell, Row};
use crate::settings::look::Output;
use crate::wire::ErrorCode;
use crate::wire::messages::metadata::{MetadataResponsePartition, MetadataResponseTopic};

/// A topic.
struct Topic {
    topic: String,
    id: Option<String>,
    internal: bool,
    configs: Vec<(String, String)>,
    partitions: Vec<Part>,
}

/// A partition of it.
#[derive(Clone, Default)]
struct Part {
    topic: String,
    partition: i32,
    leader: Option<i32>,
    replicas: Vec<i32>,
    isr: Vec<i32>,
    start: Option<i64>,
    end: Option<i64>,
    size: Option<i64>,
}

impl Row for Topic {
    const COLUMNS: &'static [&'static str] =
        &["topic", "id", "partition_count", "replication_factor", "internal", "configs"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.topic.as_str().into(),
            self.id.as_deref().into(),
            self.partitions.len().into(),
            self.partitions.first().map(|p| p.replicas.len()).into(),
            self.internal.into(),
            Cell::Pairs(self.configs.clone()),
        ]
    }

    /// A topic holds its partitions in JSON.
    fn json(&self) -> Map<String, Value> {
        let names = Self::COLUMNS.iter().map(|name| (*name).to_owned());
        let mut object: Map<String, Value> =
            names.zip(self.cells().iter().map(Cell::json)).collect();
        let inner = |part: &Part| {
            let mut part = part.json();
            part.shift_remove("topic");
            Value::Object(part)
        };
        object.insert("partitions".into(), self.partitions.iter().map(inner).collect());
        object
    }
}

impl Row for Part {
    const COLUMNS: &'static [&'static str] = &[
        "topic",
        "partition",
        "leader",
        "replicas",
        "isr",
        "start_offset",
        "end_offset",
        "records",
        "size",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.topic.as_str().into(),
            self.partition.into(),
            self.leader.into(),
            self.replicas.clone().into(),
            self.isr.clone().into(),
            self.start.into(),
            self.end.into(),
            self.start.zip(self.end).map(|(start, end)| end - start).into(),
            self.size.into(),
        ]
    }
}

pub(super) fn run(words: &words::Describe, admin: &mut Admin, cx: &mut Context) -> Ended {
    let names = resolve(admin, words.topics.names(), words.regex)?;
    let (found, exits) = find(admin, &names, cx)?;
    let configs = changed_configs(admin, &found, cx)?;
    let mut topics: Vec<Topic> = found.into_iter().map(|topic| shape(topic, &configs)).collect();
    topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    measure(admin, &mut topics, cx);
    if !topics.is_empty() || exits.is_empty() {
        show(words.output.output, &topics, cx)?;
    }
    Ok(Exit::of_many(names.len(), &exits))
}

/// Asks for the topics, or for all but Kafka's own when none is named. Those that are not there
/// are told.
fn find(
    admin: &mut Admin,
    names: &[String],
    cx: &Context,
) -> Result<(Vec<MetadataResponseTopic>, Vec<Exit>), Failure> {
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let asked = (!asked.is_empty()).then_some(asked.as_slice());
    let answer = admin.metadata(asked).map_err(|error| failed("cannot describe topics", error))?;
    let mut found = Vec::new();
    let mut exits = Vec::new();
    for topic in answer.topics {
        let name = topic.name.clone().unwrap_or_default();
        match ErrorCode(topic.error_code) {
            // It is there; which of its partitions has no leader is told in the rows.
            ErrorCode::NONE | ErrorCode::LEADER_NOT_AVAILABLE => found.push(topic),
            code => {
                let error = crate::client::ClientError::Refused { code, message: None };
                let failure = one_failed(&name, "describe", error);
                cx.ui.failure(&failure);
                exits.push(failure.exit);
            }
        }
    }
    found.retain(|topic| !names.is_empty() || !topic.is_internal);
    Ok((found, exits))
}

/// Asks for the configs that are not Kafka's defaults.
fn changed_configs(
    admin: &mut Admin,
    topics: &[MetadataResponseTopic],
    cx: &Context,
) -> Result<BTreeMap<String, Vec<Config>>, Failure> {
    let names: Vec<String> = topics.iter().filter_map(|topic| topic.name.clone()).collect();
    let all =
        admin.topic_configs(&names).map_err(|error| failed("cannot describe topics", error))?;
    let mut changed = BTreeMap::new();
    for (name, result) in all {
        match result {
            Ok(configs) => {
                let configs = configs.into_iter().filter(|config| !config.is_default).collect();
                changed.insert(name, configs);
            }
            // Whoever may see a topic need not be allowed to see its configs.
            Err(error) => cx.ui.note(&format!("note: no configs of topic `{name}`: {error}")),
        }
    }
    Ok(changed)
}

fn shape(topic: MetadataResponseTopic, configs: &BTreeMap<String, Vec<Config>>) -> Topic {
    let name = topic.name.unwrap_or_default();
    let hidden = || "(hidden)".to_owned();
    let pair = |config: &Config| (config.name.clone(), config.value.clone().unwrap_or_else(hidden));
    let mut configs: Vec<(String, String)> =
        configs.get(&name).into_iter().flatten().map(pair).collect();
    configs.sort();
    let part = |p: MetadataResponsePartition| Part {
        topic: name.clone(),
        partition: p.partition_index,
        leader: Some(p.leader_id).filter(|id| *id >= 0),
        replicas: p.replica_nodes,
        isr: p.isr_nodes,
        ..Part::default()
    };
    let mut partitions: Vec<Part> = topic.partitions.into_iter().map(part).collect();
    partitions.sort_by_key(|part| part.partition);
    Topic {
        id: Some(topic.topic_id).filter(|id| !id.is_zero()).map(|id| id.to_string()),
        internal: topic.is_internal,
        configs,
        partitions,
        topic: name,
    }
}

/// Fills in offsets and sizes, as far as the brokers tell them.
fn measure(admin: &mut Admin, topics: &mut [Topic], cx: &Context) {
    let parts = || topics.iter().flat_map(|topic| &topic.partitions);
    let of = |part: &Part| Partition { topic: part.topic.clone(), partition: part.partition };
    let led: Vec<Partition> = parts().filter(|part| part.leader.is_some()).map(of).collect();
    let ask = |admin: &mut Admin, spec| {
        let wanted: Vec<_> = led.iter().map(|one| (one.clone(), spec)).collect();
        match admin.list_offsets(&wanted, Isolation::ReadUncommitted) {
            Ok(found) => found,
            Err(error) => {
                cx.ui.note(&format!("note: no offsets: {error}"));
                BTreeMap::new()
            }
        }
    };
    let starts = ask(admin, OffsetSpec::Earliest);
    let ends = ask(admin, OffsetSpec::Latest);
    let sizes = admin.partition_sizes(&led);
    for part in topics.iter_mut().flat_map(|topic| &mut topic.partitions) {
        let at = Partition { topic: part.topic.clone(), partition: part.partition };
        part.start = starts.get(&at).copied().flatten().map(|found| found.offset);
        part.end = ends.get(&at).copied().flatten().map(|found| found.offset);
        part.size = part.leader.and_then(|leader| sizes.get(&(at, leader)).copied());
    }
}

fn show(output: Output, topics: &[Topic], cx: &mut Context) -> Result<(), Failure> {
    let parts: Vec<Part> = topics.iter().flat_map(|topic| topic.partitions.clone()).collect();
    match output {
        Output::Table => {
            cx.print(&render::rows(output, topics))?;
            cx.print("\n")?;
            cx.print(&render::rows(output, &parts))
        }
        Output::Json | Output::Ndjson => cx.show(output, topics),
        Output::Csv | Output::Tsv | Output::Plain => cx.show(output, &parts),
    }
}
