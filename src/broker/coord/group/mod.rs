//! The group coordinator: classic groups, consumer groups and committed offsets, as Kafka 4.3's.
//!
//! [`Groups`] is the front door; each room behind it is one request or one noun:
//!
//! - `state`, `member`, `classic`: what a classic group is
//! - `join`, `rebalance`, `sync`, `heartbeat`, `leave`: the life of its members
//! - `offsets`, `transactional`, `committed`: what groups have committed
//! - `expiry`: what happens by itself as time passes
//! - `records`: what of all this is remembered, in Kafka's records
//! - `admin`: list, describe and delete
//! - `consumer`: consumer groups (KIP-848), and `modern`: what they share with later kinds
//! - `weight`: how many bytes all this takes
//! - `acts`: which room a request goes to
//! - `desk`: which requests and which appends are under way
//!
//! The subscriptions and assignments of members are opaque, so eager and cooperative consumers,
//! Connect and Streams are all the same here. Not here: share groups.

mod acts;
mod admin;
mod brain;
mod classic;
mod committed;
mod consumer;
mod desk;
mod expiry;
mod heartbeat;
mod join;
mod leave;
mod member;
mod modern;
mod offsets;
mod rebalance;
mod records;
mod sight;
mod state;
mod streams;
mod sync;
mod transactional;
mod weight;

use std::collections::BTreeMap;

use self::acts::Act;
use self::classic::Group;
use self::committed::Offsets;
use self::consumer::{Asker, ConsumerGroup, Hall};
use self::desk::{Cx, Desk, Seat, Timer};
use self::join::Joiner;
use self::modern::topics::Image;
use self::streams::StreamsGroup;
use super::brain::{End, Transaction};
use super::effects::{Effect, Ticket};
use super::timers::Timers;
use crate::base::clock::Millis;
use crate::base::hash::partition_of_id;
use crate::base::ids::Uuid;
use crate::base::limits::Limits;
use crate::base::meter::Meter;
use crate::wire::ErrorCode;
use crate::wire::messages::consumer_group_describe::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse,
};
use crate::wire::messages::consumer_group_heartbeat::ConsumerGroupHeartbeatRequest;
use crate::wire::messages::delete_groups::DeleteGroupsRequest;
use crate::wire::messages::describe_groups::{DescribeGroupsRequest, DescribeGroupsResponse};
use crate::wire::messages::heartbeat::HeartbeatRequest;
use crate::wire::messages::join_group::JoinGroupRequest;
use crate::wire::messages::leave_group::LeaveGroupRequest;
use crate::wire::messages::list_groups::{ListGroupsRequest, ListGroupsResponse};
use crate::wire::messages::offset_commit::OffsetCommitRequest;
use crate::wire::messages::offset_delete::OffsetDeleteRequest;
use crate::wire::messages::offset_fetch::{OffsetFetchRequest, OffsetFetchResponse};
use crate::wire::messages::streams_group_describe::{
    StreamsGroupDescribeRequest, StreamsGroupDescribeResponse,
};
use crate::wire::messages::streams_group_heartbeat::StreamsGroupHeartbeatRequest;
use crate::wire::messages::sync_group::SyncGroupRequest;
use crate::wire::messages::txn_offset_commit::TxnOffsetCommitRequest;
use crate::wire::primitives::DecodeError;

pub use self::brain::OFFSETS_TOPIC;
pub use self::consumer::{MigrationPolicy, Settings};
pub use self::modern::assign::Assignor;
pub use self::sight::{Sight, Visitor};
pub use self::state::State;
pub use self::streams::{AllStreamsSettings, StreamsSettings};

