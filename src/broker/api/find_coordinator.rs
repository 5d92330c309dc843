//! FindCoordinator: key 10, versions 0-6.
//!
//! Does: answers that this node coordinates every group, transactional id and share partition,
//! and creates the topic that remembers them at the first question, as Kafka does.
//! Versions: 1 key type; 3 flexible; 4 several keys (KIP-699); 6 share groups (KIP-932).

use super::Context;
use crate::broker::Broker;
use crate::broker::coord::share::state::Key;
use crate::broker::coordinator::OFFSETS_TOPIC;
use crate::broker::meta::topic_name::SHARE_GROUP_STATE_TOPIC;
use crate::broker::transactions::TRANSACTIONS_TOPIC;
use crate::wire::ErrorCode;
use crate::wire::messages::find_coordinator::{
    Coordinator, FindCoordinatorRequest, FindCoordinatorResponse,
};

const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;
const SHARE: i8 = 2;

/// What Kafka says where it says nothing more of an invalid request.
const INVALID_REQUEST: &str = "This most likely occurs because of a request being malformed by the \
                               client library or the message was sent to an incompatible broker. \
                               See the broker logs for more details.";

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: FindCoordinatorRequest,
) -> FindCoordinatorResponse {
    if cx.version >= 4 {
        let keys = request.coordinator_keys.into_iter();
        let find = |key| find(broker, cx, key, request.key_type);
        let coordinators = keys.map(find).collect();
        return FindCoordinatorResponse { coordinators, ..Default::default() };
    }
    let found = find(broker, cx, request.key, request.key_type);
    FindCoordinatorResponse {
        error_code: found.error_code,
        // Where there is no error, these versions are told so.
        error_message: match found.error_code {
            0 if cx.version >= 1 => Some("NONE".to_owned()),
            _ => found.error_message,
        },
        node_id: found.node_id,
        host: found.host,
        port: found.port,
        ..Default::default()
    }
}

fn find(broker: &Broker, cx: &Context<'_>, key: String, key_type: i8) -> Coordinator {
    match coordinates(broker, cx.version, &key, key_type) {
        Ok(()) => Coordinator {
            key,
            node_id: broker.node_id,
            host: cx.place().0,
            port: i32::from(cx.place().1),
            ..Default::default()
        },
        Err((error, text)) => Coordinator {
            key,
            node_id: -1,
            host: String::new(),
            port: -1,
            error_code: error.0,
            error_message: Some(text.into()),
        },
    }
}

fn coordinates(
    broker: &Broker,
    version: i16,
    key: &str,
    key_type: i8,
) -> Result<(), (ErrorCode, &'static str)> {
    if key_type == TRANSACTION {
        return ensure(broker, TRANSACTIONS_TOPIC, "the topic of transactions cannot be created");
    }
    if key_type == SHARE && version >= 6 {
        // The key is `group:topicId:partition`.
        if Key::of_text(key).is_none() {
            return Err((ErrorCode::INVALID_REQUEST, ""));
        }
        return ensure(
            broker,
            SHARE_GROUP_STATE_TOPIC,
            "the share groups' topic cannot be created",
        );
    }
    if key_type != GROUP {
        // The versions in between answer each key by itself, and know nothing of this kind.
        let text =
            if key_type == SHARE && (4..6).contains(&version) { "" } else { INVALID_REQUEST };
        return Err((ErrorCode::INVALID_REQUEST, text));
    }
    ensure(broker, OFFSETS_TOPIC, "the offsets topic cannot be created")
}

/// Makes sure that the coordinator's topic is there. A broker that is not in the cluster any more
/// coordinates nothing.
fn ensure(
    broker: &Broker,
    topic: &str,
    otherwise: &'static str,
) -> Result<(), (ErrorCode, &'static str)> {
    if !broker.controller.is_registered() {
        return Err((ErrorCode::COORDINATOR_NOT_AVAILABLE, ""));
    }
    broker.controller.ensure_internal_topic(topic).map_err(|error| (error, otherwise))
}
