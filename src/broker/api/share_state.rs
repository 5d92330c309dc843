//! What the APIs of share group state have in common.
//!
//! Source: `org.apache.kafka.coordinator.share.ShareCoordinatorService`.

use std::collections::HashMap;

use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::coord::share::state::{Key, Refusal};
use crate::broker::meta::topic_name::SHARE_GROUP_STATE_TOPIC;
use crate::wire::ErrorCode;

/// The partitions of a request, by topic, each named once.
pub(super) struct Parts<P>(Vec<(Uuid, Vec<P>)>);

impl<P> Parts<P> {
    /// Gathers the partitions. None where the request says too little: Kafka answers with
    /// nothing then. The topic that remembers them is there afterwards.
    pub(super) fn of(
        broker: &Broker,
        group: &str,
        topics: impl Iterator<Item = (Uuid, Vec<P>)>,
    ) -> Option<Self> {
        let mut parts: Vec<(Uuid, Vec<P>)> = Vec::new();
        let mut index: HashMap<Uuid, usize> = HashMap::new();
        for (topic_id, partitions) in topics {
            if partitions.is_empty() {
                return None;
            }
            match index.get(&topic_id).and_then(|at| parts.get_mut(*at)) {
                Some((_, known)) => known.extend(partitions),
                None => {
                    index.insert(topic_id, parts.len());
                    parts.push((topic_id, partitions));
                }
            }
        }
        if parts.is_empty() || group.is_empty() {
            return None;
        }
        // Where it cannot be made, what is to be written to it is refused.
        let _ = broker.controller.ensure_internal_topic(SHARE_GROUP_STATE_TOPIC);
        Some(Parts(parts))
    }

    /// Answers each partition.
    pub(super) fn each<R>(
        self,
        mut answer: impl FnMut(Uuid, P) -> R,
    ) -> impl Iterator<Item = (Uuid, Vec<R>)> {
        self.0.into_iter().map(move |(topic_id, partitions)| {
            (topic_id, partitions.into_iter().map(|part| answer(topic_id, part)).collect())
        })
    }
}

/// Says that the cluster has share groups, or how it is refused that it has none.
pub(super) fn served(broker: &Broker) -> Result<(), ErrorCode> {
    let level = broker.controller.state().feature("share.version");
    if level > 0 { Ok(()) } else { Err(ErrorCode::UNSUPPORTED_VERSION) }
}

/// Returns the key of a share partition.
pub(super) fn key(group: &str, topic_id: Uuid, partition: i32) -> Key {
    Key { group: group.to_owned(), topic_id, partition }
}

/// Returns the code and the words of a refusal.
pub(super) fn refused(refusal: Option<Refusal>) -> (i16, Option<String>) {
    match refusal {
        None => (ErrorCode::NONE.0, None),
        Some(refusal) => {
            let text = refusal.text.or_else(|| words(refusal.error));
            (refusal.error.0, text.map(str::to_owned))
        }
    }
}

/// Returns Kafka's words for the codes that it refuses share state with.
pub(super) fn words(error: ErrorCode) -> Option<&'static str> {
    match error {
        ErrorCode::FENCED_LEADER_EPOCH => {
            Some("The leader epoch in the request is older than the epoch on the broker.")
        }
        ErrorCode::FENCED_STATE_EPOCH => Some(
            "The share coordinator rejected the request because the share-group state epoch \
             did not match.",
        ),
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => {
            Some("This server does not host this topic-partition.")
        }
        ErrorCode::COORDINATOR_NOT_AVAILABLE => Some("The coordinator is not available."),
        ErrorCode::UNSUPPORTED_VERSION => Some("The version of API is not supported."),
        ErrorCode::NOT_COORDINATOR => Some("This is not the correct coordinator."),
        _ => None,
    }
}
