//! ConsumerGroupDescribe, versions 0 and 1.
//!
//! Versions: 1 which protocol a member speaks (KIP-1099).

use std::collections::BTreeMap;

use super::group::ConsumerGroup;
use super::leave::not_found;
use super::member::Member;
use crate::base::ids::Uuid;
use crate::broker::coord::group::Groups;
use crate::broker::coord::group::modern::topics::Image;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_describe as wire;
use crate::wire::messages::consumer_group_describe::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, DescribedGroup, TopicPartitions,
};

/// How a member's protocol is told.
const CLASSIC: i8 = 0;
const CONSUMER: i8 = 1;

/// Answers ConsumerGroupDescribe. Authorised operations are left to whoever knows them.
pub(in crate::broker::coord::group) fn describe(
    all: &Groups,
    ask: &ConsumerGroupDescribeRequest,
) -> ConsumerGroupDescribeResponse {
    let groups = ask.group_ids.iter().map(|id| {
        if !all.settings.has_consumer_protocol {
            let error_code = ErrorCode::UNSUPPORTED_VERSION.0;
            return DescribedGroup { error_code, group_id: id.clone(), ..Default::default() };
        }
        if let Some(group) = all.consumers.get(id) {
            return described(group, all.default_assignor(), &all.image);
        }
        let (error, why) = match id.is_empty() {
            true => (ErrorCode::INVALID_GROUP_ID, None),
            false => {
                let refused = not_found(id, all.kind_of(id).is_some());
                (refused.error, refused.message)
            }
        };
        DescribedGroup {
            error_code: error.0,
            error_message: why,
            group_id: id.clone(),
            ..Default::default()
        }
    });
    ConsumerGroupDescribeResponse { groups: groups.collect(), ..Default::default() }
}

fn described(group: &ConsumerGroup, default_assignor: &str, image: &Image) -> DescribedGroup {
    let assignor = group.current_assignor();
    DescribedGroup {
        group_id: group.id.clone(),
        group_state: group.state().name().to_owned(),
        group_epoch: group.epoch,
        assignment_epoch: group.target.epoch,
        assignor_name: assignor.as_deref().unwrap_or(default_assignor).to_owned(),
        members: group.members().map(|member| described_member(group, member, image)).collect(),
        ..Default::default()
    }
}

fn described_member(group: &ConsumerGroup, member: &Member, image: &Image) -> wire::Member {
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
    // What it is asked to give up it still has.
    let mut has: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
    for (topic, partitions) in member.assigned.iter().chain(member.revoking.iter()) {
        has.entry(*topic).or_default().extend(partitions.keys());
    }
    let target = group.target.of(&member.id).iter();
    let target = target.map(|(topic, partitions)| (*topic, partitions.iter().copied().collect()));
    wire::Member {
        member_id: member.id.to_string(),
        instance_id: text(&member.instance),
        rack_id: text(&member.rack),
        member_epoch: member.epoch,
        client_id: member.client.client_id.clone(),
        client_host: member.client.host.clone(),
        subscribed_topic_names: member.topics.iter().cloned().collect(),
        subscribed_topic_regex: text(&member.pattern),
        assignment: named(has, image),
        target_assignment: named(target, image),
        member_type: if member.is_classic() { CLASSIC } else { CONSUMER },
    }
}

/// Returns partitions with the names of their topics. Those that are gone have none.
fn named(topics: impl IntoIterator<Item = (Uuid, Vec<i32>)>, image: &Image) -> wire::Assignment {
    let topics = topics.into_iter().filter_map(|(topic_id, partitions)| {
        let topic_name = image.name_of(topic_id)?.to_owned();
        Some(TopicPartitions { topic_id, topic_name, partitions })
    });
    wire::Assignment { topic_partitions: topics.collect() }
}
