//! StreamsGroupDescribe: key 89, version 0 (KIP-1071).
//!
//! Does: tells epochs, state, topology, members, what these have and what they are to have.

use super::{Context, authorized};
use crate::broker::Broker;
use crate::wire::messages::streams_group_describe::{
    StreamsGroupDescribeRequest, StreamsGroupDescribeResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: StreamsGroupDescribeRequest,
) -> StreamsGroupDescribeResponse {
    let mut response =
        broker.coordinator.read(|groups, _| groups.describe_streams_groups(&request));
    let asked = request.include_authorized_operations;
    for group in response.groups.iter_mut().filter(|group| group.error_code == 0) {
        group.authorized_operations = authorized::asked(asked, authorized::GROUP);
    }
    response
}
