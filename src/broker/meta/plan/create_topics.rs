//! CreateTopics (versions 2 to 7): names, shapes and configs checked, and then the records.
//!
//! Sources: `ControllerApis.createTopics`, `ReplicationControlManager.createTopics`. A request
//! names each topic once: a name that comes twice is refused and none of it created, and the
//! others stand. Two new names that collide with each other are both created, as Kafka does.

use super::{
    DUPLICATE_NAME, Planned, Refusal, TOO_MANY_PARTITIONS, View, alter, assignment, repeated,
};
use crate::base::ids::Uuid;
use crate::base::limits::PARTITIONS_MAX;
use crate::broker::config::{ResourceKind, Values, rules};
use crate::broker::meta::{MetadataRecord, topic_name};
use crate::wire::ErrorCode;
use crate::wire::messages::create_topics::{
    CreatableTopic, CreatableTopicConfigs, CreatableTopicResult, CreateTopicsRequest,
    CreateTopicsResponse,
};
use crate::wire::messages::metadata_log::TopicRecord;

/// The first version whose answer tells a topic's shape and configs (KIP-525).
const TELLS_CONFIGS: i16 = 5;

/// Plans CreateTopics. `ids` makes the new topics' ids.
pub fn create_topics(
    view: &View,
    request: &CreateTopicsRequest,
    version: i16,
    ids: &mut dyn FnMut() -> Uuid,
) -> Planned<CreateTopicsResponse> {
    let twice = repeated(request.topics.iter().map(|topic| topic.name.as_str()));
    let once = || request.topics.iter().filter(|topic| !twice.contains(topic.name.as_str()));
    let default_partitions = view.configs().broker().num_partitions;
    let too_many = total(once(), default_partitions) > i64::from(PARTITIONS_MAX);

    let mut records = Vec::new();
    let mut topics = Vec::new();
    for topic in once() {
        let planned = if topic.name == topic_name::CLUSTER_METADATA_TOPIC {
            let text = format!("Creation of internal topic {} is prohibited.", topic.name);
            Err(Refusal::new(ErrorCode::INVALID_REQUEST, text))
        } else if too_many {
            Err(Refusal::new(ErrorCode::POLICY_VIOLATION, TOO_MANY_PARTITIONS))
        } else {
            create(view, topic, ids)
        };
        topics.push(match planned {
            Ok(mut created) => {
                records.append(&mut created.records);
                if version < TELLS_CONFIGS {
                    created.result.configs = Some(Vec::new());
                }
                created.result
            }
            Err(refusal) => refused(&topic.name, refusal),
        });
    }
    topics.extend(
        twice
            .iter()
            .map(|name| refused(name, Refusal::new(ErrorCode::INVALID_REQUEST, DUPLICATE_NAME))),
    );
    if request.validate_only {
        records.clear();
    }
    Planned { records, response: CreateTopicsResponse { throttle_time_ms: 0, topics } }
}

/// A topic that can be created.
struct Created {
    records: Vec<MetadataRecord>,
    result: CreatableTopicResult,
}

/// How many partitions all topics would have, as far as their numbers make sense.
fn total<'a>(topics: impl Iterator<Item = &'a CreatableTopic>, default: i32) -> i64 {
    let counts = topics.map(|topic| match (topic.assignments.len(), topic.num_partitions) {
        (0, -1) => i64::from(default),
        (0, count) => i64::from(count.max(0)),
        (count, _) => count as i64,
    });
    counts.sum()
}

fn refused(name: &str, refusal: Refusal) -> CreatableTopicResult {
    CreatableTopicResult {
        name: name.to_owned(),
        error_code: refusal.code.0,
        error_message: refusal.message,
        configs: Some(Vec::new()),
        ..Default::default()
    }
}

fn create(
    view: &View,
    topic: &CreatableTopic,
    ids: &mut dyn FnMut() -> Uuid,
) -> Result<Created, Refusal> {
    check_name(view, &topic.name)?;
    let configs = configs_of(topic)?;
    rules::topic(&view.configs(), &configs)
        .map_err(|error| Refusal::new(ErrorCode::INVALID_CONFIG, error))?;
    let partitions = partitions_of(view, topic)?;
    let id = ids();
    let described = view.configs().describe_new_topic(&configs);
    Ok(Created {
        records: records(view, &topic.name, id, partitions, &configs),
        result: CreatableTopicResult {
            name: topic.name.clone(),
            topic_id: id,
            error_message: None,
            num_partitions: partitions,
            replication_factor: 1,
            configs: Some(
                described
                    .into_iter()
                    .map(|described| CreatableTopicConfigs {
                        name: described.name,
                        value: described.value,
                        read_only: false,
                        config_source: described.source.id(),
                        is_sensitive: described.sensitive,
                    })
                    .collect(),
            ),
            ..Default::default()
        },
    })
}

