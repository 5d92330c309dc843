//! Where a share group (KIP-932) starts in its partitions: read, and moved while nobody is in the
//! group.

use std::collections::BTreeMap;

use super::admin::Admin;
use super::error::ClientError;
use super::group_offsets::EachPartition;
use super::offsets::Partition;
use crate::wire::messages::alter_share_group_offsets::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestPartition,
    AlterShareGroupOffsetsRequestTopic,
};
use crate::wire::messages::describe_share_group_offsets::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};

/// Where a share group starts in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareStart {
    pub offset: i64,
    /// How many records it has not yet done with; `None` where the broker does not say (before
    /// KIP-1226).
    pub lag: Option<i64>,
}

impl Admin {
    /// Returns where a share group starts, by partition.
    pub fn share_starts(
        &mut self,
        group: &str,
    ) -> Result<BTreeMap<Partition, ShareStart>, ClientError> {
        let asked =
            DescribeShareGroupOffsetsRequestGroup { group_id: group.to_owned(), topics: None };
        let request = DescribeShareGroupOffsetsRequest { groups: vec![asked] };
        let answer = self.call_coordinator(
            group,
            |_| request.clone(),
            |answer| answer.groups.first().map_or(0, |group| group.error_code),
        )?;
        let mut starts = BTreeMap::new();
        for found in answer.groups {
            ClientError::check(found.error_code, found.error_message.as_deref())?;
            for topic in found.topics {
                for one in topic.partitions {
                    ClientError::check(one.error_code, one.error_message.as_deref())?;
                    // -1 is what a partition has that nobody has fetched yet.
                    if one.start_offset >= 0 {
                        let topic = topic.topic_name.clone();
                        let at = Partition { topic, partition: one.partition_index };
                        let lag = Some(one.lag).filter(|lag| *lag >= 0);
                        starts.insert(at, ShareStart { offset: one.start_offset, lag });
                    }
                }
            }
        }
        Ok(starts)
    }

    /// Moves where a share group starts. Each partition has a result of its own.
    pub fn alter_share_starts(
        &mut self,
        group: &str,
        offsets: &[(Partition, i64)],
    ) -> Result<EachPartition, ClientError> {
        let mut topics: BTreeMap<&str, Vec<AlterShareGroupOffsetsRequestPartition>> =
            BTreeMap::new();
        for (at, start_offset) in offsets {
            topics.entry(&at.topic).or_default().push(AlterShareGroupOffsetsRequestPartition {
                partition_index: at.partition,
                start_offset: *start_offset,
            });
        }
        let topics = topics.into_iter().map(|(name, partitions)| {
            AlterShareGroupOffsetsRequestTopic { topic_name: name.to_owned(), partitions }
        });
        let request =
            AlterShareGroupOffsetsRequest { group_id: group.to_owned(), topics: topics.collect() };
        let answer =
            self.call_coordinator(group, |_| request.clone(), |answer| answer.error_code)?;
        ClientError::check(answer.error_code, answer.error_message.as_deref())?;
        let mut results = Vec::new();
        for topic in answer.responses {
            for one in topic.partitions {
                let at =
                    Partition { topic: topic.topic_name.clone(), partition: one.partition_index };
                let result = ClientError::check(one.error_code, one.error_message.as_deref());
                results.push((at, result));
            }
        }
        Ok(results)
    }
}
