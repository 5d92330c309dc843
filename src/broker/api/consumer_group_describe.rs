//! ConsumerGroupDescribe: key 69, versions 0-1 (KIP-848).
//!
//! Does: tells epochs, state, members, what these have and what they are to have. Of a classic
//! group it says that it is not one of the new kind; clients then ask again with DescribeGroups.
//! Versions: 1 the member's type (KIP-1099).

use super::{Context, authorized};
use crate::broker::Broker;
use crate::wire::messages::consumer_group_describe::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ConsumerGroupDescribeRequest,
) -> ConsumerGroupDescribeResponse {
    let mut response =
        broker.coordinator.read(|groups, _| groups.describe_consumer_groups(&request));
    for group in response.groups.iter_mut().filter(|group| group.error_message.is_some()) {
        if broker.shares.groups.read(|groups, _| groups.contains(&group.group_id)) {
            let text = format!("Group {} is not a consumer group.", group.group_id);
            group.error_message = Some(text);
        }
    }
    let asked = request.include_authorized_operations;
    for group in response.groups.iter_mut().filter(|group| group.error_code == 0) {
        group.authorized_operations = authorized::asked(asked, authorized::GROUP);
    }
    response
}
