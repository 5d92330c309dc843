//! Heartbeat, versions 0 to 4.
//!
//! Versions: 3 static members.

use std::collections::BTreeMap;

use super::classic::Group;
use super::desk::Cx;
use super::state::State;
use crate::wire::ErrorCode;
use crate::wire::messages::heartbeat::HeartbeatRequest;

/// Answers Heartbeat.
pub(super) fn beat(
    groups: &BTreeMap<String, Group>,
    cx: &mut Cx,
    ask: &HeartbeatRequest,
) -> Result<(), ErrorCode> {
    if ask.group_id.is_empty() {
        return Err(ErrorCode::INVALID_GROUP_ID);
    }
    let group = groups.get(&ask.group_id).ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
    let instance = ask.group_instance_id.as_deref();
    group.check_generation(&ask.member_id, instance, ask.generation_id)?;
    group.hear_of(cx, &ask.member_id);
    match group.state() {
        State::PreparingRebalance => Err(ErrorCode::REBALANCE_IN_PROGRESS),
        State::Empty | State::CompletingRebalance | State::Stable => Ok(()),
    }
}
