//! Consumer groups, as an administrator sees them: which there are, who is in them.
//!
//! A group of the consumer protocol (KIP-848) is asked for first, and what is not one as a
//! classic group, in the order of Kafka's own tool; and last as a streams group. Offsets are
//! `group_offsets`' business.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::admin::{Admin, Broker, Node};
use super::error::ClientError;
use super::offsets::Partition;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_describe::{
    self as modern, ConsumerGroupDescribeRequest,
};
use crate::wire::messages::consumer_protocol::ConsumerProtocolAssignment;
use crate::wire::messages::delete_groups::DeleteGroupsRequest;
use crate::wire::messages::describe_groups::{self as classic, DescribeGroupsRequest};
use crate::wire::messages::list_groups::ListGroupsRequest;
use crate::wire::messages::share_group_describe::{self as share, ShareGroupDescribeRequest};
use crate::wire::primitives::Reader;
use crate::wire::schema::{Message, Request};

/// What the members of a group of consumers speak: `ConsumerProtocol.PROTOCOL_TYPE`.
const CONSUMER_PROTOCOL: &str = "consumer";
/// What the members of a share group speak (KIP-932).
const SHARE_PROTOCOL: &str = "share";
/// What the members of a streams group speak (KIP-1071).
const STREAMS_PROTOCOL: &str = "streams";

/// A group in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub group: String,
    /// `Classic`, `Consumer`, `Share` or `Streams`; `None` where the broker is too old to say
    /// (before KIP-848).
    pub kind: Option<String>,
    /// `None` where the broker is too old to say (before KIP-518).
    pub state: Option<String>,
}

/// A group, and who is in it.
#[derive(Clone, Debug)]
pub struct Group {
    pub group: String,
    pub coordinator: Option<Broker>,
    /// `Classic`, `Consumer`, `Share` or `Streams`.
    pub kind: &'static str,
    /// `Empty`, `Stable`, `PreparingRebalance`, …, as the broker names it.
    pub state: String,
    /// The assignor's name, if the group has settled on one.
    pub assignor: Option<String>,
    /// The epoch of the group, and that of its target assignment: of consumer groups only.
    pub epochs: Option<(i32, i32)>,
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub member_id: String,
    pub instance_id: Option<String>,
    pub client_id: String,
    pub host: String,
    /// What it is assigned, sorted.
    pub assignment: Vec<Partition>,
    /// The epoch that it has reached: of members of consumer groups only.
    pub epoch: Option<i32>,
    /// What it is to be assigned, sorted: of members of consumer groups only.
    pub target: Option<Vec<Partition>>,
}

impl Group {
    /// Says whether this is a share group, which has start offsets and commits nothing.
    pub fn is_share(&self) -> bool {
        self.kind == "Share"
    }

    /// Says whether nobody is in the group, so that its offsets may move.
    pub fn is_inactive(&self) -> bool {
        matches!(self.state.as_str(), "Empty" | "Dead")
    }

    /// Says whether the members are about to be assigned anew.
    pub fn is_rebalancing(&self) -> bool {
        let states = ["PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling"];
        states.contains(&self.state.as_str())
    }
}

impl Admin {
    /// Lists the groups of consumers, shares and streams, sorted by name, with what went wrong
    /// on the way: a broker that does not answer hides its groups only.
    pub fn list_groups(&mut self) -> (Vec<Listed>, Vec<ClientError>) {
        let mut groups = BTreeMap::new();
        let mut errors = Vec::new();
        for (_, answer) in self.call_all(|_| ListGroupsRequest::default()) {
            let checked = answer.and_then(|answer| {
                ClientError::check(answer.error_code, None)?;
                Ok(answer)
            });
            match checked {
                Err(error) => errors.push(error),
                Ok(answer) => {
                    for one in answer.groups {
                        // A simple consumer commits under a name without a protocol.
                        let known = ["", CONSUMER_PROTOCOL, SHARE_PROTOCOL, STREAMS_PROTOCOL];
                        if !known.contains(&one.protocol_type.as_str()) {
                            continue;
                        }
                        let said = |text: String| Some(text).filter(|text| !text.is_empty());
                        let kind = said(one.group_type).map(|kind| capital(&kind));
                        let listed = Listed {
                            group: one.group_id.clone(),
                            kind,
                            state: said(one.group_state),
                        };
                        groups.insert(one.group_id, listed);
                    }
                }
            }
        }
        (groups.into_values().collect(), errors)
    }

