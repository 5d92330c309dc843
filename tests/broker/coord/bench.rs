//! A bench for the group coordinator: a clock, a log, and answers by ticket.

use std::collections::BTreeMap;

use bytes::Bytes;
use rk::base::clock::Millis;
use rk::base::ids::Uuid;
use rk::broker::coord::effects::{Effect, Record, Reply, Ticket};
use rk::broker::coord::group::{Client, Config, Groups, Topics};
use rk::wire::ErrorCode;
use rk::wire::messages::consumer_group_describe::{
    ConsumerGroupDescribeRequest, DescribedGroup as DescribedConsumerGroup,
};
use rk::wire::messages::consumer_group_heartbeat::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
};
use rk::wire::messages::consumer_protocol::{
    AssignedTopicPartition, ConsumerProtocolAssignment, ConsumerProtocolSubscription,
};
use rk::wire::messages::delete_groups::{DeleteGroupsRequest, DeleteGroupsResponse};
use rk::wire::messages::describe_groups::{DescribeGroupsRequest, DescribedGroup};
use rk::wire::messages::heartbeat::HeartbeatRequest;
use rk::wire::messages::join_group::{
    JoinGroupRequest, JoinGroupRequestProtocol, JoinGroupResponse,
};
use rk::wire::messages::leave_group::{LeaveGroupRequest, LeaveGroupResponse, MemberIdentity};
use rk::wire::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
    OffsetCommitResponse,
};
use rk::wire::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use rk::wire::messages::sync_group::{
    SyncGroupRequest, SyncGroupRequestAssignment, SyncGroupResponse,
};
use rk::wire::primitives::Writer;
use rk::wire::schema::Message;

pub(super) const START: Millis = 1_000_000;
pub(super) const SESSION_MS: i32 = 10_000;
pub(super) const REBALANCE_MS: i32 = 30_000;
/// The newest version of JoinGroup that gives no id first.
pub(super) const ANONYMOUS: i16 = 3;

/// Topics `orders` and `other`, of four partitions each.
pub(super) struct Cluster;

pub(super) const ORDERS: Uuid = Uuid([1; 16]);
pub(super) const OTHER: Uuid = Uuid([2; 16]);

impl Topics for Cluster {
    fn name_of(&self, id: Uuid) -> Option<String> {
        ["orders", "other"].into_iter().find(|name| self.id_of(name) == Some(id)).map(str::to_owned)
    }

    fn id_of(&self, name: &str) -> Option<Uuid> {
        match name {
            "orders" => Some(ORDERS),
            "other" => Some(OTHER),
            _ => None,
        }
    }

    fn partitions(&self, name: &str) -> Option<i32> {
        self.id_of(name).map(|_| 4)
    }
}

/// A consumer's subscription, as consumers write it.
pub(super) fn subscription(topics: &[&str]) -> Bytes {
    let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    let mut w = Writer::new();
    w.i16(0);
    let subscription = ConsumerProtocolSubscription { topics, ..Default::default() };
    subscription.write(&mut w, 0).unwrap();
    w.into_bytes()
}

/// An assignment, as the leaders of consumers write it.
pub(super) fn assignment(topic: &str, partitions: &[i32]) -> Bytes {
    let one = AssignedTopicPartition { topic: topic.to_owned(), partitions: partitions.to_vec() };
    let assignment = ConsumerProtocolAssignment { assigned_partitions: vec![one], user_data: None };
    let mut w = Writer::new();
    w.i16(0);
    assignment.write(&mut w, 0).unwrap();
    w.into_bytes()
}

/// A JoinGroup to `g` of a consumer of `orders` that speaks `range`.
pub(super) fn ask(member: &str) -> JoinGroupRequest {
    JoinGroupRequest {
        group_id: "g".to_owned(),
        session_timeout_ms: SESSION_MS,
        rebalance_timeout_ms: REBALANCE_MS,
        member_id: member.to_owned(),
        protocol_type: "consumer".to_owned(),
        protocols: protocols(&["range"]),
        ..Default::default()
    }
}

