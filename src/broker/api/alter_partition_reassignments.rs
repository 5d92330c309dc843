//! AlterPartitionReassignments: key 45, versions 0-1.
//!
//! Does: gives a partition to this node alone, and cancels what another node's run has begun.
//! Does not: give it to another node: there is none.
//! Versions: 1 the number of replicas may be held fast (KIP-860).

use super::Context;
use crate::broker::Broker;
use crate::broker::meta::plan;
use crate::wire::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: AlterPartitionReassignmentsRequest,
) -> AlterPartitionReassignmentsResponse {
    let altered =
        broker.controller.change(|view, _| plan::alter_partition_reassignments(view, &request));
    altered.unwrap_or_else(|error| AlterPartitionReassignmentsResponse {
        error_code: error.0,
        ..Default::default()
    })
}
