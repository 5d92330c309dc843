//! Looking at share groups.

use super::{ShareGroup, ShareGroups, Topics};
use crate::wire::messages::list_groups::ListedGroup;
use crate::wire::messages::share_group_describe::{self as wire, DescribedGroup, TopicPartitions};

/// The only assignor.
const ASSIGNOR: &str = "simple";
/// How Kafka names what a share group's members speak.
pub(crate) const PROTOCOL_TYPE: &str = "share";

impl ShareGroups {
    /// ShareGroupDescribe, of one group. Authorised operations are left to whoever knows them.
    pub fn describe(&self, id: &str, topics: &dyn Topics) -> DescribedGroup {
        match self.group(id) {
            Ok(group) => described(id, group, topics),
            Err(refused) => DescribedGroup {
                group_id: id.to_owned(),
                error_code: refused.error.0,
                error_message: refused.text,
                ..Default::default()
            },
        }
    }

    /// ListGroups: all share groups, in the order of their ids.
    pub fn list(&self) -> impl Iterator<Item = ListedGroup> {
        self.groups.iter().map(|(id, group)| ListedGroup {
            group_id: id.clone(),
            protocol_type: PROTOCOL_TYPE.to_owned(),
            group_state: group.state_name().to_owned(),
            group_type: PROTOCOL_TYPE.to_owned(),
        })
    }
}

fn described(id: &str, group: &ShareGroup, topics: &dyn Topics) -> DescribedGroup {
    let members = group.members.iter().map(|(id, member)| {
        let assigned = member.assigned.iter().filter_map(|(topic_id, partitions)| {
            let topic = topics.by_id(*topic_id)?;
            Some(TopicPartitions {
                topic_id: *topic_id,
                topic_name: topic.name,
                partitions: partitions.iter().copied().collect(),
            })
        });
        wire::Member {
            member_id: id.clone(),
            rack_id: member.rack.clone(),
            member_epoch: member.epoch,
            client_id: member.client.client_id.clone(),
            client_host: member.client.host.clone(),
            subscribed_topic_names: member.topics.iter().cloned().collect(),
            assignment: wire::Assignment { topic_partitions: assigned.collect() },
        }
    });
    DescribedGroup {
        group_id: id.to_owned(),
        group_state: group.state_name().to_owned(),
        group_epoch: group.epoch,
        assignment_epoch: group.target_epoch,
        assignor_name: ASSIGNOR.to_owned(),
        members: members.collect(),
        ..Default::default()
    }
}
