//! ShareGroupDescribe: key 77, version 1.
//!
//! Does: tells the members of share groups, and what they have.

use super::{Context, authorized, share_state};
use crate::broker::Broker;
use crate::wire::ErrorCode;
use crate::wire::messages::share_group_describe::{
    DescribedGroup, ShareGroupDescribeRequest, ShareGroupDescribeResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ShareGroupDescribeRequest,
) -> ShareGroupDescribeResponse {
    if let Err(error) = share_state::served(broker) {
        let refused =
            |group_id| DescribedGroup { error_code: error.0, group_id, ..Default::default() };
        let groups = request.group_ids.into_iter().map(refused);
        return ShareGroupDescribeResponse { groups: groups.collect(), ..Default::default() };
    }
    let asked = request.include_authorized_operations;
    // Ids that name no group are answered first, as they need no coordinator.
    let (invalid, valid): (Vec<_>, Vec<_>) = request.group_ids.iter().partition(|id| id.is_empty());
    let groups = invalid.into_iter().chain(valid).map(|id| {
        if id.is_empty() {
            let error_code = ErrorCode::INVALID_GROUP_ID.0;
            return DescribedGroup { error_code, ..Default::default() };
        }
        let mut group = broker.shares.groups.read(|groups, topics| groups.describe(id, topics));
        if group.error_code == 0 {
            group.authorized_operations = authorized::asked(asked, authorized::GROUP);
        } else if broker.coordinator.read(|groups, _| groups.contains(id)) {
            group.error_message = Some(format!("Group {id} is not a share group."));
        }
        group
    });
    ShareGroupDescribeResponse { groups: groups.collect(), ..Default::default() }
}
