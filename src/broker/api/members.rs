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

/// Asks the coordinator what may bring a group to life, unless there is a share group of that id:
/// then `None`. Nothing comes between the look and the question: share groups come to life under
/// the same lock (`Membership::heartbeat`).
pub(super) async fn ask_unless_shared(
    broker: &Broker,
    group: &str,
    question: impl FnOnce(&mut Groups, i64, Ticket, &mut Vec<Effect>),
) -> Option<Option<Reply>> {
    if broker.controller.ensure_internal_topic(OFFSETS_TOPIC).is_err() {
        return Some(None);
    }
    let is_shared = || broker.shares.groups.read(|groups, _| groups.contains(group));
    broker.coordinator.ask_unless(is_shared, question).await
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
