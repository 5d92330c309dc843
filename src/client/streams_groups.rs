//! Streams groups (KIP-1071), as an administrator sees them: the tasks of a member are shown as
//! the partitions that they read.

use std::collections::{BTreeMap, BTreeSet};

use super::admin::Admin;
use super::error::ClientError;
use super::groups::{Group, Member};
use super::offsets::Partition;
use crate::wire::messages::streams_group_describe::{
    self as wire, StreamsGroupDescribeRequest, Subtopology,
};

/// What each subtopology reads: topics, and how many partitions each has.
type Sources = BTreeMap<String, Vec<(String, i32)>>;

impl Admin {
    /// Describes a streams group; `None` when there is none of that name.
    pub(super) fn describe_streams(&mut self, group: &str) -> Result<Option<Group>, ClientError> {
        let group_ids = vec![group.to_owned()];
        let request = StreamsGroupDescribeRequest { group_ids, ..Default::default() };
        let found = self.described(group, &request, |answer| {
            let found = answer.groups.into_iter().next()?;
            Some((found.error_code, found.error_message.clone(), found))
        })?;
        let Some(found) = found else { return Ok(None) };
        let topology = found.topology.and_then(|topology| topology.subtopologies);
        let sources = self.sources(&topology.unwrap_or_default())?;
        let members = found.members.into_iter().map(|member| member_of(member, &sources));
        Ok(Some(Group {
            coordinator: self.coordinator_broker(group)?,
            group: found.group_id,
            kind: "Streams",
            state: found.group_state,
            assignor: None,
            epochs: Some((found.group_epoch, found.assignment_epoch)),
            members: members.collect(),
        }))
    }

    fn sources(&mut self, subtopologies: &[Subtopology]) -> Result<Sources, ClientError> {
        let names: BTreeSet<&str> = subtopologies.iter().flat_map(topics).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut counts: BTreeMap<String, i32> = BTreeMap::new();
        if !names.is_empty() {
            for topic in self.metadata(Some(&names))?.topics {
                let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
                counts.insert(topic.name.unwrap_or_default(), count);
            }
        }
        let each = subtopologies.iter().map(|one| {
            let counted = topics(one)
                .map(|topic| (topic.to_owned(), counts.get(topic).copied().unwrap_or(0)));
            (one.subtopology_id.clone(), counted.collect())
        });
        Ok(each.collect())
    }
}

/// Returns what a subtopology reads.
fn topics(one: &Subtopology) -> impl Iterator<Item = &str> {
    let own = one.repartition_source_topics.iter().map(|topic| topic.name.as_str());
    one.source_topics.iter().map(String::as_str).chain(own)
}

fn member_of(member: wire::Member, sources: &Sources) -> Member {
    Member {
        member_id: member.member_id,
        instance_id: member.instance_id,
        client_id: member.client_id,
        host: member.client_host,
        assignment: read_by(&member.assignment.active_tasks, sources),
        epoch: Some(member.member_epoch),
        target: Some(read_by(&member.target_assignment.active_tasks, sources)),
    }
}

/// Returns what tasks read: each the partition of its own number, of every topic that has one.
fn read_by(tasks: &[wire::TaskIds], sources: &Sources) -> Vec<Partition> {
    let mut all = Vec::new();
    for one in tasks {
        for (topic, count) in sources.get(&one.subtopology_id).into_iter().flatten() {
            let there = one.partitions.iter().copied().filter(|index| index < count);
            all.extend(there.map(|partition| Partition { topic: topic.clone(), partition }));
        }
    }
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_reads_the_partition_of_its_number_where_there_is_one() {
        let sources = Sources::from([("0".into(), vec![("b".into(), 3), ("a".into(), 2)])]);
        let task = |id: &str, partitions: &[i32]| wire::TaskIds {
            subtopology_id: id.into(),
            partitions: partitions.into(),
        };
        let want = [("a", 0), ("b", 0), ("b", 2)]
            .map(|(topic, partition)| Partition { topic: topic.into(), partition });
        assert_eq!(read_by(&[task("0", &[0, 2]), task("1", &[0])], &sources), want);
    }
}
