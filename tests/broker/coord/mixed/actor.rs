//! A consumer that does what Kafka's consumers do, by either protocol, and can change over.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::effects::Ticket;
use rk::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, TopicPartitions,
};
use rk::wire::messages::consumer_protocol::{
    AssignedTopicPartition, ConsumerProtocolAssignment, ConsumerProtocolSubscription,
    TopicPartition,
};
use rk::wire::messages::join_group::{JoinGroupRequest, JoinGroupRequestProtocol};
use rk::wire::messages::sync_group::SyncGroupRequestAssignment;
use rk::wire::primitives::{Reader, Writer};
use rk::wire::schema::Message;

pub(super) const REBALANCE_MS: i32 = 15_000;
pub(super) const CLASSIC_SESSION_MS: i32 = 10_000;
const SUBSCRIPTION_VERSION: i16 = 3;

/// A partition by its topic's id.
pub(super) type Owned = BTreeSet<(Uuid, i32)>;
/// Topics as they are: id and partitions by name.
pub(super) type Cluster = BTreeMap<String, (Uuid, i32)>;

/// Where it is with the protocol that it speaks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    Out,
    Joining(Ticket),
    /// Joined a generation; must assign to these, if it leads.
    Joined(Vec<(String, BTreeSet<String>)>),
    Syncing(Ticket),
    /// By the classic protocol: stable. By the newer one: a member.
    In,
    /// It crashed, or has left for good.
    Gone,
}

#[derive(Clone, Debug)]
pub(super) struct Consumer {
    pub(super) group: &'static str,
    pub(super) instance: Option<String>,
    pub(super) is_modern: bool,
    /// Of the classic ones: keeps what it has while it joins again.
    pub(super) is_cooperative: bool,
    pub(super) topics: BTreeSet<String>,
    pub(super) pattern: Option<String>,
    pub(super) assignor: Option<String>,
    pub(super) id: String,
    /// The member epoch, or the generation.
    pub(super) epoch: i32,
    pub(super) owned: Owned,
    pub(super) stage: Stage,
    /// A heartbeat that waits for its answer.
    pub(super) beating: Option<Ticket>,
    pub(super) heard_at: Millis,
    pub(super) wakes_at: Millis,
    /// It has said what it has since that last changed.
    pub(super) has_said: bool,
}

impl Consumer {
    /// It starts over, with nothing.
    pub(super) fn reset(&mut self, now: Millis) {
        self.stage = Stage::Out;
        self.beating = None;
        self.owned.clear();
        self.epoch = 0;
        self.heard_at = now;
        self.has_said = false;
        if !self.is_modern {
            self.id.clear();
        }
    }

    /// The next heartbeat of the newer protocol.
    pub(super) fn heartbeat(&mut self, says_all: bool) -> ConsumerGroupHeartbeatRequest {
        let is_joining = self.stage == Stage::Out;
        let says_all = says_all || is_joining;
        let owned = if is_joining { Owned::new() } else { self.owned.clone() };
        let mut by_topic: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
        for (topic, partition) in owned {
            by_topic.entry(topic).or_default().push(partition);
        }
        let topics = by_topic.into_iter();
        let topics = topics.map(|(topic_id, partitions)| TopicPartitions { topic_id, partitions });
        let said = (says_all || !self.has_said).then(|| topics.collect());
        self.has_said = true;
        ConsumerGroupHeartbeatRequest {
            group_id: self.group.to_owned(),
            member_id: self.id.clone(),
            member_epoch: self.epoch,
            instance_id: self.instance.clone(),
            rebalance_timeout_ms: if says_all { REBALANCE_MS } else { -1 },
            subscribed_topic_names: says_all.then(|| self.topics.iter().cloned().collect()),
            subscribed_topic_regex: self.pattern.clone().filter(|_| says_all),
            server_assignor: self.assignor.clone().filter(|_| says_all),
            topic_partitions: said,
            ..Default::default()
        }
    }

    /// It is told its epoch, and perhaps what it has from now on.
    pub(super) fn told(&mut self, answer: &ConsumerGroupHeartbeatResponse) {
        self.epoch = answer.member_epoch;
        self.stage = Stage::In;
        if let Some(assignment) = &answer.assignment {
            let topics = assignment.topic_partitions.iter();
            let owned: Owned = topics
                .flat_map(|topic| topic.partitions.iter().map(|index| (topic.topic_id, *index)))
                .collect();
            if owned != self.owned {
                self.owned = owned;
                self.has_said = false;
            }
        }
    }

