//! OffsetDelete: key 47, versions 0.
//!
//! Does: forgets what a group has committed for partitions (KIP-496).

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::messages::offset_delete::{OffsetDeleteRequest, OffsetDeleteResponse};

pub(super) async fn handle(
    broker: &Broker,
    _: &Context<'_>,
    request: OffsetDeleteRequest,
) -> OffsetDeleteResponse {
    let reply = members::ask(broker, |groups, now, ticket, out| {
        groups.delete_offsets(now, ticket, &request, &*broker.partitions, out);
    });
    match reply.await {
        Some(Reply::OffsetDelete(response)) => response,
        _ => OffsetDeleteResponse { error_code: members::GONE.0, ..Default::default() },
    }
}
