//! Topics that are made because somebody asked for them: those of clients, and Kafka's own.
//!
//! Source: `DefaultAutoTopicCreationManager`. Kafka answers the first request with "unknown
//! topic" and creates behind it; here the topic is there when the answer is written.

use super::{Planned, View, assignment, create_topics};
use crate::base::ids::Uuid;
use crate::broker::config::{BrokerConfig, Values};
use crate::broker::meta::topic_name;
use crate::wire::ErrorCode;

/// Plans topics of the broker's default shape, and internal topics of theirs. A topic that is
/// there already is no error, and nothing is planned for it.
///
/// Whether `auto.create.topics.enable` allows it is the caller's to know: internal topics are
/// made in any case.
pub fn auto_create(
    view: &View,
    names: &[&str],
    ids: &mut dyn FnMut() -> Uuid,
) -> Planned<Vec<(String, ErrorCode)>> {
    let broker = view.configs().broker();
    let mut records = Vec::new();
    let mut response = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let code = if view.state.topic(name).is_some() || names[..at].contains(name) {
            ErrorCode::NONE
        } else {
            let shape = shape_of(&broker, name);
            match check(view, name, &shape) {
                Ok(()) => {
                    let made =
                        create_topics::records(view, name, ids(), shape.partitions, &shape.configs);
                    records.extend(made);
                    ErrorCode::NONE
                }
                Err(code) => code,
            }
        };
        response.push((name.to_string(), code));
    }
    Planned { records, response }
}

fn check(view: &View, name: &str, shape: &Shape) -> Result<(), ErrorCode> {
    if name == topic_name::CLUSTER_METADATA_TOPIC {
        return Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
    }
    create_topics::check_name(view, name).map_err(|refusal| refusal.code)?;
    assignment::check_factor(view, shape.replicas).map_err(|refusal| refusal.code)
}

/// What a topic is made like.
struct Shape {
    partitions: i32,
    replicas: i32,
    configs: Values,
}

/// Returns the shape of a topic: Kafka's own have one each.
fn shape_of(broker: &BrokerConfig, name: &str) -> Shape {
    let (partitions, replicas, configs) = match name {
        topic_name::GROUP_METADATA_TOPIC => (
            broker.offsets_topic_num_partitions,
            broker.offsets_topic_replication_factor,
            vec![
                ("compression.type", "producer".to_owned()),
                ("cleanup.policy", "compact".to_owned()),
                ("segment.bytes", broker.offsets_topic_segment_bytes.to_string()),
            ],
        ),
        topic_name::TRANSACTION_STATE_TOPIC => (
            broker.transaction_state_log_num_partitions,
            broker.transaction_state_log_replication_factor,
            vec![
                ("compression.type", "uncompressed".to_owned()),
                ("cleanup.policy", "compact".to_owned()),
                ("min.insync.replicas", broker.transaction_state_log_min_isr.to_string()),
                ("segment.bytes", broker.transaction_state_log_segment_bytes.to_string()),
                ("unclean.leader.election.enable", "false".to_owned()),
            ],
        ),
        topic_name::SHARE_GROUP_STATE_TOPIC => (
            broker.share_state_topic_num_partitions,
            broker.share_state_topic_replication_factor,
            vec![
                ("compression.type", "producer".to_owned()),
                ("cleanup.policy", "delete".to_owned()),
                ("min.insync.replicas", broker.share_state_topic_min_isr.to_string()),
                ("retention.ms", "-1".to_owned()),
                ("segment.bytes", broker.share_state_topic_segment_bytes.to_string()),
            ],
        ),
        _ => (broker.num_partitions, broker.default_replication_factor, Vec::new()),
    };
    let configs = configs.into_iter().map(|(name, value)| (name.to_owned(), value));
    Shape { partitions, replicas, configs: configs.collect() }
}