    /// JoinGroup of the classic protocol. An eager member gives everything up first.
    pub(super) fn join(&mut self, cluster: &Cluster) -> JoinGroupRequest {
        if !self.is_cooperative {
            self.owned.clear();
        }
        let owned_partitions = cluster.iter().filter_map(|(name, (id, _))| {
            let own = self.owned.iter().filter(|(topic, _)| topic == id);
            let partitions: Vec<i32> = own.map(|(_, index)| *index).collect();
            (!partitions.is_empty()).then(|| TopicPartition { topic: name.clone(), partitions })
        });
        let subscription = ConsumerProtocolSubscription {
            topics: self.topics.iter().cloned().collect(),
            owned_partitions: owned_partitions.collect(),
            generation_id: self.epoch,
            ..Default::default()
        };
        let metadata = written(&subscription);
        let names: &[&str] = if self.is_cooperative { &["sticky", "range"] } else { &["range"] };
        let protocols = names.iter().map(|name| JoinGroupRequestProtocol {
            name: (*name).to_owned(),
            metadata: metadata.clone(),
        });
        JoinGroupRequest {
            group_id: self.group.to_owned(),
            session_timeout_ms: CLASSIC_SESSION_MS,
            rebalance_timeout_ms: REBALANCE_MS,
            member_id: self.id.clone(),
            group_instance_id: self.instance.clone(),
            protocol_type: "consumer".to_owned(),
            protocols: protocols.collect(),
            ..Default::default()
        }
    }

    /// By the classic protocol it is told what it has.
    pub(super) fn assigned(&mut self, bytes: Bytes, cluster: &Cluster) {
        self.stage = Stage::In;
        self.owned.clear();
        if bytes.is_empty() {
            return;
        }
        let mut reader = Reader::new(bytes);
        let version = reader.i16().unwrap();
        let read = ConsumerProtocolAssignment::read(&mut reader, version).unwrap();
        for topic in read.assigned_partitions {
            if let Some((id, _)) = cluster.get(&topic.topic) {
                self.owned.extend(topic.partitions.iter().map(|index| (*id, *index)));
            }
        }
    }
}

/// What a member's subscription names.
pub(super) fn topics_of(metadata: &Bytes) -> BTreeSet<String> {
    let mut reader = Reader::new(metadata.clone());
    let version = reader.i16().unwrap();
    let read = ConsumerProtocolSubscription::read(&mut reader, version).unwrap();
    read.topics.into_iter().collect()
}

/// What a leader of a classic group assigns: each topic in turn to those who read it.
pub(super) fn lead(
    flock: &[(String, BTreeSet<String>)],
    cluster: &Cluster,
) -> Vec<SyncGroupRequestAssignment> {
    let mut all: BTreeMap<&str, BTreeMap<&str, Vec<i32>>> = BTreeMap::new();
    for (name, (_, count)) in cluster {
        let readers: Vec<&str> = flock
            .iter()
            .filter(|(_, topics)| topics.contains(name))
            .map(|(member, _)| member.as_str())
            .collect();
        if readers.is_empty() {
            continue;
        }
        for index in 0..*count {
            let member = readers[index as usize % readers.len()];
            all.entry(member).or_default().entry(name).or_default().push(index);
        }
    }
    let assignments = flock.iter().map(|(member, _)| {
        let topics = all.remove(member.as_str()).unwrap_or_default().into_iter();
        let topics = topics.map(|(topic, partitions)| AssignedTopicPartition {
            topic: topic.to_owned(),
            partitions,
        });
        let assigned_partitions = topics.collect();
        let assignment = ConsumerProtocolAssignment { assigned_partitions, user_data: None };
        let assignment = written(&assignment);
        SyncGroupRequestAssignment { member_id: member.clone(), assignment }
    });
    assignments.collect()
}

fn written<M: Message>(message: &M) -> Bytes {
    let mut w = Writer::new();
    w.i16(SUBSCRIPTION_VERSION);
    message.write(&mut w, SUBSCRIPTION_VERSION).unwrap();
    w.into_bytes()
}
