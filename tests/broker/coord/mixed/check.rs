//! What must hold in the simulation.

use std::collections::{BTreeMap, BTreeSet};

use rk::base::ids::Uuid;
use rk::broker::coord::group::{Groups, Topics};
use rk::wire::messages::consumer_group_describe::{ConsumerGroupDescribeRequest, DescribedGroup};
use rk::wire::messages::list_groups::ListGroupsRequest;
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use rk::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};

use super::actor::{Cluster, Consumer, Owned, Stage};
use super::{GROUPS, World};
use crate::broker::coord::bench::Bench;

/// The cluster as offsets see it.
pub(super) struct View(pub(super) Cluster);

impl Topics for View {
    fn name_of(&self, id: Uuid) -> Option<String> {
        let mut topics = self.0.iter();
        topics.find(|(_, topic)| topic.0 == id).map(|(name, _)| name.clone())
    }

    fn id_of(&self, name: &str) -> Option<Uuid> {
        self.0.get(name).map(|topic| topic.0)
    }

    fn partitions(&self, name: &str) -> Option<i32> {
        self.0.get(name).map(|topic| topic.1)
    }
}

pub(super) fn commit(
    consumer: &Consumer,
    partition: (Uuid, i32),
    number: i64,
) -> OffsetCommitRequest {
    let one = OffsetCommitRequestPartition {
        partition_index: partition.1,
        committed_offset: number,
        ..Default::default()
    };
    let topic = OffsetCommitRequestTopic {
        topic_id: partition.0,
        partitions: vec![one],
        ..Default::default()
    };
    OffsetCommitRequest {
        group_id: consumer.group.to_owned(),
        generation_id_or_member_epoch: consumer.epoch,
        member_id: consumer.id.clone(),
        group_instance_id: consumer.instance.clone(),
        topics: vec![topic],
        ..Default::default()
    }
}

/// Says whether a group is a consumer group. None where it is not there.
pub(super) fn is_consumer_group(groups: &Groups, id: &str) -> Option<bool> {
    let listed = groups.list(&ListGroupsRequest::default()).groups;
    let mut same = listed.iter().filter(|group| group.group_id == id);
    let kind = same.next().map(|group| group.group_type == "consumer");
    assert!(same.next().is_none(), "{id} is there twice");
    kind
}

fn described(groups: &Groups, id: &str) -> Option<DescribedGroup> {
    let ask = ConsumerGroupDescribeRequest { group_ids: vec![id.to_owned()], ..Default::default() };
    let group = groups.describe_consumer_groups(&ask).groups.remove(0);
    (group.error_code == 0).then_some(group)
}

/// What each member of a consumer group has, as the coordinator says.
fn owners(group: &DescribedGroup) -> BTreeMap<&str, Owned> {
    let members = group.members.iter().map(|member| {
        let topics = member.assignment.topic_partitions.iter();
        let owned = topics
            .flat_map(|topic| topic.partitions.iter().map(|index| (topic.topic_id, *index)))
            .collect();
        (member.member_id.as_str(), owned)
    });
    members.collect()
}

impl World {
    /// What must hold always.
    pub(super) fn check(&self) {
        for id in GROUPS {
            if let Some(group) = described(&self.groups, id) {
                self.check_owners(&group);
            }
        }
        // Often enough to find the step, seldom enough to be quick.
        if !self.steps.is_multiple_of(20) {
            return;
        }
        let topics: BTreeSet<Uuid> = self.cluster.values().map(|topic| topic.0).collect();
        for ((group, topic, partition), number) in &self.confirmed {
            if topics.contains(topic) {
                let kept = self.offset(group, *topic, *partition);
                assert!(kept >= *number, "commit {number} of {group} is lost: {kept}");
            }
        }
    }

