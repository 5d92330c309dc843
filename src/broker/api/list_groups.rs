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
    broker.coordinator.read(|groups, _| groups.list(&request))
}