    /// Describes a group; `None` when there is none of that name.
    pub fn describe_group(&mut self, group: &str) -> Result<Option<Group>, ClientError> {
        if let Some(found) = self.describe_modern(group)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.describe_classic(group)? {
            return Ok(Some(found));
        }
        match self.describe_share(group)? {
            Some(found) => Ok(Some(found)),
            None => self.describe_streams(group),
        }
    }

    fn describe_share(&mut self, group: &str) -> Result<Option<Group>, ClientError> {
        let request = ShareGroupDescribeRequest {
            group_ids: vec![group.to_owned()],
            include_authorized_operations: false,
        };
        let found = self.described(group, &request, |answer| {
            let found = answer.groups.into_iter().next()?;
            Some((found.error_code, found.error_message.clone(), found))
        })?;
        let Some(found) = found else { return Ok(None) };
        Ok(Some(Group {
            coordinator: self.coordinator_broker(group)?,
            group: found.group_id,
            kind: "Share",
            state: found.group_state,
            assignor: Some(found.assignor_name).filter(|name| !name.is_empty()),
            epochs: Some((found.group_epoch, found.assignment_epoch)),
            members: found.members.into_iter().map(member_of_share).collect(),
        }))
    }

    fn describe_modern(&mut self, group: &str) -> Result<Option<Group>, ClientError> {
        let request = ConsumerGroupDescribeRequest {
            group_ids: vec![group.to_owned()],
            include_authorized_operations: false,
        };
        let found = self.described(group, &request, |answer| {
            let found = answer.groups.into_iter().next()?;
            Some((found.error_code, found.error_message.clone(), found))
        })?;
        let Some(found) = found else { return Ok(None) };
        Ok(Some(Group {
            coordinator: self.coordinator_broker(group)?,
            group: found.group_id,
            kind: "Consumer",
            state: found.group_state,
            assignor: Some(found.assignor_name).filter(|name| !name.is_empty()),
            epochs: Some((found.group_epoch, found.assignment_epoch)),
            members: found.members.into_iter().map(member_of_modern).collect(),
        }))
    }

    /// Asks for the description of a group of a newer kind. None where there is no such group, or
    /// where the broker is from before its kind.
    pub(super) fn described<R: Request + Clone, G>(
        &mut self,
        group: &str,
        request: &R,
        first: impl Fn(R::Response) -> Option<(i16, Option<String>, G)>,
    ) -> Result<Option<G>, ClientError>
    where
        R::Response: Clone,
    {
        let code = |answer: &R::Response| first(answer.clone()).map_or(0, |(code, ..)| code);
        let answer = match self.call_coordinator(group, |_| request.clone(), code) {
            Err(ClientError::Unsupported { .. }) => return Ok(None),
            answer => answer?,
        };
        let Some((code, text, found)) = first(answer) else { return Ok(None) };
        match ErrorCode(code) {
            ErrorCode::GROUP_ID_NOT_FOUND | ErrorCode::UNSUPPORTED_VERSION => Ok(None),
            code => ClientError::check(code.0, text.as_deref()).map(|()| Some(found)),
        }
    }

    fn describe_classic(&mut self, group: &str) -> Result<Option<Group>, ClientError> {
        let request = DescribeGroupsRequest {
            groups: vec![group.to_owned()],
            include_authorized_operations: false,
        };
        let answer = self.call_coordinator(
            group,
            |_| request.clone(),
            |answer| answer.groups.first().map_or(0, |group| group.error_code),
        )?;
        let Some(found) = answer.groups.into_iter().next() else { return Ok(None) };
        match ErrorCode(found.error_code) {
            ErrorCode::GROUP_ID_NOT_FOUND => return Ok(None),
            code => ClientError::check(code.0, found.error_message.as_deref())?,
        }
        // Before version 6 (KIP-1043) a group that does not exist is called dead.
        if found.group_state == "Dead" {
            return Ok(None);
        }
        let is_consumers = found.protocol_type == CONSUMER_PROTOCOL;
        let member = |member| member_of_classic(member, is_consumers);
        Ok(Some(Group {
            coordinator: self.coordinator_broker(group)?,
            group: found.group_id,
            kind: "Classic",
            state: found.group_state,
            assignor: Some(found.protocol_data).filter(|name| !name.is_empty()),
            epochs: None,
            members: found.members.into_iter().map(member).collect(),
        }))
    }

    pub(super) fn coordinator_broker(
        &mut self,
        group: &str,
    ) -> Result<Option<Broker>, ClientError> {
        Ok(match self.coordinator(group)? {
            Node::Id(node_id) => self.broker(node_id).cloned(),
            _ => None,
        })
    }

