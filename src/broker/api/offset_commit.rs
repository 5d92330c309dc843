//! OffsetCommit: key 8, versions 2-10.
//!
//! Does: remembers how far a group has read.
//! Versions: 2-4 retention of one commit; 6 leader epochs; 7 static members; 8 flexible; 9
//! members of KIP-848 groups; 10 topic ids.

use super::{Context, members};
use crate::broker::Broker;
use crate::broker::coord::effects::Reply;
use crate::wire::ErrorCode;
use crate::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitResponse, OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: OffsetCommitRequest,
) -> OffsetCommitResponse {
    let topics = &*broker.partitions;
    let reply =
        members::ask_unless_shared(broker, &request.group_id, |groups, now, ticket, out| {
            groups.commit_offsets(now, ticket, cx.version, &request, topics, out);
        });
    let reply = reply.await;
    match reply {
        Err(why) => failed(&request, why.code(ErrorCode::GROUP_ID_NOT_FOUND)),
        Ok(Some(Reply::OffsetCommit(mut response))) => {
            // A topic without partitions has nothing to be told.
            response.topics.retain(|topic| !topic.partitions.is_empty());
            response
        }
        _ => failed(&request, members::GONE),
    }
}

fn failed(request: &OffsetCommitRequest, error: ErrorCode) -> OffsetCommitResponse {
    let topics = request.topics.iter().map(|topic| OffsetCommitResponseTopic {
        name: topic.name.clone(),
        topic_id: topic.topic_id,
        partitions: topic
            .partitions
            .iter()
            .map(|partition| OffsetCommitResponsePartition {
                partition_index: partition.partition_index,
                error_code: error.0,
            })
            .collect(),
    });
    OffsetCommitResponse { topics: topics.collect(), ..Default::default() }
}
