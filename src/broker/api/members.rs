//! What the APIs of group members share: a question to the coordinator, who may answer late.

use super::Context;
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::coord::effects::{Effect, Reply, Ticket};
use crate::broker::coord::group::{Client, Groups, Topics};
use crate::broker::coordinator::OFFSETS_TOPIC;
use crate::broker::partitions::Partitions;
use crate::wire::ErrorCode;

/// Asks the coordinator, and waits for its answer. None comes only while the broker stops, when
/// nobody reads it any more.
pub(super) async fn ask(
    broker: &Broker,
    question: impl FnOnce(&mut Groups, i64, Ticket, &mut Vec<Effect>),
) -> Option<Reply> {
    // Clients look for the coordinator first, which creates the topic; a client that knows its
    // way may come directly.
    if broker.controller.ensure_internal_topic(OFFSETS_TOPIC).is_err() {
        return None;
    }
    broker.coordinator.ask(question).await
}

/// Why the coordinator of groups was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAsked {
    /// There is a share group of that id.
    Shared,
    /// It would be one group too many.
    TooMany,
}

impl NotAsked {
    /// Returns the error, where `shared` is that of an API for a share group.
    pub(super) fn code(self, shared: ErrorCode) -> ErrorCode {
        match self {
            NotAsked::Shared => shared,
            NotAsked::TooMany => ErrorCode::GROUP_MAX_SIZE_REACHED,
        }
    }

    /// Returns the words for a group that is not of the kind that it was taken for.
    pub(super) fn text(self, group: &str, kind: &str) -> String {
        match self {
            NotAsked::Shared => format!("Group {group} is not a {kind} group."),
            NotAsked::TooMany => "There are too many groups.".to_owned(),
        }
    }
}

/// Asks the coordinator what may bring a group to life, unless there is a share group of that id,
/// or there are too many groups. Nothing comes between the look and the question: share groups
/// come to life under the same lock (`Membership::heartbeat`).
pub(super) async fn ask_unless_shared(
    broker: &Broker,
    group: &str,
    question: impl FnOnce(&mut Groups, i64, Ticket, &mut Vec<Effect>),
) -> Result<Option<Reply>, NotAsked> {
    if broker.controller.ensure_internal_topic(OFFSETS_TOPIC).is_err() {
        return Ok(None);
    }
    let mut not_asked = None;
    let is_refused = |others: &Groups| {
        not_asked = broker.shares.groups.read(|groups, _| match others.contains(group) {
            _ if groups.contains(group) => Some(NotAsked::Shared),
            false if others.is_full(groups.len()) => Some(NotAsked::TooMany),
            _ => None,
        });
        not_asked.is_some()
    };
    let reply = broker.coordinator.ask_unless(is_refused, question).await;
    not_asked.map_or(Ok(reply.flatten()), Err)
}

/// Returns who asks, as groups are to remember it: Kafka writes the host behind a slash.
pub(super) fn client(cx: &Context<'_>) -> Client {
    Client { client_id: cx.client_id.to_owned(), host: format!("/{}", cx.peer.address.ip()) }
}

impl Topics for Partitions {
    fn name_of(&self, id: Uuid) -> Option<String> {
        Partitions::name_of(self, id).map(|name| name.to_string())
    }

    fn id_of(&self, name: &str) -> Option<Uuid> {
        self.topic(name).map(|topic| topic.id)
    }

    fn partitions(&self, name: &str) -> Option<i32> {
        self.topic(name).map(|topic| i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX))
    }
}

/// What a request is answered with when nobody is there to answer it.
pub(super) const GONE: ErrorCode = ErrorCode::COORDINATOR_NOT_AVAILABLE;