pub(super) fn protocols(names: &[&str]) -> Vec<JoinGroupRequestProtocol> {
    let of = |name: &&str| JoinGroupRequestProtocol {
        name: (*name).to_owned(),
        metadata: subscription(&["orders"]),
    };
    names.iter().map(of).collect()
}

pub(super) struct Bench {
    pub(super) groups: Groups,
    pub(super) now: Millis,
    pub(super) log: Vec<Record>,
    /// What the next append comes to.
    pub(super) next_append: Result<(), ErrorCode>,
    /// Whether appends wait for `write`.
    pub(super) holds: bool,
    held: Vec<(u64, Vec<Record>)>,
    replies: BTreeMap<Ticket, Reply>,
    tickets: u64,
    /// The version of the request of each ticket.
    versions: BTreeMap<Ticket, i16>,
}

macro_rules! answers {
    ($($name:ident $variant:ident $ty:ty;)*) => { $(
        pub(super) fn $name(&mut self, ticket: Ticket) -> $ty {
            match self.replies.remove(&ticket) {
                Some(Reply::$variant(answer)) => answer,
                other => panic!("{} of {ticket:?} expected: {other:?}", stringify!($variant)),
            }
        }
    )* };
}

impl Bench {
    pub(super) fn new() -> Self {
        Bench::with(Config::default())
    }

    pub(super) fn with(config: Config) -> Self {
        Bench::on(config, Vec::new(), START)
    }

    /// A coordinator that starts on a log.
    pub(super) fn on(config: Config, log: Vec<Record>, now: Millis) -> Self {
        let mut bench = Bench {
            groups: Groups::new(config),
            now,
            log: Vec::new(),
            next_append: Ok(()),
            holds: false,
            held: Vec::new(),
            replies: BTreeMap::new(),
            tickets: 0,
            versions: BTreeMap::new(),
        };
        for (name, id) in [("orders", ORDERS), ("other", OTHER)] {
            bench.groups.see_topic(1, name, Some((id, 4)));
        }
        for record in &log {
            bench.groups.apply(&record.key, record.value.as_deref()).unwrap();
        }
        bench.log = log;
        let mut out = Vec::new();
        bench.groups.loaded(now, &mut out);
        bench.run(out);
        bench
    }

    pub(super) fn restarted(self, config: Config) -> Self {
        Bench::on(config, self.log, self.now)
    }

