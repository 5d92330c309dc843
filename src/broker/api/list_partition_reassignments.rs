//! ListPartitionReassignments: key 46, version 0.
//!
//! Does: names the partitions that are on their way: none, but for what the directory of a
//! larger cluster says.

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: ListPartitionReassignmentsRequest,
) -> ListPartitionReassignmentsResponse {
    broker.controller.read(|view| plan::list_partition_reassignments(view, &request))
}
