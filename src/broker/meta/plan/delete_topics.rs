//! DeleteTopics (versions 1 to 6): by name, and from version 6 on also by id.
//!
//! Source: `ControllerApis.deleteTopics`. Internal topics can be deleted, as in Kafka.

use std::collections::BTreeSet;

use super::{DUPLICATE_NAME, NO_SUCH_ID, NO_SUCH_NAME, Planned, Refusal, View, repeated};
use crate::base::ids::Uuid;
use crate::wire::ErrorCode;
use crate::wire::messages::delete_topics::{
    DeletableTopicResult, DeleteTopicState, DeleteTopicsRequest, DeleteTopicsResponse,
};
use crate::wire::messages::metadata_log::RemoveTopicRecord;

/// The first version that has a code of its own for "topics cannot be deleted here".
const HAS_DISABLED_CODE: i16 = 3;

/// Plans DeleteTopics.
pub fn delete_topics(
    view: &View,
    request: &DeleteTopicsRequest,
    version: i16,
) -> Planned<DeleteTopicsResponse> {
    let by_name = request
        .topic_names
        .iter()
        .map(|name| DeleteTopicState { name: Some(name.clone()), topic_id: Uuid::ZERO });
    let asked: Vec<DeleteTopicState> = request.topics.iter().cloned().chain(by_name).collect();
    let enabled = view.configs().broker().delete_topic_enable;
    let names = asked.iter().filter_map(|topic| topic.name.as_deref());
    let twice = repeated(names);
    let ids = Ids::of(view, &asked, &twice);

    let mut records = Vec::new();
    let mut responses = Vec::new();
    let mut told = BTreeSet::new();
    let mut told_ids = BTreeSet::new();
    for topic in &asked {
        // What comes twice is refused once.
        if topic.name.as_deref().is_some_and(|n| twice.contains(n) && !told.insert(n.to_owned())) {
            continue;
        }
        let by_id = topic.name.is_none() && !topic.topic_id.is_zero();
        if by_id && (ids.named.contains(&topic.topic_id) || !told_ids.insert(topic.topic_id)) {
            continue;
        }
        let found = if !enabled {
            Err(Refusal::silent(if version < HAS_DISABLED_CODE {
                ErrorCode::INVALID_REQUEST
            } else {
                ErrorCode::TOPIC_DELETION_DISABLED
            }))
        } else if topic.name.as_deref().is_some_and(|name| twice.contains(name)) {
            Err(Refusal::new(ErrorCode::INVALID_REQUEST, DUPLICATE_NAME))
        } else if by_id && ids.twice.contains(&topic.topic_id) {
            Err(Refusal::new(ErrorCode::INVALID_REQUEST, "Duplicate topic id."))
        } else {
            find(view, topic)
        };
        let mut result = DeletableTopicResult {
            name: topic.name.clone(),
            topic_id: topic.topic_id,
            ..Default::default()
        };
        match found {
            Ok((_, id)) if ids.named.contains(&id) => {
                let text = "The provided topic name maps to an ID that was already supplied.";
                result.topic_id = id;
                result.error_code = ErrorCode::INVALID_REQUEST.0;
                result.error_message = Some(text.to_owned());
            }
            Ok((name, id)) => {
                records.push(RemoveTopicRecord { topic_id: id }.into());
                (result.name, result.topic_id) = (Some(name), id);
            }
            Err(refusal) => {
                result.error_code = refusal.code.0;
                result.error_message = refusal.message;
            }
        }
        responses.push(result);
    }
    Planned { records, response: DeleteTopicsResponse { throttle_time_ms: 0, responses } }
}

/// The ids of a request that stand for nothing to be deleted.
struct Ids {
    twice: BTreeSet<Uuid>,
    /// Those of topics that are also named: neither is deleted, and only the name is answered.
    named: BTreeSet<Uuid>,
}

impl Ids {
    fn of(view: &View, asked: &[DeleteTopicState], twice_named: &BTreeSet<&str>) -> Self {
        let mut ids = BTreeSet::new();
        let given = asked.iter().filter(|topic| topic.name.is_none() && !topic.topic_id.is_zero());
        let twice = given.map(|topic| topic.topic_id).filter(|id| !ids.insert(*id)).collect();
        let named = asked.iter().filter(|topic| topic.topic_id.is_zero());
        let named = named.filter_map(|topic| topic.name.as_deref());
        let named = named.filter(|name| !twice_named.contains(name));
        let named = named.filter_map(|name| Some(view.state.topic(name)?.id));
        Ids { twice, named: named.filter(|id| ids.contains(id)).collect() }
    }
}

fn find(view: &View, topic: &DeleteTopicState) -> Result<(String, Uuid), Refusal> {
    let (found, missing) = match (&topic.name, topic.topic_id) {
        (Some(_), id) if !id.is_zero() => {
            let text = "You may not specify both topic name and topic id.";
            return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
        }
        (None, id) if id.is_zero() => {
            let text = "Neither topic name nor id were specified.";
            return Err(Refusal::new(ErrorCode::INVALID_REQUEST, text));
        }
        (Some(name), _) => (
            view.state.topic(name),
            Refusal::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, NO_SUCH_NAME),
        ),
        (None, id) => {
            (view.state.topic_by_id(id), Refusal::new(ErrorCode::UNKNOWN_TOPIC_ID, NO_SUCH_ID))
        }
    };
    found.map(|topic| (topic.name.clone(), topic.id)).ok_or(missing)
}