    pub(super) fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Reply(ticket, reply) => {
                    check_writes(&reply, self.versions[&ticket]);
                    let before = self.replies.insert(ticket, reply);
                    assert_eq!(before, None, "{ticket:?} is answered twice");
                }
                Effect::Append { token, records, .. } => {
                    self.held.push((token, records));
                    if !self.holds {
                        self.write();
                    }
                }
            }
        }
    }

    /// Does the appends that are held.
    pub(super) fn write(&mut self) {
        for (token, records) in std::mem::take(&mut self.held) {
            let result = std::mem::replace(&mut self.next_append, Ok(()));
            if result.is_ok() {
                self.log.extend(records);
            }
            let mut out = Vec::new();
            self.groups.appended(self.now, token, result, &mut out);
            self.run(out);
        }
    }

    fn ticket(&mut self, version: i16) -> Ticket {
        self.tickets += 1;
        self.versions.insert(Ticket(self.tickets), version);
        Ticket(self.tickets)
    }

    pub(super) fn tick(&mut self) {
        let mut out = Vec::new();
        self.groups.tick(self.now, &mut out);
        self.run(out);
    }

    /// Moves the clock, stopping at each deadline on the way.
    pub(super) fn sleep(&mut self, millis: i32) {
        let end = self.now + Millis::from(millis);
        while let Some(at) = self.groups.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.tick();
        }
        self.now = end;
    }

    pub(super) fn is_parked(&self, ticket: Ticket) -> bool {
        !self.replies.contains_key(&ticket)
    }

    answers! {
        joined JoinGroup JoinGroupResponse;
        synced SyncGroup SyncGroupResponse;
        left LeaveGroup LeaveGroupResponse;
        committed OffsetCommit OffsetCommitResponse;
        deleted DeleteGroups DeleteGroupsResponse;
        forgotten OffsetDelete rk::wire::messages::offset_delete::OffsetDeleteResponse;
        beaten Heartbeat rk::wire::messages::heartbeat::HeartbeatResponse;
        told ConsumerGroupHeartbeat ConsumerGroupHeartbeatResponse;
    }

    /// ConsumerGroupHeartbeat. The answer may wait for an append.
    pub(super) fn consumer(&mut self, ask: ConsumerGroupHeartbeatRequest) -> Ticket {
        let ticket = self.ticket(1);
        let who = Client { client_id: "rk".to_owned(), host: "/127.0.0.1".to_owned() };
        let random = u128::from(self.tickets).to_be_bytes();
        let mut out = Vec::new();
        self.groups.consumer_heartbeat(self.now, ticket, who, 1, random, ask, &mut out);
        self.run(out);
        ticket
    }

    /// The same, answered at once.
    pub(super) fn beat_consumer(
        &mut self,
        ask: ConsumerGroupHeartbeatRequest,
    ) -> ConsumerGroupHeartbeatResponse {
        let ticket = self.consumer(ask);
        self.told(ticket)
    }

    /// Describes the consumer group `g`.
    pub(super) fn consumer_group(&self) -> DescribedConsumerGroup {
        let group_ids = vec!["g".to_owned()];
        let ask = ConsumerGroupDescribeRequest { group_ids, ..Default::default() };
        self.groups.describe_consumer_groups(&ask).groups.remove(0)
    }

    pub(super) fn join(&mut self, version: i16, ask: JoinGroupRequest) -> Ticket {
        let ticket = self.ticket(version);
        let who = Client { client_id: "rk".to_owned(), host: "/127.0.0.1".to_owned() };
        let random = u128::from(self.tickets).to_be_bytes();
        let mut out = Vec::new();
        self.groups.join(self.now, ticket, who, version, random, ask, &mut out);
        self.run(out);
        ticket
    }

    pub(super) fn sync_with(&mut self, version: i16, ask: SyncGroupRequest) -> Ticket {
        let ticket = self.ticket(version);
        let mut out = Vec::new();
        self.groups.sync(self.now, ticket, version, ask, &mut out);
        self.run(out);
        ticket
    }

    /// SyncGroup to `g`, with an assignment for each of `members`: its own id.
    pub(super) fn sync(&mut self, generation: i32, member: &str, members: &[&str]) -> Ticket {
        let assignments = members.iter().map(|member| SyncGroupRequestAssignment {
            member_id: (*member).to_owned(),
            assignment: Bytes::copy_from_slice(member.as_bytes()),
        });
        let ask = SyncGroupRequest {
            group_id: "g".to_owned(),
            generation_id: generation,
            member_id: member.to_owned(),
            assignments: assignments.collect(),
            ..Default::default()
        };
        self.sync_with(3, ask)
    }

    /// SyncGroup to `g`, with an assignment for the member itself.
    pub(super) fn sync_assigning(
        &mut self,
        generation: i32,
        member: &str,
        assignment: Bytes,
    ) -> Ticket {
        let member_id = member.to_owned();
        let own = SyncGroupRequestAssignment { member_id: member_id.clone(), assignment };
        let ask = SyncGroupRequest {
            group_id: "g".to_owned(),
            generation_id: generation,
            member_id,
            assignments: vec![own],
            ..Default::default()
        };
        self.sync_with(3, ask)
    }

    pub(super) fn beat(&mut self, generation: i32, member: &str) -> ErrorCode {
        self.beat_as(generation, member, None)
    }

    pub(super) fn beat_as(
        &mut self,
        generation: i32,
        member: &str,
        instance: Option<&str>,
    ) -> ErrorCode {
        let ticket = self.ticket(4);
        let ask = HeartbeatRequest {
            group_id: "g".to_owned(),
            generation_id: generation,
            member_id: member.to_owned(),
            group_instance_id: instance.map(str::to_owned),
        };
        let mut out = Vec::new();
        self.groups.heartbeat(self.now, ticket, &ask, &mut out);
        self.run(out);
        ErrorCode(self.beaten(ticket).error_code)
    }

    /// LeaveGroup of one member from `g`, in an old version.
    pub(super) fn leave(&mut self, member: &str) -> ErrorCode {
        let ticket = self.leave_with(1, member, &[]);
        ErrorCode(self.left(ticket).error_code)
    }

    pub(super) fn leave_with(
        &mut self,
        version: i16,
        member: &str,
        members: &[(&str, Option<&str>)],
    ) -> Ticket {
        let ticket = self.ticket(version);
        let members = members.iter().map(|(member, instance)| MemberIdentity {
            member_id: (*member).to_owned(),
            group_instance_id: instance.map(str::to_owned),
            reason: None,
        });
        let ask = LeaveGroupRequest {
            group_id: "g".to_owned(),
            member_id: member.to_owned(),
            members: members.collect(),
        };
        let mut out = Vec::new();
        self.groups.leave(self.now, ticket, version, &ask, &mut out);
        self.run(out);
        ticket
    }

    pub(super) fn commit_with(&mut self, version: i16, ask: &OffsetCommitRequest) -> Ticket {
        let ticket = self.ticket(version);
        let mut out = Vec::new();
        self.groups.commit_offsets(self.now, ticket, version, ask, &Cluster, &mut out);
        self.run(out);
        ticket
    }

    /// Commits an offset of `orders` partition 0.
    pub(super) fn commit(
        &mut self,
        group: &str,
        generation: i32,
        member: &str,
        offset: i64,
    ) -> ErrorCode {
        let ticket = self.commit_with(8, &commit_of(group, generation, member, offset));
        ErrorCode(self.committed(ticket).topics[0].partitions[0].error_code)
    }

    pub(super) fn delete(&mut self, groups: &[&str]) -> Ticket {
        let ticket = self.ticket(2);
        let groups_names = groups.iter().map(|group| (*group).to_owned()).collect();
        let mut out = Vec::new();
        let ask = DeleteGroupsRequest { groups_names };
        self.groups.delete_groups(self.now, ticket, &ask, &mut out);
        self.run(out);
        ticket
    }

    pub(super) fn forget(
        &mut self,
        ask: &rk::wire::messages::offset_delete::OffsetDeleteRequest,
    ) -> Ticket {
        let ticket = self.ticket(0);
        let mut out = Vec::new();
        self.groups.delete_offsets(self.now, ticket, ask, &Cluster, &mut out);
        self.run(out);
        ticket
    }

    /// The committed offset of `orders` partition 0.
    pub(super) fn offset(&self, group: &str) -> i64 {
        self.fetch(group, false).0
    }

    pub(super) fn offset_in(groups: &Groups, group: &str) -> i64 {
        Bench::fetch_in(groups, group, false).0
    }

    /// The same, and its error.
    pub(super) fn fetch(&self, group: &str, require_stable: bool) -> (i64, ErrorCode) {
        Bench::fetch_in(&self.groups, group, require_stable)
    }

    fn fetch_in(groups: &Groups, group: &str, require_stable: bool) -> (i64, ErrorCode) {
        let topics = vec![OffsetFetchRequestTopics {
            name: "orders".to_owned(),
            partition_indexes: vec![0],
            ..Default::default()
        }];
        let asked = vec![OffsetFetchRequestGroup {
            group_id: group.to_owned(),
            topics: Some(topics),
            ..Default::default()
        }];
        let ask = OffsetFetchRequest { groups: asked, require_stable, ..Default::default() };
        let answer = groups.fetch_offsets(8, &ask, &Cluster);
        let partition = &answer.groups[0].topics[0].partitions[0];
        (partition.committed_offset, ErrorCode(partition.error_code))
    }

    pub(super) fn describe(&self, group: &str) -> DescribedGroup {
        Bench::describe_in(&self.groups, group)
    }

    pub(super) fn describe_in(groups: &Groups, group: &str) -> DescribedGroup {
        let asked = vec![group.to_owned()];
        let ask = DescribeGroupsRequest { groups: asked, include_authorized_operations: false };
        groups.describe(5, &ask).groups.remove(0)
    }

    pub(super) fn state(&self) -> String {
        self.describe("g").group_state
    }

    /// Brings members into `g` and makes it stable. Returns their ids, the leader's first.
    pub(super) fn stable(&mut self, members: usize) -> Vec<String> {
        let ids = self.completing(members);
        let generation = self.generation_of(&ids[0]);
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        for id in ids.iter().rev() {
            let members: &[&str] = if *id == ids[0] { &all } else { &[] };
            self.sync(generation, id, members);
        }
        assert_eq!(self.state(), "Stable");
        self.replies.clear();
        ids
    }

    /// Brings members into `g`, up to SyncGroup. Returns their ids, the leader's first.
    pub(super) fn completing(&mut self, members: usize) -> Vec<String> {
        let tickets: Vec<Ticket> = (0..members).map(|_| self.join(ANONYMOUS, ask(""))).collect();
        self.tick();
        let answers = tickets.into_iter().map(|ticket| self.joined(ticket));
        let answers: Vec<JoinGroupResponse> = answers.collect();
        let mut ids: Vec<String> = answers.iter().map(|one| one.member_id.clone()).collect();
        ids.sort_by_key(|id| *id != answers[0].leader);
        assert_eq!(self.state(), "CompletingRebalance");
        ids
    }

    /// The generation of a member, found out by asking.
    pub(super) fn generation_of(&mut self, member: &str) -> i32 {
        let generations = 0..1000;
        generations
            .into_iter()
            .find(|generation| self.beat(*generation, member) != ErrorCode::ILLEGAL_GENERATION)
            .unwrap()
    }
}

