//! DescribeQuorum: key 55, versions 0-2.
//!
//! Does: describes the metadata log's quorum: this node, its leader and only voter.
//! Does not: name the controller's listener where no voters' record does: there is none.
//! Versions: 1 when each voter was last heard of (KIP-836); 2 messages, directories, the
//! voters' listeners (KIP-853).

use super::Context;
use crate::base::ids::Uuid;
use crate::broker::Broker;
use crate::broker::quorum::Quorum;
use crate::wire::ErrorCode;
use crate::wire::messages::describe_quorum::{
    DescribeQuorumRequest, DescribeQuorumResponse, Listener, Node, PartitionDataResponse,
    ReplicaState, TopicDataResponse,
};

const METADATA_TOPIC: &str = "__cluster_metadata";
const NOT_HERE: &str = "This server does not host this topic-partition.";

pub(super) async fn handle(
    broker: &Broker,
    cx: &Context<'_>,
    request: DescribeQuorumRequest,
) -> DescribeQuorumResponse {
    // Kafka knows one partition, and answers nothing else beside it.
    let is_it = match &request.topics[..] {
        [topic] if topic.topic_name == METADATA_TOPIC => {
            matches!(&topic.partitions[..], [partition] if partition.partition_index == 0)
        }
        _ => false,
    };
    let quorum = broker.controller.quorum();
    let topics = request.topics.iter().map(|topic| TopicDataResponse {
        topic_name: topic.topic_name.clone(),
        partitions: topic
            .partitions
            .iter()
            .map(|partition| match is_it {
                true => described(broker, cx.version, &quorum),
                false => PartitionDataResponse {
                    partition_index: partition.partition_index,
                    error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0,
                    error_message: Some(NOT_HERE.to_owned()),
                    ..Default::default()
                },
            })
            .collect(),
    });
    let nodes = if is_it && cx.version >= 2 { vec![node(broker, &quorum)] } else { Vec::new() };
    DescribeQuorumResponse { topics: topics.collect(), nodes, ..Default::default() }
}

fn described(broker: &Broker, version: i16, quorum: &Quorum) -> PartitionDataResponse {
    let (leader_epoch, end) = broker.controller.leadership();
    let now = broker.clock.now();
    let mut voters = quorum.voters.iter();
    let own = voters.find(|voter| version >= 2 && voter.voter_id == broker.node_id);
    let voter = ReplicaState {
        replica_id: broker.node_id,
        replica_directory_id: own.map_or(Uuid::ZERO, |voter| voter.voter_directory_id),
        log_end_offset: end,
        last_fetch_timestamp: now,
        last_caught_up_timestamp: now,
    };
    PartitionDataResponse {
        leader_id: broker.node_id,
        leader_epoch,
        high_watermark: end,
        current_voters: vec![voter],
        ..Default::default()
    }
}

fn node(broker: &Broker, quorum: &Quorum) -> Node {
    let own = quorum.voters.iter().find(|voter| voter.voter_id == broker.node_id);
    let listeners = own.into_iter().flat_map(|voter| &voter.endpoints).map(|end| Listener {
        name: end.name.clone(),
        host: end.host.clone(),
        port: end.port,
    });
    Node { node_id: broker.node_id, listeners: listeners.collect() }
}
