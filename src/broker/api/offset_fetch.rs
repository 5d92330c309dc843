//! OffsetFetch: key 9, versions 1-10.
//!
//! Does: tells how far groups have read; -1 where nothing is committed, a group that does not
//! exist included.
//! Does not: find unstable offsets: there are no transactions yet, so `require_stable` has
//! nothing to wait for.
//! Versions: 2 null for all partitions; 5 leader epochs; 6 flexible; 7 only stable offsets
//! (KIP-447); 8 several groups (KIP-709); 9 members of KIP-848 groups; 10 topic ids.

use super::Context;
use crate::broker::Broker;
use crate::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchResponse};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: OffsetFetchRequest,
) -> OffsetFetchResponse {
    let topics = &*broker.partitions;
    broker.coordinator.read(|groups, _| groups.fetch_offsets(cx.version, &request, topics))
}