/// An answer must be one that its version can write.
fn check_writes(reply: &Reply, version: i16) {
    let written = match reply {
        Reply::JoinGroup(answer) => answer.to_bytes(version),
        Reply::SyncGroup(answer) => answer.to_bytes(version),
        Reply::Heartbeat(answer) => answer.to_bytes(version),
        Reply::LeaveGroup(answer) => answer.to_bytes(version),
        Reply::OffsetCommit(answer) => answer.to_bytes(version),
        Reply::OffsetDelete(answer) => answer.to_bytes(version),
        Reply::DeleteGroups(answer) => answer.to_bytes(version),
        Reply::TxnOffsetCommit(answer) => answer.to_bytes(version),
        Reply::ConsumerGroupHeartbeat(answer) => answer.to_bytes(version),
        Reply::StreamsGroupHeartbeat(answer, _) => answer.to_bytes(version),
    };
    assert!(written.is_ok(), "version {version} cannot write {reply:?}: {written:?}");
}

pub(super) fn commit_of(
    group: &str,
    generation: i32,
    member: &str,
    offset: i64,
) -> OffsetCommitRequest {
    let partitions = vec![OffsetCommitRequestPartition {
        partition_index: 0,
        committed_offset: offset,
        ..Default::default()
    }];
    let name = "orders".to_owned();
    OffsetCommitRequest {
        group_id: group.to_owned(),
        generation_id_or_member_epoch: generation,
        member_id: member.to_owned(),
        topics: vec![OffsetCommitRequestTopic { name, partitions, ..Default::default() }],
        ..Default::default()
    }
}
