//! DescribeGroups: key 15, versions 0-6.
//!
//! Does: tells state, members and assignments of classic groups.
//! Versions: 3 authorized operations; 4 static members; 5 flexible; 6 a group that does not
//! exist is an error with a message (KIP-1043).

use super::{Context, authorized};
use crate::broker::Broker;
use crate::wire::messages::describe_groups::{DescribeGroupsRequest, DescribeGroupsResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeGroupsRequest,
) -> DescribeGroupsResponse {
    let mut response = broker.coordinator.read(|groups, _| groups.describe(cx.version, &request));
    let asked = request.include_authorized_operations;
    for group in response.groups.iter_mut().filter(|group| group.error_message.is_some()) {
        if broker.shares.groups.read(|groups, _| groups.contains(&group.group_id)) {
            group.error_message = Some(format!("Group {} is not a classic group.", group.group_id));
        }
    }
    for group in response.groups.iter_mut().filter(|group| group.error_code == 0) {
        group.authorized_operations = authorized::asked(asked, authorized::GROUP);
    }
    response
}