/// What the coordinator is told once. Defaults are Kafka's, but for the delay of the first
/// rebalance: a development broker does not make anybody wait three seconds.
#[derive(Clone, Debug)]
pub struct Config {
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout_ms: i32,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout_ms: i32,
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members.
    pub initial_rebalance_delay_ms: i32,
    /// `group.max.size`, in members.
    pub group_max_size: usize,
    /// How long a new member may wait for its first answer before it is given up.
    pub new_member_join_timeout_ms: i32,
    /// `offset.metadata.max.bytes`: compared, as in Kafka, with the length in UTF-16 units.
    pub offset_metadata_bytes_max: usize,
    /// `offsets.retention.minutes`, in milliseconds.
    pub offsets_retention_ms: Millis,
    /// `offsets.retention.check.interval.ms`.
    pub offsets_retention_check_interval_ms: Millis,
    /// `offsets.topic.num.partitions`.
    pub offsets_partitions: i32,
    /// `group.consumer.max.size`, in members.
    pub consumer_group_max_size: usize,
    /// `group.streams.max.size`, in members.
    pub streams_group_max_size: usize,
    /// `group.consumer.assignors`, the default one first.
    pub consumer_assignors: Vec<Assignor>,
    /// `group.consumer.migration.policy`.
    pub migration_policy: MigrationPolicy,
    /// `group.consumer.regex.refresh.interval.ms`.
    pub regex_refresh_interval_ms: i32,
    /// `broker.rack`: empty where the node has none.
    pub rack: String,
    /// How many groups there may be.
    pub groups_max: usize,
    /// How many ids of members may be given out in a group that nobody has come back with.
    pub pending_members_max: usize,
    /// How many bytes groups and their members may take.
    pub member_bytes_max: usize,
    /// How many offsets may be kept, and how many bytes they may take.
    pub offsets_max: usize,
    pub offset_bytes_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            min_session_timeout_ms: 6_000,
            max_session_timeout_ms: 1_800_000,
            initial_rebalance_delay_ms: 0,
            group_max_size: i32::MAX as usize,
            new_member_join_timeout_ms: 300_000,
            offset_metadata_bytes_max: 4096,
            offsets_retention_ms: 7 * 24 * 3_600_000,
            offsets_retention_check_interval_ms: 600_000,
            offsets_partitions: 50,
            consumer_group_max_size: i32::MAX as usize,
            streams_group_max_size: i32::MAX as usize,
            consumer_assignors: vec![Assignor::Uniform, Assignor::Range],
            migration_policy: MigrationPolicy::default(),
            regex_refresh_interval_ms: 600_000,
            rack: String::new(),
            groups_max: Limits::default().groups,
            pending_members_max: Limits::default().members,
            member_bytes_max: Limits::default().member_bytes,
            offsets_max: Limits::default().offsets,
            offset_bytes_max: Limits::default().offset_bytes,
        }
    }
}

/// What groups are told by configs that may change.
#[derive(Clone, Debug)]
pub struct AllSettings {
    /// Whether there may be consumer groups: the protocol is on, and so is the feature.
    pub has_consumer_protocol: bool,
    /// What all groups are told that were told nothing themselves.
    pub common: Settings,
    /// What single groups were told.
    pub own: BTreeMap<String, Settings>,
    /// What streams groups are told.
    pub streams: AllStreamsSettings,
}

impl Default for AllSettings {
    fn default() -> Self {
        let (common, own) = (Settings::default(), BTreeMap::new());
        let streams = AllStreamsSettings::default();
        AllSettings { has_consumer_protocol: true, common, own, streams }
    }
}

