//! Which partitions are read, and whose state is kept, where: what members tell each other for
//! interactive queries (`EndpointToPartitionsManager`).

use std::collections::BTreeSet;

use super::member::Member;
use super::tasks::TaskSet;
use super::topics::{Configured, ConfiguredTopology, Counts};
use crate::broker::coord::group::modern::Refused;
use crate::wire::ErrorCode;
use crate::wire::messages::streams_group_heartbeat::{
    EndpointResponse, EndpointToPartitions, TopicPartition,
};

/// Returns who serves what. Members without an endpoint serve nothing.
pub(super) fn endpoints<'a>(
    members: impl Iterator<Item = &'a Member>,
    topology: &ConfiguredTopology,
    counts: Counts<'_>,
) -> Result<Vec<EndpointToPartitions>, Refused> {
    let mut all = Vec::new();
    for member in members {
        let Some(endpoint) = &member.endpoint else { continue };
        // Where the sources are missing Kafka fails here, in no words.
        let configured = topology.subtopologies.as_ref().ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
        let partitions = |tasks: &TaskSet| {
            let mut partitions = Vec::new();
            for (id, tasks) in tasks {
                let one = configured.get(id).ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
                read_by(tasks, one, counts, &mut partitions)?;
            }
            Ok::<_, Refused>(partitions)
        };
        all.push(EndpointToPartitions {
            user_endpoint: EndpointResponse { host: endpoint.host.clone(), port: endpoint.port },
            active_partitions: partitions(&member.assigned.active_tasks())?,
            standby_partitions: partitions(&member.assigned.standby)?,
        });
    }
    Ok(all)
}

/// Adds what tasks of a subtopology read: of a topic with fewer partitions than the member has
/// tasks, as many as there are.
fn read_by(
    tasks: &BTreeSet<i32>,
    one: &Configured,
    counts: Counts<'_>,
    out: &mut Vec<TopicPartition>,
) -> Result<(), Refused> {
    let own = one.repartition_source_topics.keys();
    let topics: BTreeSet<&String> = one.source_topics.iter().chain(own).collect();
    for topic in topics {
        let count = counts(topic).ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
        let most = usize::try_from(count).unwrap_or(0);
        let partitions = tasks.iter().copied().take(most).collect();
        out.push(TopicPartition { topic: topic.clone(), partitions });
    }
    Ok(())
}
