//! ShareAcknowledge: key 79, versions 1-2.
//!
//! Does: accepts, releases, rejects and renews records that a member holds; closes its session.
//! Versions: 2 renewals (KIP-1222).

use super::share_fetch::acknowledging::{self, Terms};
use super::share_fetch::{leader_of, led_elsewhere, member_of};
use super::{Context, share_state};
use crate::broker::Broker;
use crate::broker::coord::share::session::FINAL_EPOCH;
use crate::wire::ErrorCode;
use crate::wire::messages::share_acknowledge::{
    LeaderIdAndEpoch, NodeEndpoint, PartitionData, ShareAcknowledgeRequest,
    ShareAcknowledgeResponse, ShareAcknowledgeTopicResponse,
};

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    mut request: ShareAcknowledgeRequest,
) -> ShareAcknowledgeResponse {
    let failed =
        |error: ErrorCode| ShareAcknowledgeResponse { error_code: error.0, ..Default::default() };
    let member = share_state::served(broker)
        .and_then(|()| member_of(request.group_id.take(), request.member_id.take()));
    let member = match member {
        Ok(member) => member,
        Err(error) => return failed(error),
    };
    let epoch = request.share_session_epoch;
    if let Err(error) = broker.shares.sessions().acknowledge(&member, epoch) {
        return failed(error);
    }
    let terms = Terms { may_renew: cx.version >= 2, renews: request.is_renew_ack };
    let acks = acknowledging::of_acknowledge(request);
    let done = acknowledging::all(broker, &member, acks, terms);
    if epoch == FINAL_EPOCH {
        broker.shares.release(broker, &member);
    }
    let mut response = ShareAcknowledgeResponse {
        acquisition_lock_timeout_ms: broker
            .group_config(&member.group)
            .share_record_lock_duration_ms,
        ..Default::default()
    };
    for (place, done) in done {
        let mut data = PartitionData { partition_index: place.1, ..Default::default() };
        if let Err(trouble) = done {
            data.error_code = trouble.error.0;
            data.error_message = trouble.text;
        }
        if led_elsewhere(data.error_code) {
            let (leader_id, leader_epoch) = leader_of(broker, place);
            data.current_leader = LeaderIdAndEpoch { leader_id, leader_epoch };
            let (host, port) = cx.place();
            response.node_endpoints = vec![NodeEndpoint {
                node_id: broker.node_id,
                host,
                port: i32::from(port),
                rack: None,
            }];
        }
        match response.responses.iter_mut().find(|topic| topic.topic_id == place.0) {
            Some(topic) => topic.partitions.push(data),
            None => response
                .responses
                .push(ShareAcknowledgeTopicResponse { topic_id: place.0, partitions: vec![data] }),
        }
    }
    response
}
