//! ListGroups: key 16, versions 0-5.
//!
//! Does: names the groups, by state and by type where that is asked for.
//! Versions: 3 flexible; 4 states (KIP-518); 5 types (KIP-848).

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::list_groups::{ListGroupsRequest, ListGroupsResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ListGroupsRequest,
) -> ListGroupsResponse {
    let mut response = broker.coordinator.read(|groups, _| groups.list(&request));
    let passes = |filter: &[String], value: &str| {
        filter.is_empty() || filter.iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    broker.shares.groups.read(|groups, _| {
        response.groups.extend(groups.list().filter(|group| {
            passes(&request.states_filter, &group.group_state)
                && passes(&request.types_filter, &group.group_type)
        }));
    });
    response
}
