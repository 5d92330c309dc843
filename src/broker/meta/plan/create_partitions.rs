//! CreatePartitions (versions 0 to 3): more partitions for topics that are there.
//!
//! Source: `ReplicationControlManager.createPartitions`. One difference: where a request would
//! add more partitions than the metadata log takes at once, Kafka answers "unknown server
//! error"; here it is the refusal that CreateTopics has for it.

use super::{DUPLICATE_NAME, Planned, Refusal, TOO_MANY_PARTITIONS, View, assignment, repeated};
use crate::base::limits::PARTITIONS_MAX;
use crate::broker::meta::MetadataRecord;
use crate::wire::ErrorCode;
use crate::wire::messages::create_partitions::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreatePartitionsTopic,
    CreatePartitionsTopicResult,
};

/// Plans CreatePartitions.
pub fn create_partitions(
    view: &View,
    request: &CreatePartitionsRequest,
) -> Planned<CreatePartitionsResponse> {
    let twice = repeated(request.topics.iter().map(|topic| topic.name.as_str()));
    let result = |name: &str, refusal: Option<Refusal>| {
        let (code, error_message) = match refusal {
            Some(refusal) => (refusal.code, refusal.message),
            None => (ErrorCode::NONE, None),
        };
        CreatePartitionsTopicResult { name: name.to_owned(), error_code: code.0, error_message }
    };
    let mut records = Vec::new();
    let duplicate = Refusal::new(ErrorCode::INVALID_REQUEST, DUPLICATE_NAME);
    let mut results: Vec<_> =
        twice.iter().map(|name| result(name, Some(duplicate.clone()))).collect();
    for topic in request.topics.iter().filter(|topic| !twice.contains(topic.name.as_str())) {
        let room = PARTITIONS_MAX as usize - records.len();
        results.push(match add(view, topic, room) {
            Ok(mut added) => {
                records.append(&mut added);
                result(&topic.name, None)
            }
            Err(refusal) => result(&topic.name, Some(refusal)),
        });
    }
    if request.validate_only {
        records.clear();
    }
    Planned { records, response: CreatePartitionsResponse { throttle_time_ms: 0, results } }
}

fn add(
    view: &View,
    asked: &CreatePartitionsTopic,
    room: usize,
) -> Result<Vec<MetadataRecord>, Refusal> {
    let topic = view.state.topic(&asked.name);
    let topic = topic.ok_or(Refusal::silent(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION))?;
    let (now, count) = (topic.partition_count(), asked.count);
    let invalid = |text: String| Err(Refusal::new(ErrorCode::INVALID_PARTITIONS, text));
    if count == now {
        return invalid(format!("Topic already has {now} partition(s)."));
    }
    if count < now {
        return invalid(format!(
            "The topic {} currently has {now} partition(s); {count} would not be an increase.",
            topic.name
        ));
    }
    let additional = count - now;
    if let Some(assignments) = &asked.assignments {
        if assignments.len() as i64 != i64::from(additional) {
            let text = format!(
                "Attempted to add {additional} additional partition(s), but only {} \
                 assignment(s) were specified.",
                assignments.len()
            );
            return Err(Refusal::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, text));
        }
        for assigned in assignments {
            assignment::check_manual(view, &assigned.broker_ids)?;
        }
    }
    if asked.assignments.is_none() {
        let placed = assignment::check_place(view);
        placed.map_err(|text| Refusal::new(ErrorCode::INVALID_REPLICATION_FACTOR, text))?;
    }
    if additional as usize > room {
        return Err(Refusal::new(ErrorCode::POLICY_VIOLATION, TOO_MANY_PARTITIONS));
    }
    Ok((now..count).map(|p| assignment::new_partition(view, topic.id, p).into()).collect())
}