impl AllSettings {
    fn of(&self, group: &str) -> Settings {
        self.own.get(group).copied().unwrap_or(self.common)
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The client id of the request's header: empty where it is null.
    pub client_id: String,
    /// The peer's address as Kafka writes it: `/127.0.0.1`.
    pub host: String,
}

/// What topics there are: the shell's view of the cluster's metadata.
pub trait Topics {
    /// Returns the name of the topic with an id.
    fn name_of(&self, id: Uuid) -> Option<String>;
    /// Returns the id of the topic with a name.
    fn id_of(&self, name: &str) -> Option<Uuid>;
    /// Returns how many partitions the topic has. None where there is no such topic.
    fn partitions(&self, name: &str) -> Option<i32>;
}

/// All groups of this broker.
///
/// What is remembered comes in through [`apply`](Self::apply) only: at start-up from the log, and
/// live when the shell says that an append went well. Who is joining, who waits for what, and
/// when each must have been heard of is not remembered: after a restart members rejoin.
#[derive(Debug)]
pub struct Groups {
    config: Config,
    groups: BTreeMap<String, Group>,
    /// Consumer groups: an id is in one of the maps at most.
    consumers: BTreeMap<String, ConsumerGroup>,
    streams: BTreeMap<String, StreamsGroup>,
    image: Image,
    settings: AllSettings,
    offsets: Offsets,
    timers: Timers<Timer>,
    desk: Desk,
    /// The bytes that groups and their members take.
    meter: Meter,
    /// Whether the log has been read: from here on records speak of groups that are alive.
    is_live: bool,
}

impl Groups {
    pub fn new(config: Config) -> Self {
        Groups {
            image: Image::new(&config.rack),
            meter: Meter::new(config.member_bytes_max),
            config,
            groups: BTreeMap::new(),
            consumers: BTreeMap::new(),
            streams: BTreeMap::new(),
            settings: AllSettings::default(),
            offsets: Offsets::default(),
            timers: Timers::new(),
            desk: Desk::default(),
            is_live: false,
        }
    }

    /// Returns the partition of `__consumer_offsets` that keeps a group.
    pub fn partition_of(&self, group: &str) -> i32 {
        partition_of_id(group, self.config.offsets_partitions)
    }

    /// Takes one record of `__consumer_offsets` in: the only door to what is remembered. The
    /// shell calls it for each record of the log, in order, before [`loaded`](Self::loaded).
    /// Records of kinds that are not served here are passed over.
    pub fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), DecodeError> {
        records::apply(self, None, key, value)
    }

    /// As [`apply`](Self::apply), for a record that is part of a transaction if `within` says so.
    pub fn apply_within(
        &mut self,
        within: Option<Transaction>,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), DecodeError> {
        records::apply(self, within, key, value)
    }

    /// A transaction has ended: its offsets count from now on, or never have.
    pub fn end(&mut self, end: &End) {
        self.offsets.end(end.transaction.producer_id, end.marker.commit);
    }

    /// The log has been read: members that it speaks of have a session from now on. To be called
    /// once, before the first request, also where there was nothing to read.
    pub fn loaded(&mut self, now: Millis, out: &mut Vec<Effect>) {
        self.is_live = true;
        expiry::loaded(self, now, out);
    }

    /// JoinGroup. `random` makes the member id, where one is needed.
    #[expect(clippy::too_many_arguments, reason = "the request and all that a brain is told")]
    pub fn join(
        &mut self,
        now: Millis,
        ticket: Ticket,
        who: Client,
        version: i16,
        random: [u8; 16],
        ask: JoinGroupRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        let seat = Seat { ticket, version };
        self.act(now, Act::Join(seat, Box::new(Joiner { who, random, ask })), out);
    }

    /// SyncGroup.
    pub fn sync(
        &mut self,
        now: Millis,
        ticket: Ticket,
        version: i16,
        ask: SyncGroupRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        self.act(now, Act::Sync(Seat { ticket, version }, ask), out);
    }

    /// Heartbeat.
    pub fn heartbeat(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: &HeartbeatRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        match self.desk.is_busy(&ask.group_id) {
            true => self.act(now, Act::Beat(ticket, ask.clone()), out),
            false => self.do_beat(now, ticket, ask, out),
        }
    }

    /// LeaveGroup.
    pub fn leave(
        &mut self,
        now: Millis,
        ticket: Ticket,
        version: i16,
        ask: &LeaveGroupRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        self.act(now, Act::Leave(ticket, version, ask.clone()), out);
    }