    /// Deletes a group with its offsets.
    pub fn delete_group(&mut self, group: &str) -> Result<(), ClientError> {
        let request = DeleteGroupsRequest { groups_names: vec![group.to_owned()] };
        let code = |code: Option<&_>| {
            let code: Option<&crate::wire::messages::delete_groups::DeletableGroupResult> = code;
            code.map_or(0, |result| result.error_code)
        };
        let answer = self.call_coordinator(
            group,
            |_| request.clone(),
            |answer| code(answer.results.first()),
        )?;
        ClientError::check(code(answer.results.first()), None)
    }
}

/// Kafka writes the type of a group in small letters on the wire, and with a capital to people.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn member_of_modern(member: modern::Member) -> Member {
    let sorted = |assignment: modern::Assignment| {
        let topics = assignment.topic_partitions.into_iter();
        flatten(topics.map(|topic| (topic.topic_name, topic.partitions)))
    };
    Member {
        member_id: member.member_id,
        instance_id: member.instance_id,
        client_id: member.client_id,
        host: member.client_host,
        assignment: sorted(member.assignment),
        epoch: Some(member.member_epoch),
        target: Some(sorted(member.target_assignment)),
    }
}

fn member_of_share(member: share::Member) -> Member {
    let topics = member.assignment.topic_partitions.into_iter();
    Member {
        member_id: member.member_id,
        instance_id: None,
        client_id: member.client_id,
        host: member.client_host,
        assignment: flatten(topics.map(|topic| (topic.topic_name, topic.partitions))),
        epoch: Some(member.member_epoch),
        target: None,
    }
}

fn member_of_classic(member: classic::DescribedGroupMember, is_consumers: bool) -> Member {
    let assignment = match is_consumers {
        true => read_assignment(member.member_assignment),
        false => Vec::new(),
    };
    Member {
        member_id: member.member_id,
        instance_id: member.group_instance_id,
        client_id: member.client_id,
        host: member.client_host,
        assignment,
        epoch: None,
        target: None,
    }
}

/// Reads what the leader of a classic group assigned to a member: a version, and then a
/// `ConsumerProtocolAssignment`. A newer version begins as ours does. Bytes that make no sense
/// are the members' own affair: they assign nothing.
fn read_assignment(bytes: Bytes) -> Vec<Partition> {
    let mut r = Reader::new(bytes);
    let Ok(version) = r.i16() else { return Vec::new() };
    let newest = ConsumerProtocolAssignment::TABLE.versions.last;
    let Ok(read) = ConsumerProtocolAssignment::read(&mut r, version.min(newest)) else {
        return Vec::new();
    };
    flatten(read.assigned_partitions.into_iter().map(|one| (one.topic, one.partitions)))
}

fn flatten(topics: impl Iterator<Item = (String, Vec<i32>)>) -> Vec<Partition> {
    let each = |(topic, partitions): (String, Vec<i32>)| {
        let one = move |partition| Partition { topic: topic.clone(), partition };
        partitions.into_iter().map(one)
    };
    let mut all: Vec<Partition> = topics.flat_map(each).collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::messages::consumer_protocol::AssignedTopicPartition;

    fn assignment(version: i16) -> Bytes {
        let topic = |topic: &str, partitions: &[i32]| AssignedTopicPartition {
            topic: topic.into(),
            partitions: partitions.into(),
        };
        let message = ConsumerProtocolAssignment {
            assigned_partitions: vec![topic("b", &[1, 0]), topic("a", &[2])],
            user_data: None,
        };
        let body = message.to_bytes(version.clamp(0, 3)).unwrap();
        [&version.to_be_bytes()[..], &body].concat().into()
    }

    #[test]
    fn an_assignment_is_read_in_every_version_and_sorted() {
        let want = [("a", 2), ("b", 0), ("b", 1)]
            .map(|(topic, partition)| Partition { topic: topic.into(), partition });
        for version in [0, 1, 2, 3, 7] {
            assert_eq!(read_assignment(assignment(version)), want, "{version}");
        }
    }

    #[test]
    fn bytes_that_make_no_sense_assign_nothing() {
        let whole = assignment(0);
        for length in 0..whole.len() {
            assert_eq!(read_assignment(whole.slice(..length)), [], "{length}");
        }
        assert_eq!(read_assignment(Bytes::from_static(&[0xff; 40])), []);
    }
}