/// Checks that a topic of this name can be added.
pub(super) fn check_name(view: &View, name: &str) -> Result<(), Refusal> {
    let invalid = |text: String| Err(Refusal::new(ErrorCode::INVALID_TOPIC_EXCEPTION, text));
    if view.state.topic(name).is_some() {
        let text = format!("Topic '{name}' already exists.");
        return Err(Refusal::new(ErrorCode::TOPIC_ALREADY_EXISTS, text));
    }
    if let Err(error) = topic_name::check(name) {
        return invalid(error.to_string());
    }
    match view.state.colliding(name).next() {
        Some(other) => invalid(format!("Topic '{name}' collides with existing topic: {other}")),
        None => Ok(()),
    }
}

/// Returns the records that make a topic.
pub(super) fn records(
    view: &View,
    name: &str,
    id: Uuid,
    partitions: i32,
    configs: &Values,
) -> Vec<MetadataRecord> {
    let mut records = vec![TopicRecord { name: name.to_owned(), topic_id: id }.into()];
    let changes = configs.iter().map(|(key, value)| (key.as_str(), Some(value.as_str())));
    records.extend(alter::config_records(view, ResourceKind::Topic, name, changes));
    records.extend((0..partitions).map(|p| assignment::new_partition(view, id, p).into()));
    records
}

/// Returns the configs that a topic asks for: the later of two values of one name counts.
fn configs_of(topic: &CreatableTopic) -> Result<Values, Refusal> {
    let nulls = topic.configs.iter().filter(|config| config.value.is_none());
    let nulls: Vec<&str> = nulls.map(|config| config.name.as_str()).collect();
    if !nulls.is_empty() {
        let text = format!("Null value not supported for topic configs: {}", nulls.join(","));
        return Err(Refusal::new(ErrorCode::INVALID_CONFIG, text));
    }
    let given = topic.configs.iter();
    Ok(given.map(|c| (c.name.clone(), c.value.clone().unwrap_or_default())).collect())
}

/// Returns how many partitions a topic gets.
fn partitions_of(view: &View, topic: &CreatableTopic) -> Result<i32, Refusal> {
    if !topic.assignments.is_empty() {
        return assigned(view, topic);
    }
    let factor = topic.replication_factor;
    if factor < -1 || factor == 0 {
        let text = "Replication factor must be larger than 0, or -1 to use the default value.";
        return Err(Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, text));
    }
    if topic.num_partitions < -1 || topic.num_partitions == 0 {
        let text = "Number of partitions was set to an invalid non-positive value.";
        return Err(Refusal::new(ErrorCode::INVALID_PARTITIONS, text));
    }
    let defaults = view.configs().broker();
    let factor = match factor {
        -1 => defaults.default_replication_factor,
        _ => i32::from(factor),
    };
    assignment::check_factor(view, factor)?;
    Ok(if topic.num_partitions == -1 { defaults.num_partitions } else { topic.num_partitions })
}

/// Checks an assignment that a client has chosen, and counts its partitions.
fn assigned(view: &View, topic: &CreatableTopic) -> Result<i32, Refusal> {
    let wrong = |text: String| Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, text);
    for (set, what) in [
        (topic.replication_factor != -1, "replication factor"),
        (topic.num_partitions != -1, "numPartitions"),
    ] {
        if set {
            let text = format!(
                "A manual partition assignment was specified, but {what} was not set to -1."
            );
            return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for assigned in &topic.assignments {
        let index = assigned.partition_index;
        if !seen.insert(index) {
            let text = format!("Found multiple manual partition assignments for partition {index}");
            return Err(wrong(text));
        }
        assignment::check_manual(view, &assigned.broker_ids)?;
    }
    if !seen.iter().copied().eq(0..seen.len() as i32) {
        return Err(wrong("partitions should be a consecutive 0-based integer sequence".into()));
    }
    Ok(seen.len() as i32)
}