    fn check_owners(&self, group: &DescribedGroup) {
        let owners = owners(group);
        let mut seen: BTreeMap<(Uuid, i32), &str> = BTreeMap::new();
        for (member, owned) in &owners {
            for partition in owned {
                let before = seen.insert(*partition, member);
                assert!(before.is_none(), "{partition:?} is with {before:?} and {member}");
            }
        }
        let alive = self.consumers.iter().filter(|one| one.group == group.group_id);
        for one in alive.filter(|one| one.is_modern && one.stage == Stage::In) {
            // Who is not known any more will hear of it.
            let Some(owned) = owners.get(one.id.as_str()) else { continue };
            let gone: BTreeSet<Uuid> = self.cluster.values().map(|topic| topic.0).collect();
            let more: Vec<_> = one.owned.difference(owned).collect();
            let more: Vec<_> = more.into_iter().filter(|(topic, _)| gone.contains(topic)).collect();
            let member = group.members.iter().find(|member| member.member_id == one.id);
            // One that comes back under its old id has to be told first.
            let is_known = member.is_some_and(|member| member.member_epoch >= one.epoch);
            assert!(more.is_empty() || !is_known, "{one:?} has {more:?} beside {owned:?}");
        }
    }

    fn offset(&self, group: &str, topic: Uuid, partition: i32) -> i64 {
        let topic = OffsetFetchRequestTopics {
            topic_id: topic,
            partition_indexes: vec![partition],
            ..Default::default()
        };
        let group = OffsetFetchRequestGroup {
            group_id: group.to_owned(),
            topics: Some(vec![topic]),
            member_epoch: -1,
            ..Default::default()
        };
        let ask = OffsetFetchRequest { groups: vec![group], ..Default::default() };
        let answer = self.groups.fetch_offsets(10, &ask, &View(self.cluster.clone()));
        answer.groups[0].topics[0].partitions[0].committed_offset
    }

    /// What must hold when nothing has happened for a long time.
    pub(super) fn check_settled(&self) {
        for id in GROUPS {
            let mut alive: Vec<&Consumer> = self.consumers.iter().collect();
            alive.retain(|one| one.group == id && one.stage != Stage::Gone);
            if alive.is_empty() {
                continue;
            }
            for one in &alive {
                assert_eq!(one.stage, Stage::In, "{one:?}");
            }
            let members: BTreeSet<String> = alive.iter().map(|one| one.id.clone()).collect();
            match described(&self.groups, id) {
                Some(group) => {
                    assert_eq!(group.group_state, "Stable", "{group:?}");
                    let owners = owners(&group);
                    let known = owners.keys().map(|member| (*member).to_owned());
                    assert_eq!(known.collect::<BTreeSet<_>>(), members);
                    for one in &alive {
                        assert_eq!(one.owned, owners[one.id.as_str()], "{one:?} {group:?}");
                    }
                }
                None => {
                    let group = Bench::describe_in(&self.groups, id);
                    assert_eq!(group.group_state, "Stable", "{group:?}");
                    let known = group.members.iter().map(|member| member.member_id.clone());
                    assert_eq!(known.collect::<BTreeSet<_>>(), members);
                }
            }
            self.check_cover(id, &alive);
        }
    }

    /// Every partition that anybody reads is with one who reads it. What a leader of a classic
    /// group has not heard of, because topics changed since, may be missing there.
    fn check_cover(&self, id: &str, alive: &[&Consumer]) {
        let reads = |one: &Consumer, name: &str| {
            one.topics.contains(name) || (one.pattern.is_some() && name.starts_with('t'))
        };
        let mut seen: BTreeMap<(Uuid, i32), &str> = BTreeMap::new();
        for one in alive {
            for partition in &one.owned {
                let before = seen.insert(*partition, &one.id);
                assert!(before.is_none(), "{id}: {partition:?} is with {before:?} and {}", one.id);
            }
        }
        if is_consumer_group(&self.groups, id) != Some(true) {
            return;
        }
        for (name, (topic, count)) in &self.cluster {
            let is_read = alive.iter().any(|one| reads(one, name));
            for index in 0..*count {
                let owner = seen.get(&(*topic, index));
                assert_eq!(owner.is_some(), is_read, "{id}: {name}-{index} is with {owner:?}");
            }
        }
    }
}