    /// ConsumerGroupHeartbeat. `random` makes the member id, where one is needed.
    #[expect(clippy::too_many_arguments, reason = "the request and all that a brain is told")]
    pub fn consumer_heartbeat(
        &mut self,
        now: Millis,
        ticket: Ticket,
        who: impl Into<Visitor>,
        version: i16,
        random: [u8; 16],
        ask: ConsumerGroupHeartbeatRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        let Visitor { client: who, sight } = who.into();
        let asker = Asker { version, who, sight, random, ask };
        self.act(now, Act::Consumer(ticket, Box::new(asker)), out);
    }

    /// StreamsGroupHeartbeat.
    pub fn streams_heartbeat(
        &mut self,
        now: Millis,
        ticket: Ticket,
        who: Client,
        ask: StreamsGroupHeartbeatRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        let asker = streams::Asker { who, ask };
        self.act(now, Act::Streams(ticket, Box::new(asker)), out);
    }

    /// OffsetCommit.
    pub fn commit_offsets(
        &mut self,
        now: Millis,
        ticket: Ticket,
        version: i16,
        ask: &OffsetCommitRequest,
        topics: &dyn Topics,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        offsets::commit(&mut self.hall(now, out), ticket, version, ask, topics);
    }

    /// TxnOffsetCommit.
    pub fn commit_offsets_within(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: &TxnOffsetCommitRequest,
        topics: &dyn Topics,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        transactional::commit(&mut self.hall(now, out), ticket, ask, topics);
    }

    /// OffsetDelete.
    pub fn delete_offsets(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: &OffsetDeleteRequest,
        topics: &dyn Topics,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        let mut cx = Cx {
            now,
            config: &self.config,
            settings: &self.settings,
            image: &self.image,
            meter: &self.meter,
            offsets: &self.offsets,
            timers: &mut self.timers,
            desk: &mut self.desk,
            out,
        };
        let groups = (&self.groups, &self.consumers, &self.streams);
        offsets::delete(groups, &self.offsets, &mut cx, ticket, ask, topics);
    }

    /// DeleteGroups.
    pub fn delete_groups(
        &mut self,
        now: Millis,
        ticket: Ticket,
        ask: &DeleteGroupsRequest,
        out: &mut Vec<Effect>,
    ) {
        self.desk.seat(ticket);
        self.act(now, Act::Delete(ticket, ask.clone()), out);
    }

    /// OffsetFetch. Answers at once: it speaks of what is remembered.
    pub fn fetch_offsets(
        &self,
        version: i16,
        ask: &OffsetFetchRequest,
        topics: &dyn Topics,
    ) -> OffsetFetchResponse {
        offsets::fetch(self, version, ask, topics)
    }

    /// Says whether one more group would be too many, with as many of other kinds.
    pub fn is_full(&self, others: usize) -> bool {
        let own = self.groups.len() + self.consumers.len() + self.streams.len();
        own + others >= self.config.groups_max
    }

    /// Says whether there is a group of this id here.
    pub fn contains(&self, group: &str) -> bool {
        self.groups.contains_key(group)
            || self.consumers.contains_key(group)
            || self.streams.contains_key(group)
    }

    /// Returns how many bytes groups and their members take.
    pub fn member_bytes(&self) -> usize {
        self.meter.used()
    }

    /// Returns how many offsets are kept, and how many bytes they take.
    pub fn held_offsets(&self) -> (usize, usize) {
        self.offsets.held()
    }

    /// ListGroups.
    pub fn list(&self, ask: &ListGroupsRequest) -> ListGroupsResponse {
        admin::list(self, ask)
    }

    /// DescribeGroups. Authorised operations are left to whoever knows them.
    pub fn describe(&self, version: i16, ask: &DescribeGroupsRequest) -> DescribeGroupsResponse {
        admin::describe(self, version, ask)
    }

