//! A group's configs as a struct: what the group coordinator acts upon (KIP-848).

use super::topic::Typed;
use super::value::Value;

/// The configs of a consumer group of the new protocol, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    pub consumer_assignment_interval_ms: i32,
    pub consumer_heartbeat_interval_ms: i32,
    pub consumer_session_timeout_ms: i32,
}

impl GroupConfig {
    pub(super) fn of(get: &dyn Fn(&str) -> Option<Value>) -> Self {
        let get = Typed(get);
        GroupConfig {
            consumer_assignment_interval_ms: get.int("consumer.assignment.interval.ms"),
            consumer_heartbeat_interval_ms: get.int("consumer.heartbeat.interval.ms"),
            consumer_session_timeout_ms: get.int("consumer.session.timeout.ms"),
        }
    }
}
