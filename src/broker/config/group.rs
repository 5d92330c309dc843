//! A group's configs as a struct: what the group coordinator acts upon (KIP-848).

use super::topic::Typed;
use super::value::Value;

/// The configs of a group of the newer protocols, times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    pub consumer_assignment_interval_ms: i32,
    pub consumer_heartbeat_interval_ms: i32,
    pub consumer_session_timeout_ms: i32,
    pub streams_assignment_interval_ms: i32,
    pub streams_heartbeat_interval_ms: i32,
    pub streams_initial_rebalance_delay_ms: i32,
    pub streams_num_standby_replicas: i32,
    pub streams_session_timeout_ms: i32,
}

impl GroupConfig {
    pub(super) fn of(get: &dyn Fn(&str) -> Option<Value>) -> Self {
        let get = Typed(get);
        GroupConfig {
            consumer_assignment_interval_ms: get.int("consumer.assignment.interval.ms"),
            consumer_heartbeat_interval_ms: get.int("consumer.heartbeat.interval.ms"),
            consumer_session_timeout_ms: get.int("consumer.session.timeout.ms"),
            streams_assignment_interval_ms: get.int("streams.assignment.interval.ms"),
            streams_heartbeat_interval_ms: get.int("streams.heartbeat.interval.ms"),
            streams_initial_rebalance_delay_ms: get.int("streams.initial.rebalance.delay.ms"),
            streams_num_standby_replicas: get.int("streams.num.standby.replicas"),
            streams_session_timeout_ms: get.int("streams.session.timeout.ms"),
        }
    }
}