    /// ConsumerGroupDescribe. Authorised operations are left to whoever knows them.
    pub fn describe_consumer_groups(
        &self,
        ask: &ConsumerGroupDescribeRequest,
    ) -> ConsumerGroupDescribeResponse {
        consumer::describe(self, ask)
    }

    /// StreamsGroupDescribe. Authorised operations are left to whoever knows them.
    pub fn describe_streams_groups(
        &self,
        ask: &StreamsGroupDescribeRequest,
    ) -> StreamsGroupDescribeResponse {
        streams::describe(self, ask)
    }

    /// Tells how an append went. A token that is not under way is passed over.
    pub fn appended(
        &mut self,
        now: Millis,
        token: u64,
        result: Result<(), ErrorCode>,
        out: &mut Vec<Effect>,
    ) {
        desk::appended(self, now, token, result, out);
    }

    /// Does what is due. Calling early is harmless.
    pub fn tick(&mut self, now: Millis, out: &mut Vec<Effect>) {
        expiry::tick(self, now, out);
    }

    /// Returns when to call [`tick`](Self::tick) next. It may change with every other call.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// A topic is gone: what was committed for it goes too.
    pub fn topic_deleted(&mut self, now: Millis, topic: &str, out: &mut Vec<Effect>) {
        let (_, offsets, mut cx) = self.enter(now, None, out);
        offsets::topic_deleted(offsets, &mut cx, topic);
    }

    /// The connection is gone: no answer is wanted any more. A member that waits stays a member
    /// until its session ends, as its client may come back.
    pub fn abandon(&mut self, ticket: Ticket) {
        self.desk.abandon(ticket);
    }

    /// A topic is there, has grown, or (with `None`) is gone: its id and how many partitions it
    /// has, as of an offset of the metadata log. To be told of all topics before
    /// [`loaded`](Self::loaded), and of each change from then on.
    pub fn see_topic(&mut self, version: i64, name: &str, topic: Option<(Uuid, i32)>) {
        if self.image.see(version, name, topic) {
            for group in self.consumers.values_mut() {
                if group.subscriptions().contains(name) {
                    group.refresh = (0, 0);
                }
            }
        }
    }

    /// What groups are told by configs: all of them, and some by name.
    pub fn configure(&mut self, settings: AllSettings) {
        self.settings = settings;
    }

    /// Returns the name of the assignor of groups whose members ask for none.
    fn default_assignor(&self) -> &'static str {
        self.config.consumer_assignors.first().map_or("", |assignor| assignor.name())
    }

    /// Opens the rooms of both kinds for one call.
    fn hall<'a>(&'a mut self, now: Millis, out: &'a mut Vec<Effect>) -> Hall<'a> {
        let cx = Cx {
            now,
            config: &self.config,
            settings: &self.settings,
            image: &self.image,
            meter: &self.meter,
            offsets: &self.offsets,
            timers: &mut self.timers,
            desk: &mut self.desk,
            out,
        };
        Hall {
            classics: &mut self.groups,
            consumers: &mut self.consumers,
            streams: &mut self.streams,
            cx,
        }
    }

    /// Opens the rooms for one call.
    fn enter<'a>(
        &'a mut self,
        now: Millis,
        ticket: Option<Ticket>,
        out: &'a mut Vec<Effect>,
    ) -> (&'a mut BTreeMap<String, Group>, &'a Offsets, Cx<'a>) {
        if let Some(ticket) = ticket {
            self.desk.seat(ticket);
        }
        let cx = Cx {
            now,
            config: &self.config,
            settings: &self.settings,
            image: &self.image,
            meter: &self.meter,
            offsets: &self.offsets,
            timers: &mut self.timers,
            desk: &mut self.desk,
            out,
        };
        (&mut self.groups, &self.offsets, cx)
    }
}
